package bot_test

import (
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// both sets a company with two chats.
func both(b *bottest.Bench) { b.WithTeams() }

// seenIn has somebody ask for help with his requests, so that he was last seen there.
func seenIn(b *bottest.Bench, user string) {
	b.T.Helper()
	b.Advance(time.Minute)
	b.Command(user, "mine")
	b.Advance(time.Minute)
}

// wantNoCard says that a person has no card of a kind in a chat.
func wantNoCard(tb testing.TB, b *bottest.Bench, user string, kind bot.MessageKind) {
	tb.Helper()
	if p := b.Posted(user, kind); p != nil {
		tb.Errorf("%s has a %s card:\n%s", user, kind, p.Card.Text)
	}
}

// siteBy asks for Soil Report, owned by Mehmet, as somebody in a chat.
func siteBy(b *bottest.Bench, user string) {
	b.T.Helper()
	b.Command(user, "new")
	b.Submit(user, card.FieldName, "Soil Report", card.FieldPurpose, "Drawings", card.FieldOwner, "u-mehmet", card.FieldSecond, "")
	b.Submit(user, card.FieldGuests, anna, card.FieldWhy, "Anna delivers the soil report")
	if f := b.Form(user); f != nil && f.Form.Step == string(flow.StepPeople) {
		b.Submit(user)
	}
	b.Submit(user)
	b.Settle(awhile)
}

// wantDone says that Anna was let in, and invited once.
func wantDone(tb testing.TB, b *bottest.Bench) {
	tb.Helper()
	wantState(tb, b, flow.Done)
	wantInvited(tb, b, "anna@fabrikam.com", 1)
}

func chatStories() []story {
	return []story{
		{
			name:  "a site is asked for and decided on in Teams alone",
			whole: true,
			set:   func(b *bottest.Bench) { both(b); seenIn(b, "teams:mehmet") },
			play: func(b *bottest.Bench) {
				siteBy(b, "teams:sanne")
				yes(b, "teams:mehmet", flow.SitePart)
				yes(b, "teams:mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantDone(t, b)
				wantCard(t, b, "teams:sanne", bot.StatusCard, "Anna is invited")
				wantNoCard(t, b, "sanne", bot.StatusCard)
				wantNoCard(t, b, "mehmet", bot.DecideCard)
			},
		},
		{
			name:  "what is asked for in Slack is decided on in Teams",
			whole: true,
			set:   func(b *bottest.Bench) { both(b); seenIn(b, "teams:mehmet") },
			play: func(b *bottest.Bench) {
				siteBy(b, "sanne")
				yes(b, "teams:mehmet", flow.SitePart)
				yes(b, "teams:mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantDone(t, b)
				wantCard(t, b, "sanne", bot.StatusCard, "Anna is invited")
				wantNoCard(t, b, "mehmet", bot.DecideCard)
				if d := b.Guest("g1").Decision; d == nil || d.By.ID != "u-mehmet" {
					t.Errorf("decided by %+v", d)
				}
			},
		},
		{
			name: "what is asked for in Teams is decided on in Slack, with a question in between",
			set:  both,
			play: func(b *bottest.Bench) {
				b.Command("teams:sanne", "add Project Linden")
				b.Submit("teams:sanne", card.FieldGuests, anna, card.FieldWhy, "Anna delivers the soil report")
				if f := b.Form("teams:sanne"); f != nil && f.Form.Step == string(flow.StepPeople) {
					b.Submit("teams:sanne")
				}
				b.Submit("teams:sanne")
				b.Settle(awhile)
				b.Press("mehmet", card.ActAsk, "g1")
				b.Submit("mehmet", card.FieldText, "For how long?")
				b.Settle(awhile)
				b.Press("teams:sanne", card.ActAnswer, "g1")
				b.Submit("teams:sanne", card.FieldText, "Until spring.")
				b.Settle(awhile)
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantDone(t, b)
				wantCard(t, b, "mehmet", bot.DecideCard, "Until spring.")
			},
		},
		{
			name:  "two owners decide at once in two chats: the first counts, both read it",
			whole: true,
			set:   func(b *bottest.Bench) { both(b); seenIn(b, "teams:priya") },
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				first, second := b.Pressed("teams:priya", card.ActApprove, "g1"), b.Pressed("mehmet", card.ActApprove, "g1")
				b.Act(first)
				b.Act(second)
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantDone(t, b)
				if d := b.Guest("g1").Decision; d == nil || d.By.ID != "u-priya" {
					t.Errorf("decided by %+v", d)
				}
				wantCard(t, b, "teams:priya", bot.DecideCard, "Added by Priya")
				wantCard(t, b, "mehmet", bot.DecideCard, "Added by Priya")
				if b.Has("mehmet", card.ActApprove) || b.Has("teams:priya", card.ActApprove) {
					t.Error("a card still asks")
				}
			},
		},
		{
			name: "who is in both chats gets the card once, where he was last active",
			set: func(b *bottest.Bench) {
				both(b)
				seenIn(b, "mehmet")
				seenIn(b, "teams:mehmet")
				seenIn(b, "mehmet") // back in Slack within the hour
			},
			play: func(b *bottest.Bench) { add(b, "sanne", anna) },
			want: func(t *testing.T, b *bottest.Bench) {
				wantCard(t, b, "mehmet", bot.DecideCard, "Anna Kowalski")
				wantNoCard(t, b, "teams:mehmet", bot.DecideCard)
			},
		},
		{
			name:  "an owner who cannot be reached in one chat gets the card in the other",
			whole: true,
			set: func(b *bottest.Bench) {
				both(b)
				seenIn(b, "teams:mehmet")
				b.Teams.Undeliverable["mehmet"] = true
			},
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantDone(t, b) },
		},
		{
			name:  "an owner whom no chat can reach is said so, and the other owner has the card",
			whole: true,
			set: func(b *bottest.Bench) {
				both(b)
				b.Teams.Undeliverable["mehmet"], b.Chat.Undeliverable["mehmet"] = true, true
				seenIn(b, "teams:priya")
			},
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				wantCard(b.T, b, "sanne", bot.StatusCard, "can't send Mehmet Kaya")
				yes(b, "teams:priya", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantDone(t, b) },
		},
		{
			name:  "one chat that is down does not stop the other, and catches up",
			whole: true,
			set: func(b *bottest.Bench) {
				both(b)
				seenIn(b, "teams:priya")
				down := make([]bottest.Fault, 8)
				for i := range down {
					down[i] = bottest.Refused(bot.Unavailable, "")
				}
				b.Teams.Fail("Post", down...)
			},
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				yes(b, "mehmet", "g1")
				b.Settle(4 * time.Hour)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantDone(t, b)
				wantCard(t, b, "sanne", bot.StatusCard, "Anna is invited")
				wantCard(t, b, "teams:priya", bot.DecideCard, "Added by Mehmet")
			},
		},
		{
			name: "a chat that is down while somebody is looked for there is asked again",
			set: func(b *bottest.Bench) {
				both(b)
				delete(b.Chat.Profiles, "priya")
				b.Teams.Fail("Locate", bottest.Refused(bot.Unavailable, ""), bottest.Refused(bot.Unavailable, ""))
			},
			play: func(b *bottest.Bench) { add(b, "sanne", anna); b.Settle(time.Hour) },
			want: func(t *testing.T, b *bottest.Bench) {
				wantCard(t, b, "teams:priya", bot.DecideCard, "Anna Kowalski")
			},
		},
		{
			name: "a draft that was begun in one chat is sent in the other",
			set:  both,
			play: func(b *bottest.Bench) {
				b.Command("sanne", "new")
				b.Submit("sanne", card.FieldName, "Soil Report", card.FieldPurpose, "Drawings", card.FieldOwner, "u-sanne")
				seenIn(b, "teams:sanne")
				b.Command("teams:sanne", "new")
				people(b, "teams:sanne", card.FieldGuests, "", card.FieldWhy, "")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if n := len(b.Requests()); n != 1 {
					t.Errorf("there are %d requests", n)
				}
			},
		},
		{
			name: "somebody else's draft cannot be gone on with from another chat",
			told: true,
			set:  both,
			play: func(b *bottest.Bench) {
				b.Command("sanne", "new")
				seenIn(b, "teams:tess")
				in := b.Event("teams:tess")
				in.Press = &bot.Press{Card: "none", Action: card.ActContinue, Request: b.Request().ID}
				b.Act(in)
				b.Run()
			},
			want: func(t *testing.T, b *bottest.Bench) { wantTold(t, b, "teams:tess", "isn't for you") },
		},
		{
			name: "nobody decides on his own request through a second chat",
			set:  func(b *bottest.Bench) { both(b); seenIn(b, "teams:mehmet") },
			settings: func(s *bot.Settings) {
				s.Policy.OwnerAddsDirectly = flow.Never
			},
			play: func(b *bottest.Bench) {
				b.Command("mehmet", "add Project Linden")
				people(b, "mehmet", card.FieldGuests, anna, card.FieldWhy, "work")
				b.Teams.Profiles["priya"].PersonID = "u-mehmet" // his second account holds Priya's place
				seenIn(b, "teams:priya")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.AwaitingDecision)
				wantNoCard(t, b, "teams:priya", bot.DecideCard)
				wantNoCard(t, b, "teams:mehmet", bot.DecideCard)
			},
		},
		{
			name: "a guest of the directory and a stranger to it are refused in a chat that names ids",
			told: true,
			set: func(b *bottest.Bench) {
				both(b)
				b.Teams.Profiles["tess"].PersonID = "guest-jan@fabrikam.com"
				b.Teams.Profiles["lars"].PersonID = "u-nobody"
			},
			play: func(b *bottest.Bench) { b.Command("teams:tess", "mine"); b.Command("teams:lars", "mine") },
			want: func(t *testing.T, b *bottest.Bench) {
				wantTold(t, b, "teams:tess", "guest of this company")
				wantTold(t, b, "teams:lars", "nobody in the company's directory")
			},
		},
		{
			name: "a guest who is picked as a colleague, whatever a client sends, does not come in as one",
			told: true,
			set:  both,
			play: func(b *bottest.Bench) {
				b.Command("teams:sanne", "new")
				b.Submit("teams:sanne", card.FieldName, "Soil Report", card.FieldPurpose, "Drawings", card.FieldOwner, "u-sanne")
				b.Submit("teams:sanne", card.FieldMembers, "guest-jan@fabrikam.com")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				f := b.Form("teams:sanne")
				if f == nil || f.Form.Step != string(flow.StepPeople) || !contains(bottest.FormText(f.Form), "find") {
					t.Errorf("the form is %+v", f)
				}
			},
		},
		{
			name: "who could not be reached, and can be now, gets what waits for him",
			set: func(b *bottest.Bench) {
				both(b)
				b.Teams.Undeliverable["mehmet"], b.Chat.Undeliverable["mehmet"] = true, true
			},
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				wantCard(b.T, b, "sanne", bot.StatusCard, "can't send Mehmet Kaya")
				b.Teams.Undeliverable["mehmet"], b.Chat.Undeliverable["mehmet"] = false, false
				for b.Engine.KeepPlace(b.T.Context(), bot.Place{User: b.Teams.User("mehmet"), Handle: "a:1", Heard: true}) != nil {
					b.Restart() // the process died; his app tells once more
				}
				b.Settle(awhile)
				seenIn(b, "teams:mehmet")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if !b.Has("mehmet", card.ActApprove) && !b.Has("teams:mehmet", card.ActApprove) {
					t.Error("Mehmet has no card")
				}
				if c := b.Posted("sanne", bot.StatusCard).Card.Text; contains(c, "can't send") {
					t.Errorf("Sanne still reads\n%s", c)
				}
			},
		},
		{
			name: "a card waits for credentials that ran out to be replaced",
			told: true,
			set: func(b *bottest.Bench) {
				out := make([]bottest.Fault, 6)
				for i := range out {
					out[i] = bottest.Refused(bot.Forbidden, bot.ReasonCredentials)
				}
				b.Chat.Fail("Post", out...)
			},
			play: func(b *bottest.Bench) { add(b, "sanne", anna); b.Settle(2 * time.Hour) },
			want: func(t *testing.T, b *bottest.Bench) { wantCard(t, b, "mehmet", bot.DecideCard, "Anna Kowalski") },
		},
		{
			name: "a card is in the language of the chat where the directory has none",
			told: true,
			set: func(b *bottest.Bench) {
				both(b)
				b.Company.People["u-mehmet"].Language = ""
				b.Teams.Profiles["mehmet"].Locale = "nl-NL"
				seenIn(b, "teams:mehmet")
			},
			play: func(b *bottest.Bench) { add(b, "sanne", anna) },
			want: func(t *testing.T, b *bottest.Bench) {
				if p := b.Posted("teams:mehmet", bot.DecideCard); p == nil || !contains(p.Card.Text, "Sanne wil 1 gast") && b.Company.People["u-sanne"].Language == "en" {
					t.Errorf("Mehmet reads %+v", p)
				}
			},
		},
		{
			name: "a form that is put away unsent says what became of it",
			told: true,
			set:  both,
			play: func(b *bottest.Bench) {
				b.Command("teams:sanne", "new")
				f := b.Form("teams:sanne")
				in := b.Event("teams:sanne")
				in.Press = &bot.Press{Form: f.Ref, Action: card.ActClose, Request: f.Form.Request}
				a := b.Act(in)
				if a.Close == nil || !contains(bottest.FormText(*a.Close), "I've saved this") || len(bottest.Buttons(a.Close.Blocks)) == 0 {
					b.T.Errorf("a draft put away is answered with %+v", a)
				}
				f.Form, f.Closed = *a.Close, false // a form that is a message stays as its last word
				if a = b.Press("teams:sanne", card.ActContinue, ""); a.Update == nil || a.Update.Step != string(flow.StepSite) {
					b.T.Errorf("a form that was put away comes back as %+v", a)
				}
				add(b, "sanne", anna)
				b.Press("mehmet", card.ActDecline, "g1")
				f = b.Form("mehmet")
				in = b.Event("mehmet")
				in.Press = &bot.Press{Form: f.Ref, Action: card.ActClose, Request: f.Form.Request}
				if a = b.Act(in); a.Close == nil || !contains(bottest.FormText(*a.Close), "nothing was changed") {
					b.T.Errorf("a small form put away is answered with %+v", a)
				}
			},
			want: func(t *testing.T, b *bottest.Bench) { wantGuest(t, b, "g1", flow.AwaitingDecision) },
		},
	}
}

// A look shows the card as it stands now, says that an answer was received, is
// given to nobody else, and the click on what it showed counts.
func TestLook(t *testing.T) {
	t.Parallel()
	b := bottest.New(t, disk(t), nil)
	both(b)
	seenIn(b, "teams:mehmet")
	add(b, "sanne", anna)
	p := b.Posted("teams:mehmet", bot.DecideCard)
	look := func(u bot.ChatUser) bot.Screen {
		t.Helper()
		s, err := b.Engine.Look(t.Context(), u, p.Ref, b.Request().ID)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	mehmet := b.Teams.User("mehmet")
	if s := look(mehmet); s.Card == nil || s.Card.Text != p.Card.Text {
		t.Errorf("the look shows %+v", s)
	}
	if s := look(b.Teams.User("tess")); s.Card != nil || s.Form != nil {
		t.Errorf("somebody else is shown %+v", s)
	}
	b.Act(b.Pressed("teams:mehmet", card.ActApprove, "g1"))
	if s := look(mehmet); s.Card == nil || !contains(s.Card.Text, "Your answer is in") || len(bottest.Buttons(s.Card.Blocks)) > 0 {
		t.Errorf("after the click the look shows %+v", s.Card)
	}
	b.Settle(awhile)
	wantState(t, b, flow.Done)
	if contains(b.Posted("teams:mehmet", bot.DecideCard).Card.Text, "Your answer is in") {
		t.Error("the card was not brought up to date")
	}
}

// Who presses at once, before the reference of his card is kept, is shown the card with
// his answer in it all the same; and the card is brought up to date afterwards.
func TestLook_AtACardThatIsJustBeingPosted(t *testing.T) {
	t.Parallel()
	b := bottest.New(t, disk(t), nil)
	both(b)
	seenIn(b, "teams:mehmet")
	mehmet := b.Teams.User("mehmet")
	var shown []bot.Screen
	b.Teams.Shown = func(c *card.Card, _ *card.Form) {
		if c == nil || !contains(c.Text, "Sanne wants to add 1 guest") || len(shown) > 0 {
			return
		}
		id := b.Request().ID
		in := b.Event("teams:mehmet")
		in.Press = &bot.Press{Card: "ref-just-now", Action: card.ActApprove, Request: id, Part: "g1", Version: b.Request().Version}
		if a := b.Act(in); a.Whisper != nil {
			t.Errorf("his click is answered %q", a.Whisper.Text)
		}
		for _, u := range []bot.ChatUser{mehmet, b.Teams.User("tess")} {
			s, err := b.Engine.Look(t.Context(), u, "ref-just-now", id)
			if err != nil {
				t.Error(err)
			}
			shown = append(shown, s)
		}
	}
	add(b, "sanne", anna)
	if len(shown) != 2 || shown[0].Card == nil || !contains(shown[0].Card.Text, "Your answer is in") || len(bottest.Buttons(shown[0].Card.Blocks)) > 0 {
		t.Fatalf("he is shown %+v", shown)
	}
	if shown[1].Card != nil || shown[1].Form != nil {
		t.Errorf("somebody else is shown %+v", shown[1])
	}
	wantDone(t, b)
	wantCard(t, b, "teams:mehmet", bot.DecideCard, "Added by Mehmet")
	if n := len(b.Teams.Cards("mehmet")); n != 1 {
		t.Errorf("he has %d cards", n)
	}
}

// An answer that was received and does not count gives the card its buttons back.
func TestLook_AnAnswerThatDoesNotCountIsTakenBack(t *testing.T) {
	t.Parallel()
	b := bottest.New(t, disk(t), nil)
	both(b)
	seenIn(b, "teams:mehmet")
	add(b, "sanne", anna)
	p := b.Posted("teams:mehmet", bot.DecideCard)
	before := p.Edits
	b.Company.Fail("Actor", bottest.Refused(bot.Forbidden, bot.ReasonPermission))
	b.Act(b.Pressed("teams:mehmet", card.ActApprove, "g1"))
	if _, err := b.Engine.Look(t.Context(), b.Teams.User("mehmet"), p.Ref, b.Request().ID); err != nil {
		t.Fatal(err)
	}
	b.Settle(awhile)
	wantGuest(t, b, "g1", flow.AwaitingDecision)
	wantTold(t, b, "teams:mehmet", "can't see right now")
	if p.Edits == before || !b.Has("teams:mehmet", card.ActApprove) {
		t.Errorf("the card was edited %d times and reads\n%s", p.Edits-before, p.Card.Text)
	}
}

// A chat that the bot itself opened for somebody proves nothing: else who blocked the
// bot would be written to without end.
func TestKeepPlace_OnlyWhoIsHeardFromGetsWhatWaits(t *testing.T) {
	t.Parallel()
	b := bottest.New(t, disk(t), nil)
	both(b)
	b.Teams.Undeliverable["mehmet"], b.Chat.Undeliverable["mehmet"] = true, true
	add(b, "sanne", anna)
	dead := func() bool {
		for _, v := range b.Records(bot.Query{Kind: bot.KindMessage, Index: bot.ByWaits, Value: "u-mehmet"}) {
			if m, ok := v.(*bot.Message); ok {
				return m.Dead != ""
			}
		}
		t.Fatal("Mehmet has no message")
		return false
	}
	b.Teams.Undeliverable["mehmet"] = false
	if err := b.Engine.KeepPlace(t.Context(), bot.Place{User: b.Teams.User("mehmet"), Handle: "a:1"}); err != nil {
		t.Fatal(err)
	}
	b.Settle(awhile)
	if !dead() {
		t.Error("a chat that was opened for him counts as heard from")
	}
	if err := b.Engine.KeepPlace(t.Context(), bot.Place{User: b.Teams.User("mehmet"), Handle: "a:1", Heard: true}); err != nil {
		t.Fatal(err)
	}
	b.Settle(awhile)
	if dead() || b.Posted("teams:mehmet", bot.DecideCard) == nil {
		t.Error("he was heard from and has no card")
	}
}
