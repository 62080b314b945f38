package graphfake_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"guestsite/graph/graphfake"
)

// binding is the body of an installation.
func (l *lab) binding(catalogID string) map[string]any {
	return map[string]any{"teamsApp@odata.bind": l.GraphURL() + "/v1.0/appCatalogs/teamsApps/" + catalogID}
}

func TestTeamsApps_AreInstalledOnce(t *testing.T) {
	t.Parallel()
	var l *lab
	var told []string
	l = newLab(t, func(o *graphfake.Options) {
		o.OnInstall = func(userID, externalID string) {
			if !l.InstalledFor(userID) { // also shows that the tenant is not locked
				t.Error("told before it was installed")
			}
			told = append(told, userID+" "+externalID)
		}
	})
	id := l.AddTeamsApp("manifest-1", "Guest Site")
	l.AddTeamsApp("manifest-2", "Another")
	found := l.get("/appCatalogs/teamsApps?$filter=" + url.QueryEscape("externalId eq 'manifest-1'")).want(http.StatusOK)
	if got := found.texts("id"); !slices.Equal(got, []string{id}) || found.values()[0]["distributionMethod"] != "organization" {
		t.Fatalf("the catalog has %s", found.raw)
	}

	path := "/users/" + l.demo.Sanne.ID + "/teamwork/installedApps"
	mine := path + "?$expand=teamsApp&$filter=" + url.QueryEscape("teamsApp/id eq '"+id+"'")
	if n := len(l.get(mine).want(http.StatusOK).values()); n != 0 || l.InstalledFor(l.demo.Sanne.ID) {
		t.Fatalf("%d installed before", n)
	}
	if a := l.graph(http.MethodPost, path, l.binding(id)).want(http.StatusCreated); len(a.raw) > 0 {
		t.Errorf("answered with a body: %s", a.raw)
	}
	l.graph(http.MethodPost, path, l.binding(id)).want(http.StatusConflict, "Conflict")
	shown := l.get(mine).want(http.StatusOK).values()
	if len(shown) != 1 || shown[0]["teamsApp"].(map[string]any)["externalId"] != "manifest-1" || shown[0]["id"] == id {
		t.Errorf("installed: %v", shown)
	}
	if n := len(l.get(path).want(http.StatusOK).values()); n != 1 || !l.InstalledFor(l.demo.Sanne.ID) || l.InstalledFor(l.demo.Mehmet.ID) {
		t.Errorf("%d installed, or for somebody else", n)
	}
	if want := []string{l.demo.Sanne.ID + " manifest-1"}; !slices.Equal(told, want) || l.Writes()["app.install"] != 1 {
		t.Errorf("told %v, want %v; writes %v", told, want, l.Writes())
	}

	l.SetOnInstall(nil)
	l.graph(http.MethodPost, "/users/"+l.demo.Mehmet.ID+"/teamwork/installedApps", l.binding(id)).want(http.StatusCreated)
	if len(told) != 1 {
		t.Errorf("told %v after it was switched off", told)
	}
}

func TestTeamsApps_RefusalsHaveNoEffect(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.SetOnInstall(func(string, string) { t.Error("told of an installation") })
	id := l.AddTeamsApp("manifest-1", "Guest Site")
	const nobody = "99999999-0000-4000-8000-000000000000"
	path := "/users/" + l.demo.Sanne.ID + "/teamwork/installedApps"
	post := func(path string, body any) answer { return l.graph(http.MethodPost, path, body) }

	post("/users/"+nobody+"/teamwork/installedApps", l.binding(id)).want(http.StatusNotFound, "Request_ResourceNotFound")
	l.get("/users/"+nobody+"/teamwork/installedApps").want(http.StatusNotFound, "Request_ResourceNotFound")
	post(path, l.binding(nobody)).want(http.StatusNotFound, "NotFound")
	post(path, map[string]any{}).want(http.StatusBadRequest, "Request_BadRequest")
	post(path, map[string]any{"teamsApp@odata.bind": l.binding(id)["teamsApp@odata.bind"], "id": "x"}).want(http.StatusBadRequest)
	post(path, map[string]any{"teamsApp@odata.bind": "https://elsewhere.example/v1.0/appCatalogs/teamsApps/" + id}).want(http.StatusBadRequest)
	post(path, map[string]any{"teamsApp@odata.bind": l.ref(id)}).want(http.StatusBadRequest)
	l.get("/appCatalogs/teamsApps?$filter="+url.QueryEscape("manifest eq 'x'")).want(http.StatusBadRequest, "Request_BadRequest")
	l.get(path+"?$filter="+url.QueryEscape("teamsApp/")).want(http.StatusBadRequest, "Request_BadRequest")

	for _, role := range []string{"TeamsAppInstallation.ReadWriteSelfForUser.All", "AppCatalog.Read.All"} {
		if err := l.Set("no-"+role, true); err != nil {
			t.Fatal(err)
		}
	}
	post(path, l.binding(id)).want(http.StatusForbidden, "Forbidden", "TeamsAppInstallation.ReadWriteSelfForUser.All")
	l.get(path).want(http.StatusForbidden, "Forbidden")
	l.get("/appCatalogs/teamsApps").want(http.StatusForbidden, "Forbidden", "AppCatalog.Read.All")
	if l.InstalledFor(l.demo.Sanne.ID) || len(l.Writes()) != 0 {
		t.Errorf("writes %v", l.Writes())
	}
}
