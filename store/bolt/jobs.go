package bolt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"guestsite/bot"
	"guestsite/store"
)

// errNothing ends a claim that has nothing to write.
var errNothing = errors.New("nothing to claim")

// Claim leases what is due; see [bot.Store]. When ctx ends while it waits, jobs
// may have been leased; they come back when their lease runs out.
func (d *DB) Claim(ctx context.Context, owner string, now time.Time, lease time.Duration, limit int) ([]bot.Job, error) {
	if owner == "" || lease <= 0 {
		return nil, fmt.Errorf("claim for %q and %v: %w", owner, lease, store.ErrInvalid)
	}
	if limit <= 0 {
		return nil, nil
	}
	now = store.Time(now)
	var jobs []bot.Job
	err := d.submit(ctx, &task{
		now: now, ops: 2 * limit, // a job and its place in the order
		check: func(tx *bbolt.Tx) error {
			if !anyUntil(tx, bucketLease, now) && !anyUntil(tx, bucketDue, now) && !anyUntil(tx, bucketUntil, now) {
				return errNothing
			}
			return nil
		},
		apply: func(tx *bbolt.Tx) error {
			if err := d.expireLeases(tx, now); err != nil {
				return err
			}
			var err error
			jobs, err = d.claim(tx, bot.Lease{Owner: owner, Until: now.Add(lease)}, now, limit)
			return err
		},
	})
	if errors.Is(err, errNothing) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("claim: %w", err)
	}
	return jobs, nil
}

// anyUntil says whether the first time of the bucket is at or before now.
func anyUntil(tx *bbolt.Tx, bucket []byte, now time.Time) bool {
	k, _ := tx.Bucket(bucket).Cursor().First()
	return k != nil && !after(k, now)
}

// expireLeases lets the jobs wait whose lease ran out at now.
func (d *DB) expireLeases(tx *bbolt.Tx, now time.Time) error {
	jobs, err := d.jobsUntil(tx, bucketLease, now, -1)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		left, keep := j.Expire(now)
		if err := d.replaceJob(tx, j, left, keep); err != nil {
			return err
		}
	}
	return nil
}

func (d *DB) claim(tx *bbolt.Tx, lease bot.Lease, now time.Time, limit int) ([]bot.Job, error) {
	due, err := d.jobsUntil(tx, bucketDue, now, limit)
	if err != nil {
		return nil, err
	}
	jobs := make([]bot.Job, 0, len(due))
	for _, j := range due {
		// One sequence for all jobs: a job that was deleted and put anew never
		// gets a token that a former owner still holds.
		token, err := tx.Bucket(bucketJobs).NextSequence()
		if err != nil {
			return nil, err
		}
		lease.Token = int64(token) // #nosec G115 -- counts claims
		claimed := j.Claim(lease)
		if err := d.replaceJob(tx, j, claimed, true); err != nil {
			return nil, err
		}
		jobs = append(jobs, claimed.Out())
	}
	return jobs, nil
}

// jobsUntil reads the jobs listed in the bucket at or before now, oldest first,
// at most limit; all when limit is negative.
func (d *DB) jobsUntil(tx *bbolt.Tx, bucket []byte, now time.Time, limit int) ([]*store.Job, error) {
	var jobs []*store.Job
	c := tx.Bucket(bucket).Cursor()
	for k, _ := c.First(); k != nil && !after(k, now) && len(jobs) != limit; k, _ = c.Next() {
		_, id, err := splitTime(k)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", bucket, err)
		}
		j, err := d.loadJob(tx, string(id))
		if err != nil {
			return nil, err
		}
		if j == nil {
			return nil, fmt.Errorf("%s names job %q, which is absent", bucket, id)
		}
		jobs = append(jobs, j)
	}
	return jobs, nil
}

// Due says when Claim next has something to give; see [bot.Store]. The end of a
// lease counts, since nobody may be left who holds it.
func (d *DB) Due(ctx context.Context) (time.Time, error) {
	if err := ctx.Err(); err != nil {
		return time.Time{}, fmt.Errorf("due: %w", err)
	}
	var due time.Time
	err := d.view(func(tx *bbolt.Tx) error {
		for _, b := range [][]byte{bucketDue, bucketLease} {
			k, _ := tx.Bucket(b).Cursor().First()
			if k == nil {
				continue
			}
			t, _, err := splitTime(k)
			if err != nil {
				return fmt.Errorf("%s: %w", b, err)
			}
			if due.IsZero() || t.Before(due) {
				due = t
			}
		}
		return nil
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("due: %w", err)
	}
	return due, nil
}

// loadJob answers nil when there is none.
func (d *DB) loadJob(tx *bbolt.Tx, id string) (*store.Job, error) {
	b := tx.Bucket(bucketJobs).Get([]byte(id))
	if b == nil {
		return nil, nil //nolint:nilnil // absence is an answer here
	}
	j, err := d.codec.DecodeJob(b)
	if err != nil {
		return nil, fmt.Errorf("job %q: %w", id, err)
	}
	return &j, nil
}

// replaceJob writes a job and its place in the order; old is nil for a new one,
// and keep is false when nothing is left of it.
func (d *DB) replaceJob(tx *bbolt.Tx, old *store.Job, j store.Job, keep bool) error {
	if old != nil {
		bucket, key := place(*old)
		if err := tx.Bucket(bucket).Delete(key); err != nil {
			return fmt.Errorf("job %q: %w", old.ID, err)
		}
	}
	jobs := tx.Bucket(bucketJobs)
	if !keep {
		if old == nil {
			return nil
		}
		if err := jobs.Delete([]byte(old.ID)); err != nil {
			return fmt.Errorf("job %q: %w", old.ID, err)
		}
		return nil
	}
	b, err := d.codec.EncodeJob(j)
	if err != nil {
		return fmt.Errorf("job %q: %w", j.ID, err)
	}
	if err := jobs.Put([]byte(j.ID), b); err != nil {
		return fmt.Errorf("job %q: %w", j.ID, err)
	}
	bucket, key := place(j)
	if err := tx.Bucket(bucket).Put(key, nil); err != nil {
		return fmt.Errorf("job %q: %w", j.ID, err)
	}
	return nil
}

// place is where a job stands in the order of times.
func place(j store.Job) (bucket, key []byte) {
	if j.Leased() {
		return bucketLease, timeKey(j.Lease.Until, j.ID)
	}
	return bucketDue, timeKey(j.Due, j.ID)
}
