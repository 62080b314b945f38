package graph_test

import (
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

func newSite(tn *tenant, alias string) bot.NewSite {
	return bot.NewSite{
		UniqueName: "guestsite-" + alias, Name: "Fabrikam collaboration", Alias: alias, Description: "Working with Fabrikam",
		OwnerIDs: []string{tn.demo.Mehmet.ID, tn.demo.Priya.ID}, MemberIDs: []string{tn.demo.Sanne.ID},
	}
}

func TestCreateGroup_MakesAPrivateGroupWithOwnersAndMembersOnce(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	s := newSite(tn, "fabrikam-collab")
	g := must[bot.GroupState](t)(tn.CreateGroup(t.Context(), s))
	if g.GroupID == "" || g.Alias != s.Alias || g.Name != s.Name || g.Public || g.CreatedAt.IsZero() || g.Mail == "" {
		t.Errorf("got %+v", g)
	}
	fake, _ := tn.Server.Group(s.UniqueName)
	if len(fake.OwnerIDs) != 2 || len(fake.MemberIDs) != 3 || fake.Visibility != "Private" || !fake.Unified() {
		t.Errorf("made %+v", fake)
	}
	again := must[bot.GroupState](t)(tn.CreateGroup(t.Context(), s))
	if again.GroupID != g.GroupID || tn.Writes()["group.create"] != 1 || tn.Count("POST", anyPath("/groups$")) != 1 {
		t.Errorf("the second call made another group: %+v, %v", again, tn.Writes())
	}
	for name, read := range map[string]func() (bot.GroupState, error){
		"by name": func() (bot.GroupState, error) { return tn.FindGroup(t.Context(), s.UniqueName) },
		"by id":   func() (bot.GroupState, error) { return tn.Client.Group(t.Context(), g.GroupID) },
	} {
		if got := must[bot.GroupState](t)(read()); got != again {
			t.Errorf("%s: %+v, want %+v", name, got, again)
		}
	}
	_, err := tn.FindGroup(t.Context(), "guestsite-unknown")
	wantError(t, err, bot.NotFound, "")
}

func TestCreateGroup_BindsNoMoreThanTwenty(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	s := newSite(tn, "many")
	for range 30 {
		s.MemberIDs = append(s.MemberIDs, tn.AddUser(graphfake.User{DisplayName: "m"}).ID)
	}
	g := must[bot.GroupState](t)(tn.CreateGroup(t.Context(), s))
	fake, _ := tn.Server.Group(s.UniqueName)
	if n := len(fake.OwnerIDs) + len(fake.MemberIDs); n != 20 || len(fake.OwnerIDs) != 2 {
		t.Errorf("%d relationships bound, of them %d owners", n, len(fake.OwnerIDs))
	}
	if err := tn.AddMembers(t.Context(), g.GroupID, s.MemberIDs); err != nil {
		t.Fatal(err)
	}
	if fake, _ = tn.Server.Group(s.UniqueName); len(fake.MemberIDs) != 33 {
		t.Errorf("%d members in the end, want 33", len(fake.MemberIDs))
	}
}

func TestCreateGroup_LostAnswerMakesOneGroup(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphfake.Fault{
		"reset after the effect": {Reset: true, Applied: true},
		"504 after the effect":   {Status: 504, Applied: true},
		"504 without the effect": {Status: 504},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tn := start(t, setup{delays: graphfake.Delays{Group: 3}})
			s := newSite(tn, "lost")
			fault.Method, fault.Path = "POST", "/groups$"
			tn.inject(t, fault)
			tries := 0
			for ; tries < 10; tries++ {
				_, err := tn.CreateGroup(t.Context(), s)
				if err == nil {
					break
				}
				if !bot.Retryable(err) {
					t.Fatalf("try %d: %v cannot be tried again", tries, err)
				}
				if e := new(bot.Error); tries == 0 && (!asError(err, &e) || !e.Unclear) {
					t.Fatalf("the first try is not unclear: %v", err)
				}
			}
			if tries == 0 || tn.Writes()["group.create"] != 1 {
				t.Errorf("after %d tries: %v", tries, tn.Writes())
			}
		})
	}
}

func TestCreateGroup_AliasOfAnotherIsNeverTaken(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	s := newSite(tn, "taken")
	tn.AddGroup(graphfake.Group{DisplayName: "Other", MailNickname: "taken"})
	_, err := tn.CreateGroup(t.Context(), s)
	wantError(t, err, bot.Conflict, bot.ReasonAliasTaken)
	deleted := tn.AddGroup(graphfake.Group{DisplayName: "Gone", MailNickname: "gone"})
	tn.DeleteGroup(deleted.ID)
	s.Alias = "gone"
	_, err = tn.CreateGroup(t.Context(), s)
	wantError(t, err, bot.Conflict, bot.ReasonAliasTaken)
	if tn.Writes()["group.create"] != 0 {
		t.Errorf("writes %v", tn.Writes())
	}
}

func TestCreateGroup_AliasHeldByNobodySeenIsUnclear(t *testing.T) {
	t.Parallel()
	for _, message := range []string{
		"Another object with the same value for property mailNickname already exists.",
		"Another object with the same value for property uniqueName already exists.",
	} {
		tn := start(t, setup{})
		tn.inject(t, graphfake.Fault{Method: "POST", Path: "/groups$", Status: 400, Message: message})
		_, err := tn.CreateGroup(t.Context(), newSite(tn, "unseen"))
		wantError(t, err, bot.Unavailable, "")
		if e := new(bot.Error); !asError(err, &e) || !e.Unclear {
			t.Errorf("%s: not unclear: %v", message, err)
		}
	}
}

func TestCreateGroup_Refusals(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	if err := tn.Set(graphfake.SwitchNamingPolicy, true); err != nil {
		t.Fatal(err)
	}
	tn.SetNamingEnforced(true)
	_, err := tn.CreateGroup(t.Context(), newSite(tn, "naming"))
	wantError(t, err, bot.Invalid, bot.ReasonNaming)

	bad := newSite(tn, "no-owner")
	bad.OwnerIDs = nil
	_, err = tn.CreateGroup(t.Context(), bad)
	wantError(t, err, bot.Invalid, "")

	tn.inject(t, graphfake.Fault{
		Method: "POST", Path: "/groups$", Status: 403, Code: "Directory_QuotaExceeded",
		Message: "The directory object quota limit for the Tenant has been exceeded.",
	})
	_, err = tn.CreateGroup(t.Context(), newSite(tn, "quota"))
	wantError(t, err, bot.Forbidden, bot.ReasonQuota)

	tn = start(t, setup{roles: without("Group.Create", "Group.ReadWrite.All")})
	_, err = tn.CreateGroup(t.Context(), newSite(tn, "no-right"))
	wantError(t, err, bot.Forbidden, bot.ReasonPermission)
}

func TestSiteURL_IsNotFoundUntilTheSiteIsThere(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{delays: graphfake.Delays{Site: 2}})
	g := must[bot.GroupState](t)(tn.CreateGroup(t.Context(), newSite(tn, "slow")))
	for range 2 {
		_, err := tn.SiteURL(t.Context(), g.GroupID)
		wantError(t, err, bot.NotFound, "")
	}
	if url := must[string](t)(tn.SiteURL(t.Context(), g.GroupID)); url != tn.SharePointURL()+"/sites/slow" {
		t.Errorf("got %s", url)
	}
}

func TestSetVisibility_IsReadBack(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	for _, public := range []bool{true, false} {
		if err := tn.SetVisibility(t.Context(), tn.demo.Linden.ID, public); err != nil {
			t.Fatal(err)
		}
		if g := must[bot.GroupState](t)(tn.Client.Group(t.Context(), tn.demo.Linden.ID)); g.Public != public {
			t.Errorf("got %+v, want public %v", g, public)
		}
	}
}

func TestAliasFree(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	tn := start(t, setup{fake: func(o *graphfake.Options) { o.Now = func() time.Time { return now } }})
	check := func(alias, name string) bot.AliasState {
		t.Helper()
		return must[bot.AliasState](t)(tn.AliasFree(t.Context(), alias, name, tn.demo.Sanne.ID))
	}
	if s := check("quite-new", "Quite new"); s != (bot.AliasState{Free: true}) {
		t.Errorf("a new alias: %+v", s)
	}
	if s := check(tn.demo.Linden.MailNickname, "Linden"); s != (bot.AliasState{}) {
		t.Errorf("a taken alias: %+v", s)
	}
	gone := tn.AddGroup(graphfake.Group{DisplayName: "Gone", MailNickname: "gone"})
	tn.DeleteGroup(gone.ID)
	if s := check("gone", "Gone"); s.Free || !s.HeldUntil.Equal(now.Add(30*24*time.Hour)) {
		t.Errorf("a deleted group's alias: %+v", s)
	}
	tn.SetGroupSetting("CustomBlockedWordsList", "payroll,boss")
	if s := check("payroll", "payroll"); s.Free || s.BlockedWord != "payroll" || s.Refused == "" {
		t.Errorf("a blocked word: %+v", s)
	}
	if err := tn.Set(graphfake.SwitchNamingPolicy, true); err != nil {
		t.Fatal(err)
	}
	if s := check("plain", "Plain"); s.Free || s.Refused == "" {
		t.Errorf("a name against the policy: %+v", s)
	}
	_, err := start(t, setup{roles: without("Group.Read.All", "Group.ReadWrite.All")}).AliasFree(t.Context(), "x", "X", tn.demo.Sanne.ID)
	wantError(t, err, bot.Forbidden, bot.ReasonPermission)
}

func TestAccess_LeavesOutOnPurposeWhatWasNotGiven(t *testing.T) {
	t.Parallel()
	calls := func(tn *tenant) map[string]func() error {
		id, who := tn.demo.Linden.ID, tn.demo.Sanne.ID
		return map[string]func() error{
			"create":  func() error { _, err := tn.CreateGroup(t.Context(), newSite(tn, "x")); return err },
			"members": func() error { return tn.AddMembers(t.Context(), id, []string{who}) },
			"remove":  func() error { return tn.RemoveMember(t.Context(), id, who) },
			"invite": func() error {
				_, err := tn.Invite(t.Context(), address(t, "anna@fabrikam.com"), "https://x.example")
				return err
			},
			"link": func() error {
				_, err := tn.RedeemLink(t.Context(), address(t, "jan@contoso.nl"), tn.demo.Jan.ID, "https://x.example")
				return err
			},
			"visibility": func() error { return tn.SetVisibility(t.Context(), id, false) },
			"owners":     func() error { return tn.AddOwners(t.Context(), id, []string{who}) },
			"sharing":    func() error { _, err := tn.Sharing(t.Context(), id); return err },
		}
	}
	for access, allowed := range map[graph.Access][]string{
		graph.Diagnose: {},
		graph.Standard: {"create", "members", "remove", "invite", "link"},
		graph.Full:     {"create", "members", "remove", "invite", "link", "visibility", "owners", "sharing"},
	} {
		tn := start(t, setup{client: func(o *graph.Options) { o.Access = access }})
		ok := map[string]bool{}
		for _, name := range allowed {
			ok[name] = true
		}
		for name, call := range calls(tn) {
			err := call()
			if ok[name] && err != nil {
				t.Errorf("%s: %s: %v", access, name, err)
			}
			if !ok[name] && bot.ReasonOf(err) != bot.ReasonNotGiven {
				t.Errorf("%s: %s: %v, want not_given", access, name, err)
			}
		}
	}
}
