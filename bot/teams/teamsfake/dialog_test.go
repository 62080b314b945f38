package teamsfake

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const opener = `{"type":"AdaptiveCard","version":"1.5","body":[{"type":"ActionSet","actions":[
	{"type":"Action.Submit","title":"Open","data":{"requestId":"r1","msteams":{"type":"task/fetch"}}}]}]}`

func page(title, card string) string {
	return fmt.Sprintf(`{"task":{"type":"continue","value":{"title":%q,"width":"medium","height":400,
		"card":{"contentType":%q,"content":%s}}}}`, title, cardType, card)
}

const pageCard = `{"type":"AdaptiveCard","version":"1.5","body":[
	{"type":"Input.Text","id":"in_why","label":"Why","isRequired":true,"errorMessage":"Say why."},
	{"type":"Input.ChoiceSet","id":"in_who","label":"Who","choices":[],"choices.data":{"type":"Data.Query","dataset":"graph.microsoft.com/users"}},
	{"type":"ActionSet","actions":[{"type":"Action.Submit","title":"Next","data":{"requestId":"r1"}},
	{"type":"Action.Execute","title":"Wrong"}]}]}`

func TestDialog(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	u := s.As(Sanne)
	_, ref := shown(t, s, opener)
	b.does(replyJSON(page("Reason", pageCard)))
	if out := must[Outcome](t)(u.Click(t.Context(), ref, "Open")); !out.OK() || out.Answer != "continue" {
		t.Fatalf("open: %+v", out)
	}
	a := b.last(t)
	if a["name"] != "task/fetch" || str(child(a["value"], "data"), "requestId") != "r1" || a["replyToId"] != ref.ID {
		t.Errorf("fetch %s", mustJSON(a))
	}
	d, open := u.Dialog()
	if !open || d.Title != "Reason" || d.Width != "medium" || d.Height != "400" || len(d.Buttons()) != 2 {
		t.Fatalf("dialog %+v, %v", d, open)
	}
	if _, err := u.Click(t.Context(), d.Ref(), "Next"); err == nil || !strings.Contains(err.Error(), "Say why.") {
		t.Errorf("an empty form: %v", err)
	}
	if err := second(u.Click(t.Context(), d.Ref(), "Wrong")); !errors.Is(err, ErrNotPossible) {
		t.Errorf("Action.Execute in a dialog: %v", err)
	}
	for id, v := range map[string]string{"in_why": "because", "in_who": Mehmet} {
		if err := u.Fill(t.Context(), d.Ref(), id, v); err != nil {
			t.Fatal(err)
		}
	}
	if drawn := s.Transcript(Sanne); !strings.Contains(drawn, "[dialog] Reason\n  Why: <because>\n  Who: <Mehmet Yilmaz>") {
		t.Errorf("drawn:\n%s", drawn)
	}
	b.does(replyJSON(page("Second", pageCard)))
	must[Outcome](t)(u.Click(t.Context(), d.Ref(), "Next"))
	a = b.last(t)
	if got := string(mustJSON(child(a["value"], "data"))); a["name"] != "task/submit" ||
		got != fmt.Sprintf(`{"in_who":%q,"in_why":"because","requestId":"r1"}`, Mehmet) {
		t.Errorf("submit %s", mustJSON(a))
	}
	if _, has := a["replyToId"]; has {
		t.Error("task/submit says which message it came from")
	}
	if d, _ = u.Dialog(); d.Title != "Second" || d.Values["in_why"] != "" {
		t.Errorf("second page %+v", d)
	}
	if err := u.Fill(t.Context(), d.Ref(), "in_why", "x"); err != nil {
		t.Fatal(err)
	}
	before := len(b.all())
	b.does(replyJSON(`{"ok":true}`))
	if out := must[Outcome](t)(u.Click(t.Context(), d.Ref(), "Next")); out.Code != CodeUnreachable || len(b.all())-before != 3 {
		t.Errorf("a wrong shape: %+v after %d calls", out, len(b.all())-before)
	}
	if d, open = u.Dialog(); !open || d.Trouble != lineUnreachable {
		t.Errorf("after a wrong shape: %+v, %v", d, open)
	}
	b.does(replyJSON(`{"task":{"type":"message","value":"Saved."}}`))
	if out := must[Outcome](t)(u.Click(t.Context(), d.Ref(), "Next")); out.Line != "Saved." {
		t.Errorf("message: %+v", out)
	}
	if _, open = u.Dialog(); open {
		t.Error("a message leaves the dialog open")
	}
	if err := second(u.Click(t.Context(), d.Ref(), "Next")); !errors.Is(err, ErrNotPossible) {
		t.Errorf("a closed dialog: %v", err)
	}
}

func TestDialog_Answers(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	u := s.As(Sanne)
	_, ref := shown(t, s, opener)
	for name, c := range map[string]struct {
		body, code string
		open       bool
	}{
		"page":          {page("P", pageCard), "", true},
		"nothing":       {"", "", false},
		"other type":    {`{"task":{"type":"stop"}}`, CodeUnreachable, false},
		"message":       {`{"task":{"type":"message","value":{}}}`, CodeUnreachable, false},
		"bare card":     {pageCard, CodeUnreachable, false},
		"refused card":  {page("P", element(`{"type":"Hologram"}`)), CodeUnreachable, false},
		"unknown width": {strings.Replace(page("P", pageCard), "medium", "huge", 1), CodeUnreachable, false},
		"not JSON":      {"x", CodeUnreachable, false},
	} {
		u.CloseDialog()
		b.does(replyJSON(c.body))
		out := must[Outcome](t)(u.Click(t.Context(), ref, "Open"))
		if _, open := u.Dialog(); out.Code != c.code || open != c.open {
			t.Errorf("%s: %+v, open %v", name, out, open)
		}
	}
}
