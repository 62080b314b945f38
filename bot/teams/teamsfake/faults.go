package teamsfake

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// Kinds of Fault.
const (
	FaultStatus      = "status"       // HTTP Status with Code, nothing is done
	FaultResetBefore = "reset_before" // connection dropped, nothing is done
	FaultResetAfter  = "reset_after"  // done, then the connection is dropped without an answer
	FaultSlowBefore  = "slow_before"  // waits Delay, then works as usual
	FaultSlowAfter   = "slow_after"   // done at once, the answer waits Delay
	FaultHangAfter   = "hang_after"   // done, then no answer until the client gives up
)

// Fault breaks calls of the bot, to the connector and the identity host.
type Fault struct {
	Method string `json:"method,omitempty"` // "" is any
	// Path is a regular expression on the path below the service URL, such as
	// "^/v3/conversations$" or "/activities/"; unescaped; "" is any.
	Path       string        `json:"path,omitempty"`
	Kind       string        `json:"kind"`
	Status     int           `json:"status,omitempty"`
	Code       string        `json:"code,omitempty"` // of the error body; "" gives no body
	Message    string        `json:"message,omitempty"`
	RetryAfter int           `json:"retry_after,omitempty"` // seconds; 0 gives no header
	Delay      time.Duration `json:"delay_ns,omitempty"`
	Nth        int           `json:"nth,omitempty"`   // first matching call that breaks, from 1; 0 is 1
	Times      int           `json:"times,omitempty"` // how many break; 0 is 1, negative is all
}

type fault struct {
	Fault
	path      *regexp.Regexp
	seen, hit int
}

// AddFault breaks matching calls from now on. It panics on a Fault that makes
// no sense, which is a mistake in the test.
func (s *Server) AddFault(f Fault) {
	compiled, err := f.compile()
	if err != nil {
		panic(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, compiled)
}

// errBadFault marks a Fault that makes no sense.
var errBadFault = errors.New("teamsfake: bad fault")

func (f Fault) compile() (*fault, error) {
	path, err := regexp.Compile(f.Path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBadFault, err)
	}
	switch f.Kind {
	case FaultResetBefore, FaultResetAfter, FaultHangAfter:
	case FaultStatus:
		if f.Status < 400 || f.Status > 599 {
			return nil, fmt.Errorf("%w: status %d is not an error", errBadFault, f.Status)
		}
	case FaultSlowBefore, FaultSlowAfter:
		if f.Delay <= 0 {
			return nil, fmt.Errorf("%w: %s needs a delay", errBadFault, f.Kind)
		}
	default:
		return nil, fmt.Errorf("%w: unknown kind %q", errBadFault, f.Kind)
	}
	f.Nth = max(f.Nth, 1)
	if f.Times == 0 {
		f.Times = 1
	}
	return &fault{Fault: f, path: path}, nil
}

// ClearFaults repairs everything, in both directions.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.sendFault = nil, nil
}

// takeFaultLocked counts a call against the faults and returns the one that
// strikes.
func (s *Server) takeFaultLocked(method, path string) *fault {
	var strikes *fault
	for _, f := range s.faults {
		if f.Method != "" && f.Method != method || !f.path.MatchString(path) {
			continue
		}
		f.seen++
		if strikes == nil && f.seen >= f.Nth && (f.Times < 0 || f.hit < f.Times) {
			f.hit++
			strikes = f
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

// before runs what happens ahead of the effect. A status means answered; drop
// means to close the connection without an answer.
func (f *fault) before(s *Server, w http.ResponseWriter, r *http.Request) (status int, drop bool) {
	if f == nil {
		return 0, false
	}
	switch f.Kind {
	case FaultStatus:
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
		}
		if f.Code != "" {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
		}
		w.WriteHeader(f.Status)
		if f.Code != "" {
			_, _ = w.Write(mustJSON((&refusal{code: f.Code, message: f.Message}).body()))
		}
		return f.Status, false
	case FaultResetBefore:
		return 0, true
	case FaultSlowBefore:
		return 0, !s.pause(r, f.Delay)
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
	case <-s.base.Done():
	}
	return false
}
