package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"guestsite/bot"
	"guestsite/bot/card"
)

// ephemeral is a private message, as a response URL and the answer to a command
// take it ("Handling user interaction: message responses").
type ephemeral struct {
	ResponseType    string        `json:"response_type"`
	ReplaceOriginal *bool         `json:"replace_original,omitempty"`
	Text            string        `json:"text"`
	Blocks          []slack.Block `json:"blocks,omitempty"`
}

func private(m message) ephemeral {
	return ephemeral{ResponseType: "ephemeral", Text: m.Text, Blocks: m.Blocks}
}

// beside is a private message that leaves the card that was clicked alone.
func beside(m message) ephemeral {
	e := private(m)
	e.ReplaceOriginal = new(false)
	return e
}

// dmReply begins the handle of a reply where Slack gave no response URL (forms,
// shortcuts, messages); the user's id follows. It is answered by a direct message,
// which is private too.
const dmReply = "dm:"

// Whisper shows a card to one person by the response URL of what he did, or as a
// direct message where there was none. It is NotFound without a handle, and Expired
// once the URL is used up: five posts, 30 minutes. The URL must point to a
// configured host; it is a secret and appears in no error.
func (a *Adapter) Whisper(ctx context.Context, reply string, c card.Card) error {
	const op = "whisper"
	if reply == "" {
		return &bot.Error{Code: bot.NotFound, Op: "slack: " + op, Detail: "no response URL"}
	}
	if id, ok := strings.CutPrefix(reply, dmReply); ok {
		_, err := a.Post(ctx, bot.ChatUser{Chat: Name, ID: id}, "", c)
		return err
	}
	u, err := url.Parse(reply)
	if err != nil || !safeURL(u) || !slices.Contains(a.hookHosts, u.Host) {
		return &bot.Error{Code: bot.Forbidden, Op: "slack: " + op, Detail: "the response URL is not Slack's"}
	}
	ctx, cancel := within(ctx)
	defer cancel()
	m, err := a.draw(ctx, op, c)
	if err != nil {
		return err
	}
	err = a.hook(ctx, u, beside(m))
	if a.refused(ctx, op, m, err) {
		err = a.hook(ctx, u, beside(message{Text: m.Text}))
	}
	return err
}

// hook posts to a response URL; any 2xx is a success.
func (a *Adapter) hook(ctx context.Context, u *url.URL, e ephemeral) error {
	const op = "whisper"
	body, err := json.Marshal(e)
	if err != nil {
		return &bot.Error{Code: bot.Internal, Op: "slack: " + op, Err: err}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return &bot.Error{Code: bot.Internal, Op: "slack: " + op, Detail: "cannot make the request"}
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := a.hooks.Do(req)
	if err != nil {
		return failed(op, err)
	}
	defer func() { _ = res.Body.Close() }()
	said, _ := io.ReadAll(io.LimitReader(res.Body, 4096))
	return hookError(res, string(said))
}

func hookError(res *http.Response, said string) error {
	e := &bot.Error{Op: "slack: whisper", Detail: fmt.Sprintf("HTTP %d", res.StatusCode)}
	switch s := res.StatusCode; {
	case s >= 200 && s < 300:
		return nil
	case s == http.StatusTooManyRequests:
		e.Code = bot.Throttled
		if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 {
			e.After = time.Duration(n) * time.Second
		}
	case s >= 500:
		e.Code, e.Unclear = bot.Unavailable, true
	case s == http.StatusNotFound, strings.Contains(said, "expired_url"), strings.Contains(said, "used_url"):
		e.Code = bot.Expired
	case strings.Contains(said, "invalid_blocks"), strings.Contains(said, "no_text"):
		e.Code, e.Reason = bot.Invalid, bot.ReasonBadCard
	default: // a redirect too: it is not followed
		e.Code = bot.Internal
	}
	return e
}
