package bot

import (
	"context"
	"slices"
	"strings"

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

// names fills in who was picked by id, or typed by address. A colleague who is none
// (a guest, or an account that is switched off) stays without a name: guests come in
// by a decision alone, whatever a client sends.
func (e *Engine) names(ctx context.Context, a *flow.Answers) error {
	people := []*flow.Who{&a.Owner, &a.Second}
	for i := range a.Members {
		people = append(people, &a.Members[i])
	}
	owners := 2
	for i, w := range people {
		if w.ID == "" || w.Name != "" {
			continue
		}
		p, err := e.picked(ctx, w.ID)
		if err != nil && CodeOf(err) != NotFound {
			return err
		}
		if colleague := p.Enabled && !p.Guest; err == nil && (colleague || i < owners) { // owners are judged with their step
			*w = whoIs(p, "")
		}
	}
	return nil
}

// picked reads somebody by the id that a list of people gives, or by the address that
// was typed where a client draws no such list. An address is somebody's when it is
// that of exactly one in the directory, an enabled member; else NotFound.
func (e *Engine) picked(ctx context.Context, value string) (Person, error) {
	value = strings.TrimSpace(value)
	var found []Person
	if strings.Contains(value, "@") {
		var err error
		if found, err = e.Directory.ByMail(ctx, value); err != nil {
			return Person{}, err
		}
	}
	switch {
	case len(found) == 0:
		return e.Directory.Person(ctx, value)
	case len(found) > 1 || found[0].Guest || !found[0].Enabled:
		return Person{}, &Error{Code: NotFound, Op: "find who was typed"}
	}
	return found[0], nil
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
