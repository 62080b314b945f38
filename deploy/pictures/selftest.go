package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"
)

//go:embed testdata
var testdata embed.FS

// selftest shows that the checks can fail and can pass. A card in
// testdata/bad is named for the problem that it must have, as in
// cut.button.json, in at least one drawing and of no other kind in any; a card
// in testdata/good must have none.
func selftest(ctx context.Context, o options) error {
	good, err := readCards(testdata, "testdata/good")
	if err != nil {
		return err
	}
	bad, err := readCards(testdata, "testdata/bad")
	if err != nil {
		return err
	}
	results, err := draw(ctx, o, append(good, bad...))
	if err != nil {
		return err
	}
	wanted := make(map[string]string, len(bad))
	for _, c := range bad {
		wanted[c.name], _, _ = strings.Cut(c.name, ".")
	}
	var problems bytes.Buffer // these are wanted: they go to a file, not to the screen
	if err := report(&problems, o.out, results); err != nil {
		return err
	}
	if err := save(o.out, "problems.txt", problems.Bytes()); err != nil {
		return err
	}
	wrong := judge(wanted, results)
	for _, line := range wrong {
		fmt.Println(line)
	}
	if len(wrong) > 0 {
		return errors.New("the self-test does not pass")
	}
	fmt.Printf("self-test: %d good cards passed, %d bad ones were caught; pictures in %s\n", len(good), len(bad), o.out)
	return nil
}

// judge compares what was found with what was wanted.
func judge(wanted map[string]string, results []result) []string {
	var wrong []string
	caught := map[string]bool{}
	for _, r := range results {
		for _, p := range r.Problems {
			if p.Kind == wanted[r.Card] {
				caught[r.Card] = true
				continue
			}
			wrong = append(wrong, fmt.Sprintf("%s: %s, %d px: wrongly found %s: %s", r.Card, r.Theme, r.Width, p.Kind, p.What))
		}
	}
	for name, kind := range wanted {
		if !caught[name] {
			wrong = append(wrong, fmt.Sprintf("%s: %s was not found", name, kind))
		}
	}
	return wrong
}
