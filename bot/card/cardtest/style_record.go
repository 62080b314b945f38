package cardtest

import (
	"fmt"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// growRequest makes everything that was typed into a request as long as it may
// be. Growing it again changes nothing.
func (s *style) growRequest(r *flow.Request) {
	if s == nil || r == nil {
		return
	}
	s.who(&r.Requester)
	r.Target.Name, r.Origin.Typed = s.person(r.Target.Name), s.person(r.Origin.Typed)
	a := &r.Answers
	a.Name, a.Purpose, a.Why = s.site(a.Name), s.words(a.Purpose), s.words(a.Why)
	s.who(&a.Owner)
	s.who(&a.Second)
	s.everybody(a.Members)
	for i := range a.Guests {
		s.entry(i, &a.Guests[i])
	}
	if a.Pasted != "" {
		a.Pasted = pasted(a.Guests)
	}
	if l := r.Looked; l != nil {
		l.Display, l.Target.Name = s.person(l.Display), s.person(l.Target.Name)
		s.everybody(l.Deciders)
		s.everybody(l.SiteDeciders)
		for _, p := range l.Problems {
			s.args(p.Args)
		}
	}
	if st := r.Site; st != nil {
		s.everybody(st.Deciders)
		s.decision(st.Decision)
		s.flags(st.Check)
	}
}

func (s *style) entry(i int, e *flow.GuestEntry) {
	e.Name, e.Mail = s.person(e.Name), s.mail(fmt.Sprintf("e%d", i), e.Mail)
	s.args(e.Args)
}

func (s *style) growGuest(g *flow.Guest) {
	if s == nil {
		return
	}
	g.Name, g.Mail = s.person(g.Name), s.mail(g.ID, g.Mail)
	s.everybody(g.Deciders)
	s.decision(g.Decision)
	s.decision(g.Second)
	s.flags(g.Check)
	for i := range g.Asked {
		s.who(&g.Asked[i].By)
		g.Asked[i].Text, g.Asked[i].Answer = s.words(g.Asked[i].Text), s.words(g.Asked[i].Answer)
	}
}

// Longest are the cards and forms of a language with all that people can type as
// long as it can be, in each of several ways; the way begins the name. A card
// that no text of theirs is on is left out.
func Longest(t *card.Texts, lang string) ([]Sample, []FormSample) {
	var cards []Sample
	var forms []FormSample
	plain := map[string]string{}
	for _, c := range Cards(t, lang) {
		plain[c.Name] = c.Card.Text
	}
	for _, s := range styles() {
		for _, c := range newMaker(t, lang, s).allCards() {
			if c.Card.Text != plain[c.Name] {
				c.Name = s.name + "-" + c.Name
				cards = append(cards, c)
			}
		}
		for _, f := range newMaker(t, lang, s).allForms() {
			f.Name = s.name + "-" + f.Name
			forms = append(forms, f)
		}
	}
	return cards, forms
}
