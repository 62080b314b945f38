package bot

import (
	"context"

	"guestsite/bot/flow"
)

// Place implements [Door].
func (e *Engine) Place(ctx context.Context, u ChatUser) (Place, error) {
	recs, err := e.Store.Get(ctx, placeKey(u))
	if err != nil || recs[0].Rev == 0 {
		return Place{}, err
	}
	p, ok := recs[0].Value.(*Place)
	if !ok {
		return Place{}, &Error{Code: Internal, Op: "bot: read place"}
	}
	return *p, nil
}

// jobRevive sends the cards that could not be delivered to somebody who can be
// reached now.
const jobRevive = "revive"

// KeepPlace implements [Door]. What is known already is not written again. Who could
// not be reached, and is heard from now, gets what waits for him.
func (e *Engine) KeepPlace(ctx context.Context, p Place) error {
	return again(ctx, func() error {
		recs, err := e.Store.Get(ctx, placeKey(p.User))
		if err != nil {
			return err
		}
		old, ok := recs[0].Value.(*Place)
		if ok && recs[0].Rev != 0 {
			same := *old
			same.At = p.At
			if same == p {
				return nil
			}
		}
		p.At = e.Clock.Now()
		ch := Change{Puts: []Put{putPlace(recs[0].Rev, &p)}}
		if p.Heard && (!ok || recs[0].Rev == 0 || !old.Heard) { // a chat that was opened for him proves nothing
			j, err := newJob("revive/"+p.User.String(), jobRevive, p.At, work{User: p.User})
			if err != nil {
				return err
			}
			ch.Jobs = []Job{j}
		}
		if err := e.Store.Commit(ctx, ch); err != nil {
			return err
		}
		e.stir()
		return nil
	})
}

// doRevive has the cards that wait for a person's word, and reached him nowhere,
// posted again. Only a chat that names people by their directory id keeps places.
func (e *Engine) doRevive(ctx context.Context, j Job, w work) error {
	chat, err := e.chat(w.User.Chat)
	if err != nil {
		return err
	}
	p, err := chat.Profile(ctx, w.User)
	if err != nil {
		return err
	}
	if p.PersonID == "" || p.Refusal != "" {
		return e.done(ctx, j)
	}
	recs, _, err := e.Store.Find(ctx, Query{Kind: KindMessage, Index: ByWaits, Value: p.PersonID, Limit: mostListed})
	if err != nil {
		return err
	}
	for _, rec := range recs {
		m, ok := rec.Value.(*Message)
		if !ok || m.Dead == "" {
			continue
		}
		if err := e.revive(ctx, rec.Rev, m); err != nil {
			return err
		}
	}
	return e.done(ctx, j)
}

// revive has a card posted, and the others of its request say that it is: whoever
// waits for the person reads that he can be reached.
func (e *Engine) revive(ctx context.Context, rev int64, m *Message) error {
	m.Dead, m.Tried = "", nil
	post, err := cardJob(m, e.Clock.Now())
	if err != nil {
		return err
	}
	refresh, err := newJob(m.Request+"/refresh", string(flow.Refresh), e.Clock.Now(), work{Request: m.Request})
	if err != nil {
		return err
	}
	err = e.Store.Commit(ctx, Change{Puts: []Put{putMessage(rev, m)}, Jobs: []Job{post, refresh}})
	return unlessLost(err, "bot: revive message "+m.ID)
}
