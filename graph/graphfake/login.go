package graphfake

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// loginState is what the login host remembers.
type loginState struct {
	apps       map[string]*App
	assertions map[string]bool      // jti of client assertions that were used
	codes      map[string]*authCode // those that were redeemed too
	sessions   map[string][]string  // people by browser
	keys       []signingKey         // all that are published; the last one signs
	made       int                  // keys so far
	generation int                  // of the tokens that count as live
	forgeries  []Forgery
	asked      []Asked
}

func newLoginState(apps []App) loginState {
	l := loginState{
		apps: map[string]*App{}, assertions: map[string]bool{}, codes: map[string]*authCode{}, sessions: map[string][]string{},
	}
	for _, a := range apps {
		l.apps[a.ClientID] = &a
	}
	return l
}

func isExpired(err error) bool { return errors.Is(err, jwt.ErrTokenExpired) }

// AddApp registers an application, or replaces the one with the same client id.
func (s *Server) AddApp(a App) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.login.apps[a.ClientID] = &a
}

// serveLogin answers the login host: metadata, keys, tokens, sign-in and redemption.
func (c *call) serveLogin() reply {
	seg := strings.Split(strings.Trim(c.r.URL.Path, "/"), "/")
	if len(seg) == 1 && seg[0] == "redeem" && c.r.Method == http.MethodGet {
		return c.redeem()
	}
	if len(seg) < 2 {
		return c.aadsts(http.StatusNotFound, "invalid_request", 900561, "The endpoint does not exist.")
	}
	key := c.r.Method + " " + strings.Join(seg[1:], "/")
	if key == "GET oauth2/v2.0/authorize" || key == "POST oauth2/v2.0/authorize" { // answers a person, whatever is wrong
		return c.authorize(seg[0])
	}
	tenantID := c.loginTenant(seg[0])
	if tenantID == "" {
		return c.refuse(noTenant(seg[0]))
	}
	switch key {
	case "GET v2.0/.well-known/openid-configuration":
		return ok(c.metadata(tenantID))
	case "GET discovery/v2.0/keys":
		return ok(c.s.jwks())
	case "POST oauth2/v2.0/token":
		form, rep := c.tokenEndpoint(seg[0], tenantID)
		c.remember("token", form, rep)
		return rep
	}
	return c.aadsts(http.StatusNotFound, "invalid_request", 900561, "The endpoint does not accept this request.")
}

// anyTenant is what stands for the tenant in the metadata of the endpoints for all tenants.
const anyTenant = "{tenantid}"

func everyTenant(name string) bool {
	return slices.Contains([]string{"common", "organizations", "consumers"}, name)
}

// loginTenant resolves what stands for the tenant in a path: a GUID or any domain of a tenant.
func (c *call) loginTenant(name string) string {
	switch {
	case strings.EqualFold(name, c.s.opt.TenantID):
		return c.s.opt.TenantID
	case everyTenant(name):
		return anyTenant
	}
	if slices.ContainsFunc(c.s.partners, func(p *Partner) bool { return strings.EqualFold(p.TenantID, name) }) {
		return strings.ToLower(name)
	}
	return c.s.tenantOfDomain(name)
}

func (c *call) metadata(tenantID string) map[string]any {
	host := c.s.urls[HostLogin] + "/"
	base := host + tenantID
	if tenantID == anyTenant {
		base = host + "common"
	}
	authorize := base + "/oauth2/v2.0/authorize"
	if c.s.opt.AuthorizationEndpoint != "" {
		authorize = c.s.opt.AuthorizationEndpoint
	}
	return map[string]any{
		"issuer": host + tenantID + "/v2.0", "token_endpoint": base + "/oauth2/v2.0/token", "authorization_endpoint": authorize,
		"jwks_uri": base + "/discovery/v2.0/keys", "end_session_endpoint": base + "/oauth2/v2.0/logout",
		"userinfo_endpoint":                     c.s.urls[HostGraph] + "/oidc/userinfo",
		"response_types_supported":              []string{"code", "id_token", "code id_token"},
		"response_modes_supported":              []string{"query", "fragment", "form_post"},
		"subject_types_supported":               []string{"pairwise"},
		"scopes_supported":                      []string{"openid", "profile", "email", "offline_access"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		"claims_supported":                      []string{"sub", "iss", "aud", "exp", "iat", "nonce", "name", "oid", "preferred_username", "tid", "ver"},
		"tenant_region_scope":                   "EU", "cloud_instance_name": "microsoftonline.com",
	}
}

func (c *call) clientCredentials(app *App, scope string, byCertificate bool) reply {
	var resource string
	for part := range strings.FieldsSeq(scope) {
		// Libraries add the OpenID scopes, which say nothing here.
		if slices.Contains([]string{"openid", "offline_access", "profile"}, part) {
			continue
		}
		base, isDefault := strings.CutSuffix(part, defaultScope)
		if !isDefault || resource != "" {
			return c.aadsts(http.StatusBadRequest, "invalid_scope", 1002012, "The provided value for scope "+part+
				" is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.")
		}
		resource = base
	}
	if resource == "" {
		return c.aadsts(http.StatusBadRequest, "invalid_request", 90014, "The required field 'scope' is missing from the credential.")
	}
	var roles []string
	switch host := sameHost(resource); {
	case host == sameHost(c.s.urls[HostGraph]) || host == graphAppID:
		roles = app.GraphRoles
	case host == sameHost(c.s.urls[HostSharePoint]) || host == sameHost(c.s.urls[HostAdmin]):
		roles = app.SharePointRoles
	case slices.Contains(app.BotScopes, resource+defaultScope): // the Bot Connector has no roles
	default:
		return c.aadsts(http.StatusBadRequest, "invalid_resource", 500011, "The resource principal named "+resource+
			" was not found in the tenant named "+c.s.opt.Name+".")
	}
	granted := slices.DeleteFunc(slices.Clone(roles), func(r string) bool { return c.s.revoked[r] })
	raw, err := c.s.issue(app, resource, granted, byCertificate)
	if err != nil {
		return c.aadsts(http.StatusInternalServerError, "server_error", 90033, "A transient error has occurred.")
	}
	seconds := int(c.s.opt.TokenLifetime.Seconds())
	return tokens(map[string]any{"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": raw})
}
