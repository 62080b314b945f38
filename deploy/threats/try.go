package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// try runs the threat's test on a tree without the check. It is nil when the test
// failed, as it must.
func (t threat) try(ctx context.Context) error {
	patched, err := t.patched()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "guestsite-threats-")
	if err != nil {
		return fmt.Errorf("%w: %w", errNotRun, err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	overlay, err := lay(dir, t.file, patched)
	if err != nil {
		return fmt.Errorf("%w: %w", errNotRun, err)
	}
	out, err := test(ctx, overlay, t)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w", errNotRun, context.Cause(ctx))
	case err == nil:
		return fmt.Errorf("%w: %s passes without it", errUnnoticed, t.run)
	case bytes.Contains(out, []byte("--- FAIL: ")):
		return nil
	default: // it does not compile, or the test was not even reached
		return fmt.Errorf("%w: %w\n%s", errNotRun, err, last(out))
	}
}

// patched gives the file without the check.
func (t threat) patched() ([]byte, error) {
	text, err := os.ReadFile(t.file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotRun, err)
	}
	if n := bytes.Count(text, []byte(t.check)); n != 1 {
		return nil, fmt.Errorf("%w: %s holds %d times %q", errNotRun, t.file, n, t.check)
	}
	return bytes.Replace(text, []byte(t.check), []byte(t.without), 1), nil
}

// lay writes what the go command takes as an overlay, and gives its name.
func lay(dir, file string, content []byte) (string, error) {
	at, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	patched, overlay := filepath.Join(dir, filepath.Base(file)), filepath.Join(dir, "overlay.json")
	raw, err := json.Marshal(map[string]map[string]string{"Replace": {at: patched}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(patched, content, 0o600); err != nil {
		return "", err
	}
	return overlay, os.WriteFile(overlay, raw, 0o600)
}

// test runs the threat's test. Vetting is left out: it would speak of the patch.
func test(ctx context.Context, overlay string, t threat) ([]byte, error) {
	c := exec.CommandContext(ctx, "go", "test", "-short", "-vet=off", "-count=1", "-timeout=3m", //nolint:gosec // the table's own words
		"-overlay", overlay, "-run", t.run, t.pkg)
	return c.CombinedOutput()
}

// last gives the end of what a command printed.
func last(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	const most = 12
	return strings.Join(lines[max(0, len(lines)-most):], "\n")
}
