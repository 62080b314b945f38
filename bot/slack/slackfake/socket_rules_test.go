package slackfake

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestSocketRules_AResentTriggerStillWorksOnce(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{Socket: SocketOptions{Resend: ResendUnacked, ResendAfter: 100 * time.Millisecond}})
	first, second := connect(t, s), connect(t, s)
	first.silent()
	s.RouteTo(first.id)
	open := func(a *wsApp) obj {
		trigger := str(a.waitType(typeCommands)["payload"], "trigger_id")
		return raw(t, s, "views.open", url.Values{"trigger_id": {trigger}, "view": {modal("One")}})
	}
	second.silent()
	done := aside(t, command(s))
	wantOK(t, open(first))
	wantError(t, open(second), "exchanged_trigger_id")
	second.say(`{"envelope_id":"` + str(second.waitType(typeCommands), "envelope_id") + `"}`)
	if out := <-done; !out.OK() || len(s.As(Sanne).OpenViews()) != 1 {
		t.Errorf("outcome %+v, %d open", out, len(s.As(Sanne).OpenViews()))
	}
}

func TestSocketRules_ATriggerIsSpentByTime(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{TriggerLife: time.Nanosecond})
	a := connect(t, s)
	mustOutcome(t)(command(s)(t.Context()))
	trigger := str(a.waitType(typeCommands)["payload"], "trigger_id")
	wantError(t, raw(t, s, "views.open", url.Values{"trigger_id": {trigger}, "view": {modal("One")}}), "expired_trigger_id")
}

func TestSocketRules_TheAckIsNoneOfTheFivePosts(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	a := connect(t, s)
	a.answers(`{"text":"answer"}`)
	mustOutcome(t)(command(s)(t.Context()))
	address := str(a.waitType(typeCommands)["payload"], "response_url")
	for i := range maxURLPosts {
		if status, code := hook(t, address, `{"text":"later"}`); status != http.StatusOK {
			t.Errorf("post %d: HTTP %d %s", i+1, status, code)
		}
	}
	if status, code := hook(t, address, `{"text":"sixth"}`); status != http.StatusNotFound || !strings.Contains(code, "used_url") {
		t.Errorf("sixth post: HTTP %d %s", status, code)
	}
	if n := len(s.As(Sanne).DM()); n != 1+maxURLPosts {
		t.Errorf("%d messages, want %d", n, 1+maxURLPosts)
	}
}

func TestSocketRules_AResponseURLIsSpentByTime(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{ResponseURLLife: time.Nanosecond})
	a := connect(t, s)
	mustOutcome(t)(command(s)(t.Context()))
	address := str(a.waitType(typeCommands)["payload"], "response_url")
	if status, code := hook(t, address, `{"text":"late"}`); status != http.StatusNotFound || !strings.Contains(code, "expired_url") {
		t.Errorf("late post: HTTP %d %s", status, code)
	}
}

func TestSocketRules_StackAndHash(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	a := connect(t, s)
	u := s.As(Sanne)
	submit := func(answer string) Outcome {
		t.Helper()
		v, _ := u.TopView()
		mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "Name", "Linden"))
		a.answers(answer)
		out := mustOutcome(t)(u.Submit(t.Context()))
		a.does(nil)
		return out
	}
	push := `{"response_action":"push","view":` + modal("Next") + `}`
	first := modalOver(t, s, a, modal("One"))
	for range 2 {
		if out := submit(push); !out.OK() {
			t.Fatalf("push %+v", out)
		}
	}
	if out := submit(push); out.OK() || len(u.OpenViews()) != maxStack || !strings.Contains(out.Line, "push_limit_reached") {
		t.Errorf("fourth view: %+v, %d open", out, len(u.OpenViews()))
	}
	sent := a.waitType(typeInteractive)["payload"].(obj)["view"].(obj)
	top, _ := u.TopView()
	if sent["hash"] != top.Hash || sent["root_view_id"] != first.ID || sent["previous_view_id"] == nil {
		t.Errorf("view %s", mustJSON(sent))
	}
	update := func(hash string) obj {
		return raw(t, s, "views.update", url.Values{"view_id": {top.ID}, "hash": {hash}, "view": {modal("Other")}})
	}
	wantOK(t, update(top.Hash))
	wantError(t, update(top.Hash), "hash_conflict")
	if out := submit(`{"response_action":"clear"}`); !out.OK() || len(u.OpenViews()) != 0 {
		t.Errorf("clear: %+v", out)
	}
	wantError(t, update(""), "not_found")
}
