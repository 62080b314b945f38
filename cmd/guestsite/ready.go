package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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
		name  string
		says  func(error) string // what is wrong, in words that name nobody
		works func(context.Context) error
	}
	parts := []part{
		{"store", always("a record could not be written"), a.storeWorks},
		{"worker", workerProblem, a.workerWorks},
		{"graph", always("the tenant cannot be read"), a.tenantWorks},
	}
	for _, c := range a.chats {
		parts = append(parts, part{c.Name(), chatProblem, c.Check})
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
		text := p.says(err)
		if e, ok := errors.AsType[*bot.Error](err); ok { // codes of ours, which name nobody
			text += " (" + cmp.Or(e.Reason, string(e.Code)) + ")"
		}
		out = append(out, Problem{Part: p.name, Text: text})
	}
	out = append(out, a.certificates.problems(time.Now())...)
	if p, err := a.engine.Paused(ctx); err == nil && p.On {
		out = append(out, Problem{Part: "pause", Text: "changes to the tenant are paused since " + p.At.UTC().Format(time.DateTime) + " UTC", Note: true})
	}
	return out
}

// always is the sentence of a part that can fail in one way only.
func always(text string) func(error) string { return func(error) string { return text } }

// partNames lists the parts that a problem, no note, can be about.
func (a *app) partNames() []string {
	names := []string{"store", "worker", "graph", "certificate"}
	for _, c := range a.chats {
		names = append(names, c.Name())
	}
	return names
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

func (a *app) workerWorks(ctx context.Context) error {
	if a.broken.Load() {
		return errWorkerStopped
	}
	now := a.clock.Now()
	_, oldest, err := a.db.Overdue(ctx, now, 1)
	if err != nil {
		return nil //nolint:nilerr // that the store does not answer is told of the store
	}
	return a.stuck.look(oldest, now)
}

func workerProblem(err error) string {
	if errors.Is(err, errWorkerStopped) {
		return "it stopped"
	}
	return "what is due is not done"
}

// A job that is due and not taken for dueTooLong is late, and where it is the oldest
// for stuckAfter the worker does not get on: after a start much may be late, and
// is done one by one.
const (
	dueTooLong = 5 * time.Minute
	stuckAfter = time.Minute
)

// stuck remembers the oldest due job. It is used under the lock of probe.
type stuck struct {
	oldest time.Time // when it was due
	since  time.Time // seen as the oldest
}

func (s *stuck) look(oldest, now time.Time) error {
	if !oldest.Equal(s.oldest) {
		s.oldest, s.since = oldest, now
	}
	if late := now.Sub(oldest); !oldest.IsZero() && late > dueTooLong && now.Sub(s.since) > stuckAfter {
		return fmt.Errorf("a job has been due for %v and nobody takes it", late.Round(time.Second))
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
