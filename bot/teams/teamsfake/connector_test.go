package teamsfake

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func text(s string) obj { return obj{"type": "message", "text": s} }

func TestPostEditDelete(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	chat := openChat(t, s, Sanne)
	id := post(t, s, chat, withCard(askCard))
	put(t, s, chat, id, withCard(plainCard("Approved")))
	m := see(t, s, Sanne, Ref{ConversationID: chat, ID: id})
	if m.Edited != 1 || !strings.Contains(string(m.Card), "Approved") || m.Summary != "A card" || m.From != s.BotID() {
		t.Errorf("after the edit: %+v", m)
	}
	put(t, s, chat, id, `{"type":"message","text":"just text"}`)
	if m = see(t, s, Sanne, Ref{ConversationID: chat, ID: id}); m.Card != nil || m.Text != "just text" {
		t.Errorf("a card edited to text: %+v", m)
	}
	one := activitiesOf(chat) + "/" + id
	if g := callBot(t, s, http.MethodDelete, one, nil); g.status != http.StatusOK || g.raw != "" {
		t.Errorf("delete: HTTP %d %q", g.status, g.raw)
	}
	wantStatus(t, callBot(t, s, http.MethodDelete, one, nil), 404, "ActivityNotFoundInConversation")
	wantStatus(t, callBot(t, s, http.MethodPut, one, text("x")), 404, "ActivityNotFoundInConversation")
	if got := s.As(Sanne).DM(); len(got) != 0 {
		t.Errorf("after the delete there is %v", got)
	}
}

func TestPost_TextAndCardAreSplit(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	chat := openChat(t, s, Sanne)
	body := strings.Replace(withCard(askCard), `"summary"`, `"text":"both","summary"`, 1)
	g := callBot(t, s, http.MethodPost, activitiesOf(chat), body)
	if g.status != http.StatusAccepted || g.raw != "" {
		t.Errorf("HTTP %d %q, want 202 and no body", g.status, g.raw)
	}
	got := s.As(Sanne).DM()
	if len(got) != 2 || got[0].Text != "both" || got[0].Card != nil || got[1].Card == nil || got[1].Text != "" {
		t.Errorf("messages %+v", got)
	}
	wantStatus(t, callBot(t, s, http.MethodPut, activitiesOf(chat)+"/"+got[1].ID, body), 400, "BadArgument")
}

func TestPost_Refusals(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	chat := openChat(t, s, Sanne)
	for name, body := range map[string]any{
		"no type":             obj{"text": "x"},
		"unknown type":        obj{"type": "trace", "text": "x"},
		"nothing to show":     obj{"type": "message"},
		"empty conversation":  obj{"type": "message", "text": "x", "conversation": obj{}},
		"not JSON":            "{",
		"a list":              "[]",
		"unknown attachment":  obj{"type": "message", "attachments": []any{obj{"contentType": "application/x", "content": obj{}}}},
		"attachments no list": obj{"type": "message", "attachments": obj{}},
		"card without object": obj{"type": "message", "attachments": []any{obj{"contentType": cardType}}},
		"bad textFormat":      obj{"type": "message", "text": "x", "textFormat": "html"},
		"bad layout":          obj{"type": "message", "text": "x", "attachmentLayout": "grid"},
		"text no string":      obj{"type": "message", "text": 5},
		"somebody else":       obj{"type": "message", "text": "x", "from": obj{"id": "28:other"}},
		"mention not in text": obj{"type": "message", "text": "x", "entities": []any{
			obj{"type": "mention", "text": "<at>Sanne</at>", "mentioned": obj{"id": "29:x"}},
		}},
		"mention of nobody": obj{"type": "message", "text": "<at>Sanne</at>", "entities": []any{
			obj{"type": "mention", "text": "<at>Sanne</at>", "mentioned": obj{}},
		}},
	} {
		if g := callBot(t, s, http.MethodPost, activitiesOf(chat), body); g.status != 400 || g.code() != "BadArgument" {
			t.Errorf("%s: HTTP %d %s", name, g.status, g.raw)
		}
	}
	g := callBot(t, s, http.MethodPost, activitiesOf(chat), text("x"), func(r *http.Request) {
		r.Header.Set("Content-Type", "text/plain")
	})
	wantStatus(t, g, 400, "BadArgument")
	if got := s.As(Sanne).DM(); len(got) != 0 {
		t.Errorf("refused, and yet there is %v", got)
	}
}

func TestPost_IsLenientWhereTeamsIs(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	chat := openChat(t, s, Sanne)
	const zero = "0001-01-01T00:00:00Z"
	post(t, s, chat, obj{
		"type": "message", "text": "x", "timestamp": zero, "expiration": zero, "from": obj{}, "suggestedActions": obj{},
		"relatesTo": obj{}, "semanticAction": obj{}, "conversation": obj{"id": chat},
	})
	g := callBot(t, s, http.MethodPost, activitiesOf(chat), obj{"type": "typing"})
	if g.status != http.StatusAccepted || g.raw != "" {
		t.Errorf("typing: HTTP %d %q", g.status, g.raw)
	}
	g = callBot(t, s, http.MethodPost, activitiesOf(chat)+"/1", text("the older path"))
	if g.status != http.StatusCreated {
		t.Errorf("reply path: HTTP %d %s", g.status, g.raw)
	}
	if got := s.As(Sanne).DM(); len(got) != 2 || got[1].ReplyTo != "1" {
		t.Errorf("messages %+v", got)
	}
	post(t, s, chat, obj{"type": "message", "text": "hi <at>Sanne</at>", "entities": []any{
		obj{"type": "mention", "text": "<at>Sanne</at>", "mentioned": obj{"id": "29:x", "name": "Sanne"}},
	}})
}

func TestPost_SizeCountsUTF16(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	chat := openChat(t, s, Sanne)
	frame := len(`{"type":"message","text":""}`)
	fits := (maxMessage - 2*frame) / 2
	send := func(body string) got { return callBot(t, s, http.MethodPost, activitiesOf(chat), body) }
	message := func(text string) string { return `{"type":"message","text":"` + text + `"}` }
	for name, c := range map[string]struct {
		body string
		code string
	}{
		"letters that fit":     {message(strings.Repeat("x", fits)), ""},
		"one letter too many":  {message(strings.Repeat("x", fits+1)), "MessageSizeTooBig"},
		"two-byte letters fit": {message(strings.Repeat("é", fits)), ""},
		"pairs count twice":    {message(strings.Repeat("😀", fits/2+1)), "MessageSizeTooBig"},
		"inline images are free": {withCard(`{"type":"AdaptiveCard","version":"1.5","body":[{"type":"Image","url":"data:image/png;base64,` +
			strings.Repeat("A", 120_000) + `"}]}`), ""},
	} {
		want := http.StatusCreated
		if c.code != "" {
			want = http.StatusRequestEntityTooLarge
		}
		if g := send(c.body); g.status != want || g.code() != c.code {
			t.Errorf("%s: HTTP %d %s", name, g.status, g.raw)
		}
	}
}

func TestConnector_Authorization(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	checked, _ := start(t, Options{CheckToken: func(bearer string) error {
		if bearer != "good" {
			return errors.New("not good")
		}
		return nil
	}})
	try := func(s *Server, header string) got {
		return callBot(t, s, http.MethodPost, "/v3/conversations", chatWith(s, obj{"id": Sanne}), func(r *http.Request) {
			r.Header.Set("Authorization", header)
			if header == "" {
				r.Header.Del("Authorization")
			}
		})
	}
	for _, bad := range []string{"", "Bearer", "Bearer ", "Bearer wrong", s.Token(), "Basic " + s.Token()} {
		if g := try(s, bad); g.status != 401 || !strings.Contains(g.raw, "Authorization has been denied") {
			t.Errorf("%q: HTTP %d %s", bad, g.status, g.raw)
		}
	}
	if g := try(checked, "Bearer good"); g.status != 201 {
		t.Errorf("good token: HTTP %d %s", g.status, g.raw)
	}
	wantStatus(t, try(checked, "Bearer "+checked.Token()), 401, "BotNotRegistered")
}

func TestConnector_Paths(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{AwkwardIDs: true})
	chat := openChat(t, s, Sanne)
	if !strings.ContainsAny(chat, "/") {
		t.Fatalf("id %q needs no escaping", chat)
	}
	post(t, s, chat, text("escaped"))
	unescaped := strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23").Replace(chat)
	if g := callBot(t, s, http.MethodPost, "/v3/conversations/"+unescaped+"/activities", text("x")); g.status < 400 {
		t.Errorf("an id with a bare slash: HTTP %d", g.status)
	}
	esc := activitiesOf(chat)
	for _, c := range []struct {
		method, path string
		status       int
		code         string
	}{
		{http.MethodPost, esc + "?isTargetedActivity=true", 405, "MethodNotAllowed"},
		{http.MethodGet, esc, 405, "MethodNotAllowed"},
		{http.MethodPost, esc + "/history", 201, ""},
		{http.MethodGet, "/v4/conversations", 404, "NotFound"},
		{http.MethodGet, "/v3/botstate", 404, "NotFound"},
		{http.MethodPost, "/v3/conversations/nowhere/activities", 404, "ConversationNotFound"},
		{http.MethodPost, "/v3/conversations//activities", 400, "BadArgument"},
	} {
		wantStatus(t, callBot(t, s, c.method, c.path, text("x")), c.status, c.code)
	}
}

func TestMoveService(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	b.does(door{t, s, trusting(t, s)}.ServeHTTP)
	chat := openChat(t, s, Sanne)
	s.MoveService("/emea")
	if out := must[Outcome](t)(s.As(Sanne).Say(t.Context(), "hi")); !out.OK() {
		t.Errorf("token and activity do not agree: %+v", out)
	}
	if got := b.last(t)["serviceUrl"]; got != "https://"+s.ServiceHost()+"/emea/" {
		t.Errorf("serviceUrl %v", got)
	}
	post(t, s, chat, text("at the new place"))
	old := callBot(t, s, http.MethodPost, activitiesOf(chat), text("x"), func(r *http.Request) {
		r.URL.Path = strings.Replace(r.URL.Path, "/emea", "/teams", 1)
		r.URL.RawPath = ""
	})
	wantStatus(t, old, 404, "NotFound")
}
