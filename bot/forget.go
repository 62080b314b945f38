package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// Erasure is a guest's being forgotten: by whom it was asked for, how far it is, and
// what it found. It does not name the guest.
type Erasure struct {
	ID string    `json:"id"`
	By string    `json:"by"` // as the operator's machine knows him
	At time.Time `json:"at"`
	// Done is when it was through; zero while it goes on.
	Done time.Time `json:"done,omitzero"`
	// Requests and Guests count records in which he was, Entries the lines of the
	// journal that lost their payload.
	Requests int `json:"requests"`
	Guests   int `json:"guests"`
	Entries  int `json:"entries"`
	// Cards counts posted cards that are drawn anew without him; CardsLeft those
	// that cannot be: their chat does not know them any more.
	Cards     int `json:"cards"`
	CardsLeft int `json:"cards_left"`
	// Left are requests that stand in the way: he is in through them, or they run.
	Left []string `json:"left,omitempty"`
}

// jobForget erases a guest, some records at a time.
const jobForget = "forget"

// Forget begins to erase a guest from records, from the journal's payloads and from
// the cards that can still be edited. It goes on in a job and outlives the process;
// [Engine.Erasure] tells how far it is. by is the operator, as his machine knows
// him. Nothing begins where requests stand in the way: Conflict with
// ReasonRunning, and the answer names them. Invalid for what is no address, or with
// ReasonInternal for a colleague's. Asked for again it finds what is new.
func (e *Engine) Forget(ctx context.Context, mail, by string) (Erasure, error) {
	a, err := readiness.ParseAddress(mail)
	if err != nil {
		return Erasure{}, &Error{Code: Invalid, Op: "bot: forget a guest", Reason: ReasonAddress, Detail: "it is no e-mail address"}
	}
	people, err := e.Directory.ByMail(ctx, a.Mail)
	if err != nil {
		return Erasure{}, err
	}
	// An address that a colleague has beside his own may be the guest's: of a private
	// one that he named, or of before he was hired. It keeps nobody from being forgotten,
	// and a colleague stands in the records under his own.
	if slices.ContainsFunc(people, func(p Person) bool { return !p.Guest && p.has(a.Mail) }) {
		return Erasure{}, &Error{Code: Invalid, Op: "bot: forget a guest", Reason: ReasonInternal, Detail: "the address belongs to a colleague"}
	}
	now := e.Clock.Now()
	x := Erasure{ID: random(8), By: by, At: now}
	if x.Left, err = e.inTheWay(ctx, a.Mail); err != nil {
		return Erasure{}, err
	}
	if len(x.Left) > 0 {
		return x, &Error{Code: Conflict, Op: "bot: forget a guest", Reason: ReasonRunning, Detail: strings.Join(x.Left, ", ")}
	}
	j, err := newJob(jobForget+"/"+x.ID, jobForget, now, work{Setting: x.ID, Text: a.Mail, Code: strings.TrimSpace(mail)})
	if err != nil {
		return Erasure{}, err
	}
	if err := e.Store.Commit(ctx, Change{Puts: []Put{putErasure(0, &x)}, Jobs: []Job{j}}); err != nil {
		return Erasure{}, err
	}
	e.Log.InfoContext(ctx, "operator asked to forget a guest", "erasure", x.ID, "by", by)
	e.stir()
	return x, nil
}

// Erasure tells how far the forgetting of a guest is. NotFound for an unknown id.
func (e *Engine) Erasure(ctx context.Context, id string) (Erasure, error) {
	x, _, err := e.erasure(ctx, id)
	if err != nil {
		return Erasure{}, err
	}
	return *x, nil
}

func (e *Engine) erasure(ctx context.Context, id string) (*Erasure, int64, error) {
	recs, err := e.Store.Get(ctx, erasureKey(id))
	if err != nil {
		return nil, 0, err
	}
	x, ok := recs[0].Value.(*Erasure)
	if !ok || recs[0].Rev == 0 {
		return nil, 0, &Error{Code: NotFound, Op: "bot: load erasure " + id}
	}
	return x, recs[0].Rev, nil
}

// inTheWay lists the requests through which a guest is in, or that still run with
// him, or could run again.
func (e *Engine) inTheWay(ctx context.Context, mail string) ([]string, error) {
	var out []string
	q := Query{Kind: KindGuest, Index: ByMailOf, Value: mail}
	for {
		recs, next, err := e.Store.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, rec := range recs {
			g, ok := rec.Value.(*flow.Guest)
			if !ok {
				continue
			}
			c, _, err := e.load(ctx, target{request: g.Request})
			if CodeOf(err) == NotFound { // its time is over, and it is being deleted
				continue
			}
			if err != nil {
				return nil, err
			}
			if runsWith(c.Request, g) && !slices.Contains(out, g.Request) {
				out = append(out, g.Request)
			}
		}
		if next == "" {
			return out, nil
		}
		q.After = next
	}
}

// runsWith says whether a request still needs to know a guest.
func runsWith(r *flow.Request, g *flow.Guest) bool {
	return g.State == flow.In || !g.State.Terminal() || g.Stuck() || r.State == flow.Open
}

// The walk of a forgetting: the requests state by state, those that were opened
// again once more, and then the journal.
func forgetStates() []flow.State {
	return append(flow.States(flow.OfRequest)[1:], flow.Open)
}

// How much of it is done in one run.
const (
	forgetRequests = 10
	forgetParts    = 100
)

// doForget erases a guest from the next records. What was erased is found no more,
// so a run that is run again goes on.
func (e *Engine) doForget(ctx context.Context, j Job, w work) error {
	x := &eraser{Engine: e, job: j, id: w.Setting, mail: w.Text, typed: w.Code, addr: newScrubber(w.Text, w.Code)}
	states := forgetStates()
	if int(w.N) >= len(states) {
		return x.journal(ctx, w)
	}
	q := Query{Kind: KindRequest, Index: ByState, Value: string(states[w.N]), After: Cursor(w.After), Limit: forgetRequests}
	recs, next, err := e.Store.Find(ctx, q)
	if err != nil {
		return err
	}
	for _, rec := range recs {
		if err := x.request(ctx, rec.ID); err != nil {
			return unlessLost(err, "bot: forget a guest in "+rec.ID)
		}
	}
	w.After = string(next)
	if next == "" {
		w.N++
	}
	return x.on(ctx, w, nil)
}
