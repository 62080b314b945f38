package chattest

import (
	"fmt"
	"slices"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
)

// carried is what a button carries, to press each such button once.
func carried(b card.Button) string {
	return fmt.Sprint(b.Action, "|", b.Request, "|", b.Part, "|", b.Version, "|", b.Value)
}

// presses: a button arrives as what it carries; the same click twice has one key,
// and no two buttons have the same.
func (s *stage) presses(t *testing.T, lang string) {
	seen, keys := map[string]bool{}, map[string]string{}
	for _, c := range cardtest.Cards(s.texts, lang) {
		_, buttons := wants(c.Card.Blocks)
		var ref bot.Ref
		for i, b := range slices.Backward(buttons) { // what one asks opens below it
			if b.Action == "" || seen[carried(b)] {
				continue
			}
			seen[carried(b)] = true
			if ref == "" {
				ref, _ = s.post(t, c.Name, c.Card)
			}
			name := fmt.Sprintf("%s, %q", c.Name, b.Label)
			asked := s.Client.Press(t, ref, i)
			in := s.arrived(t, name, b)
			if in.Press.Card != ref || in.Press.Form != "" {
				t.Errorf("%s: card %q, form %q, want card %q", name, in.Press.Card, in.Press.Form, ref)
			}
			sameQuestion(t, name, asked, b.Confirm)
			if other := keys[in.Key]; other != "" {
				t.Errorf("%s: has the key of %s", name, other)
			}
			keys[in.Key] = name
			s.Client.Repeat(t)
			if again := s.door.one(t); again.Key != in.Key {
				t.Errorf("%s: delivered again it has another key: %s, %s", name, in.Key, again.Key)
			}
		}
		if ref != "" {
			s.Faults.Delete(t, ref) // the chat stays short, and so does looking at it
		}
	}
	if len(seen) < 30 {
		t.Errorf("only %d buttons were pressed", len(seen))
	}
}

// arrived gives the one press that came, which carries what the button does.
func (s *stage) arrived(tb testing.TB, name string, b card.Button) bot.Inbound {
	tb.Helper()
	in := s.door.one(tb)
	p := in.Press
	if p == nil || in.Command != nil || in.Submit != nil {
		tb.Fatalf("%s: arrived as %+v", name, in)
	}
	if p.Action != b.Action || p.Request != b.Request || p.Part != b.Part || p.Version != b.Version || p.Value != b.Value {
		tb.Errorf("%s: arrived as %+v, want %s", name, *p, carried(b))
	}
	if in.Key == "" || in.At.IsZero() || in.Reply == "" || in.Trigger == "" || in.User != s.Person {
		tb.Errorf("%s: the event is %+v", name, in)
	}
	return in
}

func sameQuestion(tb testing.TB, name string, asked, want *card.Confirm) {
	tb.Helper()
	switch {
	case want == nil && asked == nil:
	case want == nil || asked == nil:
		tb.Errorf("%s: was asked %+v, want %+v", name, asked, want)
	default:
		for _, p := range [][2]string{{asked.Title, want.Title}, {asked.Text, want.Text}, {asked.Yes, want.Yes}, {asked.No, want.No}} {
			if bare(p[0]) != bare(p[1]) {
				tb.Errorf("%s: was asked %q, want %q", name, p[0], p[1])
			}
		}
	}
}

// pressAnswers: what a press on a card is answered is seen, and a second drawing
// of the same card makes another event.
func (s *stage) pressAnswers(t *testing.T) {
	samples := cardtest.Cards(s.texts, "en")
	c := named(t, samples, "decide-guest_awaiting_decision-owner")
	ref, _ := s.post(t, "a", c)
	s.door.does(bot.Answer{Whisper: &card.Card{Text: "Mehmet was faster.", Blocks: []card.Block{card.Text{Runs: []card.Run{{Text: "Mehmet was faster."}}}}}})
	s.Client.Press(t, ref, 0)
	first := s.door.one(t)
	s.Client.Reads(t, "Mehmet was faster.")

	long := named(t, samples, "lists-handover_en")
	s.door.does(bot.Answer{Whisper: &long})
	ref, _ = s.post(t, "b", c)
	s.Client.Press(t, ref, 0)
	if next := s.door.one(t); next.Key == first.Key {
		t.Error("two cards have one key")
	}
	s.Client.Reads(t, long.Title)

	if err := s.Chat.Update(t.Context(), ref, c); err != nil {
		t.Fatal(err)
	}
	n := s.door.reports()
	form := cardtest.Forms(s.texts, "en")
	ask := namedForm(t, form, "form-ask")
	s.door.does(bot.Answer{Open: &ask})
	s.Client.Press(t, ref, 2)
	s.door.one(t)
	sameForm(t, "a form opened by a button", s.seeForm(t, s.door.form(t, n)), ask)
	s.Client.Repeat(t)
	s.door.taken()
	if got := s.door.reports() - n; got != 1 {
		t.Errorf("a button that was delivered twice opened %d forms", got)
	}

	if err := s.Chat.Whisper(t.Context(), first.Reply, card.Card{Text: "One more thing.", Blocks: []card.Block{card.Text{Runs: []card.Run{{Text: "One more thing."}}}}}); err != nil {
		t.Errorf("a line by the reply handle: %v", err)
	}
	s.Client.Reads(t, "One more thing.")
}

// sorries: an event that was not taken is told with its reference.
func (s *stage) sorries(t *testing.T) {
	c := named(t, cardtest.Cards(s.texts, "en"), "decide-guest_awaiting_decision-owner")
	s.door.fails(func(bot.Inbound) (bot.Answer, error) {
		return bot.Answer{}, &bot.Error{Code: bot.Unavailable, Op: "store: commit"}
	})
	ref, _ := s.post(t, "a", c)
	s.Client.Press(t, ref, 0)
	s.Client.Reads(t, s.door.lastRef(t))
	s.Client.Type(t, "mine")
	s.Client.Reads(t, s.door.lastRef(t))
}

// commands: what is typed arrives as typed, and is answered.
func (s *stage) commands(t *testing.T) {
	s.door.does(bot.Answer{Whisper: &card.Card{Text: "I am here.", Blocks: []card.Block{card.Text{Runs: []card.Run{{Text: "I am here."}}}}}})
	for _, words := range []string{"help", "why anna@fabrikam.com Project Linden", "add <Linden> & \"more\""} {
		s.Client.Type(t, words)
		in := s.door.one(t)
		if in.Command == nil || in.Command.Text != words || in.Key == "" || in.User != s.Person || in.Reply == "" {
			t.Errorf("%q arrived as %+v", words, in)
		}
		s.Client.Repeat(t)
		if again := s.door.one(t); again.Key != in.Key {
			t.Errorf("%q delivered again has another key: %s, %s", words, in.Key, again.Key)
		}
	}
	s.Client.Reads(t, "I am here.")
}

func named(tb testing.TB, samples []cardtest.Sample, name string) card.Card {
	tb.Helper()
	for _, s := range samples {
		if s.Name == name {
			return s.Card
		}
	}
	tb.Fatalf("there is no sample %s", name)
	return card.Card{}
}

func namedForm(tb testing.TB, samples []cardtest.FormSample, name string) card.Form {
	tb.Helper()
	for _, s := range samples {
		if s.Name == name {
			return s.Form
		}
	}
	tb.Fatalf("there is no sample %s", name)
	return card.Form{}
}
