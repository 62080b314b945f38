package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
)

func TestRender_ForeignTextStaysText(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	for name, s := range nasty() {
		c, f := nastyCard(s), nastyForm(s)
		m, v := renderCard(c), renderForm(f, nil)
		if p := append(append(checkText(m.Text), checkMessage(m)...), checkView(v)...); len(p) > 0 {
			t.Errorf("%s: %v", name, p)
		}
		if strings.ContainsAny(m.Text, "<>") || !utf8.ValidString(m.Text) {
			t.Errorf("%s: the text has markup: %.200s", name, m.Text)
		}
		raw, err := json.Marshal([]any{m.Blocks, v})
		if err != nil {
			t.Fatal(err)
		}
		for _, not := range []string{`"mrkdwn"`, `"broadcast"`, `"type":"user"`, `"url":"https://evil`, "\u202E"} {
			if strings.Contains(string(raw), not) {
				t.Errorf("%s: %s is drawn", name, not)
			}
		}
		// The fake refuses what Slack would refuse.
		if _, err := r.chat.Post(t.Context(), user(r, slackfake.Lars), name, c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, m := range r.fake.As(slackfake.Lars).DM() {
		if m.Blocks == nil {
			t.Errorf("sent as text only: %.100s", m.Text)
		}
	}
	if log := r.log.String(); strings.Contains(log, "ERROR") {
		t.Errorf("the log:\n%.3000s", log)
	}
}

func TestCut_NeverExceedsNorBreaksACharacter(t *testing.T) {
	t.Parallel()
	for name, s := range nasty() {
		s = tidy(s)
		for limit := range 60 {
			got := cut(s, limit)
			if textWeight(got) > limit || !utf8.ValidString(got) {
				t.Fatalf("%s at %d: weight %d", name, limit, textWeight(got))
			}
			if e := escape(s, limit); len([]rune(e)) > limit {
				t.Fatalf("%s at %d: escaped to %d: %q", name, limit, len([]rune(e)), e)
			}
		}
	}
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{"longer", 5, "long…"},
		{"a&b", 7, "a&b"},
		{"a&b", 6, "a…"},
		{"ab cd", 4, "ab…"},
		{"ae\u0301b", 3, "a…"},
		{"a👍🏽bc", 3, "a…"},
		{"a👨‍👩‍👧bcd", 5, "a…"},
		{"x", 0, ""},
	} {
		if got := cut(c.in, c.limit); got != c.want {
			t.Errorf("cut(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func TestEscape_CutsBeforeItEscapes(t *testing.T) {
	t.Parallel()
	for limit := 1; limit < 40; limit++ {
		got := escape("a<b>&c&amp;<!channel>", limit)
		rest := strings.NewReplacer("&amp;", "", "&lt;", "", "&gt;", "").Replace(got)
		if strings.ContainsAny(rest, "&<>") {
			t.Errorf("at %d: %q has a broken entity", limit, got)
		}
	}
}

func TestRender_ManyBlocksKeepTheButtons(t *testing.T) {
	t.Parallel()
	for _, n := range []int{49, 50, 51, 120, 1000} {
		c := card.Card{Text: "many"}
		for i := range n {
			c.Blocks = append(c.Blocks, card.Text{Runs: run(fmt.Sprint("line ", i))})
			if i%2 == 0 {
				c.Blocks = append(c.Blocks, card.Note{Runs: run("small")})
			}
		}
		c.Blocks = append(c.Blocks, card.Actions{Buttons: []card.Button{{Label: "Add", Action: card.ActApprove}}})
		m := renderCard(c)
		if p := checkMessage(m); len(p) > 0 {
			t.Fatalf("%d: %v", n, p)
		}
		if _, ok := m.Blocks[len(m.Blocks)-1].(*slack.ActionBlock); !ok {
			t.Errorf("%d: the last block is %T", n, m.Blocks[len(m.Blocks)-1])
		}
		f := renderForm(card.Form{Title: "many", Submit: "Send", Blocks: c.Blocks, Fields: siteForm().Fields}, nil)
		if p := checkView(f); len(p) > 0 {
			t.Fatalf("form %d: %v", n, p)
		}
	}
}

func TestRender_LongListsAndTextsAreShortened(t *testing.T) {
	t.Parallel()
	l := card.List{}
	for i := range 1000 {
		l.Items = append(l.Items, run(fmt.Sprintf("guest-%04d@fabrikam.com", i)))
	}
	c := card.Card{Text: strings.Repeat("long ", 3000), Blocks: []card.Block{l, l, l, l, l, l}}
	m := renderCard(c)
	if p := append(checkText(m.Text), checkMessage(m)...); len(p) > 0 {
		t.Fatal(p)
	}
	raw, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), ellipsis) || len(raw) > 60_000 {
		t.Errorf("%d bytes", len(raw))
	}
}

func TestRender_OnlyWebAddressesBecomeLinks(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]bool{
		"https://noordzee.sharepoint.com/sites/x?a=b": true, "http://127.0.0.1:8080/link": true, "http://localhost/x": true,
		"http://noordzee.example": false, "javascript:alert(1)": false, "slack://app": false, "https://": false,
		"https://user:pass@evil.example": false, "data:text/html,x": false, "https://x.example/" + strings.Repeat("a", 3000): false,
		"//evil.example": false, "mailto:a@b.example": false, "https://x.example/\x00": false,
	} {
		m := renderCard(card.Card{Text: "t", Blocks: []card.Block{
			card.Text{Runs: []card.Run{{Text: "look", Link: link}}},
			card.Actions{Buttons: []card.Button{{Label: "Open", Action: card.ActRedeem, URL: link}}},
		}})
		raw, err := json.Marshal(m.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(raw), `"url"`); (n == 2) != want || n == 1 {
			t.Errorf("%s: %d links drawn", link, n)
		}
		if p := checkMessage(m); len(p) > 0 {
			t.Errorf("%s: %v", link, p)
		}
	}
}

func TestRender_AnEditAlwaysHasRichText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]card.Card{
		"owner": ownerCard(), "outcome": outcomeCard(), "note": noteCard(),
		"only a note":  {Text: "t", Blocks: []card.Block{card.Note{Runs: run("n")}}},
		"only text":    {Text: "t"},
		"only buttons": {Text: "t", Blocks: []card.Block{card.Actions{Buttons: []card.Button{{Label: "x", Action: card.ActAsk}}}}},
	} {
		found := false
		for _, b := range renderCard(c).Blocks {
			_, ok := b.(*slack.RichTextBlock)
			found = found || ok
		}
		if !found {
			t.Errorf("%s has no rich_text, so it could not replace one that has", name)
		}
	}
}

func TestRender_BlockIDsAreNewWhenAnythingIs(t *testing.T) {
	t.Parallel()
	a, b, again := renderCard(ownerCard()), renderCard(ownerCard()), ownerCard()
	again.Blocks[0] = card.Text{Runs: run("Anna Kowalska")}
	c := renderCard(again)
	for i := range a.Blocks {
		if a.Blocks[i].ID() != b.Blocks[i].ID() {
			t.Error("the same card has two names")
		}
		if a.Blocks[i].ID() == c.Blocks[i].ID() {
			t.Errorf("block %d keeps its id although the card changed", i)
		}
	}
}

func TestForm_InputsKeepTheirNamesWhileTheServersValueStays(t *testing.T) {
	t.Parallel()
	id := func(f card.Form, screen map[string]shown) string {
		for _, b := range renderForm(f, screen).Blocks.BlockSet {
			if in, ok := b.(*slack.InputBlock); ok {
				return in.BlockID
			}
		}
		return ""
	}
	f := siteForm()
	first := id(f, nil)
	f.Fields[0].Hint, f.Title = "another hint", "another title"
	if id(f, nil) != first {
		t.Error("a new hint would lose what was typed")
	}
	screen := map[string]shown{"name": {block: first, values: []string{"typed"}}}
	if id(f, screen) == first {
		t.Error("the empty value of the server would not replace what was typed")
	}
	f.Fields[0].Value = []card.Option{{Value: "typed"}}
	second := id(f, screen)
	if second == first {
		t.Error("a new value keeps the old name")
	}
	if id(f, map[string]shown{"name": {block: second, values: []string{"typed"}}}) != second {
		t.Error("what already stands there is replaced")
	}
	for _, block := range []string{first, second, first + ".r"} {
		if field, ok := fieldOf(block); !ok || field != "name" {
			t.Errorf("%s names %q", block, field)
		}
	}
	for _, block := range []string{"", "f", "f.name", "f..x", "b.name.x", "f.na.me.x", "f.a.b.c.r"} {
		if field, ok := fieldOf(block); ok {
			t.Errorf("%s names %q", block, field)
		}
	}
}

func TestForm_LongPastesAreCutAtALine(t *testing.T) {
	t.Parallel()
	var all []string
	for i := range 200 {
		all = append(all, fmt.Sprintf("guest-%04d@fabrikam.com", i))
	}
	got := fieldText(card.Field{Kind: card.Lines, Value: []card.Option{{Value: strings.Join(all, "\n")}}})
	lines := strings.Split(got, "\n")
	if len(got) > maxInput || lines[len(lines)-1] != all[len(lines)-1] {
		t.Errorf("%d characters, the last line is %q", len(got), lines[len(lines)-1])
	}
}

func TestCheck_FindsWhatSlackRefuses(t *testing.T) {
	t.Parallel()
	view := func(change func(*slack.ModalViewRequest)) []string {
		v := renderForm(peopleForm(), nil)
		change(v)
		return checkView(v)
	}
	input := func(v *slack.ModalViewRequest, i int) *slack.InputBlock {
		n := 0
		for _, b := range v.Blocks.BlockSet {
			if in, ok := b.(*slack.InputBlock); ok {
				if n == i {
					return in
				}
				n++
			}
		}
		return nil
	}
	for want, got := range map[string][]string{
		"/title":   view(func(v *slack.ModalViewRequest) { v.Title = nil }),
		"/submit":  view(func(v *slack.ModalViewRequest) { v.Submit = nil }),
		"/close":   view(func(v *slack.ModalViewRequest) { v.Close = plainText(strings.Repeat("x", 25)) }),
		"/private": view(func(v *slack.ModalViewRequest) { v.PrivateMetadata = strings.Repeat("x", 3001) }),
		"/blocks: 0": view(func(v *slack.ModalViewRequest) {
			v.Blocks.BlockSet = nil
		}),
		"used twice": view(func(v *slack.ModalViewRequest) { input(v, 0).BlockID = input(v, 1).BlockID }),
		"/label":     view(func(v *slack.ModalViewRequest) { input(v, 0).Label = plainText("") }),
		"/hint": view(func(v *slack.ModalViewRequest) {
			input(v, 0).Hint = slack.NewTextBlockObject("mrkdwn", "*x*", false, false)
		}),
		"max_length": view(func(v *slack.ModalViewRequest) {
			input(v, 0).Element.(*slack.PlainTextInputBlockElement).MaxLength = 3001
		}),
		"initial_value": view(func(v *slack.ModalViewRequest) {
			input(v, 0).Element.(*slack.PlainTextInputBlockElement).MaxLength = 3
		}),
		"initial_options/0/value": view(func(v *slack.ModalViewRequest) {
			input(v, 1).Element.(*slack.MultiSelectBlockElement).InitialOptions[0].Value = strings.Repeat("x", 76)
		}),
		"/options": view(func(v *slack.ModalViewRequest) { input(v, 2).Element.(*slack.SelectBlockElement).Options = nil }),
		"not one of": view(func(v *slack.ModalViewRequest) {
			input(v, 2).Element.(*slack.SelectBlockElement).InitialOption = slack.NewOptionBlockObject("8", plainText("8"), nil)
		}),
		"initial_date": view(func(v *slack.ModalViewRequest) {
			input(v, 3).Element.(*slack.DatePickerBlockElement).InitialDate = "19-02-2027"
		}),
		"not drawn here": view(func(v *slack.ModalViewRequest) {
			v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewSectionBlock(plainText("x"), nil, nil))
		}),
		"bytes": view(func(v *slack.ModalViewRequest) {
			for i := range 90 {
				v.Blocks.BlockSet = append(v.Blocks.BlockSet,
					slack.NewContextBlock(fmt.Sprint("x", i), plainText(strings.Repeat("x", 3000))))
			}
		}),
	} {
		if !strings.Contains(join(got), want) {
			t.Errorf("want a problem with %q, got %v", want, got)
		}
	}
	m := renderCard(ownerCard())
	m.Blocks[0].(*slack.HeaderBlock).Text = slack.NewTextBlockObject("mrkdwn", "<!channel>", false, false)
	m.Blocks[5].(*slack.ActionBlock).Elements.ElementSet[1].(*slack.ButtonBlockElement).ActionID = "a.0.approve"
	m.Blocks[5].(*slack.ActionBlock).Elements.ElementSet[2].(*slack.ButtonBlockElement).Style = slack.StylePrimary
	for _, want := range []string{"/blocks/0/text/type: mrkdwn", "/blocks/5/elements/1/action_id: used twice", "2 primary"} {
		if got := join(checkMessage(m)); !strings.Contains(got, want) {
			t.Errorf("want %q in %q", want, got)
		}
	}
	for _, s := range []string{"", "  ", "a < b", "a & b", "&nbsp;", strings.Repeat("x", 4001)} {
		if len(checkText(s)) == 0 {
			t.Errorf("%.20q passes", s)
		}
	}
}
