package teams

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"time"
)

const (
	// maxKeysBody bounds the metadata and the keys; the real ones take a few KiB.
	maxKeysBody = 1 << 20
	// minKeyBits is the least that an RSA key is taken with.
	minKeyBits = 2048
)

// keySet is what one reading gave. It is not changed afterwards.
type keySet struct {
	algorithms []string
	keys       map[string]signingKey // by key id
}

// signingKey is one key of the issuer.
type signingKey struct {
	public       *rsa.PublicKey
	endorsements []string // the channels that it may speak for
}

// has says whether the key id is known; an empty one is if there are any keys.
func (s *keySet) has(id string) bool {
	if s == nil {
		return false
	}
	_, ok := s.keys[id]
	return ok || id == ""
}

// allows says whether the issuer's metadata lists the algorithm.
func (s *keySet) allows(algorithm string) bool {
	return slices.Contains(s.algorithms, algorithm)
}

// fetch reads the metadata, and the keys where it says they are. That may be
// another host: the configured one vouches for it, over TLS.
func (s *keyStore) fetch(ctx context.Context) (*keySet, error) {
	var metadata struct {
		Issuer     string   `json:"issuer"`
		KeysURL    string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := s.fetchJSON(ctx, s.metadataURL, &metadata); err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	if metadata.Issuer != s.issuer {
		return nil, fmt.Errorf("metadata: it is of the issuer %.100q, not of %q", metadata.Issuer, s.issuer)
	}
	var document struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := s.fetchJSON(ctx, metadata.KeysURL, &document); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	set := &keySet{algorithms: metadata.Algorithms, keys: make(map[string]signingKey)}
	for _, raw := range document.Keys {
		if id, key, ok := parseKey(raw); ok {
			set.keys[id] = key
		}
	}
	if len(set.keys) == 0 {
		return nil, errors.New("keys: none is an RSA key that can be used")
	}
	return set, nil
}

// fetchJSON reads one document over TLS.
func (s *keyStore) fetchJSON(ctx context.Context, address string, into any) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return fmt.Errorf("the address %.200q is not https", address)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	res, err := s.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %d", address, res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxKeysBody+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", address, err)
	}
	if len(body) > maxKeysBody {
		return fmt.Errorf("%s answered with more than %d bytes", address, maxKeysBody)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("decode %s: %w", address, err)
	}
	return nil
}

// parseKey reads one key; not ok if it is none that a token could be checked with.
// A key that cannot be read is left out alone: the issuer may add kinds at any time.
func parseKey(raw json.RawMessage) (string, signingKey, bool) {
	var k struct {
		Type         string   `json:"kty"`
		Use          string   `json:"use"`
		Algorithm    string   `json:"alg"`
		ID           string   `json:"kid"`
		N            string   `json:"n"`
		E            string   `json:"e"`
		Endorsements []string `json:"endorsements"`
	}
	if json.Unmarshal(raw, &k) != nil || k.Type != "RSA" || k.ID == "" {
		return "", signingKey{}, false
	}
	if (k.Use != "" && k.Use != "sig") || (k.Algorithm != "" && k.Algorithm != tokenAlgorithm) {
		return "", signingKey{}, false
	}
	n, err := base64.RawURLEncoding.DecodeString(k.N)
	if err != nil {
		return "", signingKey{}, false
	}
	e, err := base64.RawURLEncoding.DecodeString(k.E)
	if err != nil {
		return "", signingKey{}, false
	}
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e)
	if modulus.BitLen() < minKeyBits || exponent.BitLen() > 31 {
		return "", signingKey{}, false
	}
	public := &rsa.PublicKey{N: modulus, E: int(exponent.Int64())}
	return k.ID, signingKey{public: public, endorsements: k.Endorsements}, true
}

// CheckKeys reads the metadata and the keys with which what Teams sends is judged,
// as the bot does, and says why that cannot be done.
func CheckKeys(ctx context.Context, client *http.Client, metadataURL, issuer string) error {
	ctx, cancel := context.WithTimeout(ctx, keysTime)
	defer cancel()
	_, err := newKeyStore(verifierOptions{MetadataURL: metadataURL, Issuer: issuer, HTTP: client, Now: time.Now}).fetch(ctx)
	return err
}
