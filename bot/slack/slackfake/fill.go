package slackfake

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Fill sets an input or menu, named like in Click or by its label. Options are
// given by value or text, people by id, dates as 2006-01-02, times as 15:04,
// date-times as Unix seconds; no values clears. Values that the client would
// not accept are refused. When the element dispatches, block_actions is sent
// and the Outcome tells the answer.
func (u *Actor) Fill(ctx context.Context, ref Ref, key string, values ...string) (Outcome, error) {
	u.s.mu.Lock()
	f, c, err := u.reachLocked(ref, key)
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	value, err := u.valueLocked(f, c, values)
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	if c.kind() != "overflow" { // an overflow menu sends but keeps nothing
		u.valuesLocked(f)[c.block][c.action()] = value
	}
	u.s.changedLocked()
	if !c.dispatch || isText(c.kind()) && !dispatchesOn(c, "on_character_entered") {
		u.s.mu.Unlock()
		return Outcome{}, nil
	}
	payload := u.actionPayloadLocked(f, c, deepCopy(value))
	u.s.mu.Unlock()
	return u.act(ctx, c, payload)
}

// valueLocked turns what a person entered into the element's state value.
func (u *Actor) valueLocked(f surface, c control, values []string) (obj, error) {
	kind := c.kind()
	key, _, empty := valueKey(kind)
	if kind == "overflow" {
		key = "selected_option"
	}
	if key == "" || kind == "file_input" {
		return nil, notPossible("%q is a %s and takes no value here", c.label, kind)
	}
	multi := isList(empty)
	if !multi && len(values) > 1 {
		return nil, notPossible("%q takes one value, not %d", c.label, len(values))
	}
	out := obj{"type": kind, key: empty}
	if len(values) == 0 {
		return out, nil
	}
	if isText(kind) {
		if values[0] != "" {
			out[key] = values[0]
		}
		return out, checkTyped(c, values[0])
	}
	picked := []any{}
	for _, v := range values {
		one, err := u.pickLocked(f, c, v)
		if err != nil {
			return nil, err
		}
		picked = append(picked, one)
	}
	if !multi {
		out[key] = picked[0]
		return out, nil
	}
	if n, ok := number(c.el["max_selected_items"]); ok && int64(len(picked)) > n {
		return nil, notPossible("%q takes at most %d choices", c.label, n)
	}
	out[key] = picked
	return out, nil
}

func isList(v any) bool { _, ok := v.([]any); return ok }

func number(v any) (int64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := n.Int64()
	return i, err == nil
}

// checkTyped refuses what a text field does not let one type.
func checkTyped(c control, s string) error {
	limit := int64(3000)
	if n, ok := number(c.el["max_length"]); ok {
		limit = n
	}
	if int64(utf8.RuneCountInString(s)) > limit {
		return notPossible("%q takes at most %d characters", c.label, limit)
	}
	if strings.ContainsAny(s, "\r\n") && c.el["multiline"] != true {
		return notPossible("%q has one line", c.label)
	}
	return nil
}

// pickLocked resolves one choice of a menu or picker.
func (u *Actor) pickLocked(f surface, c control, v string) (any, error) {
	switch strings.TrimPrefix(c.kind(), "multi_") {
	case "static_select", "radio_buttons", "checkboxes", "overflow":
		return pickOption(c, offeredBy(c), v)
	case "external_select":
		return pickOption(c, u.s.offered[u.offerKey(f, c)], v)
	case "users_select":
		if p := u.s.users[v]; p == nil || p.Deleted {
			return nil, notPossible("%q lists no person %s", c.label, v)
		}
		return v, nil
	case "channels_select", "conversations_select":
		if u.s.convs[v] == nil || !u.s.convs[v].has(u.id) {
			return nil, notPossible("%q lists no conversation %s", c.label, v)
		}
		return v, nil
	case "datepicker":
		if _, err := time.Parse(time.DateOnly, v); err != nil {
			return nil, notPossible("%q takes a date like 2026-12-31, not %q", c.label, v)
		}
		return v, nil
	case "timepicker":
		if !timePattern.MatchString(v) {
			return nil, notPossible("%q takes a time like 09:30, not %q", c.label, v)
		}
		return v, nil
	case "datetimepicker":
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || len(v) != 10 {
			return nil, notPossible("%q takes Unix seconds, not %q", c.label, v)
		}
		return n, nil
	}
	return nil, notPossible("%q is a %s, which is not driven here", c.label, c.kind())
}

// offeredBy lists the options an element carries.
func offeredBy(c control) []obj {
	var out []obj
	add := func(v any) {
		list, _ := v.([]any)
		for _, o := range list {
			out = append(out, o.(obj))
		}
	}
	add(c.el["options"])
	groups, _ := c.el["option_groups"].([]any)
	for _, g := range groups {
		add(g.(obj)["options"])
	}
	return out
}

func pickOption(c control, offered []obj, v string) (any, error) {
	for _, match := range []func(obj) bool{
		func(o obj) bool { return o["value"] == v },
		func(o obj) bool { return str(o["text"], "text") == v },
	} {
		if i := slices.IndexFunc(offered, match); i >= 0 {
			return bareOption(offered[i]), nil
		}
	}
	var known []string
	for _, o := range offered {
		known = append(known, str(o, "value")+" \""+str(o["text"], "text")+"\"")
	}
	return nil, notPossible("%q offers no %q; it offers %s", c.label, v, strings.Join(known, ", "))
}

var mailShape = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)

// clientProblem is what the client shows under an input when Submit is
// pressed; "" lets it pass.
func clientProblem(c control, value obj) string {
	if isEmpty(value) {
		if c.optional {
			return ""
		}
		return "Please complete this required field."
	}
	text, _ := value["value"].(string)
	switch c.kind() {
	case "plain_text_input":
		if n, ok := number(c.el["min_length"]); ok && int64(utf8.RuneCountInString(text)) < n {
			return "This entry is too short."
		}
	case "email_text_input":
		if !mailShape.MatchString(text) {
			return "Please enter a valid email address."
		}
	case "url_text_input":
		if !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://") {
			return "Please enter a valid URL."
		}
	case "number_input":
		return numberProblem(c, text)
	}
	return ""
}

func numberProblem(c control, text string) string {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !numberPattern.MatchString(text) {
		return "Please enter a number."
	}
	if c.el["is_decimal_allowed"] != true && strings.Contains(text, ".") {
		return "Please enter a whole number."
	}
	if lo, err := strconv.ParseFloat(str(c.el, "min_value"), 64); err == nil && n < lo {
		return "The number is too small."
	}
	if hi, err := strconv.ParseFloat(str(c.el, "max_value"), 64); err == nil && n > hi {
		return "The number is too large."
	}
	return ""
}
