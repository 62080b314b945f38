//go:build peers

package peers_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"guestsite/bot/slack/slackfake"
)

// modules is the folder that holds node_modules; without it there is no proof, so it fails rather than skips.
func modules(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("GUESTSITE_PEERS")
	if dir == "" {
		t.Fatal("set GUESTSITE_PEERS to a folder with package.json, package-lock.json and what npm ci fetched: .ci/run peers does")
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// script copies a script of ours to where Node finds the modules.
func script(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(modules(t), name)
	if err := os.WriteFile(to, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// node prepares a Node program that ends with the test.
func node(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(stop)
	cmd := exec.CommandContext(ctx, "node", args...)
	cmd.Dir = modules(t)
	cmd.Env = append(os.Environ(), append(env, "NODE_ENV=production")...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd
}

// scopes are those of the app and those that the scripts need besides.
func scopes() []string {
	return append(slackfake.DefaultScopes(), "im:write", "im:read", "channels:read")
}

// startFake is a fake Slack with the demo's people.
func startFake(t *testing.T, o slackfake.Options) *slackfake.Server {
	t.Helper()
	o.Scopes = scopes()
	s, err := slackfake.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.SeedDemo()
	return s
}

// Slack waits 3 s for an acknowledgement and takes a trigger for 3 s. What is judged
// here is what happens then, not whether a busy machine answers in time.
const (
	ackTimeout  = 6 * time.Second
	triggerLife = 6 * time.Second
)

// startSlow is startFake with more time for the app.
func startSlow(t *testing.T, o slackfake.Options) *slackfake.Server {
	t.Helper()
	o.AckTimeout, o.TriggerLife = ackTimeout, triggerLife
	return startFake(t, o)
}

// boltEnv is what bolt.mjs wants to know of a fake of startSlow.
func boltEnv(s *slackfake.Server, mode string) []string {
	return []string{
		"PEERS_MODE=" + mode, "PEERS_API=" + s.APIURL(), "PEERS_CONTROL=" + s.ControlURL(), "PEERS_BOT_TOKEN=" + s.BotToken(),
		"PEERS_SECRET=" + s.SigningSecret(), "PEERS_TRIGGER_MS=" + strconv.FormatInt(triggerLife.Milliseconds(), 10),
	}
}

func TestBolt_IsTheAppOverHTTP(t *testing.T) {
	s := startSlow(t, slackfake.Options{})
	harness := httptest.NewServer(forger(s))
	defer harness.Close()
	if err := node(t, append(boltEnv(s, "http"), "PEERS_HARNESS="+harness.URL), script(t, "bolt.mjs")).Run(); err != nil {
		t.Fatalf("Slack's libraries and the fake disagree, see ✕ above: %v", err)
	}
}

// forger takes the app's address and sends it what is not genuine, which no person can do.
func forger(s *slackfake.Server) http.Handler {
	answer := func(w http.ResponseWriter, v any, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		_ = json.NewEncoder(w).Encode(v) // the script may have ended
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /app", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ URL string }
		err := json.NewDecoder(r.Body).Decode(&in)
		s.SetAppURL(in.URL)
		answer(w, struct{}{}, err)
	})
	sanne := s.As(slackfake.Sanne)
	for kind, send := range map[string]func(context.Context) (slackfake.Reply, error){
		"again":    sanne.Replay,
		"secret":   sanne.ReplayWrongSignature,
		"unsigned": sanne.ReplayUnsigned,
		"old":      func(ctx context.Context) (slackfake.Reply, error) { return sanne.ReplayAt(ctx, -400*time.Second) },
		"tampered": func(ctx context.Context) (slackfake.Reply, error) {
			return sanne.ReplayTampered(ctx, func(b []byte) []byte { return append(b, "&text=other"...) })
		},
	} {
		mux.HandleFunc("POST /forge/"+kind, func(w http.ResponseWriter, r *http.Request) {
			reply, err := send(r.Context())
			answer(w, map[string]int{"status": reply.Status}, err)
		})
	}
	return mux
}

// freePort is a port that was free a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
