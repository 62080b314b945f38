package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"guestsite/bot"
)

func raceClaims() []claim {
	return []claim{
		{"HundredRacingWritersLoseNoUpdate", racingWriters},
		{"RacingDeliveriesOfOneEventCountOnce", racingEvents},
		{"RacingWorkersShareTheJobs", racingWorkers},
		{"GetSeesOneMoment", oneMoment},
	}
}

func racingWriters(f *fixture) {
	const writers, times = 100, 5
	k := bot.Key{Kind: bot.KindCounter, ID: "n"}
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range times {
				if err := increment(f, k); err != nil {
					f.Errorf("increment: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	if n := f.value(k).N; n != writers*times {
		f.Errorf("counted %d, want %d", n, writers*times)
	}
}

// increment reads and writes until nobody came between.
func increment(f *fixture, k bot.Key) error {
	for {
		recs, err := f.s.Get(f.Context(), k)
		if err != nil {
			return err
		}
		next := Value{Name: k.ID, N: 1}
		if v, ok := recs[0].Value.(*Value); ok {
			next.N = v.N + 1
		}
		err = f.s.Commit(f.Context(), bot.Change{Puts: []bot.Put{{Key: k, Rev: recs[0].Rev, Value: &next}}})
		if !errors.Is(err, bot.ErrConflict) {
			return err
		}
	}
}

func racingEvents(f *fixture) {
	var first, seen atomic.Int64
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			err := f.s.Commit(f.Context(), bot.Change{
				Puts:  []bot.Put{put(request(fmt.Sprint(i)), 0, 1)},
				Event: &bot.Event{Key: "evt", Answer: []byte("yes"), Until: start()},
			})
			switch e, ok := errors.AsType[*bot.SeenError](err); {
			case err == nil:
				first.Add(1)
			case ok && string(e.Answer) == "yes":
				seen.Add(1)
			default:
				f.Errorf("commit: %v", err)
			}
		})
	}
	wg.Wait()
	if first.Load() != 1 || seen.Load() != 49 {
		f.Errorf("%d were first and %d were told, want 1 and 49", first.Load(), seen.Load())
	}
}

func racingWorkers(f *fixture) {
	const jobs = 90
	var ch bot.Change
	for i := range jobs {
		ch.Jobs = append(ch.Jobs, job(fmt.Sprintf("j%02d", i), start(), "p"))
	}
	f.commit(ch)
	var mu sync.Mutex
	runs := map[string]int{}
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for {
				got, err := f.s.Claim(f.Context(), fmt.Sprint("w", w), start(), time.Hour, 4)
				if err != nil {
					f.Errorf("claim: %v", err)
				}
				if len(got) == 0 {
					return
				}
				for _, j := range got {
					if err := f.s.Commit(f.Context(), finish(j)); err != nil {
						f.Errorf("finish %s: %v", j.ID, err)
					}
					mu.Lock()
					runs[j.ID]++
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if len(runs) != jobs {
		f.Errorf("%d jobs ran, want %d", len(runs), jobs)
	}
	for id, n := range runs {
		if n != 1 {
			f.Errorf("%s ran %d times", id, n)
		}
	}
	f.due(time.Time{})
}

// oneMoment moves an amount between two records and reads both all the while.
func oneMoment(f *fixture) {
	a, b := request("a"), request("b")
	f.commit(bot.Change{Puts: []bot.Put{put(a, 0, 50), put(b, 0, 50)}})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 100 {
			recs, err := f.s.Get(f.Context(), a, b)
			if err != nil {
				f.Errorf("get: %v", err)
				return
			}
			err = f.s.Commit(f.Context(), bot.Change{Puts: []bot.Put{
				put(a, recs[0].Rev, number(recs[0])-1), put(b, recs[1].Rev, number(recs[1])+1),
			}})
			if err != nil {
				f.Errorf("commit: %v", err)
				return
			}
		}
	}()
	for {
		recs := f.get(a, b)
		if sum := number(recs[0]) + number(recs[1]); sum != 100 {
			f.Fatalf("the sum is %d", sum)
		}
		select {
		case <-done:
			if n := f.value(a).N; n != -50 {
				f.Errorf("a holds %d, want -50", n)
			}
			return
		default:
		}
	}
}

func number(r bot.Record) int {
	v, ok := r.Value.(*Value)
	if !ok {
		return -1 << 40
	}
	return v.N
}
