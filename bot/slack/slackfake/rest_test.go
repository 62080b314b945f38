package slackfake

import (
	"mime/multipart"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

func TestArgs_FormsAndJSONBodies(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, Options{})
	const js = "application/json; charset=utf-8"
	body := `{"channel":"` + Sanne + `","text":"x","blocks":` + section + `,"token":"` + s.BotToken() + `"}`
	wantOK(t, post(t, s, "chat.postMessage", js, s.BotToken(), body))
	wantError(t, post(t, s, "chat.postMessage", js, "", body), "not_authed") // a token in a JSON body does not count
	wantError(t, post(t, s, "chat.postMessage", js, s.BotToken(), "[1]"), "invalid_json")
	wantError(t, post(t, s, "chat.postMessage", "text/csv", s.BotToken(), "x"), "missing_post_type")
	wantError(t, post(t, s, "chat.postMessage", formType, s.BotToken(), "%zz"), "invalid_form_data")
	var form strings.Builder
	w := multipart.NewWriter(&form)
	for k, v := range map[string]string{"channel": Sanne, "text": "multi", "token": s.BotToken()} {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	wantOK(t, post(t, s, "chat.postMessage", w.FormDataContentType(), "", form.String()))
	if n := len(s.As(Sanne).DM()); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
}

func TestConversations_OpenAnswersOneAndMany(t *testing.T) {
	t.Parallel()
	s, _, c := start(t, Options{})
	s.SetScopes("im:write", "mpim:write", "im:read", "chat:write")
	one, _, already, err := c.OpenConversationContext(t.Context(), &slack.OpenConversationParameters{Users: []string{Sanne}, ReturnIM: true})
	if err != nil || already || !strings.HasPrefix(one.ID, "D") {
		t.Fatalf("%+v, %v, %v", one, already, err)
	}
	again, _, already, err := c.OpenConversationContext(t.Context(), &slack.OpenConversationParameters{Users: []string{Sanne}})
	if err != nil || !already || again.ID != one.ID {
		t.Errorf("again: %+v, already open %v, %v", again, already, err)
	}
	many := raw(t, s, "conversations.open", url.Values{"users": {Mehmet + "," + Sanne}})
	wantOK(t, many)
	if id := str(many["channel"], "id"); id != str(raw(t, s, "conversations.open", url.Values{"users": {Sanne + "," + Mehmet}})["channel"], "id") {
		t.Error("the same people got two conversations")
	}
	s.AddUser(User{ID: "U0OFF", Deleted: true})
	for user, code := range map[string]string{"U9": "user_not_found", "U0OFF": "user_disabled", s.BotUserID(): "cannot_dm_bot", Stranger: "user_not_visible", "": "users_list_not_supplied"} {
		wantError(t, raw(t, s, "conversations.open", url.Values{"users": {user}}), code)
	}
	info, err := c.GetConversationInfoContext(t.Context(), &slack.GetConversationInfoInput{ChannelID: one.ID})
	if err != nil || !info.IsIM || info.User != Sanne {
		t.Errorf("info %+v, %v", info, err)
	}
}

func TestFill_TextDispatchesAsConfigured(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	u := s.As(Sanne)
	field := func(id, config string) string {
		return `{"type":"input","block_id":"` + id + `","dispatch_action":true,"label":{"type":"plain_text","text":"` + id + `"},
			"element":{"type":"plain_text_input","action_id":"` + id + `"` + config + `}}`
	}
	v := openModal(t, s, a, `{"type":"modal","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"Go"},"blocks":[`+
		field("enter", "")+","+field("typing", `,"dispatch_action_config":{"trigger_actions_on":["on_character_entered"]}`)+`]}`)
	mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "enter", "abc"))
	if n := s.Count("block_actions"); n != 0 {
		t.Fatalf("%d block_actions before Enter", n)
	}
	mustOutcome(t)(u.PressEnter(t.Context(), v.Ref(), "enter"))
	if got := str(a.payload(t)["actions"].([]any)[0], "value"); got != "abc" {
		t.Errorf("value %q", got)
	}
	mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "typing", "x"))
	if n := s.Count("block_actions"); n != 2 {
		t.Errorf("%d block_actions, want 2", n)
	}
	if _, err := u.PressEnter(t.Context(), v.Ref(), "typing"); err == nil {
		t.Error("Enter dispatched where only typing does")
	}
}

func TestFill_PresetsAndPickers(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	u := s.As(Sanne)
	in := func(id, element string) string {
		return `{"type":"input","block_id":"` + id + `","optional":true,"label":{"type":"plain_text","text":"` + id + `"},"element":{"action_id":"` + id + `",` + element + `}}`
	}
	opts := options(3, 4)
	v := openModal(t, s, a, `{"type":"modal","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"Go"},"blocks":[`+strings.Join([]string{
		in("pre", `"type":"static_select","options":`+opts+`,"initial_option":{"text":`+text(4)+`,"value":"v1"}`),
		in("pres", `"type":"checkboxes","options":`+opts+`,"initial_options":[{"text":`+text(4)+`,"value":"v2"}]`),
		in("day", `"type":"datepicker","initial_date":"2026-01-02"`),
		in("hour", `"type":"timepicker"`), in("at", `"type":"datetimepicker"`),
		in("chan", `"type":"conversations_select"`), in("link", `"type":"url_text_input"`),
	}, ",")+`]}`)
	values := string(mustJSON(v.Values))
	for _, want := range []string{`"value":"v1"`, `"value":"v2"`, `"selected_date":"2026-01-02"`, `"selected_time":null`} {
		if !strings.Contains(values, want) {
			t.Errorf("no %s in %s", want, values)
		}
	}
	for key, value := range map[string]string{"hour": "9:30", "at": "soon", "chan": "C9"} {
		if _, err := u.Fill(t.Context(), v.Ref(), key, value); err == nil {
			t.Errorf("%s took %s", key, value)
		}
	}
	for key, value := range map[string]string{"hour": "09:30", "at": "1790000000", "chan": u.DMChannel(), "link": "nowhere"} {
		mustOutcome(t)(u.Fill(t.Context(), v.Ref(), key, value))
	}
	mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "pre"))
	if _, err := u.Submit(t.Context()); err == nil || !strings.Contains(err.Error(), "link: ") {
		t.Errorf("a bad URL was submitted: %v", err)
	}
	mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "link", "https://x.example"))
	mustOutcome(t)(u.Submit(t.Context()))
	sent := string(mustJSON(a.payload(t)["view"].(obj)["state"]))
	for _, want := range []string{`"selected_time":"09:30"`, `"selected_date_time":1790000000`, `"pre":{"selected_option":null`} {
		if !strings.Contains(sent, want) {
			t.Errorf("no %s in %s", want, sent)
		}
	}
}

func TestClose_ClearOnCloseTakesTheStack(t *testing.T) {
	t.Parallel()
	s, a, c := start(t, Options{})
	u := s.As(Sanne)
	v := openModal(t, s, a, pushable)
	mustOutcome(t)(u.Click(t.Context(), v.Ref(), "more"))
	second := goPushable("two")
	second.ClearOnClose = true
	if _, err := c.PushViewContext(t.Context(), str(a.payload(t), "trigger_id"), second); err != nil {
		t.Fatal(err)
	}
	if _, err := u.Click(t.Context(), v.Ref(), "more"); err == nil {
		t.Error("a covered view was clicked")
	}
	mustOutcome(t)(u.CloseView(t.Context()))
	if n := len(u.OpenViews()); n != 0 {
		t.Errorf("%d views left", n)
	}
	if n := s.Count("view_closed"); n != 0 {
		t.Errorf("%d view_closed although no view asked", n)
	}
}

func TestCommand_InChannelAnswerIsSeenByAll(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	ch := s.AddChannel(Channel{Name: "team", Members: []string{Sanne, Mehmet}})
	a.does(replyJSON(`{"response_type":"in_channel","text":"hello"}`))
	out := mustOutcome(t)(s.As(Sanne).CommandIn(t.Context(), ch, "/guestsite help"))
	if out.Message == nil || out.Message.Ephemeral || len(s.As(Mehmet).In(ch)) != 1 {
		t.Errorf("outcome %+v, Mehmet sees %v", out, s.As(Mehmet).In(ch))
	}
	a.does(replyJSON(`{"response_type":"in_channel"}`))
	if out := mustOutcome(t)(s.As(Sanne).CommandIn(t.Context(), ch, "/guestsite help")); out.Message != nil || !out.OK() {
		t.Errorf("bare in_channel: %+v", out)
	}
	if _, err := s.As(Lars).CommandIn(t.Context(), ch, "/guestsite help"); err == nil {
		t.Error("a person outside the channel typed there")
	}
}

func TestSigningSecret_Rotates(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	s.SetSigningSecret("the next one")
	mustOutcome(t)(s.As(Sanne).OpenHome(t.Context()))
	r := a.last(t)
	sec, err := strconv.ParseInt(r.Header.Get(headerTimestamp), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if got := Sign(r, "the next one", time.Unix(sec, 0)).Header.Get(headerSignature); got != r.Header.Get(headerSignature) {
		t.Error("not signed with the new secret")
	}
	out := mustOutcome(t)(s.RetryLast(t.Context(), Sanne, 3, "http_timeout"))
	again := a.last(t)
	if !out.OK() || string(again.Body) != string(r.Body) || again.Header.Get("X-Slack-Retry-Num") != "3" {
		t.Errorf("retry %+v, headers %v", out, again.Header)
	}
}

func TestServer_TakesManyCallsAtOnce(t *testing.T) {
	t.Parallel()
	s, _, c := start(t, Options{})
	m := postCard(t, s, Mehmet)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				if _, _, err := c.PostMessageContext(t.Context(), Sanne, slack.MsgOptionText("x", false)); err != nil {
					t.Error(err)
				}
				if out, err := s.As(Mehmet).Click(t.Context(), m.Ref(), "decline"); err != nil || !out.OK() {
					t.Error(out, err)
				}
				_ = s.Transcript(Sanne)
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, m := range s.As(Sanne).DM() {
		seen[m.TS] = true
	}
	if len(seen) != 40 || s.Count("block_actions") != 40 {
		t.Errorf("%d messages, %d clicks", len(seen), s.Count("block_actions"))
	}
}

func TestRender_NewerBlocks(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, Options{})
	v, err := decodeJSON([]byte(`[{"type":"card","title":{"type":"mrkdwn","text":"Linden"},"body":{"type":"mrkdwn","text":"2 guests"},"actions":[` + button("") + `]},
		{"type":"container","title":{"type":"plain_text","text":"Why"},"child_blocks":[{"type":"divider"}]},
		{"type":"table","rows":[[{"type":"raw_text","text":"a"},{"type":"raw_number","value":7,"text":"seven"}]]}]`))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join((&Server{}).drawBlocks(v.([]any), nil, nil), "\n")
	if want := "Linden\n2 guests\n[Go]\nWhy\n  ---\n| a | seven"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := s.unescape("&lt;x&gt; <!here> <#C9> <mailto:a@b.nl|a@b.nl> <broken"); got != "<x> @here #C9 a@b.nl <broken" {
		t.Errorf("entities: %s", got)
	}
}
