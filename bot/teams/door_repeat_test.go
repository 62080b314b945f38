package teams

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/teams/teamsfake"
)

// press sends a click as a client would that holds this data for a message.
func (r *rig) press(t *testing.T, id, conversation, message string, data any) teamsfake.Outcome {
	t.Helper()
	out, err := r.fake.As(id).SendActivity(t.Context(), conversation, "invoke", map[string]any{
		"name": "adaptiveCard/action", "replyToId": message,
		"value": map[string]any{"trigger": "manual", "action": map[string]any{"type": "Action.Execute", "verb": "press", "data": data}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.Status != http.StatusOK {
		t.Fatalf("status %d", out.Status)
	}
	return out
}

// dataOf gives what a button carries.
func (r *rig) dataOf(t *testing.T, id string, ref teamsfake.Ref, title string) map[string]any {
	t.Helper()
	for _, b := range teamsfake.Buttons(r.see(t, id, ref)) {
		if b.Title == title {
			var data map[string]any
			if err := json.Unmarshal(b.Data, &data); err != nil {
				t.Fatal(err)
			}
			return data
		}
	}
	t.Fatalf("no button %q", title)
	return nil
}

func TestRepeat_TheSameClickIsTheSameEventHoweverItComes(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{teamsfake.DeliverTwice, teamsfake.DeliverAtOnce, teamsfake.DeliverLostAnswer, teamsfake.DeliverLater} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := &door{look: shows(outcomeCard())}
			r := newRig(t, d)
			_, msg := r.post(t, mehmet, ownerCard())
			r.fake.AddDeliveryFault(teamsfake.DeliveryFault{Match: "^invoke", Kind: kind})
			ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Add Anna"))
			outs, err := r.fake.Redeliver(t.Context())
			if err != nil || (kind == teamsfake.DeliverLater) != (len(outs) == 1) {
				t.Fatalf("%d sent again, %v", len(outs), err)
			}
			for _, o := range outs {
				ok(t)(o, nil)
			}
			if len(d.events()) != 1 || d.repeats() != 1 {
				t.Errorf("%d events, %d repeats", len(d.events()), d.repeats())
			}
			for _, newID := range []bool{false, true} {
				if got, err := r.fake.As(mehmet).Replay(t.Context(), newID); err != nil || got.Status != http.StatusOK {
					t.Errorf("replayed: %d, %v", got.Status, err)
				}
			}
			if len(d.events()) != 1 || d.repeats() != 3 {
				t.Errorf("after replays: %d events, %d repeats", len(d.events()), d.repeats())
			}
		})
	}
}

func TestRepeat_ACardThatWasDrawnAgainIsPressedAgain(t *testing.T) {
	t.Parallel()
	d := &door{look: shows(ownerCard())}
	r := newRig(t, d)
	ref, msg := r.post(t, mehmet, ownerCard())
	me := r.fake.As(mehmet)
	for range 2 { // the answer to each is the card once more
		ok(t)(me.Click(t.Context(), msg, "Add Anna"))
	}
	if err := r.chat.Update(t.Context(), ref, ownerCard()); err != nil {
		t.Fatal(err)
	}
	ok(t)(me.Click(t.Context(), msg, "Add Anna"))
	ok(t)(me.Click(t.Context(), msg, "Decline"))
	keys := map[string]bool{}
	for _, in := range d.events() {
		keys[in.Key] = true
	}
	if len(keys) != 4 || d.repeats() != 0 {
		t.Errorf("%d clicks have %d keys, %d repeats", len(d.events()), len(keys), d.repeats())
	}
}

func TestRepeat_AMessageIsKnownByItsID(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	r.fake.DeliverTwice(1)
	ok(t)(r.fake.As(sanne).Say(t.Context(), "new"))
	if len(d.events()) != 1 || d.repeats() != 1 {
		t.Errorf("%d events, %d repeats", len(d.events()), d.repeats())
	}
	ok(t)(r.fake.As(sanne).Say(t.Context(), "new"))
	if len(d.events()) != 2 {
		t.Errorf("typed twice: %d events", len(d.events()))
	}
}

func TestRepeat_AFormSentTwiceIsOneEventAndCorrectedIsAnother(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	_, msg := r.open(t, sanne, noteForm("site"))
	me, input := r.fake.As(sanne), inputID(noteForm("").Fields[0])
	for i, text := range []string{"first", "second", "first"} {
		if err := me.Fill(t.Context(), msg, input, text); err != nil {
			t.Fatal(err)
		}
		ok(t)(me.Click(t.Context(), msg, "Send it"))
		if _, err := me.Replay(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		if len(d.events()) != min(i+1, 2) {
			t.Errorf("after %q: %d events", text, len(d.events()))
		}
	}
}

// Whose card it is stands in its reference, and whoever presses a copy of it has
// another: the engine knows of no such card.
func TestRepeat_ACopyOfACardIsAnother(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	ref, msg := r.post(t, mehmet, ownerCard())
	data := r.dataOf(t, mehmet, msg, "Add Anna")
	group := r.fake.AddGroupChat("Linden", sanne, mehmet)
	r.press(t, mehmet, "", msg.ID, data)
	own := d.one(t)
	if own.Press.Card != ref {
		t.Fatalf("his own: %q, posted %q", own.Press.Card, ref)
	}
	for name, c := range map[string]struct{ who, where, message string }{
		"forwarded to a group":          {mehmet, group, msg.ID},
		"pressed by another there":      {sanne, group, msg.ID},
		"copied to another's chat":      {sanne, "", msg.ID},
		"another message of the person": {mehmet, "", "1700000000000"},
	} {
		r.press(t, c.who, c.where, c.message, data)
		in := d.one(t)
		if in.Press == nil || in.Press.Card == ref || in.Key == own.Key || in.User != r.user(c.who) {
			t.Errorf("%s: %+v of %v", name, in.Press, in.User)
		}
	}
	// And what is asked of the engine about it is asked of another card too.
	for _, look := range d.looked()[1:] {
		if look == d.looked()[0] {
			t.Errorf("looked at %q", d.looked())
		}
	}
}

func TestClick_WithoutAMessageIsNone(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	data := r.dataOf(t, mehmet, msg, "Add Anna")
	for name, id := range map[string]string{"no message": "", "an id without end": string(make([]byte, 3000))} {
		d.forget()
		wantSorryNote(t, d, name, r.press(t, mehmet, "", id, data).Body)
	}
}

// An old client sends a message where a new one invokes; it is the same event.
func TestClick_OfAnOldClientIsTheSameEvent(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	form, formMsg := r.open(t, mehmet, noteForm("site"))
	me := r.fake.As(mehmet)
	if err := me.Fill(t.Context(), formMsg, inputID(noteForm("").Fields[0]), "because"); err != nil {
		t.Fatal(err)
	}
	for _, b := range []struct {
		ref   teamsfake.Ref
		title string
	}{{msg, "Add Anna"}, {formMsg, "Send it"}, {formMsg, "Swap"}, {formMsg, "Cancel"}} {
		ok(t)(me.ClickOld(t.Context(), b.ref, b.title))
		old := d.one(t)
		d.forget()
		ok(t)(me.Click(t.Context(), b.ref, b.title))
		now := d.one(t)
		old.At = now.At
		if mine, his := jsonOf(t, now), jsonOf(t, old); mine != his {
			t.Errorf("%s:\n an old client %s\n a new one     %s", b.title, his, mine)
		}
		d.forget()
	}

	// Its answer cannot replace the card, which is edited instead.
	next, last := noteForm("people"), lastWord("It is sent.")
	for title, a := range map[string]bot.Answer{"The form of people": {Update: &next}, "It is sent.": {Close: &last}} {
		d.forget()
		d.does(always(a))
		ref, m := r.open(t, mehmet, noteForm("site"))
		ok(t)(me.ClickOld(t.Context(), m, "Send it"))
		r.settle(t)
		if seen := r.see(t, mehmet, m); seen.Edited != 1 || seen.Own || teamsfake.CardText(seen.Card) == "" || !containsText(seen, title) {
			t.Errorf("%s: shown %s", title, seen.Card)
		}
		if want := []string{"teams G-1042 " + string(ref)}; a.Update != nil && !slices.Equal(d.forms(), want) {
			t.Errorf("%s: reported %v", title, d.forms())
		}
	}
	line := said("Already decided.")
	d.forget()
	d.does(always(bot.Answer{Whisper: &line}))
	ok(t)(me.ClickOld(t.Context(), formMsg, "Cancel"))
	r.reads(t, mehmet, "Already decided.")
	d.forget()
	d.does(func(bot.Inbound) (bot.Answer, error) { return bot.Answer{}, context.DeadlineExceeded })
	ok(t)(me.ClickOld(t.Context(), formMsg, "Cancel"))
	r.settle(t)
	_, refs := d.sorries()
	r.reads(t, mehmet, refs[0])
	if form == "" {
		t.Error("no reference")
	}
}

func containsText(m teamsfake.Message, text string) bool {
	return json.Valid(m.Card) && slices.Contains(textsOf(m.Card), text)
}

// textsOf are the texts on a card.
func textsOf(raw json.RawMessage) []string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if s, ok := v["text"].(string); ok {
				out = append(out, s)
			}
			for _, k := range slices.Sorted(maps.Keys(v)) {
				walk(v[k])
			}
		}
	}
	walk(v)
	return out
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// The lists and greetings are never drawn anew, so their buttons serve again.
func TestRepeat_AButtonOfAListServesAgain(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	list := ownerCard()
	list.Blocks = []card.Block{card.Actions{Buttons: []card.Button{{Label: "My requests", Action: card.ActCommand, Value: "mine"}}}}
	_, msg := r.post(t, mehmet, list)
	ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "My requests"))
	ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "My requests"))
	got := d.events()
	if len(got) != 2 || got[0].Key == got[1].Key {
		t.Fatalf("%d events: %+v", len(got), got)
	}
	if _, err := r.fake.As(mehmet).Replay(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if d.repeats() != 1 {
		t.Error("the same activity was taken for another")
	}
}
