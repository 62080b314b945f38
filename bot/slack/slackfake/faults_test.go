package slackfake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

func hook(t *testing.T, link, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, link, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func commandURL(t *testing.T, s *Server, a *app) string {
	t.Helper()
	triggerOf(t, s, a, Sanne)
	form, err := url.ParseQuery(string(a.last(t).Body))
	if err != nil {
		t.Fatal(err)
	}
	return form.Get("response_url")
}

func TestResponseURL_TakesFivePosts(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	link := commandURL(t, s, a)
	if code, body := hook(t, link, `{"text":""}`); code != http.StatusBadRequest || !strings.Contains(body, "no_text") {
		t.Errorf("empty post: %d %s", code, body)
	}
	for i := range 5 {
		if code, body := hook(t, link, `{"text":"line"}`); code != http.StatusOK {
			t.Fatalf("post %d: %d %s", i+1, code, body)
		}
	}
	if code, body := hook(t, link, `{"text":"line"}`); code != http.StatusNotFound || !strings.Contains(body, "used_url") {
		t.Errorf("sixth post: %d %s", code, body)
	}
	if n := len(s.As(Sanne).DM()); n != 5 {
		t.Errorf("%d messages", n)
	}
}

func TestResponseURL_Expires(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{ResponseURLLife: time.Nanosecond})
	if code, body := hook(t, commandURL(t, s, a), `{"text":"late"}`); code != http.StatusNotFound || !strings.Contains(body, "expired_url") {
		t.Errorf("late post: %d %s", code, body)
	}
}

func TestResponseURL_ReplacesAndDeletesEphemerals(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	u := s.As(Sanne)
	link := commandURL(t, s, a)
	hook(t, link, `{"text":"pick","blocks":`+card+`}`)
	shown := u.DM()[0]
	if !shown.Ephemeral {
		t.Fatalf("message %+v", shown)
	}
	wantError(t, raw(t, s, "chat.update", url.Values{"channel": {shown.Channel}, "ts": {shown.TS}, "text": {"x"}}), "message_not_found")
	mustOutcome(t)(u.Click(t.Context(), shown.Ref(), "approve"))
	p := a.payload(t)
	if _, has := p["message"]; has || p["container"].(obj)["is_ephemeral"] != true {
		t.Errorf("payload of an ephemeral message: %s", mustJSON(p))
	}
	if code, body := hook(t, str(p, "response_url"), `{"replace_original":true,"text":"done","blocks":null,"metadata":{},"delete_original":false}`); code != http.StatusOK {
		t.Fatalf("replace: %d %s", code, body)
	}
	if dm := u.DM(); len(dm) != 1 || dm[0].Text != "done" || dm[0].Blocks != nil || !dm[0].Ephemeral {
		t.Errorf("DM = %+v", dm)
	}
	if code, _ := hook(t, str(p, "response_url"), `{"delete_original":true,"text":"x"}`); code != http.StatusBadRequest {
		t.Errorf("delete_original with text: %d", code)
	}
	if code, _ := hook(t, str(p, "response_url"), `{"delete_original":true}`); code != http.StatusOK || len(u.DM()) != 0 {
		t.Errorf("delete: %d, %+v", code, u.DM())
	}
}

func TestFaults_RateLimitWithAndWithoutHeader(t *testing.T) {
	t.Parallel()
	s, _, c := start(t, Options{})
	s.AddFault(Fault{Method: "chat.postMessage", Kind: FaultRateLimited, RetryAfter: 7})
	s.AddFault(Fault{Method: "chat.postMessage", Kind: FaultRateLimited, Nth: 2})
	post := func() error {
		_, _, err := c.PostMessageContext(t.Context(), Sanne, slack.MsgOptionText("x", false))
		return err
	}
	var limited *slack.RateLimitedError
	if err := post(); !errors.As(err, &limited) || limited.RetryAfter != 7*time.Second {
		t.Errorf("first: %v", err)
	}
	var status slack.StatusCodeError
	if err := post(); !errors.As(err, &status) || status.Code != http.StatusTooManyRequests {
		t.Errorf("second: %v", err)
	}
	if err := post(); err != nil || len(s.As(Sanne).DM()) != 1 {
		t.Errorf("third: %v, %d messages", err, len(s.As(Sanne).DM()))
	}
}

func TestFaults_StoreOrNot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault  Fault
		stored bool
	}{
		{Fault{Kind: FaultStatus, Status: 500}, false},
		{Fault{Kind: FaultError, Error: "fatal_error"}, false},
		{Fault{Kind: FaultResetBefore}, false},
		{Fault{Kind: FaultResetAfter}, true},
		{Fault{Kind: FaultHangAfter}, true},
		{Fault{Kind: FaultSlowAfter, Delay: time.Hour}, true},
		{Fault{Kind: FaultSlowBefore, Delay: time.Hour}, false},
		{Fault{Kind: FaultHoldBefore}, false},
	} {
		t.Run(c.fault.Kind, func(t *testing.T) {
			t.Parallel()
			s, _, client := start(t, Options{})
			c.fault.Method = "chat.postMessage"
			s.AddFault(c.fault)
			ctx, giveUp := context.WithCancel(t.Context())
			defer giveUp()
			called := make(chan error, 1)
			go func() {
				_, _, err := client.PostMessageContext(ctx, Sanne, slack.MsgOptionText("x", false))
				called <- err
			}()
			stored := func() bool { return len(s.As(Sanne).DM()) == 1 }
			if err := s.WaitFaults(deadline(t), c.fault.Method, 1); err != nil {
				t.Fatal(err)
			}
			if err := s.Wait(deadline(t), func() bool { return stored() == c.stored }); err != nil {
				t.Fatal(err)
			}
			switch c.fault.Kind {
			case FaultHangAfter, FaultSlowAfter, FaultSlowBefore, FaultHoldBefore: // no answer comes
				giveUp()
			}
			if err := <-called; err == nil {
				t.Error("the call worked")
			}
			if stored() != c.stored {
				t.Errorf("stored = %v, want %v", !c.stored, c.stored)
			}
			if _, _, err := client.PostMessageContext(t.Context(), Sanne, slack.MsgOptionText("y", false)); err != nil {
				t.Errorf("the next call: %v", err)
			}
		})
	}
}

func TestFaults_WhatIsHeldGoesOnOnceTheyAreCleared(t *testing.T) {
	t.Parallel()
	s, _, c := start(t, Options{})
	s.AddFault(Fault{Method: "chat.postMessage", Kind: FaultHoldBefore, Times: -1})
	posted := make(chan error, 2)
	for range 2 {
		go func() {
			_, _, err := c.PostMessageContext(t.Context(), Sanne, slack.MsgOptionText("held", false))
			posted <- err
		}()
	}
	if err := s.WaitFaults(deadline(t), "chat.postMessage", 2); err != nil {
		t.Fatal(err)
	}
	if n := len(s.As(Sanne).DM()); n != 0 {
		t.Errorf("%d messages while they are held", n)
	}
	s.ClearFaults()
	if err := errors.Join(<-posted, <-posted); err != nil || len(s.As(Sanne).DM()) != 2 {
		t.Errorf("%v; %d messages", err, len(s.As(Sanne).DM()))
	}
}

func TestWait_SeesWhatComesLater(t *testing.T) {
	t.Parallel()
	s, _, c := start(t, Options{})
	posted := make(chan error, 1)
	go func() {
		_, _, err := c.PostMessageContext(context.WithoutCancel(t.Context()), Sanne, slack.MsgOptionText("later", false))
		posted <- err
	}()
	m, err := s.WaitMessage(deadline(t), Sanne, func(m Message) bool { return m.Text == "later" })
	if err != nil || m.Text != "later" {
		t.Errorf("message %+v, %v", m, err)
	}
	if err := <-posted; err != nil {
		t.Error(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := s.WaitView(short, Sanne, func(View) bool { return true }); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "later") {
		t.Errorf("waiting for nothing: %v", err)
	}
}

func TestWire_KeepsNoSecrets(t *testing.T) {
	t.Parallel()
	s, a, c := start(t, Options{})
	m := postCard(t, s, Sanne)
	mustOutcome(t)(s.As(Sanne).Click(t.Context(), m.Ref(), "decline"))
	openModal(t, s, a, modal("One"))
	if _, err := c.AuthTestContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	log := string(mustJSON(s.Wire()))
	for _, secret := range []string{s.BotToken(), s.SigningSecret(), "response_url\"", "/actions/"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	posts := s.Wire("chat.postMessage")
	if len(posts) != 1 || posts[0].Direction != ToSlack || posts[0].Status != 200 || !bytes.Contains(posts[0].Args, []byte(`"blocks":[{`)) {
		t.Errorf("posts = %+v", posts)
	}
	if clicks := s.Wire("block_actions"); len(clicks) != 1 || clicks[0].Direction != ToApp || clicks[0].User != Sanne {
		t.Errorf("clicks = %+v", clicks)
	}
	if s.Counts()["auth.test"] != 1 {
		t.Errorf("counts = %v", s.Counts())
	}
}

func TestControl_DrivesAPerson(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	call := func(method, path, body string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, s.ControlURL()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		text, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(text)
	}
	a.does(replyJSON(`{"text":"hello"}`))
	if code, body := call("POST", "/users/"+Sanne+"/command", `{"text":"/guestsite help"}`); code != 200 || !strings.Contains(body, `"text":"hello"`) {
		t.Errorf("command: %d %s", code, body)
	}
	a.does(nil)
	m := postCard(t, s, Mehmet)
	if code, body := call("POST", "/users/"+Mehmet+"/click", string(mustJSON(obj{"ref": m.Ref(), "key": "decline"}))); code != 200 {
		t.Errorf("click: %d %s", code, body)
	}
	if code, body := call("POST", "/users/"+Sanne+"/click", string(mustJSON(obj{"ref": m.Ref(), "key": "decline"}))); code != 409 {
		t.Errorf("another's click: %d %s", code, body)
	}
	if code, body := call("GET", "/users/"+Mehmet+"/messages", ""); code != 200 || !strings.Contains(body, "[Add Anna] [Decline]") {
		t.Errorf("messages: %d %s", code, body)
	}
	openModal(t, s, a, modal("One"))
	if code, body := call("GET", "/users/"+Sanne+"/views", ""); code != 200 || !strings.Contains(body, "Name: <>") {
		t.Errorf("views: %d %s", code, body)
	}
	if code, body := call("POST", "/users/"+Sanne+"/submit", ""); code != 409 || !strings.Contains(body, "required") {
		t.Errorf("submit: %d %s", code, body)
	}
	if code, body := call("GET", "/users", ""); code != 200 || !strings.Contains(body, "Sanne de Vries") {
		t.Errorf("users: %d %s", code, body)
	}
	if code, _ := call("POST", "/faults", `{"kind":"nope"}`); code != 400 {
		t.Errorf("bad fault: %d", code)
	}
	if code, _ := call("POST", "/faults", `{"kind":"error","error":"fatal_error","method":"auth.test"}`); code != 200 {
		t.Errorf("fault: %d", code)
	}
	wantError(t, raw(t, s, "auth.test", url.Values{}), "fatal_error")
	if code, body := call("GET", "/wire?after=1", ""); code != 200 || !strings.Contains(body, `"seq":2`) || strings.Contains(body, `"seq":1,`) {
		t.Errorf("wire: %d %s", code, body)
	}
}
