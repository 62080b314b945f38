package cardtest

import (
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// Draft is a request as it stands in its forms; add has guests added to a site
// that is there, else the site is made too.
func Draft(add bool) *flow.Request {
	r := Request(flow.Draft)
	if !add {
		r = NewSite(flow.Checking)
		r.State, r.Site, r.Target, r.EndsAt = flow.Draft, nil, flow.Target{}, At(29, 9, 0)
	}
	r.Looked = &flow.DraftResult{Levels: []string{string(readiness.SharingGuests), string(readiness.SharingExisting)}, Display: "PRJ Project Linden", Alias: "prj-project-linden", Target: r.Target}
	return r
}

func (m *maker) allForms() []FormSample {
	m.kind = "forms"
	m.siteForms()
	m.peopleForms()
	m.reviewForms()
	for _, step := range []string{"site", "people", "review", card.StepDecline, card.StepAsk, card.StepAnswer} {
		m.form("loading "+step, card.Loading(m.view(card.AsRequester, nil), step))
	}
	m.smallForms()
	m.kind = "more"
	m.standstillForms()
	m.otherAnswers()
	m.wrongForms()
	m.lastForms()
	return m.forms
}

func (m *maker) draft(r *flow.Request) card.View { return m.view(card.AsRequester, r) }

func (m *maker) siteForms() {
	empty := Draft(false)
	empty.Answers, empty.Looked = flow.Answers{Step: flow.StepSite}, &flow.DraftResult{}
	m.form("site, empty", card.SiteForm(Seen(m.texts, card.AsRequester, m.lang, empty)))
	m.form("site, filled", card.SiteForm(m.draft(Draft(false))))
	for _, p := range Problems() {
		r := Draft(false)
		r.Looked.Problems = []flow.Problem{p}
		m.form("site, "+p.Field+" "+p.Code, card.SiteForm(m.draft(r)))
	}
	closed := Draft(false)
	closed.Looked.Company = string(readiness.CodeInvitesOff)
	m.form("site, company not ready", card.SiteForm(m.draft(closed)))
}

func (m *maker) peopleForms() {
	r := Draft(false)
	r.Answers.Guests, r.Answers.Pasted = Entries(), "Anna Kowalski <anna@fabrikam.com>, jan@contoso.nl, …"
	r.Looked.Levels = []string{string(readiness.SharingExisting)}
	r.Looked.Problems = []flow.Problem{{Field: card.FieldGuests, Code: "guests_bad"}, {Field: card.FieldDate, Code: "date_far", Args: map[string]string{"max": "365"}}}
	m.form("people, new site", card.PeopleForm(m.draft(r)))
	add := Draft(true)
	add.Looked.Rule, add.Looked.Deciders = flow.NotOwner, []flow.Who{Mehmet, Priya}
	m.form("people, existing site", card.PeopleForm(m.draft(add)))
	pick := Draft(true)
	pick.Target, pick.Origin.Typed = flow.Target{}, "lin"
	pick.Looked = &flow.DraftResult{Problems: []flow.Problem{{Field: card.FieldSite, Code: "site_ambiguous", Args: map[string]string{"site": "lin"}}}}
	m.form("people, site to pick", card.PeopleForm(m.draft(pick)))
}

func (m *maker) reviewForms() {
	for _, rule := range []string{flow.OwnerDirect, flow.OwnerFlagged, flow.OwnerNever, flow.NotOwner, flow.OwnerCannotInvite, "no_decider"} {
		r := Draft(true)
		r.Looked.Rule = rule
		if rule != flow.OwnerDirect {
			r.Looked.Deciders = []flow.Who{Mehmet}
		}
		m.form("review, "+rule, card.ReviewForm(m.draft(r)))
	}
	rv := Draft(false)
	rv.Looked.SiteDeciders, rv.Looked.Deciders, rv.Looked.Rule = []flow.Who{Mehmet}, []flow.Who{Mehmet}, flow.NotOwner
	m.form("review, new site", card.ReviewForm(m.draft(rv)))
}

func (m *maker) smallForms() {
	w := Guest(flow.Question)
	v := m.view(card.AsOwner, Request(flow.Open, w), w)
	v.Part = "g1"
	m.form("decline", card.DeclineForm(v, "g1|3|m"))
	m.form("ask", card.AskForm(v, "g1|3|m"))
	s := v
	s.Viewer, s.Role = Sanne, card.AsRequester
	s.Viewer.Lang = m.lang
	m.form("answer", card.AnswerForm(s, "g1|3|m"))
	m.form("closed", card.Closed(v, "form_expired", nil))
}

// otherAnswers are forms that hold what the other examples do not.
func (m *maker) otherAnswers() {
	public := Draft(false)
	public.Answers.Public = true
	m.form("site, public", card.SiteForm(m.draft(public)))
	dated := Draft(true)
	dated.Answers.Days, dated.Answers.Until = 0, "2027-01-31"
	m.form("people, until a date", card.PeopleForm(m.draft(dated)))
	m.form("review, until a date", card.ReviewForm(m.draft(dated)))
}

// wrongForms are what is shown again when a small form was sent without an answer.
func (m *maker) wrongForms() {
	w := Guest(flow.Question)
	v := m.view(card.AsOwner, Request(flow.Open, w), w)
	v.Part = "g1"
	for _, f := range []card.Form{card.DeclineForm(v, "g1|3|m"), card.AskForm(v, "g1|3|m"), card.AnswerForm(v, "g1|3|m")} {
		for i := range f.Fields {
			id := f.Fields[i].ID
			f.Fields[i].Error = card.FieldErrors(v, []flow.Problem{{Field: id, Code: "needed"}})[id]
		}
		step, _ := card.SplitStep(f.Step)
		m.form(step+", with errors", f)
	}
	v.Part = flow.SitePart
	v.Request = m.grown(NewSite(flow.AwaitingApproval), nil)
	m.form("decline, the site", card.DeclineForm(v, "site|3|m"))
}

// lastForms are forms that are done with, and one with more guests than it shows.
func (m *maker) lastForms() {
	g := Guest(flow.AwaitingDecision)
	v := m.view(card.AsRequester, Request(flow.Open, g), g)
	for _, code := range []string{"sent", "answered", "received", "closed", "draft_kept"} {
		m.form("done "+code, card.Done(v, code, nil))
	}
	many := Draft(true)
	many.Answers.Guests = nil
	for i := range many.Policy.MaxGuests {
		e := Entries()[i%len(Entries())]
		e.Mail = "guest" + itoa(i) + "." + e.Mail
		many.Answers.Guests = append(many.Answers.Guests, e)
	}
	many.Answers.Pasted = pasted(many.Answers.Guests)
	m.formMany("people, a hundred guests", card.PeopleForm(m.draft(many)))
	m.formMany("review, a hundred guests", card.ReviewForm(m.draft(many)))
}

// pasted is guests as somebody typed them, as far as the field takes them.
func pasted(gs []flow.GuestEntry) string {
	text := ""
	for _, g := range gs {
		if len(text)+len(g.Mail)+1 > mostPasted {
			break
		}
		text += g.Mail + "\n"
	}
	return text
}
