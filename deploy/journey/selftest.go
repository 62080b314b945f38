package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"guestsite/deploy/chromium"
)

//go:embed testdata
var testdata embed.FS

// selftest shows that the checks of a page can fail and can pass: a page in testdata
// is named for the one kind of problem that it must have, as in cut.field.html, or good.
func selftest(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "guestsite-journey-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	names, err := fs.Glob(testdata, "testdata/*.html")
	if err != nil {
		return err
	}
	b, err := chromium.Start(ctx, filepath.Join(dir, "profile"))
	if err != nil {
		return err
	}
	defer b.Close()
	var wrong []error
	for _, name := range names {
		wrong = append(wrong, tryPage(b, dir, name))
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	fmt.Printf("self-test: %d pages, each as it should be\n", len(names))
	return nil
}

func tryPage(b *chromium.Browser, dir, name string) error {
	text, err := testdata.ReadFile(name)
	if err != nil {
		return err
	}
	at := filepath.Join(dir, filepath.Base(name))
	if err := os.WriteFile(at, text, 0o600); err != nil {
		return err
	}
	p, err := b.Open("file://" + at)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	if err := p.Resize(360, height); err != nil {
		return err
	}
	var found []problem
	if err := p.Eval(string(chromium.Measure)+"\n"+checks+"\ncheck()", &found); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	want, _, _ := strings.Cut(filepath.Base(name), ".")
	caught := want == "good"
	for _, f := range found {
		if f.Kind != want {
			return fmt.Errorf("%s: wrongly found %s: %s", name, f.Kind, f.What)
		}
		caught = true
	}
	if !caught {
		return fmt.Errorf("%s: %s was not found", name, want)
	}
	return nil
}
