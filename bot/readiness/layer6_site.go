package readiness

// siteChecks are layer 6: the site's own settings, or the level asked for a
// site still to be made.
var siteChecks = []check{
	{KeySiteSharing, everybody, existing, on(atSiteSharing, Useless, judgeSiteSharing)},
	{KeySiteDomains, guests, isThere(siteDomains), on(atSiteSharing, Useless, judgeSiteDomains)},
	{KeySiteLock, everybody, isThere(func(s *SiteSharing) bool { return s.Locked }), judgeSwitch(CodeSiteLocked, FixUnlockSite)},
	{KeySiteArchive, everybody, isThere(func(s *SiteSharing) bool { return s.Archived }), judgeSwitch(CodeSiteArchived, FixReactivateSite)},
	{KeyRestricted, everybody, isThere(func(s *SiteSharing) bool { return s.Restricted }), judgeSwitch(CodeSiteRestricted, FixOpenRestricted)},
	{KeyGuestExpiry, guests, isThere(func(s *SiteSharing) bool { return s.GuestExpiryDays > 0 }), judgeExpiry},
	{KeyWanted, everybody, func(c *call) bool { return c.q.Site.Planned }, judgeWanted},
}

// isThere is a condition on the settings of a site that exists.
func isThere(holds func(*SiteSharing) bool) func(*call) bool {
	return func(c *call) bool {
		s := &c.q.Site.Sharing
		return existing(c) && s.OK() && holds(&s.Value)
	}
}

// limit is the level at which the site itself stands in the way. A site whose
// own level is wider than what works now is only held down by the company, and
// that is layer 5's finding.
func (c *call) limit(s *SiteSharing) SharingLevel {
	org := &c.q.Snapshot.SharePoint
	if org.OK() && s.Effective.Rank() >= org.Value.Sharing.Rank() && s.Defined.Rank() > s.Effective.Rank() {
		return s.Defined
	}
	return s.Effective
}

func judgeSiteSharing(c *call, s *SiteSharing) {
	level, wanted := c.limit(s), c.leastSharing()
	fix := func() *Fix {
		f := c.fix(FixRaiseSite, string(wanted), args("value", string(wanted)))
		f.Command = command("Set-SPOSite -Identity {0} -SharingCapability {1}", siteURL(c.q), shellName(wanted))
		return f
	}
	switch level {
	case SharingOff:
		c.block(Useless, CodeSiteSharingOff, string(level), string(wanted), fix(), nil)
	case SharingExisting:
		c.existingOnly(CodeSiteExistingOnly, string(level), string(SharingGuests), fix)
	case SharingGuests, SharingAnyone:
		c.pass(string(level))
	default:
		c.unclear(Useless, string(level))
	}
}

func siteURL(q *Question) string {
	if q.Site.Group.OK() {
		return q.Site.Group.Value.WebURL
	}
	return ""
}

// siteDomains says that the site has a list of domains at all; an empty mode
// means that it has none.
func siteDomains(s *SiteSharing) bool {
	return s.Domains.Mode != "" && s.Domains.Mode != AnyDomain || s.Domains.Uncertain
}

func judgeSiteDomains(c *call, s *SiteSharing) {
	c.judgeDomains(&s.Domains, Useless, domainCodes{CodeSiteDomainDenied, CodeSiteDomainNotAllowed})
}

// judgeSwitch judges a switch that closes the site while it is on.
func judgeSwitch(code, fix Code) func(*call) {
	return func(c *call) {
		c.fromSite()
		c.block(Useless, code, "on", "off", c.fix(fix, "off", nil), nil)
	}
}

func judgeExpiry(c *call) {
	c.fromSite()
	n := number(c.q.Site.Sharing.Value.GuestExpiryDays)
	c.warn(CodeGuestExpiry, n, nil, args("days", n))
}

func (c *call) fromSite() { c.source, c.at = c.q.Site.Sharing.Source, c.q.Site.Sharing.At }

// wanted is the level asked for a site still to be made.
func (c *call) wanted() SharingLevel {
	if c.q.Wanted == "" {
		return SharingGuests
	}
	return c.q.Wanted
}

// judgeWanted: a new site never gets more than the company allows, so what was
// asked is capped and said.
func judgeWanted(c *call) {
	level := c.wanted()
	org := &c.q.Snapshot.SharePoint
	fix := func() *Fix { return c.fix(FixChooseLevel, string(SharingGuests), nil) }
	switch {
	case level.Rank() == 0:
		c.unclear(Useless, string(level))
	case level == SharingOff:
		c.block(Useless, CodePlannedOff, string(level), string(SharingGuests), fix(), nil)
	case org.OK() && org.Value.Sharing.Rank() > 0 && level.Rank() > org.Value.Sharing.Rank():
		c.warn(CodeSharingCapped, string(level), nil, args("value", string(org.Value.Sharing)))
	case level == SharingExisting:
		c.existingOnly(CodePlannedExisting, string(level), string(SharingGuests), fix)
	default:
		c.pass(string(level))
	}
}
