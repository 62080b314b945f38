package teamsfake

import (
	"context"
	"fmt"
	"maps"
	"strings"
)

// Click presses an action of a card as the person sees it. Key is the action's
// path or id, or else its verb or title; it must name one action. Execute and
// Submit are sent to the bot, unless an input stops them (*IncompleteError);
// the others act in the client.
func (u *Actor) Click(ctx context.Context, ref Ref, key string) (Outcome, error) {
	return u.press(ctx, ref, key, false)
}

// ClickOld presses an action in a client that does not know Action.Execute: the
// action's fallback takes its place.
func (u *Actor) ClickOld(ctx context.Context, ref Ref, key string) (Outcome, error) {
	return u.press(ctx, ref, key, true)
}

func (u *Actor) press(ctx context.Context, ref Ref, key string, old bool) (Outcome, error) {
	u.s.mu.Lock()
	f, err := u.cardLocked(ref)
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	at, err := findAction(f.view, key)
	if err == nil && old && str(at.action, "type") == typeExecute {
		fallback := child(at.action, "fallback")
		if fallback == nil {
			err = notPossible("an old client does not show %q, which has no fallback", key)
		}
		at.action = fallback
	}
	var d *delivery
	var out Outcome
	if err == nil {
		d, out, err = u.pressLocked(f, at)
	}
	u.s.mu.Unlock()
	if err != nil || d == nil {
		return out, err
	}
	switch d.kind {
	case "message":
		return u.s.sendAsync(ctx, d)
	case "invoke " + invokeFetch, "invoke " + invokeSubmit:
		return u.s.send(ctx, d, u.s.opts.DialogDeadline, dialogResends)
	}
	return u.s.send(ctx, d, u.s.opts.Deadline, u.s.opts.ClickResends)
}

// pressLocked does what an action does in the client and returns what it sends.
func (u *Actor) pressLocked(f surface, at placedAction) (*delivery, Outcome, error) {
	switch kind := str(at.action, "type"); kind {
	case typeVisible:
		toggle(f.view.card, list(at.action, "targetElements"))
	case typeShowCard:
		f.view.open[at.path] = !f.view.open[at.path]
	case typeOpenURL:
		url := str(at.action, "url")
		u.s.opened[u.id] = append(u.s.opened[u.id], url)
		u.s.changedLocked()
		return nil, Outcome{URL: url}, nil
	case typeExecute, typeSubmit:
		if err := u.s.listensLocked(f.conv); err != nil {
			return nil, Outcome{}, err
		}
		if f.dialog != nil && kind == typeExecute {
			return nil, Outcome{}, notPossible("Action.Execute does nothing in a dialog; use Action.Submit")
		}
		inputs, err := u.s.inputsFor(f.view, at)
		if err != nil {
			return nil, Outcome{}, err
		}
		if kind == typeSubmit {
			d, err := u.submitLocked(f, at.action, inputs)
			return d, Outcome{}, err
		}
		return u.executeLocked(f, at.action, inputs), Outcome{}, nil
	default:
		return nil, Outcome{}, notPossible("a client cannot press %q", kind)
	}
	u.s.changedLocked()
	return nil, Outcome{}, nil
}

// findAction finds the one action that a person can press and key names.
func findAction(v *view, key string) (placedAction, error) {
	shown := pressable(v.card, v.isOpen)
	var known []string
	for _, same := range []func(placedAction) bool{
		func(a placedAction) bool { return key == a.path },
		func(a placedAction) bool { return key == str(a.action, "id") },
		func(a placedAction) bool { return key == str(a.action, "verb") },
		func(a placedAction) bool { return key == str(a.action, "title") },
	} {
		var found []placedAction
		for _, a := range shown {
			if key != "" && same(a) {
				found = append(found, a)
			}
		}
		if len(found) == 1 {
			return found[0], nil
		}
		if len(found) > 1 {
			return placedAction{}, notPossible("%q names %d actions", key, len(found))
		}
	}
	for _, a := range shown {
		known = append(known, fmt.Sprintf("%s %q", a.path, str(a.action, "title")))
	}
	return placedAction{}, notPossible("no action %q; there are %s", key, strings.Join(known, ", "))
}

// toggle shows or hides elements anywhere in a card.
func toggle(v any, targets []any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			toggle(e, targets)
		}
	case obj:
		for _, t := range targets {
			if id(v) == "" || id(v) != targetID(t) || strings.HasPrefix(str(v, "type"), "Action.") {
				continue
			}
			visible := !flag(v, "isVisible", true)
			v["isVisible"] = flag(t, "isVisible", visible)
		}
		for _, e := range v {
			toggle(e, targets)
		}
	}
}

// submitLocked makes the message of an Action.Submit: value is the action's
// data merged with the inputs, no text, unless data.msteams says otherwise.
func (u *Actor) submitLocked(f surface, action, inputs obj) (*delivery, error) {
	value := action["data"]
	if text, ok := value.(string); !ok || len(inputs) > 0 {
		data := obj{}
		if ok { // a text has no place among inputs
			data["data"] = text
		}
		maps.Copy(data, deepCopy(child(action, "data")))
		maps.Copy(data, inputs)
		value = data
	}
	if f.dialog != nil { // where msteams has no meaning
		return u.s.dialogInvokeLocked(f, invokeSubmit, value), nil
	}
	behaviour := child(value, "msteams")
	id := newEventID()
	text := ""
	switch kind := str(behaviour, "type"); kind {
	case "", "messageBack":
		if kind != "" {
			text = str(behaviour, "text")
			if v, has := behaviour["value"]; has {
				value = v
			}
			if shown := str(behaviour, "displayText"); shown != "" {
				id = u.s.addMessageLocked(f.conv, f.thread, &message{author: u.id, text: shown}).id
			}
		}
	case invokeFetch:
		d := u.s.dialogInvokeLocked(f, invokeFetch, value)
		d.activity["replyToId"] = f.msg.id
		return d, nil
	case "imBack":
		return u.sayLocked(f.p, f.conv, f.thread, str(behaviour, "value"), nil), nil
	default:
		return nil, notPossible("this client does not play Action.Submit with msteams.type %q", kind)
	}
	a := u.s.envelopeLocked(f.p, f.conv, f.thread, "message", id)
	a["value"], a["replyToId"] = value, f.msg.id
	if text != "" {
		a["text"], a["textFormat"] = text, "plain"
	}
	u.s.changedLocked()
	return newDelivery(f.p.ID, a), nil
}
