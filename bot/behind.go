package bot

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"guestsite/bot/card"
)

// Behind runs what an adapter does after an answer, such as sending a private line:
// all at once, as many as there is room for. NewBehind makes it. Safe for concurrent
// use.
type Behind struct {
	each time.Duration
	most int

	mu   sync.Mutex
	busy int
	idle chan struct{} // closed when nothing runs any more
}

// NewBehind has room for most at once and gives each of them its own time.
func NewBehind(most int, each time.Duration) *Behind {
	return &Behind{each: each, most: most}
}

// Go runs f, which outlives ctx, and does not wait for it. Where there is no room f
// is not run, and Go is false: nothing that is kept may depend on it.
func (b *Behind) Go(ctx context.Context, f func(ctx context.Context)) bool {
	if !b.enter() {
		return false
	}
	go func() {
		defer b.leave()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), b.each)
		defer cancel()
		f(ctx)
	}()
	return true
}

func (b *Behind) enter() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.busy == b.most {
		return false
	}
	if b.busy == 0 {
		b.idle = make(chan struct{})
	}
	b.busy++
	return true
}

func (b *Behind) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.busy--; b.busy == 0 {
		close(b.idle)
	}
}

// Wait waits until nothing runs; it is the cause of ctx's end where that comes first.
// Unlike a WaitGroup it may be given up, and others may begin meanwhile.
func (b *Behind) Wait(ctx context.Context) error {
	b.mu.Lock()
	busy, idle := b.busy, b.idle
	b.mu.Unlock()
	if busy == 0 {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Apology is the private line for an event that was not taken. It logs the cause,
// with facts of the adapter's, under the reference that the line shows.
func Apology(ctx context.Context, log *slog.Logger, d Door, u ChatUser, err error, facts ...slog.Attr) card.Card {
	ref := rand.Text()[:8]
	level := slog.LevelWarn
	switch CodeOf(err) {
	case Internal, Unavailable, Throttled:
		level = slog.LevelError
	default: // the person's doing, or the time's
	}
	log.LogAttrs(ctx, level, "an event was not taken", append([]slog.Attr{
		slog.String("chat", u.Chat), slog.String("ref", ref), slog.String("code", string(CodeOf(err))), slog.String("error", err.Error()),
	}, facts...)...)
	return d.Sorry(ctx, u, err, ref)
}
