package bot

import (
	"context"
	"slices"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// jobLinked tells the account that was bound, and draws the person's cards in full.
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
	if err := e.redrawFor(ctx, l.Who.ID, &w.User); err != nil {
		return err
	}
	id := "linked/" + w.User.String() + "/" + stamp(l.At)
	if err := e.tell(ctx, w.User, id, card.Linked(e.view(ctx, l.Who), l.At, w.Text)); err != nil {
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
	if unreachable(err) {
		e.Log.InfoContext(ctx, "word about a link not delivered", "chat", u.Chat, "error", err)
		return nil
	}
	return err
}

func unreachable(err error) bool {
	return err != nil && (ReasonOf(err) == ReasonUndeliverable || CodeOf(err) == NotFound)
}

// jobElsewhere tells a person, in one chat, that an account was bound to him: whoever
// signed in for a link that was not his learns it there. It is a job for each chat,
// since not all can be searched for what was sent before, and one that is down must
// not keep him from hearing it in another. He is told although the account was
// unlinked since: it may have acted.
const jobElsewhere = "linked_elsewhere"

// elsewhereJobs are those for a binding.
func (e *Engine) elsewhereJobs(l *Link) ([]Job, error) {
	var out []Job
	for _, c := range e.Chats {
		id := "linked/" + l.User.String() + "/" + stamp(l.At) + "/" + c.Name()
		j, err := newJob(id, jobElsewhere, l.At, work{User: l.User, Text: l.Who.ID, Setting: c.Name(), After: stamp(l.At)})
		if err != nil {
			return nil, err
		}
		out = append(out, j)
	}
	return out, nil
}

func (e *Engine) doElsewhere(ctx context.Context, j Job, w work) error {
	e.whoHelps(ctx)
	at, err := unstamp(w.After)
	if err != nil {
		return err
	}
	chat, err := e.chat(w.Setting)
	if err != nil {
		return e.done(ctx, j) // the chat was taken out of the configuration
	}
	d, err := e.Directory.Person(ctx, w.Text)
	switch {
	case err != nil && CodeOf(err) == NotFound: // deleted since: nobody is left to be told
		return e.done(ctx, j)
	case err != nil:
		return err
	}
	users, err := e.accounts(ctx, chat, whoIs(d, ""))
	if err != nil {
		return err
	}
	users = slices.DeleteFunc(users, func(u ChatUser) bool { return u == w.User })
	if len(users) == 0 {
		return e.done(ctx, j)
	}
	name, err := e.nameOf(ctx, w.User)
	if err != nil {
		return err
	}
	v := e.view(ctx, whoIs(d, ""))
	for _, u := range users {
		id := "linked/" + w.User.String() + "/" + w.After + "/elsewhere"
		if err := e.tell(ctx, u, id, card.LinkedElsewhere(v, w.User.Chat, name, at)); err != nil {
			return err
		}
	}
	return e.done(ctx, j)
}

// nameOf is an account as its chat calls it now, else its id.
func (e *Engine) nameOf(ctx context.Context, u ChatUser) (string, error) {
	chat, err := e.chat(u.Chat)
	if err != nil {
		return u.ID, nil //nolint:nilerr // the chat was taken out of the configuration
	}
	p, err := chat.Profile(ctx, u)
	if err != nil && Retryable(err) {
		return "", err
	}
	return either(p.Name, u.ID), nil
}

// accounts are a person's in one chat: where he was seen, and the one that the chat
// finds him by.
func (e *Engine) accounts(ctx context.Context, chat Chat, who flow.Who) ([]ChatUser, error) {
	recs, err := e.Store.Get(ctx, personKey(who.ID))
	if err != nil {
		return nil, err
	}
	var out []ChatUser
	add := func(u ChatUser, surely bool) error {
		his, err := e.isHis(ctx, u, who.ID, surely)
		if err == nil && his && u.Chat == chat.Name() && !slices.Contains(out, u) {
			out = append(out, u)
		}
		return err
	}
	if p, ok := recs[0].Value.(*PersonRecord); ok && recs[0].Rev != 0 {
		for _, s := range p.Users {
			if err := add(s.User, true); err != nil {
				return nil, err
			}
		}
	}
	u, err := chat.Locate(ctx, who)
	switch {
	case unreachable(err):
		return out, nil
	case err != nil:
		return nil, err
	}
	return out, add(u, false)
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
			err = e.move(ctx, rec.Rev, m)
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
