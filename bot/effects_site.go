package bot

import (
	"context"
	"time"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// blockedBy makes the finding that parks a part when an effect met what reading
// the settings did not show.
func (e *Engine) blockedBy(code, setting, wanted string, handCheck bool) *flow.Check {
	now := e.Clock.Now()
	return &flow.Check{
		At: now, Outcome: string(readiness.Cannot), Code: code, Setting: setting, Wanted: wanted,
		HandCheck: handCheck, NextLook: now.Add(lookAgain),
	}
}

// doCreateGroup finds or makes the group, in the name of one who could.
func (e *Engine) doCreateGroup(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, target{request: w.Request})
	if err != nil {
		return err
	}
	r := c.Request
	if r.Site == nil || r.Site.State != flow.Creating {
		return e.done(ctx, j)
	}
	if g, err := e.Sites.FindGroup(ctx, r.Site.UniqueName); err == nil {
		return e.result(ctx, j, w, flow.Event{Kind: flow.Made, GroupID: g.GroupID})
	} else if CodeOf(err) != NotFound {
		return err
	}
	check, q, err := e.judgeSite(ctx, r)
	if err != nil {
		return err
	}
	if check.Outcome == string(readiness.Cannot) || check.Outcome == string(readiness.Unknown) {
		return e.result(ctx, j, w, flow.Event{Kind: flow.Blocked, Check: check})
	}
	could, err := e.couldCreate(ctx, q, r.Site.CreateAs)
	if err != nil {
		return err
	}
	if could != yes {
		return e.result(ctx, j, w, flow.Event{Kind: flow.RightLost, By: r.Site.CreateAs})
	}
	g, err := e.createGroup(ctx, r)
	switch {
	case err == nil:
		return e.result(ctx, j, w, flow.Event{Kind: flow.Made, By: r.Site.CreateAs, GroupID: g.GroupID})
	case ReasonOf(err) == ReasonNaming:
		return e.result(ctx, j, w, flow.Event{Kind: flow.Blocked, Check: e.blockedBy("naming", "groups.naming", "", false)})
	case ReasonOf(err) == ReasonPermission:
		return e.result(ctx, j, w, flow.Event{Kind: flow.Blocked, Check: e.blockedBy("app_permission", "app.permission", "Group.Create", false)})
	}
	return err
}

// createGroup makes the group under its alias, or under the next free one when
// somebody took it since the form was filled in.
func (e *Engine) createGroup(ctx context.Context, r *flow.Request) (GroupState, error) {
	s := NewSite{
		UniqueName: r.Site.UniqueName, Name: r.Looked.Display, Alias: r.Looked.Alias,
		Description: r.Answers.Purpose, Public: r.Answers.Public,
	}
	for _, o := range r.Answers.Owners() {
		s.OwnerIDs = append(s.OwnerIDs, o.ID)
	}
	for _, m := range r.Answers.Members {
		s.MemberIDs = append(s.MemberIDs, m.ID)
	}
	g, err := e.Sites.CreateGroup(ctx, s)
	for _, alias := range readiness.Alternatives(r.Looked.Alias) {
		if ReasonOf(err) != ReasonAliasTaken {
			break
		}
		s.Alias = alias
		g, err = e.Sites.CreateGroup(ctx, s)
	}
	return g, err
}

// How often a site that is being made is looked for: five seconds longer each
// time up to a minute; after half an hour people are told, and it is hourly.
const (
	siteStep    = 5 * time.Second
	siteLongest = time.Minute
	siteSlow    = 40 // looks, about half an hour
	siteHourly  = time.Hour
)

func (e *Engine) doAwaitSite(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, target{request: w.Request})
	if err != nil {
		return err
	}
	url, err := e.Sites.SiteURL(ctx, c.Request.Target.GroupID)
	if err == nil {
		return e.result(ctx, j, w, flow.Event{Kind: flow.Appeared, URL: url})
	}
	if CodeOf(err) != NotFound {
		return err
	}
	if j.Attempt < siteSlow {
		return e.later(ctx, j, min(siteStep*time.Duration(j.Attempt+1), siteLongest))
	}
	if j.Attempt == siteSlow {
		_, err := e.apply(ctx, w.target(), flow.Event{Kind: flow.StillSlow}, extra{})
		if _, ok := refused(err); err != nil && !ok {
			return err
		}
	}
	return e.later(ctx, j, siteHourly)
}

// replication is how long a write may need until it is read back.
const replication = 15 * time.Second

// doApplySharing reads back owners, members, visibility and sharing level, sets
// what is not as asked, and says done for what was seen.
func (e *Engine) doApplySharing(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, target{request: w.Request})
	if err != nil {
		return err
	}
	r := c.Request
	if s := r.Site; s == nil || s.State != flow.Sharing && (s.State != flow.Parked || s.Resume != flow.Sharing) {
		return e.done(ctx, j)
	}
	if settled, err := e.applyPeople(ctx, r); err != nil || !settled {
		if err != nil {
			return err
		}
		return e.later(ctx, j, replication)
	}
	g, err := e.Sites.Group(ctx, r.Target.GroupID)
	if err != nil {
		return err
	}
	if g.Public != r.Answers.Public {
		if err := e.Sites.SetVisibility(ctx, r.Target.GroupID, r.Answers.Public); err != nil {
			return err
		}
		return e.later(ctx, j, replication)
	}
	return e.applyLevel(ctx, j, w, r)
}

// applyPeople adds the owners and members who are missing; false means that they
// must be read back once more.
func (e *Engine) applyPeople(ctx context.Context, r *flow.Request) (bool, error) {
	owners, err := e.Sites.Owners(ctx, r.Target.GroupID)
	if err != nil {
		return false, err
	}
	var missing []string
	for _, want := range r.Answers.Owners() {
		found := false
		for _, o := range owners {
			found = found || o.ID == want.ID
		}
		if !found {
			missing = append(missing, want.ID)
		}
	}
	if len(missing) > 0 {
		return false, e.Sites.AddOwners(ctx, r.Target.GroupID, missing)
	}
	for _, m := range r.Answers.Members {
		in, err := e.Sites.IsMember(ctx, r.Target.GroupID, m.ID)
		if err != nil {
			return false, err
		}
		if !in {
			missing = append(missing, m.ID)
		}
	}
	if len(missing) > 0 {
		return false, e.Sites.AddMembers(ctx, r.Target.GroupID, missing)
	}
	return true, nil
}

// levelLooks is how often a level that was set is read back until it is said
// that something keeps it from taking effect.
const levelLooks = 40

// applyLevel reads the site's level back. Changing it is a SharePoint
// administrator's right, so it is done in the name of one: who made the site, or
// an admin who said so on his card.
func (e *Engine) applyLevel(ctx context.Context, j Job, w work, r *flow.Request) error {
	want, err := e.wantedLevel(ctx, r)
	if err != nil {
		return err
	}
	sharing, err := e.Sites.Sharing(ctx, r.Target.GroupID)
	hand := r.Site.ByHand[settingSite]
	switch {
	case ReasonOf(err) == ReasonNotGiven && hand.By.ID != "":
		return e.result(ctx, j, w, flow.Event{Kind: flow.Shared, Level: hand.Value, By: hand.By.ID})
	case ReasonOf(err) == ReasonNotGiven, ReasonOf(err) == ReasonPermission:
		c := e.blockedBy(string(readiness.CodeUnreadNotAsked), settingSite, string(want), ReasonOf(err) == ReasonNotGiven)
		if !c.HandCheck { // forgotten, not left out: only the permission mends it
			c.Code = string(readiness.CodeUnreadNoPermission)
		}
		c.Outcome, c.Layer = string(readiness.Unknown), int(readiness.LayerSite)
		return e.result(ctx, j, w, flow.Event{Kind: flow.Blocked, Check: c})
	case err != nil:
		return err
	case sharing.Effective == want:
		return e.result(ctx, j, w, flow.Event{Kind: flow.Shared, Level: string(sharing.Effective)})
	case sharing.Defined == want && j.Attempt < levelLooks:
		return e.later(ctx, j, replication) // set, not yet effective
	}
	as, err := e.levelAs(ctx, r, hand)
	if err != nil {
		return err
	}
	if as == "" || sharing.Defined == want { // or something else keeps it from taking effect
		c := e.blockedBy("site_level", settingSite, string(want), true)
		c.Layer = int(readiness.LayerSite)
		return e.result(ctx, j, w, flow.Event{Kind: flow.Blocked, Check: c})
	}
	if err := e.Sites.SetSharing(ctx, r.Target.GroupID, want); err != nil {
		return err
	}
	return e.later(ctx, j, replication)
}

// wantedLevel is the level asked for, capped by the company's.
func (e *Engine) wantedLevel(ctx context.Context, r *flow.Request) (readiness.SharingLevel, error) {
	want := readiness.SharingLevel(r.Answers.Level)
	if want.Rank() == 0 {
		want = readiness.SharingGuests
	}
	snap, err := e.Tenant.Snapshot(ctx)
	if err != nil {
		return want, err
	}
	if top := snap.SharePoint.Value.Sharing; snap.SharePoint.OK() && top.Rank() < want.Rank() {
		want = top
	}
	return want, nil
}

// levelAs is the person in whose name the level may be changed; empty when none.
func (e *Engine) levelAs(ctx context.Context, r *flow.Request, hand flow.ByHand) (string, error) {
	for _, id := range []string{r.Site.CreateAs, hand.By.ID} {
		if id == "" {
			continue
		}
		a, err := e.Directory.Actor(ctx, id, "")
		if err != nil {
			return "", err
		}
		if a.Enabled && a.SharePointAdmin.OK() && a.SharePointAdmin.Value {
			return id, nil
		}
	}
	return "", nil
}
