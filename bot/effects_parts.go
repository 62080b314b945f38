package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"time"

	"guestsite/bot/flow"
)

func (e *Engine) doCheckSite(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, target{request: w.Request})
	if err != nil {
		return err
	}
	check, _, err := e.judgeSite(ctx, c.Request)
	if err != nil {
		return err
	}
	return e.result(ctx, j, w, flow.Event{Kind: flow.Checked, Check: check})
}

func (e *Engine) doCheckGuest(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, w.target())
	if err != nil {
		return err
	}
	check, _, err := e.judgeGuest(ctx, c.Request, c.Guest)
	if err != nil {
		return err
	}
	return e.result(ctx, j, w, flow.Event{Kind: flow.Checked, Check: check})
}

// fanOutStep is how many guests get their records in one commit.
const fanOutStep = 20

// doFanOut makes the next guests' records, each with the job that checks it.
func (e *Engine) doFanOut(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, w.target())
	if err != nil {
		return err
	}
	from := c.Request.Guests
	to := min(from+fanOutStep, len(c.Request.Answers.Guests))
	if from >= to {
		return e.done(ctx, j)
	}
	now := e.Clock.Now()
	x := extra{finish: &Finish{Job: j}, more: func(r *flow.Request, ch *Change) {
		for i := from; i < to; i++ {
			in := r.Answers.Guests[i]
			g := &flow.Guest{
				ID: "g" + itoa(i+1), Request: r.ID, State: flow.Checking,
				Mail: in.Mail, Name: in.Name, Until: in.Until,
			}
			if g.Until.IsZero() {
				g.Until = end(&r.Answers, now)
			}
			ch.Puts = append(ch.Puts, putGuest(0, r, g))
			job, err := newJob(r.ID+"/"+g.ID+"/0/0", string(flow.CheckGuest), now, work{Request: r.ID, Part: g.ID})
			if err == nil { // a payload of plain strings always encodes
				ch.Jobs = append(ch.Jobs, job)
			}
		}
	}}
	_, err = e.apply(ctx, w.target(), flow.Event{Kind: flow.FannedOut, At: now, Count: to}, x)
	return err
}

// parts reads a request and all its guests, in their order.
func (e *Engine) parts(ctx context.Context, id string) (*flow.Request, []*flow.Guest, error) {
	recs, err := e.Store.Get(ctx, requestKey(id))
	if err != nil {
		return nil, nil, err
	}
	r, ok := recs[0].Value.(*flow.Request)
	if !ok || recs[0].Rev == 0 || r.Leaving {
		return nil, nil, &Error{Code: NotFound, Op: "bot: load request " + id}
	}
	var gs []*flow.Guest
	q := Query{Kind: KindGuest, Index: ByRequest, Value: id, Limit: 200}
	for {
		page, next, err := e.Store.Find(ctx, q)
		if err != nil {
			return nil, nil, err
		}
		for _, rec := range page {
			if g, ok := rec.Value.(*flow.Guest); ok {
				gs = append(gs, g)
			}
		}
		if next == "" {
			return r, gs, nil
		}
		q.After = next
	}
}

// doRefresh counts the parts, and brings all cards of the request up to date.
func (e *Engine) doRefresh(ctx context.Context, j Job, w work) error {
	r, gs, err := e.parts(ctx, w.Request)
	if CodeOf(err) == NotFound && err != nil { // deleted when its time was over
		return e.done(ctx, j)
	}
	if err != nil {
		return err
	}
	if gs, err = e.follow(ctx, r, gs); err != nil {
		return err
	}
	t := flow.Count(len(r.Answers.Guests), gs)
	t.Heads = heads(gs)
	if r.State != flow.Draft && r.State != flow.None {
		ended := t.Ended() && (r.Site == nil || r.Site.State.Terminal())
		reopened := !ended && (r.State == flow.Failed || r.State == flow.PartlyDone)
		if !sameTally(t, r.Tally) || r.State == flow.Open && ended || reopened {
			next, err := e.apply(ctx, target{request: r.ID}, flow.Event{Kind: flow.Settled, Tally: &t}, extra{})
			if _, ok := refused(err); err != nil && !ok {
				return err
			}
			if err == nil {
				r = next
			}
		}
	}
	return e.reconcile(ctx, j, r, gs)
}

// sameTally compares counts by meaning; a map that is nil equals an empty one.
func sameTally(a, b flow.Tally) bool {
	if len(a.By) == 0 && len(b.By) == 0 {
		a.By, a.First, b.By, b.First = nil, nil, nil, nil
	}
	if !a.Deadline.Equal(b.Deadline) {
		return false
	}
	a.Deadline, b.Deadline = time.Time{}, time.Time{}
	return reflect.DeepEqual(a, b)
}

// heads is a digest over the ends of the guests' journal chains, which ties them
// to the request's own.
func heads(gs []*flow.Guest) string {
	h := sha256.New()
	for _, g := range gs {
		h.Write([]byte(g.ID + ":" + g.Head.Digest + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// doWake sends an event to the parts that it concerns. Those that do not take it
// in their state have had it, or need it no more.
func (e *Engine) doWake(ctx context.Context, j Job, w work) error {
	r, gs, err := e.parts(ctx, w.Request)
	if err != nil {
		return err
	}
	ts := make([]target, 0, len(gs)+1)
	if r.Site != nil && w.Event.Kind == flow.Withdraw {
		ts = append(ts, target{r.ID, flow.SitePart})
	}
	for _, g := range gs {
		ts = append(ts, target{r.ID, g.ID})
	}
	for _, t := range ts {
		ev := *w.Event
		if _, err := e.apply(ctx, t, ev, extra{}); err != nil {
			if _, ok := refused(err); !ok {
				return err
			}
		}
	}
	return e.done(ctx, j)
}

// doAwaitReady catches a guest who was approved while the site was becoming
// ready: the site's own word may have passed before.
func (e *Engine) doAwaitReady(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, w.target())
	if err != nil {
		return err
	}
	switch s := c.Request.Site; {
	case c.Request.SiteReady():
		return e.result(ctx, j, w, flow.Event{Kind: flow.SiteReady})
	case s != nil && s.State.Terminal():
		return e.result(ctx, j, w, flow.Event{Kind: flow.SiteStopped, Stop: s.State, Code: s.Code})
	case c.Request.Code != "":
		return e.result(ctx, j, w, flow.Event{Kind: flow.Withdraw})
	}
	return e.done(ctx, j)
}
