package teamsfake

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestClick_Execute(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	group := s.AddGroupChat("Sites", Sanne, Mehmet)
	ref := Ref{ConversationID: group, ID: post(t, s, group, withCard(askCard))}
	b.does(replyJSON(answerWith(plainCard("You approved"))))
	out := must[Outcome](t)(s.As(Sanne).Click(t.Context(), ref, "yes"))
	if !out.OK() || out.Answer != answerCard || out.Replays != 0 {
		t.Errorf("outcome %+v", out)
	}
	a := b.last(t)
	value := child(a, "value")
	sent := child(value, "action")
	if a["name"] != "adaptiveCard/action" || a["replyToId"] != ref.ID || !strings.HasPrefix(a["id"].(string), "f:") ||
		value["trigger"] != "manual" || sent["type"] != "Action.Execute" || sent["verb"] != "approve" || sent["id"] != "yes" ||
		sent["title"] != "Approve" || str(sent["data"], "requestId") != "r1" ||
		str(child(a["channelData"], "source"), "name") != "message" {
		t.Errorf("invoke %s", mustJSON(a))
	}
	if m := see(t, s, Sanne, ref); !m.Own || !strings.Contains(string(m.Card), "You approved") {
		t.Errorf("who clicked sees %s", m.Card)
	}
	if m := see(t, s, Mehmet, ref); m.Own || !strings.Contains(string(m.Card), "Approve?") {
		t.Errorf("the other sees %s", m.Card)
	}
	put(t, s, group, ref.ID, withCard(plainCard("Approved by Sanne")))
	for _, who := range []string{Sanne, Mehmet} {
		if m := see(t, s, who, ref); m.Own || !strings.Contains(string(m.Card), "Approved by Sanne") || len(m.Notes) != 0 {
			t.Errorf("after the edit %s sees %s", who, m.Card)
		}
	}
}

func TestClick_Answers(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{ClickResends: -1})
	body := func(status, kind, value string) string {
		return fmt.Sprintf(`{"statusCode":%s,"type":%q,"value":%s}`, status, kind, value)
	}
	problem := `{"code":"Gone","message":"The request is closed."}`
	for name, c := range map[string]struct{ body, code, line string }{
		"message":                {body("200", answerMessage, `"Noted"`), "", "Noted"},
		"no status code":         {fmt.Sprintf(`{"type":%q,"value":"Noted"}`, answerMessage), "", "Noted"},
		"error 400":              {body("400", answerError, problem), "Gone", "The request is closed."},
		"error 500":              {body("500", answerError, problem), "Gone", "The request is closed."},
		"login":                  {body("401", answerLogin, `{"loginHint":"x"}`), CodeLogin, "Sign in"},
		"bad code":               {body("401", answerBadCode, `null`), CodeLogin, "Sign in again"},
		"no SSO":                 {body("412", answerNoSSO, problem), "Gone", "The request is closed."},
		"empty":                  {"", CodeUnreachable, lineUnreachable},
		"empty object":           {"{}", CodeUnreachable, lineUnreachable},
		"bare text":              {`"ok"`, CodeUnreachable, lineUnreachable},
		"not JSON":               {"ok", CodeUnreachable, lineUnreachable},
		"error with 200":         {body("200", answerError, problem), CodeUnreachable, lineUnreachable},
		"error with 404":         {body("404", answerError, problem), CodeUnreachable, lineUnreachable},
		"error without code":     {body("400", answerError, `{"message":"x"}`), CodeUnreachable, lineUnreachable},
		"status as text":         {body(`"200"`, answerMessage, `"Noted"`), CodeUnreachable, lineUnreachable},
		"message object":         {body("200", answerMessage, `{"text":"x"}`), CodeUnreachable, lineUnreachable},
		"misspelt card type":     {body("200", cardType+"x", askCard), CodeUnreachable, lineUnreachable},
		"card that is no object": {body("200", answerCard, `"x"`), CodeUnreachable, lineUnreachable},
		"card Teams refuses":     {body("200", answerCard, element(`{"type":"Hologram"}`)), CodeUnreachable, lineUnreachable},
		"bad code with a value":  {body("401", answerBadCode, `{}`), CodeUnreachable, lineUnreachable},
		"login without card":     {body("401", answerLogin, `null`), CodeUnreachable, lineUnreachable},
	} {
		_, ref := shown(t, s, askCard)
		b.does(replyJSON(c.body))
		out := must[Outcome](t)(s.As(Sanne).Click(t.Context(), ref, "yes"))
		if out.Code != c.code || out.Line != c.line {
			t.Errorf("%s: %+v", name, out)
		}
		if m := see(t, s, Sanne, ref); !slices.Equal(m.Notes, []string{c.line}) || m.Own {
			t.Errorf("%s: notes %q, own %v", name, m.Notes, m.Own)
		}
	}
	_, ref := shown(t, s, askCard)
	b.does(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, body("200", answerMessage, `"x"`))
	})
	if out := must[Outcome](t)(s.As(Sanne).Click(t.Context(), ref, "yes")); out.Code != CodeUnreachable {
		t.Errorf("text/plain: %+v", out)
	}
}

func TestClick_UnreachableIsSentAgain(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{Deadline: time.Second})
	good := replyJSON(answerWith(plainCard("done")))
	for name, bad := range map[string]http.HandlerFunc{
		"empty":   func(http.ResponseWriter, *http.Request) {},
		"HTTP500": replyStatus(500),
		"late":    func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		_, ref := shown(t, s, askCard)
		before := len(b.all())
		b.does(inTurn(bad, good))
		out := must[Outcome](t)(s.As(Sanne).Click(t.Context(), ref, "yes"))
		seen := b.all()[before:]
		if !out.OK() || out.Replays != 1 || len(seen) != 2 || seen[0].activity["id"] != seen[1].activity["id"] {
			t.Errorf("%s: %+v after %d calls", name, out, len(seen))
		}
		if m := see(t, s, Sanne, ref); !strings.Contains(string(m.Card), "done") || len(m.Notes) != 0 {
			t.Errorf("%s: sees %s %q", name, m.Card, m.Notes)
		}
	}
	_, ref := shown(t, s, askCard)
	b.does(replyStatus(502))
	out := must[Outcome](t)(s.As(Sanne).Click(t.Context(), ref, "yes"))
	if m := see(t, s, Sanne, ref); out.Code != CodeUnreachable || !slices.Contains(m.Notes, lineUnreachable) {
		t.Errorf("%+v, notes %q", out, m.Notes)
	}
	b.does(good)
	outs := must[[]Outcome](t)(s.Redeliver(t.Context()))
	if len(outs) != 1 || !outs[0].OK() || outs[0].ActivityID == out.ActivityID {
		t.Errorf("redelivered: %+v", outs)
	}
	if m := see(t, s, Sanne, ref); !strings.Contains(string(m.Card), "done") {
		t.Errorf("after the redelivery: %s", m.Card)
	}
}

func TestClick_WhatAClientWouldNotDo(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	chat, ref := shown(t, s, `{"type":"AdaptiveCard","version":"1.5","body":[
		{"type":"ActionSet","isVisible":false,"actions":[{"type":"Action.Execute","title":"Hidden","id":"hidden"}]},
		{"type":"ActionSet","actions":[{"type":"Action.Execute","title":"Same"},{"type":"Action.Execute","title":"Same"},
		{"type":"Action.Execute","title":"Off","isEnabled":false},{"type":"Action.Execute","title":"On"},
		{"type":"Action.Submit","title":"Sign in","data":{"msteams":{"type":"signin"}}}]}]}`)
	u := s.As(Sanne)
	for name, err := range map[string]error{
		"hidden":     second(u.Click(t.Context(), ref, "hidden")),
		"ambiguous":  second(u.Click(t.Context(), ref, "Same")),
		"disabled":   second(u.Click(t.Context(), ref, "Off")),
		"unknown":    second(u.Click(t.Context(), ref, "nope")),
		"empty":      second(u.Click(t.Context(), ref, "")),
		"no message": second(u.Click(t.Context(), Ref{ConversationID: chat, ID: "1"}, "On")),
		"other chat": second(s.As(Mehmet).Click(t.Context(), ref, "On")),
		"sign-in":    second(u.Click(t.Context(), ref, "Sign in")),
		"old client": second(u.ClickOld(t.Context(), ref, "On")),
	} {
		if !errors.Is(err, ErrNotPossible) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if len(b.all()) != 0 {
		t.Errorf("the bot was called: %s", types(b.all()))
	}
	if err := s.UninstallFor(t.Context(), Sanne); err != nil {
		t.Fatal(err)
	}
	if err := second(u.Click(t.Context(), ref, "On")); !errors.Is(err, ErrNotPossible) {
		t.Errorf("after the uninstall: %v", err)
	}
}

func TestClick_Local(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	_, ref := shown(t, s, `{"type":"AdaptiveCard","version":"1.5","body":[
		{"type":"Container","id":"box","isVisible":false,"items":[{"type":"TextBlock","text":"secret"},
		 {"type":"ActionSet","actions":[{"type":"Action.Execute","title":"Inner"}]}]},
		{"type":"ColumnSet","columns":[{"type":"Column","items":[{"type":"TextBlock","text":"left"}],
		 "selectAction":{"type":"Action.OpenUrl","title":"Open","url":"https://noordzee.nl"}}]}],
		"actions":[{"type":"Action.ToggleVisibility","title":"Show","targetElements":["box"]},
		{"type":"Action.ShowCard","title":"More","card":{"type":"AdaptiveCard","body":[{"type":"TextBlock","text":"deep"}],
		 "actions":[{"type":"Action.Execute","title":"Deep"}]}}]}`)
	u := s.As(Sanne)
	titles := func() string {
		var out []string
		for _, b := range Buttons(see(t, s, Sanne, ref)) {
			out = append(out, b.Title)
		}
		return strings.Join(out, " ")
	}
	if got := titles(); got != "Open Show More" {
		t.Errorf("buttons %q", got)
	}
	if strings.Contains(s.Transcript(Sanne), "secret") {
		t.Error("the hidden text is drawn")
	}
	must[Outcome](t)(u.Click(t.Context(), ref, "Show"))
	must[Outcome](t)(u.Click(t.Context(), ref, "actions.1"))
	if got := titles(); got != "Inner Open Show More Deep" {
		t.Errorf("buttons %q", got)
	}
	if drawn := s.Transcript(Sanne); !strings.Contains(drawn, "secret") || !strings.Contains(drawn, "deep") {
		t.Errorf("drawn:\n%s", drawn)
	}
	must[Outcome](t)(u.Click(t.Context(), ref, "Show"))
	if got := titles(); got != "Open Show More Deep" {
		t.Errorf("buttons %q", got)
	}
	if out := must[Outcome](t)(u.Click(t.Context(), ref, "Open")); out.URL != "https://noordzee.nl" || !slices.Equal(u.Opened(), []string{out.URL}) {
		t.Errorf("%+v, opened %v", out, u.Opened())
	}
	if len(b.all()) != 0 {
		t.Errorf("the bot was called: %s", types(b.all()))
	}
}

func TestClick_Submit(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	_, ref := shown(t, s, `{"type":"AdaptiveCard","version":"1.5","body":[{"type":"Input.Text","id":"in_why","value":"because"},
		{"type":"ActionSet","actions":[
		{"type":"Action.Submit","title":"Send","data":{"requestId":"r1"}},
		{"type":"Action.Submit","title":"Text","data":"plain","associatedInputs":"none"},
		{"type":"Action.Submit","title":"Back","data":{"msteams":{"type":"messageBack","text":"help","displayText":"Help!","value":{"a":"b"}}}},
		{"type":"Action.Submit","title":"Chat","data":{"msteams":{"type":"imBack","value":"status"}}}]}]}`)
	u := s.As(Sanne)
	must[Outcome](t)(u.Click(t.Context(), ref, "Send"))
	a := b.last(t)
	if _, has := a["text"]; has || a["type"] != "message" || a["replyToId"] != ref.ID ||
		string(mustJSON(a["value"])) != `{"in_why":"because","requestId":"r1"}` {
		t.Errorf("submit %s", mustJSON(a))
	}
	must[Outcome](t)(u.Click(t.Context(), ref, "Text"))
	if a = b.last(t); a["value"] != "plain" {
		t.Errorf("text data %s", mustJSON(a))
	}
	must[Outcome](t)(u.Click(t.Context(), ref, "Back"))
	if a = b.last(t); a["text"] != "help" || str(a["value"], "a") != "b" {
		t.Errorf("messageBack %s", mustJSON(a))
	}
	must[Outcome](t)(u.Click(t.Context(), ref, "Chat"))
	if a = b.last(t); a["text"] != "status" || a["value"] != nil {
		t.Errorf("imBack %s", mustJSON(a))
	}
	dm := u.DM()
	if len(dm) != 3 || dm[1].Text != "Help!" || dm[2].Text != "status" || dm[2].From != Sanne {
		t.Errorf("chat %+v", dm)
	}
	_, ref = shown(t, s, askCard)
	must[Outcome](t)(u.ClickOld(t.Context(), ref, "yes"))
	if a = b.last(t); a["type"] != "message" || child(a, "value")["old"] != true {
		t.Errorf("fallback %s", mustJSON(a))
	}
}
