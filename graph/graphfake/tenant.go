package graphfake

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Values of User.UserType and User.ExternalUserState, "user resource type".
const (
	Member  = "Member"
	Guest   = "Guest"
	Pending = "PendingAcceptance"
	Accept  = "Accepted"
)

// User is an account of the directory, a person of the house or a guest.
type User struct {
	ID                string   `json:"id"`
	DisplayName       string   `json:"displayName"`
	GivenName         string   `json:"givenName,omitempty"`
	Surname           string   `json:"surname,omitempty"`
	Mail              string   `json:"mail,omitempty"`
	UserPrincipalName string   `json:"userPrincipalName"`
	UserType          string   `json:"userType"`
	Disabled          bool     `json:"disabled,omitempty"`
	ProxyAddresses    []string `json:"proxyAddresses,omitempty"` // SMTP:primary, smtp:other
	OtherMails        []string `json:"otherMails,omitempty"`
	// ExternalUserState is Pending, Accept or empty for an internal account.
	ExternalUserState   string    `json:"externalUserState,omitempty"`
	ExternalStateChange time.Time `json:"externalUserStateChangeDateTime,omitzero"`
	CreationType        string    `json:"creationType,omitempty"`
	PreferredLanguage   string    `json:"preferredLanguage,omitempty"`
	Department          string    `json:"department,omitempty"`
	CompanyName         string    `json:"companyName,omitempty"`
	JobTitle            string    `json:"jobTitle,omitempty"`
	OfficeLocation      string    `json:"officeLocation,omitempty"`
	Country             string    `json:"country,omitempty"`
	State               string    `json:"state,omitempty"`
	UsageLocation       string    `json:"usageLocation,omitempty"`
	ManagerID           string    `json:"managerId,omitempty"`
	SponsorIDs          []string  `json:"sponsorIds,omitempty"`
	// Roles are role definition ids to assign tenant-wide; AddUser turns them into role assignments.
	Roles   []string  `json:"-"`
	Created time.Time `json:"createdDateTime"`
	// Deleted is when the account went to the recycle bin; zero for a live one.
	Deleted time.Time `json:"deletedDateTime,omitzero"`

	hidden int // lookups that still miss it
}

// Group is a Microsoft 365 group (GroupTypes holds "Unified") or a security group.
type Group struct {
	ID                      string   `json:"id"`
	DisplayName             string   `json:"displayName"`
	Description             string   `json:"description,omitempty"`
	Mail                    string   `json:"mail,omitempty"`
	MailNickname            string   `json:"mailNickname"`
	Visibility              string   `json:"visibility,omitempty"`
	UniqueName              string   `json:"uniqueName,omitempty"`
	GroupTypes              []string `json:"groupTypes"`
	MailEnabled             bool     `json:"mailEnabled"`
	SecurityEnabled         bool     `json:"securityEnabled"`
	OwnerIDs                []string `json:"ownerIds"`
	MemberIDs               []string `json:"memberIds"` // users, and groups in security groups
	ProxyAddresses          []string `json:"proxyAddresses,omitempty"`
	ResourceBehaviorOptions []string `json:"resourceBehaviorOptions,omitempty"`
	OnPremisesSync          bool     `json:"onPremisesSyncEnabled,omitempty"`
	MembershipRule          string   `json:"membershipRule,omitempty"`
	AssignableToRole        bool     `json:"isAssignableToRole,omitempty"`
	LabelID                 string   `json:"labelId,omitempty"`
	LabelName               string   `json:"labelName,omitempty"`
	LabelForbidsGuests      bool     `json:"labelForbidsGuests,omitempty"`
	PreferredLanguage       string   `json:"preferredLanguage,omitempty"`
	// AllowToAddGuests is the group's own setting: "", "true" or "false".
	AllowToAddGuests string    `json:"allowToAddGuests,omitempty"`
	Created          time.Time `json:"createdDateTime"`
	// Deleted is when the group went to the recycle bin; zero for a live one.
	Deleted time.Time `json:"deletedDateTime,omitzero"`

	settingID string
	unseen    int // reads that still answer 404
	unready   int // member changes that still answer 400
}

// Unified says whether it is a Microsoft 365 group.
func (g *Group) Unified() bool { return slices.Contains(g.GroupTypes, "Unified") }

// Site is a SharePoint site collection.
type Site struct {
	ID      string    `json:"id"` // the site collection's GUID
	WebID   string    `json:"webId"`
	GroupID string    `json:"groupId,omitempty"`
	Title   string    `json:"title"`
	Path    string    `json:"path"` // "/sites/alias"; "/" for the root site
	Created time.Time `json:"createdDateTime"`
	// Sharing is what the site defines: 0 off, 1 new and existing guests, 2 anyone, 3 existing guests.
	Sharing int `json:"sharing"`
	// LabelSharing is the most a sensitivity label allows; nil without such a label.
	LabelSharing *int   `json:"labelSharing,omitempty"`
	LockState    string `json:"lockState,omitempty"` // "", ReadOnly or NoAccess

	unready int // reads that still answer 404; negative is for ever
	next    int // the level that is being set
	lag     int // reads until next becomes Sharing
}

// Contact is a mail contact of Exchange.
type Contact struct {
	ID             string   `json:"id"`
	DisplayName    string   `json:"displayName"`
	Mail           string   `json:"mail"`
	ProxyAddresses []string `json:"proxyAddresses,omitempty"`
}

// Partner is another tenant that a domain leads to.
type Partner struct {
	TenantID    string   `json:"tenantId"`
	DisplayName string   `json:"displayName"`
	Domains     []string `json:"domains"` // the first is the default
}

// Invitation is one accepted POST /invitations.
type Invitation struct {
	ID          string    `json:"id"`
	UserID      string    `json:"userId"`
	Address     string    `json:"address"`
	RedirectURL string    `json:"redirectUrl"`
	RedeemURL   string    `json:"redeemUrl"`
	SendMessage bool      `json:"sendMessage"`
	At          time.Time `json:"at"`
	App         string    `json:"app"` // client id
}

// Mail is an invitation mail that the vendor would have sent. Nothing leaves the process.
type Mail struct {
	To       string    `json:"to"`
	Cc       string    `json:"cc,omitempty"`
	Language string    `json:"language"`
	Link     string    `json:"link"`
	At       time.Time `json:"at"`
}

// Assignment gives a directory role to a principal.
type Assignment struct {
	ID               string `json:"id"`
	PrincipalID      string `json:"principalId"`
	RoleDefinitionID string `json:"roleDefinitionId"`
	Scope            string `json:"directoryScopeId"`
}

// tenant is the directory's content. Server.mu guards it.
type tenant struct {
	users       []*User
	groups      []*Group
	sites       []*Site
	contacts    []*Contact
	partners    []*Partner
	invitations []Invitation
	mails       []Mail
	assignments []Assignment
	roles       []roleDefinition
	writes      map[string]int

	docs      map[string]map[string]any // policies, by the names of policy.go
	xtap      []map[string]any          // partner overrides
	caList    []map[string]any          // conditional access policies
	unified   *groupSetting             // Group.Unified; nil when the tenant has none
	b2b       b2bPolicy
	userByID  map[string]*User
	groupByID map[string]*Group

	teamsApps []*teamsApp         // the organisation's catalog
	installed map[string][]string // catalog ids by user
	onInstall func(userID, externalID string)

	disabledGuestText bool
	enforceNaming     bool
	pageSize          int
	revoked           map[string]bool // application roles taken back from all apps
}

func newTenant() tenant {
	return tenant{
		writes: map[string]int{}, userByID: map[string]*User{}, groupByID: map[string]*Group{},
		roles: builtInRoles(), docs: defaultPolicies(), b2b: b2bPolicy{id: newID()}, revoked: map[string]bool{},
		installed: map[string][]string{},
	}
}

// State is a copy of what the tenant holds.
type State struct {
	TenantID    string         `json:"tenantId"`
	Domains     []string       `json:"domains"`
	Users       []User         `json:"users"`
	Groups      []Group        `json:"groups"`
	Sites       []SiteState    `json:"sites"`
	Contacts    []Contact      `json:"contacts"`
	Partners    []Partner      `json:"partners"`
	Invitations []Invitation   `json:"invitations"`
	Mails       []Mail         `json:"mails"`
	Assignments []Assignment   `json:"assignments"`
	Writes      map[string]int `json:"writes"`
}

// SiteState is a site with what follows from its settings and the organisation's.
type SiteState struct {
	Site
	URL string `json:"url"`
	// Effective is the most restrictive of organisation, site and label, as Site.Sharing.
	Effective int `json:"effective"`
	// Ready says whether Graph already shows it.
	Ready bool `json:"ready"`
}

// State copies the tenant.
func (s *Server) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := State{
		TenantID: s.opt.TenantID, Domains: []string{s.opt.Domain, s.opt.InitialDomain},
		Invitations: slices.Clone(s.invitations), Mails: slices.Clone(s.mails), Assignments: slices.Clone(s.assignments),
		Writes: maps.Clone(s.writes),
	}
	for _, u := range s.users {
		st.Users = append(st.Users, u.clone())
	}
	for _, g := range s.groups {
		st.Groups = append(st.Groups, g.clone())
	}
	for _, x := range s.sites {
		st.Sites = append(st.Sites, SiteState{Site: *x, URL: s.siteURL(x), Effective: s.effective(x), Ready: x.unready == 0})
	}
	for _, c := range s.contacts {
		st.Contacts = append(st.Contacts, *c)
	}
	for _, p := range s.partners {
		st.Partners = append(st.Partners, *p)
	}
	return st
}

// User finds a live account by id, mail or user principal name.
func (s *Server) User(key string) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.users {
		if u.Deleted.IsZero() && (u.ID == key || strings.EqualFold(u.Mail, key) || strings.EqualFold(u.UserPrincipalName, key)) {
			return u.clone(), true
		}
	}
	return User{}, false
}

// Group finds a live group by id, alias, uniqueName or display name.
func (s *Server) Group(key string) (Group, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.groups {
		if g.Deleted.IsZero() && key != "" && (g.ID == key || g.MailNickname == key || g.UniqueName == key || g.DisplayName == key) {
			return g.clone(), true
		}
	}
	return Group{}, false
}

// GroupSite finds the site of a group by the group's id.
func (s *Server) GroupSite(groupID string) (SiteState, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.siteOf(groupID)
	if x == nil {
		return SiteState{}, false
	}
	return SiteState{Site: *x, URL: s.siteURL(x), Effective: s.effective(x), Ready: x.unready == 0}, true
}

func (u *User) clone() User {
	c := *u
	c.ProxyAddresses, c.OtherMails = slices.Clone(u.ProxyAddresses), slices.Clone(u.OtherMails)
	c.SponsorIDs, c.Roles = slices.Clone(u.SponsorIDs), slices.Clone(u.Roles)
	return c
}

func (g *Group) clone() Group {
	c := *g
	c.GroupTypes, c.OwnerIDs, c.MemberIDs = slices.Clone(g.GroupTypes), slices.Clone(g.OwnerIDs), slices.Clone(g.MemberIDs)
	c.ProxyAddresses = slices.Clone(g.ProxyAddresses)
	c.ResourceBehaviorOptions = slices.Clone(g.ResourceBehaviorOptions)
	return c
}

// wrote counts an effect.
func (t *tenant) wrote(what string) { t.writes[what]++ }

// user finds a live account by id or user principal name, also one that is not visible yet.
func (t *tenant) user(key string) *User {
	if u := t.userByID[key]; u != nil && u.Deleted.IsZero() {
		return u
	}
	for _, u := range t.users {
		if u.Deleted.IsZero() && strings.EqualFold(u.UserPrincipalName, key) {
			return u
		}
	}
	return nil
}

// group finds a live group by id.
func (t *tenant) group(id string) *Group {
	if g := t.groupByID[id]; g != nil && g.Deleted.IsZero() {
		return g
	}
	return nil
}

// seen counts one lookup down and says whether the account is visible.
func (u *User) seen() bool {
	if u.hidden > 0 {
		u.hidden--
		return false
	}
	return true
}

// seen counts one read down and says whether the group is visible.
func (g *Group) seen() bool {
	if g.unseen > 0 {
		g.unseen--
		return false
	}
	return true
}

// inGroup says whether the principal is a member of the group, directly or through groups in it.
func (t *tenant) inGroup(principal, groupID string) bool {
	return slices.Contains(t.memberClosure(groupID), principal)
}

// memberClosure lists all principals below a group once each, without the group itself.
func (t *tenant) memberClosure(groupID string) []string {
	seen := map[string]bool{groupID: true}
	var all []string
	for queue := []string{groupID}; len(queue) > 0; queue = queue[1:] {
		g := t.group(queue[0])
		if g == nil {
			continue
		}
		for _, m := range g.MemberIDs {
			if seen[m] {
				continue
			}
			seen[m] = true
			all = append(all, m)
			if t.groupByID[m] != nil {
				queue = append(queue, m)
			}
		}
	}
	return all
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}
