package main

import (
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/slack"
	"guestsite/bot/slack/slackfake"
	"guestsite/cmd/guestsite/demo"
	"guestsite/graph/graphfake"
	"guestsite/store"
)

func TestApp_ReadyTellsTheTruth(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	base := "http://" + b.app.http.Addr()
	inject := func(f graphfake.Fault) {
		if err := b.Tenant.Inject(f); err != nil {
			t.Error(err)
		}
	}
	steps := []struct {
		name         string
		make, repair func()
		says         []string // a line each, by its beginning
	}{
		{
			"the token is taken away", func() { b.Slack.BreakToken("token_revoked") }, func() { b.Slack.BreakToken("") },
			[]string{"slack: it does not take the bot's credentials (credentials)"},
		},
		{
			"the tenant is down", func() { inject(graphfake.Fault{Host: graphfake.HostGraph, Status: 503, Times: -1}) }, b.Tenant.ClearFaults,
			[]string{"graph: the tenant cannot be read (unavailable)"},
		},
		{
			"the tenant takes back its consent", func() { inject(graphfake.Fault{Host: graphfake.HostGraph, Status: 403, Times: -1}) }, b.Tenant.ClearFaults,
			[]string{"graph: the tenant cannot be read (permission)"},
		},
		{
			"both", func() {
				inject(graphfake.Fault{Host: graphfake.HostGraph, Reset: true, Times: -1})
				b.Slack.AddFault(slackfake.Fault{Method: "auth.test", Kind: slackfake.FaultStatus, Status: 500, Times: -1})
			}, func() { b.Tenant.ClearFaults(); b.Slack.ClearFaults() },
			[]string{"graph: the tenant cannot be read (unavailable)", "slack: it does not answer (unavailable)"},
		},
		{"the store is gone", func() { _ = b.app.db.Close() }, nil, []string{"store: a record could not be written"}},
	}
	for _, step := range steps {
		b.Clock.Advance(probeLife)
		if status, body := get(t, base+"/readyz"); status != http.StatusOK || body != "ready\n" {
			t.Errorf("before %s: %d %q", step.name, status, body)
		}
		step.make()
		b.Clock.Advance(probeLife)
		status, body := get(t, base+"/readyz")
		lines := strings.Split(strings.TrimSpace(body), "\n")
		if status != http.StatusServiceUnavailable {
			t.Errorf("%s: status %d", step.name, status)
		}
		for i, want := range step.says {
			if i >= len(lines) || !strings.HasPrefix(lines[i], want) {
				t.Errorf("%s: says %q, want %q", step.name, lines, step.says)
			}
		}
		for _, secret := range []string{b.Slack.BotToken(), b.Slack.SigningSecret(), "joost@", "xoxb-"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s: the answer shows %s", step.name, secret)
			}
		}
		if status, _ := get(t, base+"/healthz"); status != http.StatusOK {
			t.Errorf("%s: the process is said to be unwell", step.name)
		}
		if step.repair != nil {
			step.repair()
		}
	}
}

func TestApp_ReadyIsAskedOnlyNowAndThen(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	users := regexp.MustCompile(`/users$`)
	asked := func() [2]int { return [2]int{b.Tenant.Count(http.MethodGet, users), b.Slack.Count("auth.test")} }
	for range 20 {
		get(t, "http://"+b.app.http.Addr()+"/readyz")
	}
	if got := asked(); got != [2]int{1, 1} {
		t.Errorf("20 questions came to %v calls of the tenant and Slack, want one each", got)
	}
	b.Clock.Advance(probeLife)
	get(t, "http://"+b.app.http.Addr()+"/readyz")
	if got := asked(); got != [2]int{2, 2} {
		t.Errorf("later it was %v calls, want two each", got)
	}
}

// A tenant that hangs must not make Slack look bad, nor hang whoever asks.
func TestApp_ReadyDoesNotWaitForever(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	if err := b.Tenant.Inject(graphfake.Fault{Host: graphfake.HostGraph, Delay: time.Hour, Times: -1}); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	status, body := get(t, "http://"+b.app.http.Addr()+"/readyz")
	if took := time.Since(began); took > readyTimeout+5*time.Second {
		t.Errorf("the answer took %v", took)
	}
	if want := "graph: the tenant cannot be read (unavailable)\n"; status != http.StatusServiceUnavailable || body != want {
		t.Errorf("%d %q, want 503 %q", status, body, want)
	}
}

func TestApp_StopAnswersWhatItHasTakenAndTheNextStartKnowsIt(t *testing.T) {
	t.Parallel()
	taken := make(chan struct{})
	first := sync.OnceFunc(func() { close(taken) })
	b := newBench(t, func(a *app) {
		inner := a.http.server.Handler
		a.http.server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			first()
			inner.ServeHTTP(w, r)
		})
	})
	b.Slack.AddFault(slackfake.Fault{Method: "views.open", Kind: slackfake.FaultSlowBefore, Delay: 700 * time.Millisecond})
	sanne := b.Slack.As(slackfake.Sanne)
	type result struct {
		out slackfake.Outcome
		err error
	}
	done := make(chan result, 1)
	go func() {
		out, err := sanne.Command(t.Context(), "/guestsite new")
		done <- result{out, err}
	}()
	<-taken
	if err := b.Stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if r := <-done; r.err != nil || !r.out.OK() {
		t.Errorf("the command that was under way: %+v, %v", r.out, r.err)
	}
	if _, open := sanne.TopView(); !open {
		t.Error("the form did not open")
	}
	if port, err := net.DialTimeout("tcp", b.app.http.Addr(), time.Second); err == nil { //nolint:noctx // it is refused at once
		_ = port.Close()
		t.Error("the port is open after the stop")
	}
	if err := b.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := drafts(t, b, sanne); got != 1 {
		t.Errorf("%d drafts after the start, want the one that was begun", got)
	}
	if out, err := sanne.CloseAll(t.Context()); err != nil || !out.OK() {
		t.Fatalf("%+v %v", out, err)
	}
	if out, err := sanne.Command(t.Context(), "/guestsite new"); err != nil || !out.OK() {
		t.Fatalf("%+v %v", out, err)
	}
	if got := drafts(t, b, sanne); got != 1 {
		t.Errorf("%d drafts after asking again, want the same one", got)
	}
}

// drafts counts what a person has begun and not sent.
func drafts(t *testing.T, b *bench, who *slackfake.Actor) int {
	t.Helper()
	user := bot.ChatUser{Chat: slack.Name, Team: b.Slack.TeamID(), ID: who.ID()}
	recs, _, err := b.app.db.Find(t.Context(), bot.Query{Kind: bot.KindRequest, Index: bot.ByDraft, Value: user.String()})
	if err != nil {
		t.Fatal(err)
	}
	return len(recs)
}

// The tenant takes no invitations while the program is stopped and started again;
// what was decided before is done after, once.
func TestApp_NextStartGoesOnWithWhatWasUnderWay(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	invitations := regexp.MustCompile(`/invitations$`)
	play := func(s *demo.Stage) {
		refuse := graphfake.Fault{Host: graphfake.HostGraph, Path: invitations.String(), Status: 503, Times: -1}
		if err := s.Tenant.Inject(refuse); err != nil {
			t.Fatal(err)
		}
		mehmet := s.InSlack("Mehmet", slackfake.Mehmet)
		mehmet.Types("/guestsite add Project Linden")
		mehmet.Form(card.FieldGuests)
		mehmet.Fills(card.FieldGuests, "Anna Kowalski <anna@fabrikam.com>")
		mehmet.Fills(card.FieldWhy, "She reviews the drawings.")
		mehmet.Sends()
		mehmet.Reviews("Project Linden")
		mehmet.Sends()
		s.Expect("the invitation is tried", func() bool { return s.Tenant.Count(http.MethodPost, invitations) > 0 })
		if err := b.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
		s.Tenant.ClearFaults()
		if err := b.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.Expect("Anna is a member", func() bool {
			anna, known := s.Tenant.User("anna@fabrikam.com")
			linden, _ := s.Tenant.Group("project-linden")
			return known && slices.Contains(linden.MemberIDs, anna.ID)
		})
	}
	var out screen
	if err := b.Play(t.Context(), demo.Story{Name: "resume", Play: play}, &out); err != nil {
		t.Fatalf("%v\n%s", err, tail(out.String()))
	}
	if got := b.Tenant.Writes()["invitation.create"]; got != 1 {
		t.Errorf("%d invitations, want one", got)
	}
}

func TestApp_WorkerThatFailsEndsIt(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	ended := make(chan error, 1)
	go func() { ended <- b.app.Wait(t.Context()) }()
	if err := b.app.db.Close(); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(time.Minute) // it looks for jobs
	select {
	case err := <-ended:
		if !errors.Is(err, store.ErrClosed) || !strings.HasPrefix(err.Error(), "worker: ") {
			t.Errorf("error %v, want the worker's, that the store is closed", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it goes on without a worker")
	}
	if !slices.ContainsFunc(b.app.ready(t.Context()), func(p Problem) bool { return p.Part == "worker" }) {
		t.Error("readiness does not name the worker")
	}
}

func TestServe_RunsUntilItIsStopped(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	if err := b.Stop(); err != nil { // its database is free then
		t.Fatal(err)
	}
	s := serveIt(t, b.config)
	for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "ready\n"} {
		if status, body := get(t, "http://"+s.addr+path); status != http.StatusOK || body != want {
			t.Errorf("%s: %d %q", path, status, body)
		}
	}
	b.Slack.SetAppURL("http://" + s.addr)
	if out, err := b.Slack.As(slackfake.Sanne).Command(t.Context(), "/guestsite help"); err != nil || !out.OK() {
		t.Errorf("help: %+v %v", out, err)
	}
	s.stop()
	<-s.done
	if s.status != exitOK {
		t.Errorf("exit status %d, want %d:\n%s", s.status, exitOK, s.errs.String())
	}
	for _, secret := range []string{b.Slack.BotToken(), b.Slack.SigningSecret(), "joost@"} {
		if strings.Contains(s.errs.String(), secret) {
			t.Errorf("the log shows %s", secret)
		}
	}
}

func TestServe_LockedDatabaseNamesWhoHoldsIt(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	status, stdout, stderr := guestsite(t, nil, "serve", "--config", b.config)
	if status != exitFailed || stdout != "" {
		t.Errorf("exit status %d, stdout %q", status, stdout)
	}
	want := "guestsite.db: process " + strconv.Itoa(os.Getpid()) + " ("
	if runtime.GOOS != "linux" { // elsewhere the system does not tell
		want = "another process is using it"
	}
	if !strings.Contains(stderr, want) || !strings.Contains(stderr, "is using it") {
		t.Errorf("says %q, want it to hold %q", stderr, want)
	}
}

func TestServe_TakenPortSaysSo(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	address := b.app.http.Addr()
	free := map[string]string{"GUESTSITE_LISTEN": address, "GUESTSITE_STORE_PATH": filepath.Join(t.TempDir(), "other.db")}
	status, _, stderr := guestsite(t, free, "serve", "--config", b.config)
	if status != exitFailed || !strings.Contains(stderr, "listen on "+address+": ") {
		t.Errorf("exit status %d, says %q", status, stderr)
	}
}
