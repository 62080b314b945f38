package teamsfake

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Absent in a field of TokenSpec or Forgery leaves that thing out.
const Absent = "\x00absent"

// Keys that TokenSpec.Key names.
const (
	KeyCurrent  = ""         // the newest listed key
	KeyOldest   = "oldest"   // the first key; see Server.RotateKeys and DropOldKeys
	KeyUnlisted = "unlisted" // a key that was never listed
)

// TokenSpec chooses the properties of an inbound token one by one. The zero
// value is a genuine token.
type TokenSpec struct {
	Issuer   string // "" is the connector's
	Audience any    // nil is the bot's app id; a string, a list, or Absent
	// ServiceURL is the claim; "" equals what activities carry.
	ServiceURL string
	// ServiceURLClaim is the claim's name; "" is "serviceurl".
	ServiceURLClaim string

	NotBefore, Expiry     time.Time // zero is five minutes ago and in an hour
	NoNotBefore, NoExpiry bool

	Key string // KeyCurrent, KeyOldest or KeyUnlisted
	// KeyEndorsements picks the listed RSA key with exactly these; ["webchat"]
	// and the empty list are there from the start, others are listed when first
	// asked for. nil leaves the choice to Key.
	KeyEndorsements []string
	Kid             string // "" is the key's own
	// Algorithm is "" for RS256, or RS384, RS512, PS256, ES256 (a listed EC
	// key), "none", or HS256 with the public key as its secret.
	Algorithm string

	Claims map[string]any // added or replaced last
}

// SignedToken makes a token; it panics on an algorithm it does not know, which
// is a mistake in the test.
func (s *Server) SignedToken(spec TokenSpec) string {
	s.mu.Lock()
	key, err := s.pickKeyLocked(spec)
	ec, ecKid := s.keys.ec, s.keys.ecKid
	s.mu.Unlock()
	if err != nil {
		panic(err)
	}
	claims := jwt.MapClaims{}
	set := func(name, value, genuine string) {
		if value == "" {
			value = genuine
		}
		if value != Absent {
			claims[name] = value
		}
	}
	set("iss", spec.Issuer, issuer)
	claim := spec.ServiceURLClaim
	if claim == "" {
		claim = "serviceurl"
	}
	set(claim, spec.ServiceURL, s.activityServiceURL())
	switch {
	case spec.Audience == nil:
		claims["aud"] = s.opts.AppID
	case spec.Audience != Absent:
		claims["aud"] = spec.Audience
	}
	now := time.Now()
	claims["nbf"], claims["exp"] = orTime(spec.NotBefore, now.Add(-5*time.Minute)), orTime(spec.Expiry, now.Add(time.Hour))
	if spec.NoNotBefore {
		delete(claims, "nbf")
	}
	if spec.NoExpiry {
		delete(claims, "exp")
	}
	maps.Copy(claims, spec.Claims)

	var secret any = key.key
	kid := key.kid
	method := jwt.GetSigningMethod(spec.Algorithm)
	switch spec.Algorithm {
	case "":
		method = jwt.SigningMethodRS256
	case "RS256", "RS384", "RS512", "PS256":
	case "ES256":
		secret, kid = ec, ecKid
	case "none":
		secret = jwt.UnsafeAllowNoneSignatureType
	case "HS256":
		secret = pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&key.key.PublicKey)})
	default:
		panic("teamsfake: no algorithm " + spec.Algorithm)
	}
	if spec.Kid != "" {
		kid = spec.Kid
	}
	token := jwt.NewWithClaims(method, claims)
	if kid != Absent {
		token.Header["kid"] = kid
		token.Header["x5t"] = kid
	}
	signed, err := token.SignedString(secret)
	if err != nil {
		panic(fmt.Sprintf("teamsfake: sign with %v: %v", key, err))
	}
	return signed
}

func orTime(t, def time.Time) int64 {
	if t.IsZero() {
		t = def
	}
	return t.Unix()
}

func (s *Server) pickKeyLocked(spec TokenSpec) (*signKey, error) {
	if spec.KeyEndorsements != nil {
		return s.keys.otherLocked(spec.KeyEndorsements)
	}
	switch spec.Key {
	case KeyCurrent:
		return s.keys.current(), nil
	case KeyOldest:
		return s.keys.signing[0], nil
	case KeyUnlisted:
		return newSignKey([]string{"msteams"})
	}
	return nil, fmt.Errorf("teamsfake: no key %q", spec.Key)
}

// activityServiceURL is the service URL as activities and tokens carry it.
func (s *Server) activityServiceURL() string { return s.ServiceURL() + "/" }
