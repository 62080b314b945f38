package bottest

import (
	"context"
	"io"
	"iter"
	"time"

	"guestsite/bot"
)

// Fused is a store whose calls go through a fuse.
type Fused struct {
	Store bot.Store
	Fuse  *Fuse
}

var _ bot.Store = Fused{}

// Get counts.
func (s Fused) Get(ctx context.Context, keys ...bot.Key) (recs []bot.Record, err error) {
	err = s.Fuse.run("store.Get", func() (err error) { recs, err = s.Store.Get(ctx, keys...); return err })
	if err != nil {
		return nil, err
	}
	return recs, nil
}

// Find counts.
func (s Fused) Find(ctx context.Context, q bot.Query) (recs []bot.Record, next bot.Cursor, err error) {
	err = s.Fuse.run("store.Find", func() (err error) { recs, next, err = s.Store.Find(ctx, q); return err })
	if err != nil {
		return nil, "", err
	}
	return recs, next, nil
}

// Commit counts.
func (s Fused) Commit(ctx context.Context, ch bot.Change) error {
	return s.Fuse.run("store.Commit", func() error { return s.Store.Commit(ctx, ch) })
}

// Claim counts.
func (s Fused) Claim(ctx context.Context, owner string, now time.Time, lease time.Duration, limit int) (jobs []bot.Job, err error) {
	err = s.Fuse.run("store.Claim", func() (err error) { jobs, err = s.Store.Claim(ctx, owner, now, lease, limit); return err })
	if err != nil {
		return nil, err
	}
	return jobs, nil
}

// Due does not count.
func (s Fused) Due(ctx context.Context) (time.Time, error) {
	if s.Fuse.Dead() {
		return time.Time{}, ErrCrashed
	}
	return s.Store.Due(ctx)
}

// Journal does not count.
func (s Fused) Journal(ctx context.Context, from bot.Position) iter.Seq2[bot.Entry, error] {
	return s.Store.Journal(ctx, from)
}

// Backup does not count.
func (s Fused) Backup(ctx context.Context, w io.Writer) error { return s.Store.Backup(ctx, w) }

// Close closes the store below.
func (s Fused) Close() error { return s.Store.Close() }
