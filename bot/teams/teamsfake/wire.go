package teamsfake

import (
	"encoding/json"
	"slices"
	"time"
)

// Directions of a WireEntry.
const (
	ToTeams = "to_teams" // the bot called the connector or the identity host
	ToApp   = "to_app"   // Teams called the bot
)

// maxWire bounds the log; the oldest entries go first.
const maxWire = 10_000

// WireEntry is one request that crossed the wire, either way. It never holds a
// token.
type WireEntry struct {
	Seq       int    `json:"seq"`
	Direction string `json:"direction"`
	// Kind of a request to the bot is the activity's type, and its name where
	// it has one: "message", "invoke adaptiveCard/action". To the identity host
	// it is "metadata" or "keys", to the connector "connector".
	Kind     string          `json:"kind"`
	Method   string          `json:"method"`
	Path     string          `json:"path"`           // as sent, escapes kept
	User     string          `json:"user,omitempty"` // who caused a request to the bot
	Status   int             `json:"status"`         // 0 when no answer was given
	Error    string          `json:"error,omitempty"`
	At       time.Time       `json:"at"` // real time
	Elapsed  time.Duration   `json:"elapsed_ns"`
	Request  json.RawMessage `json:"request,omitempty"`  // a JSON string where it was not JSON
	Response json.RawMessage `json:"response,omitempty"` // the same
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
	s.log.counts[e.Kind]++
	s.changedLocked()
}

// Wire returns what crossed the wire so far, oldest first; kinds filter it.
func (s *Server) Wire(kinds ...string) []WireEntry {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []WireEntry
	for _, e := range s.log.entries {
		if len(kinds) == 0 || slices.Contains(kinds, e.Kind) {
			out = append(out, e)
		}
	}
	return out
}

// Count tells how many entries of a kind there were, failed ones included.
func (s *Server) Count(kind string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.counts[kind]
}
