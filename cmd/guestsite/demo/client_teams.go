package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guestsite/bot/teams/teamsfake"
)

var (
	errRefused = errors.New("refused")
	errNobody  = errors.New("nobody is offered")
	errNoForm  = errors.New("no form is open")
)

// inTeams is a person's Teams. A form is the newest card with something to send.
type inTeams struct {
	s *teamsfake.Server
	u *teamsfake.Actor
}

func (c inTeams) who() (string, string) { return paneTeams, c.u.ID() }

func (c inTeams) line(words string) string { return words }

func (c inTeams) went(out teamsfake.Outcome, err error) error {
	if err == nil && !out.OK() {
		err = fmt.Errorf("%w: %s %s %s", errRefused, out.Code, out.Line, out.Why)
	}
	return err
}

func (c inTeams) typed(ctx context.Context, words string) error { return c.went(c.u.Say(ctx, words)) }

// open finds the newest card with something to send, and its button.
func (c inTeams) open() (teamsfake.Message, string, bool) {
	for _, m := range slices.Backward(c.u.DM()) {
		for _, b := range teamsfake.Buttons(m) {
			if b.Verb == "submit" {
				return m, b.Key, true
			}
		}
	}
	return teamsfake.Message{}, "", false
}

// input is a field of a card.
type input struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Label   string `json:"label"`
	Choices []struct {
		Title string `json:"title"`
		Value string `json:"value"`
	} `json:"choices"`
}

// inputOf finds a field's input among those of a card; one without an id when there
// is none.
func inputOf(raw json.RawMessage, field string) input {
	var c struct {
		Body []input `json:"body"`
	}
	if json.Unmarshal(raw, &c) != nil {
		return input{}
	}
	for _, e := range c.Body {
		if strings.HasPrefix(e.Type, "Input.") && strings.HasSuffix(e.ID, "_"+field) {
			return e
		}
	}
	return input{}
}

func (c inTeams) form(field string) (string, bool) {
	m, _, ok := c.open()
	if !ok {
		return "", false
	}
	return c.s.MessageText(m), field == "" || inputOf(m.Card, field).ID != ""
}

func (c inTeams) hasField(field string) bool {
	m, _, ok := c.open()
	return ok && inputOf(m.Card, field).ID != ""
}

func (c inTeams) label(field string) string {
	m, _, _ := c.open()
	if l := inputOf(m.Card, field).Label; l != "" {
		return l
	}
	return field
}

func (c inTeams) holds(field string) (entered, bool) {
	m, _, ok := c.open()
	in := inputOf(m.Card, field)
	if !ok || in.ID == "" {
		return entered{}, false
	}
	var e entered
	v := m.Values[in.ID]
	if v == "" {
		return e, true
	}
	e.values = []string{v}
	if in.Type == "Input.ChoiceSet" {
		e.values = strings.Split(v, ",")
	}
	for _, v := range e.values {
		label := v
		for _, choice := range in.Choices {
			if choice.Value == v {
				label = choice.Title
			}
		}
		if u, known := c.s.User(v); known {
			label = u.Name
		}
		e.labels = append(e.labels, label)
	}
	return e, true
}

func (c inTeams) fill(ctx context.Context, field string, values ...string) error {
	m, _, ok := c.open()
	if !ok {
		return errNoForm
	}
	return c.u.Fill(ctx, m.Ref(), inputOf(m.Card, field).ID, values...)
}

func (c inTeams) pick(ctx context.Context, field, typed string) error {
	m, _, ok := c.open()
	if !ok {
		return errNoForm
	}
	id := inputOf(m.Card, field).ID
	choices, out, err := c.u.Suggest(ctx, m.Ref(), id, typed)
	if err := c.went(out, err); err != nil {
		return err
	}
	if len(choices) == 0 {
		return errNobody
	}
	return c.u.Fill(ctx, m.Ref(), id, choices[0].Value)
}

func (c inTeams) submit(ctx context.Context) error {
	m, key, ok := c.open()
	if !ok {
		return errNoForm
	}
	return c.went(c.u.Click(ctx, m.Ref(), key))
}

func (c inTeams) leave(ctx context.Context) error {
	m, key, ok := c.closer()
	if !ok {
		return errNoForm
	}
	return c.went(c.u.Click(ctx, m.Ref(), key))
}

// closer finds what puts the form away.
func (c inTeams) closer() (teamsfake.Message, string, bool) {
	m, _, ok := c.open()
	if !ok {
		return m, "", false
	}
	for _, b := range teamsfake.Buttons(m) {
		if carries(b.Data, "close", "") {
			return m, b.Key, true
		}
	}
	return m, "", false
}

func (c inTeams) messages() []note {
	var out []note
	for _, m := range slices.Backward(c.u.Messages()) {
		out = append(out, note{m.ID, c.s.MessageText(m)})
	}
	return out
}

// payload is what a button of ours carries.
type payload struct {
	Ours struct {
		Do     string `json:"do"`
		Action string `json:"action"`
		Part   string `json:"part"`
	} `json:"guestsite"`
}

// carries says whether a button asks for an action on a part.
func carries(data json.RawMessage, action, part string) bool {
	var p payload
	return json.Unmarshal(data, &p) == nil && p.Ours.Action == action && p.Ours.Part == part
}

func (c inTeams) find(m teamsfake.Message, action, part string) (teamsfake.Button, bool) {
	for _, b := range teamsfake.Buttons(m) {
		if carries(b.Data, action, part) {
			return b, true
		}
	}
	return teamsfake.Button{}, false
}

func (c inTeams) button(action, part string) (button, bool) {
	for _, m := range slices.Backward(c.u.DM()) {
		if b, ok := c.find(m, action, part); ok {
			return button{action, part, b.Title, c.s.MessageText(m), m.Ref(), m.ID, b.Key}, true
		}
	}
	return button{}, false
}

func (c inTeams) gone(b button) bool {
	m, ok := c.u.Message(b.where.(teamsfake.Ref))
	if !ok {
		return false
	}
	_, left := c.find(m, b.action, b.part)
	return !left
}

func (c inTeams) press(ctx context.Context, b button) error {
	return c.went(c.u.Click(ctx, b.where.(teamsfake.Ref), b.key))
}

func (c inTeams) atField(field string) Target {
	m, _, _ := c.open()
	return Target{Pane: paneTeams, Person: c.u.ID(), Msg: m.ID, Key: inputOf(m.Card, field).ID}
}

func (c inTeams) atEnd(key string) Target {
	m, press, ok := c.open()
	if key == keyClose {
		m, press, ok = c.closer()
	}
	if !ok {
		return Target{Pane: paneTeams, Person: c.u.ID()}
	}
	return Target{Pane: paneTeams, Person: c.u.ID(), Msg: m.ID, Key: press}
}

func (c inTeams) endLabel(key string) string {
	m, press, _ := c.open()
	if key == keyClose {
		m, press, _ = c.closer()
	}
	for _, b := range teamsfake.Buttons(m) {
		if b.Key == press {
			return b.Title
		}
	}
	return ""
}

func (c inTeams) newest() int {
	wire := c.s.Wire()
	if len(wire) == 0 {
		return 0
	}
	return wire[len(wire)-1].Seq
}

func (c inTeams) heard(after int, what asked) (int, bool) {
	kind := "invoke adaptiveCard/action"
	if what.what == askLine {
		kind = "message"
	}
	for _, e := range c.s.Wire(kind) {
		if e.Seq > after && e.User == c.u.ID() && e.Direction == teamsfake.ToApp && fitsTeams(e.Request, what) {
			return e.Seq, true
		}
	}
	return 0, false
}

func fitsTeams(request json.RawMessage, what asked) bool {
	var a struct {
		Text  string `json:"text"`
		Value struct {
			Action struct {
				Data payload `json:"data"`
			} `json:"action"`
		} `json:"value"`
	}
	if json.Unmarshal(request, &a) != nil {
		return false
	}
	ours := a.Value.Action.Data.Ours
	switch what.what {
	case askLine:
		return strings.EqualFold(strings.Join(strings.Fields(a.Text), " "), what.line)
	case askPress:
		return ours.Do == "press" && ours.Action == what.action && ours.Part == what.part
	}
	return ours.Do == what.what
}

func (c inTeams) all() string { return c.s.Transcript(c.u.ID()) }
