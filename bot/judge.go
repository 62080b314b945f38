package bot

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// How long a parked part waits until it is looked at again: a setting that can
// be mended, and a service that did not answer.
const (
	lookAgain = 10 * time.Minute
	lookSoon  = time.Minute
)

// isFinal says that no setting can mend a finding: the address itself is wrong.
func isFinal(c readiness.Code) bool {
	switch c {
	case readiness.CodeAddressInvalid, readiness.CodeOwnDomain, readiness.CodeColleague,
		readiness.CodeGroupAddress, readiness.CodeRuleEndPast:
		return true
	default:
		return false
	}
}

// question is what is asked about a guest, with everything read for it.
func (e *Engine) question(ctx context.Context, r *flow.Request, a readiness.Address) (readiness.Question, error) {
	q := readiness.Question{Path: readiness.ByBot, Policy: e.Settings.Rules, Now: e.Clock.Now(), Guests: len(r.Answers.Guests)}
	q.Wanted = readiness.SharingLevel(r.Answers.Level)
	var err error
	if q.Snapshot, err = e.Tenant.Snapshot(ctx); err != nil {
		return q, err
	}
	if q.Subject, err = e.Tenant.Subject(ctx, a); err != nil {
		return q, err
	}
	if q.Site, err = e.siteOf(ctx, r, q.Subject); err != nil {
		return q, err
	}
	req, err := e.actorOf(ctx, r, r.Requester.ID)
	if err != nil {
		return q, err
	}
	q.Requester = &req
	q.Actor = readiness.Actor{Anyone: true}
	return q, nil
}

// siteOf reads the site that a request is about; a plan while there is none.
func (e *Engine) siteOf(ctx context.Context, r *flow.Request, s readiness.Subject) (readiness.Site, error) {
	if !r.SiteReady() || r.Target.GroupID == "" {
		return readiness.Site{Planned: true}, nil
	}
	ids := []string{r.Requester.ID}
	if s.Matches.OK() && len(s.Matches.Value) > 0 {
		ids = append(ids, s.Matches.Value[0].ID)
	}
	site, err := e.Tenant.Site(ctx, r.Target.GroupID, ids...)
	if CodeOf(err) == NotFound && err != nil {
		gone := readiness.Group{ID: r.Target.GroupID, Deleted: true}
		site, err = readiness.Site{Group: readiness.Read(gone, "Microsoft Graph: group", e.Clock.Now())}, nil
	}
	return site, err
}

// actorOf reads a person's rights; an owner who is planned counts as one until
// the group exists.
func (e *Engine) actorOf(ctx context.Context, r *flow.Request, id string) (readiness.Actor, error) {
	a, err := e.Directory.Actor(ctx, id, r.Target.GroupID)
	if err != nil {
		return a, err
	}
	if r.Target.GroupID == "" {
		for _, o := range r.Answers.Owners() {
			a.Owner = a.Owner || o.ID == id
		}
	}
	return a, nil
}

// judgeGuest reads and judges everything for one guest of a request.
func (e *Engine) judgeGuest(ctx context.Context, r *flow.Request, g *flow.Guest) (*flow.Check, readiness.Question, error) {
	a, err := readiness.ParseAddress(g.Mail)
	if err != nil {
		c := &flow.Check{At: e.Clock.Now(), Outcome: string(readiness.Cannot), Final: true, Code: string(readiness.CodeAddressInvalid)}
		return c, readiness.Question{}, nil //nolint:nilerr // that it is no address is the finding
	}
	a.Name = g.Name
	q, err := e.question(ctx, r, a)
	if err != nil {
		return nil, q, err
	}
	q.Until = g.Until
	q = withHand(q, r, g)
	c := e.checkOf(readiness.Invite(q))
	c.NewAccount = len(q.Subject.Matches.Value) == 0
	req := q
	req.Actor = *q.Requester
	c.RequesterOwner = q.Requester.Owner
	c.RequesterCould = q.Requester.Owner && (!c.NewAccount || mayInvite(readiness.Invite(req)) == yes)
	if c.Deciders, err = e.deciders(ctx, r); err != nil {
		return nil, q, err
	}
	c.Deadline = e.deadlineFor(c.At, c.Deciders)
	if c.NewAccount && g.AddAs != "" && g.InviteAs == "" {
		return c, q, e.findInviters(ctx, r, g, q, c)
	}
	return c, q, nil
}

// findInviters looks for somebody in whose name a guest can be invited to whom an
// owner agreed when nobody could.
func (e *Engine) findInviters(ctx context.Context, r *flow.Request, g *flow.Guest, q readiness.Question, c *flow.Check) error {
	owner, err := e.actorOf(ctx, r, g.AddAs)
	if err != nil {
		return err
	}
	mine, theirs, approvers, err := e.inviters(ctx, r, q, owner)
	switch {
	case err != nil:
		return err
	case theirs == yes:
		c.InviteAs = r.Requester.ID
	case mine == yes:
		c.InviteAs = g.AddAs
	default:
		c.Inviters = approvers
	}
	return nil
}

// checkOf keeps of a verdict what the machine and the cards need.
func (e *Engine) checkOf(v readiness.Verdict) *flow.Check {
	now := e.Clock.Now()
	c := &flow.Check{At: now, Outcome: string(v.Outcome), NextLook: now.Add(lookAgain)}
	for _, f := range v.Flags {
		c.Flags = append(c.Flags, flow.Flag{Code: string(f.Code), Args: f.Args, All: f.Code == readiness.FlagManyGuests})
	}
	if v.Decisive >= 0 && v.Decisive < len(v.Findings) {
		f := v.Findings[v.Decisive]
		c.Code, c.Layer, c.Setting, c.Wanted, c.Args = string(f.Code), int(f.Layer), f.Setting, f.Wanted, f.Args
		c.Final = v.Outcome == readiness.Cannot && isFinal(f.Code)
		if f.Missing != nil {
			c.HandCheck = f.Missing.Reason == readiness.NotAsked || f.Missing.Reason == readiness.NotInCloud ||
				f.Missing.Reason == readiness.Unclear && f.Setting == readiness.KeyLabel // no API tells what a label does
			if f.Missing.Reason == readiness.Unavailable {
				c.NextLook = now.Add(lookSoon)
			}
		}
	}
	if b, err := json.Marshal(v); err == nil {
		c.Evidence = b
	}
	return c
}

// ternary is yes, no, or could not be read.
type ternary int

const (
	no ternary = iota
	yes
	unknown
)

// mayInvite says whether a verdict's actor could send the invitation himself: no
// rule about people stops him. What stops everybody is not his right.
func mayInvite(v readiness.Verdict) ternary { return right(v, readiness.LayerInvite) }

// mayCreate is the same for making the site.
func mayCreate(v readiness.Verdict) ternary { return right(v, readiness.LayerGroups) }

func right(v readiness.Verdict, layers ...readiness.Layer) ternary {
	out := yes
	for _, f := range v.Findings {
		if f.Stops != readiness.HumanRule || !slices.Contains(layers, f.Layer) {
			continue
		}
		switch f.Status {
		case readiness.Blocks:
			return no
		case readiness.CannotTell:
			out = unknown
		default: // it stops nobody
		}
	}
	return out
}

// deciders are the owners who may be asked: people of the company, enabled, and
// not the requester.
func (e *Engine) deciders(ctx context.Context, r *flow.Request) ([]flow.Who, error) {
	var owners []Person
	if r.Target.GroupID != "" {
		var err error
		if owners, err = e.Sites.Owners(ctx, r.Target.GroupID); err != nil {
			return nil, err
		}
	} else {
		for _, o := range r.Answers.Owners() {
			p, err := e.Directory.Person(ctx, o.ID)
			if err != nil && CodeOf(err) != NotFound {
				return nil, err
			}
			if err == nil {
				owners = append(owners, p)
			}
		}
	}
	var out []flow.Who
	for _, p := range owners {
		if p.Enabled && !p.Guest && p.ID != r.Requester.ID {
			out = append(out, whoIs(p, e.zoneOf(ctx, p.ID)))
		}
	}
	return out, nil
}

// zoneOf is the zone that a chat last told of a person; empty when none did.
func (e *Engine) zoneOf(ctx context.Context, id string) string {
	recs, err := e.Store.Get(ctx, personKey(id))
	if err != nil || recs[0].Rev == 0 {
		return ""
	}
	p, ok := recs[0].Value.(*PersonRecord)
	if !ok {
		return ""
	}
	return p.Zone
}

func (e *Engine) deadlineFor(now time.Time, deciders []flow.Who) time.Time {
	zone := ""
	if len(deciders) > 0 {
		zone = deciders[0].Zone
	}
	return e.deadline(now, zone)
}

// judgeSite reads and judges everything for making a request's site.
func (e *Engine) judgeSite(ctx context.Context, r *flow.Request) (*flow.Check, readiness.CreateQuestion, error) {
	q, err := e.createQuestion(ctx, r)
	if err != nil {
		return nil, q, err
	}
	q.Actor = readiness.Actor{Anyone: true}
	c := e.checkOf(readiness.Create(q))
	could, err := e.couldCreate(ctx, q, r.Requester.ID)
	if err != nil {
		return nil, q, err
	}
	c.RequesterCould = could == yes
	for _, o := range r.Answers.Owners() {
		c.RequesterOwner = c.RequesterOwner || o.ID == r.Requester.ID
	}
	if c.Deciders, err = e.siteDeciders(ctx, r, q, c.RequesterCould); err != nil {
		return nil, q, err
	}
	c.Deadline = e.deadlineFor(c.At, c.Deciders)
	return c, q, nil
}

func (e *Engine) createQuestion(ctx context.Context, r *flow.Request) (readiness.CreateQuestion, error) {
	q := readiness.CreateQuestion{
		Policy: e.Settings.Rules, Now: e.Clock.Now(), Name: r.Answers.Name,
		Wanted: readiness.SharingLevel(r.Answers.Level), Guests: len(r.Answers.Guests),
	}
	var err error
	if q.Snapshot, err = e.Tenant.Snapshot(ctx); err != nil {
		return q, err
	}
	if r.Site != nil {
		for key, h := range r.Site.ByHand {
			handCompany(&q.Snapshot, key, h)
		}
	}
	p, err := e.Directory.Person(ctx, r.Requester.ID)
	if err != nil {
		return q, err
	}
	q.Attributes = p.Attributes
	var owners []readiness.User
	for _, o := range r.Answers.Owners() {
		p, err := e.Directory.Person(ctx, o.ID)
		if CodeOf(err) == NotFound && err != nil {
			continue
		}
		if err != nil {
			return q, err
		}
		owners = append(owners, readiness.User{ID: p.ID, DisplayName: p.Name, Mail: p.Mail, UPN: p.UPN, Guest: p.Guest, Enabled: p.Enabled})
	}
	q.Owners = readiness.Read(owners, "Microsoft Graph: user", e.Clock.Now())
	return q, nil
}

// couldCreate says whether a person could make the site himself.
func (e *Engine) couldCreate(ctx context.Context, q readiness.CreateQuestion, id string) (ternary, error) {
	a, err := e.Directory.Actor(ctx, id, "")
	if err != nil {
		return unknown, err
	}
	if !a.Enabled || a.Guest {
		return no, nil
	}
	q.Actor = a
	return mayCreate(readiness.Create(q)), nil
}

// siteDeciders are the planned owners who may agree to the site: any, where the
// requester could make it himself, else those who could. Where none is, the
// approvers who could.
func (e *Engine) siteDeciders(ctx context.Context, r *flow.Request, q readiness.CreateQuestion, requesterCould bool) ([]flow.Who, error) {
	owners, err := e.deciders(ctx, r)
	if err != nil || requesterCould {
		return owners, err
	}
	out, err := e.whoCould(owners, func(id string) (ternary, error) { return e.couldCreate(ctx, q, id) })
	if err != nil || len(out) > 0 {
		return out, err
	}
	people, err := e.listed(ctx, e.Settings.Approvers)
	if err != nil {
		return nil, err
	}
	var who []flow.Who
	for _, p := range people {
		if p.ID != r.Requester.ID {
			who = append(who, whoIs(p, ""))
		}
	}
	return e.whoCould(who, func(id string) (ternary, error) { return e.couldCreate(ctx, q, id) })
}

// maxAsked bounds how many people get a card about the same thing.
const maxAsked = 5

func (e *Engine) whoCould(people []flow.Who, could func(id string) (ternary, error)) ([]flow.Who, error) {
	var out []flow.Who
	for _, w := range people {
		t, err := could(w.ID)
		if err != nil {
			return nil, err
		}
		if t == yes && len(out) < maxAsked {
			out = append(out, w)
		}
	}
	return out, nil
}
