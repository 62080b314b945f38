package teamsfake

import (
	"fmt"
	"slices"
	"strings"
)

// AddGroupChat makes a group chat with the app in it and returns its
// conversation id. No events are sent; see InstallIn.
func (s *Server) AddGroupChat(name string, memberIDs ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.opaque("19:", "group", name, fmt.Sprint(len(s.convs))) + "@thread.v2"
	s.convs[id] = &conversation{
		id: id, kind: KindGroup, name: name, tenant: s.opts.TenantID, members: lower(memberIDs), botIn: true,
	}
	s.changedLocked()
	return id
}

// AddTeamChannel makes a channel, and its team when no team has that name yet,
// and returns the channel's conversation id. The app is in the team; people are
// added to the whole team. Channel "General" is there from the start. No events
// are sent; see InstallIn.
func (s *Server) AddTeamChannel(teamName, channelName string, memberIDs ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.teams[teamName]
	if t == nil {
		t = &team{name: teamName, groupID: s.stableGUID("team", teamName)}
		t.id = s.addChannelLocked(t, "General").id
		s.teams[teamName] = t
	}
	c := t.channels[0]
	if channelName != "General" {
		c = s.addChannelLocked(t, channelName)
	}
	for _, ch := range t.channels {
		ch.members = slices.Clone(t.channels[0].members)
		for _, m := range lower(memberIDs) {
			if !ch.has(m) {
				ch.members = append(ch.members, m)
			}
		}
	}
	s.changedLocked()
	return c.id
}

func (s *Server) addChannelLocked(t *team, name string) *conversation {
	c := &conversation{
		id:   s.opaque("19:", "channel", t.name, name) + "@thread.tacv2",
		kind: KindChannel, name: name, tenant: s.opts.TenantID, team: t, botIn: true,
	}
	s.convs[c.id] = c
	t.channels = append(t.channels, c)
	return c
}

func lower(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = strings.ToLower(id)
	}
	return out
}

// PersonalChat is the id of a person's chat with the bot, alive or not; "" when
// there never was one.
func (s *Server) PersonalChat(entraID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.personLocked(entraID); p != nil && p.chats > 0 {
		return s.personalIDLocked(p)
	}
	return ""
}

func (s *Server) personalIDLocked(p *person) string {
	return s.opaque("a:1", "chat", p.ID, fmt.Sprint(p.chats))
}

// personalLocked is a person's chat with the bot, made when needed.
func (s *Server) personalLocked(p *person) *conversation {
	if p.chats == 0 {
		p.chats = 1
	}
	id := s.personalIDLocked(p)
	c := s.convs[id]
	if c == nil {
		c = &conversation{id: id, kind: KindPersonal, tenant: p.TenantID, members: []string{p.ID}}
		s.convs[id] = c
	}
	return c
}

// ForgetChat is "remove chat history": the personal chat is gone with its
// messages, its id is dead, and opening it again gives a new one.
func (s *Server) ForgetChat(entraID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.personLocked(entraID)
	if p == nil {
		return fmt.Errorf("teamsfake: no user %s", entraID)
	}
	if p.chats > 0 {
		delete(s.convs, s.personalIDLocked(p))
		p.chats++
	}
	s.changedLocked()
	return nil
}

// AddMember puts a person into a group chat or a channel's team, without an
// event.
func (s *Server) AddMember(conversationID, entraID string) error {
	return s.eachChannel(conversationID, func(c *conversation) {
		if !c.has(entraID) {
			c.members = append(c.members, strings.ToLower(entraID))
		}
	})
}

// RemoveMember takes a person out, without an event.
func (s *Server) RemoveMember(conversationID, entraID string) error {
	return s.eachChannel(conversationID, func(c *conversation) {
		c.members = slices.DeleteFunc(c.members, func(m string) bool { return strings.EqualFold(m, entraID) })
	})
}

// eachChannel changes a group chat, or every channel of a channel's team.
func (s *Server) eachChannel(conversationID string, change func(*conversation)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _ := splitThread(conversationID)
	c := s.convs[id]
	if c == nil || c.kind == KindPersonal {
		return fmt.Errorf("teamsfake: no group chat or channel %s", conversationID)
	}
	all := []*conversation{c}
	if c.team != nil {
		all = c.team.channels
	}
	for _, c := range all {
		change(c)
	}
	s.changedLocked()
	return nil
}
