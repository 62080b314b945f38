package teamsfake

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// formCard has one input of each kind.
const formCard = `{"type":"AdaptiveCard","version":"1.5","body":[
	{"type":"Input.Text","id":"in_name","label":"Name","isRequired":true,"errorMessage":"Give a name.","maxLength":5,"regex":"^[a-z]+$"},
	{"type":"Input.Text","id":"in_note","label":"Note"},
	{"type":"Input.Number","id":"in_days","label":"Days","min":1,"max":30,"value":7,"errorMessage":"From 1 to 30."},
	{"type":"Input.Date","id":"in_until","label":"Until","min":"2026-12-01","errorMessage":"Too early."},
	{"type":"Input.Time","id":"in_hour","label":"Hour"},
	{"type":"Input.Toggle","id":"in_ok","title":"Agreed","valueOn":"yes","valueOff":"no"},
	{"type":"Input.ChoiceSet","id":"in_one","label":"One","choices":[{"title":"A","value":"a"},{"title":"B","value":"b"}]},
	{"type":"Input.ChoiceSet","id":"in_many","label":"Many","isMultiSelect":true,"value":"a","choices":[{"title":"A","value":"a"},{"title":"B","value":"b"}]},
	{"type":"Input.ChoiceSet","id":"in_owner","label":"Owner","isMultiSelect":true,"choices":[],"choices.data":{"type":"Data.Query","dataset":"graph.microsoft.com/users"}},
	{"type":"Input.ChoiceSet","id":"in_here","label":"Here","choices":[],"choices.data":{"type":"Data.Query","dataset":"graph.microsoft.com/users?scope=currentContext"}},
	{"type":"Input.ChoiceSet","id":"in_site","label":"Site","style":"filtered","choices":[],"choices.data":{"type":"Data.Query","dataset":"sites"}},
	{"type":"ActionSet","actions":[{"type":"Action.Execute","title":"Send","verb":"send","data":{"requestId":"r1"}},
	{"type":"Action.Execute","title":"Cancel","verb":"cancel","associatedInputs":"none","data":{"requestId":"r1"}}]}]}`

func TestFill_AndClick(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	_, ref := shown(t, s, formCard)
	b.does(replyJSON(fmt.Sprintf(`{"statusCode":200,"type":%q,"value":"ok"}`, answerMessage)))
	u := s.As(Sanne)
	_, err := u.Click(t.Context(), ref, "send")
	wrong, ok := errors.AsType[*IncompleteError](err)
	if !ok || len(wrong.Fields) != 1 || wrong.Fields["in_name"] != "Give a name." || len(b.all()) != 0 {
		t.Fatalf("an empty form: %v, %d calls", err, len(b.all()))
	}
	must[Outcome](t)(u.Click(t.Context(), ref, "cancel"))
	if got := string(mustJSON(child(child(b.last(t)["value"], "action"), "data"))); got != `{"requestId":"r1"}` {
		t.Errorf("without inputs: %s", got)
	}
	for id, values := range map[string][]string{
		"in_name": {"abc"}, "in_until": {"2026-12-24"}, "in_hour": {"09:30"}, "in_ok": {"yes"}, "in_one": {"b"},
		"in_many": {"a", "b"}, "in_owner": {Mehmet, Priya}, "in_here": {Sanne},
	} {
		if err := u.Fill(t.Context(), ref, id, values...); err != nil {
			t.Fatal(err)
		}
	}
	must[Outcome](t)(u.Click(t.Context(), ref, "send"))
	want := string(mustJSON(obj{
		"requestId": "r1", "in_name": "abc", "in_days": "7", "in_until": "2026-12-24", "in_hour": "09:30", "in_ok": "yes",
		"in_one": "b", "in_many": "a,b", "in_owner": Mehmet + "," + Priya, "in_here": Sanne,
	}))
	if got := string(mustJSON(child(child(b.last(t)["value"], "action"), "data"))); got != want {
		t.Errorf("data %s\nwant %s", got, want)
	}
	drawn := s.MessageText(see(t, s, Sanne, ref))
	for _, line := range []string{"Name: <abc>", "[x] Agreed", "One: <B>", "Many: <A, B>", "Owner: <Mehmet Yilmaz, Priya Nair>", "[Send] [Cancel]", "> ok"} {
		if !strings.Contains(drawn, line) {
			t.Errorf("%q is not in\n%s", line, drawn)
		}
	}
}

func TestFill_UntouchedAndEmptied(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{NumbersAsJSON: true})
	_, ref := shown(t, s, formCard)
	u := s.As(Sanne)
	for id, values := range map[string][]string{"in_name": {"abc"}, "in_many": nil, "in_note": {""}} {
		if err := u.Fill(t.Context(), ref, id, values...); err != nil {
			t.Fatal(err)
		}
	}
	must[Outcome](t)(u.Click(t.Context(), ref, "send"))
	want := `{"in_days":7,"in_many":"","in_name":"abc","in_note":"","in_ok":"no","requestId":"r1"}`
	if got := string(mustJSON(child(child(b.last(t)["value"], "action"), "data"))); got != want {
		t.Errorf("data %s\nwant %s", got, want)
	}
}

func TestFill_Refusals(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	_, ref := shown(t, s, formCard)
	u := s.As(Sanne)
	for _, c := range []struct {
		id     string
		values []string
	}{
		{"in_none", []string{"x"}},
		{"in_days", []string{"x"}},
		{"in_until", []string{"tomorrow"}},
		{"in_hour", []string{"9"}},
		{"in_ok", []string{"true"}},
		{"in_one", []string{"c"}},
		{"in_one", []string{"a", "b"}},
		{"in_owner", []string{"00000000-0000-4000-8000-000000000000"}},
		{"in_here", []string{Mehmet}},
		{"in_site", []string{"not offered"}},
	} {
		if err := u.Fill(t.Context(), ref, c.id, c.values...); !errors.Is(err, ErrNotPossible) {
			t.Errorf("%s %v: error %v", c.id, c.values, err)
		}
	}
	fill := func(id, v string) {
		t.Helper()
		if err := u.Fill(t.Context(), ref, id, v); err != nil {
			t.Fatal(err)
		}
	}
	fill("in_name", "abc")
	for _, c := range []struct{ id, bad, line, good string }{
		{"in_name", "abcdef", "Give a name.", "abc"},
		{"in_name", "ABC", "Give a name.", "abc"},
		{"in_days", "31", "From 1 to 30.", "30"},
		{"in_days", "0", "From 1 to 30.", "1"},
		{"in_until", "2026-11-30", "Too early.", "2026-12-01"},
	} {
		fill(c.id, c.bad)
		_, err := u.Click(t.Context(), ref, "send")
		if wrong, ok := errors.AsType[*IncompleteError](err); !ok || wrong.Fields[c.id] != c.line {
			t.Errorf("%s = %q: %v", c.id, c.bad, err)
		}
		fill(c.id, c.good)
	}
	if len(b.all()) != 0 {
		t.Error("the bot was called")
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	_, ref := shown(t, s, formCard)
	u := s.As(Sanne)
	for typed, want := range map[string][]string{"s": {Sanne}, "mehmet@": {Mehmet}, "": {Sanne, Mehmet, Priya}, "x": nil} {
		found, _, err := u.Suggest(t.Context(), ref, "in_owner", typed)
		var ids []string
		for _, c := range found {
			ids = append(ids, c.Value)
		}
		if err != nil || !slices.Equal(ids, want) {
			t.Errorf("%q: %v, %v, want %v", typed, ids, err, want)
		}
	}
	if found, _, err := u.Suggest(t.Context(), ref, "in_here", ""); err != nil || len(found) != 1 || found[0].Title != "Sanne de Vries" {
		t.Errorf("this chat: %v, %v", found, err)
	}
	if len(b.all()) != 0 {
		t.Error("the people picker called the bot")
	}
	results := []any{}
	for i := range 20 {
		results = append(results, obj{"title": fmt.Sprint("Site ", i), "value": fmt.Sprint("site", i)})
	}
	b.does(replyJSON(string(mustJSON(obj{"statusCode": 200, "type": answerSearch, "value": obj{"results": results}}))))
	found, out, err := u.Suggest(t.Context(), ref, "in_site", "Sit")
	if err != nil || !out.OK() || len(found) != 15 {
		t.Fatalf("%d found, %+v, %v", len(found), out, err)
	}
	a := b.last(t)
	if a["name"] != "application/search" || string(mustJSON(a["value"])) != `{"dataset":"sites","queryOptions":{"skip":0,"top":15},"queryText":"Sit"}` {
		t.Errorf("invoke %s", mustJSON(a))
	}
	if err := u.Fill(t.Context(), ref, "in_site", "site3"); err != nil {
		t.Error(err)
	}
	if err := u.Fill(t.Context(), ref, "in_site", "site19"); err == nil {
		t.Error("a result beyond the fifteenth was chosen")
	}
	for _, bad := range []string{
		"", "{}", `{"statusCode":500,"type":"` + answerSearch + `","value":{"results":[]}}`, `{"type":"` + answerSearch + `","value":{}}`,
		`{"type":"` + answerSearch + `","value":{"results":[{"title":"x"}]}}`,
	} {
		b.does(replyJSON(bad))
		if _, out, err := u.Suggest(t.Context(), ref, "in_site", "x"); err != nil || out.Code != CodeUnreachable {
			t.Errorf("%q: %+v, %v", bad, out, err)
		}
	}
	if _, _, err := u.Suggest(t.Context(), ref, "in_one", "x"); !errors.Is(err, ErrNotPossible) {
		t.Errorf("an input without choices.data: %v", err)
	}
}

func TestShowCard_InputsOfItsOwn(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	inner := func(id string) string {
		return fmt.Sprintf(`{"type":"Action.ShowCard","title":%q,"card":{"type":"AdaptiveCard","body":[{"type":"Input.Text","id":%q}],
			"actions":[{"type":"Action.Execute","title":"Go %s"}]}}`, id, "in_"+id, id)
	}
	_, ref := shown(t, s, `{"type":"AdaptiveCard","version":"1.5","body":[{"type":"Input.Text","id":"in_top","value":"t"}],
		"actions":[`+inner("a")+`,`+inner("b")+`]}`)
	u := s.As(Sanne)
	for _, key := range []string{"a", "b"} {
		must[Outcome](t)(u.Click(t.Context(), ref, key))
		if err := u.Fill(t.Context(), ref, "in_"+key, key); err != nil {
			t.Fatal(err)
		}
	}
	must[Outcome](t)(u.Click(t.Context(), ref, "Go b"))
	if got := string(mustJSON(child(child(b.last(t)["value"], "action"), "data"))); got != `{"in_b":"b","in_top":"t"}` {
		t.Errorf("data %s", got)
	}
}
