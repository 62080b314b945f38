package graphfake

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// Fault is trouble for requests that match all of its non-empty matchers. Items of a batch match like requests.
type Fault struct {
	// Host is one of HostLogin, HostGraph, HostSharePoint, HostAdmin; empty matches all.
	Host string `json:"host,omitempty"`
	// Method is an HTTP method; empty matches all.
	Method string `json:"method,omitempty"`
	// Path is a regular expression searched in the decoded path; empty matches all.
	Path string `json:"path,omitempty"`
	// Skip is how many matching requests pass first.
	Skip int `json:"skip,omitempty"`
	// Times is how many requests are hit; 0 means one, negative means until cleared.
	Times int `json:"times,omitempty"`

	// Status is the status to answer, 0 for none of its own.
	Status int `json:"status,omitempty"`
	// RetryAfter adds the header of that many seconds; nil sends none.
	RetryAfter *int `json:"retryAfter,omitempty"`
	// Code and Message replace the vendor's usual ones for the status. On the login host, a Code such as "AADSTS65001"
	// (consent is missing) or "AADSTS53003" (conditional access) is answered as the vendor answers that error.
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	// Reset ends the connection without an answer.
	Reset bool `json:"reset,omitempty"`
	// Applied lets the request take effect before the fault answers (or resets) in its place.
	Applied bool `json:"applied,omitempty"`
	// Delay holds the request that long, or until the client leaves. Alone it only slows down. In JSON: nanoseconds.
	Delay time.Duration `json:"delay,omitempty"`
}

type fault struct {
	Fault
	path *regexp.Regexp
}

var errEmptyFault = errors.New("a fault needs a status, a reset or a delay")

// Inject adds a fault. Faults are tried in the order of adding; the first that matches is taken.
func (s *Server) Inject(f Fault) error {
	if f.Status == 0 && !f.Reset && f.Delay == 0 {
		return errEmptyFault
	}
	re, err := regexp.Compile(f.Path)
	if err != nil {
		return fmt.Errorf("compiling the fault's path: %w", err)
	}
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{Fault: f, path: re})
	return nil
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (f *fault) answers() bool { return f.Status != 0 || f.Reset }

// takeFault returns the fault that hits this request and counts it down.
func (s *Server) takeFault(host string, r *http.Request) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Host != "" && f.Host != host || f.Method != "" && f.Method != r.Method || !f.path.MatchString(r.URL.Path) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			}
		}
		return f
	}
	return nil
}

func (f *fault) reply() reply {
	if f.Reset {
		return reply{reset: true}
	}
	code, msg := f.Code, f.Message
	if code == "" {
		code = map[int]string{
			http.StatusTooManyRequests:     "TooManyRequests",
			http.StatusInternalServerError: "InternalServerError",
			http.StatusBadGateway:          "BadGateway",
			http.StatusServiceUnavailable:  "ServiceUnavailable",
			http.StatusGatewayTimeout:      "UnknownError",
			http.StatusForbidden:           codeDenied,
			http.StatusNotFound:            codeNotFound,
			http.StatusUnauthorized:        "InvalidAuthenticationToken",
		}[f.Status]
	}
	if code == "" {
		code = codeBadRequest
	}
	if msg == "" {
		msg = http.StatusText(f.Status)
	}
	rep := fail(f.Status, code, msg)
	if f.RetryAfter != nil {
		rep.header = http.Header{"Retry-After": {strconv.Itoa(*f.RetryAfter)}}
	}
	return rep
}
