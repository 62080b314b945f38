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
	wrote  bool // what he did last is that he typed
}

func (c *phone) message(t testing.TB, ref bot.Ref) (teamsfake.Message, bool) {
	t.Helper()
	_, conversation, id, err := parseRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	return c.me.Message(teamsfake.Ref{ConversationID: conversation, ID: id})
}

func (c *phone) Card(t testing.TB, ref bot.Ref) (chattest.Shown, bool) {
	t.Helper()
	m, ok := c.message(t, ref)
	s := readCard(t, m)
	s.TextOnly = !s.refreshes
	return s.Shown, ok
}

func (c *phone) Form(t testing.TB, ref bot.Ref) (chattest.Shown, bool) {
	t.Helper()
	m, ok := c.message(t, ref)
	return readCard(t, m).Shown, ok
}

func (c *phone) Type(t testing.TB, text string) {
	t.Helper()
	c.wrote = true
	c.must(t)(c.me.Say(t.Context(), text))
}

func (c *phone) Press(t testing.TB, ref bot.Ref, n int) *card.Confirm {
	t.Helper()
	m, _ := c.message(t, ref)
	s := readCard(t, m)
	if n < 0 || n >= len(s.pressed) {
		t.Fatalf("there is no button %d on %s", n, ref)
	}
	b := s.pressed[n]
	if b.Type != "Action.ToggleVisibility" {
		c.click(t, m, b)
		return nil
	}
	before := teamsfake.Buttons(m)
	c.click(t, m, b)
	m, _ = c.message(t, ref)
	opened := slices.DeleteFunc(teamsfake.Buttons(m), func(b teamsfake.Button) bool {
		return slices.ContainsFunc(before, func(o teamsfake.Button) bool { return o.Path == b.Path })
	})
	if len(opened) != 2 {
		t.Fatalf("%q opens %d buttons, want yes and no", b.Title, len(opened))
	}
	q := question(t, m, s.does[n])
	if len(q) == 0 {
		t.Fatalf("%q asks nothing", b.Title)
	}
	c.click(t, m, opened[0])
	return &card.Confirm{Title: q[0], Text: strings.Join(q[1:], "\n"), Yes: opened[0].Title, No: opened[1].Title}
}

// question are the texts of the part of a card that an action shows.
func question(t testing.TB, m teamsfake.Message, toggle object) []string {
	t.Helper()
	ids, _ := toggle["targetElements"].([]any)
	var shown object
	if err := json.Unmarshal(m.Card, &shown); err != nil || len(ids) != 1 {
		t.Fatalf("an action shows %v, %v", ids, err)
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

func (c *phone) click(t testing.TB, m teamsfake.Message, b teamsfake.Button) {
	t.Helper()
	c.wrote = false
	c.must(t)(c.me.Click(t.Context(), m.Ref(), b.Path))
}

func (c *phone) Fill(t testing.TB, ref bot.Ref, f card.Field, values ...string) {
	t.Helper()
	m, _ := c.message(t, ref)
	if f.Kind == card.OneSite { // only what was offered can be picked
		if _, out, err := c.me.Suggest(t.Context(), m.Ref(), inputID(f), "li"); err != nil || !out.OK() {
			t.Fatalf("nothing is offered at %s: %+v, %v", f.ID, out, err)
		}
	}
	if err := c.me.Fill(t.Context(), m.Ref(), inputID(f), values...); err != nil {
		t.Fatal(err)
	}
}

func (c *phone) Send(t testing.TB, ref bot.Ref) {
	t.Helper()
	m, _ := c.message(t, ref)
	s := readCard(t, m)
	if s.sends == nil {
		t.Fatalf("nothing sends %s", ref)
	}
	c.click(t, m, *s.sends)
}

// Dismiss also takes the message away: the chat stays short, and so does looking at
// it.
func (c *phone) Dismiss(t testing.TB, ref bot.Ref) {
	t.Helper()
	m, ok := c.message(t, ref)
	if !ok {
		return
	}
	if s := readCard(t, m); s.closes != nil {
		c.click(t, m, *s.closes)
	}
	c.faults.Delete(t, ref)
}

// Repeat comes under another id of the activity, as a second try of the person's
// client does; what was typed keeps its own.
func (c *phone) Repeat(t testing.TB) {
	t.Helper()
	if r, err := c.me.Replay(t.Context(), !c.wrote); err != nil || r.Status != 200 {
		t.Fatalf("delivered again: %d, %v", r.Status, err)
	}
}

func (c *phone) Reads(t testing.TB, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err := c.fake.Wait(ctx, func() bool {
		return slices.ContainsFunc(c.me.DM(), func(m teamsfake.Message) bool {
			all := append(append([]string{m.Text}, m.Notes...), readCard(t, m).Drawn...)
			return strings.Contains(strings.Join(all, "\n"), text)
		})
	})
	if err != nil {
		t.Fatalf("%q is not to be read: %v in\n%s", text, err, c.fake.Transcript(c.me.ID()))
	}
}

func (c *phone) must(t testing.TB) func(teamsfake.Outcome, error) {
	t.Helper()
	return func(o teamsfake.Outcome, err error) {
		t.Helper()
		if err == nil && !o.OK() {
			err = errors.New(o.Code + ": " + o.Line + " " + o.Why)
		}
		if err != nil {
			t.Fatal(err)
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
func readCard(t testing.TB, m teamsfake.Message) screen {
	t.Helper()
	s := screen{values: m.Values}
	if len(m.Card) == 0 {
		return s
	}
	var c object
	if err := json.Unmarshal(m.Card, &c); err != nil {
		t.Fatal(err)
	}
	s.Text, _ = c["fallbackText"].(string)
	_, s.refreshes = c["refresh"]
	s.read(c["body"])
	buttons := teamsfake.Buttons(m)
	buttons = slices.DeleteFunc(buttons, func(b teamsfake.Button) bool { return strings.Contains(b.Path, "selectAction") })
	if len(buttons) != len(s.actions) {
		t.Fatalf("%d actions are on the card and %d can be pressed", len(s.actions), len(buttons))
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
