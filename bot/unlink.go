package bot

import (
	"context"
	"strings"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

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
	// He who may not act any more, too; and since a binding is undone in a hurry, an
	// address of before counts where it can be nobody else's.
	for _, p := range holders(people, a.Mail) {
		gone, err := e.unbindAll(ctx, p.ID)
		if err != nil {
			return err
		}
		some = some || gone
	}
	if !some {
		return e.sayCode(ctx, j, w, "unlink_nobody")
	}
	return e.sayCode(ctx, j, w, "unlinked_for")
}

// unbindAll ends the bindings of a person; false when he had none.
func (e *Engine) unbindAll(ctx context.Context, id string) (bool, error) {
	recs, err := e.Store.Get(ctx, personKey(id))
	if err != nil {
		return false, err
	}
	r, ok := recs[0].Value.(*PersonRecord)
	if !ok || recs[0].Rev == 0 {
		return false, nil
	}
	some := false
	for _, s := range r.Users {
		l, err := e.bound(ctx, s.User)
		if err != nil {
			return some, err
		}
		if l == nil || l.By != bySignIn || l.Who.ID != id {
			continue
		}
		gone, err := e.unbind(ctx, s.User, true)
		if err != nil {
			return some, err
		}
		some = some || gone
	}
	return some, nil
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
	// First: what stands on the cards is to go also where nobody can be told.
	if err := e.redrawFor(ctx, w.Text, nil); err != nil {
		return err
	}
	if w.Setting != "" {
		v := e.view(ctx, flow.Who{Lang: w.Code})
		if err := e.tell(ctx, w.User, "unlinked/"+w.User.String()+"/"+w.Setting, card.UnlinkedByIT(v)); err != nil {
			return err
		}
	}
	return e.done(ctx, j)
}
