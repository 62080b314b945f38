package slackfake

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"
)

// defaultMinQuery is how many characters an external select waits for when it
// does not say.
const defaultMinQuery = 3

// Suggest types into an external select and returns the options shown. They
// are what Fill then accepts. A bad answer gives no options and an Outcome
// with a Code; fewer characters than min_query_length cannot be sent.
func (u *Actor) Suggest(ctx context.Context, ref Ref, key, typed string) ([]Option, Outcome, error) {
	u.s.mu.Lock()
	f, c, err := u.reachLocked(ref, key)
	if err == nil && strings.TrimPrefix(c.kind(), "multi_") != "external_select" {
		err = notPossible("%q is a %s, not an external select", key, c.kind())
	}
	least := int64(defaultMinQuery)
	if n, ok := number(c.el["min_query_length"]); ok {
		least = n
	}
	if err == nil && int64(utf8.RuneCountInString(typed)) < least {
		err = notPossible("%q asks after %d characters", key, least)
	}
	if err != nil {
		u.s.mu.Unlock()
		return nil, Outcome{}, err
	}
	p := u.payloadLocked("block_suggestion")
	p["action_id"], p["block_id"], p["value"] = c.action(), c.block, typed
	u.placeLocked(p, f)
	offerKey := u.offerKey(f, c)
	u.s.mu.Unlock()

	out, reply, err := u.s.sendPayload(ctx, u.id, PathOptions, p)
	if err != nil {
		return nil, out, err
	}
	if !out.OK() {
		out.Line = "the menu shows an error (" + out.Code + ")"
		return nil, out, nil
	}
	options, raw, err := readOptions(reply)
	if err != nil {
		out.Code, out.Line = "bad_answer", err.Error()
		return nil, out, nil //nolint:nilerr // a bad answer of the app's is an outcome
	}
	u.s.mu.Lock()
	u.s.offered[offerKey] = raw
	u.s.changedLocked()
	u.s.mu.Unlock()
	return options, out, nil
}

func (u *Actor) offerKey(f surface, c control) string {
	place := ""
	if f.view != nil {
		place = f.view.id
	} else {
		place = f.conv.id + f.msg.ts
	}
	return strings.Join([]string{u.id, place, c.block, c.action()}, " ")
}

// readOptions checks the answer to block_suggestion: options or option_groups,
// at most 100 of each, possibly none.
func readOptions(reply Reply) ([]Option, []obj, error) {
	a, err := decodeObject(reply.Body)
	if err != nil || !reply.isJSON() {
		return nil, nil, fmt.Errorf("the answer is not a JSON object declared as application/json")
	}
	c := newChecker(surfaceModal, nil)
	c.object("", a, "options", "option_groups")
	groups, grouped := a["option_groups"]
	_, flat := a["options"]
	if grouped == flat {
		return nil, nil, fmt.Errorf("exactly one of options and option_groups is required")
	}
	var out []Option
	var raw []obj
	collect := func(ptr, group string, list any) {
		if l, ok := list.([]any); ok && len(l) == 0 {
			return
		}
		for _, v := range c.options(ptr, list, 100, "select") {
			if o, ok := v.(obj); ok {
				raw = append(raw, o)
				out = append(out, Option{Text: str(o["text"], "text"), Value: str(o, "value"), Group: group})
			}
		}
	}
	if flat {
		collect("", "", a["options"])
	} else {
		for i, g := range c.list("/option_groups", groups, 0, 100) {
			ptr := fmt.Sprintf("/option_groups/%d", i)
			if o, ok := c.object(ptr, g, "label", "options"); ok {
				c.text(ptr, o, "label", true, 75, plain)
				collect(ptr, str(o["label"], "text"), o["options"])
			}
		}
	}
	if len(c.problems) > 0 {
		return nil, nil, fmt.Errorf("bad options: %s", strings.Join(c.problems, "; "))
	}
	return out, raw, nil
}
