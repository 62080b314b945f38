package signin

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"

	"guestsite/bot"
)

const (
	tenant = "5f0c7c5e-3b0f-4d0a-9c41-6a1f0e2d7b10"
	other  = "0b0d0d5e-7c1f-4d77-8f0a-3f9a0e1c2d4b"
	person = "2f6a1b8e-4c35-4d07-9c86-7c9d3f1e5b2a"
	nonce  = "nonce-of-this-sign-in"
)

// Each token differs from the valid one in one property; the valid one is taken.
func TestPerson_TakesNoTokenWithOnePropertyWrong(t *testing.T) {
	t.Parallel()
	ours, theirs := key(t), key(t)
	i := newIssuer(Options{Login: "https://login.example/", TenantID: strings.ToUpper(tenant), ClientID: clientID, HTTP: http.DefaultClient})
	verifier := oidc.NewVerifier(i.url, &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{&ours.PublicKey}}, i.config())
	now := time.Now()
	set := func(name string, value any) func(jwt.MapClaims) { return func(c jwt.MapClaims) { c[name] = value } }
	drop := func(name string) func(jwt.MapClaims) { return func(c jwt.MapClaims) { delete(c, name) } }
	for _, tc := range []struct {
		name   string
		change func(jwt.MapClaims)
		method jwt.SigningMethod
		key    any
		taken  bool
	}{
		{"the valid one", nil, nil, nil, true},
		{"one that began a moment ahead of our clock", set("nbf", now.Add(time.Minute).Unix()), nil, nil, true},
		{"another issuer", set("iss", "https://login.example/"+other+"/v2.0"), nil, nil, false},
		{"the issuer of version 1", set("iss", "https://sts.windows.net/"+tenant+"/"), nil, nil, false},
		{"the issuer of all tenants", set("iss", "https://login.example/common/v2.0"), nil, nil, false},
		{"no issuer", drop("iss"), nil, nil, false},
		{"another audience", set("aud", other), nil, nil, false},
		{"ours among the audiences", set("aud", []string{clientID, other}), nil, nil, false},
		{"no audience", drop("aud"), nil, nil, false},
		{"expired", set("exp", now.Add(-time.Second).Unix()), nil, nil, false},
		{"no end", drop("exp"), nil, nil, false},
		{"not valid yet", set("nbf", now.Add(time.Hour).Unix()), nil, nil, false},
		{"another nonce", set("nonce", "nonce-of-another"), nil, nil, false},
		{"no nonce", drop("nonce"), nil, nil, false},
		{"another tenant", set("tid", other), nil, nil, false},
		{"no tenant", drop("tid"), nil, nil, false},
		{"no object id", drop("oid"), nil, nil, false},
		{"an odd object id", set("oid", "x' or 1 eq 1"), nil, nil, false},
		{"an object id that is none", set("oid", 7), nil, nil, false},
		{"no signature", nil, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, false},
		{"an HMAC with the public key", nil, jwt.SigningMethodHS256, ours.N.Bytes(), false},
		{"another algorithm of the same key", nil, jwt.SigningMethodPS256, ours, false},
		{"another key, as of another tenant", nil, jwt.SigningMethodRS256, theirs, false},
	} {
		claims := jwt.MapClaims{
			"iss": i.url, "aud": clientID, "sub": "s", "tid": tenant, "oid": strings.ToUpper(person), "nonce": nonce, "ver": "2.0",
			"iat": now.Add(-time.Minute).Unix(), "nbf": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(),
		}
		if tc.change != nil {
			tc.change(claims)
		}
		method, with := tc.method, tc.key
		if method == nil {
			method, with = jwt.SigningMethodRS256, ours
		}
		raw, err := jwt.NewWithClaims(method, claims).SignedString(with)
		if err != nil {
			t.Fatal(err)
		}
		id := ""
		token, err := verifier.Verify(t.Context(), raw)
		if err == nil {
			id, err = i.person(token, nonce)
		}
		if (err == nil) != tc.taken || tc.taken && id != person {
			t.Errorf("%s: %q, %v", tc.name, id, err)
		}
		if err == nil {
			if id, err := i.person(token, ""); err == nil {
				t.Errorf("%s: without a nonce of ours %q was taken", tc.name, id)
			}
		}
	}
}

func key(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// loginHost answers metadata, with changes, and the token endpoint.
func loginHost(t *testing.T, change map[string]any, token http.HandlerFunc) *issuer {
	t.Helper()
	mux := http.NewServeMux()
	s := httptest.NewTLSServer(mux)
	t.Cleanup(s.Close)
	mux.HandleFunc("GET /"+tenant+"/v2.0/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		doc := map[string]any{
			"issuer": s.URL + "/" + tenant + "/v2.0", "authorization_endpoint": s.URL + "/authorize", "token_endpoint": s.URL + "/token",
			"jwks_uri": s.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"},
		}
		maps.Copy(doc, change)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(doc)
	})
	mux.HandleFunc("POST /token", token)
	return newIssuer(Options{
		Login: s.URL, TenantID: tenant, ClientID: clientID, Proof: ClientSecret(secret), HTTP: s.Client(), PublicURL: "https://bot.example.org",
	})
}

func TestDiscover_TrustsNoMetadataWithOneThingWrong(t *testing.T) {
	t.Parallel()
	none := func(http.ResponseWriter, *http.Request) {}
	for name, change := range map[string]map[string]any{
		"another issuer": {"issuer": "https://login.example/" + tenant + "/v2.0"}, "a token endpoint without TLS": {"token_endpoint": "http://login.example/token"},
		"no token endpoint": {"token_endpoint": ""}, "keys without TLS": {"jwks_uri": "http://login.example/keys"}, "no keys": {"jwks_uri": ""},
	} {
		if _, err := loginHost(t, change, none).authorize(t.Context(), bot.SignIn{}); bot.CodeOf(err) != bot.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	if to, err := loginHost(t, nil, none).authorize(t.Context(), bot.SignIn{}); err != nil || to == "" {
		t.Errorf("the good one: %q, %v", to, err)
	}
}

// Neither the code nor the secret goes anywhere but to the token endpoint, and no
// answer of it gets into an error.
func TestRedeem_SendsTheCodeToOneHostAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	var elsewhere, asked atomic.Int32
	evil := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(evil.Close)
	for _, status := range []int{302, 307, 308, 400, 401, 429, 500, 503, 200} {
		asked.Store(0)
		i := loginHost(t, nil, func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			w.Header().Set("Location", evil.URL)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = fmt.Fprint(w, `{"error":"invalid_grant","error_description":"AADSTS70008: sanne@noordzee.nl the-code"}`)
		})
		_, err := i.redeem(context.WithoutCancel(t.Context()), "the-code", bot.SignIn{Verifier: "the-verifier"})
		if err == nil || asked.Load() != 1 {
			t.Errorf("%d: asked %d times, %v", status, asked.Load(), err)
		}
		for _, bad := range []string{"the-code", "the-verifier", secret, "sanne@"} {
			if err != nil && strings.Contains(err.Error(), bad) {
				t.Errorf("%d: the error holds %q: %v", status, bad, err)
			}
		}
	}
	if elsewhere.Load() != 0 {
		t.Errorf("%d requests went elsewhere", elsewhere.Load())
	}
}

// Where the keys cannot be read nothing is known of a signature: that is no token
// which proves nothing, and reads as what it is.
func TestRedeem_KeysThatCannotBeReadAreNoBadSignature(t *testing.T) {
	t.Parallel()
	ours, theirs := key(t), key(t)
	set := func(k *rsa.PrivateKey) string {
		n := base64.RawURLEncoding.EncodeToString(k.N.Bytes())
		return `{"keys":[{"kty":"RSA","use":"sig","kid":"k1","n":"` + n + `","e":"AQAB"}]}`
	}
	for name, tc := range map[string]struct {
		status   int
		body     string
		code     bot.Code
		reason   string
		hung, ok bool
	}{
		"the keys":             {status: 200, body: set(ours), ok: true},
		"other keys":           {status: 200, body: set(theirs), code: bot.Forbidden, reason: faultNotProved},
		"a fault":              {status: 500, body: set(ours), code: bot.Unavailable},
		"busy":                 {status: 429, body: "", code: bot.Unavailable},
		"not there":            {status: 404, body: "{}", code: bot.Unavailable},
		"led elsewhere":        {status: 302, body: "", code: bot.Unavailable},
		"a page instead":       {status: 200, body: "<html>Sign in to the network</html>", code: bot.Unavailable},
		"no keys in it":        {status: 200, body: `{"keys":[]}`, code: bot.Unavailable},
		"cut off":              {status: 200, body: set(ours)[:40], code: bot.Unavailable},
		"without end":          {status: 200, body: `{"keys":["` + strings.Repeat("x", 2*mostAnswer) + `"]}`, code: bot.Unavailable},
		"no answer":            {hung: true, code: bot.Unavailable},
		"no answer, time's up": {hung: true, code: bot.Unavailable, reason: ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			keys := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if tc.hung {
					if strings.Contains(name, "time") {
						cancel()
					}
					panic(http.ErrAbortHandler)
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(tc.status)
				_, _ = fmt.Fprint(w, tc.body)
			}))
			t.Cleanup(keys.Close)
			var i *issuer
			i = loginHost(t, map[string]any{"jwks_uri": keys.URL}, func(w http.ResponseWriter, _ *http.Request) {
				now := time.Now()
				token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
					"iss": i.url, "aud": clientID, "sub": "s", "tid": tenant, "oid": person, "nonce": nonce,
					"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(time.Hour).Unix(),
				})
				token.Header["kid"] = "k1"
				raw, err := token.SignedString(ours)
				if err != nil {
					t.Error(err)
				}
				w.Header().Set("Content-Type", "application/json")
				_, _ = fmt.Fprintf(w, `{"access_token":"a","token_type":"Bearer","id_token":%q}`, raw)
			})
			id, err := i.redeem(ctx, "the-code", bot.SignIn{Nonce: nonce})
			if tc.ok {
				if err != nil || id != person {
					t.Errorf("%q, %v", id, err)
				}
				return
			}
			if id != "" || bot.CodeOf(err) != tc.code || bot.ReasonOf(err) != tc.reason {
				t.Errorf("%q, %v (%s %s), want %s %s", id, err, bot.CodeOf(err), bot.ReasonOf(err), tc.code, tc.reason)
			}
		})
	}
}

// Who waits for the metadata waits no longer than his request may take.
func TestDiscover_WhoWaitsForAnotherGivesUpInTime(t *testing.T) {
	t.Parallel()
	i := loginHost(t, nil, func(http.ResponseWriter, *http.Request) {})
	i.turn <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := i.discover(ctx); bot.CodeOf(err) != bot.Unavailable {
		t.Errorf("got %v", err)
	}
	<-i.turn
	if _, err := i.discover(t.Context()); err != nil {
		t.Error(err)
	}
}
