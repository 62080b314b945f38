package flow

import "time"

func invited(x *step) State {
	x.g.Account = x.e.Account
	x.run(Effect{Kind: AddMember})
	return Adding
}

const (
	guestEnd = "end"
	watch    = "watch"
)

func verified(x *step) State {
	g := x.g
	g.InSince = x.e.At
	g.Account.Pending = x.e.Account.Pending
	x.endAt(g.Until)
	if g.Account.Pending {
		x.run(Effect{Kind: WatchAccept, Key: watch, Due: x.e.At.AddDate(0, 0, 1)})
	}
	x.refresh()
	return In
}

// extended judges somebody who wants the guest to stay longer, or to stop now.
func extended(x *step) State {
	g, f := x.g, x.e.Facts
	c, ok := x.next(&g.Clicks)
	if !ok {
		return In
	}
	code := whyNot(x.r, Click{Verb: Extend, Version: x.r.Version}, *f)
	limit := x.e.At.AddDate(0, 0, x.r.Policy.MaxDays)
	until := x.e.At.AddDate(0, 0, c.Days)
	switch {
	case code != "":
	case c.Verb != Extend:
		code = "already_decided"
	case !f.Owner:
		code = "not_owner"
	case g.Ending:
		code = "too_late"
	case c.Days <= 0 || until.After(limit):
		code = "too_long"
	case !until.After(g.Until):
		code = "not_longer"
	}
	if code != "" {
		x.tell(c, code)
		return In
	}
	g.Until = until
	x.endAt(until)
	x.tell(c, "extended")
	x.refresh()
	return In
}

// RemindBefore is how long before the end people hear of it.
const RemindBefore = 14 * 24 * time.Hour

// endAt ends the access then, and has the cards say so some time before.
func (x *step) endAt(until time.Time) {
	x.timer(guestEnd, until, Event{Kind: EndDue, Until: until})
	x.run(Effect{Kind: Refresh, Key: "remind", Cancel: true})
	remind := until.Add(-RemindBefore)
	if tomorrow := x.e.At.AddDate(0, 0, 1); remind.Before(tomorrow) {
		remind = tomorrow
	}
	x.run(Effect{Kind: Refresh, Key: "remind", Due: remind})
}

func endDue(x *step) State {
	if !x.e.Until.Equal(x.g.Until) {
		x.refused = Repeated
		return In
	}
	x.g.Ending = true
	x.run(Effect{Kind: RemoveMember})
	return In
}
