package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guestsite/bot"
	"guestsite/cmd/guestsite/demo"
)

// witness sees all that the program sends and is sent, remembers every secret of it, and
// reads all that the program says to its operator. The zero value is ready.
type witness struct {
	log screen

	mu    sync.Mutex // guards what follows
	kinds map[string]int
	known map[string]bool
	said  []string // bodies of answers to operators and strangers
	last  *app
}

// secret remembers a value of a kind.
func (w *witness) secret(kind, value string) {
	if len(value) < 8 { // nothing that could be a word by chance
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.known == nil {
		w.known, w.kinds = map[string]bool{}, map[string]int{}
	}
	if !w.known[value] {
		w.known[value] = true
		w.kinds[kind]++
	}
}

// secretFields are the fields of forms and JSON whose values are secrets.
func secretFields() map[string]string {
	return map[string]string{
		"client_assertion": "assertion", "access_token": "access token", "response_url": "response url", "inviteRedeemUrl": "redeem link",
		"trigger_id": "trigger", "token": "token", "id_token": "id token", "refresh_token": "refresh token", "code_verifier": "verifier",
	}
}

// body remembers the secrets of a body, a form or JSON, JSON in a form too.
func (w *witness) body(text []byte) {
	var tree any
	if json.Unmarshal(text, &tree) == nil {
		w.tree(tree)
		return
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return
	}
	for name, values := range form {
		for _, value := range values {
			if kind, ok := secretFields()[name]; ok {
				w.secret(kind, value)
			}
			if json.Unmarshal([]byte(value), &tree) == nil {
				w.tree(tree)
			}
		}
	}
}

func (w *witness) tree(node any) {
	switch node := node.(type) {
	case map[string]any:
		for name, value := range node {
			text, isText := value.(string)
			if kind, ok := secretFields()[name]; ok && isText {
				w.secret(kind, text)
			}
			w.tree(value)
		}
	case []any:
		for _, value := range node {
			w.tree(value)
		}
	}
}

func (w *witness) header(h http.Header) {
	for _, name := range []string{"Authorization", "Cookie", "Set-Cookie", "X-Slack-Signature"} {
		for _, value := range h.Values(name) {
			w.secret(strings.ToLower(name), strings.TrimPrefix(value, "Bearer "))
		}
	}
}

// over sees what the program itself sends, and is answered.
func (w *witness) over(next http.RoundTripper) http.RoundTripper {
	return tripper(func(r *http.Request) (*http.Response, error) {
		w.header(r.Header)
		if r.Body != nil && r.Body != http.NoBody {
			text, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			_ = r.Body.Close()
			w.body(text)
			r = r.Clone(r.Context())
			r.Body = io.NopCloser(bytes.NewReader(text))
			r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
		}
		res, err := next.RoundTrip(r)
		if err != nil || res.Body == nil {
			return res, err
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		w.body(text)
		w.header(res.Header)
		res.Body = io.NopCloser(bytes.NewReader(text))
		return res, err
	})
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// inbound sees what the chats send.
func (w *witness) inbound(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.header(r.Header)
		text, err := io.ReadAll(r.Body)
		if err == nil {
			w.body(text)
			r.Body = io.NopCloser(bytes.NewReader(text))
		}
		next.ServeHTTP(rw, r)
	})
}

// starter starts the program under the eyes of w, at debug level.
func (w *witness) starter() demo.Starter {
	log := newLogger(&w.log, "json", slog.LevelDebug, nil)
	return func(ctx context.Context, config string, clock bot.Clock) (demo.Program, error) {
		cfg, err := Load(config, envOf(nil))
		if err != nil {
			return nil, err
		}
		if cfg.Slack != nil {
			w.secret("bot token", cfg.Slack.BotToken.Reveal())
			w.secret("app token", cfg.Slack.AppToken.Reveal())
			for _, s := range cfg.Slack.SigningSecrets {
				w.secret("signing secret", s.Reveal())
			}
		}
		cloud, _ := cfg.Hosts()
		client, err := newHTTPClient(cloud)
		if err != nil {
			return nil, err
		}
		client.Transport = w.over(client.Transport)
		dead := &atomic.Bool{}
		a, err := newAppWith(cfg, slog.New(mortal{log.Handler(), dead}), clock, client)
		if err != nil {
			return nil, err
		}
		a.http.server.Handler = w.inbound(a.http.server.Handler)
		w.mu.Lock()
		w.last = a
		w.mu.Unlock()
		return demoProgram{a, dead}, a.Start(ctx)
	}
}

// ask reads what the running program says to operators, and to strangers who knock.
func (w *witness) ask(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	a := w.last
	w.mu.Unlock()
	rec := httptest.NewRecorder()
	a.metrics.handler().ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	said := []string{rec.Body.String()}
	base := "http://" + a.http.Addr()
	_, ready := get(t, base+"/readyz")
	_, absent := get(t, base+"/nothing?t="+strangersSecret)
	said = append(said, ready, absent)
	for _, path := range []string{"/slack/commands", "/slack/interactive", "/slack/events", messagesPath} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+path, strings.NewReader("token="+strangersSecret+"&user=stranger@example.org"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+strangersSecret)
		r.Header.Set("X-Slack-Signature", "v0="+strangersSecret)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, string(text))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, said...)
}

const strangersSecret = "eyJzdHJhbmdlciI6MX0.bm90LWEtdG9rZW4.c2VjcmV0"

// somebodysAddress is an address of a person, wherever it stands. None has a place in a
// log, a metric, or an answer to whoever asks.
var somebodysAddress = regexp.MustCompile(`(?i)[a-z0-9._#+-]+(?:@|%40)[a-z0-9-]+\.[a-z]{2,}`)

// check wants none of the secrets, and nobody's address, in what was said. needs are the
// kinds of secrets that must have been seen, or nothing was watched.
func (w *witness) check(t *testing.T, needs ...string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, kind := range needs {
		if w.kinds[kind] == 0 {
			t.Errorf("no %s was ever seen, so none was watched; seen: %v", kind, w.kinds)
		}
	}
	log := w.log.String()
	if strings.Count(log, "\n") < 5 {
		t.Errorf("the log holds next to nothing: %q", log)
	}
	for _, text := range append(slices.Clone(w.said), log) {
		for secret := range w.known {
			for _, form := range []string{secret, url.QueryEscape(secret), strings.ReplaceAll(secret, "/", `\/`)} {
				if i := strings.Index(text, form); i >= 0 {
					t.Errorf("shown: %q", around(text, i))
				}
			}
		}
		if i := strings.Index(text, strangersSecret); i >= 0 {
			t.Errorf("a stranger's secret is shown: %q", around(text, i))
		}
		if at := somebodysAddress.FindStringIndex(text); at != nil {
			t.Errorf("somebody's address is shown: %q", around(text, at[0]))
		}
	}
}

func around(text string, i int) string { return text[max(0, i-200):min(len(text), i+200)] }

// What watches must itself see: each kind of leak is found.
func TestWitness_SeesALeak(t *testing.T) {
	t.Parallel()
	for name, leak := range map[string]string{
		"secret": "the token is xoxb-planted-1", "address": "mail to anna@fabrikam.com", "escaped": "GET /users/anna%40fabrikam.com",
	} {
		w := &witness{}
		w.secret("bot token", "xoxb-planted-1")
		_, _ = io.WriteString(&w.log, strings.Repeat("line\n", 10)+leak)
		inner := &testing.T{}
		w.check(inner, "bot token")
		if !inner.Failed() {
			t.Errorf("%s: nobody saw it", name)
		}
	}
}

// kindsSeen gathers which kinds of secrets several witnesses saw.
type kindsSeen struct {
	mu    sync.Mutex
	kinds map[string]int
}

func (k *kindsSeen) add(w *witness) {
	w.mu.Lock()
	defer w.mu.Unlock()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kinds == nil {
		k.kinds = map[string]int{}
	}
	for kind, n := range w.kinds {
		k.kinds[kind] += n
	}
}

func (k *kindsSeen) want(t *testing.T, kinds ...string) {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, kind := range kinds {
		if k.kinds[kind] == 0 {
			t.Errorf("no %s was seen in any story, so none was watched; seen: %v", kind, k.kinds)
		}
	}
}
