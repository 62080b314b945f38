package graph_test

import (
	"net/http"
	"testing"

	"guestsite/bot"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

// manifest has what an id never has, to see it escaped.
const manifest = "4e1f'0c00+e5&a"

func TestInstallApp_InstallsOnceAndSaysSo(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	tn.AddTeamsApp("another", "Another")
	tn.AddTeamsApp(manifest, "Guest Site")
	told := make(chan string, 2)
	tn.SetOnInstall(func(userID, externalID string) { told <- userID + externalID })
	if already := must[bool](t)(tn.InstallApp(t.Context(), tn.demo.Sanne.ID, manifest)); already || !tn.InstalledFor(tn.demo.Sanne.ID) {
		t.Errorf("the first time: already %v, installed %v", already, tn.InstalledFor(tn.demo.Sanne.ID))
	}
	if got := <-told; got != tn.demo.Sanne.ID+manifest {
		t.Errorf("installed %s", got)
	}
	if already := must[bool](t)(tn.InstallApp(t.Context(), tn.demo.Sanne.ID, manifest)); !already {
		t.Error("the second time: not said to be there")
	}
	if n := tn.Count("POST", anyPath("/installedApps$")); n != 1 || tn.InstalledFor(tn.demo.Mehmet.ID) {
		t.Errorf("%d requests to install, or one for somebody else", n)
	}
}

func TestInstallApp_ConflictIsThereAlready(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	tn.AddTeamsApp(manifest, "Guest Site")
	tn.inject(t, graphfake.Fault{Method: "POST", Path: "/installedApps$", Status: http.StatusConflict})
	if already := must[bool](t)(tn.InstallApp(t.Context(), tn.demo.Sanne.ID, manifest)); !already {
		t.Error("not said to be there")
	}
}

func TestInstallApp_WhoHasItNeedsNoCatalog(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	tn.AddTeamsApp(manifest, "Guest Site")
	must[bool](t)(tn.InstallApp(t.Context(), tn.demo.Sanne.ID, manifest))
	if err := tn.Set("no-AppCatalog.Read.All", true); err != nil {
		t.Fatal(err)
	}
	if already := must[bool](t)(tn.InstallApp(t.Context(), tn.demo.Sanne.ID, manifest)); !already {
		t.Error("not said to be there")
	}
	_, err := tn.InstallApp(t.Context(), tn.demo.Mehmet.ID, manifest)
	wantError(t, err, bot.Forbidden, bot.ReasonPermission)
}

func TestInstallApp_Refusals(t *testing.T) {
	t.Parallel()
	type call struct{ method, path string }
	list, catalog, post := call{"GET", "/installedApps$"}, call{"GET", "/teamsApps$"}, call{"POST", "/installedApps$"}
	for name, c := range map[string]struct {
		at      call
		status  int // 0 cuts the connection
		code    bot.Code
		reason  string
		unclear bool
	}{
		"looking is refused":         {list, 403, bot.Forbidden, bot.ReasonPermission, false},
		"no such person":             {list, 404, bot.NotFound, "", false},
		"the catalog is refused":     {catalog, 403, bot.Forbidden, bot.ReasonPermission, false},
		"the catalog is down":        {catalog, 503, bot.Unavailable, "", false},
		"installing is refused":      {post, 403, bot.Forbidden, bot.ReasonPermission, false},
		"token is refused":           {post, 401, bot.Forbidden, bot.ReasonCredentials, false},
		"gone from the catalog":      {post, 404, bot.NotFound, "", false},
		"throttled":                  {post, 429, bot.Throttled, "", false},
		"out of order":               {post, 503, bot.Unavailable, "", true},
		"cut while it was installed": {post, 0, bot.Unavailable, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tn := start(t, setup{})
			tn.AddTeamsApp(manifest, "Guest Site")
			tn.inject(t, graphfake.Fault{Method: c.at.method, Path: c.at.path, Status: c.status, Reset: c.status == 0, Times: -1})
			already, err := tn.InstallApp(t.Context(), tn.demo.Sanne.ID, manifest)
			wantError(t, err, c.code, c.reason)
			if e := new(bot.Error); already || !asError(err, &e) || e.Unclear != c.unclear {
				t.Errorf("already %v, unclear %v: %v", already, e.Unclear, err)
			}
		})
	}
}

func TestInstallApp_NotFoundAndNotGiven(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	_, err := tn.InstallApp(t.Context(), tn.demo.Sanne.ID, manifest)
	wantError(t, err, bot.NotFound, "") // the catalog is empty
	tn.AddTeamsApp(manifest, "Guest Site")
	_, err = tn.InstallApp(t.Context(), "99999999-9999-4999-8999-999999999999", manifest)
	wantError(t, err, bot.NotFound, "")
	for _, ids := range [][2]string{{"", manifest}, {tn.demo.Sanne.ID, ""}} {
		_, err = tn.InstallApp(t.Context(), ids[0], ids[1])
		wantError(t, err, bot.Invalid, "")
	}
	if n := tn.Count("POST", anyPath("/installedApps$")); n != 0 {
		t.Errorf("%d requests to install", n)
	}

	reader := start(t, setup{client: func(o *graph.Options) { o.Access = graph.Diagnose }})
	reader.AddTeamsApp(manifest, "Guest Site")
	_, err = reader.InstallApp(t.Context(), reader.demo.Sanne.ID, manifest)
	wantError(t, err, bot.Forbidden, bot.ReasonNotGiven)
}

// An app that a developer put into his own Teams stands in the catalog as he sees
// it, and cannot be installed for others.
func TestInstallApp_SideloadedIsNotInstalled(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{fake: func(o *graphfake.Options) {
		o.Middleware = only{"/v1.0/appCatalogs/teamsApps", `{"value":[{"id":"x","externalId":"m","distributionMethod":"sideloaded"},` +
			`{"id":"y","externalId":null,"distributionMethod":"store"}]}`}.wrap
	}})
	_, err := tn.InstallApp(t.Context(), tn.demo.Sanne.ID, "m")
	wantError(t, err, bot.NotFound, "")
	if n := tn.Count("POST", anyPath("/installedApps$")); n != 0 {
		t.Errorf("%d requests to install", n)
	}
}

// only answers one path of Graph with a body of its own.
type only struct{ path, body string }

func (o only) wrap(host string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host != graphfake.HostGraph || r.URL.Path != o.path {
			h.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(o.body))
	})
}
