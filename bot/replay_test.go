package bot_test

import (
	"testing"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
)

// Every event of every story is delivered twice, with the same key: the second
// time it is answered as the first, and the story ends as if it had come once.
func TestReplay_AnEventDeliveredTwiceIsAnsweredTheSameAndChangesNothing(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		if testing.Short() && s.told {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			once := s.begin(t, disk(t))
			s.play(once)
			twice := s.begin(t, disk(t))
			twice.Twice = true
			s.play(twice)
			if one, two := world(once), world(twice); one != two {
				t.Errorf("it ended otherwise:\n%s", difference(one, two))
			}
			if err := sound(twice); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestReplay_AnEventOfYesterdayIsStillKnown(t *testing.T) {
	t.Parallel()
	b := bench(t)
	add(b, "sanne", anna)
	in := b.Pressed("mehmet", card.ActApprove, "g1")
	b.Act(in)
	b.Settle(awhile)
	b.Advance(24 * hour)
	lines := len(b.Journal())
	b.Act(in)
	b.Settle(awhile)
	if n := len(b.Journal()); n != lines {
		t.Errorf("the journal has %d lines more", n-lines)
	}
}

func TestHandle_AnEventWithNothingInItIsRefused(t *testing.T) {
	t.Parallel()
	b := bench(t)
	if _, err := b.Engine.Handle(t.Context(), b.Event("sanne")); bot.CodeOf(err) != bot.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestHandle_WithoutItsStoreNothingIsTakenAndThePersonIsTold(t *testing.T) {
	t.Parallel()
	b := bench(t)
	b.Fuse.Plan(1, false)
	in := b.Event("sanne")
	in.Command = &bot.Command{Text: "new"}
	_, err := b.Engine.Handle(t.Context(), in)
	if err == nil {
		t.Fatal("it was taken")
	}
	if said := b.Engine.Sorry(t.Context(), in.User, err, "ref-7").Text; !contains(said, "ref-7") {
		t.Errorf("Sanne reads %q", said)
	}
}

func TestSuggest_ShowsTheCompanyToThoseWhoAreKnownAlone(t *testing.T) {
	t.Parallel()
	b := bench(t)
	ask := func(user string, kind card.FieldKind, text string) []card.Option {
		t.Helper()
		got, err := b.Engine.Suggest(t.Context(), b.Chat.User(user), kind, text)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := ask("sanne", card.OnePerson, "me"); len(got) != 0 {
		t.Errorf("a stranger sees %v", got)
	}
	b.Command("sanne", "mine")
	if got := ask("sanne", card.OnePerson, "me"); len(got) != 1 || got[0].Value != "u-mehmet" {
		t.Errorf("people: %v", got)
	}
	if got := ask("sanne", card.OneSite, "lind"); len(got) != 1 || got[0].Value != "g-linden" {
		t.Errorf("sites: %v", got)
	}
	b.Command("tess", "mine")
	if got := ask("tess", card.OneSite, ""); len(got) != 0 {
		t.Errorf("Tess, who is in no site, sees %v", got)
	}
}

var _ bot.Clock = (*bottest.Clock)(nil)
