package cardtest

import (
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

func TestCards_HaveNamesThatFilesCanHave(t *testing.T) {
	t.Parallel()
	texts := Load(t)
	for _, lang := range card.Languages() {
		seen := map[string]bool{}
		check := func(name, what string) {
			if name != filepath.Base(name) || len(name) > 100 || seen[name] {
				t.Errorf("%s: the name %q is taken or no file's", what, name)
			}
			seen[name] = true
		}
		cards, forms := Longest(texts, lang)
		for _, c := range append(Cards(texts, lang), cards...) {
			check(c.Name, c.Title)
		}
		for _, f := range append(Forms(texts, lang), forms...) {
			check(f.Name, f.Title)
		}
	}
}

// What is long is as long as its field takes, and no longer.
func TestLongest_FillsWhatPeopleType(t *testing.T) {
	t.Parallel()
	for _, s := range styles() {
		g := Guest(flow.Question)
		r := NewSite(flow.Declined, g)
		for range 2 { // the second time changes nothing
			s.growRequest(r)
			s.growGuest(g)
		}
		for what, got := range map[string]struct {
			text string
			most int
		}{
			"guest":    {g.Name, mostName},
			"mail":     {g.Mail, mostMail},
			"question": {g.Asked[0].Text, mostWords},
			"purpose":  {r.Answers.Purpose, mostWords},
			"name":     {r.Answers.Name, mostSite},
			"owner":    {r.Answers.Owner.Name, mostName},
		} {
			least := got.most - utf8.RuneCountInString(s.unit)
			if n := utf8.RuneCountInString(got.text); n > got.most || n < least {
				t.Errorf("%s: %s has %d characters, of %d", s.name, what, n, got.most)
			}
		}
		if g.Mail == s.mail("g2", g.Mail) {
			t.Errorf("%s: two guests have one address", s.name)
		}
	}
}

// A card that is new here must come with what its builders are called with.
func TestCards_EveryBuilderIsAmongThem(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("sample*.go")
	if err != nil {
		t.Fatal(err)
	}
	var src string
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		src += string(b)
	}
	for _, name := range builders(t) {
		if !calls(src, name) {
			t.Errorf("no sample shows what card.%s makes", name)
		}
	}
}
