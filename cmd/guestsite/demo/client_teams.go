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

// inputOf finds a field's input among those of a card; empty when there is none.
func inputOf(raw json.RawMessage, field string) string {
	var c struct {
		Body []struct {
			Type string `json:"type"`
			ID   string `json:"id"`
		} `json:"body"`
	}
	if json.Unmarshal(raw, &c) != nil {
		return ""
	}
	for _, e := range c.Body {
		if strings.HasPrefix(e.Type, "Input.") && strings.HasSuffix(e.ID, "_"+field) {
			return e.ID
		}
	}
	return ""
}

func (c inTeams) form(field string) (string, bool) {
	m, _, ok := c.open()
	if !ok {
		return "", false
	}
	return c.s.MessageText(m), field == "" || inputOf(m.Card, field) != ""
}

func (c inTeams) hasField(field string) bool {
	m, _, ok := c.open()
	return ok && inputOf(m.Card, field) != ""
}

func (c inTeams) fill(ctx context.Context, field string, values ...string) error {
	m, _, ok := c.open()
	if !ok {
		return errNoForm
	}
	return c.u.Fill(ctx, m.Ref(), inputOf(m.Card, field), values...)
}

func (c inTeams) pick(ctx context.Context, field, typed string) error {
	m, _, ok := c.open()
	if !ok {
		return errNoForm
	}
	id := inputOf(m.Card, field)
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
	m, _, ok := c.open()
	if !ok {
		return errNoForm
	}
	for _, b := range teamsfake.Buttons(m) {
		if carries(b, "close", "") {
			return c.went(c.u.Click(ctx, m.Ref(), b.Key))
		}
	}
	return errNoForm
}

func (c inTeams) messages() []string {
	var out []string
	for _, m := range slices.Backward(c.u.Messages()) {
		out = append(out, c.s.MessageText(m))
	}
	return out
}

// carries says whether a button asks for an action on a part.
func carries(b teamsfake.Button, action, part string) bool {
	var data struct {
		Ours struct {
			Action string `json:"action"`
			Part   string `json:"part"`
		} `json:"guestsite"`
	}
	return json.Unmarshal(b.Data, &data) == nil && data.Ours.Action == action && data.Ours.Part == part
}

func (c inTeams) find(m teamsfake.Message, action, part string) (teamsfake.Button, bool) {
	for _, b := range teamsfake.Buttons(m) {
		if carries(b, action, part) {
			return b, true
		}
	}
	return teamsfake.Button{}, false
}

func (c inTeams) button(action, part string) (button, bool) {
	for _, m := range slices.Backward(c.u.DM()) {
		if b, ok := c.find(m, action, part); ok {
			return button{action, part, b.Title, c.s.MessageText(m), m.Ref(), b.Key}, true
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

func (c inTeams) all() string { return c.s.Transcript(c.u.ID()) }
