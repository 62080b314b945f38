package storetest_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/store/mem"
	"guestsite/store/storetest"
)

var counter = bot.Key{Kind: bot.KindCounter, ID: "n"}

// story writes the counter twice, whatever of that was done before.
func story(t *testing.T, s bot.Store) error {
	t.Helper()
	for range 2 {
		recs, err := s.Get(t.Context(), counter)
		if err != nil {
			return err
		}
		n := 0
		if v, ok := recs[0].Value.(*storetest.Value); ok {
			n = v.N
		}
		if n == 2 {
			return nil
		}
		put := bot.Put{Key: counter, Rev: recs[0].Rev, Value: &storetest.Value{N: n + 1}}
		if err := s.Commit(t.Context(), bot.Change{Puts: []bot.Put{put}}); err != nil {
			return err
		}
	}
	return nil
}

func TestFaulty_BreaksAtEachCallAndStaysBroken(t *testing.T) {
	t.Parallel()
	codec := storetest.Codec(t)
	whole := storetest.Faulty(mem.New(codec), storetest.Plan{})
	if err := story(t, whole); err != nil {
		t.Fatalf("unbroken: %v", err)
	}
	calls := whole.Calls()
	want := []storetest.Op{storetest.OpGet, storetest.OpCommit, storetest.OpGet, storetest.OpCommit}
	if !slices.Equal(calls, want) {
		t.Fatalf("calls %v, want %v", calls, want)
	}
	for _, lost := range []bool{false, true} {
		for at := range len(calls) {
			disk := mem.NewDisk(codec)
			s := storetest.Faulty(disk.Open(), storetest.Plan{At: at + 1, Lost: lost})
			if err := story(t, s); !errors.Is(err, storetest.ErrCrashed) {
				t.Fatalf("at %d: %v, want a crash", at+1, err)
			}
			<-s.Crashed()
			if _, err := s.Claim(t.Context(), "w", time.Now(), time.Minute, 1); !errors.Is(err, storetest.ErrCrashed) {
				t.Errorf("claim after the crash: %v", err)
			}
			done := 0 // commits that were made: those before, and the lost one
			for i, op := range calls[:at+1] {
				if op == storetest.OpCommit && (i < at || lost) {
					done++
				}
			}
			expect(t, disk.Open(), done)
			if err := story(t, disk.Open()); err != nil {
				t.Errorf("after the restart: %v", err)
			}
			expect(t, disk.Open(), 2)
		}
	}
}

func TestFaulty_CountsOnlyWhatThePlanNames(t *testing.T) {
	t.Parallel()
	disk := mem.NewDisk(storetest.Codec(t))
	s := storetest.Faulty(disk.Open(), storetest.Plan{At: 2, Only: []storetest.Op{storetest.OpCommit}})
	if err := story(t, s); !errors.Is(err, storetest.ErrCrashed) {
		t.Fatalf("got %v, want a crash", err)
	}
	expect(t, disk.Open(), 1)
}

func expect(t *testing.T, s bot.Store, want int) {
	t.Helper()
	recs, err := s.Get(t.Context(), counter)
	if err != nil {
		t.Fatalf("get: %v", err)
	}
	n := 0
	if v, ok := recs[0].Value.(*storetest.Value); ok {
		n = v.N
	}
	if n != want {
		t.Errorf("counted %d, want %d", n, want)
	}
}
