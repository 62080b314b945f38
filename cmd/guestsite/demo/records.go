package demo

import (
	"slices"
	"strings"

	"guestsite/graph/graphfake"
)

// records prints what the tenant itself holds of what the story did.
func (s *Stage) records() {
	if s.err != nil {
		return
	}
	s.say("\n── What the tenant's own records say")
	st := s.Tenant.State()
	names := map[string]string{}
	for _, u := range st.Users {
		names[u.ID] = u.DisplayName
		if u.UserType == graphfake.Guest {
			names[u.ID] += " (guest, " + u.Mail + ")"
		}
	}
	for _, g := range st.Groups {
		if !slices.Contains(g.GroupTypes, "Unified") {
			continue
		}
		s.say("   group %q (%s, %s)", g.DisplayName, g.MailNickname, strings.ToLower(g.Visibility))
		s.say("     owners:  %s", list(g.OwnerIDs, names))
		s.say("     members: %s", list(g.MemberIDs, names))
		for _, site := range st.Sites {
			if site.GroupID == g.ID {
				s.say("     site:    %s, sharing: %s", site.URL, level(site.Effective))
			}
		}
	}
	for _, i := range st.Invitations {
		s.say("   invitation to %s, mail sent: %v", i.Address, i.SendMessage)
	}
	var writes []string
	for k := range st.Writes {
		writes = append(writes, k)
	}
	slices.Sort(writes)
	for _, k := range writes {
		s.say("   %d × %s", st.Writes[k], k)
	}
}

func list(ids []string, names map[string]string) string {
	var out []string
	for _, id := range ids {
		out = append(out, names[id])
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// level names a sharing level as the SharePoint admin center does.
func level(n int) string {
	return []string{"Only people in your organization", "New and existing guests", "Anyone", "Existing guests"}[n&3]
}

// group finds a group by its name; nil when the tenant has none.
func (s *Stage) group(name string) *graphfake.Group {
	for _, g := range s.Tenant.State().Groups {
		if g.DisplayName == name && g.Deleted.IsZero() {
			return &g
		}
	}
	return nil
}

// groups counts the groups of a name.
func (s *Stage) groups(name string) int {
	n := 0
	for _, g := range s.Tenant.State().Groups {
		if g.DisplayName == name {
			n++
		}
	}
	return n
}

// invitations counts the mails to an address.
func (s *Stage) invitations(address string) int {
	n := 0
	for _, i := range s.Tenant.State().Invitations {
		if i.Address == address {
			n++
		}
	}
	return n
}

// isMember says whether somebody, by address, is a member of a group.
func (s *Stage) isMember(group, address string) bool {
	g := s.group(group)
	u, ok := s.Tenant.User(address)
	return g != nil && ok && slices.Contains(g.MemberIDs, u.ID)
}

// isGuest says whether the directory has a guest account of that address.
func (s *Stage) isGuest(address string) bool {
	u, ok := s.Tenant.User(address)
	return ok && u.UserType == graphfake.Guest
}

// hasAccepted says whether a guest has accepted his invitation.
func (s *Stage) hasAccepted(address string) bool {
	u, ok := s.Tenant.User(address)
	return ok && u.ExternalUserState == graphfake.Accept
}
