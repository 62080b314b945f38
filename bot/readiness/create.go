package readiness

import "errors"

// maxOwners is how many owners a group holds (Microsoft Entra service limits).
const maxOwners = 100

// ownCreateChecks come beside the company's when a site is to be created.
var ownCreateChecks = [layerCount][]check{
	LayerInvite: {
		{KeyActor, everybody, named, judgeActor},
	},
	LayerGroups: {
		{KeyCreator, everybody, named, on(atGroups, HumanRule, judgeCreator)},
		{KeyNaming, everybody, nil, on(atGroups, Fails, judgeName)},
	},
	LayerGroup: {
		{KeyOwners, everybody, nil, on(atOwners, HumanRule, judgeNewOwners)},
	},
	LayerSite: {
		{KeyWanted, everybody, nil, judgeWanted},
	},
	LayerRules: {
		{KeyRuleGuests, everybody, nil, judgeRuleGuests},
	},
}

// createChecks are both tables, without what has no place here: advice, who may
// invite, which is asked of each guest, and how guests sign in.
var createChecks = func() (out [layerCount][]check) {
	for layer := range out {
		for _, ch := range companyChecks[layer] {
			advice := ch.key == KeyInviter || ch.key == KeyGuestAccess || ch.key == KeyGroupsCreate
			if !advice && layer != int(LayerAccount) {
				out[layer] = append(out[layer], ch)
			}
		}
		out[layer] = append(out[layer], ownCreateChecks[layer]...)
	}
	return out
}()

// Create answers whether a site for guests can be created in the name of the
// actor. What would keep every guest out of it stops; what keeps only some out
// warns, because each guest is judged alone.
func Create(cq CreateQuestion) Verdict {
	q := Question{
		Snapshot: cq.Snapshot, Actor: cq.Actor, Policy: cq.Policy, Now: cq.Now, Path: ByBot,
		Wanted: cq.Wanted, Guests: cq.Guests, ChangedAt: cq.ChangedAt,
		Site: Site{Planned: true, Owners: cq.Owners},
	}
	c := &call{q: &q, path: ByBot, guest: newGuest, create: &cq, findings: make([]Finding, 0, 24)}
	for layer := range createChecks {
		c.run(Layer(layer), createChecks[layer])
	}
	for i := range c.findings {
		soften(&c.findings[i])
	}
	v := Verdict{Path: ByBot, Findings: c.findings}
	v.Outcome, v.Decisive = conclude(v.Findings)
	return v
}

// soften makes a warning of what does not stop every guest.
func soften(f *Finding) {
	switch {
	case f.Status == Blocks && scopeOf(f) != StopsEvery:
		f.Status, f.Stops = Warns, Warning
	case f.Status == CannotTell && (f.Layer == LayerInvite || f.Layer == LayerDomains || f.Setting == KeyOrgDomains):
		f.Stops = Warning
	}
}

// judgeCreator: the setting binds people, not apps, so the person's own right
// is judged (Microsoft 365: Manage who can create groups).
func judgeCreator(c *call, p *GroupsPolicy) {
	a := &c.q.Actor
	switch {
	case a.Guest:
		c.mayNotCreate()
	case p.EnableGroupCreation:
		c.pass("yes")
	default:
		on(atCreator, HumanRule, func(c *call, may *bool) {
			if *may {
				c.pass("yes")
				return
			}
			c.mayNotCreate()
		})(c)
	}
}

func (c *call) mayNotCreate() {
	a := args("person", c.q.Actor.DisplayName)
	c.block(HumanRule, CodeCreatorNotAllowed, "no", "yes", c.fix(FixAllowCreator, "yes", a), a)
}

// judgeName checks what was typed, and the name with prefix and suffix.
func judgeName(c *call, p *GroupsPolicy) {
	full, err := DisplayName(c.create.Name, *p, c.create.Attributes)
	if err == nil {
		_, err = Alias(full)
	}
	if err == nil {
		c.pass(full)
		return
	}
	a := args("kind", string(NameEmpty))
	if e, ok := errors.AsType[*NameError](err); ok {
		a = args("kind", string(e.Kind), "word", e.Word, "max", number(e.Max))
	}
	c.block(Fails, CodeNameInvalid, c.create.Name, "", c.fix(FixOtherName, "", nil), a)
}

// judgeNewOwners: a group made by an app has no owner unless one is named, and
// nobody could decide on its guests.
func judgeNewOwners(c *call, owners *[]User) {
	active := 0
	fix := func() *Fix { return c.fix(FixOtherOwner, "", nil) }
	for i := range *owners {
		u := &(*owners)[i]
		switch {
		case c.mayOwn(u) && !u.Guest:
			active++
		case c.mayOwn(u): // a guest beside an owner of our own
		case !u.Enabled:
			c.block(HumanRule, CodeOwnerDisabled, "off", "on", fix(), args("person", u.DisplayName))
		case u.Guest:
			c.block(Fails, CodeOwnerGuest, u.DisplayName, "", fix(), args("person", u.DisplayName))
		}
	}
	switch {
	case active == 0:
		c.block(Fails, CodeOwnerNone, number(0), number(1), fix(), nil)
	case len(*owners) > maxOwners:
		c.block(Fails, CodeOwnersMany, number(len(*owners)), number(maxOwners), fix(),
			args("count", number(len(*owners)), "limit", number(maxOwners)))
	default:
		c.pass(names(*owners))
	}
}
