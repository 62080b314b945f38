package teamsfake

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// datasetUsers is the organisation's people picker; the second form offers the
// members of the conversation only.
const (
	datasetUsers   = "graph.microsoft.com/users"
	datasetMembers = datasetUsers + "?scope=currentContext"
)

// Fill puts values into an input of a card: one, or several for a multi-select
// ChoiceSet, none to empty it. A Toggle takes its valueOn or valueOff. Choices
// must be among those offered: the static ones, what Suggest showed, or for a
// people picker any person's Entra id. Nothing is sent.
func (u *Actor) Fill(_ context.Context, ref Ref, inputID string, values ...string) error {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	f, in, err := u.inputLocked(ref, inputID)
	if err != nil {
		return err
	}
	multi := str(in, "type") == typeChoice && flag(in, "isMultiSelect", false)
	if len(values) > 1 && !multi {
		return notPossible("input %q takes one value", inputID)
	}
	for _, v := range values {
		if err := u.mayEnterLocked(f, in, v); err != nil {
			return err
		}
	}
	f.view.values[inputID] = strings.Join(values, ",")
	u.s.changedLocked()
	return nil
}

// inputLocked finds an input that is on the screen.
func (u *Actor) inputLocked(ref Ref, inputID string) (surface, obj, error) {
	f, err := u.cardLocked(ref)
	if err != nil {
		return f, nil, err
	}
	var known []string
	for _, in := range walk(f.view.card).inputs {
		if !in.shown(f.view.isOpen) {
			continue
		}
		if str(in.input, "id") == inputID {
			return f, in.input, nil
		}
		known = append(known, str(in.input, "id"))
	}
	return f, nil, notPossible("no input %q; there are %s", inputID, strings.Join(known, ", "))
}

func (v *view) isOpen(path string) bool { return v.open[path] }

// mayEnterLocked tells whether a client lets a person enter a value; what only
// a click would check is left to it.
func (u *Actor) mayEnterLocked(f surface, in obj, value string) error {
	id := str(in, "id")
	if value == "" {
		return nil
	}
	switch str(in, "type") {
	case typeToggle:
		on, off := toggleValues(in)
		if value != on && value != off {
			return notPossible("toggle %q is %q or %q", id, on, off)
		}
	case typeNumber:
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			return notPossible("%q is not a number", value)
		}
	case typeDate:
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return notPossible("%q is not a date", value)
		}
	case typeTime:
		if _, err := time.Parse("15:04", value); err != nil {
			return notPossible("%q is not a time", value)
		}
	case typeChoice:
		if !u.isChoiceLocked(f, in, value) {
			return notPossible("%q is not among the choices of %q", value, id)
		}
	}
	return nil
}

func (u *Actor) isChoiceLocked(f surface, in obj, value string) bool {
	if _, found := choiceTitle(in, value); found {
		return true
	}
	switch str(in["choices.data"], "dataset") {
	case "":
		return false
	case datasetUsers:
		return u.s.personLocked(value) != nil
	case datasetMembers:
		return f.conv.has(value)
	}
	return f.view.offered[id(in)+"\x00"+value]
}

func id(e obj) string { return str(e, "id") }

func choiceTitle(in obj, value string) (string, bool) {
	for _, c := range list(in, "choices") {
		if str(c, "value") == value {
			return str(c, "title"), true
		}
	}
	return "", false
}

func toggleValues(in obj) (on, off string) {
	on, off = "true", "false"
	if v := str(in, "valueOn"); v != "" {
		on = v
	}
	if v := str(in, "valueOff"); v != "" {
		off = v
	}
	return on, off
}

// value is what stands in an input, and whether the person touched it.
func (v *view) value(in obj) (string, bool) {
	if value, touched := v.values[id(in)]; touched {
		if value == "" && str(in, "type") == typeToggle {
			_, value = toggleValues(in)
		}
		return value, true
	}
	switch initial := in["value"].(type) {
	case string:
		return initial, false
	case json.Number:
		return initial.String(), false
	}
	if str(in, "type") == typeToggle {
		_, off := toggleValues(in)
		return off, false
	}
	return "", false
}

// inputsFor collects what an action at a place submits. Inputs that are empty
// and were never touched are left out. Hidden inputs are submitted but not
// checked. The error is what keeps the client from sending.
func (s *Server) inputsFor(v *view, at placedAction) (obj, error) {
	out := obj{}
	if strings.EqualFold(str(at.action, "associatedInputs"), "none") {
		return out, nil
	}
	wrong := map[string]string{}
	for _, in := range walk(v.card).inputs {
		if !at.reaches(in.place) {
			continue
		}
		value, touched := v.value(in.input)
		if !in.hidden {
			if problem := invalid(in.input, value); problem != "" {
				wrong[id(in.input)] = problem
			}
		}
		if value == "" && !touched {
			continue
		}
		out[id(in.input)] = value
		if s.opts.NumbersAsJSON && str(in.input, "type") == typeNumber && value != "" {
			out[id(in.input)] = json.Number(value)
		}
	}
	if len(wrong) > 0 {
		return nil, &IncompleteError{Fields: wrong}
	}
	return out, nil
}

// IncompleteError is what stops a click in the client, before anything is sent:
// input id to the text under the field.
type IncompleteError struct{ Fields map[string]string }

func (e *IncompleteError) Error() string {
	parts := make([]string, 0, len(e.Fields))
	for k, v := range e.Fields {
		parts = append(parts, fmt.Sprintf("%s: %s", k, v))
	}
	slices.Sort(parts)
	return "teamsfake: the client does not send: " + strings.Join(parts, "; ")
}
