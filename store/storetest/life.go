package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"guestsite/bot"
	"guestsite/store"
)

func lifeClaims() []claim {
	return []claim{
		{"ReopenKeepsAll", reopenKeeps},
		{"BackupOpensAndHoldsOneMoment", backup},
		{"BackupSaysWhenItsWriterFails", backupFails},
		{"ClosedStoreRefuses", closedRefuses},
		{"CloseAnswersThoseThatWait", closeWhileWaiting},
	}
}

// fill writes something of everything and answers a check for it.
func fill(f *fixture) func(*fixture) {
	f.Helper()
	f.commit(bot.Change{
		Puts:    []bot.Put{indexed("a", "ann", "1"), indexed("b", "ann", "2")},
		Jobs:    []bot.Job{job("j", start(), "p"), job("held", start().Add(-time.Second), "h")},
		Journal: []bot.Entry{entry("p", 1, ""), entry("p", 2, "p digest")},
		Event:   &bot.Event{Key: "evt", Answer: []byte("yes"), Until: start().Add(time.Hour)},
	})
	held := f.claim("w", start(), time.Minute, 1)
	if ids(held) != "held" {
		f.Fatalf("claimed %s", ids(held))
	}
	recs := f.get(request("a"), request("b"), bot.Key{Kind: bot.KindEvent, ID: "evt"})
	lines := f.journal(bot.Position{})
	return func(f *fixture) {
		f.Helper()
		if got := f.get(request("a"), request("b"), bot.Key{Kind: bot.KindEvent, ID: "evt"}); !reflect.DeepEqual(got, recs) {
			f.Errorf("records %+v, want %+v", got, recs)
		}
		if got := f.journal(bot.Position{}); !reflect.DeepEqual(got, lines) {
			f.Errorf("journal %+v, want %+v", got, lines)
		}
		f.expect(byOwner("ann"), "a", "b")
		if j := f.one("v", start()); j.ID != "j" {
			f.Errorf("waiting: %s, want j", j.ID)
		}
		f.commit(finish(held[0]))
		f.commit(bot.Change{Journal: []bot.Entry{entry("p", 3, "p digest")}})
	}
}

func reopenKeeps(f *fixture) {
	check := fill(f)
	f.reopen()
	check(f)
}

func backup(f *fixture) {
	check := fill(f)
	var b bytes.Buffer
	if err := f.s.Backup(f.Context(), &b); err != nil {
		f.Fatalf("backup: %v", err)
	}
	f.commit(bot.Change{
		Puts:    []bot.Put{put(request("later"), 0, 1)},
		Deletes: []bot.Record{{Key: request("a"), Rev: f.rev(request("a"))}},
	})
	data, err := f.data.Restore(&b)
	if err != nil {
		f.Fatalf("restore: %v", err)
	}
	copied := &fixture{T: f.T, data: data}
	copied.open()
	copied.absent(request("later"))
	check(copied)
	if err := copied.s.Close(); err != nil {
		f.Errorf("close the copy: %v", err)
	}
}

func backupFails(f *fixture) {
	fill(f)
	broken := errors.New("the disk is full")
	if err := f.s.Backup(f.Context(), writerFunc(func([]byte) (int, error) { return 0, broken })); err == nil {
		f.Error("a backup that was not written was called good")
	}
	ctx, cancel := context.WithCancel(f.Context())
	cancel()
	if err := f.s.Backup(ctx, &bytes.Buffer{}); !errors.Is(err, context.Canceled) {
		f.Errorf("backup answered %v, want canceled", err)
	}
	f.commit(bot.Change{}) // and nothing is left locked
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(p []byte) (int, error) { return w(p) }

func closedRefuses(f *fixture) {
	if err := f.s.Close(); err != nil {
		f.Fatalf("close: %v", err)
	}
	ctx := f.Context()
	calls := map[string]func() error{
		"commit":  func() error { return f.s.Commit(ctx, bot.Change{Puts: []bot.Put{put(request("a"), 0, 1)}}) },
		"get":     func() error { _, err := f.s.Get(ctx, request("a")); return err },
		"find":    func() error { _, _, err := f.s.Find(ctx, byOwner("ann")); return err },
		"claim":   func() error { _, err := f.s.Claim(ctx, "w", start(), time.Minute, 1); return err },
		"due":     func() error { _, err := f.s.Due(ctx); return err },
		"backup":  func() error { return f.s.Backup(ctx, &bytes.Buffer{}) },
		"journal": func() error { return firstError(f.s, ctx) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, store.ErrClosed) {
			f.Errorf("%s answered %v, want closed", name, err)
		}
	}
}

func firstError(s bot.Store, ctx context.Context) error { //nolint:revive // ctx second: a helper of one test
	for _, err := range s.Journal(ctx, bot.Position{}) {
		return err
	}
	return nil
}

// closeWhileWaiting closes under load: everybody gets an answer, and exactly the
// changes that were answered nil are there.
func closeWhileWaiting(f *fixture) {
	const writers = 50
	errs := make([][]error, writers)
	var wg sync.WaitGroup
	under := make(chan struct{})
	var once sync.Once
	for w := range writers {
		wg.Go(func() {
			for i := 0; ; i++ {
				err := f.s.Commit(f.Context(), bot.Change{Puts: []bot.Put{put(request(fmt.Sprintf("%d/%d", w, i)), 0, i)}})
				errs[w] = append(errs[w], err)
				if err != nil {
					return
				}
				once.Do(func() { close(under) })
			}
		})
	}
	<-under
	if err := f.s.Close(); err != nil {
		f.Errorf("close: %v", err)
	}
	wg.Wait()
	f.open()
	for w, all := range errs {
		for i, err := range all {
			k := request(fmt.Sprintf("%d/%d", w, i))
			switch there := f.rev(k) != 0; {
			case err != nil && !errors.Is(err, store.ErrClosed):
				f.Errorf("%s: %v, want closed", k.ID, err)
			case (err == nil) != there:
				f.Errorf("%s answered %v, there: %v", k.ID, err, there)
			}
		}
	}
}
