package teams

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// jwkOf publishes a key that may speak for some channels.
func jwkOf(id string, key *rsa.PrivateKey, endorsements ...string) map[string]any {
	return map[string]any{
		"kty": "RSA", "use": "sig", "kid": id, "x5t": id, "endorsements": endorsements,
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}
}

// issuerFake publishes metadata and keys. It is a server's handler, and a transport
// for tests that must do without a socket.
type issuerFake struct {
	mu       sync.Mutex
	metadata map[string]any
	keys     []map[string]any
	reads    map[string]int // by path
	// instead answers for a path, where it is set.
	instead map[string]http.HandlerFunc
}

// newIssuer publishes two keys at a host.
func newIssuer(host string) *issuerFake {
	return &issuerFake{
		metadata: map[string]any{
			"issuer": tokenIssuer, "jwks_uri": host + keysPath,
			"id_token_signing_alg_values_supported": []string{"RS256"},
		},
		keys: []map[string]any{
			jwkOf(tokenKID, tokenKey(), "msteams", "webchat"),
			jwkOf(tokenKID2, tokenKey2(), "msteams"),
		},
		reads:   make(map[string]int),
		instead: make(map[string]http.HandlerFunc),
	}
}

// change alters what is published.
func (f *issuerFake) change(alter func(*issuerFake)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	alter(f)
}

// answer replaces both documents' answers; nil restores them.
func (f *issuerFake) answer(h http.HandlerFunc) {
	f.change(func(f *issuerFake) { f.instead[metadataPath], f.instead[keysPath] = h, h })
}

func (f *issuerFake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.reads[r.URL.Path]++
	instead := f.instead[r.URL.Path]
	documents := map[string]any{metadataPath: maps.Clone(f.metadata), keysPath: map[string]any{"keys": f.keys}}
	f.mu.Unlock()
	if instead != nil {
		instead(w, r)
		return
	}
	document, ok := documents[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	_ = json.NewEncoder(w).Encode(document)
}

// RoundTrip answers without a socket.
func (f *issuerFake) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

// wantReads compares how often the metadata and the keys were read.
func (f *issuerFake) wantReads(tb testing.TB, metadata, keys int) {
	tb.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.reads[metadataPath] != metadata || f.reads[keysPath] != keys {
		tb.Errorf("reads: metadata %d, keys %d, want %d, %d", f.reads[metadataPath], f.reads[keysPath], metadata, keys)
	}
}
