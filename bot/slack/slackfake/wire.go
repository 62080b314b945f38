package slackfake

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Directions of a WireEntry.
const (
	ToSlack = "to_slack" // the app called the Web API or a response_url
	ToApp   = "to_app"   // Slack called the app
)

// maxWire bounds the log; the oldest entries go first.
const maxWire = 10_000

// WireEntry is one request that crossed the wire, either way.
type WireEntry struct {
	Seq       int    `json:"seq"`
	Direction string `json:"direction"`
	// Method is the Web API method, "response_url", or the kind of request to
	// the app: slash_command, block_actions, view_submission, and so on.
	Method  string        `json:"method"`
	User    string        `json:"user,omitempty"` // who caused a request to the app
	Status  int           `json:"status"`         // HTTP status; 0 when none was given
	Error   string        `json:"error,omitempty"`
	At      time.Time     `json:"at"` // real time
	Elapsed time.Duration `json:"elapsed_ns"`
	// Socket marks a request to the app that went in an envelope; Status 200 is
	// then an ack.
	Socket bool `json:"socket,omitempty"`
	// Args is what was sent, decoded, without tokens, triggers and response URLs.
	Args json.RawMessage `json:"args,omitempty"`
}

type wireLog struct {
	entries []WireEntry
	seq     int
	counts  map[string]int
}

func (s *Server) record(e WireEntry, began time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.seq++
	e.Seq, e.At, e.Elapsed = s.log.seq, began, time.Since(began)
	if len(s.log.entries) == maxWire {
		s.log.entries = s.log.entries[1:]
	}
	s.log.entries = append(s.log.entries, e)
	if s.log.counts == nil {
		s.log.counts = map[string]int{}
	}
	s.log.counts[e.Method]++
	s.changedLocked()
}

// Wire returns what crossed the wire so far, oldest first; methods filter it.
func (s *Server) Wire(methods ...string) []WireEntry {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []WireEntry
	for _, e := range s.log.entries {
		if len(methods) == 0 || slices.Contains(methods, e.Method) {
			out = append(out, e)
		}
	}
	return out
}

// Count tells how often a method was used, refused and failed calls included.
func (s *Server) Count(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.counts[method]
}

// Counts returns the counters of all methods.
func (s *Server) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.log.counts)
}
