package chattest

import (
	"slices"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
)

// formAnswers: what a sent form, or a button of it, is answered is seen.
func (s *stage) formAnswers(t *testing.T) {
	samples := cardtest.Forms(s.texts, "en")
	site, people := namedForm(t, samples, "form-site_empty"), namedForm(t, samples, "form-people_new_site")

	ref, _ := s.open(t, site)
	first := s.again(t, ref, site)

	n := s.door.reports()
	s.door.does(bot.Answer{Update: &people})
	s.Client.Fill(t, ref, site.Fields[0], "Project Linden")
	s.Client.Send(t, ref)
	if in := s.door.one(t); in.Key == first.Key || !slices.Equal(in.Submit.Values[card.FieldName], []string{"Project Linden"}) {
		t.Errorf("the corrected form arrived as %+v, with the key of the wrong one: %v", *in.Submit, in.Key == first.Key)
	}
	s.replaced(t, "update by sending", n, ref, people)

	n = s.door.reports()
	s.door.does(bot.Answer{Update: &site})
	s.Client.Press(t, ref, slices.IndexFunc(formButtons(people), func(b card.Button) bool { return b.Action == card.ActBack }))
	s.door.one(t)
	s.replaced(t, "update by a button", n, ref, site)

	s.overForm(t, ref, site)
	s.next(t, site, namedForm(t, samples, "form-ask"))
	s.closes(t, site, namedForm(t, samples, "form-done_sent"))
}

// replaced: a form stands where another stood, and that is reported, so that what
// is found out later is drawn there.
func (s *stage) replaced(t *testing.T, name string, n int, ref bot.Ref, f card.Form) {
	t.Helper()
	if got := s.door.form(t, n); got != ref {
		t.Errorf("%s: %s was reported, want %s", name, got, ref)
	}
	sameForm(t, name, s.seeForm(t, ref), f)
}

// again: a form that is shown again holds what was typed, with what is wrong.
func (s *stage) again(t *testing.T, ref bot.Ref, f card.Form) bot.Inbound {
	t.Helper()
	values := s.fill(t, ref, f)
	wrong := f
	wrong.Fields = slices.Clone(f.Fields)
	for i := range wrong.Fields {
		x := &wrong.Fields[i]
		x.Value = nil
		for _, v := range values[x.ID] {
			x.Value = append(x.Value, card.Option{Value: v, Label: v})
		}
	}
	wrong.Fields[0].Error = "This name is taken."
	s.door.does(bot.Answer{Again: &wrong})
	s.Client.Send(t, ref)
	in := s.door.one(t)
	shown := s.seeForm(t, ref)
	if w, lost := missing(shown.Drawn, []string{wrong.Fields[0].Error}); lost {
		t.Errorf("again: %q is not drawn in %q", w, shown.Drawn)
	}
	for i, x := range wrong.Fields {
		if !slices.Equal(shown.Fields[i].Values, values[x.ID]) {
			t.Errorf("again: %s holds %q, and %q was typed", x.ID, shown.Fields[i].Values, values[x.ID])
		}
	}
	return in
}

// overForm: a private line is read although a form is open, and the form that
// could not be taken can be sent again.
func (s *stage) overForm(t *testing.T, ref bot.Ref, f card.Form) {
	t.Helper()
	s.door.fails(func(bot.Inbound) (bot.Answer, error) {
		return bot.Answer{}, &bot.Error{Code: bot.Unavailable, Op: "store: commit"}
	})
	s.fill(t, ref, f)
	s.Client.Send(t, ref)
	s.Client.Reads(t, s.door.lastRef(t))
	s.dismiss(t, ref)

	ref, _ = s.open(t, f)
	s.fill(t, ref, f)
	s.door.does(bot.Answer{Whisper: &card.Card{Text: "Too late for that.", Blocks: []card.Block{card.Text{Runs: []card.Run{{Text: "Too late for that."}}}}}})
	s.Client.Send(t, ref)
	s.Client.Reads(t, "Too late for that.")
	s.dismiss(t, ref)
}

// next: another form takes the place of the one that was sent, and is reported.
func (s *stage) next(t *testing.T, f, other card.Form) {
	t.Helper()
	ref, _ := s.open(t, f)
	s.fill(t, ref, f)
	n := s.door.reports()
	s.door.does(bot.Answer{Open: &other})
	s.Client.Send(t, ref)
	s.door.one(t)
	ref = s.door.form(t, n)
	sameForm(t, "open by sending", s.seeForm(t, ref), other)
	s.dismiss(t, ref)
}

// closes: a form that is done with asks nothing any more, and one that is not on
// the screen cannot be redrawn.
func (s *stage) closes(t *testing.T, f, last card.Form) {
	t.Helper()
	ref, _ := s.open(t, f)
	s.fill(t, ref, f)
	s.door.does(bot.Answer{Close: &last})
	s.Client.Send(t, ref)
	s.door.one(t)
	shown, there := s.Client.Form(t, ref)
	if there {
		sameForm(t, "the last word", shown, last)
		return
	}
	err := s.Chat.UpdateForm(t.Context(), ref, f)
	if bot.CodeOf(err) != bot.NotFound || bot.ReasonOf(err) != bot.ReasonGone {
		t.Errorf("a form that was closed is redrawn: %v", err)
	}
}
