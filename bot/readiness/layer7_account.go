package readiness

// accountChecks are layer 7: the guest's account, and what happens when the
// guest signs in.
var accountChecks = []check{
	{KeyDeleted, newGuest, nil, on(atDeleted, Warning, judgeDeleted)},
	{KeyGuestEnabled, pendingGuest | acceptedGuest, nil, on(atMatches, Useless, judgeEnabled)},
	{KeyGuestState, pendingGuest, nil, on(atMatches, Warning, judgePending)},
	{KeyRedemption, notAccepted, nil, on(atCrossTenant, Useless, judgeRedemption)},
	{KeyPasscode, notAccepted, homeless, on(atPasscode, Warning, judgePasscode)},
	{KeyConditional, everybody, nil, on(atPolicies, Useless, judgePolicies)},
}

func judgeDeleted(c *call, u **User) {
	if *u == nil {
		return
	}
	fix := c.fix(FixRestoreGuest, "no", nil)
	fix.Command = command("Restore-MgDirectoryDeletedItem -DirectoryObjectId {0}", (*u).ID)
	c.warn(CodeGuestDeleted, "yes", fix, args("person", (*u).DisplayName))
}

func judgeEnabled(c *call, _ *[]User) {
	if c.user.Enabled {
		c.pass("on")
		return
	}
	fix := c.fix(FixEnableGuest, "on", args("person", c.user.DisplayName))
	fix.Command = command("Update-MgUser -UserId {0} -AccountEnabled:$true", c.user.ID)
	c.block(Useless, CodeGuestDisabled, "off", "on", fix, args("person", c.user.DisplayName))
}

func judgePending(c *call, _ *[]User) {
	since := c.user.StateChanged
	if since.IsZero() {
		since = c.user.CreatedAt
	}
	n := 0
	if !since.IsZero() {
		n = days(since, c.q.Now)
	}
	c.warn(CodeGuestPending, "pending", c.fix(FixResend, "", nil), args("days", number(n)))
}

// judgeRedemption: who accepts with a one-time passcode alone is kept out of
// SharePoint (Microsoft Entra: Configure redemption order, known limitation).
func judgeRedemption(c *call, x *CrossTenant) {
	if !x.OnlyPasscode {
		c.pass("off")
		return
	}
	c.block(Useless, CodePasscodeOnly, "on", "off", c.fix(FixRedemptionOrder, "off", nil), nil)
}

// homeless says that no Entra tenant and no Microsoft account stands behind the
// domain, so that a passcode is what the guest would sign in with.
func homeless(c *call) bool {
	h := &c.q.Subject.Home
	return h.OK() && h.Value.TenantID == "" && !h.Value.Consumer
}

func judgePasscode(c *call, on *bool) {
	if *on {
		c.pass("on")
		return
	}
	c.warn(CodePasscodeOff, "off", c.fix(FixPasscodeOn, "on", nil), nil)
}

// judgePolicies judges Conditional Access. Where location, platform or risk
// decide too nobody can tell beforehand, and each sign-in may differ: it warns.
func judgePolicies(c *call, policies *[]ConditionalAccessPolicy) {
	before := len(c.findings)
	for i := range *policies {
		p := &(*policies)[i]
		if p.HitsGuests && p.HitsSharePoint {
			c.judgePolicy(p)
		}
	}
	if len(c.findings) == before {
		c.pass(number(len(*policies)))
	}
}

func (c *call) judgePolicy(p *ConditionalAccessPolicy) {
	a := args("policy", p.Name, "tenant", tenantName(c.q))
	device := p.NeedsDevice && !(p.AnyOf && p.NeedsMFA)
	change := func(code Code) *Fix { return c.fix(code, "-"+p.Name, a) }
	switch {
	case (p.Blocks || device) && p.Conditional:
		c.warn(CodeCAConditional, p.Name, change(FixChangeCA), a)
	case p.Blocks:
		c.block(Useless, CodeCABlocks, p.Name, "", change(FixChangeCA), a)
	case device:
		c.judgeDevice(p.Name, change(FixTrustDevices), a)
	case p.NeedsMFA:
		if trust, ok := c.trust(); ok && trust.TrustsMFA {
			c.pass(p.Name)
			return
		}
		c.warn(CodeCAMFA, p.Name, nil, a)
	}
}

// judgeDevice: guests have no device of ours, so the partner's must be trusted.
func (c *call) judgeDevice(policy string, fix *Fix, a map[string]string) {
	switch trust, ok := c.trust(); {
	case !ok:
		c.key = KeyInbound
		c.unread(c.q.Snapshot.CrossTenant.Missing, Useless)
		c.key = KeyConditional
	case trust.TrustsDevices:
		c.pass(policy)
	default:
		c.block(Useless, CodeCADevice, policy, "", fix, a)
	}
}

// trust is whose claims are accepted: the partner's own setting, else the
// default; not ok where the one that matters was not read.
func (c *call) trust() (*CrossTenant, bool) {
	home, partner, def := &c.q.Subject.Home, &c.q.Subject.Partner, &c.q.Snapshot.CrossTenant
	switch {
	case home.OK() && home.Value.TenantID == "":
		return &CrossTenant{}, true // nobody's claims
	case partner.OK() && partner.Value != nil:
		return partner.Value, true
	case def.OK() && (partner.OK() || c.guest == noGuest || c.create != nil):
		return &def.Value, true
	default:
		return nil, false
	}
}
