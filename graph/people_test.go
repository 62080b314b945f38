package graph_test

import (
	"testing"

	"guestsite/bot"
	"guestsite/graph/graphfake"
)

func TestDirectory_TellsPeopleAsTheyAre(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	mgr := tn.AddUser(graphfake.User{DisplayName: "Maaike de Boer", Mail: "maaike@noordzee.nl"})
	u := tn.AddUser(graphfake.User{
		DisplayName: "Ot van Loon", GivenName: "Ot", Mail: "ot@noordzee.nl", PreferredLanguage: "nl-NL", Department: "Sales",
		CompanyName: "Noordzee BV", OfficeLocation: "Den Haag", State: "ZH", Country: "NL", JobTitle: "Buyer", ManagerID: mgr.ID,
	})
	p := must[bot.Person](t)(tn.Person(t.Context(), u.ID))
	if p.Name != "Ot van Loon" || p.Given != "Ot" || p.Mail != "ot@noordzee.nl" || p.Guest || !p.Enabled || p.Language != "nl-NL" {
		t.Errorf("got %+v", p)
	}
	a := p.Attributes
	if a.Department != "Sales" || a.Company != "Noordzee BV" || a.Office != "Den Haag" || a.State != "ZH" || a.Country != "NL" || a.Title != "Buyer" {
		t.Errorf("attributes %+v", a)
	}
	if m := must[bot.Person](t)(tn.Manager(t.Context(), u.ID)); m.ID != mgr.ID || m.Given != "Maaike" {
		t.Errorf("manager %+v", m)
	}
	_, err := tn.Manager(t.Context(), mgr.ID)
	wantError(t, err, bot.NotFound, "")
	_, err = tn.Person(t.Context(), "11111111-2222-4333-8444-555555555555")
	wantError(t, err, bot.NotFound, "")
}

func TestByMail_FindsEveryKindOfAddress(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	u := tn.AddUser(graphfake.User{
		DisplayName: "Ann O'Brien", Mail: "ann.o'brien@noordzee.nl", UserPrincipalName: "ann@noordzee.onmicrosoft.com",
		ProxyAddresses: []string{"SMTP:ann.o'brien@noordzee.nl", "smtp:annie@noordzee.nl"}, OtherMails: []string{"ann@home.example"},
	})
	tn.ChangeUser(u.ID, func(u *graphfake.User) { u.Disabled = true })
	for _, mail := range []string{"ann.o'brien@noordzee.nl", "ANN.O'BRIEN@noordzee.nl", "ann@noordzee.onmicrosoft.com", "annie@noordzee.nl", "ann@home.example"} {
		got := must[[]bot.Person](t)(tn.ByMail(t.Context(), mail))
		if len(got) != 1 || got[0].ID != u.ID || got[0].Enabled {
			t.Errorf("%s: got %+v", mail, got)
		}
	}
}

// odd are texts that would change the meaning of a filter or a URL that they are
// put into as they are.
func odd() []string {
	return []string{
		"x' or '1' eq '1", "x') or startsWith(displayName,'", "'", "''", "a&$top=999", "a#b", "a%27 or 1 eq 1", "a+b@c.d", "a?b=c/d",
		`"x" OR "y"`, "naïve@exämple.com", "x\t' or mail ne 'y", "../../me", "{user-id}",
	}
}

func TestFilters_CannotBeBrokenOutOf(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	for _, s := range odd() {
		tn.ClearWire()
		if got := must[[]bot.Person](t)(tn.ByMail(t.Context(), s)); len(got) != 0 {
			t.Errorf("ByMail(%q) found %d people", s, len(got))
		}
		if got := must[[]bot.Person](t)(tn.Search(t.Context(), s, 10)); len(got) != 0 {
			t.Errorf("Search(%q) found %d people", s, len(got))
		}
		if got := must[[]bot.SiteRef](t)(tn.FindSites(t.Context(), s, 10)); len(got) != 0 {
			t.Errorf("FindSites(%q) found %d sites", s, len(got))
		}
		if _, err := tn.FindGroup(t.Context(), s); bot.CodeOf(err) != bot.NotFound {
			t.Errorf("FindGroup(%q): %v", s, err)
		}
		if _, err := tn.Person(t.Context(), s); bot.CodeOf(err) != bot.NotFound {
			t.Errorf("Person(%q): %v", s, err)
		}
		for _, e := range tn.Wire() {
			if e.Status != 200 && e.Status != 404 {
				t.Errorf("%q made a request that the tenant could not read: %s %s?%s: %d", s, e.Method, e.Path, e.Query, e.Status)
			}
		}
	}
}

func TestSearch_GivesEnabledMembersOnly(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	a := tn.AddUser(graphfake.User{DisplayName: "Zwaantje Aa", Mail: "zwaantje@noordzee.nl"})
	tn.AddUser(graphfake.User{DisplayName: "Zwaantje Off", Mail: "zo@noordzee.nl", Disabled: true})
	tn.AddUser(graphfake.User{DisplayName: "Zwaantje Guest", Mail: "zg@fabrikam.com", UserType: graphfake.Guest})
	b := tn.AddUser(graphfake.User{DisplayName: "Piet Zwaan", Surname: "Zwaan", Mail: "piet@noordzee.nl"})
	got := must[[]bot.Person](t)(tn.Search(t.Context(), " zwaan ", 10))
	if len(got) != 2 || (got[0].ID != a.ID && got[1].ID != a.ID) || (got[0].ID != b.ID && got[1].ID != b.ID) {
		t.Errorf("got %+v", got)
	}
	if got := must[[]bot.Person](t)(tn.Search(t.Context(), "zwaan", 1)); len(got) != 1 {
		t.Errorf("limit 1 gave %d", len(got))
	}
	if got := must[[]bot.Person](t)(tn.Search(t.Context(), "  ", 10)); got != nil {
		t.Errorf("nothing to search for gave %+v", got)
	}
}

func TestGroupPeople_FollowsNestedGroupsAndPages(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	var ids []string
	for _, n := range []string{"a", "b", "c", "d", "e"} {
		ids = append(ids, tn.AddUser(graphfake.User{DisplayName: n, Mail: n + "@noordzee.nl"}).ID)
	}
	inner := tn.AddGroup(graphfake.Group{DisplayName: "inner", MailNickname: "inner", SecurityEnabled: true, MemberIDs: ids[2:]})
	outer := tn.AddGroup(graphfake.Group{DisplayName: "outer", MailNickname: "outer", SecurityEnabled: true, MemberIDs: append(ids[:2:2], inner.ID)})
	tn.SetPageSize(2)
	if got := must[[]bot.Person](t)(tn.GroupPeople(t.Context(), outer.ID, 100)); len(got) != 5 {
		t.Errorf("got %d people, want 5", len(got))
	}
	if got := must[[]bot.Person](t)(tn.GroupPeople(t.Context(), outer.ID, 3)); len(got) != 3 {
		t.Errorf("limit 3 gave %d", len(got))
	}
	if !must[bool](t)(tn.InGroup(t.Context(), ids[4], outer.ID)) {
		t.Error("who is in a group within the group is not in it")
	}
	if must[bool](t)(tn.InGroup(t.Context(), tn.demo.Priya.ID, outer.ID)) {
		t.Error("a stranger is in the group")
	}
}
