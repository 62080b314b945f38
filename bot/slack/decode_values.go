package slack

import (
	"bytes"
	"encoding/json"
	"strings"

	"guestsite/bot"
)

// stateValue is one answer in state.values; which field holds it depends on type.
type stateValue struct {
	Type  string  `json:"type"`
	Value *string `json:"value"`
	One   *struct {
		Value string `json:"value"`
	} `json:"selected_option"`
	Many []struct {
		Value string `json:"value"`
	} `json:"selected_options"`
	Date *string `json:"selected_date"`
}

// list gives the answer's values; an empty answer has none.
func (v stateValue) list() []string {
	one := func(s *string) []string {
		if s == nil || strings.TrimSpace(*s) == "" {
			return nil
		}
		return []string{*s}
	}
	switch v.Type {
	case "plain_text_input":
		return one(v.Value)
	case "static_select", "external_select", "radio_buttons":
		if v.One != nil {
			return one(&v.One.Value)
		}
	case "multi_external_select", "multi_static_select":
		var out []string
		for _, o := range v.Many {
			out = append(out, one(&o.Value)...)
		}
		return out
	case "datepicker":
		return one(v.Date)
	}
	return nil
}

// answers gives the values by field id, and what stands on the screen. Inputs that
// are not ours are left out. An empty state may come as a list.
func (v *view) answers() (map[string][]string, map[string]shown, error) {
	var state map[string]map[string]stateValue
	if raw := bytes.TrimSpace(v.State.Values); len(raw) > 0 && !bytes.Equal(raw, []byte("[]")) {
		if err := json.Unmarshal(raw, &state); err != nil {
			return nil, nil, &bot.Error{Code: bot.Invalid, Op: "slack: read answers", Err: err}
		}
	}
	values, screen := map[string][]string{}, map[string]shown{}
	for block, actions := range state {
		field, ok := fieldOf(block)
		if !ok {
			continue
		}
		for id, answer := range actions {
			if _, ok := kindOf(id); !ok {
				continue
			}
			l := answer.list()
			screen[field] = shown{block: block, values: l}
			if len(l) > 0 {
				values[field] = l
			}
		}
	}
	for _, b := range v.Blocks {
		if field, ok := fieldOf(b.BlockID); ok && b.Type == "input" {
			if _, known := screen[field]; !known {
				screen[field] = shown{block: b.BlockID}
			}
		}
	}
	return values, screen, nil
}

// firstInput is the block of the first input on the screen; empty without one.
func (v *view) firstInput() string {
	for _, b := range v.Blocks {
		if _, ok := fieldOf(b.BlockID); ok && b.Type == "input" {
			return b.BlockID
		}
	}
	return ""
}
