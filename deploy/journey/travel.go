package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"guestsite/deploy/chromium"
)

//go:embed checks.js
var checks string

// height is that of the window.
const height = 900

// traveller reads the page in one language.
type traveller struct {
	options
	ctx   context.Context //nolint:containedctx // one journey long
	lang  string
	page  *chromium.Page
	shots []shot
	// byHand and forMe count the steps that were taken at their place, and those that
	// only the tour itself can take.
	byHand, forMe int
}

// travel goes through the stories in one language.
func travel(ctx context.Context, o options, lang string) (shots []shot, err error) {
	d, err := start(ctx, o, lang)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	profile, err := os.MkdirTemp("", "guestsite-journey-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(profile) }()
	b, err := chromium.Start(ctx, profile)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	p, err := b.Open(d.url)
	if err != nil {
		return nil, err
	}
	if err := p.Eval(string(chromium.Measure)+"\n"+checks, nil); err != nil {
		return nil, err
	}
	t := &traveller{options: o, ctx: ctx, lang: lang, page: p}
	if err := t.resize(o.widths[0]); err != nil {
		return nil, err
	}
	names, err := t.names()
	if err != nil {
		return nil, err
	}
	for _, story := range names {
		if err := t.tour(story); err != nil {
			return t.shots, fmt.Errorf("%s, %s: %w", story, lang, err)
		}
	}
	fmt.Printf("%s: %d stories, %d steps by hand, %d by the tour, %d pictures\n", lang, len(names), t.byHand, t.forMe, len(t.shots))
	return t.shots, nil
}

// names gives the stories that are to be gone through.
func (t *traveller) names() ([]string, error) {
	if err := t.wait("the page knows its stories", `demo.sections.lab?.number > 0 && demo.idle(300)`); err != nil {
		return nil, err
	}
	if err := t.look("start", "before"); err != nil {
		return nil, err
	}
	var all []string
	if err := t.page.Eval(`demo.sections.lab.stories.map(s => s.name)`, &all); err != nil {
		return nil, err
	}
	for _, s := range t.stories {
		if !slices.Contains(all, s) {
			return nil, fmt.Errorf("there is no story %q", s)
		}
	}
	if len(t.stories) > 0 {
		return t.stories, nil
	}
	if len(all) == 0 {
		return nil, errors.New("the page has no stories")
	}
	return all, nil
}

// patience is how long anything may take to show.
const patience = 60 * time.Second

// wait waits until an expression holds in the page.
func (t *traveller) wait(what, expression string) error {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	for {
		var holds bool
		if err := t.page.Eval("Boolean("+expression+")", &holds); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if holds {
			return nil
		}
		select {
		case <-ctx.Done():
			_ = t.look("lost", "lost")
			return fmt.Errorf("%s: not within %s", what, patience)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// resize gives the window a width, and waits until it is drawn so.
func (t *traveller) resize(width int) error {
	if err := t.page.Resize(width, height); err != nil {
		return err
	}
	return t.page.Eval(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))`, nil)
}

// look takes a picture and checks the page at every width.
func (t *traveller) look(story, step string) error {
	for _, width := range t.widths {
		if err := t.resize(width); err != nil {
			return err
		}
		s := shot{Story: story, Step: step, Language: t.lang, Width: width}
		if err := t.page.Eval("check()", &s.Problems); err != nil {
			return err
		}
		s.Picture = fmt.Sprintf("%s.%s.%s.%d.png", story, t.lang, step, width)
		png, err := t.page.Picture(width, height)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(t.out, s.Picture), png, 0o600); err != nil {
			return err
		}
		t.shots = append(t.shots, s)
	}
	return t.resize(t.widths[0])
}
