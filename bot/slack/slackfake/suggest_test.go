package slackfake

import (
	"errors"
	"strings"
	"testing"
)

const external = `{"type":"modal","title":{"type":"plain_text","text":"Pick"},"submit":{"type":"plain_text","text":"Send"},"blocks":[
	{"type":"input","block_id":"site","dispatch_action":true,"label":{"type":"plain_text","text":"Site"},"element":{"type":"external_select","action_id":"site","min_query_length":2}}]}`

func TestSuggest_OnlyOfferedOptionsCanBeChosen(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	u := s.As(Sanne)
	v := openModal(t, s, a, external)
	if _, _, err := u.Suggest(t.Context(), v.Ref(), "Site", "x"); !errors.Is(err, ErrNotPossible) {
		t.Errorf("one character was sent: %v", err)
	}
	a.does(replyJSON(`{"options":[{"text":{"type":"plain_text","text":"Linden"},"value":"s1"}]}`))
	options, out, err := u.Suggest(t.Context(), v.Ref(), "Site", "li")
	if err != nil || !out.OK() || len(options) != 1 || options[0] != (Option{Text: "Linden", Value: "s1"}) {
		t.Fatalf("options %+v, %+v, %v", options, out, err)
	}
	if r := a.last(t); r.Path != PathOptions || a.payload(t)["value"] != "li" {
		t.Errorf("request %+v", r)
	}
	a.does(nil)
	if _, err := u.Fill(t.Context(), v.Ref(), "Site", "s2"); !errors.Is(err, ErrNotPossible) {
		t.Errorf("an option that was not offered: %v", err)
	}
	mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "Site", "Linden"))
	if p := a.payload(t); p["type"] != "block_actions" || str(p["actions"].([]any)[0].(obj)["selected_option"], "value") != "s1" {
		t.Errorf("dispatch payload %s", mustJSON(p))
	}
	for name, body := range map[string]string{"empty object": `{}`, "long text": `{"options":[{"text":{"type":"plain_text","text":"` + strings.Repeat("x", 76) + `"},"value":"1"}]}`} {
		a.does(replyJSON(body))
		if _, out, err := u.Suggest(t.Context(), v.Ref(), "Site", "li"); err != nil || out.Code != "bad_answer" {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
	}
	a.does(replyJSON(`{"options":[]}`))
	if options, out, err := u.Suggest(t.Context(), v.Ref(), "Site", "zz"); err != nil || !out.OK() || len(options) != 0 {
		t.Errorf("no results: %v, %+v, %v", options, out, err)
	}
}
