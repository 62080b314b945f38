package graphfake_test

import (
	"crypto/sha1" //nolint:gosec // the older thumbprint is tested too
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"guestsite/graph/graphfake"
)

func (l *lab) tokenPath() string { return "/" + l.TenantID() + "/oauth2/v2.0/token" }

func (a answer) wantAADSTS(status, number int) {
	a.t.Helper()
	a.want(status)
	codes, _ := a.body["error_codes"].([]any)
	if len(codes) != 1 || codes[0] != float64(number) || !strings.HasPrefix(a.text("error_description"), fmt.Sprintf("AADSTS%d:", number)) {
		a.t.Fatalf("error %v %q, want %d", codes, a.text("error_description"), number)
	}
}

func TestToken_AssertionIsVerified(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	sum256, sum1 := sha256.Sum256(cert(t).der), sha1.Sum(cert(t).der) //nolint:gosec // see the import
	for name, tc := range map[string]struct {
		edit   func(*jwt.Token, jwt.MapClaims)
		number int // 0 is success
	}{
		"as documented":   {nil, 0},
		"older algorithm": {func(tok *jwt.Token, _ jwt.MapClaims) { tok.Method, tok.Header["alg"] = jwt.SigningMethodRS256, "RS256" }, 0},
		"padded thumbprint": {func(tok *jwt.Token, _ jwt.MapClaims) {
			tok.Header["x5t#S256"] = base64.URLEncoding.EncodeToString(sum256[:])
		}, 0},
		"standard base64": {func(tok *jwt.Token, _ jwt.MapClaims) {
			tok.Header["x5t#S256"] = base64.StdEncoding.EncodeToString(sum256[:])
		}, 0},
		"SHA-1 thumbprint alone": {func(tok *jwt.Token, _ jwt.MapClaims) {
			delete(tok.Header, "x5t#S256")
			tok.Header["x5t"] = base64.RawURLEncoding.EncodeToString(sum1[:])
		}, 0},
		"issuer as audience": {func(_ *jwt.Token, c jwt.MapClaims) { c["aud"] = l.LoginURL() + "/" + l.TenantID() + "/v2.0" }, 0},
		"other algorithm":    {func(tok *jwt.Token, _ jwt.MapClaims) { tok.Method, tok.Header["alg"] = jwt.SigningMethodRS512, "RS512" }, 700027},
		"no thumbprint":      {func(tok *jwt.Token, _ jwt.MapClaims) { delete(tok.Header, "x5t#S256") }, 700027},
		"unknown thumbprint": {func(tok *jwt.Token, _ jwt.MapClaims) {
			tok.Header["x5t#S256"] = base64.RawURLEncoding.EncodeToString(make([]byte, 32))
		}, 700027},
		"expired":       {func(_ *jwt.Token, c jwt.MapClaims) { c["exp"] = time.Now().Add(-time.Minute).Unix() }, 700024},
		"never expires": {func(_ *jwt.Token, c jwt.MapClaims) { delete(c, "exp") }, 700027},
		"other audience": {func(_ *jwt.Token, c jwt.MapClaims) {
			c["aud"] = "https://login.microsoftonline.com/x/oauth2/v2.0/token"
		}, 700023},
		"other issuer":  {func(_ *jwt.Token, c jwt.MapClaims) { c["iss"] = "somebody" }, 700021},
		"other subject": {func(_ *jwt.Token, c jwt.MapClaims) { c["sub"] = "somebody" }, 700021},
		"no jti":        {func(_ *jwt.Token, c jwt.MapClaims) { delete(c, "jti") }, 50027},
	} {
		t.Run(name, func(t *testing.T) {
			form := l.tokenForm(l.GraphURL(), false)
			form.Set("client_assertion", l.assertion(tc.edit))
			a := l.postForm(l.tokenPath(), form)
			if tc.number != 0 {
				a.wantAADSTS(http.StatusUnauthorized, tc.number)
				return
			}
			if a.want(http.StatusOK); a.text("token_type") != "Bearer" || a.text("access_token") == "" || a.body["expires_in"] != float64(3599) {
				t.Fatalf("answer %s", a.raw)
			}
		})
	}
}

func TestToken_AssertionIsTakenOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	form := l.tokenForm(l.GraphURL(), false)
	l.postForm(l.tokenPath(), form).want(http.StatusOK)
	l.postForm(l.tokenPath(), form).wantAADSTS(http.StatusUnauthorized, 50027)
}

func TestToken_RefusalsNameTheCause(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for name, tc := range map[string]struct {
		key, value     string
		status, number int
	}{
		"wrong secret":        {"client_secret", "guess", 401, 7000215},
		"no secret":           {"client_secret", "", 401, 7000216},
		"unknown application": {"client_id", "99999999-0000-4000-8000-000000000000", 400, 700016},
		"no scope":            {"scope", "openid profile", 400, 90014},
		"no .default":         {"scope", l.GraphURL() + "/User.Read.All", 400, 1002012},
		"two resources":       {"scope", l.GraphURL() + "/.default " + l.AdminURL() + "/.default", 400, 1002012},
		"unknown resource":    {"scope", "https://elsewhere.sharepoint.com/.default", 400, 500011},
		"other grant":         {"grant_type", "password", 400, 70003},
		"no grant":            {"grant_type", "", 400, 900144},
	} {
		t.Run(name, func(t *testing.T) {
			form := l.tokenForm(l.GraphURL(), true)
			form.Set(tc.key, tc.value)
			l.postForm(l.tokenPath(), form).wantAADSTS(tc.status, tc.number)
		})
	}
	l.postForm("/nowhere.example/oauth2/v2.0/token", l.tokenForm(l.GraphURL(), true)).wantAADSTS(400, 90002)
}

func TestToken_ExpiredSecretIsToldApart(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(o *graphfake.Options) { o.Apps[0].SecretExpired = true })
	l.postForm(l.tokenPath(), l.tokenForm(l.GraphURL(), true)).wantAADSTS(401, 7000222)
}

func TestToken_OpenIDScopesAreTolerated(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	form := l.tokenForm(l.GraphURL(), true)
	form.Set("scope", l.GraphURL()+"/.default openid offline_access profile")
	l.postForm(l.tokenPath(), form).want(http.StatusOK)
}

func TestMetadata_IssuerIsOnTheAuthority(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	get := func(name string) answer {
		return l.get(l.LoginURL() + "/" + name + "/v2.0/.well-known/openid-configuration")
	}
	for name, id := range map[string]string{
		l.TenantID(): l.TenantID(), "noordzee.nl": l.TenantID(), "fabrikam.com": l.demo.Fabrikam.TenantID,
		"outlook.com": "9188040d-6c67-4c5b-b112-36a304b66dad",
	} {
		a := get(name).want(http.StatusOK)
		if a.text("issuer") != l.LoginURL()+"/"+id+"/v2.0" || !strings.HasPrefix(a.text("token_endpoint"), l.LoginURL()) {
			t.Errorf("%s: issuer %s, token endpoint %s", name, a.text("issuer"), a.text("token_endpoint"))
		}
	}
	get("nobody.example").wantAADSTS(400, 90002)
	keys := l.get(get(l.TenantID()).text("jwks_uri")).want(http.StatusOK)
	if list, _ := keys.body["keys"].([]any); len(list) != 1 {
		t.Errorf("keys %s", keys.raw)
	}
}

func TestGraph_TokensAreChecked(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	try := func(authorization string) answer {
		return l.get("/organization", "Authorization", authorization)
	}
	good := l.token(l.GraphURL())
	for name, tc := range map[string]struct{ header, text string }{
		"none":                    {"", "Access token is empty."},
		"not a token":             {"Bearer abc", "CompactToken parsing failed"},
		"for the admin host":      {"Bearer " + l.token(l.AdminURL()), "Invalid audience"},
		"signature of another":    {"Bearer " + good[:strings.LastIndexByte(good, '.')] + "." + strings.Repeat("A", 342), "CompactToken parsing failed"},
		"signed with nothing":     {"Bearer " + unsigned(good), "CompactToken parsing failed"},
		"wrong authentication":    {"Basic " + good, "Access token is empty."},
		"client's own assertion ": {"Bearer " + l.assertion(nil), "CompactToken parsing failed"},
	} {
		t.Run(name, func(t *testing.T) {
			try(tc.header).want(http.StatusUnauthorized, "InvalidAuthenticationToken", tc.text)
		})
	}
	try("Bearer " + good).want(http.StatusOK)
	l.ExpireTokens()
	try("Bearer "+good).want(http.StatusUnauthorized, "InvalidAuthenticationToken", "Lifetime validation failed")
}

// unsigned keeps the claims of a token and drops its signature.
func unsigned(raw string) string {
	parts := strings.Split(raw, ".")
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + "."
}
