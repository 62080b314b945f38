package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"guestsite/bot/slack/slackfake"
	"guestsite/cmd/guestsite/control"
	"guestsite/store/bolt"
)

// begin has Sanne begin a request, so that there is something to lose.
func begin(t *testing.T, b *bench) {
	t.Helper()
	sanne := b.Slack.As(slackfake.Sanne)
	if out, err := sanne.Command(t.Context(), "/guestsite new"); err != nil || !out.OK() {
		t.Fatalf("%+v %v", out, err)
	}
	if got := drafts(t, b, sanne); got != 1 {
		t.Fatalf("%d drafts", got)
	}
}

func TestBackup_OfARunningBotIsWholeAndCanBeRestored(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	begin(t, b)
	copied := filepath.Join(t.TempDir(), "copy.db")
	status, stdout, stderr := guestsite(t, nil, "backup", copied, "--config", b.config, "--output", "json")
	if status != exitOK || stderr != "" {
		t.Fatalf("exit status %d, %s", status, stderr)
	}
	var report databaseReport
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err)
	}
	if report.Records["request"] != 1 || report.File != copied || len(report.SHA256) != 64 {
		t.Errorf("report %+v", report)
	}
	if info, err := os.Stat(copied); err != nil || info.Size() != report.Bytes || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode %v, %d bytes, %v", info.Mode(), info.Size(), err)
	}
	before, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}

	// Not over what is there, nor under the feet of the one who serves.
	status, _, stderr = guestsite(t, nil, "backup", copied, "--config", b.config)
	if after, err := os.ReadFile(copied); status != exitUsage || !strings.Contains(stderr, "nothing is written over it") || err != nil || string(after) != string(before) {
		t.Errorf("a second backup: exit status %d, %s", status, stderr)
	}
	status, _, stderr = guestsite(t, nil, "restore", copied, "--config", b.config)
	if status != exitFailed || !strings.Contains(stderr, "stop the bot first") {
		t.Errorf("a restore while it serves: exit status %d, %s", status, stderr)
	}
	if names, err := filepath.Glob(filepath.Join(filepath.Dir(copied), "*")); err != nil || len(names) != 1 {
		t.Errorf("left behind: %v, %v", names, err)
	}

	sanne := b.Slack.As(slackfake.Sanne)
	if err := b.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(b.app.cfg.Store.Path); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr = guestsite(t, nil, "restore", copied, "--config", b.config)
	if status != exitOK || !strings.Contains(stdout, "1 request") {
		t.Fatalf("exit status %d, %s%s", status, stdout, stderr)
	}
	if err := b.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := drafts(t, b, sanne); got != 1 {
		t.Errorf("%d drafts after the restore, want the one of the backup", got)
	}
}

func TestBackup_ToStandardOutputIsTheDatabase(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	begin(t, b)
	for _, running := range []bool{true, false} {
		status, stdout, stderr := guestsite(t, nil, "backup", "-", "--config", b.config)
		if status != exitOK || stderr != "" {
			t.Fatalf("exit status %d, %s", status, stderr)
		}
		path := filepath.Join(t.TempDir(), "copy.db")
		if err := os.WriteFile(path, []byte(stdout), 0o600); err != nil {
			t.Fatal(err)
		}
		if info, err := bolt.Inspect(t.Context(), path); err != nil || info.Records["request"] != 1 {
			t.Errorf("running %v: %+v, %v", running, info, err)
		}
		if running {
			if err := b.Stop(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestRestore_KeepsTheOldDatabaseAndChecksTheNewOne(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	begin(t, b)
	if err := b.Stop(); err != nil {
		t.Fatal(err)
	}
	path := b.app.cfg.Store.Path
	copied := filepath.Join(t.TempDir(), "copy.db")
	if status, _, stderr := guestsite(t, nil, "backup", copied, "--config", b.config); status != exitOK {
		t.Fatal(stderr)
	}
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := write(t, t.TempDir(), "cut.db", "")
	text, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cut, text[:len(text)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := guestsite(t, nil, "restore", cut, "--config", b.config)
	if now, err := os.ReadFile(path); status != exitFailed || !strings.Contains(stderr, "no whole database") || err != nil || string(now) != string(old) {
		t.Errorf("half a backup: exit status %d, %s", status, stderr)
	}
	status, stdout, stderr := guestsite(t, nil, "restore", copied, "--config", b.config, "--output", "json")
	var report databaseReport
	if err := json.Unmarshal([]byte(stdout), &report); status != exitOK || err != nil {
		t.Fatalf("exit status %d, %v, %s", status, err, stderr)
	}
	if kept, err := os.ReadFile(report.Kept); err != nil || string(kept) != string(old) {
		t.Errorf("the old database is not at %q: %v", report.Kept, err)
	}
}

// Whoever holds the file and does not answer is named, and nothing is copied.
func TestBackup_AServerWithoutASocketIsNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	if err := os.Remove(control.Path(b.app.cfg.Store.Path)); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	status, _, stderr := guestsite(t, nil, "backup", copied, "--config", b.config)
	if status != exitFailed || !strings.Contains(stderr, "nobody answers at ") || !strings.Contains(stderr, "is using it") {
		t.Errorf("exit status %d, %s", status, stderr)
	}
	if _, err := os.Stat(copied); err == nil {
		t.Error("something was copied")
	}
}

func TestServe_AFolderOfOthersHasNoSocket(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no such modes on Windows")
	}
	b := newBench(t, nil)
	if err := b.Stop(); err != nil {
		t.Fatal(err)
	}
	path := b.app.cfg.Store.Path
	if err := os.Chmod(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := b.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(control.Path(path)); err == nil {
		t.Error("there is a socket in a folder that others write in")
	}
	if !strings.Contains(b.log.String(), "no control socket") || !strings.Contains(b.log.String(), "chmod go-w") {
		t.Error("the log does not say so")
	}
}
