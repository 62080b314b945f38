package bot

import (
	"context"
	"fmt"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// doFailed takes an admin's word on what failed in a request: try it again, or
// close it. Whether he is an admin is read now; of two the first counts.
func (e *Engine) doFailed(ctx context.Context, j Job, w work) error {
	who, ok, err := e.adminNow(ctx, w.User)
	if err != nil {
		return err
	}
	if !ok {
		return e.sayCode(ctx, j, w, "not_admin")
	}
	ev, code := flow.Event{Kind: flow.Retried, By: who.ID, Person: &who}, "retried"
	if w.Code == string(card.ActGiveUp) {
		ev.Kind, code = flow.GivenUp, "given_up"
	}
	n, err := e.tellFailed(ctx, w.Request, ev)
	if err != nil {
		return err
	}
	if n > 0 {
		return e.sayCode(ctx, j, w, code)
	}
	r, gs, err := e.parts(ctx, w.Request)
	if err != nil {
		return err
	}
	kind, last := lastWordOn(r, gs)
	switch {
	case last == nil:
		code = "nothing_failed"
	case last.By.ID != who.ID || kind != ev.Kind: // else it is his own, by a run whose answer was lost
		return e.sayHandled(ctx, j, w, last)
	}
	return e.sayCode(ctx, j, w, code)
}

// sayHandled tells an admin who was faster.
func (e *Engine) sayHandled(ctx context.Context, j Job, w work, last *flow.Word) error {
	v, err := e.viewFor(ctx, w.User)
	if err != nil {
		return err
	}
	args := map[string]string{"request": w.Request, "person": last.By.Name, "at": moment(last.At)}
	return e.say(ctx, j, w.User, w.Reply, card.Whisper(v, "handled_already", args))
}

// tellFailed gives the parts of a request that failed an admin's word, the site
// before its guests; it gives how many took it.
func (e *Engine) tellFailed(ctx context.Context, request string, ev flow.Event) (int, error) {
	r, gs, err := e.parts(ctx, request)
	if err != nil {
		return 0, err
	}
	var ts []target
	if r.Site.Stuck() {
		ts = append(ts, target{r.ID, flow.SitePart})
	}
	for _, g := range gs {
		if g.Stuck() {
			ts = append(ts, target{r.ID, g.ID})
		}
	}
	n := 0
	for _, t := range ts {
		_, err := e.apply(ctx, t, ev, extra{})
		if _, ok := refused(err); ok {
			continue
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// lastWordOn is the newest word of an admin on what failed in a request, and which
// it is; nil when there was none.
func lastWordOn(r *flow.Request, gs []*flow.Guest) (flow.Kind, *flow.Word) {
	var kind flow.Kind
	var last *flow.Word
	look := func(k flow.Kind, w *flow.Word) {
		if w != nil && (last == nil || w.At.After(last.At)) {
			kind, last = k, w
		}
	}
	if s := r.Site; s != nil {
		look(flow.Retried, s.Again)
		look(flow.GivenUp, s.GivenUp)
	}
	for _, g := range gs {
		look(flow.Retried, g.Again)
		look(flow.GivenUp, g.GivenUp)
	}
	return kind, last
}

// follow has guests who failed only with their site go on with it, where the word
// to try the site again was faster than the word that it had failed.
func (e *Engine) follow(ctx context.Context, r *flow.Request, gs []*flow.Guest) ([]*flow.Guest, error) {
	s := r.Site
	if s == nil || s.Again == nil || s.State.Terminal() && s.State != flow.Ready {
		return gs, nil
	}
	again := false
	for _, g := range gs {
		if !g.Halted() {
			continue
		}
		ev := flow.Event{Kind: flow.Retried, By: s.Again.By.ID, Person: &s.Again.By}
		if _, err := e.apply(ctx, target{r.ID, g.ID}, ev, extra{}); err != nil {
			if _, ok := refused(err); !ok {
				return nil, err
			}
			continue
		}
		again = true
	}
	if !again {
		return gs, nil
	}
	_, gs, err := e.parts(ctx, r.ID)
	return gs, err
}

// Retry is what an operator's word made go on in a request.
type Retry struct {
	// Failed counts parts that had failed and are tried again, Parked parts that wait
	// for a setting and are looked at again, Cards those that reached nobody.
	Failed int `json:"failed"`
	Parked int `json:"parked"`
	Cards  int `json:"cards"`
}

// Retry has what failed in a request tried again where it failed, what waits for a
// setting looked at, and cards that reached nobody sent again. by is the operator,
// as his machine knows him. NotFound where there is no such request. Nothing is made
// twice, and the rights of those in whose names things are done are read anew.
func (e *Engine) Retry(ctx context.Context, request, by string) (Retry, error) {
	var out Retry
	r, gs, err := e.parts(ctx, request)
	if err != nil {
		return out, err
	}
	op := flow.Who{ID: operator(by), Name: by}
	if out.Failed, err = e.tellFailed(ctx, r.ID, flow.Event{Kind: flow.Retried, By: op.ID, Person: &op}); err != nil {
		return out, err
	}
	if out.Parked, err = e.recheck(ctx, r, gs); err != nil {
		return out, err
	}
	have, err := e.messages(ctx, r.ID)
	if err != nil {
		return out, err
	}
	for _, rec := range have {
		if m, ok := rec.Value.(*Message); ok && m.Dead != "" {
			if err := e.revive(ctx, rec.Rev, m); err != nil {
				return out, fmt.Errorf("bot: send card %s again: %w", m.ID, err)
			}
			out.Cards++
		}
	}
	e.stir()
	e.Log.InfoContext(ctx, "operator had a request tried again", "request", r.ID, "by", by,
		"failed", out.Failed, "parked", out.Parked, "cards", out.Cards, "at", e.Clock.Now().Format(time.RFC3339))
	return out, nil
}

// operator is how the journal names who works on the machine itself.
func operator(by string) string { return "operator:" + by }
