package slack

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/chattest"
	"guestsite/bot/slack/slackfake"
)

// client is Mehmet's Slack, for the suite that every chat passes.
type client struct {
	r  *rig
	me *slackfake.Actor
}

func (c client) message(tb testing.TB, ref bot.Ref) (slackfake.Message, bool) {
	tb.Helper()
	channel, ts, err := parseMessageRef(ref)
	if err != nil {
		tb.Fatal(err)
	}
	for _, m := range c.me.In(channel) {
		if m.TS == ts {
			return m, true
		}
	}
	return slackfake.Message{}, false
}

func (c client) view(tb testing.TB, ref bot.Ref) (slackfake.View, bool) {
	tb.Helper()
	id, err := parseViewRef(ref)
	if err != nil {
		tb.Fatal(err)
	}
	for _, v := range c.me.OpenViews() {
		if v.ID == id {
			return v, true
		}
	}
	return slackfake.View{}, false
}

func (c client) Card(tb testing.TB, ref bot.Ref) (chattest.Shown, bool) {
	tb.Helper()
	m, ok := c.message(tb, ref)
	s := readBlocks(tb, m.Blocks, nil, nil).Shown
	s.Text, s.TextOnly = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(m.Text), len(m.Blocks) == 0
	return s, ok
}

func (c client) Form(tb testing.TB, ref bot.Ref) (chattest.Shown, bool) {
	tb.Helper()
	v, ok := c.view(tb, ref)
	s := readBlocks(tb, v.Blocks, v.Values, v.Errors).Shown
	s.Title, s.Sends = v.Title, v.Submit
	return s, ok
}

func (c client) Type(tb testing.TB, text string) {
	tb.Helper()
	c.must(tb)(c.me.Command(tb.Context(), "/guestsite "+text))
}

func (c client) Press(tb testing.TB, ref bot.Ref, n int) *card.Confirm {
	tb.Helper()
	var blocks json.RawMessage
	var on slackfake.Ref
	if m, ok := c.onCard(tb, ref); ok {
		blocks, on = m.Blocks, m.Ref()
	} else if v, ok := c.view(tb, ref); ok {
		blocks, on = v.Blocks, v.Ref()
	}
	keys := readBlocks(tb, blocks, nil, nil).keys
	if n < 0 || n >= len(keys) {
		tb.Fatalf("there is no button %d on %s", n, ref)
	}
	out := c.must(tb)(c.me.Click(tb.Context(), on, keys[n]))
	if q := out.Confirm; q != nil {
		return &card.Confirm{Title: q.Title, Text: q.Text, Yes: q.Confirm, No: q.Deny}
	}
	return nil
}

func (c client) onCard(tb testing.TB, ref bot.Ref) (slackfake.Message, bool) {
	tb.Helper()
	if _, _, err := parseMessageRef(ref); err != nil {
		return slackfake.Message{}, false
	}
	return c.message(tb, ref)
}

func (c client) Fill(tb testing.TB, ref bot.Ref, f card.Field, values ...string) {
	tb.Helper()
	v, ok := c.view(tb, ref)
	if !ok {
		tb.Fatalf("no form %s", ref)
	}
	var block string
	for _, b := range readBlocks(tb, v.Blocks, nil, nil).inputs {
		if id, _ := fieldOf(b); id == f.ID {
			block = b
		}
	}
	switch f.Kind {
	case card.OnePerson, card.People, card.OneSite: // only what was offered can be picked
		if _, out, err := c.me.Suggest(tb.Context(), v.Ref(), block, "li"); err != nil || !out.OK() {
			tb.Fatalf("nothing is offered at %s: %+v, %v", f.ID, out, err)
		}
	default:
	}
	c.must(tb)(c.me.Fill(tb.Context(), v.Ref(), block, values...))
}

func (c client) Send(tb testing.TB, _ bot.Ref) {
	tb.Helper()
	c.must(tb)(c.me.Submit(tb.Context()))
}

// Dismiss closes what is open, the form and what lies over it.
func (c client) Dismiss(tb testing.TB, _ bot.Ref) {
	tb.Helper()
	if len(c.me.OpenViews()) > 0 {
		c.must(tb)(c.me.CloseAll(tb.Context()))
	}
}

func (c client) Repeat(tb testing.TB) {
	tb.Helper()
	if r, err := c.me.Replay(tb.Context()); err != nil || r.Status != 200 {
		tb.Fatalf("delivered again: %d, %v", r.Status, err)
	}
}

func (c client) Reads(tb testing.TB, text string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 10*time.Second)
	defer cancel()
	err := c.r.fake.Wait(ctx, func() bool {
		return slices.ContainsFunc(c.me.Messages(), func(m slackfake.Message) bool { return strings.Contains(m.Text, text) }) ||
			slices.ContainsFunc(c.me.OpenViews(), func(v slackfake.View) bool { return strings.Contains(c.r.fake.ViewText(v), text) })
	})
	if err != nil {
		tb.Fatalf("%q is not to be read: %v in\n%s", text, err, c.r.fake.Transcript(c.me.ID()))
	}
}

func (c client) must(tb testing.TB) func(slackfake.Outcome, error) slackfake.Outcome {
	tb.Helper()
	return func(o slackfake.Outcome, err error) slackfake.Outcome {
		tb.Helper()
		if err == nil && !o.OK() {
			err = errors.New(o.Code + ": " + o.Line)
		}
		if err != nil {
			tb.Fatal(err)
		}
		return o
	}
}
