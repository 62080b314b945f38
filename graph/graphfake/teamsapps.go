package graphfake

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// teamsApp is an app of the organisation's catalog, "teamsApp resource type".
type teamsApp struct{ id, externalID, name string }

// AddTeamsApp puts an app into the organisation's catalog and gives the id it has there. externalID is the id in the
// app's manifest. Which registration the manifest names is not looked at: any caller may install it.
func (s *Server) AddTeamsApp(externalID, displayName string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &teamsApp{newID(), externalID, displayName}
	s.teamsApps = append(s.teamsApps, a)
	return a.id
}

// InstalledFor says whether an app of the catalog is installed for a person.
func (s *Server) InstalledFor(userID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.installed[userID]) > 0
}

// SetOnInstall replaces Options.OnInstall; nil tells nobody. The function is called once the answer is decided and the
// tenant may be used again, but before the answer is sent: it must not wait for the caller of Graph.
func (s *Server) SetOnInstall(told func(userID, externalID string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onInstall = told
}

func teamsAppEntity() *entity[*teamsApp] {
	return &entity[*teamsApp]{
		name: "teamsApp",
		props: map[string]func(*teamsApp) any{
			"id":                 func(a *teamsApp) any { return a.id },
			"externalId":         func(a *teamsApp) any { return a.externalID },
			"displayName":        func(a *teamsApp) any { return a.name },
			"distributionMethod": func(*teamsApp) any { return "organization" },
		},
		defaults: []string{"id", "externalId", "displayName", "distributionMethod"},
	}
}

// installationEntity is the userScopeTeamsAppInstallation resource type of one person.
func installationEntity(userID string) *entity[*teamsApp] {
	app := teamsAppEntity()
	e := &entity[*teamsApp]{
		name: "userScopeTeamsAppInstallation",
		props: map[string]func(*teamsApp) any{
			"id": func(a *teamsApp) any { return base64.StdEncoding.EncodeToString([]byte(userID + "##" + a.id)) },
		},
		defaults: []string{"id"},
		expand: map[string]func(*teamsApp) any{
			"teamsApp": func(a *teamsApp) any { return app.show(a, view{names: app.defaults}) },
		},
	}
	for name, get := range app.props { // for filters
		e.props["teamsApp/"+name] = get
	}
	return e
}

func (c *call) listTeamsApps() reply {
	return listApps(c, teamsAppEntity(), "appCatalogs/teamsApps", c.s.teamsApps)
}

func (c *call) listInstalledApps() reply {
	u, bad := c.visibleUser()
	if bad != nil {
		return *bad
	}
	has := keep(c.s.teamsApps, func(a *teamsApp) bool { return slices.Contains(c.s.installed[u.ID], a.id) })
	return listApps(c, installationEntity(u.ID), "users('"+u.ID+"')/teamwork/installedApps", has)
}

func listApps(c *call, e *entity[*teamsApp], context string, list []*teamsApp) reply {
	if bad := c.allowQuery("$filter", "$select", "$expand"); bad != nil {
		return *bad
	}
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	if list, bad = match(c, e, list); bad != nil {
		return *bad
	}
	return page(c, context, list, func(a *teamsApp) any { return e.show(a, w) })
}

// installApp is "Install app for user". The vendor documents neither code nor text of its refusals.
func (c *call) installApp() reply {
	u, bad := c.visibleUser()
	if bad != nil {
		return *bad
	}
	a, bad := c.boundApp()
	if bad != nil {
		return *bad
	}
	if slices.Contains(c.s.installed[u.ID], a.id) {
		return fail(http.StatusConflict, "Conflict", "The app '"+a.id+"' is already installed for this user.")
	}
	c.s.installed[u.ID] = append(c.s.installed[u.ID], a.id)
	c.s.wrote("app.install")
	rep := reply{status: http.StatusCreated}
	if told := c.s.onInstall; told != nil {
		rep.then = func() { told(u.ID, a.externalID) }
	}
	return rep
}

// boundApp reads {"teamsApp@odata.bind": "{graph}/v1.0/appCatalogs/teamsApps/{id}"} and finds the app.
func (c *call) boundApp() (*teamsApp, *reply) {
	refuse := func(r reply) (*teamsApp, *reply) { return nil, &r }
	var in map[string]any
	if err := json.Unmarshal(c.body, &in); err != nil {
		return refuse(malformed(err))
	}
	ref, isText := in["teamsApp@odata.bind"].(string)
	if !isText || len(in) != 1 {
		return refuse(badRequest("Expected property 'teamsApp@odata.bind' and no other."))
	}
	u, err := url.Parse(ref)
	if err != nil || sameHost(u.Scheme+"://"+u.Host) != sameHost(c.s.urls[HostGraph]) {
		return refuse(badRequest("Invalid reference '" + ref + "': the host is not this service."))
	}
	id, found := strings.CutPrefix(u.Path, "/"+c.version+"/appCatalogs/teamsApps/")
	if !found {
		return refuse(badRequest("Invalid URI in the reference '" + ref + "'."))
	}
	for _, a := range c.s.teamsApps {
		if a.id == id {
			return a, nil
		}
	}
	return refuse(fail(http.StatusNotFound, "NotFound", "The app '"+id+"' is not in the catalog."))
}
