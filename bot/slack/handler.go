package slack

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
)

// Handlers gives the handler of each path that the app's manifest names.
func (a *Adapter) Handlers() map[string]http.Handler {
	return map[string]http.Handler{
		"/slack/commands":    a.guard(a.command),
		"/slack/interactive": a.guard(a.interactive),
		"/slack/options":     a.guard(a.options),
		"/slack/events":      a.guard(a.event),
	}
}

// exchange is one request that Slack signed.
type exchange struct {
	*http.Request
	w    http.ResponseWriter
	body []byte
	at   time.Time // when it arrived, in real time
	door bot.Door
}

// guard does what comes before any parsing: method, size, signature. What follows
// runs on even when Slack hangs up, so that a commit is not cut in half.
func (a *Adapter) guard(next func(ctx context.Context, x exchange)) http.Handler {
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
		next(ctx, exchange{Request: r, w: w, body: body, at: at, door: *door})
	})
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

// handle commits an event. The time for it leaves some for the answer.
func (x exchange) handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	ctx, cancel := context.WithDeadline(ctx, x.at.Add(handleTime))
	defer cancel()
	return x.door.Handle(ctx, in)
}

// json answers 200 with JSON.
func (x exchange) json(v any) {
	x.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(x.w).Encode(v) // Slack hung up: nobody reads an error
}

// refuseRequest answers a request that is not a user's doing: malformed, or not for us.
func (a *Adapter) refuseRequest(ctx context.Context, x exchange, status int, why string) {
	a.log.WarnContext(ctx, "slack: a request was refused", "path", x.URL.Path, "status", status, "why", why)
	http.Error(x.w, http.StatusText(status), status)
}

// sorry makes the private line for an event that was not taken and logs its cause
// under the reference that the line shows.
func (a *Adapter) sorry(ctx context.Context, x exchange, u bot.ChatUser, err error) card.Card {
	ref := rand.Text()[:8]
	level := slog.LevelWarn
	switch bot.CodeOf(err) {
	case bot.Internal, bot.Unavailable, bot.Throttled:
		level = slog.LevelError
	default: // the person's doing, or the time's
	}
	a.log.LogAttrs(ctx, level, "slack: an event was not taken", slog.String("ref", ref),
		slog.String("path", x.URL.Path), slog.String("team", u.Team),
		slog.String("code", string(bot.CodeOf(err))), slog.String("error", err.Error()))
	return x.door.Sorry(ctx, u, err, ref)
}

// openFor opens a form inline, because its trigger dies in 3 s, and reports it.
func (a *Adapter) openFor(ctx context.Context, x exchange, trigger string, f card.Form) error {
	ref, err := a.OpenForm(ctx, trigger, f)
	if err != nil {
		return err
	}
	a.opened(ctx, x, f.Request, ref)
	return nil
}

// opened reports a form that is on the screen. A failure costs only that it is not
// filled or redrawn later.
func (a *Adapter) opened(ctx context.Context, x exchange, request string, ref bot.Ref) {
	if err := x.door.Opened(ctx, Name, request, ref); err != nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "slack: an open form could not be recorded",
			slog.String("request", request), slog.String("error", err.Error()))
	}
}

// tell sends a private line after the answer.
func (a *Adapter) tell(ctx context.Context, reply string, c card.Card) {
	a.later(ctx, func(ctx context.Context) {
		if err := a.Whisper(ctx, reply, c); err != nil {
			a.log.LogAttrs(ctx, slog.LevelWarn, "slack: a private line was not delivered",
				slog.String("error", err.Error()))
		}
	})
}

// unused logs a part of an answer that has no place in this exchange.
func (a *Adapter) unused(ctx context.Context, x exchange, what string) {
	a.log.LogAttrs(ctx, slog.LevelError, "slack: an answer does not fit the event",
		slog.String("path", x.URL.Path), slog.String("what", what))
}
