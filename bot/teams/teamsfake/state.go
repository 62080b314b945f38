package teamsfake

import (
	"slices"
	"strings"
	"time"
)

// Kinds of a conversation.
const (
	KindPersonal = "personal"
	KindGroup    = "groupChat"
	KindChannel  = "channel"
)

// state is everything the tenant remembers. Server.mu guards it.
type state struct {
	people    map[string]*person // by Entra id in lower case
	order     []string           // Entra ids in the order they were added
	convs     map[string]*conversation
	teams     map[string]*team // by name
	faults    []*fault
	sendFault []*deliveryFault
	late      []*lateDelivery        // to be sent again under a new id
	last      map[string]*delivery   // user ("" for any) to what was sent last
	dialogs   map[string]*dialog     // user to his open dialog
	opened    map[string][]string    // user to the URLs he opened
	writing   map[string]int         // conversation to writes under way
	calls     map[string][]time.Time // rate limit bucket to the times of calls
	lastMilli int64
}

func newState() state {
	return state{
		people: map[string]*person{}, convs: map[string]*conversation{}, teams: map[string]*team{},
		last: map[string]*delivery{}, opened: map[string][]string{}, dialogs: map[string]*dialog{}, writing: map[string]int{}, calls: map[string][]time.Time{},
	}
}

type team struct {
	id, name, groupID string
	channels          []*conversation // General first
}

type conversation struct {
	id, kind, name string
	tenant         string
	team           *team    // of a channel
	members        []string // Entra ids, without the bot
	botIn          bool     // of a group chat or channel
	msgs           []*message
}

func (c *conversation) has(entraID string) bool {
	return slices.Contains(c.members, strings.ToLower(entraID))
}

// find returns a message that is still there.
func (c *conversation) find(id string) *message {
	for _, m := range c.msgs {
		if m.id == id && !m.deleted {
			return m
		}
	}
	return nil
}

// threadMark joins a channel's id and the root message of a thread.
const threadMark = ";messageid="

// splitThread separates a conversation id from its thread.
func splitThread(id string) (conversation, thread string) {
	conversation, thread, _ = strings.Cut(id, threadMark)
	return conversation, thread
}

type message struct {
	id        string
	thread    string // root message of the thread in a channel
	author    string // Entra id; "" is the bot
	text      string
	summary   string
	format    string
	cards     []obj // Adaptive Cards among the attachments, shared version
	others    []obj // other attachments
	replyTo   string
	alert     bool // asked for a notification in the activity feed
	createdAt time.Time
	changedAt time.Time // created or edited last
	edits     int
	deleted   bool
	before    obj              // the card before the last edit
	views     map[string]*view // Entra id to his copy
	refresh   map[string]bool  // viewers whose client will refresh after an edit
}

func (m *message) card() obj {
	if len(m.cards) == 0 {
		return nil
	}
	return m.cards[0]
}

// view is one person's copy of a card, and what he did to it.
type view struct {
	card    obj
	notes   []string
	values  map[string]string // inputs he touched
	open    map[string]bool   // paths of Action.ShowCard that are open
	offered map[string]bool   // values that a search offered
	at      time.Time         // when the copy was last made anew
}

// viewLocked is a person's copy of a message's card, made when needed.
func (m *message) viewLocked(entraID string) *view {
	id := strings.ToLower(entraID)
	v := m.views[id]
	if v == nil {
		v = newView(m.card(), m.changedAt)
		if m.views == nil {
			m.views = map[string]*view{}
		}
		m.views[id] = v
	}
	return v
}

func newView(card obj, at time.Time) *view {
	v := &view{values: map[string]string{}, open: map[string]bool{}, offered: map[string]bool{}, at: at}
	if card != nil {
		v.card = deepCopy(card)
	}
	return v
}
