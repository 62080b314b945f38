package graph_test

import (
	"testing"

	"guestsite/bot"
	"guestsite/bot/readiness"
	"guestsite/graph/graphfake"
)

func TestActor_RolesAreFoundDirectlyAndThroughGroups(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	someone := func(name string) string {
		return tn.AddUser(graphfake.User{DisplayName: name, Mail: name + "@noordzee.nl"}).ID
	}
	plain, inviter, byGroup, nested := someone("plain"), someone("inviter"), someone("bygroup"), someone("nested")
	exchange, creator, sharer := someone("exchange"), someone("creator"), someone("sharer")
	inner := tn.AddGroup(graphfake.Group{DisplayName: "inner", MailNickname: "inner", SecurityEnabled: true, MemberIDs: []string{nested}})
	plainGroup := tn.AddGroup(graphfake.Group{DisplayName: "plain", MailNickname: "plaingroup", SecurityEnabled: true, MemberIDs: []string{plain}})
	holders := tn.AddGroup(graphfake.Group{DisplayName: "holders", MailNickname: "holders", SecurityEnabled: true, AssignableToRole: true, MemberIDs: []string{byGroup}})
	creators := tn.AddGroup(graphfake.Group{DisplayName: "creators", MailNickname: "creators", SecurityEnabled: true, MemberIDs: []string{creator, inner.ID}})
	tn.Assign(inviter, graphfake.RoleGuestInviter)
	tn.Assign(holders.ID, graphfake.RoleGuestInviter)
	tn.Assign(plainGroup.ID, graphfake.RoleUserAdministrator) // no role-assignable group, so the vendor would not have it
	tn.Assign(exchange, graphfake.RoleExchangeAdministrator)
	tn.Assign(sharer, graphfake.RoleSharePointAdministrator)
	tn.SetGroupSetting("EnableGroupCreation", "False")
	tn.SetGroupSetting("GroupCreationAllowedGroupId", creators.ID)

	for _, c := range []struct {
		id               string
		inviter, creator bool
	}{
		{plain, false, false},
		{inviter, true, false},
		{byGroup, true, false},
		{nested, false, true},
		{exchange, false, true},
		{creator, false, true},
		{sharer, false, true},
		{tn.demo.Joost.ID, true, true}, // Global Administrator
	} {
		a := must[readiness.Actor](t)(tn.Actor(t.Context(), c.id, ""))
		if !a.Inviter.OK() || a.Inviter.Value != c.inviter || !a.Creator.OK() || a.Creator.Value != c.creator {
			t.Errorf("%s: inviter %+v, creator %+v, want %v, %v", a.DisplayName, a.Inviter, a.Creator, c.inviter, c.creator)
		}
		if admin := c.id == sharer || c.id == tn.demo.Joost.ID; !a.SharePointAdmin.OK() || a.SharePointAdmin.Value != admin {
			t.Errorf("%s: SharePoint administrator %+v, want %v", a.DisplayName, a.SharePointAdmin, admin)
		}
		if a.ID != c.id || !a.Enabled || a.Guest || a.Owner || a.Member {
			t.Errorf("%+v", a)
		}
	}
	tn.Unassign(inviter, graphfake.RoleGuestInviter)
	if a := must[readiness.Actor](t)(tn.Actor(t.Context(), inviter, "")); a.Inviter.Value {
		t.Error("a role that was taken away still counts")
	}
}

func TestActor_OwnerAndMemberAreReadNow(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	linden := tn.demo.Linden.ID
	check := func(id string, owner, member bool) {
		t.Helper()
		a := must[readiness.Actor](t)(tn.Actor(t.Context(), id, linden))
		if a.Owner != owner || a.Member != member {
			t.Errorf("%s: owner %v, member %v, want %v, %v", a.DisplayName, a.Owner, a.Member, owner, member)
		}
	}
	check(tn.demo.Mehmet.ID, true, true)
	check(tn.demo.Joost.ID, false, false)
	tn.ChangeGroup(linden, func(g *graphfake.Group) { g.OwnerIDs, g.MemberIDs = []string{tn.demo.Joost.ID}, nil })
	check(tn.demo.Mehmet.ID, false, false)
	check(tn.demo.Joost.ID, true, false)

	tn.ChangeUser(tn.demo.Mehmet.ID, func(u *graphfake.User) { u.Disabled = true })
	if a := must[readiness.Actor](t)(tn.Actor(t.Context(), tn.demo.Mehmet.ID, "")); a.Enabled {
		t.Error("a disabled account reads as enabled")
	}
	if a := must[readiness.Actor](t)(tn.Actor(t.Context(), tn.demo.Jan.ID, "")); !a.Guest {
		t.Error("a guest reads as a member")
	}
	_, err := tn.Actor(t.Context(), "11111111-2222-4333-8444-555555555555", "")
	wantError(t, err, bot.NotFound, "")
	_, err = tn.Actor(t.Context(), tn.demo.Mehmet.ID, "11111111-2222-4333-8444-555555555555")
	wantError(t, err, bot.NotFound, "")
}

func TestActor_UnreadRolesAreNoRoles(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{roles: without("RoleManagement.Read.Directory")})
	a := must[readiness.Actor](t)(tn.Actor(t.Context(), tn.demo.Joost.ID, ""))
	for name, s := range map[string]readiness.Setting[bool]{"inviter": a.Inviter, "creator": a.Creator, "SharePoint": a.SharePointAdmin} {
		if s.OK() || s.Value || s.Missing.Reason != readiness.NoPermission || s.Missing.Permission != "RoleManagement.Read.Directory" {
			t.Errorf("%s: %+v", name, s)
		}
	}
	tn = start(t, setup{roles: without("Group.Read.All", "Group.ReadWrite.All", "GroupMember.ReadWrite.All")})
	a = must[readiness.Actor](t)(tn.Actor(t.Context(), tn.demo.Sanne.ID, ""))
	if a.Inviter.OK() || a.Inviter.Missing.Permission != "Group.Read.All" || a.Creator.OK() || a.Creator.Missing.Permission != "Group.Read.All" {
		t.Errorf("without groups: %+v, %+v", a.Inviter, a.Creator)
	}
	a = must[readiness.Actor](t)(tn.Actor(t.Context(), tn.demo.Joost.ID, ""))
	if !a.Inviter.OK() || !a.Inviter.Value || !a.Creator.Value || !a.SharePointAdmin.Value {
		t.Errorf("a role of his own does not count without groups: %+v", a)
	}
}
