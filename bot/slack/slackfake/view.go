package slackfake

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// viewState is state.values: block_id, then action_id, then the value object.
type viewState map[string]map[string]obj

// view is an open modal or a published Home tab.
type view struct {
	id, user, hash string
	root, previous string
	src            obj // as validated, ids filled in
	values         viewState
	errors         map[string]string // block_id to the text under the field
	trouble        bool              // the last submission failed: "trouble connecting"
}

func (v *view) blocks() []any { b, _ := v.src["blocks"].([]any); return b }

func (v *view) kind() string { return str(v.src, "type") }

func (v *view) externalID() string { return str(v.src, "external_id") }

// set puts new content into a view. What was typed survives only where
// block_id, action_id and element type stay the same.
func (v *view) set(src obj) {
	old := v.values
	v.src = src
	v.hash = fmt.Sprintf("%d.%s", time.Now().Unix(), randomHex(4))
	v.errors, v.trouble = nil, false
	v.values = initialValues(v.blocks())
	for block, actions := range v.values {
		for action, fresh := range actions {
			if kept := old[block][action]; kept != nil && kept["type"] == fresh["type"] {
				actions[action] = kept
			}
		}
	}
}

// json is the view as the API and the payloads show it.
func (s *Server) viewJSON(v *view) obj {
	o := obj{
		"id": v.id, "team_id": s.opts.TeamID, "type": v.kind(), "hash": v.hash,
		"blocks": deepCopy(v.blocks()), "private_metadata": str(v.src, "private_metadata"),
		"callback_id": str(v.src, "callback_id"), "external_id": v.externalID(),
		"state":          obj{"values": v.values.json()},
		"clear_on_close": v.src["clear_on_close"] == true, "notify_on_close": v.src["notify_on_close"] == true,
		"root_view_id": v.root, "previous_view_id": nil, "app_id": s.opts.AppID,
		"app_installed_team_id": s.opts.TeamID, "bot_id": s.opts.BotID,
		"title": obj{"type": plain, "text": "View Title", "emoji": true}, "close": nil, "submit": nil,
	}
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	for _, key := range []string{"title", "close", "submit"} {
		if t, has := v.src[key]; has {
			o[key] = filled(t)
		}
	}
	return o
}

func filled(v any) any {
	v = deepCopy(v)
	fillText(v)
	return v
}

func (st viewState) json() obj {
	out := obj{}
	for block, actions := range st {
		values := obj{}
		for action, value := range actions {
			values[action] = deepCopy(value)
		}
		out[block] = values
	}
	return out
}

// control is one element a person can use, with the block it stands in.
type control struct {
	block    string // block_id
	el       obj
	label    string // what a person reads: the input's label or the button's text
	input    bool   // stands in an input block
	optional bool
	dispatch bool // using it sends block_actions
}

func (c control) kind() string   { return str(c.el, "type") }
func (c control) action() string { return str(c.el, "action_id") }

// controls lists the elements in reading order.
func controls(blocks []any) []control {
	var out []control
	for _, v := range blocks {
		b, _ := v.(obj)
		id := str(b, "block_id")
		add := func(v any) {
			el, ok := v.(obj)
			if !ok || str(el, "action_id") == "" {
				return
			}
			label := str(el["text"], "text")
			if label == "" {
				label = str(el["placeholder"], "text")
			}
			out = append(out, control{block: id, el: el, label: label, dispatch: true})
		}
		switch str(b, "type") {
		case "input":
			if el, ok := b["element"].(obj); ok {
				out = append(out, control{
					block: id, el: el, label: str(b["label"], "text"), input: true,
					optional: b["optional"] == true, dispatch: b["dispatch_action"] == true,
				})
			}
		case "section":
			add(b["accessory"])
		case "actions":
			addAll(b["elements"], add)
		case "card":
			addAll(b["actions"], add)
		case "container":
			children, _ := b["child_blocks"].([]any)
			out = append(out, controls(children)...)
		}
	}
	return out
}

func addAll(list any, add func(any)) {
	l, _ := list.([]any)
	for _, e := range l {
		add(e)
	}
}

// initialValues is the state of fresh blocks: presets, else null or empty.
func initialValues(blocks []any) viewState {
	out := viewState{}
	for _, c := range controls(blocks) {
		key, preset, empty := valueKey(c.kind())
		if key == "" {
			continue
		}
		value := obj{"type": c.kind(), key: empty}
		if p, has := c.el[preset]; has {
			value[key] = presetValue(key, p)
		}
		if out[c.block] == nil {
			out[c.block] = map[string]obj{}
		}
		out[c.block][c.action()] = value
	}
	return out
}

func presetValue(key string, p any) any {
	switch key {
	case "selected_option":
		return bareOption(p)
	case "selected_options":
		list, _ := p.([]any)
		out := []any{}
		for _, o := range list {
			out = append(out, bareOption(o))
		}
		return out
	case "value":
		if p == "" {
			return nil
		}
	}
	return p
}

// bareOption is an option as state and actions show it: text and value.
func bareOption(v any) obj {
	o, _ := v.(obj)
	return obj{"text": filled(o["text"]), "value": o["value"]}
}

// valueKey names the state field of an element type, the field that presets
// it, and its empty value; an empty key means that the element has no state.
func valueKey(kind string) (key, preset string, empty any) {
	switch kind {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		return "value", "initial_value", nil
	case "static_select", "external_select", "radio_buttons":
		return "selected_option", "initial_option", nil
	case "checkboxes", "multi_static_select", "multi_external_select":
		return "selected_options", "initial_options", []any{}
	case "users_select":
		return "selected_user", "initial_user", nil
	case "multi_users_select":
		return "selected_users", "initial_users", []any{}
	case "conversations_select":
		return "selected_conversation", "initial_conversation", nil
	case "multi_conversations_select":
		return "selected_conversations", "initial_conversations", []any{}
	case "channels_select":
		return "selected_channel", "initial_channel", nil
	case "multi_channels_select":
		return "selected_channels", "initial_channels", []any{}
	case "datepicker":
		return "selected_date", "initial_date", nil
	case "timepicker":
		return "selected_time", "initial_time", nil
	case "datetimepicker":
		return "selected_date_time", "initial_date_time", nil
	case "file_input":
		return "files", "", []any{}
	}
	return "", "", nil
}

// isEmpty tells whether a state value holds nothing.
func isEmpty(value obj) bool {
	key, _, _ := valueKey(str(value, "type"))
	switch v := value[key].(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case string:
		return v == ""
	}
	return false
}

// openViewLocked puts a new view on top of a person's stack.
func (s *Server) openViewLocked(userID string, src obj) *view {
	v := &view{id: newID("V"), user: userID}
	v.root = v.id
	if stack := s.stacks[userID]; len(stack) > 0 {
		v.root, v.previous = stack[0].id, stack[len(stack)-1].id
	}
	v.set(src)
	s.views[v.id] = v
	s.stacks[userID] = append(s.stacks[userID], v)
	s.changedLocked()
	return v
}

// closeTopLocked removes n views from the top of a stack and returns them, top
// first.
func (s *Server) closeTopLocked(userID string, n int) []*view {
	stack := s.stacks[userID]
	n = min(n, len(stack))
	gone := slices.Clone(stack[len(stack)-n:])
	slices.Reverse(gone)
	for _, v := range gone {
		delete(s.views, v.id)
	}
	s.stacks[userID] = slices.Clone(stack[:len(stack)-n])
	s.changedLocked()
	return gone
}

// externalTaken tells whether another open view uses an external_id.
func (s *Server) externalTaken(id string, except *view) bool {
	if id == "" {
		return false
	}
	for v := range maps.Values(s.views) {
		if v != except && v.externalID() == id {
			return true
		}
	}
	return false
}
