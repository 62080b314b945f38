package bot

import (
	"context"
	"testing"
	"time"

	"guestsite/bot/card"
)

// silent is a chat that does not answer, until it does.
type silent struct {
	Chat
	down  bool
	calls int
}

func (s *silent) Name() string { return "silent" }

func (s *silent) Update(context.Context, Ref, card.Card) error {
	s.calls++
	if s.down {
		return &Error{Code: Unavailable, Op: "test"}
	}
	return nil
}

type stopped struct{ now time.Time }

func (c *stopped) Now() time.Time                         { return c.now }
func (c *stopped) After(d time.Duration) <-chan time.Time { return nil }

func TestBreaker_LeavesAChatAloneThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	s, clock := &silent{down: true}, &stopped{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	b := &breaker{Chat: s, clock: clock}
	update := func() error { return b.Update(t.Context(), "r", card.Card{}) }
	for range downAfter + 3 {
		if err := update(); CodeOf(err) != Unavailable {
			t.Fatalf("answered %v", err)
		}
	}
	if s.calls != downAfter {
		t.Errorf("called %d times, want %d", s.calls, downAfter)
	}
	clock.now = clock.now.Add(downFor)
	s.down = false
	if err := update(); err != nil {
		t.Errorf("after a while: %v", err)
	}
	s.down = true
	for range downAfter - 1 {
		_ = update()
	}
	before := s.calls
	if _ = update(); s.calls != before+1 {
		t.Error("one good answer did not count")
	}
}
