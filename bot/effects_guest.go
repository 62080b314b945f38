package bot

import (
	"context"
	"time"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// rights reads whether the people in whose names a guest is let in may do it now.
func (e *Engine) rights(ctx context.Context, c flow.Case, q readiness.Question, newAccount bool) (bool, error) {
	add, err := e.Directory.Actor(ctx, c.Guest.AddAs, c.Request.Target.GroupID)
	if err != nil {
		return false, err
	}
	if !add.Owner || !add.Enabled || add.Guest {
		return false, nil
	}
	if !newAccount {
		return true, nil
	}
	inv := add
	if c.Guest.InviteAs != c.Guest.AddAs {
		if inv, err = e.Directory.Actor(ctx, c.Guest.InviteAs, c.Request.Target.GroupID); err != nil {
			return false, err
		}
		inv.Owner = true
	}
	q.Actor = inv
	return inv.Enabled && !inv.Guest && mayInvite(readiness.Invite(q)) == yes, nil
}

// doInvite finds the guest's account or makes it, after the settings and the
// rights were read once more.
func (e *Engine) doInvite(ctx context.Context, j Job, w work) error {
	c, revs, err := e.load(ctx, w.target())
	if err != nil {
		return err
	}
	g := c.Guest
	if g.State != flow.Inviting {
		return e.done(ctx, j)
	}
	check, q, err := e.judgeGuest(ctx, c.Request, g)
	if err != nil {
		return err
	}
	if check.Outcome == string(readiness.Cannot) || check.Outcome == string(readiness.Unknown) {
		// Only that he is in: a run that was interrupted after its effect goes on.
		if check.Code != string(readiness.CodeAlreadyMember) {
			return e.result(ctx, j, w, flow.Event{Kind: flow.Blocked, Check: check})
		}
	}
	found, err := e.Sites.FindGuest(ctx, q.Subject.Address)
	if err != nil && CodeOf(err) != NotFound {
		return err
	}
	newAccount := err != nil
	ok, err := e.rights(ctx, c, q, newAccount)
	if err != nil {
		return err
	}
	if !ok {
		return e.result(ctx, j, w, flow.Event{Kind: flow.RightLost, By: g.InviteAs})
	}
	if !newAccount {
		a := &flow.Account{UserID: found.UserID, Created: g.Absent, Pending: found.Pending}
		return e.result(ctx, j, w, flow.Event{Kind: flow.Invited, By: g.InviteAs, Account: a})
	}
	now := e.Clock.Now()
	if wait := g.AskedAt.Add(replication).Sub(now); wait > 0 {
		return e.later(ctx, j, wait)
	}
	// Said before it is made, so that a crash between does not lose whose it is.
	absent, asked := g.Absent, g.AskedAt
	g.Absent, g.AskedAt = true, now
	if err := e.Store.Commit(ctx, Change{Puts: []Put{putGuest(revs[1], c.Request, g)}}); err != nil {
		return err
	}
	made, err := e.Sites.Invite(ctx, q.Subject.Address, c.Request.Target.URL)
	if ReasonOf(err) == ReasonPaused { // nothing was sent
		return e.unsay(ctx, w, func(g *flow.Guest) { g.Absent, g.AskedAt = absent, asked }, err)
	}
	if err != nil {
		return e.invitationRefused(ctx, j, w, "User.Invite.All", err)
	}
	a := &flow.Account{UserID: made.UserID, Created: true, Pending: true}
	return e.result(ctx, j, w, flow.Event{Kind: flow.Invited, By: g.InviteAs, Account: a})
}

// unsay takes back what was said before an effect that was not begun; it gives the
// cause. Somebody else may do by hand meanwhile what the record would then claim.
func (e *Engine) unsay(ctx context.Context, w work, back func(*flow.Guest), cause error) error {
	err := again(ctx, func() error {
		c, revs, err := e.load(ctx, w.target())
		if err != nil {
			return err
		}
		back(c.Guest)
		return e.Store.Commit(ctx, Change{Puts: []Put{putGuest(revs[1], c.Request, c.Guest)}})
	})
	if err != nil {
		return err
	}
	return cause
}

// invitationRefused parks a guest whom a setting stops, and lets others retry or break.
func (e *Engine) invitationRefused(ctx context.Context, j Job, w work, permission string, err error) error {
	codes := map[string]readiness.Code{
		ReasonInvitesOff:  readiness.CodeInvitesOff,
		ReasonDomain:      readiness.CodeDomainDenied,
		ReasonCrossTenant: readiness.CodePartnerBlocked,
		ReasonGuestsOff:   readiness.CodeGroupsAddOff,
		ReasonDisabled:    readiness.CodeGuestDisabled,
		ReasonContact:     readiness.CodeContact,
	}
	if code, ok := codes[ReasonOf(err)]; ok {
		return e.result(ctx, j, w, flow.Event{Kind: flow.Blocked, Check: e.blockedBy(string(code), "", "", false)})
	}
	if ReasonOf(err) == ReasonPermission {
		return e.result(ctx, j, w, flow.Event{Kind: flow.Blocked, Check: e.blockedBy("app_permission", "app.permission", permission, false)})
	}
	return err
}

// doAddMember adds the account to the group, in the name of an owner.
func (e *Engine) doAddMember(ctx context.Context, j Job, w work) error {
	c, revs, err := e.load(ctx, w.target())
	if err != nil {
		return err
	}
	g := c.Guest
	if g.State != flow.Adding {
		return e.done(ctx, j)
	}
	in, err := e.Sites.IsMember(ctx, c.Request.Target.GroupID, g.Account.UserID)
	if err != nil && CodeOf(err) != NotFound {
		return err
	}
	if in && !g.Outside {
		if err := e.inherit(ctx, c, revs); err != nil {
			return err
		}
	}
	if !in {
		ok, err := e.rights(ctx, c, readiness.Question{}, false)
		if err != nil {
			return err
		}
		if !ok {
			return e.result(ctx, j, w, flow.Event{Kind: flow.RightLost, By: g.AddAs})
		}
		outside := g.Outside
		if !g.Outside { // said before he is added, so that a crash between does not lose it
			g.Outside = true
			if err := e.Store.Commit(ctx, Change{Puts: []Put{putGuest(revs[1], c.Request, g)}}); err != nil {
				return err
			}
		}
		err = e.Sites.AddMembers(ctx, c.Request.Target.GroupID, []string{g.Account.UserID})
		switch {
		case ReasonOf(err) == ReasonPaused:
			return e.unsay(ctx, w, func(g *flow.Guest) { g.Outside = outside }, err)
		case err != nil && CodeOf(err) == NotFound && j.Attempt < patience: // not replicated yet
			return e.later(ctx, j, replicated(j.Attempt))
		case err != nil:
			return e.invitationRefused(ctx, j, w, "GroupMember.ReadWrite.All", err)
		}
	}
	return e.result(ctx, j, w, flow.Event{Kind: flow.Added, By: g.AddAs})
}

// replicated is how long to wait for a new object to be seen everywhere.
func replicated(attempt int) time.Duration {
	return min(2*time.Second<<min(attempt, 4), 30*time.Second)
}

// doVerify reads the membership back.
func (e *Engine) doVerify(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, w.target())
	if err != nil {
		return err
	}
	g := c.Guest
	if g.State != flow.Verifying {
		return e.done(ctx, j)
	}
	in, err := e.Sites.IsMember(ctx, c.Request.Target.GroupID, g.Account.UserID)
	if err != nil && CodeOf(err) != NotFound {
		return err
	}
	if !in {
		return e.later(ctx, j, replicated(j.Attempt))
	}
	pending := g.Account.Pending
	if a, err := readiness.ParseAddress(g.Mail); err == nil {
		if found, err := e.Sites.FindGuest(ctx, a); err == nil && found.UserID == g.Account.UserID {
			pending = found.Pending
		}
	}
	a := *g.Account
	a.Pending = pending
	return e.result(ctx, j, w, flow.Event{Kind: flow.Verified, Account: &a})
}

// doRemoveMember removes the membership on the day, never the account, and only
// where the guest is there through this request.
func (e *Engine) doRemoveMember(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, w.target())
	if err != nil {
		return err
	}
	g := c.Guest
	if g.State != flow.In || !g.Ending {
		return e.done(ctx, j)
	}
	other, err := e.heldByAnother(ctx, c.Request, g)
	if err != nil {
		return err
	}
	if other == nil && g.Outside {
		if err := e.Sites.RemoveMember(ctx, c.Request.Target.GroupID, g.Account.UserID); err != nil {
			return err
		}
	}
	return e.result(ctx, j, w, flow.Event{Kind: flow.Removed})
}

// inherit notes that a guest who is a member already is one through another
// request of ours: whichever of the two ends last removes him.
func (e *Engine) inherit(ctx context.Context, c flow.Case, revs [2]int64) error {
	o, err := e.heldByAnother(ctx, c.Request, c.Guest)
	if err != nil || o == nil || !o.Outside {
		return err
	}
	c.Guest.Outside = true
	return e.Store.Commit(ctx, Change{Puts: []Put{putGuest(revs[1], c.Request, c.Guest)}})
}

// heldByAnother finds the same guest, in the same site through another request;
// nil when there is none.
func (e *Engine) heldByAnother(ctx context.Context, r *flow.Request, g *flow.Guest) (*flow.Guest, error) {
	recs, _, err := e.Store.Find(ctx, Query{Kind: KindGuest, Index: ByMailOf, Value: g.Mail, Limit: 100})
	if err != nil {
		return nil, err
	}
	for _, rec := range recs {
		o, ok := rec.Value.(*flow.Guest)
		if !ok || o.Request == g.Request || o.State != flow.In || o.Ending {
			continue
		}
		c, _, err := e.load(ctx, target{request: o.Request})
		if err != nil {
			return nil, err
		}
		if c.Request.Target.GroupID == r.Target.GroupID {
			return o, nil
		}
	}
	return nil, nil
}

// watchFor is how long we look whether an invitation was accepted.
const watchFor = 30 * 24 * time.Hour

func (e *Engine) doWatchAccept(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, w.target())
	if err != nil {
		return err
	}
	g := c.Guest
	if g.State != flow.In || g.Account == nil || !g.Account.Pending {
		return e.done(ctx, j)
	}
	a, err := readiness.ParseAddress(g.Mail)
	if err != nil {
		return e.done(ctx, j)
	}
	found, err := e.Sites.FindGuest(ctx, a)
	if err != nil && CodeOf(err) != NotFound {
		return err
	}
	if err == nil && !found.Pending {
		return e.result(ctx, j, w, flow.Event{Kind: flow.Accepted})
	}
	if e.Clock.Now().Sub(g.InSince) > watchFor {
		return e.done(ctx, j)
	}
	return e.later(ctx, j, 24*time.Hour)
}
