package slack

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
)

// kinds collects what kinds of elements there are, each with the properties it has
// been seen with. Those without a type go by the name of what holds them.
func kinds(v any, name string, into map[string]map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			kinds(e, name, into)
		}
	case map[string]any:
		kind, ok := v["type"].(string)
		switch {
		case ok:
		case name == "confirm":
			kind = "confirm"
		case name == "options", name == "initial_option", name == "initial_options":
			kind = "option"
		}
		for k, e := range v {
			if kind != "" {
				if into[kind] == nil {
					into[kind] = map[string]bool{}
				}
				into[kind][k] = true
			}
			kinds(e, k, into)
		}
	}
}

// TestKinds_AreThoseOfTheFile keeps testdata/kinds.json, the elements that cards and
// forms are made of, for whoever has to draw them all.
func TestKinds_AreThoseOfTheFile(t *testing.T) {
	t.Parallel()
	all := map[string]map[string]bool{}
	see := func(v any) {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var out any
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatal(err)
		}
		kinds(out, "", all)
	}
	texts := cardtest.Load(t)
	for _, lang := range card.Languages() {
		for _, c := range cardtest.Cards(texts, lang) {
			see(renderCard(c.Card).Blocks)
		}
		for _, f := range cardtest.Forms(texts, lang) {
			see(renderForm(f.Form, nil).Blocks.BlockSet)
		}
	}
	list := map[string][]string{}
	for kind, names := range all {
		list[kind] = slices.Sorted(maps.Keys(names))
	}
	now, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/kinds.json"
	if *updateGolden {
		if err := os.WriteFile(file, append(now, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(was), now) {
		t.Errorf("%s differs; run with -update, and see that the demo's page draws what is new:\n%s", file, now)
	}
}
