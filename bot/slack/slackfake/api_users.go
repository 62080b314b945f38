package slackfake

import "strings"

func (s *Server) usersInfo(a args) (obj, error) {
	u := s.users[a.str("user")]
	if u == nil {
		return nil, fail("user_not_found")
	}
	return obj{"user": s.userJSON(u, a.flag("include_locale"))}, nil
}

// usersLookupByEmail finds active people of this workspace only.
func (s *Server) usersLookupByEmail(a args) (obj, error) {
	mail := a.str("email")
	if mail == "" {
		return nil, missingArg("email")
	}
	for _, id := range s.order {
		u := s.users[id]
		if u.TeamID == s.opts.TeamID && !u.Deleted && !u.IsBot && strings.EqualFold(u.Email, mail) {
			return obj{"user": s.userJSON(u, false)}, nil
		}
	}
	return nil, fail("users_not_found")
}

func (s *Server) usersList(a args) (obj, error) {
	ids := append([]string{s.opts.BotUserID}, s.order...)
	from, to, next, err := page(a, len(ids), 1000, 1000)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, id := range ids[from:to] {
		o := s.userJSON(s.users[id], a.flag("include_locale"))
		delete(o, "is_stranger") // shown by users.info only
		list = append(list, o)
	}
	o := obj{"members": list, "cache_ts": 1790000000}
	o["response_metadata"] = obj{"next_cursor": next}
	return o, nil
}
