package graphfake

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // RFC 7517 §4.8 wants a SHA-1 thumbprint
	"encoding/base64"
	"fmt"
	"math/big"
	"strconv"

	"github.com/golang-jwt/jwt/v5"
)

// signingKey is one key of the login host; id is its kid.
type signingKey struct {
	id  string
	key *rsa.PrivateKey
}

// RotateKeys makes a new key, which signs from now on. The older ones stay published, so that what they signed holds,
// unless retire takes them away. It costs a tenth of a second. The result is the new key's id.
func (s *Server) RotateKeys(retire bool) (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", fmt.Errorf("making a signing key: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if retire {
		s.login.keys = nil
	}
	return s.login.addKey(key), nil
}

func (l *loginState) addKey(key *rsa.PrivateKey) string {
	l.made++
	id := "graphfake-" + strconv.Itoa(l.made)
	l.keys = append(l.keys, signingKey{id, key})
	return id
}

// jwks is the published set. As the vendor's, its keys name no algorithm.
func (s *Server) jwks() map[string]any {
	b64 := base64.RawURLEncoding.EncodeToString
	var keys []any
	for _, k := range s.login.keys {
		thumb := sha1.Sum(k.key.N.Bytes()) //nolint:gosec // a thumbprint's length is what matters to a strict reader
		keys = append(keys, map[string]any{
			"kty": "RSA", "use": "sig", "kid": k.id, "x5t": b64(thumb[:]), "n": b64(k.key.N.Bytes()),
			"e": b64(big.NewInt(int64(k.key.E)).Bytes()), "cloud_instance_name": "microsoftonline.com",
			"issuer": s.urls[HostLogin] + "/" + s.opt.TenantID + "/v2.0",
		})
	}
	return map[string]any{"keys": keys}
}

// sign signs with the newest key.
func (s *Server) sign(claims jwt.Claims) (string, error) {
	k := s.login.keys[len(s.login.keys)-1]
	return signWith(jwt.SigningMethodRS256, k.id, k.key, claims)
}

// publicKey finds the key that a token says it was signed with.
func (s *Server) publicKey(t *jwt.Token) (any, error) {
	for _, k := range s.login.keys {
		if k.id == t.Header["kid"] {
			return &k.key.PublicKey, nil
		}
	}
	return nil, jwt.ErrTokenUnverifiable
}
