package teams

import (
	"strings"
	"testing"

	"guestsite/bot/card"
)

// A link comes from the tenant or the configuration, and a card must not carry what a
// client would run or open as something else than a page.
func TestRender_OnlyWebAddressesBecomeLinks(t *testing.T) {
	t.Parallel()
	e := newEasel(t)
	for link, want := range map[string]int{
		"https://noordzee.sharepoint.com/sites/x?a=b": 2, "http://127.0.0.1:8080/link": 2, "http://localhost/x": 2,
		"http://noordzee.example": 0, "javascript:alert(1)": 0, "msteams://app": 0, "https://": 0, "ftp://x.example": 0,
		"https://user:pass@evil.example": 0, "data:text/html,x": 0, "https://x.example/" + strings.Repeat("a", 3000): 0,
		"//evil.example": 0, "mailto:a@b.example": 0, "https://x.example/\x00": 0,
	} {
		o, err := e.a.draw(t.Context(), "test", e.to, card.Card{Title: "t", Text: "t", Blocks: []card.Block{
			card.Text{Runs: []card.Run{{Text: "look", Link: link}}},
			card.Actions{Buttons: []card.Button{{Label: "Open", URL: link}}},
		}}, false)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(o.Card), `"Action.OpenUrl"`); n != want {
			t.Errorf("%.40s: %d links drawn, want %d", link, n, want)
		}
		if strings.Contains(string(o.Card), `"actions":[]`) || strings.Contains(string(o.Card), `"url":""`) {
			t.Errorf("%.40s: drawn as %s", link, o.Card)
		}
	}
}
