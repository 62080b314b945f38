package flow

import "time"

// siteTable is the only place where a transition of a site is written.
func siteTable() table {
	checked := rule{[]State{Creating, AwaitingApproval, Parked, Failed, Withdrawn}, siteChecked}
	broke := rule{[]State{Failed}, siteBroke}
	blocked := rule{[]State{Parked}, siteBlocked}
	gone := rule{[]State{Withdrawn}, func(x *step) State { x.cancelSite(); x.s.Code = "withdrawn"; return x.stopGuests(Withdrawn) }}

	work := []Kind{Made, Appeared, StillSlow, Shared}
	clicks := []Kind{Clicked, Decided, Confirmed}
	outside := func(rest ...Kind) map[Kind]Refusal { return refuseAll(Repeated, rest...) }
	ended := both(refuseAll(TooLate, clicks...), refuseAll(TooLate, Withdraw),
		outside(append([]Kind{Checked, Blocked, RightLost, Broke, TimedOut}, work...)...))
	return noneFailed(table{
		rules: map[State]map[Kind]rule{
			Checking: {Checked: checked, Withdraw: gone},
			Parked: {
				Checked:   checked,
				Confirmed: {[]State{Checking, Sharing}, siteConfirmed},
				Shared:    {[]State{Ready}, behindCreation(shared)},
				Blocked:   {[]State{Parked}, behindCreation(siteBlocked)},
				Broke:     {[]State{Failed}, behindCreation(siteBroke)},
				TimedOut:  {[]State{Expired}, siteTimedOut},
				Withdraw:  gone,
			},
			AwaitingApproval: {
				Clicked:  {[]State{AwaitingApproval}, siteClicked},
				Decided:  {[]State{Creating, Declined, AwaitingApproval}, siteDecided},
				TimedOut: {[]State{Expired}, siteTimedOut},
				Withdraw: gone,
			},
			Creating: {
				Made:      {[]State{AwaitingSite}, made},
				Blocked:   blocked,
				RightLost: {[]State{Checking}, siteRightLost},
				Broke:     broke,
			},
			AwaitingSite: {
				Appeared:  {[]State{Sharing}, appeared},
				StillSlow: {[]State{AwaitingSite}, func(x *step) State { x.s.Slow = true; x.refresh(); return AwaitingSite }},
				Broke:     broke,
			},
			Sharing: {Shared: {[]State{Ready}, shared}, Blocked: blocked, Broke: broke},
			Failed: {
				Retried: {[]State{Creating, AwaitingSite, Sharing}, siteRetried},
				GivenUp: {[]State{Failed}, siteGivenUp},
			},
		},
		refusals: map[State]map[Kind]Refusal{
			None:     refuseAll(Impossible, Kinds(OfSite)...),
			Checking: both(refuseAll(TooEarly, clicks...), outside(append([]Kind{Blocked, RightLost, Broke, TimedOut}, work...)...)),
			Parked:   both(refuseAll(TooEarly, Clicked, Decided), outside(Made, Appeared, StillSlow, RightLost)),
			AwaitingApproval: both(refuseAll(TooEarly, Confirmed),
				outside(append([]Kind{Checked, Blocked, RightLost, Broke}, work...)...)),
			Creating:     both(refuseAll(TooLate, clicks...), refuseAll(TooLate, Withdraw), outside(Checked, Appeared, StillSlow, Shared, TimedOut)),
			AwaitingSite: both(refuseAll(TooLate, clicks...), refuseAll(TooLate, Withdraw), outside(Checked, Made, Shared, Blocked, RightLost, TimedOut)),
			Sharing:      both(refuseAll(TooLate, clicks...), refuseAll(TooLate, Withdraw), outside(Checked, Made, Appeared, StillSlow, RightLost, TimedOut)),
			Ready:        ended, Declined: ended, Expired: ended, Withdrawn: ended, Failed: ended,
		},
	})
}

// How long a part waits for IT before it is closed.
const parkedFor = 30 * 24 * time.Hour

const (
	siteDeadline = "site-deadline"
	sitePark     = "site-park"
	siteLook     = "site-look"
)

func (x *step) cancelSite() {
	for _, k := range []string{siteDeadline, sitePark} {
		x.stopTimer(k)
	}
	x.run(Effect{Kind: CheckSite, Key: siteLook, Cancel: true})
}

// stopGuests tells the guests that there will be no site.
func (x *step) stopGuests(to State) State {
	x.run(Effect{Kind: Wake, Event: &Event{Kind: SiteStopped, Stop: to, Code: x.s.Code}})
	x.refresh()
	return to
}

// siteChecked routes: make it, ask somebody, or wait for IT.
func siteChecked(x *step) State {
	c, s, r := x.e.Check, x.s, x.r
	s.Check = c
	if r.Code != "" {
		s.Code = "withdrawn"
		return x.stopGuests(Withdrawn)
	}
	if s.Resume == Sharing {
		x.refused = Repeated // parked behind creation: only sharing is tried again
		return Parked
	}
	switch {
	case c.Final:
		s.Code, s.Resume = c.Code, None
		x.cancelSite()
		return x.stopGuests(Failed)
	case c.Outcome == "cannot" || c.Outcome == "unknown":
		return x.parkSite(Checking, c)
	case s.Decision != nil:
		return x.create(s.CreateAs)
	case c.RequesterOwner && c.RequesterCould:
		s.Rule = "site_owner"
		return x.create(r.Requester.ID)
	case len(c.Deciders) == 0:
		c.Code = "no_decider"
		return x.parkSite(Checking, c)
	}
	s.Rule = "site_asked"
	s.Deciders, s.Deadline = c.Deciders, c.Deadline
	x.cancelSite()
	x.timer(siteDeadline, c.Deadline, Event{Kind: TimedOut, Until: c.Deadline})
	x.refresh()
	return AwaitingApproval
}

func (x *step) create(as string) State {
	x.s.CreateAs = as
	x.s.Resume = None
	x.cancelSite()
	x.run(Effect{Kind: CreateGroup})
	x.refresh()
	return Creating
}

// parkSite waits for IT and looks again.
func (x *step) parkSite(resume State, c *Check) State {
	s := x.s
	if s.State != Parked {
		until := x.e.At.Add(parkedFor)
		s.Deadline = until
		x.timer(sitePark, until, Event{Kind: TimedOut, Until: until})
	}
	s.Check, s.Code, s.Resume = x.lookLater(c, s.Deadline), c.Code, resume
	look := Effect{Kind: CheckSite, Key: siteLook, Due: s.Check.NextLook}
	if resume == Sharing {
		look.Kind = ApplySharing
	}
	x.run(look)
	x.refresh()
	return Parked
}

// rarest is how long a part that waits for IT is left alone at most.
const rarest = time.Hour

// lookLater puts off the next look at a part, the longer it has been waiting:
// closed is when its time is over.
func (x *step) lookLater(c *Check, closed time.Time) *Check {
	waited := x.e.At.Sub(closed.Add(-parkedFor))
	later := *c
	if next := x.e.At.Add(min(waited/6, rarest)); next.After(later.NextLook) {
		later.NextLook = next
	}
	return &later
}

// behindCreation takes the results of sharing in a parked site only where the
// site exists and sharing is what is tried again.
func behindCreation(do func(*step) State) func(*step) State {
	return func(x *step) State {
		if x.s.Resume != Sharing {
			x.refused = Repeated
			return Parked
		}
		return do(x)
	}
}

func siteBlocked(x *step) State {
	resume := Checking
	if x.r.Target.GroupID != "" {
		resume = Sharing
	}
	return x.parkSite(resume, x.e.Check)
}

// siteConfirmed takes an admin's word for a setting that we may not read or set.
func siteConfirmed(x *step) State {
	s := x.s
	if s.Check == nil || !s.Check.HandCheck {
		x.refused = NotReady
		return Checking
	}
	byHand(&s.ByHand, s.Check, x.e)
	x.cancelSite()
	if s.Resume == Sharing {
		x.run(Effect{Kind: ApplySharing})
		x.refresh()
		return Sharing
	}
	x.run(Effect{Kind: CheckSite, Key: "check-site"})
	x.refresh()
	return Checking
}

func byHand(m *map[string]ByHand, c *Check, e Event) {
	if *m == nil {
		*m = map[string]ByHand{}
	}
	(*m)[c.Setting] = ByHand{By: *e.Person, At: e.At, Value: c.Wanted}
}

func siteClicked(x *step) State {
	x.queue(&x.s.Clicks)
	return AwaitingApproval
}

// maxClicks bounds how many decisions wait to be judged for one part.
const maxClicks = 50

// queue takes a click into the line; the first in it is judged first.
func (x *step) queue(line *[]Click) {
	if len(*line) >= maxClicks {
		x.refused = TooLate
		return
	}
	*line = append(*line, *x.e.Click)
	if len(*line) == 1 {
		x.run(Effect{Kind: ReadFacts})
	}
}

// next takes the first click out of the line and has the one behind it judged.
func (x *step) next(line *[]Click) (Click, bool) {
	if len(*line) == 0 || x.e.Facts == nil {
		x.refused = Repeated
		return Click{}, false
	}
	c := (*line)[0]
	*line = (*line)[1:]
	if len(*line) > 0 {
		x.run(Effect{Kind: ReadFacts})
	}
	return c, true
}

// clearLine tells those who clicked behind the one that decided.
func (x *step) clearLine(line *[]Click) {
	for _, c := range *line {
		x.tell(c, "already_decided")
	}
	*line = nil
}

func siteDecided(x *step) State {
	s, f := x.s, x.e.Facts
	c, ok := x.next(&s.Clicks)
	if !ok {
		return AwaitingApproval
	}
	code := whyNot(x.r, c, *f)
	if code == "" && !f.Owner && !f.Approver {
		code = "not_owner"
	}
	if code == "" && c.Verb == Approve && !f.RequesterCould && !f.MayCreate {
		code = "may_not_create"
	}
	if code == "" && c.Verb != Approve && c.Verb != Decline {
		code = "not_here"
	}
	if code != "" {
		x.tell(c, code)
		return AwaitingApproval
	}
	s.Decision = decision(c, f.Who)
	x.clearLine(&s.Clicks)
	x.dropFacts()
	if c.Verb == Decline {
		x.cancelSite()
		s.Code = "declined"
		return x.stopGuests(Declined)
	}
	if f.RequesterCould {
		return x.create(x.r.Requester.ID)
	}
	return x.create(f.Who.ID)
}

// dropFacts takes a look at a clicker back that nobody waits for any more.
func (x *step) dropFacts() {
	kept := x.effects[:0]
	for _, ef := range x.effects {
		if ef.Kind != ReadFacts {
			kept = append(kept, ef)
		}
	}
	x.effects = kept
}

func decision(c Click, by Who) *Decision {
	return &Decision{By: by, At: c.At, Action: c.Verb, Note: c.Note, Version: c.Version, Shown: c.Shown}
}

// whyNot names why a click does not count, whoever it came from; empty when it may.
func whyNot(r *Request, c Click, f Facts) string {
	switch {
	case f.Refusal != "":
		return "refused_" + f.Refusal
	case c.Version != r.Version:
		return "stale"
	case f.Unknown != "":
		return "right_unknown"
	case f.Who.ID == r.Requester.ID && c.Verb != Extend:
		return "own_guest"
	}
	return ""
}

func made(x *step) State {
	x.r.Target.GroupID = x.e.GroupID
	x.run(Effect{Kind: AwaitSite})
	x.refresh()
	return AwaitingSite
}

func appeared(x *step) State {
	x.r.Target.URL = x.e.URL
	x.s.Slow = false
	x.run(Effect{Kind: ApplySharing})
	x.refresh()
	return Sharing
}

func shared(x *step) State {
	s := x.s
	s.Level, s.Resume, s.Code, s.Check = x.e.Level, None, "", nil
	x.cancelSite()
	x.run(Effect{Kind: Wake, Event: &Event{Kind: SiteReady}})
	x.refresh()
	return Ready
}

func siteRightLost(x *step) State {
	x.s.Decision, x.s.CreateAs = nil, ""
	x.run(Effect{Kind: CheckSite, Key: "check-site"})
	x.refresh()
	return Checking
}

func siteBroke(x *step) State {
	if x.s.State != Parked { // parked behind creation it goes on where it is tried anyway
		x.s.Resume = x.s.State
	}
	x.cancelSite()
	x.s.Code = x.e.Code
	return x.stopGuests(Failed)
}

func siteTimedOut(x *step) State {
	if !x.e.Until.Equal(x.s.Deadline) {
		x.refused = Repeated
		return Expired
	}
	for _, c := range x.s.Clicks {
		x.tell(c, "too_late")
	}
	x.s.Clicks = nil
	x.cancelSite()
	x.s.Code = "expired"
	return x.stopGuests(Expired)
}
