package readiness

import (
	"slices"
	"strings"
)

// groupChecks are layer 4: this group, its label and its owners.
var groupChecks = []check{
	{KeyGroup, everybody, existing, on(atGroup, Fails, judgeGroup)},
	{KeyLabel, everybody, ok(atGroup, labelled), on(atGroup, Fails, judgeLabel)},
	{KeyGroupAdd, everybody, ok(atGroup, ownSetting), on(atGroup, Fails, judgeGroupAdd)},
	{KeyOwners, everybody, func(c *call) bool { return !c.q.Site.Planned && !c.joined }, on(atOwners, HumanRule, judgeOwners)},
	{KeyOwners, everybody, func(c *call) bool { return c.q.Site.Planned }, judgePlannedOwner},
}

// judgeGroup: nobody can be added by hand to these kinds of group (Microsoft
// Graph: Add members).
func judgeGroup(c *call, g *Group) {
	var code Code
	fix := FixOtherGroup
	switch {
	case g.Deleted:
		code, fix = CodeGroupDeleted, FixRestoreGroup
	case !g.Unified:
		code = CodeGroupNotUnified
	case c.joined: // what follows stops adding alone
	case g.Dynamic:
		code = CodeGroupDynamic
	case g.Synced:
		code = CodeGroupSynced
	case g.RoleAssignable:
		code = CodeGroupRoleAssignable
	}
	switch {
	case code == CodeGroupDeleted:
		c.block(Fails, code, "no", "yes", c.fix(fix, "restored", nil), args("group", g.DisplayName))
	case code != "":
		c.block(Fails, code, "no", "yes", c.fix(fix, "", nil), args("group", g.DisplayName))
	case g.WebURL == "":
		c.warn(CodeSiteNotReady, "no", c.fix(FixWaitSite, "", nil), args("group", g.DisplayName))
	default:
		c.pass("yes")
	}
}

// labelsUsed says whether labels work on groups here; unread counts as yes.
func labelsUsed(c *call) bool {
	g := &c.q.Snapshot.Groups
	return !g.OK() || g.Value.LabelsEnabled
}

func labelled(c *call, g *Group) bool {
	return !c.q.Site.Planned && labelsUsed(c) && (g.LabelID != "" || c.q.Site.Label != nil)
}

func labelName(c *call, g *Group) string {
	switch l := c.q.Site.Label; {
	case l != nil && l.Name != "":
		return l.Name
	case g.LabelName != "":
		return g.LabelName
	default:
		return g.LabelID
	}
}

func judgeLabel(c *call, g *Group) {
	l, a := c.q.Site.Label, args("label", labelName(c, g))
	switch {
	case l == nil:
		c.doubt(Fails, CodeLabelUndeclared, a["label"], c.fix(FixDeclareLabel, "allows", a), a)
	case !l.GuestsAllowed:
		c.block(Fails, CodeLabelForbids, l.Name, "", c.fix(FixChangeLabel, "allows", a), a)
	case l.Sharing == SharingOff:
		c.block(Useless, CodeLabelForbids, l.Name, "", c.fix(FixChangeLabel, "allows", a), a)
	default:
		c.pass(a["label"])
	}
}

// ownSetting: a label with a rule about guests goes before the group's own
// setting (Microsoft Purview: Use sensitivity labels with groups and sites).
func ownSetting(c *call, g *Group) bool {
	decided := labelled(c, g) && c.q.Site.Label != nil
	return joining(c) && !decided && g.AllowToAddGuests != nil
}

func judgeGroupAdd(c *call, g *Group) {
	a := args("group", g.DisplayName)
	fix := c.fix(FixGroupAddOn, "on", a)
	switch {
	case *g.AllowToAddGuests:
		c.pass("on")
	case c.path == ByAdmin:
		c.warn(CodeGroupAddOffAdmin, "off", fix, a)
	default:
		c.block(Fails, CodeGroupAddOff, "off", "on", fix, a)
	}
}

// judgeOwners: where an admin adds, no owner is asked; by every other way an
// active owner decides.
func judgeOwners(c *call, owners *[]User) {
	active := slices.DeleteFunc(slices.Clone(*owners), func(u User) bool { return !c.mayOwn(&u) })
	site := siteName(c.q)
	switch {
	case len(active) == 0 && c.path != ByAdmin:
		c.block(HumanRule, CodeNoOwner, number(0), number(1), c.fix(FixAssignOwner, "", nil), args("site", site))
	case len(active) == 0:
		c.warn(CodeNoOwner, number(0), c.fix(FixAssignOwner, "", nil), args("site", site))
	case c.path == ByAdmin, c.q.Actor.Anyone, slices.ContainsFunc(active, func(u User) bool { return u.ID == c.q.Actor.ID }):
		c.pass(names(active))
	default:
		c.notOwner(site, names(active))
	}
}

// judgePlannedOwner: of a site still to be made the future owners decide.
func judgePlannedOwner(c *call) {
	if a := &c.q.Actor; a.Owner || a.Anyone || c.path == ByAdmin {
		c.pass("yes")
		return
	}
	c.notOwner(siteName(c.q), "")
}

func (c *call) notOwner(site, owners string) {
	fix := c.fix(FixAskOwner, "+"+c.q.Actor.ID, args("owners", owners))
	fix.Role = roleOwner
	c.block(HumanRule, CodeNotOwner, owners, c.q.Actor.DisplayName, fix,
		args("person", c.q.Actor.DisplayName, "site", site, "owners", owners))
}

// mayOwn says that a user counts as an owner: active, and a guest only where
// guests may own groups.
func (c *call) mayOwn(u *User) bool {
	g := &c.q.Snapshot.Groups
	return u.ID != "" && u.Enabled && (!u.Guest || g.OK() && g.Value.AllowGuestsToBeOwners)
}

func siteName(q *Question) string {
	if q.Site.Group.OK() {
		return q.Site.Group.Value.DisplayName
	}
	return ""
}

func names(users []User) string {
	list := make([]string, len(users))
	for i := range users {
		list[i] = users[i].DisplayName
	}
	return strings.Join(list, ", ")
}
