package slackfake

import (
	"slices"
	"strings"
)

// scopePrefix is the scope family of a conversation: im, mpim, channels, groups.
func (c *conversation) scopePrefix() string {
	switch c.kind {
	case kindIM, kindMPIM:
		return c.kind
	case kindPrivate:
		return "groups"
	}
	return "channels"
}

func (s *Server) conversationsOpen(a args) (obj, error) {
	if id := a.str("channel"); id != "" {
		c := s.convs[id]
		if c == nil || (c.kind != kindIM && c.kind != kindMPIM) {
			return nil, fail("channel_not_found")
		}
		return s.opened(c, a, true), nil
	}
	ids := strings.FieldsFunc(a.str("users"), func(r rune) bool { return r == ',' || r == ' ' })
	if len(ids) == 0 {
		return nil, fail("users_list_not_supplied")
	}
	for _, id := range ids {
		u := s.users[id]
		switch {
		case u == nil:
			return nil, fail("user_not_found")
		case u.Deleted:
			return nil, fail("user_disabled")
		case u.IsBot:
			return nil, fail("cannot_dm_bot")
		case u.IsStranger:
			return nil, fail("user_not_visible")
		}
	}
	if len(ids) == 1 {
		if err := s.needScope("im:write"); err != nil {
			return nil, err
		}
		_, known := s.dms[ids[0]]
		return s.opened(s.dmLocked(ids[0]), a, known), nil
	}
	if err := s.needScope("mpim:write"); err != nil {
		return nil, err
	}
	slices.Sort(ids)
	for _, c := range s.convs {
		if c.kind == kindMPIM && slices.Equal(c.members, ids) {
			return s.opened(c, a, true), nil
		}
	}
	c := &conversation{id: newID("G"), kind: kindMPIM, members: ids, appIn: true}
	s.convs[c.id] = c
	return s.opened(c, a, false), nil
}

func (s *Server) opened(c *conversation, a args, known bool) obj {
	channel := obj{"id": c.id}
	if a.flag("return_im") {
		channel = s.channelJSON(c)
	}
	o := obj{"channel": channel}
	if known {
		o["no_op"], o["already_open"] = true, true
	}
	return o
}

func (s *Server) channelJSON(c *conversation) obj {
	o := obj{
		"id": c.id, "is_im": c.kind == kindIM, "is_mpim": c.kind == kindMPIM,
		"is_channel": c.kind == kindChannel, "is_group": c.kind == kindPrivate,
		"is_private": c.kind != kindChannel, "is_archived": false,
		"is_ext_shared": c.extShared, "is_shared": c.extShared, "is_org_shared": false,
		"context_team_id": s.opts.TeamID, "created": 1790000000,
	}
	if c.kind == kindIM {
		o["user"] = c.members[0]
	} else {
		o["name"], o["is_member"] = c.name, c.appIn
	}
	return o
}

func (s *Server) conversationsInfo(a args) (obj, error) {
	c := s.convs[a.str("channel")]
	if c == nil {
		return nil, fail("channel_not_found")
	}
	if err := s.needScope(c.scopePrefix() + ":read"); err != nil {
		return nil, err
	}
	if c.kind == kindPrivate && !c.appIn {
		return nil, fail("channel_not_found")
	}
	return obj{"channel": s.channelJSON(c)}, nil
}

func (s *Server) conversationsHistory(a args) (obj, error) {
	if a.str("channel") == "" {
		return nil, missingArg("channel")
	}
	c := s.convs[a.str("channel")]
	if c == nil {
		return nil, fail("channel_not_found")
	}
	if err := s.needScope(c.scopePrefix() + ":history"); err != nil {
		return nil, err
	}
	if !c.appIn {
		return nil, fail("not_in_channel")
	}
	oldest, latest, inclusive := a.str("oldest"), a.str("latest"), a.flag("inclusive")
	within := func(ts string) bool {
		if (ts == oldest || ts == latest) && !inclusive {
			return false
		}
		return (oldest == "" || oldest == "0" || ts >= oldest) && (latest == "" || ts <= latest)
	}
	var found []*message
	for _, m := range slices.Backward(c.msgs) { // newest first
		if m.ephemeralTo == "" && !m.deleted && within(m.ts) {
			found = append(found, m)
		}
	}
	from, to, next, err := page(a, len(found), 100, 999)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, m := range found[from:to] {
		list = append(list, s.messageJSON(m, a.flag("include_all_metadata")))
	}
	o := obj{"messages": list, "has_more": next != "", "pin_count": 0}
	if next != "" {
		o["response_metadata"] = obj{"next_cursor": next}
	}
	return o, nil
}
