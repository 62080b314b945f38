package graphfake_test

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"guestsite/graph/graphfake"
)

const (
	verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789"
	callback = "https://bot.example/link/callback"
	nonce1   = "n-1"
)

func s256(v string) string {
	sum := sha256.Sum256([]byte(v))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// edited sets name, value pairs; an empty value takes a parameter away.
func edited(v url.Values, change []string) url.Values {
	for pair := range slices.Chunk(change, 2) {
		if v.Set(pair[0], pair[len(pair)-1]); v.Get(pair[0]) == "" {
			v.Del(pair[0])
		}
	}
	return v
}

// request is a good authorization request, edited.
func request(change ...string) url.Values {
	v := url.Values{
		"response_type": {"code"}, "client_id": {clientID}, "redirect_uri": {callback}, "state": {"s t/a=te"}, "nonce": {nonce1},
		"scope": {"openid profile"}, "code_challenge": {s256(verifier)}, "code_challenge_method": {"S256"},
	}
	return edited(v, change)
}

func (l *lab) authorizeURL(v url.Values) string {
	return l.LoginURL() + "/" + l.TenantID() + "/oauth2/v2.0/authorize?" + v.Encode()
}

// browser is a client with cookies that stays where it is sent from.
type browser struct {
	t      *testing.T
	client *http.Client
}

func (l *lab) browser() *browser {
	l.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		l.t.Fatal(err)
	}
	c := *l.client
	c.Jar = jar
	return &browser{l.t, &c}
}

// shown is what a browser got.
type shown struct {
	t        *testing.T
	status   int
	location string
	header   http.Header
	page     string
}

func (b *browser) do(method, to string, form url.Values) shown {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, to, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return shown{b.t, resp.StatusCode, resp.Header.Get("Location"), resp.Header, string(raw)}
}

func (b *browser) open(to string) shown {
	b.t.Helper()
	return b.do(http.MethodGet, to, nil)
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// form is what the first form of the page would post, with the pressed button.
func (s shown) form(name, value string) url.Values {
	first, _, _ := strings.Cut(s.page, "</form>")
	v := url.Values{name: {value}}
	for _, m := range hiddenField.FindAllStringSubmatch(first, -1) {
		v.Set(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return v
}

// back is what the client gets at its redirect URI.
func (s shown) back() url.Values {
	s.t.Helper()
	u, err := url.Parse(s.location)
	if err != nil || s.status != http.StatusFound || !strings.HasPrefix(s.location, callback) {
		s.t.Fatalf("%d, sent to %q: %v\n%s", s.status, s.location, err, s.page)
	}
	return u.Query()
}

// wantPage is an error that only the person reads.
func (s shown) wantPage(number string) {
	s.t.Helper()
	if s.status != http.StatusBadRequest || s.location != "" || !strings.HasPrefix(s.header.Get("Content-Type"), "text/html") ||
		!strings.Contains(s.page, number+":") {
		s.t.Fatalf("%d, to %q: want a page with %s\n%s", s.status, s.location, number, s.page)
	}
}

// code signs Sanne in and gives the code.
func (l *lab) code(change ...string) string {
	l.t.Helper()
	to, err := l.SignInAs(l.authorizeURL(request(change...)), l.demo.Sanne.ID)
	if err != nil {
		l.t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil || u.Query().Get("code") == "" {
		l.t.Fatalf("sent to %s: %v", to, err)
	}
	return u.Query().Get("code")
}

// grant is a good token request for a code, edited.
func grant(code string, change ...string) url.Values {
	v := url.Values{
		"grant_type": {"authorization_code"}, "client_id": {clientID}, "client_secret": {clientSecret}, "code": {code},
		"code_verifier": {verifier}, "redirect_uri": {callback},
	}
	return edited(v, change)
}

// relyingParty checks an id token as a client must, and says which check fails, empty for none.
func (l *lab) relyingParty(raw string) (jwt.MapClaims, string) {
	l.t.Helper()
	keys := l.get(l.LoginURL() + "/" + l.TenantID() + "/discovery/v2.0/keys")
	var set struct {
		Keys []struct{ Kid, N, E string }
	}
	if err := json.Unmarshal(keys.raw, &set); err != nil {
		l.t.Fatal(err)
	}
	claims := jwt.MapClaims{}
	_, err := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired(),
		jwt.WithIssuer(l.LoginURL()+"/"+l.TenantID()+"/v2.0"), jwt.WithAudience(clientID)).
		ParseWithClaims(raw, claims, func(t *jwt.Token) (any, error) {
			for _, k := range set.Keys {
				if k.Kid == t.Header["kid"] {
					n, err1 := base64.RawURLEncoding.DecodeString(k.N)
					e, err2 := base64.RawURLEncoding.DecodeString(k.E)
					return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}, errors.Join(err1, err2)
				}
			}
			return nil, errNoKey
		})
	for cause, why := range map[error]string{
		jwt.ErrTokenInvalidIssuer: "iss", jwt.ErrTokenInvalidAudience: "aud", jwt.ErrTokenExpired: "expired", jwt.ErrTokenNotValidYet: "nbf",
		errNoKey: "kid", jwt.ErrTokenSignatureInvalid: "signature", // of alg too: the library calls an unlisted one so
	} {
		if errors.Is(err, cause) {
			return claims, why
		}
	}
	switch {
	case err != nil:
		return claims, err.Error()
	case claims["nonce"] != nonce1:
		return claims, "nonce"
	case claims["tid"] != l.TenantID():
		return claims, "tid"
	case claims["oid"] == nil:
		return claims, "oid"
	}
	return claims, ""
}

var errNoKey = errors.New("no such key")

func TestSignIn_APersonIsChosenOnThePage(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	b := l.browser()
	at := l.authorizeURL(request("response_mode", "query"))
	page := b.open(at)
	for _, want := range []string{
		`<html lang="en">`, "<title>Demo sign-in to Noordzee</title>", `name="viewport"`, "This is a demo of a sign-in", "Sanne de Vries", "Siobhan O&#39;Brien",
		"Kees Mulder (switched off)", "Jan de Boer (guest)",
	} {
		if !strings.Contains(page.page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if page.status != http.StatusOK || page.header.Get("X-Frame-Options") != "DENY" || !strings.Contains(page.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("%d %v", page.status, page.header)
	}
	where, _, _ := strings.Cut(at, "?")
	got := b.do(http.MethodPost, where, page.form("user", l.demo.Sanne.ID)).back()
	if got.Get("state") != "s t/a=te" || got.Get("code") == "" || got.Get("error") != "" {
		t.Fatalf("back with %v", got)
	}
	a := l.postForm(l.tokenPath(), grant(got.Get("code"))).want(http.StatusOK)
	claims, wrong := l.relyingParty(a.text("id_token"))
	if wrong != "" {
		t.Fatalf("a good id token is refused: %s in %v", wrong, claims)
	}
	if claims["oid"] != l.demo.Sanne.ID || claims["name"] != "Sanne de Vries" || claims["preferred_username"] != "sanne@noordzee.nl" ||
		claims["ver"] != "2.0" || claims["aud"] != clientID || claims["sub"] == l.demo.Sanne.ID || claims["idp"] != nil || claims["email"] != nil {
		t.Errorf("claims %v", claims)
	}
	if a.text("token_type") != "Bearer" || a.text("access_token") == "" || a.text("scope") != "openid profile" || a.body["refresh_token"] != nil {
		t.Errorf("answer %s", a.raw)
	}
}

func TestSignIn_TheSubjectIsOfOneClient(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.AddApp(graphfake.App{ClientID: "other", RedirectURIs: []string{callback}})
	sub := func(change ...string) any {
		a := l.postForm(l.tokenPath(), grant(l.code(change...), change...)).want(http.StatusOK)
		claims := jwt.MapClaims{}
		if _, _, err := jwt.NewParser().ParseUnverified(a.text("id_token"), claims); err != nil {
			t.Fatal(err)
		}
		return claims["sub"]
	}
	mine, again, other := sub(), sub(), sub("client_id", "other", "client_secret", "")
	if mine != again || mine == other {
		t.Errorf("subjects %v, %v and %v", mine, again, other)
	}
}

func TestSignIn_ScopesDecideWhatIsTold(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for scope, want := range map[string][]string{
		"openid":                                {},
		"openid profile":                        {"name", "oid", "preferred_username"},
		"openid email":                          {"email"},
		"openid profile email":                  {"email", "name", "oid", "preferred_username"},
		"openid offline_access":                 {},
		"profile":                               nil,
		"openid User.Read profile":              {"name", "oid", "preferred_username"},
		"https://graph.microsoft.com/User.Read": nil,
	} {
		a := l.postForm(l.tokenPath(), grant(l.code("scope", scope))).want(http.StatusOK)
		if want == nil {
			if a.body["id_token"] != nil || a.text("access_token") == "" {
				t.Errorf("%s: %s", scope, a.raw)
			}
			continue
		}
		claims := jwt.MapClaims{}
		if _, _, err := jwt.NewParser().ParseUnverified(a.text("id_token"), claims); err != nil {
			t.Fatal(err)
		}
		maps.DeleteFunc(claims, func(name string, _ any) bool {
			return slices.Contains([]string{"iss", "aud", "sub", "iat", "nbf", "exp", "tid", "ver", "nonce", "uti", "rh"}, name)
		})
		if got := slices.Sorted(maps.Keys(claims)); !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%s: claims %v, want %v", scope, got, want)
		}
	}
}

func TestSignIn_GuestsBringTheirHome(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	alone := l.AddUser(graphfake.User{DisplayName: "Mo", Mail: "mo@nowhere.example", UserType: graphfake.Guest, ExternalUserState: graphfake.Pending})
	for id, want := range map[string][2]string{
		l.demo.Jan.ID: {"jan@contoso.nl", "https://sts.windows.net/" + l.demo.Contoso.TenantID + "/"},
		alone.ID:      {"mo@nowhere.example", "mail"},
	} {
		to, err := l.SignInAs(l.authorizeURL(request()), id)
		if err != nil {
			t.Fatal(err)
		}
		u, _ := url.Parse(to)
		a := l.postForm(l.tokenPath(), grant(u.Query().Get("code"))).want(http.StatusOK)
		claims, wrong := l.relyingParty(a.text("id_token"))
		if wrong != "" || claims["preferred_username"] != want[0] || claims["idp"] != want[1] || claims["tid"] != l.TenantID() {
			t.Errorf("%s %v", wrong, claims)
		}
	}
	if u, _ := l.User(alone.ID); u.ExternalUserState != graphfake.Accept {
		t.Errorf("after signing in the guest is %s", u.ExternalUserState)
	}
}

func TestSignInPage_WorksOnAnotherOrigin(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	other := httptest.NewServer(mux)
	defer other.Close()
	l := newLab(t, func(o *graphfake.Options) { o.AuthorizationEndpoint = other.URL + "/demo/sign-in" })
	mux.Handle("/demo/", http.StripPrefix("/demo", l.SignInPage()))
	meta := l.get(l.LoginURL() + "/" + l.TenantID() + "/v2.0/.well-known/openid-configuration")
	at := meta.text("authorization_endpoint")
	if at != other.URL+"/demo/sign-in" || !strings.HasPrefix(meta.text("token_endpoint"), l.LoginURL()) {
		t.Fatalf("metadata %s", meta.raw)
	}
	b := l.browser()
	page := b.open(at + "?" + request().Encode())
	if n := strings.Count(page.page, `action="?"`); n != 3 || strings.Contains(page.page, "action=\"/") {
		t.Fatalf("%d forms post back to where they are", n)
	}
	where, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	got := b.do(http.MethodPost, where.ResolveReference(&url.URL{RawQuery: "", ForceQuery: true}).String(), page.form("user", l.demo.Sanne.ID)).back()
	a := l.postForm(l.tokenPath(), grant(got.Get("code"))).want(http.StatusOK)
	if _, wrong := l.relyingParty(a.text("id_token")); wrong != "" {
		t.Errorf("id token: %s", wrong)
	}
	if b.open(at+"?"+request("prompt", "none").Encode()).back().Get("code") == "" {
		t.Error("the session is not kept on that origin")
	}
	if n := l.Counts()["POST login/"+l.TenantID()+"/oauth2/v2.0/authorize"]; n != 1 {
		t.Errorf("the wire log shows %d sign-ins: %v", n, l.Counts())
	}
}

func TestFaults_SignInErrorsComeAsTheVendorTellsThem(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	post := func(change ...string) shown {
		return l.browser().do(http.MethodPost, l.authorizeURL(request(change...)), url.Values{"user": {l.demo.Sanne.ID}})
	}
	hit := func(path, code string) {
		inject(l, graphfake.Fault{Host: graphfake.HostLogin, Method: http.MethodPost, Path: path, Status: 400, Code: code})
	}
	hit("authorize$", "AADSTS65001")
	if got := post().back(); got.Get("error") != "consent_required" || !strings.HasPrefix(got.Get("error_description"), "AADSTS65001:") || got.Get("state") != "s t/a=te" {
		t.Errorf("consent: %v", got)
	}
	hit("authorize$", "AADSTS53003")
	post().wantPage("AADSTS53003")
	hit("authorize$", "AADSTS53003")
	if got := post("prompt", "none").back(); got.Get("error") != "interaction_required" {
		t.Errorf("silent: %v", got)
	}
	hit("authorize$", "AADSTS65001")
	post("redirect_uri", "https://evil.example/").wantPage("AADSTS50011")
	hit("authorize$", "AADSTS90033")
	if got := post().back(); got.Get("error") != "temporarily_unavailable" {
		t.Errorf("trouble: %v", got)
	}
	for code, number := range map[string]int{"AADSTS65001": 65001, "AADSTS53003": 53003, "AADSTS50076": 50076} {
		c := l.code()
		hit("token$", code)
		a := l.postForm(l.tokenPath(), grant(c))
		if a.wantAADSTS(400, number); a.text("error") != "invalid_grant" || a.text("suberror") == "" {
			t.Errorf("answer %s", a.raw)
		}
		l.postForm(l.tokenPath(), grant(c)).want(http.StatusOK) // it was not spent
	}
}

func TestAsked_TellsWhatClientsAskedAndNoSecret(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	code := l.code()
	l.postForm(l.tokenPath(), grant(code, "code_verifier", ""))
	l.postForm(l.tokenPath(), grant(l.code()))
	l.browser().open(l.authorizeURL(request("prompt", "select_account")))
	l.browser().open(l.authorizeURL(request("redirect_uri", "https://evil.example/")))
	l.browser().open(l.authorizeURL(request("prompt", "none", "response_mode", "form_post")))
	asked := l.Asked()
	var answers []string
	for _, a := range asked {
		answers = append(answers, a.Endpoint+" "+a.Answer)
	}
	if want := []string{
		"authorize code", "token AADSTS50148", "authorize code", "token tokens", "authorize page", "authorize AADSTS50011", "authorize AADSTS50058",
	}; !slices.Equal(answers, want) {
		t.Errorf("answers %q", answers)
	}
	if p := asked[0].Params; p["nonce"] != "n-1" || p["code_challenge"] != s256(verifier) || p["state"] != "s t/a=te" || p["user"] != "" {
		t.Errorf("params %v", p)
	}
	if p := asked[3].Params; p["code"] != "(given)" || p["code_verifier"] != "(given)" || p["client_secret"] != "(given)" || p["grant_type"] != "authorization_code" {
		t.Errorf("params %v", p)
	}
	raw, err := json.Marshal(asked)
	if err != nil || strings.Contains(string(raw), verifier) || strings.Contains(string(raw), clientSecret) || strings.Contains(string(raw), code) {
		t.Errorf("a secret in %s: %v", raw, err)
	}
	for _, e := range l.Wire() {
		if strings.Contains(e.Query, code) {
			t.Errorf("a code in the wire log: %+v", e)
		}
	}
}

func TestMetadata_EveryTenantsEndpointsNameNone(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	a := l.get(l.LoginURL() + "/common/v2.0/.well-known/openid-configuration").want(http.StatusOK)
	if a.text("issuer") != l.LoginURL()+"/{tenantid}/v2.0" || a.text("token_endpoint") != l.LoginURL()+"/common/oauth2/v2.0/token" {
		t.Errorf("metadata %s", a.raw)
	}
}

func TestUserInfo_IsForAPersonsToken(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	a := l.postForm(l.tokenPath(), grant(l.code("scope", "openid profile email"))).want(http.StatusOK)
	claims, wrong := l.relyingParty(a.text("id_token"))
	if wrong != "" {
		t.Fatal(wrong)
	}
	bearer := []string{"Authorization", "Bearer " + a.text("access_token")}
	info := l.get(l.GraphURL()+"/oidc/userinfo", bearer...).want(http.StatusOK)
	if info.text("sub") != claims["sub"] || info.text("name") != "Sanne de Vries" || info.text("email") != "sanne@noordzee.nl" {
		t.Errorf("answer %s", info.raw)
	}
	l.get("/users", bearer...).want(http.StatusForbidden)
	l.get(l.GraphURL() + "/oidc/userinfo").want(http.StatusForbidden)
}

func TestControl_SteersSignIn(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	send := func(method, path, body string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, l.ControlURL()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(raw)
	}
	if status, text := send("POST", "/forge", `{"what":"aud"}`); status != http.StatusOK {
		t.Fatal(text)
	}
	a := l.postForm(l.tokenPath(), grant(l.code())).want(http.StatusOK)
	if _, wrong := l.relyingParty(a.text("id_token")); wrong != "aud" {
		t.Errorf("wrong is %q", wrong)
	}
	if status, text := send("POST", "/forge", `{"what":"all"}`); status != http.StatusBadRequest {
		t.Errorf("%d %s", status, text)
	}
	if _, text := send("POST", "/keys", `{"retire":false}`); !strings.Contains(text, "graphfake-2") {
		t.Errorf("keys: %s", text)
	}
	code := l.code()
	send("POST", "/expire-codes", "")
	l.postForm(l.tokenPath(), grant(code)).wantAADSTS(400, 70008)
	if _, text := send("GET", "/asked", ""); !strings.Contains(text, "AADSTS70008") {
		t.Errorf("asked: %s", text)
	}
}
