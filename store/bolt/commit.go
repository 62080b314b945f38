package bolt

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"guestsite/bot"
	"guestsite/store"
)

// Commit applies a change with the others that wait; see [bot.Store]. When ctx
// ends while it waits, the change may have been applied.
func (d *DB) Commit(ctx context.Context, ch bot.Change) error {
	p, err := d.codec.Prepare(ch)
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	c := &commit{d: d, p: p}
	if err := d.submit(ctx, &task{check: c.check, apply: c.apply, ops: p.Ops, size: p.Size}); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// commit is a change on its way, with what check found for apply.
type commit struct {
	d        *DB
	p        *store.Prepared
	put      []*row // former rows, in the order of p.Puts
	del      []*row
	finished *store.Job
}

func (c *commit) check(tx *bbolt.Tx) error {
	if e := c.p.Event; e != nil {
		seen, err := getEvent(tx, e.Key)
		if err != nil {
			return err
		}
		if seen != nil {
			return &bot.SeenError{Answer: seen.Answer}
		}
	}
	if err := c.checkFinish(tx); err != nil {
		return err
	}
	c.put, c.del = c.put[:0], c.del[:0]
	for _, p := range c.p.Puts {
		old, err := checkRev(tx, p.Key, p.Rev)
		if err != nil {
			return err
		}
		c.put = append(c.put, old)
	}
	for _, p := range c.p.Deletes {
		old, err := checkRev(tx, p.Key, p.Rev)
		if err != nil {
			return err
		}
		c.del = append(c.del, old)
	}
	if err := checkDrop(tx, c.d.codec, c.p.Drop); err != nil {
		return err
	}
	return checkJournal(tx, c.d.codec, c.p.Journal)
}

func (c *commit) checkFinish(tx *bbolt.Tx) error {
	f := c.p.Finish
	if f == nil {
		return nil
	}
	j, err := c.d.loadJob(tx, f.Job.ID)
	if err != nil {
		return err
	}
	if j == nil || !j.HeldBy(*f) {
		return fmt.Errorf("job %q: %w", f.Job.ID, bot.ErrLeaseLost)
	}
	c.finished = j
	return nil
}

func (c *commit) apply(tx *bbolt.Tx) error {
	for i, p := range c.p.Puts {
		if err := putRecord(tx, p, c.put[i]); err != nil {
			return err
		}
	}
	for i, p := range c.p.Deletes {
		if err := deleteRecord(tx, p.Key, c.del[i]); err != nil {
			return err
		}
	}
	if err := c.applyJobs(tx); err != nil {
		return err
	}
	if err := appendJournal(tx, c.p.Journal); err != nil {
		return err
	}
	if err := cutJournal(tx, c.p.Erase, c.p.Drop); err != nil {
		return err
	}
	if c.p.Event == nil {
		return nil
	}
	return putEvent(tx, *c.p.Event)
}

// applyJobs goes in the order finish, cancel, enqueue, so that a job can put
// itself anew and a cancelled one can be replaced in one change.
func (c *commit) applyJobs(tx *bbolt.Tx) error {
	if f := c.p.Finish; f != nil {
		left, keep := c.finished.Finish(*f)
		if err := c.d.replaceJob(tx, c.finished, left, keep); err != nil {
			return err
		}
	}
	for _, id := range c.p.Cancel {
		old, err := c.d.loadJob(tx, id)
		if err != nil {
			return err
		}
		if old == nil {
			continue
		}
		left, keep := old.Cancel()
		if err := c.d.replaceJob(tx, old, left, keep); err != nil {
			return err
		}
	}
	for _, job := range c.p.Jobs {
		old, err := c.d.loadJob(tx, job.ID)
		if err != nil {
			return err
		}
		if err := c.d.replaceJob(tx, old, store.Enqueue(old, job), true); err != nil {
			return err
		}
	}
	return nil
}
