package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"guestsite/bot"
	"guestsite/store"
)

func changeClaims() []claim {
	return []claim{
		{"ChangeIsAppliedWhollyOrNotAtAll", wholly},
		{"RefusedChangeDoesNotDisturbOthers", refusedAmongOthers},
		{"LimitsAreKept", limits},
		{"SenselessChangesAreRefused", senseless},
		{"EmptyChangeIsTaken", func(f *fixture) { f.commit(bot.Change{}) }},
		{"CancelledCallerIsRefused", cancelled},
	}
}

func wholly(f *fixture) {
	f.commit(bot.Change{
		Puts:    []bot.Put{put(request("there"), 0, 1)},
		Jobs:    []bot.Job{job("wait", start(), "first")},
		Journal: []bot.Entry{entry("p", 1, "")},
	})
	good := func() bot.Change {
		return bot.Change{
			Puts:    []bot.Put{indexed("new", "ann", "1")},
			Deletes: []bot.Record{{Key: request("there"), Rev: f.rev(request("there"))}},
			Jobs:    []bot.Job{job("j", start(), "p"), job("wait", start(), "second")},
			Cancel:  []string{"wait"},
			Journal: []bot.Entry{entry("q", 1, "")},
			Event:   &bot.Event{Key: "evt", Until: start().Add(time.Hour)},
		}
	}
	spoil := map[string]func(*bot.Change){
		"a put":     func(ch *bot.Change) { ch.Puts = append(ch.Puts, put(request("other"), 5, 1)) },
		"a delete":  func(ch *bot.Change) { ch.Deletes = append(ch.Deletes, bot.Record{Key: request("other"), Rev: 5}) },
		"the last":  func(ch *bot.Change) { ch.Journal = append(ch.Journal, entry("p", 1, "")) },
		"the lease": func(ch *bot.Change) { ch.Finish = &bot.Finish{Job: job("gone", start(), "")} },
	}
	for name, s := range spoil {
		ch := good()
		s(&ch)
		if err := f.s.Commit(f.Context(), ch); err == nil {
			f.Fatalf("%s: not refused", name)
		}
	}
	f.absent(request("new"), bot.Key{Kind: bot.KindEvent, ID: "evt"})
	f.expect(byOwner("ann"))
	f.value(request("there"))
	if got := len(f.journal(bot.Position{})); got != 1 {
		f.Errorf("%d journal entries, want 1", got)
	}
	if j := f.one("w", start()); j.ID != "wait" || string(j.Payload) != "first" {
		f.Errorf("the job is %+v", j)
	}
	f.commit(good()) // and unspoilt it is applied
	f.absent(request("there"))
	f.expect(byOwner("ann"), "new")
}

// refusedAmongOthers commits good and bad changes at once, so that a store that
// groups them has both in a group.
func refusedAmongOthers(f *fixture) {
	const n = 60
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			ch := bot.Change{Puts: []bot.Put{indexed(fmt.Sprintf("r%02d", i), "ann", "")}}
			if i%3 == 0 {
				ch.Puts = append(ch.Puts, put(request("never"), 99, 1))
			}
			errs[i] = f.s.Commit(f.Context(), ch)
		})
	}
	wg.Wait()
	var want []string
	for i, err := range errs {
		switch {
		case i%3 == 0 && !errors.Is(err, bot.ErrConflict):
			f.Errorf("change %d: %v, want a conflict", i, err)
		case i%3 != 0 && err != nil:
			f.Errorf("change %d: %v", i, err)
		case i%3 != 0:
			want = append(want, fmt.Sprintf("r%02d", i))
		}
	}
	f.expect(byOwner("ann"), want...)
	f.absent(request("never"))
}

func limits(f *fixture) {
	var ch bot.Change
	for i := range bot.MaxChangeOps {
		ch.Puts = append(ch.Puts, put(request(fmt.Sprint(i)), 0, i))
	}
	over := ch
	over.Event = &bot.Event{Key: "e", Until: start()}
	f.refused(over, bot.ErrTooLarge)
	f.absent(request("0"))
	f.commit(ch)

	big := strings.Repeat("x", bot.MaxChangeSize-8<<10)
	k := request("big")
	f.commit(bot.Change{Puts: []bot.Put{{Key: k, Value: &Value{Name: big}}}})
	if got := f.value(k); got.Name != big {
		f.Errorf("%d bytes came back, want %d", len(got.Name), len(big))
	}
	huge := strings.Repeat("x", bot.MaxChangeSize)
	for name, ch := range map[string]bot.Change{
		"record":  {Puts: []bot.Put{{Key: request("huge"), Value: &Value{Name: huge}}}},
		"job":     {Jobs: []bot.Job{job("huge", start(), huge+"x")}},
		"journal": {Journal: []bot.Entry{{Position: bot.Position{Part: "p", Seq: 1}, At: start(), Payload: []byte(huge)}}},
		"answer":  {Event: &bot.Event{Key: "huge", Until: start(), Answer: []byte(huge)}},
	} {
		if err := f.s.Commit(f.Context(), ch); !errors.Is(err, bot.ErrTooLarge) {
			f.Errorf("%s: %v, want too large", name, err)
		}
	}
}

func senseless(f *fixture) {
	long := strings.Repeat("x", store.MaxName+1)
	putWith := func(change func(*bot.Put)) bot.Change {
		p := put(request("a"), 0, 1)
		change(&p)
		return bot.Change{Puts: []bot.Put{p}}
	}
	for name, ch := range map[string]bot.Change{
		"no id":            putWith(func(p *bot.Put) { p.ID = "" }),
		"NUL in an id":     putWith(func(p *bot.Put) { p.ID = "a\x00b" }),
		"long id":          putWith(func(p *bot.Put) { p.ID = long }),
		"NUL in an order":  putWith(func(p *bot.Put) { p.Order = "a\x00b" }),
		"NUL in a value":   putWith(func(p *bot.Put) { p.Index = map[string]string{"i": "a\x00b"} }),
		"index of no name": putWith(func(p *bot.Put) { p.Index = map[string]string{"": "a"} }),
		"twice the same":   {Puts: []bot.Put{put(request("a"), 0, 1), put(request("a"), 0, 2)}},
		"put and delete":   {Puts: []bot.Put{put(request("a"), 0, 1)}, Deletes: []bot.Record{{Key: request("a")}}},
		"job without due":  {Jobs: []bot.Job{{ID: "j", Kind: "post"}}},
		"job without kind": {Jobs: []bot.Job{{ID: "j", Due: start()}}},
		"part with a NUL":  {Journal: []bot.Entry{entry("a\x00b", 1, "")}},
		"line of no time":  {Journal: []bot.Entry{{Position: bot.Position{Part: "p", Seq: 1}}}},
		"event of no key":  {Event: &bot.Event{Until: start()}},
		"event of no time": {Event: &bot.Event{Key: "e"}},
	} {
		if err := f.s.Commit(f.Context(), ch); !errors.Is(err, store.ErrInvalid) {
			f.Errorf("%s: %v, want not valid", name, err)
		}
	}
	for name, value := range map[string]any{"nothing": nil, "a nil": (*Value)(nil), "another type": new(bot.Event), "no pointer": Value{}} {
		if err := f.s.Commit(f.Context(), putWith(func(p *bot.Put) { p.Value = value })); err == nil {
			f.Errorf("%s was taken as a value", name)
		}
	}
	f.absent(request("a"))
}

func cancelled(f *fixture) {
	ctx, cancel := context.WithCancel(f.Context())
	cancel()
	calls := map[string]func() error{
		"commit": func() error { return f.s.Commit(ctx, bot.Change{Puts: []bot.Put{put(request("a"), 0, 1)}}) },
		"get":    func() error { _, err := f.s.Get(ctx, request("a")); return err },
		"find":   func() error { _, _, err := f.s.Find(ctx, byOwner("ann")); return err },
		"claim":  func() error { _, err := f.s.Claim(ctx, "w", start(), time.Minute, 1); return err },
		"due":    func() error { _, err := f.s.Due(ctx); return err },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, context.Canceled) {
			f.Errorf("%s answered %v, want canceled", name, err)
		}
	}
	f.absent(request("a"))
}
