package bot

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// Pause is whether the operator has stopped every change to the tenant. While it
// is on, requests, forms, questions and decisions are taken and settings are read
// as ever; what would change the tenant waits and goes on when it is over.
type Pause struct {
	On bool `json:"on"`
	// By is who switched it last, as the operator's machine knows him; At is when.
	By string    `json:"by"`
	At time.Time `json:"at"`
	// Reason is for the people who wait, in the operator's own words; may be empty.
	Reason string `json:"reason,omitempty"`
	// N counts the switches, so that an older walk over the cards stops.
	N int64 `json:"n"`
}

// Held is a job that waits for the end of a pause.
type Held struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`
	Payload []byte    `json:"payload,omitempty"`
	Attempt int       `json:"attempt,omitempty"`
	At      time.Time `json:"at"`
}

// Kinds of jobs of a pause.
const (
	jobRelease = "release" // enqueue what was held, some at a time
	jobRedraw  = "redraw"  // have the cards of open requests drawn anew, some at a time
)

// maxReason is how long the reason of a pause may be, in characters.
const maxReason = 200

// Paused says whether the operator has stopped changes to the tenant, and since when.
func (e *Engine) Paused(ctx context.Context) (Pause, error) {
	p, _, err := e.pause(ctx)
	return p, err
}

func (e *Engine) pause(ctx context.Context) (Pause, int64, error) {
	recs, err := e.Store.Get(ctx, pauseKey)
	if err != nil {
		return Pause{}, 0, err
	}
	if p, ok := recs[0].Value.(*Pause); ok && recs[0].Rev != 0 {
		return *p, recs[0].Rev, nil
	}
	return Pause{}, 0, nil
}

// Pause stops every change to the tenant, for good until Resume. It comes back when
// the calls that were under way have ended. reason may be empty. When it is paused
// already nothing changes; the answer says by whom. Invalid when the reason is longer
// than 200 characters; Unavailable when ctx ended before those calls, in which case
// no other begins.
func (e *Engine) Pause(ctx context.Context, by, reason string) (Pause, error) {
	reason = strings.TrimSpace(reason)
	if utf8.RuneCountInString(reason) > maxReason {
		return Pause{}, &Error{Code: Invalid, Op: "bot: pause", Detail: "the reason is longer than " + itoa(maxReason) + " characters"}
	}
	return e.turn(ctx, Pause{On: true, By: by, Reason: reason})
}

// Resume lets changes go on. When nothing is paused nothing changes.
func (e *Engine) Resume(ctx context.Context, by string) (Pause, error) {
	return e.turn(ctx, Pause{By: by})
}

// turn switches the pause, with the jobs that draw the cards anew and, at its end,
// let go on what waited.
func (e *Engine) turn(ctx context.Context, to Pause) (Pause, error) {
	now := e.Clock.Now()
	var out Pause
	err := again(ctx, func() error {
		old, rev, err := e.pause(ctx)
		if err != nil || old.On == to.On {
			out = old
			return err
		}
		out = to
		out.At, out.N = now, old.N+1
		redraw, err := newJob(jobRedraw+"/"+itoa(int(out.N)), jobRedraw, now, work{N: out.N})
		if err != nil {
			return err
		}
		ch := Change{Puts: []Put{{Key: pauseKey, Rev: rev, Value: &out}}, Jobs: []Job{redraw}}
		if !out.On {
			release, err := newJob(jobRelease, jobRelease, now, work{})
			if err != nil {
				return err
			}
			ch.Jobs = append(ch.Jobs, release)
		}
		return e.Store.Commit(ctx, ch)
	})
	if err != nil {
		return Pause{}, err
	}
	e.Log.InfoContext(ctx, "changes to the tenant switched", "paused", out.On, "by", out.By, "since", out.At)
	e.stir()
	if out.On {
		if err := e.passage.drain(ctx); err != nil {
			return Pause{}, err
		}
	}
	return out, nil
}

// MayChange gives an error with ReasonPaused while changes are paused, and another
// where that cannot be read: unknown is not yes.
func (e *Engine) MayChange(ctx context.Context) error {
	p, err := e.Paused(ctx)
	if err == nil && p.On {
		err = &Error{Code: Unavailable, Op: "bot: change the tenant", Reason: ReasonPaused}
	}
	return err
}

// waitsInPause says whether a kind of job changes the tenant, so that it need not
// begin while changes are paused.
func waitsInPause(kind string) bool {
	switch flow.EffectKind(kind) {
	case flow.CreateGroup, flow.ApplySharing, flow.Invite, flow.AddMember, flow.RemoveMember:
		return true
	default:
		return false
	}
}

// hold lays a job aside until the pause is over. With it goes a job that looks
// whether it is over already: the pause may have ended since it was read.
func (e *Engine) hold(ctx context.Context, j Job) error {
	now := e.Clock.Now()
	release, err := newJob(jobRelease, jobRelease, now, work{})
	if err != nil {
		return err
	}
	h := &Held{ID: j.ID, Kind: j.Kind, Payload: j.Payload, Attempt: j.Attempt, At: now}
	return again(ctx, func() error {
		recs, err := e.Store.Get(ctx, heldKey(j.ID))
		if err != nil {
			return err
		}
		return e.Store.Commit(ctx, Change{Finish: &Finish{Job: j}, Puts: []Put{putHeld(recs[0].Rev, h)}, Jobs: []Job{release}})
	})
}

// releaseStep is how many held jobs go on in one commit.
const releaseStep = 40

// doRelease lets the jobs that were held go on, with the attempts they had.
func (e *Engine) doRelease(ctx context.Context, j Job) error {
	p, err := e.Paused(ctx)
	if err != nil {
		return err
	}
	if p.On {
		return e.done(ctx, j) // the end of the pause asks for it again
	}
	recs, next, err := e.Store.Find(ctx, Query{Kind: KindHeld, Index: ByAll, Value: all, Limit: releaseStep})
	if err != nil {
		return err
	}
	now := e.Clock.Now()
	ch := Change{Finish: &Finish{Job: j}}
	for _, rec := range recs {
		h, ok := rec.Value.(*Held)
		if !ok {
			return &Error{Code: Internal, Op: "bot: read held job " + rec.ID}
		}
		ch.Deletes = append(ch.Deletes, rec)
		ch.Jobs = append(ch.Jobs, Job{ID: h.ID, Kind: h.Kind, Payload: h.Payload, Attempt: h.Attempt, Due: now})
	}
	if next != "" {
		ch.Finish.Again = now
	}
	return unlessLost(e.Store.Commit(ctx, ch), "bot: release held jobs")
}

// How many requests have their cards drawn anew in one commit, and how long until
// the next: there may be a hundred thousand, and chats take so many edits a minute.
const (
	redrawStep = 40
	redrawPace = 2 * time.Second
)

// doRedraw has the cards of the next open requests drawn. A card waits to be drawn
// once at most, and shows what is true by then.
func (e *Engine) doRedraw(ctx context.Context, j Job, w work) error {
	p, err := e.Paused(ctx)
	if err != nil {
		return err
	}
	if p.N != w.N {
		return e.done(ctx, j) // switched again since; that walk goes over all
	}
	q := Query{Kind: KindRequest, Index: ByState, Value: string(flow.Open), After: Cursor(w.After), Limit: redrawStep}
	recs, next, err := e.Store.Find(ctx, q)
	if err != nil {
		return err
	}
	now := e.Clock.Now()
	ch := Change{Finish: &Finish{Job: j}}
	for _, rec := range recs {
		refresh, err := newJob(rec.ID+"/refresh", string(flow.Refresh), now, work{Request: rec.ID})
		if err != nil {
			return err
		}
		ch.Jobs = append(ch.Jobs, refresh)
	}
	if next != "" {
		on, err := newJob(j.ID, jobRedraw, now.Add(redrawPace), work{N: w.N, After: string(next)})
		if err != nil {
			return err
		}
		ch.Jobs = append(ch.Jobs, on)
	}
	return e.Store.Commit(ctx, ch)
}

// standstill is a pause as cards tell it; nil for none.
func standstill(p Pause) *card.Standstill {
	if !p.On {
		return nil
	}
	return &card.Standstill{Since: p.At, Reason: p.Reason}
}
