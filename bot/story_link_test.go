package bot_test

import (
	"slices"
	"testing"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// signingIn has the accounts of Slack bound by signing in.
func signingIn(s *bot.Settings) {
	s.LinkChats, s.LinkPage = []string{"slack"}, "https://guestsite.example.org/link"
}

// links has a person ask for a link, sign in and confirm.
func links(b *bottest.Bench, user, person string) {
	b.T.Helper()
	b.Command(user, "link")
	if reason := b.SignIn(user, person); reason != "" {
		b.T.Errorf("%s was not linked to %s: %s", user, person, reason)
	}
}

// wantLinked wants these people bound to the account of their own name, and
// nobody else.
func wantLinked(tb testing.TB, b *bottest.Bench, users ...string) {
	tb.Helper()
	var want []string
	for _, u := range users {
		want = append(want, u+" is u-"+u, "u-"+u+" has "+u)
	}
	slices.Sort(want)
	if got := b.Linked(); !slices.Equal(got, want) {
		tb.Errorf("linked are %v, want %v", got, want)
	}
}

func linkStories() []story {
	return []story{
		{
			name: "who is not linked is told before a form opens, and goes on with what he asked once he is", settings: signingIn,
			play: func(b *bottest.Bench) {
				b.Command("sanne", "add Project Linden")
				if b.Form("sanne") != nil {
					b.T.Error("a form opened for somebody who is not known")
				}
				wantTold(b.T, b, "sanne", "")
				if reason := b.SignIn("sanne", "u-sanne"); reason != "" {
					b.T.Errorf("not linked: %s", reason)
				}
				b.PressValue("sanne", card.ActCommand, "add")
				people(b, "sanne", card.FieldSite, "g-linden", card.FieldGuests, anna, card.FieldWhy, "Anna delivers the soil report")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantLinked(t, b, "sanne")
				wantState(t, b, flow.Open)
			},
			whole: true,
		},
		{
			name: "an owner who is not linked sees a number, and decides once he is", settings: signingIn,
			play: func(b *bottest.Bench) {
				links(b, "sanne", "u-sanne")
				add(b, "sanne", anna)
				wantNumberOnly(b, "mehmet")
				b.PressValue("mehmet", card.ActCommand, "link")
				if reason := b.SignIn("mehmet", "u-mehmet"); reason != "" {
					b.T.Errorf("not linked: %s", reason)
				}
				b.Settle(awhile)
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantLinked(t, b, "sanne", "mehmet")
				wantGuest(t, b, "g1", flow.In)
				wantNumberOnly(b, "priya")
				wantInvited(t, b, "anna@fabrikam.com", 1)
			},
			whole: true,
		},
		{
			name: "an unlinked account's cards fall back to a number, and its clicks are refused", settings: signingIn,
			play: func(b *bottest.Bench) {
				links(b, "sanne", "u-sanne")
				links(b, "mehmet", "u-mehmet")
				add(b, "sanne", anna)
				press := b.Pressed("mehmet", card.ActApprove, "g1")
				b.Command("mehmet", "unlink")
				b.Settle(awhile)
				wantNumberOnly(b, "mehmet")
				b.Act(press)
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantLinked(t, b, "sanne")
				wantGuest(t, b, "g1", flow.AwaitingDecision)
			},
		},
		{
			name: "where an admin unlinks who cannot be told of it his cards fall back to a number all the same", settings: signingIn,
			play: func(b *bottest.Bench) {
				links(b, "sanne", "u-sanne")
				links(b, "mehmet", "u-mehmet")
				links(b, "joost", "u-joost")
				add(b, "sanne", anna)
				b.Chat.Fail("FindPost", bottest.Refused(bot.Forbidden, ""))
				b.Command("joost", "unlink mehmet@noordzee.nl")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				t.Helper()
				wantLinked(t, b, "sanne", "joost")
				wantNumberOnly(b, "mehmet")
			},
		},
		{
			name: "what an account showed is taken back when its owner links another, though it could not be redrawn at once", settings: signingIn,
			set: mehmetsOther,
			play: func(b *bottest.Bench) {
				links(b, "sanne", "u-sanne")
				links(b, "mehmet", "u-mehmet")
				add(b, "sanne", anna)
				b.Chat.Fail("Update", bottest.Unavailable(), bottest.Unavailable(), bottest.Unavailable(), bottest.Unavailable())
				b.Command("mehmet", "unlink")
				links(b, "mk", "u-mehmet")
				b.Settle(awhile)
			},
			want:  func(t *testing.T, b *bottest.Bench) { t.Helper(); wantMoved(b) },
			whole: true,
		},
		{
			name: "an admin unlinks somebody, who is told and can link again", settings: signingIn,
			play: func(b *bottest.Bench) {
				links(b, "sanne", "u-sanne")
				links(b, "joost", "u-joost")
				b.Command("joost", "unlink sanne@noordzee.nl")
				b.Settle(awhile)
				links(b, "sanne", "u-sanne")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantLinked(t, b, "sanne", "joost") },
		},
		{
			name: "link and unlink say what they did, or why nothing", settings: signingIn,
			set: func(b *bottest.Bench) { b.WithTeams() },
			play: func(b *bottest.Bench) {
				says(b, "sanne", "unlink", "linked")
				says(b, "sanne", "mine", "")
				b.SignIn("sanne", "u-sanne")
				says(b, "sanne", "link", "sanne@noordzee.nl")
				says(b, "sanne", "unlink priya@noordzee.nl", "")
				links(b, "joost", "u-joost")
				says(b, "joost", "unlink somebody", "")
				says(b, "joost", "unlink priya@noordzee.nl", "")
				says(b, "joost", "ontkoppelen sanne@noordzee.nl", "nlinked")
				b.Settle(awhile)
				says(b, "joost", "unlink", "nlinked")
				b.Command("teams:sanne", "link")
				says(b, "sanne", "language nl", "")
			},
			told: true,
		},
		{
			name: "a form that is open when its account is unlinked is not taken", settings: signingIn,
			play: func(b *bottest.Bench) {
				links(b, "sanne", "u-sanne")
				b.Command("sanne", "new")
				b.Command("sanne", "unlink")
				b.Submit("sanne", card.FieldName, "Soil Report")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if f := b.Form("sanne"); f == nil || !contains(bottest.FormText(f.Form), "who you are") && !contains(bottest.FormText(f.Form), "wie je bent") {
					t.Errorf("the form is %+v", f)
				}
			},
			told: true,
		},
	}
}

// mehmetsOther gives Mehmet a second account, of an address that nobody knows.
func mehmetsOther(b *bottest.Bench) {
	b.Chat.Profiles["mk"] = &bot.Profile{User: b.Chat.User("mk"), Name: "Mehmet", Mail: "mk@private.example", Zone: "Europe/Amsterdam"}
}

// wantMoved wants Mehmet's card with his second account, and nothing of it left with
// the first.
func wantMoved(b *bottest.Bench) {
	b.T.Helper()
	if p := b.Posted("mk", bot.DecideCard); p == nil || !contains(p.Card.Text, "Anna") {
		b.T.Errorf("mk sees\n%s", b.Seen("mk"))
	}
	p := b.Posted("mehmet", bot.DecideCard)
	if p == nil || contains(p.Card.Text, "Anna") || contains(p.Card.Text, "Linden") || !contains(p.Card.Text, "went to the account") || !contains(p.Card.Text, b.Request().ID) {
		b.T.Errorf("mehmet sees\n%s", b.Seen("mehmet"))
	}
	if bs := bottest.Buttons(p.Card.Blocks); len(bs) != 0 {
		b.T.Errorf("mehmet has the buttons %+v", bs)
	}
}

// wantNumberOnly wants a decider's card to show the request's number and no more.
func wantNumberOnly(b *bottest.Bench, user string) {
	b.T.Helper()
	p := b.Posted(user, bot.DecideCard)
	if p == nil {
		b.T.Errorf("%s has no card", user)
		return
	}
	if contains(p.Card.Text, "Anna") || contains(p.Card.Text, "Linden") || contains(p.Card.Text, "Sanne") || !contains(p.Card.Text, b.Request().ID) {
		b.T.Errorf("%s sees\n%s", user, p.Card.Text)
	}
	if bs := bottest.Buttons(p.Card.Blocks); len(bs) != 1 || bs[0].Value != "link" || bs[0].URL != "" {
		b.T.Errorf("%s has the buttons %+v", user, bs)
	}
}
