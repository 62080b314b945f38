package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Whoever stops a whole group of processes, and its head beside, sends several signals;
// that is one wish, and the demo leaves nothing behind.
func TestMain_SignalsAtOnceAreOneWish(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), &screen{}
	p := exec.CommandContext(t.Context(), "guestsite", "demo") // this very program: see TestMain
	p.Env = append(os.Environ(), "TMPDIR="+dir)
	p.Stdout, p.Stderr = out, out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the page is there", func() bool { return strings.Contains(out.String(), "Ctrl-C") })
	for began := time.Now(); time.Since(began) < oneWish/5; {
		if err := p.Process.Signal(syscall.SIGINT); errors.Is(err, os.ErrProcessDone) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Wait(); err != nil {
		t.Errorf("it ended with %v\n%s", err, tail(out.String()))
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
