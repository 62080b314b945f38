package chattest

import (
	"strings"
	"testing"
	"unicode"

	"guestsite/bot/card"
)

// wants are the texts that blocks must show, and their buttons, in order.
func wants(blocks []card.Block) (texts []string, buttons []card.Button) {
	runs := func(rs []card.Run) {
		for _, r := range rs {
			texts = append(texts, strings.Split(r.Text, "\n")...) // a quote's lines begin with ">" in plain text
		}
	}
	for _, b := range blocks {
		switch b := b.(type) {
		case card.Text:
			runs(b.Runs)
		case card.Quote:
			runs(b.Runs)
		case card.Note:
			runs(b.Runs)
		case card.List:
			for _, it := range b.Items {
				runs(it)
			}
		case card.Actions:
			buttons = append(buttons, b.Buttons...)
		case card.Divider:
		}
	}
	return texts, buttons
}

// bare is a text without what drawing may change: its spaces and its ends of line.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, card.Tidy(s))
}

// missing gives the first text that does not stand in what is shown, behind those
// before it.
func missing(shown []string, want []string) (string, bool) {
	rest := bare(strings.Join(shown, ""))
	for _, w := range want {
		i := strings.Index(rest, bare(w))
		if i < 0 {
			return w, true
		}
		rest = rest[i+len(bare(w)):]
	}
	return "", false
}

// cutFrom says whether shown is want, or its beginning with "…" behind it.
func cutFrom(shown, want string) (cut, ok bool) {
	shown, want = strings.TrimSpace(shown), strings.TrimSpace(card.Tidy(want))
	if shown == want {
		return false, true
	}
	head, ended := strings.CutSuffix(shown, card.Ellipsis)
	return true, ended && strings.HasPrefix(want, head)
}

// sameButtons compares what is on the screen with what was to be drawn.
func sameButtons(tb testing.TB, name string, shown []Button, want []card.Button) {
	tb.Helper()
	if len(shown) != len(want) {
		tb.Errorf("%s: %d buttons are shown, want %d: %+v", name, len(shown), len(want), shown)
		return
	}
	for i, w := range want {
		if _, ok := cutFrom(shown[i].Label, card.TidyLine(w.Label)); !ok {
			tb.Errorf("%s: button %d reads %q, want %q", name, i, shown[i].Label, w.Label)
		}
		if w.Action == "" && shown[i].URL != w.URL {
			tb.Errorf("%s: %q opens %q, want %q", name, w.Label, shown[i].URL, w.URL)
		}
		if _, ok := cutFrom(shown[i].Spoken, card.TidyLine(w.Spoken)); !ok && w.Spoken != "" && w.Spoken != w.Label {
			tb.Errorf("%s: %q is read out as %q, want %q", name, w.Label, shown[i].Spoken, w.Spoken)
		}
	}
}

// whole sees that a card is drawn with all that it holds.
func whole(tb testing.TB, name string, shown Shown, c card.Card) {
	tb.Helper()
	if shown.TextOnly {
		tb.Errorf("%s: was sent as its text alone", name)
		return
	}
	texts, buttons := wants(c.Blocks)
	if w, lost := missing(shown.Drawn, append([]string{c.Title}, texts...)); lost {
		tb.Errorf("%s: %q is not drawn, or not in its place, in %q", name, w, shown.Drawn)
	}
	sameButtons(tb, name, shown.Buttons, buttons)
}

// readable sees that a reader of text alone loses nothing but what the limit cuts.
func readable(tb testing.TB, name string, shown Shown, c card.Card, limit int) {
	tb.Helper()
	cut, ok := cutFrom(shown.Text, c.Text)
	switch {
	case !ok:
		tb.Errorf("%s: the text reads\n%s\nwant\n%s", name, shown.Text, c.Text)
	case cut && len([]rune(c.Text)) < limit*4/5: // some characters count for more than one
		tb.Errorf("%s: the text of %d characters was cut, the limit is %d", name, len([]rune(c.Text)), limit)
	}
	if cut {
		return
	}
	texts, buttons := wants(c.Blocks)
	if w, lost := missing([]string{shown.Text}, append([]string{c.Title}, texts...)); lost {
		tb.Errorf("%s: %q is drawn and not in the text\n%s", name, w, shown.Text)
	}
	for _, b := range buttons {
		if !strings.Contains(shown.Text, "["+card.TidyLine(b.Label)) {
			tb.Errorf("%s: the text does not name the button %q:\n%s", name, b.Label, shown.Text)
		}
	}
}
