// Package chromium drives a headless Chromium for the checks that need one: it
// opens pages, presses keys and the mouse in them, and takes pictures. It speaks
// the DevTools protocol over a pipe, so that nothing listens on a port. A library
// for it (chromedp) brings 90,000 generated lines for the dozen calls made here.
package chromium

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// Measure is a script that tells what is on the screen, as boxes, and how colours
// stand to each other; checks are built on it.
//
//go:embed measure.js
var Measure []byte

// Browser is one Chromium. It is for one goroutine.
type Browser struct {
	cmd     *exec.Cmd
	in      *os.File
	out     *os.File
	answers *bufio.Reader
	stderr  bytes.Buffer
	last    int
}

// program finds Chromium under the names that distributions give it.
func program() (string, error) {
	if p := os.Getenv("GUESTSITE_CHROMIUM"); p != "" {
		return p, nil
	}
	for _, n := range []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"} {
		if p, err := exec.LookPath(n); err == nil {
			return p, nil
		}
	}
	return "", errors.New("there is no Chromium: apt-get install chromium, or name one in GUESTSITE_CHROMIUM")
}

// Start starts Chromium with a profile in dir, where it writes nothing of worth.
// It reaches files and this machine, and no other. It ends with ctx.
func Start(ctx context.Context, dir string) (*Browser, error) {
	path, err := program()
	if err != nil {
		return nil, err
	}
	theirIn, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, theirIn.Close(), in.Close())
	}
	b := &Browser{in: in, out: out, answers: bufio.NewReader(out)}
	b.cmd = exec.CommandContext(ctx, path, //nolint:gosec // the developer's own browser
		"--headless=new", "--remote-debugging-pipe", "--user-data-dir="+dir,
		"--no-sandbox", // it is often root, and draws only what lies in the project
		"--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-device-scale-factor=1",
		"--font-render-hinting=none", "--force-color-profile=srgb",
		"--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-sync",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", // a picture must not depend on the network
		"about:blank")
	b.cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	b.cmd.Stderr = &b.stderr
	err = b.cmd.Start()
	_, _ = theirIn.Close(), theirOut.Close()
	if err != nil {
		return nil, errors.Join(err, in.Close(), out.Close())
	}
	return b, nil
}

// Close ends Chromium. How it ends does not matter: its profile is thrown away.
func (b *Browser) Close() {
	_ = b.cmd.Process.Kill()
	_ = b.cmd.Wait()
	_, _ = b.in.Close(), b.out.Close()
}

// call sends one command and reads to its answer. Events between are dropped.
func (b *Browser) call(session, method string, params, result any) error {
	b.last++
	msg := map[string]any{"id": b.last, "method": method, "params": params}
	if session != "" {
		msg["sessionId"] = session
	}
	raw, err := json.Marshal(msg)
	if err != nil {
		return err
	}
	if _, err := b.in.Write(append(raw, 0)); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	for {
		raw, err := b.answers.ReadBytes(0)
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", method, err, b.stderr.String())
		}
		var answer struct {
			ID     int
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		if err := json.Unmarshal(raw[:len(raw)-1], &answer); err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		switch {
		case answer.ID != b.last:
		case answer.Error != nil:
			return fmt.Errorf("%s: %s", method, answer.Error.Message)
		case result == nil:
			return nil
		default:
			return json.Unmarshal(answer.Result, result)
		}
	}
}
