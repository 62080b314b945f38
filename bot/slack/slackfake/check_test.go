package slackfake

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func text(n int) string { return `{"type":"plain_text","text":"` + strings.Repeat("x", n) + `"}` }

func sections(n int) string {
	return "[" + strings.Join(repeat(n, `{"type":"divider"}`), ",") + "]"
}

func repeat(n int, s string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.ReplaceAll(s, "#", fmt.Sprint(i))
	}
	return out
}

func button(more string) string {
	return `{"type":"button","action_id":"go","text":{"type":"plain_text","text":"Go"}` + more + `}`
}

func actions(elements ...string) string {
	return `[{"type":"actions","elements":[` + strings.Join(elements, ",") + `]}]`
}

func input(element string) string {
	return `[{"type":"input","label":{"type":"plain_text","text":"L"},"element":` + element + `}]`
}

func rich(leaf string) string {
	return `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + leaf + `]}]}]`
}

func options(n, size int) string {
	return `[` + strings.Join(repeat(n, `{"text":`+text(size)+`,"value":"v#"}`), ",") + `]`
}

// TestBlocks_LimitsAreEnforced gives, for each rule, a value that just passes
// and one that does not, with the pointer Slack would name.
func TestBlocks_LimitsAreEnforced(t *testing.T) {
	t.Parallel()
	for _, c := range limitCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if p := problems(t, c.surface, c.good); len(p) > 0 {
				t.Errorf("the good one is refused: %v", p)
			}
			p := strings.Join(problems(t, c.surface, c.bad), "\n")
			if !strings.Contains(p, "[json-pointer:/blocks"+c.pointer+"]") {
				t.Errorf("problems %q, want one at /blocks%s", p, c.pointer)
			}
		})
	}
}

type limitCase struct{ name, surface, good, bad, pointer string }

func limitCases() []limitCase {
	return []limitCase{
		{"blocks in a message", surfaceMessage, sections(50), sections(51), ""},
		{"blocks in a modal", surfaceModal, sections(100), sections(101), ""},
		{"unknown type", surfaceMessage, `[{"type":"divider"}]`, `[{"type":"dividr"}]`, "/0/type"},
		{"unknown field", surfaceMessage, `[{"type":"divider","block_id":"x"}]`, `[{"type":"divider","blockid":"x"}]`, "/0"},
		{"null field", surfaceMessage, `[{"type":"divider"}]`, `[{"type":"divider","block_id":null}]`, "/0/block_id"},
		{"header length", surfaceMessage, `[{"type":"header","text":` + text(150) + `}]`, `[{"type":"header","text":` + text(151) + `}]`, "/0/text/text"},
		{"header is plain", surfaceMessage, `[{"type":"header","text":` + text(5) + `}]`, `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "/0/text/type"},
		{"header needs text", surfaceMessage, `[{"type":"header","text":` + text(1) + `}]`, `[{"type":"header"}]`, "/0"},
		{"empty text", surfaceMessage, `[{"type":"section","text":` + text(1) + `}]`, `[{"type":"section","text":` + text(0) + `}]`, "/0/text/text"},
		{"section length", surfaceMessage, `[{"type":"section","text":` + text(3000) + `}]`, `[{"type":"section","text":` + text(3001) + `}]`, "/0/text/text"},
		{"escaped length", surfaceMessage, `[{"type":"header","text":{"type":"plain_text","text":"` + strings.Repeat("&", 30) + `"}}]`, `[{"type":"header","text":{"type":"plain_text","text":"` + strings.Repeat("&", 31) + `"}}]`, "/0/text/text"},
		{"code points", surfaceMessage, `[{"type":"header","text":{"type":"plain_text","text":"` + strings.Repeat("é", 150) + `"}}]`, `[{"type":"header","text":{"type":"plain_text","text":"` + strings.Repeat("é", 151) + `"}}]`, "/0/text/text"},
		{"section needs text or fields", surfaceMessage, `[{"type":"section","fields":[` + text(9) + `]}]`, `[{"type":"section"}]`, "/0"},
		{"fields", surfaceMessage, `[{"type":"section","fields":[` + strings.Join(repeat(10, text(9)), ",") + `]}]`, `[{"type":"section","fields":[` + strings.Join(repeat(11, text(9)), ",") + `]}]`, "/0/fields"},
		{"field length", surfaceMessage, `[{"type":"section","fields":[` + text(2000) + `]}]`, `[{"type":"section","fields":[` + text(2001) + `]}]`, "/0/fields/0/text"},
		{"emoji on mrkdwn", surfaceMessage, `[{"type":"section","text":{"type":"plain_text","text":"x","emoji":false}}]`, `[{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":false}}]`, "/0/text"},
		{"verbatim on plain", surfaceMessage, `[{"type":"section","text":{"type":"mrkdwn","text":"x","verbatim":true}}]`, `[{"type":"section","text":{"type":"plain_text","text":"x","verbatim":true}}]`, "/0/text"},
		{"context elements", surfaceMessage, `[{"type":"context","elements":[` + strings.Join(repeat(10, text(1)), ",") + `]}]`, `[{"type":"context","elements":[` + strings.Join(repeat(11, text(1)), ",") + `]}]`, "/0/elements"},
		{"context is not empty", surfaceMessage, `[{"type":"context","elements":[` + text(1) + `]}]`, `[{"type":"context","elements":[]}]`, "/0/elements"},
		{"actions count", surfaceMessage, actions(repeat(25, strings.Replace(button(""), "go", "go#", 1))...), actions(repeat(26, strings.Replace(button(""), "go", "go#", 1))...), "/0/elements"},
		{"actions is not empty", surfaceMessage, actions(button("")), actions(), "/0/elements"},
		{"action_id in a block", surfaceMessage, actions(button(""), strings.Replace(button(""), "go", "on", 1)), actions(button(""), button("")), "/0/elements/1/action_id"},
		{"action_id length", surfaceMessage, actions(strings.Replace(button(""), "go", strings.Repeat("x", 255), 1)), actions(strings.Replace(button(""), "go", strings.Repeat("x", 256), 1)), "/0/elements/0/action_id"},
		{"block_id is unique", surfaceMessage, `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"b"}]`, `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`, "/1/block_id"},
		{"button text", surfaceMessage, actions(`{"type":"button","text":` + text(75) + `}`), actions(`{"type":"button","text":` + text(76) + `}`), "/0/elements/0/text/text"},
		{"button style", surfaceMessage, actions(button(`,"style":"danger"`)), actions(button(`,"style":"primry"`)), "/0/elements/0/style"},
		{"button value", surfaceMessage, actions(button(`,"value":"` + strings.Repeat("x", 2000) + `"`)), actions(button(`,"value":"` + strings.Repeat("x", 2001) + `"`)), "/0/elements/0/value"},
		{"button value is text", surfaceMessage, actions(button(`,"value":"7"`)), actions(button(`,"value":7`)), "/0/elements/0/value"},
		{"button url", surfaceMessage, actions(button(`,"url":"https://x.example"`)), actions(button(`,"url":"x.example"`)), "/0/elements/0/url"},
		{"button label", surfaceMessage, actions(button(`,"accessibility_label":"` + strings.Repeat("x", 75) + `"`)), actions(button(`,"accessibility_label":"` + strings.Repeat("x", 76) + `"`)), "/0/elements/0/accessibility_label"},
		{"confirm texts", surfaceMessage, actions(button(`,"confirm":{"title":` + text(100) + `,"text":` + text(300) + `,"confirm":` + text(30) + `,"deny":` + text(30) + `}`)), actions(button(`,"confirm":{"title":` + text(100) + `,"text":` + text(300) + `,"confirm":` + text(31) + `,"deny":` + text(30) + `}`)), "/0/elements/0/confirm/confirm/text"},
		{"confirm is whole", surfaceMessage, actions(button(`,"confirm":{"title":` + text(1) + `,"text":` + text(1) + `,"confirm":` + text(1) + `,"deny":` + text(1) + `}`)), actions(button(`,"confirm":{"text":` + text(1) + `}`)), "/0/elements/0/confirm"},
		{"select options", surfaceMessage, actions(`{"type":"static_select","options":` + options(100, 75) + `}`), actions(`{"type":"static_select","options":` + options(101, 75) + `}`), "/0/elements/0/options"},
		{"option text", surfaceMessage, actions(`{"type":"static_select","options":` + options(1, 75) + `}`), actions(`{"type":"static_select","options":` + options(1, 76) + `}`), "/0/elements/0/options/0/text/text"},
		{"options are needed", surfaceMessage, actions(`{"type":"static_select","options":` + options(1, 5) + `}`), actions(`{"type":"static_select"}`), "/0/elements/0"},
		{"group label", surfaceMessage, actions(`{"type":"static_select","option_groups":[{"label":` + text(75) + `,"options":` + options(1, 5) + `}]}`), actions(`{"type":"static_select","option_groups":[{"label":` + text(76) + `,"options":` + options(1, 5) + `}]}`), "/0/elements/0/option_groups/0/label/text"},
		{"initial option", surfaceMessage, actions(`{"type":"static_select","options":` + options(2, 5) + `,"initial_option":{"text":` + text(5) + `,"value":"v1"}}`), actions(`{"type":"static_select","options":` + options(2, 5) + `,"initial_option":{"text":` + text(5) + `,"value":"v2"}}`), "/0/elements/0/initial_option"},
		{"overflow", surfaceMessage, actions(`{"type":"overflow","options":` + options(5, 5) + `}`), actions(`{"type":"overflow","options":` + options(6, 5) + `}`), "/0/elements/0/options"},
		{"radio buttons", surfaceMessage, actions(`{"type":"radio_buttons","options":` + options(10, 5) + `}`), actions(`{"type":"radio_buttons","options":` + options(11, 5) + `}`), "/0/elements/0/options"},
		{"checkboxes", surfaceMessage, actions(`{"type":"checkboxes","options":` + options(10, 5) + `}`), actions(`{"type":"checkboxes","options":` + options(11, 5) + `}`), "/0/elements/0/options"},
		{"placeholder", surfaceMessage, actions(`{"type":"users_select","placeholder":` + text(150) + `}`), actions(`{"type":"users_select","placeholder":` + text(151) + `}`), "/0/elements/0/placeholder/text"},
		{"min_query_length", surfaceModal, input(`{"type":"external_select","min_query_length":0}`), input(`{"type":"external_select","min_query_length":"0"}`), "/0/element/min_query_length"},
		{"min_query_length elsewhere", surfaceModal, input(`{"type":"users_select"}`), input(`{"type":"users_select","min_query_length":0}`), "/0/element"},
		{"max_selected_items", surfaceModal, input(`{"type":"multi_users_select","max_selected_items":1}`), input(`{"type":"multi_users_select","max_selected_items":0}`), "/0/element/max_selected_items"},
		{"input label", surfaceModal, `[{"type":"input","label":` + text(2000) + `,"element":{"type":"datepicker"}}]`, `[{"type":"input","label":` + text(2001) + `,"element":{"type":"datepicker"}}]`, "/0/label/text"},
		{"input hint", surfaceModal, `[{"type":"input","label":` + text(1) + `,"hint":` + text(2000) + `,"element":{"type":"datepicker"}}]`, `[{"type":"input","label":` + text(1) + `,"hint":` + text(2001) + `,"element":{"type":"datepicker"}}]`, "/0/hint/text"},
		{"a button is no input", surfaceModal, input(`{"type":"datepicker"}`), input(button("")), "/0/element/type"},
		{"text input is no action", surfaceModal, actions(`{"type":"datepicker"}`), actions(`{"type":"plain_text_input"}`), "/0/elements/0/type"},
		{"max_length", surfaceModal, input(`{"type":"plain_text_input","max_length":3000}`), input(`{"type":"plain_text_input","max_length":3001}`), "/0/element/max_length"},
		{"min over max", surfaceModal, input(`{"type":"plain_text_input","min_length":2,"max_length":2}`), input(`{"type":"plain_text_input","min_length":3,"max_length":2}`), "/0/element/min_length"},
		{"number input", surfaceModal, input(`{"type":"number_input","is_decimal_allowed":true}`), input(`{"type":"number_input"}`), "/0/element"},
		{"date", surfaceModal, input(`{"type":"datepicker","initial_date":"2026-12-31"}`), input(`{"type":"datepicker","initial_date":"31-12-2026"}`), "/0/element/initial_date"},
		{"time", surfaceModal, input(`{"type":"timepicker","initial_time":"09:30"}`), input(`{"type":"timepicker","initial_time":"9:30"}`), "/0/element/initial_time"},
		{"focus", surfaceModal, input(`{"type":"plain_text_input","focus_on_load":true}`), strings.TrimSuffix(input(`{"type":"plain_text_input","focus_on_load":true}`), "]") + "," + strings.TrimPrefix(input(`{"type":"plain_text_input","focus_on_load":true}`), "["), ""},
		{"dispatch config", surfaceModal, input(`{"type":"plain_text_input","dispatch_action_config":{"trigger_actions_on":["on_enter_pressed"]}}`), input(`{"type":"plain_text_input","dispatch_action_config":{"trigger_actions_on":["blur"]}}`), "/0/element/dispatch_action_config/trigger_actions_on/0"},
		{"image alt text", surfaceMessage, `[{"type":"image","image_url":"https://x.example/i","alt_text":"x"}]`, `[{"type":"image","image_url":"https://x.example/i"}]`, "/0"},
		{"image source", surfaceMessage, `[{"type":"image","image_url":"https://x.example/i","alt_text":"x"}]`, `[{"type":"image","alt_text":"x"}]`, "/0"},
		{"alert only in modals", surfaceModal, `[{"type":"alert","text":` + text(200) + `}]`, `[{"type":"alert","text":` + text(201) + `}]`, "/0/text/text"},
		{"alert level", surfaceModal, `[{"type":"alert","level":"error","text":` + text(5) + `}]`, `[{"type":"alert","level":"danger","text":` + text(5) + `}]`, "/0/level"},
		{"card body", surfaceMessage, `[{"type":"card","body":{"type":"mrkdwn","text":"` + strings.Repeat("x", 200) + `"}}]`, `[{"type":"card","body":{"type":"mrkdwn","text":"` + strings.Repeat("x", 201) + `"}}]`, "/0/body/text"},
		{"card buttons", surfaceMessage, `[{"type":"card","actions":[` + strings.Join(repeat(3, strings.Replace(button(""), "go", "go#", 1)), ",") + `]}]`, `[{"type":"card","actions":[` + strings.Join(repeat(4, strings.Replace(button(""), "go", "go#", 1)), ",") + `]}]`, "/0/actions"},
		{"container children", surfaceHome, `[{"type":"container","child_blocks":` + sections(10) + `}]`, `[{"type":"container","child_blocks":` + sections(11) + `}]`, "/0/child_blocks"},
		{"container nesting", surfaceHome, `[{"type":"container","child_blocks":[{"type":"divider"}]}]`, `[{"type":"container","child_blocks":[{"type":"container","child_blocks":[{"type":"divider"}]}]}]`, "/0/child_blocks/0/type"},
		{"markdown total", surfaceMessage, `[{"type":"markdown","text":"` + strings.Repeat("x", 12000) + `"}]`, `[{"type":"markdown","text":"` + strings.Repeat("x", 12000) + `"},{"type":"markdown","text":"x"}]`, ""},
		{"table cells", surfaceMessage, `[{"type":"table","rows":[[` + strings.Join(repeat(20, `{"type":"raw_text","text":"x"}`), ",") + `]]}]`, `[{"type":"table","rows":[[` + strings.Join(repeat(21, `{"type":"raw_text","text":"x"}`), ",") + `]]}]`, "/0/rows/0"},
		{"data_table caption", surfaceHome, `[{"type":"data_table","caption":"c","rows":[[{"type":"raw_text","text":"x"}]]}]`, `[{"type":"data_table","rows":[[{"type":"raw_text","text":"x"}]]}]`, "/0"},
		{"accessory", surfaceMessage, `[{"type":"section","text":` + text(1) + `,"accessory":{"type":"image","image_url":"https://x.example/i","alt_text":"x"}}]`, `[{"type":"section","text":` + text(1) + `,"accessory":{"type":"datetimepicker"}}]`, "/0/accessory/type"},
		{"context image", surfaceMessage, `[{"type":"context","elements":[{"type":"image","image_url":"https://x.example/i","alt_text":"x"}]}]`, `[{"type":"context","elements":[{"type":"image","image_url":"https://x.example/i"}]}]`, "/0/elements/0"},
		{"date-time", surfaceModal, input(`{"type":"datetimepicker","initial_date_time":1790000000}`), input(`{"type":"datetimepicker","initial_date_time":1790000000000}`), "/0/element/initial_date_time"},
		{"files", surfaceModal, input(`{"type":"file_input","max_files":10}`), input(`{"type":"file_input","max_files":11}`), "/0/element/max_files"},
		{"rich input", surfaceModal, input(`{"type":"rich_text_input","initial_value":` + strings.TrimSuffix(rich(`{"type":"text","text":"x"}`)[1:], "]") + `}`), input(`{"type":"rich_text_input","initial_value":{"type":"rich_text","elements":[]}}`), "/0/element/initial_value/elements"},
		{"rich link", surfaceMessage, rich(`{"type":"link","url":"https://x.example","text":"x"}`), rich(`{"type":"link","url":"javascript:x"}`), "/0/elements/0/elements/0/url"},
		{"rich date", surfaceMessage, rich(`{"type":"date","timestamp":1790000000,"format":"{date}"}`), rich(`{"type":"date","format":"{date}"}`), "/0/elements/0/elements/0"},
		{"rich broadcast", surfaceMessage, rich(`{"type":"broadcast","range":"here"}`), rich(`{"type":"broadcast","range":"all"}`), "/0/elements/0/elements/0/range"},
		{"rich emoji", surfaceMessage, rich(`{"type":"emoji","name":"tada"}`), rich(`{"type":"emoji"}`), "/0/elements/0/elements/0"},
		{"rich quote", surfaceMessage, strings.Replace(rich(`{"type":"channel","channel_id":"C1"}`), "section", "quote", 1), strings.Replace(rich(`{"type":"channel"}`), "section", "quote", 1), "/0/elements/0/elements/0"},
		{"rich text leaf", surfaceMessage, rich(`{"type":"text","text":"x","style":{"bold":true}}`), rich(`{"type":"text","text":""}`), "/0/elements/0/elements/0/text"},
		{"rich text kind", surfaceMessage, rich(`{"type":"user","user_id":"U1"}`), rich(`{"type":"mention"}`), "/0/elements/0/elements/0/type"},
		{"rich list indent", surfaceMessage, `[{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","indent":8,"elements":[{"type":"rich_text_section","elements":[]}]}]}]`, `[{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","indent":9,"elements":[{"type":"rich_text_section","elements":[]}]}]}]`, "/0/elements/0/indent"},
	}
}

func problems(t *testing.T, surface, blocks string) []string {
	t.Helper()
	v, err := decodeJSON([]byte(blocks))
	if err != nil {
		t.Fatalf("%v in %s", err, blocks)
	}
	c := newChecker(surface, nil)
	c.blocks("/blocks", v.([]any))
	return c.problems
}

func TestBlocks_SurfaceDecides(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		"alert": `{"type":"alert","text":` + text(5) + `}`, "markdown": `{"type":"markdown","text":"x"}`,
		"table":   `{"type":"table","rows":[[{"type":"raw_text","text":"x"}]]}`,
		"divider": `{"type":"divider"}`, "container": `{"type":"container","child_blocks":[{"type":"divider"}]}`,
	}
	allowed := map[string]string{
		"alert": surfaceModal, "markdown": surfaceMessage, "table": surfaceMessage + surfaceHome,
		"divider": surfaceMessage + surfaceModal + surfaceHome, "container": surfaceMessage + surfaceHome,
	}
	for kind, body := range bodies {
		for _, surface := range []string{surfaceMessage, surfaceModal, surfaceHome} {
			got := len(problems(t, surface, "["+body+"]")) == 0
			if want := strings.Contains(allowed[kind], surface); got != want {
				t.Errorf("%s in a %s: allowed = %v, want %v", kind, surface, got, want)
			}
		}
	}
}

func TestAttachments_HoldCheckedBlocks(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	form := func(blocks string) url.Values {
		return url.Values{"channel": {Sanne}, "text": {"x"}, "attachments": {`[{"color":"#36a64f","blocks":` + blocks + `}]`}}
	}
	wantError(t, raw(t, s, "chat.postMessage", form(`[{"type":"header"}]`)), "invalid_blocks")
	wantOK(t, raw(t, s, "chat.postMessage", form(actions(`{"type":"button","value":"7","text":`+text(2)+`}`))))
	mustOutcome(t)(s.As(Sanne).Click(t.Context(), s.As(Sanne).DM()[0].Ref(), "xx"))
	if got := str(a.payload(t)["actions"].([]any)[0], "value"); got != "7" {
		t.Errorf("value %q", got)
	}
}

func TestBlocks_ATypeCanBeRefused(t *testing.T) {
	t.Parallel()
	c := newChecker(surfaceMessage, []string{"card"})
	c.blocks("/blocks", []any{obj{"type": "card", "body": obj{"type": "mrkdwn", "text": "x"}}})
	if len(c.problems) != 1 || !strings.Contains(c.problems[0], "unsupported type: card") {
		t.Errorf("problems = %v", c.problems)
	}
}

func TestView_Limits(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, Options{})
	view := func(more string) string {
		return `{"type":"modal","title":{"type":"plain_text","text":"T"},"blocks":[]` + more + `}`
	}
	for _, c := range []struct{ name, view, code, pointer string }{
		{"good", view(`,"private_metadata":"` + strings.Repeat("x", 3000) + `"`), "", ""},
		{"long metadata", view(`,"private_metadata":"` + strings.Repeat("x", 3001) + `"`), "invalid_arguments", "/view/private_metadata"},
		{"long callback", view(`,"callback_id":"` + strings.Repeat("x", 256) + `"`), "invalid_arguments", "/view/callback_id"},
		{"long submit", view(`,"submit":` + text(25)), "invalid_arguments", "/view/submit/text"},
		{"no title", `{"type":"modal","blocks":[]}`, "invalid_arguments", "/view"},
		{"escaped title", `{"type":"modal","title":{"type":"plain_text","text":"` + strings.Repeat("x", 20) + `&"},"blocks":[]}`, "invalid_arguments", "/view/title/text"},
		{"home as modal", `{"type":"home","blocks":[]}`, "invalid_arguments", "/view/type"},
		{"input without submit", strings.Replace(modal("T"), `"submit":{"type":"plain_text","text":"Send"},`, "", 1), "invalid_arguments", "/view"},
		{"unknown field", view(`,"colour":"red"`), "invalid_arguments", "/view"},
		{"too large", `{"type":"modal","title":{"type":"plain_text","text":"T"},"blocks":[` +
			strings.Join(repeat(90, `{"type":"section","text":`+text(2900)+`}`), ",") + `]}`, "view_too_large", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, err := decodeJSON([]byte(c.view))
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.checkView(v, surfaceModal)
			if c.code == "" {
				if err != nil {
					t.Fatal(problem(err))
				}
				return
			}
			if err == nil || err.Error() != c.code || !strings.Contains(problem(err), c.pointer) {
				t.Errorf("error %v, want %s at %s", err, c.code, c.pointer)
			}
		})
	}
}

func TestRender_DrawsWhatAPersonReads(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	blocks := `[{"type":"header","text":{"type":"plain_text","text":"Guests & <more>"}},
		{"type":"section","text":{"type":"mrkdwn","text":"<@U0SANNE> asks &lt;you&gt;: <https://x.example|site> until <!date^1790000000^{date}|21 Sep 2026>"},
		 "fields":[{"type":"mrkdwn","text":"*Owner*\nMehmet"}]},
		{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"one"}]}]}]},
		{"type":"context","elements":[{"type":"mrkdwn","text":"G-1042"}]},
		{"type":"divider"},
		{"type":"actions","elements":[{"type":"button","action_id":"x","text":{"type":"plain_text","text":"Add"}},
		 {"type":"overflow","action_id":"o","options":[{"text":{"type":"plain_text","text":"Ask"},"value":"ask"}]}]}]`
	v, err := decodeJSON([]byte(blocks))
	if err != nil {
		t.Fatal(err)
	}
	got := s.MessageText(Message{Author: s.BotUserID(), Text: "fallback", Blocks: mustJSON(v)})
	want := strings.Join([]string{
		"Guest sites:", "  # Guests & <more>",
		"  @Sanne de Vries asks <you>: site (https://x.example) until 21 Sep 2026", "  | *Owner* / Mehmet",
		"  • one", "  (G-1042)", "  ---", "  [Add] [… Ask]",
	}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	u := s.As(Sanne)
	view := openModal(t, s, a, everyInput)
	mustOutcome(t)(u.Fill(t.Context(), view.Ref(), "Owner", Mehmet))
	mustOutcome(t)(u.Fill(t.Context(), view.Ref(), "Rules", "r2"))
	top, _ := u.TopView()
	drawn := s.ViewText(top)
	for _, line := range []string{"[modal] All", "Note (optional): <>", "Owner: <@Mehmet Yildiz>", "Rules: <Two> of {*One* / Two}", "[Send]"} {
		if !strings.Contains(drawn, line) {
			t.Errorf("no %q in\n%s", line, drawn)
		}
	}
}

func FuzzBlocks_NeverPanic(f *testing.F) {
	for _, seed := range []string{card, section, rich(`{"type":"text","text":"x"}`), input(`{"type":"plain_text_input"}`), `[null,1,{"type":"actions","elements":{}}]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := decodeJSON([]byte(raw))
		if err != nil {
			return
		}
		list, ok := v.([]any)
		if !ok {
			return
		}
		for _, surface := range []string{surfaceMessage, surfaceModal, surfaceHome} {
			c := newChecker(surface, nil)
			c.blocks("/blocks", list)
			if len(c.problems) > 0 {
				continue
			}
			kept := deepCopy(list)
			fillIDs(kept)
			again := newChecker(surface, nil)
			again.blocks("/blocks", kept)
			if len(again.problems) > 0 {
				t.Errorf("filled-in ids made good blocks bad: %v", again.problems)
			}
			controls(kept)
			initialValues(kept)
			(&Server{}).drawBlocks(kept, nil, nil)
		}
	})
}
