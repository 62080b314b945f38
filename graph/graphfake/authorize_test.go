package graphfake_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guestsite/graph/graphfake"
)

func TestAuthorize_NothingIsSentToAStranger(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.AddApp(graphfake.App{ClientID: "two", RedirectURIs: []string{callback, callback + "/2"}})
	b := l.browser()
	for name, tc := range map[string]struct {
		change []string
		number string
	}{
		"unregistered":          {[]string{"redirect_uri", "https://evil.example/link/callback"}, "AADSTS50011"},
		"longer path":           {[]string{"redirect_uri", callback + "/more"}, "AADSTS50011"},
		"trailing slash":        {[]string{"redirect_uri", callback + "/"}, "AADSTS50011"},
		"with a query":          {[]string{"redirect_uri", callback + "?x=1"}, "AADSTS50011"},
		"with a fragment":       {[]string{"redirect_uri", callback + "#x"}, "AADSTS50011"},
		"other case":            {[]string{"redirect_uri", "https://bot.example/Link/callback"}, "AADSTS50011"},
		"other port":            {[]string{"redirect_uri", "https://bot.example:8443/link/callback"}, "AADSTS50011"},
		"plain http":            {[]string{"redirect_uri", "http://bot.example/link/callback"}, "AADSTS50011"},
		"user part":             {[]string{"redirect_uri", "https://bot.example@evil.example/link/callback"}, "AADSTS50011"},
		"none of two":           {[]string{"redirect_uri", "", "client_id", "two"}, "AADSTS50011"},
		"unknown client":        {[]string{"client_id", "99999999-0000-4000-8000-000000000000"}, "AADSTS700016"},
		"no client":             {[]string{"client_id", ""}, "AADSTS900144"},
		"unregistered and mode": {[]string{"redirect_uri", "https://evil.example/", "response_mode", "form_post"}, "AADSTS50011"},
	} {
		t.Run(name, func(t *testing.T) {
			b.open(l.authorizeURL(request(tc.change...))).wantPage(tc.number)
			v := request(tc.change...)
			v.Set("cancel", "1")
			b.do(http.MethodPost, l.authorizeURL(v), nil).wantPage(tc.number)
		})
	}
	b.open(l.authorizeURL(request()) + "&state=twice").wantPage("AADSTS9000411")
	for tenant, number := range map[string]string{
		"common": "AADSTS50194", "organizations": "AADSTS50194", "fabrikam.com": "AADSTS700016", "nobody.example": "AADSTS90002",
	} {
		b.open(l.LoginURL() + "/" + tenant + "/oauth2/v2.0/authorize?" + request().Encode()).wantPage(number)
	}
}

func TestAuthorize_LoopbackIgnoresThePort(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		registered, asked string
		fits              bool
	}{
		{"http://localhost/cb", "http://localhost:5000/cb", true},
		{"http://localhost:3000/cb", "http://localhost:5000/cb", true},
		{"https://localhost/cb", "https://localhost:5000/cb", true},
		{"http://127.0.0.1/cb", "http://127.0.0.1:5000/cb", true},
		{"http://localhost/cb", "http://localhost:5000/other", false},
		{"http://localhost/cb", "https://localhost:5000/cb", false},
		{"http://localhost/cb", "http://127.0.0.1:5000/cb", false},
		{"http://localhost/cb", "http://localhost.evil.example/cb", false},
		{"http://localhost/cb", "http://localhost@evil.example/cb", false},
		{"http://[::1]/cb", "http://[::1]/cb", false},
		{"http://intranet/cb", "http://intranet/cb", false},
		{"myapp://cb", "myapp://cb", false},
		{"https://*.example/cb", "https://*.example/cb", false},
	} {
		if got := graphfake.RedirectFits(tc.registered, tc.asked); got != tc.fits {
			t.Errorf("registered %s, asked %s: %v", tc.registered, tc.asked, got)
		}
	}
}

func TestAuthorize_ErrorsComeBackToTheClient(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.AddApp(graphfake.App{ClientID: "public", RedirectURIs: []string{callback}})
	b := l.browser()
	for name, tc := range map[string]struct {
		change       []string
		code, number string
	}{
		"no response type":    {[]string{"response_type", ""}, "invalid_request", "AADSTS900144"},
		"implicit":            {[]string{"response_type", "token"}, "unsupported_response_type", "AADSTS700051"},
		"id token":            {[]string{"response_type", "id_token"}, "unsupported_response_type", "AADSTS700054"},
		"hybrid":              {[]string{"response_type", "code id_token"}, "unsupported_response_type", "AADSTS700054"},
		"other response type": {[]string{"response_type", "device"}, "unsupported_response_type", "AADSTS70005"},
		"response mode":       {[]string{"response_mode", "web_message"}, "invalid_request", "AADSTS70007"},
		"no scope":            {[]string{"scope", ""}, "invalid_request", "AADSTS900144"},
		"blank scope":         {[]string{"scope", "  "}, "invalid_request", "AADSTS900144"},
		"unknown scope":       {[]string{"scope", "openid Files.Everything"}, "invalid_client", "AADSTS650053"},
		"challenge method":    {[]string{"code_challenge_method", "S512"}, "invalid_request", "AADSTS50149"},
		"short challenge":     {[]string{"code_challenge", "short"}, "invalid_request", "AADSTS501491"},
		"no challenge":        {[]string{"code_challenge", ""}, "invalid_request", "AADSTS501491"},
		"public without PKCE": {[]string{"client_id", "public", "code_challenge", "", "code_challenge_method", ""}, "invalid_request", "AADSTS9002325"},
		"prompt":              {[]string{"prompt", "create"}, "invalid_request", "AADSTS90023"},
		"two prompts":         {[]string{"prompt", "none login"}, "invalid_request", "AADSTS90023"},
		"silent, nobody":      {[]string{"prompt", "none"}, "login_required", "AADSTS50058"},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.open(l.authorizeURL(request(tc.change...))).back()
			if got.Get("error") != tc.code || !strings.HasPrefix(got.Get("error_description"), tc.number+":") || got.Get("state") != "s t/a=te" || got.Has("code") {
				t.Errorf("back with %v", got)
			}
		})
	}
}

func TestAuthorize_CancelIsDeclined(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	got := l.browser().do(http.MethodPost, l.authorizeURL(request()), url.Values{"cancel": {"1"}}).back()
	if got.Get("error") != "access_denied" || got.Get("error_subcode") != "cancel" || !strings.HasPrefix(got.Get("error_description"), "AADSTS65004:") || got.Get("state") != "s t/a=te" {
		t.Errorf("back with %v", got)
	}
	if got := l.browser().do(http.MethodPost, l.authorizeURL(request("state", "")), url.Values{"cancel": {"1"}}).back(); got.Has("state") {
		t.Errorf("a state that nobody sent: %v", got)
	}
}

func TestAuthorize_WhoMayNotComeInStaysOnThePage(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	b := l.browser()
	gone := l.AddUser(graphfake.User{DisplayName: "Gone", Mail: "gone@noordzee.nl"})
	l.DeleteUser(gone.ID)
	for field, cases := range map[string]map[string]string{
		"user":     {"kees@noordzee.nl": "AADSTS50057", gone.ID: "AADSTS50034", "piet@contoso.nl": "AADSTS50057"},
		"username": {"anna@fabrikam.com": "AADSTS50020", "nobody@noordzee.nl": "AADSTS50034", "x@nowhere.example": "AADSTS50034", "<b>": "AADSTS50034"},
	} {
		for who, number := range cases {
			got := b.do(http.MethodPost, l.authorizeURL(request()), url.Values{field: {who}})
			got.wantPage(number)
			if strings.Contains(got.page, "<b>") || !strings.Contains(got.page, "Be somebody else") {
				t.Errorf("page %s", got.page)
			}
			if back := b.do(http.MethodPost, l.authorizeURL(request()), got.form("cancel", "1")).back(); back.Get("error") != "access_denied" {
				t.Errorf("giving up: %v", back)
			}
		}
	}
	_, err := l.SignInAs(l.authorizeURL(request()), "kees@noordzee.nl")
	if !errors.Is(err, graphfake.ErrSignInOff) {
		t.Errorf("error %v", err)
	}
	if _, err := l.SignInAs(l.authorizeURL(request("redirect_uri", "https://evil.example/")), l.demo.Sanne.ID); !errors.Is(err, graphfake.ErrSignInClient) {
		t.Errorf("error %v", err)
	}
	if _, err := l.Authorize(graphfake.SignIn{UserID: "nobody@noordzee.nl", ClientID: clientID, RedirectURI: callback}); !errors.Is(err, graphfake.ErrSignInUser) {
		t.Errorf("error %v", err)
	}
}

func TestAuthorize_ModesBringTheAnswerDifferently(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	sign := func(mode string) shown {
		return l.browser().do(http.MethodPost, l.authorizeURL(request("response_mode", mode)), url.Values{"user": {l.demo.Sanne.ID}})
	}
	query, fragment, post := sign("query"), sign("fragment"), sign("form_post")
	if query.back().Get("code") == "" {
		t.Error("no code in the query")
	}
	u, err := url.Parse(fragment.location)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := url.ParseQuery(u.EscapedFragment()); err != nil || v.Get("code") == "" || v.Get("state") != "s t/a=te" || u.RawQuery != "" {
		t.Errorf("sent to %s: %v", fragment.location, err)
	}
	if v := post.form("x", ""); post.status != http.StatusOK || !strings.Contains(post.page, `<form method="post" action="`+callback+`"`) ||
		v.Get("code") == "" || v.Get("state") != "s t/a=te" {
		t.Errorf("%d %s", post.status, post.page)
	}
	cancelled := l.browser().do(http.MethodPost, l.authorizeURL(request("response_mode", "form_post")), url.Values{"cancel": {"1"}})
	if v := cancelled.form("x", ""); v.Get("error") != "access_denied" || v.Has("code") {
		t.Errorf("cancelled: %v", v)
	}
}

func TestAuthorize_ARedirectKeepsItsOwnQuery(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.AddApp(graphfake.App{ClientID: "q", RedirectURIs: []string{callback + "?from=here"}})
	got := l.browser().do(http.MethodPost, l.authorizeURL(request("client_id", "q", "redirect_uri", callback+"?from=here")), url.Values{"user": {l.demo.Sanne.ID}}).back()
	if got.Get("from") != "here" || got.Get("code") == "" {
		t.Errorf("back with %v", got)
	}
}

func TestAuthorize_PromptAndHintsDecideWhatIsShown(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	b := l.browser()
	open := func(change ...string) shown { return b.open(l.authorizeURL(request(change...))) }
	choose := func(who string) {
		b.do(http.MethodPost, l.authorizeURL(request()), url.Values{"user": {who}}).back()
	}
	if open().status != http.StatusOK {
		t.Fatal("a browser without a session is not asked")
	}
	choose(l.demo.Sanne.ID)
	if open().back().Get("code") == "" || open("prompt", "none").back().Get("code") == "" {
		t.Error("who signed in is asked again")
	}
	for _, prompt := range []string{"login", "select_account", "consent"} {
		if got := open("prompt", prompt); got.status != http.StatusOK {
			t.Errorf("%s: %d", prompt, got.status)
		}
	}
	if !strings.Contains(open("prompt", "consent").page, "openid, profile") {
		t.Error("consent does not say what for")
	}
	if open("login_hint", "mehmet@noordzee.nl").status != http.StatusOK {
		t.Error("somebody else's session answered a hint")
	}
	if got := open("prompt", "none", "login_hint", "mehmet@noordzee.nl").back(); got.Get("error") != "login_required" {
		t.Errorf("silent for another: %v", got)
	}
	choose(l.demo.Mehmet.ID)
	if got := open("prompt", "none").back(); got.Get("error") != "interaction_required" {
		t.Errorf("silent with two: %v", got)
	}
	if open("prompt", "none", "login_hint", "Mehmet@Noordzee.nl").back().Get("code") == "" {
		t.Error("a hint does not choose among two")
	}
	l.ChangeUser(l.demo.Mehmet.ID, func(u *graphfake.User) { u.Disabled = true })
	if got := open("prompt", "none", "login_hint", "mehmet@noordzee.nl").back(); got.Get("error") != "interaction_required" || !strings.HasPrefix(got.Get("error_description"), "AADSTS50057:") {
		t.Errorf("silent, switched off: %v", got)
	}
	page := open("prompt", "select_account", "login_hint", "priya@noordzee.nl").page
	if strings.Index(page, "Priya") > strings.Index(page, "Joost") || !strings.Contains(page, "person hinted") {
		t.Error("the hinted one is not first")
	}
	if page := open("prompt", "login", "domain_hint", "contoso.nl").page; strings.Contains(page, "Sanne de Vries") || !strings.Contains(page, "Jan de Boer") {
		t.Error("the domain hint leaves others")
	}
	l.EndSessions()
	if got := open("prompt", "none").back(); got.Get("error") != "login_required" {
		t.Errorf("after the end of all sessions: %v", got)
	}
}

func TestAuthorize_CodesDieAfterTenMinutes(t *testing.T) {
	t.Parallel()
	if graphfake.CodeLife != 10*time.Minute {
		t.Errorf("a code lives %s", graphfake.CodeLife)
	}
}
