package slack

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"guestsite/bot"
	"guestsite/bot/card"
)

func TestCommandText_GivesBackWhatWasTyped(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "  new ": "new",
		"why <mailto:alice@fabrikam.com|alice@fabrikam.com>":   "why alice@fabrikam.com",
		"why <mailto:alice@fabrikam.com|bob@noordzee.nl>":      "why alice@fabrikam.com",
		"why <mailto:alice@fabrikam.com|alice@fabrikam.com>.":  "why alice@fabrikam.com",
		"why alice@fabrikam.com":                               "why alice@fabrikam.com",
		"away 1 dec 5 dec <@U0MEHMET|mehmet>":                  "away 1 dec 5 dec <@U0MEHMET>",
		"away <@U0MEHMET>":                                     "away <@U0MEHMET>",
		"add <#C1|general> <#C2|> <#C3>":                       "add #general #C2 #C3",
		"add <https://x.example/a?b=1&amp;c=2>":                "add https://x.example/a?b=1&c=2",
		"add <https://x.example|x.example>":                    "add https://x.example",
		"add &lt;b&gt; R&amp;D":                                "add <b> R&D",
		"add &amp;lt;":                                         "add &lt;",
		"why\u00a0anna@fabrikam.com\u200b":                     "why anna@fabrikam.com",
		"add “Project Linden” ‘x’":                             `add "Project Linden" 'x'`,
		"add Acme Inc.":                                        "add Acme Inc.",
		"<!channel> <!subteam^S1|team> <!date^1^{date}|today>": "team today",
		"a\u202Eb\x00c":                                        "abc",
		"add <unclosed":                                        "add <unclosed",
		"<|>":                                                  "",
	} {
		if got := commandText(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

func TestButton_RoundTrip(t *testing.T) {
	t.Parallel()
	for _, b := range []card.Button{
		{Action: card.ActApprove, Request: "G-1042", Part: "guest-1", Version: 3},
		{Action: card.ActSwap, Request: "G-1", Value: `a"b>c<&\é` + "\u2028\n"},
		{Action: card.ActCommand, Value: "new"},
	} {
		s := encodeButton(b)
		got, err := decodeButton(s)
		if err != nil || got.Action != b.Action || got.Request != b.Request || got.Part != b.Part || got.Version != b.Version || got.Value != b.Value {
			t.Errorf("%s gives %+v, %v", s, got, err)
		}
		if strings.ContainsAny(s, "<>&") {
			t.Errorf("%s could be taken for markup", s)
		}
	}
}

func TestAnswers_ReadEveryKindOfField(t *testing.T) {
	t.Parallel()
	v := view{}
	v.State.Values = json.RawMessage(`{
		"f.name.x":{"v.line":{"type":"plain_text_input","value":"Linden"}},
		"f.note.x":{"v.lines":{"type":"plain_text_input","value":null}},
		"f.why.x":{"v.lines":{"type":"plain_text_input","value":" \n"}},
		"f.access.x":{"v.choice":{"type":"radio_buttons","selected_option":{"value":"private"}}},
		"f.days.x":{"v.choice":{"type":"static_select","selected_option":null}},
		"f.owner.x":{"v.person":{"type":"external_select","selected_option":{"value":"1"}}},
		"f.members.x.r":{"v.people":{"type":"multi_external_select","selected_options":[{"value":"1"},{"value":"2"}]}},
		"f.second.x":{"v.people":{"type":"multi_external_select","selected_options":[]}},
		"f.date.x":{"v.date":{"type":"datepicker","selected_date":"2027-02-19"}},
		"f.new.x":{"v.line":{"type":"a_new_kind","value":"x"}},
		"f.odd.x":{"other":{"type":"plain_text_input","value":"x"}},
		"foreign":{"v.line":{"type":"plain_text_input","value":"x"}}}`)
	values, screen, err := v.answers()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"name": {"Linden"}, "access": {"private"}, "owner": {"1"}, "members": {"1", "2"}, "date": {"2027-02-19"},
	}
	if !equalValues(values, want) {
		t.Errorf("values %v, want %v", values, want)
	}
	if screen["members"].block != "f.members.x.r" || len(screen) != 10 {
		t.Errorf("screen %v", screen)
	}
}

func TestJudge_KnowsEveryDocumentedGroup(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]verdict{
		"account_inactive":     {code: bot.Forbidden, reason: bot.ReasonCredentials},
		"restricted_action":    {code: bot.Forbidden, reason: bot.ReasonUndeliverable},
		"users_not_found":      {code: bot.Forbidden, reason: bot.ReasonUndeliverable},
		"edit_window_closed":   {code: bot.NotFound, reason: bot.ReasonGone},
		"not_found":            {code: bot.NotFound, reason: bot.ReasonGone},
		"view_too_large":       {code: bot.Invalid, reason: bot.ReasonBadCard},
		"trigger_expired":      {code: bot.Expired},
		"exchanged_trigger_id": {code: bot.Expired, reason: reasonUsed},
		"hash_conflict":        {code: bot.Conflict},
		"internal_error":       {code: bot.Unavailable, unclear: true},
		"team_added_to_org":    {code: bot.Unavailable},
		"no_such_code":         {code: bot.Internal},
	} {
		if got := judge(code); got != want {
			t.Errorf("%s is %+v, want %+v", code, got, want)
		}
	}
}

func FuzzDecodeCommand(f *testing.F) {
	for _, s := range []string{
		"team_id=T1&user_id=U1&trigger_id=1.2.3&text=new", "text=%3Cmailto%3Aa%40b.example%7Cc%3E.", "a=%zz&ssl_check=1",
	} {
		f.Add([]byte(s))
	}
	for _, s := range nasty() {
		s = s[:min(len(s), 200)]
		f.Add([]byte(url.Values{"text": {s}, "user_id": {"U1"}, "team_id": {"T1"}, "trigger_id": {"1"}}.Encode()))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		_ = isProbe(body)
		d, err := readCommand(body)
		if err != nil {
			if bot.CodeOf(err) != bot.Invalid {
				t.Fatalf("%v", err)
			}
			return
		}
		cmd := d.command
		text := commandText(cmd.Text)
		if !utf8.ValidString(text) || strings.TrimSpace(text) != text || strings.ContainsAny(text, "\n\x00") {
			t.Fatalf("%q gives %q", cmd.Text, text)
		}
	})
}

func FuzzDecodeInteraction(f *testing.F) {
	f.Add([]byte(`{"type":"view_submission","user":{"id":"U1"},"team":null,"view":{"id":"V1","callback_id":"guestsite",` +
		`"private_metadata":"[\"g1\",\"G-1\",\"site\"]","state":{"values":{"f.name.x":{"v.line":{"type":"plain_text_input","value":"x"}}}}}}`))
	f.Add([]byte(`{"type":"block_actions","user":{"id":"U1","team_id":"T1"},"container":{"channel_id":"D1","message_ts":"1.2"},` +
		`"actions":[{"type":"button","action_id":"a.0.ask","action_ts":"1.2","value":"[\"g1\",\"ask\",\"\",\"\",0,\"\"]"}]}`))
	f.Add([]byte(`{"type":"block_actions","user":{"id":"U1"},"view":{"id":"V1","state":{"values":[]}},"actions":[{"type":"button"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := readInteraction([]byte(url.Values{"payload": {string(raw)}}.Encode()))
		if err != nil {
			if bot.CodeOf(err) != bot.Invalid {
				t.Fatalf("%v", err)
			}
			return
		}
		in := d.interaction
		in.team()
		for _, decode := range []func() (bot.Inbound, error){
			in.submit,
			func() (bot.Inbound, error) {
				if len(in.Actions) == 0 {
					return bot.Inbound{}, &bot.Error{Code: bot.Invalid}
				}
				return in.press()
			},
		} {
			ev, err := decode()
			if err != nil {
				if bot.CodeOf(err) != bot.Invalid {
					t.Fatalf("%v", err)
				}
				continue
			}
			if ev.Key == "" || ev.User.ID == "" || (ev.Submit == nil) == (ev.Press == nil) {
				t.Fatalf("%+v", ev)
			}
			again, err := decode()
			if err != nil || again.Key != ev.Key {
				t.Fatalf("the same payload has two keys: %q %q", ev.Key, again.Key)
			}
			if p := ev.Press; p != nil && (p.Card == "") == (p.Form == "") {
				t.Fatalf("a click on both or neither: %+v", p)
			}
		}
	})
}

func FuzzButtonValue(f *testing.F) {
	f.Add(`["g1","approve","G-1042","guest-1",3,""]`)
	f.Add(`["g1","swap","G-1","",0,"a\u003eb"]`)
	f.Add(`[]`)
	f.Add(`["g1","approve","G-1042","guest-1",3.0,""]`)
	f.Fuzz(func(t *testing.T, s string) {
		b, err := decodeButton(s)
		if err != nil {
			if bot.CodeOf(err) != bot.Invalid {
				t.Fatalf("%v", err)
			}
			return
		}
		if encodeButton(b) != s {
			t.Fatalf("%q is taken for %+v", s, b)
		}
	})
}

func BenchmarkDecodeClick(b *testing.B) {
	value, _ := json.Marshal(encodeButton(card.Button{Action: card.ActApprove, Request: "G-1042", Part: "g", Version: 3}))
	body := []byte(url.Values{"payload": {`{"type":"block_actions","user":{"id":"U1","team_id":"T1"},"team":{"id":"T1"},` +
		`"container":{"channel_id":"D1","message_ts":"1.2"},"message":{"text":"` + strings.Repeat("x", 4000) + `"},` +
		`"actions":[{"type":"button","action_id":"a.0.approve","action_ts":"1.2","value":` + string(value) + `}]}`}}.Encode())
	for b.Loop() {
		d, err := readInteraction(body)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := d.interaction.press(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRenderCard(b *testing.B) {
	c := ownerCard()
	for b.Loop() {
		m := renderCard(c)
		if len(checkText(m.Text))+len(checkMessage(m)) > 0 {
			b.Fatal("bad card")
		}
	}
}

func BenchmarkRenderForm(b *testing.B) {
	f := peopleForm()
	for b.Loop() {
		if v := renderForm(f, nil); len(checkView(v)) > 0 {
			b.Fatal("bad form")
		}
	}
}
