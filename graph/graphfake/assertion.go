package graphfake

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // the older thumbprint of "Microsoft identity platform certificate credentials"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// checkAssertion verifies a client assertion against the registered certificates. It gives the AADSTS number and text
// of what is wrong, or 0.
func (c *call) checkAssertion(app *App, raw, tenantName string) (int, string) {
	if number, text, ok := checkFederated(app, raw); ok {
		return number, text
	}
	var claims jwt.RegisteredClaims
	var found bool
	parsed, err := jwt.NewParser(jwt.WithValidMethods([]string{"PS256", "RS256"}), jwt.WithExpirationRequired()).
		ParseWithClaims(raw, &claims, func(t *jwt.Token) (any, error) {
			key := certificateFor(app, t.Header)
			if key == nil {
				return nil, jwt.ErrTokenUnverifiable
			}
			found = true
			return key, nil
		})
	switch {
	case err != nil && !found:
		return 700027, "The certificate with identifier used to sign the client assertion is not registered on application. " +
			"[Reason - The key was not found., Thumbprint of key used by client unknown.]"
	case err != nil && isExpired(err):
		return 700024, "Client assertion is not within its valid time range."
	case err != nil || !parsed.Valid:
		return 700027, "Client assertion failed signature validation."
	}
	base := c.s.urls[HostLogin] + "/"
	audiences := []string{
		base + c.s.opt.TenantID + "/oauth2/v2.0/token", base + tenantName + "/oauth2/v2.0/token", base + c.s.opt.TenantID + "/v2.0",
	}
	switch {
	case len(claims.Audience) != 1 || !slices.Contains(audiences, claims.Audience[0]):
		return 700023, "Client assertion audience claim does not match Realm issuer."
	case claims.Issuer != app.ClientID || claims.Subject != app.ClientID:
		return 700021, "Client assertion application identifier doesn't match 'client_id' parameter."
	case claims.ID == "":
		return 50027, "JWT token is invalid or malformed: the claim 'jti' is missing."
	case c.s.login.assertions[claims.ID]:
		return 50027, "JWT token is invalid or malformed: the assertion was used before."
	}
	c.s.login.assertions[claims.ID] = true
	return 0, ""
}

// certificateFor finds the registered key by thumbprint. Clients write the thumbprint in several base64 forms, so bytes
// are compared.
func certificateFor(app *App, header map[string]any) *rsa.PublicKey {
	wide, _ := header["x5t#S256"].(string)
	narrow, _ := header["x5t"].(string)
	for _, der := range app.Certificates {
		sum256, sum1 := sha256.Sum256(der), sha1.Sum(der) //nolint:gosec // see the import
		if (wide != "" && slices.ContainsFunc(decodings(wide), func(b []byte) bool { return bytes.Equal(b, sum256[:]) })) ||
			(wide == "" && slices.ContainsFunc(decodings(narrow), func(b []byte) bool { return bytes.Equal(b, sum1[:]) })) {
			cert, err := x509.ParseCertificate(der)
			if err != nil {
				return nil
			}
			key, _ := cert.PublicKey.(*rsa.PublicKey)
			return key
		}
	}
	return nil
}

// decodings gives every reading of a thumbprint.
func decodings(s string) [][]byte {
	var out [][]byte
	trimmed := strings.TrimRight(s, "=")
	for _, enc := range []*base64.Encoding{base64.RawURLEncoding, base64.RawStdEncoding} {
		if b, err := enc.DecodeString(trimmed); err == nil {
			out = append(out, b)
		}
	}
	if b, err := hex.DecodeString(s); err == nil {
		out = append(out, b)
	}
	return out
}
