package teams

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"
)

// kinds collects what kinds of elements there are, each with the properties it has
// been seen with. What an action carries is no element.
func kinds(v any, into map[string]map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			kinds(e, into)
		}
	case map[string]any:
		kind, _ := v["type"].(string)
		for k, e := range v {
			if kind != "" {
				if into[kind] == nil {
					into[kind] = map[string]bool{}
				}
				into[kind][k] = true
			}
			if k != "data" && k != "msteams" {
				kinds(e, into)
			}
		}
	}
}

// TestKinds_AreThoseOfTheFile keeps testdata/kinds.json, the elements that cards and
// forms are made of, for whoever has to draw them all.
func TestKinds_AreThoseOfTheFile(t *testing.T) {
	t.Parallel()
	all := map[string]map[string]bool{}
	for _, d := range everyCard(t) {
		var out any
		if err := json.Unmarshal(d.card, &out); err != nil {
			t.Fatal(err)
		}
		kinds(out, all)
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
	if *updateCards {
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
