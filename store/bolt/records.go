package bolt

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"guestsite/bot"
	"guestsite/store"
)

// defaultPage is the size of a page of Find when the query names none.
const defaultPage = 100

// Get reads several records in one consistent view; see [bot.Store].
func (d *DB) Get(ctx context.Context, keys ...bot.Key) ([]bot.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	for _, k := range keys {
		if err := d.codec.CheckKey(k); err != nil {
			return nil, fmt.Errorf("get: %w", err)
		}
	}
	records := make([]bot.Record, len(keys))
	err := d.view(func(tx *bbolt.Tx) error {
		for i, k := range keys {
			var err error
			if records[i], err = d.get(tx, k); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	return records, nil
}

// get reads one record; decoding copies, so nothing of the transaction leaves.
func (d *DB) get(tx *bbolt.Tx, k bot.Key) (bot.Record, error) {
	rec := bot.Record{Key: k}
	if k.Kind == bot.KindEvent {
		e, err := getEvent(tx, k.ID)
		if err != nil || e == nil {
			return rec, err
		}
		rec.Rev, rec.Value = 1, e
		return rec, nil
	}
	b := tx.Bucket(kindBucket(k.Kind)).Get([]byte(k.ID))
	if b == nil {
		return rec, nil
	}
	r, err := decodeRow(b)
	if err != nil {
		return rec, fmt.Errorf("%s %q: %w", k.Kind, k.ID, err)
	}
	if rec.Value, err = d.codec.Decode(k.Kind, r.data); err != nil {
		return rec, fmt.Errorf("%s %q: %w", k.Kind, k.ID, err)
	}
	rec.Rev = r.rev
	return rec, nil
}

// Find lists records by an index; see [bot.Store].
func (d *DB) Find(ctx context.Context, q bot.Query) ([]bot.Record, bot.Cursor, error) {
	if err := ctx.Err(); err != nil {
		return nil, "", fmt.Errorf("find: %w", err)
	}
	if err := d.codec.CheckQuery(q); err != nil {
		return nil, "", err
	}
	var rest []byte
	if q.After != "" {
		var err error
		if rest, err = decodeCursor(q.After); err != nil {
			return nil, "", fmt.Errorf("find %s: %w", q.Kind, err)
		}
	}
	if q.Limit == 0 {
		q.Limit = defaultPage
	}
	var records []bot.Record
	var next bot.Cursor
	err := d.view(func(tx *bbolt.Tx) error {
		var err error
		records, next, err = d.find(tx, q, rest)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("find %s by %s: %w", q.Kind, q.Index, err)
	}
	return records, next, nil
}

func (d *DB) find(tx *bbolt.Tx, q bot.Query, rest []byte) ([]bot.Record, bot.Cursor, error) {
	ix := tx.Bucket(indexBucket(q.Kind, q.Index))
	if ix == nil {
		return nil, "", nil
	}
	var records []bot.Record
	var last []byte
	prefix := indexPrefix(q.Value)
	c := ix.Cursor()
	step := c.Next
	if q.Newest {
		step = c.Prev
	}
	for k := seekIndex(c, prefix, rest, q.Newest); bytes.HasPrefix(k, prefix); k, _ = step() {
		if len(records) == q.Limit {
			return records, encodeCursor(last), nil
		}
		last = k[len(prefix):]
		_, id, ok := bytes.Cut(last, []byte{0})
		if !ok {
			return nil, "", fmt.Errorf("index key %q is damaged", k)
		}
		rec, err := d.get(tx, bot.Key{Kind: q.Kind, ID: string(id)})
		if err != nil {
			return nil, "", err
		}
		if rec.Rev == 0 {
			return nil, "", fmt.Errorf("the index names %s %q, which is absent", q.Kind, id)
		}
		records = append(records, rec)
	}
	return records, "", nil
}

// seekIndex puts the cursor on the first key of the page.
func seekIndex(c *bbolt.Cursor, prefix, rest []byte, newest bool) []byte {
	if !newest {
		start := slices.Concat(prefix, rest)
		k, _ := c.Seek(start)
		if len(rest) > 0 && bytes.Equal(k, start) {
			k, _ = c.Next()
		}
		return k
	}
	// The key before the start, which is the end of the value's entries or the
	// last one of the page before.
	start := slices.Concat(prefix[:len(prefix)-1], []byte{1})
	if len(rest) > 0 {
		start = slices.Concat(prefix, rest)
	}
	if k, _ := c.Seek(start); k == nil {
		k, _ = c.Last()
		return k
	}
	k, _ := c.Prev()
	return k
}

// loadRow answers nil when the record is absent.
func loadRow(tx *bbolt.Tx, k bot.Key) (*row, error) {
	b := tx.Bucket(kindBucket(k.Kind)).Get([]byte(k.ID))
	if b == nil {
		return nil, nil //nolint:nilnil // absence is an answer here
	}
	r, err := decodeRow(b)
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", k.Kind, k.ID, err)
	}
	return &r, nil
}

// checkRev answers the former row when its revision is the one expected.
func checkRev(tx *bbolt.Tx, k bot.Key, rev int64) (*row, error) {
	old, err := loadRow(tx, k)
	if err != nil {
		return nil, err
	}
	var have int64
	if old != nil {
		have = old.rev
	}
	if have != rev {
		return nil, fmt.Errorf("%s %q has revision %d, not %d: %w", k.Kind, k.ID, have, rev, bot.ErrConflict)
	}
	return old, nil
}

func putRecord(tx *bbolt.Tx, p store.PreparedPut, old *row) error {
	b := tx.Bucket(kindBucket(p.Kind))
	// The sequence never goes back, so a record that is made anew does not get a
	// revision that somebody still remembers.
	rev, err := b.NextSequence()
	if err != nil {
		return fmt.Errorf("put %s %q: %w", p.Kind, p.ID, err)
	}
	r := row{rev: int64(rev), order: p.Order, index: p.Index, data: p.Data} // #nosec G115 -- counts writes
	if err := b.Put([]byte(p.ID), r.encode()); err != nil {
		return fmt.Errorf("put %s %q: %w", p.Kind, p.ID, err)
	}
	return reindex(tx, p.Key, old, &r)
}

func deleteRecord(tx *bbolt.Tx, k bot.Key, old *row) error {
	if old == nil {
		return nil
	}
	if err := reindex(tx, k, old, nil); err != nil {
		return err
	}
	if err := tx.Bucket(kindBucket(k.Kind)).Delete([]byte(k.ID)); err != nil {
		return fmt.Errorf("delete %s %q: %w", k.Kind, k.ID, err)
	}
	return nil
}

// reindex replaces the index entries of old by those of now; either may be nil.
func reindex(tx *bbolt.Tx, k bot.Key, old, now *row) error {
	if old != nil {
		for _, iv := range old.index {
			if now != nil && now.order == old.order && slices.Contains(now.index, iv) {
				continue
			}
			if err := tx.Bucket(indexBucket(k.Kind, iv.Name)).Delete(indexKey(iv.Value, old.order, k.ID)); err != nil {
				return fmt.Errorf("unindex %s %q: %w", k.Kind, k.ID, err)
			}
		}
	}
	if now == nil {
		return nil
	}
	for _, iv := range now.index {
		if old != nil && now.order == old.order && slices.Contains(old.index, iv) {
			continue
		}
		b, err := tx.CreateBucketIfNotExists(indexBucket(k.Kind, iv.Name))
		if err != nil {
			return fmt.Errorf("index %s %q: %w", k.Kind, k.ID, err)
		}
		if err := b.Put(indexKey(iv.Value, now.order, k.ID), nil); err != nil {
			return fmt.Errorf("index %s %q: %w", k.Kind, k.ID, err)
		}
	}
	return nil
}
