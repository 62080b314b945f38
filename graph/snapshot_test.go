package graph_test

import (
	"slices"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/readiness"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

func TestSnapshot_ReadsEverySettingInTwoRoundTrips(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{client: func(o *graph.Options) { o.Cloud.SharePoint = "" }})
	tn.AddConditionalAccess(map[string]any{
		"displayName": "Guests MFA", "state": "enabled",
		"conditions": map[string]any{
			"users":        map[string]any{"includeUsers": []any{"GuestsOrExternalUsers"}},
			"applications": map[string]any{"includeApplications": []any{"All"}}, "clientAppTypes": []any{"all"},
		},
		"grantControls": map[string]any{"operator": "OR", "builtInControls": []any{"mfa"}},
	})
	if _, err := tn.Person(t.Context(), tn.demo.Sanne.ID); err != nil { // the token
		t.Fatal(err)
	}
	tn.ClearWire()
	s := must[readiness.Snapshot](t)(tn.Snapshot(t.Context()))
	if n := tn.reached(graphfake.HostGraph); n != 2 || tn.reached(graphfake.HostAdmin) != 0 {
		t.Errorf("the snapshot took %d calls of Graph and %d of SharePoint", n, tn.reached(graphfake.HostAdmin))
	}
	if !s.Company.OK() || s.Company.Value.TenantID != tn.TenantID() || s.Company.Value.DisplayName != "Noordzee" ||
		!slices.Contains(s.Company.Value.Domains, "noordzee.nl") || !slices.Contains(s.Company.Value.Domains, "noordzee.onmicrosoft.com") {
		t.Errorf("company %+v", s.Company)
	}
	if a := s.Authorization; !a.OK() || a.Value.AllowInvitesFrom == "" || a.Value.GuestUserRoleID == "" {
		t.Errorf("authorization %+v", a)
	}
	if d := s.InviteDomains; !d.OK() || d.Value.Mode != readiness.AnyDomain || d.Value.Uncertain {
		t.Errorf("domains %+v", d)
	}
	if x := s.CrossTenant; !x.OK() || x.Value.Users != readiness.AllowAll || x.Value.Apps != readiness.AllowAll || x.Value.OnlyPasscode {
		t.Errorf("cross-tenant %+v", x)
	}
	if g := s.Groups; !g.OK() || !g.Value.AllowToAddGuests || !g.Value.AllowGuestsToAccessGroups || !g.Value.EnableGroupCreation {
		t.Errorf("groups %+v", g)
	}
	if p := s.SharePoint; !p.OK() || p.Value.Sharing.Rank() < readiness.SharingGuests.Rank() || !p.Value.SiteCreation || p.Value.RootURL != tn.SharePointURL() {
		t.Errorf("SharePoint %+v, want root %s", p, tn.SharePointURL())
	}
	if !s.OneTimePasscode.OK() || !s.OneTimePasscode.Value {
		t.Errorf("passcode %+v", s.OneTimePasscode)
	}
	ca := s.ConditionalAccess
	if !ca.OK() || len(ca.Value) != 1 || ca.Value[0] != (readiness.ConditionalAccessPolicy{
		Name: "Guests MFA", HitsGuests: true, HitsSharePoint: true, NeedsMFA: true, AnyOf: true,
	}) {
		t.Errorf("conditional access %+v", ca)
	}
	if !s.Clouds.OK() {
		t.Errorf("clouds %+v", s.Clouds)
	}
}

func TestSnapshot_ShowsEachMisconfiguration(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]func(readiness.Snapshot) bool{
		graphfake.SwitchInvitesOff: func(s readiness.Snapshot) bool { return s.Authorization.Value.AllowInvitesFrom == "none" },
		graphfake.SwitchInvitesAdminsOnly: func(s readiness.Snapshot) bool {
			return s.Authorization.Value.AllowInvitesFrom == "adminsAndGuestInviters"
		},
		graphfake.SwitchGuestDirectory: func(s readiness.Snapshot) bool {
			return s.Authorization.Value.GuestUserRoleID == graphfake.GuestAccessRestricted
		},
		graphfake.SwitchDomainDenied: func(s readiness.Snapshot) bool {
			return s.InviteDomains.Value.Mode == readiness.DenyList && slices.Contains(s.InviteDomains.Value.Domains, "fabrikam.com")
		},
		graphfake.SwitchDomainNotAllowed: func(s readiness.Snapshot) bool {
			return s.InviteDomains.Value.Mode == readiness.AllowList && !slices.Contains(s.InviteDomains.Value.Domains, "fabrikam.com")
		},
		graphfake.SwitchXTAPBlocked:     func(s readiness.Snapshot) bool { return s.CrossTenant.Value.Users == readiness.BlockAll },
		graphfake.SwitchOTPOff:          func(s readiness.Snapshot) bool { return s.OneTimePasscode.OK() && !s.OneTimePasscode.Value },
		graphfake.SwitchGroupsGuestsOff: func(s readiness.Snapshot) bool { return !s.Groups.Value.AllowToAddGuests },
		graphfake.SwitchGroupsAccessOff: func(s readiness.Snapshot) bool { return !s.Groups.Value.AllowGuestsToAccessGroups },
		graphfake.SwitchGroupCreationOff: func(s readiness.Snapshot) bool {
			return !s.Groups.Value.EnableGroupCreation
		},
		graphfake.SwitchNamingPolicy:     func(s readiness.Snapshot) bool { return s.Groups.Value.PrefixSuffix != "" },
		graphfake.SwitchSPOOff:           func(s readiness.Snapshot) bool { return s.SharePoint.Value.Sharing == readiness.SharingOff },
		graphfake.SwitchSPOExisting:      func(s readiness.Snapshot) bool { return s.SharePoint.Value.Sharing == readiness.SharingExisting },
		graphfake.SwitchSPODomainDenied:  func(s readiness.Snapshot) bool { return s.SharePoint.Value.Domains.Mode == readiness.DenyList },
		graphfake.SwitchSPODomainAllowed: func(s readiness.Snapshot) bool { return s.SharePoint.Value.Domains.Mode == readiness.AllowList },
		graphfake.SwitchCABlocksGuests: func(s readiness.Snapshot) bool {
			return slices.ContainsFunc(s.ConditionalAccess.Value, func(p readiness.ConditionalAccessPolicy) bool {
				return p.Blocks && p.HitsGuests && p.HitsSharePoint && !p.Conditional
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tn := start(t, setup{})
			if check(must[readiness.Snapshot](t)(tn.Snapshot(t.Context()))) {
				t.Fatal("the healthy tenant shows it")
			}
			if err := tn.Set(name, true); err != nil {
				t.Fatal(err)
			}
			tn.Forget()
			if s := must[readiness.Snapshot](t)(tn.Snapshot(t.Context())); !check(s) {
				t.Errorf("not shown: %+v", s)
			}
		})
	}
}

func TestSnapshot_ReadsAllFormsOfTheDomainPolicy(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	for _, form := range []graphfake.B2BForm{graphfake.B2BFormJSON, graphfake.B2BFormSingleQuotes, graphfake.B2BFormMissingKeys} {
		for _, roles := range [][]string{nil, {"no-Policy.Read.B2BManagementPolicy"}} { // the second by the older endpoint
			for _, r := range roles {
				if err := tn.Set(r, true); err != nil {
					t.Fatal(err)
				}
			}
			tn.SetDomainPolicy(true, nil, []string{"Evil.example"}, form)
			tn.Forget()
			s := must[readiness.Snapshot](t)(tn.Snapshot(t.Context()))
			if d := s.InviteDomains.Value; !s.InviteDomains.OK() || d.Mode != readiness.DenyList || !slices.Equal(d.Domains, []string{"evil.example"}) {
				t.Errorf("form %q, without %v: %+v", form, roles, s.InviteDomains)
			}
			for _, r := range roles {
				if err := tn.Set(r, false); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	tn.SetDomainPolicy(false, nil, nil, graphfake.B2BFormJSON)
	tn.Forget()
	if s := must[readiness.Snapshot](t)(tn.Snapshot(t.Context())); s.InviteDomains.Value.Mode != readiness.AnyDomain {
		t.Errorf("without a policy: %+v", s.InviteDomains)
	}
}

// missingOf names the settings of a snapshot that were not read, with why.
func missingOf(s readiness.Snapshot) map[string]readiness.Missing {
	all := map[string]*readiness.Missing{
		"company": s.Company.Missing, "authorization": s.Authorization.Missing, "domains": s.InviteDomains.Missing,
		"inbound": s.CrossTenant.Missing, "groups": s.Groups.Missing, "sharepoint": s.SharePoint.Missing,
		"passcode": s.OneTimePasscode.Missing, "conditional": s.ConditionalAccess.Missing, "clouds": s.Clouds.Missing,
	}
	out := map[string]readiness.Missing{}
	for k, m := range all {
		if m != nil {
			out[k] = *m
		}
	}
	return out
}

func TestSnapshot_NamesTheMissingPermission(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		drop []string
		want map[string]string
	}{
		{[]string{"Policy.Read.All"}, map[string]string{
			"authorization": "Policy.Read.All", "inbound": "Policy.Read.All", "clouds": "Policy.Read.All", "conditional": "Policy.Read.All",
		}},
		{[]string{"Policy.Read.All", "Policy.Read.B2BManagementPolicy"}, map[string]string{
			"authorization": "Policy.Read.All", "inbound": "Policy.Read.All", "clouds": "Policy.Read.All", "conditional": "Policy.Read.All",
			"domains": "Policy.Read.B2BManagementPolicy",
		}},
		{[]string{"Policy.Read.B2BManagementPolicy"}, map[string]string{}}, // the older endpoint
		{[]string{"Group.Read.All", "Group.ReadWrite.All"}, map[string]string{"groups": "Group.Read.All"}},
		{[]string{"SharePointTenantSettings.Read.All"}, map[string]string{"sharepoint": "SharePointTenantSettings.Read.All"}},
		{[]string{"Policy.Read.AuthenticationMethod", "Policy.Read.All"}, map[string]string{
			"authorization": "Policy.Read.All", "inbound": "Policy.Read.All", "clouds": "Policy.Read.All", "conditional": "Policy.Read.All",
			"passcode": "Policy.Read.AuthenticationMethod",
		}},
		{[]string{"Domain.Read.All"}, map[string]string{}}, // organization tells them too
		{[]string{"Domain.Read.All", "Organization.Read.All", "User.Read.All", "User.ReadWrite.All"}, map[string]string{"company": "Domain.Read.All"}},
		{[]string{"Sites.Read.All"}, map[string]string{}},
	} {
		tn := start(t, setup{roles: without(c.drop...)})
		s := must[readiness.Snapshot](t)(tn.Snapshot(t.Context()))
		got := missingOf(s)
		for k, m := range got {
			if m.Reason != readiness.NoPermission || m.Permission != c.want[k] {
				t.Errorf("without %v: %s is missing for %+v, want permission %q", c.drop, k, m, c.want[k])
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("without %v: missing %v, want %v", c.drop, got, c.want)
		}
	}
}

func TestSnapshot_KeepsOneReadingUntilItIsForgottenOrOld(t *testing.T) {
	t.Parallel()
	now := time.Now()
	clock := func() time.Time { return now }
	tn := start(t, setup{client: func(o *graph.Options) { o.Now = clock }})
	first := must[readiness.Snapshot](t)(tn.Snapshot(t.Context()))
	if err := tn.Set(graphfake.SwitchInvitesOff, true); err != nil {
		t.Fatal(err)
	}
	tn.ClearWire()
	now = now.Add(9 * time.Minute)
	if s := must[readiness.Snapshot](t)(tn.Snapshot(t.Context())); !s.TakenAt.Equal(first.TakenAt) || tn.reached(graphfake.HostGraph) != 0 {
		t.Error("a young snapshot was read again")
	}
	now = now.Add(time.Minute)
	s := must[readiness.Snapshot](t)(tn.Snapshot(t.Context()))
	if s.Authorization.Value.AllowInvitesFrom != "none" || !s.TakenAt.Equal(now) {
		t.Errorf("an old snapshot was not read again: %+v", s.Authorization)
	}
	if n := tn.Count("GET", anyPath("conditionalAccess")); n != 0 {
		t.Errorf("conditional access was read again after ten minutes, %d times", n)
	}
	if !s.ConditionalAccess.At.Equal(first.TakenAt) {
		t.Error("conditional access does not tell its own age")
	}
	tn.Forget()
	tn.ClearWire()
	if _, err := tn.Snapshot(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := tn.Count("GET", anyPath("conditionalAccess")); n != 1 {
		t.Errorf("after Forget conditional access was read %d times", n)
	}
}

func TestSnapshot_SaysWhatDidNotAnswerAndIsNotKept(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	tn.inject(t, graphfake.Fault{Path: "conditionalAccess", Status: 429})
	tn.inject(t, graphfake.Fault{Path: "b2bManagementPolicies", Status: 503})
	tn.inject(t, graphfake.Fault{Path: "authorizationPolicy", Status: 400, Message: "Resource not found for the segment 'authorizationPolicy'."})
	s := must[readiness.Snapshot](t)(tn.Snapshot(t.Context()))
	got := missingOf(s)
	if len(got) != 3 || got["conditional"].Reason != readiness.Unavailable || got["domains"].Reason != readiness.Unavailable ||
		got["authorization"].Reason != readiness.NotInCloud {
		t.Errorf("missing %v", got)
	}
	if got := missingOf(must[readiness.Snapshot](t)(tn.Snapshot(t.Context()))); len(got) != 0 {
		t.Errorf("what did not answer was kept: %v", got)
	}
}

func TestSnapshot_ValueUnknownIsUnclear(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	for doc, change := range map[string]map[string]any{
		graphfake.PolicyAuthorization: {"allowInvitesFrom": "unknownFutureValue"},
		graphfake.PolicySharePoint:    {"sharingCapability": "somethingNew"},
		graphfake.PolicyEmailOTP:      {"allowExternalIdToUseEmailOtp": "somethingNew"},
		graphfake.PolicyXTAPDefault: {"b2bCollaborationInbound": map[string]any{
			"usersAndGroups": map[string]any{"accessType": "somethingNew", "targets": []any{}},
		}},
	} {
		if err := tn.SetPolicy(doc, change); err != nil {
			t.Fatal(err)
		}
	}
	tn.SetGroupSetting("AllowToAddGuests", "perhaps")
	got := missingOf(must[readiness.Snapshot](t)(tn.Snapshot(t.Context())))
	for _, k := range []string{"authorization", "sharepoint", "passcode", "inbound", "groups"} {
		if got[k].Reason != readiness.Unclear {
			t.Errorf("%s: %+v, want unclear", k, got[k])
		}
	}
}

func TestSnapshot_NothingReadIsAnError(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{roles: []string{"Group.Create"}})
	_, err := tn.Snapshot(t.Context())
	wantError(t, err, bot.Forbidden, bot.ReasonPermission)
}
