package teams

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"guestsite/bot"
	"guestsite/bot/card"
)

const (
	// payloadKey holds our own data among the inputs, which Teams merges beside it.
	payloadKey = "guestsite"
	// inputPrefix begins the id of every input, so that none can be payloadKey.
	inputPrefix = "in_"
	// payloadMark is the encoding's version.
	payloadMark = "g1"

	maxPayload = 4000
	maxAnswer  = 20000 // of one input, as JSON; ours
)

// What an action is for.
const (
	doPress  = "press"  // a button
	doSubmit = "submit" // a form is sent
	doLook   = "look"   // a card is shown anew
)

// payload is what a button or form carries: what is needed to find the record, and
// no right. Drawn names the drawing that it stands on: the same button of the same
// drawing is the same event, however often and under whichever activity id it
// comes; but see repeats.
type payload struct {
	Mark    string `json:"v"`
	Do      string `json:"do"`
	Drawn   string `json:"drawn"`
	Action  string `json:"action,omitempty"`
	Request string `json:"request,omitempty"`
	Part    string `json:"part,omitempty"`
	Version int    `json:"version,omitempty"`
	Value   string `json:"value,omitempty"`
	// Form says that it is of a form; Step is which.
	Form bool   `json:"form,omitempty"`
	Step string `json:"step,omitempty"`
}

// readPayload takes our data and the inputs out of what was sent. Anything else is
// left out; what we could not have written is Invalid.
func readPayload(raw json.RawMessage) (payload, map[string][]string, error) {
	const op = "teams: read action"
	bad := func(why string) (payload, map[string][]string, error) {
		return payload{}, nil, &bot.Error{Code: bot.Invalid, Op: op, Detail: why}
	}
	raw, err := unquoted(raw)
	if err != nil {
		return bad("data is not an object")
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return bad("data is not an object")
	}
	ours := all[payloadKey]
	if len(ours) == 0 || len(ours) > maxPayload {
		return bad("no data of ours")
	}
	var p payload
	d := json.NewDecoder(bytes.NewReader(ours))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return bad("data that we did not write")
	}
	switch {
	case p.Mark != payloadMark, p.Version < 0, p.Drawn == "":
		return bad("data of another version")
	case p.Do == doPress && p.Action != "", p.Do == doSubmit && p.Form, p.Do == doLook:
	default:
		return bad("nothing asked for")
	}
	values := map[string][]string{}
	for id, v := range all {
		kind, field, ok := fieldOf(id)
		if !ok {
			continue
		}
		if len(v) > maxAnswer {
			return bad("an answer is too long")
		}
		if l := answers(kind, v); len(l) > 0 {
			values[field] = l
		}
	}
	return p, values, nil
}

// unquoted unwraps an object that was sent as a string, which some clients do.
func unquoted(raw json.RawMessage) (json.RawMessage, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '"' {
		return raw, nil
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return json.RawMessage(s), err
}

// inputID names a field's input: the prefix, the field's kind and its id.
func inputID(f card.Field) string { return inputPrefix + string(f.Kind) + "_" + f.ID }

// fieldOf reads a field's kind and id back.
func fieldOf(inputID string) (kind card.FieldKind, id string, ok bool) {
	rest, ours := strings.CutPrefix(inputID, inputPrefix)
	k, id, _ := strings.Cut(rest, "_")
	return card.FieldKind(k), id, ours && id != ""
}

// answers reads an input's value. Values come as strings, several that were picked
// joined by commas; a number or a truth value is tolerated.
func answers(kind card.FieldKind, raw json.RawMessage) []string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		var n json.Number
		var b bool
		switch {
		case json.Unmarshal(raw, &n) == nil && n != "":
			s = n.String()
		case json.Unmarshal(raw, &b) == nil && b:
			s = "true"
		}
	}
	if kind != card.People {
		if strings.TrimSpace(s) == "" {
			return nil
		}
		return []string{s}
	}
	var out []string
	for id := range strings.SplitSeq(s, ",") {
		if id = strings.TrimSpace(id); id != "" {
			out = append(out, id)
		}
	}
	return out
}

// key names the event: who did what on which drawing of which message, with which
// answers.
func (p payload) key(message bot.Ref, values map[string][]string) string {
	h := sha256.New()
	e := json.NewEncoder(h)
	_ = e.Encode([]any{message, p})
	for _, id := range slices.Sorted(maps.Keys(values)) {
		_ = e.Encode([]any{id, values[id]})
	}
	return "teams:" + p.Do + ":" + hex.EncodeToString(h.Sum(nil)[:20])
}
