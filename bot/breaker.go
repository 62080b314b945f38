package bot

import (
	"context"
	"sync"
	"time"

	"guestsite/bot/card"
)

// How often in a row a chat must fail to answer before it is left alone, and for
// how long.
const (
	downAfter = 6
	downFor   = 15 * time.Second
)

// breaker is a chat that is left alone for a while once it no longer answers: a
// platform that hangs would else hold every worker, and with them the other chat.
type breaker struct {
	Chat
	clock Clock

	mu     sync.Mutex
	failed int       // in a row
	until  time.Time // when it is tried again
}

// run makes a call, or says at once that the chat is down.
func (b *breaker) run(op string, call func() error) error {
	b.mu.Lock()
	wait := b.until.Sub(b.clock.Now())
	b.mu.Unlock()
	if wait > 0 {
		return &Error{Code: Unavailable, Op: "bot: " + op + " in " + b.Name(), After: wait, Detail: "the chat does not answer"}
	}
	err := call()
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil || CodeOf(err) != Unavailable || ReasonOf(err) == ReasonPaused {
		b.failed = 0
		return err
	}
	if b.failed++; b.failed >= downAfter {
		b.until = b.clock.Now().Add(downFor)
	}
	return err
}

// Post implements [Chat].
func (b *breaker) Post(ctx context.Context, to ChatUser, id string, c card.Card) (ref Ref, err error) {
	err = b.run("post", func() (err error) {
		ref, err = b.Chat.Post(ctx, to, id, c)
		return err
	})
	return ref, err
}

// FindPost implements [Chat].
func (b *breaker) FindPost(ctx context.Context, to ChatUser, id string) (ref Ref, err error) {
	err = b.run("find a post", func() (err error) {
		ref, err = b.Chat.FindPost(ctx, to, id)
		return err
	})
	return ref, err
}

// Update implements [Chat].
func (b *breaker) Update(ctx context.Context, ref Ref, c card.Card) error {
	return b.run("update", func() error { return b.Chat.Update(ctx, ref, c) })
}

// UpdateForm implements [Chat].
func (b *breaker) UpdateForm(ctx context.Context, ref Ref, f card.Form) error {
	return b.run("update a form", func() error { return b.Chat.UpdateForm(ctx, ref, f) })
}

// Whisper implements [Chat].
func (b *breaker) Whisper(ctx context.Context, reply string, c card.Card) error {
	return b.run("whisper", func() error { return b.Chat.Whisper(ctx, reply, c) })
}
