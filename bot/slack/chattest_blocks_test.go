package slack

import (
	"encoding/json"
	"testing"

	"guestsite/bot/chattest"
)

// screen is what blocks show, with how their elements are named.
type screen struct {
	chattest.Shown
	keys   []string // of the buttons
	inputs []string // block ids of the fields
}

// readBlocks reads blocks as a person does, with what stands in their inputs.
func readBlocks(tb testing.TB, raw json.RawMessage, values map[string]map[string]json.RawMessage, errs map[string]string) screen {
	tb.Helper()
	var s screen
	if len(raw) == 0 {
		return s
	}
	var blocks []object
	if err := json.Unmarshal(raw, &blocks); err != nil {
		tb.Fatal(err)
	}
	for _, b := range blocks {
		id, _ := b["block_id"].(string)
		switch b["type"] {
		case "actions":
			for _, e := range list(b, "elements") {
				s.Buttons = append(s.Buttons, chattest.Button{Label: said(e["text"]), Spoken: str(e, "accessibility_label"), URL: str(e, "url")})
				s.keys = append(s.keys, id+"/"+str(e, "action_id"))
			}
		case "input":
			s.inputs = append(s.inputs, id)
			s.Fields = append(s.Fields, readInput(b, values[id]))
			s.Drawn = append(s.Drawn, said(b["hint"]), errs[id])
		default:
			s.Drawn = append(s.Drawn, texts(b)...)
		}
	}
	return s
}

func readInput(b object, values map[string]json.RawMessage) chattest.Field {
	f := chattest.Field{Label: said(b["label"])}
	f.ID, _ = fieldOf(str(b, "block_id"))
	e, _ := b["element"].(object)
	for _, o := range list(e, "options") {
		f.Options = append(f.Options, said(o["text"])+" "+said(o["description"]))
	}
	var state struct {
		Value string `json:"value"`
		Date  string `json:"selected_date"`
		One   struct {
			Value string `json:"value"`
		} `json:"selected_option"`
		Many []struct {
			Value string `json:"value"`
		} `json:"selected_options"`
	}
	_ = json.Unmarshal(values[str(e, "action_id")], &state) // empty where nothing stands in it
	for _, v := range []string{state.Value, state.Date, state.One.Value} {
		if v != "" {
			f.Values = append(f.Values, v)
		}
	}
	for _, o := range state.Many {
		f.Values = append(f.Values, o.Value)
	}
	return f
}

// texts are the words of a block and of what is in it, in order.
func texts(v any) []string {
	var out []string
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			out = append(out, texts(e)...)
		}
	case object:
		switch text := v["text"].(type) {
		case string:
			out = append(out, text)
		case object:
			out = append(out, texts(text)...)
		}
		out = append(out, texts(v["elements"])...)
	}
	return out
}

func said(v any) string {
	o, _ := v.(object)
	return str(o, "text")
}

func str(o object, key string) string {
	s, _ := o[key].(string)
	return s
}

func list(o object, key string) []object {
	l, _ := o[key].([]any)
	var out []object
	for _, e := range l {
		if e, ok := e.(object); ok {
			out = append(out, e)
		}
	}
	return out
}
