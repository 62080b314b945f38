package readiness

// judgeInbound judges inbound B2B collaboration: a partner's own setting goes
// before the default, property by property (Microsoft Entra: Cross-tenant
// access overview).
func judgeInbound(c *call) {
	s := &c.q.Subject
	stops := Fails
	if c.guest == acceptedGuest {
		stops = Useless // looked at again at each sign-in
	}
	if !s.Home.OK() {
		c.key, c.source, c.at = KeyHome, s.Home.Source, s.Home.At
		c.unread(s.Home.Missing, stops)
		return
	}
	if s.Home.Value.TenantID != "" && !s.Partner.OK() {
		c.source, c.at = s.Partner.Source, s.Partner.At
		c.unread(s.Partner.Missing, stops)
		return
	}
	own := CrossTenant{}
	if s.Home.Value.TenantID != "" && s.Partner.Value != nil {
		own = *s.Partner.Value
		c.source, c.at = s.Partner.Source, s.Partner.At
	}
	if own.Users == "" || own.Apps == "" {
		def := &c.q.Snapshot.CrossTenant
		if !def.OK() {
			c.key, c.source, c.at = KeyInbound, def.Source, def.At
			c.unread(def.Missing, stops)
			return
		}
		if own.Users == "" && own.Apps == "" {
			c.key, c.source, c.at = KeyInbound, def.Source, def.At
		}
		own = inherit(own, &def.Value)
	}
	if s.Home.Value.TenantID == "" && (own.Users != AllowAll || own.Apps != AllowAll) {
		c.doubt(stops, CodeCrossTenantNoHome, string(own.Users), c.fix(FixConfirm, "", nil), args("domain", s.Address.Domain))
		return
	}
	c.judgeAccess(own, stops)
}

// inherit fills what a partner leaves to the default.
func inherit(own CrossTenant, def *CrossTenant) CrossTenant {
	if own.Users == "" {
		own.Users = def.Users
	}
	if own.Apps == "" {
		own.Apps, own.SharePointAmongApps = def.Apps, def.SharePointAmongApps
	}
	return own
}

func (c *call) judgeAccess(x CrossTenant, stops Stops) {
	a := args("tenant", tenantName(c.q))
	switch {
	case x.Users == BlockAll, x.Apps == BlockAll:
		code := CodePartnerBlocked
		if c.key == KeyInbound {
			code = CodeDefaultBlocked
		}
		c.block(stops, code, string(BlockAll), string(AllowAll), c.allowPartner(FixAllowPartner, a), a)
	case x.Apps == AllowSome && !x.SharePointAmongApps, x.Apps == BlockSome && x.SharePointAmongApps:
		c.block(Useless, CodeCrossTenantApps, string(x.Apps), string(AllowAll), c.allowPartner(FixAllowPartnerApps, a), a)
	case !known(x.Users), !known(x.Apps):
		c.unclear(stops, string(x.Users)+"/"+string(x.Apps))
	case x.Users != AllowAll:
		c.doubt(stops, CodeCrossTenantSome, string(x.Users), c.fix(FixConfirm, "", nil), a)
	default:
		c.pass(string(AllowAll))
	}
}

func known(a Access) bool {
	return a == AllowAll || a == BlockAll || a == AllowSome || a == BlockSome
}

// allowPartner opens this one partner: smaller than opening the default.
func (c *call) allowPartner(code Code, a map[string]string) *Fix {
	fix := c.fix(code, "allow", a)
	fix.Key, fix.Link = KeyPartner, LinkCrossTenant
	return fix
}
