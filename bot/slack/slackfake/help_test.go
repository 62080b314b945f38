package slackfake

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

// app is a stand-in for the program under test: it answers as told and keeps
// what it was sent.
type app struct {
	mu     sync.Mutex
	seen   []Request
	answer http.HandlerFunc
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	a.seen = append(a.seen, Request{Path: r.URL.Path, Header: r.Header.Clone(), Body: body})
	answer := a.answer
	a.mu.Unlock()
	if answer != nil {
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		answer(w, r)
	}
}

func (a *app) does(h http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = h
}

func (a *app) last(t *testing.T) Request {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.seen) == 0 {
		t.Fatal("the app was not called")
	}
	return a.seen[len(a.seen)-1]
}

// payload is the last interaction payload the app was sent.
func (a *app) payload(t *testing.T) obj {
	t.Helper()
	form, err := url.ParseQuery(string(a.last(t).Body))
	if err != nil {
		t.Fatal(err)
	}
	o, err := decodeObject([]byte(form.Get("payload")))
	if err != nil {
		t.Fatalf("payload %q: %v", form.Get("payload"), err)
	}
	return o
}

func replyJSON(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

// start runs a seeded fake with an app and a slack-go client.
func start(t *testing.T, opts Options) (*Server, *app, *slack.Client) {
	t.Helper()
	s, err := Start(patient(opts))
	if err != nil {
		t.Fatal(err)
	}
	a := &app{}
	srv := httptest.NewServer(a)
	t.Cleanup(func() {
		s.Close()
		srv.Close()
	})
	s.SetAppURL(srv.URL)
	s.SeedDemo()
	return s, a, slack.New(s.BotToken(), slack.OptionAPIURL(s.APIURL()),
		slack.OptionHTTPClient(&http.Client{Timeout: patience}))
}

// raw calls a method with a form and returns the decoded answer.
func raw(t *testing.T, s *Server, method string, form url.Values) obj {
	t.Helper()
	if !form.Has("token") {
		form.Set("token", s.BotToken())
	}
	return post(t, s, method, formType, "", form.Encode())
}

// post calls a method with any body; every answer must be HTTP 200.
func post(t *testing.T, s *Server, method, contentType, bearer, body string) obj {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.APIURL()+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: HTTP %d, want 200", method, resp.StatusCode)
	}
	o, err := decodeObject(answer)
	if err != nil {
		t.Fatalf("%s: %v in %s", method, err, answer)
	}
	return o
}

func wantError(t *testing.T, answer obj, code string) {
	t.Helper()
	if answer["ok"] != false || answer["error"] != code {
		t.Errorf("answer = %s, want error %q", mustJSON(answer), code)
	}
}

func wantOK(t *testing.T, answer obj) {
	t.Helper()
	if answer["ok"] != true {
		t.Fatalf("answer = %s, want ok", mustJSON(answer))
	}
}

// modal is a small view with one text input in block "b".
func modal(title string) string {
	return fmt.Sprintf(`{"type":"modal","title":{"type":"plain_text","text":%q},
		"submit":{"type":"plain_text","text":"Send"},"callback_id":"form","notify_on_close":true,
		"blocks":[{"type":"input","block_id":"b","label":{"type":"plain_text","text":"Name"},
		"element":{"type":"plain_text_input","action_id":"name"}}]}`, title)
}

// triggerOf types a command and returns the trigger it carried.
func triggerOf(t *testing.T, s *Server, a *app, user string) string {
	t.Helper()
	out, err := s.As(user).Command(t.Context(), "/guestsite new")
	if err != nil || !out.OK() {
		t.Fatalf("command: %+v, %v", out, err)
	}
	form, err := url.ParseQuery(string(a.last(t).Body))
	if err != nil {
		t.Fatal(err)
	}
	return form.Get("trigger_id")
}

// openModal opens a view for Sanne and returns it.
func openModal(t *testing.T, s *Server, a *app, view string) View {
	t.Helper()
	wantOK(t, raw(t, s, "views.open", url.Values{"trigger_id": {triggerOf(t, s, a, Sanne)}, "view": {view}}))
	v, ok := s.As(Sanne).TopView()
	if !ok {
		t.Fatal("no modal is open")
	}
	return v
}

func mustOutcome(t *testing.T) func(Outcome, error) Outcome {
	t.Helper()
	return func(o Outcome, err error) Outcome {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
}

// patience is what a busy machine gets; nothing takes as long on another.
const patience = time.Minute

// patient gives an app and its triggers more than Slack's 3 s, where a test does not
// look at what happens when they are over.
func patient(o Options) Options {
	o.AckTimeout, o.TriggerLife = cmp.Or(o.AckTimeout, patience), cmp.Or(o.TriggerLife, patience)
	return o
}

func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
