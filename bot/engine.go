package bot

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// Options is what an engine is made from. All but Log and Metrics are needed.
type Options struct {
	Store     Store
	Chats     []Chat
	Sites     Sites
	Directory Directory
	Tenant    Tenant
	Clock     Clock
	Texts     *card.Texts
	Log       *slog.Logger
	Settings  Settings
	Metrics   Metrics
}

// Settings are the operator's choices.
type Settings struct {
	Policy flow.Policy
	Rules  readiness.Policy
	// BlockedWords may not stand in a site's name, beside the company's own list.
	BlockedWords []string
	// Admins and Approvers are "group:<id>" or "user:<principal name>".
	Admins, Approvers []string
	// DecideWithin is how many working days a decider has; the deadline is at
	// 17:00 in his zone.
	DecideWithin int
	// KeepDrafts is how long a draft waits to be sent, and how long one that never was
	// stays after that.
	KeepDrafts time.Duration
	// KeepFinished is how long a closed request, and who is not seen any more, stays;
	// KeepJournal how long its journal does. 0 for ever.
	KeepFinished, KeepJournal time.Duration
	// Lang and Zone are for people of whom neither is known.
	Lang, Zone string
	// Link gives the deep link of a setting's page in this cloud.
	Link func(key string) string
	// LinkChats are the chats whose accounts are bound to a person by signing in,
	// LinkPage the address of the page on which that is begun; empty for none.
	LinkChats []string
	LinkPage  string
	// Workers is how many jobs run at once; 0 means 8.
	Workers int
	// Lease is how long a job may run before another worker takes it; 0 means 2 minutes.
	Lease time.Duration
}

// Engine takes events and does the work that follows. It implements [Door].
type Engine struct {
	Options
	chats   map[string]Chat
	numbers numbers
	helpers helpers
	wake    chan struct{}
	owner   string
	linkKey atomic.Pointer[[]byte]
	passage *passage
}

var _ Door = (*Engine)(nil)

// New makes an engine. It starts nothing; see Run.
func New(o Options) (*Engine, error) {
	switch {
	case o.Store == nil, o.Sites == nil, o.Directory == nil, o.Tenant == nil, o.Clock == nil, o.Texts == nil:
		return nil, errors.New("bot: an engine needs a store, a tenant's ports, a clock and texts")
	case o.Settings.DecideWithin < 1, o.Settings.KeepDrafts <= 0:
		return nil, errors.New("bot: the times to decide and to keep drafts must be positive")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Settings.Workers == 0 {
		o.Settings.Workers = 8
	}
	if o.Settings.Lease == 0 {
		o.Settings.Lease = 2 * time.Minute
	}
	if o.Settings.Link == nil {
		o.Settings.Link = func(string) string { return "" }
	}
	e := &Engine{Options: o, chats: map[string]Chat{}, wake: make(chan struct{}, 1), owner: random(8)}
	e.passage = newPassage(e.MayChange)
	e.Sites = gate{o.Sites, e.passage}
	e.Chats = nil
	for _, c := range o.Chats {
		b := &breaker{Chat: c, clock: o.Clock}
		e.Chats, e.chats[c.Name()] = append(e.Chats, b), b
	}
	return e, nil
}

// random gives n random bytes in hexadecimal.
func random(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails, by its documentation
	return hex.EncodeToString(b)
}

// chat finds the adapter of a platform.
func (e *Engine) chat(name string) (Chat, error) {
	c, ok := e.chats[name]
	if !ok {
		return nil, &Error{Code: Unavailable, Op: "bot: find chat " + name, Reason: ReasonUndeliverable}
	}
	return c, nil
}

// stir has the worker look for jobs at once.
func (e *Engine) stir() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// tries is how often a lost race is run again.
const tries = 16

// again runs f until it does not lose a race, at most tries times.
func again(ctx context.Context, f func() error) error {
	var err error
	for range tries {
		if err = f(); !errors.Is(err, ErrConflict) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return &Error{Code: Unavailable, Op: "bot: commit", Detail: fmt.Sprintf("lost %d races", tries), Err: err}
}
