package readiness

// groupsChecks are layer 3: the company's settings of Microsoft 365 groups.
var groupsChecks = []check{
	{KeyGroupsAdd, everybody, notIn, on(atGroups, Fails, judgeGroupsAdd)},
	{KeyGroupsAccess, everybody, nil, on(atGroups, Useless, judgeGroupsAccess)},
}

// judgeGroupsAdd: an app is refused while guests may not be added; admins are
// not bound, and owners may still add guests who are in the directory
// (Microsoft 365 guest sharing settings reference).
func judgeGroupsAdd(c *call, p *GroupsPolicy) {
	fix := func() *Fix { return c.fix(FixGroupsAddOn, "on", nil) }
	switch {
	case p.AllowToAddGuests:
		c.pass("on")
	case c.path == ByAdmin:
		c.warn(CodeGroupsAddOffAdmin, "off", fix(), nil)
	case c.path == ByOwner && c.guest&(pendingGuest|acceptedGuest) != 0:
		c.warn(CodeGroupsAddOffExisting, "off", fix(), nil)
	default:
		c.block(Fails, CodeGroupsAddOff, "off", "on", fix(), nil)
	}
}

func judgeGroupsAccess(c *call, p *GroupsPolicy) {
	if p.AllowGuestsToAccessGroups {
		c.pass("on")
		return
	}
	c.block(Useless, CodeGroupsContentOff, "off", "on", c.fix(FixGroupsContentOn, "on", nil), nil)
}
