package graphfake

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// authCode is an authorization code that waits to be redeemed, once, within ten minutes.
type authCode struct {
	user, client, redirect, challenge, nonce string
	until                                    time.Time
}

// SignIn is a person's sign-in as the authorization endpoint received it.
type SignIn struct {
	UserID        string // who signs in
	ClientID      string
	RedirectURI   string
	State         string
	Nonce         string
	CodeChallenge string // S256
}

// Reasons why a person cannot sign in.
var (
	ErrSignInUser   = errors.New("AADSTS50034: the user account does not exist in the directory")
	ErrSignInOff    = errors.New("AADSTS50057: the user account is disabled")
	ErrSignInClient = errors.New("AADSTS50011: the application or its redirect URI is not registered")
	ErrSignInPKCE   = errors.New("AADSTS9002325: proof key for code exchange is required")
)

// Authorize completes a sign-in and gives the URL to send the browser to, with code and state. It is what the sign-in
// page does; a page elsewhere (Options.AuthorizationEndpoint) calls it.
func (s *Server) Authorize(in SignIn) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.authorizeUser(in)
}

func (s *Server) authorizeUser(in SignIn) (string, error) {
	u, app := s.user(in.UserID), s.login.apps[in.ClientID]
	switch {
	case u == nil:
		return "", ErrSignInUser
	case u.Disabled:
		return "", ErrSignInOff
	case app == nil || !slices.Contains(app.RedirectURIs, in.RedirectURI):
		return "", ErrSignInClient
	case in.CodeChallenge == "":
		return "", ErrSignInPKCE
	}
	to, err := url.Parse(in.RedirectURI)
	if err != nil {
		return "", fmt.Errorf("reading the redirect URI: %w", err)
	}
	code := newID()
	s.login.codes[code] = authCode{u.ID, in.ClientID, in.RedirectURI, in.CodeChallenge, in.Nonce, time.Now().Add(10 * time.Minute)}
	q := to.Query()
	q.Set("code", code)
	q.Set("state", in.State)
	to.RawQuery = q.Encode()
	return to.String(), nil
}

var signInPage = template.Must(template.New("signin").Parse(`<!doctype html><meta charset="utf-8"><title>Sign in</title>
<h1>Sign in to {{.Name}}</h1><form method="post"><ul>{{range .Users}}
<li><button name="user" value="{{.ID}}">{{.DisplayName}} ({{.UserPrincipalName}})</button></li>{{end}}</ul></form>`))

// authorize shows the people of the tenant and lets the browser be one of them.
func (c *call) authorize() reply {
	if c.r.Method == http.MethodGet {
		var page strings.Builder
		people := keep(c.s.users, func(u *User) bool { return u.Deleted.IsZero() })
		if err := signInPage.Execute(&page, map[string]any{"Name": c.s.opt.Name, "Users": people}); err != nil {
			return c.aadsts(http.StatusInternalServerError, "server_error", 90033, "A transient error has occurred.")
		}
		return reply{status: http.StatusOK, body: []byte(page.String()), ctype: "text/html; charset=utf-8"}
	}
	form, err := url.ParseQuery(string(c.body))
	if err != nil || c.q.Get("response_type") != "code" || c.q.Get("code_challenge_method") != "S256" {
		return c.aadsts(http.StatusBadRequest, "invalid_request", 900144, "The request must ask for a code with an S256 challenge.")
	}
	to, err := c.s.authorizeUser(SignIn{
		UserID: form.Get("user"), ClientID: c.q.Get("client_id"), RedirectURI: c.q.Get("redirect_uri"), State: c.q.Get("state"),
		Nonce: c.q.Get("nonce"), CodeChallenge: c.q.Get("code_challenge"),
	})
	if err != nil {
		return reply{status: http.StatusBadRequest, body: []byte(err.Error()), ctype: "text/plain; charset=utf-8"}
	}
	return reply{status: http.StatusFound, header: http.Header{"Location": {to}}}
}

type idClaims struct {
	jwt.RegisteredClaims
	Name     string `json:"name"`
	ObjectID string `json:"oid"`
	Username string `json:"preferred_username"`
	TenantID string `json:"tid"`
	Nonce    string `json:"nonce,omitempty"`
	Version  string `json:"ver"`
}

// redeemCode answers an ID token for a code, its verifier and its redirect URI.
func (c *call) redeemCode(app *App, form url.Values) reply {
	code, known := c.s.login.codes[form.Get("code")]
	delete(c.s.login.codes, form.Get("code"))
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	u := c.s.user(code.user)
	switch {
	case !known || time.Now().After(code.until):
		return c.aadsts(http.StatusBadRequest, "invalid_grant", 70008, "The provided authorization code is expired or was used before.")
	case code.client != app.ClientID || code.redirect != form.Get("redirect_uri"):
		return c.aadsts(http.StatusBadRequest, "invalid_grant", 50011, "The code was issued to another client or redirect URI.")
	case base64.RawURLEncoding.EncodeToString(sum[:]) != code.challenge:
		return c.aadsts(http.StatusBadRequest, "invalid_grant", 501481, "The code_verifier does not match the code_challenge supplied in the authorization request.")
	case u == nil || u.Disabled:
		return c.aadsts(http.StatusBadRequest, "invalid_grant", 50057, "The user account is disabled.")
	}
	now := time.Now()
	t := jwt.NewWithClaims(jwt.SigningMethodRS256, idClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: c.s.urls[HostLogin] + "/" + c.s.opt.TenantID + "/v2.0", Subject: "sub-" + u.ID, Audience: jwt.ClaimStrings{app.ClientID},
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(c.s.opt.TokenLifetime)),
		},
		Name: u.DisplayName, ObjectID: u.ID, Username: u.UserPrincipalName, TenantID: c.s.opt.TenantID, Nonce: code.nonce, Version: "2.0",
	})
	t.Header["kid"] = keyID
	raw, err := t.SignedString(c.s.key)
	if err != nil {
		return c.aadsts(http.StatusInternalServerError, "server_error", 90033, "A transient error has occurred.")
	}
	seconds := int(c.s.opt.TokenLifetime.Seconds())
	return ok(map[string]any{
		"token_type": "Bearer", "scope": "openid profile", "expires_in": seconds, "ext_expires_in": seconds, "id_token": raw,
	})
}

// redeem is what a guest's link leads to: the invitation is accepted and the browser goes on to the site, unless
// something stops the guest at sign-in.
func (c *call) redeem() reply {
	plain := func(status int, text string) reply {
		return reply{status: status, body: []byte(text), ctype: "text/plain; charset=utf-8"}
	}
	for _, inv := range c.s.invitations {
		if inv.ID != c.q.Get("rd") {
			continue
		}
		u := c.s.user(inv.UserID)
		if u == nil {
			break
		}
		if stop := c.s.signInStop(u); stop != "" {
			return plain(http.StatusForbidden, stop)
		}
		u.accept(c.s.opt.Now())
		return reply{status: http.StatusFound, header: http.Header{"Location": {inv.RedirectURL}}}
	}
	return plain(http.StatusBadRequest, "AADSTS50000: the invitation does not exist any more.")
}
