package chattest

import (
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
)

// Run runs the suite. open makes a chat whose events go to a door, and the
// person's client; it is called often, at the same time too.
func Run(t *testing.T, open func(t *testing.T, door bot.Door) Subject) {
	t.Helper()
	texts := cardtest.Load(t)
	suite := func(name string, run func(t *testing.T, s *stage)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, newStage(t, open, texts))
		})
	}
	for _, lang := range card.Languages() {
		for kind, samples := range byKind(distinct(cardtest.Cards(texts, lang))) {
			suite("cards are drawn and can be read as text/"+kind+"/"+lang, func(t *testing.T, s *stage) { s.cards(t, samples) })
		}
		suite("one card becomes any other/"+lang, func(t *testing.T, s *stage) { s.updates(t, lang) })
		suite("forms are drawn/"+lang, func(t *testing.T, s *stage) { s.forms(t, lang) })
		suite("the longest cards fit/"+lang, func(t *testing.T, s *stage) { s.longest(t, lang) })
		suite("the longest forms fit/"+lang, func(t *testing.T, s *stage) { s.longestForms(t, lang) })
		suite("every button arrives/"+lang, func(t *testing.T, s *stage) { s.presses(t, lang) })
		suite("every button of a form arrives/"+lang, func(t *testing.T, s *stage) { s.formPresses(t, lang) })
		suite("every form is sent/"+lang, func(t *testing.T, s *stage) { s.submits(t, lang) })
	}
	suite("what a press is answered", func(t *testing.T, s *stage) { s.pressAnswers(t) })
	suite("what a form is answered", func(t *testing.T, s *stage) { s.formAnswers(t) })
	suite("what was not taken is told", func(t *testing.T, s *stage) { s.sorries(t) })
	suite("a command", func(t *testing.T, s *stage) { s.commands(t) })
	suite("people", func(t *testing.T, s *stage) { s.people(t) })
	suite("a deleted card", func(t *testing.T, s *stage) { s.deleted(t) })
	suite("a throttled call", func(t *testing.T, s *stage) { s.throttled(t) })
	suite("a lost answer", func(t *testing.T, s *stage) { s.lost(t) })
	suite("somebody out of reach", func(t *testing.T, s *stage) { s.unreached(t) })
	suite("a trigger that is none", func(t *testing.T, s *stage) { s.untriggered(t) })
}

// stage is a chat with the door behind it.
type stage struct {
	Subject
	door  *door
	texts *card.Texts
}

func newStage(t *testing.T, open func(*testing.T, bot.Door) Subject, texts *card.Texts) *stage {
	t.Helper()
	d := newDoor()
	s := &stage{Subject: open(t, d), door: d, texts: texts}
	d.taken()
	return s
}

// post sends a card and gives it as the person sees it.
func (s *stage) post(tb testing.TB, id string, c card.Card) (bot.Ref, Shown) {
	tb.Helper()
	ref, err := s.Chat.Post(tb.Context(), s.Person, id, c)
	if err != nil {
		tb.Fatalf("post: %v", err)
	}
	return ref, s.see(tb, ref)
}

func (s *stage) see(tb testing.TB, ref bot.Ref) Shown {
	tb.Helper()
	shown, ok := s.Client.Card(tb, ref)
	if !ok {
		tb.Fatalf("%s is not on the screen", ref)
	}
	return shown
}

// open has the person open a form.
func (s *stage) open(tb testing.TB, f card.Form) (bot.Ref, Shown) {
	tb.Helper()
	n := s.door.reports()
	s.door.does(bot.Answer{Open: &f})
	s.Client.Type(tb, "new")
	s.door.taken()
	ref := s.door.form(tb, n)
	return ref, s.seeForm(tb, ref)
}

func (s *stage) seeForm(tb testing.TB, ref bot.Ref) Shown {
	tb.Helper()
	shown, ok := s.Client.Form(tb, ref)
	if !ok {
		tb.Fatalf("the form %s is not on the screen", ref)
	}
	return shown
}

// dismiss puts a form away, which the chat may tell the bot.
func (s *stage) dismiss(tb testing.TB, ref bot.Ref) {
	tb.Helper()
	s.door.does(bot.Answer{})
	s.Client.Dismiss(tb, ref)
	s.door.taken()
}
