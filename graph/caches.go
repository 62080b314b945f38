package graph

import (
	"context"
	"sync"
	"time"

	"guestsite/bot/readiness"
)

// How long readings are kept. The vendor's own changes need from 15 minutes to
// an hour to work (Microsoft Entra: Troubleshoot B2B collaboration), and
// conditional access may be read once a second by all apps together.
const (
	snapshotLife    = 10 * time.Minute
	conditionalLife = time.Hour
)

// caches keep what is about the company and not about one person.
type caches struct {
	snapshot    kept[readiness.Snapshot]
	conditional kept[readiness.Setting[[]readiness.ConditionalAccessPolicy]]
	guests      kept[map[string]int]
	roles       kept[[]assignment]
	expiry      kept[int]
}

func (c *caches) forget() {
	c.snapshot.drop()
	c.conditional.drop()
	c.guests.drop()
	c.roles.drop()
	c.expiry.drop()
}

// kept is one reading with its age. While it is being read, others who want it wait.
type kept[T any] struct {
	mu    sync.Mutex // guards all below
	value T
	at    time.Time
	busy  chan struct{} // closed when the reading under way ends; nil when there is none
	round int           // counts drops, so that a reading begun before one is not kept
}

func (k *kept[T]) drop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.at = time.Time{}
	k.round++
}

// peek gives what is kept and still young; else the round that a new reading
// belongs to.
func (k *kept[T]) peek(now time.Time, life time.Duration) (v T, young bool, round int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.value, k.young(now, life), k.round
}

func (k *kept[T]) young(now time.Time, life time.Duration) bool {
	age := now.Sub(k.at)
	return !k.at.IsZero() && age >= 0 && age < life
}

// keep takes a reading of that round.
func (k *kept[T]) keep(v T, at time.Time, round int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if round == k.round {
		k.value, k.at = v, at
	}
}

// get gives what is kept, or reads it. read says whether its result may be kept.
func (k *kept[T]) get(ctx context.Context, now func() time.Time, life time.Duration, read func(context.Context) (T, bool, error)) (T, error) {
	for {
		k.mu.Lock()
		if k.young(now(), life) {
			v := k.value
			k.mu.Unlock()
			return v, nil
		}
		if k.busy == nil {
			break
		}
		wait := k.busy
		k.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			var none T
			return none, context.Cause(ctx)
		}
	}
	done, round := make(chan struct{}), k.round
	k.busy = done
	k.mu.Unlock()
	defer func() {
		k.mu.Lock()
		k.busy = nil
		k.mu.Unlock()
		close(done)
	}()

	v, keep, err := read(ctx)
	if err == nil && keep {
		k.keep(v, now(), round)
	}
	return v, err
}
