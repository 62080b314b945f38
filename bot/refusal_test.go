package bot_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
)

// What is told to people when something is not done is reached by a story, in
// each language, and every code that the engine names has its text.
func TestRefusals_EachThatTheEngineNamesIsReachedByAStory(t *testing.T) {
	t.Parallel()
	texts, err := card.Load("en", "Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	named := literals(t)
	for r := range refusals() {
		named["refused_"+string(r)] = true
	}
	for _, lang := range card.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			seen := shownIn(t, lang)
			for _, group := range []string{"whisper", "problem"} {
				for code := range named {
					k := card.Key(group + "." + code)
					if !texts.Has(k) || slices.Contains(adapters(), code) || code == "name_invalid" { // for a fault that the names' check does not have yet
						continue
					}
					l := texts.For(lang)
					if !pattern(l, k).MatchString(seen) && !(texts.Has(k+"_full") && pattern(l, k+"_full").MatchString(seen)) {
						t.Errorf("no story reaches %s", k)
					}
				}
			}
		})
	}
	for _, k := range card.Refusals() {
		code := strings.TrimPrefix(string(k), "whisper.")
		if !named[code] && !slices.Contains(later(), code) {
			t.Errorf("the engine never says %s", k)
		}
	}
}

// deaf does not hear a story's own expectations, whose words are English; what
// ends a story early is heard.
type deaf struct{ testing.TB }

func (deaf) Errorf(string, ...any) {}

// shownIn is everything that people of a language are shown in all stories.
func shownIn(t *testing.T, lang string) string {
	t.Helper()
	var shown strings.Builder
	for _, s := range stories() {
		b := bottest.New(deaf{t}, disk(t), func(o *bot.Settings) {
			if s.settings != nil {
				s.settings(o)
			}
			o.Lang = lang
		})
		for _, p := range b.Company.People {
			p.Language = lang
		}
		for _, p := range b.Chat.Profiles {
			p.Locale = lang
		}
		if s.set != nil {
			s.set(b)
		}
		b.Chat.Shown = func(c *card.Card, f *card.Form) {
			if c != nil {
				shown.WriteString(c.Text + "\n")
			}
			if f != nil {
				shown.WriteString(bottest.FormText(*f) + "\n")
			}
		}
		if b.Teams != nil {
			b.Teams.Shown = b.Chat.Shown
		}
		s.play(b)
	}
	return shown.String()
}

// later are the private lines of ways in that the engine does not have itself,
// the chat adapters', and one that says the same as
// draft_expired.
func later() []string { return []string{"form_closed", "form_expired"} }

// adapters are the lines that chats show by themselves.
func adapters() []string {
	return []string{string(bot.LineNoted), string(bot.LineOpened), string(bot.LineElsewhere), string(bot.LineUnreached)}
}

func TestRefusals_EachCodeThatIsSaidHasItsText(t *testing.T) {
	t.Parallel()
	texts, err := card.Load("en", "Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	groups := map[string]string{
		"whisper": "whisper", "sayCode": "whisper", "closeForm": "whisper", "tell": "whisper", "Whisper": "whisper", "Closed": "whisper",
		"bad": "problem",
	}
	sources(t, func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		name := ""
		switch f := call.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		for _, a := range call.Args {
			if code, ok := literal(a); ok && word.MatchString(code) && groups[name] != "" && !texts.Has(card.Key(groups[name]+"."+code)) {
				t.Errorf("%s(%q): there is no text %s.%s", name, code, groups[name], code)
			}
		}
	})
}

func TestSorry_NamesTheReferenceAndSaysWhatHappenedForEveryCode(t *testing.T) {
	t.Parallel()
	b := bench(t)
	said := map[string]bot.Code{}
	for _, code := range []bot.Code{bot.Invalid, bot.Forbidden, bot.NotFound, bot.Conflict, bot.Expired, bot.Throttled, bot.Unavailable, bot.Internal} {
		text := b.Engine.Sorry(t.Context(), b.Chat.User("sanne"), &bot.Error{Code: code, Op: "test", Detail: "secret"}, "ref-9").Text
		if !contains(text, "ref-9") || contains(text, "secret") || contains(text, string(code)+" ") {
			t.Errorf("%s: %q", code, text)
		}
		if other, dup := said[text]; dup {
			t.Errorf("%s reads as %s", code, other)
		}
		said[text] = code
	}
}

// pattern finds a text of the catalogue whatever was put into it.
func pattern(l card.Lang, k card.Key) *regexp.Regexp {
	raw := regexp.QuoteMeta(l.Say(k))
	return regexp.MustCompile(regexp.MustCompile(`\\\{[a-z_]+\\\}`).ReplaceAllString(raw, `[^\n]*`))
}

// literals are all words that the engine and its machine hold as strings.
func literals(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	sources(t, func(n ast.Node) {
		if e, ok := n.(ast.Expr); ok {
			if s, ok := literal(e); ok {
				out[s] = true
			}
		}
	})
	return out
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

// sources visits the engine's and the machine's source.
func sources(t *testing.T, visit func(ast.Node)) {
	t.Helper()
	for _, dir := range []string{".", "flow"} {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("no source in %s: %v", dir, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool { visit(n); return true })
		}
	}
}
