package teams

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
)

// drawn is a card or form as it is sent.
type drawn struct {
	name string
	many bool // about more than a screen holds
	card json.RawMessage
}

// easel draws all cards and forms of a language for one reader. Drawings have one
// name, so that the same card is always the same bytes.
type easel struct {
	a  *Adapter
	to bot.ChatUser
}

func newEasel(t *testing.T) easel {
	t.Helper()
	const tenant = "0d9c4a6e-5b17-4f2a-8e63-71c2b85d4f90"
	a, err := New(Options{
		AppID: "6b1f0c52-8d3e-4a77-9c41-2f5e7d90a3b8", TenantIDs: []string{tenant}, Issuer: "https://issuer.invalid",
		OpenIDMetadata: "https://issuer.invalid/keys", ServiceHosts: []string{"service.invalid"},
		Token: func(context.Context) (string, error) { return "", nil },
		HTTP:  http.DefaultClient, Log: slog.New(slog.DiscardHandler), Mark: func() string { return "drawing" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return easel{a, bot.ChatUser{Chat: Name, Team: tenant, ID: "22222222-2222-4222-8222-222222222222"}}
}

// draw gives one drawing of each that differ.
func (e easel) draw(t *testing.T, lang string, cards []cardtest.Sample, forms []cardtest.FormSample) []drawn {
	t.Helper()
	var out []drawn
	seen := map[string]bool{}
	add := func(name string, many bool, o outbound, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !seen[string(o.Card)] {
			seen[string(o.Card)] = true
			out = append(out, drawn{lang + "-" + name, many, o.Card})
		}
	}
	for _, c := range cards {
		o, err := e.a.draw(t.Context(), "test", e.to, c.Card, true)
		add(c.Name, c.Many, o, err)
	}
	for _, f := range forms {
		o, err := e.a.drawForm(t.Context(), "test", e.to, f.Form)
		add(f.Name, f.Many, o, err)
	}
	return out
}

// everyCard draws what the builders can make, in both languages.
func everyCard(t *testing.T) []drawn {
	t.Helper()
	e, texts := newEasel(t), cardtest.Load(t)
	var out []drawn
	for _, lang := range card.Languages() {
		out = append(out, e.draw(t, lang, cardtest.Cards(texts, lang), cardtest.Forms(texts, lang))...)
	}
	return out
}

// longestCards draws them with all that people can type at its longest.
func longestCards(t *testing.T) []drawn {
	t.Helper()
	e, texts := newEasel(t), cardtest.Load(t)
	var out []drawn
	for _, lang := range card.Languages() {
		cards, forms := cardtest.Longest(texts, lang)
		out = append(out, e.draw(t, lang, cards, forms)...)
	}
	return out
}

// Sizes in bytes of UTF-16, as Teams counts them: 100 KB are refused for certain,
// and what is not about many has to stay far below.
func TestCards_AreSmall(t *testing.T) {
	t.Parallel()
	const most, ordinary = 80_000, 20_000
	size := func(d drawn) int { return 2 * units(d.card) }
	larger := func(a, b drawn) int { return size(a) - size(b) }
	all := everyCard(t)
	few := slices.DeleteFunc(slices.Clone(all), func(d drawn) bool { return d.many })
	long := longestCards(t)
	for _, d := range few {
		if n := size(d); n > ordinary {
			t.Errorf("%s has %d bytes, of %d", d.name, n, ordinary)
		}
	}
	for _, d := range append(slices.Clone(all), long...) {
		if n := size(d); n > most {
			t.Errorf("%s has %d bytes, of %d", d.name, n, most)
		}
	}
	for what, of := range map[string][]drawn{"ordinary": few, "of all": all, "of the longest": long} {
		d := slices.MaxFunc(of, larger)
		t.Logf("the largest %s, of %d: %s with %d bytes", what, len(of), d.name, size(d))
	}
}
