package chattest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
)

var plain = card.Card{Title: "Plain", Text: "Plain\nwords", Blocks: []card.Block{card.Text{Runs: []card.Run{{Text: "words"}}}}}

// refused sees that an error is of a kind.
func refused(tb testing.TB, what string, err error, code bot.Code, reason string) {
	tb.Helper()
	if err == nil || bot.CodeOf(err) != code || bot.ReasonOf(err) != reason {
		tb.Errorf("%s: got %v, want %s %s", what, err, code, reason)
	}
}

// people: a person is found by what the chat knows people by, and by nothing else.
func (s *stage) people(t *testing.T) {
	if got, err := s.Chat.Locate(t.Context(), s.Who); err != nil || got != s.Person {
		t.Errorf("located %+v, %v, want %+v", got, err, s.Person)
	}
	_, err := s.Chat.Locate(t.Context(), s.Unknown)
	refused(t, "somebody unknown", err, bot.Forbidden, bot.ReasonUndeliverable)

	p, err := s.Chat.Profile(t.Context(), s.Person)
	if err != nil || p.Refusal != "" || p.User != s.Person || p.PersonID != s.Who.ID && !strings.EqualFold(p.Mail, s.Who.Mail) {
		t.Errorf("the person is %+v, %v", p, err)
	}
	p, err = s.Chat.Profile(t.Context(), s.Stranger)
	if err != nil || p.Refusal != bot.RefusedStranger || p.Mail != "" {
		t.Errorf("somebody of another company is %+v, %v", p, err)
	}
}

func (s *stage) deleted(t *testing.T) {
	ref, _ := s.post(t, "a", plain)
	s.Faults.Delete(t, ref)
	if _, there := s.Client.Card(t, ref); there {
		t.Fatal("the card is still there")
	}
	refused(t, "a deleted card", s.Chat.Update(t.Context(), ref, plain), bot.NotFound, bot.ReasonGone)
}

func (s *stage) throttled(t *testing.T) {
	ref, _ := s.post(t, "a", plain)
	const wait = 7 * time.Second
	for what, call := range map[string]func() error{
		"post":   func() error { _, err := s.Chat.Post(t.Context(), s.Person, "b", plain); return err },
		"update": func() error { return s.Chat.Update(t.Context(), ref, plain) },
	} {
		s.Faults.Throttle(t, wait)
		err := call()
		refused(t, what, err, bot.Throttled, "")
		if e, ok := errors.AsType[*bot.Error](err); !ok || e.After != wait || e.Unclear {
			t.Errorf("%s: got %+v, want to wait %v", what, e, wait)
		}
		if err := call(); err != nil {
			t.Errorf("%s afterwards: %v", what, err)
		}
	}
}

// lost: a post whose answer was lost may have been done, and is found again where
// the chat can be searched.
func (s *stage) lost(t *testing.T) {
	s.post(t, "a", plain)
	s.Faults.LoseAnswer(t)
	_, err := s.Chat.Post(t.Context(), s.Person, "b", plain)
	refused(t, "a lost answer", err, bot.Unavailable, "")
	if e, ok := errors.AsType[*bot.Error](err); !ok || !e.Unclear {
		t.Errorf("a lost answer is not unclear: %v", err)
	}
	ref, err := s.Chat.FindPost(t.Context(), s.Person, "b")
	if !s.Searches {
		refused(t, "to find a post", err, bot.NotFound, "")
		return
	}
	if err != nil {
		t.Fatalf("the post is not found: %v", err)
	}
	s.see(t, ref)
	_, err = s.Chat.FindPost(t.Context(), s.Person, "never sent")
	refused(t, "to find what was never sent", err, bot.NotFound, "")
}

func (s *stage) unreached(t *testing.T) {
	s.post(t, "a", plain)
	s.Faults.ShutOut(t)
	_, err := s.Chat.Post(t.Context(), s.Person, "b", plain)
	refused(t, "somebody out of reach", err, bot.Forbidden, bot.ReasonUndeliverable)
}

func (s *stage) untriggered(t *testing.T) {
	_, err := s.Chat.OpenForm(t.Context(), "", card.Form{Title: "Form", Close: "Close", Blocks: plain.Blocks})
	refused(t, "no trigger", err, bot.Expired, "")
}
