package slackfake

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const card = `[{"type":"section","block_id":"s","text":{"type":"mrkdwn","text":"Let *Anna* in?"}},
	{"type":"actions","block_id":"a1","elements":[
		{"type":"button","action_id":"approve","value":"r7","style":"primary","text":{"type":"plain_text","text":"Add Anna"},
		 "confirm":{"title":{"type":"plain_text","text":"Sure?"},"text":{"type":"plain_text","text":"She sees all."},
		 "confirm":{"type":"plain_text","text":"Add"},"deny":{"type":"plain_text","text":"Back"}}},
		{"type":"button","action_id":"decline","value":"r7","text":{"type":"plain_text","text":"Decline"}}]}]`

func postCard(t *testing.T, s *Server, user string) Message {
	t.Helper()
	a := raw(t, s, "chat.postMessage", url.Values{"channel": {user}, "text": {"Let Anna in?"}, "blocks": {card}})
	wantOK(t, a)
	dm := s.As(user).DM()
	return dm[len(dm)-1]
}

func TestCommand_IsSignedAndEscaped(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	s.AddChannel(Channel{ID: "C1", Name: "general"})
	a.does(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "Hello")
	})
	out := mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite why anna@fabrikam.com a<b & c @mehmet #general https://x.example/?a=1&b=2"))
	if out.Message == nil || out.Message.Text != "Hello" || !out.Message.Ephemeral {
		t.Errorf("outcome %+v", out)
	}
	r := a.last(t)
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	want := "why <mailto:anna@fabrikam.com|anna@fabrikam.com> a&lt;b &amp; c <@U0MEHMET|mehmet> <#C1|general> <https://x.example/?a=1&amp;b=2>"
	if got := form.Get("text"); got != want {
		t.Errorf("text\n got %s\nwant %s", got, want)
	}
	if form.Get("channel_name") != "directmessage" || form.Get("user_id") != Sanne || form.Get("command") != "/guestsite" {
		t.Errorf("form = %v", form)
	}
	if r.Path != PathCommands || r.Header.Get(headerSignature) == "" {
		t.Errorf("path %s, headers %v", r.Path, r.Header)
	}
	if s.As(Mehmet).Messages() != nil {
		t.Error("an ephemeral answer reached another person")
	}
}

func TestSign_MatchesTheWorkedExample(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"token=x&team_id=T1&command=%2Fguestsite&text=new&user_id=U1": "v0=d5d63fa9d986507c384b6e4edeb3fb8f2d80c7d4f358df601b82614859ab2f0e",
		`{"type":"url_verification","challenge":"abc"}`:               "v0=a2d8403f7a54905c03a46aad3f0887a0de47411a97a7690ed0857f103798c2d0",
	} {
		r := Sign(Request{Body: []byte(body)}, "guestsite-test-secret", time.Unix(1700000000, 0))
		if got := r.Header.Get(headerSignature); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

func TestCommand_LateAnswerIsATimeout(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{AckTimeout: 50 * time.Millisecond})
	a.does(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	out := mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite new"))
	if out.Code != "operation_timeout" || !strings.Contains(out.Line, `failed with the error "operation_timeout"`) {
		t.Errorf("outcome %+v", out)
	}
	if s.As(Sanne).Warning() != out.Line {
		t.Errorf("warning %q", s.As(Sanne).Warning())
	}
}

func TestCommand_FailuresAreShown(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	a.does(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	if out := mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite")); out.Code != "http_service_error" || out.Status != 500 {
		t.Errorf("outcome %+v", out)
	}
	a.does(replyJSON(`{"text":"x","blocks":[{"type":"nope"}]}`))
	if out := mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite")); out.Code != "bad_answer" || !strings.Contains(out.Line, "/blocks/0/type") {
		t.Errorf("outcome %+v", out)
	}
	s.SetAppURL("http://127.0.0.1:1")
	if out := mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite")); out.Code != "dispatch_failed" {
		t.Errorf("outcome %+v", out)
	}
	for _, who := range []string{Stranger, "U9", s.BotUserID()} {
		if _, err := s.As(who).Command(t.Context(), "/guestsite"); !errors.Is(err, ErrNotPossible) {
			t.Errorf("%s: %v, want ErrNotPossible", who, err)
		}
	}
	if _, err := s.As(Sanne).Command(t.Context(), "/other"); !errors.Is(err, ErrNotPossible) {
		t.Errorf("unknown command: %v", err)
	}
}

func TestClick_CarriesTheMessageAndShowsTheConfirm(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	m := postCard(t, s, Mehmet)
	out := mustOutcome(t)(s.As(Mehmet).Click(t.Context(), m.Ref(), "Add Anna"))
	if out.Confirm == nil || out.Confirm.Title != "Sure?" || out.Confirm.Deny != "Back" {
		t.Errorf("confirm = %+v", out.Confirm)
	}
	p := a.payload(t)
	action := p["actions"].([]any)[0].(obj)
	if action["action_id"] != "approve" || action["value"] != "r7" || action["block_id"] != "a1" || !tsPattern.MatchString(str(action, "action_ts")) {
		t.Errorf("action = %v", action)
	}
	if str(p["container"], "message_ts") != m.TS || str(p["message"], "ts") != m.TS || str(p["user"], "id") != Mehmet {
		t.Errorf("payload = %s", mustJSON(p))
	}
	if !strings.HasPrefix(str(p, "response_url"), "http://"+s.HooksHost()+"/actions/") {
		t.Errorf("response_url = %s", str(p, "response_url"))
	}
	if _, err := s.As(Sanne).Click(t.Context(), m.Ref(), "Add Anna"); !errors.Is(err, ErrNotPossible) {
		t.Errorf("another person clicked: %v", err)
	}
	if _, err := s.As(Mehmet).Click(t.Context(), m.Ref(), "Nope"); err == nil || !strings.Contains(err.Error(), "a1/decline") {
		t.Errorf("unknown button: %v", err)
	}
	a.does(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	if out := mustOutcome(t)(s.As(Mehmet).Click(t.Context(), m.Ref(), "decline")); out.OK() || s.As(Mehmet).Warning() == "" {
		t.Errorf("outcome %+v", out)
	}
}

func TestClick_StrangerCanPressInASharedChannel(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	ch := s.AddChannel(Channel{Name: "shared", ExtShared: true, AppIn: true, Members: []string{Sanne, Stranger}})
	wantOK(t, raw(t, s, "chat.postMessage", url.Values{"channel": {ch}, "text": {"x"}, "blocks": {card}}))
	m := s.As(Stranger).In(ch)[0]
	mustOutcome(t)(s.As(Stranger).Click(t.Context(), m.Ref(), "approve"))
	if user := a.payload(t)["user"]; str(user, "id") != Stranger || str(user, "team_id") == s.TeamID() {
		t.Errorf("user = %v", user)
	}
}
