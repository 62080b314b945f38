package slack

// The tests in this file look at what is drawn, without a server.

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/slack-go/slack"

	"guestsite/bot/card"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, v any) {
	t.Helper()
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name+".json")
	if *updateGolden {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("%s differs; run with -update and read the difference:\n%s", file, out.String())
	}
}

func cases() (map[string]card.Card, map[string]card.Form) {
	cards := map[string]card.Card{
		"card_owner": ownerCard(), "card_outcome": outcomeCard(), "card_note": noteCard(),
	}
	forms := map[string]card.Form{
		"form_site": siteForm(), "form_people": peopleForm(), "form_loading": loading(),
	}
	return cards, forms
}

func TestRender_GoldenCardsAndFormsPassOurChecks(t *testing.T) {
	t.Parallel()
	cards, forms := cases()
	for name, c := range cards {
		m := renderCard(c)
		golden(t, name, struct {
			Text   string        `json:"text"`
			Blocks []slack.Block `json:"blocks"`
		}{m.Text, m.Blocks})
		if p := append(checkText(m.Text), checkMessage(m)...); len(p) > 0 {
			t.Errorf("%s: %v", name, p)
		}
	}
	for name, f := range forms {
		v := renderForm(f, nil)
		golden(t, name, v)
		if p := checkView(v); len(p) > 0 {
			t.Errorf("%s: %v", name, p)
		}
	}
}
