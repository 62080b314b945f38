package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"slices"
	"strings"
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
// and what identifies or quotes a person. Sorted.
var redactedKeys = []string{
	"access_token", "address", "addresses", "app_token", "assertion", "authorization", "body", "bot_token", "certificate",
	"client_assertion", "client_secret", "code_verifier", "cookie", "display_name", "email", "given_name", "guest", "id_token",
	"invite_redeem_url", "link", "mail", "mails", "message_text", "note", "password", "payload", "phone", "private_key",
	"redeem_url", "refresh_token", "response_url", "secret", "set_cookie", "signature", "signing_secret", "text",
	"ticket", "token", "trigger_id", "upn", "user_name", "user_principal_name", "x_slack_signature",
}

const redacted = "<redacted>"

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
	if slices.ContainsFunc(groups, isRedacted) || isRedacted(a.Key) {
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

// isRedacted says whether the key, however it is spelt, is one of redactedKeys.
func isRedacted(key string) bool {
	if _, found := slices.BinarySearch(redactedKeys, key); found {
		return true
	}
	_, found := slices.BinarySearch(redactedKeys, strings.ReplaceAll(strings.ToLower(key), "-", "_"))
	return found
}

// maskAny shows a value of any other type as its masked text, so that a struct
// with an address in it cannot slip past the keys.
func maskAny(v slog.Value) slog.Value {
	switch value := v.Any().(type) {
	case error: // a vendor may have given back what it was sent
		return slog.StringValue(hush(mask(value.Error())))
	case []byte:
		return slog.StringValue(mask(string(value)))
	case json.RawMessage:
		return slog.StringValue(mask(string(value)))
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
