package graphfake_test

import (
	"net/http"
	"strings"
	"testing"

	"guestsite/graph/graphfake"
)

func TestPermissions_EveryOperationHasRoles(t *testing.T) {
	t.Parallel()
	_, without, unused := graphfake.RolesOf()
	if len(without) > 0 || len(unused) > 0 {
		t.Errorf("operations without roles %v, rows without operation %v", without, unused)
	}
}

// concrete fills a pattern with ids that exist.
func (l *lab) concrete(op string) (method, path string) {
	method, path, _ = strings.Cut(op, " ")
	path = "/" + path
	path = strings.ReplaceAll(path, "{}:/{}/{}", "127.0.0.1:/sites/project-linden")
	path = strings.ReplaceAll(path, "uniqueName='{}'", "uniqueName='none'")
	path = strings.ReplaceAll(path, "'{}'", "'fabrikam.com'")
	if strings.Contains(path, "/groups/{}") {
		path = strings.Replace(path, "{}", l.demo.Linden.ID, 1)
	}
	return method, strings.ReplaceAll(path, "{}", l.demo.Sanne.ID)
}

func TestPermissions_NothingOpensWithoutRole(t *testing.T) {
	t.Parallel()
	l := newLab(t, roles())
	for _, op := range graphfake.Operations() {
		method, path := l.concrete(op)
		if strings.Contains(path, "$batch") {
			continue
		}
		want := "Authorization_RequestDenied"
		switch {
		case strings.Contains(path, "/sites") || strings.Contains(path, "/admin/"):
			want = "accessDenied"
		case strings.Contains(path, "/policies") && !strings.Contains(path, "/legacy/"):
			want = "AccessDenied"
		case strings.HasSuffix(path, "/invitations"):
			want = "Unauthorized"
		case strings.Contains(path, "/teamwork/") || strings.Contains(path, "/appCatalogs/"):
			want = "Forbidden"
		}
		a := l.send(l.request(l.GraphURL(), method, path, map[string]any{}))
		if e, _ := a.body["error"].(map[string]any); a.status != http.StatusForbidden || e["code"] != want {
			t.Errorf("%s %s: %d %s, want 403 %s", method, path, a.status, a.raw, want)
		}
	}
	if w := l.Writes(); len(w) != 0 {
		t.Errorf("refused requests had effects: %v", w)
	}
}

func TestPermissions_GroupCreateDoesNotChange(t *testing.T) {
	t.Parallel()
	l := newLab(t, roles("Group.Create", "User.Read.All", "Group.Read.All"))
	id := l.graph(http.MethodPost, "/groups", l.groupBody("mine")).want(http.StatusCreated).text("id")
	l.graph(http.MethodPatch, "/groups/"+id, map[string]any{"description": "x"}).want(http.StatusForbidden, "Authorization_RequestDenied")
	l.graph(http.MethodDelete, "/groups/"+id, nil).want(http.StatusForbidden)
	l.graph(http.MethodPatch, "/groups(uniqueName='gs-mine')", map[string]any{"description": "x"}).want(http.StatusForbidden)
}

func TestPermissions_BindingPeopleNeedsReadingThem(t *testing.T) {
	t.Parallel()
	l := newLab(t, roles("Group.Create"))
	l.graph(http.MethodPost, "/groups", l.groupBody("blind")).want(http.StatusForbidden, "Authorization_RequestDenied")
	l = newLab(t, roles("GroupMember.ReadWrite.All"))
	l.graph(http.MethodPost, "/groups/"+l.demo.Linden.ID+"/members/$ref", l.objectRef(l.demo.Joost.ID)).want(http.StatusForbidden)
	l = newLab(t, roles("GroupMember.ReadWrite.All", "User.ReadBasic.All"))
	l.graph(http.MethodPost, "/groups/"+l.demo.Linden.ID+"/members/$ref", l.objectRef(l.demo.Joost.ID)).want(http.StatusNoContent)
}

func TestPermissions_MemberWriteAddsButDoesNotRename(t *testing.T) {
	t.Parallel()
	l := newLab(t, roles("GroupMember.ReadWrite.All", "User.Read.All"))
	path := "/groups/" + l.demo.Linden.ID
	l.graph(http.MethodPatch, path, map[string]any{"members@odata.bind": []string{l.ref(l.demo.Joost.ID)}}).want(http.StatusNoContent)
	l.graph(http.MethodPatch, path, map[string]any{"displayName": "Mine"}).want(http.StatusForbidden, "Authorization_RequestDenied")
}

func TestPermissions_BasicReadingHidesTheRest(t *testing.T) {
	t.Parallel()
	l := newLab(t, roles("User.ReadBasic.All", "GroupMember.Read.All"))
	u := l.get("/users/" + l.demo.Sanne.ID + "?$select=id,mail,userType,accountEnabled").want(http.StatusOK)
	if u.text("mail") != l.demo.Sanne.Mail || u.body["userType"] != nil || u.body["accountEnabled"] != nil {
		t.Errorf("basic reading shows %s", u.raw)
	}
	if m, shown := l.get("/users/" + l.demo.Sanne.ID + "?$expand=manager").want(http.StatusOK).body["manager"]; shown {
		t.Errorf("basic reading shows the manager %v", m)
	}
	l.get("/users?$filter=userType%20eq%20'Guest'").want(http.StatusForbidden, "Authorization_RequestDenied")

	l = newLab(t, roles("GroupMember.Read.All"))
	for _, m := range l.get("/groups/" + l.demo.Linden.ID + "/members/microsoft.graph.user?$select=id,mail").want(http.StatusOK).values() {
		if m["id"] == nil || m["mail"] != nil {
			t.Errorf("without a user permission the member is %v", m)
		}
	}
}

func TestPermissions_TakenAwayWorksAtOnceGivenBackToo(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.get("/domains").want(http.StatusOK)
	if err := l.Set("no-Domain.Read.All", true); err != nil {
		t.Fatal(err)
	}
	l.get("/domains").want(http.StatusForbidden, "Authorization_RequestDenied")
	if err := l.Set("no-Domain.Read.All", false); err != nil {
		t.Fatal(err)
	}
	l.get("/domains").want(http.StatusOK)
}

func TestPermissions_NewConsentNeedsANewToken(t *testing.T) {
	t.Parallel()
	l := newLab(t, roles("User.Read.All"))
	l.get("/domains").want(http.StatusForbidden)
	l.AddApp(graphfake.App{ClientID: clientID, Secret: clientSecret, Certificates: [][]byte{cert(t).der}, GraphRoles: []string{"Domain.Read.All"}})
	l.get("/domains").want(http.StatusForbidden)
	delete(l.tokens, l.GraphURL())
	l.get("/domains").want(http.StatusOK)
}
