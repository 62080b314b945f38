package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"
)

type idKey struct{}

func TestLogger_AddsIDsFromContext(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	logger := newLogger(&out, "json", slog.LevelInfo, func(ctx context.Context) []slog.Attr {
		id, ok := ctx.Value(idKey{}).(string)
		if !ok {
			return nil
		}
		return []slog.Attr{slog.String("request", id)}
	}).With(logComponent, "worker")
	logger.InfoContext(context.WithValue(t.Context(), idKey{}, "G-1042"), "job done", logDuration, time.Second)
	logger.DebugContext(t.Context(), "not shown")
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v in %q", err, out.String())
	}
	if line["request"] != "G-1042" || line["component"] != "worker" || line["msg"] != "job done" {
		t.Errorf("line %v", line)
	}
}

func TestLogger_HidesSecretsAndPeople(t *testing.T) {
	t.Parallel()
	private := []string{
		"ann@example.org", "ann_x.org#EXT#@example.org", "xoxb-12-abc", "xapp-1-A-b", "Bearer abc.def", "eyJhbGciOi.eyJzdWIi.c2ln",
		"https://hooks.slack.com/commands/T1/2/3", "o'hara%40example.org",
	}
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		logger := newLogger(&out, format, slog.LevelDebug, nil)
		for _, value := range private {
			logger.Info("m", "problem", "invite "+value+" refused", logError, fmt.Errorf("post: %w", errors.New(value)),
				"any", struct{ V string }{value}, slog.Group("inner", "list", []string{value}))
			logger.With("problem", value).WithGroup("g").Info("m", "problem", value)
			for _, key := range redactedKeys {
				logger.Info("m", key, "hush-"+key, slog.Group(key, "inside", "hush"))
			}
		}
		for _, value := range append(private, "hush") {
			if strings.Contains(out.String(), value) {
				t.Errorf("%s log shows %q", format, value)
			}
		}
	}
}

func TestLogger_KeysAreKnownHoweverTheyAreSpelt(t *testing.T) {
	t.Parallel()
	if !slices.IsSorted(redactedKeys) {
		t.Error("redactedKeys are not sorted")
	}
	var out bytes.Buffer
	logger := newLogger(&out, "json", slog.LevelInfo, nil)
	for _, key := range []string{"Authorization", "Set-Cookie", "X-Slack-Signature", "AUTHORIZATION"} {
		logger.Info("m", key, "hush", slog.Group("outer", slog.Group(key, "inside", "hush")), "bytes", []byte("Bearer hush-hush"))
	}
	if strings.Contains(out.String(), "hush") {
		t.Errorf("shown: %s", &out)
	}
}

// A secret inside an error inside an error, in a group, after With, or in the message.
func TestLogger_MasksWhereverATextStands(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		logger := newLogger(&out, format, slog.LevelInfo, nil)
		for _, secret := range plants("s3cr3tValueOne") {
			err := errors.Join(errors.New("first"), fmt.Errorf("post: %w", fmt.Errorf("%s refused", secret)))
			logger.Error("failed", logError, err)
			logger.WithGroup("a").With("where", secret).WithGroup("b").Info("m", slog.Group("c", "d", err), "e", []any{secret, err})
			logger.Info("m " + secret) //nolint:sloglint // what a careless line would do
			logger.Info("m", "map", map[string]string{"k": secret}, "raw", json.RawMessage(secret), "valuer", valuer(secret))
		}
		if strings.Contains(out.String(), "s3cr3tValueOne") {
			t.Errorf("%s log shows a secret:\n%s", format, &out)
		}
	}
}

// valuer gives a group when it is logged.
type valuer string

func (v valuer) LogValue() slog.Value { return slog.GroupValue(slog.String("inside", string(v))) }

func TestLogger_KeepsFacts(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	newLogger(&out, "text", slog.LevelInfo, nil).Info("m", "request", "G-1042", logDuration, 3*time.Second, "attempt", 2,
		logProblem, "GET https://graph.microsoft.com/v1.0/groups: 403")
	for _, want := range []string{"request=G-1042", "duration=3s", "attempt=2", "https://graph.microsoft.com/v1.0/groups: 403", "level=INFO", "time="} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("line %q lacks %q", out.String(), want)
		}
	}
}
