package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// foreign is a cloud that shares nothing with this program or its fakes: a few
// handlers written from the vendors' pages alone.
type foreign struct {
	called       endpoints
	login, graph *httptest.Server // TLS
	slack        *httptest.Server
}

const (
	foreignTenant = "0d6b7a52-7d55-4a0e-9b7e-54f1b6a3c901"
	foreignToken  = "opaque-access-token"
	foreignBot    = "xoxb-foreign"
	foreignSecret = "f0e1d2c3b4a5968778695a4b3c2d1e0f"
	foreignTeam   = "T0FOREIGN"
)

func newForeign(t *testing.T) *foreign {
	t.Helper()
	f := &foreign{}
	login, graph, slack := http.NewServeMux(), http.NewServeMux(), http.NewServeMux()
	f.login, f.graph, f.slack = httptest.NewTLSServer(login), httptest.NewTLSServer(graph), httptest.NewServer(slack)
	for _, s := range []*httptest.Server{f.login, f.graph, f.slack} {
		t.Cleanup(s.Close)
	}
	for key, mux := range map[string]*http.ServeMux{"login": login, "graph": graph, "slack_api": slack} {
		mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
			f.called.note(key + " " + r.Method + " " + r.URL.Path + " (not offered)")
			w.WriteHeader(http.StatusNotFound)
		})
	}
	// Microsoft identity platform: OpenID Connect metadata.
	f.offer(login, "login", "GET /{tenant}/v2.0/.well-known/openid-configuration", func(*http.Request) any {
		base := f.login.URL + "/" + foreignTenant
		return map[string]string{
			"issuer": base + "/v2.0", "token_endpoint": base + "/oauth2/v2.0/token",
			"authorization_endpoint": base + "/oauth2/v2.0/authorize",
		}
	})
	// Microsoft identity platform: client credentials flow, with a certificate.
	f.offer(login, "login", "POST /{tenant}/oauth2/v2.0/token", func(r *http.Request) any {
		scopes := strings.Fields(r.FormValue("scope"))
		if r.FormValue("grant_type") != "client_credentials" || !slices.Contains(scopes, f.graph.URL+"/.default") ||
			r.FormValue("client_id") != someGUID || strings.Count(r.FormValue("client_assertion"), ".") != 2 {
			return nil
		}
		return map[string]any{"token_type": "Bearer", "expires_in": 3599, "access_token": foreignToken}
	})
	// Microsoft Graph: List users.
	f.offer(graph, "graph", "GET /v1.0/users", func(r *http.Request) any {
		if r.Header.Get("Authorization") != "Bearer "+foreignToken {
			return nil
		}
		return map[string]any{"value": []any{}}
	})
	// Slack: auth.test.
	f.offer(slack, "slack_api", "POST /api/auth.test", func(r *http.Request) any {
		if r.Header.Get("Authorization") != "Bearer "+foreignBot && r.FormValue("token") != foreignBot {
			return map[string]any{"ok": false, "error": "invalid_auth"}
		}
		return map[string]any{"ok": true, "team_id": foreignTeam, "user_id": "U0BOT", "bot_id": "B0BOT"}
	})
	return f
}

// offer adds an endpoint; an answer of nil is a refusal.
func (f *foreign) offer(mux *http.ServeMux, key, pattern string, answer func(*http.Request) any) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		f.called.note(key + " " + strings.Replace(pattern, "/api/", "", 1))
		body := answer(r)
		w.Header().Set("Content-Type", "application/json")
		if body == nil {
			w.WriteHeader(http.StatusUnauthorized)
			body = map[string]string{"error": "invalid_client"}
		}
		_ = json.NewEncoder(w).Encode(body) // the test sees what does not arrive
	})
}

// config writes what an operator would, and returns its path.
func (f *foreign) config(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	key := rsaKey(t)
	write(t, dir, "foreign-ca.pem", pemOf(f.login)) // all of httptest's servers have this one
	write(t, dir, "app.pem", certificate(t, key, key.Public(), time.Now().Add(time.Hour)))
	write(t, dir, "bot.token", foreignBot)
	write(t, dir, "signing", foreignSecret)
	return write(t, dir, "guestsite.yaml", fmt.Sprintf(`listen: 127.0.0.1:0
public_url: https://bot.foreign.example
cloud: foreign
clouds:
  foreign:
    login: %s
    graph: %s
    slack_api: %s/api/
    slack_hooks_hosts: [%q]
    ca_file: foreign-ca.pem
microsoft365: {tenant_id: %s, client_id: %s, auth: certificate, certificate_file: app.pem}
slack: {bot_token_file: bot.token, signing_secret_files: [signing], team_ids: [%s]}
people: {admins: ["user:it@foreign.example"]}
identity: {slack: email}
`, f.login.URL, f.graph.URL, f.slack.URL, strings.TrimPrefix(f.slack.URL, "http://"), foreignTenant, someGUID, foreignTeam))
}

// command sends a slash command, signed as in "Verifying requests from Slack".
func (f *foreign) command(t *testing.T, address, text, secret string) (status int, body string) {
	t.Helper()
	form := url.Values{
		"command": {"/guestsite"}, "text": {text}, "team_id": {foreignTeam}, "user_id": {"U0SOMEBODY"},
		"channel_id": {"D0SOMEBODY"}, "trigger_id": {"1.2.abc"}, "response_url": {f.slack.URL + "/commands/1"},
	}.Encode()
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, "v0:"+stamp+":"+form)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/slack/commands", strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(said)
}

// A record under clouds is all it takes to serve against hosts that nobody here
// wrote: what it calls there is on the list, and nothing else is asked for.
func TestServe_WorksWithACloudThatIsNotOurs(t *testing.T) {
	t.Parallel()
	f := newForeign(t)
	s := serveIt(t, f.config(t))
	if status, body := get(t, "http://"+s.addr+"/readyz"); status != http.StatusOK {
		t.Fatalf("not ready: %d %s\n%s", status, body, s.errs.String())
	}
	status, body := f.command(t, s.addr, "help", foreignSecret)
	var said struct {
		Type   string            `json:"response_type"`
		Text   string            `json:"text"`
		Blocks []json.RawMessage `json:"blocks"`
	}
	if err := json.Unmarshal([]byte(body), &said); err != nil || status != http.StatusOK {
		t.Fatalf("help: %d %q: %v", status, body, err)
	}
	if said.Type != "ephemeral" || !strings.Contains(said.Text, "new") || len(said.Blocks) == 0 {
		t.Errorf("help is %+v", said)
	}
	if status, body := f.command(t, s.addr, "help", "another secret"); status != http.StatusUnauthorized || strings.Contains(body, "new") {
		t.Errorf("a command with a wrong signature: %d %q", status, body)
	}
	want := []string{
		"graph GET /v1.0/users",
		"login GET /{tenant}/v2.0/.well-known/openid-configuration",
		"login POST /{tenant}/oauth2/v2.0/token",
		"slack_api POST auth.test",
	}
	if got := f.called.lines(); !slices.Equal(got, want) {
		t.Errorf("called %q, want %q", got, want)
	}
	listed := golden(t)
	for _, line := range want {
		if !slices.Contains(listed, line) {
			t.Errorf("%s lacks %s", endpointsFile, line)
		}
	}
	s.stop()
	<-s.done
	if s.status != exitOK {
		t.Errorf("exit status %d\n%s", s.status, s.errs.String())
	}
}
