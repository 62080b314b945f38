package signin

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Proof is how a registration proves who it is when a code is redeemed.
type Proof interface {
	// params are the parameters of the request to the token endpoint.
	params(ctx context.Context, clientID, endpoint string) (map[string]string, error)
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// ClientSecret proves by a secret. It is never printed.
type ClientSecret string

// String hides the secret.
func (ClientSecret) String() string { return "<secret>" }

// GoString hides the secret.
func (ClientSecret) GoString() string { return "<secret>" }

func (s ClientSecret) params(context.Context, string, string) (map[string]string, error) {
	return map[string]string{"client_secret": string(s)}, nil
}

// FederatedToken proves by the token that the platform puts into a file and renews
// there, such as that of a service account of Kubernetes.
type FederatedToken struct{ File string }

// mostToken bounds the file of a token.
const mostToken = 64 << 10

func (f FederatedToken) params(context.Context, string, string) (map[string]string, error) {
	file, err := os.Open(f.File)
	if err != nil {
		return nil, fmt.Errorf("reading the federated token: %w", err)
	}
	defer func() { _ = file.Close() }()
	raw, err := io.ReadAll(io.LimitReader(file, mostToken))
	if err != nil {
		return nil, fmt.Errorf("reading the federated token: %w", err)
	}
	return map[string]string{"client_assertion_type": assertionType, "client_assertion": string(bytes.TrimSpace(raw))}, nil
}

// Certificate proves by an assertion signed with its key ("Microsoft identity
// platform application authentication certificate credentials").
type Certificate struct {
	key   *rsa.PrivateKey
	thumb string // of the certificate, SHA-256
}

// String hides the key.
func (Certificate) String() string { return "<secret>" }

// GoString hides the key.
func (Certificate) GoString() string { return "<secret>" }

var errNotRSA = errors.New("the certificate's key is no RSA key")

// ReadCertificate reads PEM with a certificate and its RSA key.
func ReadCertificate(pem []byte) (Certificate, error) {
	pair, err := tls.X509KeyPair(pem, pem)
	if err != nil {
		return Certificate{}, fmt.Errorf("reading the certificate: %w", err)
	}
	key, ok := pair.PrivateKey.(*rsa.PrivateKey)
	if !ok {
		return Certificate{}, errNotRSA
	}
	sum := sha256.Sum256(pair.Certificate[0])
	return Certificate{key, base64.RawURLEncoding.EncodeToString(sum[:])}, nil
}

// Renewed proves by the certificate of now, which may be another one at each call.
type Renewed func() Certificate

func (r Renewed) params(ctx context.Context, clientID, endpoint string) (map[string]string, error) {
	return r().params(ctx, clientID, endpoint)
}

// assertionLife is how long an assertion is good; each is used once.
const assertionLife = 5 * time.Minute

func (c Certificate) params(_ context.Context, clientID, endpoint string) (map[string]string, error) {
	now := time.Now()
	t := jwt.NewWithClaims(jwt.SigningMethodPS256, jwt.RegisteredClaims{
		Audience: jwt.ClaimStrings{endpoint}, Issuer: clientID, Subject: clientID, ID: random(),
		NotBefore: jwt.NewNumericDate(now), IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(assertionLife)),
	})
	t.Header["x5t#S256"] = c.thumb
	raw, err := t.SignedString(c.key)
	if err != nil {
		return nil, fmt.Errorf("signing the assertion: %w", err)
	}
	return map[string]string{"client_assertion_type": assertionType, "client_assertion": raw}, nil
}
