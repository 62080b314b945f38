package teamsfake

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	issuer       = "https://api.botframework.com"
	pathMetadata = "/v1/.well-known/openidconfiguration"
	pathKeys     = "/v1/.well-known/keys"
	keyBits      = 2048
)

// signKey is one RSA key that the identity host may list.
type signKey struct {
	kid          string
	key          *rsa.PrivateKey
	der          []byte // a certificate over the key, for x5c
	endorsements []string
	listed       bool
}

// keyring is what the identity host knows. Server.mu guards it.
type keyring struct {
	signing []*signKey // oldest first; the last one signs
	other   []*signKey // with other endorsements
	ec      *ecdsa.PrivateKey
	ecKid   string
	fetched map[string]int
}

// newKeyring makes the keys of a fresh server. Beside the signing key it lists
// one that msteams is not endorsed for, one with no endorsements and one that
// is not RSA: all three are to be left alone.
func newKeyring() (keyring, error) {
	k := keyring{ecKid: randomKid(), fetched: map[string]int{}}
	first, err := newSignKey([]string{"msteams"})
	if err != nil {
		return k, err
	}
	k.signing = []*signKey{first}
	if _, err := k.otherLocked([]string{"webchat"}); err != nil {
		return k, err
	}
	if _, err := k.otherLocked([]string{}); err != nil {
		return k, err
	}
	if k.ec, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return k, fmt.Errorf("teamsfake: EC key: %w", err)
	}
	return k, nil
}

func newSignKey(endorsements []string) (*signKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("teamsfake: RSA key: %w", err)
	}
	return wrapKey(key, endorsements)
}

func wrapKey(key *rsa.PrivateKey, endorsements []string) (*signKey, error) {
	cert := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "teamsfake token key"},
		NotBefore: notBefore, NotAfter: notAfter,
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("teamsfake: token key: %w", err)
	}
	return &signKey{kid: randomKid(), key: key, der: der, endorsements: endorsements, listed: true}, nil
}

func randomKid() string {
	b := make([]byte, 20)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

func (k *keyring) current() *signKey { return k.signing[len(k.signing)-1] }

// otherLocked is the listed key with these endorsements, made when there is
// none. It shares the modulus of the first signing key: making RSA keys is
// slow, and only the kid and the endorsements matter.
func (k *keyring) otherLocked(endorsements []string) (*signKey, error) {
	for _, o := range k.other {
		if slices.Equal(o.endorsements, endorsements) {
			return o, nil
		}
	}
	o, err := wrapKey(k.signing[0].key, endorsements)
	if err == nil {
		k.other = append(k.other, o)
	}
	return o, err
}

// RotateKeys makes a new key, lists it and signs with it from now on. The old
// ones stay listed until DropOldKeys.
func (s *Server) RotateKeys() error {
	k, err := newSignKey([]string{"msteams"})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys.signing = append(s.keys.signing, k)
	s.changedLocked()
	return nil
}

// DropOldKeys takes every key but the newest off the list.
func (s *Server) DropOldKeys() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.keys.signing[:len(s.keys.signing)-1] {
		k.listed = false
	}
	s.changedLocked()
}

// MetadataFetches counts reads of the OpenID document.
func (s *Server) MetadataFetches() int { return s.fetches("metadata") }

// KeyFetches counts reads of the key list.
func (s *Server) KeyFetches() int { return s.fetches("keys") }

func (s *Server) fetches(kind string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys.fetched[kind]
}

func (s *Server) identityHandler() http.Handler {
	mux := http.NewServeMux()
	serve := func(kind string, body func() obj) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			began := time.Now()
			s.mu.Lock()
			s.keys.fetched[kind]++
			f := s.takeFaultLocked(r.Method, r.URL.Path)
			out := mustJSON(body())
			s.mu.Unlock()
			status, drop := f.before(s, w, r)
			if !drop {
				drop = f.after(s, r)
			}
			if !drop && status == 0 {
				status = http.StatusOK
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
				_, _ = w.Write(out)
			}
			s.record(WireEntry{
				Direction: ToTeams, Kind: kind, Method: r.Method, Path: r.URL.Path, Status: status, Error: f.label(),
			}, began)
			if drop {
				panic(http.ErrAbortHandler)
			}
		}
	}
	mux.HandleFunc("GET "+pathMetadata, serve("metadata", s.metadata))
	mux.HandleFunc("GET "+pathKeys, serve("keys", s.jwksLocked))
	return mux
}

func (s *Server) metadata() obj {
	return obj{
		"issuer": issuer, "authorization_endpoint": "https://invalid.botframework.com",
		"jwks_uri":                              s.identityURL() + pathKeys,
		"id_token_signing_alg_values_supported": []any{"RS256"},
		"token_endpoint_auth_methods_supported": []any{"private_key_jwt"},
	}
}

func (s *Server) jwksLocked() obj {
	b64 := base64.RawURLEncoding.EncodeToString
	ecPoint, err := s.keys.ec.PublicKey.Bytes()
	if err != nil {
		panic("teamsfake: own EC key: " + err.Error())
	}
	keys := []any{obj{
		"kty": "EC", "crv": "P-256", "use": "sig", "kid": s.keys.ecKid, "x": b64(ecPoint[1:33]), "y": b64(ecPoint[33:]),
		"endorsements": []any{"msteams"},
	}}
	for _, k := range slices.Concat(s.keys.other, s.keys.signing) {
		if !k.listed {
			continue
		}
		keys = append(keys, obj{
			"kty": "RSA", "use": "sig", "kid": k.kid, "x5t": k.kid,
			"n": b64(k.key.N.Bytes()), "e": b64(big.NewInt(int64(k.key.E)).Bytes()),
			"x5c":          []any{base64.StdEncoding.EncodeToString(k.der)},
			"endorsements": slices.Clone(k.endorsements),
		})
	}
	return obj{"keys": keys}
}

// String names the key in error texts.
func (k *signKey) String() string { return k.kid + " [" + strings.Join(k.endorsements, " ") + "]" }
