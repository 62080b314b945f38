package card

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// told are the codes that the machine tells a clicker, read from its source.
func told(t *testing.T) []string {
	t.Helper()
	var out []string
	names, err := filepath.Glob("../flow/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if id, ok := n.Lhs[0].(*ast.Ident); ok && id.Name == "code" {
					out = append(out, literal(n.Rhs[0]))
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "tell" && len(n.Args) == 2 {
					out = append(out, literal(n.Args[1]))
				}
			case *ast.FuncDecl:
				if n.Name.Name == "whyNot" {
					ast.Inspect(n, func(m ast.Node) bool {
						if r, ok := m.(*ast.ReturnStmt); ok {
							out = append(out, literal(r.Results[0]))
						}
						return true
					})
				}
			}
			return true
		})
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

func literal(e ast.Expr) string {
	if b, ok := e.(*ast.BasicLit); ok && b.Kind == token.STRING {
		s, err := strconv.Unquote(b.Value)
		if err == nil {
			return s
		}
	}
	return ""
}

func TestCatalogue_SaysEverythingThatTheMachineTells(t *testing.T) {
	t.Parallel()
	texts := load(t)
	codes := told(t)
	if len(codes) < 10 {
		t.Fatalf("found only %v in the machine; does the test still read them rightly?", codes)
	}
	for _, c := range codes {
		if !texts.Has(Key("whisper." + c)) {
			t.Errorf("the machine tells %q and there is no text for it", c)
		}
	}
}
