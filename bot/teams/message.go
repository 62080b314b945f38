package teams

import (
	"context"
	"net/http"

	"guestsite/bot"
)

// message takes what was typed, and what an old client sends for a button. It is
// answered by messages of ours in the person's own chat; in a conversation with
// others only that there is an answer is said.
func (a *Adapter) message(ctx context.Context, x exchange) {
	if len(x.Value) > 0 && string(x.Value) != "null" {
		a.submitted(ctx, x)
		return
	}
	if !x.personal() && !a.reached(ctx, x) {
		return
	}
	if x.ID == "" || len(x.ID) > maxID {
		a.refuse(ctx, x.w, http.StatusBadRequest, errNotActivity)
		return
	}
	in := a.event(x, "teams:message:"+x.user.Team+":"+x.Conversation.ID+":"+x.ID)
	in.Command = &bot.Command{Text: x.command()}
	ans, err := x.handle(ctx, in)
	switch {
	case err != nil:
		a.tell(ctx, in.Reply, a.sorry(ctx, x.door, x.user, err))
	case ans.Open != nil:
		if err := a.openFor(ctx, x, in.Key, *ans.Open); err != nil {
			a.tell(ctx, in.Reply, a.sorry(ctx, x.door, x.user, err))
		}
	case ans.Whisper != nil:
		a.onceOnly(ctx, in.Key, func() { a.tell(ctx, in.Reply, *ans.Whisper) })
	}
	if !x.personal() {
		a.onceOnly(ctx, in.Key+":here", func() { a.sayHere(ctx, x, bot.LineElsewhere) })
	}
}

// submitted takes an action that came as a message: its answer cannot replace the
// card, which is edited instead.
func (a *Adapter) submitted(ctx context.Context, x exchange) {
	in, p, event, err := a.acted(x, x.Value)
	if err != nil {
		a.tell(ctx, personalHandle(x.user), a.sorry(ctx, x.door, x.user, err))
		return
	}
	if p.Do == doLook {
		return
	}
	ans, err := x.handle(ctx, in)
	if err != nil {
		a.tell(ctx, in.Reply, a.sorry(ctx, x.door, x.user, err))
		return
	}
	a.putAway(in)
	ref, _ := messageRef(x.user, x.Conversation.ID, x.ReplyToID)
	switch f := firstForm(ans.Update, ans.Again, ans.Close); {
	case ans.Open != nil:
		if err := a.openFor(ctx, x, event, *ans.Open); err != nil {
			a.tell(ctx, in.Reply, a.sorry(ctx, x.door, x.user, err))
		}
	case f != nil:
		if err := a.UpdateForm(ctx, ref, *f); err != nil {
			a.tell(ctx, in.Reply, a.sorry(ctx, x.door, x.user, err))
			return
		}
		if ans.Update != nil && f.Request != "" {
			a.opened(ctx, x, f.Request, ref)
		}
	case ans.Whisper != nil:
		a.tell(ctx, in.Reply, *ans.Whisper)
	}
}

// reached says whether the person has a chat of his own with the bot, or can be
// given one; else he is told so where he wrote.
func (a *Adapter) reached(ctx context.Context, x exchange) bool {
	_, err := a.where(ctx, x.door, x.user)
	if err == nil {
		return true
	}
	if bot.ReasonOf(err) != bot.ReasonUndeliverable {
		a.sayHereCard(ctx, x, a.sorry(ctx, x.door, x.user, err))
		return false
	}
	a.sayHere(ctx, x, bot.LineUnreached)
	return false
}

// sayHere says a line in the conversation that the activity came from.
func (a *Adapter) sayHere(ctx context.Context, x exchange, l bot.Line) {
	a.sayHereCard(ctx, x, x.door.Line(ctx, x.user, l))
}
