package main

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"guestsite/bot"
)

// probeLife is how long an answer about readiness holds: a prober that asks more
// often costs neither a write nor a call.
const probeLife = 5 * time.Second

// probe is the last look at the parts. The zero value has none.
type probe struct {
	mu       sync.Mutex // held during a look, so that those who ask meanwhile share it
	at       time.Time
	problems []Problem
}

// ready names what keeps the bot from working now, at most probeLife old.
func (a *app) ready(ctx context.Context) []Problem {
	a.probe.mu.Lock()
	defer a.probe.mu.Unlock()
	now := a.clock.Now()
	if age := now.Sub(a.probe.at); a.probe.at.IsZero() || age < 0 || age >= probeLife {
		// Others get this answer too, so it must not end with the one who asked.
		ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), readyTimeout, errReadyTimeout)
		defer cancel()
		a.probe.at, a.probe.problems = now, a.look(ctx)
	}
	return a.probe.problems
}

// look asks every part, all at once, since one that hangs takes all the time there is.
func (a *app) look(ctx context.Context) []Problem {
	type part struct {
		name, problem string
		works         func(context.Context) error
	}
	parts := []part{
		{"store", "a record could not be written", a.storeWorks},
		{"worker", "it stopped", a.workerWorks},
		{"graph", "the tenant cannot be read", a.tenantWorks},
	}
	for _, c := range a.chats {
		parts = append(parts, part{c.Name(), "it does not take the bot's credentials, or does not answer", c.Check})
	}
	found := make([]error, len(parts))
	var all sync.WaitGroup
	for i, p := range parts {
		all.Go(func() { found[i] = p.works(ctx) })
	}
	all.Wait()
	var out []Problem
	for i, p := range parts {
		err := found[i]
		if err == nil {
			continue
		}
		a.log.WarnContext(ctx, "not ready", logPart, p.name, logError, err)
		text := p.problem
		if e, ok := errors.AsType[*bot.Error](err); ok { // codes of ours, which name nobody
			text += " (" + cmp.Or(e.Reason, string(e.Code)) + ")"
		}
		out = append(out, Problem{Part: p.name, Text: text})
	}
	return out
}

// readyKey is the record that is written to see that the store works.
var readyKey = bot.Key{Kind: bot.KindCounter, ID: "readyz"}

func (a *app) storeWorks(ctx context.Context) error {
	recs, err := a.db.Get(ctx, readyKey)
	if err != nil {
		return err
	}
	put := bot.Put{Key: readyKey, Rev: recs[0].Rev, Value: &bot.Counter{}}
	return a.db.Commit(ctx, bot.Change{Puts: []bot.Put{put}})
}

var errWorkerStopped = errors.New("the worker stopped")

func (a *app) workerWorks(context.Context) error {
	if a.broken.Load() {
		return errWorkerStopped
	}
	return nil
}

// nobody has no account anywhere: .invalid is reserved (RFC 2606).
const nobody = "readyz@guestsite.invalid"

// tenantWorks reads something small that is never kept, so that the answer is of
// now. That nobody is found is the good answer.
func (a *app) tenantWorks(ctx context.Context) error {
	_, err := a.tenant.ByMail(ctx, nobody)
	return err
}
