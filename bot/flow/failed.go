package flow

// A part that failed stays so until an admin has it tried again, or closes it.
// Tried again, it goes on where it failed: each effect looks before it makes, and
// reads the right of the person in whose name it is done once more.

// noneFailed refuses an admin's word on what failed in every state of a table in
// which nothing has: another was faster.
func noneFailed(t table) table {
	for s, row := range t.refusals {
		if s == Failed {
			continue
		}
		row = both(row)
		why := TooLate
		if s == None {
			why = Impossible
		}
		row[Retried], row[GivenUp] = why, why
		t.refusals[s] = row
	}
	return t
}

// Stuck says whether the site failed in a way that trying again may mend.
func (s *Site) Stuck() bool { return s != nil && s.State == Failed && s.Resume != None }

// Stuck says whether the guest failed in a way that trying again may mend.
func (g *Guest) Stuck() bool { return g.State == Failed && g.Resume != None }

// Halted says whether the guest failed only because the site did before him.
func (g *Guest) Halted() bool { return g.Stuck() && g.Resume == Checking }

// siteStopped says that there will be no site, as things are.
func (r *Request) siteStopped() bool {
	return r.Site != nil && r.Site.State.Terminal() && r.Site.State != Ready
}

func word(e Event) *Word {
	w := &Word{At: e.At}
	if e.Person != nil {
		w.By = *e.Person
	}
	return w
}

func guestBroke(x *step) State {
	x.g.Resume = x.g.State
	return x.endGuest(Failed, x.e.Code)
}

// guestStopped ends a guest with the site, unless the site goes on meanwhile.
func guestStopped(x *step) State {
	if x.r.Site == nil || x.r.Site.State != x.e.Stop {
		x.refused = Repeated
		return x.e.Stop
	}
	return x.haltGuest(x.e.Stop, x.e.Code)
}

// haltGuest ends a guest because there is no site; with a site that may be tried
// again, so may he.
func (x *step) haltGuest(to State, code string) State {
	if x.r.Site.Stuck() {
		x.g.Resume = Checking
	}
	return x.endGuest(to, code)
}

func guestRetried(x *step) State {
	if x.r.siteStopped() && x.r.Code == "" {
		x.refused = NotReady
		return Checking
	}
	to, ok := x.reopen(&x.g.Resume, &x.g.Code, &x.g.Again)
	if !ok {
		return Checking
	}
	switch to {
	case Inviting:
		x.run(Effect{Kind: Invite})
	case Adding:
		x.run(Effect{Kind: AddMember})
	case Verifying:
		x.run(Effect{Kind: Verify})
	default:
		x.run(Effect{Kind: CheckGuest})
	}
	return to
}

// reopen lets a part that failed go on from where it did, which it gives; false where
// it may not.
func (x *step) reopen(resume *State, code *string, by **Word) (State, bool) {
	to := *resume
	switch {
	case x.r.Code != "":
		x.refused = TooLate
	case to == None:
		x.refused = NotReady
	default:
		*resume, *code, *by = None, "", word(x.e)
		x.refresh()
	}
	return to, x.refused == ""
}

func guestGivenUp(x *step) State {
	return x.close(&x.g.Resume, &x.g.GivenUp)
}

// close ends a part that failed for good: nothing is left to go on from.
func (x *step) close(resume *State, by **Word) State {
	if *resume == None {
		x.refused = TooLate
		return Failed
	}
	*resume, *by = None, word(x.e)
	x.refresh()
	return Failed
}

// siteRetried goes on with the site; its guests follow with the next count.
func siteRetried(x *step) State {
	to, ok := x.reopen(&x.s.Resume, &x.s.Code, &x.s.Again)
	if !ok {
		return Creating
	}
	switch to {
	case AwaitingSite:
		x.run(Effect{Kind: AwaitSite})
	case Sharing:
		x.run(Effect{Kind: ApplySharing})
	default:
		x.run(Effect{Kind: CreateGroup})
	}
	return to
}

func siteGivenUp(x *step) State {
	return x.close(&x.s.Resume, &x.s.GivenUp)
}
