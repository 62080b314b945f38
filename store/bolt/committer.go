package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"go.etcd.io/bbolt"

	"guestsite/store"
)

// A batch ends when it holds this much; one change may exceed what is left.
const (
	maxBatchOps   = 2000
	maxBatchBytes = 4 << 20
)

// expirePerBatch bounds the forgotten events that a batch removes beside its own
// work, and that many more for each of its tasks.
const expirePerBatch = 32

// task is a piece of writing with its caller waiting on done.
type task struct {
	ctx context.Context
	// check reads only; its error refuses this task and touches no other.
	check func(*bbolt.Tx) error
	// apply writes. Its error undoes the batch, which is then tried without it.
	apply func(*bbolt.Tx) error
	// now is the caller's time where he gave one.
	now       time.Time
	ops, size int
	err       error // by check or apply
	done      chan error
}

// submit waits for the committer to take and do the task. When ctx ends first,
// the task may have been done or may yet be.
func (d *DB) submit(ctx context.Context, t *task) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.ctx, t.done = ctx, make(chan error, 1)
	select {
	case d.queue <- t:
	case <-ctx.Done():
		return ctx.Err()
	case <-d.closing:
		return store.ErrClosed
	}
	select {
	case err := <-t.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// committer is the one goroutine that writes.
func (d *DB) committer() {
	defer close(d.stopped)
	var latest time.Time // the latest time that any caller gave
	for {
		select {
		case <-d.closing:
			return
		case t := <-d.queue:
			batch := d.collect(t)
			for _, t := range batch {
				if t.now.After(latest) {
					latest = t.now
				}
			}
			d.run(batch, latest)
		}
	}
}

// collect takes what waits behind first, without waiting for more.
func (d *DB) collect(first *task) []*task {
	// The callers of the batch before are awake but have not all run yet: let
	// them, so that their next change comes into this batch. This is no delay;
	// with nobody ready to run it returns at once.
	runtime.Gosched()
	batch := []*task{first}
	ops, size := first.ops, first.size
	for ops < maxBatchOps && size < maxBatchBytes {
		select {
		case t := <-d.queue:
			batch = append(batch, t)
			ops += t.ops
			size += t.size
		default:
			return batch
		}
	}
	return batch
}

// run does the tasks in one transaction and answers each.
func (d *DB) run(batch []*task, latest time.Time) {
	for len(batch) > 0 {
		failed, err := d.try(batch, latest)
		if failed < 0 {
			for _, t := range batch {
				if err != nil {
					t.err = fmt.Errorf("write store: %w", err)
				}
				t.done <- t.err
			}
			return
		}
		batch[failed].done <- err
		batch = append(batch[:failed:failed], batch[failed+1:]...)
	}
}

// try runs the transaction. It answers the place of the task whose apply failed
// and its error, with nothing written, or -1 and the transaction's own error.
func (d *DB) try(batch []*task, latest time.Time) (failed int, err error) {
	tx, err := d.db.Begin(true)
	if err != nil {
		return -1, err
	}
	wrote := false
	for i, t := range batch {
		// A caller who went away before the task began is spared the work.
		if t.err = t.ctx.Err(); t.err != nil {
			continue
		}
		if t.err = t.check(tx); t.err != nil {
			continue
		}
		if err := t.apply(tx); err != nil {
			return i, errors.Join(err, tx.Rollback())
		}
		wrote = true
	}
	if !wrote {
		return -1, tx.Rollback()
	}
	if err := expireEvents(tx, latest, expirePerBatch+len(batch)); err != nil {
		return -1, errors.Join(err, tx.Rollback())
	}
	return -1, tx.Commit()
}
