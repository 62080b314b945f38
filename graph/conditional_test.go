package graph_test

import (
	"maps"
	"testing"

	"guestsite/bot/readiness"
)

func TestConditionalAccess_IsReadForAGuestInABrowser(t *testing.T) {
	t.Parallel()
	type m = map[string]any
	everyone, all := m{"includeUsers": []any{"All"}}, m{"includeApplications": []any{"All"}}
	block := m{"operator": "OR", "builtInControls": []any{"block"}}
	policy := func(users, apps, grant m, more m) m {
		c := m{"users": users, "applications": apps, "clientAppTypes": []any{"all"}}
		maps.Copy(c, more)
		return m{"displayName": "p", "state": "enabled", "conditions": c, "grantControls": grant}
	}
	guests := func(types, kind string) m {
		return m{"guestOrExternalUserTypes": types, "externalTenants": m{"@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants", "membershipKind": kind}}
	}
	type want = readiness.ConditionalAccessPolicy
	for _, c := range []struct {
		name string
		in   m
		want want
	}{
		{"blocks everybody everywhere", policy(everyone, all, block, nil), want{HitsGuests: true, HitsSharePoint: true, Blocks: true, AnyOf: true}},
		{
			"legacy clients only", policy(everyone, all, block, m{"clientAppTypes": []any{"exchangeActiveSync", "other"}}),
			want{HitsGuests: true, Blocks: true, AnyOf: true},
		},
		{
			"a control that is not known is no block",
			policy(everyone, all, m{"operator": "AND", "builtInControls": []any{"riskRemediation"}}, nil),
			want{HitsGuests: true, HitsSharePoint: true},
		},
		{
			"guests excluded", policy(m{"includeUsers": []any{"All"}, "excludeUsers": []any{"GuestsOrExternalUsers"}}, all, block, nil),
			want{HitsSharePoint: true, Blocks: true, AnyOf: true},
		},
		{
			"B2B guests excluded", policy(m{"includeUsers": []any{"All"}, "excludeGuestsOrExternalUsers": guests("internalGuest,b2bCollaborationGuest", "all")}, all, block, nil),
			want{HitsSharePoint: true, Blocks: true, AnyOf: true},
		},
		{
			"B2B guests of some tenants", policy(m{"includeUsers": []any{}, "includeGuestsOrExternalUsers": guests("b2bCollaborationGuest", "enumerated")}, all, block, nil),
			want{HitsGuests: true, HitsSharePoint: true, Conditional: true, Blocks: true, AnyOf: true},
		},
		{
			"other external users", policy(m{"includeUsers": []any{}, "includeGuestsOrExternalUsers": guests("b2bDirectConnectUser", "all")}, all, block, nil),
			want{HitsSharePoint: true, Blocks: true, AnyOf: true},
		},
		{
			"another application", policy(everyone, m{"includeApplications": []any{"797f4846-ba00-4fd7-ba43-dac1f8f63013"}}, block, nil),
			want{HitsGuests: true, Blocks: true, AnyOf: true},
		},
		{
			"SharePoint excluded", policy(everyone, m{"includeApplications": []any{"All"}, "excludeApplications": []any{"00000003-0000-0ff1-ce00-000000000000"}}, block, nil),
			want{HitsGuests: true, Blocks: true, AnyOf: true},
		},
		{
			"outside trusted places", policy(everyone, m{"includeApplications": []any{"Office365"}}, block, m{"locations": m{"includeLocations": []any{"All"}, "excludeLocations": []any{"AllTrusted"}}}),
			want{HitsGuests: true, HitsSharePoint: true, Conditional: true, Blocks: true, AnyOf: true},
		},
		{
			"all places", policy(everyone, all, block, m{"locations": m{"includeLocations": []any{"All"}, "excludeLocations": []any{}}}),
			want{HitsGuests: true, HitsSharePoint: true, Blocks: true, AnyOf: true},
		},
		{
			"risky sign-ins", policy(everyone, all, m{"operator": "AND", "builtInControls": []any{"mfa", "compliantDevice"}}, m{"signInRiskLevels": []any{"high"}}),
			want{HitsGuests: true, HitsSharePoint: true, Conditional: true, NeedsMFA: true, NeedsDevice: true},
		},
		{
			"report only",
			m{"displayName": "p", "state": "enabledForReportingButNotEnforced", "conditions": m{"users": everyone, "applications": all, "clientAppTypes": []any{"all"}}, "grantControls": block},
			want{Blocks: true, AnyOf: true},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tn := start(t, setup{})
			tn.AddConditionalAccess(c.in)
			c.want.Name = "p"
			s := must[readiness.Snapshot](t)(tn.Snapshot(t.Context()))
			if got := s.ConditionalAccess.Value; !s.ConditionalAccess.OK() || len(got) != 1 || got[0] != c.want {
				t.Errorf("got %+v (%+v)\nwant %+v", got, s.ConditionalAccess.Missing, c.want)
			}
		})
	}
}

func TestConditionalAccess_FollowsFurtherPages(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	for range 5 {
		tn.AddConditionalAccess(map[string]any{
			"displayName": "p", "conditions": map[string]any{"users": map[string]any{}, "applications": map[string]any{}, "clientAppTypes": []any{"all"}},
		})
	}
	tn.SetPageSize(2)
	s := must[readiness.Snapshot](t)(tn.Snapshot(t.Context()))
	if len(s.ConditionalAccess.Value) != 5 {
		t.Errorf("%d policies read, want 5 (%+v)", len(s.ConditionalAccess.Value), s.ConditionalAccess.Missing)
	}
}
