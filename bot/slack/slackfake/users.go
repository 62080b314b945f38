package slackfake

import (
	"fmt"
	"slices"
	"strings"
)

// User is a person or bot as users.info shows it, plus what only the fake
// knows. Zero flags mean an ordinary member.
type User struct {
	ID       string `json:"id"`
	TeamID   string `json:"team_id"` // another team than Server.TeamID means Slack Connect
	Name     string `json:"name"`    // the legacy handle
	RealName string `json:"real_name"`
	Email    string `json:"email"`
	Locale   string `json:"locale"`
	TZ       string `json:"tz"`
	TZOffset int    `json:"tz_offset"` // seconds

	Deleted           bool `json:"deleted"`
	IsBot             bool `json:"is_bot"`
	IsAdmin           bool `json:"is_admin"`
	IsOwner           bool `json:"is_owner"`
	IsRestricted      bool `json:"is_restricted"`
	IsUltraRestricted bool `json:"is_ultra_restricted"`
	IsStranger        bool `json:"is_stranger"`
	IsInvitedUser     bool `json:"is_invited_user"`
	EmailUnconfirmed  bool `json:"email_unconfirmed"`

	// CannotDM is the error that chat.postMessage gives for this person's DM,
	// such as messages_tab_disabled or restricted_action; "" delivers.
	CannotDM string `json:"cannot_dm,omitempty"`
}

// AddUser adds or replaces a person; an empty ID and TeamID are filled in.
// It returns the id.
func (s *Server) AddUser(u User) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.ID == "" {
		u.ID = newID("U")
	}
	if u.TeamID == "" {
		u.TeamID = s.opts.TeamID
	}
	if u.Name == "" {
		u.Name, _, _ = strings.Cut(u.Email, "@")
	}
	if _, known := s.users[u.ID]; !known {
		s.order = append(s.order, u.ID)
	}
	s.users[u.ID] = &u
	s.changedLocked()
	return u.ID
}

// UpdateUser changes a person in place; no user_change event is sent, see
// SendEvent for that.
func (s *Server) UpdateUser(userID string, change func(*User)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.users[userID]
	if !ok {
		return fmt.Errorf("slackfake: no user %s", userID)
	}
	change(u)
	s.changedLocked()
	return nil
}

// Users lists the people added, in order, without the app's own bot.
func (s *Server) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]User, 0, len(s.order))
	for _, id := range s.order {
		out = append(out, *s.users[id])
	}
	return out
}

// Ids of the people SeedDemo adds.
const (
	Sanne    = "U0SANNE"
	Mehmet   = "U0MEHMET"
	Priya    = "U0PRIYA"
	Joost    = "U0JOOST"
	Lars     = "U0LARS"
	Guest    = "U0GUEST"
	Stranger = "U0STRANGER"
)

// SeedDemo adds the cast of the demo: five employees, a guest of the
// workspace and a person of another company (Slack Connect).
func (s *Server) SeedDemo() {
	employee := func(id, name, mail string) User {
		return User{
			ID: id, RealName: name, Email: mail + "@noordzee.nl",
			Locale: "en-US", TZ: "Europe/Amsterdam", TZOffset: 3600,
		}
	}
	joost := employee(Joost, "Joost Bakker", "joost")
	joost.IsAdmin = true
	guest := employee(Guest, "Gerda Gast", "gerda")
	guest.Email, guest.IsRestricted = "gerda@bureau.example", true
	stranger := User{
		ID: Stranger, TeamID: "T0FABRIKAM", Name: "anna", RealName: "Anna Kowalski",
		Email: "anna@fabrikam.com", TZ: "Europe/Warsaw", TZOffset: 3600, IsStranger: true,
	}
	for _, u := range []User{
		employee(Sanne, "Sanne de Vries", "sanne"),
		employee(Mehmet, "Mehmet Yildiz", "mehmet"),
		employee(Priya, "Priya Raman", "priya"),
		joost,
		employee(Lars, "Lars de Wit", "lars"),
		guest, stranger,
	} {
		s.AddUser(u)
	}
}

// userJSON is a person as users.info and users.list show him. External people
// come with less: no locale and no address.
func (s *Server) userJSON(u *User, locale bool) obj {
	external := u.TeamID != s.opts.TeamID
	profile := obj{
		"real_name": u.RealName, "real_name_normalized": u.RealName,
		"display_name": u.Name, "display_name_normalized": u.Name, "team": u.TeamID,
	}
	if u.Email != "" && !external && s.hasScope("users:read.email") {
		profile["email"] = u.Email
	}
	o := obj{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "real_name": u.RealName,
		"deleted": u.Deleted, "is_bot": u.IsBot, "is_app_user": false, "profile": profile,
		"updated": 1790000000,
	}
	if external {
		o["is_stranger"] = u.IsStranger
	}
	if u.Deleted {
		return o
	}
	o["tz"], o["tz_label"], o["tz_offset"] = u.TZ, u.TZ, u.TZOffset
	o["is_admin"], o["is_owner"], o["is_primary_owner"] = u.IsAdmin, u.IsOwner, false
	o["is_restricted"], o["is_ultra_restricted"] = u.IsRestricted || u.IsUltraRestricted, u.IsUltraRestricted
	if !external && !u.IsBot {
		o["is_email_confirmed"] = !u.EmailUnconfirmed
	}
	if u.IsInvitedUser {
		o["is_invited_user"] = true
	}
	if locale && !external && u.Locale != "" {
		o["locale"] = u.Locale
	}
	return o
}

func (s *Server) hasScope(scopes ...string) bool {
	return slices.ContainsFunc(scopes, func(x string) bool { return slices.Contains(s.token.scopes, x) })
}
