package slackfake

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contracts compiles definitions of Slack's published types.
type contracts struct {
	t *testing.T
	c *jsonschema.Compiler
}

func loadContracts(t *testing.T) contracts {
	t.Helper()
	dir := os.Getenv("GUESTSITE_CONTRACTS")
	if dir == "" {
		t.Skip("set GUESTSITE_CONTRACTS to the contracts folder to check payloads against Slack's types")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "slack", "slack-types.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("mem:///slack.json", doc); err != nil {
		t.Fatal(err)
	}
	return contracts{t, c}
}

func (k contracts) check(definition string, v any) error {
	k.t.Helper()
	s, err := k.c.Compile("mem:///slack.json#/definitions/" + definition)
	if err != nil {
		k.t.Fatal(err)
	}
	return s.Validate(v)
}

func (k contracts) want(definition string, v any) {
	k.t.Helper()
	if err := k.check(definition, v); err != nil {
		k.t.Errorf("%s: %v\nin %s", definition, err, mustJSON(v))
	}
}

func formObject(t *testing.T, body []byte) obj {
	t.Helper()
	form, err := url.ParseQuery(string(body))
	if err != nil {
		t.Fatal(err)
	}
	out := obj{}
	for k := range form {
		out[k] = form.Get(k)
	}
	return out
}

// fromView adds the response_url that the types demand of every block_actions
// although one from a view carries none.
func fromView(p obj) obj {
	p["response_url"] = ""
	return p
}

func TestContract_PayloadsToTheApp(t *testing.T) {
	t.Parallel()
	k := loadContracts(t)
	s, a, _ := start(t, Options{})
	u := s.As(Sanne)
	do := mustOutcome(t)

	do(u.Command(t.Context(), "/guestsite new"))
	k.want("In_slash_command", formObject(t, a.last(t).Body))

	m := postCard(t, s, Sanne)
	do(u.Click(t.Context(), m.Ref(), "decline"))
	k.want("In_block_actions", a.payload(t))

	menus := `[{"type":"actions","block_id":"m","elements":[
		{"type":"static_select","action_id":"pick","options":` + options(2, 5) + `},
		{"type":"radio_buttons","action_id":"radio","options":` + options(2, 5) + `},
		{"type":"checkboxes","action_id":"check","options":` + options(2, 5) + `},
		{"type":"users_select","action_id":"who"},{"type":"multi_users_select","action_id":"whom"},
		{"type":"datepicker","action_id":"day"},{"type":"timepicker","action_id":"hour"},
		{"type":"overflow","action_id":"more","options":` + options(2, 5) + `}]}]`
	wantOK(t, raw(t, s, "chat.postMessage", url.Values{"channel": {Sanne}, "blocks": {menus}}))
	ref := u.DM()[1].Ref()
	for key, value := range map[string]string{
		"pick": "v1", "radio": "v0", "check": "v1", "who": Mehmet, "whom": Priya, "day": "2026-12-31", "hour": "09:30", "more": "v0",
	} {
		do(u.Fill(t.Context(), ref, key, value))
		k.want("In_block_actions", a.payload(t))
	}
	if got := string(mustJSON(a.payload(t)["state"])); !strings.Contains(got, `"selected_date":"2026-12-31"`) {
		t.Errorf("message state %s", got)
	}

	v := openModal(t, s, a, pushable)
	do(u.Click(t.Context(), v.Ref(), "more"))
	if _, has := a.payload(t)["response_url"]; has {
		t.Error("a click in a view carries a response_url")
	}
	k.want("In_block_actions", fromView(a.payload(t)))
	do(u.CloseView(t.Context()))

	v = openModal(t, s, a, modal("Two"))
	do(u.Fill(t.Context(), v.Ref(), "Name", "x"))
	do(u.Submit(t.Context()))
	k.want("In_view_submission", a.payload(t))

	openModal(t, s, a, modal("Three"))
	do(u.CloseView(t.Context()))
	k.want("In_view_closed", a.payload(t))

	do(u.Shortcut(t.Context(), "guestsite_new"))
	k.want("In_shortcut", a.payload(t))

	do(u.OpenHome(t.Context()))
	o, err := decodeObject(a.last(t).Body)
	if err != nil {
		t.Fatal(err)
	}
	k.want("In_event_app_home_opened", o["event"])
	do(u.Say(t.Context(), "hello"))
	if o, err = decodeObject(a.last(t).Body); err != nil {
		t.Fatal(err)
	}
	k.want("In_event_message", o["event"])
}

// TestContract_EveryInputsState picks the plain-text checkbox: the types know no
// mrkdwn option in a state, though Slack has them.
func TestContract_EveryInputsState(t *testing.T) {
	t.Parallel()
	k := loadContracts(t)
	s, a, _ := start(t, Options{})
	u := s.As(Sanne)
	v := openModal(t, s, a, everyInput)
	for key, value := range map[string]string{
		"Name": "Linden", "Owner": Mehmet, "Sharing": "new", "Until": "2027-02-19", "Rules": "r2", "Mail": "a@b.nl", "Count": "3", "Level": "low",
	} {
		mustOutcome(t)(u.Fill(t.Context(), v.Ref(), key, value))
	}
	mustOutcome(t)(u.Submit(t.Context()))
	k.want("In_view_submission", a.payload(t))
}

// TestContract_Answers checks what the Web API answers. The types file confuses
// same-named types in three places (a view, a channel, an edited message's
// metadata), so these parts are checked apart from their answer.
func TestContract_Answers(t *testing.T) {
	t.Parallel()
	k := loadContracts(t)
	s, a, _ := start(t, Options{Scopes: append(DefaultScopes(), "im:write", "im:read", "team:read")})
	call := func(method string, form url.Values) obj {
		t.Helper()
		o := raw(t, s, method, form)
		wantOK(t, o)
		return o
	}
	plainCall := func(method string, form url.Values) obj {
		t.Helper()
		o := call(method, form)
		k.want("Res_"+strings.ReplaceAll(method, ".", "_"), o)
		return o
	}
	viewCall := func(method string, form url.Values) {
		t.Helper()
		o := call(method, form)
		k.want("ViewOutput", o["view"])
		delete(o, "view")
		k.want("Res_"+strings.ReplaceAll(method, ".", "_"), o)
	}
	plainCall("auth.test", url.Values{})
	plainCall("team.info", url.Values{})
	posted := plainCall("chat.postMessage", url.Values{"channel": {Sanne}, "text": {"x"}, "blocks": {card}})
	ch, ts := posted["channel"].(string), posted["ts"].(string)
	plainCall("chat.update", url.Values{"channel": {ch}, "ts": {ts}, "text": {"y"}, "blocks": {card}})
	plainCall("chat.postEphemeral", url.Values{"channel": {ch}, "user": {Sanne}, "text": {"x"}})
	plainCall("chat.getPermalink", url.Values{"channel": {ch}, "message_ts": {ts}})
	plainCall("chat.delete", url.Values{"channel": {ch}, "ts": {ts}})
	for _, id := range []string{Sanne, Guest, Stranger, s.BotUserID()} {
		plainCall("users.info", url.Values{"user": {id}, "include_locale": {"true"}})
	}
	plainCall("users.list", url.Values{})
	plainCall("users.lookupByEmail", url.Values{"email": {"sanne@noordzee.nl"}})
	call("conversations.open", url.Values{"users": {Sanne}, "return_im": {"true"}})
	call("conversations.info", url.Values{"channel": {ch}})

	viewCall("views.open", url.Values{"trigger_id": {triggerOf(t, s, a, Sanne)}, "view": {pushable}})
	v, _ := s.As(Sanne).TopView()
	mustOutcome(t)(s.As(Sanne).Click(t.Context(), v.Ref(), "more"))
	viewCall("views.push", url.Values{"trigger_id": {str(a.payload(t), "trigger_id")}, "view": {modal("two")}})
	viewCall("views.update", url.Values{"view_id": {v.ID}, "view": {modal("three")}})
	viewCall("views.publish", url.Values{"user_id": {Sanne}, "view": {`{"type":"home","blocks":` + section + `}`}})
	for _, e := range []obj{
		raw(t, s, "chat.postMessage", url.Values{"channel": {Sanne}, "blocks": {`[{"type":"x"}]`}}),
		raw(t, s, "chat.postMessage", url.Values{"channel": {"C9"}, "text": {"x"}}),
	} {
		k.want("Res_chat_postMessage", e)
	}
}

// TestContract_GoodBlocksAreGoodForBoth compares the fake's rules with the
// types: what the fake takes as the largest good value, the types take too.
func TestContract_GoodBlocksAreGoodForBoth(t *testing.T) {
	t.Parallel()
	k := loadContracts(t)
	for _, c := range limitCases() {
		v, err := decodeJSON([]byte(c.good))
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range v.([]any) {
			if err := k.check("SlackKnownBlock", b); err != nil {
				t.Errorf("%s: the types refuse %s: %v", c.name, mustJSON(b), err)
			}
		}
	}
}

func TestContract_Sockets(t *testing.T) {
	t.Parallel()
	k := loadContracts(t)
	s := startSockets(t, Options{})
	k.want("Res_apps_connections_open", ask(t, s))
	a := connect(t, s)
	do := mustOutcome(t)
	do(s.As(Sanne).Command(t.Context(), "/guestsite new"))
	p := a.waitType(typeCommands)["payload"].(obj)
	p["is_enterprise_install"] = "false" // the types know the form alone
	k.want("In_slash_command", p)
	do(s.As(Sanne).Click(t.Context(), postCard(t, s, Sanne).Ref(), "decline"))
	k.want("In_block_actions", a.waitType(typeInteractive)["payload"])
	v := modalOver(t, s, a, modal("One"))
	do(s.As(Sanne).Fill(t.Context(), v.Ref(), "Name", "x"))
	do(s.As(Sanne).Submit(t.Context()))
	k.want("In_view_submission", a.waitType(typeInteractive)["payload"])
	do(s.As(Sanne).OpenHome(t.Context()))
	k.want("In_event_app_home_opened", a.waitType(typeEvents)["payload"].(obj)["event"])
}
