package demo

import (
	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
	"guestsite/graph/graphfake"
)

const (
	bridge = "Harbour Bridge"
	anna   = "anna@fabrikam.com"
)

// cast gives the people of the stories.
func (s *Stage) cast() (sanne, mehmet, joost *Actor) {
	return s.InSlack("Sanne", slackfake.Sanne), s.InSlack("Mehmet", slackfake.Mehmet), s.InSlack("Joost", slackfake.Joost)
}

// asksForSite has somebody fill in the form for a new site. An owner may be
// empty: then it is the one who asks.
func (s *Stage) asksForSite(who *Actor, name, owner, guests string) {
	who.Types("/guestsite new")
	who.Form(card.FieldName)
	who.Fills(card.FieldName, name)
	who.Fills(card.FieldPurpose, "Drawings and soil reports with our engineering partner.")
	if owner != "" {
		who.Picks(card.FieldOwner, owner)
	}
	who.Fills(card.FieldSecond)
	who.Sends()
	who.Form(card.FieldGuests)
	who.Fills(card.FieldGuests, guests)
	who.Fills(card.FieldWhy, "She delivers the soil report and uploads drawings.")
	who.Sends()
	who.Reviews(name)
	who.Sends()
}

// newSite is the main job: asked for by an employee, decided by the owner.
func newSite(s *Stage) {
	sanne, mehmet, _ := s.cast()
	s.Scene("Sanne asks for a site that Mehmet will own")
	s.asksForSite(sanne, bridge, "mehmet", "Anna Kowalski <anna@fabrikam.com>")
	sanne.Reads(bridge, "G-")
	s.Scene("Mehmet gets a card and decides: first the site, then the guest")
	mehmet.Decides(string(card.ActApprove), "site")
	mehmet.Decides(string(card.ActApprove), "g1")
	s.Scene("The bot makes the site and invites Anna; Sanne watches her card")
	s.Expect("one group of that name, owned by Mehmet alone", func() bool {
		g := s.group(bridge)
		return s.groups(bridge) == 1 && g.Visibility == "Private" && len(g.OwnerIDs) == 1 && g.OwnerIDs[0] == s.People.Mehmet.ID
	})
	s.Expect("Anna has a guest account and is a member", func() bool { return s.isGuest(anna) && s.isMember(bridge, anna) })
	sanne.Reads(ready(s.lang))
	s.Expect("she was invited exactly once", func() bool { return s.invitations(anna) == 1 })
	s.Scene("Anna has mail; she accepts the invitation")
	s.Accepts(anna)
	s.Expect("Anna can open the site", func() bool {
		u, _ := s.Tenant.User(anna)
		open, _ := s.Tenant.CanOpen(u.ID, s.group(bridge).ID)
		return open
	})
}

// restart drops the bot right after the group was made, before it could keep that.
func restart(s *Stage) {
	mehmet := s.InSlack("Mehmet", slackfake.Mehmet)
	s.Scene("Mehmet asks for a site of his own; the answer to the creation is lost and the bot is dropped")
	s.must(s.Tenant.Inject(graphfake.Fault{Host: graphfake.HostGraph, Method: "POST", Path: `/groups$`, Times: 1, Reset: true, Applied: true}))
	s.asksForSite(mehmet, bridge, "", "Anna Kowalski <anna@fabrikam.com>")
	s.Expect("the group is there", func() bool { return s.groups(bridge) == 1 })
	if s.err != nil {
		return
	}
	s.Drop()
	s.StartAgain()
	s.Scene("Started again, it goes on where it was")
	s.Expect("Anna is a member", func() bool { return s.isMember(bridge, anna) })
	mehmet.Reads(ready(s.lang))
	s.Expect("there is still one group, and one invitation", func() bool {
		return s.groups(bridge) == 1 && s.invitations(anna) == 1
	})
}

// ready is what the headline says when all is done.
func ready(lang string) string {
	if lang == "nl" {
		return "Klaar."
	}
	return "Ready."
}
