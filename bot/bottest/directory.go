package bottest

import (
	"context"
	"slices"
	"strings"

	"guestsite/bot"
	"guestsite/bot/readiness"
)

// Directory reads the company's people.
type Directory struct{ *Company }

var _ bot.Directory = Directory{}

// Person reads one person.
func (d Directory) Person(_ context.Context, id string) (p bot.Person, err error) {
	err = d.call("Person", func() error {
		u := d.People[id]
		if u == nil || !d.seenNow(u.seen) {
			return notFound("person " + id)
		}
		p = u.Person
		return nil
	})
	return p, err
}

// ByMail lists the people of an address.
func (d Directory) ByMail(_ context.Context, mail string) (ps []bot.Person, err error) {
	err = d.call("ByMail", func() error {
		for _, u := range d.byMail(mail) {
			if d.seenNow(u.seen) {
				ps = append(ps, u.Person)
			}
		}
		return nil
	})
	return ps, err
}

// Search lists members by the beginning of name or mail.
func (d Directory) Search(_ context.Context, text string, limit int) (ps []bot.Person, err error) {
	err = d.call("Search", func() error {
		text = strings.ToLower(text)
		for _, u := range d.sorted() {
			fits := strings.HasPrefix(strings.ToLower(u.Name), text) || strings.HasPrefix(strings.ToLower(u.Mail), text)
			if !u.Guest && u.Enabled && fits && len(ps) < limit {
				ps = append(ps, u.Person)
			}
		}
		return nil
	})
	return ps, err
}

func (c *Company) sorted() []*User {
	var out []*User
	for _, u := range c.People {
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b *User) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Manager gives the manager.
func (d Directory) Manager(_ context.Context, id string) (p bot.Person, err error) {
	err = d.call("Manager", func() error {
		m := d.People[d.Managers[id]]
		if m == nil {
			return notFound("manager")
		}
		p = m.Person
		return nil
	})
	return p, err
}

// Actor reads the rights of a person.
func (d Directory) Actor(_ context.Context, id, groupID string) (a readiness.Actor, err error) {
	err = d.call("Actor", func() error {
		u := d.People[id]
		if u == nil || !d.seenNow(u.seen) {
			return notFound("actor " + id)
		}
		now := d.clock.Now()
		a = readiness.Actor{ID: u.ID, DisplayName: u.Name, Guest: u.Guest, Enabled: u.Enabled}
		a.Inviter = readiness.Read(u.Inviter, "roles", now)
		a.Creator = readiness.Read(u.Creator, "group", now)
		a.SharePointAdmin = readiness.Read(u.SharePointAdmin, "roles", now)
		if d.RolesUnread {
			a.Inviter = readiness.Unread[bool](readiness.Missing{Reason: readiness.Unavailable}, "roles", now)
		}
		if g := d.Groups[groupID]; g != nil && d.seenNow(g.seen) {
			a.Owner, a.Member = slices.Contains(g.Owners, id), slices.Contains(g.Members, id)
		}
		return nil
	})
	return a, err
}

// InGroup reads a membership.
func (d Directory) InGroup(_ context.Context, id, groupID string) (in bool, err error) {
	err = d.call("InGroup", func() error {
		g := d.Groups[groupID]
		in = g != nil && slices.Contains(g.Members, id)
		return nil
	})
	return in, err
}

// GroupPeople lists the people of a group.
func (d Directory) GroupPeople(_ context.Context, groupID string, limit int) (ps []bot.Person, err error) {
	err = d.call("GroupPeople", func() error {
		g := d.Groups[groupID]
		if g == nil {
			return notFound("group " + groupID)
		}
		for _, id := range g.Members {
			if u := d.People[id]; u != nil && len(ps) < limit {
				ps = append(ps, u.Person)
			}
		}
		return nil
	})
	return ps, err
}
