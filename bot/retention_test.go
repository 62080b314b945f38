package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// cleaned schedules the nightly cleaning and lets d pass.
func cleaned(b *bottest.Bench, d time.Duration) {
	b.T.Helper()
	b.Operate(func(ctx context.Context, e *bot.Engine) error { return e.Schedule(ctx) })
	b.Advance(d)
}

func has(b *bottest.Bench, k bot.Kind, id string) bool {
	b.T.Helper()
	recs, err := b.Store.(bottest.Fused).Store.Get(context.Background(), bot.Key{Kind: k, ID: id})
	if err != nil {
		b.T.Fatal(err)
	}
	return recs[0].Rev != 0
}

func retentionStories() []story {
	return []story{
		{
			name: "a request that ended goes when its time is over, and its journal much later",
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna, card.FieldDays, "30")
				b.Advance(31 * day)
				cleaned(b, 395*day)
				if len(b.Requests()) != 1 {
					b.T.Errorf("it went too early")
				}
				b.Advance(10 * day)
				if n := len(b.Requests()); n != 0 {
					b.T.Errorf("%d requests are left", n)
				}
				if err := b.CheckJournal(); err != nil {
					b.T.Error(err)
				}
			},
			want: func(t *testing.T, b *bottest.Bench) {
				t.Helper()
				all := kept(t, b)
				if !strings.Contains(all, "anna@fabrikam.com") {
					t.Error("the journal went with it")
				}
				cleaned(b, 6*365*day)
				if len(b.Journal()) > 0 {
					t.Errorf("%d entries are left", len(b.Journal()))
				}
				if all := kept(t, b); strings.Contains(all, "anna") || strings.Contains(all, "mehmet@") {
					t.Error("somebody is left in the store")
				}
				if cut := cutOf(b); cut.Requests != 1 || cut.Entries < 5 || cut.Until.IsZero() {
					t.Errorf("of what was cut it says %+v", cut)
				}
			},
		},
	}
}

// Nothing goes that is still needed: an open request, a guest who is in, whatever age.
func TestRetention_KeepsWhatIsNeeded(t *testing.T) {
	t.Parallel()
	b := bottest.New(t, disk(t), func(s *bot.Settings) {
		s.KeepFinished, s.KeepJournal, s.KeepDrafts = day, day, 365*day
		s.Policy.MaxDays = 365
	})
	add(b, "mehmet", anna, card.FieldDays, "180") // in until then
	in := b.Request().ID
	denied(b, "fabrikam.com")
	b.Clock.Advance(time.Minute)
	add(b, "mehmet", "bob@fabrikam.com") // waits for IT
	waits := b.Request().ID
	b.Command("sanne", "new") // a draft
	draft := b.Request().ID
	cleaned(b, 29*day)
	for _, id := range []string{in, waits, draft} {
		if !has(b, bot.KindRequest, id) {
			t.Errorf("%s is gone", id)
		}
	}
	b.Advance(200 * day)
	if has(b, bot.KindRequest, in) || has(b, bot.KindGuest, in+"/g1") {
		t.Error("it stayed after the guest's end")
	}
	wantMember(t, b, "g-linden", "anna@fabrikam.com", false)
	if msgs := b.Records(bot.Query{Kind: bot.KindMessage, Index: bot.ByRequest, Value: in}); len(msgs) > 0 {
		t.Errorf("%d of its messages are left", len(msgs))
	}
}

// Each kind goes after its own time, measured from when something last changed.
func TestRetention_EachKindHasItsTime(t *testing.T) {
	t.Parallel()
	b := bench(t)
	b.WithTeams()
	b.Command("sanne", "new")
	id := b.Request().ID
	b.Command("sanne", "cancel")
	b.Close("sanne")
	if r := b.Request(); r.State != flow.Withdrawn {
		t.Fatalf("the draft is %q", r.State)
	}
	account := b.Chat.User("sanne").String()
	if !has(b, bot.KindLink, account) || !has(b, bot.KindPerson, "u-sanne") {
		t.Fatal("nothing is kept of who used it")
	}
	cleaned(b, 6*day)
	if !has(b, bot.KindRequest, id) {
		t.Error("a closed draft went too early")
	}
	b.Advance(2 * day)
	if has(b, bot.KindRequest, id) {
		t.Error("a closed draft stayed")
	}
	b.Advance(380 * day)
	if !has(b, bot.KindLink, account) {
		t.Error("a link went too early")
	}
	b.Advance(20 * day)
	for kind, id := range map[bot.Kind]string{bot.KindLink: account, bot.KindPerson: "u-sanne"} {
		if has(b, kind, id) {
			t.Errorf("%s of somebody who was not seen for 400 days stayed", kind)
		}
	}
}

func TestRetention_OfZeroKeepsForEver(t *testing.T) {
	t.Parallel()
	b := bottest.New(t, disk(t), func(s *bot.Settings) { s.KeepFinished, s.KeepJournal = 0, 0 })
	add(b, "mehmet", anna, card.FieldDays, "30")
	b.Advance(31 * day)
	cleaned(b, 3000*day)
	if len(b.Requests()) != 1 || !has(b, bot.KindPerson, "u-mehmet") {
		t.Error("something went")
	}
}

// It begins at three at night, in the company's zone, and again the next night.
func TestRetention_ComesEveryNight(t *testing.T) {
	t.Parallel()
	b := bench(t)
	for _, want := range []string{"2026-11-24T02:00:00Z", "2026-11-25T02:00:00Z"} { // three in Amsterdam
		cleaned(b, 0)
		due, err := b.Store.Due(t.Context())
		if err != nil || due.UTC().Format(time.RFC3339) != want {
			t.Errorf("due at %v, %v, want %s", due, err, want)
		}
		b.Advance(due.Sub(b.Clock.Now()))
	}
}

// Killed at any call it goes on, and deletes neither more nor less.
func TestRetention_GoesOnAfterADeathAtAnyCall(t *testing.T) {
	t.Parallel()
	begin := func() *bottest.Bench {
		b := bench(t)
		add(b, "mehmet", anna+", bob@fabrikam.com", card.FieldDays, "30")
		b.Advance(31 * day)
		cleaned(b, 0)
		b.Clock.Advance(8 * 365 * day)
		return b
	}
	calm := begin()
	calm.Fuse.Plan(0, false)
	calm.Settle(awhile)
	calls := len(calm.Fuse.Calls())
	if len(calm.Requests())+len(calm.Journal()) != 0 {
		t.Fatal("something is left undisturbed")
	}
	step := 1
	if testing.Short() {
		step = calls/10 + 1
	}
	for n := 1; n <= calls; n += step {
		for _, late := range []bool{false, true} {
			b := begin()
			b.Fuse.Plan(n, late)
			b.Settle(awhile)
			if err := b.CheckJournal(); err != nil && len(b.Journal()) > 0 {
				t.Errorf("dead at call %d (after: %v): %v", n, late, err)
			}
			b.Settle(2 * day)
			if len(b.Requests())+len(b.Journal()) != 0 || strings.Contains(kept(t, b), "anna") {
				t.Errorf("dead at call %d (after: %v): %d requests, %d entries are left", n, late, len(b.Requests()), len(b.Journal()))
			}
			if got, want := cutOf(b), cutOf(calm); got != want {
				t.Errorf("dead at call %d (after: %v): cut %+v, want %+v", n, late, got, want)
			}
		}
	}
}

// meddled is a store before whose first deletion of a request's records something
// else happens.
type meddled struct {
	bot.Store
	before func()
}

func (s *meddled) Commit(ctx context.Context, ch bot.Change) error {
	if before := s.before; before != nil && len(ch.Deletes) > 0 && ch.Deletes[0].Kind == bot.KindMessage {
		s.before = nil
		before()
	}
	return s.Store.Commit(ctx, ch)
}

// Whoever has a failed request tried again while it is being deleted comes too late:
// it would go on without its records.
func TestRetention_NothingHappensToWhatIsGoing(t *testing.T) {
	t.Parallel()
	var s *meddled
	b := bottest.New(t, func() bot.Store {
		s = &meddled{Store: disk(t)()}
		return s
	}, nil)
	breaks(b)
	add(b, "mehmet", anna)
	id, meddled := b.Request().ID, false
	if b.Request().State != flow.Failed {
		t.Fatalf("it is %s", b.Request().State)
	}
	cleaned(b, 0)
	s.before = func() {
		meddled = true
		if _, err := b.Engine.Retry(t.Context(), id, "root"); bot.CodeOf(err) != bot.NotFound {
			t.Errorf("tried again: %v", err)
		}
	}
	b.Advance(402 * day)
	if !meddled || has(b, bot.KindRequest, id) || has(b, bot.KindGuest, id+"/g1") {
		t.Error("it is not gone")
	}
	if v, err := bot.VerifyJournal(t.Context(), b.Store, ""); err != nil || len(v.Damaged) > 0 || v.Requests != 1 {
		t.Errorf("%+v, %v", v, err)
	}
}

func cutOf(b *bottest.Bench) bot.Cut {
	recs, err := b.Store.(bottest.Fused).Store.Get(context.Background(), bot.Key{Kind: bot.KindCut, ID: "all"})
	if err != nil || recs[0].Rev == 0 {
		b.T.Fatalf("no cut: %v", err)
	}
	return *recs[0].Value.(*bot.Cut)
}
