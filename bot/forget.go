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
	if slices.ContainsFunc(people, func(p Person) bool { return !p.Guest }) {
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

// eraser erases one guest.
type eraser struct {
	*Engine
	job             Job
	id, mail, typed string
	addr            scrubber // by address alone
}

// on puts the job back to go on with w, in the commit that keeps what was found.
func (x *eraser) on(ctx context.Context, w work, found func(*Erasure)) error {
	job, err := newJob(x.job.ID, jobForget, x.Clock.Now(), w)
	if err != nil {
		return err
	}
	return x.commit(ctx, Change{Finish: &Finish{Job: x.job}, Jobs: []Job{job}}, found)
}

// commit keeps what was erased together with its count.
func (x *eraser) commit(ctx context.Context, ch Change, found func(*Erasure)) error {
	rec, rev, err := x.erasure(ctx, x.id)
	if err != nil {
		return err
	}
	if found != nil {
		found(rec)
		ch.Puts = append(ch.Puts, putErasure(rev, rec))
	}
	return x.Store.Commit(ctx, ch)
}

// request erases the guest from one request: its cards, the other guests, the
// request, and last his own records, by which a run after a crash finds it again.
func (x *eraser) request(ctx context.Context, id string) error {
	r, gs, err := x.parts(ctx, id)
	if CodeOf(err) == NotFound { // its time was over meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	names := []string{x.mail, x.typed, x.external()}
	var own []string // his records
	for _, g := range gs {
		if !sameMail(g.Mail, x.mail) {
			continue
		}
		if runsWith(r, g) {
			return x.commit(ctx, Change{}, func(e *Erasure) {
				if !slices.Contains(e.Left, id) {
					e.Left = append(e.Left, id)
				}
			})
		}
		own = append(own, g.ID)
		names = append(names, g.Name)
	}
	for _, in := range r.Answers.Guests {
		if sameMail(in.Mail, x.mail) {
			names = append(names, in.Name)
		}
	}
	all := finder{newScrubber(names...), givenNames(names[3:])}
	held := false
	if err := x.others(ctx, r, gs, own, all, &held); err != nil {
		return err
	}
	clean, inRequest, err := scrub(all.scrubber, r)
	if err != nil || !held && !inRequest && len(own) == 0 {
		return err
	}
	if err := x.cards(ctx, id, all); err != nil {
		return err
	}
	if inRequest {
		if err := x.answers(ctx, clean, all); err != nil {
			return err
		}
	}
	for _, part := range own {
		if err := x.guest(ctx, id, part, all); err != nil {
			return err
		}
	}
	return nil
}

// finder finds a guest in one request.
type finder struct {
	scrubber
	given scrubber
}

// words takes the given name out of what people wrote.
func (f finder) words(texts ...*string) {
	for _, t := range texts {
		*t = f.given.text(*t)
	}
}

// external is how Entra writes the address of a guest within a principal name.
func (x *eraser) external() string { return strings.Replace(x.mail, "@", "_", 1) + "#EXT#" }

// others erases him from what was found out about other guests, e.g. that one of
// them looks like him.
func (x *eraser) others(ctx context.Context, r *flow.Request, gs []*flow.Guest, own []string, all finder, held *bool) error {
	for _, g := range gs {
		if slices.Contains(own, g.ID) {
			continue
		}
		_, found, err := scrub(x.addr, g) // a name alone may be somebody else's
		if err != nil || !found {
			if err != nil {
				return err
			}
			continue
		}
		*held = true
		if err := x.guest(ctx, r.ID, g.ID, all); err != nil {
			return err
		}
	}
	return nil
}

// guest erases him from a guest's record: his own, or another's.
func (x *eraser) guest(ctx context.Context, id, part string, all finder) error {
	c, revs, err := x.load(ctx, target{id, part})
	if err != nil {
		return err
	}
	g, _, err := scrub(all.scrubber, c.Guest)
	if err != nil {
		return err
	}
	his := sameMail(c.Guest.Mail, x.mail)
	if his {
		g.Mail, g.Name, g.Account, g.Clicks = flow.Erased, "", nil, nil
		if g.Check != nil {
			g.Check.Evidence, g.Check.Args = nil, nil
		}
	}
	for i := range g.Asked {
		all.words(&g.Asked[i].Text, &g.Asked[i].Answer)
	}
	for _, d := range []*flow.Decision{g.Decision, g.Second} {
		if d != nil {
			all.words(&d.Note)
		}
	}
	// The count names guests, and every card is drawn after it.
	refresh, err := newJob(id+"/refresh", string(flow.Refresh), x.Clock.Now(), work{Request: id})
	if err != nil {
		return err
	}
	ch := Change{Puts: []Put{putGuest(revs[1], c.Request, g)}, Jobs: []Job{refresh}}
	return x.commit(ctx, ch, func(e *Erasure) {
		if his {
			e.Guests++
		}
	})
}

// answers erases him from the request itself. A form that shows him is drawn anew.
func (x *eraser) answers(ctx context.Context, r *flow.Request, all finder) error {
	c, revs, err := x.load(ctx, target{request: r.ID})
	if err != nil {
		return err
	}
	clean, _, err := scrub(all.scrubber, c.Request)
	if err != nil {
		return err
	}
	clean.Erased = x.id
	all.words(&clean.Answers.Why, &clean.Answers.Purpose, &clean.Answers.Pasted, &clean.Tally.Note)
	for i := range clean.Answers.Guests {
		if in := &clean.Answers.Guests[i]; in.Mail == flow.Erased {
			in.Name, in.Args = "", nil
		}
	}
	refresh, err := newJob(r.ID+"/refresh", string(flow.Refresh), x.Clock.Now(), work{Request: r.ID})
	if err != nil {
		return err
	}
	ch := Change{Puts: []Put{putRequest(revs[0], clean)}, Jobs: []Job{refresh}}
	if clean.Form != nil && clean.State == flow.Draft {
		show, err := newJob(r.ID+"/form", string(flow.ShowForm), x.Clock.Now(), work{Request: r.ID})
		if err != nil {
			return err
		}
		ch.Jobs = append(ch.Jobs, show)
	}
	return x.commit(ctx, ch, func(e *Erasure) {
		if c.Request.Erased != x.id { // else a count that was under way named him once more
			e.Requests++
		}
	})
}

// cards erases him from what is kept of each card. Those that are posted are drawn
// anew once the records are clean.
func (x *eraser) cards(ctx context.Context, id string, all finder) error {
	have, err := x.messages(ctx, id)
	if err != nil {
		return err
	}
	for _, rec := range have {
		m, ok := rec.Value.(*Message)
		if !ok || m.Erased == x.id {
			continue
		}
		clean, _, err := scrub(all.scrubber, m)
		if err != nil {
			return err
		}
		clean.Erased, clean.Hash = x.id, ""
		if len(clean.Shown) > 0 {
			clean.Shown = all.given.walk(clean.Shown, func(string) {})
		}
		err = x.commit(ctx, Change{Puts: []Put{putMessage(rec.Rev, clean)}}, func(e *Erasure) {
			switch {
			case m.Ref != "" && m.Dead == "":
				e.Cards++
			case m.PostedAt.IsZero(): // it never showed anything
			default:
				e.CardsLeft++
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
