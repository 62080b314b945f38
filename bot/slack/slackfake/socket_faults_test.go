package slackfake

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestSocketFault_TheHandshakeIsRefused(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	for _, status := range []int{404, 408, 500} {
		s.AddFault(Fault{Method: methodSocket, Kind: FaultStatus, Status: status})
		if ws, got := dial(t, socketURL(t, s)); ws != nil || got != status {
			t.Errorf("HTTP %d, want %d", got, status)
		}
	}
	s.AddFault(Fault{Method: methodSocket, Kind: FaultResetBefore})
	if ws, got := dial(t, socketURL(t, s)); ws != nil || got != 0 {
		t.Errorf("HTTP %d, want a reset", got)
	}
	s.AddFault(Fault{Method: methodSocket, Kind: FaultSlowBefore, Delay: 200 * time.Millisecond})
	began := time.Now()
	if connect(t, s); time.Since(began) < 200*time.Millisecond {
		t.Error("the handshake was not slow")
	}
	var got []int
	for _, w := range s.Wire(methodSocket) {
		got = append(got, w.Status)
	}
	if len(got) != 5 || got[0] != 404 || got[4] != http.StatusSwitchingProtocols {
		t.Errorf("wire %v", got)
	}
}

func TestSocketFault_ADeadSocketLooksAlive(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{
		AckTimeout: 2200 * time.Millisecond,
		Socket:     SocketOptions{PingInterval: 20 * time.Millisecond, PongTimeout: 2 * time.Second},
	})
	a := connect(t, s)
	if err := s.ActOnSocket(AllConnections, SocketDead); err != nil {
		t.Fatal(err)
	}
	var pings [2]int
	for i := range pings { // the first takes what was on its way then
		if out := mustOutcome(t)(command(s)(t.Context())); out.Code != "operation_timeout" {
			t.Fatalf("outcome %+v", out)
		}
		a.mu.Lock()
		pings[i] = a.pings
		a.mu.Unlock()
	}
	a.say(`{"envelope_id":"` + s.Envelopes()[0].ID + `"}`)
	waitIgnored(t, s, AckDead)
	c := s.Connections()[0]
	if !c.Live() || !c.Dead || c.Delivered != 2 || a.count(typeCommands) != 0 || pings[0] != pings[1] {
		t.Errorf("connection %+v, %d envelopes, %d pings", c, a.count(typeCommands), pings)
	}
	if err := s.ActOnSocket(a.id, SocketCut); err != nil || a.waitEnd() != 0 {
		t.Errorf("a dead one could not be cut: %v", err)
	}
}

func TestSocketFault_OddMessages(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	a := connect(t, s)
	for _, act := range []SocketAct{SocketGarbage, SocketBinary, SocketUnknown, SocketOversized} {
		if err := s.ActOnSocket(a.id, act); err != nil {
			t.Fatal(err)
		}
	}
	big := a.waitType("oversized")
	if a.count("not JSON") != 2 || a.count("news_of_tomorrow") != 1 || len(str(big, "padding")) != oversized {
		t.Errorf("%d unreadable, %d unknown", a.count("not JSON"), a.count("news_of_tomorrow"))
	}
	e, err := s.WaitEnvelope(deadline(t), func(e Envelope) bool { return e.Type == "news_of_tomorrow" && e.Acked() })
	if err != nil || e.AckedBy != a.id {
		t.Errorf("envelope %+v, %v", e, err)
	}
	if out := mustOutcome(t)(command(s)(t.Context())); !out.OK() {
		t.Errorf("the connection is spoilt: %+v", out)
	}
	if err := s.ActOnSocket(a.id, SocketClose); err != nil || a.waitEnd() != websocket.CloseNormalClosure {
		t.Errorf("close: %v", err)
	}
	if err := s.WaitConnections(deadline(t), 0); err != nil {
		t.Fatal(err)
	}
	if err := s.ActOnSocket(a.id, SocketCut); !errors.Is(err, errNoSocket) {
		t.Errorf("an act on a connection that has ended: %v", err)
	}
	connect(t, s)
	if err := s.ActOnSocket(AllConnections, "melt"); !errors.Is(err, errBadAct) {
		t.Errorf("an unknown act: %v", err)
	}
}

func TestSocketFault_DuplicateAndLost(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{AckTimeout: 2 * time.Second})
	one, two := connect(t, s), connect(t, s)
	s.AddFault(Fault{Method: methodEnvelope, Kind: FaultDuplicate})
	if out := mustOutcome(t)(command(s)(t.Context())); !out.OK() {
		t.Errorf("duplicate: %+v", out)
	}
	if one.waitType(typeCommands)["envelope_id"] != two.waitType(typeCommands)["envelope_id"] {
		t.Error("the two have different envelopes")
	}
	waitIgnored(t, s, AckSecond)
	for _, method := range []string{methodEnvelope, methodAck} {
		s.AddFault(Fault{Method: method, Kind: FaultDrop})
		if out := mustOutcome(t)(command(s)(t.Context())); out.Code != "operation_timeout" {
			t.Errorf("%s lost: %+v", method, out)
		}
	}
	waitIgnored(t, s, AckDropped)
	if n := one.count(typeCommands) + two.count(typeCommands); n != 3 {
		t.Errorf("%d envelopes came, want 3", n)
	}
	for _, f := range []Fault{
		{Method: "auth.test", Kind: FaultDrop},
		{Method: methodAck, Kind: FaultDuplicate},
		{Method: methodEnvelope, Kind: FaultResetAfter},
	} {
		if err := f.check(); !errors.Is(err, errBadFault) {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

func TestDisconnect_AfterTheWarningAConnectionIsStillUsed(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{Socket: SocketOptions{
		Life: time.Hour, DebugLife: time.Hour, WarnAhead: time.Hour - 10*time.Millisecond,
	}})
	a := connect(t, s)
	if d := a.waitType("disconnect"); d["reason"] != ReasonWarning || str(d["debug_info"], "host") == "" {
		t.Errorf("first %s", mustJSON(d))
	}
	mustOutcome(t)(command(s)(t.Context()))
	if a.count(typeCommands) != 1 {
		t.Error("after a warning a connection is not used")
	}
}

func TestDisconnect_AtTheEndAConnectionIsNotUsedAndClosed(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{Socket: SocketOptions{
		Life: time.Hour, DebugLife: 60 * time.Millisecond, WarnAhead: 30 * time.Millisecond, Grace: 100 * time.Millisecond,
	}})
	long := connect(t, s)
	short := connectTo(t, s, socketURL(t, s)+"&debug_reconnects=true")
	var said []any
	short.wait(func(seen []obj) bool {
		said = nil
		for _, o := range seen {
			said = append(said, o["reason"])
		}
		return said[len(said)-1] == ReasonRefresh
	})
	if len(said) != 3 || said[1] != ReasonWarning { // after the hello
		t.Errorf("told %v", said)
	}
	for range 2 {
		mustOutcome(t)(command(s)(t.Context()))
	}
	if short.count(typeCommands) != 0 || long.count(typeCommands) != 2 {
		t.Error("after refresh_requested a connection is still used")
	}
	if short.waitEnd() != websocket.CloseNormalClosure {
		t.Error("it was cut instead of closed")
	}
	if err := s.WaitConnections(deadline(t), 1); err != nil {
		t.Error(err)
	}
}

func TestDisconnect_WhatIsOnTheWireComesAfterTheWordToGo(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{ReasonWarning, ReasonRefresh} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			s := startSockets(t, Options{Socket: SocketOptions{Grace: time.Hour}})
			old := connect(t, s)
			if err := s.Disconnect(old.id, reason); err != nil {
				t.Fatal(err)
			}
			fresh := connect(t, s)
			s.RouteTo(old.id)
			if out := mustOutcome(t)(command(s)(t.Context())); !out.OK() || old.count(typeCommands) != 1 {
				t.Errorf("the old one got %d envelopes; %+v", old.count(typeCommands), out)
			}
			if err := s.ActOnSocket(old.id, SocketClose); err != nil {
				t.Fatal(err)
			}
			if out := mustOutcome(t)(command(s)(t.Context())); !out.OK() || fresh.count(typeCommands) != 1 {
				t.Errorf("the new one got %d envelopes; %+v", fresh.count(typeCommands), out)
			}
		})
	}
}

func TestDisconnect_AnAckUnderWayIsStillTaken(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{Socket: SocketOptions{Grace: time.Hour}})
	a := connect(t, s)
	a.silent()
	done := aside(t, command(s))
	id := str(a.waitType(typeCommands), "envelope_id")
	if err := s.Disconnect(a.id, ReasonRefresh); err != nil {
		t.Fatal(err)
	}
	a.waitType("disconnect")
	a.say(`{"envelope_id":"` + id + `","payload":{"text":"in time"}}`)
	if out := <-done; out.Message == nil {
		t.Errorf("outcome %+v", out)
	}
	if err := s.Disconnect(a.id, "boredom"); !errors.Is(err, errBadAct) {
		t.Errorf("an unknown reason: %v", err)
	}
}

func TestControl_DrivesSockets(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	a := connect(t, s)
	call := func(method, path, body string, want int) string {
		t.Helper()
		status, got := controlCall(t, s, method, path, body)
		if status != want {
			t.Errorf("%s %s: HTTP %d, want %d: %s", method, path, status, want, got)
		}
		return got
	}
	call("POST", "/users/"+Sanne+"/command", `{"text":"/guestsite new"}`, 200)
	if got := call("GET", "/sockets", "", 200); !strings.Contains(got, a.id) || !strings.Contains(got, `"acked":1`) {
		t.Errorf("sockets %s", got)
	}
	if got := call("GET", "/sockets/envelopes", "", 200); !strings.Contains(got, `"acked_by":"`+a.id) || strings.Contains(got, "trigger_id") {
		t.Errorf("envelopes %s", got)
	}
	call("POST", "/sockets/"+a.id+"/disconnect", `{"reason":"warning"}`, 200)
	a.waitType("disconnect")
	call("POST", "/sockets/all/unknown_type", "", 200)
	a.waitType("news_of_tomorrow")
	call("POST", "/sockets/all/melt", "", 400)
	call("POST", "/sockets/S0/cut", "", 404)
	call("POST", "/sockets/route", `{"id":"`+a.id+`"}`, 200)
	call("POST", "/faults", `{"method":"socket.ack","kind":"drop"}`, 200)
	call("POST", "/faults", `{"method":"auth.test","kind":"drop"}`, 400)
	if got := call("GET", "/sockets/ignored", "", 200); strings.TrimSpace(got) != "[]" {
		t.Errorf("ignored %s", got)
	}
	call("POST", "/tokens", `{"app":"token_revoked"}`, 200)
	wantError(t, ask(t, s), "token_revoked")
	call("POST", "/tokens", `{"app":"","bot":"account_inactive"}`, 200)
	wantOK(t, ask(t, s))
	wantError(t, post(t, s, "auth.test", formType, s.BotToken(), ""), "account_inactive")
	call("POST", "/tokens", `{"bot":""}`, 200)
	call("POST", "/scopes", `{"bot":["commands"]}`, 200)
	wantError(t, post(t, s, "users.info", formType, s.BotToken(), "user="+Sanne), "missing_scope")
	wantOK(t, ask(t, s))
	call("POST", "/scopes", `{"app":[]}`, 200)
	wantError(t, ask(t, s), "missing_scope")
	call("POST", "/socket-mode", `{"on":false}`, 200)
	if s.SocketMode() {
		t.Error("Socket Mode is still on")
	}
	call("POST", "/socket-mode", `{"off":true}`, 400)
}
