package slack

import (
	"context"
	"log/slog"

	"github.com/slack-go/slack"

	"guestsite/bot"
)

// FindPost looks through the direct messages with a person for a card that Post
// sent with id, newest first, at most 1000 messages back. NotFound when it is not
// there, and also, with a line in the log, when the app may not look: a card twice
// is better than none. To look it needs im:history, and the channel of the direct
// messages, which Slack tells with im:write (conversations.open) or which was seen
// since the start in a post or a message.
func (a *Adapter) FindPost(ctx context.Context, to bot.ChatUser, id string) (bot.Ref, error) {
	const op = "find post"
	if to.Chat != Name || !refID.MatchString(to.ID) || id == "" {
		return "", &bot.Error{Code: bot.Invalid, Op: "slack: " + op}
	}
	ctx, cancel := within(ctx)
	defer cancel()
	channel, err := a.dm(ctx, to.ID)
	if err != nil {
		return "", a.blind(ctx, err)
	}
	p := &slack.GetConversationHistoryParameters{ChannelID: channel, Limit: historyPage, IncludeAllMetadata: true}
	for range historyPages {
		h, err := a.api().GetConversationHistoryContext(ctx, p)
		if err != nil {
			return "", a.blind(ctx, failed(op, err))
		}
		if h == nil || !h.Ok {
			return "", lost(op)
		}
		for _, m := range h.Messages {
			// Only apps can attach metadata, and only ours writes in this channel.
			if m.BotID == "" || m.Metadata.EventType != metadataEvent || m.Metadata.EventPayload["id"] != id {
				continue
			}
			if ref, ok := messageRef(channel, m.Timestamp); ok {
				return ref, nil
			}
		}
		if p.Cursor = h.ResponseMetaData.NextCursor; p.Cursor == "" {
			break
		}
	}
	return "", &bot.Error{Code: bot.NotFound, Op: "slack: " + op}
}

// blind makes a missing permission to look a NotFound.
func (a *Adapter) blind(ctx context.Context, err error) error {
	if bot.ReasonOf(err) != bot.ReasonPermission {
		return err
	}
	a.log.LogAttrs(ctx, slog.LevelWarn, "slack: the app may not look for an earlier post, a card may come twice",
		slog.String("error", err.Error()))
	return &bot.Error{Code: bot.NotFound, Op: "slack: find post", Err: err}
}

// dm gives the channel of the direct messages with a user.
func (a *Adapter) dm(ctx context.Context, user string) (string, error) {
	const op = "find direct messages"
	if c, ok := a.dms.Load(user); ok {
		return c.(string), nil
	}
	c, _, _, err := a.api().OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
	if err != nil {
		return "", failed(op, err)
	}
	if c == nil || !refID.MatchString(c.ID) {
		return "", lost(op)
	}
	a.dms.Store(user, c.ID)
	return c.ID, nil
}
