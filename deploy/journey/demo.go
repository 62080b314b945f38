package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"time"
)

// address finds where the page is in what the demo prints.
var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+/\S*`)

// demo is the running program.
type demo struct {
	cmd *exec.Cmd
	url string
}

// start runs the demo and waits until it says where its page is.
func start(ctx context.Context, o options, lang string) (*demo, error) {
	d := &demo{cmd: exec.CommandContext(ctx, o.guestsite, "demo", "--language", lang)} //nolint:gosec // the developer's own build
	d.cmd.Cancel = func() error { return d.cmd.Process.Signal(os.Interrupt) }
	d.cmd.WaitDelay = 30 * time.Second
	d.cmd.Stderr = os.Stderr
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if d.url = address.FindString(lines.Text()); d.url != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }() // so that it never waits for us
			return d, nil
		}
	}
	return nil, errors.Join(errors.New("the demo did not say where its page is"), d.stop())
}

// stop ends the demo as Ctrl-C does. It must end well.
func (d *demo) stop() error {
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	if err := d.cmd.Wait(); err != nil {
		return fmt.Errorf("the demo did not end well: %w", err)
	}
	return nil
}
