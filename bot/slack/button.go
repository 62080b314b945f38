package slack

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"guestsite/bot"
	"guestsite/bot/card"
)

// buttonMark begins every button value; its number is the encoding's version.
const buttonMark = "g1"

// encodeButton packs what a button asks for: a JSON list of the mark, action,
// request, part, version and value.
func encodeButton(b card.Button) string {
	return packed(buttonMark, string(b.Action), b.Request, b.Part, b.Version, b.Value)
}

// packed encodes a list. It keeps the escapes that JSON has for &, < and >, so that
// nothing on the way can be taken for markup.
func packed(v ...any) string {
	out, _ := json.Marshal(v) // strings and integers always encode
	return string(out)
}

// decodeButton reads a button value back. Anything but exactly what encodeButton
// writes is Invalid.
func decodeButton(s string) (card.Button, error) {
	bad := func(why string) (card.Button, error) {
		return card.Button{}, &bot.Error{Code: bot.Invalid, Op: "slack: read button", Detail: why}
	}
	if len(s) > maxButtonValue || !utf8.ValidString(s) {
		return bad("too long or not UTF-8")
	}
	var raw []json.RawMessage
	if err := json.Unmarshal([]byte(s), &raw); err != nil || len(raw) != 6 {
		return bad("not a list of six")
	}
	var b card.Button
	var mark string
	for i, to := range []any{&mark, &b.Action, &b.Request, &b.Part, &b.Version, &b.Value} {
		if err := json.Unmarshal(raw[i], to); err != nil {
			return bad(fmt.Sprintf("item %d", i))
		}
	}
	// Only the canonical form is taken, so that no two values mean the same.
	if mark != buttonMark || b.Action == "" || b.Version < 0 || encodeButton(b) != s {
		return bad("not what was posted")
	}
	return b, nil
}

// encodeForm packs which form a view is, for its private_metadata.
func encodeForm(f card.Form) string { return packed(buttonMark, f.Request, f.Step) }

func decodeForm(s string) (request, step string, err error) {
	var l []string
	if len(s) > maxPrivateMetadata || json.Unmarshal([]byte(s), &l) != nil || len(l) != 3 || l[0] != buttonMark ||
		packed(l[0], l[1], l[2]) != s {
		return "", "", &bot.Error{Code: bot.Invalid, Op: "slack: read form", Detail: "private_metadata is not ours"}
	}
	return l[1], l[2], nil
}
