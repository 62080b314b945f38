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

// ailing is a store that cannot list some records for a while.
type ailing struct {
	bot.Store
	ails func(bot.Query) bool // nil: it is well
	seen int
}

func (s *ailing) Find(ctx context.Context, q bot.Query) ([]bot.Record, bot.Cursor, error) {
	if s.ails != nil && s.ails(q) {
		s.seen++
		return nil, "", &bot.Error{Code: bot.Internal, Op: "test: find"}
	}
	return s.Store.Find(ctx, q)
}

// What the operator or the time of things asks for is done once it can be, however
// often it failed before: nobody waits for it who would ask again.
func TestJobs_ThatNobodyWaitsForNeverEnd(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		kind  bot.Kind
		begin func(*bottest.Bench) // with a store that is well
		done  func(*bottest.Bench) bool
	}{
		"a guest is forgotten": {
			bot.KindRequest,
			func(b *bottest.Bench) {
				ended(b)
				if _, err := b.Engine.Forget(b.T.Context(), "anna@fabrikam.com", "root"); err != nil {
					b.T.Fatal(err)
				}
			},
			func(b *bottest.Bench) bool {
				for _, r := range b.Records(bot.Query{Kind: bot.KindErasure, Index: bot.ByAll, Value: "all"}) {
					return !r.(*bot.Erasure).Done.IsZero()
				}
				return false
			},
		},
		"what was held goes on": {
			bot.KindHeld,
			func(b *bottest.Bench) {
				b.Pause("")
				add(b, "mehmet", anna)
				if _, err := b.Engine.Resume(b.T.Context(), "root"); err != nil {
					b.T.Fatal(err)
				}
			},
			func(b *bottest.Bench) bool { return b.Request().State == flow.Done },
		},
		"what is over goes": {
			bot.KindGuest,
			func(b *bottest.Bench) {
				add(b, "mehmet", anna, card.FieldDays, "30")
				b.Advance(31 * day)
				cleaned(b, 0)
				b.Clock.Advance(420 * day)
			},
			func(b *bottest.Bench) bool { return len(b.Requests()) == 0 },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *ailing
			open := disk(t)
			b := bottest.New(t, func() bot.Store {
				s = &ailing{Store: open()}
				return s
			}, nil)
			tc.begin(b)
			s.ails = func(q bot.Query) bool { return q.Kind == tc.kind }
			b.Settle(awhile)
			s.ails = nil
			if s.seen < 6 || tc.done(b) {
				t.Fatalf("it was not in the way: asked %d times", s.seen)
			}
			b.Settle(2 * time.Hour)
			if !tc.done(b) {
				t.Error("it was given up for good")
			}
		})
	}
}
