package slackfake

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Kinds of Fault.
const (
	FaultRateLimited = "rate_limited" // 429; RetryAfter in seconds when > 0, else no such header
	FaultStatus      = "status"       // HTTP Status, nothing stored
	FaultError       = "error"        // 200 with ok:false and Error, nothing stored; for response_url a 404
	FaultEmptyError  = "empty_error"  // 200 with only {"ok":false}, nothing stored
	FaultResetBefore = "reset_before" // connection dropped, nothing stored
	FaultResetAfter  = "reset_after"  // stored, then the connection is dropped without an answer
	FaultSlowBefore  = "slow_before"  // waits Delay, then works as usual
	FaultSlowAfter   = "slow_after"   // stored at once, the answer waits Delay
	FaultHangAfter   = "hang_after"   // stored, then no answer until the client gives up
	FaultHoldBefore  = "hold_before"  // waits until ClearFaults, then works as usual
	// Over sockets only: a method socket.connect takes the kinds above for the
	// handshake, socket.envelope and socket.ack these two.
	FaultDuplicate = "duplicate" // socket.envelope: the same envelope to two connections
	FaultDrop      = "drop"      // the envelope or the ack is lost on the way
)

// Fault breaks calls of one method.
type Fault struct {
	Method     string        `json:"method"` // "chat.postMessage", "response_url", "socket.connect"; "" is any
	Kind       string        `json:"kind"`
	Nth        int           `json:"nth,omitempty"`   // first matching call that breaks, from 1; 0 is 1
	Times      int           `json:"times,omitempty"` // how many break; 0 is 1, negative is all
	Status     int           `json:"status,omitempty"`
	RetryAfter int           `json:"retry_after,omitempty"` // seconds
	Error      string        `json:"error,omitempty"`
	Delay      time.Duration `json:"delay_ns,omitempty"`
}

type fault struct {
	Fault
	seen, hit int
	cleared   chan struct{} // closed by ClearFaults
}

// AddFault breaks matching calls from now on. It panics on an unknown kind,
// which is a mistake in the test.
func (s *Server) AddFault(f Fault) {
	if err := f.check(); err != nil {
		panic(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Nth = max(f.Nth, 1)
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults = append(s.faults, &fault{Fault: f, cleared: make(chan struct{})})
}

// errBadFault marks a Fault that makes no sense.
var errBadFault = errors.New("slackfake: bad fault")

func (f Fault) check() error {
	onSocket := f.Method == methodEnvelope || f.Method == methodAck
	switch {
	case f.Kind == FaultDrop && onSocket, f.Kind == FaultDuplicate && f.Method == methodEnvelope:
		return nil
	case f.Kind == FaultDrop, f.Kind == FaultDuplicate, onSocket:
		return fmt.Errorf("%w: %s does not suit method %q", errBadFault, f.Kind, f.Method)
	}
	switch f.Kind {
	case FaultRateLimited, FaultResetBefore, FaultResetAfter, FaultHangAfter, FaultHoldBefore, FaultEmptyError:
		return nil
	case FaultStatus:
		if f.Status < 400 || f.Status > 599 {
			return fmt.Errorf("%w: status %d is not an error", errBadFault, f.Status)
		}
		return nil
	case FaultError:
		if f.Error == "" {
			return fmt.Errorf("%w: %s needs an error", errBadFault, f.Kind)
		}
		return nil
	case FaultSlowBefore, FaultSlowAfter:
		if f.Delay <= 0 {
			return fmt.Errorf("%w: %s needs a delay", errBadFault, f.Kind)
		}
		return nil
	}
	return fmt.Errorf("%w: unknown kind %q", errBadFault, f.Kind)
}

// ClearFaults repairs everything.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		close(f.cleared)
	}
	s.faults = nil
}

// WaitFaults blocks until the faults of a method have struck n times in all since
// ClearFaults.
func (s *Server) WaitFaults(ctx context.Context, method string, n int) error {
	return s.Wait(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		hit := 0
		for _, f := range s.faults {
			if f.Method == method {
				hit += f.hit
			}
		}
		return hit >= n
	})
}

// takeFault counts a call against the faults and returns the one that strikes.
func (s *Server) takeFault(method string) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.takeFaultLocked(method)
}

func (s *Server) takeFaultLocked(method string) *fault {
	onSocket := method == methodEnvelope || method == methodAck
	var strikes *fault
	for _, f := range s.faults {
		if f.Method != method && (f.Method != "" || onSocket) {
			continue
		}
		f.seen++
		if strikes == nil && f.seen >= f.Nth && (f.Times < 0 || f.hit < f.Times) {
			f.hit++
			strikes = f
			s.changedLocked()
		}
	}
	return strikes
}

func (f *fault) label() string {
	if f == nil {
		return ""
	}
	return "fault:" + f.Kind
}

// code is the ok:false error to answer, or "".
func (f *fault) code() string {
	if f == nil || f.Kind != FaultError {
		return ""
	}
	return f.Error
}

// before runs what happens ahead of the effect. A status means answered; drop
// means to close the connection without an answer.
func (f *fault) before(s *Server, w http.ResponseWriter, r *http.Request) (status int, drop bool) {
	if f == nil {
		return 0, false
	}
	switch f.Kind {
	case FaultRateLimited:
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"ok":false,"error":"ratelimited"}`))
		return http.StatusTooManyRequests, false
	case FaultStatus:
		w.WriteHeader(f.Status)
		return f.Status, false
	case FaultEmptyError:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write([]byte(`{"ok":false}`))
		return http.StatusOK, false
	case FaultResetBefore:
		return 0, true
	case FaultSlowBefore:
		return 0, !s.pause(r, f.Delay)
	case FaultHoldBefore:
		select {
		case <-f.cleared:
		case <-r.Context().Done():
			return 0, true
		case <-s.closed:
			return 0, true
		}
	}
	return 0, false
}

// after runs what happens behind the effect; true means drop the connection.
func (f *fault) after(s *Server, r *http.Request) bool {
	if f == nil {
		return false
	}
	switch f.Kind {
	case FaultResetAfter:
		return true
	case FaultSlowAfter:
		return !s.pause(r, f.Delay)
	case FaultHangAfter:
		s.pause(r, time.Hour)
		return true
	}
	return false
}

// pause waits; false means that the client left or the server was closed.
func (s *Server) pause(r *http.Request, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
	case <-s.closed:
	}
	return false
}
