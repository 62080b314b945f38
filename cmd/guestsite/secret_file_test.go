package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// look makes the next Value look at the file.
func look[T any](f *freshFile[T]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.looked = time.Time{}
}

func TestFreshFile_IsReadAgainWhenItChanges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := write(t, dir, "token", "one\n")
	var log bytes.Buffer
	f, err := openFresh(path, func(b []byte) (Secret, error) { return parseSecret(path, b) },
		slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	is := func(want string) {
		t.Helper()
		look(f)
		if got := f.Value().Reveal(); got != want {
			t.Errorf("it is %q, want %q", got, want)
		}
	}
	is("one")
	write(t, dir, "token", "another\n")
	is("another")

	// Replaced by a file of the same length and time, as an editor does it.
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	other := write(t, dir, "new", "replace\n")
	if err := os.Chtimes(other, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	is("replace")

	// Gone, or empty: the last good one stays, and that is said once.
	log.Reset()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	is("replace")
	is("replace")
	write(t, dir, "token", " \n")
	is("replace")
	if n := strings.Count(log.String(), "cannot be used any more"); n != 1 {
		t.Errorf("said %d times: %s", n, log.String())
	}
	write(t, dir, "token", "back")
	is("back")
	if strings.Contains(log.String(), "back") || !strings.Contains(log.String(), "read again") {
		t.Errorf("the log is %s", log.String())
	}
}

func TestFreshFile_FollowsALinkThatIsSwitched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "v1", "one")
	write(t, dir, "v2", "two")
	link := filepath.Join(dir, "token")
	if err := os.Symlink("v1", link); err != nil {
		t.Fatal(err)
	}
	f, err := openFresh(link, func(b []byte) (string, error) { return string(b), nil }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("v2", link); err != nil {
		t.Fatal(err)
	}
	look(f)
	if got := f.Value(); got != "two" {
		t.Errorf("it is %q", got)
	}
}

func TestSecret_FromAVariableStays(t *testing.T) {
	t.Parallel()
	dir, path := slackDir(t)
	c, err := Load(path, envOf(map[string]string{"GUESTSITE_SLACK_BOT_TOKEN": "xoxb-variable"}))
	if err != nil {
		t.Fatal(err)
	}
	token, err := c.Slack.BotToken.fresh(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "bot.token", "xoxb-file")
	if got := token(); got != "xoxb-variable" {
		t.Errorf("it is %q", got)
	}
	if c.Slack.SigningSecrets[0].file != filepath.Join(dir, "signing") {
		t.Errorf("the signing secret is of %q", c.Slack.SigningSecrets[0].file)
	}
}
