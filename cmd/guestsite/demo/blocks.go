package demo

import (
	"encoding/json"
	"strings"
)

// block is what a person's hand needs of a Block Kit block.
type block struct {
	Type     string          `json:"type"`
	ID       string          `json:"block_id"`
	Label    json.RawMessage `json:"label"`
	Elements []struct {
		Type   string `json:"type"`
		Action string `json:"action_id"`
		Value  string `json:"value"`
		// Text is an object of a button, and a string of other elements.
		Text json.RawMessage `json:"text"`
	} `json:"elements"`
}

// blockOf finds the input of a field; empty when the form has none.
func blockOf(raw json.RawMessage, field string) string {
	for _, b := range decode(raw) {
		if b.Type == "input" && strings.HasPrefix(b.ID, "f."+field+".") {
			return b.ID
		}
	}
	return ""
}

// buttonOf finds the first button of an action for a part: what to press, and
// its label.
func buttonOf(raw json.RawMessage, action, part string) (key, label string) {
	for _, b := range decode(raw) {
		for _, el := range b.Elements {
			if el.Type == "button" && asksFor(el.Value, action, part) {
				return b.ID + "/" + el.Action, labelOf(el.Text)
			}
		}
	}
	return "", ""
}

// asksFor says whether the value of a button asks for an action on a part.
func asksFor(packed, action, part string) bool {
	var value []any
	return json.Unmarshal([]byte(packed), &value) == nil && len(value) > 3 && value[1] == action && value[3] == part
}

func labelOf(raw json.RawMessage) string {
	var text struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text.Text
}

func decode(raw json.RawMessage) []block {
	var bs []block
	if len(raw) == 0 || json.Unmarshal(raw, &bs) != nil {
		return nil
	}
	return bs
}
