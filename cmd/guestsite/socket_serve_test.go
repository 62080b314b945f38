package main

import (
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"guestsite/bot/slack/slackfake"
	"guestsite/cmd/guestsite/demo"
)

func TestServe_IsNotReadyWhileNoSocketIsUp(t *testing.T) {
	t.Parallel()
	b := newBenchIn(t, demo.OpenLab, nil)
	if err := b.Stop(); err != nil { // its database is free then
		t.Fatal(err)
	}
	s := serveIt(t, b.config)
	ready := func() (int, string) { return get(t, "http://"+s.addr+"/readyz") }
	eventually(t, "it is ready", func() bool { status, body := ready(); return status == http.StatusOK && body == "ready\n" })
	b.Slack.AddFault(slackfake.Fault{Method: "apps.connections.open", Kind: slackfake.FaultStatus, Status: 503, Times: -1})
	if err := b.Slack.ActOnSocket(slackfake.AllConnections, slackfake.SocketCut); err != nil {
		t.Fatal(err)
	}
	const want = "slack: no socket is up, so that nothing arrives of what people do (unavailable)\n"
	eventually(t, "it says that no socket is up", func() bool { status, body := ready(); return status == http.StatusServiceUnavailable && body == want })
}

// The process itself gets the signal, with a command of each of three people in hand.
func TestServe_ASIGTERMAnswersAndKeepsWhatCameBySockets(t *testing.T) {
	t.Parallel()
	b := newBenchIn(t, demo.OpenLab, nil)
	if err := b.Stop(); err != nil { // its database is free then
		t.Fatal(err)
	}
	before := len(b.Slack.Connections())
	out := &screen{}
	p := exec.CommandContext(t.Context(), "guestsite", "serve", "--config", b.config) // this very program: see TestMain
	p.Stderr = out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- p.Wait() }()
	defer func() {
		if t.Failed() {
			t.Log(tail(out.String()))
		}
	}()
	eventually(t, "it serves by two sockets", func() bool {
		return strings.Contains(out.String(), "msg=serving") && len(b.Slack.LiveConnections()) == 2
	})
	b.Slack.AddFault(slackfake.Fault{Method: "views.open", Kind: slackfake.FaultHoldBefore, Times: -1})
	people := []*slackfake.Actor{b.Slack.As(slackfake.Sanne), b.Slack.As(slackfake.Mehmet), b.Slack.As(slackfake.Priya)}
	type result struct {
		out slackfake.Outcome
		err error
	}
	results := make(chan result, len(people))
	for _, who := range people {
		go func() {
			out, err := who.Command(t.Context(), "/guestsite new")
			results <- result{out, err}
		}()
	}
	if err := b.Slack.WaitFaults(t.Context(), "views.open", len(people)); err != nil {
		t.Fatal(err)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is stopping", func() bool { return strings.Contains(out.String(), "msg=stopping") })
	b.Slack.ClearFaults()
	for range people {
		if r := <-results; r.err != nil || !r.out.OK() {
			t.Errorf("a command that was in hand: %+v, %v", r.out, r.err)
		}
	}
	if err := <-ended; err != nil {
		t.Errorf("the process ended with %v", err)
	}
	for _, who := range people {
		if _, open := who.TopView(); !open {
			t.Errorf("no form is open for %s", who.ID())
		}
	}
	for _, e := range b.Slack.Envelopes() {
		if !e.Acked() || len(e.Deliveries) != 1 {
			t.Errorf("an envelope was lost: %+v", e)
		}
	}
	for _, c := range b.Slack.Connections()[before:] {
		if c.Live() || c.Reason != "client" {
			t.Errorf("a socket was not closed by the program: %+v", c)
		}
	}
	if bad := b.Slack.IgnoredAcks(); len(bad) != 0 {
		t.Errorf("acknowledgements in vain: %+v", bad)
	}
	if err := b.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, who := range people {
		if got := drafts(t, b, who); got != 1 {
			t.Errorf("%d drafts of %s after the start, want the one that was begun", got, who.ID())
		}
	}
}
