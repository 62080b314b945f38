package teams

import (
	"context"
	"errors"
	"log/slog"

	"guestsite/bot"
	"guestsite/bot/card"
)

// Post sends a card into the person's own chat. What cannot be drawn is sent as its
// text alone, so that he still gets it; that is logged. id is not sent: Teams has no
// place where it could be found again.
func (a *Adapter) Post(ctx context.Context, to bot.ChatUser, id string, c card.Card) (bot.Ref, error) {
	m, err := a.draw(ctx, "post", to, c, id != "")
	if err != nil {
		return "", err
	}
	m.Alert = id != "" // not what he asked for a moment ago
	return a.send(ctx, to, m)
}

// FindPost is NotFound: a bot can search no chat of Teams. So a card whose post was
// unclear may come twice.
func (*Adapter) FindPost(context.Context, bot.ChatUser, string) (bot.Ref, error) {
	return "", &bot.Error{Code: bot.NotFound, Op: "teams: find post"}
}

// Update redraws a posted card.
func (a *Adapter) Update(ctx context.Context, ref bot.Ref, c card.Card) error {
	u, _, _, err := parseRef(ref)
	if err != nil {
		return err
	}
	m, err := a.draw(ctx, "update", u, c, true)
	if err != nil {
		return err
	}
	return a.edit(ctx, ref, m)
}

// OpenForm posts a form into the person's own chat; trigger is his handle.
func (a *Adapter) OpenForm(ctx context.Context, trigger string, f card.Form) (bot.Ref, error) {
	u, ok := parseHandle(trigger)
	if !ok {
		return "", &bot.Error{Code: bot.Expired, Op: "teams: open form", Detail: "no handle"}
	}
	m, err := a.drawForm(ctx, "open form", u, f)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, openTime, errors.New("the form took too long"))
	defer cancel()
	return a.send(ctx, u, m)
}

// UpdateForm redraws a form.
func (a *Adapter) UpdateForm(ctx context.Context, ref bot.Ref, f card.Form) error {
	u, _, _, err := parseRef(ref)
	if err != nil {
		return err
	}
	m, err := a.drawForm(ctx, "update form", u, f)
	if err != nil {
		return err
	}
	return a.edit(ctx, ref, m)
}

// Whisper sends a card into the person's own chat, which is private. The handle does
// not run out.
func (a *Adapter) Whisper(ctx context.Context, reply string, c card.Card) error {
	u, ok := parseHandle(reply)
	if !ok {
		return &bot.Error{Code: bot.NotFound, Op: "teams: whisper", Detail: "no handle"}
	}
	_, err := a.Post(ctx, u, "", c)
	if bot.ReasonOf(err) == bot.ReasonUndeliverable { // he took the app away: nobody reads it
		return &bot.Error{Code: bot.Expired, Op: "teams: whisper", Err: err}
	}
	return err
}

// send posts into a person's own chat. A chat that is lost is opened anew, once.
func (a *Adapter) send(ctx context.Context, to bot.ChatUser, m outbound) (bot.Ref, error) {
	door, err := a.doorway()
	if err != nil {
		return "", err
	}
	ctx, cancel := within(ctx)
	defer cancel()
	at, err := a.where(ctx, door, to)
	if err != nil {
		return "", err
	}
	id, err := a.connector.post(ctx, at, m)
	if lost(err) {
		if err = a.forget(ctx, door, to, at, err); err != nil {
			return "", err
		}
		if at, err = a.where(ctx, door, to); err != nil {
			return "", err
		}
		id, err = a.connector.post(ctx, at, m)
	}
	if err != nil {
		return "", err
	}
	ref, ok := messageRef(to, at.Conversation, id)
	if !ok {
		return "", &bot.Error{Code: bot.Unavailable, Op: "teams: post", Unclear: true, Detail: "an id that cannot be kept"}
	}
	return ref, nil
}

// lost says that the chat is no more, or that the bot is out of it, so that nothing
// was sent.
func lost(err error) bool {
	return err != nil && (bot.ReasonOf(err) == bot.ReasonUndeliverable ||
		bot.CodeOf(err) == bot.NotFound && bot.ReasonOf(err) != bot.ReasonGone)
}

// forget drops the place of somebody's chat that is lost: one is opened anew, or the
// app installed.
func (a *Adapter) forget(ctx context.Context, door bot.Door, u bot.ChatUser, at place, cause error) error {
	p, err := door.Place(ctx, u)
	if err != nil || p.Handle != encodePlace(at) { // another was kept meanwhile
		return err
	}
	a.log.InfoContext(ctx, "teams: a chat is opened anew", "why", cause.Error())
	p.User, p.Handle, p.Heard = u, "", false
	return door.KeepPlace(ctx, p)
}

// edit changes a posted message. The service's address is the one kept last for the
// person; before he was heard from, the configured one.
func (a *Adapter) edit(ctx context.Context, ref bot.Ref, m outbound) error {
	u, conversation, id, err := parseRef(ref)
	if err != nil {
		return err
	}
	door, err := a.doorway()
	if err != nil {
		return err
	}
	kept, err := door.Place(ctx, u)
	if err != nil {
		return err
	}
	at, ok := decodePlace(kept.Handle)
	if !ok {
		at.ServiceURL = a.serviceURL
	}
	at.Conversation = conversation
	ctx, cancel := within(ctx)
	defer cancel()
	err = a.connector.put(ctx, at, id, m)
	if bot.CodeOf(err) == bot.NotFound && err != nil {
		return &bot.Error{Code: bot.NotFound, Reason: bot.ReasonGone, Op: "teams: update", Err: err}
	}
	return err
}

// openFor opens a form while its button still turns, and reports it. What caused it,
// delivered once more, opens no second one.
func (a *Adapter) openFor(ctx context.Context, x exchange, event string, f card.Form) error {
	_, err := a.showing.do(ctx, event, func() (bot.Ref, error) { return a.open(ctx, x, f) })
	return err
}

func (a *Adapter) open(ctx context.Context, x exchange, f card.Form) (bot.Ref, error) {
	ref, err := a.OpenForm(ctx, personalHandle(x.user), f)
	if err != nil {
		return "", err
	}
	a.opened(ctx, x, f.Request, ref)
	return ref, nil
}

// opened reports a form that is on the screen. A failure costs only that it is not
// filled or redrawn later.
func (a *Adapter) opened(ctx context.Context, x exchange, request string, ref bot.Ref) {
	if err := x.door.Opened(ctx, Name, request, ref); err != nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "teams: an open form could not be recorded",
			slog.String("request", request), slog.String("error", err.Error()))
	}
}

// tell sends a private line after the answer.
func (a *Adapter) tell(ctx context.Context, reply string, c card.Card) {
	a.later(ctx, func(ctx context.Context) { a.shown(ctx, a.Whisper(ctx, reply, c)) })
}

// sayHereCard says a line in the conversation that an activity came from.
func (a *Adapter) sayHereCard(ctx context.Context, x exchange, c card.Card) {
	a.later(ctx, func(ctx context.Context) {
		at := place{ServiceURL: x.ServiceURL, Conversation: x.Conversation.ID}
		_, err := a.connector.post(ctx, at, outbound{Text: card.Cut(card.Tidy(c.Text), maxNote, nil), Format: "plain"})
		a.shown(ctx, err)
	})
}

// shown logs that something was not shown on which nothing depends.
func (a *Adapter) shown(ctx context.Context, err error) {
	if err != nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "teams: something was not delivered", slog.String("error", err.Error()))
	}
}
