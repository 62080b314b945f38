package teams

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	tokenAppID   = "5d3a9a31-6f0e-4b58-9a43-2f6a1c0e7b11"
	tokenIssuer  = "https://api.botframework.com"
	tokenService = "https://smba.trafficmanager.net/emea/"
	tokenHost    = "https://login.lab.invalid"
	tokenKID     = "first-key"
	tokenKID2    = "second-key"
	metadataPath = "/v1/.well-known/openidconfiguration"
	keysPath     = "/v1/.well-known/keys"
)

var tokenTime = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// Two keys that the issuer publishes, and a stranger's.
var (
	tokenKey    = newRSA(2048)
	tokenKey2   = newRSA(2048)
	strangerKey = newRSA(2048)
)

func newRSA(bits int) func() *rsa.PrivateKey {
	return sync.OnceValue(func() *rsa.PrivateKey {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		return key
	})
}

// draft is a token and the header it comes in, before it is signed and written.
type draft struct {
	header  map[string]any
	claims  map[string]any
	payload string // instead of claims, if any
	method  jwt.SigningMethod
	key     any
	sign    func(signature []byte) []byte // changes the signature
	write   func(token string) string     // gives the header's value
}

// goodDraft is a token as the connector sends it, issued at a time. Whatever else a
// test sends is this with one property changed.
func goodDraft(at time.Time) *draft {
	return &draft{
		header: map[string]any{"typ": "JWT", "alg": "RS256", "kid": tokenKID, "x5t": tokenKID},
		claims: map[string]any{
			"iss": tokenIssuer, "aud": tokenAppID, "serviceurl": tokenService,
			"nbf": at.Unix(), "exp": at.Add(time.Hour).Unix(),
		},
		method: jwt.SigningMethodRS256,
		key:    tokenKey(),
		sign:   func(signature []byte) []byte { return signature },
		write:  func(token string) string { return "Bearer " + token },
	}
}

// token gives the token and the header it comes in.
func (d *draft) token(tb testing.TB) (token, authorization string) {
	tb.Helper()
	payload := []byte(d.payload)
	if d.payload == "" {
		payload = tokenJSON(tb, d.claims)
	}
	text := base64.RawURLEncoding.EncodeToString(tokenJSON(tb, d.header)) + "." + base64.RawURLEncoding.EncodeToString(payload)
	signature, err := d.method.Sign(text, d.key)
	if err != nil {
		tb.Fatal(err)
	}
	token = text + "." + base64.RawURLEncoding.EncodeToString(d.sign(signature))
	return token, d.write(token)
}

// signedBy gives a good header whose key has an id.
func signedBy(tb testing.TB, at time.Time, id string, key *rsa.PrivateKey) string {
	tb.Helper()
	d := goodDraft(at)
	d.header["kid"], d.key = id, key
	_, authorization := d.token(tb)
	return authorization
}

func tokenJSON(tb testing.TB, v any) []byte {
	tb.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// tokenClock is moved by hand.
type tokenClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *tokenClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// add moves the clock and gives the new time.
func (c *tokenClock) add(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

// tokenRig is a verifier, its clock and the issuer's server.
type tokenRig struct {
	*verifier
	clock  *tokenClock
	issuer *issuerFake
}

func newTokenRig(tb testing.TB) *tokenRig {
	tb.Helper()
	f := newIssuer("")
	srv := httptest.NewTLSServer(f)
	tb.Cleanup(srv.Close)
	f.metadata["jwks_uri"] = srv.URL + keysPath
	clock := &tokenClock{now: tokenTime}
	return &tokenRig{clock: clock, issuer: f, verifier: newVerifier(verifierOptions{
		AppID: tokenAppID, Issuer: tokenIssuer, MetadataURL: srv.URL + metadataPath, HTTP: srv.Client(), Now: clock.Now,
	})}
}

// good gives a header that is valid now.
func (r *tokenRig) good(tb testing.TB) string {
	tb.Helper()
	return signedBy(tb, r.clock.Now(), tokenKID, tokenKey())
}

// wantGood sends a valid token, which must pass.
func (r *tokenRig) wantGood(tb testing.TB) {
	tb.Helper()
	if _, err := r.verify(tb.Context(), r.good(tb)); err != nil {
		tb.Errorf("a good token: %v", err)
	}
}

// unsocketed gives a verifier that reaches the issuer without a socket.
func unsocketed(f http.RoundTripper, now func() time.Time) *verifier {
	return newVerifier(verifierOptions{
		AppID: tokenAppID, Issuer: tokenIssuer, MetadataURL: tokenHost + metadataPath,
		HTTP: &http.Client{Transport: f}, Now: now,
	})
}
