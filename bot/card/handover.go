package card

import (
	"guestsite/bot/flow"
)

// Handover gives the requester a text to send to a guest, in a language of his
// choice, because mail from an app often lands in spam. link is a fresh link for
// the guest, shown once and kept nowhere; empty for none.
func Handover(v View, g *flow.Guest, lang, link string) Card {
	s := &sheet{Lang: v.lang()}
	theirs := v.Texts.For(lang).In(v.Viewer.Zone, v.Now)
	args := []any{
		"guest", given(g.Called()), "site", v.site(), "mail", g.Mail, "date", Day(g.Until),
		"name", given(nameOf(v.Request.Requester)), "link", link,
	}
	s.text(keyHandoverIntro, args...)
	k := keyHandoverText
	if link != "" {
		k = keyHandoverLink
	}
	s.quote(theirs.Say(k, args...))
	for _, other := range Languages() {
		if other != theirs.Tag() {
			b := v.button(ActHandover, g.ID, s.Say(Key("handover.in_"+other)))
			b.Value = other
			s.actions(b, v.button(ActRedeem, g.ID, s.Say(keyLinkFor, "guest", given(g.Called()))))
		}
	}
	if link != "" {
		s.note(keyHandoverOnce)
	}
	return s.card(s.Say(keyHandoverTitle, args...))
}
