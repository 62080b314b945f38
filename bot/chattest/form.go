package chattest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
)

// typed is what people write who think of nothing: markup of both chats.
const typed = `Linden <b>&</b> *x* _y_ [a](b) "q" é 👩‍👩‍👧`

// sameForm sees that a form is on the screen with all that it asks.
func sameForm(tb testing.TB, name string, shown Shown, f card.Form) {
	tb.Helper()
	fieldsOf(tb, name, shown, f)
	if w, lost := missing(shown.Drawn, formTexts(shown, f)); lost {
		tb.Errorf("%s: %q is not drawn, or not in its place, in %q", name, w, shown.Drawn)
	}
}

// formTexts are the texts of a form in the order of reading.
func formTexts(shown Shown, f card.Form) []string {
	var want []string
	if shown.Title == "" {
		want = append(want, f.Title)
	}
	top, _ := wants(f.Blocks)
	want = append(want, top...)
	for _, x := range f.Fields {
		if x.Error != "" {
			want = append(want, x.Error)
		} else {
			want = append(want, x.Hint)
		}
	}
	tail, _ := wants(f.Tail)
	return append(want, tail...)
}

// formButtons are the buttons of a form in the order of reading, without those that
// send it and put it away.
func formButtons(f card.Form) []card.Button {
	_, top := wants(f.Blocks)
	_, tail := wants(f.Tail)
	return slices.Concat(top, f.Buttons, tail)
}

func fieldsOf(tb testing.TB, name string, shown Shown, f card.Form) {
	tb.Helper()
	if shown.Title != "" && shown.Title != f.Title {
		tb.Errorf("%s: the title reads %q, want %q", name, shown.Title, f.Title)
	}
	if _, ok := cutFrom(shown.Sends, card.TidyLine(f.Submit)); !ok {
		tb.Errorf("%s: it is sent by %q, want %q", name, shown.Sends, f.Submit)
	}
	sameButtons(tb, name, shown.Buttons, formButtons(f))
	if len(shown.Fields) != len(f.Fields) {
		tb.Errorf("%s: %d fields are shown, want %d", name, len(shown.Fields), len(f.Fields))
		return
	}
	for i, x := range f.Fields {
		got := shown.Fields[i]
		if _, ok := cutFrom(got.Label, card.TidyLine(x.Label)); !ok || got.ID != x.ID {
			tb.Errorf("%s: field %d is %s %q, want %s %q", name, i, got.ID, got.Label, x.ID, x.Label)
		}
		if !slices.Equal(got.Values, preset(x)) {
			tb.Errorf("%s: %s holds %q, want %q", name, x.ID, got.Values, preset(x))
		}
		if x.Kind != card.Choice {
			continue
		}
		if len(got.Options) != len(x.Options) {
			tb.Errorf("%s: %s offers %q, want %d options", name, x.ID, got.Options, len(x.Options))
			continue
		}
		for j, o := range x.Options {
			if w, lost := missing(got.Options[j:j+1], []string{o.Label, o.Hint}); lost {
				tb.Errorf("%s: option %q of %s lacks %q", name, got.Options[j], x.ID, w)
			}
		}
	}
}

// preset are the values of a field as an answer gives them.
func preset(f card.Field) []string {
	var out []string
	for _, o := range f.Value {
		if o.Value != "" {
			out = append(out, card.Tidy(o.Value))
		}
	}
	if len(out) > 1 && (f.Kind == card.Line || f.Kind == card.Lines) {
		return []string{strings.Join(out, "\n")}
	}
	return out
}

// forms: every form is drawn with all its questions. The form is redrawn in place,
// as it is when what was looked up arrives.
func (s *stage) forms(t *testing.T, lang string) {
	samples := cardtest.Forms(s.texts, lang)
	ref, shown := s.open(t, namedForm(t, samples, "form-loading_site"))
	sameForm(t, "loading", shown, namedForm(t, samples, "form-loading_site"))
	for _, f := range samples {
		if err := s.Chat.UpdateForm(t.Context(), ref, f.Form); err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		sameForm(t, f.Name, s.seeForm(t, ref), f.Form)
	}
}

func (s *stage) longestForms(t *testing.T, lang string) {
	_, samples := cardtest.Longest(s.texts, lang)
	ref, _ := s.open(t, namedForm(t, cardtest.Forms(s.texts, lang), "form-loading_site"))
	for _, f := range samples {
		if err := s.Chat.UpdateForm(t.Context(), ref, f.Form); err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		shown := s.seeForm(t, ref)
		fieldsOf(t, f.Name, shown, f.Form)
		owned(t, f.Name, shown.Drawn, formTexts(shown, f.Form))
	}
}

// answers are what is typed into a form, by field.
func (s *stage) answers(f card.Form) map[string][]string {
	out := map[string][]string{}
	for _, x := range f.Fields {
		switch x.Kind {
		case card.Line:
			out[x.ID] = []string{typed}
		case card.Lines:
			out[x.ID] = []string{typed + "\nsecond line"}
		case card.Choice:
			out[x.ID] = []string{x.Options[len(x.Options)-1].Value}
		case card.OnePerson:
			out[x.ID] = []string{s.Colleagues[0].Value}
		case card.People:
			out[x.ID] = []string{s.Colleagues[0].Value, s.Colleagues[1].Value}
		case card.OneSite:
			out[x.ID] = []string{site.Value}
		case card.Date:
			out[x.ID] = []string{"2027-01-31"}
		}
	}
	return out
}

// site is one that can be picked.
var site = card.Option{Value: "5b2f0d2e-3c11-4a59-9a70-7f6a3f4f9d01", Label: "Project Linden"}

func (s *stage) fill(tb testing.TB, ref bot.Ref, f card.Form) map[string][]string {
	tb.Helper()
	s.door.offers(append(slices.Clone(s.Colleagues), site))
	values := s.answers(f)
	for _, x := range f.Fields {
		s.Client.Fill(tb, ref, x, values[x.ID]...)
	}
	return values
}

// submits: what is typed arrives as it was typed, and what was filled in already
// as that.
func (s *stage) submits(t *testing.T, lang string) {
	for _, f := range cardtest.Forms(s.texts, lang) {
		if f.Form.Submit == "" {
			continue
		}
		for name, fill := range map[string]func(bot.Ref) map[string][]string{
			f.Name:                 func(ref bot.Ref) map[string][]string { return s.fill(t, ref, f.Form) },
			f.Name + ", untouched": func(bot.Ref) map[string][]string { return presets(f.Form) },
		} {
			ref, _ := s.open(t, f.Form)
			want := fill(ref)
			if want == nil { // the client does not send what lacks an answer
				s.dismiss(t, ref)
				continue
			}
			s.door.does(bot.Answer{})
			s.Client.Send(t, ref)
			in := s.door.one(t)
			got := in.Submit
			if got == nil || in.Press != nil || in.Command != nil {
				t.Errorf("%s: arrived as %+v", name, in)
				continue
			}
			if got.Form != ref || got.Request != f.Form.Request || got.Step != f.Form.Step || !sameValues(got.Values, want) {
				t.Errorf("%s: arrived as %+v, want %s %q of %s with %q", name, *got, f.Form.Request, f.Form.Step, ref, want)
			}
			if in.Key == "" || in.At.IsZero() || in.User != s.Person {
				t.Errorf("%s: the event is %+v", name, in)
			}
			s.Client.Repeat(t)
			if again := s.door.one(t); again.Key != in.Key {
				t.Errorf("%s: delivered again it has another key: %s, %s", name, in.Key, again.Key)
			}
			s.dismiss(t, ref)
		}
	}
}

// presets are what a form holds already; nil where it cannot be sent so.
func presets(f card.Form) map[string][]string {
	out := map[string][]string{}
	for _, x := range f.Fields {
		v := preset(x)
		if len(v) == 0 && !x.Optional {
			return nil
		}
		if len(v) > 0 {
			out[x.ID] = v
		}
	}
	return out
}

// formPresses: a button of a form arrives as one of the form. Those that change
// what was typed bring it along.
func (s *stage) formPresses(t *testing.T, lang string) {
	seen := map[string]bool{}
	for _, f := range cardtest.Forms(s.texts, lang) {
		for i, b := range formButtons(f.Form) {
			k := f.Form.Step + carried(b)
			if b.Action == "" || seen[k] {
				continue
			}
			seen[k] = true
			name := fmt.Sprintf("%s, %q", f.Name, b.Label)
			ref, _ := s.open(t, f.Form)
			want := s.fill(t, ref, f.Form)
			s.door.does(bot.Answer{})
			s.Client.Press(t, ref, i)
			in := s.arrived(t, name, b)
			if in.Press.Form != ref || in.Press.Card != "" {
				t.Errorf("%s: form %q, card %q, want form %q", name, in.Press.Form, in.Press.Card, ref)
			}
			changes := b.Action == card.ActSwap || b.Action == card.ActLeave
			if !sameValues(in.Press.Values, want) && (changes || len(in.Press.Values) > 0) {
				t.Errorf("%s: came with %q, want %q", name, in.Press.Values, want)
			}
			s.Client.Repeat(t)
			if again := s.door.one(t); again.Key != in.Key {
				t.Errorf("%s: delivered again it has another key: %s, %s", name, in.Key, again.Key)
			}
			s.dismiss(t, ref)
		}
	}
	if len(seen) < 4 {
		t.Errorf("only %d buttons were pressed", len(seen))
	}
}
