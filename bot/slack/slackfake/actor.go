package slackfake

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Actor drives the Slack client of one person. It holds no state of its own.
type Actor struct {
	s  *Server
	id string
}

// As returns the client of a person. An unknown id sees nothing and every act
// of it fails.
func (s *Server) As(userID string) *Actor { return &Actor{s: s, id: userID} }

// ID is the person's user id.
func (u *Actor) ID() string { return u.id }

// ErrNotPossible wraps everything that a real client would not let a person
// do; no request is sent then.
var ErrNotPossible = errors.New("not possible in a Slack client")

func notPossible(format string, a ...any) error {
	return fmt.Errorf("slackfake: %w: %s", ErrNotPossible, fmt.Sprintf(format, a...))
}

// meLocked returns the person, who must be able to sign in.
func (u *Actor) meLocked() (*User, error) {
	p := u.s.users[u.id]
	switch {
	case p == nil:
		return nil, notPossible("no user %s", u.id)
	case p.Deleted:
		return nil, notPossible("user %s is deactivated", u.id)
	case p.IsBot:
		return nil, notPossible("user %s is a bot", u.id)
	}
	return p, nil
}

// DM returns the person's direct messages with the app in order, edits applied
// and ephemeral ones included.
func (u *Actor) DM() []Message {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	if id, ok := u.s.dms[u.id]; ok {
		return u.seenLocked(u.s.convs[id])
	}
	return nil
}

// DMChannel is the id of the DM with the app, which is opened when needed.
func (u *Actor) DMChannel() string {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	return u.s.dmLocked(u.id).id
}

// In returns the messages of one conversation as the person sees them; none
// when he is not in it.
func (u *Actor) In(channel string) []Message {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	if c := u.s.convs[channel]; c != nil && c.has(u.id) {
		return u.seenLocked(c)
	}
	return nil
}

// Messages returns everything the person sees in all conversations, by time.
func (u *Actor) Messages() []Message {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	var out []Message
	for _, c := range u.s.convs {
		if c.has(u.id) {
			out = append(out, u.seenLocked(c)...)
		}
	}
	slices.SortFunc(out, func(a, b Message) int { return strings.Compare(a.TS, b.TS) })
	return out
}

func (u *Actor) seenLocked(c *conversation) []Message {
	var out []Message
	for _, m := range c.msgs {
		if !m.deleted && (m.ephemeralTo == "" || m.ephemeralTo == u.id) {
			out = append(out, m.public(c.id))
		}
	}
	return out
}

// OpenViews returns the open modals, bottom first.
func (u *Actor) OpenViews() []View {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	var out []View
	for _, v := range u.s.stacks[u.id] {
		out = append(out, v.public())
	}
	return out
}

// TopView returns the modal on top; false when none is open.
func (u *Actor) TopView() (View, bool) {
	open := u.OpenViews()
	if len(open) == 0 {
		return View{}, false
	}
	return open[len(open)-1], true
}

// Home returns the person's Home tab; false when nothing was published.
func (u *Actor) Home() (View, bool) {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	if v := u.s.homes[u.id]; v != nil {
		return v.public(), true
	}
	return View{}, false
}

// surface is what a Ref points at, as one person sees it.
type surface struct {
	conv *conversation
	msg  *message
	view *view
}

func (u *Actor) surfaceLocked(ref Ref) (surface, error) {
	if ref.View != "" {
		v := u.s.views[ref.View]
		if v == nil || v.user != u.id {
			return surface{}, notPossible("%s has no open view %s", u.id, ref.View)
		}
		if stack := u.s.stacks[u.id]; v.kind() == surfaceModal && stack[len(stack)-1] != v {
			return surface{}, notPossible("view %s is covered by another", ref.View)
		}
		return surface{view: v}, nil
	}
	c := u.s.convs[ref.Channel]
	if c == nil || !c.has(u.id) {
		return surface{}, notPossible("%s is not in conversation %s", u.id, ref.Channel)
	}
	m := c.visible(ref.TS, u.id)
	if m == nil {
		return surface{}, notPossible("%s sees no message %s", u.id, ref.TS)
	}
	return surface{conv: c, msg: m}, nil
}

func (f surface) blocks() []any {
	if f.view != nil {
		return f.view.blocks()
	}
	blocks := slices.Clone(f.msg.blocks)
	for _, a := range f.msg.attachments {
		list, _ := a.(obj)["blocks"].([]any)
		blocks = append(blocks, list...)
	}
	return blocks
}

// valuesLocked is the state of the inputs on a surface; each person has his own
// for a message.
func (u *Actor) valuesLocked(f surface) viewState {
	if f.view != nil {
		return f.view.values
	}
	key := u.id + " " + f.conv.id + " " + f.msg.ts
	values := initialValues(f.blocks())
	for block, actions := range u.s.msgState[key] {
		for action, value := range actions {
			if fresh := values[block][action]; fresh != nil && fresh["type"] == value["type"] {
				values[block][action] = value
			}
		}
	}
	u.s.msgState[key] = values
	return values
}

// findControl finds the element that key names: action_id, block_id,
// "block_id/action_id", or the label a person reads. It must be unique.
func (u *Actor) findControl(f surface, key string) (control, error) {
	var byID, byLabel []control
	var known []string
	for _, c := range controls(f.blocks()) {
		if hidden(c, u.id) {
			continue
		}
		known = append(known, fmt.Sprintf("%s/%s %q", c.block, c.action(), c.label))
		switch {
		case key == c.action(), key == c.block, key == c.block+"/"+c.action():
			byID = append(byID, c)
		case key == c.label:
			byLabel = append(byLabel, c)
		}
	}
	found := byID
	if len(found) == 0 {
		found = byLabel
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return control{}, notPossible("no element %q; there are %s", key, strings.Join(known, ", "))
	}
	return control{}, notPossible("%q names %d elements; there are %s", key, len(found), strings.Join(known, ", "))
}

// hidden tells whether a button is kept from a person (visible_to_user_ids).
func hidden(c control, userID string) bool {
	list, ok := c.el["visible_to_user_ids"].([]any)
	return ok && !slices.Contains(list, any(userID))
}
