package graphfake_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"guestsite/graph/graphfake"
)

const (
	clientID     = "11111111-2222-4333-8444-555555555555"
	clientSecret = "correct horse battery staple"
)

// credential is a key pair with its certificate; making one is slow, so tests share it.
type credential struct {
	key *rsa.PrivateKey
	der []byte
}

var sharedCredential = sync.OnceValues(func() (credential, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return credential{}, err
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "client"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	return credential{key, der}, err
})

func cert(t *testing.T) credential {
	t.Helper()
	c, err := sharedCredential()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// lab is a tenant, its demo content and a client that trusts it.
type lab struct {
	*graphfake.Server
	t      *testing.T
	demo   graphfake.Demo
	client *http.Client

	mu     sync.Mutex
	tokens map[string]string
}

// newLab starts a seeded tenant without delays unless options say otherwise.
func newLab(t *testing.T, edit ...func(*graphfake.Options)) *lab {
	t.Helper()
	o := graphfake.Options{
		Delays: &graphfake.Delays{},
		Key:    cert(t).key,
		Apps: []graphfake.App{{
			ClientID: clientID, Name: "guestsite", Secret: clientSecret, Certificates: [][]byte{cert(t).der},
			GraphRoles:      append(graphfake.FullRoles(), "Policy.ReadWrite.Authorization", "GroupSettings.ReadWrite.All", "SharePointTenantSettings.ReadWrite.All", "Policy.ReadWrite.CrossTenantAccess"),
			SharePointRoles: []string{"Sites.FullControl.All"},
			RedirectURIs:    []string{"https://bot.example/link/callback"},
		}},
	}
	for _, e := range edit {
		e(&o)
	}
	s, err := graphfake.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{Server: s, t: t, demo: s.SeedDemo(), tokens: map[string]string{}}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.Pool()}}
	l.client = &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(func() {
		tr.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// roles replaces the Graph roles of the client.
func roles(names ...string) func(*graphfake.Options) {
	return func(o *graphfake.Options) { o.Apps[0].GraphRoles = names }
}

func delays(d graphfake.Delays) func(*graphfake.Options) {
	return func(o *graphfake.Options) { o.Delays = &d }
}

// answer is a response with its decoded body.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	raw    []byte
	body   map[string]any
}

// assertion signs a client assertion; edit may spoil it.
func (l *lab) assertion(edit func(*jwt.Token, jwt.MapClaims)) string {
	l.t.Helper()
	c := cert(l.t)
	sum := sha256.Sum256(c.der)
	claims := jwt.MapClaims{
		"aud": l.LoginURL() + "/" + l.TenantID() + "/oauth2/v2.0/token", "iss": clientID, "sub": clientID, "jti": rand.Text(),
		"nbf": time.Now().Unix(), "exp": time.Now().Add(5 * time.Minute).Unix(),
	}
	tok := jwt.NewWithClaims(jwt.SigningMethodPS256, claims)
	tok.Header["x5t#S256"] = base64.RawURLEncoding.EncodeToString(sum[:])
	if edit != nil {
		edit(tok, claims)
	}
	raw, err := tok.SignedString(c.key)
	if err != nil {
		l.t.Fatal(err)
	}
	return raw
}

func (l *lab) postForm(path string, form url.Values) answer {
	l.t.Helper()
	req, err := http.NewRequestWithContext(l.t.Context(), http.MethodPost, l.LoginURL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		l.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return l.send(req)
}

func (l *lab) tokenForm(resource string, secret bool) url.Values {
	f := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "scope": {resource + "/.default"}}
	if secret {
		f.Set("client_secret", clientSecret)
		return f
	}
	f.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	f.Set("client_assertion", l.assertion(nil))
	return f
}

// token gets and keeps a token by certificate.
func (l *lab) token(resource string) string {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tokens[resource] == "" {
		a := l.postForm("/"+l.TenantID()+"/oauth2/v2.0/token", l.tokenForm(resource, false))
		raw, _ := a.body["access_token"].(string)
		if a.status != http.StatusOK || raw == "" {
			l.t.Fatalf("token for %s: %d %s", resource, a.status, a.raw)
		}
		l.tokens[resource] = raw
	}
	return l.tokens[resource]
}

func (l *lab) send(req *http.Request) answer {
	l.t.Helper()
	resp, err := l.client.Do(req)
	if err != nil {
		l.t.Fatalf("%s %s: %v", req.Method, req.URL, err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	a := answer{t: l.t, status: resp.StatusCode, header: resp.Header, raw: raw}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			l.t.Fatalf("%s %s: %v in %s", req.Method, req.URL, err, raw)
		}
	}
	return a
}

// request builds an authorized request; headers are name, value pairs.
func (l *lab) request(base, method, path string, body any, headers ...string) *http.Request {
	l.t.Helper()
	var r io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			l.t.Fatal(err)
		}
		r = bytes.NewReader(raw)
	}
	if !strings.HasPrefix(path, "https://") {
		path = base + path
	}
	req, err := http.NewRequestWithContext(l.t.Context(), method, path, r)
	if err != nil {
		l.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", "Bearer "+l.token(base))
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return req
}

// graph calls Graph v1.0, or another version when the path names it.
func (l *lab) graph(method, path string, body any, headers ...string) answer {
	l.t.Helper()
	if !strings.HasPrefix(path, "/beta/") && !strings.HasPrefix(path, "https://") {
		path = "/v1.0" + path
	}
	return l.send(l.request(l.GraphURL(), method, path, body, headers...))
}

func (l *lab) get(path string, headers ...string) answer {
	l.t.Helper()
	return l.graph(http.MethodGet, path, nil, headers...)
}

// eventual are the headers of an advanced query.
func eventual() []string { return []string{"ConsistencyLevel", "eventual"} }

// want checks status and, for an error, its code and a part of its message.
func (a answer) want(status int, codeAndText ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.raw)
	}
	if len(codeAndText) > 0 {
		e, _ := a.body["error"].(map[string]any)
		if e["code"] != codeAndText[0] {
			a.t.Fatalf("code %v, want %s", e["code"], codeAndText[0])
		}
		for _, text := range codeAndText[1:] {
			if msg, _ := e["message"].(string); !strings.Contains(msg, text) {
				a.t.Fatalf("message %q does not contain %q", msg, text)
			}
		}
	}
	return a
}

// values is the list of a collection.
func (a answer) values() []map[string]any {
	a.t.Helper()
	list, isList := a.body["value"].([]any)
	if !isList {
		a.t.Fatalf("no collection: %s", a.raw)
	}
	var out []map[string]any
	for _, x := range list {
		m, _ := x.(map[string]any)
		out = append(out, m)
	}
	return out
}

// texts collects one property of a collection.
func (a answer) texts(property string) []string {
	a.t.Helper()
	var out []string
	for _, m := range a.values() {
		v, _ := m[property].(string)
		out = append(out, v)
	}
	return out
}

func (a answer) text(property string) string {
	v, _ := a.body[property].(string)
	return v
}

// ref is a reference to a user.
func (l *lab) ref(id string) string { return l.GraphURL() + "/v1.0/users/" + id }

func (l *lab) objectRef(id string) map[string]any {
	return map[string]any{"@odata.id": l.GraphURL() + "/v1.0/directoryObjects/" + id}
}

// groupBody is a good body for POST /groups.
func (l *lab) groupBody(alias string) map[string]any {
	return map[string]any{
		"displayName": "Site " + alias, "groupTypes": []string{"Unified"}, "mailEnabled": true, "mailNickname": alias,
		"securityEnabled": false, "visibility": "Private", "uniqueName": "gs-" + alias,
		"owners@odata.bind":  []string{l.ref(l.demo.Mehmet.ID), l.ref(l.demo.Priya.ID)},
		"members@odata.bind": []string{l.ref(l.demo.Mehmet.ID)},
	}
}

func invitation(address string) map[string]any {
	return map[string]any{
		"invitedUserEmailAddress": address, "inviteRedirectUrl": "https://noordzee.sharepoint.com/sites/x", "sendInvitationMessage": false,
	}
}
