package card

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"guestsite/bot/flow"
)

// sheet collects the blocks of a card or form in a language.
type sheet struct {
	Lang
	blocks []Block
}

func (s *sheet) add(b ...Block)          { s.blocks = append(s.blocks, b...) }
func (s *sheet) text(k Key, args ...any) { s.add(Text{s.Runs(k, args...)}) }
func (s *sheet) note(k Key, args ...any) { s.add(Note{s.Runs(k, args...)}) }

// notes adds sentences as one piece of small print.
func (s *sheet) notes(sentences ...string) {
	if len(sentences) > 0 {
		s.add(Note{line(strings.Join(sentences, " "))})
	}
}

func (s *sheet) quote(words string) { s.add(quoteOf(words)) }
func (s *sheet) actions(buttons ...Button) {
	const most = 5
	for len(buttons) > 0 {
		n := min(most, len(buttons))
		s.add(Actions{buttons[:n]})
		buttons = buttons[n:]
	}
}

// card is the sheet as a card, with its plain text.
func (s *sheet) card(title string) Card {
	s.erased(s.blocks)
	title = short(s.erasedIn(title), 150)
	return Card{Title: title, Blocks: s.blocks, Text: PlainText(title, s.blocks)}
}

// erasedIn writes a word in the place of who was forgotten.
func (s *sheet) erasedIn(text string) string {
	if !strings.Contains(text, flow.Erased) {
		return text
	}
	word := s.Say(keyErased)
	if rest, first := strings.CutPrefix(text, flow.Erased); first {
		r, n := utf8.DecodeRuneInString(word)
		text = string(unicode.ToUpper(r)) + word[n:] + rest
	}
	return strings.ReplaceAll(text, flow.Erased, word)
}

// erased writes the word in all texts of blocks.
func (s *sheet) erased(blocks []Block) {
	runs := func(rs []Run) {
		for i := range rs {
			rs[i].Text = s.erasedIn(rs[i].Text)
		}
	}
	for _, b := range blocks {
		switch b := b.(type) {
		case Text:
			runs(b.Runs)
		case Quote:
			runs(b.Runs)
		case Note:
			runs(b.Runs)
		case List:
			for _, it := range b.Items {
				runs(it)
			}
		case Actions:
			for i := range b.Buttons {
				b.Buttons[i].Label = s.erasedIn(b.Buttons[i].Label)
				b.Buttons[i].Spoken = s.erasedIn(b.Buttons[i].Spoken)
			}
		}
	}
}

// quoteOf is somebody's own words.
func quoteOf(words string) Quote { return Quote{[]Run{{Text: ownWords(words)}}} }

// line is a list item or paragraph of plain text.
func line(text string) []Run { return []Run{{Text: text}} }

// named is a list item that begins with a bold name.
func named(name, rest string) []Run {
	return []Run{{Text: oneLine(name), Bold: true}, {Text: rest}}
}

// label is a button's text: short, and without brackets, which mark buttons in
// plain text.
func label(s string) string {
	return short(strings.NewReplacer("[", "(", "]", ")").Replace(s), 75)
}

// button makes a button of a request's card.
func (v View) button(a Action, part, text string) Button {
	b := Button{Label: label(text), Action: a, Part: part}
	if v.Request != nil {
		b.Request, b.Version = v.Request.ID, v.Request.Version
	}
	return b
}

// PlainText is a title and blocks as text: what somebody reads who sees no
// blocks. Buttons stand in brackets, quotes behind ">".
func PlainText(title string, blocks []Block) string {
	var b strings.Builder
	if title != "" {
		b.WriteString(title + "\n")
	}
	for _, bl := range blocks {
		switch bl := bl.(type) {
		case Text:
			b.WriteString(flat(bl.Runs) + "\n")
		case Note:
			b.WriteString(flat(bl.Runs) + "\n")
		case Quote:
			for l := range strings.Lines(flat(bl.Runs)) {
				b.WriteString("> " + strings.TrimRight(l, "\n") + "\n")
			}
		case List:
			for i, it := range bl.Items {
				b.WriteString(bl.Marks.plain(i) + flat(it) + "\n")
			}
		case Divider:
			b.WriteString("\n")
		case Actions:
			var labels []string
			for _, x := range bl.Buttons {
				l := x.Label
				if x.URL != "" {
					l += ": " + x.URL
				}
				labels = append(labels, "["+l+"]")
			}
			b.WriteString(strings.Join(labels, " ") + "\n")
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// plain is what the i-th line begins with in plain text.
func (m Marks) plain(i int) string {
	switch m {
	case Numbers:
		return number(i+1) + ". "
	case OwnMarks:
		return ""
	case Bullets:
	}
	return "- "
}

// flat is runs as text; a link's address follows it.
func flat(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
		if r.Link != "" && r.Link != r.Text {
			b.WriteString(" (" + r.Link + ")")
		}
	}
	return b.String()
}
