package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"guestsite/bot/slack/slackfake"
)

// inSlack is a person's Slack.
type inSlack struct {
	s *slackfake.Server
	u *slackfake.Actor
}

func (c inSlack) who() (string, string) { return paneSlack, c.u.ID() }

func (c inSlack) line(words string) string { return "/guestsite " + words }

// went turns what came of an act into an error.
func (c inSlack) went(out slackfake.Outcome, err error) error {
	if err == nil && !out.OK() {
		err = fmt.Errorf("%w: %s %s", errRefused, out.Code, out.Line)
	}
	return err
}

func (c inSlack) typed(ctx context.Context, words string) error {
	return c.went(c.u.Command(ctx, c.line(words)))
}

func (c inSlack) form(field string) (string, bool) {
	v, ok := c.u.TopView()
	if !ok {
		return "", false
	}
	return c.s.ViewText(v), v.Submit != "" && (field == "" || blockOf(v.Blocks, field) != "")
}

func (c inSlack) hasField(field string) bool {
	v, ok := c.u.TopView()
	return ok && blockOf(v.Blocks, field) != ""
}

func (c inSlack) label(field string) string {
	v, _ := c.u.TopView()
	id := blockOf(v.Blocks, field)
	for _, b := range decode(v.Blocks) {
		if b.ID == id {
			return labelOf(b.Label)
		}
	}
	return field
}

func (c inSlack) holds(field string) (entered, bool) {
	v, ok := c.u.TopView()
	block := blockOf(v.Blocks, field)
	if !ok || block == "" {
		return entered{}, false
	}
	var in entered
	for _, raw := range v.Values[block] {
		in.add(raw)
	}
	return in, true
}

// add reads a value of state.values.
func (in *entered) add(raw json.RawMessage) {
	type option struct {
		Value string          `json:"value"`
		Text  json.RawMessage `json:"text"`
	}
	var v struct {
		Value   string   `json:"value"`
		Date    string   `json:"selected_date"`
		Option  *option  `json:"selected_option"`
		Options []option `json:"selected_options"`
	}
	if json.Unmarshal(raw, &v) != nil {
		return
	}
	for _, s := range []string{v.Value, v.Date} {
		if s != "" {
			in.values, in.labels = append(in.values, s), append(in.labels, s)
		}
	}
	if v.Option != nil {
		v.Options = append(v.Options, *v.Option)
	}
	for _, o := range v.Options {
		in.values, in.labels = append(in.values, o.Value), append(in.labels, labelOf(o.Text))
	}
}

func (c inSlack) fill(ctx context.Context, field string, values ...string) error {
	v, _ := c.u.TopView()
	return c.went(c.u.Fill(ctx, v.Ref(), blockOf(v.Blocks, field), values...))
}

func (c inSlack) pick(ctx context.Context, field, typed string) error {
	v, _ := c.u.TopView()
	key := blockOf(v.Blocks, field)
	options, out, err := c.u.Suggest(ctx, v.Ref(), key, typed)
	if err := c.went(out, err); err != nil {
		return err
	}
	if len(options) == 0 {
		return errNobody
	}
	return c.went(c.u.Fill(ctx, v.Ref(), key, options[0].Value))
}

func (c inSlack) submit(ctx context.Context) error { return c.went(c.u.Submit(ctx)) }

func (c inSlack) leave(ctx context.Context) error { return c.went(c.u.CloseView(ctx)) }

func (c inSlack) messages() []note {
	var out []note
	for _, m := range slices.Backward(c.u.Messages()) {
		out = append(out, note{m.TS, c.s.MessageText(m)})
	}
	return out
}

func (c inSlack) button(action, part string) (button, bool) {
	for _, m := range slices.Backward(c.u.Messages()) {
		if key, label := buttonOf(m.Blocks, action, part); key != "" {
			return button{action, part, label, c.s.MessageText(m), m.Ref(), m.TS, key}, true
		}
	}
	return button{}, false
}

func (c inSlack) gone(b button) bool {
	for _, m := range c.u.Messages() {
		if m.Ref() == b.where {
			key, _ := buttonOf(m.Blocks, b.action, b.part)
			return key == ""
		}
	}
	return false
}

func (c inSlack) press(ctx context.Context, b button) error {
	return c.went(c.u.Click(ctx, b.where.(slackfake.Ref), b.key))
}

func (c inSlack) atField(field string) Target {
	v, _ := c.u.TopView()
	return Target{Pane: paneSlack, Person: c.u.ID(), Msg: v.ID, Key: blockOf(v.Blocks, field)}
}

func (c inSlack) atEnd(key string) Target {
	v, _ := c.u.TopView()
	return Target{Pane: paneSlack, Person: c.u.ID(), Msg: v.ID, Key: key}
}

func (c inSlack) endLabel(key string) string {
	v, _ := c.u.TopView()
	if key == keyClose {
		return v.Close
	}
	return v.Submit
}

func (c inSlack) newest() int {
	wire := c.s.Wire()
	if len(wire) == 0 {
		return 0
	}
	return wire[len(wire)-1].Seq
}

func (c inSlack) heard(after int, what asked) (int, bool) {
	kind := map[string]string{askLine: "slash_command", askSubmit: "view_submission", askPress: "block_actions"}[what.what]
	for _, e := range c.s.Wire(kind) {
		if e.Seq > after && e.User == c.u.ID() && e.Direction == slackfake.ToApp && fitsSlack(e.Args, what) {
			return e.Seq, true
		}
	}
	return 0, false
}

// entity is an address or a link as Slack sends what was typed.
var entity = regexp.MustCompile(`<(?:mailto:)?([^|>]*)(?:\|[^>]*)?>`)

func fitsSlack(args json.RawMessage, what asked) bool {
	var a struct {
		Text    string `json:"text"`
		Actions []struct {
			Value string `json:"value"`
		} `json:"actions"`
	}
	if json.Unmarshal(args, &a) != nil {
		return false
	}
	switch what.what {
	case askLine:
		return strings.EqualFold(strings.Join(strings.Fields(entity.ReplaceAllString(a.Text, "$1")), " "), what.line)
	case askPress:
		return len(a.Actions) == 1 && asksFor(a.Actions[0].Value, what.action, what.part)
	}
	return true
}

func (c inSlack) all() string { return c.s.Transcript(c.u.ID()) }
