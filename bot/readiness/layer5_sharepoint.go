package readiness

// sharePointChecks are layer 5: the company's sharing in SharePoint. Neither an
// invitation nor a membership fails by it; the guest is kept out on opening.
var sharePointChecks = []check{
	{KeyOrgSharing, everybody, nil, on(atSharePoint, Useless, judgeOrgSharing)},
	{KeyOrgDomains, guests, nil, on(atSharePoint, Useless, judgeOrgDomains)},
}

func judgeOrgSharing(c *call, p *SharePointPolicy) {
	wanted := c.leastSharing()
	fix := func() *Fix {
		f := c.fix(FixRaiseOrg, string(wanted), args("value", string(wanted)))
		f.Command = "Set-SPOTenant -SharingCapability " + shellName(wanted)
		return f
	}
	switch p.Sharing {
	case SharingOff:
		c.block(Useless, CodeOrgSharingOff, string(p.Sharing), string(wanted), fix(), nil)
	case SharingExisting:
		c.existingOnly(CodeOrgExistingOnly, string(p.Sharing), string(SharingGuests), fix)
	case SharingGuests, SharingAnyone:
		c.pass(string(p.Sharing))
	default:
		c.unclear(Useless, string(p.Sharing))
	}
}

// leastSharing is the strictest level that lets this guest in.
func (c *call) leastSharing() SharingLevel {
	if c.guest&(pendingGuest|acceptedGuest) != 0 {
		return SharingExisting
	}
	return SharingGuests
}

// existingOnly judges the level "Existing guests". The bot and an admin put a
// new guest into the directory before sharing, so it only warns them; an owner
// who shares from the site cannot do that. (By the definition of the level in
// Microsoft: Manage sharing settings; the vendor does not describe the
// combination itself.)
func (c *call) existingOnly(code Code, value, wanted string, fix func() *Fix) {
	switch {
	case c.guest&(pendingGuest|acceptedGuest) != 0:
		c.pass(value)
	case c.path != ByOwner:
		c.warn(code, value, fix(), nil)
	case c.unsure:
		c.unread(c.q.Subject.Matches.Missing, Fails)
	default:
		c.block(Fails, code, value, wanted, fix(), nil)
	}
}

func judgeOrgDomains(c *call, p *SharePointPolicy) {
	c.judgeDomains(&p.Domains, Useless, domainCodes{CodeOrgDomainDenied, CodeOrgDomainNotAllowed})
}

// shellName is a level as the SharePoint shell spells it (Set-SPOTenant).
func shellName(l SharingLevel) string {
	switch l {
	case SharingOff:
		return "Disabled"
	case SharingExisting:
		return "ExistingExternalUserSharingOnly"
	case SharingGuests:
		return "ExternalUserSharingOnly"
	case SharingAnyone:
		return "ExternalUserAndGuestSharing"
	}
	return ""
}
