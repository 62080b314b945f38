package bot

import (
	"context"
	"strings"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// jobLinked tells both sides of a binding, and draws the person's cards in full.
const jobLinked = "linked"

func (e *Engine) doLinked(ctx context.Context, j Job, w work) error {
	e.whoHelps(ctx)
	l, err := e.bound(ctx, w.User)
	if err != nil {
		return err
	}
	if l == nil || l.By != bySignIn { // unlinked meanwhile
		return e.done(ctx, j)
	}
	v := e.view(ctx, l.Who)
	id := "linked/" + w.User.String() + "/" + stamp(l.At)
	if err := e.tell(ctx, w.User, id, card.Linked(v, l.At, w.Text)); err != nil {
		return err
	}
	if err := e.tellElsewhere(ctx, l, id, v); err != nil {
		return err
	}
	if err := e.redrawFor(ctx, l.Who.ID, &w.User); err != nil {
		return err
	}
	return e.done(ctx, j)
}

// tell sends a card of which no record is kept, once. Who cannot be reached is
// not told.
func (e *Engine) tell(ctx context.Context, u ChatUser, id string, c card.Card) error {
	chat, err := e.chat(u.Chat)
	if err != nil {
		return err
	}
	_, err = chat.FindPost(ctx, u, id)
	if CodeOf(err) == NotFound && err != nil {
		_, err = chat.Post(ctx, u, id, c)
	}
	if err != nil && (ReasonOf(err) == ReasonUndeliverable || CodeOf(err) == NotFound) {
		e.Log.InfoContext(ctx, "word about a link not delivered", "chat", u.Chat, "error", err)
		return nil
	}
	return err
}

// tellElsewhere tells the account that has the person's own address, where that is
// another than the one that was bound: somebody who signed in for a link that was
// not his learns it there.
func (e *Engine) tellElsewhere(ctx context.Context, l *Link, id string, v card.View) error {
	chat, err := e.chat(l.User.Chat)
	if err != nil {
		return err
	}
	u, err := chat.Locate(ctx, l.Who)
	switch {
	case err != nil && !Retryable(err): // nobody there has his address
		return nil
	case err != nil:
		return err
	case u.ID == l.User.ID:
		return nil
	}
	name := l.User.ID
	if p, err := chat.Profile(ctx, l.User); err == nil && p.Name != "" {
		name = p.Name
	} else if err != nil && Retryable(err) {
		return err
	}
	return e.tell(ctx, u, id+"/elsewhere", card.LinkedElsewhere(v, name, l.At))
}

// redrawFor has the cards of a person drawn anew, since an account of his was
// bound or is no longer. What waits for his word moves to the account that was
// bound, where it was with another of the same chat or reached him nowhere.
func (e *Engine) redrawFor(ctx context.Context, id string, to *ChatUser) error {
	recs, _, err := e.Store.Find(ctx, Query{Kind: KindMessage, Index: ByWaits, Value: id, Limit: mostListed})
	if err != nil {
		return err
	}
	for _, rec := range recs {
		m, ok := rec.Value.(*Message)
		if !ok {
			continue
		}
		switch {
		case to != nil && m.Dead != "":
			err = e.revive(ctx, rec.Rev, m)
		case to != nil && m.User.Chat == to.Chat && m.User != *to:
			m.User, m.Ref, m.Hash = ChatUser{}, "", ""
			err = e.putCard(ctx, rec.Rev, m, e.Clock.Now())
		default:
			err = e.redraw(ctx, m, e.Clock.Now())
		}
		if err != nil {
			return err
		}
	}
	own, err := e.requestsOf(ctx, id)
	if err != nil {
		return err
	}
	for _, r := range own {
		if err := e.redrawAll(ctx, r, id); err != nil {
			return err
		}
	}
	return nil
}

// redrawAll has the cards drawn anew that a person has of a request of his own.
func (e *Engine) redrawAll(ctx context.Context, r *flow.Request, id string) error {
	have, err := e.messages(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, rec := range have {
		if m, ok := rec.Value.(*Message); ok && m.To.ID == id && !m.Waits {
			if err := e.redraw(ctx, m, e.Clock.Now()); err != nil {
				return err
			}
		}
	}
	return nil
}

// Kinds of jobs that end a binding, and draw the person's cards without one.
const (
	jobUnlink   = "unlink"
	jobUnlinked = "unlinked"
)

// doUnlink ends the binding of the account that typed it or, for an admin, of all
// accounts of the person with an address.
func (e *Engine) doUnlink(ctx context.Context, j Job, w work) error {
	if strings.TrimSpace(w.Text) != "" {
		return e.unlinkFor(ctx, j, w)
	}
	e.whoHelps(ctx)
	v, err := e.viewFor(ctx, w.User)
	if err != nil {
		return err
	}
	gone, err := e.unbind(ctx, w.User, false)
	if err != nil {
		return err
	}
	code := "unlinked"
	if !gone {
		code = "unlink_none"
	}
	return e.say(ctx, j, w.User, w.Reply, card.Whisper(v, code, nil))
}

func (e *Engine) unlinkFor(ctx context.Context, j Job, w work) error {
	_, admin, err := e.adminNow(ctx, w.User)
	if err != nil {
		return err
	}
	if !admin {
		return e.sayCode(ctx, j, w, "not_admin")
	}
	a, err := readiness.ParseAddress(strings.TrimSpace(w.Text))
	if err != nil {
		return e.sayCode(ctx, j, w, "unlink_which")
	}
	people, err := e.Directory.ByMail(ctx, a.Mail)
	if err != nil {
		return err
	}
	some := false
	for _, p := range people { // he who may not act any more, too
		recs, err := e.Store.Get(ctx, personKey(p.ID))
		if err != nil {
			return err
		}
		r, ok := recs[0].Value.(*PersonRecord)
		if !ok || recs[0].Rev == 0 {
			continue
		}
		for _, s := range r.Users {
			l, err := e.bound(ctx, s.User)
			if err != nil {
				return err
			}
			if l == nil || l.By != bySignIn || l.Who.ID != p.ID {
				continue
			}
			gone, err := e.unbind(ctx, s.User, true)
			if err != nil {
				return err
			}
			some = some || gone
		}
	}
	if !some {
		return e.sayCode(ctx, j, w, "unlink_nobody")
	}
	return e.sayCode(ctx, j, w, "unlinked_for")
}

// unbind ends the binding of an account; false when it had none. The operator
// reads of it, without a name.
func (e *Engine) unbind(ctx context.Context, u ChatUser, byAdmin bool) (bool, error) {
	gone := false
	err := again(ctx, func() error {
		recs, err := e.Store.Get(ctx, linkKey(u))
		if err != nil {
			return err
		}
		l, ok := recs[0].Value.(*Link)
		if gone = ok && recs[0].Rev != 0 && l.By == bySignIn; !gone {
			return nil
		}
		of, err := e.Store.Get(ctx, linkOfKey(l.Who.ID, u))
		if err != nil {
			return err
		}
		ch := Change{Deletes: []Record{recs[0]}}
		if o, ok := of[0].Value.(*LinkOf); ok && of[0].Rev != 0 && o.User == u {
			ch.Deletes = append(ch.Deletes, of[0])
		}
		w := work{User: u, Text: l.Who.ID, Code: l.Who.Lang}
		if byAdmin {
			w.Setting = stamp(e.Clock.Now())
		}
		job, err := newJob("unlinked/"+u.String(), jobUnlinked, e.Clock.Now(), w)
		if err != nil {
			return err
		}
		ch.Jobs = []Job{job}
		return e.Store.Commit(ctx, ch)
	})
	if err == nil && gone {
		e.Log.InfoContext(ctx, "account unlinked", "chat", u.Chat, "admin", byAdmin)
		e.stir()
	}
	return gone && err == nil, err
}

// doUnlinked draws the person's cards with no more than a number, and tells the
// account when it was an admin who unlinked it.
func (e *Engine) doUnlinked(ctx context.Context, j Job, w work) error {
	e.whoHelps(ctx)
	if w.Setting != "" {
		v := e.view(ctx, flow.Who{Lang: w.Code})
		if err := e.tell(ctx, w.User, "unlinked/"+w.User.String()+"/"+w.Setting, card.UnlinkedByIT(v)); err != nil {
			return err
		}
	}
	if err := e.redrawFor(ctx, w.Text, nil); err != nil {
		return err
	}
	return e.done(ctx, j)
}

// seen notes that the person was at an account.
func (p *PersonRecord) seen(u ChatUser, at time.Time) {
	for i := range p.Users {
		if p.Users[i].User == u {
			p.Users[i].At = at
			return
		}
	}
	p.Users = append(p.Users, LastSeen{u, at})
}
