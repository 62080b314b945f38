package teamsfake

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestWire_BothDirections(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	b.does(replyJSON(answerWith(plainCard("done"))))
	_, ref := shown(t, s, askCard)
	must[Outcome](t)(s.As(Sanne).Click(t.Context(), ref, "yes"))
	entries := s.Wire()
	if len(entries) != 3 {
		t.Fatalf("%d entries, want 3", len(entries))
	}
	posted, clicked := entries[1], entries[2]
	if posted.Direction != ToTeams || posted.Method != "POST" || posted.Status != 201 || !bytes.Contains(posted.Request, []byte("Approve?")) ||
		!bytes.Contains(posted.Response, []byte(ref.ID)) || posted.Seq != 2 {
		t.Errorf("posted %+v", posted)
	}
	if clicked.Direction != ToApp || clicked.Kind != "invoke adaptiveCard/action" || clicked.User != Sanne ||
		!bytes.Contains(clicked.Response, []byte("done")) {
		t.Errorf("clicked %+v", clicked)
	}
	whole := string(mustJSON(entries))
	if strings.Contains(whole, s.Token()) || strings.Contains(whole, "eyJ") {
		t.Error("the wire log holds a token")
	}
	if got := s.Wire("invoke adaptiveCard/action"); len(got) != 1 || s.Count("connector") != 2 {
		t.Errorf("%d clicks, %d calls", len(got), s.Count("connector"))
	}
}

func TestMessageText(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	chat := openChat(t, s, Sanne)
	must[Outcome](t)(s.As(Sanne).Say(t.Context(), "new"))
	id := post(t, s, chat, withCard(`{"type":"AdaptiveCard","version":"1.5","body":[
		{"type":"TextBlock","text":"A new site","style":"heading"},
		{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"by "},{"type":"TextRun","text":"*Sanne*"}]},
		{"type":"FactSet","facts":[{"title":"Name","value":"Dredging"}]},
		{"type":"ColumnSet","columns":[{"type":"Column","items":[{"type":"TextBlock","text":"left"}]},{"type":"Column","items":[{"type":"TextBlock","text":"right"}]}]},
		{"type":"Input.Text","id":"in_why","label":"Why"},
		{"type":"Input.Toggle","id":"in_ok","title":"Agreed"},
		{"type":"ActionSet","actions":[{"type":"Action.Execute","title":"Approve","verb":"a"},{"type":"Action.Execute","title":"Reject","isEnabled":false}]}]}`))
	b.does(replyJSON(`{"statusCode":200,"type":"` + answerMessage + `","value":"Noted."}`))
	must[Outcome](t)(s.As(Sanne).Click(t.Context(), Ref{ConversationID: chat, ID: id}, "a"))
	const want = `Sanne de Vries:
  new
Guest sites:
  # A new site
  by *Sanne*
  Name: Dredging
  left | right
  Why: <>
  [ ] Agreed
  [Approve] (Reject)
  > Noted.
`
	if got := s.Transcript(Sanne); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if got := CardText(json.RawMessage(formCard)); !strings.Contains(got, "Days: <7>") || !strings.Contains(got, "Many: <A>") {
		t.Errorf("card:\n%s", got)
	}
}

func control(t *testing.T, s *Server, method, path, body string, into any) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.ControlURL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
	return resp.StatusCode
}

func TestControl(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	b.does(replyJSON(answerWith(plainCard("done"))))
	shown(t, s, formCard)
	base := "/users/" + Sanne
	var seen []shownMessage
	if control(t, s, "GET", base+"/messages", "", &seen); len(seen) != 1 || len(seen[0].Buttons) != 2 || !strings.Contains(seen[0].Plain, "[Send]") {
		t.Fatalf("messages %+v", seen)
	}
	ref := string(mustJSON(seen[0].Ref()))
	var out Outcome
	for _, c := range []struct {
		path, body string
		status     int
	}{
		{base + "/say", `{"text":"hi"}`, 200},
		{base + "/click", `{"ref":` + ref + `,"key":"send"}`, 409},
		{base + "/fill", `{"ref":` + ref + `,"key":"in_name","values":["abc"]}`, 200},
		{base + "/suggest", `{"ref":` + ref + `,"key":"in_owner","typed":"p"}`, 200},
		{base + "/click", `{"ref":` + ref + `,"key":"send"}`, 200},
		{base + "/refresh", `{"ref":` + ref + `}`, 409},
		{base + "/views", ``, 200},
		{base + "/close-dialog", ``, 200},
		{base + "/dance", ``, 409},
		{base + "/say", `{"txet":"hi"}`, 400},
		{"/users/" + Priya + "/install", ``, 200},
		{"/users/" + Priya + "/uninstall", ``, 200},
		{base + "/activity", `{"type":"typing"}`, 200},
		{"/users", `{"id":"x"}`, 400},
		{"/users", `{"id":"` + newGUID() + `","name":"New"}`, 200},
		{"/redeliver", ``, 200},
		{"/keys/rotate", ``, 200},
		{"/keys/drop", ``, 200},
		{"/faults", `{"kind":"nope"}`, 400},
		{"/faults", `{"kind":"status","status":503}`, 200},
		{"/faults/delivery", `{"kind":"nope"}`, 400},
		{"/faults/delivery", `{"kind":"twice"}`, 200},
	} {
		if got := control(t, s, "POST", c.path, c.body, nil); got != c.status {
			t.Errorf("%s %s: HTTP %d, want %d", c.path, c.body, got, c.status)
		}
	}
	control(t, s, "DELETE", "/faults", "", nil)
	var dialog *shownDialog
	if control(t, s, "GET", base+"/dialog", "", &dialog); dialog != nil {
		t.Errorf("dialog %+v", dialog)
	}
	_, ref2 := shown(t, s, opener)
	b.does(replyJSON(page("Reason", pageCard)))
	control(t, s, "POST", base+"/click", `{"ref":`+string(mustJSON(ref2))+`,"key":"Open"}`, nil)
	if control(t, s, "GET", base+"/dialog", "", &dialog); dialog == nil || dialog.Title != "Reason" || len(dialog.Buttons) != 2 {
		t.Errorf("dialog %+v", dialog)
	}
	b.does(nil)
	var users []User
	if control(t, s, "GET", "/users", "", &users); len(users) != 6 || users[0].MRI == "" {
		t.Errorf("users %+v", users)
	}
	var wire []WireEntry
	if control(t, s, "GET", "/wire?after=2", "", &wire); len(wire) == 0 || wire[0].Seq != 3 {
		t.Errorf("wire starts at %+v", wire)
	}
	if control(t, s, "POST", base+"/say", `{"text":"still"}`, &out); !out.OK() || len(out.Again) != 0 {
		t.Errorf("after the faults were cleared: %+v", out)
	}
}
