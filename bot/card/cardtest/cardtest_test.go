package cardtest

import (
	"os"
	"path/filepath"
	"reflect"
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

// Whoever decides, or helps, reads of a request's standing what its owner reads, so
// the samples leave their cards of it out.
func TestCards_StatusIsTheSameForOwnersAndAdmins(t *testing.T) {
	t.Parallel()
	texts := Load(t)
	for _, lang := range card.Languages() {
		for _, ex := range Examples() {
			owner := card.Status(Seen(texts, card.AsOwner, lang, ex.Request, ex.Guests...))
			for _, role := range []card.Role{card.AsCoOwner, card.AsAdmin} {
				if c := card.Status(Seen(texts, role, lang, ex.Request, ex.Guests...)); !reflect.DeepEqual(c, owner) {
					t.Errorf("%s: %s reads\n%s\nthe owner\n%s", ex.Name, role, c.Text, owner.Text)
				}
			}
		}
	}
}

// Every state of a part is shown as each viewer sees it, and every button that there
// is stands on one of the samples, so that both chats' suites draw and press it.
func TestCards_EveryStateAsEveryViewerAndEveryActionIsAmongThem(t *testing.T) {
	t.Parallel()
	texts := Load(t)
	cards, forms := Cards(texts, "en"), Forms(texts, "en")
	decides, stands := map[string]bool{}, map[string]bool{}
	acts := map[card.Action]bool{card.ActClose: true} // a chat whose forms are messages draws it itself
	for _, c := range cards {
		switch c.Kind {
		case "decide":
			decides[c.Title] = true
		case "status":
			stands[c.Title] = true
		}
		collect(acts, c.Card.Blocks)
	}
	for _, f := range forms {
		collect(acts, f.Form.Blocks)
		collect(acts, f.Form.Tail)
		collect(acts, []card.Block{card.Actions{Buttons: f.Form.Buttons}})
	}
	for _, role := range Roles() {
		for _, s := range flow.States(flow.OfSite) {
			if title := "site " + string(s) + " / the site / " + string(role); role != card.AsOwner && !decides[title] {
				t.Errorf("no decision card %q", title)
			}
		}
		for _, s := range flow.States(flow.OfGuest) {
			if title := "guest " + string(s) + " / " + string(role); role != card.AsCoOwner && role != card.AsAdmin && !stands[title] {
				t.Errorf("no status card %q", title)
			}
			if title := "guest " + string(s) + " / " + string(role); Guest(s).Stage != "" && !decides[title] {
				t.Errorf("no decision card %q", title)
			}
		}
	}
	for name, a := range actions(t) {
		if !acts[a] {
			t.Errorf("card.%s stands on no sample", name)
		}
	}
}

func collect(acts map[card.Action]bool, bs []card.Block) {
	for _, b := range bs {
		if row, ok := b.(card.Actions); ok {
			for _, x := range row.Buttons {
				acts[x.Action] = true
			}
		}
	}
}
