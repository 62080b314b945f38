package cardtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"guestsite/bot/card"
)

// builders are the exported functions of package card that make a card or a form.
func builders(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Type.Results == nil {
				continue
			}
			if id, ok := f.Type.Results.List[0].Type.(*ast.Ident); ok && (id.Name == "Card" || id.Name == "Form") {
				out = append(out, f.Name.Name)
			}
		}
	}
	if len(out) < 20 {
		t.Fatalf("found only %v; does the test still read them rightly?", out)
	}
	return out
}

func calls(src, name string) bool { return strings.Contains(src, "card."+name+"(") }

// actions are the constants of package card that are actions, by name.
func actions(t *testing.T) map[string]card.Action {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../action.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]card.Action{}
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, sp := range g.Specs {
			v, ok := sp.(*ast.ValueSpec)
			if !ok {
				continue
			}
			if id, ok := v.Type.(*ast.Ident); !ok || id.Name != "Action" {
				continue
			}
			lit, ok := v.Values[0].(*ast.BasicLit)
			if !ok {
				t.Fatalf("%s is no literal", v.Names[0].Name)
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			out[v.Names[0].Name] = card.Action(text)
		}
	}
	if len(out) < 20 {
		t.Fatalf("found only %v; does the test still read them rightly?", out)
	}
	return out
}
