package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// browser is one Chromium with one page, driven over its DevTools pipe: JSON
// messages that end in a zero byte, to its file 3 and from its file 4. It is
// for one goroutine.
type browser struct {
	cmd     *exec.Cmd
	in      *os.File
	out     *os.File
	answers *bufio.Reader
	stderr  bytes.Buffer
	session string
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

// open starts Chromium with a profile in dir, where it writes nothing of worth.
func open(ctx context.Context, dir string) (*browser, error) {
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
	b := &browser{in: in, out: out, answers: bufio.NewReader(out)}
	b.cmd = exec.CommandContext(ctx, path, //nolint:gosec // the developer's own browser
		"--headless=new", "--remote-debugging-pipe", "--user-data-dir="+dir,
		"--no-sandbox", // it is often root, and draws only what lies in the project
		"--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-device-scale-factor=1",
		"--font-render-hinting=none", "--force-color-profile=srgb",
		"--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-sync",
		"--host-resolver-rules=MAP * ~NOTFOUND", // a picture must not depend on the network
		"about:blank")
	b.cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	b.cmd.Stderr = &b.stderr
	err = b.cmd.Start()
	_, _ = theirIn.Close(), theirOut.Close()
	if err != nil {
		return nil, errors.Join(err, in.Close(), out.Close())
	}
	if err := b.attach(); err != nil {
		b.close()
		return nil, fmt.Errorf("%s does not answer: %w\n%s", path, err, b.stderr.String())
	}
	return b, nil
}

func (b *browser) attach() error {
	var page struct {
		TargetID string `json:"targetId"`
	}
	if err := b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &page); err != nil {
		return err
	}
	var at struct {
		SessionID string `json:"sessionId"`
	}
	if err := b.call("Target.attachToTarget", map[string]any{"targetId": page.TargetID, "flatten": true}, &at); err != nil {
		return err
	}
	b.session = at.SessionID
	return nil
}

// close ends Chromium. How it ends does not matter: its profile is thrown away.
func (b *browser) close() {
	_ = b.cmd.Process.Kill()
	_ = b.cmd.Wait()
	_, _ = b.in.Close(), b.out.Close()
}

// call sends one command and reads to its answer. Events between are dropped.
func (b *browser) call(method string, params, result any) error {
	b.last++
	msg := map[string]any{"id": b.last, "method": method, "params": params}
	if b.session != "" {
		msg["sessionId"] = b.session
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
			return fmt.Errorf("%s: %w", method, err)
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

// eval runs an expression in the page, waits for it and decodes what it gives.
func (b *browser) eval(expression string, result any) error {
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	err := b.call("Runtime.evaluate", map[string]any{
		"expression": expression, "awaitPromise": true, "returnByValue": true,
	}, &answer)
	if err != nil {
		return err
	}
	if x := answer.ExceptionDetails; x != nil {
		return fmt.Errorf("in the page: %s %s", x.Text, x.Exception.Description)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Result.Value, result)
}

// picture is a PNG of the page's top left corner.
func (b *browser) picture(width, height int) ([]byte, error) {
	var shot struct{ Data []byte }
	err := b.call("Page.captureScreenshot", map[string]any{
		"format": "png", "captureBeyondViewport": true, "optimizeForSpeed": true,
		"clip": map[string]any{"x": 0, "y": 0, "width": width, "height": height, "scale": 1},
	}, &shot)
	return shot.Data, err
}
