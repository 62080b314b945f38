package graphfake

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Forgery is one thing that is wrong with a sign-in which is right otherwise.
type Forgery string

// What Forge can spoil.
const (
	ForgeIssuer      Forgery = "iss"             // another tenant's issuer
	ForgeAudience    Forgery = "aud"             // another client's id
	ForgeNonce       Forgery = "nonce"           // another nonce
	ForgeNoNonce     Forgery = "no nonce"        // none
	ForgeExpired     Forgery = "expired"         // it ended an hour ago
	ForgeNotYetValid Forgery = "not yet valid"   // it begins in an hour
	ForgeKey         Forgery = "key"             // signed by another key under the right key id
	ForgeKeyID       Forgery = "kid"             // signed by another key under an id that is not published
	ForgeAlgNone     Forgery = "alg none"        // no signature
	ForgeAlgHS256    Forgery = "alg HS256"       // an HMAC whose secret is the public key
	ForgeNoObjectID  Forgery = "no oid"          // no object id
	ForgeTenant      Forgery = "tid"             // another tenant's id
	ForgeNoIDToken   Forgery = "no id token"     // an answer without an id token
	ForgeState       Forgery = "state"           // the browser comes back with another state
	ForgeNoState     Forgery = "no state"        // the browser comes back with none
	ForgeCodeClient  Forgery = "code of client"  // the browser brings a code that was issued to another client
	ForgeCodeBrowser Forgery = "code of browser" // the browser brings a code that another browser asked for: other challenge and nonce
)

// Forgeries lists what Forge can spoil.
func Forgeries() []Forgery {
	return []Forgery{
		ForgeIssuer, ForgeAudience, ForgeNonce, ForgeNoNonce, ForgeExpired, ForgeNotYetValid, ForgeKey, ForgeKeyID, ForgeAlgNone,
		ForgeAlgHS256, ForgeNoObjectID, ForgeTenant, ForgeNoIDToken, ForgeState, ForgeNoState, ForgeCodeClient, ForgeCodeBrowser,
	}
}

// ErrForgery says that there is no such forgery.
var ErrForgery = errors.New("there is no such forgery")

// Forge spoils one thing in the next sign-in that succeeds; several calls spoil one sign-in each, in their order.
func (s *Server) Forge(what Forgery) error {
	if !slices.Contains(Forgeries(), what) {
		return fmt.Errorf("%w: %q", ErrForgery, what)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.login.forgeries = append(s.login.forgeries, what)
	return nil
}

// ForgeNothing forgets the forgeries that no sign-in has met yet.
func (s *Server) ForgeNothing() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.login.forgeries = nil
}

// takeForgery gives the one that the next sign-in has to bear, empty for none.
func (l *loginState) takeForgery() Forgery {
	if len(l.forgeries) == 0 {
		return ""
	}
	f := l.forgeries[0]
	l.forgeries = l.forgeries[1:]
	return f
}

const (
	otherTenant = "0b0d0d5e-7c1f-4d77-8f0a-3f9a0e1c2d4b"
	otherClient = "0c11e475-9e2d-4a3c-9d5f-6b8a7f0e1d2c"
)

// spoilClaims changes the one claim that a forgery is about.
func (c *call) spoilClaims(f Forgery, claims jwt.MapClaims) {
	now := time.Now()
	at := func(from, to time.Time) {
		claims["iat"], claims["nbf"], claims["exp"] = from.Unix(), from.Unix(), to.Unix()
	}
	switch f { //nolint:exhaustive // the others are not about claims
	case ForgeIssuer:
		claims["iss"] = c.s.urls[HostLogin] + "/" + otherTenant + "/v2.0"
	case ForgeAudience:
		claims["aud"] = otherClient
	case ForgeNonce:
		claims["nonce"] = newID()
	case ForgeNoNonce:
		delete(claims, "nonce")
	case ForgeExpired:
		at(now.Add(-2*time.Hour), now.Add(-time.Hour))
	case ForgeNotYetValid:
		claims["nbf"], claims["exp"] = now.Add(time.Hour).Unix(), now.Add(2*time.Hour).Unix()
	case ForgeNoObjectID:
		delete(claims, "oid")
	case ForgeTenant:
		claims["tid"] = otherTenant
	}
}

// signForged signs an id token in the way a forgery asks for, else as it should be.
func (c *call) signForged(f Forgery, claims jwt.MapClaims) (string, error) {
	now := c.s.login.keys[len(c.s.login.keys)-1]
	switch f { //nolint:exhaustive // the others are not about signatures
	case ForgeKey, ForgeKeyID:
		other, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return "", fmt.Errorf("making another key: %w", err)
		}
		if now.key = other; f == ForgeKeyID {
			now.id = "unpublished"
		}
	case ForgeAlgNone:
		return signWith(jwt.SigningMethodNone, now.id, jwt.UnsafeAllowNoneSignatureType, claims)
	case ForgeAlgHS256:
		der, err := x509.MarshalPKIXPublicKey(&now.key.PublicKey)
		if err != nil {
			return "", fmt.Errorf("writing the public key: %w", err)
		}
		return signWith(jwt.SigningMethodHS256, now.id, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), claims)
	}
	return signWith(jwt.SigningMethodRS256, now.id, now.key, claims)
}

func signWith(method jwt.SigningMethod, kid string, key any, claims jwt.Claims) (string, error) {
	t := jwt.NewWithClaims(method, claims)
	t.Header["kid"] = kid
	raw, err := t.SignedString(key)
	if err != nil {
		return "", fmt.Errorf("signing a token: %w", err)
	}
	return raw, nil
}
