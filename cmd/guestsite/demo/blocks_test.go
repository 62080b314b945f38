package demo

import (
	"encoding/json"
	"testing"
)

const shown = `[
	{"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "x"}},
	{"type": "input", "block_id": "f.guests.1", "element": {"type": "plain_text_input"}},
	{"type": "rich_text", "elements": [{"type": "rich_text_section", "text": "not an object"}]},
	{"type": "actions", "block_id": "a", "elements": [
		{"type": "button", "action_id": "b1", "value": "not ours", "text": {"type": "plain_text", "text": "Other"}},
		{"type": "button", "action_id": "b2", "value": "[1,\"approve\",\"G-1\",\"g1\"]", "text": {"type": "plain_text", "text": "Add Anna"}},
		{"type": "button", "action_id": "b3", "value": "[1,\"approve\",\"G-1\",\"g2\"]", "text": {"type": "plain_text", "text": "Add Jan"}}]}]`

func TestBlocks_FindWhatAHandPresses(t *testing.T) {
	t.Parallel()
	raw := json.RawMessage(shown)
	if got := blockOf(raw, "guests"); got != "f.guests.1" {
		t.Errorf("the field is %q", got)
	}
	if got := blockOf(raw, "guest"); got != "" {
		t.Errorf("half a name finds %q", got)
	}
	if key, label := buttonOf(raw, "approve", "g2"); key != "a/b3" || label != "Add Jan" {
		t.Errorf("the button is %q, %q", key, label)
	}
	for _, odd := range []string{"", "null", "{", `{"type": "input"}`, `[{"type": "actions", "elements": [{}]}]`} {
		if key, _ := buttonOf(json.RawMessage(odd), "approve", "g1"); key != "" {
			t.Errorf("%q has a button %q", odd, key)
		}
	}
	if key, _ := buttonOf(raw, "decline", "g1"); key != "" {
		t.Errorf("there is a button %q that is not there", key)
	}
}
