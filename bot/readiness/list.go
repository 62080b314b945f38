package readiness

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Entry is one guest of a pasted list.
type Entry struct {
	// Line is the line of the text it stood in, from 1.
	Line int
	// Raw is the text it was read from.
	Raw     string
	Address Address
	// Until is the end date that the line gives, midnight UTC; zero when it gives none.
	Until time.Time
	// Language is the language that the line gives, lower case ("nl", "en-us"); may be empty.
	Language string
	// Duplicate is the line where the same address stood first; 0 where this is
	// the first.
	Duplicate int
	// Err is an *AddressError or a *ListError; nil where the entry can be used.
	Err error
}

// ListKind is what is wrong with a list or a line of it.
type ListKind string

// The kinds; texts are in the catalogue under "list.<kind>".
const (
	ListTooMany ListKind = "too_many"
	ListTooBig  ListKind = "too_big"
	ListBadDate ListKind = "bad_date"
)

// ListError says what is wrong with a list, or with a line of it.
type ListError struct {
	Kind ListKind
	// Count and Limit are set for too_many, Value for bad_date.
	Count, Limit int
	Value        string
}

func (e *ListError) Error() string { return fmt.Sprintf("guest list: %s", e.Kind) }

// MaxListBytes is the largest text that ParseList reads.
const MaxListBytes = 256 << 10

// ParseList reads guests out of anything pasted: addresses divided by commas,
// semicolons, tabs, spaces or lines, with names or without; lines of a CSV file
// with name, end date (2027-02-19 or 19-02-2027) and language in any order and
// with or without a heading; a chat's <mailto:…|…>.
//
// Lines without fault come back beside faulty ones. The error is a *ListError:
// too_big with no entries, or too_many with the first limit entries. A limit of
// 0 or less means none.
func ParseList(text string, limit int) ([]Entry, error) {
	if len(text) > MaxListBytes {
		return nil, &ListError{Kind: ListTooBig}
	}
	var entries []Entry
	seen := make(map[string]int)
	line, count, head := 0, 0, true
	for raw := range lines(text) {
		line++
		row := tidy(raw)
		if row == "" || head && isHeading(row) {
			head = head && row == ""
			continue
		}
		head = false
		for _, e := range parseRow(row) {
			if count++; limit > 0 && count > limit {
				continue // counted, to say how many there are
			}
			e.Line = line
			if e.Err == nil {
				key := e.Address.Key()
				if at, dup := seen[key]; dup {
					e.Duplicate = at
				} else {
					seen[key] = line
				}
			}
			entries = append(entries, e)
		}
	}
	if limit > 0 && count > limit {
		return entries, &ListError{Kind: ListTooMany, Count: count, Limit: limit}
	}
	return entries, nil
}

// lines walks over the lines of a text, whatever ends them.
func lines(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for text != "" {
			i := strings.IndexAny(text, "\n\r\v\f\u0085\u2028\u2029")
			if i < 0 {
				yield(text)
				return
			}
			line, rest := text[:i], text[i:]
			switch {
			case strings.HasPrefix(rest, "\r\n"):
				rest = rest[2:]
			case strings.HasPrefix(rest, "\u0085"):
				rest = rest[2:]
			case rest[0] == 0xe2:
				rest = rest[3:]
			default:
				rest = rest[1:]
			}
			if !yield(line) {
				return
			}
			text = rest
		}
	}
}

// headings are the names of columns, in English and Dutch.
//
//nolint:misspell // Dutch
var headings = map[string]bool{
	"email": true, "e-mail": true, "mail": true, "e-mailadres": true, "emailadres": true, "adres": true,
	"address": true, "email address": true, "e-mail address": true, "name": true, "naam": true, "display name": true,
	"until": true, "tot": true, "einddatum": true, "end date": true, "language": true, "taal": true,
}

// isHeading says that a line names columns.
func isHeading(row string) bool {
	if strings.Contains(row, "@") {
		return false
	}
	n := 0
	for _, cell := range cells(row, ",;\t|") {
		cell = strings.ToLower(strings.Trim(cell, edges))
		if cell != "" && !headings[cell] {
			return false
		}
		n++
	}
	return n > 0
}

// parseRow reads one line. Where semicolons divide several addresses, commas
// stand inside names ("Kowalski, Anna <a@x>; …").
func parseRow(row string) []Entry {
	if parts := cells(row, ";"); len(parts) > 1 {
		with := 0
		for _, p := range parts {
			if strings.Contains(p, "@") {
				with++
			}
		}
		if with > 1 {
			var out []Entry
			for _, p := range parts {
				if p = strings.TrimSpace(p); p != "" {
					out = append(out, parseRow(p)...)
				}
			}
			return out
		}
	}
	var fields []string
	with := 0
	for _, cell := range cells(row, ",;\t") {
		for _, f := range people(cell) {
			if f = strings.TrimSpace(f); f != "" {
				fields = append(fields, f)
				if strings.Contains(f, "@") {
					with++
				}
			}
		}
	}
	switch {
	case len(fields) == 0:
		return nil
	case with == 0:
		return []Entry{entry(row, row)}
	case with == 1:
		return []Entry{oneGuest(row, fields)}
	default:
		return manyGuests(fields)
	}
}

func entry(raw, cell string) Entry {
	e := Entry{Raw: raw}
	e.Address, e.Err = ParseAddress(cell)
	return e
}

// oneGuest reads a line about one guest: the address and, around it, name, end
// date and language.
func oneGuest(row string, fields []string) Entry {
	var e Entry
	var extra []string
	for _, f := range fields {
		switch word := strings.Trim(f, edges); {
		case strings.Contains(f, "@"):
			e = Entry{Raw: row, Until: e.Until, Language: e.Language, Err: e.Err}
			var err error
			if e.Address, err = ParseAddress(f); err != nil {
				e.Err = err
			}
		case isLanguage(word):
			e.Language = strings.ToLower(word)
		case looksLikeDate(word):
			until, ok := parseDate(word)
			e.Until = until
			if !ok && e.Err == nil {
				e.Err = &ListError{Kind: ListBadDate, Value: word}
			}
		case word != "":
			extra = append(extra, word)
		}
	}
	if len(extra) > 0 && e.Address.Mail != "" {
		if e.Address.Name != "" {
			extra = append(extra, e.Address.Name)
		}
		e.Address.Name = cleanName(strings.Join(extra, ", "))
	}
	return e
}

// manyGuests reads a line of several addresses. A field without one is a family
// name where the next has a name of its own, else a fault to be shown.
func manyGuests(fields []string) []Entry {
	var out []Entry
	for i := 0; i < len(fields); i++ {
		f := fields[i]
		if !strings.Contains(f, "@") && i+1 < len(fields) && strings.Contains(fields[i+1], "<") {
			e := entry(f+", "+fields[i+1], fields[i+1])
			if e.Err == nil {
				e.Address.Name = cleanName(strings.Trim(f, edges) + ", " + e.Address.Name)
			}
			out = append(out, e)
			i++
			continue
		}
		out = append(out, entry(f, f))
	}
	return out
}

// isLanguage tells "nl" and "en-US".
func isLanguage(s string) bool {
	if len(s) != 2 && (len(s) != 5 || s[2] != '-' && s[2] != '_') {
		return false
	}
	for i, r := range s {
		if i != 2 && (r > unicode.MaxASCII || !unicode.IsLetter(r)) {
			return false
		}
	}
	return true
}

// looksLikeDate tells three numbers with separators.
func looksLikeDate(s string) bool {
	return len(s) >= 6 && len(s) <= 10 && strings.Trim(s, "0123456789-/. ") == "" &&
		len(strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })) == 3
}

// parseDate reads 2027-02-19 and 19-02-2027, with any of - / . between.
func parseDate(s string) (time.Time, bool) {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '/', '.':
			return '-'
		case ' ':
			return -1
		}
		return r
	}, s)
	for _, layout := range []string{"2006-1-2", "2-1-2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
