package card

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"guestsite/bot/readiness"
)

// load is what package cardtest, which imports this one, gives to the other tests.
func load(t *testing.T) *Texts {
	t.Helper()
	texts, err := Load("en", "Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// raw reads the catalogue of a language: every form of every text by key.
func raw(t *testing.T, lang string) map[Key][]string {
	t.Helper()
	out := map[Key][]string{}
	files, err := fs.Glob(catalogue, "text/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if !strings.HasSuffix(name, "/"+lang+".toml") && !strings.HasSuffix(name, "."+lang+".toml") {
			continue
		}
		buf, err := catalogue.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var sections map[string]map[string]any
		if err := toml.Unmarshal(buf, &sections); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for sec, texts := range sections {
			for k, v := range texts {
				key := Key(sec + "." + k)
				if out[key] != nil {
					t.Errorf("%s stands twice in %s", key, lang)
				}
				switch v := v.(type) {
				case string:
					out[key] = []string{v}
				case map[string]any:
					out[key] = []string{v["one"].(string), v["other"].(string)}
				}
			}
		}
	}
	return out
}

var placeholder = regexp.MustCompile(`\{([a-z]+)\}`)

func placeholders(forms []string) []string {
	var out []string
	for _, f := range forms {
		for _, m := range placeholder.FindAllStringSubmatch(f, -1) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestCatalogue_BothLanguagesHaveTheSameKeysAndPlaceholders(t *testing.T) {
	t.Parallel()
	en, nl := raw(t, "en"), raw(t, "nl")
	for k, forms := range en {
		other, ok := nl[k]
		switch {
		case !ok:
			t.Errorf("%s is missing in Dutch", k)
		case len(forms) != len(other):
			t.Errorf("%s has a plural in one language only", k)
		case !slices.Equal(placeholders(forms), placeholders(other)):
			t.Errorf("%s: placeholders %v in English, %v in Dutch", k, placeholders(forms), placeholders(other))
		}
	}
	for k := range nl {
		if _, ok := en[k]; !ok {
			t.Errorf("%s is missing in English", k)
		}
	}
}

func TestCatalogue_TextsAreTidy(t *testing.T) {
	t.Parallel()
	for _, lang := range Languages() {
		for k, forms := range raw(t, lang) {
			for _, f := range forms {
				if strings.TrimSpace(f) != f && k != keyBecause || f == "" {
					t.Errorf("%s %s: space at an edge, or empty: %q", lang, k, f)
				}
				if strings.Count(f, "**")%2 != 0 {
					t.Errorf("%s %s: bold is not closed: %q", lang, k, f)
				}
				if strings.Count(f, "{") != len(placeholder.FindAllString(f, -1)) {
					t.Errorf("%s %s: a placeholder is misspelt: %q", lang, k, f)
				}
			}
		}
	}
}

// constants are the keys that keys.go and keys_form.go declare.
func constants(t *testing.T) map[string]Key {
	t.Helper()
	out := map[string]Key{}
	for _, name := range []string{"keys.go", "keys_form.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok {
				for i, name := range v.Names {
					s, err := strconv.Unquote(v.Values[i].(*ast.BasicLit).Value)
					if err != nil {
						t.Fatal(err)
					}
					out[name.Name] = Key(s)
				}
			}
			return true
		})
	}
	return out
}

func TestCatalogue_EveryConstantHasAText(t *testing.T) {
	t.Parallel()
	texts := load(t)
	for name, k := range constants(t) {
		if !texts.Has(k) {
			t.Errorf("%s: there is no text %q", name, k)
		}
	}
}

// families are the beginnings of keys that are made from records.
func families() []string {
	return []string{
		"head.", "next.", "link.", "mark.", "guest.", "short.", "rule.", "reason.", "parked.", "verdict.", "layerstate.", "layer.",
		"handover.in_", "command.", "language.", "whisper.", "sorry.", "done.", "problem.", "entry.", "flagcount.", "level.", "decides.",
		"employee.", "failedcode.", "role.", "rolename.", "finding.", "address.", "name.", "list.", "fix.", "flag.", "unseen.", "setting.", "value.",
	}
}

func TestCatalogue_NoTextIsUnused(t *testing.T) {
	t.Parallel()
	used := slices.Collect(maps.Values(constants(t)))
	for k := range raw(t, "en") {
		if !slices.Contains(used, k) && !slices.ContainsFunc(families(), func(f string) bool { return strings.HasPrefix(string(k), f) }) {
			t.Errorf("nothing says %s", k)
		}
	}
}

func TestCatalogue_SaysEverythingThatReadinessKnows(t *testing.T) {
	t.Parallel()
	texts, en := load(t), raw(t, "en")
	always := map[readiness.Kind][]string{
		readiness.KindFinding:  {"setting", "value", "permission", "reason"},
		readiness.KindEmployee: {"reason"},
		readiness.KindFix:      {"setting", "value"},
	}
	for _, s := range readiness.Specs() {
		k := Key(string(s.Kind) + "." + string(s.Code))
		if !texts.Has(k) {
			t.Errorf("there is no text %q", k)
			continue
		}
		for _, p := range placeholders(en[k]) {
			if !slices.Contains(s.Args, p) && !slices.Contains(always[s.Kind], p) {
				t.Errorf("%s: {%s} is no argument that always comes", k, p)
			}
		}
	}
	need := func(prefix string, name string) {
		if k := Key(prefix + name); !texts.Has(k) {
			t.Errorf("there is no text %q", k)
		}
	}
	for _, s := range readiness.Settings() {
		need("setting.", strings.ReplaceAll(s, ".", "_"))
	}
	for _, v := range readiness.Values() {
		need("value.", v)
	}
	for l := readiness.LayerAddress; l <= readiness.LayerRules; l++ {
		need("", layerKey(l))
	}
	for _, k := range readiness.AddressKinds() {
		need("address.", string(k))
	}
	for _, k := range readiness.NameKinds() {
		need("name.", string(k))
	}
	for _, s := range []readiness.Status{readiness.Passes, readiness.Blocks, readiness.CannotTell, readiness.Warns, readiness.DoesNotApply} {
		need("layerstate.", string(s))
	}
	for _, o := range []readiness.Outcome{readiness.Can, readiness.CanByBot, readiness.WaitsOwner, readiness.Cannot, readiness.Unknown} {
		need("verdict.", string(o))
	}
}

func TestCatalogue_SaysEveryStateAndCommand(t *testing.T) {
	t.Parallel()
	texts := load(t)
	for _, c := range Commands() {
		for _, k := range []string{"command." + string(c), "command." + string(c) + "_button"} {
			if !texts.Has(Key(k)) {
				t.Errorf("there is no text %q", k)
			}
		}
	}
	for _, k := range Refusals() {
		if !texts.Has(k) {
			t.Errorf("there is no text %q", k)
		}
	}
	for _, r := range Reasons() {
		if k := Key("reason." + reasonKey(r)); !texts.Has(k) {
			t.Errorf("there is no text %q", k)
		}
	}
}

func TestCatalogue_EmployeesReadNoWordsOfTheTrade(t *testing.T) {
	t.Parallel()
	forAdmins := []string{"finding.", "fix.", "setting.", "value.", "layer.", "layerstate.", "unseen.", "admin.", "parked.", "why."}
	bad := regexp.MustCompile(`(?i)\b(tenants?|b2b|capability|graph|policy id|cross-tenant|entra|api|oauth|upn|null|error|exception)\b`)
	for _, lang := range Languages() {
		for k, forms := range raw(t, lang) {
			if slices.ContainsFunc(forAdmins, func(p string) bool { return strings.HasPrefix(string(k), p) }) {
				continue
			}
			for _, f := range forms {
				if w := bad.FindString(f); w != "" {
					t.Errorf("%s %s says %q: %q", lang, k, w, f)
				}
			}
		}
	}
}

func TestCatalogue_KeepsToTheVocabulary(t *testing.T) {
	t.Parallel()
	bad := map[string]*regexp.Regexp{
		"en": regexp.MustCompile(`(?i)\b(external user|ticket|redeemed|expiry date|went wrong|oops|invalid|pending)\b`),
		"nl": regexp.MustCompile(`(?i)\b(externe gebruikers?|ticket|accorder\w+|accordeer\w*|u heeft|uw|ging iets mis|fout opgetreden|goed te keuren verzoek|aanvraagje|expir\w+)\b`),
	}
	for _, lang := range Languages() {
		for k, forms := range raw(t, lang) {
			for _, f := range forms {
				if w := bad[lang].FindString(f); w != "" {
					t.Errorf("%s %s says %q: %q", lang, k, w, f)
				}
			}
		}
	}
}

func TestLang_WritesDatesAndTimesInTheReadersWay(t *testing.T) {
	t.Parallel()
	texts := load(t)
	when := time.Date(2026, time.December, 18, 16, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		lang, zone string
		arg        any
		want       string
	}{
		{"en", "Europe/Amsterdam", Day(when), "Fri 18 Dec 2026"},
		{"nl", "Europe/Amsterdam", Day(when), "vr 18 dec 2026"},
		{"en", "Europe/Amsterdam", Moment(when), "Fri 18 Dec, 17:00"},
		{"nl", "Europe/Amsterdam", Moment(when), "vr 18 dec, 17.00"},
		{"en", "Pacific/Auckland", Moment(when), "Sat 19 Dec, 05:00"},
		{"en", "Europe/Amsterdam", Moment(when.AddDate(1, 0, 0)), "Sat 18 Dec 2027, 17:00"},
		{"nl", "America/New_York", Stamp(when), "18 dec 11.00"},
		{"en", "No/Such", Hour(when), "17:00"}, // the default zone
		{"en", "", Names{"Mehmet", "Priya", "Jan"}, "Mehmet, Priya and Jan"},
		{"nl", "", AnyOf{"Mehmet", "Priya"}, "Mehmet of Priya"},
		{"nl", "", Reason("later: na de vakantie"), "later – na de vakantie"},
		{"en", "", Reason("other: not our project"), "not our project"},
		{"en", "", Reason("we: have no room"), "we: have no room"},
	} {
		l := texts.For(tc.lang).In(tc.zone, when.AddDate(0, -1, 0))
		if got := l.Say(keySentence, "text", tc.arg); got != tc.want {
			t.Errorf("%s %s %T: got %q, want %q", tc.lang, tc.zone, tc.arg, got, tc.want)
		}
	}
}

func TestTexts_LanguageOfAPerson(t *testing.T) {
	t.Parallel()
	texts, err := Load("nl", "")
	if err != nil {
		t.Fatal(err)
	}
	for tag, want := range map[string]string{"nl": "nl", "nl-NL": "nl", "nl_BE": "nl", "en-US": "en", "EN-gb": "en", "": "nl", "de-DE": "nl", "nlx": "nl"} {
		if got := texts.For(tag).Tag(); got != want {
			t.Errorf("For(%q) is %s, want %s", tag, got, want)
		}
	}
	if _, err := Load("fr", ""); err == nil {
		t.Error("a language without texts was loaded")
	}
	if _, err := Load("en", "No/Such"); err == nil {
		t.Error("a zone that does not exist was loaded")
	}
}

func TestLang_PluralsFollowTheCount(t *testing.T) {
	t.Parallel()
	texts := load(t)
	for _, tc := range []struct {
		lang  string
		count any
		want  string
	}{
		{"en", 1, "1 day"}, {"en", 0, "0 days"}, {"nl", 2, "2 dagen"}, {"nl", "1", "1 dag"},
	} {
		if got := texts.For(tc.lang).Say(keyDays, "count", tc.count); got != tc.want {
			t.Errorf("%s %v: got %q, want %q", tc.lang, tc.count, got, tc.want)
		}
	}
}
