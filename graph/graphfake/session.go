package graphfake

import (
	"net/http"
	"slices"
)

// sessionCookie keeps who signed in with a browser, as the vendor's cookies do.
const sessionCookie = "graphfake_session"

// sessionUsers are the people who signed in with this browser and are still there.
func (c *call) sessionUsers() []*User {
	cookie, err := c.r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	var out []*User
	for _, id := range c.s.login.sessions[cookie.Value] {
		if u := c.s.user(id); u != nil {
			out = append(out, u)
		}
	}
	return out
}

// keepSession adds a person to the browser's. The cookie gets a new name each time, so that one which somebody else
// planted is worth nothing.
func (c *call) keepSession(rep *reply, u *User) {
	var ids []string
	if cookie, err := c.r.Cookie(sessionCookie); err == nil {
		ids = c.s.login.sessions[cookie.Value]
		delete(c.s.login.sessions, cookie.Value)
	}
	if !slices.Contains(ids, u.ID) {
		ids = append(slices.Clone(ids), u.ID)
	}
	cookie := http.Cookie{ //nolint:gosec // Secure follows the connection: the page may be served on plain loopback
		Name: sessionCookie, Value: newID(), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: c.r.TLS != nil,
	}
	c.s.login.sessions[cookie.Value] = ids
	if rep.header == nil {
		rep.header = http.Header{}
	}
	rep.header.Add("Set-Cookie", cookie.String())
}

// EndSessions signs everybody out of every browser.
func (s *Server) EndSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.login.sessions)
}
