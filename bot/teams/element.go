package teams

import (
	"encoding/json"
	"maps"
	"net/netip"
	"net/url"
	"strings"
	"unicode"

	"guestsite/bot/card"
)

// object is an element of an Adaptive Card. Its keys are written in order, so that
// the same card is always the same bytes.
type object map[string]any

// paragraphs draws runs as RichTextBlocks, one a line: what a TextRun holds is never
// Markdown, so that nothing in it can become a link, a mention or markup. Their text
// has at most limit characters in all. set adds to each block, style to each run.
func paragraphs(runs []card.Run, limit int, set, style object) []object {
	var out []object
	var inlines []object
	left := limit
	flush := func() {
		if len(inlines) == 0 {
			return
		}
		b := object{"type": "RichTextBlock", "inlines": inlines}
		for k, v := range set {
			if k != "spacing" || len(out) == 0 {
				b[k] = v
			}
		}
		if len(out) > 0 {
			b["spacing"] = "None"
		}
		out, inlines = append(out, b), nil
	}
	for _, r := range runs {
		for i, text := range strings.Split(card.Tidy(r.Text), "\n") {
			if i > 0 {
				flush()
			}
			if text == "" || left <= 0 {
				continue
			}
			text = card.Cut(text, left, nil)
			left -= len([]rune(text))
			inlines = append(inlines, run(r, text, style))
		}
	}
	flush()
	return out
}

func run(r card.Run, text string, style object) object {
	t := object{"type": "TextRun", "text": text}
	maps.Copy(t, style)
	if r.Bold {
		t["weight"] = "Bolder"
	}
	if r.Italic {
		t["italic"] = true
	}
	if r.Code { // small, since a command is long and must stay one piece
		t["fontType"], t["size"] = "Monospace", "Small"
	}
	if u, ok := webURL(r.Link); ok {
		t["selectAction"] = object{"type": "Action.OpenUrl", "url": u, "title": card.Cut(strings.TrimSpace(text), maxButton, nil)}
		t["underline"], t["color"] = true, "Accent"
	}
	return t
}

// webURL gives a link that may be drawn: https, or this machine for the demo.
func webURL(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || len(s) > maxURL || strings.ContainsFunc(s, unicode.IsControl) {
		return "", false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	here := u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !here) {
		return "", false
	}
	return s, true
}

// small says whether a card fits. Text has at most as many UTF-16 units as bytes.
func small(raw json.RawMessage) bool { return len(raw) <= maxCard || units(raw) <= maxCard }

// units counts UTF-16 units, as Teams does.
func units(raw json.RawMessage) int {
	n := 0
	for _, r := range string(raw) {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}
