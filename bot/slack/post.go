package slack

import (
	"context"
	"log/slog"

	"github.com/slack-go/slack"

	"guestsite/bot"
	"guestsite/bot/card"
)

// Post sends a card as a direct message (chat.postMessage to the user's id) with id
// in its metadata. A card that cannot be drawn is sent as its text alone, so that
// the person still gets it; that is logged. Nothing is tried twice: an error that
// is Unclear means that FindPost should look first.
func (a *Adapter) Post(ctx context.Context, to bot.ChatUser, id string, c card.Card) (bot.Ref, error) {
	const op = "post"
	if to.Chat != Name || !refID.MatchString(to.ID) {
		return "", &bot.Error{Code: bot.Invalid, Op: "slack: " + op, Detail: "not a Slack user"}
	}
	ctx, cancel := within(ctx)
	defer cancel()
	m, err := a.draw(ctx, op, c)
	if err != nil {
		return "", err
	}
	send := func(m message) (string, string, error) {
		opts := append(options(m), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
			slack.MsgOptionDisableMarkdown())
		if id != "" {
			opts = append(opts, slack.MsgOptionMetadata(slack.SlackMetadata{
				EventType: metadataEvent, EventPayload: map[string]any{"id": id},
			}))
		}
		return a.api().PostMessageContext(ctx, to.ID, opts...)
	}
	channel, ts, err := send(m)
	if a.refused(ctx, op, m, failed(op, err)) {
		channel, ts, err = send(message{Text: m.Text})
	}
	if err != nil {
		return "", failed(op, err)
	}
	ref, ok := messageRef(channel, ts)
	if !ok {
		return "", lost(op)
	}
	a.dms.Store(to.ID, channel)
	return ref, nil
}

// Update redraws a posted card (chat.update), as text alone where it cannot be
// drawn. The metadata of the post stays.
func (a *Adapter) Update(ctx context.Context, ref bot.Ref, c card.Card) error {
	const op = "update"
	channel, ts, err := parseMessageRef(ref)
	if err != nil {
		return err
	}
	ctx, cancel := within(ctx)
	defer cancel()
	m, err := a.draw(ctx, op, c)
	if err != nil {
		return err
	}
	_, got, _, err := a.api().UpdateMessageContext(ctx, channel, ts, options(m)...)
	if a.refused(ctx, op, m, failed(op, err)) {
		// Text without blocks takes the old blocks away.
		_, got, _, err = a.api().UpdateMessageContext(ctx, channel, ts, options(message{Text: m.Text})...)
	}
	if err != nil {
		return gone(failed(op, err))
	}
	if got == "" {
		return lost(op)
	}
	return nil
}

func options(m message) []slack.MsgOption {
	opts := []slack.MsgOption{slack.MsgOptionText(m.Text, false)} // escaped already
	if len(m.Blocks) > 0 {
		opts = append(opts, slack.MsgOptionBlocks(m.Blocks...))
	}
	return opts
}

// draw renders a card and checks it. Where only the blocks are wrong the text is
// left; where the text is wrong too it is Invalid.
func (a *Adapter) draw(ctx context.Context, op string, c card.Card) (message, error) {
	m := renderCard(c)
	if p := checkText(m.Text); len(p) > 0 {
		return m, badCard(op, p)
	}
	if p := checkMessage(m); len(p) > 0 {
		a.log.LogAttrs(ctx, slog.LevelError, "slack: a card breaks Slack's limits, only its text is sent",
			slog.String("op", op), slog.Any("problems", p))
		m.Blocks = nil
	}
	return m, nil
}

// refused says whether Slack refused what was drawn although we thought it good.
func (a *Adapter) refused(ctx context.Context, op string, m message, err error) bool {
	if bot.ReasonOf(err) != bot.ReasonBadCard || len(m.Blocks) == 0 {
		return false
	}
	a.log.LogAttrs(ctx, slog.LevelError, "slack: a card was refused, only its text is sent",
		slog.String("op", op), slog.String("error", err.Error()))
	return true
}

func badCard(op string, problems []string) error {
	return &bot.Error{
		Code: bot.Invalid, Reason: bot.ReasonBadCard, Op: "slack: " + op, Detail: join(problems),
	}
}
