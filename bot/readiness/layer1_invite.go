package readiness

// The values of allowInvitesFrom, strictest first (Microsoft Graph:
// authorizationPolicy resource type).
const (
	invitesNone     = "none"
	invitesInviters = "adminsAndGuestInviters"
	invitesMembers  = "adminsGuestInvitersAndAllMembers"
	invitesEveryone = "everyone"
)

// inviteChecks are layer 1: who may invite. They matter for new guests; a guest
// who is in the directory needs no invitation. An app that may invite is bound
// by "none" alone, so the human's own right is judged here.
var inviteChecks = []check{
	{KeyActor, everybody, named, judgeActor},
	{KeyInvites, newGuest | noGuest, nil, on(atEntra, Fails, judgeInvites)},
	{KeyInviter, newGuest | noGuest, ok(atEntra, invitersAsked), judgeInviter},
}

func named(c *call) bool { return !c.q.Actor.Anyone }

func judgeActor(c *call) {
	a := &c.q.Actor
	if a.Enabled && a.ID != "" {
		c.pass("on")
		return
	}
	c.block(HumanRule, CodeActorDisabled, "off", "on", c.fix(FixEnableActor, "on", args("person", a.DisplayName)),
		args("person", a.DisplayName))
}

func judgeInvites(c *call, p *AuthorizationPolicy) {
	switch p.AllowInvitesFrom {
	case invitesNone:
		wanted := leastInvites(&c.q.Actor)
		fix := c.fix(FixOpenInvites, wanted, args("value", wanted))
		fix.Command = "Update-MgPolicyAuthorizationPolicy -AllowInvitesFrom " + wanted
		c.block(Fails, CodeInvitesOff, invitesNone, wanted, fix, nil)
	case invitesInviters, invitesMembers, invitesEveryone:
		c.pass(p.AllowInvitesFrom)
	default:
		c.unclear(Fails, p.AllowInvitesFrom)
	}
}

// leastInvites is the strictest value under which that person may invite.
func leastInvites(a *Actor) string {
	switch {
	case a.Anyone, !a.Guest && !(a.Inviter.OK() && a.Inviter.Value):
		return invitesMembers
	case a.Inviter.OK() && a.Inviter.Value:
		return invitesInviters
	default:
		return invitesEveryone
	}
}

// invitersAsked says that the policy leaves it to the person who invites.
func invitersAsked(_ *call, p *AuthorizationPolicy) bool {
	return p.AllowInvitesFrom == invitesInviters || p.AllowInvitesFrom == invitesMembers
}

func judgeInviter(c *call) {
	p, a := &c.q.Snapshot.Authorization.Value, &c.q.Actor
	c.source, c.at = c.q.Snapshot.Authorization.Source, c.q.Snapshot.Authorization.At
	switch {
	case p.AllowInvitesFrom == invitesMembers && (a.Anyone || !a.Guest):
		c.pass("yes")
	case a.Anyone && c.path == ByOwner:
		fix := c.fix(FixOpenInvites, invitesMembers, args("value", invitesMembers))
		fix.Key, fix.Role, fix.Link = KeyInvites, adminGlobal, LinkCollaboration
		c.block(Fails, CodeInvitesNeedInviter, "no", "yes", fix, nil)
	case a.Anyone:
		c.warn(CodeInvitesNeedInviter, "no", nil, nil)
	default:
		on(atInviter, c.humanStop(), judgeNamedInviter)(c)
	}
}

func judgeNamedInviter(c *call, may *bool) {
	if *may {
		c.pass("yes")
		return
	}
	c.block(c.humanStop(), CodeActorNotInviter, "no", "yes", c.giveInviter(), args("person", c.q.Actor.DisplayName))
}

// humanStop is how a missing right of the person stops: by hand Microsoft
// refuses, by the bot nobody would.
func (c *call) humanStop() Stops {
	if c.path == ByBot {
		return HumanRule
	}
	return Fails
}

// giveInviter gives the role Guest Inviter (Microsoft Entra: Limit who can
// invite guests).
func (c *call) giveInviter() *Fix {
	a := &c.q.Actor
	fix := c.fix(FixGiveInviter, "yes", args("person", a.DisplayName))
	fix.Command = command("New-MgRoleManagementDirectoryRoleAssignment -PrincipalId {0} "+
		"-RoleDefinitionId 95e79109-95c0-4d8e-aee3-d01accf2d47b -DirectoryScopeId /", a.ID)
	return fix
}
