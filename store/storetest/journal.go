package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"guestsite/bot"
	"guestsite/store"
)

func journalClaims() []claim {
	return []claim{
		{"JournalComesBackAsWritten", journalWhole},
		{"JournalRefusesWhatDoesNotFollow", journalChain},
		{"JournalReadsPartsInOrderFromAPosition", journalOrder},
		{"JournalCanBeReadWhileItGrows", journalGrows},
		{"JournalStopsWithTheContext", journalCancelled},
		{"JournalPayloadIsErasedAndItsEntryStays", journalErased},
		{"JournalPartIsDroppedWholeOrNotAtAll", journalDropped},
	}
}

func journalWhole(f *fixture) {
	want := entry("p", 1, "")
	want.At = start().Add(123456789)
	second := entry("p", 2, want.Digest)
	second.Payload = nil
	f.commit(bot.Change{Journal: []bot.Entry{want, second}})
	f.reopen()
	got := f.journal(bot.Position{})
	if len(got) != 2 || !reflect.DeepEqual(got[0], want) || !reflect.DeepEqual(got[1], second) {
		f.Errorf("came back as %+v, want %+v, %+v", got, want, second)
	}
}

func journalChain(f *fixture) {
	first := entry("p", 1, "")
	bad := map[string]bot.Entry{
		"begins at 2":         entry("p", 2, ""),
		"begins at 0":         entry("p", 0, ""),
		"begins behind other": entry("p", 1, "something"),
	}
	refuse := func() {
		f.Helper()
		for name, e := range bad {
			if err := f.s.Commit(f.Context(), bot.Change{Journal: []bot.Entry{e}}); !errors.Is(err, bot.ErrConflict) {
				f.Errorf("%s: %v, want a conflict", name, err)
			}
		}
	}
	refuse()
	f.commit(bot.Change{Journal: []bot.Entry{first}})
	// Other parts, whose names sort right before and behind, do not count.
	f.commit(bot.Change{Journal: []bot.Entry{entry("p\x01", 1, ""), entry("o", 1, ""), entry("pp", 1, "")}})
	bad = map[string]bot.Entry{
		"the same again":   first,
		"another first":    entry("p", 1, first.Digest),
		"leaves a gap":     entry("p", 3, first.Digest),
		"another before":   entry("p", 2, "something"),
		"no entry before":  entry("p", 2, ""),
		"negative":         entry("p", -1, first.Digest),
		"other part's end": entry("p", 2, "pp digest"),
	}
	refuse()
	broken := entry("p", 3, "something") // inside one change
	f.refused(bot.Change{Journal: []bot.Entry{entry("p", 2, first.Digest), broken}}, bot.ErrConflict)
	f.commit(bot.Change{Journal: []bot.Entry{entry("p", 2, first.Digest), entry("p", 3, "p digest")}})
	if got := len(f.journal(bot.Position{Part: "p"})); got != 5 {
		f.Errorf("%d entries from part p on, want 5", got)
	}
}

func journalOrder(f *fixture) {
	for seq := range int64(300) {
		prev := "b digest"
		if seq == 0 {
			prev = ""
		}
		f.commit(bot.Change{Journal: []bot.Entry{entry("b", seq+1, prev)}})
	}
	f.commit(bot.Change{Journal: []bot.Entry{entry("c", 1, ""), entry("a", 1, ""), entry("b a", 1, "")}})
	all := f.journal(bot.Position{})
	if len(all) != 303 || all[0].Part != "a" || all[301].Part != "b a" || all[302].Part != "c" {
		f.Fatalf("%d entries", len(all))
	}
	for i, e := range all[1:301] {
		if e.Part != "b" || e.Seq != int64(i+1) {
			f.Fatalf("entry %d is %v", i, e.Position)
		}
	}
	from := f.journal(bot.Position{Part: "b", Seq: 299})
	var got []string
	for _, e := range from {
		got = append(got, fmt.Sprint(e.Part, e.Seq))
	}
	if want := []string{"b299", "b300", "b a1", "c1"}; !reflect.DeepEqual(got, want) {
		f.Errorf("from b/299: %q, want %q", got, want)
	}
	if got := len(f.journal(bot.Position{Part: "d"})); got != 0 {
		f.Errorf("%d entries behind the end", got)
	}
	for e, err := range f.s.Journal(f.Context(), bot.Position{}) {
		if err != nil || e.Part != "a" {
			f.Errorf("first is %v, %v", e.Position, err)
		}
		break // leaving early leaves nothing locked
	}
	f.commit(bot.Change{Journal: []bot.Entry{entry("d", 1, "")}})
}

func journalGrows(f *fixture) {
	f.commit(bot.Change{Journal: []bot.Entry{entry("p", 1, "")}})
	read := 0
	for e, err := range f.s.Journal(f.Context(), bot.Position{}) {
		if err != nil {
			f.Fatalf("journal: %v", err)
		}
		if read++; read > 2 {
			break
		}
		f.commit(bot.Change{Journal: []bot.Entry{entry("p", e.Seq+1, e.Digest)}})
	}
	if got := len(f.journal(bot.Position{})); got < 2 {
		f.Errorf("%d entries, want at least 2", got)
	}
}

func journalCancelled(f *fixture) {
	f.commit(bot.Change{Journal: []bot.Entry{entry("p", 1, "")}})
	ctx, cancel := context.WithCancel(f.Context())
	cancel()
	for _, err := range f.s.Journal(ctx, bot.Position{}) {
		if !errors.Is(err, context.Canceled) {
			f.Errorf("journal answered %v, want canceled", err)
		}
	}
}

func journalErased(f *fixture) {
	first := entry("p", 1, "")
	second := entry("p", 2, first.Digest)
	other := entry("p\x01", 1, "")
	f.commit(bot.Change{Journal: []bot.Entry{first, second, other}})
	gone := []bot.Position{first.Position, {Part: "p", Seq: 9}, {Part: "nowhere", Seq: 1}}
	f.commit(bot.Change{Erase: gone})
	f.commit(bot.Change{Erase: gone}) // a run that is run again
	f.reopen()
	first.Payload = nil
	if got := f.journal(bot.Position{}); !reflect.DeepEqual(got, []bot.Entry{first, second, other}) {
		f.Errorf("left %+v", got)
	}
	f.commit(bot.Change{Journal: []bot.Entry{entry("p", 3, second.Digest)}}) // the chain goes on
	f.refused(bot.Change{Erase: []bot.Position{{}}}, store.ErrInvalid)
	seen := bot.Change{Event: &bot.Event{Key: "e", Until: start()}}
	f.commit(seen)
	seen.Erase = []bot.Position{second.Position}
	if _, ok := errors.AsType[*bot.SeenError](f.s.Commit(f.Context(), seen)); !ok || len(f.journal(second.Position)[0].Payload) == 0 {
		f.Error("a change that was refused erased something")
	}
}

func journalDropped(f *fixture) {
	first := entry("p", 1, "")
	f.commit(bot.Change{Journal: []bot.Entry{first, entry("p", 2, first.Digest), entry("p/g1", 1, ""), entry("pp", 1, ""), entry("o", 1, "")}})
	for _, pos := range []bot.Position{{Part: "p", Seq: 1}, {Part: "p", Seq: 3}, {Part: "p"}, {Part: "nowhere", Seq: 1}, {Part: "nowhere"}} {
		f.refused(bot.Change{Drop: []bot.Position{pos}}, bot.ErrConflict)
	}
	last := bot.Position{Part: "p", Seq: 2}
	f.refused(bot.Change{Drop: []bot.Position{last, last}}, store.ErrInvalid)
	f.refused(bot.Change{Drop: []bot.Position{last}, Journal: []bot.Entry{entry("p", 3, first.Digest)}}, store.ErrInvalid)
	f.refused(bot.Change{Drop: []bot.Position{last}, Erase: []bot.Position{first.Position}}, store.ErrInvalid)
	f.commit(bot.Change{Drop: []bot.Position{last, {Part: "pp", Seq: 1}}})
	f.reopen()
	var left []string
	for _, e := range f.journal(bot.Position{}) {
		left = append(left, e.Part)
	}
	if want := []string{"o", "p/g1"}; !reflect.DeepEqual(left, want) {
		f.Errorf("left %q, want %q", left, want)
	}
	f.commit(bot.Change{Journal: []bot.Entry{first}}) // nothing is remembered of it
}

func eventClaims() []claim {
	return []claim{
		{"EventIsSeenOnceWithItsAnswer", eventSeen},
		{"SeenEventGoesBeforeAllOtherRefusals", eventFirst},
		{"EventIsKeptUntilItsTimeAndForgottenAfter", eventExpires},
		{"EventCanBeRead", eventRead},
	}
}

func eventSeen(f *fixture) {
	ch := bot.Change{
		Puts:  []bot.Put{put(request("a"), 0, 1)},
		Jobs:  []bot.Job{job("j", start(), "p")},
		Event: &bot.Event{Key: "evt", Answer: []byte{0, 'y', 'e', 's', 0xff}, Until: start().Add(time.Hour)},
	}
	f.commit(ch)
	f.commit(finish(f.one("w", start())))
	f.reopen()
	for _, answer := range [][]byte{[]byte("other"), nil} {
		twice := ch
		twice.Puts = []bot.Put{put(request("b"), 0, 1)}
		twice.Event = &bot.Event{Key: "evt", Answer: answer, Until: start().Add(time.Hour)}
		err := f.s.Commit(f.Context(), twice)
		seen, ok := errors.AsType[*bot.SeenError](err)
		if !ok || string(seen.Answer) != "\x00yes\xff" {
			f.Fatalf("the event again: %v, want its answer", err)
		}
	}
	f.absent(request("b"))
	f.none(start().Add(time.Minute))
}

func eventFirst(f *fixture) {
	ch := bot.Change{
		Puts:    []bot.Put{put(request("a"), 0, 1)},
		Journal: []bot.Entry{entry("p", 1, "")},
		Event:   &bot.Event{Key: "evt", Until: start()},
	}
	f.commit(ch)
	ch.Finish = &bot.Finish{Job: job("gone", start(), "")}
	if _, ok := errors.AsType[*bot.SeenError](f.s.Commit(f.Context(), ch)); !ok {
		f.Error("the same change again was not answered as seen")
	}
	ch.Event = &bot.Event{Key: "other", Until: start()}
	f.refused(ch, bot.ErrLeaseLost)
	ch.Finish = nil
	f.refused(ch, bot.ErrConflict)
}

func eventExpires(f *fixture) {
	t0 := start()
	key := bot.Key{Kind: bot.KindEvent, ID: "evt"}
	f.commit(bot.Change{Event: &bot.Event{Key: "evt", Until: t0}})
	f.claim("w", t0.Add(-1), time.Minute, 1)
	if f.rev(key) == 0 {
		f.Fatal("forgotten before its time")
	}
	f.claim("w", t0, time.Minute, 1)
	f.absent(key)
	f.commit(bot.Change{Event: &bot.Event{Key: "evt", Answer: []byte("new"), Until: t0.Add(time.Hour)}})
	if f.rev(key) == 0 {
		f.Error("an event that was forgotten cannot be remembered anew")
	}
}

func eventRead(f *fixture) {
	want := &bot.Event{Key: "evt", Answer: []byte("yes"), Until: start()}
	f.commit(bot.Change{Event: want})
	key := bot.Key{Kind: bot.KindEvent, ID: "evt"}
	if got := f.get(key)[0].Value; !reflect.DeepEqual(got, want) {
		f.Errorf("read %+v, want %+v", got, want)
	}
	f.refused(bot.Change{Puts: []bot.Put{put(key, 0, 1)}}, store.ErrInvalid)
	f.refused(bot.Change{Deletes: []bot.Record{{Key: key, Rev: 1}}}, store.ErrInvalid)
}
