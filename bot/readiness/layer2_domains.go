package readiness

import "strings"

// domainChecks are layer 2: which organisations guests may come from.
var domainChecks = []check{
	{KeyDomains, notAccepted, nil, on(atInviteDomains, Fails, judgeInviteDomains)},
	{KeyClouds, notAccepted, otherCloud, on(atClouds, Fails, judgeClouds)},
	{KeyPartner, guests, nil, judgeInbound},
}

// listed says how a domain stands to a list: on it, or near to one that is (a
// sub-domain of it, or its parent).
func listed(domain string, list []string) (on bool, near string) {
	for _, d := range list {
		switch {
		case d == domain:
			return true, ""
		case near == "" && (under(domain, d) || under(d, domain)):
			near = d
		}
	}
	return false, near
}

// under says that sub is a sub-domain of parent.
func under(sub, parent string) bool {
	n := len(sub) - len(parent)
	return n > 0 && parent != "" && sub[n-1] == '.' && strings.HasSuffix(sub, parent)
}

// domainCodes are the findings of one list of domains.
type domainCodes struct{ denied, notAllowed Code }

// judgeDomains judges any of the three lists of domains. What a list says of
// sub-domains is documented for none of them, so a near miss is a doubt: of an
// allow list in both directions, of a deny list for sub-domains.
func (c *call) judgeDomains(r *DomainRule, stops Stops, codes domainCodes) {
	domain := c.q.Subject.Address.Domain
	on, near := listed(domain, r.Domains)
	a := func() map[string]string { return args("domain", domain, "count", number(len(r.Domains)), "near", near) }
	switch {
	case r.Uncertain:
		c.doubt(stops, CodeDomainRuleUncertain, string(r.Mode), c.fix(FixConfirm, "", nil), nil)
	case r.Mode == AnyDomain, r.Mode == AllowList && on:
		c.pass(string(r.Mode))
	case r.Mode == AllowList && near != "":
		c.doubt(stops, CodeDomainNearMiss, string(r.Mode), c.allowDomain(domain), a())
	case r.Mode == AllowList:
		c.block(stops, codes.notAllowed, string(r.Mode), domain, c.allowDomain(domain), a())
	case r.Mode == DenyList && on:
		fix := c.fix(FixUndenyDomain, "+"+domain, args("domain", domain))
		c.block(stops, codes.denied, string(r.Mode), domain, fix, a())
	case r.Mode == DenyList && near != "" && under(domain, near):
		c.doubt(stops, CodeDomainNearMiss, string(r.Mode), c.fix(FixConfirm, "", nil), a())
	case r.Mode == DenyList:
		c.pass(string(r.Mode))
	default:
		c.unclear(stops, string(r.Mode))
	}
}

func (c *call) allowDomain(domain string) *Fix {
	return c.fix(FixAllowDomain, "+"+domain, args("domain", domain))
}

// judgeInviteDomains judges Entra's list (Microsoft Entra: Allow or block
// invites to specific organizations): a guest still pending fails when accepting.
func judgeInviteDomains(c *call, r *DomainRule) {
	stops := Fails
	if c.guest == pendingGuest {
		stops = Useless
	}
	c.judgeDomains(r, stops, domainCodes{CodeDomainDenied, CodeDomainNotAllowed})
}

func otherCloud(c *call) bool {
	h := &c.q.Subject.Home
	return h.OK() && h.Value.Cloud != ""
}

func judgeClouds(c *call, clouds *[]string) {
	home := &c.q.Subject.Home.Value
	for _, cloud := range *clouds {
		if strings.EqualFold(cloud, home.Cloud) {
			c.pass(home.Cloud)
			return
		}
	}
	a := args("tenant", tenantName(c.q), "cloud", home.Cloud)
	c.block(Fails, CodeCloudNotConnected, "off", home.Cloud, c.fix(FixConnectCloud, "+"+home.Cloud, a), a)
}

// tenantName is what the organisation behind the address is called.
func tenantName(q *Question) string {
	if h := &q.Subject.Home; h.OK() && h.Value.DisplayName != "" {
		return h.Value.DisplayName
	}
	return q.Subject.Address.Domain
}
