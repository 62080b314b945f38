package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
	"guestsite/cmd/guestsite/demo"
)

// scrape is what Prometheus would read.
func scrape(t *testing.T, a *app) string {
	t.Helper()
	w := httptest.NewRecorder()
	a.metrics.handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// sample gives the value behind a series, and false where there is none.
func sample(text, series string) (string, bool) {
	_, after, found := strings.Cut("\n"+text, "\n"+series+" ")
	value, _, _ := strings.Cut(after, "\n")
	return value, found
}

func TestMetrics_TellWhatHappened(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	play := func(s *demo.Stage) {
		mehmet := s.InSlack("Mehmet", slackfake.Mehmet)
		mehmet.Types("/guestsite add Project Linden")
		mehmet.Form(card.FieldGuests)
		mehmet.Fills(card.FieldGuests, "Anna Kowalski <anna@fabrikam.com>")
		mehmet.Fills(card.FieldWhy, "She reviews the drawings.")
		mehmet.Sends()
		mehmet.Reviews("Project Linden")
		mehmet.Sends()
		s.Expect("Anna was invited", func() bool { return s.Tenant.Writes()["invitation.create"] > 0 })
	}
	var out screen
	if err := b.Play(t.Context(), demo.Story{Name: "metrics", Play: play}, &out); err != nil {
		t.Fatalf("%v\n%s", err, tail(out.String()))
	}
	eventually(t, "the invitation is counted", func() bool {
		_, ok := sample(scrape(t, b.app), `guestsite_effects_total{code="ok",kind="invite"}`)
		return ok
	})
	if _, err := b.app.engine.Pause(t.Context(), "joost", ""); err != nil {
		t.Fatal(err)
	}
	text := scrape(t, b.app)
	for _, series := range []string{
		`guestsite_events_total{chat="slack",code="ok",kind="command"}`, `guestsite_job_runs_total{kind="invite",outcome="done"}`,
		`guestsite_graph_calls_total{operation="POST v1.0 /invitations",status="2xx"}`,
		`guestsite_chat_calls_total{chat="slack",code="ok",operation="post"}`,
		`guestsite_commits_total{outcome="ok"}`, "guestsite_commit_duration_seconds_count",
		"guestsite_store_bytes", "guestsite_jobs_due", "guestsite_oldest_due_job_age_seconds",
		`guestsite_certificate_expiry_timestamp_seconds{registration="microsoft365"}`,
		`guestsite_requests{state="open"}`, "process_resident_memory_bytes", "go_goroutines",
	} {
		if _, ok := sample(text, series); !ok {
			t.Errorf("there is no %s", series)
		}
	}
	for series, want := range map[string]string{
		"guestsite_paused": "1", `guestsite_throttled_total{service="graph"}`: "0",
		`guestsite_job_runs_total{kind="card",outcome="given_up"}`: "0", `guestsite_job_runs_total{kind="invite",outcome="given_up"}`: "0",
		`guestsite_ready{part="store"}`: "1", `guestsite_ready{part="worker"}`: "1",
	} {
		if got, _ := sample(text, series); got != want {
			t.Errorf("%s is %s, want %s", series, got, want)
		}
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "guestsite_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	if err != nil {
		t.Error(err)
	}
	checkLabels(t, text)
}

// checkLabels wants every value of a label to be a word of the program: nothing that
// could be a person, an address, a site or an id of one.
func checkLabels(t *testing.T, text string) {
	t.Helper()
	plain := regexp.MustCompile(`^([a-z0-9_.+]+|v?[0-9][0-9A-Za-z.+-]*|\(devel\)|go1[.0-9a-zA-Z-]*|[0-9a-f]*\+?|[0-9.e+-]+|\+Inf)$`)
	for _, pair := range regexp.MustCompile(`([a-z_]+)="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		switch label, value := pair[1], pair[2]; label {
		case "operation": // a template: no id in it
			if strings.Contains(value, "@") || regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}`).MatchString(value) {
				t.Errorf("operation %q names something", value)
			}
		case "version", "go":
		default:
			if !plain.MatchString(value) {
				t.Errorf("label %s has the value %q", label, value)
			}
		}
	}
}

// What the alarm is for: a job that is due and not done.
func TestMetrics_OldestDueJobGrowsWhileNobodyWorks(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	begin(t, b) // a draft, whose end is a job
	eventually(t, "nothing is due", func() bool { v, _ := sample(scrape(t, b.app), "guestsite_jobs_due"); return v == "0" })
	c := newNowCollector(b.app)
	late := b.Clock.Now().Add(8 * 24 * time.Hour) // drafts are kept for 7 days
	n, oldest, err := c.a.db.Overdue(t.Context(), late, mostCounted)
	if err != nil || n == 0 || late.Sub(oldest) < 23*time.Hour {
		t.Errorf("%d jobs since %v at %v, %v", n, oldest, late, err)
	}
}

func TestMetrics_HaveAPortOfTheirOwn(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	if status, _ := get(t, "http://"+b.app.http.Addr()+"/metrics"); status != http.StatusNotFound {
		t.Errorf("listen serves /metrics: %d", status)
	}
	if err := b.Stop(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(b.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.config, append([]byte("metrics_listen: 127.0.0.1:0\n"), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := b.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	base := "http://" + b.app.metricsHTTP.Addr()
	if status, body := get(t, base+"/metrics"); status != http.StatusOK || !strings.Contains(body, "\nguestsite_oldest_due_job_age_seconds ") {
		t.Errorf("%d %s", status, tail(body))
	}
	if status, _ := get(t, base+"/readyz"); status != http.StatusNotFound {
		t.Errorf("the port of the metrics serves more than them: %d", status)
	}
	// Where their port fails the bot goes on, and its log says so.
	if err := b.app.metricsHTTP.port.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the log tells of the port", func() bool { return strings.Contains(b.log.String(), "metrics are served no more") })
	if status, _ := get(t, "http://"+b.app.http.Addr()+"/healthz"); status != http.StatusOK {
		t.Errorf("the bot went with its metrics: %d", status)
	}
}

func TestStuck_OnlyAJobThatNobodyTakesForLong(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	at := func(d time.Duration) time.Time { return start.Add(d) }
	tests := map[string]struct {
		due, now []time.Duration // of the oldest, at each look
		late     bool
	}{
		"nothing due":            {[]time.Duration{-1, -1}, []time.Duration{0, time.Hour}, false},
		"due a moment ago":       {[]time.Duration{0, 0}, []time.Duration{time.Second, 2 * time.Minute}, false},
		"nobody takes it":        {[]time.Duration{0, 0, 0}, []time.Duration{6 * time.Minute, 7 * time.Minute, 8 * time.Minute}, true},
		"much was late at start": {[]time.Duration{0, time.Minute, 2 * time.Minute}, []time.Duration{time.Hour, time.Hour + 2*time.Minute, time.Hour + 4*time.Minute}, false},
		"it was taken":           {[]time.Duration{0, 0, -1}, []time.Duration{6 * time.Minute, 8 * time.Minute, 9 * time.Minute}, false},
	}
	for name, test := range tests {
		var s stuck
		var err error
		for i, due := range test.due {
			var oldest time.Time
			if due >= 0 {
				oldest = at(due)
			}
			err = s.look(oldest, at(test.now[i]))
		}
		if (err != nil) != test.late {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestApp_ReadyShowsAPauseAndIsReady(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	if _, err := b.app.engine.Pause(t.Context(), "joost", "The audit of Anna begins."); err != nil {
		t.Fatal(err)
	}
	status, body := get(t, "http://"+b.app.http.Addr()+"/readyz")
	if status != http.StatusOK || !strings.HasPrefix(body, "ready\npause: changes to the tenant are paused since ") {
		t.Errorf("%d %q", status, body)
	}
	if strings.Contains(body, "joost") || strings.Contains(body, "Anna") {
		t.Errorf("it says who, or what he wrote: %q", body)
	}
}

// A job that is due and that nobody takes makes the bot unready, although all else works.
func TestApp_ReadyNamesAStuckWorker(t *testing.T) {
	t.Parallel()
	var claims atomic.Bool
	b := newBench(t, func(a *app) { a.engine.Store = lazyStore{a.engine.Store, &claims} })
	claims.Store(true)
	due := bot.Job{ID: "late", Kind: "card", Payload: []byte("{}"), Due: b.Clock.Now()}
	if err := b.app.db.Commit(t.Context(), bot.Change{Jobs: []bot.Job{due}}); err != nil {
		t.Fatal(err)
	}
	base := "http://" + b.app.http.Addr()
	b.Clock.Advance(dueTooLong + time.Second)
	if status, body := get(t, base+"/readyz"); status != http.StatusOK {
		t.Errorf("at the first look: %d %q", status, body)
	}
	b.Clock.Advance(stuckAfter + time.Second)
	if status, body := get(t, base+"/readyz"); status != http.StatusServiceUnavailable || !strings.HasPrefix(body, "worker: ") {
		t.Errorf("a minute later: %d %q", status, body)
	}
	text := scrape(t, b.app)
	if v, _ := sample(text, `guestsite_ready{part="worker"}`); v != "0" {
		t.Errorf("the metrics call the worker ready: %s", v)
	}
	if v, _ := sample(text, "guestsite_oldest_due_job_age_seconds"); !strings.HasPrefix(v, "36") || len(v) < 3 {
		t.Errorf("the oldest due job is %s s old, want some 362", v)
	}
	if v, _ := sample(text, "guestsite_jobs_due"); v == "0" {
		t.Error("no job is said to be due")
	}
}

// lazyStore gives nobody a job once it is lazy.
type lazyStore struct {
	bot.Store

	lazy *atomic.Bool
}

func (s lazyStore) Claim(ctx context.Context, owner string, now time.Time, lease time.Duration, limit int) ([]bot.Job, error) {
	if s.lazy.Load() {
		return nil, nil
	}
	return s.Store.Claim(ctx, owner, now, lease, limit)
}
