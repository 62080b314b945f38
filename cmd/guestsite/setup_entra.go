package main

import (
	"bytes"
	"net/url"

	"guestsite/bot/signin"
	"guestsite/graph"
)

// entraApp is a registration as Microsoft Graph describes it (application
// resource type), as far as it is ours to say.
type entraApp struct {
	DisplayName            string          `json:"displayName"`
	SignInAudience         string          `json:"signInAudience"`
	Web                    *entraWeb       `json:"web,omitempty"`
	RequiredResourceAccess []entraResource `json:"requiredResourceAccess"`
}

type entraWeb struct {
	RedirectURIs []string `json:"redirectUris"`
}

type entraResource struct {
	ResourceAppID  string        `json:"resourceAppId"`
	ResourceAccess []entraAccess `json:"resourceAccess"`
}

// entraAccess is one permission: an application's own is of type Role, one in the
// name of somebody who signed in of type Scope.
type entraAccess struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// signInScopes are what a person's sign-in asks for: openid and profile of Graph.
// Consented by an administrator, nobody is asked.
func signInScopes() []entraAccess {
	return []entraAccess{
		{ID: "37f7f235-527c-4136-accd-4a02d197296e", Type: "Scope"},
		{ID: "14dad69e-099b-42c9-810b-d002981feec1", Type: "Scope"},
	}
}

// entraAppOf describes a registration with exactly these permissions. With an address
// to return to, people sign in to it.
func entraAppOf(name string, needs []graph.Permission, redirect string) entraApp {
	app := entraApp{DisplayName: name, SignInAudience: "AzureADMyOrg", RequiredResourceAccess: []entraResource{}}
	if redirect != "" {
		app.Web = &entraWeb{RedirectURIs: []string{redirect}}
	}
	at := map[string]int{}
	for _, p := range needs {
		i, known := at[p.Resource]
		if !known {
			i = len(app.RequiredResourceAccess)
			at[p.Resource] = i
			app.RequiredResourceAccess = append(app.RequiredResourceAccess, entraResource{ResourceAppID: graph.ResourceAppID(p.Resource)})
		}
		r := &app.RequiredResourceAccess[i]
		r.ResourceAccess = append(r.ResourceAccess, entraAccess{ID: p.ID, Type: "Role"})
	}
	if redirect == "" {
		return app
	}
	i, known := at[graph.ResourceGraph]
	if !known {
		i = len(app.RequiredResourceAccess)
		app.RequiredResourceAccess = append(app.RequiredResourceAccess, entraResource{ResourceAppID: graph.ResourceAppID(graph.ResourceGraph)})
	}
	app.RequiredResourceAccess[i].ResourceAccess = append(app.RequiredResourceAccess[i].ResourceAccess, signInScopes()...)
	return app
}

// mainNeeds are the permissions of the registration that speaks to Graph, and
// sharePointNeeds those of the one for site levels, none where it is not separate.
func (p setupPlan) mainNeeds() []graph.Permission {
	return p.needs(func(n graph.Permission) bool { return n.Resource != graph.ResourceSharePoint || !p.separate() })
}

func (p setupPlan) sharePointNeeds() []graph.Permission {
	return p.needs(func(n graph.Permission) bool { return n.Resource == graph.ResourceSharePoint && p.separate() })
}

func (p setupPlan) needs(of func(graph.Permission) bool) []graph.Permission {
	var out []graph.Permission
	for _, n := range p.Config.permissions() {
		if of(n) {
			out = append(out, n)
		}
	}
	return out
}

// permissions are what the configuration needs of its registrations.
func (c Config) permissions() []graph.Permission {
	var out []graph.Permission
	for _, n := range graph.Permissions(graph.Access(c.Microsoft365.Access)) {
		if !n.Teams || c.Teams != nil {
			out = append(out, n)
		}
	}
	return out
}

// separate says whether site levels have a registration of their own.
func (p setupPlan) separate() bool { return p.Config.Microsoft365.SharePointAdmin != nil }

// redirect is where sign-ins return to; empty where nobody signs in. own says whether
// that is about the registration for them alone.
func (p setupPlan) redirect(own bool) string {
	if !p.Config.links() || own != (p.Config.Identity.SignIn != nil) {
		return ""
	}
	return signin.RedirectURI(p.Config.PublicURL)
}

// registerScript registers an application of Entra. parts come after the
// functions; more are variables for them.
func (p setupPlan) registerScript(does, name, body, pem, key string, more []assignment, parts ...string) ([]byte, error) {
	hosts, _ := p.Config.Hosts()
	return script(does, append([]assignment{
		{"tenant", p.tenant()},
		{"graph", hosts.Graph},
		{"name", name},
		{"filter", "displayName eq " + quoteOData(name)},
		{"body", body},
		{"pem", pem},
		{"key", key},
	}, more...), append([]string{"entra/app.sh"}, parts...)...)
}

// consentValues are what the page for consent is made of.
func (p setupPlan) consentValues(redirect string) []assignment {
	hosts, _ := p.Config.Hosts()
	newer := ""
	if redirect != "" {
		newer = hosts.Login + "/" + p.tenant() + "/v2.0/adminconsent?" +
			url.Values{"scope": {hosts.Graph + "/.default"}, "redirect_uri": {redirect}, "state": {"setup"}}.Encode()
	}
	return []assignment{{"login", hosts.Login}, {"newer", newer}}
}

// asJSON is a file of JSON.
func asJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	err := writeJSON(&out, v)
	return out.Bytes(), err
}
