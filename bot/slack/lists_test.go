package slack

import (
	"encoding/json"
	"strings"
	"testing"

	"guestsite/bot/card"
)

func TestRenderCard_ListsBringTheMarkThatTheirLinesNeed(t *testing.T) {
	t.Parallel()
	items := [][]card.Run{{{Text: "✓ one"}}, {{Text: "● two"}}}
	for marks, want := range map[card.Marks]string{
		card.Bullets:  `"type":"rich_text_list","style":"bullet"`,
		card.Numbers:  `"type":"rich_text_list","style":"ordered"`,
		card.OwnMarks: `{"type":"text","text":"✓ one"},{"type":"text","text":"\n"},{"type":"text","text":"● two"}`,
	} {
		m := renderCard(card.Card{Text: "lists", Blocks: []card.Block{card.List{Items: items, Marks: marks}}})
		raw, err := json.Marshal(m.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(raw), want) {
			t.Errorf("%q: %s is missing in %s", marks, want, raw)
		}
		if p := checkMessage(m); len(p) > 0 {
			t.Errorf("%q: %v", marks, p)
		}
	}
}
