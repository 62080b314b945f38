package card_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// shown is a card as text, with what its buttons carry.
func shown(c card.Card) string {
	return c.Text + "\n" + buttonsOf(c.Blocks)
}

func buttonsOf(blocks []card.Block) string {
	var b strings.Builder
	for _, bl := range blocks {
		a, ok := bl.(card.Actions)
		if !ok {
			continue
		}
		for _, x := range a.Buttons {
			b.WriteString(buttonLine(x))
		}
	}
	return b.String()
}

func buttonLine(x card.Button) string {
	s := fmt.Sprintf("  [%s]", x.Label)
	for _, p := range [][2]string{{"action", string(x.Action)}, {"part", x.Part}, {"value", x.Value}, {"style", string(x.Style)}, {"spoken", x.Spoken}} {
		if p[1] != "" {
			s += " " + p[0] + "=" + p[1]
		}
	}
	if x.Confirm != nil {
		s += fmt.Sprintf(" confirm=%q", *x.Confirm)
	}
	return s + "\n"
}

// asked is a form as text.
func asked(f card.Form) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s %s)\n%s\n", f.Title, f.Request, f.Step, card.PlainText("", f.Blocks))
	for _, x := range f.Fields {
		fmt.Fprintf(&b, "%s %s: %s", x.Kind, x.ID, x.Label)
		if x.Optional {
			b.WriteString(" (optional)")
		}
		if x.Hint != "" {
			b.WriteString(" | " + x.Hint)
		}
		b.WriteString("\n")
		for _, o := range x.Options {
			fmt.Fprintf(&b, "  ( ) %s: %s | %s\n", o.Value, o.Label, o.Hint)
		}
		for _, o := range x.Value {
			fmt.Fprintf(&b, "  = %s\n", strings.TrimSpace(o.Value+" "+o.Label))
		}
		if x.Error != "" {
			fmt.Fprintf(&b, "  ! %s\n", x.Error)
		}
	}
	for _, x := range f.Buttons {
		b.WriteString(buttonLine(x))
	}
	fmt.Fprintf(&b, "submit=%s close=%s\n%s\n%s", f.Submit, f.Close, card.PlainText("", f.Tail), buttonsOf(f.Blocks))
	return b.String()
}

// golden collects examples and compares them with a file.
type golden struct {
	t *testing.T
	b strings.Builder
}

func (g *golden) add(name, text string) {
	fmt.Fprintf(&g.b, "== %s\n%s\n", name, strings.TrimRight(text, "\n")+"\n")
}

func (g *golden) compare(file string) {
	g.t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(g.b.String()), 0o644); err != nil {
			g.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		g.t.Fatal(err)
	}
	if string(want) != g.b.String() {
		g.t.Errorf("%s differs from what is drawn now; look at the difference after go test -update", path)
	}
}

// each runs a test once a language.
func each(t *testing.T, run func(t *testing.T, lang string)) {
	t.Helper()
	for _, lang := range card.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			run(t, lang)
		})
	}
}

// goldenOf compares the samples of one kind with their file.
func goldenOf(t *testing.T, kind string) {
	t.Helper()
	texts := cardtest.Load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		g := golden{t: t}
		for _, s := range cardtest.Cards(texts, lang) {
			if s.Kind == kind {
				g.add(s.Title, shown(s.Card))
			}
		}
		g.compare(kind + "." + lang + ".txt")
	})
}

func TestStatus_Golden(t *testing.T) {
	t.Parallel()
	goldenOf(t, "status")
}

func TestDecide_Golden(t *testing.T) {
	t.Parallel()
	goldenOf(t, "decide")
}

func TestAdmin_Golden(t *testing.T) {
	t.Parallel()
	goldenOf(t, "admin")
}

func TestWhy_Golden(t *testing.T) {
	t.Parallel()
	goldenOf(t, "why")
}

func TestLists_Golden(t *testing.T) {
	t.Parallel()
	goldenOf(t, "lists")
}

// A private line stands with what it says to somebody of whom more is known.
func TestWhisper_Golden(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		g := golden{t: t}
		var whispers []cardtest.Sample
		for _, s := range cardtest.Cards(texts, lang) {
			if s.Kind == "whisper" {
				whispers = append(whispers, s)
			}
		}
		for i, s := range whispers {
			switch {
			case strings.HasSuffix(s.Title, cardtest.AboutGuest):
			case i+1 < len(whispers) && whispers[i+1].Title == s.Title+cardtest.AboutGuest:
				g.add(s.Title, shown(s.Card)+"\n--\n"+shown(whispers[i+1].Card))
			default:
				g.add(s.Title, shown(s.Card))
			}
		}
		g.compare("whisper." + lang + ".txt")
	})
}

func TestForms_Golden(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		g := golden{t: t}
		for _, s := range cardtest.Forms(texts, lang) {
			if s.Kind == "forms" {
				g.add(s.Title, asked(s.Form))
			}
		}
		g.compare("forms." + lang + ".txt")
	})
}
