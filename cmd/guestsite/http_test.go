package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guestsite/bot/signin"
)

func request(t *testing.T, h http.Handler, method, path string, body io.Reader) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, body))
	return w
}

func TestMux_AnswersHealthAndReadiness(t *testing.T) {
	t.Parallel()
	var problems []Problem
	mux := newMux(httpOptions{
		Ready:  func(context.Context) []Problem { return problems },
		Logger: slog.New(slog.DiscardHandler),
	})
	if w := request(t, mux, http.MethodGet, "/healthz", nil); w.Code != http.StatusOK || w.Body.String() != "ok\n" {
		t.Errorf("healthz: %d %q", w.Code, w.Body)
	}
	if w := request(t, mux, http.MethodGet, "/readyz", nil); w.Code != http.StatusOK {
		t.Errorf("readyz: %d %q", w.Code, w.Body)
	}
	problems = []Problem{{Part: "pause", Text: "since noon", Note: true}}
	if w := request(t, mux, http.MethodGet, "/readyz", nil); w.Code != http.StatusOK || w.Body.String() != "ready\npause: since noon\n" {
		t.Errorf("readyz with a note: %d %q", w.Code, w.Body)
	}
	problems = []Problem{{Part: "store", Text: "is locked"}, {Part: "slack", Text: "did not answer"}}
	w := request(t, mux, http.MethodGet, "/readyz", nil)
	if want := "store: is locked\nslack: did not answer\n"; w.Code != http.StatusServiceUnavailable || w.Body.String() != want {
		t.Errorf("readyz: %d %q, want 503 %q", w.Code, w.Body, want)
	}
	if w := request(t, mux, http.MethodGet, "/healthz", nil); w.Code != http.StatusOK {
		t.Errorf("healthz while not ready: %d", w.Code)
	}
}

func TestMux_LimitsMethodPathAndBody(t *testing.T) {
	t.Parallel()
	mux := newMux(httpOptions{
		Posts: map[string]http.Handler{"/slack/commands": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, err := io.Copy(io.Discard, r.Body)
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
			}
		})},
		Ready:  func(context.Context) []Problem { return nil },
		Logger: slog.New(slog.DiscardHandler),
	})
	tests := []struct {
		method, path string
		size, want   int
	}{
		{http.MethodPost, "/slack/commands", 100, http.StatusOK},
		{http.MethodPost, "/slack/commands", maxBodyBytes + 1, http.StatusRequestEntityTooLarge},
		{http.MethodGet, "/slack/commands", 0, http.StatusMethodNotAllowed},
		{http.MethodPost, "/slack/other", 0, http.StatusNotFound},
		{http.MethodPost, "/healthz", 0, http.StatusMethodNotAllowed},
	}
	for _, test := range tests {
		body := bytes.NewReader(make([]byte, test.size))
		if w := request(t, mux, test.method, test.path, body); w.Code != test.want {
			t.Errorf("%s %s with %d bytes: %d, want %d", test.method, test.path, test.size, w.Code, test.want)
		}
	}
}

func TestHTTPServer_ServesAndStops(t *testing.T) {
	t.Parallel()
	s := newHTTPServer(httpOptions{
		Listen: "127.0.0.1:0",
		Ready:  func(context.Context) []Problem { return nil },
		Logger: slog.New(slog.DiscardHandler),
	})
	if err := s.Stop(t.Context()); err != nil {
		t.Errorf("Stop before Start: %v", err)
	}
	s = newHTTPServer(httpOptions{Listen: "127.0.0.1:0", Ready: func(context.Context) []Problem { return nil }, Logger: slog.New(slog.DiscardHandler)})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.Addr()+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("status %d", answer.StatusCode)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Error(err)
	}
	if err, open := <-s.Failed(); open {
		t.Errorf("Failed delivered %v after Stop", err)
	}
}

func TestHTTPServer_TakenPortIsAnError(t *testing.T) {
	t.Parallel()
	options := httpOptions{Listen: "127.0.0.1:0", Ready: func(context.Context) []Problem { return nil }, Logger: slog.New(slog.DiscardHandler)}
	first := newHTTPServer(options)
	if err := first.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = first.Stop(context.WithoutCancel(t.Context())) })
	options.Listen = first.Addr()
	if err := newHTTPServer(options).Start(t.Context()); err == nil || !strings.HasSuffix(err.Error(), ": another program listens there; stop it, or write another port in listen") {
		t.Error("two servers on one port")
	}
}

// A page whose sign-in is slow can still say so.
func TestHTTP_ALinkPageGivesUpWhileItsAnswerCanBeWritten(t *testing.T) {
	t.Parallel()
	const least = time.Second
	if signin.RequestTime > writeTimeout-least {
		t.Errorf("a page may wait %v, and its answer is written within %v", signin.RequestTime, writeTimeout)
	}
}
