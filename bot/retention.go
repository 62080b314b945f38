package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"guestsite/bot/flow"
)

// Cleared stands for a request whose records were deleted when their time was over.
// Its journal stays longer; what is needed to verify it is here. It names nobody.
type Cleared struct {
	Request string `json:"request"`
	// Salt is of the payloads' digests, Head the end of the request's own chain, Heads
	// the digest over the ends of its guests' chains.
	Salt  string    `json:"salt"`
	Head  flow.Head `json:"head"`
	Heads string    `json:"heads"`
	// EndedAt is when something last changed in it.
	EndedAt time.Time `json:"ended_at"`
}

// Cut says how much of the journal is gone because its time was over. Only the
// journals of whole requests go, so what is left verifies from its first entry.
type Cut struct {
	Requests int64 `json:"requests"`
	Entries  int64 `json:"entries"`
	// Until is when the youngest of these requests last changed.
	Until time.Time `json:"until"`
}

// jobClean deletes what has been kept long enough: once a night, some at a time.
const jobClean = "clean"

// nightly is the hour at which it begins, in the default zone.
const nightly = 3

// Schedule sees to it that the nightly cleaning is due. Run does so by itself.
func (e *Engine) Schedule(ctx context.Context) error {
	j, err := newJob(jobClean, jobClean, e.night(), work{})
	if err != nil {
		return err
	}
	if err := e.Store.Commit(ctx, Change{Jobs: []Job{j}}); err != nil {
		return err
	}
	e.stir()
	return nil
}

// night is the next beginning of the cleaning.
func (e *Engine) night() time.Time {
	loc, err := time.LoadLocation(e.Settings.Zone)
	if err != nil {
		loc = time.UTC
	}
	now := e.Clock.Now().In(loc)
	at := time.Date(now.Year(), now.Month(), now.Day(), nightly, 0, 0, 0, loc)
	if !at.After(now) {
		at = time.Date(now.Year(), now.Month(), now.Day()+1, nightly, 0, 0, 0, loc)
	}
	return at.UTC()
}

// cleanStep is how many records one run looks at, deleteStep how many one commit
// deletes.
const (
	cleanStep  = 20
	deleteStep = 80
)

// closedStates are those in which a request has come to its end.
func closedStates() []flow.State {
	return []flow.State{flow.Done, flow.PartlyDone, flow.Declined, flow.Expired, flow.Withdrawn, flow.Failed}
}

// doClean deletes the next records whose time is over. When all were looked at it is
// due again the next night.
func (e *Engine) doClean(ctx context.Context, j Job, w work) error {
	states := closedStates()
	sweeps := []func(context.Context, Cursor) (Cursor, error){e.cleanPeople, e.cleanPlaces, e.cleanErasures, e.cleanJournal}
	var next Cursor
	var err error
	if n := int(w.N); n < len(states) {
		next, err = e.cleanRequests(ctx, states[n], Cursor(w.After))
	} else {
		next, err = sweeps[n-len(states)](ctx, Cursor(w.After))
	}
	if err != nil {
		return unlessLost(err, "bot: delete what was kept long enough")
	}
	w.After = string(next)
	due := e.Clock.Now()
	if next == "" {
		w.N++
	}
	if int(w.N) == len(states)+len(sweeps) {
		w, due = work{}, e.night()
	}
	again, err := newJob(j.ID, jobClean, due, w)
	if err != nil {
		return err
	}
	return e.Store.Commit(ctx, Change{Finish: &Finish{Job: j}, Jobs: []Job{again}})
}

// over says whether a time has passed since something last changed; a time of 0 never does.
func (e *Engine) over(since time.Time, keep time.Duration) bool {
	return keep > 0 && !since.Add(keep).After(e.Clock.Now())
}

// cleanRequests deletes closed requests. They come in the order in which they were
// begun, and none changed before that: so it ends at the first that is too young.
func (e *Engine) cleanRequests(ctx context.Context, s flow.State, after Cursor) (Cursor, error) {
	q := Query{Kind: KindRequest, Index: ByState, Value: string(s), After: after, Limit: cleanStep}
	recs, next, err := e.Store.Find(ctx, q)
	if err != nil {
		return "", err
	}
	for _, rec := range recs {
		r, ok := rec.Value.(*flow.Request)
		if !ok {
			return "", &Error{Code: Internal, Op: "bot: read request " + rec.ID}
		}
		if !e.over(r.CreatedAt, e.Settings.KeepDrafts) && !e.over(r.CreatedAt, e.Settings.KeepFinished) {
			return "", nil
		}
		keep := e.Settings.KeepFinished
		if neverSent(r) {
			keep = e.Settings.KeepDrafts
		}
		if !e.over(r.ChangedAt, keep) {
			continue
		}
		if err := e.clear(ctx, r, rec.Rev); err != nil {
			return "", err
		}
	}
	return next, nil
}

// neverSent says whether a closed request was a draft to its end.
func neverSent(r *flow.Request) bool {
	return r.State != flow.Draft && r.Site == nil && r.Guests == 0 && r.Tally.Total == 0
}

// clear deletes a request with its guests and messages, the request last. One in
// which a guest is still in, or something is under way, stays: his end needs it.
func (e *Engine) clear(ctx context.Context, r *flow.Request, rev int64) error {
	guests, err := e.all(ctx, Query{Kind: KindGuest, Index: ByRequest, Value: r.ID})
	if err != nil {
		return err
	}
	var gs []*flow.Guest
	for _, rec := range guests {
		g, ok := rec.Value.(*flow.Guest)
		if !ok || g.State == flow.In || !g.State.Terminal() {
			return nil
		}
		gs = append(gs, g)
	}
	if !r.Leaving {
		// The ends of the chains are laid down before the first record goes. From here on
		// nobody acts on the request: half of its records would not carry it.
		leaving := *r
		leaving.Leaving = true
		c := &Cleared{Request: r.ID, Salt: r.Salt, Head: r.Head, Heads: heads(gs), EndedAt: r.ChangedAt}
		if err := e.Store.Commit(ctx, Change{Puts: []Put{putCleared(0, c), putRequest(rev, &leaving)}}); err != nil {
			return err
		}
		recs, err := e.Store.Get(ctx, requestKey(r.ID))
		if err != nil {
			return err
		}
		rev = recs[0].Rev
	}
	messages, err := e.all(ctx, Query{Kind: KindMessage, Index: ByRequest, Value: r.ID})
	if err != nil {
		return err
	}
	gone := append(append(messages, guests...), Record{Key: requestKey(r.ID), Rev: rev})
	for len(gone) > 0 {
		n := min(deleteStep, len(gone))
		if err := e.Store.Commit(ctx, Change{Deletes: gone[:n]}); err != nil {
			return err
		}
		gone = gone[n:]
	}
	e.Log.InfoContext(ctx, "request deleted: its time was over", "request", r.ID)
	return nil
}

// all reads every record that a query finds.
func (e *Engine) all(ctx context.Context, q Query) ([]Record, error) {
	var out []Record
	for {
		recs, next, err := e.Store.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		out = append(out, recs...)
		if next == "" {
			return out, nil
		}
		q.After = next
	}
}

// sweep deletes records of a kind from the oldest on, while they are older than
// keep. with gives what goes with one, and false for one that stays.
func (e *Engine) sweep(ctx context.Context, kind Kind, after Cursor, at func(any) (time.Time, bool), with func(any) ([]Key, bool, error)) (Cursor, error) {
	recs, next, err := e.Store.Find(ctx, Query{Kind: kind, Index: ByAll, Value: all, After: after, Limit: cleanStep})
	if err != nil {
		return "", err
	}
	for _, rec := range recs {
		since, ok := at(rec.Value)
		if !ok {
			return "", &Error{Code: Internal, Op: "bot: read " + string(kind) + " " + rec.ID}
		}
		if !e.over(since, e.Settings.KeepFinished) {
			return "", nil
		}
		keys, goes, err := with(rec.Value)
		if err != nil {
			return "", err
		}
		if !goes {
			continue
		}
		ch := Change{Deletes: []Record{rec}}
		if len(keys) > 0 {
			more, err := e.Store.Get(ctx, keys...)
			if err != nil {
				return "", err
			}
			for _, m := range more {
				if m.Rev != 0 {
					ch.Deletes = append(ch.Deletes, m)
				}
			}
		}
		if err := e.Store.Commit(ctx, ch); err != nil {
			return "", err
		}
	}
	return next, nil
}

// cleanPeople deletes what is kept of people who were not seen for long: their
// choices, which accounts are theirs, and how to reach these.
func (e *Engine) cleanPeople(ctx context.Context, after Cursor) (Cursor, error) {
	return e.sweep(ctx, KindPerson, after,
		func(v any) (time.Time, bool) {
			p, ok := v.(*PersonRecord)
			if !ok {
				return time.Time{}, false
			}
			return p.seenAt(), true
		},
		func(v any) ([]Key, bool, error) {
			p, keys := v.(*PersonRecord), []Key{}
			for _, s := range p.Users {
				for _, k := range []Key{linkKey(s.User), placeKey(s.User), linkOfKey(p.ID, s.User)} {
					if !slices.Contains(keys, k) { // two accounts of one chat have one binding
						keys = append(keys, k)
					}
				}
			}
			return keys, true, nil
		})
}

// cleanPlaces deletes how to reach accounts that nobody was ever seen at.
func (e *Engine) cleanPlaces(ctx context.Context, after Cursor) (Cursor, error) {
	return e.sweep(ctx, KindPlace, after,
		func(v any) (time.Time, bool) {
			p, ok := v.(*Place)
			if !ok {
				return time.Time{}, false
			}
			return p.At, true
		},
		func(v any) ([]Key, bool, error) {
			recs, err := e.Store.Get(ctx, linkKey(v.(*Place).User))
			return nil, err == nil && recs[0].Rev == 0, err
		})
}

// cleanErasures deletes the proofs that guests were forgotten.
func (e *Engine) cleanErasures(ctx context.Context, after Cursor) (Cursor, error) {
	return e.sweep(ctx, KindErasure, after,
		func(v any) (time.Time, bool) {
			x, ok := v.(*Erasure)
			if !ok {
				return time.Time{}, false
			}
			return x.At, true
		},
		func(v any) ([]Key, bool, error) { return nil, !v.(*Erasure).Done.IsZero(), nil })
}

// cleanJournal drops the journals of requests that were deleted long ago, each
// whole, and counts what is gone.
func (e *Engine) cleanJournal(ctx context.Context, _ Cursor) (Cursor, error) {
	recs, _, err := e.Store.Find(ctx, Query{Kind: KindCleared, Index: ByAll, Value: all, Limit: 1})
	if err != nil || len(recs) == 0 {
		return "", err
	}
	c, ok := recs[0].Value.(*Cleared)
	if !ok {
		return "", &Error{Code: Internal, Op: "bot: read cleared " + recs[0].ID}
	}
	if !e.over(c.EndedAt, e.Settings.KeepJournal) {
		return "", nil
	}
	left, err := e.Store.Get(ctx, requestKey(c.Request))
	if err != nil {
		return "", err
	}
	if left[0].Rev != 0 { // it is being deleted still
		return "", nil
	}
	ends, err := e.ends(ctx, c.Request)
	if err != nil {
		return "", err
	}
	for {
		n := min(deleteStep, len(ends))
		last := n == len(ends)
		if err := e.drop(ctx, ends[:n], last, recs[0], c.EndedAt); err != nil {
			return "", err
		}
		if ends = ends[n:]; last {
			return "more", nil // until the oldest is young enough
		}
	}
}

// drop takes parts out of the journal, with the last of a request what stood for it.
func (e *Engine) drop(ctx context.Context, ends []Position, last bool, cleared Record, until time.Time) error {
	recs, err := e.Store.Get(ctx, cutKey)
	if err != nil {
		return err
	}
	cut := &Cut{}
	if c, ok := recs[0].Value.(*Cut); ok && recs[0].Rev != 0 {
		cut = c
	}
	for _, pos := range ends {
		cut.Entries += pos.Seq
	}
	ch := Change{Drop: ends}
	if last {
		ch.Deletes = []Record{cleared}
		cut.Requests++
		if until.After(cut.Until) {
			cut.Until = until
		}
	}
	ch.Puts = []Put{{Key: cutKey, Rev: recs[0].Rev, Value: cut}}
	return e.Store.Commit(ctx, ch)
}

// ends are the last positions of a request's parts in the journal, the guests'
// before its own, by which the next run finds it.
func (e *Engine) ends(ctx context.Context, request string) ([]Position, error) {
	var out []Position
	var own *Position
	for en, err := range e.Store.Journal(ctx, Position{Part: request}) {
		if err != nil {
			return nil, err
		}
		if en.Part != request && !strings.HasPrefix(en.Part, request+"/") {
			break
		}
		switch pos := en.Position; {
		case en.Part == request:
			own = &pos
		case len(out) > 0 && out[len(out)-1].Part == en.Part:
			out[len(out)-1] = pos
		default:
			out = append(out, pos)
		}
	}
	if own != nil {
		out = append(out, *own)
	}
	return out, nil
}
