package slack

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"guestsite/bot/card"
)

// contract gives a part of the schema made from Slack's own types. The folder with
// the contracts is named by GUESTSITE_CONTRACTS; without it the test is skipped.
func contract(t *testing.T, part string) *jsonschema.Schema {
	t.Helper()
	dir := os.Getenv("GUESTSITE_CONTRACTS")
	if dir == "" {
		t.Skip("GUESTSITE_CONTRACTS names no folder")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "slack", "slack-types.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("mem:///slack.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("mem:///slack.json#/definitions/" + part)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func obeys(t *testing.T, s *jsonschema.Schema, name string, v any) {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(instance); err != nil {
		t.Errorf("%s: %v\n%s", name, err, raw)
	}
}

func TestRender_ObeysSlacksOwnTypes(t *testing.T) {
	t.Parallel()
	blocks, views := contract(t, "Blocks"), contract(t, "SlackModalView")
	cards, forms := cases()
	for name, text := range nasty() {
		cards["nasty "+name] = nastyCard(text)
		forms["nasty "+name] = nastyForm(text)
	}
	for name, c := range cards {
		obeys(t, blocks, name, renderCard(c).Blocks)
	}
	for name, f := range forms {
		obeys(t, views, name, renderForm(f, nil))
	}
}

func TestContract_RefusesWhatItShould(t *testing.T) {
	t.Parallel()
	s := contract(t, "SlackModalView")
	v := renderForm(siteForm(), nil)
	v.Title = plainText("a title of more than twenty-four")
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if s.Validate(instance) == nil {
		t.Error("a title of 32 characters passes, so the schema checks nothing")
	}
}

// nastyCard puts one string everywhere a card takes text.
func nastyCard(s string) card.Card {
	b := card.Button{Label: s, Spoken: s, Style: card.Primary, Action: card.ActApprove, Request: "G-1", Version: 1}
	if b.Label = s; line(s) == "" {
		b.Label = "x"
	}
	text := s
	if len(tidy(s)) == 0 {
		text = "x"
	}
	b.Confirm = &card.Confirm{Title: text, Text: text, Yes: text, No: text}
	all := card.Card{Text: text, Title: s}
	for range 3 {
		all.Blocks = append(all.Blocks,
			card.Text{Runs: []card.Run{{Text: s, Bold: true}, {Text: s, Link: "https://noordzee.example/" + "x"}, {Text: s, Code: true}}},
			card.Quote{Runs: run(s)}, card.Note{Runs: run(s)},
			card.List{Items: [][]card.Run{run(s), run(s), nil}},
			card.Actions{Buttons: []card.Button{b, b, b, b, b, b}},
		)
	}
	return all
}

// nastyForm puts one string everywhere a form takes text.
func nastyForm(s string) card.Form {
	text := s
	if line(s) == "" {
		text = "x"
	}
	c := nastyCard(s)
	option := card.Option{Value: "v", Label: s, Hint: s}
	return card.Form{
		Request: "G-1", Step: "site", Title: text, Submit: text, Close: text, Blocks: c.Blocks,
		Fields: []card.Field{
			{ID: "name", Kind: card.Line, Label: text, Hint: s, Placeholder: s, Error: s, MaxLength: 60, Value: []card.Option{{Value: s}}},
			{ID: "why", Kind: card.Lines, Label: text, Value: []card.Option{{Value: s}}},
			{ID: "access", Kind: card.Choice, Label: text, Options: []card.Option{option}, Value: []card.Option{option}},
			{ID: "owner", Kind: card.OnePerson, Label: text, Placeholder: s, Value: []card.Option{option}},
			{ID: "members", Kind: card.People, Label: text, Placeholder: s, Value: []card.Option{option}},
			{ID: "date", Kind: card.Date, Label: text, Placeholder: s, Value: []card.Option{{Value: s}}},
		},
		Buttons: []card.Button{{Label: text, Action: card.ActBack, Request: "G-1"}},
		Tail:    []card.Block{card.Note{Runs: run(s)}},
	}
}
