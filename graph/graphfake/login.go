package graphfake

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// loginState is what the login host remembers.
type loginState struct {
	apps       map[string]*App
	assertions map[string]bool // jti of client assertions that were used
	codes      map[string]authCode
	generation int // of the tokens that count as live
}

func newLoginState(apps []App) loginState {
	l := loginState{
		apps: map[string]*App{}, assertions: map[string]bool{}, codes: map[string]authCode{},
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

// aadsts is the login host's error.
func (c *call) aadsts(status int, code string, number int, text string) reply {
	id := newID()
	now := c.s.opt.Now().UTC()
	return reply{status: status, body: map[string]any{
		"error": code,
		"error_description": fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s",
			number, text, id, id, now.Format("2006-01-02 15:04:05Z")),
		"error_codes": []int{number}, "timestamp": now.Format("2006-01-02 15:04:05Z"), "trace_id": id, "correlation_id": id,
	}}
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
	tenantID := c.loginTenant(seg[0])
	if tenantID == "" {
		return c.aadsts(http.StatusBadRequest, "invalid_tenant", 90002, "Tenant '"+seg[0]+"' not found. "+
			"Check to make sure you have the correct tenant ID and are signing into the correct cloud.")
	}
	key := c.r.Method + " " + strings.Join(seg[1:], "/")
	switch key {
	case "GET v2.0/.well-known/openid-configuration":
		return ok(c.metadata(tenantID))
	case "GET discovery/v2.0/keys":
		return ok(map[string]any{"keys": []any{c.s.jwk()}})
	case "POST oauth2/v2.0/token":
		if tenantID != c.s.opt.TenantID {
			return c.aadsts(http.StatusBadRequest, "invalid_request", 90002, "Tenant '"+seg[0]+"' not found.")
		}
		return c.tokenEndpoint(seg[0])
	case "GET oauth2/v2.0/authorize", "POST oauth2/v2.0/authorize":
		return c.authorize()
	}
	return c.aadsts(http.StatusNotFound, "invalid_request", 900561, "The endpoint does not accept this request.")
}

// loginTenant resolves what stands for the tenant in a path: a GUID or any domain of a tenant.
func (c *call) loginTenant(name string) string {
	if strings.EqualFold(name, c.s.opt.TenantID) {
		return c.s.opt.TenantID
	}
	if slices.ContainsFunc(c.s.partners, func(p *Partner) bool { return strings.EqualFold(p.TenantID, name) }) {
		return strings.ToLower(name)
	}
	return c.s.tenantOfDomain(name)
}

func (c *call) metadata(tenantID string) map[string]any {
	base := c.s.urls[HostLogin] + "/" + tenantID
	authorize := base + "/oauth2/v2.0/authorize"
	if c.s.opt.AuthorizationEndpoint != "" {
		authorize = c.s.opt.AuthorizationEndpoint
	}
	return map[string]any{
		"issuer": base + "/v2.0", "token_endpoint": base + "/oauth2/v2.0/token", "authorization_endpoint": authorize,
		"jwks_uri": base + "/discovery/v2.0/keys", "end_session_endpoint": base + "/oauth2/v2.0/logout",
		"userinfo_endpoint":                     c.s.urls[HostGraph] + "/oidc/userinfo",
		"response_types_supported":              []string{"code", "id_token", "code id_token"},
		"response_modes_supported":              []string{"query", "fragment", "form_post"},
		"subject_types_supported":               []string{"pairwise"},
		"scopes_supported":                      []string{"openid", "profile", "email", "offline_access"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt"},
		"claims_supported":                      []string{"sub", "iss", "aud", "exp", "iat", "nonce", "name", "oid", "preferred_username", "tid", "ver"},
		"tenant_region_scope":                   "EU", "cloud_instance_name": "microsoftonline.com",
	}
}

func (s *Server) jwk() map[string]any {
	b64 := base64.RawURLEncoding.EncodeToString
	return map[string]any{
		"kty": "RSA", "use": "sig", "kid": keyID, "x5t": keyID, "alg": "RS256",
		"n": b64(s.key.N.Bytes()), "e": b64(big.NewInt(int64(s.key.E)).Bytes()),
	}
}

// tokenEndpoint answers client credentials and the authorization code.
func (c *call) tokenEndpoint(tenantName string) reply {
	form, err := url.ParseQuery(string(c.body))
	if err != nil || !strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return c.aadsts(http.StatusBadRequest, "invalid_request", 900144, "The request body must contain the following parameter: 'grant_type'.")
	}
	for _, name := range []string{"grant_type", "client_id"} {
		if form.Get(name) == "" {
			return c.aadsts(http.StatusBadRequest, "invalid_request", 900144, "The request body must contain the following parameter: '"+name+"'.")
		}
	}
	app := c.s.login.apps[form.Get("client_id")]
	if app == nil {
		return c.aadsts(http.StatusBadRequest, "unauthorized_client", 700016, "Application with identifier '"+form.Get("client_id")+
			"' was not found in the directory '"+c.s.opt.Name+"'.")
	}
	byCertificate, bad := c.clientProof(app, form, tenantName)
	if bad != nil {
		return *bad
	}
	switch form.Get("grant_type") {
	case "client_credentials":
		return c.clientCredentials(app, form.Get("scope"), byCertificate)
	case "authorization_code":
		return c.redeemCode(app, form)
	}
	return c.aadsts(http.StatusBadRequest, "unsupported_grant_type", 70003, "The app requested an unsupported grant type '"+form.Get("grant_type")+"'.")
}

// clientProof checks the secret or the assertion and says which it was.
func (c *call) clientProof(app *App, form url.Values, tenantName string) (byCertificate bool, bad *reply) {
	refuse := func(number int, text string) (bool, *reply) {
		r := c.aadsts(http.StatusUnauthorized, "invalid_client", number, text)
		return false, &r
	}
	if form.Get("client_assertion_type") != "" || form.Get("client_assertion") != "" {
		if form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
			return refuse(700021, "Client assertion application identifier doesn't match 'client_id' parameter or the type is unknown.")
		}
		if number, text := c.checkAssertion(app, form.Get("client_assertion"), tenantName); number != 0 {
			return refuse(number, text)
		}
		return true, nil
	}
	secret := form.Get("client_secret")
	switch {
	case secret == "":
		return refuse(7000216, "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.")
	case app.Secret == "" || subtle.ConstantTimeCompare([]byte(secret), []byte(app.Secret)) != 1:
		return refuse(7000215, "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "+
			"value, not the client secret ID, for a secret added to app '"+app.ClientID+"'.")
	case app.SecretExpired:
		return refuse(7000222, "The provided client secret keys for app '"+app.ClientID+"' are expired.")
	}
	return false, nil
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
	return ok(map[string]any{"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": raw})
}
