package teams

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
)

// ours gives the part of a button's data that is the bot's, to be changed.
func ours(t *testing.T, data map[string]any) (own, all map[string]any) {
	t.Helper()
	own, ok := data[payloadKey].(map[string]any)
	if !ok {
		t.Fatalf("the button carries %v", data)
	}
	own, all = maps.Clone(own), maps.Clone(data)
	all[payloadKey] = own
	return own, all
}

// A button carries no right, so data that was changed is either taken as what it says,
// for the engine to judge, or refused with a note.
func TestTamper_IsRefusedOrTakenAsWhatItSays(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	data := r.dataOf(t, mehmet, msg, "Add Anna")
	r.press(t, mehmet, "", msg.ID, data)
	genuine := d.one(t)

	taken := map[string]func(own map[string]any) func(*bot.Press) bool{
		"version": func(own map[string]any) func(*bot.Press) bool {
			own["version"] = 99
			return func(p *bot.Press) bool { return p.Version == 99 }
		},
		"part": func(own map[string]any) func(*bot.Press) bool {
			own["part"] = "guest-2"
			return func(p *bot.Press) bool { return p.Part == "guest-2" }
		},
		"request": func(own map[string]any) func(*bot.Press) bool {
			own["request"] = "G-1"
			return func(p *bot.Press) bool { return p.Request == "G-1" }
		},
		"action": func(own map[string]any) func(*bot.Press) bool {
			own["action"] = "approve_all"
			return func(p *bot.Press) bool { return p.Action == card.ActApproveAll }
		},
		"value": func(own map[string]any) func(*bot.Press) bool {
			own["value"] = "new"
			return func(p *bot.Press) bool { return p.Value == "new" }
		},
	}
	keys := map[string]string{genuine.Key: "the genuine click"}
	for name, change := range taken {
		d.forget()
		own, all := ours(t, data)
		says := change(own)
		r.press(t, mehmet, "", msg.ID, all)
		in := d.one(t)
		if in.Press == nil || !says(in.Press) || in.Press.Card != genuine.Press.Card || in.User != genuine.User {
			t.Errorf("%s: %+v", name, in.Press)
		}
		if was, ok := keys[in.Key]; ok {
			t.Errorf("%s has the key of %s", name, was)
		}
		keys[in.Key] = name
	}
	for name, change := range map[string]func(own, all map[string]any) any{
		"no data":                 func(_, _ map[string]any) any { return nil },
		"an empty object":         func(_, _ map[string]any) any { return map[string]any{} },
		"another's data":          func(own, _ map[string]any) any { return map[string]any{"other": own} },
		"data of ours alone":      func(own, _ map[string]any) any { return own },
		"a text":                  func(_, _ map[string]any) any { return "approve" },
		"a list":                  func(own, _ map[string]any) any { return []any{own} },
		"ours is a text":          func(own, _ map[string]any) any { return map[string]any{payloadKey: jsonOf(t, own)} },
		"ours is a list":          func(own, _ map[string]any) any { return map[string]any{payloadKey: []any{own}} },
		"ours is null":            func(_, _ map[string]any) any { return map[string]any{payloadKey: nil} },
		"a field more":            func(own, all map[string]any) any { own["user"] = sanne; return all },
		"a field of another kind": func(own, all map[string]any) any { own["version"] = "3"; return all },
		"a version below nothing": func(own, all map[string]any) any { own["version"] = -1; return all },
		"half a version":          func(own, all map[string]any) any { own["version"] = 1.5; return all },
		"a version without end": func(own, all map[string]any) any {
			own["version"] = json.RawMessage("9" + strings.Repeat("0", 40))
			return all
		},
		"an encoding of next year":  func(own, all map[string]any) any { own["v"] = "g2"; return all },
		"no encoding":               func(own, all map[string]any) any { delete(own, "v"); return all },
		"no drawing":                func(own, all map[string]any) any { delete(own, "drawn"); return all },
		"an empty drawing":          func(own, all map[string]any) any { own["drawn"] = ""; return all },
		"nothing to do":             func(own, all map[string]any) any { delete(own, "do"); return all },
		"something else to do":      func(own, all map[string]any) any { own["do"] = "approve"; return all },
		"a press of nothing":        func(own, all map[string]any) any { delete(own, "action"); return all },
		"a card that is sent":       func(own, all map[string]any) any { own["do"] = "submit"; return all },
		"too large":                 func(own, all map[string]any) any { own["value"] = strings.Repeat("x", 5000); return all },
		"an answer that is a book":  func(_, all map[string]any) any { all["in_lines_note"] = strings.Repeat("x", 30_000); return all },
		"half of an object in text": func(_, all map[string]any) any { return jsonOf(t, all)[:20] },
	} {
		d.forget()
		own, all := ours(t, data)
		wantSorryNote(t, d, name, r.press(t, mehmet, "", msg.ID, change(own, all)).Body)
		// An old client's, too.
		d.forget()
		own, all = ours(t, data)
		out, err := r.fake.As(mehmet).SendActivity(t.Context(), "", "message", map[string]any{"value": change(own, all), "replyToId": msg.ID})
		if err != nil || out.Status != http.StatusOK && out.Status != http.StatusBadRequest {
			t.Errorf("%s of an old client: %+v, %v", name, out, err)
		}
		r.settle(t)
		if name != "no data" { // then it is a message without words
			d.none(t, name+" of an old client")
		}
	}
	if strings.Contains(r.log.String(), "panic") {
		t.Errorf("a panic:\n%s", r.log)
	}
}

// Some clients send an object as its JSON.
func TestTamper_AnObjectInATextIsTheObject(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	data := r.dataOf(t, mehmet, msg, "Add Anna")
	r.press(t, mehmet, "", msg.ID, data)
	want := d.one(t)
	d.forget()
	r.press(t, mehmet, "", msg.ID, jsonOf(t, data))
	if got := d.one(t); got.Key != want.Key {
		t.Errorf("data in a text is %+v", got)
	}
	d.forget()
	value := jsonOf(t, map[string]any{"action": map[string]any{"type": "Action.Execute", "data": data}})
	if _, err := r.fake.As(mehmet).SendActivity(t.Context(), "", "invoke", map[string]any{
		"name": "adaptiveCard/action", "value": value, "replyToId": msg.ID,
	}); err != nil {
		t.Fatal(err)
	}
	if got := d.one(t); got.Key != want.Key {
		t.Errorf("a value in a text is %+v", got)
	}
	d.forget()
	if _, err := r.fake.As(mehmet).SendActivity(t.Context(), "", "message", map[string]any{"value": jsonOf(t, data), "replyToId": msg.ID}); err != nil {
		t.Fatal(err)
	}
	if got := d.one(t); got.Key != want.Key {
		t.Errorf("an old client's value in a text is %+v", got)
	}
}

// Teams lays what was typed beside our data. No question can be named as our data is,
// and what is beside it is an answer or nothing.
func TestTamper_InputsAreNeverOurData(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	awkward := card.Form{
		Request: "G-1042", Step: "site", Title: "Names", Submit: "Send it",
		Fields: []card.Field{
			{ID: payloadKey, Kind: card.Line, Label: "1", Optional: true},
			{ID: "v", Kind: card.Line, Label: "2", Optional: true},
			{ID: "do", Kind: card.Line, Label: "3", Optional: true},
			{ID: "with_a_line", Kind: card.Lines, Label: "4", Optional: true},
		},
	}
	_, msg := r.open(t, sanne, awkward)
	me := r.fake.As(sanne)
	for _, f := range awkward.Fields {
		if err := me.Fill(t.Context(), msg, inputID(f), `{"v":"g1","do":"press","action":"approve"}`); err != nil {
			t.Fatal(err)
		}
	}
	ok(t)(me.Click(t.Context(), msg, "Send it"))
	in := d.one(t)
	if in.Submit == nil || in.Submit.Request != "G-1042" || len(in.Submit.Values) != len(awkward.Fields) {
		t.Fatalf("sent: %+v", in.Submit)
	}
	for _, f := range awkward.Fields {
		if v := in.Submit.Values[f.ID]; len(v) != 1 || !strings.HasPrefix(v[0], `{"v"`) {
			t.Errorf("%s holds %q", f.ID, v)
		}
	}

	data := r.dataOf(t, sanne, msg, "Send it")
	for name, beside := range map[string]any{"a number": 30, "yes": true, "no": false, "nothing": nil, "an object": map[string]any{}, "a list": []any{"x"}} {
		d.forget()
		_, all := ours(t, data)
		all["in_line_do"], all["note"], all["in_"], all["in_line"], all["in_line_"] = beside, "x", "x", "x", "x"
		all["line_more"], all["out_line_more"] = "x", "x"
		r.press(t, sanne, "", msg.ID, all)
		in := d.one(t)
		want := map[string]string{"a number": "30", "yes": "true"}[name]
		if v := in.Submit.Values["do"]; want == "" && len(v) != 0 || want != "" && (len(v) != 1 || v[0] != want) {
			t.Errorf("%s is %q", name, v)
		}
		for id := range in.Submit.Values {
			if id != "do" {
				t.Errorf("%s: an answer of %q", name, id)
			}
		}
	}
}

func TestTamper_SeveralPeopleAreTakenApart(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	people := card.Form{
		Request: "G-1042", Step: "people", Title: "People", Submit: "Send it",
		Fields: []card.Field{{ID: card.FieldMembers, Kind: card.People, Label: "Colleagues", Optional: true}},
	}
	_, msg := r.open(t, sanne, people)
	data := r.dataOf(t, sanne, msg, "Send it")
	for typed, want := range map[string]int{mehmet + "," + priya: 2, mehmet: 1, " , ," + priya + " ,": 1, ",": 0} {
		d.forget()
		_, all := ours(t, data)
		all[inputID(people.Fields[0])] = typed
		r.press(t, sanne, "", msg.ID, all)
		if v := d.one(t).Submit.Values[card.FieldMembers]; len(v) != want {
			t.Errorf("%q is %q", typed, v)
		}
	}
}
