package cardtest

import (
	"strings"
	"unicode/utf8"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// What may be typed at most, in characters: by the fields of the forms and, for
// people, groups and addresses, by the directory.
const (
	mostName   = 256
	mostSite   = 200
	mostWords  = 500
	mostPasted = 3000
	mostLocal  = 64
	mostMail   = 254
)

// style is how people type. A nil style leaves the examples as they are.
type style struct {
	name string
	// unit is repeated until a text is as long as it may be.
	unit string
}

// styles are long in different ways: by letters, by lines, by characters that
// take several, and by what could be taken for markup.
func styles() []*style {
	return []*style{
		{"long", "Wijdemeersewatermolenwiekenwerkgroep "},
		{"wide", "W&<>\"'"},
		{"lines", "w\n"},
		{"families", "👩🏽‍👩🏽‍👧🏽‍👦🏽 "},
		{"nasty", "**x** _i_ *b* ~s~ `c` [Add Anna] [click](https://evil.example) <https://evil.example|click> <!channel> <@U1> " +
			"<at>Sanne</at> {site} {{DATE(2026-11-22T09:00:00Z, SHORT)}} &amp; :smile: \u202egnp.exe\u200b \u200fשלום\u200e é\u0301\u0301\u0301 \\ %s " +
			"\n- list\n1. list\n# title\n\n> quote\n"},
	}
}

// text is as many characters as may be typed; no unit is begun that cannot end.
func (s *style) text(most int) string {
	return strings.TrimSpace(strings.Repeat(s.unit, most/utf8.RuneCountInString(s.unit)))
}

// person is a name at its longest.
func (s *style) person(name string) string {
	if s == nil || name == "" {
		return name
	}
	return s.text(mostName)
}

func (s *style) site(name string) string {
	if s == nil || name == "" {
		return name
	}
	return s.text(mostSite)
}

func (s *style) words(text string) string {
	if s == nil || text == "" {
		return text
	}
	return s.text(mostWords)
}

// mail is an address at its longest, which no style writes in other letters: it
// begins with id, so that two guests keep two addresses.
func (s *style) mail(id, mail string) string {
	if s == nil || mail == "" {
		return mail
	}
	local := id + "." + strings.Repeat("w", mostLocal)
	return local[:mostLocal] + "@" + s.domain()
}

// domain is a domain at its longest, behind a local part that is.
func (*style) domain() string {
	label := strings.Repeat("w", 58) + "."
	return strings.Repeat(label, 3) + strings.Repeat("w", mostMail-mostLocal-1-3*len(label)-3) + ".nl"
}

func (s *style) who(w *flow.Who) {
	if w.ID != "" {
		w.Name, w.Mail = s.person(w.Name), s.mail(w.ID, w.Mail)
	}
}

func (s *style) everybody(ws []flow.Who) {
	for i := range ws {
		s.who(&ws[i])
	}
}

// args are what findings name: a domain, an address, a word.
func (s *style) args(m map[string]string) {
	for k, v := range m {
		switch {
		case v == "":
		case k == "domain", k == "like":
			m[k] = s.domain()
		case k == "suggestion", k == "address":
			m[k] = s.mail(k, v)
		case k == "person", k == "site", k == "word", k == "text":
			m[k] = s.person(v)
		}
	}
}

func (s *style) flags(c *flow.Check) {
	if c == nil {
		return
	}
	for _, f := range c.Flags {
		s.args(f.Args)
	}
}

func (s *style) decision(d *flow.Decision) {
	if d == nil {
		return
	}
	s.who(&d.By)
	if d.Note != "" {
		code, _, _ := strings.Cut(d.Note, ":")
		d.Note = code + ": " + s.words(d.Note)
	}
}

func (s *style) growView(v *card.View) {
	if s == nil {
		return
	}
	s.who(&v.Viewer)
	for i := range v.Admins {
		v.Admins[i] = s.person(v.Admins[i])
	}
	v.Orgs = map[string]string{s.domain(): s.person("Fabrikam")}
}
