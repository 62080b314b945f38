package bottest

import (
	"context"
	"slices"
	"strconv"
	"time"

	"guestsite/bot"
	"guestsite/bot/readiness"
)

// Sites changes the company.
type Sites struct{ *Company }

var _ bot.Sites = Sites{}

func (c *Company) fresh() string { c.serial++; return strconv.Itoa(c.serial) }

// FindGroup finds a group by its unique name.
func (s Sites) FindGroup(_ context.Context, uniqueName string) (st bot.GroupState, err error) {
	err = s.call("FindGroup", func() error {
		for _, g := range s.Groups {
			if g.UniqueName == uniqueName && uniqueName != "" && s.seenNow(g.seen) {
				st = stateOf(g)
				return nil
			}
		}
		return notFound("group " + uniqueName)
	})
	return st, err
}

func stateOf(g *Group) bot.GroupState {
	return bot.GroupState{GroupID: g.ID, Name: g.Name, Alias: g.Alias, Mail: g.Alias + "@noordzee.nl", Public: g.Public, CreatedAt: g.created}
}

// CreateGroup makes a group. One that is there already under that unique name
// and is not seen yet makes the answer unclear.
func (s Sites) CreateGroup(_ context.Context, n bot.NewSite) (st bot.GroupState, err error) {
	err = s.call("CreateGroup", func() error {
		for _, g := range s.Groups {
			switch {
			case g.UniqueName == n.UniqueName && s.seenNow(g.seen):
				st = stateOf(g)
				return nil
			case g.UniqueName == n.UniqueName:
				return Unclear().Err
			case g.Alias == n.Alias:
				return &bot.Error{Code: bot.Conflict, Op: "bottest: create group", Reason: bot.ReasonAliasTaken}
			}
		}
		now := s.clock.Now()
		g := &Group{
			ID: "g-made-" + s.fresh(), UniqueName: n.UniqueName, Name: n.Name, Alias: n.Alias, Public: n.Public, Unified: true,
			Owners: slices.Clone(n.OwnerIDs), Members: slices.Clone(n.OwnerIDs), Level: readiness.SharingGuests,
			seen: now.Add(s.Replication), created: now, since: map[string]time.Time{},
		}
		for _, id := range n.MemberIDs {
			if !slices.Contains(g.Members, id) {
				g.Members = append(g.Members, id)
			}
		}
		s.Groups[g.ID] = g
		s.Effects.Groups[g.UniqueName]++
		st = stateOf(g)
		return nil
	})
	return st, err
}

// SiteURL gives the address once the site was asked for often enough.
func (s Sites) SiteURL(_ context.Context, groupID string) (url string, err error) {
	err = s.call("SiteURL", func() error {
		g := s.group(groupID)
		if g == nil {
			return notFound("group")
		}
		if g.URL == "" {
			if g.asked < s.Provisioning {
				g.asked++
				return notFound("site")
			}
			g.URL = "https://noordzee.sharepoint.com/sites/" + g.Alias
		}
		url = g.URL
		return nil
	})
	return url, err
}

// Group reads a group.
func (s Sites) Group(_ context.Context, groupID string) (st bot.GroupState, err error) {
	err = s.call("Group", func() error {
		g := s.group(groupID)
		if g == nil {
			return notFound("group")
		}
		st = stateOf(g)
		return nil
	})
	return st, err
}

// SetVisibility makes a group private or public.
func (s Sites) SetVisibility(_ context.Context, groupID string, public bool) error {
	return s.call("SetVisibility", func() error {
		g := s.group(groupID)
		if g == nil {
			return notFound("group")
		}
		g.Public = public
		s.Effects.Settings++
		return nil
	})
}

// Sharing reads a site's level.
func (s Sites) Sharing(_ context.Context, groupID string) (out readiness.SiteSharing, err error) {
	err = s.call("Sharing", func() error {
		g := s.group(groupID)
		switch {
		case g == nil:
			return notFound("group")
		case s.SharingUnread:
			return Refused(bot.Forbidden, bot.ReasonNotGiven).Err
		}
		out = s.sharing(g)
		return nil
	})
	return out, err
}

// SetSharing sets a site's level.
func (s Sites) SetSharing(_ context.Context, groupID string, level readiness.SharingLevel) error {
	return s.call("SetSharing", func() error {
		g := s.group(groupID)
		switch org := s.Settings.SharePoint; {
		case g == nil:
			return notFound("group")
		case org.OK() && level.Rank() > org.Value.Sharing.Rank():
			return Refused(bot.Forbidden, bot.ReasonCapped).Err
		}
		g.Level = level
		s.Effects.Levels[g.Name]++
		return nil
	})
}

// Owners lists a group's owners.
func (s Sites) Owners(_ context.Context, groupID string) (ps []bot.Person, err error) {
	err = s.call("Owners", func() error {
		g := s.group(groupID)
		if g == nil {
			return notFound("group")
		}
		for _, id := range g.Owners {
			if u := s.People[id]; u != nil {
				ps = append(ps, u.Person)
			}
		}
		return nil
	})
	return ps, err
}

// IsMember reads a membership.
func (s Sites) IsMember(_ context.Context, groupID, userID string) (in bool, err error) {
	err = s.call("IsMember", func() error {
		g := s.group(groupID)
		if g == nil {
			return notFound("group")
		}
		in = s.member(g, userID)
		return nil
	})
	return in, err
}

// AddOwners adds owners.
func (s Sites) AddOwners(_ context.Context, groupID string, ids []string) error {
	return s.call("AddOwners", func() error {
		g := s.group(groupID)
		if g == nil {
			return notFound("group")
		}
		for _, id := range ids {
			if !slices.Contains(g.Owners, id) {
				g.Owners = append(g.Owners, id)
				s.Effects.Owners[g.Name+"/"+id]++
			}
		}
		return nil
	})
}

// AddMembers adds members: all, or none when one is not seen yet. A member who
// is there already is no fault and no effect.
func (s Sites) AddMembers(_ context.Context, groupID string, ids []string) error {
	return s.call("AddMembers", func() error {
		g := s.group(groupID)
		if g == nil {
			return notFound("group")
		}
		for _, id := range ids {
			if u := s.People[id]; u == nil || !s.seenNow(u.seen) {
				return notFound("user " + id)
			}
		}
		for _, id := range ids {
			if slices.Contains(g.Members, id) {
				continue
			}
			if g.since == nil {
				g.since = map[string]time.Time{}
			}
			g.Members, g.since[id] = append(g.Members, id), s.clock.Now().Add(s.Replication)
			s.Effects.Added[g.Name+"/"+id]++
		}
		return nil
	})
}

// RemoveMember removes a membership.
func (s Sites) RemoveMember(_ context.Context, groupID, userID string) error {
	return s.call("RemoveMember", func() error {
		g := s.group(groupID)
		if g == nil {
			return nil
		}
		if slices.Contains(g.Members, userID) {
			g.Members = slices.DeleteFunc(g.Members, func(id string) bool { return id == userID })
			s.Effects.Removed[g.Name+"/"+userID]++
		}
		return nil
	})
}

// FindGuest finds the account of an address.
func (s Sites) FindGuest(_ context.Context, a readiness.Address) (inv bot.Invitation, err error) {
	err = s.call("FindGuest", func() error {
		for _, u := range s.byMail(a.Mail) {
			if s.seenNow(u.seen) {
				inv = bot.Invitation{UserID: u.ID, Pending: u.Pending}
				return nil
			}
		}
		return notFound("guest")
	})
	return inv, err
}

// Invite sends an invitation, and makes the account where there is none.
func (s Sites) Invite(_ context.Context, a readiness.Address, _ string) (inv bot.Invitation, err error) {
	err = s.call("Invite", func() error {
		s.Effects.Invited[a.Mail]++
		for _, u := range s.byMail(a.Mail) {
			inv = bot.Invitation{UserID: u.ID, Pending: u.Pending}
			return nil
		}
		u := s.AddGuest(a.Mail, a.Name, true)
		u.seen = s.clock.Now().Add(s.Replication)
		inv = bot.Invitation{UserID: u.ID, Created: true, Pending: true}
		return nil
	})
	return inv, err
}

// RedeemLink makes a link for a guest who exists.
func (s Sites) RedeemLink(_ context.Context, a readiness.Address, userID, _ string) (link string, err error) {
	err = s.call("RedeemLink", func() error {
		if s.People[userID] == nil {
			return notFound("guest")
		}
		s.Effects.Links[a.Mail]++
		link = "https://login.example/redeem/" + s.fresh()
		return nil
	})
	return link, err
}
