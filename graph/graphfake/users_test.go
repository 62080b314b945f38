package graphfake_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"guestsite/graph/graphfake"
)

func (l *lab) filterUsers(filter string, headers ...string) answer {
	l.t.Helper()
	path := "/users?$select=id,mail&$filter=" + url.QueryEscape(filter)
	if len(headers) > 0 {
		path += "&$count=true"
	}
	return l.get(path, headers...)
}

func TestUsers_FiltersFindByEveryAddress(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for filter, want := range map[string][]string{
		"mail eq 'sanne@noordzee.nl'":                                      {"sanne@noordzee.nl"},
		"mail eq 'SANNE@noordzee.nl'":                                      {"sanne@noordzee.nl"},
		"mail eq 'siobhan.o''brien@noordzee.nl'":                           {"siobhan.o'brien@noordzee.nl"},
		"proxyAddresses/any(p:p eq 'smtp:sanne.devries@noordzee.nl')":      {"sanne@noordzee.nl"},
		"otherMails/any(o:o eq 'jan@contoso.nl')":                          {"jan@contoso.nl"},
		"mail eq 'no@one.nl' or userPrincipalName eq 'priya@noordzee.nl'":  {"priya@noordzee.nl"},
		"userType eq 'Guest' and accountEnabled eq false":                  {"piet@contoso.nl"},
		"userType eq 'Guest' and externalUserState eq 'PendingAcceptance'": {"lisa@fabrikam.com"},
		"startsWith(displayName,'jo')":                                     {"joost@noordzee.nl"},
		"startswith(mail,'lotte') or startswith(userPrincipalName,'kees')": {"lotte@noordzee.nl", "kees@noordzee.nl"},
		"mail in ('fatima@noordzee.nl','daan@noordzee.nl')":                {"daan@noordzee.nl", "fatima@noordzee.nl"},
		"mail eq 'nobody@noordzee.nl'":                                     nil,
		"(mail eq 'jan@contoso.nl') and (userType eq 'Member')":            nil,
		"id eq '" + l.demo.Joost.ID + "'":                                  {"joost@noordzee.nl"},
	} {
		got := l.filterUsers(filter).want(http.StatusOK).texts("mail")
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v", filter, got, want)
		}
	}
}

func TestUsers_BadQueriesAreRefused(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, filter := range []string{
		"mail eq sanne", "mail eq 'open", "nosuch eq 'x'", "mail eq 'a' mail eq 'b'", "mail like 'x'", "(mail eq 'x'", "'x' eq mail",
		"mail eq 'o'brien'", "proxyAddresses/any(p:q eq 'x')", "",
	} {
		if filter != "" {
			l.filterUsers(filter).want(http.StatusBadRequest, "Request_BadRequest", "Invalid filter clause")
		}
	}
	for _, query := range []string{"$select=displayname", "$top=1000", "$top=0", "$slect=id", "$expand=nosuch", "$skiptoken=x"} {
		l.get("/users?"+query).want(http.StatusBadRequest, "Request_BadRequest")
	}
}

func TestUsers_AdvancedQueriesNeedHeaderAndCount(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	search := "/users?$select=mail&$search=" + url.QueryEscape(`"displayName:sann" OR "mail:joos"`)
	l.get(search).want(http.StatusBadRequest, "Request_UnsupportedQuery", "ConsistencyLevel")
	l.get(search, eventual()...).want(http.StatusBadRequest, "Request_UnsupportedQuery")
	l.get(search+"&$count=true").want(http.StatusBadRequest, "Request_UnsupportedQuery")
	found := l.get(search+"&$count=true", eventual()...).want(http.StatusOK)
	if got := found.texts("mail"); len(got) != 2 || found.body["@odata.count"] != float64(2) {
		t.Errorf("search finds %v, count %v", got, found.body["@odata.count"])
	}
	unquoted := "/users?$count=true&$search=" + url.QueryEscape("displayName:sann")
	l.get(unquoted, eventual()...).want(http.StatusBadRequest)
	for _, filter := range []string{"userType ne 'Guest'", "not(userType eq 'Guest')", "endsWith(mail,'@fabrikam.com')"} {
		l.filterUsers(filter).want(http.StatusBadRequest, "Request_UnsupportedQuery")
		l.filterUsers(filter, eventual()...).want(http.StatusOK)
	}
}

func TestUsers_PagesAreFollowedToTheEnd(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.SetPageSize(4)
	all := len(l.State().Users)
	seen := map[string]bool{}
	next, pages := "/users?$select=id", 0
	for next != "" {
		a := l.get(next).want(http.StatusOK)
		if n := len(a.values()); n > 4 {
			t.Fatalf("a page of %d", n)
		}
		for _, id := range a.texts("id") {
			seen[id] = true
		}
		next, pages = a.text("@odata.nextLink"), pages+1
	}
	if len(seen) != all || pages != (all+3)/4 {
		t.Errorf("%d of %d people on %d pages", len(seen), all, pages)
	}
}

func TestUsers_GuestIsFoundByItsEncodedName(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	upn := l.demo.Jan.UserPrincipalName
	if upn != "jan_contoso.nl#EXT#@noordzee.onmicrosoft.com" {
		t.Fatalf("name %s", upn)
	}
	a := l.get("/users/" + url.PathEscape(upn) + "?$select=id,userType,externalUserState,identities").want(http.StatusOK)
	if a.text("id") != l.demo.Jan.ID || a.text("userType") != "Guest" || a.text("externalUserState") != "Accepted" {
		t.Errorf("answer %s", a.raw)
	}
}

func TestUsers_DefaultAnswerLeavesTheRestOut(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	a := l.get("/users/" + l.demo.Sanne.ID).want(http.StatusOK)
	if _, shown := a.body["userType"]; shown || a.text("preferredLanguage") != "nl-NL" {
		t.Errorf("answer %s", a.raw)
	}
	if m := l.get("/users/" + l.demo.Sanne.ID + "/manager").want(http.StatusOK); m.text("id") != l.demo.Mehmet.ID {
		t.Errorf("manager %s", m.raw)
	}
	l.get("/users/"+l.demo.Joost.ID+"/manager").want(http.StatusNotFound, "Request_ResourceNotFound")
}

func TestUsers_MembershipIsTransitive(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	inner := l.AddGroup(graphfake.Group{DisplayName: "Inner", MailNickname: "inner", GroupTypes: []string{}, SecurityEnabled: true, MemberIDs: []string{l.demo.Sanne.ID}})
	outer := l.AddGroup(graphfake.Group{DisplayName: "Outer", MailNickname: "outer", GroupTypes: []string{}, SecurityEnabled: true, MemberIDs: []string{inner.ID}})
	l.Assign(outer.ID, graphfake.RoleGuestInviter)
	check := func(ids ...string) answer {
		return l.graph(http.MethodPost, "/users/"+l.demo.Sanne.ID+"/checkMemberGroups", map[string]any{"groupIds": ids})
	}
	a := check(outer.ID, l.demo.Linden.ID, l.demo.Sanne.ID).want(http.StatusOK)
	if got := fmt.Sprint(a.body["value"]); got != fmt.Sprint([]any{outer.ID, l.demo.Linden.ID}) {
		t.Errorf("in %s", got)
	}
	check().want(http.StatusBadRequest)
	check(slices.Repeat([]string{outer.ID}, 21)...).want(http.StatusBadRequest)

	filter := "?$filter=" + url.QueryEscape("principalId eq '"+l.demo.Sanne.ID+"'")
	if direct := l.get("/roleManagement/directory/roleAssignments" + filter).want(http.StatusOK).values(); len(direct) != 0 {
		t.Errorf("direct assignments %v", direct)
	}
	l.get("/beta/roleManagement/directory/transitiveRoleAssignments" + filter).want(http.StatusNotFound)
	through := l.get("/beta/roleManagement/directory/transitiveRoleAssignments"+filter+"&$count=true", eventual()...).want(http.StatusOK)
	if got := through.texts("principalId"); !slices.Equal(got, []string{outer.ID}) {
		t.Errorf("transitive assignments name %v", got)
	}
}

func TestUsers_DeletedGuestIsInTheBin(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.DeleteUser(l.demo.Jan.ID)
	l.get("/users/" + l.demo.Jan.ID).want(http.StatusNotFound)
	bin := l.get("/directory/deletedItems/microsoft.graph.user?$select=id,userPrincipalName,deletedDateTime&$filter=" + url.QueryEscape("mail eq 'jan@contoso.nl'"))
	rows := bin.want(http.StatusOK).values()
	if len(rows) != 1 || rows[0]["deletedDateTime"] == nil ||
		!strings.HasPrefix(rows[0]["userPrincipalName"].(string), strings.ReplaceAll(l.demo.Jan.ID, "-", "")) {
		t.Fatalf("bin %v", rows)
	}
	l.graph(http.MethodPost, "/directory/deletedItems/"+l.demo.Jan.ID+"/restore", nil).want(http.StatusOK)
	if got := l.filterUsers("mail eq 'jan@contoso.nl'").texts("id"); !slices.Equal(got, []string{l.demo.Jan.ID}) {
		t.Errorf("restored %v", got)
	}
}

func TestUsers_SponsorsAreAtMostFive(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	path := "/users/" + l.demo.Jan.ID + "/sponsors"
	for i := range 6 {
		u := l.AddUser(graphfake.User{DisplayName: "Sponsor", Mail: fmt.Sprintf("sponsor%d@noordzee.nl", i)})
		want := http.StatusNoContent
		if i == 5 {
			want = http.StatusBadRequest
		}
		l.graph(http.MethodPost, path+"/$ref", map[string]any{"@odata.id": l.ref(u.ID)}).want(want)
	}
	if n := len(l.get(path).want(http.StatusOK).values()); n != 5 {
		t.Errorf("%d sponsors", n)
	}
}
