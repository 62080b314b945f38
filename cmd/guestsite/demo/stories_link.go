package demo

import (
	"strings"

	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
)

// signIn has the operator let people link their accounts, and start the bot anew.
func (s *Stage) signIn() {
	if s.err != nil {
		return
	}
	s.Lab.identity = "link"
	s.Kill()
	s.must(s.writeConfig())
	s.must(s.Restart(s.ctx))
}

// linkAccount is a first day with the bot: who is not linked is nobody.
func linkAccount(s *Stage) {
	sanne, mehmet, _ := s.cast()
	command := string(card.ActCommand)
	s.Scene("The company has people sign in; Sanne wants a new site and is nobody yet")
	s.signIn()
	sanne.Types("/guestsite new")
	sanne.Reads(unknown)
	s.Scene("She opens her link, signs in, and says that both are her")
	s.signsIn(sanne, "Sanne", s.People.Sanne.ID, "confirms", "Sanne de Vries", "sanne@noordzee.nl")
	sanne.Reads("Sanne de Vries", "sanne@noordzee.nl")
	s.Scene("She goes on where she was stopped")
	sanne.Opens(command, "", card.FieldName)
	sanne.Leaves()
	s.asked(sanne, "Anna Kowalski <anna@fabrikam.com>")
	s.Scene("Mehmet, who is not linked, sees a number; once he is linked, the same card asks him")
	asks, taken := mehmet.finds(command, "")
	if !taken {
		s.Expect("he sees the number and nothing else", func() bool {
			return strings.Contains(asks.card, "G-") && !strings.Contains(asks.card, "Anna") && !strings.Contains(asks.card, linden)
		})
		mehmet.presses(asks)
	}
	s.signsIn(mehmet, "Mehmet", s.People.Mehmet.ID, "confirms")
	mehmet.Decides(string(card.ActApprove), "g1")
	s.Expect("Anna is a member", func() bool { return s.isMember(linden, anna) })
	sanne.Reads(ready(s.lang))
	s.Scene("Lars passes his link on to Priya, who signs in: the address of his account is Daan's")
	s.must(s.Slack.UpdateUser(slackfake.Lars, func(u *slackfake.User) { u.Email = "daan@noordzee.nl" }))
	lars := s.InSlack("Lars", slackfake.Lars)
	lars.Types("/guestsite link")
	s.signsIn(lars, "Priya", s.People.Priya.ID, "", notLinked)
	s.Scene("From an account whose address nobody has, it goes through; Priya's own account is told")
	s.must(s.Slack.UpdateUser(slackfake.Lars, func(u *slackfake.User) { u.Email = "lars@private.example" }))
	lars.Types("/guestsite link")
	s.signsIn(lars, "Priya", s.People.Priya.ID, "confirms without reading")
	s.InSlack("Priya", slackfake.Priya).Reads("Lars", "priya@noordzee.nl")
	s.Scene("So she unlinks nothing herself: Joost, the admin, does")
	joost := s.InSlack("Joost", slackfake.Joost)
	joost.Types("/guestsite link")
	s.signsIn(joost, "Joost", s.People.Joost.ID, "confirms")
	joost.Reads("Joost", "joost@noordzee.nl")
	joost.Types("/guestsite unlink priya@noordzee.nl")
	lars.Reads(unlinkedByIT(s.lang))
}

// What somebody reads who is nobody yet: his Slack speaks English, and the
// directory cannot say otherwise before it is known who he is.
const (
	unknown   = "who you are"
	notLinked = "Nothing was linked"
)

func unlinkedByIT(lang string) string {
	if lang == "nl" {
		return "Je account is ontkoppeld"
	}
	return "Your account was unlinked"
}
