package slackfake

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	methodOpen = "apps.connections.open"
	pathSocket = "/link/"
)

// socketOff is the code of apps.connections.open while Socket Mode is switched
// off. Slack's published list names none, so a client must take it for an
// unknown one.
const socketOff = "socket_mode_disabled"

// ticket is the one-use right to connect that a URL carries.
type ticket struct {
	expires time.Time
	used    bool
}

// SetSocketMode switches Socket Mode. Switching it off tells every connection
// link_disabled; while it is on nothing is delivered over HTTP.
func (s *Server) SetSocketMode(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sock.on = on
	if !on {
		for _, c := range s.sock.conns {
			s.dismissLocked(c, ReasonLinkDisabled)
		}
	}
	s.changedLocked()
}

// SocketMode tells whether Socket Mode is on.
func (s *Server) SocketMode() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sock.on
}

// AppToken is the app-level token that apps.connections.open accepts.
func (s *Server) AppToken() string { return s.opts.AppToken }

// SetAppScopes changes what the app-level token may do.
func (s *Server) SetAppScopes(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sock.scopes = slices.Clone(scopes)
}

// BreakAppToken makes apps.connections.open fail with a code such as
// token_revoked, token_expired or account_inactive; "" repairs it. Open
// connections stay.
func (s *Server) BreakAppToken(code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sock.err = code
}

// appsConnectionsOpen answers the address for one connection.
func (s *Server) appsConnectionsOpen(args) (obj, error) {
	if !s.sock.on {
		return nil, fail(socketOff)
	}
	id := randomHex(16)
	s.sock.tickets[id] = &ticket{expires: time.Now().Add(s.opts.Socket.TicketLife)}
	q := url.Values{"ticket": {id}, "app_id": {s.opts.AppID}}
	return obj{"url": "ws://" + s.apiLn.Addr().String() + pathSocket + "?" + q.Encode()}, nil
}

// spendTicket uses a ticket up; a status that is not 0 refuses the handshake.
// Slack does not publish the statuses.
func (s *Server) spendTicket(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.sock.tickets[id]
	switch {
	case t == nil, t.used:
		return http.StatusNotFound
	case time.Now().After(t.expires):
		return http.StatusRequestTimeout
	}
	t.used = true
	return 0
}

// tokenKind tells whose token it is: bot, app, or "" for neither.
func (s *Server) tokenKind(token string) string {
	switch {
	case token == s.opts.BotToken:
		return "bot"
	case token == s.opts.AppToken:
		return "app"
	}
	return ""
}

// scopesOf lists the scopes of a token for the X-OAuth-Scopes header; false
// for a token that does not work.
func (s *Server) scopesOf(token string) (string, bool) {
	switch s.tokenKind(token) {
	case "bot":
		return strings.Join(s.token.scopes, ","), s.token.err == ""
	case "app":
		return strings.Join(s.sock.scopes, ","), s.sock.err == ""
	}
	return "", false
}
