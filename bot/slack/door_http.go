package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
)

// Handlers gives the handler of each path that the app's manifest names. With
// socket mode there is none: Slack then calls nobody.
func (a *Adapter) Handlers() map[string]http.Handler {
	if a.sockets != nil {
		return nil
	}
	return map[string]http.Handler{
		PathCommands:    a.guard(readCommand),
		PathInteractive: a.guard(readInteraction),
		PathOptions:     a.guard(readInteraction),
		PathEvents:      a.guard(decodeEvent),
	}
}

// guard is the door for HTTP. It does what comes before any parsing: method, size,
// signature. What follows runs on even when Slack hangs up, so that a commit is not
// cut in half.
func (a *Adapter) guard(read func(body []byte) (delivery, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := time.Now()
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "POST only", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, a.bodyLimit))
		if err != nil {
			status := http.StatusBadRequest
			if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
				status = http.StatusRequestEntityTooLarge
			}
			a.log.WarnContext(r.Context(), "slack: a request could not be read", "path", r.URL.Path, "status", status)
			http.Error(w, http.StatusText(status), status)
			return
		}
		if isProbe(body) {
			return // Slack looks whether the certificate works; it may come unsigned
		}
		if err := a.verify(r.Header, body); err != nil {
			a.log.WarnContext(r.Context(), "slack: a request was not signed by Slack", "path", r.URL.Path, "why", err.Error())
			http.Error(w, "bad signature", http.StatusUnauthorized)
			return
		}
		door := a.door.Load()
		if door == nil {
			http.Error(w, "starting", http.StatusServiceUnavailable)
			return
		}
		ctx, cancel := context.WithDeadline(context.WithoutCancel(r.Context()), at.Add(ackTime))
		defer cancel()
		d, err := read(body)
		if err != nil {
			a.log.WarnContext(ctx, "slack: a request was malformed", "path", r.URL.Path, "why", err.Error())
			http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
			return
		}
		a.writeAnswer(ctx, w, a.take(ctx, exchange{what: r.URL.Path, at: at, door: *door}, d))
	})
}

func (a *Adapter) writeAnswer(ctx context.Context, w http.ResponseWriter, ans answer) {
	switch {
	case ans.refused != nil:
		http.Error(w, http.StatusText(ans.refused.status), ans.refused.status)
	case ans.body != nil:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_ = json.NewEncoder(w).Encode(ans.body) // Slack hung up: nobody reads an error
	}
	if ans.then != nil {
		a.later(ctx, ans.then)
	}
}

// isProbe says whether the body is Slack's certificate check of a command's URL.
func isProbe(body []byte) bool {
	for pair := range bytes.SplitSeq(body, []byte("&")) {
		if bytes.Equal(pair, []byte("ssl_check=1")) {
			return true
		}
	}
	return false
}
