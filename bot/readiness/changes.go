package readiness

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	valuesSwitch  = "on | off"
	valuesDomains = "any | +domain (let it in) | -domain (keep it out)"
	valuesSharing = "off | existing | guests | anyone"
	valuesInvites = "none | inviters | members | everyone"
	valuesGuests  = "members | limited | restricted"
	valuesAccess  = "allow | block"
)

// changes is the table of what can be tried, the company's settings first.
var changes = []change{
	{KeyInvites, valuesInvites, true, edit(atEntra, func(p *AuthorizationPolicy, v string) bool {
		return setNamed(&p.AllowInvitesFrom, v, "none", invitesNone, "inviters", invitesInviters, "members", invitesMembers, "everyone", invitesEveryone)
	})},
	{KeyGuestAccess, valuesGuests, true, edit(atEntra, func(p *AuthorizationPolicy, v string) bool {
		return setNamed(&p.GuestUserRoleID, v, "members", guestsAsMembers, "limited", guestsLimited, "restricted", guestsOwnObjects)
	})},
	{KeyDomains, valuesDomains, true, edit(atInviteDomains, setDomains)},
	{KeyInbound, valuesAccess, true, edit(atCrossTenant, setAccess)},
	{KeyClouds, "+cloud | -cloud", true, edit(atClouds, func(list *[]string, v string) bool { return setListed(list, v) })},
	{KeyGroupsAdd, valuesSwitch, true, toggle(atGroups, func(p *GroupsPolicy) *bool { return &p.AllowToAddGuests })},
	{KeyGroupsAccess, valuesSwitch, true, toggle(atGroups, func(p *GroupsPolicy) *bool { return &p.AllowGuestsToAccessGroups })},
	{KeyGroupsCreate, valuesSwitch, true, toggle(atGroups, func(p *GroupsPolicy) *bool { return &p.EnableGroupCreation })},
	{KeyGuestOwners, valuesSwitch, true, toggle(atGroups, func(p *GroupsPolicy) *bool { return &p.AllowGuestsToBeOwners })},
	{KeyOrgSharing, valuesSharing, true, setOrgSharing},
	{KeyOrgDomains, valuesDomains, true, edit(atSharePoint, func(p *SharePointPolicy, v string) bool { return setDomains(&p.Domains, v) })},
	{KeySiteCreation, valuesSwitch, true, toggle(atSharePoint, func(p *SharePointPolicy) *bool { return &p.SiteCreation })},
	{KeyRedemption, valuesSwitch, true, toggle(atCrossTenant, func(x *CrossTenant) *bool { return &x.OnlyPasscode })},
	{KeyPasscode, valuesSwitch, true, toggle(atPasscode, func(on *bool) *bool { return on })},
	{KeyConditional, "-policy name", true, edit(atPolicies, removePolicy)},

	{KeyPartner, valuesAccess, false, setPartner},
	{KeyContact, "yes | no", false, toggle(atContact, func(is *bool) *bool { return is })},
	{KeyActor, valuesSwitch, false, plainly(func(q *Question, v string) bool { return setSwitch(&q.Actor.Enabled, v) })},
	{KeyInviter, "yes | no", false, orSet(atInviter)},
	{KeyCreator, "yes | no", false, orSet(atCreator)},
	{KeyGroup, "restored", false, edit(atGroup, func(g *Group, v string) bool { g.Deleted = false; return v == "restored" })},
	{KeyLabel, "allows | forbids", false, plainly(setLabel)},
	{KeyGroupAdd, valuesSwitch, false, edit(atGroup, func(g *Group, v string) bool {
		allow := new(bool)
		g.AllowToAddGuests = allow
		return setSwitch(allow, v)
	})},
	{KeyOwners, "+user id | -user id", false, setOwner},
	{KeySiteSharing, valuesSharing, false, setSiteSharing},
	{KeySiteDomains, valuesDomains, false, edit(atSiteSharing, func(s *SiteSharing, v string) bool { return setDomains(&s.Domains, v) })},
	{KeySiteLock, valuesSwitch, false, toggle(atSiteSharing, func(s *SiteSharing) *bool { return &s.Locked })},
	{KeySiteArchive, valuesSwitch, false, toggle(atSiteSharing, func(s *SiteSharing) *bool { return &s.Archived })},
	{KeyRestricted, valuesSwitch, false, toggle(atSiteSharing, func(s *SiteSharing) *bool { return &s.Restricted })},
	{KeyWanted, valuesSharing, false, plainly(func(q *Question, v string) bool { return setSharing(&q.Wanted, v) })},
	{KeyGuestEnabled, valuesSwitch, false, edit(atMatches, enableGuest)},
	{KeyDeleted, "no", false, edit(atDeleted, func(u **User, v string) bool { *u = nil; return v == "no" })},
	{KeyRuleDomains, "+domain (let it in) | -domain (keep it out)", false, plainly(setRuleDomain)},
	{KeyRuleGuests, "number of guests", false, plainly(func(q *Question, v string) bool {
		n, err := strconv.Atoi(v)
		q.Guests = n
		return err == nil && n > 0
	})},
	{KeyRuleDays, "days from now", false, plainly(func(q *Question, v string) bool {
		n, err := strconv.Atoi(v)
		q.Until = q.Now.Add(time.Duration(n) * 24 * time.Hour)
		return err == nil && n > 0 && n <= 36500
	})},
}

func plainly(set func(*Question, string) bool) func(*Question, string) WhatIfKind {
	return func(q *Question, v string) WhatIfKind {
		if !set(q, v) {
			return WhatIfValue
		}
		return ""
	}
}

// orSet changes a yes or no that stands alone, so that it can be supposed
// although it was not read.
func orSet(at func(*Question) *Setting[bool]) func(*Question, string) WhatIfKind {
	return func(q *Question, v string) WhatIfKind {
		var yes bool
		if !setSwitch(&yes, v) {
			return WhatIfValue
		}
		*at(q) = Read(yes, sourceWhatIf, q.Now.Add(1)) // never zero, which would be unread
		return ""
	}
}

// setNamed takes a short name or the value itself of pairs of both.
func setNamed(to *string, v string, pairs ...string) bool {
	for i := 0; i+1 < len(pairs); i += 2 {
		if v == pairs[i] || strings.EqualFold(v, pairs[i+1]) {
			*to = pairs[i+1]
			return true
		}
	}
	return false
}

func setSharing(to *SharingLevel, v string) bool {
	return setNamed((*string)(to), v, "off", string(SharingOff), "existing", string(SharingExisting),
		"guests", string(SharingGuests), "anyone", string(SharingAnyone))
}

// setOrgSharing changes the company's level, and with it what works at the
// site: never more than the company allows, and more where only the company
// held the site down.
func setOrgSharing(q *Question, v string) WhatIfKind {
	before := q.Snapshot.SharePoint.Value.Sharing
	if kind := edit(atSharePoint, func(p *SharePointPolicy, v string) bool { return setSharing(&p.Sharing, v) })(q, v); kind != "" {
		return kind
	}
	after, site := q.Snapshot.SharePoint.Value.Sharing, &q.Site.Sharing
	if !site.OK() {
		return ""
	}
	if site.Value.Effective == before && site.Value.Defined.Rank() > before.Rank() {
		site.Value.Effective = site.Value.Defined
	}
	site.Value.Effective = stricter(site.Value.Effective, after)
	return ""
}

func setSiteSharing(q *Question, v string) WhatIfKind {
	org := &q.Snapshot.SharePoint
	return edit(atSiteSharing, func(s *SiteSharing, v string) bool {
		if !setSharing(&s.Defined, v) {
			return false
		}
		s.Effective = s.Defined
		if org.OK() {
			s.Effective = stricter(s.Defined, org.Value.Sharing)
		}
		return true
	})(q, v)
}

func stricter(a, b SharingLevel) SharingLevel {
	if b.Rank() > 0 && b.Rank() < a.Rank() {
		return b
	}
	return a
}

// signed takes a value with its sign apart.
func signed(v string) (sign byte, rest string) {
	if len(v) < 2 || v[0] != '+' && v[0] != '-' {
		return 0, ""
	}
	return v[0], strings.ToLower(strings.TrimSpace(v[1:]))
}

// setListed adds or removes one item of a new list.
func setListed(list *[]string, v string) bool {
	sign, item := signed(v)
	rest := slices.DeleteFunc(slices.Clone(*list), func(s string) bool { return strings.EqualFold(s, item) })
	switch sign {
	case '+':
		*list = append(rest, item)
	case '-':
		*list = rest
	default:
		return false
	}
	return true
}

// setDomains lets a domain in or keeps it out, whichever kind of list there is.
func setDomains(r *DomainRule, v string) bool {
	if v == "any" {
		*r = DomainRule{Mode: AnyDomain}
		return true
	}
	sign, domain := signed(v)
	if sign == 0 || checkLabels(domain) != nil {
		return false
	}
	list := r.Domains
	switch {
	case r.Mode == AllowList:
		setListed(&list, v)
	case r.Mode == DenyList && sign == '+':
		setListed(&list, "-"+domain)
	case sign == '-':
		r.Mode = DenyList
		setListed(&list, "+"+domain)
	}
	r.Domains, r.Uncertain = list, false
	return true
}

func setAccess(x *CrossTenant, v string) bool {
	switch v {
	case "allow":
		x.Users, x.Apps = AllowAll, AllowAll
	case "block":
		x.Users, x.Apps = BlockAll, BlockAll
	default:
		return false
	}
	x.SharePointAmongApps = false
	return true
}

// setPartner gives the guest's organisation settings of its own.
func setPartner(q *Question, v string) WhatIfKind {
	if !q.Subject.Home.OK() {
		return WhatIfUnread
	}
	return edit(func(q *Question) *Setting[*CrossTenant] { return &q.Subject.Partner }, func(p **CrossTenant, v string) bool {
		own := CrossTenant{}
		if *p != nil {
			own = **p
		}
		*p = &own
		return setAccess(&own, v)
	})(q, v)
}

func removePolicy(list *[]ConditionalAccessPolicy, v string) bool {
	name, found := strings.CutPrefix(v, "-")
	kept := slices.DeleteFunc(slices.Clone(*list), func(p ConditionalAccessPolicy) bool { return p.Name == name })
	found = found && len(kept) < len(*list)
	*list = kept
	return found
}

func setLabel(q *Question, v string) bool {
	l := Label{Sharing: SharingGuests}
	if q.Site.Label != nil {
		l = *q.Site.Label
		l.Sharing = SharingGuests
	}
	l.GuestsAllowed = v == "allows"
	q.Site.Label = &l
	return v == "allows" || v == "forbids"
}

// setOwner makes a person an owner or takes that away; of a site still to be
// made, the actor alone can be.
func setOwner(q *Question, v string) WhatIfKind {
	sign, _ := signed(v)
	if sign == 0 {
		return WhatIfValue
	}
	id := v[1:]
	if id == q.Actor.ID {
		q.Actor.Owner = sign == '+'
	}
	if q.Site.Planned {
		return ""
	}
	return edit(atOwners, func(owners *[]User, _ string) bool {
		kept := slices.DeleteFunc(slices.Clone(*owners), func(u User) bool { return u.ID == id })
		if sign == '+' {
			u := User{ID: id, Enabled: true}
			if id == q.Actor.ID {
				u.DisplayName, u.Guest, u.Enabled = q.Actor.DisplayName, q.Actor.Guest, q.Actor.Enabled
			}
			kept = append(kept, u)
		}
		*owners = kept
		return true
	})(q, v)
}

// enableGuest switches every account with the address.
func enableGuest(users *[]User, v string) bool {
	list := slices.Clone(*users)
	*users = list
	for i := range list {
		if !setSwitch(&list[i].Enabled, v) {
			return false
		}
	}
	return len(list) > 0
}

func setRuleDomain(q *Question, v string) bool {
	sign, domain := signed(v)
	list := q.Policy.BlockedDomains
	switch sign {
	case '+': // a blocked parent covers it too
		list = slices.DeleteFunc(slices.Clone(list), func(d string) bool { return d == domain || under(domain, d) })
	case '-':
		list = append(slices.Clone(list), domain)
	default:
		return false
	}
	q.Policy.BlockedDomains = list
	return true
}
