package readiness

import "time"

// Scope is whom a finding about the company stops.
type Scope string

// The scopes of a finding.
const (
	StopsNobody   Scope = "nobody"
	StopsEvery    Scope = "every_guest"
	StopsNew      Scope = "new_guests"
	IsChoice      Scope = "choice" // narrows or widens on purpose, or is advice
	CannotBeKnown Scope = "unknown"
)

// CompanyFinding is what one of the company's settings says of guests in general.
type CompanyFinding struct {
	Finding
	Scope Scope
}

// Report is the readiness of the company, whoever is invited to whichever site.
type Report struct {
	// Findings are in layer order.
	Findings []CompanyFinding
	// Every, New, Choices and Unread count findings by scope.
	Every, New, Choices, Unread int
	// Todo indexes Findings: what stops every guest first, then what stops new
	// guests, then what could not be read, then the choices; each in layer order.
	Todo []int
}

// companyChecks are the rows of the table that need neither a guest nor a site.
var companyChecks = [layerCount][]check{
	LayerInvite: {
		{KeyInvites, everybody, nil, on(atEntra, Fails, judgeInvites)},
		{KeyInviter, everybody, ok(atEntra, invitersAsked), judgeInviter},
		{KeyGuestAccess, everybody, wasRead(atEntra), on(atEntra, Warning, judgeGuestAccess)},
	},
	LayerDomains: {
		{KeyDomains, everybody, nil, on(atInviteDomains, Fails, judgeDomainSummary)},
		{KeyInbound, everybody, nil, on(atCrossTenant, Fails, judgeInboundDefault)},
	},
	LayerGroups: {
		{KeyGroupsAdd, everybody, nil, on(atGroups, Fails, judgeGroupsAdd)},
		{KeyGroupsAccess, everybody, wasRead(atGroups), on(atGroups, Useless, judgeGroupsAccess)},
		{KeyGroupsCreate, everybody, wasRead(atGroups), on(atGroups, Warning, judgeCreationSummary)},
	},
	LayerSharePoint: {
		{KeyOrgSharing, everybody, nil, on(atSharePoint, Useless, judgeOrgSharing)},
		{KeyOrgSharing, everybody, ok(atSharePoint, anyoneLinks), on(atSharePoint, Warning, judgeAnyone)},
		{KeyOrgDomains, everybody, wasRead(atSharePoint), on(atSharePoint, Useless, func(c *call, p *SharePointPolicy) { judgeDomainSummary(c, &p.Domains) })},
		{KeySiteCreation, everybody, wasRead(atSharePoint), on(atSharePoint, Warning, judgeSiteCreation)},
	},
	LayerAccount: {
		{KeyRedemption, everybody, wasRead(atCrossTenant), on(atCrossTenant, Useless, judgeRedemption)},
		{KeyPasscode, everybody, nil, on(atPasscode, Warning, judgePasscode)},
		{KeyConditional, everybody, nil, on(atPolicies, Useless, judgePolicies)},
		{KeyConditional, everybody, ok(atPolicies, noSecondFactor), judgeNoMFA},
	},
}

// CheckCompany answers how ready the company is for guests.
func CheckCompany(s Snapshot, p Policy, now time.Time) Report {
	q := Question{Snapshot: s, Policy: p, Now: now, Actor: Actor{Anyone: true}, Path: ByBot}
	c := &call{q: &q, path: ByBot, guest: newGuest, create: &CreateQuestion{}}
	for layer := range companyChecks {
		c.run(Layer(layer), companyChecks[layer])
	}
	r := Report{Findings: make([]CompanyFinding, 0, len(c.findings))}
	for _, f := range c.findings {
		r.Findings = append(r.Findings, CompanyFinding{f, scopeOf(&f)})
	}
	r.count()
	return r
}

// count fills the counts and the list of what to do.
func (r *Report) count() {
	todo := map[Scope][]int{}
	for i := range r.Findings {
		scope := r.Findings[i].Scope
		todo[scope] = append(todo[scope], i)
	}
	r.Every, r.New = len(todo[StopsEvery]), len(todo[StopsNew])
	r.Unread, r.Choices = len(todo[CannotBeKnown]), len(todo[IsChoice])
	for _, scope := range []Scope{StopsEvery, StopsNew, CannotBeKnown, IsChoice} {
		r.Todo = append(r.Todo, todo[scope]...)
	}
}

// scopeOf is whom a finding of the company stops. What stops only those who
// have not accepted yet stops new guests.
func scopeOf(f *Finding) Scope {
	switch {
	case f.Status == CannotTell:
		return CannotBeKnown
	case f.Status == Warns, f.Status == Blocks && f.Code == CodeCADevice: // partners whose devices are trusted pass
		return IsChoice
	case f.Status == Blocks && (f.Code == CodeInvitesOff || f.Code == CodePasscodeOnly):
		return StopsNew
	case f.Status == Blocks:
		return StopsEvery
	default:
		return StopsNobody
	}
}

// Directory roles of guests (Microsoft Entra: Restrict guest access permissions).
const (
	guestsAsMembers   = "a0b1b346-4d3e-4e8b-98f8-753987be4970"
	guestsLimited     = "10dae51f-b6af-4016-8d66-8c2a99b929b3"
	guestsOwnObjects  = "2af84b1e-32c8-42b7-82bc-daa82404023b"
	valueMemberAccess = "member_access"
	valueLimited      = "limited_access"
	valueRestricted   = "restricted_access"
)

func judgeGuestAccess(c *call, p *AuthorizationPolicy) {
	switch p.GuestUserRoleID {
	case guestsAsMembers:
		c.warn(CodeGuestAccessWide, valueMemberAccess, c.fix(FixNarrowGuestAccess, "limited", nil), nil)
	case guestsLimited:
		c.pass(valueLimited)
	case guestsOwnObjects:
		c.pass(valueRestricted)
	default:
		c.unclear(Warning, p.GuestUserRoleID)
	}
}

func judgeDomainSummary(c *call, r *DomainRule) {
	a := args("count", number(len(r.Domains)))
	switch {
	case r.Uncertain:
		c.doubt(Fails, CodeDomainRuleUncertain, string(r.Mode), c.fix(FixConfirm, "", nil), nil)
	case r.Mode == AnyDomain:
		c.pass(string(AnyDomain))
	case r.Mode == AllowList:
		c.warn(CodeDomainsAllowList, string(r.Mode), c.fix(FixReview, "", nil), a)
	case r.Mode == DenyList:
		c.warn(CodeDomainsDenyList, string(r.Mode), c.fix(FixReview, "", nil), a)
	default:
		c.unclear(Fails, string(r.Mode))
	}
}

func judgeInboundDefault(c *call, x *CrossTenant) {
	shut := x.Apps == AllowSome && !x.SharePointAmongApps || x.Apps == BlockSome && x.SharePointAmongApps
	switch {
	case !known(x.Users), !known(x.Apps):
		c.unclear(Fails, string(x.Users)+"/"+string(x.Apps))
	case x.Users == BlockAll, x.Apps == BlockAll, shut:
		c.warn(CodeInboundDefaultBlocked, string(BlockAll), c.fix(FixReview, "", nil), nil)
	case x.Users != AllowAll:
		c.warn(CodeInboundDefaultSome, string(x.Users), c.fix(FixReview, "", nil), nil)
	default:
		c.pass(string(AllowAll))
	}
}

func judgeCreationSummary(c *call, p *GroupsPolicy) {
	if p.EnableGroupCreation {
		c.pass("on")
		return
	}
	c.warn(CodeCreationLimited, "off", c.fix(FixReview, "", nil), nil)
}

func anyoneLinks(_ *call, p *SharePointPolicy) bool { return p.Sharing == SharingAnyone }

func judgeAnyone(c *call, p *SharePointPolicy) {
	c.warn(CodeAnyoneLinks, string(p.Sharing),
		c.fix(FixLowerOrg, string(SharingGuests), args("value", string(SharingGuests))), nil)
}

func judgeSiteCreation(c *call, p *SharePointPolicy) {
	if p.SiteCreation {
		c.pass("on")
		return
	}
	c.warn(CodeSiteCreationOff, "off", c.fix(FixReview, "", nil), nil)
}

// noSecondFactor says that no policy that always applies asks guests for one.
func noSecondFactor(_ *call, policies *[]ConditionalAccessPolicy) bool {
	for _, p := range *policies {
		if p.HitsGuests && p.HitsSharePoint && p.NeedsMFA && !p.Conditional {
			return false
		}
	}
	return true
}

func judgeNoMFA(c *call) {
	c.source, c.at = c.q.Snapshot.ConditionalAccess.Source, c.q.Snapshot.ConditionalAccess.At
	c.warn(CodeCANoMFA, "no", c.fix(FixAddMFAPolicy, "", nil), nil)
}
