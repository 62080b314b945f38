package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// doLookUp looks a draft's answers up and decides which step is shown next.
func (e *Engine) doLookUp(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, w.target())
	if err != nil {
		return err
	}
	if c.Request.State != flow.Draft {
		return e.done(ctx, j)
	}
	d, err := e.lookUp(ctx, c.Request)
	if err != nil {
		return err
	}
	return e.result(ctx, j, w, flow.Event{Kind: flow.DraftChecked, Draft: d})
}

func (e *Engine) lookUp(ctx context.Context, r *flow.Request) (*flow.DraftResult, error) {
	a := r.Answers
	a.Members, a.Guests = slices.Clone(a.Members), slices.Clone(a.Guests)
	d := &flow.DraftResult{Rev: a.Rev, Answers: &a, Target: r.Target}
	if r.Looked != nil {
		d.Alias, d.Display, d.Seen = r.Looked.Alias, r.Looked.Display, r.Looked.Seen
	}
	snap, err := e.Tenant.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	d.Levels = levels(snap)
	if a.Level == "" || !slices.Contains(d.Levels, a.Level) {
		a.Level = ""
		if len(d.Levels) > 0 {
			a.Level = d.Levels[0]
		}
	}
	d.Company = e.companyStops(snap)
	if err := e.names(ctx, &a); err != nil {
		return nil, err
	}
	first := a.Rev == 0 // nothing was sent yet: only what the form shows at first
	switch {
	case !r.NewSite() && d.Target.GroupID == "":
		if err := e.findTarget(ctx, r, d); err != nil || first || d.Target.GroupID == "" {
			return d, err
		}
		return d, e.lookUpPeople(ctx, r, d)
	case first && r.NewSite():
		return d, e.suggestSecond(ctx, r, &a)
	case first:
		return d, nil
	case a.Step == flow.StepSite:
		return d, e.lookUpSite(ctx, r, d)
	case a.Step == flow.StepPeople:
		return d, e.lookUpPeople(ctx, r, d)
	}
	return d, nil
}

// companyStops names what stops every guest of the company; empty when nothing.
func (e *Engine) companyStops(s readiness.Snapshot) string {
	for _, f := range readiness.CheckCompany(s, e.Settings.Rules, e.Clock.Now()).Findings {
		if f.Scope == readiness.StopsEvery {
			return string(f.Code)
		}
	}
	return ""
}

// names fills in who was picked by id.
func (e *Engine) names(ctx context.Context, a *flow.Answers) error {
	people := []*flow.Who{&a.Owner, &a.Second}
	for i := range a.Members {
		people = append(people, &a.Members[i])
	}
	for _, w := range people {
		if w.ID == "" || w.Name != "" {
			continue
		}
		p, err := e.Directory.Person(ctx, w.ID)
		if err != nil && CodeOf(err) != NotFound {
			return err
		}
		if err == nil {
			*w = whoIs(p, "")
		}
	}
	return nil
}

// suggestSecond proposes the manager as the second owner.
func (e *Engine) suggestSecond(ctx context.Context, r *flow.Request, a *flow.Answers) error {
	p, err := e.Directory.Manager(ctx, r.Requester.ID)
	switch {
	case err == nil && p.Enabled && !p.Guest:
		a.Second = whoIs(p, "")
	case err != nil && Retryable(err):
		return err
	}
	return nil // without a manager there is no proposal
}

// findTarget finds the site that was named when guests are to be added.
func (e *Engine) findTarget(ctx context.Context, r *flow.Request, d *flow.DraftResult) error {
	text := r.Origin.Typed
	if text == "" && r.Answers.SiteID == "" {
		return nil // the form asks for it
	}
	sites, err := e.Tenant.SitesOf(ctx, r.Requester.ID, 100)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(sites, func(s SiteRef) bool { return s.GroupID == r.Answers.SiteID }); i >= 0 {
		return e.aim(ctx, d, sites[i])
	}
	found := matching(sites, text)
	if exact := exactly(found, text); len(exact) == 1 {
		found = exact
	}
	switch len(found) {
	case 1:
		return e.aim(ctx, d, found[0])
	case 0:
		d.Problems = append(d.Problems, flow.Problem{Field: card.FieldSite, Code: "site_unknown", Args: map[string]string{"site": text}})
	default:
		d.Problems = append(d.Problems, flow.Problem{Field: card.FieldSite, Code: "site_ambiguous", Args: map[string]string{"site": text}})
	}
	return nil
}

// aim takes a site as the target, with its address, which listings leave out.
func (e *Engine) aim(ctx context.Context, d *flow.DraftResult, s SiteRef) error {
	d.Target = flow.Target{GroupID: s.GroupID, Name: s.Name, URL: s.URL}
	if s.URL != "" {
		return nil
	}
	url, err := e.Sites.SiteURL(ctx, s.GroupID)
	if err != nil {
		return err
	}
	d.Target.URL = url
	return nil
}

func exactly(sites []SiteRef, text string) []SiteRef {
	var out []SiteRef
	for _, s := range sites {
		if strings.EqualFold(s.Name, text) || strings.EqualFold(s.Alias, text) || strings.EqualFold(s.URL, text) {
			out = append(out, s)
		}
	}
	return out
}

// lookUpSite judges the first step: the name, its address, the owners.
func (e *Engine) lookUpSite(ctx context.Context, r *flow.Request, d *flow.DraftResult) error {
	a := d.Answers
	bad := func(field, code string, args map[string]string) {
		d.Problems = append(d.Problems, flow.Problem{Field: field, Code: code, Args: args})
	}
	q, err := e.createQuestion(ctx, &flow.Request{Requester: r.Requester, Answers: *a})
	if err != nil {
		return err
	}
	groups := q.Snapshot.Groups.Value
	groups.BlockedWords = slices.Concat(groups.BlockedWords, e.Settings.BlockedWords)
	if err := readiness.CheckName(a.Name, groups); err != nil {
		code, args := nameFault(err)
		bad(card.FieldName, code, args)
	} else if d.Display, err = readiness.DisplayName(a.Name, groups, q.Attributes); err != nil {
		code, args := nameFault(err)
		bad(card.FieldName, code, args)
	} else if d.Alias, err = readiness.Alias(d.Display); err != nil {
		code, args := nameFault(err)
		bad(card.FieldName, code, args)
	} else if err := e.lookUpAlias(ctx, r, d, bad); err != nil {
		return err
	}
	for _, f := range []struct {
		field string
		who   flow.Who
	}{{card.FieldOwner, a.Owner}, {card.FieldSecond, a.Second}} {
		if f.who.ID == "" {
			continue
		}
		p, err := e.Directory.Person(ctx, f.who.ID)
		switch {
		case err != nil && CodeOf(err) == NotFound:
			bad(f.field, "person_unknown", nil)
		case err != nil:
			return err
		case p.Guest:
			bad(f.field, "owner_guest", map[string]string{"person": p.Name})
		case !p.Enabled:
			bad(f.field, "owner_disabled", map[string]string{"person": p.Name})
		}
	}
	if len(d.Problems) == 0 {
		a.Step = flow.StepPeople
	}
	return nil
}

func nameFault(err error) (string, map[string]string) {
	if ne, ok := errors.AsType[*readiness.NameError](err); ok {
		return "name_" + string(ne.Kind), map[string]string{"word": ne.Word, "max": itoa(ne.Max)}
	}
	return "name_invalid", nil
}

// lookUpAlias asks the tenant whether the site's address is free.
func (e *Engine) lookUpAlias(ctx context.Context, r *flow.Request, d *flow.DraftResult, bad func(string, string, map[string]string)) error {
	s, err := e.Tenant.AliasFree(ctx, d.Alias, d.Display, r.Requester.ID)
	switch {
	case err != nil:
		return err
	case s.BlockedWord != "":
		bad(card.FieldName, "name_blocked_word", map[string]string{"word": s.BlockedWord})
	case s.Refused != "":
		bad(card.FieldName, "name_refused", map[string]string{"text": s.Refused})
	case !s.HeldUntil.IsZero():
		bad(card.FieldName, "name_held", map[string]string{"until": moment(s.HeldUntil), "alias": d.Alias})
	case !s.Free:
		var free []string
		for _, alt := range readiness.Alternatives(d.Alias) {
			as, err := e.Tenant.AliasFree(ctx, alt, d.Display, r.Requester.ID)
			if err != nil {
				return err
			}
			if as.Free && len(free) < 2 {
				free = append(free, alt)
			}
		}
		bad(card.FieldName, "name_taken", map[string]string{"alias": d.Alias, "free": strings.Join(free, ", ")})
	}
	return nil
}

// lookUpPeople judges the second step: each guest gets a line; when nothing is to
// be said about any, or all was seen before, the review comes next.
func (e *Engine) lookUpPeople(ctx context.Context, r *flow.Request, d *flow.DraftResult) error {
	a := d.Answers
	entries, err := readiness.ParseList(a.Pasted, e.Settings.Policy.MaxGuests)
	if err != nil {
		d.Problems = append(d.Problems, flow.Problem{Field: card.FieldGuests, Code: "too_many", Args: map[string]string{"max": itoa(e.Settings.Policy.MaxGuests)}})
		return nil //nolint:nilerr // a list that is too long is the requester's to shorten
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
