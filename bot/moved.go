package bot

import (
	"context"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// jobLeave redraws a post that its card has left for another account, so that it
// shows no more than that. Text is the post's reference; where that was not known
// when the card left, the post is looked for.
const jobLeave = "leave"

func leaveJob(m *Message, now time.Time) (Job, error) {
	return newJob("leave/"+m.ID+"/"+m.User.String()+"/"+string(m.Ref), jobLeave, now,
		work{Request: m.Request, Message: m.ID, User: m.User, Text: string(m.Ref)})
}

// move has a card posted where its reader can be reached now. In the same commit
// goes the job that redraws the post which is left, since no record names it then.
func (e *Engine) move(ctx context.Context, rev int64, m *Message) error {
	now := e.Clock.Now()
	leave, err := leaveJob(m, now)
	if err != nil {
		return err
	}
	post, err := cardJob(m, now)
	if err != nil {
		return err
	}
	m.User, m.Ref, m.Hash, m.Peek = ChatUser{}, "", "", ""
	m.Shown, m.ShownDigest = nil, ""
	err = e.Store.Commit(ctx, Change{Puts: []Put{putMessage(rev, m)}, Jobs: []Job{leave, post}})
	return unlessLost(err, "bot: move message "+m.ID)
}

func (e *Engine) doLeave(ctx context.Context, j Job, w work) error {
	chat, err := e.chat(w.User.Chat)
	if err != nil {
		return e.done(ctx, j) // the chat was taken out of the configuration
	}
	ref := Ref(w.Text)
	if ref == "" {
		ref, err = chat.FindPost(ctx, w.User, w.Message)
	}
	if err == nil {
		// Who has that account need not be who the card was for.
		v := e.view(ctx, flow.Who{Lang: e.langAt(ctx, w.User)})
		v.Request = &flow.Request{ID: w.Request}
		err = chat.Update(ctx, ref, card.Moved(v))
	}
	if err != nil && !unreachable(err) {
		return err
	}
	return e.left(ctx, j, w)
}

// left finishes the job. Where the card has come back to the post meanwhile, it is
// drawn there once more.
func (e *Engine) left(ctx context.Context, j Job, w work) error {
	return again(ctx, func() error {
		recs, err := e.Store.Get(ctx, messageKey(w.Message))
		if err != nil {
			return err
		}
		ch := Change{Finish: &Finish{Job: j}}
		if m, ok := recs[0].Value.(*Message); ok && recs[0].Rev != 0 && m.User == w.User {
			post, err := cardJob(m, e.Clock.Now())
			if err != nil {
				return err
			}
			m.Hash = ""
			ch.Puts, ch.Jobs = []Put{putMessage(recs[0].Rev, m)}, []Job{post}
		}
		return e.Store.Commit(ctx, ch)
	})
}
