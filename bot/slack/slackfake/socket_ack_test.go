package slackfake

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func command(s *Server) func(context.Context) (Outcome, error) {
	return func(ctx context.Context) (Outcome, error) { return s.As(Sanne).Command(ctx, "/guestsite new") }
}

func TestAck_LateIsTheFailureOfHTTP(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{AckTimeout: 300 * time.Millisecond})
	a := connect(t, s)
	a.silent()
	out := mustOutcome(t)(command(s)(t.Context()))
	if out.Code != "operation_timeout" || !strings.Contains(out.Line, `"operation_timeout"`) {
		t.Errorf("outcome %+v", out)
	}
	a.say(`{"envelope_id":"` + s.Envelopes()[0].ID + `","payload":{"text":"late"}}`)
	waitIgnored(t, s, AckLate)
	if len(s.As(Sanne).DM()) != 0 || s.Envelopes()[0].Acked() {
		t.Error("a late ack had an effect")
	}
}

func TestAck_OnlyTheFirstProperOneCounts(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	a, other := connect(t, s), connect(t, s)
	a.silent()
	s.RouteTo(a.id)
	done := aside(t, command(s))
	id := str(a.waitType(typeCommands), "envelope_id")
	ack := func(text string) string { return `{"envelope_id":"` + id + `","payload":{"text":"` + text + `"}}` }
	a.say("nonsense")
	waitIgnored(t, s, AckUnread)
	a.say(`{"envelope_id":"9f0c7e1a-0000"}`)
	waitIgnored(t, s, AckUnknown)
	a.say(ack(strings.Repeat("x", maxAck)))
	if i := waitIgnored(t, s, AckTooLarge); i.EnvelopeID != id || i.Bytes < maxAck {
		t.Errorf("ignored %+v", i)
	}
	other.say(ack("other"))
	waitIgnored(t, s, AckElsewhere)
	a.say(ack("first"))
	a.say(ack("second"))
	waitIgnored(t, s, AckSecond)
	if out := <-done; out.Message == nil || out.Message.Text != "first" {
		t.Errorf("outcome %+v", out)
	}
}

func TestAck_JustBelowTheLimitIsTaken(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	a := connect(t, s)
	a.does(func(env obj) any {
		rest := maxAck - 1 - len(mustJSON(obj{"envelope_id": env["envelope_id"], "payload": obj{"text": ""}}))
		return obj{"text": strings.Repeat("x", rest)}
	})
	if out := mustOutcome(t)(command(s)(t.Context())); out.Message == nil || len(s.IgnoredAcks()) != 0 {
		t.Errorf("outcome %s, ignored %+v", out.Code, s.IgnoredAcks())
	}
}

func TestResend_WhenAConnectionDiesBeforeTheAck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mode   Resend
		same   bool
		second int // envelopes on the second connection
		code   string
		wait   time.Duration
	}{
		{ResendDropped, false, 1, "", 0},
		{ResendDropped, true, 1, "", 0},
		{ResendNever, false, 0, "operation_timeout", time.Second},
	} {
		t.Run(string(c.mode), func(t *testing.T) {
			t.Parallel()
			o := Options{AckTimeout: c.wait, Socket: SocketOptions{Resend: c.mode, SameEnvelope: c.same}}
			s := startSockets(t, o)
			first, second := connect(t, s), connect(t, s)
			first.silent()
			done := aside(t, command(s))
			env := first.waitType(typeCommands)
			if err := s.ActOnSocket(first.id, SocketCut); err != nil {
				t.Fatal(err)
			}
			if out := <-done; out.Code != c.code || second.count(typeCommands) != c.second {
				t.Fatalf("outcome %+v, %d on the second", out, second.count(typeCommands))
			}
			if first.waitEnd() != 0 {
				t.Error("a cut connection had a close frame")
			}
			if c.second == 0 {
				return
			}
			again := second.waitType(typeCommands)
			if again["retry_attempt"] != json.Number("1") || again["retry_reason"] != retryTimeout ||
				(again["envelope_id"] == env["envelope_id"]) != c.same ||
				str(again["payload"], "trigger_id") != str(env["payload"], "trigger_id") {
				t.Errorf("resend %s", mustJSON(again))
			}
		})
	}
}

func TestResend_WaitsForAConnectionWithinTheTime(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	first := connect(t, s)
	first.silent()
	done := aside(t, command(s))
	first.waitType(typeCommands)
	_ = first.ws.Close()
	if err := s.WaitConnections(deadline(t), 0); err != nil {
		t.Fatal(err)
	}
	second := connect(t, s)
	if out := <-done; !out.OK() || second.count(typeCommands) != 1 {
		t.Errorf("outcome %+v", out)
	}
}

func TestResend_UnackedGoesToAnotherWhileTheFirstLives(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{Socket: SocketOptions{Resend: ResendUnacked, ResendAfter: 50 * time.Millisecond}})
	dead, second := connect(t, s), connect(t, s)
	s.RouteTo(dead.id)
	if err := s.ActOnSocket(dead.id, SocketDead); err != nil {
		t.Fatal(err)
	}
	out := mustOutcome(t)(command(s)(t.Context()))
	if !out.OK() || second.count(typeCommands) != 1 || dead.count(typeCommands) != 0 || len(s.Envelopes()) != 2 {
		t.Errorf("outcome %+v; envelopes %+v", out, s.Envelopes())
	}
}

func TestResend_OfEvents(t *testing.T) {
	t.Parallel()
	for _, same := range []bool{false, true} {
		t.Run(fmt.Sprint("same envelope ", same), func(t *testing.T) {
			t.Parallel()
			s := startSockets(t, Options{AckTimeout: 1500 * time.Millisecond, Socket: SocketOptions{
				SameEnvelope: same, EventRetries: []time.Duration{0, time.Millisecond},
			}})
			a := connect(t, s)
			n := 0
			a.does(func(obj) any {
				if n++; n < 3 {
					return noAck{}
				}
				return nil
			})
			out := mustOutcome(t)(s.As(Sanne).Say(t.Context(), "hello"))
			ids, events := map[string]bool{}, map[string]bool{}
			seen := a.wait(func(seen []obj) bool { return len(seen) == 4 })[1:]
			for i, env := range seen {
				ids[str(env, "envelope_id")], events[str(env["payload"], "event_id")] = true, true
				if env["retry_attempt"] != json.Number(string(rune('0'+i))) || (env["retry_reason"] == retryTimeout) != (i > 0) {
					t.Errorf("delivery %d: %s", i, mustJSON(env))
				}
			}
			if !out.OK() || len(events) != 1 || (len(ids) == 1) != same {
				t.Errorf("outcome %+v, %d envelope ids, %d event ids", out, len(ids), len(events))
			}
		})
	}
}

func TestResend_AnEventSurvivesAReconnect(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{Socket: SocketOptions{EventRetries: slices.Repeat([]time.Duration{100 * time.Millisecond}, 300)}})
	first := connect(t, s)
	first.silent()
	done := aside(t, func(ctx context.Context) (Outcome, error) { return s.As(Sanne).OpenHome(ctx) })
	first.waitType(typeEvents)
	_ = first.ws.Close()
	if err := s.WaitConnections(deadline(t), 0); err != nil {
		t.Fatal(err)
	}
	second := connect(t, s)
	if out := <-done; !out.OK() || second.count(typeEvents) != 1 {
		t.Errorf("outcome %+v, %d on the second", out, second.count(typeEvents))
	}
}

func TestReplay_OverASocketIsASecondDelivery(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	a := connect(t, s)
	mustOutcome(t)(command(s)(t.Context()))
	reply, err := s.As(Sanne).Replay(t.Context())
	if err != nil || reply.Status != 200 {
		t.Fatalf("%+v, %v", reply, err)
	}
	mustOutcome(t)(s.RetryLast(t.Context(), Sanne, 2, "http_timeout"))
	e := s.Envelopes()
	if len(e) != 3 || e[0].ID == e[1].ID || e[1].Attempt != 1 || e[2].Attempt != 2 || a.count(typeCommands) != 3 {
		t.Errorf("envelopes %+v", e)
	}
	if _, err := s.VerifyEventsURL(t.Context()); err == nil {
		t.Error("a request URL was verified with Socket Mode on")
	}
}
