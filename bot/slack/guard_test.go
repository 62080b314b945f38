package slack

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
)

func TestGuard_TakesOnlyWhatSlackSignedJustNow(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	sanne := r.fake.As(slackfake.Sanne)
	must(t)(sanne.Command(t.Context(), "/guestsite help"))
	genuine := len(d.events())

	for name, forge := range map[string]func() (slackfake.Reply, error){
		"wrong secret": func() (slackfake.Reply, error) { return sanne.ReplayWrongSignature(t.Context()) },
		"unsigned":     func() (slackfake.Reply, error) { return sanne.ReplayUnsigned(t.Context()) },
		"old":          func() (slackfake.Reply, error) { return sanne.ReplayAt(t.Context(), -302*time.Second) },
		"future":       func() (slackfake.Reply, error) { return sanne.ReplayAt(t.Context(), 303*time.Second) },
		"tampered": func() (slackfake.Reply, error) {
			return sanne.ReplayTampered(t.Context(), func(b []byte) []byte {
				return bytes.Replace(b, []byte(slackfake.Sanne), []byte(slackfake.Mehmet), 1)
			})
		},
	} {
		got, err := forge()
		if err != nil || got.Status != http.StatusUnauthorized {
			t.Errorf("%s: status %d, %v", name, got.Status, err)
		}
		if bytes.Contains(got.Body, []byte("v0=")) {
			t.Errorf("%s: the answer holds a signature: %s", name, got.Body)
		}
	}
	if len(d.events()) != genuine || d.repeats() != 0 {
		t.Errorf("a forgery reached the door: %d events, %d repeats", len(d.events()), d.repeats())
	}
	for name, shift := range map[string]time.Duration{"4 minutes old": -240 * time.Second, "4 minutes early": 240 * time.Second} {
		if got, err := sanne.ReplayAt(t.Context(), shift); err != nil || got.Status != http.StatusOK {
			t.Errorf("%s: status %d, %v", name, got.Status, err)
		}
	}
}

func TestGuard_AReplayIsTheSameEvent(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	sanne := r.fake.As(slackfake.Sanne)
	v := openSite(t, r, loadedDecline())
	if got, err := sanne.Replay(t.Context()); err != nil || got.Status != http.StatusOK {
		t.Fatalf("status %d, %v", got.Status, err)
	}
	if len(d.events()) != 1 || d.repeats() != 1 {
		t.Fatalf("command: %d events, %d repeats", len(d.events()), d.repeats())
	}
	d.answer = nil
	must(t)(sanne.Fill(t.Context(), v.Ref(), "Note", "not needed"))
	must(t)(sanne.Submit(t.Context()))
	if _, err := sanne.Replay(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(d.events()) != 2 || d.repeats() != 2 {
		t.Errorf("submission: %d events, %d repeats", len(d.events()), d.repeats())
	}
	if _, err := r.chat.Post(t.Context(), user(r, slackfake.Sanne), "x", ownerCard()); err != nil {
		t.Fatal(err)
	}
	must(t)(sanne.Click(t.Context(), sanne.DM()[0].Ref(), "Add Anna"))
	if _, err := sanne.Replay(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(d.events()) != 3 || d.repeats() != 3 {
		t.Errorf("click: %d events, %d repeats", len(d.events()), d.repeats())
	}
}

func TestGuard_AcceptsBothSecretsDuringRotation(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	for _, secret := range []string{"the old secret", "slackfake-signing-secret"} {
		r.fake.SetSigningSecret(secret)
		must(t)(r.fake.As(slackfake.Sanne).Command(t.Context(), "/guestsite help"))
	}
	if len(d.events()) != 2 {
		t.Errorf("%d events", len(d.events()))
	}
}

func TestGuard_RefusesBeforeParsing(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d, func(_ *slackfake.Options, o *Options) { o.BodyLimit = 10_000 })
	if s, _ := r.post(t, "/slack/commands", formType, "text="+strings.Repeat("x", 10_000)); s != http.StatusRequestEntityTooLarge {
		t.Errorf("oversized: %d", s)
	}
	get, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.app.URL+"/slack/commands", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(get)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", res.StatusCode)
	}
	unsigned := slackfake.Request{
		Path: "/slack/commands", Header: http.Header{"Content-Type": {formType}},
		Body: []byte("token=x&ssl_check=1&command=%2Fguestsite&text=new&user_id=U1&team_id=" + r.fake.TeamID() + "&trigger_id=1"),
	}
	if s, body := r.send(t, unsigned); s != http.StatusOK || body != "" {
		t.Errorf("certificate probe: %d %q", s, body)
	}
	if s, body := r.send(t, r.fake.Sign(unsigned)); s != http.StatusOK || body != "" {
		t.Errorf("signed certificate probe: %d %q", s, body)
	}
	if len(d.events()) != 0 {
		t.Errorf("%d events", len(d.events()))
	}
}

func TestGuard_AnswersWithoutADoor(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{}, func(_ *slackfake.Options, o *Options) { o.Door = nil })
	if s, _ := r.post(t, "/slack/commands", formType, "text=x"); s != http.StatusServiceUnavailable {
		t.Errorf("status %d", s)
	}
}

func payload(t *testing.T, v map[string]any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return url.Values{"payload": {string(raw)}}.Encode()
}

func TestGuard_MalformedAndForeignNeverReachTheDoor(t *testing.T) {
	t.Parallel()
	d := &door{suggest: func(bot.ChatUser, card.FieldKind, string) ([]card.Option, error) {
		return []card.Option{{Value: "v", Label: "somebody"}}, nil
	}}
	r := newRig(t, d)
	team := r.fake.TeamID()
	who := map[string]any{"id": "U0SANNE", "team_id": team}
	here := map[string]any{"id": team}
	for name, c := range map[string]struct {
		path, kind, body string
		want             int
	}{
		"command without user":   {"/slack/commands", formType, "team_id=" + team + "&trigger_id=1.2.3&command=/guestsite", 400},
		"command from elsewhere": {"/slack/commands", formType, "team_id=T0OTHER&user_id=U1&trigger_id=1.2.3&text=new", 403},
		"command as JSON":        {"/slack/commands", "application/json", `{"team_id":"` + team + `"}`, 400},
		"command bad escape":     {"/slack/commands", formType, "team_id=%zz", 400},
		"no payload":             {"/slack/interactive", formType, "a=b", 400},
		"payload in the query":   {"/slack/interactive?payload=%7B%7D", formType, "", 400},
		"payload not JSON":       {"/slack/interactive", formType, "payload=%7B", 400},
		"payload a list":         {"/slack/interactive", formType, "payload=%5B%5D", 400},
		"no user":                {"/slack/interactive", formType, payload(t, map[string]any{"type": "block_actions", "team": here}), 400},
		"click from elsewhere": {"/slack/interactive", formType, payload(t, map[string]any{
			"type": "block_actions", "team": map[string]any{"id": "T0OTHER"}, "user": who,
		}), 403},
		"no team at all": {"/slack/interactive", formType, payload(t, map[string]any{
			"type": "block_actions", "user": map[string]any{"id": "U1"},
		}), 403},
		"an unknown type": {"/slack/interactive", formType, payload(t, map[string]any{
			"type": "something_new", "team": here, "user": who,
		}), 200},
		"view_closed": {"/slack/interactive", formType, payload(t, map[string]any{
			"type": "view_closed", "team": here, "user": who, "view": map[string]any{"id": "V1"},
		}), 200},
		"no actions": {"/slack/interactive", formType, payload(t, map[string]any{
			"type": "block_actions", "team": here, "user": who, "actions": []any{},
		}), 200},
		"a menu": {"/slack/interactive", formType, payload(t, map[string]any{
			"type": "block_actions", "team": here, "user": who,
			"actions": []any{map[string]any{"type": "overflow", "action_id": "x"}},
		}), 200},
		"options from elsewhere": {"/slack/options", formType, payload(t, map[string]any{
			"type": "block_suggestion", "team": map[string]any{"id": "T0OTHER"}, "user": who, "action_id": "v.people", "value": "an",
		}), 403},
		"event from elsewhere": {"/slack/events", "application/json", `{"type":"event_callback","team_id":"T0OTHER","event_id":"Ev1",` +
			`"event":{"type":"message","channel_type":"im","user":"U1","text":"new"}}`, 403},
		"event not JSON": {"/slack/events", "application/json", `{`, 400},
	} {
		if got, body := r.post(t, c.path, c.kind, c.body); got != c.want {
			t.Errorf("%s: status %d %s, want %d", name, got, body, c.want)
		}
	}
	if n := len(d.events()); n != 0 {
		t.Errorf("%d events reached the door: %+v", n, d.events())
	}
	if errs, _ := d.sorries(); len(errs) != 0 {
		t.Errorf("lines were shown: %v", errs)
	}
	s, body := r.post(t, "/slack/options", formType, payload(t, map[string]any{
		"type": "block_suggestion", "team": here, "user": who, "action_id": "nobody's", "value": "an",
	}))
	if s != http.StatusOK || strings.TrimSpace(body) != `{"options":[]}` {
		t.Errorf("an unknown field: %d %s", s, body)
	}
}

func TestGuard_OrganizationWideInstallIsKnownByItsOrganization(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d, func(_ *slackfake.Options, o *Options) { o.TeamIDs = []string{"E0NOORDZEE"} })
	body := payload(t, map[string]any{
		"type": "shortcut", "callback_id": "guestsite_help", "trigger_id": "1.2.3", "team": nil, "is_enterprise_install": true,
		"enterprise": map[string]any{"id": "E0NOORDZEE"}, "user": map[string]any{"id": "U1", "team_id": "T1"},
	})
	if s, _ := r.post(t, "/slack/interactive", formType, body); s != http.StatusOK || len(d.events()) != 1 {
		t.Fatalf("status %d, %d events", s, len(d.events()))
	}
	if u := d.last(t).User; u.Team != "T1" || u.ID != "U1" {
		t.Errorf("the user is %+v", u)
	}
}

func TestPress_TamperedButtonsAreToldAndNotTaken(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	for name, value := range map[string]string{
		"not JSON":       "approve G-1042",
		"an object":      `{"request":"G-1042"}`,
		"too few":        `["g1","approve","G-1042","guest-1",3]`,
		"another mark":   `["g2","approve","G-1042","guest-1",3,""]`,
		"a text version": `["g1","approve","G-1042","guest-1","3",""]`,
		"negative":       `["g1","approve","G-1042","guest-1",-3,""]`,
		"more after it":  `["g1","approve","G-1042","guest-1",3,""] `,
		"spaces":         `["g1", "approve","G-1042","guest-1",3,""]`,
		"no action":      `["g1","","G-1042","guest-1",3,""]`,
		"other action":   `["g1","decline","G-1042","guest-1",3,""]`,
		"null":           `["g1","approve",null,"guest-1",3,""]`,
		"too long":       `["g1","approve","G-1042","guest-1",3,"` + strings.Repeat("x", 2000) + `"]`,
		"empty":          "",
	} {
		before, _ := d.sorries()
		body := payload(t, map[string]any{
			"type": "block_actions", "team": map[string]any{"id": r.fake.TeamID()}, "trigger_id": "1.2.3",
			"user":      map[string]any{"id": slackfake.Sanne, "team_id": r.fake.TeamID()},
			"container": map[string]any{"type": "message", "channel_id": "D1", "message_ts": "1.2"},
			"actions": []any{map[string]any{
				"type": "button", "action_id": "a.0.approve", "block_id": "b", "action_ts": "1.2", "value": value,
			}},
		})
		if s, _ := r.post(t, "/slack/interactive", formType, body); s != http.StatusOK {
			t.Errorf("%s: status %d", name, s)
		}
		errs, _ := d.sorries()
		if len(errs) != len(before)+1 || bot.CodeOf(errs[len(errs)-1]) != bot.Invalid {
			t.Errorf("%s: shown %v", name, errs[len(before):])
		}
	}
	if len(d.events()) != 0 {
		t.Errorf("%d events reached the door", len(d.events()))
	}
	// The lines come as direct messages, because these clicks had no response URL.
	if _, err := r.fake.WaitMessage(wait(t), slackfake.Sanne, func(m slackfake.Message) bool {
		return strings.HasPrefix(m.Text, "That did not work.")
	}); err != nil {
		t.Error(err)
	}
}

func TestSubmit_ForeignOrBrokenFormsAreToldAndNotTaken(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	good := func() map[string]any {
		return map[string]any{
			"id": "V0FORM", "hash": "1.a", "callback_id": "guestsite", "private_metadata": `["g1","G-1","site"]`,
			"title": map[string]any{"type": "plain_text", "text": "New guest site"},
			"state": map[string]any{"values": []any{}},
		}
	}
	send := func(view map[string]any) (int, string) {
		return r.post(t, "/slack/interactive", formType, payload(t, map[string]any{
			"type": "view_submission", "view": view, "team": map[string]any{"id": r.fake.TeamID()},
			"user": map[string]any{"id": slackfake.Sanne, "team_id": r.fake.TeamID()},
		}))
	}
	for name, change := range map[string]func(map[string]any){
		"foreign callback": func(v map[string]any) { v["callback_id"] = "another" },
		"no metadata":      func(v map[string]any) { v["private_metadata"] = "" },
		"odd metadata":     func(v map[string]any) { v["private_metadata"] = `["g1","G-1","site","more"]` },
		"odd id":           func(v map[string]any) { v["id"] = "V1:V2" },
		"odd state":        func(v map[string]any) { v["state"] = map[string]any{"values": map[string]any{"f.name.x": 3}} },
	} {
		v := good()
		change(v)
		if s, body := send(v); s != http.StatusOK || !strings.Contains(body, `"response_action":"push"`) {
			t.Errorf("%s: %d %s", name, s, body)
		}
	}
	if len(d.events()) != 0 {
		t.Fatalf("%d events reached the door", len(d.events()))
	}
	if s, body := send(good()); s != http.StatusOK || body != "" || len(d.events()) != 1 {
		t.Errorf("a good form with an empty list for its state: %d %q, %d events", s, body, len(d.events()))
	}
}

func TestLog_HoldsNoSecrets(t *testing.T) {
	t.Parallel()
	d := &door{answer: func(in bot.Inbound) (bot.Answer, error) {
		if in.Command != nil && in.Command.Text == "fail" {
			return bot.Answer{}, &bot.Error{Code: bot.Internal, Op: "test"}
		}
		return bot.Answer{Whisper: &card.Card{Text: "the text of a card"}}, nil
	}}
	r := newRig(t, d)
	sanne := r.fake.As(slackfake.Sanne)
	must(t)(sanne.Command(t.Context(), "/guestsite fail"))
	_, _ = sanne.ReplayWrongSignature(t.Context())
	if _, err := r.chat.Post(t.Context(), user(r, slackfake.Sanne), "x", ownerCard()); err != nil {
		t.Fatal(err)
	}
	r.fake.AddFault(slackfake.Fault{Method: "response_url", Kind: slackfake.FaultResetBefore})
	must(t)(sanne.Click(t.Context(), sanne.Messages()[1].Ref(), "Add Anna"))
	if err := r.chat.Close(wait(t)); err != nil {
		t.Fatal(err)
	}
	log := r.log.String()
	if !strings.Contains(log, "not delivered") || !strings.Contains(log, "not signed") {
		t.Fatalf("the log misses what this test looks for:\n%s", log)
	}
	reply := d.last(t).Reply
	for what, secret := range map[string]string{
		"the token": r.fake.BotToken(), "a signing secret": "slackfake-signing-secret", "a response URL": reply,
		"a response URL's path": reply[strings.LastIndexByte(reply, '/'):], "a signature": "v0=", "a card": "the text of a card",
		"an address": "anna@fabrikam.com",
	} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %s:\n%s", what, log)
		}
	}
}
