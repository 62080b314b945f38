package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"guestsite/deploy/chromium"
)

//go:embed page
var page embed.FS

// card is one Adaptive Card to draw.
type card struct {
	name string
	body json.RawMessage
}

// result is what one card is like in one theme at one width.
type result struct {
	Card     string    `json:"card"`
	Theme    string    `json:"theme"`
	Width    int       `json:"width"`
	Picture  string    `json:"picture"`
	States   []string  `json:"states"` // in the order in which the picture has them
	Problems []finding `json:"problems"`
	Notes    []finding `json:"notes"` // worth knowing, and not of our making
}

// finding is one thing that is not as it should be.
type finding struct {
	Kind  string `json:"kind"`
	State string `json:"state"`
	What  string `json:"what"`
}

// maxHeight is what Chromium can paint in one piece.
const maxHeight = 16000

func readCards(dir fs.FS, at string) ([]card, error) {
	names, err := fs.Glob(dir, filepath.Join(at, "*.json"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("there is no card (*.json)")
	}
	var cards []card
	for _, n := range names {
		body, err := fs.ReadFile(dir, n)
		if err != nil {
			return nil, err
		}
		if !json.Valid(body) {
			return nil, fmt.Errorf("%s is not JSON", n)
		}
		cards = append(cards, card{strings.TrimSuffix(filepath.Base(n), ".json"), body})
	}
	return cards, nil
}

// draw makes every picture, the themes at the same time.
func draw(ctx context.Context, o options, cards []card) ([]result, error) {
	if err := os.MkdirAll(o.out, 0o750); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "guestsite-pictures-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := lay(ctx, dir, o.themes); err != nil {
		return nil, err
	}
	results, errs := make([][]result, len(o.themes)), make([]error, len(o.themes))
	var running sync.WaitGroup
	for i, theme := range o.themes {
		running.Go(func() {
			results[i], errs[i] = drawTheme(ctx, o, dir, theme, cards)
		})
	}
	running.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx) // not that a pipe broke when Chromium was stopped
	}
	for _, err := range errs {
		if err != nil {
			return nil, err // the other theme's is most often the same
		}
	}
	return slices.Concat(results...), nil
}

func drawTheme(ctx context.Context, o options, dir, theme string, cards []card) ([]result, error) {
	b, err := chromium.Start(ctx, filepath.Join(dir, "profile-"+theme))
	if err != nil {
		return nil, err
	}
	defer b.Close()
	p, err := b.Open("file://" + filepath.Join(dir, theme+".html"))
	if err != nil {
		return nil, err
	}
	if err := p.Eval("ready()", nil); err != nil { // with its fonts
		return nil, err
	}
	var results []result
	for _, width := range o.widths {
		for _, c := range cards {
			r, err := drawCard(p, c, theme, width, o.out)
			if err != nil {
				return nil, fmt.Errorf("%s, %s, %d px: %w", c.name, theme, width, err)
			}
			results = append(results, r)
		}
	}
	return results, nil
}

// lay writes a page for each theme, with all it needs beside it.
func lay(ctx context.Context, dir string, themes []string) error {
	const library = "dist/adaptivecards.min.js"
	files, err := renderer().fetch(ctx, library)
	if err != nil {
		return err
	}
	put := map[string][]byte{"adaptivecards.js": files[library], "measure.js": chromium.Measure}
	err = fs.WalkDir(page, "page", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			put[d.Name()], err = page.ReadFile(path)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, t := range themes {
		config, style := "lib/hostConfigs/microsoft-teams-"+t+".json", "dist/containers/teams-container-"+t+".css"
		files, err := designer().fetch(ctx, config, style)
		if err != nil {
			return err
		}
		put[t+".css"] = files[style]
		put[t+".html"] = []byte(strings.NewReplacer("THEME", t, "CONFIG", string(files[config])).
			Replace(string(put["page.html"])))
	}
	for name, content := range put {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func drawCard(p *chromium.Page, c card, theme string, width int, out string) (result, error) {
	var drawn struct {
		result
		Size struct{ Width, Height int }
	}
	if err := p.Eval(fmt.Sprintf("draw(%s, %d)", c.body, width), &drawn); err != nil {
		return result{}, err
	}
	r := drawn.result
	r.Card, r.Theme, r.Width = c.name, theme, width
	r.Picture = fmt.Sprintf("%s.%d.%s.png", c.name, width, theme)
	png, err := p.Picture(drawn.Size.Width, min(drawn.Size.Height, maxHeight))
	if err != nil {
		return r, err
	}
	return r, save(out, r.Picture, png)
}
