package chattest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
)

// distinct leaves out the cards that another one equals: most states read alike to
// somebody who has no part in them.
func distinct(samples []cardtest.Sample) []cardtest.Sample {
	seen := map[string]bool{}
	var out []cardtest.Sample
	for _, s := range samples {
		if k := same(s.Card); !seen[k] {
			seen[k] = true
			out = append(out, s)
		}
	}
	return out
}

func byKind(samples []cardtest.Sample) map[string][]cardtest.Sample {
	out := map[string][]cardtest.Sample{}
	for _, s := range samples {
		out[s.Kind] = append(out[s.Kind], s)
	}
	return out
}

func same(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // a card is made of texts and numbers
	}
	return fmt.Sprintf("%T %s", v, raw)
}

// cards: every card that can be made is taken and drawn with all its words and
// buttons, and one can decide by its text alone.
func (s *stage) cards(t *testing.T, samples []cardtest.Sample) {
	for _, c := range samples {
		ref, shown := s.post(t, c.Name, c.Card)
		whole(t, c.Name, shown, c.Card)
		readable(t, c.Name, shown, c.Card, s.TextLimit)
		s.Faults.Delete(t, ref) // the chat stays short, and so does looking at it
	}
}

// updates: one message becomes every card, in an order in which any follows any.
func (s *stage) updates(t *testing.T, lang string) {
	all := distinct(cardtest.Cards(s.texts, lang))
	dice := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same order each time
	dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	ref, _ := s.post(t, "first", all[0].Card)
	for i, c := range all[1:] {
		if err := s.Chat.Update(t.Context(), ref, c.Card); err != nil {
			t.Errorf("%s after %s: %v", c.Name, all[i].Name, err)
			continue
		}
		whole(t, c.Name+" after "+all[i].Name, s.see(t, ref), c.Card)
	}
}

// longest: what people type at most is taken; where it does not fit, "…" says so,
// and no button is lost.
func (s *stage) longest(t *testing.T, lang string) {
	samples, _ := cardtest.Longest(s.texts, lang)
	var ref bot.Ref
	for _, c := range distinct(samples) {
		var err error
		if ref == "" {
			ref, err = s.Chat.Post(t.Context(), s.Person, c.Name, c.Card)
		} else {
			err = s.Chat.Update(t.Context(), ref, c.Card)
		}
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		s.fits(t, c.Name, s.see(t, ref), c.Card)
	}
}

func (s *stage) fits(tb testing.TB, name string, shown Shown, c card.Card) {
	tb.Helper()
	if shown.TextOnly {
		tb.Errorf("%s: was sent as its text alone", name)
		return
	}
	texts, buttons := wants(c.Blocks)
	owned(tb, name, shown.Drawn, append([]string{c.Title}, texts...))
	sameButtons(tb, name, shown.Buttons, buttons)
	if _, ok := cutFrom(shown.Text, c.Text); !ok {
		tb.Errorf("%s: the text is neither whole nor cut with %q", name, card.Ellipsis)
	}
}

// owned sees that what is not drawn whole is owned up to by "…" of the drawing.
func owned(tb testing.TB, name string, drawn, want []string) {
	tb.Helper()
	w, lost := missing(drawn, want)
	count := func(texts []string) int { return strings.Count(strings.Join(texts, ""), card.Ellipsis) }
	if lost && count(drawn) == 0 {
		tb.Errorf("%s: %.80q… is not drawn, and nothing says that something is left out", name, w)
	}
}
