package readiness

import "testing"

func openCreate() CreateQuestion {
	owner := User{ID: "u-mehmet", DisplayName: "Mehmet", Enabled: true}
	return CreateQuestion{
		Snapshot: openSnapshot(),
		Actor:    Actor{ID: owner.ID, DisplayName: "Mehmet", Enabled: true, Creator: read(false), Inviter: read(false)},
		Now:      now,
		Name:     "Project Linden",
		Owners:   read([]User{owner, {ID: "u-priya", DisplayName: "Priya", Enabled: true}}),
		Wanted:   SharingGuests,
	}
}

func TestCreate_EachCauseIsNamed(t *testing.T) {
	t.Parallel()
	many := make([]User, 101)
	for i := range many {
		many[i] = User{ID: number(i), Enabled: true}
	}
	cases := []struct {
		name    string
		change  func(*CreateQuestion)
		outcome Outcome
		code    Code
	}{
		{"nothing", func(*CreateQuestion) {}, Can, CodeOK},
		{"may not create", func(q *CreateQuestion) { q.Snapshot.Groups.Value.EnableGroupCreation = false }, Cannot, CodeCreatorNotAllowed},
		{"may create though others may not", func(q *CreateQuestion) {
			q.Snapshot.Groups.Value.EnableGroupCreation = false
			q.Actor.Creator = read(true)
		}, Can, CodeOK},
		{"creator's right unread", func(q *CreateQuestion) {
			q.Snapshot.Groups.Value.EnableGroupCreation = false
			q.Actor.Creator = denied[bool]()
		}, Unknown, CodeUnreadNoPermission},
		{"guest creates", func(q *CreateQuestion) { q.Actor.Guest = true }, Cannot, CodeCreatorNotAllowed},
		{"actor switched off", func(q *CreateQuestion) { q.Actor.Enabled = false }, Cannot, CodeActorDisabled},
		{"name", func(q *CreateQuestion) { q.Name = "!" }, Cannot, CodeNameInvalid},
		{"name without Latin letters", func(q *CreateQuestion) { q.Name = "проект" }, Cannot, CodeNameInvalid},
		{"naming policy unread", func(q *CreateQuestion) { q.Snapshot.Groups = denied[GroupsPolicy]() }, Unknown, CodeUnreadNoPermission},
		{"no owner", func(q *CreateQuestion) { q.Owners = read([]User(nil)) }, Cannot, CodeOwnerNone},
		{"guest owner", func(q *CreateQuestion) { q.Owners.Value[1].Guest = true }, Cannot, CodeOwnerGuest},
		{"disabled owner", func(q *CreateQuestion) { q.Owners.Value[1].Enabled = false }, Cannot, CodeOwnerDisabled},
		{"guests alone own", func(q *CreateQuestion) {
			q.Snapshot.Groups.Value.AllowGuestsToBeOwners = true
			q.Owners.Value[0].Guest, q.Owners.Value[1].Guest = true, true
		}, Cannot, CodeOwnerNone},
		{"too many owners", func(q *CreateQuestion) { q.Owners = read(many) }, Cannot, CodeOwnersMany},
		{"owners unread", func(q *CreateQuestion) { q.Owners = denied[[]User]() }, Unknown, CodeUnreadNoPermission},
		{"company sharing off", func(q *CreateQuestion) { q.Snapshot.SharePoint.Value.Sharing = SharingOff }, Cannot, CodeOrgSharingOff},
		{"company sharing unread", func(q *CreateQuestion) { q.Snapshot.SharePoint = denied[SharePointPolicy]() }, Unknown, CodeUnreadNoPermission},
		{"groups take no guests", func(q *CreateQuestion) { q.Snapshot.Groups.Value.AllowToAddGuests = false }, Cannot, CodeGroupsAddOff},
		{"capped", func(q *CreateQuestion) { q.Wanted = SharingAnyone }, Can, CodeSharingCapped},
		{"closed site wanted", func(q *CreateQuestion) { q.Wanted = SharingOff }, Cannot, CodePlannedOff},
		{"invitations off", func(q *CreateQuestion) { q.Snapshot.Authorization.Value.AllowInvitesFrom = invitesNone }, Can, CodeInvitesOff},
		{"domain list", func(q *CreateQuestion) {
			q.Snapshot.InviteDomains = read(DomainRule{Mode: AllowList, Domains: []string{"x.nl"}})
		}, Can, CodeDomainsAllowList},
		{"domain list unread", func(q *CreateQuestion) { q.Snapshot.InviteDomains = denied[DomainRule]() }, Can, CodeUnreadNoPermission},
		{"site creation off", func(q *CreateQuestion) { q.Snapshot.SharePoint.Value.SiteCreation = false }, Can, CodeSiteCreationOff},
		{"too many guests", func(q *CreateQuestion) { q.Guests, q.Policy.MaxGuests = 5, 4 }, Cannot, CodeRuleGuests},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			q := openCreate()
			tc.change(&q)
			v := Create(q)
			if v.Outcome != tc.outcome {
				t.Errorf("outcome %s, want %s: %+v", v.Outcome, tc.outcome, v.Blocking())
			}
			if _, ok := find(v, tc.code); !ok {
				t.Errorf("no finding %s", tc.code)
			}
			if _, ok := v.DecisiveFinding(); ok != (tc.outcome != Can) {
				t.Errorf("decisive: %d", v.Decisive)
			}
		})
	}
}

func TestCheckCompany_CountsAndOrders(t *testing.T) {
	t.Parallel()
	s := openSnapshot()
	s.Authorization.Value = AuthorizationPolicy{AllowInvitesFrom: invitesNone, GuestUserRoleID: guestsAsMembers}
	s.InviteDomains = read(DomainRule{Mode: AllowList, Domains: []string{"x.nl"}})
	s.Groups.Value.AllowGuestsToAccessGroups = false
	s.SharePoint.Value.Sharing = SharingOff
	s.OneTimePasscode = denied[bool]()
	r := CheckCompany(s, Policy{}, now)
	if r.Every != 2 || r.New != 1 || r.Choices != 3 || r.Unread != 1 {
		t.Errorf("every %d, new %d, choices %d, unread %d: %+v", r.Every, r.New, r.Choices, r.Unread, r.Findings)
	}
	var codes []Code
	for _, i := range r.Todo {
		codes = append(codes, r.Findings[i].Code)
	}
	want := []Code{
		CodeGroupsContentOff, CodeOrgSharingOff, CodeInvitesOff, CodeUnreadNoPermission, CodeGuestAccessWide, CodeDomainsAllowList, CodeCANoMFA,
	}
	if len(codes) != len(want) {
		t.Fatalf("to do %v, want %v", codes, want)
	}
	for i := range want {
		if codes[i] != want[i] {
			t.Fatalf("to do %v, want %v", codes, want)
		}
	}
}

func TestCheckCompany_AnOpenCompanyHasNothingInTheWay(t *testing.T) {
	t.Parallel()
	s := openSnapshot()
	s.ConditionalAccess = read([]ConditionalAccessPolicy{{Name: "Guests MFA", HitsGuests: true, HitsSharePoint: true, NeedsMFA: true}})
	r := CheckCompany(s, Policy{}, now)
	if r.Every+r.New+r.Unread != 0 || r.Choices != 1 { // the second factor is told
		t.Errorf("%+v", r)
	}
	s.SharePoint.Value.Sharing = SharingAnyone
	if r := CheckCompany(s, Policy{}, now); r.Choices != 2 {
		t.Errorf("anyone links are not told: %+v", r.Findings)
	}
}

func TestCheckCompany_NothingReadIsNothingKnown(t *testing.T) {
	t.Parallel()
	r := CheckCompany(Snapshot{}, Policy{}, now)
	if r.Unread != len(r.Todo) || r.Unread < 7 {
		t.Errorf("unread %d of %d", r.Unread, len(r.Todo))
	}
	for _, f := range r.Findings {
		if f.Status == Passes {
			t.Errorf("%s passes unread", f.Setting)
		}
	}
}

func TestCheckCompany_EachSettingIsJudged(t *testing.T) {
	t.Parallel()
	cases := []struct {
		change func(*Snapshot)
		code   Code
		scope  Scope
	}{
		{func(s *Snapshot) { s.Authorization.Value.AllowInvitesFrom = invitesNone }, CodeInvitesOff, StopsNew},
		{func(s *Snapshot) { s.Authorization.Value.AllowInvitesFrom = invitesInviters }, CodeInvitesNeedInviter, IsChoice},
		{func(s *Snapshot) { s.Authorization.Value.GuestUserRoleID = guestsAsMembers }, CodeGuestAccessWide, IsChoice},
		{func(s *Snapshot) { s.InviteDomains = read(DomainRule{Mode: DenyList, Domains: []string{"x.nl"}}) }, CodeDomainsDenyList, IsChoice},
		{func(s *Snapshot) { s.CrossTenant.Value.Users = BlockAll }, CodeInboundDefaultBlocked, IsChoice},
		{func(s *Snapshot) { s.CrossTenant.Value.Users = AllowSome }, CodeInboundDefaultSome, IsChoice},
		{func(s *Snapshot) { s.CrossTenant.Value.OnlyPasscode = true }, CodePasscodeOnly, StopsNew},
		{func(s *Snapshot) { s.OneTimePasscode = read(false) }, CodePasscodeOff, IsChoice},
		{func(s *Snapshot) { s.Groups.Value.AllowToAddGuests = false }, CodeGroupsAddOff, StopsEvery},
		{func(s *Snapshot) { s.Groups.Value.AllowGuestsToAccessGroups = false }, CodeGroupsContentOff, StopsEvery},
		{func(s *Snapshot) { s.Groups.Value.EnableGroupCreation = false }, CodeCreationLimited, IsChoice},
		{func(s *Snapshot) { s.SharePoint.Value.Sharing = SharingOff }, CodeOrgSharingOff, StopsEvery},
		{func(s *Snapshot) { s.SharePoint.Value.Sharing = SharingExisting }, CodeOrgExistingOnly, IsChoice},
		{func(s *Snapshot) { s.SharePoint.Value.Sharing = SharingAnyone }, CodeAnyoneLinks, IsChoice},
		{func(s *Snapshot) { s.SharePoint.Value.Domains = DomainRule{Mode: AllowList} }, CodeDomainsAllowList, IsChoice},
		{func(s *Snapshot) { s.SharePoint.Value.SiteCreation = false }, CodeSiteCreationOff, IsChoice},
		{func(s *Snapshot) {
			s.ConditionalAccess = read([]ConditionalAccessPolicy{{Name: "No", HitsGuests: true, HitsSharePoint: true, Blocks: true}})
		}, CodeCABlocks, StopsEvery},
		{func(s *Snapshot) {
			s.ConditionalAccess = read([]ConditionalAccessPolicy{{Name: "Managed", HitsGuests: true, HitsSharePoint: true, NeedsDevice: true}})
		}, CodeCADevice, IsChoice},
		{func(s *Snapshot) { s.ConditionalAccess = read([]ConditionalAccessPolicy(nil)) }, CodeCANoMFA, IsChoice},
	}
	for _, tc := range cases {
		s := openSnapshot()
		tc.change(&s)
		scope := Scope("not found")
		for _, f := range CheckCompany(s, Policy{}, now).Findings {
			if f.Code == tc.code {
				scope = f.Scope
			}
		}
		if scope != tc.scope {
			t.Errorf("%s: %s, want %s", tc.code, scope, tc.scope)
		}
	}
}

func TestCreate_NothingReadIsNotYes(t *testing.T) {
	t.Parallel()
	q := openCreate()
	q.Snapshot = Snapshot{}
	v := Create(q)
	if v.Outcome != Unknown || decisive(t, v).Missing == nil {
		t.Errorf("outcome %s", v.Outcome)
	}
}
