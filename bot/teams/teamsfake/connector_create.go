package teamsfake

import (
	"net/http"
	"strings"
)

// createConversationLocked opens a 1:1 chat or a new thread in a channel; group
// chats and channels cannot be made this way.
func (s *Server) createConversationLocked(c call) (reply, error) {
	if bot := str(c.body["bot"], "id"); bot != "" && bot != s.BotID() {
		return reply{}, refuse(http.StatusUnauthorized, codeNotRegistered, authorizationDenied)
	}
	if flag(c.body, "isGroup", false) {
		return s.newThreadLocked(c)
	}
	p, err := s.addresseeLocked(c.body)
	if err != nil {
		return reply{}, err
	}
	if err := s.limitLocked("create", p.ID, sendLimits); err != nil {
		return reply{}, err
	}
	switch {
	case p.blocked:
		return reply{}, refuse(http.StatusForbidden, codeBlocked, "User blocked the conversation with the bot.")
	case !p.installed && !s.reachedByTeamLocked(p):
		return reply{}, notInRoster()
	}
	conv := s.personalLocked(p)
	out := obj{"id": conv.id}
	if first := child(c.body, "activity"); first != nil {
		a, err := s.readActivity(call{body: first, raw: c.raw})
		if err != nil {
			return reply{}, err
		}
		if m := s.storeLocked(conv, "", a); m != nil {
			out["activityId"] = m.id
		}
	}
	s.changedLocked()
	return reply{http.StatusCreated, out}, nil
}

// addresseeLocked reads members[0].id: an MRI or an Entra id. The id in
// aadObjectId, a UPN or a mail address are refused.
func (s *Server) addresseeLocked(body obj) (*person, error) {
	members := list(body, "members")
	if len(members) != 1 {
		return nil, badArgument("A one to one conversation has one member, not %d", len(members))
	}
	id := str(members[0], "id")
	if id == "" {
		return nil, badArgument("members[0].id is missing")
	}
	p := s.findPersonLocked(id, false)
	if p == nil {
		return nil, badArgument("Invalid user identity in members[0].id")
	}
	tenants := []string{str(body, "tenantId"), str(child(child(body, "channelData"), "tenant"), "id")}
	if tenants[0] == "" && tenants[1] == "" {
		return nil, badArgument("tenantId is missing")
	}
	for _, t := range tenants {
		if t != "" && !strings.EqualFold(t, p.TenantID) {
			return nil, badArgument("The user is not in tenant %s", t)
		}
	}
	return p, nil
}

func (s *Server) newThreadLocked(c call) (reply, error) {
	channel := str(child(child(c.body, "channelData"), "channel"), "id")
	if channel == "" {
		return reply{}, badArgument("channelData.channel.id is missing; group chats cannot be created by a bot")
	}
	conv, thread, err := s.reachLocked(channel)
	if err != nil {
		return reply{}, err
	}
	first := child(c.body, "activity")
	if first == nil || conv.kind != KindChannel || thread != "" {
		return reply{}, badArgument("A new thread needs a channel and its first activity")
	}
	if err := s.limitLocked("create", conv.id, sendLimits); err != nil {
		return reply{}, err
	}
	a, err := s.readActivity(call{body: first, raw: c.raw})
	if err != nil {
		return reply{}, err
	}
	m := s.storeLocked(conv, "", a)
	if m == nil {
		return reply{status: http.StatusAccepted}, nil
	}
	return reply{http.StatusCreated, obj{"id": conv.id + threadMark + m.id, "activityId": m.id}}, nil
}
