package graph_test

import (
	"errors"
	"testing"

	"guestsite/bot"
	"guestsite/graph/graphfake"
)

func asError(err error, to **bot.Error) bool { return errors.As(err, to) }

func people(tn *tenant, n int) []string {
	var ids []string
	for range n {
		ids = append(ids, tn.AddUser(graphfake.User{DisplayName: "p"}).ID)
	}
	return ids
}

func TestAddMembers_TwentyACall(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	ids := people(tn, 45)
	if err := tn.AddMembers(t.Context(), tn.demo.Linden.ID, ids); err != nil {
		t.Fatal(err)
	}
	if n := tn.Count("PATCH", anyPath("/groups/")); n != 3 {
		t.Errorf("%d calls for 45 people", n)
	}
	for _, id := range []string{ids[0], ids[44]} {
		if !must[bool](t)(tn.IsMember(t.Context(), tn.demo.Linden.ID, id)) {
			t.Errorf("%s is no member", id)
		}
	}
}

func TestAddMembers_OneBadDoesNotSinkTheRest(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	ids := people(tn, 3)
	all := append([]string{tn.demo.Mehmet.ID, "11111111-2222-4333-8444-555555555555"}, ids...) // one is in already, one does not exist
	err := tn.AddMembers(t.Context(), tn.demo.Linden.ID, all)
	wantError(t, err, bot.NotFound, "")
	for _, id := range ids {
		if !must[bool](t)(tn.IsMember(t.Context(), tn.demo.Linden.ID, id)) {
			t.Errorf("%s was not added", id)
		}
	}
	if err := tn.AddMembers(t.Context(), tn.demo.Linden.ID, ids); err != nil {
		t.Errorf("adding those who are in: %v", err)
	}
}

func TestAddMembers_Refusals(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	guest := []string{tn.AddUser(graphfake.User{DisplayName: "g", Mail: "g@fabrikam.com", UserType: graphfake.Guest}).ID}
	who := people(tn, 1)
	dynamic := tn.AddGroup(graphfake.Group{DisplayName: "d", MailNickname: "d", GroupTypes: []string{"Unified", "DynamicMembership"}, MailEnabled: true, MembershipRule: "user.department -eq \"x\""})
	synced := tn.AddGroup(graphfake.Group{DisplayName: "s", MailNickname: "s", OnPremisesSync: true})
	wantError(t, tn.AddMembers(t.Context(), dynamic.ID, who), bot.Forbidden, bot.ReasonMembership)
	wantError(t, tn.AddMembers(t.Context(), synced.ID, who), bot.Forbidden, bot.ReasonMembership)
	if err := tn.Set(graphfake.SwitchGroupGuestsOff, true); err != nil {
		t.Fatal(err)
	}
	wantError(t, tn.AddMembers(t.Context(), tn.demo.Linden.ID, guest), bot.Forbidden, bot.ReasonGuestsOff)
	wantError(t, tn.AddMembers(t.Context(), "11111111-2222-4333-8444-555555555555", who), bot.NotFound, "")

	tn = start(t, setup{roles: without("GroupMember.ReadWrite.All", "Group.ReadWrite.All")})
	wantError(t, tn.AddMembers(t.Context(), tn.demo.Linden.ID, people(tn, 1)), bot.Forbidden, bot.ReasonPermission)
}

func TestAddMembers_NewGroupIsRetryableNotUnclear(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{delays: graphfake.Delays{Members: 1}})
	g := must[bot.GroupState](t)(tn.CreateGroup(t.Context(), newSite(tn, "fresh")))
	who := people(tn, 1)
	err := tn.AddMembers(t.Context(), g.GroupID, who)
	wantError(t, err, bot.Unavailable, "")
	if e := new(bot.Error); !asError(err, &e) || e.Unclear {
		t.Errorf("a refusal is unclear: %v", err)
	}
	if err := tn.AddMembers(t.Context(), g.GroupID, who); err != nil {
		t.Fatal(err)
	}
}

func TestAddMembers_ThrottledAtOnceStops(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	retry := 12
	tn.inject(t, graphfake.Fault{Method: "PATCH", Path: "/groups/", Status: 429, RetryAfter: &retry, Times: -1})
	err := tn.AddMembers(t.Context(), tn.demo.Linden.ID, people(tn, 45))
	wantError(t, err, bot.Throttled, "")
	if e := new(bot.Error); !asError(err, &e) || e.After.Seconds() != 12 || e.Unclear {
		t.Errorf("got %+v", e)
	}
	if n := tn.Count("", anyPath("/groups/")); n != 1 {
		t.Errorf("%d calls after being told to wait", n)
	}
}

func TestOwners_AreAddedAsMembersToo(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	who := people(tn, 2)
	for range 2 { // the second time they are there
		if err := tn.AddOwners(t.Context(), tn.demo.Linden.ID, who); err != nil {
			t.Fatal(err)
		}
	}
	owners := map[string]bool{}
	for _, p := range must[[]bot.Person](t)(tn.Owners(t.Context(), tn.demo.Linden.ID)) {
		owners[p.ID] = p.Enabled
	}
	for _, id := range who {
		if !owners[id] || !must[bool](t)(tn.IsMember(t.Context(), tn.demo.Linden.ID, id)) {
			t.Errorf("%s is no owner and member", id)
		}
	}
	_, err := tn.Owners(t.Context(), "11111111-2222-4333-8444-555555555555")
	wantError(t, err, bot.NotFound, "")
}

func TestRemoveMember_KeepsTheAccount(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	id := people(tn, 1)[0]
	if err := tn.AddMembers(t.Context(), tn.demo.Linden.ID, []string{id}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // absent is success
		if err := tn.RemoveMember(t.Context(), tn.demo.Linden.ID, id); err != nil {
			t.Fatal(err)
		}
	}
	if must[bool](t)(tn.IsMember(t.Context(), tn.demo.Linden.ID, id)) {
		t.Error("still a member")
	}
	if _, ok := tn.User(id); !ok {
		t.Error("the account is gone")
	}
	if n := tn.Count("DELETE", anyPath(`/members/[^/]+$`)); n != 0 {
		t.Error("the call went without /$ref")
	}
	wantError(t, tn.RemoveMember(t.Context(), tn.demo.Linden.ID, ""), bot.Invalid, "")
}

func TestIsMember_OfNobodyIsNotFound(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	_, err := tn.IsMember(t.Context(), tn.demo.Linden.ID, "11111111-2222-4333-8444-555555555555")
	wantError(t, err, bot.NotFound, "")
}
