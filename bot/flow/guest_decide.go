package flow

// guestDecided judges the first who clicked, by the facts read for him.
func guestDecided(x *step) State {
	g, f, from := x.g, x.e.Facts, x.g.State
	c, ok := x.next(&g.Clicks)
	if !ok {
		return from
	}
	code := whyNot(x.r, c, *f)
	switch {
	case code != "":
	case g.Stage == ByOwners && !f.Owner:
		code = "not_owner"
	case g.Stage == ByApprovers && !f.Approver:
		code = "not_approver"
	case g.Stage == ByApprovers && c.Verb == Approve && !f.MayInvite:
		code = "may_not_invite"
	case c.Verb == Extend:
		code = "not_here"
	case c.Verb == Ask && from == Question:
		code = "asked_already"
	}
	if code != "" {
		x.tell(c, code)
		return from
	}
	switch c.Verb {
	case Decline:
		g.Decision = decision(c, f.Who)
		x.dropFacts()
		return x.endGuest(Declined, "declined")
	case Ask:
		g.Asked = append(g.Asked, Exchange{By: f.Who, At: c.At, Text: c.Note})
		x.stopTimer(guestDeadline)
		x.refresh()
		return Question
	default: // Extend was told that it is not for here
		return x.approve(c, *f)
	}
}

// approve finds in whose name the guest can be let in: the requester's, the
// owner's who decided, or else that of an approver who is asked next.
func (x *step) approve(c Click, f Facts) State {
	g := x.g
	x.clearLine(&g.Clicks)
	x.dropFacts()
	if g.Stage == ByApprovers {
		g.Second = decision(c, f.Who)
		g.InviteAs = f.Who.ID
		return x.letIn()
	}
	g.Decision = decision(c, f.Who)
	g.AddAs = f.Who.ID
	switch {
	case !g.Check.NewAccount || f.MayInvite && !f.RequesterCould:
		g.InviteAs = f.Who.ID
	case f.RequesterCould:
		g.InviteAs = x.r.Requester.ID
	case len(f.Approvers) > 0:
		g.Stage, g.Deciders = ByApprovers, f.Approvers
		return x.await(&Check{Deadline: f.Deadline})
	default:
		return x.noInviter(g.Check)
	}
	return x.letIn()
}

func answered(x *step) State {
	g := x.g
	g.Asked[len(g.Asked)-1].Answer = x.e.Text
	return x.await(&Check{Deadline: x.e.Until})
}
