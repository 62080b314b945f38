package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// lifecycle remembers how to take the program down again, step by step as it
// was built. The zero value with a logger is ready; it is safe to stop after a
// half-finished start.
type lifecycle struct {
	logger *slog.Logger

	mu      sync.Mutex
	steps   []teardown
	stopped bool
	err     error
}

type teardown struct {
	name string
	stop func(context.Context) error
}

// add registers stop under a name for logs and errors. It must not be called
// after Stop.
func (l *lifecycle) add(name string, stop func(context.Context) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.steps = append(l.steps, teardown{name: name, stop: stop})
}

// Stop runs every step, the last one added first, also after one failed or
// ctx ended, since the store must be closed whatever happened above it. It
// returns the failures joined. A second call waits for the first and returns
// the same.
func (l *lifecycle) Stop(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return l.err
	}
	l.stopped = true
	var failures []error
	for _, step := range slices.Backward(l.steps) {
		start := time.Now()
		err := step.stop(ctx)
		l.logger.DebugContext(ctx, "stopped", logStep, step.name, logDuration, time.Since(start))
		if err != nil {
			failures = append(failures, fmt.Errorf("stop %s: %w", step.name, err))
		}
	}
	l.steps = nil
	l.err = errors.Join(failures...)
	return l.err
}
