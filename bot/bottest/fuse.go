package bottest

import (
	"errors"
	"slices"
	"sync"
)

// ErrCrashed is what every call answers once the process has died.
var ErrCrashed = errors.New("bottest: the process died")

// Fuse counts the calls that leave the engine, to the store and to the ports
// alike, and lets the process die at one of them. The zero value never does.
// It is safe for concurrent use.
type Fuse struct {
	mu    sync.Mutex
	at    int
	late  bool
	dead  bool
	calls []string
}

// Plan lets the process die at the n-th call from now, counted from 1; 0 for
// never. When late the call does its work first, and only its answer is lost.
func (f *Fuse) Plan(n int, late bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at, f.late, f.dead, f.calls = n, late, false, nil
}

// Calls are the calls since the last Plan, in the order in which they began.
func (f *Fuse) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// Dead says that the process has died and was not started again.
func (f *Fuse) Dead() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dead
}

// Restart lets calls through again; it does not die a second time.
func (f *Fuse) Restart() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dead, f.at = false, 0
}

// run makes a call, unless the process is dead or dies at it.
func (f *Fuse) run(name string, call func() error) error {
	f.mu.Lock()
	if f.dead {
		f.mu.Unlock()
		return ErrCrashed
	}
	f.calls = append(f.calls, name)
	hit := f.at > 0 && len(f.calls) == f.at
	if hit && !f.late {
		f.dead = true
		f.mu.Unlock()
		return ErrCrashed
	}
	f.mu.Unlock()
	err := call()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dead = f.dead || hit
	if f.dead {
		return ErrCrashed
	}
	return err
}
