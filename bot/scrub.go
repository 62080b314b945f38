package bot

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guestsite/bot/flow"
)

// scrubber finds somebody in records, whatever the case of the letters, and puts
// [flow.Erased] in the place of what names him.
type scrubber struct {
	words *regexp.Regexp
	// whole are texts that name him only where they are all that is said: a given
	// name alone may be somebody else's.
	whole []string
	// escaped says that JSON may write one of the words in another way.
	escaped bool
}

// shortest is how many letters a word must have to be looked for: a shorter one
// would stand in other words.
const shortest = 3

// newScrubber makes a scrubber of an address as it was parsed and as it was typed,
// and of names. Longer words go first, so that none is found within another.
func newScrubber(words ...string) scrubber {
	var list []string
	var s scrubber
	for _, w := range words {
		w = strings.TrimSpace(w)
		switch {
		case w == "" || slices.Contains(list, w) || slices.Contains(s.whole, w):
		case len(w) < shortest || !strings.ContainsAny(w, " @#") || strings.Contains(flow.Erased, strings.ToLower(w)):
			s.whole = append(s.whole, w)
		default:
			s.escaped = s.escaped || strings.ContainsAny(w, `&<>"\\`)
			list = append(list, w)
		}
	}
	s.words = wordsOf(list)
	return s
}

// givenNames looks for the first words of names wherever they stand. It is for what
// people wrote of their own, where a name alone says whom it is about.
func givenNames(names []string) scrubber {
	var list []string
	for _, n := range names {
		first, _, _ := strings.Cut(strings.TrimSpace(n), " ")
		if len(first) >= shortest && !strings.Contains(first, "@") && !strings.Contains(flow.Erased, strings.ToLower(first)) {
			list = append(list, first)
		}
	}
	return scrubber{words: wordsOf(list), escaped: true}
}

// wordsOf finds any of some words; nil for none.
func wordsOf(list []string) *regexp.Regexp {
	if len(list) == 0 {
		return nil
	}
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	for i, w := range list {
		list[i] = regexp.QuoteMeta(w)
	}
	return regexp.MustCompile(`(?i)` + strings.Join(list, "|"))
}

// text gives a text without the words.
func (s scrubber) text(t string) string {
	if slices.ContainsFunc(s.whole, func(w string) bool { return strings.EqualFold(w, t) }) {
		return flow.Erased
	}
	if s.words == nil {
		return t
	}
	var out strings.Builder
	from, done := 0, 0
	for from < len(t) {
		at := s.words.FindStringIndex(t[from:])
		if at == nil {
			break
		}
		begin, end := from+at[0], from+at[1]
		if !alone(t, begin, end) {
			_, n := utf8.DecodeRuneInString(t[begin:])
			from = begin + n
			continue
		}
		out.WriteString(t[done:begin] + flow.Erased)
		from, done = end, end
	}
	return out.String() + t[done:]
}

// alone says whether a part of a text is no part of a longer word or address:
// joanna@b.example holds anna@b.example, which is somebody else, and so does
// anna@b.example.org.
func alone(t string, begin, end int) bool {
	// A mark before it belongs to an address only where that goes on: in a list
	// ("-anna@b.example") or in italics it stands there for itself.
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(t[:begin], "._%+-"))
	if word(before) {
		return false
	}
	after, n := utf8.DecodeRuneInString(t[end:])
	if after == '.' || after == '-' {
		after, _ = utf8.DecodeRuneInString(t[end+n:])
	}
	return !word(after)
}

func word(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// in says whether one of the words stands in a JSON text.
func (s scrubber) in(raw []byte) bool {
	if len(raw) == 0 || !s.perhaps(raw) {
		return false
	}
	found := false
	s.walk(raw, func(string) { found = true })
	return found
}

// perhaps says without decoding it that a JSON text may hold one of the words.
func (s scrubber) perhaps(raw []byte) bool {
	return s.escaped || len(s.whole) > 0 || s.words != nil && s.words.Match(raw)
}

// walk calls hit for each string of a JSON text in which a word stands, and gives
// the text without them; what is no JSON is one string.
func (s scrubber) walk(raw []byte, hit func(string)) []byte {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&v) != nil {
		out := s.text(string(raw))
		if out != string(raw) {
			hit(string(raw))
		}
		return []byte(out)
	}
	out, err := json.Marshal(s.value(v, hit))
	if err != nil { // what was decoded always encodes
		return nil
	}
	return out
}

func (s scrubber) value(v any, hit func(string)) any {
	switch v := v.(type) {
	case string:
		out := s.text(v)
		if out != v {
			hit(v)
		}
		return out
	case []any:
		for i := range v {
			v[i] = s.value(v[i], hit)
		}
	case map[string]any:
		for k := range v {
			v[k] = s.value(v[k], hit)
		}
	}
	return v
}

// scrub gives a record without the words, and whether it held any.
func scrub[T any](s scrubber, record *T) (*T, bool, error) {
	raw, err := json.Marshal(record)
	if err != nil {
		return nil, false, &Error{Code: Internal, Op: "bot: encode a record", Err: err}
	}
	if !s.perhaps(raw) {
		return record, false, nil
	}
	held := false
	clean := s.walk(raw, func(string) { held = true })
	if !held {
		return record, false, nil
	}
	out := new(T)
	if err := json.Unmarshal(clean, out); err != nil {
		return nil, false, &Error{Code: Internal, Op: "bot: decode a record", Err: err}
	}
	return out, true, nil
}
