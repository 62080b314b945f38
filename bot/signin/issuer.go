package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"guestsite/bot"
)

// issuer is the login host as the one tenant's OpenID provider.
type issuer struct {
	opt    Options
	url    string // of the tenant, as its tokens name it
	client *http.Client

	turn chan struct{} // held by who looks at both below, so that one asks at a time
	got  *found
	till time.Time
}

// found is what the tenant's metadata says.
type found struct {
	oauth oauth2.Config
	keys  oidc.KeySet
}

const (
	// metadataLife is how long metadata and the keys under it are kept; a key that
	// is not known is looked for at once.
	metadataLife = time.Hour
	callTime     = 6 * time.Second // of one call; a request has RequestTime for all of its own
	mostAnswer   = 1 << 20
)

func newIssuer(o Options) *issuer {
	next := o.HTTP.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	return &issuer{
		opt: o, turn: make(chan struct{}, 1), url: strings.TrimRight(o.Login, "/") + "/" + strings.ToLower(o.TenantID) + "/v2.0",
		client: caller(bounded{next}),
	}
}

func caller(by http.RoundTripper) *http.Client {
	return &http.Client{
		Transport: by, Timeout: callTime,
		// An answer that leads elsewhere would take the code, and our proof, along.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded ends an answer that is too long.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, mostAnswer), res.Body}
	}
	return res, err
}

// discover reads the tenant's metadata, or gives what it read lately.
func (i *issuer) discover(ctx context.Context) (*found, error) {
	const op = "read the sign-in's metadata"
	select {
	case i.turn <- struct{}{}:
		defer func() { <-i.turn }()
	case <-ctx.Done():
		return nil, unavailable(op, context.Cause(ctx))
	}
	if i.got != nil && time.Now().Before(i.till) {
		return i.got, nil
	}
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, i.client), i.url) // checks that its issuer is the one asked for
	if err != nil {
		return nil, unavailable(op, err)
	}
	var more struct {
		Keys string `json:"jwks_uri"`
	}
	if err := p.Claims(&more); err != nil {
		return nil, unavailable(op, err)
	}
	e := p.Endpoint()
	if !isHTTPS(e.TokenURL) || !isHTTPS(more.Keys) { // our proof goes there, and who signs comes from there
		return nil, unavailable(op, errNotHTTPS)
	}
	e.AuthStyle = oauth2.AuthStyleInParams
	i.got = &found{
		oauth: oauth2.Config{
			ClientID: i.opt.ClientID, Endpoint: e, RedirectURL: RedirectURI(i.opt.PublicURL),
			Scopes: []string{oidc.ScopeOpenID, "profile"}, // without profile the token names no object id
		},
		keys: oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), caller(keySets{i.client.Transport})), more.Keys), //nolint:contextcheck // they outlive this request
	}
	i.till = time.Now().Add(metadataLife)
	return i.got, nil
}

// config is what the verifier checks beside the issuer, the times and the signature.
func (i *issuer) config() *oidc.Config {
	return &oidc.Config{ClientID: i.opt.ClientID, SupportedSigningAlgs: []string{oidc.RS256}}
}

var errNotHTTPS = errors.New("the token endpoint or the keys are not https")

func isHTTPS(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https"
}

func unavailable(op string, err error) error {
	return &bot.Error{Code: bot.Unavailable, Op: "signin: " + op, Err: err}
}

// authorize is where the browser is sent to sign in.
func (i *issuer) authorize(ctx context.Context, s bot.SignIn) (string, error) {
	f, err := i.discover(ctx)
	if err != nil {
		return "", err
	}
	return f.oauth.AuthCodeURL(s.State, oidc.Nonce(s.Nonce), oauth2.S256ChallengeOption(s.Verifier),
		oauth2.SetAuthURLParam("prompt", "select_account")), nil
}

// redeem redeems a code and gives the object id of who signed in.
func (i *issuer) redeem(ctx context.Context, code string, s bot.SignIn) (string, error) {
	f, err := i.discover(ctx)
	if err != nil {
		return "", err
	}
	proof, err := i.opt.Proof.params(ctx, i.opt.ClientID, f.oauth.Endpoint.TokenURL)
	if err != nil {
		return "", &bot.Error{Code: bot.Internal, Op: "signin: prove the registration", Err: err}
	}
	opts := []oauth2.AuthCodeOption{oauth2.VerifierOption(s.Verifier)}
	for name, value := range proof {
		opts = append(opts, oauth2.SetAuthURLParam(name, value))
	}
	t, err := f.oauth.Exchange(context.WithValue(ctx, oauth2.HTTPClient, i.client), code, opts...)
	if err != nil {
		return "", notRedeemed(err)
	}
	raw, ok := t.Extra("id_token").(string)
	if !ok {
		return "", notProved("there is no id token")
	}
	keys := &askedKeys{set: f.keys}
	token, err := oidc.NewVerifier(i.url, keys, i.config()).Verify(ctx, raw)
	switch {
	case err != nil && keys.unread != nil:
		return "", unavailable("read the sign-in's keys", keys.unread)
	case err != nil:
		return "", &bot.Error{Code: bot.Forbidden, Op: "signin: check the id token", Reason: faultNotProved, Err: err}
	}
	return i.person(token, s.Nonce)
}

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// person checks what the verifier leaves to us: that the token is for us alone,
// answers this very sign-in, is of the tenant, and names somebody of it.
func (i *issuer) person(token *oidc.IDToken, nonce string) (string, error) {
	var claims struct {
		TenantID string `json:"tid"`
		ObjectID string `json:"oid"`
	}
	if err := token.Claims(&claims); err != nil {
		return "", notProved("its claims cannot be read")
	}
	switch {
	case len(token.Audience) != 1:
		return "", notProved("it is for others too")
	case nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		return "", notProved("it answers another sign-in")
	case !strings.EqualFold(claims.TenantID, i.opt.TenantID):
		return "", notProved("it is of another tenant")
	case !guid.MatchString(claims.ObjectID):
		return "", notProved("it names nobody")
	}
	return strings.ToLower(claims.ObjectID), nil
}

func notProved(why string) error {
	return &bot.Error{Code: bot.Forbidden, Op: "signin: check the id token", Reason: faultNotProved, Detail: why}
}

// aadsts is the number in a text of the login host. The text itself can name
// people, and goes nowhere.
var aadsts = regexp.MustCompile(`AADSTS(\d+)`)

func number(text string) string {
	if m := aadsts.FindStringSubmatch(text); m != nil {
		return "AADSTS" + m[1]
	}
	return ""
}

// notRedeemed says why a code was not redeemed, without the answer's text.
func notRedeemed(err error) error {
	const op = "signin: redeem a code"
	re, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case !ok:
		return unavailable("redeem a code", err)
	case re.Response != nil && (re.Response.StatusCode >= 500 || re.Response.StatusCode == http.StatusTooManyRequests):
		return &bot.Error{Code: bot.Unavailable, Op: op, Detail: "status " + strconv.Itoa(re.Response.StatusCode)}
	}
	var body struct {
		Error string `json:"error"`
		Text  string `json:"error_description"`
	}
	_ = json.Unmarshal(re.Body, &body) // else nothing is known of it
	e := &bot.Error{Code: bot.Forbidden, Op: op, Reason: reasonOf(body.Error, body.Text), Detail: word(body.Error) + " " + number(body.Text)}
	if body.Error == "invalid_client" || body.Error == "unauthorized_client" {
		e.Code = bot.Internal // it is for the operator to mend
	}
	return e
}

// word keeps an error's code if it is one.
func word(code string) string {
	if len(code) > 40 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "an odd code"
	}
	return code
}

// reasonOf is the page for an error of the login host (OAuth 2.0 §4.1.2.1, OpenID
// Connect Core §3.1.2.6, "Authentication and authorization error codes").
func reasonOf(code, text string) string {
	switch n := number(text); {
	case n == "AADSTS65001", n == "AADSTS90094", n == "AADSTS90095", n == "AADSTS650056", code == "consent_required":
		return faultConsent
	case code == "access_denied", n == "AADSTS65004":
		return faultDenied
	case code == "interaction_required", code == "login_required", code == "account_selection_required":
		return faultInteraction
	case code == "server_error", code == "temporarily_unavailable":
		return faultUnavailable
	}
	return faultRefused
}
