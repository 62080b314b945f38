package graphfake_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"guestsite/graph/graphfake"
)

func TestToken_CodeIsBoundToItsRequest(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.AddApp(graphfake.App{ClientID: "other", Secret: "s", RedirectURIs: []string{callback}})
	plain := []string{"code_challenge", verifier, "code_challenge_method", "plain"}
	none := []string{"code_challenge", "", "code_challenge_method", ""}
	for name, tc := range map[string]struct {
		ask, change []string
		code        string
		number      int
	}{
		"other verifier":        {nil, []string{"code_verifier", strings.Repeat("x", 43)}, "invalid_grant", 501481},
		"short verifier":        {nil, []string{"code_verifier", "x"}, "invalid_grant", 501481},
		"the challenge itself":  {nil, []string{"code_verifier", s256(verifier)}, "invalid_grant", 501481},
		"no verifier":           {nil, []string{"code_verifier", ""}, "invalid_grant", 50148},
		"plain":                 {plain, nil, "", 0},
		"plain by default":      {plain[:2], []string{}, "", 0},
		"plain, other verifier": {plain, []string{"code_verifier", strings.Repeat("x", 43)}, "invalid_grant", 501481},
		"no PKCE":               {none, []string{"code_verifier", ""}, "", 0},
		"verifier from nowhere": {none, nil, "invalid_grant", 501481},
		"other redirect URI":    {nil, []string{"redirect_uri", callback + "/"}, "invalid_grant", 500112},
		"no redirect URI":       {nil, []string{"redirect_uri", ""}, "invalid_request", 900144},
		"other client":          {nil, []string{"client_id", "other", "client_secret", "s"}, "invalid_grant", 70000},
		"no code":               {nil, []string{"code", ""}, "invalid_request", 900144},
		"invented code":         {nil, []string{"code", "1.abc"}, "invalid_grant", 9002313},
		"wider scope":           {nil, []string{"scope", "openid profile email"}, "invalid_scope", 70011},
		"same scope":            {nil, []string{"scope", "profile openid"}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			ask := tc.ask
			if name == "plain by default" {
				ask = append(slices.Clone(ask), "code_challenge_method", "")
			}
			a := l.postForm(l.tokenPath(), grant(l.code(ask...), tc.change...))
			if tc.number == 0 {
				a.want(http.StatusOK)
				return
			}
			if a.wantAADSTS(http.StatusBadRequest, tc.number); a.text("error") != tc.code {
				t.Errorf("error %s", a.text("error"))
			}
		})
	}
}

func TestToken_CodeIsSpentOnceAndDies(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.AddApp(graphfake.App{ClientID: "other", Secret: "s", RedirectURIs: []string{callback}})
	code := l.code()
	l.postForm(l.tokenPath(), grant(code, "client_id", "other", "client_secret", "s")).wantAADSTS(400, 70000)
	l.postForm(l.tokenPath(), grant(code, "client_secret", "wrong")).wantAADSTS(401, 7000215)
	l.postForm(l.tokenPath(), grant(code)).want(http.StatusOK)
	l.postForm(l.tokenPath(), grant(code)).wantAADSTS(400, 54005)

	code = l.code()
	l.postForm(l.tokenPath(), grant(code, "code_verifier", strings.Repeat("x", 43))).wantAADSTS(400, 501481)
	l.postForm(l.tokenPath(), grant(code)).wantAADSTS(400, 54005)

	code = l.code()
	l.ExpireCodes()
	l.postForm(l.tokenPath(), grant(code)).wantAADSTS(400, 70008)

	code = l.code()
	l.ChangeUser(l.demo.Sanne.ID, func(u *graphfake.User) { u.Disabled = true })
	l.postForm(l.tokenPath(), grant(code)).wantAADSTS(400, 50057)
}

func TestToken_ClientsProveThemselvesOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.AddApp(graphfake.App{ClientID: "public", RedirectURIs: []string{callback}})
	const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	ask := func(change ...string) answer {
		t.Helper()
		return l.postForm(l.tokenPath(), grant(l.code(), change...))
	}
	ask("client_secret", "").wantAADSTS(401, 7000218)
	ask("client_secret", "guess").wantAADSTS(401, 7000215)
	ask("client_assertion_type", jwtBearer, "client_assertion", l.assertion(nil)).wantAADSTS(400, 9002313)
	ask("client_secret", "", "client_assertion_type", jwtBearer, "client_assertion", "a.b.c").wantAADSTS(401, 700027)
	ask("client_secret", "", "client_assertion_type", jwtBearer, "client_assertion", l.assertion(nil)).want(http.StatusOK)
	ask("grant_type", "refresh_token").wantAADSTS(400, 70003)

	public := l.code("client_id", "public")
	l.postForm(l.tokenPath(), grant(public, "client_id", "public")).wantAADSTS(401, 700025)
	l.postForm(l.tokenPath(), grant(public, "client_id", "public", "client_secret", "")).want(http.StatusOK)

	basic := func(id, secret string, form url.Values) answer {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.LoginURL()+l.tokenPath(), strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
		return l.send(req)
	}
	basic(clientID, clientSecret, grant(l.code(), "client_secret", "", "client_id", "")).want(http.StatusOK)
	basic(clientID, "guess", grant(l.code(), "client_secret", "")).wantAADSTS(401, 7000215)
	basic(clientID, clientSecret, grant(l.code())).wantAADSTS(400, 9002313)
	basic("public", "", grant(l.code(), "client_secret", "")).wantAADSTS(400, 9002313)

	twice := grant(l.code())
	twice.Add("code", "another")
	l.postForm(l.tokenPath(), twice).wantAADSTS(400, 9000411)
	l.postForm("/common/oauth2/v2.0/token", grant(l.code())).wantAADSTS(400, 50194)
	l.postForm("/fabrikam.com/oauth2/v2.0/token", grant(l.code())).wantAADSTS(400, 700016)
}
