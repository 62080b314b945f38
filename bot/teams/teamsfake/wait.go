package teamsfake

import (
	"context"
	"errors"
	"fmt"
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
		case <-s.base.Done():
			return errors.New("teamsfake: closed while waiting")
		case <-ctx.Done():
			return fmt.Errorf("teamsfake: waiting: %w", context.Cause(ctx))
		}
	}
}

// WaitMessage blocks until the person sees a message that matches; the newest
// match wins. The error lists what the person sees.
func (s *Server) WaitMessage(ctx context.Context, entraID string, match func(Message) bool) (Message, error) {
	var found Message
	err := s.Wait(ctx, func() bool {
		for _, m := range s.As(entraID).Messages() {
			if match(m) {
				found = m
			}
		}
		return found.ID != ""
	})
	if err != nil {
		return Message{}, fmt.Errorf("%w; %s sees:\n%s", err, entraID, s.Transcript(entraID))
	}
	return found, nil
}
