package bolt

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"guestsite/bot"
	"guestsite/store/storetest"
)

func openTest(tb testing.TB) *DB {
	tb.Helper()
	d, err := Open(filepath.Join(tb.TempDir(), "x.db"), options(tb))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := d.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return d
}

// hold keeps the committer busy until the returned function is called, so that
// what is submitted meanwhile comes into one batch.
func hold(t *testing.T, d *DB) (release func()) {
	t.Helper()
	begun, end := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := d.submit(context.Background(), &task{
			check: func(*bbolt.Tx) error { close(begun); <-end; return nil },
			apply: func(*bbolt.Tx) error { return nil },
		})
		if err != nil {
			t.Errorf("holding: %v", err)
		}
	})
	<-begun
	return func() { close(end); wg.Wait() }
}

func TestCommitter_FailingTaskDoesNotUndoTheOthers(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	broken := errors.New("broken")
	wrote := func(key string) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error {
			return tx.Bucket(bucketEvents).Put([]byte(key), appendTime(nil, time.Unix(1<<40, 0)))
		}
	}
	fine := func(*bbolt.Tx) error { return nil }
	var batch []*task
	for i := range 9 {
		key := fmt.Sprint(i)
		tk := &task{ctx: t.Context(), check: fine, apply: wrote(key), done: make(chan error, 1)}
		switch i % 3 {
		case 1: // writes, then fails
			tk.apply = func(tx *bbolt.Tx) error { return errors.Join(wrote(key)(tx), broken) }
		case 2:
			tk.check = func(*bbolt.Tx) error { return bot.ErrConflict }
		}
		batch = append(batch, tk)
	}
	all := append([]*task(nil), batch...)
	d.run(batch, time.Time{})
	for i, tk := range all {
		want := []error{nil, broken, bot.ErrConflict}[i%3]
		if err := <-tk.done; !errors.Is(err, want) || (want == nil) != (err == nil) {
			t.Errorf("task %d: %v, want %v", i, err, want)
		}
		recs, err := d.Get(t.Context(), bot.Key{Kind: bot.KindEvent, ID: fmt.Sprint(i)})
		if err != nil || (recs[0].Rev != 0) != (want == nil) {
			t.Errorf("task %d left %+v, %v", i, recs, err)
		}
	}
}

func TestRun_BatchIsOneTransaction(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	var ids []int
	note := &task{
		ctx:   t.Context(),
		check: func(*bbolt.Tx) error { return nil },
		apply: func(tx *bbolt.Tx) error { ids = append(ids, tx.ID()); return nil },
		done:  make(chan error, 4),
	}
	d.run([]*task{note, note, note}, time.Time{})
	d.run([]*task{note}, time.Time{})
	if len(ids) != 4 || ids[0] != ids[2] || ids[2] == ids[3] {
		t.Errorf("transactions %v, want three times one and then another", ids)
	}
}

func TestCommit_CallerThatGoesAwayGetsItsContextsError(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	release := hold(t, d)
	ctx, cancel := context.WithCancel(t.Context())
	got := make(chan error)
	k := bot.Key{Kind: bot.KindRequest, ID: "a"}
	go func() {
		got <- d.Commit(ctx, bot.Change{Puts: []bot.Put{{Key: k, Value: &storetest.Value{}}}})
	}()
	cancel()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want canceled", err)
	}
	release()
}

func TestCommit_TaskWhoseCallerWentAwayIsSpared(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	gone := &task{ctx: ctx, done: make(chan error, 1), check: func(*bbolt.Tx) error {
		t.Error("the work was done for nobody")
		return nil
	}}
	d.run([]*task{gone}, time.Time{})
	if err := <-gone.done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want canceled", err)
	}
}

func TestCollect_TakesAllThatWaitsUpToABound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		waiting []task
		want    int // with the first
	}{
		"nothing waits":  {nil, 1},
		"all":            {[]task{{ops: 1, size: 1}, {ops: 1, size: 1}, {ops: 1, size: 1}}, 4},
		"many ops":       {[]task{{ops: maxBatchOps - 1}, {ops: 1}, {ops: 1}}, 3},
		"many bytes":     {[]task{{size: maxBatchBytes / 2}, {size: maxBatchBytes / 2}, {size: 1}}, 3},
		"a single giant": {[]task{{size: 2 * maxBatchBytes}, {size: 1}}, 2},
	} {
		d := &DB{queue: make(chan *task, len(c.waiting))}
		for i := range c.waiting {
			d.queue <- &c.waiting[i]
		}
		if got := len(d.collect(&task{})); got != c.want {
			t.Errorf("%s: a batch of %d, want %d", name, got, c.want)
		}
	}
}

func TestEvents_ForgettingIsBoundedAndGoesOn(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	const n = 400
	until := time.Unix(1000, 0)
	for i := range n {
		err := d.Commit(t.Context(), bot.Change{Event: &bot.Event{Key: fmt.Sprint(i), Until: until}})
		if err != nil {
			t.Fatal(err)
		}
	}
	left := n
	for range n {
		if _, err := d.Claim(t.Context(), "w", until, time.Minute, 1); err != nil {
			t.Fatal(err)
		}
		now := countEvents(t, d)
		if left-now > expirePerBatch+1 {
			t.Fatalf("%d events were forgotten at once", left-now)
		}
		if left = now; left == 0 {
			return
		}
	}
	t.Errorf("%d events are left", left)
}

func countEvents(t *testing.T, d *DB) int {
	t.Helper()
	var events, untils int
	err := d.view(func(tx *bbolt.Tx) error {
		events = tx.Bucket(bucketEvents).Stats().KeyN
		untils = tx.Bucket(bucketUntil).Stats().KeyN
		return nil
	})
	if err != nil || events != untils {
		t.Fatalf("%d events, %d times, %v", events, untils, err)
	}
	return events
}
