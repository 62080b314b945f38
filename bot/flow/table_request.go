package flow

import "time"

// requestTable is the only place where a transition of a request is written.
func requestTable() table {
	settled := rule{[]State{Open, Done, PartlyDone, Declined, Expired, Withdrawn, Failed}, settle}
	recount := func(s State) map[Kind]rule {
		return map[Kind]rule{Settled: {[]State{s}, func(x *step) State { x.r.Tally = *x.e.Tally; return s }}}
	}
	withdrawn := recount(Withdrawn)
	// Somebody whom we do not know has his form open already: say it there.
	withdrawn[FormOpened] = rule{[]State{Withdrawn}, func(x *step) State { x.r.Form = x.e.Form; x.showForm(); return Withdrawn }}

	form := []Kind{Identified, NotKnown, FormOpened, DraftChecked, SteppedBack}
	ended := both(refuseAll(Repeated, Started, FannedOut, TimedOut), refuseAll(TooLate, form...), refuseAll(TooLate, Filled, Sent, Withdraw))
	return table{
		rules: map[State]map[Kind]rule{
			None: {Started: {[]State{Draft}, start}},
			Draft: {
				Identified:   {[]State{Draft}, identified},
				NotKnown:     {[]State{Withdrawn}, notKnown},
				FormOpened:   {[]State{Draft}, formOpened},
				Filled:       {[]State{Draft}, filled},
				DraftChecked: {[]State{Draft}, draftChecked},
				SteppedBack:  {[]State{Draft}, steppedBack},
				Sent:         {[]State{Open}, send},
				TimedOut:     {[]State{Expired}, func(x *step) State { x.r.Code = "draft_expired"; x.refresh(); return Expired }},
				Withdraw:     {[]State{Withdrawn}, dropDraft},
			},
			Open: {
				FannedOut: {[]State{Open}, fannedOut},
				Settled:   settled,
				Withdraw:  {[]State{Open}, withdraw},
			},
			Done: recount(Done), Declined: recount(Declined), Expired: recount(Expired), Withdrawn: withdrawn,
			// What failed may be tried again; the count says so.
			PartlyDone: {Settled: settled}, Failed: {Settled: settled},
		},
		refusals: map[State]map[Kind]Refusal{
			None:  both(refuseAll(Impossible, form...), refuseAll(Impossible, Filled, Sent, FannedOut, Settled, TimedOut, Withdraw)),
			Draft: both(refuseAll(Repeated, Started), refuseAll(Impossible, FannedOut, Settled)),
			Open:  both(refuseAll(TooLate, form...), refuseAll(TooLate, Filled, Sent), refuseAll(Repeated, Started, TimedOut)),
			Done:  ended, PartlyDone: ended, Declined: ended, Expired: ended, Withdrawn: without(ended, FormOpened), Failed: ended,
		},
	}
}

func without(m map[Kind]Refusal, k Kind) map[Kind]Refusal {
	out := both(m)
	delete(out, k)
	return out
}

// draftTimer is the key of the timer that ends a draft.
const draftTimer = "draft-end"

func (x *step) showForm() { x.run(Effect{Kind: ShowForm, Key: "form"}) }
func (x *step) lookUp()   { x.run(Effect{Kind: LookUp, Key: "look-up"}) }

func start(x *step) State {
	r := x.r
	r.Origin = *x.e.Origin
	r.CreatedAt, r.EndsAt = x.e.At, x.e.Until
	r.Version = 1
	r.Answers.Step = StepSite
	if !r.NewSite() {
		r.Answers.Step = StepPeople
	}
	x.run(Effect{Kind: Identify})
	x.timer(draftTimer, x.e.Until, Event{Kind: TimedOut})
	return Draft
}

func identified(x *step) State {
	r := x.r
	r.Requester, r.Policy = *x.e.Person, *x.e.Policy
	if r.Answers.Rev == 0 { // the first time: what the form shows at first
		r.Answers.Owner = r.Requester
		r.Answers.Days = r.Policy.DefaultDays
	}
	x.lookUp()
	return Draft
}

func notKnown(x *step) State {
	x.r.Code = x.e.Code
	x.stopTimer(draftTimer)
	x.showForm()
	return Withdrawn
}

// answerDrawn is how long a chat may need to draw an answer that is on its way.
const answerDrawn = 300 * time.Millisecond

// formOpened has a form filled in that was opened, or whose answer was given: a
// redraw may have overtaken that answer and been lost under it. What is still
// being looked up is drawn when it is there.
func formOpened(x *step) State {
	r := x.r
	again := r.Form != nil && *r.Form == *x.e.Form
	r.Form = x.e.Form
	if r.Looked != nil && r.Looked.Rev == r.Answers.Rev {
		show := Effect{Kind: ShowForm, Key: "form"}
		if again {
			show.Due = x.e.At.Add(answerDrawn)
		}
		x.run(show)
	}
	return Draft
}

func filled(x *step) State {
	r := x.r
	if r.Requester.ID == "" {
		x.refused = NotReady // the form that is shown before has nothing to send
		return Draft
	}
	rev := r.Answers.Rev
	r.Answers = *x.e.Answers
	r.Answers.Rev = rev + 1
	if x.e.Form != nil {
		r.Form = x.e.Form
	}
	x.lookUp()
	return Draft
}

func draftChecked(x *step) State {
	d := *x.e.Draft
	if d.Rev != x.r.Answers.Rev {
		x.refused = Repeated // the answers changed meanwhile; a newer look is under way
		return Draft
	}
	rev := x.r.Answers.Rev
	x.r.Answers = *d.Answers
	x.r.Answers.Rev = rev
	d.Answers = nil
	x.r.Looked = &d
	if d.Target.GroupID != "" {
		x.r.Target = d.Target
	}
	x.showForm()
	return Draft
}

func steppedBack(x *step) State {
	a := &x.r.Answers
	switch {
	case a.Step == StepReview:
		a.Step = StepPeople
	case a.Step == StepPeople && x.r.NewSite():
		a.Step = StepSite
	}
	a.Rev++
	if x.r.Looked != nil {
		l := *x.r.Looked
		l.Problems, l.Rev = nil, a.Rev
		x.r.Looked = &l
	}
	x.showForm()
	return Draft
}

// send opens the request: from here on it does not change but for its decisions.
func send(x *step) State {
	r := x.r
	l := r.Looked
	if r.Requester.ID == "" || l == nil || len(l.Problems) > 0 || (!r.NewSite() && r.Target.GroupID == "") || r.Answers.Step != StepReview || l.Rev != r.Answers.Rev {
		x.refused = NotReady
		return Open
	}
	x.stopTimer(draftTimer)
	r.Form = nil
	if r.NewSite() {
		r.Site = &Site{State: Checking, UniqueName: "guestsite-" + r.ID + "-" + shortSalt(r.Salt)}
		r.Target.Name = l.Display
		x.run(Effect{Kind: CheckSite, Key: "check-site"})
	}
	r.Tally = Tally{Total: len(r.Answers.Guests)}
	if len(r.Answers.Guests) > 0 {
		x.run(Effect{Kind: FanOut, Key: "fan-out"})
	}
	x.refresh()
	return Open
}

// shortSalt keeps unique names of two installations on one tenant apart.
func shortSalt(salt string) string {
	if len(salt) > 8 {
		salt = salt[:8]
	}
	return salt
}

func dropDraft(x *step) State {
	x.r.Code = "dropped"
	x.stopTimer(draftTimer)
	x.refresh()
	return Withdrawn
}

func fannedOut(x *step) State {
	r := x.r
	r.Guests = x.e.Count
	if r.Guests < len(r.Answers.Guests) {
		x.run(Effect{Kind: FanOut, Key: "fan-out"})
	} else if r.Code != "" { // withdrawn meanwhile
		x.run(Effect{Kind: Wake, Event: &Event{Kind: Withdraw}})
	}
	return Open
}

// withdraw tells the parts; the request ends when they have.
func withdraw(x *step) State {
	if x.r.Code != "" {
		x.refused = TooLate
		return Open
	}
	x.r.Code = "withdrawn"
	x.run(Effect{Kind: Wake, Event: &Event{Kind: Withdraw, By: x.e.By}})
	x.refresh()
	return Open
}

// settle takes the count, and ends the request when every part has ended.
func settle(x *step) State {
	r := x.r
	r.Tally = *x.e.Tally
	if !r.Tally.Ended() || (r.Site != nil && !r.Site.State.Terminal()) {
		return Open
	}
	by, in := r.Tally.By, r.Tally.By[In]+r.Tally.By[Ended]
	siteMade := r.Site != nil && r.Site.State == Ready
	switch {
	case r.Site != nil && !siteMade:
		return r.Site.State
	case in == r.Tally.Total:
		return Done
	case in > 0 || siteMade:
		return PartlyDone
	case by[Failed] > 0:
		return Failed
	case by[Declined] > 0:
		return Declined
	case by[Expired] > 0:
		return Expired
	default:
		return Withdrawn
	}
}
