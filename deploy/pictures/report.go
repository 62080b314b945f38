package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"
)

// report prints a line for each problem, and writes results.json for scripts
// and index.html, all pictures on one page, for people.
func report(w io.Writer, out string, results []result) error {
	raw, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	var index bytes.Buffer
	if err := sheet().Execute(&index, results); err != nil {
		return err
	}
	if err := errors.Join(save(out, "results.json", raw), save(out, "index.html", index.Bytes())); err != nil {
		return err
	}
	cards, states, problems, notes := map[string]bool{}, 0, 0, 0
	for _, r := range results {
		cards[r.Card] = true
		states += len(r.States)
		problems += len(r.Problems)
		notes += len(r.Notes)
		for _, p := range r.Problems {
			fmt.Fprintf(w, "%s: %s, %d px, %s: %s: %s\n", r.Card, r.Theme, r.Width, p.State, p.Kind, p.What)
		}
	}
	fmt.Fprintf(w, "%d cards, %d pictures of %d states in %s: %d problems, %d notes\n",
		len(cards), len(results), states, out, problems, notes)
	return nil
}

func save(out, name string, content []byte) error {
	return os.WriteFile(filepath.Join(out, name), content, 0o600) //nolint:gosec // in the folder that was asked for
}

func sheet() *template.Template {
	return template.Must(template.New("index").Parse(`<!doctype html>
<meta charset="utf-8">
<title>Cards</title>
<style>
	body { font: 14px sans-serif; columns: 380px; }
	figure { break-inside: avoid; margin: 0 0 24px; }
	img { max-width: 100%; border: 1px solid #ccc; }
	li { color: #a4262c; }
</style>
{{range .}}<figure>
	<figcaption>{{.Card}}, {{.Theme}}, {{.Width}} px<ul>{{range .Problems}}<li>{{.State}}: {{.Kind}}: {{.What}}</li>{{end}}</ul></figcaption>
	<a href="{{.Picture}}"><img loading="lazy" src="{{.Picture}}" alt="{{.Card}}"></a>
</figure>
{{end}}`))
}
