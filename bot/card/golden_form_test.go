package card

import (
	"slices"
	"testing"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

func TestForms_Golden(t *testing.T) {
	t.Parallel()
	texts := load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		g := golden{t: t}
		draft := func(add bool) *flow.Request {
			r := request(flow.Draft)
			if !add {
				r = newSite(flow.Checking)
				r.State, r.Site, r.Target, r.EndsAt = flow.Draft, nil, flow.Target{}, at(29, 9, 0)
			}
			r.Looked = &flow.DraftResult{Levels: []string{string(readiness.SharingGuests), string(readiness.SharingExisting)}, Display: "PRJ Project Linden", Alias: "prj-project-linden", Target: r.Target}
			return r
		}
		view := func(r *flow.Request) View { return seenBy(texts, AsRequester, lang, r) }

		empty := draft(false)
		empty.Answers, empty.Looked = flow.Answers{Step: flow.StepSite}, &flow.DraftResult{}
		g.add("site, empty", asked(SiteForm(view(empty))))
		g.add("site, filled", asked(SiteForm(view(draft(false)))))
		for _, p := range nameProblems() {
			r := draft(false)
			r.Looked.Problems = []flow.Problem{p}
			g.add("site, "+p.Field+" "+p.Code, asked(SiteForm(view(r))))
		}
		closed := draft(false)
		closed.Looked.Company = string(readiness.CodeInvitesOff)
		g.add("site, company not ready", asked(SiteForm(view(closed))))

		r := draft(false)
		r.Answers.Guests, r.Answers.Pasted = entries(), "Anna Kowalski <anna@fabrikam.com>, jan@contoso.nl, …"
		r.Looked.Levels = []string{string(readiness.SharingExisting)}
		r.Looked.Problems = []flow.Problem{{Field: FieldGuests, Code: "guests_bad"}, {Field: FieldDate, Code: "date_far", Args: map[string]string{"max": "365"}}}
		g.add("people, new site", asked(PeopleForm(view(r))))
		add := draft(true)
		add.Looked.Rule, add.Looked.Deciders = flow.NotOwner, []flow.Who{mehmet, priya}
		g.add("people, existing site", asked(PeopleForm(view(add))))
		pick := draft(true)
		pick.Target, pick.Origin.Typed = flow.Target{}, "lin"
		pick.Looked = &flow.DraftResult{Problems: []flow.Problem{{Field: FieldSite, Code: "site_ambiguous", Args: map[string]string{"site": "lin"}}}}
		g.add("people, site to pick", asked(PeopleForm(view(pick))))

		for _, rule := range []string{flow.OwnerDirect, flow.OwnerFlagged, flow.OwnerNever, flow.NotOwner, flow.OwnerCannotInvite, "no_decider"} {
			r := draft(true)
			r.Looked.Rule = rule
			if rule != flow.OwnerDirect {
				r.Looked.Deciders = []flow.Who{mehmet}
			}
			g.add("review, "+rule, asked(ReviewForm(view(r))))
		}
		rv := draft(false)
		rv.Looked.SiteDeciders, rv.Looked.Deciders, rv.Looked.Rule = []flow.Who{mehmet}, []flow.Who{mehmet}, flow.NotOwner
		g.add("review, new site", asked(ReviewForm(view(rv))))

		for _, step := range []string{"site", "people", "review", StepDecline, StepAsk, StepAnswer} {
			g.add("loading "+step, asked(Loading(view(nil), step)))
		}
		w := guestIn(flow.Question)
		v := seenBy(texts, AsOwner, lang, request(flow.Open, w), w)
		v.Part = "g1"
		g.add("decline", asked(DeclineForm(v, "g1|3|m")))
		g.add("ask", asked(AskForm(v, "g1|3|m")))
		s := v
		s.Viewer, s.Role = sanne, AsRequester
		s.Viewer.Lang = lang
		g.add("answer", asked(AnswerForm(s, "g1|3|m")))
		g.add("closed", asked(Closed(v, "form_expired", nil)))
		g.compare("forms." + lang + ".txt")
	})
}

func nameProblems() []flow.Problem {
	arg := func(kv ...string) map[string]string {
		m := map[string]string{"word": "", "char": "", "max": "0"}
		for pair := range slices.Chunk(kv, 2) {
			m[pair[0]] = pair[1]
		}
		return m
	}
	out := []flow.Problem{
		{Field: FieldName, Code: "needed"},
		{Field: FieldName, Code: "name_taken", Args: arg("free", "prj-linden-2, prj-linden-noord")},
		{Field: FieldName, Code: "name_taken", Args: arg("free", "")},
		{Field: FieldName, Code: "name_held", Args: arg("until", "2027-01-14T09:00:00Z")},
		{Field: FieldName, Code: "name_blocked_word", Args: arg("word", "CEO")},
		{Field: FieldName, Code: "name_refused", Args: arg("text", "Prefix is missing.")},
		{Field: FieldName, Code: "name_too_long", Args: arg("max", "256")},
		{Field: FieldOwner, Code: "person_unknown"},
		{Field: FieldOwner, Code: "owner_guest", Args: arg("person", "Anna Kowalski")},
		{Field: FieldSecond, Code: "owner_disabled", Args: arg("person", "Jan Smit")},
	}
	for _, k := range readiness.NameKinds() {
		out = append(out, flow.Problem{Field: FieldName, Code: "name_" + string(k), Args: arg("max", "256", "word", "CEO")})
	}
	return out
}

func entries() []flow.GuestEntry {
	return []flow.GuestEntry{
		{Mail: "anna@fabrikam.com", Name: "Anna Kowalski", Mark: flow.MarkOK, Code: "can"},
		{Mail: "jan@contoso.nl", Mark: flow.MarkOK, Code: "guest_already"},
		{Mail: "piet@gmail.com", Mark: flow.MarkNote, Code: "flag_personal_mailbox", Args: map[string]string{"domain": "gmail.com"}},
		{Mail: "eva@fabrikarn.com", Mark: flow.MarkNote, Code: "flag_looks_like", Args: map[string]string{"domain": "fabrikarn.com", "like": "fabrikam.com", "count": "12", "suggestion": "eva@fabrikam.com"}},
		{Mail: "kim@blocked.example", Mark: flow.MarkBad, Code: string(readiness.CodeDomainDenied), Args: map[string]string{"domain": "blocked.example"}},
		{Mail: "sanne@noordzee.nl", Mark: flow.MarkNote, Code: "moved", Args: map[string]string{"id": "sanne", "person": "Sanne de Vries"}},
		{Mail: "anna@fabrikam.com", Mark: flow.MarkNote, Code: "duplicate"},
		{Mail: "anna@fabrikam", Mark: flow.MarkBad, Code: "address_no_dot_in_domain", Args: map[string]string{"final": "yes"}},
		{Mail: "x y", Mark: flow.MarkBad, Code: "address_invalid", Args: map[string]string{"final": "yes", "address": "x y"}},
	}
}
