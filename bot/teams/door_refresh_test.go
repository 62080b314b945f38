package teams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/teams/teamsfake"
)

// refreshOf gives who is refreshed by himself, and whether a card can be at all.
func refreshOf(t *testing.T, raw json.RawMessage) (ids []string, has bool) {
	t.Helper()
	var c struct {
		Refresh *struct {
			UserIDs []string        `json:"userIds"`
			Action  json.RawMessage `json:"action"`
		} `json:"refresh"`
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	if c.Refresh == nil {
		return nil, false
	}
	return c.Refresh.UserIDs, true
}

func TestRefresh_ShowsTheCardAsItStandsAndIsNoEvent(t *testing.T) {
	t.Parallel()
	for name, stale := range map[string]bool{"with its own data": false, "with the data of the card before": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, func(f *teamsfake.Options, _ *Options) { f.StaleRefresh = stale })
			ref, msg := r.post(t, mehmet, ownerCard())
			if ids, has := refreshOf(t, r.see(t, mehmet, msg).Card); !has || !slices.Equal(ids, []string{"8:orgid:" + mehmet}) {
				t.Fatalf("refreshed for %q", ids)
			}
			d.look = shows(ownerCardOf(4))
			out := ok(t)(r.fake.As(mehmet).Refresh(t.Context(), msg))
			if out.Answer != answerIsCard {
				t.Errorf("asked for by hand: %s", out.Body)
			}
			if err := r.chat.Update(t.Context(), ref, ownerCardOf(5)); err != nil {
				t.Fatal(err)
			}
			d.look = shows(ownerCardOf(6))
			outs, err := r.fake.Views(t.Context(), mehmet)
			if err != nil || len(outs) != 1 || outs[0].Answer != answerIsCard {
				t.Fatalf("seen again: %+v, %v", outs, err)
			}
			d.none(t, "a refresh")
			if got := d.looked(); len(got) != 2 || got[0] != got[1] || !strings.HasPrefix(got[0], mehmet+" "+string(ref)+" ") {
				t.Errorf("looked at %q", got)
			}
			ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Add Anna"))
			if p := d.one(t).Press; p.Version != 6 {
				t.Errorf("pressed %+v", p)
			}
		})
	}
}

// What a client sends by itself is never taken for a click, whatever data it holds.
func TestRefresh_IsNeverAClick(t *testing.T) {
	t.Parallel()
	d := &door{look: shows(outcomeCard())}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	out, err := r.fake.As(mehmet).SendActivity(t.Context(), "", "invoke", map[string]any{
		"name": "adaptiveCard/action", "replyToId": msg.ID, "value": map[string]any{
			"trigger": "automatic", "action": map[string]any{"type": "Action.Execute", "data": r.dataOf(t, mehmet, msg, "Add Anna")},
		},
	})
	if err != nil || !strings.Contains(out.Body, answerIsCard) {
		t.Errorf("%+v, %v", out, err)
	}
	// And the data of a refresh is no click when it comes as one, or as a message.
	var c struct {
		Refresh struct {
			Action struct {
				Data map[string]any `json:"data"`
			} `json:"action"`
		} `json:"refresh"`
	}
	if err := json.Unmarshal(r.see(t, mehmet, msg).Card, &c); err != nil {
		t.Fatal(err)
	}
	r.press(t, mehmet, "", msg.ID, c.Refresh.Action.Data)
	if out, err := r.fake.As(mehmet).SendActivity(t.Context(), "", "message", map[string]any{"value": c.Refresh.Action.Data, "replyToId": msg.ID}); err != nil || !out.OK() {
		t.Errorf("as a message: %+v, %v", out, err)
	}
	d.none(t, "a refresh")
}

func TestRefresh_OfACardThatIsNotKnownIsANote(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	if out := ok(t)(r.fake.As(mehmet).Refresh(t.Context(), msg)); out.Answer != answerIsNote || out.Line != "the line card_unknown in en" {
		t.Errorf("answered %s", out.Body)
	}
	d.look = func(bot.ChatUser, bot.Ref, string) (bot.Screen, error) { return bot.Screen{}, errors.New("a fault") }
	out := ok(t)(r.fake.As(mehmet).Refresh(t.Context(), msg))
	if _, refs := d.sorries(); len(refs) != 1 || !strings.Contains(out.Line, refs[0]) {
		t.Errorf("answered %s", out.Body)
	}
	d.none(t, "a refresh")
}

// A form that holds questions is not drawn anew: what was typed would be lost.
func TestRefresh_IsNotOnAFormWithFields(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	_, msg := r.open(t, sanne, noteForm("site"))
	if ids, has := refreshOf(t, r.see(t, sanne, msg).Card); has {
		t.Errorf("refreshed for %q", ids)
	}
	waiting := card.Form{Request: "G-1042", Step: "loading", Title: "One moment", Blocks: []card.Block{card.Text{Runs: []card.Run{{Text: "…"}}}}}
	ref, msg := r.open(t, sanne, waiting)
	if ids, has := refreshOf(t, r.see(t, sanne, msg).Card); !has || !slices.Equal(ids, []string{"8:orgid:" + sanne}) {
		t.Errorf("a form without questions is refreshed for %q", ids)
	}
	next := noteForm("people")
	d.look = func(bot.ChatUser, bot.Ref, string) (bot.Screen, error) { return bot.Screen{Form: &next}, nil }
	ok(t)(r.fake.As(sanne).Refresh(t.Context(), msg))
	if m := r.see(t, sanne, msg); !containsText(m, "The form of people") {
		t.Errorf("shown %s", m.Card)
	}
	if got := d.looked(); len(got) != 1 || got[0] != sanne+" "+string(ref)+" G-1042" {
		t.Errorf("looked at %q", got)
	}
	d.none(t, "a refresh")
}

func TestSearch_AsksTheDoorForSites(t *testing.T) {
	t.Parallel()
	type asked struct {
		u    bot.ChatUser
		kind card.FieldKind
		text string
	}
	got := make(chan asked, 20)
	d := &door{suggest: func(_ context.Context, u bot.ChatUser, k card.FieldKind, text string) ([]card.Option, error) {
		got <- asked{u, k, text}
		n := map[string]int{"many": 40, "one": 1}[text]
		var out []card.Option
		for i := range n {
			out = append(out, card.Option{Value: fmt.Sprintf("group-%d", i), Label: fmt.Sprintf("Site %d", i), Hint: "a hint"})
		}
		if text == "fail" {
			return out, errors.New("the directory is down")
		}
		return out, nil
	}}
	r := newRig(t, d)
	_, msg := r.open(t, sanne, siteField())
	input := inputID(siteField().Fields[0])
	for typed, want := range map[string]int{"many": 15, "one": 1, "nobody": 0, "fail": 0} {
		found, out, err := r.fake.As(sanne).Suggest(t.Context(), msg, input, typed)
		if err != nil || !out.OK() || len(found) != want || strings.Count(out.Body, `"title"`) != want {
			t.Errorf("%s: %d found, %+v, %v", typed, len(found), out, err)
		}
		if a := <-got; a.u != r.user(sanne) || a.kind != card.OneSite || a.text != typed {
			t.Errorf("%s: asked %+v", typed, a)
		}
	}
	if _, _, err := r.fake.As(sanne).Suggest(t.Context(), msg, input, "one"); err != nil {
		t.Fatal(err)
	}
	if err := r.fake.As(sanne).Fill(t.Context(), msg, input, "group-0"); err != nil {
		t.Fatal(err)
	}
	ok(t)(r.fake.As(sanne).Click(t.Context(), msg, "Next"))
	if v := d.one(t).Submit.Values["site"]; !slices.Equal(v, []string{"group-0"}) {
		t.Errorf("picked %q", v)
	}
}

func TestSearch_OfAnythingElseFindsNothing(t *testing.T) {
	t.Parallel()
	d := &door{suggest: func(context.Context, bot.ChatUser, card.FieldKind, string) ([]card.Option, error) {
		return []card.Option{{Value: "v", Label: "somebody"}}, nil
	}}
	r := newRig(t, d)
	for name, value := range map[string]any{
		"the directory": map[string]any{"queryText": "a", "dataset": "graph.microsoft.com/users"},
		"another set":   map[string]any{"queryText": "a", "dataset": "guestsite/people"}, "no set": map[string]any{"queryText": "a"},
		"nothing": nil, "a list": []any{}, "a text": "x", "odd fields": map[string]any{"queryText": 5, "dataset": []any{}},
	} {
		out, err := r.fake.As(sanne).SendActivity(t.Context(), "", "invoke", map[string]any{"name": "application/search", "value": value})
		var v struct {
			StatusCode int    `json:"statusCode"`
			Type       string `json:"type"`
			Value      struct {
				Results []any `json:"results"`
			} `json:"value"`
		}
		if jerr := json.Unmarshal([]byte(out.Body), &v); err != nil || jerr != nil || out.Status != http.StatusOK || v.StatusCode != 200 ||
			v.Type != "application/vnd.microsoft.search.searchResponse" || v.Value.Results == nil || len(v.Value.Results) != 0 {
			t.Errorf("%s: %d %s, %v", name, out.Status, out.Body, err)
		}
	}
	d.none(t, "a search")
}
