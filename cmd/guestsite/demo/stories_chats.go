package demo

import (
	"net/http"

	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
	"guestsite/bot/teams/teamsfake"
)

// teamsCast gives the people of the stories in Teams.
func (s *Stage) teamsCast() (sanne, mehmet, priya *Actor) {
	return s.InTeams("Sanne, in Teams", s.People.Sanne.ID), s.InTeams("Mehmet, in Teams", s.People.Mehmet.ID),
		s.InTeams("Priya, in Teams", s.People.Priya.ID)
}

// comesBy has somebody look for what waits for him, so that he was last seen there.
func (s *Stage) comesBy(who *Actor) {
	who.Types("/guestsite inbox")
	who.Reads(inbox(s.lang))
}

// inbox is what an empty one says.
func inbox(lang string) string {
	if lang == "nl" {
		return "wacht"
	}
	return "waits"
}

// adds is what a decision card says afterwards.
func adds(lang, name string) string {
	if lang == "nl" {
		return "Toegevoegd door " + name
	}
	return "Added by " + name
}

// asked asks for guests to Project Linden, up to the end.
func (s *Stage) asked(who *Actor, guests string) {
	s.asksForGuests(who, guests)
	who.Reviews(linden)
	who.Sends()
}

// teamsNewSite is the main job in Teams: the form walks in one card.
func teamsNewSite(s *Stage) {
	sanne, mehmet, _ := s.teamsCast()
	s.Scene("Mehmet has used the bot in Teams before")
	s.comesBy(mehmet)
	s.Scene("Sanne asks for a site that Mehmet will own")
	s.asksForSite(sanne, bridge, "mehmet", "Anna Kowalski <anna@fabrikam.com>")
	sanne.Reads(bridge, "G-")
	s.Expect("the whole form was one message, and the request's card is the other", func() bool { return s.answers(sanne) == 2 })
	s.Scene("Mehmet gets a card and decides: first the site, then the guest")
	mehmet.Decides(string(card.ActApprove), "site")
	mehmet.Decides(string(card.ActApprove), "g1")
	s.Scene("The bot makes the site and invites Anna; Sanne watches her card")
	s.Expect("Anna has a guest account and is a member", func() bool { return s.isGuest(anna) && s.isMember(bridge, anna) })
	sanne.Reads(ready(s.lang))
	s.Expect("one group of that name, and one invitation", func() bool { return s.groups(bridge) == 1 && s.invitations(anna) == 1 })
	s.Expect("nothing came in Slack", func() bool {
		return len(s.Slack.As(slackfake.Sanne).Messages()) == 0 && len(s.Slack.As(slackfake.Mehmet).Messages()) == 0
	})
}

// answers counts the messages that the bot posted to somebody in Teams, each once
// however often it was edited.
func (s *Stage) answers(who *Actor) int {
	c, ok := who.c.(inTeams)
	if !ok {
		return 0
	}
	n := 0
	for _, m := range c.u.DM() {
		if m.From == s.Teams.BotID() {
			n++
		}
	}
	return n
}

// crossChat crosses from Slack to Teams, and back.
func crossChat(s *Stage) {
	sanne, mehmet, _ := s.cast()
	sanneT, mehmetT, _ := s.teamsCast()
	s.Scene("Mehmet was last seen in Teams; Sanne asks in Slack")
	s.comesBy(mehmetT)
	s.asked(sanne, "Anna Kowalski <anna@fabrikam.com>")
	mehmetT.Decides(string(card.ActApprove), "g1")
	s.Expect("Anna is a member", func() bool { return s.isMember(linden, anna) })
	sanne.Reads(ready(s.lang))
	s.Expect("Mehmet got nothing in Slack", func() bool { return !mehmet.Has(string(card.ActApprove), "g1") && !mehmet.Saw(anna) })
	s.Scene("Mehmet is back in Slack; Sanne asks in Teams")
	s.comesBy(mehmet)
	s.asked(sanneT, "jan@contoso.nl")
	mehmet.Opens(string(card.ActAsk), "g1", card.FieldText)
	mehmet.Fills(card.FieldText, "Which drawings?")
	mehmet.Sends()
	sanneT.Reads("Which drawings?")
	sanneT.Opens(string(card.ActAnswer), "g1", card.FieldText)
	sanneT.Fills(card.FieldText, "Those of phase two.")
	sanneT.Sends()
	mehmet.Reads("Those of phase two.")
	mehmet.Decides(string(card.ActApprove), "g1")
	s.Expect("Jan is a member", func() bool { return s.isMember(linden, "jan@contoso.nl") })
	sanneT.Reads(ready(s.lang))
	s.Expect("each was invited as often as needed", func() bool { return s.invitations(anna) == 1 && s.invitations("jan@contoso.nl") == 0 })
}

// twoOwnersAtOnce has both press before either is judged.
func twoOwnersAtOnce(s *Stage) {
	sanne, mehmet, _ := s.cast()
	_, _, priyaT := s.teamsCast()
	s.Scene("Sanne asks; Mehmet has his card in Slack, Priya hers in Teams")
	s.comesBy(priyaT)
	s.asked(sanne, "Anna Kowalski <anna@fabrikam.com>")
	his, _ := mehmet.finds(string(card.ActApprove), "g1")
	hers, _ := priyaT.finds(string(card.ActApprove), "g1")
	s.Scene("Both press at the same moment")
	s.together(mehmet, his, priyaT, hers)
	s.Expect("Anna is a member", func() bool { return s.isMember(linden, anna) })
	s.Expect("both cards name the same one, who was first", func() bool {
		first := mehmet.Saw(adds(s.lang, "Mehmet"))
		return first != mehmet.Saw(adds(s.lang, "Priya")) && first == priyaT.Saw(adds(s.lang, "Mehmet")) &&
			first != priyaT.Saw(adds(s.lang, "Priya"))
	})
	s.Expect("neither card asks any more", func() bool {
		return !mehmet.Has(string(card.ActApprove), "g1") && !priyaT.Has(string(card.ActApprove), "g1")
	})
	s.Expect("she was invited exactly once", func() bool { return s.invitations(anna) == 1 })
	sanne.Reads(ready(s.lang))
}

// ownerUnreachable routes on, and says so; then the bot installs its app.
func ownerUnreachable(s *Stage) {
	sanneT, mehmetT, priyaT := s.teamsCast()
	s.comesBy(priyaT)
	s.Scene("Mehmet has left Slack and never had the app in Teams; the bot may not install it")
	s.must(s.Slack.UpdateUser(slackfake.Mehmet, func(u *slackfake.User) { u.Deleted = true }))
	if u, ok := s.Teams.User(s.People.Mehmet.ID); ok {
		u.Installed = false
		s.Teams.AddUser(u)
	}
	s.Switch(noInstall, true)
	s.asked(sanneT, "Anna Kowalski <anna@fabrikam.com>")
	s.Scene("Sanne reads that he cannot be reached; Priya has the request and decides")
	sanneT.Reads("Mehmet Yildiz", "G-")
	priyaT.Decides(string(card.ActApprove), "g1")
	s.Expect("Anna is a member", func() bool { return s.isMember(linden, anna) })
	sanneT.Reads(ready(s.lang))
	s.Scene("An admin lets the bot install its app; at the next request Mehmet has it, and his card")
	s.Switch(noInstall, false)
	s.asked(sanneT, "jan@contoso.nl")
	mehmetT.Decides(string(card.ActApprove), "g1")
	s.Expect("the app was installed for him, once", func() bool { return s.Tenant.Writes()["app.install"] == 1 })
	s.Expect("Jan is a member", func() bool { return s.isMember(linden, "jan@contoso.nl") })
}

// noInstall takes the permission to install the app away.
const noInstall = "no-TeamsAppInstallation.ReadWriteSelfForUser.All"

// oneChatDown loses Teams for a while.
func oneChatDown(s *Stage) {
	sanne, mehmet, _ := s.cast()
	_, _, priyaT := s.teamsCast()
	s.comesBy(priyaT)
	s.Scene("Teams goes down; Sanne asks in Slack, and Mehmet decides there")
	s.Teams.AddFault(teamsfake.Fault{Kind: teamsfake.FaultStatus, Status: http.StatusServiceUnavailable, Times: -1})
	s.asked(sanne, "Anna Kowalski <anna@fabrikam.com>")
	mehmet.Decides(string(card.ActApprove), "g1")
	s.Expect("Anna is a member, though Priya has no card", func() bool {
		return s.isMember(linden, anna) && !priyaT.Saw(anna)
	})
	sanne.Reads(ready(s.lang))
	s.Scene("Teams is back; Priya reads what was decided")
	s.Teams.ClearFaults()
	priyaT.Reads(adds(s.lang, "Mehmet"))
	s.Expect("she was invited exactly once", func() bool { return s.invitations(anna) == 1 })
}
