package cardtest

import (
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// Stuck is a guest who failed in a state, and may be tried again.
func Stuck(where flow.State) *flow.Guest {
	g := Guest(flow.Failed)
	g.Code, g.Resume = "unavailable", where
	if where == flow.Adding {
		g.Account = &flow.Account{UserID: "u-anna", Created: true, Pending: true}
	}
	return g
}

// failed is what admins and requesters read of what failed: open, tried again,
// closed; with a site that was made before, and without.
func (m *maker) failed() {
	again := &flow.Word{By: Joost, At: At(22, 9, 40)}
	show := func(title string, r *flow.Request, gs ...*flow.Guest) {
		v := m.view(card.AsAdmin, r, gs...)
		v.Part = card.PartFailed
		m.add("failed / "+title, card.Failed(v))
		m.add("failed, to the requester / "+title, card.Status(m.view(card.AsRequester, r, gs...)))
	}
	one := Stuck(flow.Inviting)
	show("a guest", Request(flow.Failed, one), one)
	made := Stuck(flow.Adding)
	show("a guest with an account", Request(flow.Failed, made), made)
	trying := Guest(flow.Inviting)
	trying.Again = again
	show("a guest is tried again", Request(flow.Open, trying), trying)
	closed := Stuck(flow.Adding)
	closed.Resume, closed.GivenUp = flow.None, again
	show("a guest is closed", Request(flow.Failed, closed), closed)
	in := Guest(flow.In)
	show("nothing any more", Request(flow.Done, in), in)

	for _, group := range []string{"", "g-linden"} {
		title := "a site that is not there"
		if group != "" {
			title = "a site that was made"
		}
		halted := Stuck(flow.Checking)
		r := NewSite(flow.Failed, halted)
		r.Site.Resume, r.Site.Code, r.Target.GroupID = flow.Sharing, "internal", group
		show(title, r, halted)
		over := NewSite(flow.Failed)
		over.Site.GivenUp, over.Target.GroupID = again, group
		show(title+", closed", over)
	}
	site := NewSite(flow.Sharing)
	site.Site.Again = again
	show("a site is tried again", site)
	many := Crowd(40)
	for _, g := range many {
		g.State, g.Code, g.Resume = flow.Failed, "throttled", flow.Inviting
	}
	v := m.view(card.AsAdmin, Request(flow.Failed, many...), many...)
	v.Part = card.PartFailed
	m.addMany("failed / forty guests", card.Failed(v))
}
