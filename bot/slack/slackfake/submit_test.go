package slackfake

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestSubmit_SendsStateAndCloses(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	u := s.As(Sanne)
	v := openModal(t, s, a, everyInput)
	fill := func(key string, values ...string) {
		t.Helper()
		mustOutcome(t)(u.Fill(t.Context(), v.Ref(), key, values...))
	}
	fill("Name", "Linden")
	fill("Owner", Mehmet)
	fill("Sharing", "New guests")
	fill("Until", "2027-02-19")
	fill("Rules", "r1", "r2")
	fill("Mail", "anna@fabrikam.com")
	out := mustOutcome(t)(u.Submit(t.Context()))
	if out.Answer != "close" || len(u.OpenViews()) != 0 {
		t.Fatalf("outcome %+v, open %v", out, u.OpenViews())
	}
	got := string(mustJSON(a.payload(t)["view"].(obj)["state"].(obj)["values"]))
	for _, want := range []string{
		`"name":{"type":"plain_text_input","value":"Linden"}`,
		`"owner":{"selected_user":"U0MEHMET","type":"users_select"}`,
		`"sharing":{"selected_option":{"text":{"emoji":true,"text":"New guests","type":"plain_text"},"value":"new"},"type":"static_select"}`,
		`"until":{"selected_date":"2027-02-19","type":"datepicker"}`,
		`"note":{"type":"plain_text_input","value":null}`,
		`"level":{"selected_option":null,"type":"radio_buttons"}`,
		`"people":{"selected_users":[],"type":"multi_users_select"}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("state lacks %s\nin %s", want, got)
		}
	}
	if strings.Count(got, `"value":"r1"`) != 1 || strings.Count(got, `"value":"r2"`) != 1 {
		t.Errorf("checkboxes in %s", got)
	}
}

const everyInput = `{"type":"modal","title":{"type":"plain_text","text":"All"},"submit":{"type":"plain_text","text":"Send"},"blocks":[
	{"type":"input","block_id":"name","label":{"type":"plain_text","text":"Name"},"element":{"type":"plain_text_input","action_id":"name","min_length":3,"max_length":10}},
	{"type":"input","block_id":"note","optional":true,"label":{"type":"plain_text","text":"Note"},"element":{"type":"plain_text_input","action_id":"note","multiline":true}},
	{"type":"input","block_id":"owner","label":{"type":"plain_text","text":"Owner"},"element":{"type":"users_select","action_id":"owner"}},
	{"type":"input","block_id":"people","optional":true,"label":{"type":"plain_text","text":"People"},"element":{"type":"multi_users_select","action_id":"people","max_selected_items":1}},
	{"type":"input","block_id":"sharing","label":{"type":"plain_text","text":"Sharing"},"element":{"type":"static_select","action_id":"sharing","options":[
		{"text":{"type":"plain_text","text":"New guests"},"value":"new"},{"text":{"type":"plain_text","text":"Nobody"},"value":"none"}]}},
	{"type":"input","block_id":"level","optional":true,"label":{"type":"plain_text","text":"Level"},"element":{"type":"radio_buttons","action_id":"level","options":[
		{"text":{"type":"plain_text","text":"Low"},"value":"low"}]}},
	{"type":"input","block_id":"rules","label":{"type":"plain_text","text":"Rules"},"element":{"type":"checkboxes","action_id":"rules","options":[
		{"text":{"type":"mrkdwn","text":"*One*"},"value":"r1"},{"text":{"type":"plain_text","text":"Two"},"value":"r2"}]}},
	{"type":"input","block_id":"until","label":{"type":"plain_text","text":"Until"},"element":{"type":"datepicker","action_id":"until"}},
	{"type":"input","block_id":"mail","label":{"type":"plain_text","text":"Mail"},"element":{"type":"email_text_input","action_id":"mail"}},
	{"type":"input","block_id":"count","optional":true,"label":{"type":"plain_text","text":"Count"},"element":{"type":"number_input","action_id":"count","is_decimal_allowed":false,"max_value":"5"}}]}`

func TestSubmit_ClientRefusesIncompleteInput(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	u := s.As(Sanne)
	v := openModal(t, s, a, everyInput)
	sent := s.Count("view_submission")
	mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "Name", "ab"))
	mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "Mail", "no address"))
	mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "Count", "6"))
	_, err := u.Submit(t.Context())
	var incomplete *IncompleteError
	if !errors.As(err, &incomplete) {
		t.Fatalf("error %v", err)
	}
	for _, block := range []string{"name", "owner", "sharing", "rules", "until", "mail", "count"} {
		if incomplete.Fields[block] == "" {
			t.Errorf("%s was let through: %v", block, incomplete.Fields)
		}
	}
	if incomplete.Fields["note"] != "" || s.Count("view_submission") != sent {
		t.Errorf("fields %v, submissions %d", incomplete.Fields, s.Count("view_submission"))
	}
	for key, values := range map[string][]string{
		"name": {"elevenchars"}, "note": {strings.Repeat("x", 3001)}, "owner": {"U9"}, "sharing": {"Everybody"},
		"until": {"19-02-2027"}, "people": {Sanne, Mehmet}, "level": {"low", "high"},
	} {
		if _, err := u.Fill(t.Context(), v.Ref(), key, values...); !errors.Is(err, ErrNotPossible) {
			t.Errorf("%s took %v: %v", key, values, err)
		}
	}
	if _, err := u.Fill(t.Context(), v.Ref(), "name", "two\nlines"); !errors.Is(err, ErrNotPossible) {
		t.Errorf("a single-line input took two lines: %v", err)
	}
}

func TestSubmit_AnswersAreApplied(t *testing.T) {
	t.Parallel()
	next := modal("Next")
	for _, c := range []struct {
		name, answer, action string
		open                 int
		trouble              bool
	}{
		{"errors", `{"response_action":"errors","errors":{"b":"Taken."}}`, "errors", 1, false},
		{"errors for no input", `{"response_action":"errors","errors":{"nope":"Taken."}}`, "errors", 1, true},
		{"update", `{"response_action":"update","view":` + next + `}`, "update", 1, false},
		{"bad update", `{"response_action":"update","view":{"type":"modal"}}`, "update", 1, true},
		{"push", `{"response_action":"push","view":` + next + `}`, "push", 2, false},
		{"clear", `{"response_action":"clear"}`, "clear", 0, false},
		{"unknown", `{"response_action":"dance"}`, "dance", 1, true},
		{"no object", `[]`, "", 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, a, _ := start(t, Options{})
			u := s.As(Sanne)
			v := openModal(t, s, a, modal("One"))
			mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "Name", "Linden"))
			a.does(replyJSON(c.answer))
			out := mustOutcome(t)(u.Submit(t.Context()))
			if out.Answer != c.action || len(u.OpenViews()) != c.open || out.OK() == c.trouble {
				t.Fatalf("outcome %+v, %d open", out, len(u.OpenViews()))
			}
			top, _ := u.TopView()
			if top.Trouble != c.trouble {
				t.Errorf("trouble = %v", top.Trouble)
			}
			if c.name == "errors" && (top.Errors["b"] != "Taken." || !strings.Contains(s.ViewText(top), "! Taken.")) {
				t.Errorf("view = %s", s.ViewText(top))
			}
			if c.name == "push" && top.Title != "Next" {
				t.Errorf("top = %q", top.Title)
			}
		})
	}
}

func TestSubmit_PlainTextBodyIsTrouble(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	u := s.As(Sanne)
	v := openModal(t, s, a, modal("One"))
	mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "Name", "Linden"))
	a.does(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	out := mustOutcome(t)(u.Submit(t.Context()))
	top, open := u.TopView()
	if out.OK() || !open || !top.Trouble || string(top.Values["b"]["name"]) != `{"type":"plain_text_input","value":"Linden"}` {
		t.Errorf("outcome %+v, view %+v", out, top)
	}
}

func TestCloseView_TellsTheAppWhenAsked(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	u := s.As(Sanne)
	openModal(t, s, a, modal("One"))
	mustOutcome(t)(u.CloseView(t.Context()))
	if p := a.payload(t); p["type"] != "view_closed" || p["is_cleared"] != false {
		t.Errorf("payload %s", mustJSON(p))
	}
	if len(u.OpenViews()) != 0 {
		t.Error("the modal is still open")
	}
	openModal(t, s, a, modal("Two"))
	mustOutcome(t)(u.CloseAll(t.Context()))
	if p := a.payload(t); p["is_cleared"] != true {
		t.Errorf("payload %s", mustJSON(p))
	}
}
