package card

import (
	"slices"

	"guestsite/bot/flow"
)

// ReviewForm is the last step: everything in a few lines, what happens when it
// is sent, who decides and by which rule.
func ReviewForm(v View) Form {
	s := &sheet{Lang: v.lang()}
	r, a := v.Request, v.Request.Answers
	f := v.form(s, flow.StepReview, keyFormReview, keySend)
	f.Close = s.Say(keyFormClose)
	v.stepLine(s, 3, keyStepNameReview)
	v.standstill(s)
	v.notReady(s)
	v.errors(s, &f)
	if r.NewSite() {
		s.text(keyReadyNew, "site", v.site())
		if a.Purpose != "" {
			s.quote(a.Purpose)
		}
		s.add(v.siteList(s.Lang, false))
	} else {
		s.text(keyReadyAdd, "count", len(a.Guests), "site", v.site())
	}
	v.draftLines(s)
	if a.Why != "" {
		s.text(keyWhyYours)
		s.quote(a.Why)
	}
	s.text(keyWhatNow)
	s.add(v.whatNow(s.Lang))
	f.Buttons = []Button{v.button(ActBack, "", s.Say(keyFormBack))}
	f.Blocks, f.Tail = s.blocks, v.kept(s, flow.StepReview)
	return f
}

// draftLines is the guests, one line each.
func (v View) draftLines(s *sheet) {
	a := v.Request.Answers
	if len(a.Guests) == 0 {
		return
	}
	var list List
	for i, g := range a.Guests {
		if i == firstGuests {
			list.Items = append(list.Items, line(s.Say(keyMoreGuests, "count", len(a.Guests)-i)))
			break
		}
		until := v.until()
		if !g.Until.IsZero() {
			until = g.Until
		}
		rest := " – " + s.Say(keyAccessUntil, "date", Day(until))
		name := g.Mail
		if g.Name != "" {
			name, rest = g.Name, " · "+oneLine(g.Mail)+rest
		}
		if g.Mark == flow.MarkNote || g.Mark == flow.MarkBad {
			rest += " – " + entrySymbol(g.Mark) + " " + v.entry(s.Lang, g)
		}
		list.Items = append(list.Items, named(name, rest))
	}
	s.add(list)
}

// whatNow is what happens after sending, one step a line.
func (v View) whatNow(l Lang) List {
	r := v.Request
	looked := r.Looked
	if looked == nil {
		looked = &flow.DraftResult{}
	}
	list := List{Marks: Numbers}
	add := func(k Key, args ...any) { list.Items = append(list.Items, l.Runs(k, args...)) }
	bad := slices.ContainsFunc(r.Answers.Guests, func(g flow.GuestEntry) bool { return g.Mark == flow.MarkBad })
	switch {
	case looked.Company != "":
		add(keyNowParked)
	case bad:
		add(keyNowSomeParked)
	default:
		add(keyNowRules)
	}
	if r.NewSite() {
		add(v.siteDecides(looked), "names", AnyOf(deciderNames(looked.SiteDeciders)), "admins", v.admins(l))
	}
	if len(r.Answers.Guests) > 0 {
		add(v.guestsDecide(looked), "names", AnyOf(deciderNames(looked.Deciders)), "admins", v.admins(l))
	}
	return list
}

// siteDecides says who decides on the site, and why.
func (v View) siteDecides(looked *flow.DraftResult) Key {
	owns := slices.ContainsFunc(v.Request.Answers.Owners(), func(w flow.Who) bool { return w.ID == v.Request.Requester.ID })
	switch {
	case len(looked.SiteDeciders) > 0 && owns:
		return keyNowSiteMayNot
	case len(looked.SiteDeciders) > 0:
		return keyNowSiteNotYours
	case owns:
		return keyNowSiteOwn
	}
	return keyNowSiteNobody
}

// guestsDecide says who decides on the guests, and why.
func (v View) guestsDecide(looked *flow.DraftResult) Key {
	k := Key("decides." + looked.Rule)
	switch {
	case looked.Rule == flow.OwnerDirect || looked.Rule == "" && len(looked.Deciders) == 0:
		return "decides.owner_direct"
	case len(looked.Deciders) == 0:
		return "decides.no_decider"
	case !v.Texts.Has(k):
		return "decides.not_owner"
	}
	return k
}
