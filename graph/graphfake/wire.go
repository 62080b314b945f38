package graphfake

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"time"
)

// Entry is one request that reached a host. It holds no header and no body, hence no token.
type Entry struct {
	At     time.Time `json:"at"`
	Host   string    `json:"host"`
	Method string    `json:"method"`
	Path   string    `json:"path"` // decoded
	Query  string    `json:"query,omitempty"`
	Status int       `json:"status"` // 0 when the connection was cut
	Batch  bool      `json:"batch,omitempty"`
}

// Key is what Counts counts by: method, host and path.
func (e Entry) Key() string { return e.Method + " " + e.Host + e.Path }

func (s *Server) record(host string, r *http.Request, rep reply, inBatch bool) {
	q := r.URL.Query()
	for _, secret := range []string{"code", "client_secret", "rd", "session"} {
		q.Del(secret)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := Entry{
		At: s.opt.Now(), Host: host, Method: r.Method, Path: r.URL.Path, Query: q.Encode(), Status: rep.status, Batch: inBatch,
	}
	s.wire = append(s.wire, e)
}

// Wire lists what reached the tenant, oldest first; items of a batch stand before their batch.
func (s *Server) Wire() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.wire)
}

// Counts gives the number of requests for each Entry.Key.
func (s *Server) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := map[string]int{}
	for _, e := range s.wire {
		n[e.Key()]++
	}
	return n
}

// Count is the number of requests with that method whose path matches the regular expression; an empty method is any.
func (s *Server) Count(method string, path *regexp.Regexp) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, e := range s.wire {
		if (method == "" || e.Method == method) && path.MatchString(e.Path) {
			n++
		}
	}
	return n
}

// ClearWire forgets the wire log.
func (s *Server) ClearWire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wire = nil
}

// Writes counts effects that happened, by name: group.create, group.update, group.delete, group.restore, member.add,
// member.remove, owner.add, owner.remove, guest.create, invitation.create, mail.send, sponsor.add, site.sharing,
// policy.update, setting.update, user.restore. A refused or lost request counts nothing.
func (s *Server) Writes() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.writes)
}
