package teamsfake

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Actor drives the Teams client of one person. It holds no state of its own.
type Actor struct {
	s  *Server
	id string
}

// As returns the client of a person. An unknown id sees nothing and every act
// of it fails.
func (s *Server) As(entraID string) *Actor { return &Actor{s: s, id: strings.ToLower(entraID)} }

// ID is the person's Entra id.
func (u *Actor) ID() string { return u.id }

// ErrNotPossible wraps everything that a real client would not let a person
// do; no request is sent then.
var ErrNotPossible = errors.New("not possible in a Teams client")

func notPossible(format string, a ...any) error {
	return fmt.Errorf("teamsfake: %w: %s", ErrNotPossible, fmt.Sprintf(format, a...))
}

// DM returns the personal chat with the bot as the person sees it.
func (u *Actor) DM() []Message {
	if id := u.s.PersonalChat(u.id); id != "" {
		return u.In(id)
	}
	return nil
}

// In returns the messages of one conversation as the person sees them, oldest
// first, edits applied; none when he is not in it. A channel id with a
// ";messageid=" gives that thread only.
func (u *Actor) In(conversationID string) []Message {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	id, thread := splitThread(conversationID)
	c := u.s.convs[id]
	if c == nil || !c.has(u.id) {
		return nil
	}
	var out []Message
	for _, m := range c.msgs {
		if !m.deleted && (thread == "" || m.thread == thread) {
			out = append(out, u.s.publicLocked(c, m, u.id))
		}
	}
	return out
}

// Messages returns everything the person sees in all conversations, by time.
func (u *Actor) Messages() []Message {
	u.s.mu.Lock()
	ids := make([]string, 0, len(u.s.convs))
	for id := range u.s.convs {
		ids = append(ids, id)
	}
	u.s.mu.Unlock()
	var out []Message
	for _, id := range ids {
		out = append(out, u.In(id)...)
	}
	// Ids are numbers of equal length in the order of posting.
	slices.SortFunc(out, func(a, b Message) int {
		return strings.Compare(fmt.Sprintf("%020s", a.ID), fmt.Sprintf("%020s", b.ID))
	})
	return out
}

// Message returns what a Ref points at, as the person sees it now.
func (u *Actor) Message(ref Ref) (Message, bool) {
	for _, m := range u.In(ref.ConversationID) {
		if m.ID == ref.ID {
			return m, true
		}
	}
	return Message{}, false
}

// Opened lists the URLs that the person opened with Action.OpenUrl.
func (u *Actor) Opened() []string {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	return slices.Clone(u.s.opened[u.id])
}

func (u *Actor) meLocked() (*person, error) {
	p := u.s.people[u.id]
	if p == nil {
		return nil, notPossible("no user %s", u.id)
	}
	return p, nil
}

// surface is what a Ref points at, as one person sees it.
type surface struct {
	p      *person
	conv   *conversation
	msg    *message
	view   *view
	thread string
	dialog *dialog // instead of msg
}

// current is the person's copy now, which may be a newer one than view.
func (f surface) current() *view {
	if f.dialog != nil {
		return f.dialog.view
	}
	return f.msg.viewLocked(f.p.ID)
}

// surfaceLocked finds a message that the person can act on.
func (u *Actor) surfaceLocked(ref Ref) (surface, error) {
	p, err := u.meLocked()
	if err != nil {
		return surface{}, err
	}
	if ref.Dialog {
		d := u.s.dialogs[u.id]
		if d == nil {
			return surface{}, notPossible("%s has no open dialog", u.id)
		}
		return surface{p: p, conv: d.conv, view: d.view, thread: d.thread, dialog: d}, nil
	}
	id, _ := splitThread(ref.ConversationID)
	c := u.s.convs[id]
	if c == nil || !c.has(u.id) {
		return surface{}, notPossible("%s is not in conversation %s", u.id, ref.ConversationID)
	}
	m := c.find(ref.ID)
	if m == nil {
		return surface{}, notPossible("%s sees no message %s", u.id, ref.ID)
	}
	return surface{p: p, conv: c, msg: m, view: m.viewLocked(u.id), thread: m.thread}, nil
}

// cardLocked is surfaceLocked for a message with a card.
func (u *Actor) cardLocked(ref Ref) (surface, error) {
	f, err := u.surfaceLocked(ref)
	if err == nil && f.view.card == nil {
		err = notPossible("message %s has no card", ref.ID)
	}
	return f, err
}

// listensLocked tells whether what is done in a conversation reaches the bot.
func (s *Server) listensLocked(c *conversation) error {
	if c.kind != KindPersonal {
		if !c.botIn {
			return notPossible("the app is not in conversation %s", c.id)
		}
		return nil
	}
	if p := s.people[c.members[0]]; !p.installed && !s.reachedByTeamLocked(p) {
		return notPossible("%s has not installed the app", p.ID)
	}
	return nil
}
