package bot

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"guestsite/bot/flow"
)

// target names the part of a request that an event is for.
type target struct{ request, part string }

func (t target) machine() flow.Machine {
	switch t.part {
	case "":
		return flow.OfRequest
	case flow.SitePart:
		return flow.OfSite
	default:
		return flow.OfGuest
	}
}

// extra is what is committed together with a step.
type extra struct {
	finish *Finish
	event  *Event
	puts   []Put
	jobs   []Job
	cancel []string
	// more adds to the change what depends on the request as stepped.
	more func(r *flow.Request, ch *Change)
}

// apply has the machine take an event, and commits the result with what belongs
// to it. It runs a lost race again. A *flow.RefusedError means that nothing
// changed and nothing was committed.
func (e *Engine) apply(ctx context.Context, t target, ev flow.Event, x extra) (*flow.Request, error) {
	if ev.At.IsZero() {
		ev.At = e.Clock.Now()
	}
	var out *flow.Request
	err := again(ctx, func() error {
		c, revs, err := e.load(ctx, t)
		if err != nil {
			return err
		}
		ch, next, err := stepChange(t, c, revs, ev, x)
		if err != nil {
			return err
		}
		out = next.Request
		return e.Store.Commit(ctx, ch)
	})
	if err != nil {
		return nil, err
	}
	e.stir()
	return out, nil
}

// load reads the request, and the guest that the target names, in one view.
func (e *Engine) load(ctx context.Context, t target) (flow.Case, [2]int64, error) {
	keys := []Key{requestKey(t.request)}
	if t.machine() == flow.OfGuest {
		keys = append(keys, guestKey(t.request, t.part))
	}
	recs, err := e.Store.Get(ctx, keys...)
	if err != nil {
		return flow.Case{}, [2]int64{}, err
	}
	var c flow.Case
	var revs [2]int64
	for i, rec := range recs {
		if rec.Rev == 0 {
			return c, revs, &Error{Code: NotFound, Op: "bot: load " + string(rec.Kind) + " " + rec.ID}
		}
		revs[i] = rec.Rev
		switch v := rec.Value.(type) {
		case *flow.Request:
			if v.Leaving {
				return flow.Case{}, revs, &Error{Code: NotFound, Op: "bot: load request " + rec.ID}
			}
			c.Request = v
		case *flow.Guest:
			c.Guest = v
		}
	}
	return c, revs, nil
}

// stepChange steps and makes the change to commit.
func stepChange(t target, c flow.Case, revs [2]int64, ev flow.Event, x extra) (Change, flow.Case, error) {
	m := t.machine()
	from := stateOf(m, c)
	next, effects, err := flow.Step(m, c, ev)
	if err != nil {
		return Change{}, c, err
	}
	ch := Change{Finish: x.finish, Event: x.event, Puts: x.puts, Jobs: x.jobs, Cancel: x.cancel}
	r, seq := next.Request, next.Request.Seq
	if m == flow.OfGuest {
		g := next.Guest
		seq = g.Seq
		var en Entry
		en, g.Head = entry(r, g.ID, g.Head, ev, from, g.State)
		ch.Journal = append(ch.Journal, en)
		ch.Puts = append(ch.Puts, putGuest(revs[1], r, g))
	} else {
		var en Entry
		en, r.Head = entry(r, "", r.Head, ev, from, stateOf(m, next))
		ch.Journal = append(ch.Journal, en)
		ch.Puts = append(ch.Puts, putRequest(revs[0], r))
	}
	if err := addJobs(&ch, t, seq, ev.At, effects); err != nil {
		return Change{}, c, err
	}
	if x.more != nil {
		x.more(r, &ch)
	}
	return ch, next, nil
}

func stateOf(m flow.Machine, c flow.Case) flow.State {
	switch {
	case m == flow.OfGuest:
		return c.Guest.State
	case m == flow.OfRequest:
		return c.Request.State
	case c.Request.Site != nil:
		return c.Request.Site.State
	}
	return flow.None
}

// work is a job's payload.
type work struct {
	Request string      `json:"request,omitempty"`
	Part    string      `json:"part,omitempty"`
	Event   *flow.Event `json:"event,omitempty"`
	Click   *flow.Click `json:"click,omitempty"`
	Code    string      `json:"code,omitempty"`
	Message string      `json:"message,omitempty"`
	// User, Reply and Text are of a command; Setting of a confirmation.
	User    ChatUser `json:"user,omitzero"`
	Reply   string   `json:"reply,omitempty"`
	Text    string   `json:"text,omitempty"`
	Setting string   `json:"setting,omitempty"`
	// N and After are where a walk over records stands.
	N     int64  `json:"n,omitempty"`
	After string `json:"after,omitempty"`
}

func (w work) target() target { return target{w.Request, w.Part} }

// addJobs turns effects into jobs. The ids are made from request, part, the
// step's number and the effect's, so that a step run again makes the same ones.
func addJobs(ch *Change, t target, seq int, now time.Time, effects []flow.Effect) error {
	for i, ef := range effects {
		part := t.part
		if ef.Kind == flow.CheckSite { // asked for by the request when it is sent; the site takes the result
			part = flow.SitePart
		}
		base := t.request
		if part != "" {
			base += "/" + part
		}
		id := base + "/" + itoa(seq) + "/" + itoa(i)
		if ef.Key != "" {
			id = base + "/" + ef.Key
		}
		w := work{Request: t.request, Part: part, Event: ef.Event, Click: ef.Click, Code: ef.Code}
		if ef.Kind == flow.Refresh { // of the whole request; one at a time, but for reminders
			w.Part = ""
			if ef.Key == "refresh" {
				id = t.request + "/refresh"
			}
		}
		if ef.Cancel {
			ch.Cancel = append(ch.Cancel, id)
			continue
		}
		due := ef.Due
		if due.IsZero() {
			due = now
		}
		j, err := newJob(id, string(ef.Kind), due, w)
		if err != nil {
			return err
		}
		ch.Jobs = append(ch.Jobs, j)
	}
	return nil
}

func newJob(id, kind string, due time.Time, w work) (Job, error) {
	b, err := json.Marshal(w)
	if err != nil {
		return Job{}, &Error{Code: Internal, Op: "bot: encode job " + id, Err: err}
	}
	return Job{ID: id, Kind: kind, Payload: b, Due: due}, nil
}

// refused says whether the machine did not take an event, and why.
func refused(err error) (flow.Refusal, bool) {
	if re, ok := errors.AsType[*flow.RefusedError](err); ok {
		return re.Why, true
	}
	return "", false
}
