package bot_test

import (
	"context"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// breaks lets adding a guest fail in a way that ends its job.
func breaks(b *bottest.Bench) { b.Company.Fail("AddMembers", bottest.Refused(bot.Invalid, "")) }

// staysBroken lets every call of a name fail until it is mended: a fault that is used
// once would be lost with the process that met it.
func staysBroken(call string) func(*bottest.Bench) {
	return func(b *bottest.Bench) {
		b.Company.Before = func(c string) {
			if c == call {
				b.Company.Faults[call] = []bottest.Fault{bottest.Refused(bot.Invalid, "")}
			}
		}
	}
}

func mend(b *bottest.Bench) { b.Company.Before = nil }

// twoAdmins adds a second admin to the first, Joost.
func twoAdmins(s *bot.Settings) { s.Admins = []string{"group:g-admins", "user:tess@noordzee.nl"} }

func failedStories() []story {
	return []story{
		{
			name: "what failed is told to an admin, who has it tried again where it failed",
			set:  staysBroken("AddMembers"),
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				wantState(b.T, b, flow.Failed)
				wantCard(b.T, b, "joost", bot.AdminCard, "failed")
				mend(b)
				b.Press("joost", card.ActRetry, "")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				wantInvited(t, b, "anna@fabrikam.com", 1)
				if g := b.Guest("g1"); g.Again == nil || g.Again.By.ID != "u-joost" || !g.Account.Created {
					t.Errorf("%+v", g)
				}
				if b.Has("joost", card.ActRetry) || b.Has("joost", card.ActGiveUp) {
					t.Error("the admin's card can still be pressed")
				}
			},
			whole: true,
		},
		{
			name: "a site that failed is tried again with its guests, and nothing is made twice",
			set:  staysBroken("Group"),
			play: func(b *bottest.Bench) {
				site(b, "u-sanne", "u-mehmet", anna)
				b.Settle(hour)
				if b.Request().State == flow.Open { // an owner is asked about the guest first
					yes(b, "mehmet", "g1")
				}
				wantState(b.T, b, flow.Failed)
				wantCard(b.T, b, "sanne", bot.StatusCard, "was made and stays")
				mend(b)
				b.Press("joost", card.ActRetry, "")
				b.Settle(hour)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				wantInvited(t, b, "anna@fabrikam.com", 1)
				if n := len(b.Company.Effects.Groups); n != 1 {
					t.Errorf("%d groups", n)
				}
			},
		},
		{
			name: "what an admin gives up is closed, and the requester reads what exists",
			set:  staysBroken("AddMembers"),
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				b.Press("joost", card.ActGiveUp, "")
				b.Settle(awhile)
				wantTold(b.T, b, "joost", "It is closed")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Failed)
				wantCard(t, b, "mehmet", bot.StatusCard, "IT has closed")
				wantCard(t, b, "mehmet", bot.StatusCard, "guest account was made and stays")
				if b.Has("joost", card.ActRetry) {
					t.Error("what is closed can be tried again")
				}
			},
			whole: true,
		},
		{
			name:     "of two admins the first counts",
			settings: twoAdmins,
			set:      breaks,
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				late := b.Pressed("tess", card.ActRetry, "")
				b.Press("joost", card.ActGiveUp, "")
				b.Act(late)
				b.Settle(awhile)
				wantTold(b.T, b, "tess", "Joost")
				wantTold(b.T, b, "tess", "was first")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Failed) },
			told: true,
		},
		{
			name:     "of two admins who want the same the second reads who was first",
			settings: twoAdmins,
			set:      breaks,
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				late := b.Pressed("tess", card.ActGiveUp, "")
				b.Press("joost", card.ActGiveUp, "")
				b.Act(late)
				b.Settle(awhile)
				wantTold(b.T, b, "tess", "Joost")
				wantTold(b.T, b, "tess", "was first")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Failed) },
			told: true,
		},
		{
			name: "a button on what did not fail changes nothing",
			set:  func(b *bottest.Bench) { denied(b, "fabrikam.com") },
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				in := b.Pressed("joost", card.ActRecheck, "")
				in.Press.Action = card.ActRetry
				b.Act(in)
				b.Run()
				wantTold(b.T, b, "joost", "can be tried again or closed")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantGuest(t, b, "g1", flow.Parked) },
			told: true,
		},
		{
			name: "who stopped being an admin has nothing tried again",
			set:  breaks,
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				b.Company.Groups["g-admins"].Members = nil
				b.Press("joost", card.ActRetry, "")
				wantTold(b.T, b, "joost", "Only IT can do that")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantGuest(t, b, "g1", flow.Failed) },
			told: true,
		},
	}
}

// The requester has no such button, and one that he forges, on his own card or on
// the admin's, moves nothing.
func TestFailed_ARequesterTriesNothingAgain(t *testing.T) {
	t.Parallel()
	for _, action := range []card.Action{card.ActRetry, card.ActGiveUp} {
		b := bench(t)
		breaks(b)
		add(b, "mehmet", anna)
		if b.Has("mehmet", action) {
			t.Fatal("the requester has the button")
		}
		theirs := b.Pressed("joost", action, "")
		for _, ref := range []bot.Ref{b.Posted("mehmet", bot.StatusCard).Ref, theirs.Press.Card, "", "nowhere"} {
			in := b.Event("mehmet")
			p := *theirs.Press
			p.Card = ref
			in.Press = &p
			if a := b.Act(in); a.Whisper == nil {
				t.Errorf("%s on %q: no word", action, ref)
			}
			b.Settle(awhile)
			if g := b.Guest("g1"); g.State != flow.Failed || g.GivenUp != nil || g.Again != nil {
				t.Fatalf("%s on %q moved the guest: %+v", action, ref, g)
			}
		}
	}
}

// The rights of those in whose names things are done are read when it is tried again.
func TestFailed_TriedAgainReadsTheRightsAnew(t *testing.T) {
	t.Parallel()
	b := bench(t)
	breaks(b)
	add(b, "mehmet", anna)
	g := b.Company.Groups["g-linden"]
	g.Owners = []string{"u-priya"}
	b.Press("joost", card.ActRetry, "")
	b.Settle(awhile)
	wantMember(t, b, "g-linden", "anna@fabrikam.com", false)
	wantGuest(t, b, "g1", flow.AwaitingDecision)
}

// From the machine itself an operator does the same, and has what waits looked at.
func TestRetry_IsAnOperatorsToo(t *testing.T) {
	t.Parallel()
	b := bench(t)
	breaks(b)
	add(b, "mehmet", anna)
	var got bot.Retry
	again := func() {
		id := b.Request().ID
		b.Operate(func(ctx context.Context, e *bot.Engine) (err error) { got, err = e.Retry(ctx, id, "root"); return err })
		b.Settle(awhile)
	}
	again()
	if got.Failed != 1 || got.Parked != 0 {
		t.Errorf("%+v", got)
	}
	wantState(t, b, flow.Done)
	again()
	if got != (bot.Retry{}) {
		t.Errorf("of what is done: %+v", got)
	}
	found := false
	for _, e := range b.Journal() {
		found = found || e.Event == "retried" && e.Actor == "operator:root"
	}
	if !found {
		t.Error("the journal does not say who")
	}
	if _, err := b.Engine.Retry(t.Context(), "G-9", "root"); bot.CodeOf(err) != bot.NotFound {
		t.Errorf("of no request: %v", err)
	}

	denied(b, "fabrikam.com")
	b.Clock.Advance(time.Minute)
	add(b, "mehmet", "bob@fabrikam.com")
	denied(b)
	again()
	if got.Parked != 1 {
		t.Errorf("%+v", got)
	}
	wantState(t, b, flow.Done)
}

// Cards that reached nobody are sent again at an operator's word.
func TestRetry_SendsCardsThatReachedNobody(t *testing.T) {
	t.Parallel()
	b := bench(t)
	b.Chat.Undeliverable["mehmet"] = true
	add(b, "sanne", anna)
	delete(b.Chat.Undeliverable, "mehmet")
	id := b.Request().ID
	b.Operate(func(ctx context.Context, e *bot.Engine) error {
		got, err := e.Retry(ctx, id, "root")
		if got.Cards != 1 {
			t.Errorf("%+v", got)
		}
		return err
	})
	b.Settle(awhile)
	wantCard(t, b, "mehmet", bot.DecideCard, "Anna")
}
