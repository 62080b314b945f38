package teamsfake

import (
	"context"
	"html"
	"strings"
)

// Say types a message in the personal chat with the bot.
func (u *Actor) Say(ctx context.Context, text string) (Outcome, error) {
	u.s.mu.Lock()
	p, err := u.meLocked()
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	c := u.s.personalLocked(p)
	if err := u.s.listensLocked(c); err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	d := u.sayLocked(p, c, "", text, nil)
	u.s.mu.Unlock()
	return u.s.sendAsync(ctx, d)
}

// SayIn types a message that mentions the bot first, in a group chat or a
// channel; a bot hears nothing else there. A channel id starts a new thread,
// one with ";messageid=" answers in that thread. As Teams does, the text comes
// with HTML escapes, a no-break space behind the mention, a line end, and an
// HTML copy attached.
func (u *Actor) SayIn(ctx context.Context, conversationID, text string) (Outcome, error) {
	u.s.mu.Lock()
	p, err := u.meLocked()
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	id, thread := splitThread(conversationID)
	c := u.s.convs[id]
	switch {
	case c == nil || !c.has(u.id):
		err = notPossible("%s is not in conversation %s", u.id, conversationID)
	case c.kind == KindPersonal:
		err = notPossible("%s is a personal chat; use Say", conversationID)
	case thread != "" && c.find(thread) == nil:
		err = notPossible("there is no thread %s", conversationID)
	default:
		err = u.s.listensLocked(c)
	}
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	at := "<at>" + html.EscapeString(u.s.opts.AppName) + "</at>"
	whole := at + "\u00a0" + html.EscapeString(text) + "\n"
	d := u.sayLocked(p, c, thread, whole, obj{
		"type": "mention", "text": at, "mentioned": obj{"id": u.s.BotID(), "name": u.s.opts.AppName},
	})
	d.activity["attachments"] = []any{obj{
		"contentType": "text/html",
		"content":     `<div><div><span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">` + html.EscapeString(u.s.opts.AppName) + "</span>&nbsp;" + html.EscapeString(text) + "</div></div>",
	}}
	u.s.mu.Unlock()
	return u.s.sendAsync(ctx, d)
}

// sayLocked stores what a person wrote and makes its activity.
func (u *Actor) sayLocked(p *person, c *conversation, thread, text string, mention obj) *delivery {
	m := u.s.addMessageLocked(c, thread, &message{author: p.ID, text: strings.TrimSuffix(text, "\n")})
	a := u.s.envelopeLocked(p, c, m.thread, "message", m.id)
	a["text"], a["textFormat"] = text, "plain"
	if mention != nil {
		a["entities"] = append([]any{mention}, a["entities"].([]any)...)
	}
	u.s.changedLocked()
	return newDelivery(p.ID, a)
}

// SendActivity sends any activity from a person in one of his conversations
// ("" is the personal chat): type and fields are yours, and a nil field removes
// what the envelope had. It is for what has no method of its own, such as
// messageReaction or an unknown invoke. No client acts on the answer, which is
// in Outcome.Body.
func (u *Actor) SendActivity(ctx context.Context, conversationID, kind string, fields map[string]any) (Outcome, error) {
	u.s.mu.Lock()
	p, err := u.meLocked()
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	id, thread := splitThread(conversationID)
	c := u.s.convs[id]
	if conversationID == "" {
		c = u.s.personalLocked(p)
	}
	if c == nil || !c.has(u.id) {
		u.s.mu.Unlock()
		return Outcome{}, notPossible("%s is not in conversation %s", u.id, conversationID)
	}
	d := u.s.eventLocked(p, c, thread, kind, fields)
	u.s.mu.Unlock()
	if kind == "invoke" {
		return u.s.send(ctx, d, u.s.opts.Deadline, 0)
	}
	return u.s.sendAsync(ctx, d)
}
