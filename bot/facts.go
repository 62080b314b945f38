package bot

import (
	"context"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// doReadFacts reads who the first clicker of a part is and what he may now.
func (e *Engine) doReadFacts(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, w.target())
	if err != nil {
		return err
	}
	r := c.Request
	line := []flow.Click(nil)
	switch {
	case c.Guest != nil:
		line = c.Guest.Clicks
	case r.Site != nil:
		line = r.Site.Clicks
	}
	if len(line) == 0 {
		return e.done(ctx, j)
	}
	f, err := e.factsOf(ctx, c, line[0])
	if err != nil {
		return err
	}
	return e.result(ctx, j, w, flow.Event{Kind: flow.Decided, By: f.Who.ID, Facts: &f, Click: &line[0]})
}

func (e *Engine) factsOf(ctx context.Context, c flow.Case, click flow.Click) (flow.Facts, error) {
	var f flow.Facts
	who, refusal, err := e.identify(ctx, ChatUser{click.Chat, click.Team, click.User})
	if err != nil {
		return f, err
	}
	f.Who, f.Refusal = who, string(refusal)
	if refusal != "" {
		return f, nil
	}
	p, err := e.Directory.Person(ctx, who.ID)
	if err != nil {
		return f, err
	}
	actor, err := e.actorOf(ctx, c.Request, who.ID)
	if err != nil {
		return f, err
	}
	f.Owner = actor.Owner && actor.Enabled && !actor.Guest
	if f.Approver, err = e.isListed(ctx, e.Settings.Approvers, p); err != nil {
		return f, err
	}
	f.Deadline = e.deadline(e.Clock.Now(), who.Zone)
	if click.Verb != flow.Approve {
		return f, nil
	}
	if c.Guest == nil {
		return f, e.createRights(ctx, c.Request, &f)
	}
	return f, e.inviteRights(ctx, c, actor, &f)
}

// createRights reads who could make the site: the clicker, the requester.
func (e *Engine) createRights(ctx context.Context, r *flow.Request, f *flow.Facts) error {
	q, err := e.createQuestion(ctx, r)
	if err != nil {
		return err
	}
	mine, err := e.couldCreate(ctx, q, f.Who.ID)
	if err != nil {
		return err
	}
	theirs, err := e.couldCreate(ctx, q, r.Requester.ID)
	if err != nil {
		return err
	}
	f.MayCreate, f.RequesterCould = mine == yes, theirs == yes
	if mine == unknown && theirs != yes {
		f.Unknown = "create"
	}
	return nil
}

// inviteRights reads who could send the invitation: the clicker, the requester,
// or else the approvers.
func (e *Engine) inviteRights(ctx context.Context, c flow.Case, actor readiness.Actor, f *flow.Facts) error {
	_, q, err := e.judgeGuest(ctx, c.Request, c.Guest)
	if err != nil || q.Requester == nil {
		return err
	}
	mine, theirs, approvers, err := e.inviters(ctx, c.Request, q, actor)
	if err != nil {
		return err
	}
	f.MayInvite, f.RequesterCould = mine == yes, theirs == yes
	if f.Owner {
		f.Approvers = approvers
		if mine == unknown && theirs != yes {
			f.Unknown = "invite"
		}
	}
	return nil
}

// inviters reads whether a person and the requester could send the invitation
// themselves; where neither does for sure, which of the approvers could.
func (e *Engine) inviters(ctx context.Context, r *flow.Request, q readiness.Question, person readiness.Actor) (mine, theirs ternary, approvers []flow.Who, err error) {
	could := func(a readiness.Actor) ternary {
		a.Owner = true // whether he owns the site is a fact of its own
		q.Actor = a
		return mayInvite(readiness.Invite(q))
	}
	mine, theirs = could(person), could(*q.Requester)
	if mine != no || theirs == yes {
		return mine, theirs, nil, nil
	}
	people, err := e.listed(ctx, e.Settings.Approvers)
	if err != nil {
		return mine, theirs, nil, err
	}
	for _, p := range people {
		if p.ID == r.Requester.ID {
			continue
		}
		a, err := e.Directory.Actor(ctx, p.ID, r.Target.GroupID)
		if err != nil {
			return mine, theirs, nil, err
		}
		if could(a) == yes {
			approvers = append(approvers, whoIs(p, ""))
		}
	}
	return mine, theirs, approvers, nil
}
