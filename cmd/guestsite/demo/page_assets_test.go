package demo

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guestsite/bot/card"
)

// files gives the page's own files by name.
func files(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(assets, "page", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(assets, name)
		out[strings.TrimPrefix(name, "page/")] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What the page loads comes from itself, and nothing in it is what its policy forbids.
func TestPage_LoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"'unsafe", "*", "http:", "https:", "data:", "blob:"} {
		if strings.Contains(policy, what) {
			t.Errorf("the policy allows %s", what)
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none';") {
		t.Errorf("the policy allows what it does not name: %s", policy)
	}
	elsewhere := regexp.MustCompile(`(?i)(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}`)
	inline := regexp.MustCompile(`(?i)<script(?:>|[^>]*[^>]>[^<])|<style|\sstyle=|\son[a-z]+="|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function`)
	for name, text := range files(t) {
		if name == "icon.svg" {
			text = strings.ReplaceAll(text, `xmlns="http://www.w3.org/2000/svg"`, "")
		}
		for _, found := range elsewhere.FindAllString(text, -1) {
			t.Errorf("%s: %s", name, found)
		}
		if found := inline.FindString(text); found != "" {
			t.Errorf("%s holds %q, which the policy forbids or which would take text for markup", name, found)
		}
		if path.Ext(name) == ".js" {
			for _, m := range regexp.MustCompile(`from "([^"]+)"`).FindAllStringSubmatch(text, -1) {
				if _, ok := files(t)[strings.TrimPrefix(m[1], "./")]; !ok {
					t.Errorf("%s imports %s, which is not there", name, m[1])
				}
			}
		}
	}
}

// known reads the table of a module: the kinds that it draws, with the properties it
// heeds.
func known(t *testing.T, text string) map[string][]string {
	t.Helper()
	m := regexp.MustCompile(`(?s)export const KNOWN = \{\n(.*?)\n\};`).FindStringSubmatch(text)
	if m == nil {
		t.Fatal("no table")
	}
	out := map[string][]string{}
	for l := range strings.SplitSeq(m[1], "\n") {
		row := regexp.MustCompile(`^  "?([\w.]+)"?: "([^"]*)",$`).FindStringSubmatch(l)
		if row == nil {
			t.Fatalf("the line %q is no row of the table", l)
		}
		out[row[1]] = append(strings.Fields(row[2]), "type")
	}
	return out
}

// Whatever cards and forms of the bot are made of, in both chats, the page has a
// drawing for.
func TestPage_DrawsAllThatTheBotSends(t *testing.T) {
	t.Parallel()
	all := files(t)
	for chat, modules := range map[string][]string{"slack": {"blocks.js", "rich.js"}, "teams": {"cards.js", "inputs.js"}} {
		table := map[string][]string{}
		for _, m := range modules {
			maps.Copy(table, known(t, all[m]))
		}
		raw, err := os.ReadFile("../../../bot/" + chat + "/testdata/kinds.json")
		if err != nil {
			t.Fatal(err)
		}
		var sent map[string][]string
		if err := json.Unmarshal(raw, &sent); err != nil || len(sent) < 10 {
			t.Fatal(len(sent), err)
		}
		for kind, names := range sent {
			heeds, ok := table[kind]
			if !ok {
				t.Errorf("%s: the page cannot draw %s", chat, kind)
				continue
			}
			for _, n := range names {
				if !slices.Contains(heeds, n) {
					t.Errorf("%s: the page does not heed %s.%s", chat, kind, n)
				}
			}
		}
	}
}

func words(t *testing.T, lang string) map[string]string {
	t.Helper()
	var out map[string]string
	if err := json.Unmarshal([]byte(files(t)["words/"+lang+".json"]), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func placeholders(text string) []string {
	out := regexp.MustCompile(`\{\w+\}`).FindAllString(text, -1)
	slices.Sort(out)
	return out
}

// The page says everything in every language, with the same names filled in.
func TestPage_SaysTheSameInEachLanguage(t *testing.T) {
	t.Parallel()
	en := words(t, "en")
	for _, lang := range card.Languages() {
		own := words(t, lang)
		for key, text := range en {
			if own[key] == "" {
				t.Errorf("%s has no %s", lang, key)
			} else if !slices.Equal(placeholders(text), placeholders(own[key])) {
				t.Errorf("%s: %s has other names in it: %q, %q", lang, key, text, own[key])
			}
		}
		for key := range own {
			// The names of the settings are the tenant's own in English.
			if _, ok := en[key]; !ok && !strings.HasPrefix(key, "switch.") {
				t.Errorf("%s has %s, which nobody reads", lang, key)
			}
		}
	}
	for name, text := range files(t) {
		for _, m := range regexp.MustCompile(`\bw\("([\w.]+\w)"|data-word="([^"]+)"|word: "([^"]+)"`).FindAllStringSubmatch(text, -1) {
			if key := m[1] + m[2] + m[3]; en[key] == "" {
				t.Errorf("%s says %q, which has no words", name, key)
			}
		}
	}
	for _, k := range Kinds() {
		if en["step."+string(k)] == "" {
			t.Errorf("a step of the kind %s has no sentence", k)
		}
	}
}

// Every setting of the tenant has a name in each language.
func TestPage_NamesEverySetting(t *testing.T) {
	t.Parallel()
	p := idlePage(t)
	own := words(t, "nl")
	for _, s := range p.company().lab.Tenant.Switches() {
		if own["layer."+s.Layer] == "" {
			t.Errorf("the layer %s has no name", s.Layer)
		}
		if !strings.HasPrefix(s.Name, "no-") && own["switch."+s.Name] == "" {
			t.Errorf("nl has no switch.%s: %s", s.Name, s.Title)
		}
	}
}
