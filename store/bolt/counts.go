package bolt

import (
	"context"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"guestsite/bot"
)

// Overdue counts the jobs that wait and are due at now, at most up to most, and gives
// the due time of the oldest, zero when there is none. Jobs that run do not count.
func (d *DB) Overdue(ctx context.Context, now time.Time, most int) (n int, oldest time.Time, err error) {
	err = d.view(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketDue).Cursor()
		for k, _ := c.First(); k != nil && !after(k, now) && n < most; k, _ = c.Next() {
			if n++; n > 1 {
				continue
			}
			if oldest, _, err = splitTime(k); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("overdue jobs: %w", err)
	}
	return n, oldest, nil
}

// CountIndex counts the records that have an index value, at most up to most.
func (d *DB) CountIndex(ctx context.Context, k bot.Kind, index, value string, most int) (n int, err error) {
	err = d.view(func(tx *bbolt.Tx) error {
		b := tx.Bucket(indexBucket(k, index))
		if b == nil {
			return nil
		}
		prefix := indexPrefix(value)
		c := b.Cursor()
		for key, _ := c.Seek(prefix); len(key) >= len(prefix) && string(key[:len(prefix)]) == string(prefix) && n < most; key, _ = c.Next() {
			n++
		}
		return ctx.Err()
	})
	if err != nil {
		return 0, fmt.Errorf("count %s by %s: %w", k, index, err)
	}
	return n, nil
}

// Size is how large the file is, in bytes.
func (d *DB) Size(ctx context.Context) (size int64, err error) {
	err = d.view(func(tx *bbolt.Tx) error { size = tx.Size(); return ctx.Err() })
	return size, err
}
