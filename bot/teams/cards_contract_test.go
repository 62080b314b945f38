package teams

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// cardSchema gives a published schema. The folder with the contracts is named by
// GUESTSITE_CONTRACTS; without it the test is skipped.
func cardSchema(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	dir := os.Getenv("GUESTSITE_CONTRACTS")
	if dir == "" {
		t.Skip("GUESTSITE_CONTRACTS names no folder")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "adaptivecards", file))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("mem:///card.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("mem:///card.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// withoutTeams takes out what Teams adds to Adaptive Cards 1.5, at the places where
// it adds it and at no others.
func withoutTeams(v any) {
	if root, ok := v.(map[string]any); ok {
		delete(root, "msteams")
	}
	withoutParts(v)
}

func withoutParts(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			withoutParts(e)
		}
	case map[string]any:
		switch v["type"] {
		case "Input.ChoiceSet":
			delete(v, "choices.data")
			if v["style"] == "filtered" { // Teams takes it in 1.5; the schema has it from 1.6 on
				delete(v, "style")
			}
		case "Action.Submit":
			delete(v, "msteams")
		}
		for _, e := range v {
			withoutParts(e)
		}
	}
}

// TestContract_Cards holds everything that is drawn against the published schemas:
// that of Teams, and, without what Teams adds, that of the version the cards say.
func TestContract_Cards(t *testing.T) {
	t.Parallel()
	ofTeams := cardSchema(t, "teams-adaptive-card.derived.schema.json")
	of15 := cardSchema(t, "adaptive-card-1.5.0.schema.json")
	all := append(everyCard(t), longestCards(t)...)
	for _, d := range all {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.card))
		if err != nil {
			t.Fatalf("%s: %v", d.name, err)
		}
		if err := ofTeams.Validate(v); err != nil {
			t.Errorf("%s: Teams: %.2000s", d.name, err)
		}
		withoutTeams(v)
		if err := of15.Validate(v); err != nil {
			t.Errorf("%s: 1.5: %.2000s", d.name, err)
		}
		if t.Failed() {
			t.Fatalf("%s", d.card)
		}
	}
	t.Logf("%d cards were validated", len(all))
}

// TestContract_CardsFindsWhatIsWrong shows that the validators would tell.
func TestContract_CardsFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	ofTeams := cardSchema(t, "teams-adaptive-card.derived.schema.json")
	of15 := cardSchema(t, "adaptive-card-1.5.0.schema.json")
	for name, text := range map[string]string{
		"an unknown property": `{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"x","wrapp":true}]}`,
		"an unknown element":  `{"type":"AdaptiveCard","version":"1.5","body":[{"type":"Hologram"}]}`,
		"an unknown weight":   `{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"x","weight":"heavy"}]}`,
	} {
		for schema, s := range map[string]*jsonschema.Schema{"Teams": ofTeams, "1.5": of15} {
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(text)))
			if err != nil {
				t.Fatal(err)
			}
			if s.Validate(v) == nil {
				t.Errorf("%s: %s is taken", schema, name)
			}
		}
	}
}
