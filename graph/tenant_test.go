package graph_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/readiness"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

const clientID = "0b1f6c1e-7a54-4a5a-9d5e-2f3a4b5c6d7e"

// pair is a certificate with its key, made once for all tests.
type pair struct {
	key *rsa.PrivateKey
	der []byte
	pem graph.Secret
}

var newPair = sync.OnceValue(func() pair {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "guestsite"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	both := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})...)
	return pair{key, der, graph.Secret(both)}
})

// tenant is a fake tenant with a client of it.
type tenant struct {
	*graphfake.Server
	*graph.Client
	demo graphfake.Demo
	log  *buffer

	mu    sync.Mutex // guards calls
	calls []graph.Call
}

// buffer is a log that may be read while it is written.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// setup is what a test wants different.
type setup struct {
	fake   func(*graphfake.Options)
	client func(*graph.Options)
	delays graphfake.Delays // none by default
	roles  []string         // FullRoles by default
}

func start(t *testing.T, s setup) *tenant {
	t.Helper()
	p := newPair()
	if s.roles == nil {
		s.roles = graphfake.FullRoles()
	}
	fo := graphfake.Options{
		Key: p.key, Delays: &s.delays,
		Apps: []graphfake.App{{
			ClientID: clientID, Name: "guestsite", Secret: "not-so-secret", Certificates: [][]byte{p.der},
			GraphRoles: s.roles, SharePointRoles: []string{"Sites.FullControl.All"},
		}},
	}
	if s.fake != nil {
		s.fake(&fo)
	}
	srv, err := graphfake.Start(fo)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
	tn := &tenant{Server: srv, log: &buffer{}}
	tn.demo = srv.SeedDemo()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: srv.Pool()}}
	t.Cleanup(transport.CloseIdleConnections)
	o := graph.Options{
		TenantID: srv.TenantID(), ClientID: clientID, Auth: graph.Auth{Certificate: p.pem},
		Cloud: graph.Cloud{
			Login: srv.LoginURL(), Graph: srv.GraphURL(), SharePoint: srv.SharePointURL(), SharePointAdmin: srv.AdminURL(),
		},
		Access: graph.Full, HTTP: &http.Client{Transport: transport, Timeout: 20 * time.Second},
		Log:    slog.New(slog.NewTextHandler(tn.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		OnCall: tn.note,
	}
	if s.client != nil {
		s.client(&o)
	}
	if tn.Client, err = graph.New(o); err != nil {
		t.Fatal(err)
	}
	return tn
}

func (tn *tenant) note(k graph.Call) {
	tn.mu.Lock()
	defer tn.mu.Unlock()
	tn.calls = append(tn.calls, k)
}

// reached counts requests of their own, not items of batches, that came to a host
// since the last ClearWire.
func (tn *tenant) reached(host string) int {
	n := 0
	for _, e := range tn.Wire() {
		if e.Host == host && !e.Batch {
			n++
		}
	}
	return n
}

func (tn *tenant) inject(t *testing.T, f graphfake.Fault) {
	t.Helper()
	if err := tn.Inject(f); err != nil {
		t.Fatal(err)
	}
}

// without is the full set of permissions but some.
func without(drop ...string) []string {
	return slices.DeleteFunc(graphfake.FullRoles(), func(r string) bool { return slices.Contains(drop, r) })
}

func address(t *testing.T, s string) readiness.Address {
	t.Helper()
	a, err := readiness.ParseAddress(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// wantError checks code and reason.
func wantError(t *testing.T, err error, code bot.Code, reason string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s (%s)", code, reason)
	}
	if bot.CodeOf(err) != code || bot.ReasonOf(err) != reason {
		t.Fatalf("got %v, want %s (%s)", err, code, reason)
	}
}

func anyPath(s string) *regexp.Regexp { return regexp.MustCompile(s) }
