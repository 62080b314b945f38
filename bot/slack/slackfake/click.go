package slackfake

import (
	"context"
	"maps"
	"time"
)

// Click presses a button, named by action_id, block_id, "block_id/action_id"
// or its text. A confirm dialog is accepted and reported in the Outcome.
func (u *Actor) Click(ctx context.Context, ref Ref, key string) (Outcome, error) {
	u.s.mu.Lock()
	f, c, err := u.reachLocked(ref, key)
	if err == nil && c.kind() != "button" {
		err = notPossible("%q is a %s; use Fill", key, c.kind())
	}
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	extra := obj{"text": deepCopy(c.el["text"])}
	for _, k := range []string{"value", "url", "confirm"} {
		if v, has := c.el[k]; has {
			extra[k] = deepCopy(v)
		}
	}
	payload := u.actionPayloadLocked(f, c, extra)
	u.s.mu.Unlock()
	return u.act(ctx, c, payload)
}

// PressEnter sends the block_actions of a text input whose block has
// dispatch_action and whose trigger is on_enter_pressed.
func (u *Actor) PressEnter(ctx context.Context, ref Ref, key string) (Outcome, error) {
	u.s.mu.Lock()
	f, c, err := u.reachLocked(ref, key)
	if err == nil && (!isText(c.kind()) || !c.dispatch || !dispatchesOn(c, "on_enter_pressed")) {
		err = notPossible("%q sends nothing on Enter", key)
	}
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	payload := u.actionPayloadLocked(f, c, deepCopy(u.valuesLocked(f)[c.block][c.action()]))
	u.s.mu.Unlock()
	return u.act(ctx, c, payload)
}

// dispatchesOn reads dispatch_action_config; the default is Enter only.
func dispatchesOn(c control, event string) bool {
	config, ok := c.el["dispatch_action_config"].(obj)
	if !ok {
		return event == "on_enter_pressed"
	}
	list, _ := config["trigger_actions_on"].([]any)
	for _, e := range list {
		if e == event {
			return true
		}
	}
	return false
}

// reachLocked finds an element that the person can use.
func (u *Actor) reachLocked(ref Ref, key string) (surface, control, error) {
	if _, err := u.meLocked(); err != nil {
		return surface{}, control{}, err
	}
	f, err := u.surfaceLocked(ref)
	if err != nil {
		return surface{}, control{}, err
	}
	c, err := u.findControl(f, key)
	return f, c, err
}

// act sends block_actions. A bad answer shows only a warning mark.
func (u *Actor) act(ctx context.Context, c control, payload obj) (Outcome, error) {
	out, _, err := u.s.sendPayload(ctx, u.id, PathInteractive, payload)
	if err != nil {
		return out, err
	}
	if !out.OK() {
		out.Line = "warning mark beside the element (" + out.Code + ")"
		u.s.mark(u.id, out.Line)
	}
	if d, ok := c.el["confirm"].(obj); ok {
		out.Confirm = &Confirm{
			Title: str(d["title"], "text"), Text: str(d["text"], "text"),
			Confirm: str(d["confirm"], "text"), Deny: str(d["deny"], "text"), Style: str(d, "style"),
		}
	}
	return out, nil
}

// actionPayloadLocked builds a block_actions payload with one action.
func (u *Actor) actionPayloadLocked(f surface, c control, extra obj) obj {
	action := obj{
		"type": c.kind(), "action_id": c.action(), "block_id": c.block, "action_ts": actionTS(time.Now()),
	}
	maps.Copy(action, extra)
	p := u.payloadLocked("block_actions")
	p["actions"] = []any{action}
	u.placeLocked(p, f)
	if f.view != nil {
		p["trigger_id"] = u.s.newTriggerLocked(u.id, f.view.id)
		return p
	}
	p["trigger_id"] = u.s.newTriggerLocked(u.id, "")
	p["state"] = obj{"values": u.valuesLocked(f).json()}
	p["response_url"] = u.s.newURLLocked("actions", u.id, f.conv.id, f.msg.ts)
	return p
}

// placeLocked adds where an interaction happened: the view with its hash and
// state, or the message with its channel. An ephemeral message is not sent back.
func (u *Actor) placeLocked(p obj, f surface) {
	if f.view != nil {
		p["container"] = obj{"type": "view", "view_id": f.view.id}
		p["view"] = u.s.viewJSON(f.view)
		return
	}
	p["container"] = obj{
		"type": "message", "message_ts": f.msg.ts, "channel_id": f.conv.id, "is_ephemeral": f.msg.ephemeralTo != "",
	}
	p["channel"] = obj{"id": f.conv.id, "name": f.conv.typedName()}
	if f.msg.ephemeralTo == "" {
		p["message"] = u.s.messageJSON(f.msg, true)
	}
}

// payloadLocked starts an interaction payload with what all of them have.
func (u *Actor) payloadLocked(kind string) obj {
	me := u.s.users[u.id]
	user := obj{"id": me.ID, "name": me.Name, "team_id": me.TeamID}
	if kind == "block_actions" || kind == "block_suggestion" || kind == "shortcut" {
		user["username"] = me.Name
	}
	return obj{
		"type": kind, "user": user, "team": obj{"id": u.s.opts.TeamID, "domain": u.s.opts.TeamDomain},
		"api_app_id": u.s.opts.AppID, "token": "deprecated", "is_enterprise_install": false,
	}
}
