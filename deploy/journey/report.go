package main

import (
	"bytes"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
)

// shot is the page at one moment at one width.
type shot struct {
	Story, Step, Language string
	Width                 int
	Picture               string
	Problems              []problem
}

// problem is one thing that is not as it should be.
type problem struct{ Kind, What string }

// report prints a line for each problem, once for each story, and writes index.html,
// all pictures on one page, for people.
func report(out string, shots []shot) error {
	said := map[string]bool{}
	n := 0
	for _, s := range shots {
		for _, p := range s.Problems {
			n++
			line := fmt.Sprintf("%s, %d px: %s: %s", s.Language, s.Width, p.Kind, p.What)
			if !said[line] {
				said[line] = true
				fmt.Printf("%s %s, %s\n", s.Story, s.Step, line)
			}
		}
	}
	fmt.Printf("%d pictures in %s: %d problems, %d of them different\n", len(shots), out, n, len(said))
	var index bytes.Buffer
	if err := sheet().Execute(&index, shots); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "index.html"), index.Bytes(), 0o600)
}

func sheet() *template.Template {
	return template.Must(template.New("index").Parse(`<!doctype html>
<meta charset="utf-8">
<title>The demo's page</title>
<style>
	body { font: 14px sans-serif; columns: 420px; }
	figure { break-inside: avoid; margin: 0 0 24px; }
	img { max-width: 100%; border: 1px solid #ccc; }
	li { color: #a4262c; }
</style>
{{range .}}<figure>
	<figcaption>{{.Story}}, {{.Step}}, {{.Language}}, {{.Width}} px<ul>{{range .Problems}}<li>{{.Kind}}: {{.What}}</li>{{end}}</ul></figcaption>
	<a href="{{.Picture}}"><img loading="lazy" src="{{.Picture}}" alt="{{.Story}} {{.Step}}"></a>
</figure>
{{end}}`))
}
