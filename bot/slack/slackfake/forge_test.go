package slackfake

import (
	"io"
	"net/http"
	"testing"
	"time"
)

func TestForge_EachVariantIsWhatItSays(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	u := s.As(Sanne)
	if _, err := u.Replay(t.Context()); err == nil {
		t.Error("a replay of nothing")
	}
	triggerOf(t, s, a, Sanne)
	first := a.last(t)
	check := func(name string, reply Reply, err error, same bool) Request {
		t.Helper()
		if err != nil || reply.Status != http.StatusOK {
			t.Fatalf("%s: %+v, %v", name, reply, err)
		}
		r := a.last(t)
		genuine := Sign(Request{Body: r.Body}, s.SigningSecret(), time.Now()).Header.Get(headerSignature)
		if (r.Header.Get(headerSignature) == first.Header.Get(headerSignature) && string(r.Body) == string(first.Body)) != same {
			t.Errorf("%s: same as the first = %v", name, !same)
		}
		if !same && r.Header.Get(headerSignature) == genuine {
			t.Errorf("%s: the signature is genuine", name)
		}
		return r
	}
	r, err := u.Replay(t.Context())
	check("replay", r, err, true)
	r, err = u.ReplayWrongSignature(t.Context())
	check("wrong signature", r, err, false)
	r, err = u.ReplayUnsigned(t.Context())
	if got := check("unsigned", r, err, false); got.Header.Get(headerTimestamp) != "" {
		t.Error("unsigned: a timestamp is left")
	}
	r, err = u.ReplayAt(t.Context(), -10*time.Minute)
	check("old", r, err, false)
	r, err = u.ReplayTampered(t.Context(), func(b []byte) []byte { return append(b, "&x=1"...) })
	check("tampered", r, err, false)
}

func TestEvents_ChallengeAndImmediateRetry(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	a.does(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		o, _ := decodeObject(body)
		_, _ = io.WriteString(w, str(o, "challenge"))
	})
	if ok, err := s.VerifyEventsURL(t.Context()); !ok || err != nil {
		t.Errorf("challenge: %v, %v", ok, err)
	}
	a.does(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Slack-Retry-Num") == "" {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	out := mustOutcome(t)(s.As(Sanne).Say(t.Context(), "hello"))
	r := a.last(t)
	if !out.OK() || r.Header.Get("X-Slack-Retry-Num") != "1" || r.Header.Get("X-Slack-Retry-Reason") != "http_error" {
		t.Errorf("outcome %+v, headers %v", out, r.Header)
	}
	before := s.Count(kindEvent)
	a.does(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Slack-No-Retry", "1")
		w.WriteHeader(http.StatusInternalServerError)
	})
	mustOutcome(t)(s.SendEvent(t.Context(), map[string]any{"type": "app_uninstalled"}))
	if n := s.Count(kindEvent) - before; n != 1 {
		t.Errorf("%d deliveries after X-Slack-No-Retry", n)
	}
}
