package cardtest

import (
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

func (m *maker) status() {
	for _, ex := range Examples() {
		for _, role := range Roles() {
			if role == card.AsCoOwner || role == card.AsAdmin { // as AsOwner
				continue
			}
			m.add(ex.Name+" / "+string(role), card.Status(m.view(role, ex.Request, ex.Guests...)))
		}
	}
}

func (m *maker) decide() {
	for _, ex := range Examples() {
		if len(ex.Guests) > 0 && ex.Guests[0].Stage != "" {
			for _, role := range Roles() {
				m.add(ex.Name+" / "+string(role), card.Decide(m.view(role, ex.Request, ex.Guests...)))
			}
		}
		if ex.Request.Site == nil {
			continue
		}
		for _, role := range Roles() {
			v := m.view(role, ex.Request)
			v.Part = flow.SitePart
			title := ex.Name + " / the site"
			if role != card.AsOwner {
				title += " / " + string(role)
			}
			m.add(title, card.Decide(v))
		}
	}
	many := Crowd(8)
	m.addMany("batch of 8", card.Decide(m.view(card.AsOwner, Request(flow.Open, many...), many...)))
	more := Crowd(30)
	v := m.view(card.AsOwner, Request(flow.Open, more...), more...)
	m.addMany("batch of 30", card.Decide(v))
	v.All = true
	m.addMany("batch of 30, all", card.Decide(v))
}

func (m *maker) admin() {
	p := Guest(flow.Parked)
	m.add("one guest", card.Admin(m.view(card.AsAdmin, Request(flow.Open, p), p)))
	q := Guest(flow.Parked)
	q.ID, q.Name, q.Mail = "g2", "", "jan@fabrikam.com"
	m.add("two guests, one setting", card.Admin(m.view(card.AsAdmin, Request(flow.Open, p), p, q)))
	m.add("site", card.Admin(m.view(card.AsAdmin, NewSite(flow.Parked))))
	hand := NewSite(flow.Parked)
	hand.Site.Code, hand.Site.Resume = string(readiness.CodeUnreadNotAsked), flow.Sharing
	hand.Site.Check = &flow.Check{Outcome: "unknown", Code: hand.Site.Code, Setting: "spo.site", Wanted: string(readiness.SharingGuests), HandCheck: true, Layer: 6}
	m.add("site, by hand", card.Admin(m.view(card.AsAdmin, hand)))
	for _, code := range []string{"no_decider", "no_inviter", "app_permission", "naming"} {
		n := Guest(flow.Parked)
		n.Code, n.Check = code, &flow.Check{Outcome: "cannot", Code: code}
		m.add(code, card.Admin(m.view(card.AsAdmin, Request(flow.Open, n), n)))
	}
	d := Guest(flow.In)
	m.add("goes on", card.Admin(m.view(card.AsAdmin, Request(flow.Done, d), d)))
}

// more is what the golden files leave out: crowds, clicks that are not judged
// yet, people who cannot be reached, settings that nobody could read.
func (m *maker) more() {
	crowd := Crowd(40)
	r := Request(flow.Open, crowd...)
	for _, all := range []bool{false, true} {
		suffix := ""
		if all {
			suffix = ", all"
		}
		v := m.view(card.AsOwner, r, crowd...)
		v.All = all
		m.addMany("decide / crowd of 40"+suffix, card.Decide(v))
		v = m.view(card.AsRequester, r, crowd...)
		v.All = all
		m.addMany("status / crowd of 40"+suffix, card.Status(v))
	}

	one, some := Guest(flow.AwaitingDecision), Crowd(4)
	v := m.view(card.AsOwner, Request(flow.Open, one), one)
	v.Answered = map[string]bool{one.ID: true}
	m.add("decide / answered", card.Decide(v))
	v = m.view(card.AsOwner, Request(flow.Open, some...), some...)
	v.Answered = map[string]bool{"g2": true, "g3": true}
	m.add("decide / two of four answered", card.Decide(v))
	v = m.view(card.AsOwner, NewSite(flow.AwaitingApproval))
	v.Part, v.Answered = flow.SitePart, map[string]bool{flow.SitePart: true}
	m.add("decide / site answered", card.Decide(v))

	v = m.view(card.AsRequester, Request(flow.Open, one), one)
	v.Unreached = []string{m.style.person(Mehmet.Name)}
	m.add("status / one decider unreached", card.Status(v))
	v.Unreached, v.NobodyReached = append(v.Unreached, m.style.person(Priya.Name)), true
	m.add("status / nobody reached", card.Status(v))

	m.standstill()
	m.failed()
	m.forgotten()

	var parked []*flow.Guest
	for i, setting := range readiness.Settings() {
		g := Guest(flow.Parked)
		g.ID, g.Check.Setting, g.Check.HandCheck = "g"+itoa(i+1), setting, true
		parked = append(parked, g)
	}
	m.addMany("admin / every setting", card.Admin(m.view(card.AsAdmin, Request(flow.Open, parked...), parked...)))
	nothing := readiness.CheckCompany(readiness.Snapshot{}, readiness.Policy{}, Now)
	m.addMany("check / nothing read", card.Check(m.view(card.AsAdmin, nil), nothing))
	blind := card.Asked{Subject: m.style.mail("g1", "anna@fabrikam.com"), Verdict: readiness.Invite(readiness.Question{Now: Now})}
	m.addMany("why / nothing read", card.Why(m.view(card.AsAdmin, nil), blind))

	long := Crowd(12)
	for _, g := range long {
		g.State, g.Until = flow.In, At(30, 22, 0)
	}
	m.addMany("ending / twelve guests", card.Ending(m.view(card.AsOwner, Request(flow.Done, long...), long...)))
}
