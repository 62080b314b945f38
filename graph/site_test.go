package graph_test

import (
	"slices"
	"testing"

	"guestsite/bot"
	"guestsite/bot/readiness"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

func TestSite_ReadsGroupOwnersMembersAndLevel(t *testing.T) {
	t.Parallel()
	const label = "c1c1c1c1-0000-4000-8000-000000000001"
	tn := start(t, setup{client: func(o *graph.Options) {
		o.Labels = map[string]readiness.Label{label: {Name: "Confidential", GuestsAllowed: true, Sharing: readiness.SharingExisting}}
	}})
	linden := tn.demo.Linden.ID
	s := must[readiness.Site](t)(tn.Site(t.Context(), linden, tn.demo.Mehmet.ID, tn.demo.Joost.ID, "", "11111111-2222-4333-8444-555555555555"))
	g := s.Group.Value
	if !s.Group.OK() || g.ID != linden || g.DisplayName != "Project Linden" || !g.Unified || g.Dynamic || g.Synced || g.RoleAssignable ||
		g.Deleted || g.AllowToAddGuests != nil || g.Visibility != "Private" || g.WebURL == "" {
		t.Errorf("group %+v", s.Group)
	}
	if !s.Owners.OK() || !slices.ContainsFunc(s.Owners.Value, func(u readiness.User) bool { return u.ID == tn.demo.Mehmet.ID && u.Enabled }) {
		t.Errorf("owners %+v", s.Owners)
	}
	if !slices.Equal(s.MemberIDs, []string{tn.demo.Mehmet.ID}) {
		t.Errorf("members %v", s.MemberIDs)
	}
	if x := s.Sharing; !x.OK() || x.Value.Effective != readiness.SharingGuests || x.Value.Locked || x.Value.Archived || x.Value.Domains.Mode != readiness.AnyDomain {
		t.Errorf("sharing %+v", x)
	}
	if s.Label != nil {
		t.Errorf("a label that nobody declared: %+v", s.Label)
	}
	tn.ChangeGroup(linden, func(g *graphfake.Group) { g.LabelID, g.LabelName = label, "Confidential" })
	tn.ChangeSite(linden, func(x *graphfake.Site) { x.LockState = "NoAccess" })
	if err := tn.Set(graphfake.SwitchGroupGuestsOff, true); err != nil {
		t.Fatal(err)
	}
	s = must[readiness.Site](t)(tn.Site(t.Context(), linden))
	if a := s.Group.Value.AllowToAddGuests; a == nil || *a || s.Group.Value.LabelName != "Confidential" || s.Label == nil || !s.Label.GuestsAllowed || !s.Sharing.Value.Locked {
		t.Errorf("after the changes: %+v, label %+v", s.Group, s.Label)
	}
	_, err := tn.Site(t.Context(), "11111111-2222-4333-8444-555555555555")
	wantError(t, err, bot.NotFound, "")
}

func TestSite_UnreadPartsSayWhy(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{client: func(o *graph.Options) { o.Access = graph.Standard }})
	s := must[readiness.Site](t)(tn.Site(t.Context(), tn.demo.Linden.ID))
	if m := s.Sharing.Missing; m == nil || m.Reason != readiness.NotAsked || m.Permission != "Sites.FullControl.All" {
		t.Errorf("without the right to read it: %+v", s.Sharing)
	}
	tn = start(t, setup{client: func(o *graph.Options) { o.Auth = graph.Auth{ClientSecret: "not-so-secret"} }})
	s = must[readiness.Site](t)(tn.Site(t.Context(), tn.demo.Linden.ID))
	if m := s.Sharing.Missing; m == nil || m.Reason != readiness.NotAsked {
		t.Errorf("with a client secret: %+v", s.Sharing)
	}
	tn = start(t, setup{fake: func(o *graphfake.Options) { o.Apps[0].SharePointRoles = nil }})
	s = must[readiness.Site](t)(tn.Site(t.Context(), tn.demo.Linden.ID))
	if m := s.Sharing.Missing; m == nil || m.Reason != readiness.NoPermission || m.Permission != "Sites.FullControl.All" {
		t.Errorf("without SharePoint's permission: %+v, %+v", s.Sharing, m)
	}
	tn = start(t, setup{roles: without("Group.Read.All", "Group.ReadWrite.All")})
	s = must[readiness.Site](t)(tn.Site(t.Context(), tn.demo.Linden.ID))
	if m := s.Group.Missing; m == nil || m.Reason != readiness.NoPermission || m.Permission != "Group.Read.All" {
		t.Errorf("without the group's settings: %+v", s.Group)
	}
	tn.inject(t, graphfake.Fault{Path: "/owners", Status: 503})
	tn.inject(t, graphfake.Fault{Host: graphfake.HostAdmin, Status: 503})
	s = must[readiness.Site](t)(tn.Site(t.Context(), tn.demo.Linden.ID))
	if s.Owners.Missing == nil || s.Owners.Missing.Reason != readiness.Unavailable || s.Sharing.Missing == nil || s.Sharing.Missing.Reason != readiness.Unavailable {
		t.Errorf("out of order: %+v, %+v", s.Owners, s.Sharing)
	}
}

func TestSharing_IsSetAndReadBack(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{delays: graphfake.Delays{Sharing: 1}})
	linden := tn.demo.Linden.ID
	if err := tn.Set(graphfake.SwitchSiteOff, true); err != nil {
		t.Fatal(err)
	}
	x := must[readiness.SiteSharing](t)(tn.Sharing(t.Context(), linden))
	if x.Effective != readiness.SharingOff || x.Defined != readiness.SharingOff {
		t.Fatalf("at first %+v", x)
	}
	if err := tn.SetSharing(t.Context(), linden, readiness.SharingExisting); err != nil {
		t.Fatal(err)
	}
	seen := readiness.SiteSharing{}
	for range 3 {
		seen = must[readiness.SiteSharing](t)(tn.Sharing(t.Context(), linden))
	}
	if seen.Effective != readiness.SharingExisting || seen.Defined != readiness.SharingExisting {
		t.Errorf("read back %+v", seen)
	}
	if err := tn.SetSharing(t.Context(), linden, readiness.SharingExisting); err != nil {
		t.Fatal(err)
	}
	if n := tn.Count("PATCH", anyPath("SPO.Tenant")); n != 1 {
		t.Errorf("%d writes; the second wanted nothing", n)
	}
	if err := tn.SetPolicy(graphfake.PolicySharePoint, map[string]any{"sharingCapability": string(readiness.SharingAnyone)}); err != nil {
		t.Fatal(err)
	}
	for _, level := range []readiness.SharingLevel{readiness.SharingAnyone, readiness.SharingGuests, readiness.SharingOff} {
		if err := tn.SetSharing(t.Context(), linden, level); err != nil {
			t.Errorf("%s: %v", level, err)
		}
		for range 3 {
			seen = must[readiness.SiteSharing](t)(tn.Sharing(t.Context(), linden))
		}
		if seen.Effective != level {
			t.Errorf("%s: read back %+v", level, seen)
		}
	}
}

func TestSetSharing_NeverAboveTheCompany(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	linden := tn.demo.Linden.ID
	if err := tn.Set(graphfake.SwitchSPOExisting, true); err != nil {
		t.Fatal(err)
	}
	wantError(t, tn.SetSharing(t.Context(), linden, readiness.SharingGuests), bot.Forbidden, bot.ReasonCapped)
	wantError(t, tn.SetSharing(t.Context(), linden, "wide open"), bot.Invalid, "")
	tn.inject(t, graphfake.Fault{Path: "/admin/sharepoint/settings", Status: 403, Code: "accessDenied"})
	wantError(t, tn.SetSharing(t.Context(), linden, readiness.SharingGuests), bot.Forbidden, bot.ReasonPermission)
	if n := tn.Count("PATCH", anyPath("SPO.Tenant")); n != 0 {
		t.Errorf("%d writes", n)
	}
}

func TestSharing_ErrorsOfSharePoint(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	linden, retry := tn.demo.Linden.ID, 9
	for _, c := range []struct {
		fault   graphfake.Fault
		code    bot.Code
		reason  string
		unclear bool
	}{
		{graphfake.Fault{Status: 429, RetryAfter: &retry}, bot.Throttled, "", false},
		{graphfake.Fault{Status: 503, RetryAfter: &retry}, bot.Throttled, "", false},
		{graphfake.Fault{Status: 503}, bot.Unavailable, "", true},
		{graphfake.Fault{Status: 401}, bot.Forbidden, bot.ReasonCredentials, false},
		{graphfake.Fault{Status: 403}, bot.Forbidden, bot.ReasonPermission, false},
		{graphfake.Fault{Status: 404}, bot.NotFound, "", false},
		{graphfake.Fault{Status: 423}, bot.Conflict, "", false},
		{graphfake.Fault{Status: 400}, bot.Invalid, "", false},
		{graphfake.Fault{Reset: true}, bot.Unavailable, "", true},
	} {
		c.fault.Host, c.fault.Method = graphfake.HostAdmin, "PATCH"
		tn.inject(t, c.fault)
		tn.ClearWire()
		err := tn.SetSharing(t.Context(), linden, readiness.SharingOff)
		e := new(bot.Error)
		if bot.CodeOf(err) != c.code || bot.ReasonOf(err) != c.reason || !asError(err, &e) || e.Unclear != c.unclear {
			t.Errorf("%+v: got %v, unclear %v", c.fault, err, e.Unclear)
		}
		if c.code == bot.Throttled && e.After.Seconds() != 9 {
			t.Errorf("%+v: after %s", c.fault, e.After)
		}
		if n := tn.Count("PATCH", anyPath("SPO.Tenant")); n != 1 {
			t.Errorf("%+v: sent %d times", c.fault, n)
		}
	}
	tn.HoldSite(linden, -1)
	_, err := tn.Sharing(t.Context(), linden)
	wantError(t, err, bot.NotFound, "")
}

func TestSharing_TakesARegistrationOfItsOwn(t *testing.T) {
	t.Parallel()
	const other = "77777777-7777-4777-8777-777777777777"
	tn := start(t, setup{
		fake: func(o *graphfake.Options) {
			o.Apps[0].SharePointRoles = nil
			o.Apps = append(o.Apps, graphfake.App{ClientID: other, Certificates: o.Apps[0].Certificates, SharePointRoles: []string{"Sites.FullControl.All"}})
		},
		client: func(o *graph.Options) {
			o.SharePointAdmin = &graph.Registration{ClientID: other, Auth: o.Auth}
			o.Auth = graph.Auth{ClientSecret: "not-so-secret"}
		},
	})
	x := must[readiness.SiteSharing](t)(tn.Sharing(t.Context(), tn.demo.Linden.ID))
	if x.Effective != readiness.SharingGuests {
		t.Errorf("got %+v", x)
	}
}

func TestFindSites_ByNameAliasAndAddress(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	renamed := tn.AddGroup(graphfake.Group{DisplayName: "Renamed", MailNickname: "first-name"})
	tn.ChangeGroup(renamed.ID, func(g *graphfake.Group) { g.MailNickname = "second-name" })
	tn.AddGroup(graphfake.Group{DisplayName: "Project security", MailNickname: "prosec", SecurityEnabled: true})
	tn.AddSite(graphfake.Site{Title: "No group", Path: "/sites/alone"})
	linden, _ := tn.GroupSite(tn.demo.Linden.ID)
	for text, want := range map[string]string{
		"project lin":                             tn.demo.Linden.ID,
		tn.demo.Linden.MailNickname:               tn.demo.Linden.ID,
		tn.demo.Linden.ID:                         tn.demo.Linden.ID,
		"00000000-0000-0000-0000-000000000009":    "",
		linden.URL:                                tn.demo.Linden.ID,
		linden.URL + "/Shared Documents":          tn.demo.Linden.ID,
		tn.SharePointURL() + "/sites/first-name":  renamed.ID, // its alias is another now
		tn.SharePointURL() + "/sites/second-name": "",
		tn.SharePointURL() + "/sites/alone":       "",
		tn.SharePointURL():                        "",
		"https://elsewhere.example/sites/x":       "",
		"project sec":                             "",
	} {
		got := must[[]bot.SiteRef](t)(tn.FindSites(t.Context(), text, 5))
		switch {
		case want == "" && len(got) != 0:
			t.Errorf("%s: got %+v", text, got)
		case want != "" && (len(got) != 1 || got[0].GroupID != want || got[0].Name == ""):
			t.Errorf("%s: got %+v, want %s", text, got, want)
		}
	}
}

func TestSitesOf_OwnersAndMembersOnce(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	p := people(tn, 1)[0]
	both := tn.AddGroup(graphfake.Group{DisplayName: "both", MailNickname: "both", OwnerIDs: []string{p}, MemberIDs: []string{p}})
	owned := tn.AddGroup(graphfake.Group{DisplayName: "owned", MailNickname: "owned", OwnerIDs: []string{p}})
	member := tn.AddGroup(graphfake.Group{DisplayName: "member", MailNickname: "member", MemberIDs: []string{p}})
	tn.AddGroup(graphfake.Group{DisplayName: "security", MailNickname: "security", SecurityEnabled: true, MemberIDs: []string{p}})
	var ids []string
	for _, s := range must[[]bot.SiteRef](t)(tn.SitesOf(t.Context(), p, 10)) {
		ids = append(ids, s.GroupID)
	}
	slices.Sort(ids)
	want := []string{both.ID, owned.ID, member.ID}
	slices.Sort(want)
	if !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
	if got := must[[]bot.SiteRef](t)(tn.SitesOf(t.Context(), p, 2)); len(got) != 2 {
		t.Errorf("limit 2 gave %d", len(got))
	}
	_, err := tn.SitesOf(t.Context(), "11111111-2222-4333-8444-555555555555", 5)
	wantError(t, err, bot.NotFound, "")
}
