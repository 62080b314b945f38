package storetest

import (
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"sync"
	"time"

	"guestsite/bot"
)

// ErrCrashed is what a broken store answers.
var ErrCrashed = errors.New("the process crashed")

// Op is a call that [Faulty] counts.
type Op string

// The calls that are counted.
const (
	OpGet    Op = "get"
	OpFind   Op = "find"
	OpCommit Op = "commit"
	OpClaim  Op = "claim"
)

// Plan says at which call a store breaks.
type Plan struct {
	// At is the number of the call, from 1; 0 for never.
	At int
	// Lost lets the call do its work, so that only the answer is lost.
	Lost bool
	// Only names the calls that count; none for all.
	Only []Op
}

// Fault is a store that breaks as planned: the call and all that come after it,
// or are still under way, answer [ErrCrashed], as if the process had ended there.
// Close still closes the store below, so that its data can be opened again.
type Fault struct {
	s    bot.Store
	plan Plan
	dead chan struct{}

	mu    sync.Mutex
	calls []Op
}

var _ bot.Store = (*Fault)(nil)

// Faulty wraps a store. A test runs its story once with an empty plan, reads how
// many Calls there were, and then repeats it with every number from 1 to that.
func Faulty(s bot.Store, plan Plan) *Fault {
	return &Fault{s: s, plan: plan, dead: make(chan struct{})}
}

// Calls are the counted calls so far, in the order in which they began.
func (f *Fault) Calls() []Op {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// Crashed is closed when the store broke.
func (f *Fault) Crashed() <-chan struct{} { return f.dead }

func (f *Fault) alive() error {
	select {
	case <-f.dead:
		return ErrCrashed
	default:
		return nil
	}
}

// do runs a counted call, or not, and answers its error or that of the crash.
func (f *Fault) do(op Op, call func() error) error {
	hit, err := f.count(op)
	if err != nil {
		return err
	}
	if hit && !f.plan.Lost {
		close(f.dead)
		return ErrCrashed
	}
	err = call()
	if hit {
		close(f.dead)
	}
	if dead := f.alive(); dead != nil {
		return dead
	}
	return err
}

// count says whether this is the call at which the store breaks.
func (f *Fault) count(op Op) (hit bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.alive(); err != nil {
		return false, err
	}
	if len(f.plan.Only) > 0 && !slices.Contains(f.plan.Only, op) {
		return false, nil
	}
	f.calls = append(f.calls, op)
	return len(f.calls) == f.plan.At, nil
}

// Get counts.
func (f *Fault) Get(ctx context.Context, keys ...bot.Key) (recs []bot.Record, err error) {
	err = f.do(OpGet, func() (err error) {
		recs, err = f.s.Get(ctx, keys...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return recs, nil
}

// Find counts.
func (f *Fault) Find(ctx context.Context, q bot.Query) (recs []bot.Record, next bot.Cursor, err error) {
	err = f.do(OpFind, func() (err error) {
		recs, next, err = f.s.Find(ctx, q)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return recs, next, nil
}

// Commit counts.
func (f *Fault) Commit(ctx context.Context, ch bot.Change) error {
	return f.do(OpCommit, func() error { return f.s.Commit(ctx, ch) })
}

// Claim counts.
func (f *Fault) Claim(ctx context.Context, owner string, now time.Time, lease time.Duration, limit int) (jobs []bot.Job, err error) {
	err = f.do(OpClaim, func() (err error) {
		jobs, err = f.s.Claim(ctx, owner, now, lease, limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	return jobs, nil
}

// Due does not count.
func (f *Fault) Due(ctx context.Context) (time.Time, error) {
	if err := f.alive(); err != nil {
		return time.Time{}, err
	}
	return f.s.Due(ctx)
}

// Journal does not count.
func (f *Fault) Journal(ctx context.Context, from bot.Position) iter.Seq2[bot.Entry, error] {
	return func(yield func(bot.Entry, error) bool) {
		for e, err := range f.s.Journal(ctx, from) {
			if dead := f.alive(); dead != nil {
				yield(bot.Entry{}, dead)
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// Backup does not count.
func (f *Fault) Backup(ctx context.Context, w io.Writer) error {
	if err := f.alive(); err != nil {
		return err
	}
	return f.s.Backup(ctx, w)
}

// Close closes the store below, broken or not.
func (f *Fault) Close() error { return f.s.Close() }
