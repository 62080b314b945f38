package teamsfake

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// door is the inbound check of a careful bot: what the protocol asks for and no
// more. It reads metadata and keys afresh each time.
type door struct {
	t *testing.T
	s *Server
	c *http.Client
}

func (d door) get(ctx context.Context, url string, into any) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		d.t.Error(err)
		return
	}
	resp, err := d.c.Do(req)
	if err != nil {
		d.t.Error(err)
		return
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		d.t.Error(err)
	}
}

// keys finds the key of a token among those endorsed for a channel.
func (d door) keys(ctx context.Context, channel string) jwt.Keyfunc {
	return func(t *jwt.Token) (any, error) { return d.key(ctx, t, channel) }
}

func (d door) key(ctx context.Context, t *jwt.Token, channel string) (*rsa.PublicKey, error) {
	var meta struct {
		Keys string `json:"jwks_uri"`
	}
	d.get(ctx, d.s.MetadataURL(), &meta)
	var set struct {
		Keys []struct {
			Kty, Kid, N, E string
			Endorsements   []string
		}
	}
	d.get(ctx, meta.Keys, &set)
	for _, k := range set.Keys {
		if k.Kid != t.Header["kid"] || k.Kty != "RSA" {
			continue
		}
		if !slices.Contains(k.Endorsements, channel) {
			return nil, errors.New("not endorsed")
		}
		n, _ := base64.RawURLEncoding.DecodeString(k.N)
		e, _ := base64.RawURLEncoding.DecodeString(k.E)
		return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}, nil
	}
	return nil, errors.New("no such key")
}

func (d door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var a struct {
		ChannelID, ServiceURL string
		Conversation          struct{ TenantID string }
		ChannelData           struct{ Tenant struct{ ID string } }
		From                  struct{ AADObjectID string }
		Recipient             struct{ ID string }
	}
	headers := r.Header.Values("Authorization")
	if len(headers) != 1 || len(headers[0]) > 16<<10 || json.NewDecoder(r.Body).Decode(&a) != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	raw, ok := strings.CutPrefix(headers[0], "Bearer ")
	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(raw, claims, d.keys(r.Context(), a.ChannelID),
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer("https://api.botframework.com"),
		jwt.WithAudience(d.s.AppID()), jwt.WithExpirationRequired(), jwt.WithLeeway(5*time.Minute))
	service, _ := claims["serviceurl"].(string)
	if nbf, _ := claims.GetNotBefore(); !ok || err != nil || nbf == nil || trimmed(service) != trimmed(a.ServiceURL) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if a.ChannelID != "msteams" || a.Conversation.TenantID != d.s.TenantID() || a.ChannelData.Tenant.ID != d.s.TenantID() ||
		trimmed(a.ServiceURL) != trimmed(d.s.ServiceURL()) || a.From.AADObjectID == "" || a.Recipient.ID != d.s.BotID() {
		w.WriteHeader(http.StatusForbidden)
	}
}

func trimmed(u string) string { return strings.ToLower(strings.TrimSuffix(u, "/")) }

func TestForge(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	b.does(door{t, s, trusting(t, s)}.ServeHTTP)
	token := func(spec TokenSpec) Forgery { return Forgery{Token: spec} }
	ago, ahead := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	const other = "11111111-2222-4333-8444-555555555555"
	for name, c := range map[string]struct {
		f    Forgery
		want int
	}{
		"genuine":                  {Forgery{}, 200},
		"audience in a list":       {token(TokenSpec{Audience: []string{s.AppID()}}), 200},
		"claim without slash":      {token(TokenSpec{ServiceURL: s.ServiceURL()}), 200},
		"claim in capitals":        {token(TokenSpec{ServiceURL: strings.ToUpper(s.ServiceURL())}), 200},
		"a minute too old":         {token(TokenSpec{Expiry: time.Now().Add(-time.Minute)}), 200},
		"a minute too young":       {token(TokenSpec{NotBefore: time.Now().Add(time.Minute)}), 200},
		"wrong issuer":             {token(TokenSpec{Issuer: "https://sts.windows.net/x/"}), 401},
		"no issuer":                {token(TokenSpec{Issuer: Absent}), 401},
		"wrong audience":           {token(TokenSpec{Audience: other}), 401},
		"no audience":              {token(TokenSpec{Audience: Absent}), 401},
		"list without us":          {token(TokenSpec{Audience: []string{other}}), 401},
		"webchat key":              {token(TokenSpec{KeyEndorsements: []string{"webchat"}}), 401},
		"unendorsed key":           {token(TokenSpec{KeyEndorsements: []string{}}), 401},
		"new endorsements":         {token(TokenSpec{KeyEndorsements: []string{"email", "sms"}}), 401},
		"several endorsements":     {token(TokenSpec{KeyEndorsements: []string{"skype", "msteams"}}), 200},
		"unlisted key":             {token(TokenSpec{Key: KeyUnlisted}), 401},
		"unknown kid":              {token(TokenSpec{Kid: "nobody"}), 401},
		"no kid":                   {token(TokenSpec{Kid: Absent}), 401},
		"RS512":                    {token(TokenSpec{Algorithm: "RS512"}), 401},
		"PS256":                    {token(TokenSpec{Algorithm: "PS256"}), 401},
		"ES256 with a listed key":  {token(TokenSpec{Algorithm: "ES256"}), 401},
		"none":                     {token(TokenSpec{Algorithm: "none"}), 401},
		"HS256 with the key":       {token(TokenSpec{Algorithm: "HS256"}), 401},
		"expired":                  {token(TokenSpec{NotBefore: ago.Add(-time.Hour), Expiry: ago}), 401},
		"not yet":                  {token(TokenSpec{NotBefore: ahead}), 401},
		"no expiry":                {token(TokenSpec{NoExpiry: true}), 401},
		"no not-before":            {token(TokenSpec{NoNotBefore: true}), 401},
		"no service claim":         {token(TokenSpec{ServiceURL: Absent}), 401},
		"other service claim":      {token(TokenSpec{ServiceURL: "https://evil.example/"}), 401},
		"claim under another name": {token(TokenSpec{ServiceURLClaim: "serviceUrl2"}), 401},
		"extra claim":              {token(TokenSpec{Claims: map[string]any{"iss": "x"}}), 401},
		"no header":                {Forgery{NoHeader: true}, 401},
		"no scheme":                {Forgery{Scheme: Absent}, 401},
		"another scheme":           {Forgery{Scheme: "Basic"}, 401},
		"two tokens":               {Forgery{TwoTokens: true}, 401},
		"garbage":                  {Forgery{Header: "Bearer a.b.c"}, 401},
		"huge":                     {Forgery{Padding: 32 << 10}, 401},
		"not JSON":                 {Forgery{Body: []byte("hello")}, 401},
		"another channel":          {Forgery{ChannelID: "webchat", Token: TokenSpec{KeyEndorsements: []string{"webchat"}}}, 403},
		"conversation tenant":      {Forgery{ConversationTenant: other}, 403},
		"channelData tenant":       {Forgery{ChannelDataTenant: other}, 403},
		"no tenant":                {Forgery{ChannelDataTenant: Absent}, 403},
		"no Entra id":              {Forgery{EntraID: Absent}, 403},
		"another recipient":        {Forgery{Recipient: "28:" + other}, 403},
		"another service": {Forgery{
			ServiceURL: "https://evil.example/", Token: TokenSpec{ServiceURL: "https://evil.example/"},
		}, 403},
		"changed by hand":        {Forgery{Change: func(a map[string]any) { a["channelId"] = "emulator" }}, 401},
		"header changed by hand": {Forgery{Request: func(h http.Header) { h.Set("Authorization", "x") }}, 401},
	} {
		r, err := s.Forge(t.Context(), c.f)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.Status != c.want {
			t.Errorf("%s: HTTP %d, want %d", name, r.Status, c.want)
		}
	}
	for _, e := range s.Wire() {
		if text := string(mustJSON(e)); strings.Contains(text, "eyJ") {
			t.Errorf("the wire log holds a token: %s", text)
		}
	}
}

func TestRotateKeys(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	b.does(door{t, s, trusting(t, s)}.ServeHTTP)
	try := func(spec TokenSpec, want int) {
		t.Helper()
		r, err := s.Forge(t.Context(), Forgery{Token: spec})
		if err != nil || r.Status != want {
			t.Errorf("HTTP %d, %v, want %d", r.Status, err, want)
		}
	}
	try(TokenSpec{}, 200)
	if err := s.RotateKeys(); err != nil {
		t.Fatal(err)
	}
	try(TokenSpec{}, 200)
	try(TokenSpec{Key: KeyOldest}, 200)
	s.DropOldKeys()
	try(TokenSpec{}, 200)
	try(TokenSpec{Key: KeyOldest}, 401)
	if s.MetadataFetches() != 5 || s.KeyFetches() != 5 || s.Count("keys") != 5 {
		t.Errorf("metadata %d, keys %d, wire %d; want 5 each", s.MetadataFetches(), s.KeyFetches(), s.Count("keys"))
	}
}

func TestDeliveryFaults_Tokens(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	b.does(door{t, s, trusting(t, s)}.ServeHTTP)
	for _, kind := range []string{
		DeliverNoToken, DeliverNoKey, DeliverUnendorsed, DeliverAudience, DeliverIssuer, DeliverExpired, DeliverOtherURL,
	} {
		s.AddDeliveryFault(DeliveryFault{Kind: kind})
		out := must[Outcome](t)(s.As(Sanne).Say(t.Context(), "hi"))
		if out.Code != CodeRefused || out.Status != http.StatusUnauthorized {
			t.Errorf("%s: %+v", kind, out)
		}
	}
	if out := must[Outcome](t)(s.As(Sanne).Say(t.Context(), "hi")); !out.OK() {
		t.Errorf("after the faults: %+v", out)
	}
}
