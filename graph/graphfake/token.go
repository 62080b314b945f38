package graphfake

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Application ids of the resources.
const (
	graphAppID      = "00000003-0000-0000-c000-000000000000"
	sharePointAppID = "00000003-0000-0ff1-ce00-000000000000"
)

// token is a checked access token.
type token struct {
	app    *App
	claims *accessClaims
	roles  []string // granted when it was issued and not taken back since
	secret bool     // the client authenticated with a secret
}

// accessClaims are those of an application's token; appidacr is how the client proved itself: 1 secret, 2 certificate.
type accessClaims struct {
	jwt.RegisteredClaims
	AppID    string   `json:"appid"`
	AppIDACR string   `json:"appidacr"`
	IDType   string   `json:"idtyp"`
	Roles    []string `json:"roles,omitempty"`
	Scopes   string   `json:"scp,omitempty"` // delegated, of a person's token
	TenantID string   `json:"tid"`
	ObjectID string   `json:"oid"`
	Version  string   `json:"ver"`
	// Generation is this tenant's own: ExpireTokens moves on to the next.
	Generation int `json:"gen"`
}

// issue signs an access token for a resource.
func (s *Server) issue(app *App, audience string, roles []string, byCertificate bool) (string, error) {
	now := time.Now()
	acr := "1"
	if byCertificate {
		acr = "2"
	}
	return s.sign(accessClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: s.urls[HostLogin] + "/" + s.opt.TenantID + "/", Subject: app.ClientID, Audience: jwt.ClaimStrings{audience},
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(s.opt.TokenLifetime)), ID: newID(),
		},
		AppID: app.ClientID, AppIDACR: acr, IDType: "app", Roles: roles, TenantID: s.opt.TenantID, ObjectID: app.ClientID, Version: "1.0",
		Generation: s.login.generation,
	})
}

// bearer checks the token of a request for a host: signature, times, audience, tenant. The second result says what is
// wrong, empty when nothing is.
func (s *Server) bearer(r *http.Request, host string) (*token, string) {
	raw, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found || raw == "" {
		return nil, "Access token is empty."
	}
	claims, app, problem := s.verify(raw)
	if problem != "" {
		return nil, problem
	}
	good := []string{sameHost(s.urls[host])}
	if host == HostGraph {
		good = append(good, graphAppID)
	}
	if len(claims.Audience) != 1 || !slices.Contains(good, sameHost(claims.Audience[0])) {
		return nil, "Access token validation failure. Invalid audience."
	}
	granted := app.GraphRoles
	if host != HostGraph {
		granted = app.SharePointRoles
	}
	t := &token{app: app, claims: claims, secret: claims.AppIDACR != "2"}
	for _, role := range claims.Roles {
		if slices.Contains(granted, role) && !s.revoked[role] {
			t.roles = append(t.roles, role)
		}
	}
	return t, ""
}

// verify checks what does not depend on the host that receives a token: signature, times, tenant, application. The
// last result is as bearer's.
func (s *Server) verify(raw string) (*accessClaims, *App, string) {
	var claims accessClaims
	_, err := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired(), jwt.WithIssuedAt()).
		ParseWithClaims(raw, &claims, s.publicKey)
	switch app := s.login.apps[claims.AppID]; {
	case err != nil && isExpired(err):
		return nil, nil, "Lifetime validation failed, the token is expired."
	case err != nil:
		return nil, nil, "CompactToken parsing failed or the signature is invalid."
	case claims.Generation != s.login.generation:
		return nil, nil, "Lifetime validation failed, the token is expired."
	case claims.TenantID != s.opt.TenantID:
		return nil, nil, "The tenant for tenant guid '" + claims.TenantID + "' does not exist."
	case app == nil:
		return nil, nil, "The identity of the calling application could not be established."
	default:
		return &claims, app, ""
	}
}

// has says whether the caller holds any of the roles.
func (c *call) has(anyOf ...string) bool {
	return c.token != nil && slices.ContainsFunc(anyOf, func(r string) bool { return slices.Contains(c.token.roles, r) })
}

// ExpireTokens makes every access token issued so far unusable, as if its time had passed.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.login.generation++
}
