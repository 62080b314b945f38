package demo

import (
	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
	"guestsite/graph/graphfake"
)

const linden = "Project Linden"

// asksForGuests has somebody fill in the form for guests to an existing site.
func (s *Stage) asksForGuests(who *Actor, guests string) {
	who.Types("/guestsite add " + linden)
	who.Form(card.FieldGuests)
	who.Fills(card.FieldGuests, guests)
	who.Fills(card.FieldWhy, "They review the drawings of phase two.")
	who.Sends()
}

// addGuests is a member's wish for two guests; a colleague among them is moved.
func addGuests(s *Stage) {
	sanne, mehmet, _ := s.cast()
	s.Scene("Sanne, a member, asks for two guests and names a colleague among them")
	s.asksForGuests(sanne, "Anna Kowalski <anna@fabrikam.com>, jan@contoso.nl; daan@noordzee.nl")
	sanne.ReadsInForm("daan@noordzee.nl")
	sanne.Sends()
	sanne.Reviews(linden)
	sanne.Sends()
	s.Scene("Mehmet adds both")
	mehmet.Decides(string(card.ActApprove), "g1")
	mehmet.Decides(string(card.ActApprove), "g2")
	s.Expect("Anna and Jan are members", func() bool { return s.isMember(linden, anna) && s.isMember(linden, "jan@contoso.nl") })
	s.Expect("Jan, who was a guest before, got no second invitation", func() bool { return s.invitations("jan@contoso.nl") == 0 })
	sanne.Reads(ready(s.lang))
	s.Expect("Anna was invited once", func() bool { return s.invitations(anna) == 1 })
}

// declined is a question, an answer, and a no with a reason.
func declined(s *Stage) {
	sanne, mehmet, _ := s.cast()
	s.Scene("Sanne asks for Anna")
	s.asksForGuests(sanne, "Anna Kowalski <anna@fabrikam.com>")
	sanne.Reviews(linden)
	sanne.Sends()
	s.Scene("Mehmet asks first")
	mehmet.Opens(string(card.ActAsk), "g1", card.FieldText)
	mehmet.Fills(card.FieldText, "Has the project started at all?")
	mehmet.Sends()
	sanne.Reads("Has the project started at all?")
	sanne.Opens(string(card.ActAnswer), "g1", card.FieldText)
	sanne.Fills(card.FieldText, "It starts in spring.")
	sanne.Sends()
	s.Scene("The operator changes Slack from sockets to HTTP, and starts the bot anew")
	if s.err != nil {
		return
	}
	s.must(s.SlackOverHTTP(s.ctx))
	s.Scene("Mehmet reads the answer and declines")
	mehmet.Reads("It starts in spring.")
	mehmet.Opens(string(card.ActDecline), "g1", card.FieldReason)
	mehmet.Fills(card.FieldReason, "later")
	mehmet.Fills(card.FieldNote, "Ask me again in March.")
	mehmet.Sends()
	sanne.Reads("Ask me again in March.")
	s.Expect("nothing was changed for Anna", func() bool { return !s.isGuest(anna) && s.invitations(anna) == 0 })
}

// blockedDomain is a request that a setting stops until an admin mends it.
func blockedDomain(s *Stage) {
	mehmet := s.InSlack("Mehmet", slackfake.Mehmet)
	joost := s.InSlack("Joost", slackfake.Joost)
	s.Scene("The company invites only from listed domains, and fabrikam.com is not one of them")
	s.Switch(graphfake.SwitchDomainNotAllowed, true)
	s.asksForGuests(mehmet, "Anna Kowalski <anna@fabrikam.com>")
	mehmet.ReadsInForm("fabrikam.com")
	mehmet.Sends()
	mehmet.Reviews(linden)
	mehmet.Sends()
	s.Scene("The request waits; Joost in IT gets the one setting, with proof and the fix")
	joost.Reads("fabrikam.com")
	s.Expect("nobody was invited", func() bool { return s.invitations(anna) == 0 && !s.isGuest(anna) })
	joost.Types("/guestsite why anna@fabrikam.com")
	joost.Reads("✓ 0 ")
	s.Scene("Joost adds the domain and says nothing to anybody; the request goes on by itself")
	s.Switch(graphfake.SwitchDomainNotAllowed, false)
	s.Expect("Anna is a member", func() bool { return s.isMember(linden, anna) })
	mehmet.Reads(ready(s.lang))
	s.Expect("she was invited exactly once", func() bool { return s.invitations(anna) == 1 })
}

// endDate is an owner's own guest, whose membership ends on the day.
func endDate(s *Stage) {
	mehmet := s.InSlack("Mehmet", slackfake.Mehmet)
	s.Scene("Mehmet owns the site and adds Anna for 30 days; nobody else needs to decide")
	mehmet.Types("/guestsite add " + linden)
	mehmet.Form(card.FieldGuests)
	mehmet.Fills(card.FieldGuests, "Anna Kowalski <anna@fabrikam.com>")
	mehmet.Fills(card.FieldDays, "30")
	mehmet.Fills(card.FieldWhy, "She reviews the drawings.")
	mehmet.Sends()
	mehmet.Reviews(linden)
	mehmet.Sends()
	s.Expect("Anna is a member", func() bool { return s.isMember(linden, anna) })
	mehmet.Reads(ready(s.lang))
	s.Scene("A month passes")
	s.Days(29)
	s.Expect("she is still a member the day before", func() bool { return s.isMember(linden, anna) })
	s.Days(2)
	s.Expect("her membership has ended", func() bool { return !s.isMember(linden, anna) })
	s.Expect("her account is still there", func() bool { return s.isGuest(anna) })
	s.Expect("Mehmet and Priya own the site as before", func() bool { return len(s.group(linden).OwnerIDs) == 2 })
}
