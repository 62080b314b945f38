package teams

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	// maxAuthorization bounds an Authorization header; the connector's is about
	// 1 KiB long.
	maxAuthorization = 16 << 10
	// maxKeyID bounds a key's id; the connector's is 27 characters long.
	maxKeyID = 256
	// tokenLeeway is how far the connector's clock and ours may be apart.
	tokenLeeway = 5 * time.Minute
	// tokenAlgorithm is the one signature algorithm that is taken.
	tokenAlgorithm = "RS256"
	// tokenAlphabet is base64url, and the dot between a token's parts.
	tokenAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
)

var (
	errTokenOptions  = errors.New("token check: app id, issuer and metadata address are all needed")
	errTokenHeader   = errors.New("no Authorization header of the form Bearer TOKEN")
	errTokenSize     = errors.New("the Authorization header is too long")
	errTokenShape    = errors.New("the token is not a signed JWT in compact form")
	errTokenAlg      = errors.New("the token's algorithm is not one of the metadata's")
	errTokenCritical = errors.New("the token's header demands an extension")
	errTokenKeyID    = errors.New("the token's header has no key id, or an over-long one")
	errTokenKey      = errors.New("no key has the token's key id")
	errTokenAudience = errors.New("the token must have exactly one audience")
	errTokenService  = errors.New("the token has no service URL")
)

// verifierOptions sets a verifier up.
type verifierOptions struct {
	// AppID is the audience that a token must be for.
	AppID string
	// Issuer is who must have issued it, e.g. https://api.botframework.com.
	Issuer string
	// MetadataURL is the issuer's OpenID metadata; https.
	MetadataURL string
	// HTTP reads the metadata and the keys. Redirects are not followed.
	HTTP *http.Client
	Log  *slog.Logger
	// Now is real time, which tokens are judged by; nil means time.Now.
	Now func() time.Time
}

// verifier checks the token that comes with a request of the connector. Safe for
// concurrent use.
type verifier struct {
	keys   *keyStore
	parser *jwt.Parser
	// claims judges as parser does, before the key is looked up.
	claims *jwt.Validator
	// err is set where an option is missing: an empty audience or issuer would
	// switch its check off.
	err error
}

func newVerifier(o verifierOptions) *verifier {
	if o.Now == nil {
		o.Now = time.Now
	}
	checks := []jwt.ParserOption{
		jwt.WithValidMethods([]string{tokenAlgorithm}),
		jwt.WithStrictDecoding(), // one token has one spelling
		jwt.WithIssuer(o.Issuer),
		jwt.WithAudience(o.AppID),
		jwt.WithExpirationRequired(),
		jwt.WithNotBeforeRequired(),
		jwt.WithLeeway(tokenLeeway),
		jwt.WithTimeFunc(o.Now),
	}
	v := &verifier{
		keys:   newKeyStore(o),
		parser: jwt.NewParser(checks...),
		claims: jwt.NewValidator(checks...),
	}
	if o.AppID == "" || o.Issuer == "" || o.MetadataURL == "" {
		v.err = errTokenOptions
	}
	return v
}

// ready says whether tokens can be judged: keys are held, or can be read now.
func (v *verifier) ready(ctx context.Context) error {
	if v.err != nil {
		return v.err
	}
	_, err := v.keys.get(ctx, "")
	return err
}

// verify checks the value of an Authorization header and gives what its token
// vouches for. The error says what is wrong, for the log alone, and never holds the
// token; its code is Unavailable when the keys could not be read, so that nothing
// is known about the token.
func (v *verifier) verify(ctx context.Context, authorization string) (ticket, error) {
	if v.err != nil {
		return ticket{}, v.err
	}
	token, err := bearerToken(authorization)
	if err != nil {
		return ticket{}, err
	}
	var claims tokenClaims
	var key signingKey
	var keyErr error
	_, err = v.parser.ParseWithClaims(token, &claims, func(t *jwt.Token) (any, error) {
		key, keyErr = v.signer(ctx, t)
		return key.public, keyErr
	})
	switch {
	case keyErr != nil:
		return ticket{}, keyErr
	case errors.Is(err, jwt.ErrTokenMalformed):
		// The parser quotes what it could not read.
		return ticket{}, errTokenShape
	case err != nil:
		return ticket{}, err
	}
	return ticket{serviceURL: claims.ServiceURL, endorsements: key.endorsements}, nil
}

// signer gives the key that a token says it is signed with. Looking it up may send
// a request, so whatever can be refused without the key is refused before; the
// parser judges the claims again once it has seen the signature.
func (v *verifier) signer(ctx context.Context, t *jwt.Token) (signingKey, error) {
	if _, ok := t.Header["crit"]; ok {
		return signingKey{}, errTokenCritical
	}
	id, _ := t.Header["kid"].(string)
	if id == "" || len(id) > maxKeyID {
		return signingKey{}, errTokenKeyID
	}
	if err := v.claims.Validate(t.Claims); err != nil {
		return signingKey{}, err
	}
	set, err := v.keys.get(ctx, id)
	if err != nil {
		return signingKey{}, err
	}
	if !set.allows(tokenAlgorithm) {
		return signingKey{}, errTokenAlg
	}
	key, ok := set.keys[id]
	if !ok {
		return signingKey{}, errTokenKey
	}
	return key, nil
}

// bearerToken gives the token of an Authorization header: three parts in the
// alphabet of a JWT, none of them read. The scheme may be in any case (RFC 9110,
// 11.1); it is followed by one space.
func bearerToken(authorization string) (string, error) {
	if len(authorization) > maxAuthorization {
		return "", errTokenSize
	}
	scheme, token, ok := strings.Cut(authorization, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", errTokenHeader
	}
	if strings.Count(token, ".") != 2 || strings.Trim(token, tokenAlphabet) != "" {
		return "", errTokenShape
	}
	return token, nil
}

// tokenClaims is what is read of a token's payload. Names match in any case: real
// tokens say serviceurl, the documentation serviceUrl.
type tokenClaims struct {
	jwt.RegisteredClaims
	ServiceURL string `json:"serviceurl"`
}

// Validate is called by jwt.Validator after its own checks.
func (c *tokenClaims) Validate() error {
	if len(c.Audience) != 1 {
		// A token that others accept too could be sent on to us by them.
		return errTokenAudience
	}
	if c.ServiceURL == "" {
		return errTokenService
	}
	return nil
}
