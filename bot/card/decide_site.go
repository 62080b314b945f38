package card

import (
	"slices"

	"guestsite/bot/flow"
)

// decideSite asks to agree to a site that the requester may not make alone.
func (v View) decideSite(s *sheet) Card {
	r, site := v.Request, v.Request.Site
	asked := site != nil && site.State == flow.AwaitingApproval
	title := s.Say(keyAskSite, "name", given(nameOf(r.Requester)), "site", v.site())
	if !asked {
		title = v.siteOutcome(s.Lang)
	}
	v.standstill(s)
	if r.Answers.Purpose != "" {
		s.text(keyPurposeFrom, "name", oneLine(nameOf(r.Requester)))
		s.quote(r.Answers.Purpose)
	}
	s.add(v.siteList(s.Lang, true))
	if asked {
		if v.Role == AsOwner || v.Role == AsCoOwner || v.Role == AsAdmin {
			yes := v.button(ActApprove, flow.SitePart, s.Say(keyMakeSite))
			yes.Spoken, yes.Style = s.Say(keyMakeSiteSpoken, "site", v.site()), Primary
			no := v.button(ActDecline, flow.SitePart, s.Say(keyDecline))
			no.Spoken = s.Say(keyDeclineSiteSpoken, "site", v.site())
			v.orReceived(s, flow.SitePart, yes, no)
		}
		why := []string{s.Say(v.whyAsked(), "name", given(nameOf(r.Requester)))}
		if len(r.Answers.Guests) > 0 {
			why = append(why, s.Say(keyGuestsApart))
		}
		v.silence(s, site.Deadline, site.Deciders, why...)
	}
	if site != nil && site.State == flow.Failed {
		v.whySite(s)
	}
	var check *flow.Check
	if site != nil {
		check = site.Check
	}
	v.record(s, asked, check)
	return s.card(title)
}

// whyAsked is why the viewer is asked about the site.
func (v View) whyAsked() Key {
	has := func(id string) bool {
		return id != "" && slices.ContainsFunc(v.Request.Answers.Owners(), func(w flow.Who) bool { return w.ID == id })
	}
	switch {
	case !has(v.Viewer.ID):
		return keyWhySiteApprover
	case has(v.Request.Requester.ID):
		return keyWhySiteCoOwner
	}
	return keyWhySiteOwner
}

// siteList is what the new site will be, one fact a line; with the guests, if asked.
func (v View) siteList(l Lang, guests bool) List {
	a := v.Request.Answers
	var list List
	add := func(k Key, args ...any) { list.Items = append(list.Items, l.Runs(k, args...)) }
	var owners []string
	for _, w := range a.Owners() {
		owners = append(owners, v.who(l, w))
	}
	if len(owners) > 0 {
		add(keySiteOwners, "count", len(owners), "names", Names(owners))
	}
	if a.Public {
		add(keySitePublic)
	} else {
		add(keySitePrivate)
	}
	if a.Level != "" {
		add(keySiteLevel, "level", l.value(a.Level))
	}
	if n := len(a.Members); n > 0 {
		names := Names(v.colleagues(firstGuests))
		if n > firstGuests {
			names = append(names, l.Say(keyMoreNames, "count", n-firstGuests))
		}
		add(keySiteMembers, "count", n, "names", names)
	}
	if n := len(a.Guests); guests && n > 0 {
		names := Names(v.draftGuests(firstGuests))
		if n > firstGuests {
			names = append(names, l.Say(keyMoreNames, "count", n-firstGuests))
		}
		if a.Until != "" {
			add(keySiteGuests, "count", n, "names", names, "date", Day(v.until()))
		} else {
			add(keySiteGuestsDays, "count", n, "names", names, "days", a.Days)
		}
	}
	return list
}

// colleagues names the colleagues who come into the new site.
func (v View) colleagues(most int) []string {
	var out []string
	for i, w := range v.Request.Answers.Members {
		if i == most {
			break
		}
		out = append(out, v.who(v.lang(), w))
	}
	return out
}

// draftGuests names the draft's guests with their addresses.
func (v View) draftGuests(most int) []string {
	var out []string
	for i, g := range v.Request.Answers.Guests {
		if i == most {
			break
		}
		n := oneLine(g.Mail)
		if g.Name != "" {
			n = oneLine(g.Name) + " (" + n + ")"
		}
		out = append(out, n)
	}
	return out
}

// siteOutcome is what was decided on the site.
func (v View) siteOutcome(l Lang) string {
	s := v.Request.Site
	switch {
	case s == nil || s.State == flow.Withdrawn:
		return l.Say(keyOutWithdrawn, "name", given(nameOf(v.Request.Requester)))
	case s.Decision != nil && s.Decision.Action == flow.Decline:
		return l.Say(keyOutSiteDeclined, "name", given(nameOf(s.Decision.By)), "when", Stamp(s.Decision.At), "site", v.site(), "why", v.because(l, s.Decision.Note))
	case s.State == flow.Expired:
		return l.Say(keyOutExpired)
	case s.Decision != nil:
		return l.Say(keyOutSiteAgreed, "name", given(nameOf(s.Decision.By)), "when", Stamp(s.Decision.At), "site", v.site())
	}
	return l.Say(keyOutSiteOpen, "site", v.site())
}
