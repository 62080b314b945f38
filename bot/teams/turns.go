package teams

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	crowdedTries = 3
	crowdedPause = 250 * time.Millisecond
)

// crowdedWait waits before a write that was refused for concurrent ones is tried
// again: longer each time, with jitter.
func crowdedWait(ctx context.Context, tried int) error {
	d := crowdedPause << tried
	d = d/2 + rand.N(d/2+1) //nolint:gosec // jitter, not a secret
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// turns lets one in at a time for each key, in the order of asking. A key that
// nobody wants takes no memory. The zero value is ready.
type turns struct {
	mu sync.Mutex
	of map[string]*turn
}

type turn struct {
	taken  chan struct{} // holds one while somebody is in
	wanted int           // who is in and who waits
}

// enter waits for the turn of a key; leave ends it and is called once.
func (t *turns) enter(ctx context.Context, key string) (leave func(), err error) {
	t.mu.Lock()
	if t.of == nil {
		t.of = map[string]*turn{}
	}
	k := t.of[key]
	if k == nil {
		k = &turn{taken: make(chan struct{}, 1)}
		t.of[key] = k
	}
	k.wanted++
	t.mu.Unlock()

	select {
	case k.taken <- struct{}{}:
		return func() { <-k.taken; t.forget(key, k) }, nil
	case <-ctx.Done():
		t.forget(key, k)
		return nil, ctx.Err()
	}
}

func (t *turns) forget(key string, k *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if k.wanted--; k.wanted == 0 {
		delete(t.of, key)
	}
}
