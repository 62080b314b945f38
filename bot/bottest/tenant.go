package bottest

import (
	"context"
	"slices"
	"strings"

	"guestsite/bot"
	"guestsite/bot/readiness"
)

// Tenant reads the company's settings.
type Tenant struct{ *Company }

var _ bot.Tenant = Tenant{}

// Snapshot reads the settings as they are now.
func (t Tenant) Snapshot(context.Context) (s readiness.Snapshot, err error) {
	err = t.call("Snapshot", func() error {
		s = t.Settings
		s.TakenAt = t.clock.Now()
		return nil
	})
	return s, err
}

// Subject reads what is known of an address.
func (t Tenant) Subject(_ context.Context, a readiness.Address) (s readiness.Subject, err error) {
	err = t.call("Subject", func() error {
		now := t.clock.Now()
		s = readiness.Subject{
			Address: a, KnownGuests: map[string]int{},
			Contact: readiness.Read(t.Contacts[a.Mail], "contacts", now),
			Group:   readiness.Read(t.groupMail(a.Mail), "groups", now),
			Deleted: readiness.Read[*readiness.User](nil, "deleted items", now),
			Home:    readiness.Read(t.Homes[a.Domain], "home", now),
			Partner: readiness.Read[*readiness.CrossTenant](nil, "partner", now),
		}
		var found []readiness.User
		for _, u := range t.byMail(a.Mail) {
			if t.seenNow(u.seen) {
				found = append(found, userOf(u))
			}
		}
		s.Matches = readiness.Read(found, "users", now)
		for _, u := range t.People {
			if _, domain, ok := strings.Cut(strings.ToLower(u.Mail), "@"); ok && u.Guest && t.seenNow(u.seen) {
				s.KnownGuests[domain]++
			}
		}
		return nil
	})
	return s, err
}

func (c *Company) groupMail(mail string) bool {
	for _, g := range c.Groups {
		if g.Alias != "" && strings.EqualFold(g.Alias+"@noordzee.nl", mail) {
			return true
		}
	}
	return false
}

func userOf(u *User) readiness.User {
	return readiness.User{
		ID: u.ID, DisplayName: u.Name, Mail: u.Mail, UPN: u.UPN, Guest: u.Guest, Enabled: u.Enabled, Pending: u.Pending,
	}
}

// Site reads a group and its site.
func (t Tenant) Site(_ context.Context, groupID string, memberIDs ...string) (s readiness.Site, err error) {
	err = t.call("Site", func() error {
		g := t.group(groupID)
		if g == nil {
			return notFound("group " + groupID)
		}
		now := t.clock.Now()
		s.Group = readiness.Read(readiness.Group{
			ID: g.ID, DisplayName: g.Name, Mail: g.Alias + "@noordzee.nl", WebURL: g.URL, Unified: g.Unified, AllowToAddGuests: g.AddGuests,
		}, "group", now)
		var owners []readiness.User
		for _, id := range g.Owners {
			if u := t.People[id]; u != nil {
				owners = append(owners, userOf(u))
			}
		}
		s.Owners = readiness.Read(owners, "owners", now)
		s.Sharing = readiness.Read(t.sharing(g), "site", now)
		if t.SharingUnread {
			s.Sharing = readiness.Unread[readiness.SiteSharing](readiness.Missing{Reason: readiness.NotAsked}, "site", now)
		}
		for _, id := range memberIDs {
			if t.member(g, id) {
				s.MemberIDs = append(s.MemberIDs, id)
			}
		}
		return nil
	})
	return s, err
}

// group finds a group that reads find now.
func (c *Company) group(id string) *Group {
	if g := c.Groups[id]; g != nil && c.seenNow(g.seen) {
		return g
	}
	return nil
}

// member says whether reads find a member now.
func (c *Company) member(g *Group, id string) bool {
	return slices.Contains(g.Members, id) && c.seenNow(g.since[id])
}

// sharing is a site's level; the company's caps what works.
func (c *Company) sharing(g *Group) readiness.SiteSharing {
	s := readiness.SiteSharing{Defined: g.Level, Effective: g.Level, Domains: readiness.DomainRule{Mode: readiness.AnyDomain}}
	if org := c.Settings.SharePoint; org.OK() && org.Value.Sharing.Rank() < g.Level.Rank() {
		s.Effective = org.Value.Sharing
	}
	return s
}

// FindSites lists sites by name, alias or address.
func (t Tenant) FindSites(_ context.Context, text string, limit int) (out []bot.SiteRef, err error) {
	err = t.call("FindSites", func() error {
		text = strings.ToLower(text)
		out = t.sites(limit, func(g *Group) bool {
			return g.ID == text || strings.Contains(strings.ToLower(g.Name), text) || strings.Contains(g.Alias, text) || strings.EqualFold(g.URL, text)
		})
		return nil
	})
	return out, err
}

// SitesOf lists the sites of a person.
func (t Tenant) SitesOf(_ context.Context, id string, limit int) (out []bot.SiteRef, err error) {
	err = t.call("SitesOf", func() error {
		out = t.sites(limit, func(g *Group) bool { return slices.Contains(g.Members, id) || slices.Contains(g.Owners, id) })
		return nil
	})
	return out, err
}

func (c *Company) sites(limit int, fits func(*Group) bool) []bot.SiteRef {
	var out []bot.SiteRef
	for _, g := range c.Groups {
		if g.Unified && c.seenNow(g.seen) && fits(g) {
			out = append(out, bot.SiteRef{GroupID: g.ID, Name: g.Name, Alias: g.Alias, URL: g.URL})
		}
	}
	slices.SortFunc(out, func(a, b bot.SiteRef) int { return strings.Compare(a.GroupID, b.GroupID) })
	return out[:min(limit, len(out))]
}

// AliasFree says whether an alias may be used.
func (t Tenant) AliasFree(_ context.Context, alias, _, _ string) (s bot.AliasState, err error) {
	err = t.call("AliasFree", func() error {
		if said, ok := t.Aliases[alias]; ok {
			s = said
			return nil
		}
		s.Free = t.aliasFree(alias)
		return nil
	})
	return s, err
}

func (c *Company) aliasFree(alias string) bool {
	for _, g := range c.Groups {
		if g.Alias == alias {
			return false
		}
	}
	return true
}

// Forget drops nothing, for nothing is kept; it is counted.
func (t Tenant) Forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Effects.Forgotten++
}
