package cardtest

import (
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// standstill is what everybody reads while IT has paused all changes.
func (m *maker) standstill() {
	for _, p := range []card.Standstill{{Since: At(22, 9, 30)}, {Since: At(22, 9, 30), Reason: m.style.words("Mailbox migration until 18:00")}} {
		title := " / paused"
		if p.Reason != "" {
			title += ", with a reason"
		}
		one, parked := Guest(flow.AwaitingDecision), Guest(flow.Parked)
		see := func(role card.Role, r *flow.Request, gs ...*flow.Guest) card.View {
			v := m.view(role, r, gs...)
			v.Standstill = &p
			return v
		}
		m.add("status"+title, card.Status(see(card.AsRequester, Request(flow.Open, one), one)))
		m.add("decide"+title, card.Decide(see(card.AsOwner, Request(flow.Open, one), one)))
		site := see(card.AsOwner, NewSite(flow.AwaitingApproval))
		site.Part = flow.SitePart
		m.add("decide the site"+title, card.Decide(site))
		m.add("admin"+title, card.Admin(see(card.AsAdmin, Request(flow.Open, parked), parked)))
		in := Guest(flow.In)
		m.add("status, over"+title, card.Status(see(card.AsRequester, Request(flow.Done, in), in)))
	}
}

// standstillForms are the first words of whoever asks for something meanwhile.
func (m *maker) standstillForms() {
	p := &card.Standstill{Since: At(22, 9, 30), Reason: m.style.words("Mailbox migration until 18:00")}
	for _, add := range []bool{false, true} {
		v := m.draft(Draft(add))
		v.Standstill = p
		title := "paused, new site"
		if add {
			title = "paused, existing site"
		}
		m.form(title, card.PeopleForm(v))
	}
	v := m.draft(Draft(false))
	v.Standstill = p
	m.form("paused, site", card.SiteForm(v))
	m.form("paused, review", card.ReviewForm(v))
	v = m.view(card.AsRequester, nil)
	v.Standstill = p
	m.form("paused, loading", card.Loading(v, string(flow.StepSite)))
}
