package graphfake

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"time"
)

// codeLife is how long an authorization code can be redeemed.
const codeLife = 10 * time.Minute

// authCode is an authorization code: who signed in, for which request, and whether it was redeemed.
type authCode struct {
	user, client, redirect, nonce string
	challenge, method             string
	scopes                        []string
	until                         time.Time
	used                          bool
	forgery                       Forgery
}

// complete answers a sign-in that succeeded.
func (c *call) complete(a *authorization, u *User) reply {
	code := &authCode{
		user: u.ID, client: a.app.ClientID, redirect: a.redirect, nonce: a.nonce, challenge: a.challenge, method: a.method,
		scopes: a.scopes, until: time.Now().Add(codeLife), forgery: c.s.login.takeForgery(),
	}
	back := *a
	switch code.forgery { //nolint:exhaustive // the others show in the id token
	case ForgeState:
		back.state = newID()
	case ForgeNoState:
		back.state = ""
	case ForgeCodeClient:
		code.client = otherClient
	case ForgeCodeBrowser:
		code.nonce = newID()
		if code.challenge != "" {
			code.challenge = challengeOf(rand.Text()+rand.Text(), code.method)
		}
	}
	raw := newCode()
	c.s.login.codes[raw] = code
	return c.sendBack(&back, url.Values{"code": {raw}, "session_state": {newID()}}, "code")
}

// newCode makes a code of the vendor's length, which is far from short.
func newCode() string {
	var b [480]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return "1." + base64.RawURLEncoding.EncodeToString(b[:])
}

// challengeOf derives a challenge from its verifier, RFC 7636 §4.2.
func challengeOf(verifier, method string) string {
	if method != "S256" {
		return verifier
	}
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// ExpireCodes lets the time of every authorization code pass.
func (s *Server) ExpireCodes() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, code := range s.login.codes {
		code.until = time.Time{}
	}
}

// redeemCode answers tokens for a code, its verifier and its redirect URI. A code is spent by the first attempt of its
// own client, also by one that fails.
func (c *call) redeemCode(app *App, form url.Values) reply {
	code, stop := c.takeCode(app, form)
	if stop != nil {
		return c.refuse(stop)
	}
	u := c.s.user(code.user)
	if u == nil {
		return c.refuse(invalidGrant(50034, "The user account does not exist in the directory."))
	}
	if why := c.s.signInStop(u); why != "" {
		e := atSignIn(why)
		e.code = "invalid_grant"
		return c.refuse(e)
	}
	return c.personTokens(app, u, code, form.Get("client_info") == "1")
}

func invalidGrant(number int, text string) *refusal {
	return &refusal{code: "invalid_grant", number: number, text: text}
}

func (c *call) takeCode(app *App, form url.Values) (*authCode, *refusal) {
	if form.Get("code") == "" {
		return nil, missingParameter("code")
	}
	code := c.s.login.codes[form.Get("code")]
	switch {
	case code == nil:
		return nil, invalidGrant(9002313, "Invalid request. Request is malformed or invalid.")
	case code.client != app.ClientID: // the number could not be verified
		return nil, invalidGrant(70000, "Provided grant is invalid or malformed: it was issued to another client.")
	case code.used:
		return nil, invalidGrant(54005, "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.")
	}
	code.used = true
	verifier := form.Get("code_verifier")
	good := challengeForm.MatchString(verifier) &&
		subtle.ConstantTimeCompare([]byte(challengeOf(verifier, code.method)), []byte(code.challenge)) == 1
	switch {
	case time.Now().After(code.until):
		return nil, invalidGrant(70008, "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.")
	case form.Get("redirect_uri") == "":
		return nil, missingParameter("redirect_uri")
	case form.Get("redirect_uri") != code.redirect:
		return nil, invalidGrant(500112, "The reply address '"+form.Get("redirect_uri")+"' does not match the reply address '"+
			code.redirect+"' provided when requesting Authorization code.")
	case code.challenge != "" && verifier == "":
		return nil, invalidGrant(50148, "The code_verifier parameter is missing, although the authorization request had a code_challenge.")
	case code.challenge == "" && verifier != "": // RFC 9700 §2.1.1 against a downgrade; the number could not be verified
		return nil, invalidGrant(501481, "The code_verifier was given, although the authorization request had no code_challenge.")
	case code.challenge != "" && !good:
		return nil, invalidGrant(501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request.")
	}
	if scope := strings.Fields(form.Get("scope")); slices.ContainsFunc(scope, func(x string) bool { return !slices.Contains(code.scopes, x) }) {
		return nil, &refusal{code: "invalid_scope", number: 70011, text: "The provided request must include a 'scope' input parameter " +
			"whose values the authorization request had. The scope '" + form.Get("scope") + "' is not valid."}
	}
	return code, nil
}
