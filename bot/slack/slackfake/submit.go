package slackfake

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// IncompleteError is what stops a submission in the client, before anything is
// sent: block_id to the text under the field.
type IncompleteError struct{ Fields map[string]string }

func (e *IncompleteError) Error() string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(e.Fields)) {
		parts = append(parts, k+": "+e.Fields[k])
	}
	return "slackfake: the client does not submit: " + strings.Join(parts, "; ")
}

// Submit presses the submit button of the top modal and applies the answer.
// *IncompleteError means that an input stopped it and nothing was sent.
func (u *Actor) Submit(ctx context.Context) (Outcome, error) {
	v, payload, err := u.prepareSubmit()
	if err != nil {
		return Outcome{}, err
	}
	out, reply, err := u.s.sendPayload(ctx, u.id, PathInteractive, payload)
	if err != nil {
		return out, err
	}
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	if out.OK() {
		if err := u.applyAnswer(&out, v, reply); err != nil {
			out.Code, out.Line = "bad_answer", problem(err)
		}
	}
	if !out.OK() {
		v.trouble = true
		reason := out.Line
		if reason == "" {
			reason = out.Code
		}
		out.Line = "We had some trouble connecting. Try again? (" + reason + ")"
		u.s.marks[u.id] = out.Line
	}
	u.s.changedLocked()
	return out, nil
}

func (u *Actor) prepareSubmit() (*view, obj, error) {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	if _, err := u.meLocked(); err != nil {
		return nil, nil, err
	}
	stack := u.s.stacks[u.id]
	if len(stack) == 0 {
		return nil, nil, notPossible("%s has no open modal", u.id)
	}
	v := stack[len(stack)-1]
	if _, has := v.src["submit"]; !has {
		return nil, nil, notPossible("view %q has no submit button", str(v.src["title"], "text"))
	}
	wrong := map[string]string{}
	for _, c := range controls(v.blocks()) {
		if c.input && c.kind() != "rich_text_input" {
			if p := clientProblem(c, v.values[c.block][c.action()]); p != "" {
				wrong[c.block] = p
			}
		}
	}
	v.errors, v.trouble = nil, false
	if len(wrong) > 0 {
		v.errors = wrong
		u.s.changedLocked()
		return nil, nil, &IncompleteError{Fields: maps.Clone(wrong)}
	}
	p := u.payloadLocked("view_submission")
	p["trigger_id"] = u.s.newTriggerLocked(u.id, v.id)
	p["view"] = u.s.viewJSON(v)
	p["response_urls"] = []any{}
	return v, p, nil
}

// applyAnswer carries out response_action. An error means that Slack cannot
// use the answer and the modal shows "trouble connecting".
func (u *Actor) applyAnswer(out *Outcome, v *view, reply Reply) error {
	stack := u.s.stacks[u.id]
	if !slices.Contains(stack, v) {
		return nil // closed or replaced in the meantime
	}
	above := len(stack) - slices.Index(stack, v)
	if len(reply.Body) == 0 {
		out.Answer = "close"
		u.s.closeTopLocked(u.id, above)
		return nil
	}
	if !reply.isJSON() {
		return fmt.Errorf("the answer is not empty and not declared as application/json")
	}
	a, err := decodeObject(reply.Body)
	if err != nil {
		return fmt.Errorf("the answer is not a JSON object")
	}
	out.Answer = str(a, "response_action")
	switch out.Answer {
	case "clear":
		u.s.closeTopLocked(u.id, maxStack)
		return nil
	case "errors":
		return v.showErrors(a["errors"])
	case "update", "push":
	default:
		return fmt.Errorf("unknown response_action %q", out.Answer)
	}
	src, err := u.s.checkView(a["view"], surfaceModal)
	if err != nil {
		return err
	}
	if out.Answer == "push" {
		if len(stack) >= maxStack {
			return fail("push_limit_reached")
		}
		if u.s.externalTaken(str(src, "external_id"), nil) {
			return fail("duplicate_external_id")
		}
		u.s.openViewLocked(u.id, src)
		return nil
	}
	if u.s.externalTaken(str(src, "external_id"), v) {
		return fail("duplicate_external_id")
	}
	v.set(src)
	return nil
}

// showErrors puts texts under inputs; each key must be an input's block_id.
func (v *view) showErrors(raw any) error {
	list, ok := raw.(obj)
	if !ok || len(list) == 0 {
		return fmt.Errorf("errors must be a non-empty object")
	}
	inputs := map[string]bool{}
	for _, c := range controls(v.blocks()) {
		if c.input {
			inputs[c.block] = true
		}
	}
	texts := map[string]string{}
	for block, t := range list {
		text, ok := t.(string)
		if !ok || text == "" {
			return fmt.Errorf("errors/%s is not a text", block)
		}
		if !inputs[block] {
			return fmt.Errorf("errors/%s is not the block_id of an input", block)
		}
		texts[block] = text
	}
	v.errors = texts
	return nil
}

// CloseView presses Cancel or Escape on the top modal. view_closed is sent when
// the view asked for it; clear_on_close takes the whole stack along.
func (u *Actor) CloseView(ctx context.Context) (Outcome, error) { return u.closeViews(ctx, false) }

// CloseAll presses the × that closes the whole stack; view_closed, with
// is_cleared, is sent for each view that asked for it, top first.
func (u *Actor) CloseAll(ctx context.Context) (Outcome, error) { return u.closeViews(ctx, true) }

func (u *Actor) closeViews(ctx context.Context, all bool) (Outcome, error) {
	u.s.mu.Lock()
	if _, err := u.meLocked(); err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	stack := u.s.stacks[u.id]
	if len(stack) == 0 {
		u.s.mu.Unlock()
		return Outcome{}, notPossible("%s has no open modal", u.id)
	}
	n := 1
	cleared := all || stack[len(stack)-1].src["clear_on_close"] == true
	if cleared {
		n = len(stack)
	}
	var payloads []obj
	for _, v := range u.s.closeTopLocked(u.id, n) {
		if v.src["notify_on_close"] == true {
			p := u.payloadLocked("view_closed")
			p["view"], p["is_cleared"] = u.s.viewJSON(v), cleared
			payloads = append(payloads, p)
		}
	}
	u.s.mu.Unlock()
	var last Outcome
	for _, p := range payloads {
		out, _, err := u.s.sendPayload(ctx, u.id, PathInteractive, p)
		if err != nil {
			return out, err
		}
		last = out
	}
	return last, nil
}
