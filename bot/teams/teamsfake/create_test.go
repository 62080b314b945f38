package teamsfake

import (
	"net/http"
	"strings"
	"testing"
)

func TestCreateConversation(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	mri := func(entraID string) string { u, _ := s.User(entraID); return u.MRI }
	create := func(body obj) got { return callBot(t, s, http.MethodPost, "/v3/conversations", body) }
	first := openChat(t, s, Sanne)
	if again := openChat(t, s, mri(Sanne)); again != first || !strings.HasPrefix(first, "a:") {
		t.Errorf("by Entra id %q, by MRI %q", first, again)
	}
	wrong := func(change func(obj)) obj {
		body := chatWith(s, obj{"id": Sanne})
		change(body)
		return body
	}
	for name, c := range map[string]struct {
		body   obj
		status int
		code   string
	}{
		"id in aadObjectId": {chatWith(s, obj{"aadObjectId": Sanne}), 400, "BadArgument"},
		"UPN":               {chatWith(s, obj{"id": "sanne@noordzee.nl"}), 400, "BadArgument"},
		"nobody":            {chatWith(s, obj{"id": "00000000-0000-4000-8000-000000000000"}), 400, "BadArgument"},
		"not installed":     {chatWith(s, obj{"id": Priya}), 403, "BotNotInConversationRoster"},
		"no members":        {wrong(func(o obj) { delete(o, "members") }), 400, "BadArgument"},
		"two members":       {wrong(func(o obj) { o["members"] = []any{obj{"id": Sanne}, obj{"id": Mehmet}} }), 400, "BadArgument"},
		"no tenant":         {wrong(func(o obj) { delete(o, "tenantId"); delete(o, "channelData") }), 400, "BadArgument"},
		"other tenant":      {wrong(func(o obj) { o["tenantId"] = newGUID() }), 400, "BadArgument"},
		"another bot":       {wrong(func(o obj) { o["bot"] = obj{"id": "28:x"} }), 401, "BotNotRegistered"},
		"group chat":        {wrong(func(o obj) { o["isGroup"] = true }), 400, "BadArgument"},
		"bad first message": {wrong(func(o obj) { o["activity"] = obj{"text": "x"} }), 400, "BadArgument"},
	} {
		if g := create(c.body); g.status != c.status || g.code() != c.code {
			t.Errorf("%s: HTTP %d %s", name, g.status, g.raw)
		}
	}
	g := create(wrong(func(o obj) { o["activity"] = text("first") }))
	if g.status != 201 || see(t, s, Sanne, Ref{ConversationID: first, ID: str(g.body, "activityId")}).Text != "first" {
		t.Errorf("with a first message: HTTP %d %s", g.status, g.raw)
	}
	if len(b.all()) != 0 {
		t.Error("opening a chat sent something to the bot")
	}
	s.AddTeamChannel("Noordzee", "Sites", Priya)
	openChat(t, s, Priya) // a team that has the app is enough
	if err := s.ForgetChat(Sanne); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, callBot(t, s, http.MethodPost, activitiesOf(first), text("x")), 404, "ConversationNotFound")
	if next := openChat(t, s, Sanne); next == first {
		t.Error("the forgotten chat came back under its old id")
	}
}

func TestChannelThreads(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	channel := s.AddTeamChannel("Noordzee", "Sites", Sanne, Mehmet)
	body := obj{
		"isGroup": true, "bot": obj{"id": s.BotID()}, "channelData": obj{"channel": obj{"id": channel}}, "activity": text("root"),
	}
	g := callBot(t, s, http.MethodPost, "/v3/conversations", body)
	thread, root := str(g.body, "id"), str(g.body, "activityId")
	if g.status != 201 || thread != channel+";messageid="+root {
		t.Fatalf("HTTP %d %s", g.status, g.raw)
	}
	reply := post(t, s, thread, text("reply"))
	post(t, s, channel, text("another root"))
	if got := s.As(Mehmet).In(thread); len(got) != 2 || got[1].ID != reply || got[1].ConversationID != thread {
		t.Errorf("thread %+v", got)
	}
	if got := s.As(Mehmet).In(channel); len(got) != 3 {
		t.Errorf("channel has %d messages, want 3", len(got))
	}
	wantStatus(t, callBot(t, s, http.MethodPost, activitiesOf(channel+";messageid=1"), text("x")), 404, "ConversationNotFound")
	must[Outcome](t)(s.As(Sanne).SayIn(t.Context(), thread, "in the thread"))
	if got := str(b.last(t)["conversation"], "id"); got != thread {
		t.Errorf("conversation.id %q, want %q", got, thread)
	}
	if got := s.As(Priya).In(channel); got != nil {
		t.Errorf("somebody outside the team sees %v", got)
	}
}
