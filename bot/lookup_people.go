package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// lookUpPeople judges the second step: each guest gets a line; when nothing is to
// be said about any, or all was seen before, the review comes next.
func (e *Engine) lookUpPeople(ctx context.Context, r *flow.Request, d *flow.DraftResult) error {
	a := d.Answers
	entries, err := readiness.ParseList(a.Pasted, e.Settings.Policy.MaxGuests)
	if err != nil {
		d.Problems = append(d.Problems, flow.Problem{Field: card.FieldGuests, Code: "too_many", Args: map[string]string{"max": itoa(e.Settings.Policy.MaxGuests)}})
		return nil //nolint:nilerr // a list that is too long is the requester's to shorten
	}
	if slices.ContainsFunc(a.Members, func(w flow.Who) bool { return w.Name == "" }) {
		d.Problems = append(d.Problems, flow.Problem{Field: card.FieldMembers, Code: "person_unknown"})
	}
	until := end(a, e.Clock.Now())
	if code := untilFault(until, e.Clock.Now(), e.Settings.Policy.MaxDays); code != "" {
		d.Problems = append(d.Problems, flow.Problem{Field: card.FieldDate, Code: code, Args: map[string]string{"max": itoa(e.Settings.Policy.MaxDays)}})
	}
	draft := &flow.Request{
		ID: r.ID, Origin: r.Origin, Requester: r.Requester, Policy: r.Policy, Answers: *a, Target: d.Target,
	}
	if r.NewSite() {
		draft.Site = &flow.Site{State: flow.Checking}
	}
	lines, checks, err := e.lookUpGuests(ctx, draft, entries)
	if err != nil {
		return err
	}
	a.Guests = nil
	quiet, bad := true, false
	for i, l := range lines {
		if l.Code == "moved" {
			colleague := flow.Who{ID: l.Args["id"], Name: l.Args["person"], Mail: l.Mail}
			if r.NewSite() { // colleagues of an existing site are its owners' to add
				a.Members = appendWho(a.Members, colleague)
			}
			a.Pasted = swap(a.Pasted, entries[i].Raw, "")
		}
		if l.Until.IsZero() {
			l.Until = until
		}
		a.Guests = append(a.Guests, l)
		quiet = quiet && l.Mark == flow.MarkOK
		bad = bad || (l.Mark == flow.MarkBad && l.Args["final"] != "")
	}
	if bad {
		d.Problems = append(d.Problems, flow.Problem{Field: card.FieldGuests, Code: "guests_bad"})
	}
	sawAll := d.Seen == a.Pasted && a.Pasted != ""
	d.Seen = a.Pasted
	if len(d.Problems) > 0 || !(quiet || sawAll) {
		return nil
	}
	a.Guests = slices.DeleteFunc(a.Guests, func(g flow.GuestEntry) bool { return g.Code == "moved" || g.Code == "duplicate" })
	if len(a.Guests) == 0 && !r.NewSite() {
		d.Problems = append(d.Problems, flow.Problem{Field: card.FieldGuests, Code: "needed"})
		return nil
	}
	if r.NewSite() && !slices.ContainsFunc(a.Owners(), func(w flow.Who) bool { return w.ID == r.Requester.ID }) {
		a.Members = appendWho(a.Members, r.Requester) // who asks for a site is in it
	}
	a.Step = flow.StepReview
	return e.foresee(ctx, draft, d, checks)
}

func appendWho(people []flow.Who, w flow.Who) []flow.Who {
	if slices.ContainsFunc(people, func(p flow.Who) bool { return p.ID == w.ID }) {
		return people
	}
	return append(people, w)
}

// foresee says in the last step who will decide, and by which rule.
func (e *Engine) foresee(ctx context.Context, r *flow.Request, d *flow.DraftResult, checks []*flow.Check) error {
	for _, c := range checks {
		if c == nil {
			continue
		}
		rule := flow.RuleOf(r.Policy, c)
		if d.Rule == "" || rule != flow.OwnerDirect {
			d.Rule, d.Deciders = rule, c.Deciders
		}
		if rule != flow.OwnerDirect {
			break
		}
	}
	if d.Rule == flow.OwnerDirect {
		d.Deciders = nil
	}
	if !r.NewSite() {
		return nil
	}
	r.Looked = d
	c, _, err := e.judgeSite(ctx, r)
	if err != nil {
		return err
	}
	if !c.RequesterOwner || !c.RequesterCould {
		d.SiteDeciders = c.Deciders
	}
	return nil
}

// untilFault says what is wrong with an end date; empty when nothing.
func untilFault(until, now time.Time, maxDays int) string {
	switch {
	case !until.After(now):
		return "date_past"
	case until.After(now.AddDate(0, 0, maxDays+1)):
		return "date_far"
	}
	return ""
}

// lookers is how many guests are looked up at once.
const lookers = 6

// lookUpGuests judges each pasted line.
func (e *Engine) lookUpGuests(ctx context.Context, r *flow.Request, entries []readiness.Entry) ([]flow.GuestEntry, []*flow.Check, error) {
	lines := make([]flow.GuestEntry, len(entries))
	checks := make([]*flow.Check, len(entries))
	errs := make([]error, len(entries))
	sem := make(chan struct{}, lookers)
	var wg sync.WaitGroup
	for i, en := range entries {
		sem <- struct{}{}
		wg.Go(func() {
			defer func() { <-sem }()
			lines[i], checks[i], errs[i] = e.lookUpGuest(ctx, r, en)
		})
	}
	wg.Wait()
	return lines, checks, errors.Join(errs...)
}

// lookUpGuest is one line of the form: whether she can be invited, and why not.
func (e *Engine) lookUpGuest(ctx context.Context, r *flow.Request, en readiness.Entry) (flow.GuestEntry, *flow.Check, error) {
	l := flow.GuestEntry{Mail: en.Address.Mail, Name: en.Address.Name, Until: en.Until, Mark: flow.MarkOK, Code: "can"}
	if en.Err != nil {
		l.Mail, l.Mark, l.Code = en.Raw, flow.MarkBad, "address_invalid"
		l.Args = map[string]string{"final": "yes", "address": en.Raw}
		if ae, ok := errors.AsType[*readiness.AddressError](en.Err); ok {
			l.Code = "address_" + string(ae.Kind)
			l.Args["like"] = ae.Like
			if ae.Char != 0 {
				l.Args["char"] = string(ae.Char)
			}
		}
		return l, nil, nil
	}
	if en.Duplicate > 0 {
		l.Mark, l.Code = flow.MarkNote, "duplicate"
		return l, nil, nil
	}
	c, q, err := e.judgeGuest(ctx, r, &flow.Guest{Mail: en.Address.Mail, Name: en.Address.Name, Until: en.Until})
	if err != nil {
		return l, nil, err
	}
	l.Args = map[string]string{}
	switch {
	case c.Code == string(readiness.CodeColleague) && len(q.Subject.Matches.Value) > 0:
		p := q.Subject.Matches.Value[0]
		l.Mark, l.Code = flow.MarkNote, "moved"
		l.Args["id"], l.Args["person"] = p.ID, p.DisplayName
		return l, nil, nil
	case c.Outcome == string(readiness.Cannot) || c.Outcome == string(readiness.Unknown):
		l.Mark, l.Code = flow.MarkBad, c.Code
		maps.Copy(l.Args, c.Args)
		if c.Final {
			l.Args["final"] = "yes"
		}
	case len(c.Flags) > 0 && noteworthy(c.Flags) != nil:
		f := noteworthy(c.Flags)
		l.Mark, l.Code, l.Args = flow.MarkNote, "flag_"+f.Code, f.Args
	case !c.NewAccount:
		l.Code = "guest_already"
	}
	return l, c, nil
}

// noteworthy is the first flag that the requester himself can do something about.
func noteworthy(flags []flow.Flag) *flow.Flag {
	for i, f := range flags {
		switch readiness.Code(f.Code) {
		case readiness.FlagPersonalMailbox, readiness.FlagLooksLike:
			return &flags[i]
		default: // for others to judge
		}
	}
	return nil
}
