package main

import (
	"context"
	"io"
	"log/slog"
	"regexp"
	"slices"
)

// The keys of log attributes. Every attribute of this program uses one of
// these or one that its own package declares, in snake_case.
const (
	logAddress   = "listen_address"
	logComponent = "component"
	logDuration  = "duration"
	logError     = "error"
	logPart      = "part"
	logProblem   = "problem"
	logStep      = "step"
)

// redactedKeys are the attributes whose value never reaches a log: secrets,
// and what identifies or quotes a person.
var redactedKeys = []string{
	"access_token", "address", "addresses", "authorization", "body", "bot_token",
	"client_assertion", "client_secret", "cookie", "display_name", "email",
	"mail", "message_text", "note", "password", "payload", "phone",
	"redeem_url", "response_url", "secret", "signature", "signing_secret", "text",
	"token", "trigger_id", "upn", "user_name", "user_principal_name",
}

const redacted = "<redacted>"

// masks find what must not stand inside a longer text, such as the error of a
// vendor's library. They are the net below redactedKeys, not its replacement.
var masks = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`[^\s"'<>():;,|=&/]+(?:@|%40)[^\s"'<>():;,|=&/]+`), "<address>"},
	{regexp.MustCompile(`\bx(?:ox[a-z]|app)[-.][A-Za-z0-9.-]+`), hidden},
	{regexp.MustCompile(`(?i)\bbearer\s+[A-Za-z0-9._~+/=-]+`), "Bearer " + hidden},
	{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`), hidden},
	{regexp.MustCompile(`https://hooks\.slack(?:-gov)?\.com/\S+`), hidden},
}

func mask(text string) string {
	for _, m := range masks {
		text = m.pattern.ReplaceAllString(text, m.with)
	}
	return text
}

// idsFunc returns the ids that ctx carries, such as request, job and
// reference, as attributes for each line logged under ctx.
type idsFunc func(ctx context.Context) []slog.Attr

// newLogger returns a logger that writes text or json lines to w, adds ids and
// takes out secrets and personal data. ids may be nil.
func newLogger(w io.Writer, format string, level slog.Leveler, ids idsFunc) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: redact}
	var inner slog.Handler = slog.NewTextHandler(w, options)
	if format == "json" {
		inner = slog.NewJSONHandler(w, options)
	}
	if ids == nil {
		ids = func(context.Context) []slog.Attr { return nil }
	}
	return slog.New(&idHandler{Handler: inner, ids: ids})
}

// redact is called for every attribute that is no group, wherever it stands.
func redact(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
		return a
	}
	hiddenGroup := slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(redactedKeys, g) })
	if hiddenGroup || slices.Contains(redactedKeys, a.Key) {
		return slog.String(a.Key, redacted)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(mask(a.Value.String()))
	case slog.KindAny:
		a.Value = maskAny(a.Value)
	default: // numbers, times and durations hold nothing to hide
	}
	return a
}

// maskAny shows a value of any other type as its masked text, so that a struct
// with an address in it cannot slip past the keys.
func maskAny(v slog.Value) slog.Value {
	if err, ok := v.Any().(error); ok {
		return slog.StringValue(mask(err.Error()))
	}
	return slog.StringValue(mask(v.String()))
}

// idHandler adds the ids of a line's context to the line.
type idHandler struct {
	slog.Handler

	ids idsFunc
}

// Handle implements slog.Handler.
func (h *idHandler) Handle(ctx context.Context, r slog.Record) error {
	if found := h.ids(ctx); len(found) > 0 {
		r = r.Clone()
		r.AddAttrs(found...)
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h *idHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &idHandler{Handler: h.Handler.WithAttrs(attrs), ids: h.ids}
}

// WithGroup implements slog.Handler.
func (h *idHandler) WithGroup(name string) slog.Handler {
	return &idHandler{Handler: h.Handler.WithGroup(name), ids: h.ids}
}
