package teamsfake

import (
	"fmt"
	"strings"
)

// Roles of a User in a roster.
const (
	RoleUser      = "user"
	RoleGuest     = "guest"
	RoleAnonymous = "anonymous"
)

// User is a person as rosters show him, plus what only the fake knows.
type User struct {
	ID        string `json:"id"`  // the Entra object id
	MRI       string `json:"mri"` // "29:…"; made when empty
	Name      string `json:"name"`
	GivenName string `json:"given_name"`
	Surname   string `json:"surname"`
	Mail      string `json:"mail"`
	UPN       string `json:"upn"`
	Locale    string `json:"locale"`    // default en-GB
	TimeZone  string `json:"time_zone"` // IANA name; default Europe/Amsterdam
	UserRole  string `json:"user_role"` // default RoleUser
	TenantID  string `json:"tenant_id"` // default Server.TenantID
	Platform  string `json:"platform"`  // Windows, Web, iOS, Android; default Windows

	// Installed means that the app is there from the start; its events are sent
	// by the first InstallFor.
	Installed bool `json:"installed"`
}

// person is a User with the state of the app for him.
type person struct {
	User
	installed bool
	announced bool // the events of an installation were sent
	blocked   bool
	chats     int // personal chats so far; only the last one is alive
}

// AddUser adds or replaces a person and returns him with the defaults filled
// in. It panics when the id is not a GUID, which is a mistake in the test.
func (s *Server) AddUser(u User) User {
	if !isGUID(u.ID) {
		panic(fmt.Sprintf("teamsfake: user id %q is not a GUID", u.ID))
	}
	u.ID = strings.ToLower(u.ID)
	def := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	def(&u.MRI, s.opaque("29:1", "user", u.ID))
	def(&u.Locale, "en-GB")
	def(&u.TimeZone, "Europe/Amsterdam")
	def(&u.UserRole, RoleUser)
	def(&u.TenantID, s.opts.TenantID)
	def(&u.Platform, "Windows")
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.people[u.ID]
	if p == nil {
		p = &person{}
		s.people[u.ID] = p
		s.order = append(s.order, u.ID)
	}
	if p.chats == 0 { // else he has been asked for already
		p.installed = u.Installed
	}
	p.User = u
	s.changedLocked()
	return u
}

// SeedPeople adds people in order.
func (s *Server) SeedPeople(users []User) {
	for _, u := range users {
		s.AddUser(u)
	}
}

// Users lists the people added, in order.
func (s *Server) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]User, 0, len(s.order))
	for _, id := range s.order {
		out = append(out, s.people[id].User)
	}
	return out
}

// User returns one person by Entra id.
func (s *Server) User(entraID string) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.personLocked(entraID); p != nil {
		return p.User, true
	}
	return User{}, false
}

// SetLocale changes the language of a person's client.
func (s *Server) SetLocale(entraID, locale string) error {
	return s.UpdateUser(entraID, func(u *User) { u.Locale = locale })
}

// SetTimeZone changes the time zone of a person's client.
func (s *Server) SetTimeZone(entraID, zone string) error {
	return s.UpdateUser(entraID, func(u *User) { u.TimeZone = zone })
}

// UpdateUser changes a person in place.
func (s *Server) UpdateUser(entraID string, change func(*User)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.personLocked(entraID)
	if p == nil {
		return fmt.Errorf("teamsfake: no user %s", entraID)
	}
	change(&p.User)
	s.changedLocked()
	return nil
}

func (s *Server) personLocked(entraID string) *person { return s.people[strings.ToLower(entraID)] }

// findPersonLocked looks a person up by MRI or Entra id, and by UPN too where
// that is taken.
func (s *Server) findPersonLocked(id string, upn bool) *person {
	for _, key := range s.order {
		p := s.people[key]
		if p.MRI == id || p.UserRole != RoleAnonymous && strings.EqualFold(p.ID, id) ||
			upn && p.UPN != "" && strings.EqualFold(p.UPN, id) {
			return p
		}
	}
	return nil
}
