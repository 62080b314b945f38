package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// jobCard posts a card, or redraws it: the newest state wins, one at a time a card.
const jobCard = "card"

func cardJob(m *Message, now time.Time) (Job, error) {
	return newJob("card/"+m.ID, jobCard, now, work{Request: m.Request, Message: m.ID})
}

// wanted is a card that ought to be with somebody.
type wanted struct {
	kind  MessageKind
	part  string
	to    flow.Who
	waits bool
}

func (w wanted) id(request string) string {
	id := request + "/" + string(w.kind)
	if w.part != "" {
		id += "." + w.part
	}
	return id + "/" + w.to.ID
}

// reconcile makes the message records that are wanted and not there, and has
// every card of the request redrawn. It finishes the job.
func (e *Engine) reconcile(ctx context.Context, j Job, r *flow.Request, gs []*flow.Guest) error {
	have, err := e.messages(ctx, r.ID)
	if err != nil {
		return err
	}
	want, err := e.wantedCards(ctx, r, gs)
	if err != nil {
		return err
	}
	now := e.Clock.Now()
	waits := map[string]bool{}
	for _, w := range want {
		id := w.id(r.ID)
		waits[id] = w.waits
		if _, ok := have[id]; ok {
			continue
		}
		m := &Message{ID: id, Request: r.ID, Kind: w.kind, Part: w.part, To: w.to, Waits: w.waits}
		if err := e.putCard(ctx, 0, m, now); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(have)) {
		rec := have[id]
		m, ok := rec.Value.(*Message)
		if !ok {
			continue
		}
		if m.Waits == waits[id] {
			err = e.redraw(ctx, m, now)
		} else {
			m.Waits = waits[id]
			err = e.putCard(ctx, rec.Rev, m, now)
		}
		if err != nil {
			return err
		}
	}
	return e.done(ctx, j)
}

// putCard keeps a message record with the job that draws it. A race that is lost
// leaves the refresh to run again.
func (e *Engine) putCard(ctx context.Context, rev int64, m *Message, now time.Time) error {
	job, err := cardJob(m, now)
	if err != nil {
		return err
	}
	err = e.Store.Commit(ctx, Change{Puts: []Put{putMessage(rev, m)}, Jobs: []Job{job}})
	if err != nil {
		return &Error{Code: Unavailable, Op: "bot: keep message " + m.ID, Err: err}
	}
	return nil
}

func (e *Engine) redraw(ctx context.Context, m *Message, now time.Time) error {
	job, err := cardJob(m, now)
	if err != nil {
		return err
	}
	return e.Store.Commit(ctx, Change{Jobs: []Job{job}})
}

// messages reads the message records of a request by id.
func (e *Engine) messages(ctx context.Context, request string) (map[string]Record, error) {
	out := map[string]Record{}
	q := Query{Kind: KindMessage, Index: ByRequest, Value: request, Limit: 200}
	for {
		page, next, err := e.Store.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, rec := range page {
			out[rec.ID] = rec
		}
		if next == "" {
			return out, nil
		}
		q.After = next
	}
}

// handoverCards is how many guests get a hand-over card each; of more, the text
// is behind the status card's buttons.
const handoverCards = 5

// wantedCards lists who ought to have a card about a request as it stands.
func (e *Engine) wantedCards(ctx context.Context, r *flow.Request, gs []*flow.Guest) ([]wanted, error) {
	if r.State == flow.Draft || r.Requester.ID == "" || r.Version > 0 && r.Tally.Total == 0 && r.Site == nil && r.State != flow.Open {
		return nil, nil // never sent
	}
	out := []wanted{{kind: StatusCard, to: r.Requester}}
	asked := map[string]bool{}
	ask := func(kind MessageKind, part string, people []flow.Who) {
		for i, p := range people {
			if key := part + "/" + p.ID; i < maxAsked && !asked[key] {
				asked[key] = true
				out = append(out, wanted{kind: kind, part: part, to: p, waits: true})
			}
		}
	}
	parked, failed := false, r.Site.Stuck()
	if s := r.Site; s != nil {
		if s.State == flow.AwaitingApproval {
			ask(DecideCard, flow.SitePart, s.Deciders)
		}
		parked = s.State == flow.Parked
	}
	for _, g := range gs {
		failed = failed || g.Stuck()
		switch g.State {
		case flow.AwaitingDecision, flow.Question:
			ask(DecideCard, "", g.Deciders)
		case flow.Parked:
			parked = true
		case flow.In:
			now := e.Clock.Now()
			if !g.Ending && g.Until.Sub(now) <= flow.RemindBefore && now.Sub(g.InSince) >= 24*time.Hour {
				out = append(out, ending(r, g)...)
			}
			if len(gs) <= handoverCards && g.Account != nil && g.Account.Pending {
				out = append(out, wanted{kind: HandoverCard, part: g.ID, to: r.Requester})
			}
		default: // nobody has to do anything for this guest
		}
	}
	if !parked && !failed {
		return out, nil
	}
	admins, err := e.listed(ctx, e.Settings.Admins)
	if err != nil {
		return nil, err
	}
	for _, a := range admins {
		if parked {
			out = append(out, wanted{kind: AdminCard, to: whoIs(a, ""), waits: true})
		}
		if failed {
			out = append(out, wanted{kind: AdminCard, part: card.PartFailed, to: whoIs(a, ""), waits: true})
		}
	}
	return out, nil
}

// ending lists who hears that a guest's access ends soon: who asked, and the
// owner in whose name the guest was added, who may extend it.
func ending(r *flow.Request, g *flow.Guest) []wanted {
	out := []wanted{{kind: EndingCard, part: g.ID, to: r.Requester}}
	if g.Decision != nil && g.Decision.By.ID != r.Requester.ID {
		out = append(out, wanted{kind: EndingCard, part: g.ID, to: g.Decision.By})
	}
	return out
}

func digest(b []byte) string {
	d := sha256.Sum256(b)
	return hex.EncodeToString(d[:])
}
