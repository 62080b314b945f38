package teams

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// tokenCase changes one property of a good token.
type tokenCase struct {
	name  string
	alter func(*draft)
	want  error // nil: passes all the same
	// asks says that the keys are read: only for a token that lacks nothing but a
	// good signature.
	asks bool
}

// tokenCases is every case; the first is the good token itself.
func tokenCases() []tokenCase {
	return slices.Concat(passing(), algorithmCases(), headerCases(), claimCases(), signatureCases(), wireCases())
}

// tellTale is a claim's value that no error may hold.
const tellTale = "987654321987654321"

func passing() []tokenCase {
	claim := setClaim
	return []tokenCase{
		{name: "good", alter: func(*draft) {}},
		{name: "expired within the leeway", alter: claim("exp", tokenTime.Add(-tokenLeeway+time.Second).Unix())},
		{name: "not yet valid within the leeway", alter: claim("nbf", tokenTime.Add(tokenLeeway).Unix())},
		{name: "audience a list of one", alter: claim("aud", []string{tokenAppID})},
		{name: "service URL claim as documented", alter: func(d *draft) { delete(d.claims, "serviceurl"); d.claims["serviceUrl"] = tokenService }},
		{name: "long", alter: claim("more", strings.Repeat("x", 11<<10))},
		{name: "scheme in lower case", alter: wire(func(token string) string { return "bearer " + token })},
	}
}

func algorithmCases() []tokenCase {
	hmac := func(secret []byte) func(*draft) {
		return func(d *draft) { d.header["alg"], d.method, d.key = "HS256", jwt.SigningMethodHS256, secret }
	}
	public := &tokenKey().PublicKey
	pkcs1 := x509.MarshalPKCS1PublicKey(public)
	pkix, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		panic(err)
	}
	return []tokenCase{
		{name: "alg none", alter: func(d *draft) {
			d.header["alg"], d.method, d.key = "none", jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType
		}, want: jwt.ErrTokenSignatureInvalid},
		{name: "alg None", alter: setHeader("alg", "None"), want: jwt.ErrTokenUnverifiable},
		{name: "alg in lower case", alter: setHeader("alg", "rs256"), want: jwt.ErrTokenUnverifiable},
		{name: "alg missing", alter: dropHeader("alg"), want: jwt.ErrTokenUnverifiable},
		{name: "alg HS256 with the PKCS 1 DER", alter: hmac(pkcs1), want: jwt.ErrTokenSignatureInvalid},
		{name: "alg HS256 with the PKCS 1 PEM", alter: hmac(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1})), want: jwt.ErrTokenSignatureInvalid},
		{name: "alg HS256 with the PKIX DER", alter: hmac(pkix), want: jwt.ErrTokenSignatureInvalid},
		{name: "alg HS256 with the PKIX PEM", alter: hmac(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix})), want: jwt.ErrTokenSignatureInvalid},
		{name: "alg HS256 with the modulus", alter: hmac(public.N.Bytes()), want: jwt.ErrTokenSignatureInvalid},
		{name: "alg RS384", alter: func(d *draft) { d.header["alg"], d.method = "RS384", jwt.SigningMethodRS384 }, want: jwt.ErrTokenSignatureInvalid},
		{name: "alg RS512", alter: func(d *draft) { d.header["alg"], d.method = "RS512", jwt.SigningMethodRS512 }, want: jwt.ErrTokenSignatureInvalid},
		{name: "alg PS256", alter: func(d *draft) { d.header["alg"], d.method = "PS256", jwt.SigningMethodPS256 }, want: jwt.ErrTokenSignatureInvalid},
	}
}

func headerCases() []tokenCase {
	return []tokenCase{
		{name: "kid unknown", alter: setHeader("kid", "third-key"), want: errTokenKey, asks: true},
		{name: "kid as long as may be", alter: setHeader("kid", strings.Repeat("k", maxKeyID)), want: errTokenKey, asks: true},
		{name: "kid of another key", alter: setHeader("kid", tokenKID2), want: jwt.ErrTokenSignatureInvalid, asks: true},
		{name: "kid missing", alter: dropHeader("kid"), want: errTokenKeyID},
		{name: "kid empty", alter: setHeader("kid", ""), want: errTokenKeyID},
		{name: "kid not a string", alter: setHeader("kid", 1), want: errTokenKeyID},
		{name: "kid too long", alter: setHeader("kid", strings.Repeat("k", maxKeyID+1)), want: errTokenKeyID},
		{name: "critical extension", alter: setHeader("crit", []string{"b64"}), want: errTokenCritical},
	}
}

func claimCases() []tokenCase {
	return []tokenCase{
		{name: "issuer another", alter: setClaim("iss", "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"), want: jwt.ErrTokenInvalidIssuer},
		{name: "issuer of another cloud", alter: setClaim("iss", "https://api.botframework.us"), want: jwt.ErrTokenInvalidIssuer},
		{name: "issuer with a slash", alter: setClaim("iss", tokenIssuer+"/"), want: jwt.ErrTokenInvalidIssuer},
		{name: "issuer missing", alter: dropClaim("iss"), want: jwt.ErrTokenRequiredClaimMissing},
		{name: "audience another", alter: setClaim("aud", "c7b1f6de-2f7a-4e3f-8b0d-0f3a2f7f5c22"), want: jwt.ErrTokenInvalidAudience},
		{name: "audience a list of another", alter: setClaim("aud", []string{"c7b1f6de-2f7a-4e3f-8b0d-0f3a2f7f5c22"}), want: jwt.ErrTokenInvalidAudience},
		{name: "audience a list of two", alter: setClaim("aud", []string{tokenAppID, "c7b1f6de-2f7a-4e3f-8b0d-0f3a2f7f5c22"}), want: errTokenAudience},
		{name: "audience an empty list", alter: setClaim("aud", []string{}), want: jwt.ErrTokenRequiredClaimMissing},
		{name: "audience empty", alter: setClaim("aud", ""), want: jwt.ErrTokenRequiredClaimMissing},
		{name: "audience missing", alter: dropClaim("aud"), want: jwt.ErrTokenRequiredClaimMissing},
		{name: "audience not a string", alter: setClaim("aud", 1), want: errTokenShape},
		{name: "expired at the leeway", alter: setClaim("exp", tokenTime.Add(-tokenLeeway).Unix()), want: jwt.ErrTokenExpired},
		{name: "exp missing", alter: dropClaim("exp"), want: jwt.ErrTokenRequiredClaimMissing},
		{name: "exp null", alter: setClaim("exp", nil), want: jwt.ErrTokenRequiredClaimMissing},
		{name: "exp not a number", alter: setClaim("exp", tellTale+"x"), want: errTokenShape},
		{name: "not yet valid beyond the leeway", alter: setClaim("nbf", tokenTime.Add(tokenLeeway+time.Second).Unix()), want: jwt.ErrTokenNotValidYet},
		{name: "nbf missing", alter: dropClaim("nbf"), want: jwt.ErrTokenRequiredClaimMissing},
		{name: "nbf null", alter: setClaim("nbf", nil), want: jwt.ErrTokenRequiredClaimMissing},
		{name: "service URL missing", alter: dropClaim("serviceurl"), want: errTokenService},
		{name: "service URL empty", alter: setClaim("serviceurl", ""), want: errTokenService},
		{name: "service URL not a string", alter: setClaim("serviceurl", 987654321987654321), want: errTokenShape},
		{name: "payload not JSON", alter: func(d *draft) { d.payload = tellTale + "{" }, want: errTokenShape},
		{name: "payload null", alter: func(d *draft) { d.payload = "null" }, want: jwt.ErrTokenRequiredClaimMissing},
		{name: "payload a list", alter: func(d *draft) { d.payload = "[]" }, want: errTokenShape},
		{name: "payload two documents", alter: func(d *draft) { d.payload = "{}{}" }, want: errTokenShape},
	}
}

func signatureCases() []tokenCase {
	signature := func(alter func([]byte) []byte) func(*draft) { return func(d *draft) { d.sign = alter } }
	return []tokenCase{
		{name: "signature with a bit flipped", alter: signature(func(s []byte) []byte { s[100] ^= 1; return s }), want: jwt.ErrTokenSignatureInvalid, asks: true},
		{name: "signature cut short", alter: signature(func(s []byte) []byte { return s[:len(s)-1] }), want: jwt.ErrTokenSignatureInvalid, asks: true},
		{name: "signature missing", alter: signature(func([]byte) []byte { return nil }), want: jwt.ErrTokenSignatureInvalid, asks: true},
		{name: "signed by a stranger", alter: func(d *draft) { d.key = strangerKey() }, want: jwt.ErrTokenSignatureInvalid, asks: true},
		{name: "payload of another token", alter: wire(func(token string) string {
			parts := strings.Split(token, ".")
			claims, err := base64.RawURLEncoding.DecodeString(parts[1])
			if err != nil {
				panic(err)
			}
			parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(claims), "/emea/", "/amer/", 1)))
			return "Bearer " + strings.Join(parts, ".")
		}), want: jwt.ErrTokenSignatureInvalid, asks: true},
	}
}

func wireCases() []tokenCase {
	return []tokenCase{
		{name: "no header", alter: wire(func(string) string { return "" }), want: errTokenHeader},
		{name: "scheme missing", alter: wire(func(token string) string { return token }), want: errTokenHeader},
		{name: "scheme empty", alter: wire(func(token string) string { return " " + token }), want: errTokenHeader},
		{name: "scheme Basic", alter: wire(func(token string) string { return "Basic " + token }), want: errTokenHeader},
		{name: "scheme alone", alter: wire(func(string) string { return "Bearer" }), want: errTokenHeader},
		{name: "no token", alter: wire(func(string) string { return "Bearer " }), want: errTokenShape},
		{name: "two spaces", alter: wire(func(token string) string { return "Bearer  " + token }), want: errTokenShape},
		{name: "tab for the space", alter: wire(func(token string) string { return "Bearer\t" + token }), want: errTokenHeader},
		{name: "two tokens", alter: wire(func(token string) string { return "Bearer " + token + ", Bearer " + token }), want: errTokenShape},
		{name: "trailing data", alter: wire(func(token string) string { return "Bearer " + token + " x" }), want: errTokenShape},
		{name: "trailing newline", alter: wire(func(token string) string { return "Bearer " + token + "\r\n" }), want: errTokenShape},
		// A lenient decoder skips it, so that this would be the good token.
		{name: "newline in the signature", alter: wire(func(token string) string { return "Bearer " + token[:len(token)-4] + "\n" + token[len(token)-4:] }), want: errTokenShape},
		{name: "padding", alter: wire(func(token string) string { return "Bearer " + token + "==" }), want: errTokenShape},
		// The last of 342 characters carries two bits of the signature and four that a
		// lenient decoder ignores.
		{name: "another spelling", alter: wire(func(token string) string {
			const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
			last := strings.IndexByte(alphabet, token[len(token)-1])
			return "Bearer " + token[:len(token)-1] + alphabet[last+1:last+2]
		}), want: errTokenShape},
		{name: "two parts", alter: wire(func(token string) string { return "Bearer " + token[:strings.LastIndex(token, ".")] }), want: errTokenShape},
		{name: "four parts", alter: wire(func(token string) string { return "Bearer " + token + ".x" }), want: errTokenShape},
		{name: "three thousand dots", alter: wire(func(string) string { return "Bearer " + strings.Repeat(".", 3000) }), want: errTokenShape},
		{name: "header not JSON", alter: wire(func(token string) string { return "Bearer e30x" + token[strings.Index(token, "."):] }), want: errTokenShape},
		{name: "huge", alter: setClaim("more", strings.Repeat("x", 12<<10)), want: errTokenSize},
	}
}

func setClaim(name string, value any) func(*draft) {
	return func(d *draft) { d.claims[name] = value }
}

func dropClaim(name string) func(*draft) {
	return func(d *draft) { delete(d.claims, name) }
}

func setHeader(name string, value any) func(*draft) {
	return func(d *draft) { d.header[name] = value }
}

func dropHeader(name string) func(*draft) {
	return func(d *draft) { delete(d.header, name) }
}

func wire(write func(token string) string) func(*draft) {
	return func(d *draft) { d.write = write }
}
