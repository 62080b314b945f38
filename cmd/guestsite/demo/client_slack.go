package demo

import (
	"context"
	"fmt"
	"slices"

	"guestsite/bot/slack/slackfake"
)

// inSlack is a person's Slack.
type inSlack struct {
	s *slackfake.Server
	u *slackfake.Actor
}

// went turns what came of an act into an error.
func (c inSlack) went(out slackfake.Outcome, err error) error {
	if err == nil && !out.OK() {
		err = fmt.Errorf("%w: %s %s", errRefused, out.Code, out.Line)
	}
	return err
}

func (c inSlack) typed(ctx context.Context, words string) error {
	return c.went(c.u.Command(ctx, "/guestsite "+words))
}

func (c inSlack) form(field string) (string, bool) {
	v, ok := c.u.TopView()
	if !ok {
		return "", false
	}
	return c.s.ViewText(v), v.Submit != "" && (field == "" || blockOf(v.Blocks, field) != "")
}

func (c inSlack) hasField(field string) bool {
	v, ok := c.u.TopView()
	return ok && blockOf(v.Blocks, field) != ""
}

func (c inSlack) fill(ctx context.Context, field string, values ...string) error {
	v, _ := c.u.TopView()
	return c.went(c.u.Fill(ctx, v.Ref(), blockOf(v.Blocks, field), values...))
}

func (c inSlack) pick(ctx context.Context, field, typed string) error {
	v, _ := c.u.TopView()
	key := blockOf(v.Blocks, field)
	options, out, err := c.u.Suggest(ctx, v.Ref(), key, typed)
	if err := c.went(out, err); err != nil {
		return err
	}
	if len(options) == 0 {
		return errNobody
	}
	return c.went(c.u.Fill(ctx, v.Ref(), key, options[0].Value))
}

func (c inSlack) submit(ctx context.Context) error { return c.went(c.u.Submit(ctx)) }

func (c inSlack) leave(ctx context.Context) error { return c.went(c.u.CloseView(ctx)) }

func (c inSlack) messages() []string {
	var out []string
	for _, m := range slices.Backward(c.u.Messages()) {
		out = append(out, c.s.MessageText(m))
	}
	return out
}

func (c inSlack) button(action, part string) (button, bool) {
	for _, m := range slices.Backward(c.u.Messages()) {
		if key, label := buttonOf(m.Blocks, action, part); key != "" {
			return button{action, part, label, c.s.MessageText(m), m.Ref(), key}, true
		}
	}
	return button{}, false
}

func (c inSlack) gone(b button) bool {
	for _, m := range c.u.Messages() {
		if m.Ref() == b.where {
			key, _ := buttonOf(m.Blocks, b.action, b.part)
			return key == ""
		}
	}
	return false
}

func (c inSlack) press(ctx context.Context, b button) error {
	return c.went(c.u.Click(ctx, b.where.(slackfake.Ref), b.key))
}

func (c inSlack) all() string { return c.s.Transcript(c.u.ID()) }
