package teams

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
	"guestsite/bot/teams/teamsfake"
)

// phone is Mehmet's Teams, for the suite that every chat passes.
type phone struct {
	fake   *teamsfake.Server
	me     *teamsfake.Actor
	faults faults
	// keeps says that what he did last keeps its id when it is sent again: what he
	// typed, and the buttons that serve again (see repeats).
	keeps bool
}

func (c *phone) message(tb testing.TB, ref bot.Ref) (teamsfake.Message, bool) {
	tb.Helper()
	_, conversation, id, err := parseRef(ref)
	if err != nil {
		tb.Fatal(err)
	}
	return c.me.Message(teamsfake.Ref{ConversationID: conversation, ID: id})
}

func (c *phone) Card(tb testing.TB, ref bot.Ref) (chattest.Shown, bool) {
	tb.Helper()
	m, ok := c.message(tb, ref)
	s := readCard(tb, m)
	s.TextOnly = !s.refreshes
	return s.Shown, ok
}

func (c *phone) Form(tb testing.TB, ref bot.Ref) (chattest.Shown, bool) {
	tb.Helper()
	m, ok := c.message(tb, ref)
	return readCard(tb, m).Shown, ok
}

func (c *phone) Type(tb testing.TB, text string) {
	tb.Helper()
	c.keeps = true
	c.must(tb)(c.me.Say(tb.Context(), text))
}

func (c *phone) Press(tb testing.TB, ref bot.Ref, n int) *card.Confirm {
	tb.Helper()
	m, _ := c.message(tb, ref)
	s := readCard(tb, m)
	if n < 0 || n >= len(s.pressed) {
		tb.Fatalf("there is no button %d on %s", n, ref)
	}
	b := s.pressed[n]
	if b.Type != "Action.ToggleVisibility" {
		c.click(tb, m, b)
		return nil
	}
	before := teamsfake.Buttons(m)
	c.click(tb, m, b)
	m, _ = c.message(tb, ref)
	opened := slices.DeleteFunc(teamsfake.Buttons(m), func(b teamsfake.Button) bool {
		return slices.ContainsFunc(before, func(o teamsfake.Button) bool { return o.Path == b.Path })
	})
	if len(opened) != 2 {
		tb.Fatalf("%q opens %d buttons, want yes and no", b.Title, len(opened))
	}
	q := question(tb, m, s.does[n])
	if len(q) == 0 {
		tb.Fatalf("%q asks nothing", b.Title)
	}
	c.click(tb, m, opened[0])
	return &card.Confirm{Title: q[0], Text: strings.Join(q[1:], "\n"), Yes: opened[0].Title, No: opened[1].Title}
}

// question are the texts of the part of a card that an action shows.
func question(tb testing.TB, m teamsfake.Message, toggle object) []string {
	tb.Helper()
	ids, _ := toggle["targetElements"].([]any)
	var shown object
	if err := json.Unmarshal(m.Card, &shown); err != nil || len(ids) != 1 {
		tb.Fatalf("an action shows %v, %v", ids, err)
	}
	var s screen
	body, _ := shown["body"].([]any)
	for _, e := range body {
		if o, _ := e.(map[string]any); o["id"] == ids[0] {
			s.read(o["items"])
		}
	}
	return s.Drawn
}

func (c *phone) click(tb testing.TB, m teamsfake.Message, b teamsfake.Button) {
	tb.Helper()
	p, _, err := readPayload(b.Data)
	c.keeps = err == nil && repeats(card.Action(p.Action))
	c.must(tb)(c.me.Click(tb.Context(), m.Ref(), b.Path))
}

func (c *phone) Fill(tb testing.TB, ref bot.Ref, f card.Field, values ...string) {
	tb.Helper()
	m, _ := c.message(tb, ref)
	if f.Kind == card.OneSite { // only what was offered can be picked
		if _, out, err := c.me.Suggest(tb.Context(), m.Ref(), inputID(f), "li"); err != nil || !out.OK() {
			tb.Fatalf("nothing is offered at %s: %+v, %v", f.ID, out, err)
		}
	}
	if err := c.me.Fill(tb.Context(), m.Ref(), inputID(f), values...); err != nil {
		tb.Fatal(err)
	}
}

func (c *phone) Send(tb testing.TB, ref bot.Ref) {
	tb.Helper()
	m, _ := c.message(tb, ref)
	s := readCard(tb, m)
	if s.sends == nil {
		tb.Fatalf("nothing sends %s", ref)
	}
	c.click(tb, m, *s.sends)
}

// Dismiss also takes the message away: the chat stays short, and so does looking at
// it.
func (c *phone) Dismiss(tb testing.TB, ref bot.Ref) {
	tb.Helper()
	m, ok := c.message(tb, ref)
	if !ok {
		return
	}
	if s := readCard(tb, m); s.closes != nil {
		c.click(tb, m, *s.closes)
	}
	c.faults.Delete(tb, ref)
}

// Repeat comes under another id of the activity, as a second try of the person's
// client does, where that must not make another event of it.
func (c *phone) Repeat(tb testing.TB) {
	tb.Helper()
	if r, err := c.me.Replay(tb.Context(), !c.keeps); err != nil || r.Status != 200 {
		tb.Fatalf("delivered again: %d, %v", r.Status, err)
	}
}

func (c *phone) Reads(tb testing.TB, text string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 10*time.Second)
	defer cancel()
	err := c.fake.Wait(ctx, func() bool {
		return slices.ContainsFunc(c.me.DM(), func(m teamsfake.Message) bool {
			all := append(append([]string{m.Text}, m.Notes...), readCard(tb, m).Drawn...)
			return strings.Contains(strings.Join(all, "\n"), text)
		})
	})
	if err != nil {
		tb.Fatalf("%q is not to be read: %v in\n%s", text, err, c.fake.Transcript(c.me.ID()))
	}
}

func (c *phone) must(tb testing.TB) func(teamsfake.Outcome, error) {
	tb.Helper()
	return func(o teamsfake.Outcome, err error) {
		tb.Helper()
		if err == nil && !o.OK() {
			err = errors.New(o.Code + ": " + o.Line + " " + o.Why)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
}

// screen is what a card shows, with what its actions do.
type screen struct {
	chattest.Shown
	refreshes bool
	pressed   []teamsfake.Button // of Buttons
	does      []object           // what each of them does
	sends     *teamsfake.Button
	closes    *teamsfake.Button
	values    map[string]string
	actions   []object
}

// readCard reads a card as a person does.
func readCard(tb testing.TB, m teamsfake.Message) screen {
	tb.Helper()
	s := screen{values: m.Values}
	if len(m.Card) == 0 {
		return s
	}
	var c object
	if err := json.Unmarshal(m.Card, &c); err != nil {
		tb.Fatal(err)
	}
	s.Text, _ = c["fallbackText"].(string)
	_, s.refreshes = c["refresh"]
	s.read(c["body"])
	buttons := teamsfake.Buttons(m)
	buttons = slices.DeleteFunc(buttons, func(b teamsfake.Button) bool { return strings.Contains(b.Path, "selectAction") })
	if len(buttons) != len(s.actions) {
		tb.Fatalf("%d actions are on the card and %d can be pressed", len(s.actions), len(buttons))
	}
	for i, b := range buttons {
		s.button(b, s.actions[i])
	}
	return s
}

func (s *screen) button(b teamsfake.Button, a object) {
	var data struct {
		Ours payload `json:"guestsite"`
	}
	_ = json.Unmarshal(b.Data, &data) // none where it opens a page or a question
	switch {
	case data.Ours.Do == doSubmit:
		s.sends, s.Sends = &b, b.Title
	case data.Ours.Action == string(card.ActClose):
		s.closes = &b
	default:
		u, _ := a["url"].(string)
		s.pressed, s.does = append(s.pressed, b), append(s.does, a)
		s.Buttons = append(s.Buttons, chattest.Button{Label: b.Title, Spoken: b.Tooltip, URL: u})
	}
}

// read walks the elements that are to be seen, in order.
func (s *screen) read(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			s.read(e)
		}
	case map[string]any:
		kind, _ := v["type"].(string)
		text, _ := v["text"].(string)
		switch {
		case v["isVisible"] == false:
		case kind == "TextRun":
			s.Drawn = append(s.Drawn, text)
		case kind == "ActionSet":
			actions, _ := v["actions"].([]any)
			for _, a := range actions {
				o, _ := a.(map[string]any)
				s.actions = append(s.actions, o)
			}
		case strings.HasPrefix(kind, "Input."):
			s.input(v)
		default:
			s.read(v["inlines"])
			s.read(v["items"])
		}
	}
}

func (s *screen) input(v object) {
	id, _ := v["id"].(string)
	kind, field, _ := fieldOf(id)
	f := chattest.Field{ID: field}
	f.Label, _ = v["label"].(string)
	choices, _ := v["choices"].([]any)
	for _, c := range choices {
		o, _ := c.(map[string]any)
		title, _ := o["title"].(string)
		f.Options = append(f.Options, title)
	}
	if held := s.values[id]; held != "" {
		f.Values = []string{held}
		if kind == card.People {
			f.Values = strings.Split(held, ",")
		}
	}
	s.Fields = append(s.Fields, f)
}
