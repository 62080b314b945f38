package card

import (
	"guestsite/bot/flow"
)

// ReviewForm is the last step: everything in a few lines, what happens when it
// is sent, who decides and by which rule.
func ReviewForm(v View) Form {
	s := &sheet{Lang: v.lang()}
	r, a := v.Request, v.Request.Answers
	f := v.form(s, flow.StepReview, keyFormReview, keySend)
	v.stepLine(s, 3, keyStepNameReview)
	v.notReady(s)
	v.errors(s, &f)
	if r.NewSite() {
		s.text(keyReadyNew, "site", v.site())
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
	f.Blocks, f.Tail = s.blocks, v.kept(s)
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
		if g.Mark == flow.MarkNote {
			rest += " – " + s.entry(g)
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
	var list List
	n := 0
	add := func(runs []Run) {
		n++
		list.Items = append(list.Items, append([]Run{{Text: number(n) + ") "}}, runs...))
	}
	if looked.Company != "" {
		add(l.Runs(keyNowParked))
	} else {
		add(l.Runs(keyNowRules))
	}
	if r.NewSite() {
		if len(looked.SiteDeciders) > 0 {
			add(l.Runs(keyNowSiteAsked, "names", AnyOf(deciderNames(looked.SiteDeciders))))
		} else {
			add(l.Runs(keyNowSiteOwn))
		}
	}
	if len(r.Answers.Guests) > 0 {
		args := []any{"names", AnyOf(deciderNames(looked.Deciders)), "admins", v.admins(l)}
		k := Key("decides." + looked.Rule)
		switch {
		case v.Texts.Has(k):
		case len(looked.Deciders) > 0:
			k = "decides.not_owner"
		default:
			k = "decides.owner_direct"
		}
		add(l.Runs(k, args...))
	}
	return list
}
