package teamsfake

import (
	"net/http"
	"time"
)

// rateLimit is how many calls fit into a sliding window.
type rateLimit struct {
	window time.Duration
	calls  int
}

// The documented limits of one bot in one conversation.
var (
	sendLimits = []rateLimit{{time.Second, 7}, {2 * time.Second, 8}, {30 * time.Second, 60}, {time.Hour, 1800}}
	readLimits = []rateLimit{{time.Second, 14}, {2 * time.Second, 16}, {30 * time.Second, 120}, {time.Hour, 3600}}
)

// limitLocked counts a call, or refuses it with the time to wait.
func (s *Server) limitLocked(bucket, id string, limits []rateLimit) error {
	if !s.opts.RateLimits {
		return nil
	}
	key, now := bucket+" "+id, time.Now()
	past := s.calls[key]
	for _, l := range limits {
		if len(past) < l.calls {
			continue
		}
		if left := past[len(past)-l.calls].Add(l.window).Sub(now); left > 0 {
			r := refuse(http.StatusTooManyRequests, codeThrottled, "Too many requests.")
			r.retryAfter = int(left.Seconds()) + 1
			return r
		}
	}
	if longest := limits[len(limits)-1].calls; len(past) >= longest {
		past = past[len(past)-longest+1:]
	}
	s.calls[key] = append(past, now)
	return nil
}
