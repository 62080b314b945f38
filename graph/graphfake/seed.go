package graphfake

import (
	"slices"
	"strings"
	"time"
)

// AddUser puts an account into the directory, visible at once, and returns it with what was filled in: id, user
// principal name, proxy addresses, creation time. A guest's state defaults to Accept.
func (s *Server) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.putUser(&u).clone()
}

func (s *Server) putUser(u *User) *User {
	if u.ID == "" {
		u.ID = newID()
	}
	if u.UserType == "" {
		u.UserType = Member
	}
	if u.Created.IsZero() {
		u.Created = s.opt.Now()
	}
	if u.UserType == Guest {
		if u.UserPrincipalName == "" {
			u.UserPrincipalName = guestUPN(u.Mail, s.opt.InitialDomain)
		}
		if u.ExternalUserState == "" {
			u.ExternalUserState = Accept
		}
		if u.CreationType == "" {
			u.CreationType = "Invitation"
		}
		if u.ExternalStateChange.IsZero() {
			u.ExternalStateChange = u.Created
		}
		if u.OtherMails == nil {
			u.OtherMails = []string{u.Mail}
		}
	}
	if u.UserPrincipalName == "" {
		u.UserPrincipalName = u.Mail
	}
	if u.ProxyAddresses == nil && u.Mail != "" {
		u.ProxyAddresses = []string{"SMTP:" + u.Mail}
	}
	for _, role := range u.Roles {
		s.assignments = append(s.assignments, Assignment{newID(), u.ID, role, "/"})
	}
	s.users = append(s.users, u)
	s.userByID[u.ID] = u
	return u
}

// guestUPN is the vendor's pattern: alice_fabrikam.com#EXT#@contoso.onmicrosoft.com.
func guestUPN(mail, initial string) string {
	return strings.ReplaceAll(mail, "@", "_") + "#EXT#@" + initial
}

// ChangeUser edits a live account under the lock; false when there is none with that id. The id cannot be changed.
func (s *Server) ChangeUser(id string, edit func(*User)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.userByID[id]
	if u == nil {
		return false
	}
	edit(u)
	u.ID = id
	return true
}

// DeleteUser moves an account to the recycle bin; false when it is not live.
func (s *Server) DeleteUser(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(id)
	if u == nil {
		return false
	}
	u.Deleted = s.opt.Now()
	// The vendor frees the name of a deleted user by putting the object id before it.
	u.UserPrincipalName = strings.ReplaceAll(u.ID, "-", "") + u.UserPrincipalName
	for _, g := range s.groups {
		g.OwnerIDs, g.MemberIDs = without(g.OwnerIDs, u.ID), without(g.MemberIDs, u.ID)
	}
	return true
}

// AddGroup puts a group into the directory, visible at once. A Microsoft 365 group gets its site, ready at once, with
// the default sharing level. Nil GroupTypes without SecurityEnabled mean a Microsoft 365 group.
func (s *Server) AddGroup(g Group) Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.GroupTypes == nil && !g.SecurityEnabled {
		g.GroupTypes, g.MailEnabled = []string{"Unified"}, true
	}
	if g.Visibility == "" && g.Unified() {
		g.Visibility = "Private"
	}
	p := s.putGroup(&g)
	if p.Unified() {
		s.putSite(p)
	}
	return p.clone()
}

func (s *Server) putGroup(g *Group) *Group {
	if g.ID == "" {
		g.ID = newID()
	}
	if g.GroupTypes == nil {
		g.GroupTypes = []string{}
	}
	if g.Created.IsZero() {
		g.Created = s.opt.Now()
	}
	if g.MailEnabled && g.Mail == "" {
		g.Mail = g.MailNickname + "@" + s.opt.Domain
	}
	if g.Mail != "" && g.ProxyAddresses == nil {
		g.ProxyAddresses = []string{"SMTP:" + g.Mail}
	}
	g.settingID = newID()
	s.groups = append(s.groups, g)
	s.groupByID[g.ID] = g
	return g
}

// ChangeGroup edits a live group under the lock; false when there is none with that id.
func (s *Server) ChangeGroup(id string, edit func(*Group)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groupByID[id]
	if g == nil {
		return false
	}
	edit(g)
	g.ID = id
	return true
}

// DeleteGroup moves a group to the recycle bin, as an admin would; false when it is not live.
func (s *Server) DeleteGroup(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.group(id)
	if g == nil {
		return false
	}
	g.Deleted = s.opt.Now()
	return true
}

// ChangeSite edits the site of a group under the lock, at once and without lag; false when there is none.
func (s *Server) ChangeSite(groupID string, edit func(*Site)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.siteOf(groupID)
	if x == nil {
		return false
	}
	edit(x)
	x.next, x.lag = x.Sharing, 0
	return true
}

// AddSite puts a site without a group into SharePoint, with the level Sharing.
func (s *Server) AddSite(x Site) Site {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.ID == "" {
		x.ID = newID()
	}
	x.WebID, x.Created, x.next = newID(), s.opt.Now(), x.Sharing
	s.sites = append(s.sites, &x)
	return x
}

// AddContact puts a mail contact into the directory.
func (s *Server) AddContact(c Contact) Contact {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.ID == "" {
		c.ID = newID()
	}
	if c.ProxyAddresses == nil {
		c.ProxyAddresses = []string{"SMTP:" + c.Mail}
	}
	s.contacts = append(s.contacts, &c)
	return c
}

// AddPartner makes a tenant known that domains lead to.
func (s *Server) AddPartner(p Partner) Partner {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.TenantID == "" {
		p.TenantID = newID()
	}
	s.partners = append(s.partners, &p)
	return p
}

// Assign gives a directory role, tenant-wide.
func (s *Server) Assign(principalID, roleDefinitionID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.assignments = append(s.assignments, Assignment{newID(), principalID, roleDefinitionID, "/"})
}

// Unassign takes all tenant-wide assignments of a role away from a principal.
func (s *Server) Unassign(principalID, roleDefinitionID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.assignments = slices.DeleteFunc(s.assignments, func(a Assignment) bool {
		return a.PrincipalID == principalID && a.RoleDefinitionID == roleDefinitionID
	})
}

// SetDelays replaces the delays of objects that are made from now on.
func (s *Server) SetDelays(d Delays) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opt.Delays = &d
}

// SetPageSize caps the page of every list so that clients must follow nextLink; 0 restores the vendor's 100.
func (s *Server) SetPageSize(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pageSize = n
}

// SetDisabledGuestText makes an invitation of a disabled guest answer the error text that some tenants see; without it
// the answer is 201 with the existing account.
func (s *Server) SetDisabledGuestText(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disabledGuestText = on
}

// SetNamingEnforced makes group creation itself refuse names against the naming policy. Whether the vendor does so for
// an application is not documented; off at start, so that a client that never asks for validation is found out.
func (s *Server) SetNamingEnforced(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enforceNaming = on
}

// Redeem makes a pending guest accept, as if he had followed his link; false when there is no such live guest. The key
// is an id or a mail address.
func (s *Server) Redeem(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.users {
		if u.Deleted.IsZero() && u.UserType == Guest && (u.ID == key || strings.EqualFold(u.Mail, key)) {
			u.accept(s.opt.Now())
			return true
		}
	}
	return false
}

func (u *User) accept(now time.Time) {
	if u.ExternalUserState != Accept {
		u.ExternalUserState, u.ExternalStateChange = Accept, now
	}
}

func without(list []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return x == id })
}
