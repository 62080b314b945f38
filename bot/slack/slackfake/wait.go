package slackfake

import (
	"context"
	"fmt"
	"slices"
)

// Wait blocks until ready says true, looking again after each change of state.
// ready may call any method of the Server. It fails when ctx ends.
func (s *Server) Wait(ctx context.Context, ready func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed // taken before the look, so no change is missed
		s.mu.Unlock()
		if ready() {
			return nil
		}
		select {
		case <-changed:
		case <-s.closed:
			return fmt.Errorf("slackfake: closed while waiting")
		case <-ctx.Done():
			return fmt.Errorf("slackfake: waiting: %w", context.Cause(ctx))
		}
	}
}

// WaitMessage blocks until the person sees a message that matches: in the DM
// with the app or in a channel, ephemeral ones included. The newest match wins.
// The error lists what the person sees.
func (s *Server) WaitMessage(ctx context.Context, userID string, match func(Message) bool) (Message, error) {
	var found Message
	err := s.Wait(ctx, func() bool {
		for _, m := range s.As(userID).Messages() {
			if match(m) {
				found = m
			}
		}
		return found.TS != ""
	})
	if err != nil {
		return Message{}, fmt.Errorf("%w; %s sees:\n%s", err, userID, s.Transcript(userID))
	}
	return found, nil
}

// WaitView blocks until an open modal of the person matches; the top one is
// tried first.
func (s *Server) WaitView(ctx context.Context, userID string, match func(View) bool) (View, error) {
	var found View
	err := s.Wait(ctx, func() bool {
		for _, v := range slices.Backward(s.As(userID).OpenViews()) {
			if match(v) {
				found = v
				return true
			}
		}
		return false
	})
	if err != nil {
		return View{}, fmt.Errorf("%w; %s sees:\n%s", err, userID, s.Transcript(userID))
	}
	return found, nil
}
