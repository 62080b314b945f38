package cardtest

import (
	"fmt"
	"strings"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// Sample is a card under a name that no other sample of its language has and
// that can be a file's.
type Sample struct {
	Name string
	// Kind is which builder it shows, Title what of it.
	Kind  string
	Title string
	// Many says that it is about more guests or settings than a screen holds.
	Many bool
	Card card.Card
}

// FormSample is a form, named as a card is.
type FormSample struct {
	Name  string
	Kind  string
	Title string
	Many  bool
	Form  card.Form
}

// maker collects samples. Its style changes what people typed before it is drawn.
type maker struct {
	texts *card.Texts
	lang  string
	style *style
	kind  string
	cards []Sample
	forms []FormSample
	names map[string]bool
}

func newMaker(t *card.Texts, lang string, s *style) *maker {
	return &maker{texts: t, lang: lang, style: s, names: map[string]bool{}}
}

func (m *maker) view(role card.Role, r *flow.Request, gs ...*flow.Guest) card.View {
	v := Seen(m.texts, role, m.lang, m.grown(r, gs), gs...)
	m.style.growView(&v)
	return v
}

// grown is the request, with its guests, as the style has people type.
func (m *maker) grown(r *flow.Request, gs []*flow.Guest) *flow.Request {
	m.style.growRequest(r)
	for _, g := range gs {
		m.style.growGuest(g)
	}
	return r
}

func (m *maker) item(r *flow.Request, gs ...*flow.Guest) card.Item {
	return card.Item{Request: m.grown(r, gs), Guests: gs}
}

func (m *maker) add(title string, c card.Card) {
	m.cards = append(m.cards, Sample{Name: m.name(m.kind + " / " + title), Kind: m.kind, Title: title, Card: c})
}

func (m *maker) form(title string, f card.Form) {
	m.forms = append(m.forms, FormSample{Name: m.name("form / " + title), Kind: m.kind, Title: title, Form: f})
}

// addMany adds a card about more than a screen holds, formMany such a form.
func (m *maker) addMany(title string, c card.Card) {
	m.add(title, c)
	m.cards[len(m.cards)-1].Many = true
}

func (m *maker) formMany(title string, f card.Form) {
	m.form(title, f)
	m.forms[len(m.forms)-1].Many = true
}

// name makes a title a name for a file, and a second one of the same another.
func (m *maker) name(title string) string {
	safe := func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		case r == ' ':
			return '_'
		}
		return -1
	}
	base := strings.Map(safe, strings.ToLower(strings.ReplaceAll(title, " / ", "-")))
	name := base
	for i := 2; m.names[name]; i++ {
		name = fmt.Sprintf("%s-%d", base, i)
	}
	m.names[name] = true
	return name
}

// Cards are the cards of every builder in a language: every state as every viewer
// sees it, and what else the builders can be asked for.
func Cards(t *card.Texts, lang string) []Sample { return newMaker(t, lang, nil).allCards() }

// Forms are the forms of every builder in a language.
func Forms(t *card.Texts, lang string) []FormSample { return newMaker(t, lang, nil).allForms() }

func (m *maker) allCards() []Sample {
	for _, kind := range []struct {
		name string
		make func(*maker)
	}{
		{"status", (*maker).status},
		{"decide", (*maker).decide},
		{"admin", (*maker).admin},
		{"why", (*maker).why},
		{"lists", (*maker).lists},
		{"whisper", (*maker).whispers},
		{"more", (*maker).more},
	} {
		m.kind = kind.name
		kind.make(m)
	}
	return m.cards
}
