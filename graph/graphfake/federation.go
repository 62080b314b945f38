package graphfake

import (
	"crypto/rsa"
	"slices"

	"github.com/golang-jwt/jwt/v5"
)

// ExchangeAudience is what a token is for that is exchanged by workload identity federation.
const ExchangeAudience = "api://AzureADTokenExchange"

// Federation is a federated identity credential of an application: whoever has a token of Issuer for Subject is the
// application ("Workload identity federation").
type Federation struct {
	Issuer, Subject string
	// Key is what the issuer signs with. The real login host reads it from the issuer's metadata.
	Key *rsa.PublicKey
}

// checkFederated verifies a token of another issuer. It gives the AADSTS number and text of what is wrong, or 0; not ok
// says that the application trusts no such issuer.
func checkFederated(app *App, raw string) (number int, text string, ok bool) {
	if len(app.Federated) == 0 {
		return 0, "", false
	}
	var claims jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(raw, &claims); err != nil {
		return 0, "", false
	}
	i := slices.IndexFunc(app.Federated, func(f Federation) bool { return f.Issuer == claims.Issuer })
	if i < 0 {
		return 0, "", false
	}
	f := app.Federated[i]
	_, err := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired()).
		ParseWithClaims(raw, &claims, func(*jwt.Token) (any, error) { return f.Key, nil })
	switch {
	case err != nil && isExpired(err):
		return 700024, "Client assertion is not within its valid time range.", true
	case err != nil:
		return 700027, "Client assertion failed signature validation.", true
	case claims.Subject != f.Subject:
		return 700213, "No matching federated identity record found for presented assertion subject '" + claims.Subject + "'.", true
	case !slices.Equal(claims.Audience, jwt.ClaimStrings{ExchangeAudience}):
		return 700212, "No matching federated identity record found for presented assertion audience.", true
	}
	return 0, "", true
}
