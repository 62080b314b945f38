package teamsfake

import (
	"fmt"
	"strings"
	"testing"
)

// element is a card with one body element.
func element(e string) string { return `{"type":"AdaptiveCard","version":"1.5","body":[` + e + `]}` }

func action(a string) string { return element(`{"type":"ActionSet","actions":[` + a + `]}`) }

// cardCases are cards that must be refused, with the near one that passes.
func cardCases() map[string]struct{ good, bad, why string } {
	refresh := func(ids string) string {
		return `{"type":"AdaptiveCard","version":"1.4","body":[],"refresh":{"action":{"type":"Action.Execute","verb":"r"},"userIds":` + ids + `}}`
	}
	users := func(n int) string {
		out := []string{}
		for i := range n {
			out = append(out, fmt.Sprintf(`"29:%d"`, i))
		}
		return "[" + strings.Join(out, ",") + "]"
	}
	return map[string]struct{ good, bad, why string }{
		"version":     {element(""), `{"type":"AdaptiveCard","version":"1.6","body":[]}`, "version"},
		"no version":  {element(""), `{"type":"AdaptiveCard","body":[]}`, "version"},
		"type":        {element(""), `{"type":"Card","version":"1.5"}`, "AdaptiveCard"},
		"unknown":     {element(`{"type":"Hologram","fallback":"drop"}`), element(`{"type":"Hologram"}`), "Hologram"},
		"text":        {element(`{"type":"TextBlock","text":""}`), element(`{"type":"TextBlock"}`), "without text"},
		"body":        {element(""), `{"type":"AdaptiveCard","version":"1.5","body":{}}`, "not a list"},
		"input id":    {element(`{"type":"Input.Text","id":"a"}`), element(`{"type":"Input.Text"}`), "without id"},
		"two ids":     {element(`{"type":"Input.Text","id":"a"},{"type":"Input.Text","id":"b"}`), element(`{"type":"Input.Text","id":"a"},{"type":"Input.Date","id":"a"}`), "used at"},
		"id in card":  {element(`{"type":"Input.Text","id":"a"}`), `{"type":"AdaptiveCard","version":"1.5","body":[{"type":"Input.Text","id":"a"}],"actions":[{"type":"Action.ShowCard","title":"More","card":{"type":"AdaptiveCard","body":[{"type":"Input.Text","id":"a"}]}}]}`, "used at"},
		"label":       {element(`{"type":"Input.Text","id":"a","isRequired":true,"label":"A","errorMessage":"!"}`), element(`{"type":"Input.Text","id":"a","isRequired":true,"errorMessage":"!"}`), "label"},
		"message":     {element(`{"type":"Input.Text","id":"a","label":"A"}`), element(`{"type":"Input.Text","id":"a","isRequired":true,"label":"A"}`), "errorMessage"},
		"number":      {element(`{"type":"Input.Number","id":"a","value":3}`), element(`{"type":"Input.Number","id":"a","value":"3"}`), "number"},
		"toggle":      {element(`{"type":"Input.Toggle","id":"a","title":"T"}`), element(`{"type":"Input.Toggle","id":"a"}`), "title"},
		"choices":     {element(`{"type":"Input.ChoiceSet","id":"a","choices":[{"title":"A","value":"a"}]}`), element(`{"type":"Input.ChoiceSet","id":"a","choices":[]}`), "choices"},
		"choice":      {element(`{"type":"Input.ChoiceSet","id":"a","choices":[{"title":"A","value":"a"}]}`), element(`{"type":"Input.ChoiceSet","id":"a","choices":[{"title":"A"}]}`), "a value"},
		"comma":       {element(`{"type":"Input.ChoiceSet","id":"a","choices":[{"title":"A","value":"a,b"}]}`), element(`{"type":"Input.ChoiceSet","id":"a","isMultiSelect":true,"choices":[{"title":"A","value":"a,b"}]}`), "comma"},
		"query":       {element(`{"type":"Input.ChoiceSet","id":"a","choices":[],"choices.data":{"type":"Data.Query","dataset":"x"}}`), element(`{"type":"Input.ChoiceSet","id":"a","choices.data":{"type":"Data.Query"}}`), "dataset"},
		"data":        {action(`{"type":"Action.Execute","title":"A","data":{"a":1}}`), action(`{"type":"Action.Execute","title":"A","data":"a"}`), "not an object"},
		"action":      {action(`{"type":"Action.Submit","title":"A","data":"a"}`), action(`{"type":"Action.Http","title":"A"}`), "Action.Http"},
		"fallback":    {action(`{"type":"Action.Execute","fallback":{"type":"Action.Submit"}}`), action(`{"type":"Action.Execute","fallback":{"type":"Action.Http"}}`), "Action.Http"},
		"associated":  {action(`{"type":"Action.Execute","associatedInputs":"none"}`), action(`{"type":"Action.Execute","associatedInputs":"some"}`), "associatedInputs"},
		"url":         {action(`{"type":"Action.OpenUrl","url":"https://a.nl"}`), action(`{"type":"Action.OpenUrl"}`), "url"},
		"toggles":     {element(`{"type":"TextBlock","id":"x","text":""},{"type":"ActionSet","actions":[{"type":"Action.ToggleVisibility","targetElements":["x"]}]}`), action(`{"type":"Action.ToggleVisibility","targetElements":["x"]}`), "no element"},
		"nested card": {action(`{"type":"Action.ShowCard","card":{"type":"AdaptiveCard","body":[]}}`), action(`{"type":"Action.ShowCard","card":{"type":"AdaptiveCard","body":[{"type":"Nope"}]}}`), "Nope"},
		"collision":   {element(`{"type":"Input.Text","id":"in_a"},{"type":"ActionSet","actions":[{"type":"Action.Execute","data":{"a":1}}]}`), element(`{"type":"Input.Text","id":"a"},{"type":"ActionSet","actions":[{"type":"Action.Execute","data":{"a":1}}]}`), "has the name"},
		"sixty":       {refresh(users(60)), refresh(users(61)), "at most 60"},
		"viewers":     {refresh(`["29:x","8:orgid:` + Sanne + `"]`), refresh(`["` + Sanne + `"]`), "29: or 8:orgid:"},
		"refresh": {
			`{"type":"AdaptiveCard","version":"1.5","body":[],"refresh":{"action":{"type":"Action.Execute"}}}`,
			`{"type":"AdaptiveCard","version":"1.5","body":[],"refresh":{"action":{"type":"Action.Submit"}}}`, "Action.Execute",
		},
		"image": {element(`{"type":"Image","url":"https://a.nl/x.png"}`), element(`{"type":"Image","url":"http://a.nl/x.png"}`), "https"},
		"fact":  {element(`{"type":"FactSet","facts":[{"title":"A","value":"b"}]}`), element(`{"type":"FactSet","facts":[{"title":"A"}]}`), "without value"},
		"in columns": {
			element(`{"type":"ColumnSet","columns":[{"type":"Column","items":[{"type":"TextBlock","text":"x"}]}]}`),
			element(`{"type":"ColumnSet","columns":[{"type":"Column","items":[{"type":"Nope"}]}]}`), "Nope",
		},
		"in tables": {
			element(`{"type":"Table","columns":[{"width":1}],"rows":[{"type":"TableRow","cells":[{"type":"TableCell","items":[{"type":"TextBlock","text":"x"}]}]}]}`),
			element(`{"type":"Table","columns":[{"width":1}],"rows":[{"type":"TableRow","cells":[{"type":"TableCell","items":[{"type":"Nope"}]}]}]}`), "Nope",
		},
		"mention": {
			`{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"<at>A</at>"}],"msteams":{"entities":[{"type":"mention","text":"<at>A</at>","mentioned":{"id":"29:x","name":"A"}}]}}`,
			`{"type":"AdaptiveCard","version":"1.5","body":[],"msteams":{"entities":[{"type":"mention","text":"<at>A</at>","mentioned":{"id":"29:x","name":"A"}}]}}`, "mention",
		},
	}
}

func TestCheckCard(t *testing.T) {
	t.Parallel()
	for name, c := range cardCases() {
		good, err := decodeObject([]byte(c.good))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := checkCard(good); err != nil {
			t.Errorf("%s: the good one is refused: %v", name, err)
		}
		bad, err := decodeObject([]byte(c.bad))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := checkCard(bad); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.why)
		}
	}
}

func TestPost_BadCard(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	chat := openChat(t, s, Sanne)
	g := callBot(t, s, "POST", activitiesOf(chat), withCard(element(`{"type":"Hologram"}`)))
	wantStatus(t, g, 400, "BadArgument")
	if !strings.Contains(g.raw, "body.0") {
		t.Errorf("the message does not say where: %s", g.raw)
	}
}
