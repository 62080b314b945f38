package card

import (
	"guestsite/bot/flow"
)

// mark is where a step of the timeline stands; its text is symbol and word.
type mark string

const (
	markDone    mark = "done"
	markNow     mark = "now"
	markLater   mark = "later"
	markParked  mark = "parked"
	markStopped mark = "stopped"
	// markSome is a step that has come to its end for some of the guests.
	markSome mark = "some"
	// markDeclined is a step that somebody said no to.
	markDeclined mark = "declined"
)

func (m mark) symbol() string {
	return map[mark]string{markDone: "✓", markNow: "●", markLater: "○", markParked: "‖", markStopped: "✕", markSome: "✓", markDeclined: "✕"}[m]
}

// timeline is the steps of a request that apply to it, each with symbol and word.
func (v View) timeline(l Lang) List {
	r := v.Request
	out := List{Marks: OwnMarks}
	add := func(k Key, m mark, args ...any) {
		word := l.Say(Key("mark." + string(m)))
		if len(args) > 0 && (m == markNow || m == markSome) {
			word = l.Say(keyMarkSome, args...)
		}
		out.Items = append(out.Items, []Run{{Text: m.symbol() + " "}, {Text: l.Say(k), Bold: m == markNow}, {Text: " – " + word}})
	}
	add(keyStepRules, v.rulesMark())
	if r.Site != nil {
		if r.Site.Rule == "site_asked" {
			add(keyStepAgreed, agreedMark(r.Site))
		}
		add(keyStepSite, siteMark(r.Site))
	} else if r.NewSite() {
		add(keyStepSite, markLater)
	}
	t := r.Tally
	if t.Total == 0 {
		return out
	}
	if m, due := v.decisionMark(); due {
		add(keyStepOwner, m)
	}
	in := t.By[flow.In] + t.By[flow.Ended]
	if t.Total > 1 {
		add(keyStepInvited, v.invitedMark(), "in", in, "total", t.Total)
	} else {
		add(keyStepInvited, v.invitedMark())
	}
	if m, n := v.acceptedMark(); m != "" {
		add(keyStepAccepted, m, "in", n, "total", t.By[flow.In])
	}
	return out
}

// rulesMark is where the check of the rules stands. A new site's is done with the
// site's own: the guests are checked beside it, and their lines say so.
func (v View) rulesMark() mark {
	r, t := v.Request, v.Request.Tally
	known := 0
	for _, n := range t.By {
		known += n
	}
	switch {
	case r.State == flow.Draft || r.State == flow.None:
		return markLater
	case r.Site != nil && r.Site.State == flow.Parked && r.Site.Resume != flow.Sharing, t.By[flow.Parked] > 0:
		return markParked
	case r.Site != nil && r.Site.State == flow.Withdrawn && r.Site.Check == nil:
		return markStopped
	case r.State == flow.Open && r.Site != nil && r.Site.State == flow.Checking:
		return markNow
	case r.State == flow.Open && r.Site == nil && (t.By[flow.Checking] > 0 || known < t.Total):
		return markNow
	}
	return markDone
}

func agreedMark(s *flow.Site) mark {
	switch {
	case s.State == flow.AwaitingApproval:
		return markNow
	case s.Decision != nil && s.Decision.Action == flow.Approve:
		return markDone
	case s.State == flow.Checking || s.State == flow.Parked:
		return markLater
	case s.Decision != nil:
		return markDeclined
	}
	return markStopped
}

func siteMark(s *flow.Site) mark {
	switch s.State {
	case flow.Ready:
		return markDone
	case flow.Creating, flow.AwaitingSite, flow.Sharing:
		return markNow
	case flow.Parked:
		if s.Resume == flow.Sharing {
			return markParked
		}
		return markLater
	case flow.Declined, flow.Expired, flow.Withdrawn, flow.Failed:
		return markStopped
	default:
		return markLater
	}
}

// decisionMark is where the decision on the guests stands, and whether one is due.
func (v View) decisionMark() (mark, bool) {
	t := v.Request.Tally
	if t.By[flow.AwaitingDecision]+t.By[flow.Question] > 0 {
		return markNow, true
	}
	agreed, due := false, false
	for _, g := range v.Guests {
		if g.State == flow.AwaitingDecision || g.State == flow.Question { // the tally may be a moment behind
			return markNow, true
		}
		due = due || g.Stage != "" || g.Rule != "" && g.Rule != "owner_direct"
		agreed = agreed || g.Decision != nil && g.Decision.Action == flow.Approve
	}
	switch {
	case agreed:
		return markDone, true
	case t.By[flow.Declined] > 0 && (v.Request.Site == nil || v.Request.Site.State != flow.Declined):
		return markDeclined, true
	case due && t.Ended():
		return markStopped, true
	}
	return markLater, due
}

func (v View) invitedMark() mark {
	r, t := v.Request, v.Request.Tally
	in := t.By[flow.In] + t.By[flow.Ended]
	switch {
	case in == t.Total:
		return markDone
	case in > 0 && r.State != flow.Open:
		return markSome
	case in > 0, t.By[flow.Inviting]+t.By[flow.Adding]+t.By[flow.Verifying] > 0:
		return markNow
	case r.State != flow.Open && r.State != flow.Draft && r.State != flow.None:
		return markStopped
	}
	return markLater
}

// acceptedMark is how many of those let in have accepted; empty when nobody
// was let in.
func (v View) acceptedMark() (mark, int) {
	in, accepted := 0, 0
	for _, g := range v.Guests {
		if g.State == flow.In {
			in++
			if g.Account != nil && !g.Account.Pending {
				accepted++
			}
		}
	}
	switch {
	case in == 0 && v.Request.State == flow.Open:
		return markLater, 0
	case in == 0:
		return "", 0
	case accepted == in:
		return markDone, accepted
	}
	return markNow, accepted
}
