package slackfake

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestOpen_TakesTheAppTokenAlone(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	wantOK(t, ask(t, s))
	for _, c := range []struct{ name, bearer, body, want string }{
		{"no token", "", "", "not_authed"},
		{"token in the body", "", "token=" + s.AppToken(), "not_authed"},
		{"another token", "xapp-1-other", "", "invalid_auth"},
		{"the bot's token", s.BotToken(), "", "not_allowed_token_type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wantError(t, post(t, s, methodOpen, formType, c.bearer, c.body), c.want)
		})
	}
	wantError(t, post(t, s, "auth.test", formType, s.AppToken(), ""), "not_allowed_token_type")
}

func TestOpen_FailsAsItIsTold(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	for _, code := range []string{"token_revoked", "token_expired", "account_inactive", "internal_error"} {
		s.BreakAppToken(code)
		wantError(t, ask(t, s), code)
	}
	s.BreakAppToken("")
	s.SetAppScopes("authorizations:read")
	a := ask(t, s)
	wantError(t, a, "missing_scope")
	if a["needed"] != "connections:write" || a["provided"] != "authorizations:read" {
		t.Errorf("answer %s", mustJSON(a))
	}
	s.SetAppScopes("connections:write")
	s.SetSocketMode(false)
	wantError(t, ask(t, s), socketOff)
	s.SetSocketMode(true)
	for _, after := range []int{0, 7} {
		s.AddFault(Fault{Method: methodOpen, Kind: FaultRateLimited, RetryAfter: after})
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, s.APIURL()+methodOpen, http.NoBody)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		want := map[int]string{0: "", 7: "7"}[after]
		if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") != want {
			t.Errorf("HTTP %d, Retry-After %q, want %q", res.StatusCode, res.Header.Get("Retry-After"), want)
		}
	}
	wantOK(t, ask(t, s))
}

func TestSocket_ATicketOpensOneConnectionInTime(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	url := socketURL(t, s)
	if ws, status := dial(t, url); ws == nil {
		t.Fatalf("a good ticket: HTTP %d", status)
	}
	if ws, status := dial(t, url); ws != nil || status != http.StatusNotFound {
		t.Errorf("a ticket used twice: HTTP %d", status)
	}
	hasty := startSockets(t, Options{Socket: SocketOptions{TicketLife: time.Nanosecond}})
	if ws, status := dial(t, socketURL(t, hasty)); ws != nil || status != http.StatusRequestTimeout {
		t.Errorf("a stale ticket: HTTP %d", status)
	}
	if ws, status := dial(t, strings.Split(url, "?")[0]+"?ticket=made+up"); ws != nil || status != http.StatusNotFound {
		t.Errorf("a made-up ticket: HTTP %d", status)
	}
}

func TestSocket_HelloSaysWhereOneIs(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	connect(t, s)
	hello := connect(t, s).waitType("hello")
	if hello["num_connections"] != json.Number("2") || str(hello["connection_info"], "app_id") != "A0GUESTSITE" {
		t.Errorf("hello %s", mustJSON(hello))
	}
	debug := hello["debug_info"].(obj)
	for _, key := range []string{"host", "started", "build_number", "approximate_connection_time"} {
		if debug[key] == nil {
			t.Errorf("debug_info lacks %s", key)
		}
	}
	if debug["approximate_connection_time"] != json.Number("18060") {
		t.Errorf("debug_info %v", debug)
	}
	short := connectTo(t, s, socketURL(t, s)+"&debug_reconnects=true").waitType("hello")
	if short["debug_info"].(obj)["approximate_connection_time"] != json.Number("360") {
		t.Errorf("with debug_reconnects: %s", mustJSON(short))
	}
}

func TestSocket_TheEleventhIsTooMany(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	for range 10 {
		connect(t, s)
	}
	late := connect(t, s)
	if d := late.waitType("disconnect"); d["reason"] != ReasonTooMany {
		t.Errorf("disconnect %s", mustJSON(d))
	}
	if late.waitEnd() == 0 || late.count("hello") != 0 {
		t.Error("the eleventh was greeted, or cut without a close frame")
	}
	if err := s.WaitConnections(deadline(t), 10); err != nil {
		t.Error(err)
	}
}

func TestSocket_PingsAndDropsWhoDoesNotAnswer(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{Socket: SocketOptions{PingInterval: 30 * time.Millisecond, PongTimeout: 3 * time.Second}})
	good := connect(t, s)
	if ws, status := dial(t, socketURL(t, s)); ws == nil { // nobody reads it, so nobody answers
		t.Fatalf("HTTP %d", status)
	}
	err := s.Wait(deadline(t), func() bool { c := s.Connections(); return len(c) == 2 && !c[1].Live() })
	if err != nil || s.Connections()[1].Reason != "no_pong" {
		t.Errorf("%v; connections %+v", err, s.Connections())
	}
	first := s.Connections()[0]
	if !first.Live() || first.Pongs < 2 || good.count("hello") != 1 {
		t.Errorf("the one that answers: %+v", first)
	}
}

func TestSocket_EachEnvelopeGoesToOneConnectionInTurn(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	apps := []*wsApp{connect(t, s), connect(t, s), connect(t, s)}
	for range 6 {
		mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite status"))
	}
	for i, a := range apps {
		if n := a.count(typeCommands); n != 2 {
			t.Errorf("connection %d got %d of 6", i, n)
		}
	}
	s.RouteTo(apps[1].id)
	for range 3 {
		mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite status"))
	}
	if n := apps[1].count(typeCommands); n != 5 {
		t.Errorf("the pinned connection got %d, want 5", n)
	}
	for _, e := range s.Envelopes() {
		if !e.Acked() || len(e.Deliveries) != 1 || e.AckedBy != e.Deliveries[0].Connection || e.Kind != kindCommand || e.User != Sanne {
			t.Errorf("envelope %+v", e)
		}
	}
	if c := s.Connections()[1]; c.Delivered != 5 || c.Acked != 5 {
		t.Errorf("connection %+v", c)
	}
}

func TestSocket_ACommandIsJSONAndItsAckTheAnswer(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	a := connect(t, s)
	a.answers(`{"text":"Hello"}`)
	out := mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite why anna@fabrikam.com"))
	if out.Message == nil || out.Message.Text != "Hello" || !out.Message.Ephemeral || out.Status != 200 {
		t.Errorf("outcome %+v", out)
	}
	env := a.waitType(typeCommands)
	p := env["payload"].(obj)
	if env["accepts_response_payload"] != true || env["retry_attempt"] != nil || p["is_enterprise_install"] != false ||
		p["text"] != "why <mailto:anna@fabrikam.com|anna@fabrikam.com>" || p["user_id"] != Sanne || str(p, "response_url") == "" {
		t.Errorf("envelope %s", mustJSON(env))
	}
	a.answers(`{"text":"x","blocks":[{"type":"nope"}]}`)
	if out := mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite")); out.Code != "bad_answer" || !strings.Contains(out.Line, "/blocks/0/type") {
		t.Errorf("outcome %+v", out)
	}
	for _, empty := range []string{`{}`, `null`} {
		a.answers(empty)
		if out := mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite")); !out.OK() || out.Message != nil {
			t.Errorf("%s: outcome %+v", empty, out)
		}
	}
	if w := s.Wire(kindCommand)[0]; !w.Socket || w.Status != 200 || strings.Contains(string(w.Args), "trigger_id") {
		t.Errorf("wire %+v", w)
	}
}

func TestSocket_WithoutAConnectionACommandFails(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	out := mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite"))
	if out.Code != "dispatch_failed" || s.As(Sanne).Warning() != out.Line {
		t.Errorf("outcome %+v", out)
	}
}

func TestSocket_InteractionsKeepTheRulesOfHTTP(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, answer, action string
		open                 int
		trouble              bool
	}{
		{"nothing", `{}`, "close", 0, false},
		{"errors", `{"response_action":"errors","errors":{"b":"Taken."}}`, "errors", 1, false},
		{"errors for no input", `{"response_action":"errors","errors":{"nope":"Taken."}}`, "errors", 1, true},
		{"update", `{"response_action":"update","view":` + modal("Next") + `}`, "update", 1, false},
		{"push", `{"response_action":"push","view":` + modal("Next") + `}`, "push", 2, false},
		{"clear", `{"response_action":"clear"}`, "clear", 0, false},
		{"a bare text", `"ok"`, "", 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := startSockets(t, Options{})
			a := connect(t, s)
			v := modalOver(t, s, a, modal("One"))
			mustOutcome(t)(s.As(Sanne).Fill(t.Context(), v.Ref(), "Name", "Linden"))
			a.answers(c.answer)
			out := mustOutcome(t)(s.As(Sanne).Submit(t.Context()))
			top, _ := s.As(Sanne).TopView()
			if out.Answer != c.action || len(s.As(Sanne).OpenViews()) != c.open || top.Trouble != c.trouble {
				t.Errorf("outcome %+v, %d open, trouble %v", out, len(s.As(Sanne).OpenViews()), top.Trouble)
			}
			env := a.waitType(typeInteractive)
			if str(env["payload"], "type") != "view_submission" || env["accepts_response_payload"] != true {
				t.Errorf("envelope %s", mustJSON(env))
			}
		})
	}
}

func TestSocket_TheOtherInteractionsArriveToo(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	a := connect(t, s)
	m := postCard(t, s, Mehmet)
	if out := mustOutcome(t)(s.As(Mehmet).Click(t.Context(), m.Ref(), "decline")); !out.OK() {
		t.Errorf("click %+v", out)
	}
	mustOutcome(t)(s.As(Sanne).Shortcut(t.Context(), "guestsite_new"))
	modalOver(t, s, a, modal("One"))
	mustOutcome(t)(s.As(Sanne).CloseView(t.Context()))
	mustOutcome(t)(s.As(Sanne).OpenHome(t.Context()))
	const menu = `[{"type":"actions","block_id":"m","elements":[{"type":"external_select","action_id":"who","min_query_length":1,
		"placeholder":{"type":"plain_text","text":"Who"}}]}]`
	wantOK(t, post(t, s, "chat.postMessage", "application/json", s.BotToken(), `{"channel":"`+Sanne+`","text":"x","blocks":`+menu+`}`))
	dm := s.As(Sanne).DM()
	a.answers(`{"options":[{"text":{"type":"plain_text","text":"Mehmet"},"value":"m"}]}`)
	got, out, err := s.As(Sanne).Suggest(t.Context(), dm[len(dm)-1].Ref(), "who", "meh")
	if err != nil || len(got) != 1 || got[0].Value != "m" {
		t.Errorf("options %v, %+v, %v", got, out, err)
	}
	var kinds []string
	for _, e := range s.Envelopes() {
		kinds = append(kinds, e.Type+" "+e.Kind)
	}
	want := "interactive block_actions,interactive shortcut,slash_commands slash_command,interactive view_closed,events_api event_callback,interactive block_suggestion"
	if strings.Join(kinds, ",") != want {
		t.Errorf("envelopes\n got %s\nwant %s", strings.Join(kinds, ","), want)
	}
	env := a.waitType(typeEvents)
	if env["retry_attempt"] != json.Number("0") || env["accepts_response_payload"] != false ||
		str(env["payload"].(obj)["event"], "type") != "app_home_opened" || str(env["payload"], "type") != kindEvent {
		t.Errorf("event %s", mustJSON(env))
	}
}

func TestSocket_SwitchingOffGoesBackToHTTP(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{SocketMode: true, Socket: SocketOptions{Grace: 50 * time.Millisecond}})
	w := connect(t, s)
	s.SetSocketMode(false)
	if d := w.waitType("disconnect"); d["reason"] != ReasonLinkDisabled {
		t.Errorf("disconnect %s", mustJSON(d))
	}
	w.waitEnd()
	mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite new"))
	if a.last(t).Path != PathCommands || w.count(typeCommands) != 0 {
		t.Errorf("request %s, %d envelopes", a.last(t).Path, w.count(typeCommands))
	}
}
