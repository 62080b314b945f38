package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// doCard posts or redraws one card.
func (e *Engine) doCard(ctx context.Context, j Job, w work) error {
	recs, err := e.Store.Get(ctx, messageKey(w.Message))
	if err != nil {
		return err
	}
	m, ok := recs[0].Value.(*Message)
	if !ok || recs[0].Rev == 0 || m.Dead != "" {
		return e.done(ctx, j)
	}
	r, gs, err := e.parts(ctx, m.Request)
	if err != nil {
		return err
	}
	e.whoHelps(ctx)
	rev, tried := recs[0].Rev, m.User.ID != ""
	if !tried { // what it shows depends on where it goes
		if m.User, err = e.where(ctx, m); err != nil {
			return e.undeliverable(ctx, j, m, rev, err)
		}
	}
	v, err := e.viewOf(ctx, m, r, gs)
	if err != nil {
		return err
	}
	c := drawn(m, v)
	hash, err := hashOf(c)
	if err != nil {
		return err
	}
	if m.Ref != "" && m.Hash == hash && (m.Peek == "" || m.Peek == hash) {
		return e.done(ctx, j)
	}
	show(m, v, hash)
	if m.Ref != "" {
		if err = e.update(ctx, m, c); err == nil && m.Ref == "" { // where it goes now is asked anew
			m.Hash = ""
			ch := Change{Puts: []Put{putMessage(rev, m)}, Finish: &Finish{Job: j, Again: e.Clock.Now()}}
			return unlessLost(e.Store.Commit(ctx, ch), "bot: keep message "+m.ID)
		}
	}
	if m.Ref == "" && err == nil {
		rev, err = e.post(ctx, m, rev, tried, c)
	}
	if err != nil {
		return e.undeliverable(ctx, j, m, rev, err)
	}
	return e.keep(ctx, j, rev, m)
}

// show lays down what a card shows, for the clicks on it.
func show(m *Message, v card.View, hash string) {
	m.Hash, m.Peek, m.Version = hash, "", v.Request.Version
	m.Shown, m.ShownDigest = nil, ""
	if m.Kind == DecideCard && v.Role != card.AsUnlinked {
		m.Shown = card.Facts(v).JSON()
		m.ShownDigest = digest(m.Shown)
	}
}

// keep commits what was drawn. When the record changed meanwhile (somebody asked
// to see all), only what this run learnt is laid over it, and it is drawn again.
func (e *Engine) keep(ctx context.Context, j Job, rev int64, m *Message) error {
	ch := Change{Puts: []Put{putMessage(rev, m)}, Finish: &Finish{Job: j}}
	return again(ctx, func() error {
		err := e.Store.Commit(ctx, ch)
		if err == nil || CodeOf(err) == Internal && !isConflict(err) {
			return err
		}
		recs, gerr := e.Store.Get(ctx, messageKey(m.ID))
		if gerr != nil {
			return gerr
		}
		cur, ok := recs[0].Value.(*Message)
		switch {
		case !ok || recs[0].Rev == 0:
		case cur.User != m.User: // the card went elsewhere meanwhile; what was drawn here is left
			leave, lerr := leaveJob(m, e.Clock.Now())
			if lerr != nil {
				return lerr
			}
			ch = Change{Jobs: []Job{leave}, Finish: &Finish{Job: j, Again: e.Clock.Now()}}
		default:
			cur.User, cur.Ref, cur.PostedAt = m.User, m.Ref, m.PostedAt
			cur.Shown, cur.ShownDigest, cur.Version = m.Shown, m.ShownDigest, m.Version
			cur.Hash = "" // draw it again
			ch.Puts = []Put{putMessage(recs[0].Rev, cur)}
			ch.Finish = &Finish{Job: j, Again: e.Clock.Now()}
		}
		return err
	})
}

// update redraws a posted card. One that was deleted loses its reference, so
// that it is posted anew.
func (e *Engine) update(ctx context.Context, m *Message, c card.Card) error {
	chat, err := e.chat(m.User.Chat)
	if err != nil {
		return err
	}
	err = chat.Update(ctx, m.Ref, c)
	if err != nil && CodeOf(err) == NotFound {
		m.Ref, m.User = "", ChatUser{}
		return nil
	}
	return err
}

// post sends a card. To whom, and what it shows, is kept before: a click may come
// before the reference is kept, and a run after a crash looks for the card first.
func (e *Engine) post(ctx context.Context, m *Message, rev int64, tried bool, c card.Card) (int64, error) {
	if !tried {
		m.PostedAt = e.Clock.Now()
		if err := e.Store.Commit(ctx, Change{Puts: []Put{putMessage(rev, m)}}); err != nil {
			return rev, unlessLost(err, "bot: keep message "+m.ID)
		}
		recs, err := e.Store.Get(ctx, messageKey(m.ID))
		if err != nil {
			return rev, err
		}
		rev = recs[0].Rev
		if cur, ok := recs[0].Value.(*Message); !ok || cur.User != m.User { // it went elsewhere at this moment
			return rev, &Error{Code: Unavailable, Op: "bot: keep message " + m.ID, Err: ErrConflict}
		}
	}
	chat, err := e.chat(m.User.Chat)
	if err != nil {
		return rev, err
	}
	if tried {
		ref, err := chat.FindPost(ctx, m.User, m.ID)
		if err == nil {
			m.Ref = ref
			return rev, chat.Update(ctx, ref, c)
		}
		if CodeOf(err) != NotFound {
			return rev, err
		}
	}
	m.Ref, err = chat.Post(ctx, m.User, m.ID, c)
	return rev, err
}

// unlessLost makes a lost race one that is run again.
func unlessLost(err error, op string) error {
	if errors.Is(err, ErrConflict) {
		return &Error{Code: Unavailable, Op: op, Err: err}
	}
	return err
}

// where finds the account to deliver to: where the person was last seen, else
// where a chat finds him. Chats in which he could not be reached are left out.
// That says where to knock, not who he is.
func (e *Engine) where(ctx context.Context, m *Message) (ChatUser, error) {
	recs, err := e.Store.Get(ctx, personKey(m.To.ID))
	if err != nil {
		return ChatUser{}, err
	}
	if p, ok := recs[0].Value.(*PersonRecord); ok && recs[0].Rev != 0 {
		var best LastSeen
		for _, s := range p.Users {
			if his, err := e.isHis(ctx, s.User, m.To.ID, true); err != nil || !his {
				if err != nil {
					return ChatUser{}, err
				}
				continue
			}
			if _, on := e.chats[s.User.Chat]; on && !slices.Contains(m.Tried, s.User.Chat) && s.At.After(best.At) {
				best = s
			}
		}
		if best.User.ID != "" {
			return best.User, nil
		}
	}
	none := error(&Error{Code: Forbidden, Op: "bot: find a chat account", Reason: ReasonUndeliverable})
	for _, c := range e.Chats {
		if slices.Contains(m.Tried, c.Name()) {
			continue
		}
		u, err := c.Locate(ctx, m.To)
		if err == nil {
			his, herr := e.isHis(ctx, u, m.To.ID, false)
			if herr != nil {
				return ChatUser{}, herr
			}
			if !his {
				continue
			}
		}
		switch {
		case err == nil:
			return u, nil
		case Retryable(err) || !Retryable(none): // a chat that may find him later goes before one that does not know him
			none = err
		}
	}
	return ChatUser{}, none
}

// isHis says whether what is for a person may go to an account. Where accounts are
// bound by signing in it must be bound to him, or, with surely false, to nobody.
func (e *Engine) isHis(ctx context.Context, u ChatUser, id string, surely bool) (bool, error) {
	if !e.links(u.Chat) {
		return true, nil
	}
	l, err := e.bound(ctx, u)
	if err != nil || l == nil {
		return !surely, err
	}
	return l.Who.ID == id, nil
}

// undeliverable turns to another chat of the person; where there is none it marks
// the card as one that cannot be delivered, and has the others say so.
func (e *Engine) undeliverable(ctx context.Context, j Job, m *Message, rev int64, cause error) error {
	if ReasonOf(cause) != ReasonUndeliverable && CodeOf(cause) != NotFound {
		return cause
	}
	e.Log.WarnContext(ctx, "card cannot be delivered", "message", m.ID, "chat", m.User.Chat, "error", cause)
	ch := Change{Finish: &Finish{Job: j}}
	tried := m.User.Chat != ""
	if tried {
		m.Tried = append(m.Tried, m.User.Chat)
		m.User, m.Ref = ChatUser{}, ""
	}
	if tried && slices.ContainsFunc(e.Chats, func(c Chat) bool { return !slices.Contains(m.Tried, c.Name()) }) {
		ch.Finish.Again = e.Clock.Now()
		ch.Puts = []Put{putMessage(rev, m)}
		return e.Store.Commit(ctx, ch)
	}
	return e.bury(ctx, ch, m, rev, cause)
}

// bury commits that a card reaches nobody, and has the others of the request say so.
func (e *Engine) bury(ctx context.Context, ch Change, m *Message, rev int64, cause error) error {
	m.Dead = string(CodeOf(cause))
	refresh, err := newJob(m.Request+"/refresh", string(flow.Refresh), e.Clock.Now(), work{Request: m.Request})
	if err != nil {
		return err
	}
	ch.Puts, ch.Jobs = []Put{putMessage(rev, m)}, []Job{refresh}
	return e.Store.Commit(ctx, ch)
}

// anew numbers a message that is posted once more.
func anew(id string, n int) string { return id + "/" + strconv.Itoa(n) }

func isConflict(err error) bool { return errors.Is(err, ErrConflict) }
