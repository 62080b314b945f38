package bottest

import (
	"context"
	"log/slog"
	"testing"
)

// watch is a log that fails the test at a panic, which the engine survives, and
// lets all else go.
type watch struct{ t testing.TB }

func (w watch) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }

func (w watch) Handle(_ context.Context, r slog.Record) error {
	if r.Message != "job panicked" {
		return nil
	}
	r.Attrs(func(a slog.Attr) bool { w.t.Errorf("%s: %s = %v", r.Message, a.Key, a.Value); return true })
	return nil
}

func (w watch) WithAttrs([]slog.Attr) slog.Handler { return w }
func (w watch) WithGroup(string) slog.Handler      { return w }
