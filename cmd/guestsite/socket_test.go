package main

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
)

// openSocket adds apps.connections.open and the socket that it leads to, and gives
// what makes it refuse every token but one. Each connection is handed to talk after its hello.
func (f *foreign) openSocket(t *testing.T, talk func(*websocket.Conn)) (refuse func(code, but string)) {
	t.Helper()
	var mu sync.Mutex
	code, good := "invalid_auth", "xapp-foreign"
	next := f.slack.Config.Handler
	up := websocket.Upgrader{}
	f.slack.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/apps.connections.open":
			mu.Lock()
			defer mu.Unlock()
			if r.Header.Get("Authorization") != "Bearer "+good {
				_ = json.NewEncoder(w).Encode(map[string]any{"ok": false, "error": code})
			} else {
				_ = json.NewEncoder(w).Encode(map[string]any{"ok": true, "url": "ws" + strings.TrimPrefix(f.slack.URL, "http") + "/link?ticket=1"})
			}
		case "/link":
			ws, err := up.Upgrade(w, r, nil)
			if err != nil {
				return
			}
			defer func() { _ = ws.Close() }()
			_ = ws.WriteMessage(websocket.TextMessage, []byte(`{"type":"hello","num_connections":1}`))
			if talk != nil {
				talk(ws)
			}
			for {
				if _, _, err := ws.ReadMessage(); err != nil {
					return
				}
			}
		default:
			next.ServeHTTP(w, r)
		}
	})
	return func(c, but string) {
		mu.Lock()
		defer mu.Unlock()
		code, good = c, but
	}
}

// socketConfig is config, in socket mode and without an address of its own.
func (f *foreign) socketConfig(t *testing.T) string {
	t.Helper()
	path := f.config(t)
	text, err := readFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Dir(path), "app.token", "xapp-foreign")
	changed := strings.NewReplacer("signing_secret_files: [signing]", "app_token_file: app.token",
		"public_url: https://bot.foreign.example\n", "").Replace(string(text))
	return write(t, filepath.Dir(path), "guestsite.yaml", changed)
}

func TestServe_EndsWithWhatToDoWhereSlackRefusesTheAppToken(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"invalid_auth":           "make an app-level token with the scope connections:write",
		"not_allowed_token_type": "an app-level token begins with xapp-",
		"missing_scope":          "the token lacks the scope connections:write",
		"link_disabled":          "Socket Mode is off",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			f := newForeign(t)
			f.openSocket(t, nil)(code, "another")
			path := f.socketConfig(t)
			s := serveIt(t, path)
			<-s.done
			said := s.errs.String()
			if s.status != exitFailed {
				t.Errorf("exit status %d", s.status)
			}
			for _, part := range []string{code, "slack.app_token_file, " + filepath.Join(filepath.Dir(path), "app.token"), want} {
				if !strings.Contains(said, part) {
					t.Errorf("it does not say %q:\n%s", part, said)
				}
			}
			if strings.Contains(said, "xapp-foreign") {
				t.Errorf("it shows the token:\n%s", said)
			}
		})
	}
}

func TestServe_WorksOverASocketAndTakesAMendedTokenWithoutARestart(t *testing.T) {
	t.Parallel()
	f := newForeign(t)
	said, cut := make(chan string, 10), make(chan bool, 2)
	refuse := f.openSocket(t, func(ws *websocket.Conn) {
		go func() { <-cut; _ = ws.Close() }()
		_ = ws.WriteMessage(websocket.TextMessage, []byte(`{"type":"slash_commands","envelope_id":"E1","accepts_response_payload":true,"payload":{`+
			`"team_id":"`+foreignTeam+`","user_id":"U0SOMEBODY","trigger_id":"1.2.abc","command":"/guestsite","text":"help"}}`))
		if _, ack, err := ws.ReadMessage(); err == nil {
			said <- string(ack)
		}
	})
	path := f.socketConfig(t)
	s := serveIt(t, path)
	// Both connections deliver the same; both are told the same.
	first, second := <-said, <-said
	if !strings.Contains(first, `"ephemeral"`) || first != second {
		t.Errorf("answered with %s\nand %s", first, second)
	}
	ready := func() (int, string) { return get(t, "http://"+s.addr+"/readyz") }
	eventually(t, "it is ready", func() bool { status, _ := ready(); return status == http.StatusOK })
	refuse("token_revoked", "xapp-mended")
	cut <- true
	cut <- true
	eventually(t, "it says that the token is refused", func() bool {
		status, body := ready()
		return status == http.StatusServiceUnavailable && strings.Contains(body, "slack: no other socket can be opened: token_revoked: ") &&
			strings.Contains(body, "make an app-level token") && !strings.Contains(body, "xapp-foreign")
	})
	write(t, filepath.Dir(path), "app.token", "xapp-mended")
	eventually(t, "it is ready again", func() bool { status, _ := ready(); return status == http.StatusOK })
	if status, _ := get(t, "http://"+s.addr+"/slack/commands"); status != http.StatusNotFound {
		t.Errorf("/slack/commands answers %d", status)
	}
	s.stop()
	<-s.done
	if s.status != exitOK {
		t.Errorf("exit status %d\n%s", s.status, s.errs.String())
	}
}
