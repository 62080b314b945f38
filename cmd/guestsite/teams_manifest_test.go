package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"guestsite/bot/card"
)

func TestTeamsManifest_OffersTheWordsThatPeopleType(t *testing.T) {
	t.Parallel()
	m, dutch, err := teamsManifestOf(teamsConfig(), teamsApp{})
	if err != nil {
		t.Fatal(err)
	}
	var scopes []string
	for i, list := range m.Bots[0].CommandLists {
		scopes = append(scopes, list.Scopes...)
		var offered []card.CommandWord
		for j, c := range list.Commands {
			at := "bots[0].commandLists[" + strconv.Itoa(i) + "].commands[" + strconv.Itoa(j) + "]."
			word, rest, ok := card.ParseCommand(c.Title)
			same, _, alsoOK := card.ParseCommand(dutch[at+"title"])
			if !ok || !alsoOK || word != same || rest != "" {
				t.Errorf("the bot reads %q as %q and %q as %q", c.Title, word, dutch[at+"title"], same)
			}
			if says := c.Description; says == dutch[at+"description"] || strings.HasPrefix(says, "command.") {
				t.Errorf("%s is explained with %q, in Dutch with %q", word, says, dutch[at+"description"])
			}
			offered = append(offered, word)
		}
		if slices.Contains(list.Scopes, "personal") {
			// Teams signs people in with the directory's own account: nobody is linked there.
			all := slices.DeleteFunc(card.Commands(), func(w card.CommandWord) bool { return w == card.CommandLink || w == card.CommandUnlink })
			if !slices.Equal(offered, all) {
				t.Errorf("a personal chat offers %v, there are %v", offered, all)
			}
			continue
		}
		for _, private := range []card.CommandWord{card.CommandMine, card.CommandInbox, card.CommandWhy, card.CommandCheck} {
			if slices.Contains(offered, private) {
				t.Errorf("%v offer %s, whose answer is for one person", list.Scopes, private)
			}
		}
	}
	if !slices.Equal(scopes, m.Bots[0].Scopes) {
		t.Errorf("menus for %v, the bot is in %v", scopes, m.Bots[0].Scopes)
	}
}

// Dutch has a text for every text of the manifest that can be translated, and
// for nothing else, each within the limits of Microsoft's localization schema.
func TestTeamsManifest_DutchHasTheSameTexts(t *testing.T) {
	t.Parallel()
	files := packageOf(t, teamsConfig(), teamsApp{})
	var manifest any
	var dutch map[string]string
	if err := json.Unmarshal(files["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(files["nl.json"], &dutch); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	collectTexts(want, "", manifest)
	for path, text := range want {
		if dutch[path] == "" {
			t.Errorf("no Dutch for %s: %q", path, text)
		}
	}
	limits := map[*regexp.Regexp]int{
		regexp.MustCompile(`^name\.short$`):                                                      30,
		regexp.MustCompile(`^name\.full$`):                                                       100,
		regexp.MustCompile(`^description\.short$`):                                               80,
		regexp.MustCompile(`^description\.full$`):                                                4000,
		regexp.MustCompile(`^bots\[0\]\.commandLists\[[0-2]\]\.commands\[[0-9]\]\.title$`):       32,
		regexp.MustCompile(`^bots\[0\]\.commandLists\[[0-2]\]\.commands\[[0-9]\]\.description$`): 128,
	}
	for path, text := range dutch {
		if path == "$schema" {
			continue
		}
		if want[path] == "" {
			t.Errorf("%s is no text of the manifest", path)
		}
		known := false
		for pattern, most := range limits {
			if !pattern.MatchString(path) {
				continue
			}
			known = true
			for _, text := range []string{text, want[path]} {
				if n := utf8.RuneCountInString(text); n > most {
					t.Errorf("%s has %d characters, %d at most: %q", path, n, most, text)
				}
			}
		}
		if !known {
			t.Errorf("%s cannot be translated", path)
		}
	}
	if len(dutch) != len(want)+1 {
		t.Errorf("%d texts in Dutch, %d in the manifest", len(dutch)-1, len(want))
	}
}

// collectTexts collects what people read in a manifest, by its path.
func collectTexts(into map[string]string, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			collectTexts(into, strings.TrimPrefix(path+"."+key, "."), value)
		}
	case []any:
		for i, value := range v {
			collectTexts(into, path+"["+strconv.Itoa(i)+"]", value)
		}
	case string:
		if regexp.MustCompile(`^(name|description)\.|\.commands\[\d+\]\.`).MatchString(path) {
			into[path] = v
		}
	}
}
