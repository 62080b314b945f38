package bot_test

import (
	"testing"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// says has a person type a command and looks for a part of the answer.
func says(b *bottest.Bench, user, command, want string) {
	b.T.Helper()
	b.Command(user, command)
	if told := b.Told(user); !contains(told, want) {
		b.T.Errorf("%s typed %q and was told %q, want %q in it", user, command, told, want)
	}
}

func commandStories() []story {
	return []story{
		{
			name: "one's own language goes before the directory's and the chat's",
			set:  func(b *bottest.Bench) { b.Company.People["u-mehmet"].Language = "nl-NL" },
			play: func(b *bottest.Bench) {
				says(b, "sanne", "language nl", "Nederlands")
				says(b, "sanne", "taal frans", "English")
				says(b, "sanne", "help", "gastensite")
				site(b, "u-mehmet", "", "")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantCard(t, b, "sanne", bot.StatusCard, "Wacht op")
				wantCard(t, b, "mehmet", bot.DecideCard, "Sanne vraagt")
			},
			told: true,
		},
		{
			name: "mine lists one's requests and shows a card anew",
			play: func(b *bottest.Bench) {
				says(b, "sanne", "mine", "")
				add(b, "sanne", anna)
				says(b, "sanne", "mijn", "Project Linden")
				n := len(b.Chat.Cards("sanne"))
				b.Press("sanne", card.ActShow, "")
				if len(b.Chat.Cards("sanne")) != n+1 {
					b.T.Error("no card was shown")
				}
				in := b.Event("tess")
				in.Press = &bot.Press{Action: card.ActShow, Request: b.Request().ID}
				b.Act(in)
				b.Run()
			},
			want: func(t *testing.T, b *bottest.Bench) { wantTold(t, b, "tess", "don't know that card") },
			told: true,
		},
		{
			name: "the inbox lists what waits for one's word, until it is given",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				says(b, "mehmet", "inbox", "Project Linden")
				b.Press("mehmet", card.ActShow, "")
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				b.Command("mehmet", "inbox")
				if contains(b.Told("mehmet"), "Linden") {
					t.Errorf("the inbox still says %q", b.Told("mehmet"))
				}
			},
			told: true,
		},
		{
			name: "cancel withdraws the only request, the one named, or asks which",
			play: func(b *bottest.Bench) {
				says(b, "sanne", "cancel", "nothing of yours to withdraw")
				add(b, "sanne", anna)
				add(b, "sanne", "Bo <bo@fabrikam.com>")
				b.Command("sanne", "cancel")
				if !b.Has("sanne", card.ActWithdraw) {
					b.T.Error("nothing to choose from")
				}
				says(b, "sanne", "cancel "+b.Request().ID, "Withdrawn")
				b.Settle(awhile)
				says(b, "sanne", "annuleren", "Withdrawn")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				for _, r := range b.Requests() {
					if r.State != flow.Withdrawn {
						t.Errorf("%s is %q", r.ID, r.State)
					}
				}
			},
			told: true,
		},
		{
			name: "a request is withdrawn by who asked alone, and only while it runs",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				in := b.Event("tess")
				in.Press = &bot.Press{Action: card.ActWithdraw, Request: b.Request().ID}
				b.Act(in)
				wantTold(b.T, b, "tess", "isn't for you")
				press := b.Pressed("sanne", card.ActWithdraw, "")
				b.Act(press)
				wantTold(b.T, b, "sanne", "Withdrawn")
				press.Key = "once more"
				b.Act(press)
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantTold(t, b, "sanne", "no longer possible")
				wantState(t, b, flow.Withdrawn)
			},
			told: true,
		},
		{
			name: "check shows values to admins alone",
			set:  func(b *bottest.Bench) { b.Company.Settings.Groups.Value.AllowToAddGuests = false },
			play: func(b *bottest.Bench) {
				b.Command("sanne", "check")
				if contains(b.Told("sanne"), "Groups") {
					b.T.Errorf("Sanne reads %q", b.Told("sanne"))
				}
				says(b, "joost", "controle", "Groups")
			},
			told: true,
		},
		{
			name: "why answers admins with the setting, employees about their own guests without values",
			set:  func(b *bottest.Bench) { denied(b, "fabrikam.com") },
			play: func(b *bottest.Bench) {
				says(b, "joost", "why", "Tell me whom you mean")
				says(b, "joost", "why anna@fabrikam.com", "fabrikam.com")
				says(b, "joost", "why anna@fabrikam.com linden", "Project Linden")
				says(b, "joost", "why anna@fabrikam.com nowhere", "nowhere")
				says(b, "sanne", "why anna@fabrikam.com", "guests in your own requests")
				add(b, "sanne", anna)
				b.Command("sanne", "waarom anna@fabrikam.com")
				if told := b.Told("sanne"); contains(told, "guests in your own requests") || contains(told, "deny") || contains(told, "External collaboration") {
					b.T.Errorf("Sanne reads %q", told)
				}
				says(b, "mehmet", "why jan@fabrikam.com", "guests in your own requests")
			},
			told: true,
		},
		{
			name: "what is no command offers the nearest",
			play: func(b *bottest.Bench) {
				says(b, "sanne", "nwe", "new")
				b.PressValue("sanne", card.ActCommand, "new")
				if b.Chat.Form("sanne") == nil {
					b.T.Error("the button opened no form")
				}
				says(b, "sanne", "", "new")
			},
			told: true,
		},
		{
			name: "extend lists nobody where nobody is in, and what ends may be let end",
			play: func(b *bottest.Bench) {
				b.Command("mehmet", "extend")
				if b.Has("mehmet", card.ActExtend) {
					b.T.Error("somebody can be kept")
				}
				in := b.Event("mehmet")
				in.Press = &bot.Press{Action: card.ActLetEnd}
				b.Act(in)
				wantTold(b.T, b, "mehmet", "I end the access on that day")
				in = b.Event("mehmet")
				in.Press = &bot.Press{Action: "from_an_old_card"}
				b.Act(in)
				wantTold(b.T, b, "mehmet", "don't know that button")
			},
			told: true,
		},
		{
			name: "what could stop every guest is said before the first field",
			set:  func(b *bottest.Bench) { b.Company.Settings.SharePoint.Value.Sharing = readiness.SharingOff },
			play: func(b *bottest.Bench) { b.Command("sanne", "new") },
			want: func(t *testing.T, b *bottest.Bench) {
				if f := b.Chat.Form("sanne"); f == nil || b.Request().Looked.Company == "" {
					t.Errorf("the form is %+v", f)
				}
			},
			told: true,
		},
	}
}
