package slackfake

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// obj is a decoded JSON object; numbers in it are json.Number.
type obj = map[string]any

// state is everything the workspace remembers. Server.mu guards it.
type state struct {
	users    map[string]*User
	order    []string // user ids in the order they were added
	convs    map[string]*conversation
	dms      map[string]string // user id to the id of his DM with the app
	views    map[string]*view  // open modals and published homes
	stacks   map[string][]*view
	homes    map[string]*view
	triggers map[string]*trigger
	urls     map[string]*responseURL
	msgState map[string]viewState // what a person chose in a message's menus
	offered  map[string][]obj     // options last offered by block_suggestion
	marks    map[string]string    // user to the warning last shown
	last     map[string]delivery  // user ("" for any) to what was sent last
	sock     socketState
	faults   []*fault
	lastSec  int64
	lastFrac int64
	seq      int
}

func newState() state {
	return state{
		users: map[string]*User{}, convs: map[string]*conversation{}, dms: map[string]string{},
		views: map[string]*view{}, stacks: map[string][]*view{}, homes: map[string]*view{},
		triggers: map[string]*trigger{}, urls: map[string]*responseURL{},
		msgState: map[string]viewState{}, offered: map[string][]obj{},
		marks: map[string]string{}, last: map[string]delivery{},
		sock: socketState{tickets: map[string]*ticket{}},
	}
}

// conversation kinds.
const (
	kindIM      = "im"
	kindMPIM    = "mpim"
	kindChannel = "channel"
	kindPrivate = "private"
)

type conversation struct {
	id, kind, name string
	members        []string // without the app itself
	appIn          bool
	extShared      bool
	msgs           []*message // by ts, ephemeral ones included
}

func (c *conversation) has(userID string) bool { return slices.Contains(c.members, userID) }

// find returns a stored message; ephemeral and deleted ones are not found.
func (c *conversation) find(ts string) *message {
	for _, m := range c.msgs {
		if m.ts == ts && m.ephemeralTo == "" && !m.deleted {
			return m
		}
	}
	return nil
}

type message struct {
	ts, threadTS string
	author       string // user id; the bot's own for the app
	text         string
	blocks       []any
	attachments  []any
	metadata     obj
	earlier      []Version
	editedTS     string
	ephemeralTo  string
	deleted      bool
}

type trigger struct {
	user    string
	expires time.Time
	used    bool
	view    string // id of the view it came from, if any
}

type responseURL struct {
	user, channel string
	ts            string // the message it may replace or delete, "" until there is one
	expires       time.Time
	uses          int
}

// nextTS makes a unique, increasing message timestamp from Options.Now.
func (s *Server) nextTS() string {
	sec := s.opts.Now().Unix()
	if sec > s.lastSec {
		s.lastSec, s.lastFrac = sec, 0
	}
	s.lastFrac += 100
	if s.lastFrac > 999_999 {
		s.lastSec, s.lastFrac = s.lastSec+1, 100
	}
	return fmt.Sprintf("%d.%06d", s.lastSec, s.lastFrac)
}

// actionTS is when an interaction happened, in real time.
func actionTS(at time.Time) string {
	return fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000)
}

// newID makes an id with Slack's look: a prefix and capitals.
func newID(prefix string) string { return prefix + strings.ToUpper(randomHex(5)) }

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return hex.EncodeToString(b)
}

// dmLocked returns the DM of a person with the app and opens it when needed.
func (s *Server) dmLocked(userID string) *conversation {
	if id, ok := s.dms[userID]; ok {
		return s.convs[id]
	}
	c := &conversation{id: newID("D"), kind: kindIM, members: []string{userID}, appIn: true}
	s.convs[c.id], s.dms[userID] = c, c.id
	return c
}

func (s *Server) newTriggerLocked(userID, viewID string) string {
	s.seq++
	id := fmt.Sprintf("%d.%d.%s", 1000000000000+s.seq, time.Now().UnixNano()%1_000_000_000, randomHex(16))
	s.triggers[id] = &trigger{user: userID, expires: time.Now().Add(s.opts.TriggerLife), view: viewID}
	return id
}

func (s *Server) newURLLocked(kind, userID, channel, ts string) string {
	path := fmt.Sprintf("/%s/%s/%d/%s", kind, s.opts.TeamID, time.Now().UnixNano(), randomHex(12))
	s.urls[path] = &responseURL{
		user: userID, channel: channel, ts: ts, expires: time.Now().Add(s.opts.ResponseURLLife),
	}
	return s.baseURL() + path
}

// Channel describes a channel that AddChannel makes.
type Channel struct {
	ID, Name  string
	Private   bool
	ExtShared bool // shared with another company
	AppIn     bool // the app is a member and can post
	Members   []string
}

// AddChannel makes a channel and returns its id.
func (s *Server) AddChannel(ch Channel) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &conversation{
		id: ch.ID, kind: kindChannel, name: ch.Name, members: slices.Clone(ch.Members),
		appIn: ch.AppIn, extShared: ch.ExtShared,
	}
	if c.id == "" {
		c.id = newID("C")
	}
	if ch.Private {
		c.kind = kindPrivate
	}
	s.convs[c.id] = c
	s.changedLocked()
	return c.id
}
