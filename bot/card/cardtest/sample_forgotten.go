package cardtest

import (
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// forgotten is what stays on the cards of a guest who was erased.
func (m *maker) forgotten() {
	seen := func(role card.Role) card.View {
		g := Guest(flow.Ended)
		g.Name, g.Mail, g.Account = "", flow.Erased, nil
		v := m.view(role, Request(flow.Done, g), g)
		g.Mail = flow.Erased // whatever the style types
		v.Request.Answers.Guests = []flow.GuestEntry{{Mail: flow.Erased}}
		v.Request.Answers.Why = flow.Erased + " delivers the soil report"
		v.Request.Tally = flow.Count(1, v.Guests)
		return v
	}
	m.add("forgotten / status", card.Status(seen(card.AsRequester)))
	m.add("forgotten / decide", card.Decide(seen(card.AsOwner)))
}
