package main

import (
	"encoding/json"
	"strings"
	"testing"

	"guestsite/bot"
)

func TestPause_HoldsForARunningBotAndForOneThatIsStopped(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	turn := func(want int, args ...string) (stdout, stderr string) {
		t.Helper()
		status, stdout, stderr := guestsite(t, map[string]string{"SUDO_USER": "joost"}, append(args, "--config", b.config)...)
		if status != want {
			t.Fatalf("%v: exit status %d, %s", args, status, stderr)
		}
		return stdout, stderr
	}
	paused := func() bot.Pause {
		t.Helper()
		p, err := b.app.engine.Paused(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	turn(exitOK, "pause", "--reason", "The audit begins.")
	if p := paused(); !p.On || p.Reason != "The audit begins." || !strings.HasPrefix(p.By, "joost as ") {
		t.Errorf("after pause: %+v", p)
	}
	if out, _ := turn(exitOK, "pause", "--reason", "Another."); !strings.Contains(out, "The audit begins.") {
		t.Errorf("a second pause says %q, not how it stands", out)
	}
	if _, errs := turn(exitUsage, "pause", "--reason", strings.Repeat("x", 201)); !strings.HasPrefix(errs, "guestsite pause: the reason is longer than 200 characters\n") {
		t.Errorf("a reason that is too long: %q", errs)
	}
	if err := b.Stop(); err != nil {
		t.Fatal(err)
	}
	out, _ := turn(exitOK, "resume", "--output", "json")
	var p bot.Pause
	if err := json.Unmarshal([]byte(out), &p); err != nil || p.On {
		t.Errorf("resume says %q, %v", out, err)
	}
	turn(exitOK, "pause")
	if err := b.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !paused().On {
		t.Error("what was paused while the bot was stopped goes on")
	}
	if out, _ := turn(exitOK, "resume"); out != "Changes to the tenant go on.\n" || paused().On {
		t.Errorf("resume says %q", out)
	}
}
