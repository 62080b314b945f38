package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/cmd/guestsite/demo"
)

// screen is what a program printed; safe for use from several goroutines.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// bench is the program in a company of its own, with its configuration in a folder.
type bench struct {
	*demo.Lab

	config string
	log    *screen
	app    *app // as started last
}

// newBench starts it with Slack over HTTP. tune, which may be nil, sees each app
// before it starts.
func newBench(t *testing.T, tune func(*app)) *bench {
	t.Helper()
	return newBenchIn(t, demo.OpenLabHTTP, tune)
}

func newBenchIn(t *testing.T, open func(context.Context, demo.Starter, string, string) (*demo.Lab, error), tune func(*app)) *bench {
	t.Helper()
	dir := t.TempDir()
	b := &bench{config: filepath.Join(dir, "guestsite.yaml"), log: &screen{}}
	log := newLogger(b.log, "text", slog.LevelDebug, nil)
	var err error
	b.Lab, err = open(t.Context(), func(ctx context.Context, config string, clock bot.Clock) (demo.Program, error) {
		cfg, err := Load(config, envOf(nil))
		if err != nil {
			return nil, err
		}
		if b.app, err = newApp(cfg, log, clock); err != nil {
			return nil, err
		}
		if tune != nil {
			tune(b.app)
		}
		return demoProgram{b.app, &atomic.Bool{}}, b.app.Start(ctx)
	}, dir, "en")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil && !t.Failed() {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("log:\n%s", tail(b.log.String()))
		}
	})
	return b
}

// tail is the end of a long text.
func tail(text string) string {
	const most = 8000
	return text[max(0, len(text)-most):]
}

// guestsite runs a subcommand as main does.
func guestsite(t *testing.T, variables map[string]string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs screen
	p := program{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, env: envOf(variables)}
	status = run(t.Context(), p, commands(), args)
	return status, out.String(), errs.String()
}

// get asks the program for a page.
func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// eventually polls until ready, a minute at most.
func eventually(t *testing.T, what string, ready func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ready() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s: not within a minute", what)
		}
	}
}

// served is "guestsite serve" as a program of a lab: the subcommand itself runs.
type served struct {
	addr   string
	stop   context.CancelFunc
	done   chan struct{}
	status int // valid once done is closed
	errs   *screen
}

// serveIt starts "guestsite serve" and waits until it listens, or ended.
func serveIt(t *testing.T, config string) *served {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	s := &served{stop: stop, done: make(chan struct{}), errs: &screen{}}
	p := program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: s.errs, env: envOf(nil)}
	go func() {
		defer close(s.done)
		s.status = run(ctx, p, commands(), []string{"serve", "--config", config})
	}()
	t.Cleanup(func() { stop(); <-s.done })
	eventually(t, "serve listens", func() bool {
		select {
		case <-s.done:
			return true
		default:
		}
		_, after, found := strings.Cut(s.errs.String(), "listen_address=")
		s.addr, _, _ = strings.Cut(after, "\n")
		return found && strings.Contains(after, "msg=serving")
	})
	return s
}
