package teamsfake

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
)

// memberJSON is a person in a roster; anonymous ones have no Entra id.
func memberJSON(p *person) obj {
	out := obj{
		"id": p.MRI, "name": p.Name, "tenantId": p.TenantID, "userRole": p.UserRole,
	}
	if p.UserRole == RoleAnonymous {
		return out
	}
	for key, v := range map[string]string{
		"aadObjectId": p.ID, "objectId": p.ID, "givenName": p.GivenName, "surname": p.Surname,
		"email": p.Mail, "userPrincipalName": p.UPN,
	} {
		if v != "" {
			out[key] = v
		}
	}
	return out
}

func (s *Server) rosterLocked(c call) ([]any, error) {
	conv, _, err := s.reachLocked(c.parts[1])
	if err != nil {
		return nil, err
	}
	if err := s.limitLocked("members", conv.id, readLimits); err != nil {
		return nil, err
	}
	out := []any{}
	for _, id := range conv.members {
		if p := s.people[id]; p != nil {
			out = append(out, memberJSON(p))
		}
	}
	return out, nil
}

func (s *Server) pagedMembersLocked(c call) (reply, error) {
	all, err := s.rosterLocked(c)
	if err != nil {
		return reply{}, err
	}
	size := 200
	if v := c.query.Get("pageSize"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 50 || n > 500 {
			return reply{}, badArgument("pageSize %q is not from 50 to 500", v)
		}
		size = n
	}
	from := 0
	if token := c.query.Get("continuationToken"); token != "" {
		raw, err := base64.StdEncoding.DecodeString(token)
		if err == nil {
			from, err = strconv.Atoi(strings.TrimPrefix(string(raw), "from:"))
		}
		if err != nil || from <= 0 || from >= len(all) {
			return reply{}, badArgument("continuationToken is not one of ours")
		}
	}
	end := min(from+size, len(all))
	out := obj{"members": all[from:end]}
	if end < len(all) {
		out["continuationToken"] = base64.StdEncoding.EncodeToString([]byte("from:" + strconv.Itoa(end)))
	}
	return reply{http.StatusOK, out}, nil
}

func (s *Server) allMembersLocked(c call) (reply, error) {
	all, err := s.rosterLocked(c)
	return reply{http.StatusOK, all}, err
}

// oneMemberLocked takes an MRI, an Entra id or a UPN.
func (s *Server) oneMemberLocked(c call) (reply, error) {
	conv, _, err := s.reachLocked(c.parts[1])
	if err != nil {
		return reply{}, err
	}
	if err := s.limitLocked("members", conv.id, readLimits); err != nil {
		return reply{}, err
	}
	p := s.findPersonLocked(c.parts[3], true)
	if p == nil || !conv.has(p.ID) {
		return reply{}, refuse(http.StatusNotFound, codeNoMember, "The member is not in the conversation.")
	}
	return reply{http.StatusOK, memberJSON(p)}, nil
}

// findTeamLocked finds a team, by the id of its General channel, that has the
// app.
func (s *Server) findTeamLocked(id string) (*team, error) {
	for _, t := range s.teams {
		if t.id == id {
			if !t.channels[0].botIn {
				return nil, notInRoster()
			}
			return t, nil
		}
	}
	return nil, refuse(http.StatusNotFound, codeNoConversation, "Team not found.")
}

func (s *Server) teamLocked(c call) (reply, error) {
	t, err := s.findTeamLocked(c.parts[1])
	if err != nil {
		return reply{}, err
	}
	return reply{http.StatusOK, obj{
		"id": t.id, "name": t.name, "aadGroupId": t.groupID,
		"channelCount": len(t.channels), "memberCount": len(t.channels[0].members),
	}}, nil
}

// channelsLocked lists a team's channels; General has no name.
func (s *Server) channelsLocked(c call) (reply, error) {
	t, err := s.findTeamLocked(c.parts[1])
	if err != nil {
		return reply{}, err
	}
	if err := s.limitLocked("members", t.id, readLimits); err != nil {
		return reply{}, err
	}
	out := []any{}
	for i, ch := range t.channels {
		entry := obj{"id": ch.id, "name": ch.name}
		if i == 0 {
			entry["name"] = nil
		}
		out = append(out, entry)
	}
	return reply{http.StatusOK, obj{"conversations": out}}, nil
}
