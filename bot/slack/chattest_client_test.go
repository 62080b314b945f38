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

func (c client) message(t testing.TB, ref bot.Ref) (slackfake.Message, bool) {
	t.Helper()
	channel, ts, err := parseMessageRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range c.me.In(channel) {
		if m.TS == ts {
			return m, true
		}
	}
	return slackfake.Message{}, false
}

func (c client) view(t testing.TB, ref bot.Ref) (slackfake.View, bool) {
	t.Helper()
	id, err := parseViewRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range c.me.OpenViews() {
		if v.ID == id {
			return v, true
		}
	}
	return slackfake.View{}, false
}

func (c client) Card(t testing.TB, ref bot.Ref) (chattest.Shown, bool) {
	t.Helper()
	m, ok := c.message(t, ref)
	s := readBlocks(t, m.Blocks, nil, nil).Shown
	s.Text, s.TextOnly = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(m.Text), len(m.Blocks) == 0
	return s, ok
}

func (c client) Form(t testing.TB, ref bot.Ref) (chattest.Shown, bool) {
	t.Helper()
	v, ok := c.view(t, ref)
	s := readBlocks(t, v.Blocks, v.Values, v.Errors).Shown
	s.Title, s.Sends = v.Title, v.Submit
	return s, ok
}

func (c client) Type(t testing.TB, text string) {
	t.Helper()
	c.must(t)(c.me.Command(t.Context(), "/guestsite "+text))
}

func (c client) Press(t testing.TB, ref bot.Ref, n int) *card.Confirm {
	t.Helper()
	var blocks json.RawMessage
	var on slackfake.Ref
	if m, ok := c.onCard(t, ref); ok {
		blocks, on = m.Blocks, m.Ref()
	} else if v, ok := c.view(t, ref); ok {
		blocks, on = v.Blocks, v.Ref()
	}
	keys := readBlocks(t, blocks, nil, nil).keys
	if n < 0 || n >= len(keys) {
		t.Fatalf("there is no button %d on %s", n, ref)
	}
	out := c.must(t)(c.me.Click(t.Context(), on, keys[n]))
	if q := out.Confirm; q != nil {
		return &card.Confirm{Title: q.Title, Text: q.Text, Yes: q.Confirm, No: q.Deny}
	}
	return nil
}

func (c client) onCard(t testing.TB, ref bot.Ref) (slackfake.Message, bool) {
	t.Helper()
	if _, _, err := parseMessageRef(ref); err != nil {
		return slackfake.Message{}, false
	}
	return c.message(t, ref)
}

func (c client) Fill(t testing.TB, ref bot.Ref, f card.Field, values ...string) {
	t.Helper()
	v, ok := c.view(t, ref)
	if !ok {
		t.Fatalf("no form %s", ref)
	}
	var block string
	for _, b := range readBlocks(t, v.Blocks, nil, nil).inputs {
		if id, _ := fieldOf(b); id == f.ID {
			block = b
		}
	}
	switch f.Kind {
	case card.OnePerson, card.People, card.OneSite: // only what was offered can be picked
		if _, out, err := c.me.Suggest(t.Context(), v.Ref(), block, "li"); err != nil || !out.OK() {
			t.Fatalf("nothing is offered at %s: %+v, %v", f.ID, out, err)
		}
	default:
	}
	c.must(t)(c.me.Fill(t.Context(), v.Ref(), block, values...))
}

func (c client) Send(t testing.TB, _ bot.Ref) {
	t.Helper()
	c.must(t)(c.me.Submit(t.Context()))
}

// Dismiss closes what is open, the form and what lies over it.
func (c client) Dismiss(t testing.TB, _ bot.Ref) {
	t.Helper()
	if len(c.me.OpenViews()) > 0 {
		c.must(t)(c.me.CloseAll(t.Context()))
	}
}

func (c client) Repeat(t testing.TB) {
	t.Helper()
	if r, err := c.me.Replay(t.Context()); err != nil || r.Status != 200 {
		t.Fatalf("delivered again: %d, %v", r.Status, err)
	}
}

func (c client) Reads(t testing.TB, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err := c.r.fake.Wait(ctx, func() bool {
		return slices.ContainsFunc(c.me.Messages(), func(m slackfake.Message) bool { return strings.Contains(m.Text, text) }) ||
			slices.ContainsFunc(c.me.OpenViews(), func(v slackfake.View) bool { return strings.Contains(c.r.fake.ViewText(v), text) })
	})
	if err != nil {
		t.Fatalf("%q is not to be read: %v in\n%s", text, err, c.r.fake.Transcript(c.me.ID()))
	}
}

func (c client) must(t testing.TB) func(slackfake.Outcome, error) slackfake.Outcome {
	t.Helper()
	return func(o slackfake.Outcome, err error) slackfake.Outcome {
		t.Helper()
		if err == nil && !o.OK() {
			err = errors.New(o.Code + ": " + o.Line)
		}
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
}
