package readiness

import (
	"slices"
	"testing"
	"time"
)

func TestInvite_NothingInTheWayIsCan(t *testing.T) {
	t.Parallel()
	v := Invite(openQuestion(t))
	if v.Outcome != Can || v.Decisive != -1 {
		t.Fatalf("outcome %s, decisive %d: %+v", v.Outcome, v.Decisive, v.Blocking())
	}
	for layer := range layerCount {
		if !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.Layer == layer }) {
			t.Errorf("layer %d says nothing", layer)
		}
	}
	if !slices.IsSortedFunc(v.Findings, func(a, b Finding) int { return int(a.Layer - b.Layer) }) {
		t.Error("findings are not in layer order")
	}
}

func TestInvite_WhoIsInTheDirectoryNeedsNoInvitation(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name                   string
		state                  func(*Question)
		invites, list, company Outcome
	}{
		{"new", func(*Question) {}, Cannot, Cannot, Cannot},
		{"pending", asPending, Can, Cannot, Cannot},
		{"accepted", asAccepted, Can, Can, Cannot},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			ask := func(change func(*Question)) Outcome {
				q := openQuestion(t)
				tc.state(&q)
				change(&q)
				return Invite(q).Outcome
			}
			if got := ask(func(q *Question) { q.Snapshot.Authorization.Value.AllowInvitesFrom = invitesNone }); got != tc.invites {
				t.Errorf("invitations off: %s, want %s", got, tc.invites)
			}
			if got := ask(func(q *Question) {
				q.Snapshot.InviteDomains = read(DomainRule{Mode: AllowList, Domains: []string{"x.nl"}})
			}); got != tc.list {
				t.Errorf("not on the list: %s, want %s", got, tc.list)
			}
			if got := ask(func(q *Question) { q.Snapshot.SharePoint.Value.Sharing = SharingOff }); got != tc.company {
				t.Errorf("sharing off: %s, want %s", got, tc.company)
			}
		})
	}
}

func TestInvite_InvitingRightFollowsThePolicy(t *testing.T) {
	t.Parallel()
	member := func(a *Actor) {}
	guest := func(a *Actor) { a.Guest = true }
	inviter := func(a *Actor) { a.Inviter = read(true) }
	unread := func(a *Actor) { a.Inviter = denied[bool]() }
	anyone := func(a *Actor) { *a = Actor{Anyone: true} }
	cases := []struct {
		policy string
		actor  func(*Actor)
		want   Outcome
	}{
		{invitesNone, inviter, Cannot},
		{invitesInviters, member, Cannot},
		{invitesInviters, inviter, Can},
		{invitesInviters, unread, Unknown},
		{invitesInviters, anyone, CanByBot},
		{invitesMembers, member, Can},
		{invitesMembers, unread, Can},
		{invitesMembers, guest, Cannot},
		{invitesMembers, anyone, Can},
		{invitesEveryone, guest, Can},
		{invitesEveryone, unread, Can},
		{"unknownFutureValue", inviter, Unknown},
		{"", inviter, Unknown},
	}
	for _, tc := range cases {
		q := openQuestion(t)
		q.Snapshot.Authorization.Value.AllowInvitesFrom = tc.policy
		q.Snapshot.Groups.Value.AllowGuestsToBeOwners = true
		tc.actor(&q.Actor)
		if v := Invite(q); v.Outcome != tc.want {
			t.Errorf("%s, %+v: %s, want %s (%+v)", tc.policy, q.Actor, v.Outcome, tc.want, v.Blocking())
		}
	}
}

func TestInvite_UnreadNamesThePermission(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, permission string
		layer            Layer
		change           func(*Question)
	}{
		{"directory", readUsers, LayerAddress, func(q *Question) { q.Subject.Matches = denied[[]User]() }},
		{"own domains", "Domain.Read.All", LayerAddress, func(q *Question) { q.Snapshot.Company = denied[Company]() }},
		{"contacts", "OrgContact.Read.All", LayerAddress, func(q *Question) { q.Subject.Contact = denied[bool]() }},
		{"group addresses", readGroups, LayerAddress, func(q *Question) { q.Subject.Group = denied[bool]() }},
		{"policy", readPolicy, LayerInvite, func(q *Question) { q.Snapshot.Authorization = denied[AuthorizationPolicy]() }},
		{"domains", "Policy.Read.B2BManagementPolicy", LayerDomains, func(q *Question) { q.Snapshot.InviteDomains = denied[DomainRule]() }},
		{"home tenant", "CrossTenantInformation.ReadBasic.All", LayerDomains, func(q *Question) { q.Subject.Home = denied[HomeTenant]() }},
		{"partner", readPolicy, LayerDomains, func(q *Question) { q.Subject.Partner = denied[*CrossTenant]() }},
		{"default", readPolicy, LayerDomains, func(q *Question) { q.Snapshot.CrossTenant = denied[CrossTenant]() }},
		{"groups", readGroups, LayerGroups, func(q *Question) { q.Snapshot.Groups = denied[GroupsPolicy]() }},
		{"group", readGroups, LayerGroup, func(q *Question) { q.Site.Group = denied[Group]() }},
		{"owners", readMembers, LayerGroup, func(q *Question) { q.Site.Owners = denied[[]User]() }},
		{"company sharing", readSPO, LayerSharePoint, func(q *Question) { q.Snapshot.SharePoint = denied[SharePointPolicy]() }},
		{"site sharing", readSites, LayerSite, func(q *Question) { q.Site.Sharing = denied[SiteSharing]() }},
		{"conditional access", readPolicy, LayerAccount, func(q *Question) { q.Snapshot.ConditionalAccess = denied[[]ConditionalAccessPolicy]() }},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			q := openQuestion(t)
			tc.change(&q)
			v := Invite(q)
			if v.Outcome != Unknown {
				t.Fatalf("outcome %s, want %s", v.Outcome, Unknown)
			}
			f := decisive(t, v)
			if f.Layer != tc.layer || f.Missing == nil || f.Missing.Permission != tc.permission {
				t.Errorf("layer %d, missing %+v; want %d, %s", f.Layer, f.Missing, tc.layer, tc.permission)
			}
			// A definite stop elsewhere stays one.
			q.Policy.BlockedDomains = []string{"fabrikam.com"}
			if v := Invite(q); v.Outcome != Cannot || decisive(t, v).Code != CodeRuleDomain {
				t.Errorf("with a definite stop: %s by %s", v.Outcome, decisive(t, v).Code)
			}
		})
	}
}

func TestInvite_UnreadDirectoryMakesNoStopOfWhatHitsNewGuestsAlone(t *testing.T) {
	t.Parallel()
	q := openQuestion(t)
	q.Subject.Matches = denied[[]User]()
	q.Snapshot.Authorization.Value.AllowInvitesFrom = invitesNone
	if v := Invite(q); v.Outcome != Unknown {
		t.Errorf("outcome %s, want %s: the guest may be in the directory", v.Outcome, Unknown)
	}
}

func TestInvite_WhatOnlyWarnsMayStayUnread(t *testing.T) {
	t.Parallel()
	q := openQuestion(t)
	q.Snapshot.OneTimePasscode = denied[bool]()
	q.Subject.Deleted = denied[*User]()
	q.Subject.Home = read(HomeTenant{})
	if v := Invite(q); v.Outcome != Can {
		t.Errorf("outcome %s: %+v", v.Outcome, v.Blocking())
	}
}

func TestInvite_ConfirmedByHandCountsAsRead(t *testing.T) {
	t.Parallel()
	q := openQuestion(t)
	q.Site.Sharing = Unread[SiteSharing](Missing{Reason: NotAsked}, source, now)
	if v := Invite(q); v.Outcome != Unknown || decisive(t, v).Fix.Code != FixConfirm || decisive(t, v).Fix.Link != LinkSites {
		t.Fatalf("%s, %+v", v.Outcome, decisive(t, v))
	}
	q.Site.Sharing = Read(SiteSharing{Effective: SharingGuests}, "Joost", now)
	v := Invite(q)
	if v.Outcome != Can {
		t.Fatalf("outcome %s: %+v", v.Outcome, v.Blocking())
	}
	for _, f := range v.Findings {
		if f.Setting == KeySiteSharing && f.Source != "Joost" {
			t.Errorf("source %q, want who confirmed", f.Source)
		}
	}
}

func TestInvite_LabelGoesBeforeTheGroupsOwnSetting(t *testing.T) {
	t.Parallel()
	off := false
	q := openQuestion(t)
	q.Site.Group.Value.LabelID, q.Site.Group.Value.AllowToAddGuests = "l1", &off
	q.Site.Label = &Label{Name: "Partners", GuestsAllowed: true, Sharing: SharingGuests}
	if v := Invite(q); v.Outcome != Can {
		t.Errorf("label allows: %s, %+v", v.Outcome, v.Blocking())
	}
	q.Snapshot.Groups.Value.LabelsEnabled = false
	if v := Invite(q); v.Outcome != Cannot || decisive(t, v).Code != CodeGroupAddOff {
		t.Errorf("labels not in use: %s", v.Outcome)
	}
}

func TestInvite_AdminsAreNotBoundByTheGroupSettings(t *testing.T) {
	t.Parallel()
	off := false
	q := openQuestion(t)
	q.Path = ByAdmin
	q.Actor.ID = "u-joost"
	q.Snapshot.Groups.Value.AllowToAddGuests = false
	q.Site.Group.Value.AllowToAddGuests = &off
	if v := Invite(q); v.Outcome != Can {
		t.Errorf("outcome %s: %+v", v.Outcome, v.Blocking())
	}
}

func TestInvite_ASiteHeldDownByTheCompanyIsNotBlamed(t *testing.T) {
	t.Parallel()
	q := openQuestion(t)
	q.Snapshot.SharePoint.Value.Sharing = SharingOff
	q.Site.Sharing = read(SiteSharing{Effective: SharingOff, Defined: SharingGuests})
	v := Invite(q)
	if _, blamed := find(v, CodeSiteSharingOff); blamed || decisive(t, v).Code != CodeOrgSharingOff {
		t.Errorf("decided by %s, site blamed %v", decisive(t, v).Code, blamed)
	}
	// Something else, such as a label, holds this one lower than both.
	q.Snapshot.SharePoint.Value.Sharing = SharingGuests
	if v := Invite(q); decisive(t, v).Code != CodeSiteSharingOff {
		t.Errorf("decided by %s, want %s", decisive(t, v).Code, CodeSiteSharingOff)
	}
}

func TestInvite_TrustedDevicesPass(t *testing.T) {
	t.Parallel()
	q := openQuestion(t)
	q.Snapshot.ConditionalAccess = read([]ConditionalAccessPolicy{{Name: "Managed", HitsGuests: true, HitsSharePoint: true, NeedsDevice: true}})
	q.Subject.Partner = read(&CrossTenant{TrustsDevices: true})
	if v := Invite(q); v.Outcome != Can {
		t.Errorf("outcome %s: %+v", v.Outcome, v.Blocking())
	}
}

func TestInvite_AChangeNotYetSettledIsSaid(t *testing.T) {
	t.Parallel()
	q := openQuestion(t)
	q.ChangedAt = map[string]time.Time{KeyDomains: now.Add(-12 * time.Minute)}
	v := Invite(q)
	f, ok := find(v, CodeRecentlyChanged)
	if !ok || v.Outcome != Can || f.Args["until"] != "2026-11-22T10:29:00Z" || f.Layer != LayerDomains {
		t.Fatalf("%s %+v", v.Outcome, f)
	}
	if !slices.Contains(v.Unseen, UnseenSharepointCopy) {
		t.Error("SharePoint's copy of the list is not named")
	}
	q.ChangedAt = map[string]time.Time{KeyDomains: now.Add(-2 * time.Hour)}
	if _, ok := find(Invite(q), CodeRecentlyChanged); ok {
		t.Error("a settled change is still told")
	}
}

func TestInvite_AllStopsAreReportedAndTheFirstDecides(t *testing.T) {
	t.Parallel()
	q := openQuestion(t)
	q.Snapshot.Authorization.Value.AllowInvitesFrom = invitesNone
	q.Snapshot.Groups.Value.AllowToAddGuests = false
	q.Snapshot.SharePoint.Value.Sharing = SharingOff
	v := Invite(q)
	if n := len(v.Blocking()); n != 3 {
		t.Errorf("%d stops reported, want 3", n)
	}
	if decisive(t, v).Layer != LayerInvite {
		t.Errorf("decided by layer %d", decisive(t, v).Layer)
	}
}

func TestInvite_ByHandIsNamedWhereOnlyTheBotCan(t *testing.T) {
	t.Parallel()
	q := openQuestion(t)
	q.Snapshot.SharePoint.Value.Sharing = SharingExisting
	v := Invite(q)
	if v.ByHand == nil || v.ByHand.Code != CodeOrgExistingOnly || v.ByHand.Status != Blocks {
		t.Fatalf("by hand: %+v", v.ByHand)
	}
	asAccepted(&q)
	if v := Invite(q); v.Outcome != Can || v.ByHand != nil {
		t.Errorf("a guest in the directory: %s", v.Outcome)
	}
}

func TestInvite_CommandsHoldPlainWordsOnly(t *testing.T) {
	t.Parallel()
	q := openQuestion(t)
	q.Site.Sharing = read(SiteSharing{Effective: SharingOff, Defined: SharingOff})
	f, _ := find(Invite(q), CodeSiteSharingOff)
	if want := "Set-SPOSite -Identity https://noordzee.sharepoint.com/sites/linden -SharingCapability ExternalUserSharingOnly"; f.Fix.Command != want {
		t.Errorf("command %q, want %q", f.Fix.Command, want)
	}
	q.Site.Group.Value.WebURL = "https://x; rm -rf ~"
	if f, _ := find(Invite(q), CodeSiteSharingOff); f.Fix.Command != "" {
		t.Errorf("a command was made of a hostile address: %q", f.Fix.Command)
	}
}
