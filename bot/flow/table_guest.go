package flow

import "time"

// guestTable is the only place where a transition of a guest is written.
func guestTable() table {
	checked := rule{[]State{Approved, AwaitingDecision, Inviting, Parked, Failed, Withdrawn, Declined, Expired}, guestChecked}
	decided := rule{[]State{Approved, Inviting, AwaitingDecision, Question, Declined, Parked}, guestDecided}
	blocked := rule{[]State{Parked}, guestBlocked}
	broke := rule{[]State{Failed}, guestBroke}
	lost := rule{[]State{Checking}, guestRightLost}
	gone := rule{[]State{Withdrawn}, func(x *step) State { return x.endGuest(Withdrawn, "withdrawn") }}
	stopped := rule{[]State{Declined, Expired, Withdrawn, Failed}, guestStopped}
	timedOut := rule{[]State{Expired}, guestTimedOut}

	work := []Kind{Invited, Added, Verified, Accepted, Blocked, RightLost, Broke}
	end := []Kind{EndDue, Removed}
	clicks := []Kind{Clicked, Decided, Answered, Confirmed}
	late := refuseAll(TooLate, Clicked, Decided, Answered, Confirmed, Withdraw)
	rep := func(ks ...[]Kind) map[Kind]Refusal {
		out := map[Kind]Refusal{}
		for _, k := range ks {
			out = both(out, refuseAll(Repeated, k...))
		}
		return out
	}
	ended := both(late, rep(work, end, []Kind{Checked, SiteReady, SiteStopped, TimedOut}))
	return noneFailed(table{
		rules: map[State]map[Kind]rule{
			Checking: {Checked: checked, SiteStopped: stopped, Withdraw: gone},
			Parked: {
				Checked: checked, SiteStopped: stopped, Withdraw: gone, TimedOut: timedOut,
				Confirmed: {[]State{Checking}, guestConfirmed},
			},
			AwaitingDecision: {
				Clicked: {[]State{AwaitingDecision}, func(x *step) State { x.queue(&x.g.Clicks); return AwaitingDecision }},
				Decided: decided, SiteStopped: stopped, Withdraw: gone, TimedOut: timedOut,
			},
			Question: {
				Clicked:  {[]State{Question}, func(x *step) State { x.queue(&x.g.Clicks); return Question }},
				Decided:  decided,
				Answered: {[]State{AwaitingDecision}, answered}, SiteStopped: stopped, Withdraw: gone,
			},
			Approved: {SiteReady: {[]State{Inviting}, func(x *step) State { return x.invite() }}, SiteStopped: stopped, Withdraw: gone},
			Inviting: {
				Invited: {[]State{Adding}, invited},
				Blocked: blocked, RightLost: lost, Broke: broke,
			},
			Adding: {
				Added:   {[]State{Verifying}, func(x *step) State { x.run(Effect{Kind: Verify}); return Verifying }},
				Blocked: blocked, RightLost: lost, Broke: broke,
			},
			Verifying: {Verified: {[]State{In}, verified}, Blocked: blocked, Broke: broke},
			In: {
				Clicked:  {[]State{In}, func(x *step) State { x.queue(&x.g.Clicks); return In }},
				Decided:  {[]State{In}, extended},
				Accepted: {[]State{In}, func(x *step) State { x.g.Account.Pending = false; x.refresh(); return In }},
				EndDue:   {[]State{In}, endDue},
				Removed:  {[]State{Ended}, func(x *step) State { x.clearLine(&x.g.Clicks); x.refresh(); return Ended }},
			},
			Failed: {
				Retried: {[]State{Checking, Inviting, Adding, Verifying}, guestRetried},
				GivenUp: {[]State{Failed}, guestGivenUp},
			},
		},
		refusals: map[State]map[Kind]Refusal{
			Checking:         both(refuseAll(TooEarly, clicks...), rep(work, end, []Kind{SiteReady, TimedOut})),
			Parked:           both(refuseAll(TooEarly, Clicked, Decided, Answered), rep(work, end, []Kind{SiteReady})),
			AwaitingDecision: both(refuseAll(TooLate, Answered), refuseAll(TooEarly, Confirmed), rep(work, end, []Kind{Checked, SiteReady})),
			Question:         both(refuseAll(TooEarly, Confirmed), rep(work, end, []Kind{Checked, SiteReady, TimedOut})),
			Approved:         both(refuseAll(TooLate, clicks...), rep(work, end, []Kind{Checked, TimedOut})),
			Inviting:         both(late, rep(end, []Kind{Added, Verified, Accepted, Checked, SiteReady, SiteStopped, TimedOut})),
			Adding:           both(late, rep(end, []Kind{Invited, Verified, Accepted, Checked, SiteReady, SiteStopped, TimedOut})),
			Verifying:        both(late, rep(end, []Kind{Invited, Added, Accepted, RightLost, Checked, SiteReady, SiteStopped, TimedOut})),
			In: both(refuseAll(TooLate, Answered, Confirmed, Withdraw),
				rep([]Kind{Invited, Added, Verified, Blocked, RightLost, Broke, Checked, SiteReady, SiteStopped, TimedOut})),
			Declined: ended, Expired: ended, Withdrawn: ended, Failed: ended, Ended: ended,
		},
	})
}

const (
	guestDeadline = "deadline"
	guestPark     = "park"
	guestLook     = "look"
)

func (x *step) cancelGuest() {
	for _, k := range []string{guestDeadline, guestPark} {
		x.stopTimer(k)
	}
	x.run(Effect{Kind: CheckGuest, Key: guestLook, Cancel: true})
}

func (x *step) endGuest(to State, code string) State {
	x.clearLine(&x.g.Clicks)
	x.cancelGuest()
	x.g.Code = code
	x.refresh()
	return to
}

// guestChecked routes: invite, wait for the site, ask somebody, or wait for IT.
func guestChecked(x *step) State {
	c, g, r := x.e.Check, x.g, x.r
	g.Check = c
	switch {
	case r.Code != "":
		return x.endGuest(Withdrawn, "withdrawn")
	case r.siteStopped():
		return x.haltGuest(r.Site.State, r.Site.Code)
	case c.Final:
		return x.endGuest(Failed, c.Code)
	case c.Outcome == "cannot" || c.Outcome == "unknown":
		return x.parkGuest(c)
	case g.AddAs != "": // decided before; what stopped it is mended
		return x.findInviter(c)
	}
	g.Rule = RuleOf(r.Policy, c)
	if g.Rule == OwnerDirect {
		g.AddAs, g.InviteAs = r.Requester.ID, r.Requester.ID
		return x.letIn()
	}
	if len(c.Deciders) == 0 {
		c.Code = "no_decider"
		return x.parkGuest(c)
	}
	g.Stage, g.Deciders = ByOwners, c.Deciders
	x.cancelGuest()
	return x.await(c)
}

// findInviter goes on with a guest who was agreed to: in the name that was found
// then, or in one that is found now; the owner's word stays.
func (x *step) findInviter(c *Check) State {
	g := x.g
	switch {
	case g.InviteAs != "":
	case !c.NewAccount:
		g.InviteAs = g.AddAs
	case c.InviteAs != "":
		g.InviteAs = c.InviteAs
	case len(c.Inviters) > 0:
		g.Stage, g.Deciders = ByApprovers, c.Inviters
		x.cancelGuest()
		return x.await(c)
	default:
		return x.noInviter(c)
	}
	return x.letIn()
}

// lookAgain is when a guest whom nobody may invite is looked at again.
const lookAgain = 10 * time.Minute

// noInviter waits for IT to let somebody invite.
func (x *step) noInviter(c *Check) State {
	p := *c
	p.Outcome, p.Code, p.NextLook = "cannot", "no_inviter", x.e.At.Add(lookAgain)
	return x.parkGuest(&p)
}

// The rules by which a decision on a guest is due, or not.
const (
	OwnerDirect       = "owner_direct"        // an owner who may invite adds by himself
	OwnerFlagged      = "owner_flagged"       // but not where there are remarks
	OwnerNever        = "owner_never"         // a second person is always asked
	NotOwner          = "not_owner"           // the requester does not own the site
	OwnerCannotInvite = "owner_cannot_invite" // he owns it, and may not invite
)

// RuleOf names the rule by which a decision is due, or not.
func RuleOf(p Policy, c *Check) string {
	switch {
	case !c.RequesterOwner:
		return NotOwner
	case !c.RequesterCould:
		return OwnerCannotInvite
	case p.OwnerAddsDirectly == Always:
		return OwnerDirect
	case p.OwnerAddsDirectly == Never:
		return OwnerNever
	case len(c.Flags) > 0:
		return OwnerFlagged
	}
	return OwnerDirect
}

func (x *step) await(c *Check) State {
	g := x.g
	g.Deadline, g.Code = c.Deadline, ""
	x.timer(guestDeadline, c.Deadline, Event{Kind: TimedOut, Until: c.Deadline})
	x.refresh()
	return AwaitingDecision
}

// letIn goes on with an approved guest, or has him wait for the site.
func (x *step) letIn() State {
	x.g.Code = ""
	x.cancelGuest()
	if x.r.SiteReady() {
		return x.invite()
	}
	x.run(Effect{Kind: AwaitReady})
	x.refresh()
	return Approved
}

func (x *step) invite() State {
	x.run(Effect{Kind: Invite})
	x.refresh()
	return Inviting
}

func (x *step) parkGuest(c *Check) State {
	g := x.g
	if g.State != Parked {
		until := x.e.At.Add(parkedFor)
		g.Deadline = until
		x.stopTimer(guestDeadline)
		x.timer(guestPark, until, Event{Kind: TimedOut, Until: until})
	}
	g.Check, g.Code = x.lookLater(c, g.Deadline), c.Code
	x.run(Effect{Kind: CheckGuest, Key: guestLook, Due: g.Check.NextLook})
	x.refresh()
	return Parked
}

func guestBlocked(x *step) State { return x.parkGuest(x.e.Check) }

func guestRightLost(x *step) State {
	g := x.g
	g.Decision, g.Second, g.InviteAs, g.AddAs = nil, nil, "", ""
	x.run(Effect{Kind: CheckGuest})
	x.refresh()
	return Checking
}

func guestConfirmed(x *step) State {
	g := x.g
	if g.Check == nil || !g.Check.HandCheck {
		x.refused = NotReady
		return Checking
	}
	byHand(&g.ByHand, g.Check, x.e)
	x.cancelGuest()
	x.run(Effect{Kind: CheckGuest})
	x.refresh()
	return Checking
}

func guestTimedOut(x *step) State {
	if !x.e.Until.Equal(x.g.Deadline) {
		x.refused = Repeated
		return Expired
	}
	return x.endGuest(Expired, "expired")
}
