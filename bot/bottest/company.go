package bottest

import (
	"slices"
	"strings"
	"sync"
	"time"

	"guestsite/bot"
	"guestsite/bot/readiness"
)

// Company is a tenant in memory. Tests change its fields between runs; Lock is
// held by the calls of the ports alone.
type Company struct {
	mu    sync.Mutex
	clock *Clock
	fuse  *Fuse

	// Settings are what Snapshot gives; only At is set anew with each reading.
	Settings readiness.Snapshot
	// People are the users by id, guests among them; Managers whose is whose.
	People   map[string]*User
	Managers map[string]string
	Groups   map[string]*Group
	// Homes are the tenants of domains; a domain that is absent has none.
	Homes map[string]readiness.HomeTenant
	// Contacts are addresses of mail contacts.
	Contacts map[string]bool
	// Aliases are addresses of sites that are not free, with what is said of them.
	Aliases map[string]bot.AliasState
	// SharingUnread lets the sites' own sharing levels be unread on purpose.
	SharingUnread bool
	// RolesUnread lets who may invite be unread for the moment.
	RolesUnread bool

	// Replication is how long a new account, group or membership is not seen by
	// reads. Provisioning is how many times a new site is asked for in vain.
	Replication  time.Duration
	Provisioning int

	// Faults are met by the calls of that name, e.g. "Invite", first come first.
	Faults script
	// Before is called in front of each call of a port, with its name; a test may
	// change the company in it. Nil for none.
	Before func(call string)

	Effects Effects
	serial  int
}

// Effects counts what was done to the company.
type Effects struct {
	Groups   map[string]int // by unique name
	Invited  map[string]int // invitations sent, by address
	Links    map[string]int // redeem links made, by address
	Added    map[string]int // memberships, by group name and user id
	Removed  map[string]int
	Owners   map[string]int // owners added afterwards
	Levels   map[string]int // sharing levels set, by group name
	Settings int            // visibilities set
	// Forgotten counts how often the settings were to be read anew.
	Forgotten int
}

// User is a person or a guest.
type User struct {
	bot.Person
	// Others are addresses beside his own, by which a look-up finds him too.
	Others  []string
	Pending bool
	// Inviter, Creator and SharePointAdmin are roles held now.
	Inviter, Creator, SharePointAdmin bool

	seen time.Time // from when on reads find him
}

// Group is a group; one with a Unified site, or only a list of people.
type Group struct {
	ID, UniqueName, Name, Alias string
	Public, Unified             bool
	Owners, Members             []string
	Level                       readiness.SharingLevel
	URL                         string
	AddGuests                   *bool

	asked   int                  // how often its site was asked for
	seen    time.Time            // from when on reads find it
	since   map[string]time.Time // from when on reads find a member
	created time.Time
}

// TenantID is the company's.
const TenantID = "11111111-1111-1111-1111-111111111111"

// NewCompany makes the company of the stories: Sanne asks, Mehmet and Priya own
// Project Linden, Joost is the admin, Lars approves and may invite, Tess has
// nothing to do with it. Every setting lets guests in.
func NewCompany(clock *Clock, fuse *Fuse) *Company {
	c := &Company{
		clock: clock, fuse: fuse,
		People: map[string]*User{}, Managers: map[string]string{"u-sanne": "u-mehmet"}, Groups: map[string]*Group{},
		Homes:    map[string]readiness.HomeTenant{"fabrikam.com": {TenantID: "22222222-2222-2222-2222-222222222222", DisplayName: "Fabrikam"}},
		Contacts: map[string]bool{}, Aliases: map[string]bot.AliasState{}, Faults: script{},
		Replication: 5 * time.Second, Provisioning: 2,
		Effects: Effects{
			Groups: map[string]int{}, Invited: map[string]int{}, Links: map[string]int{}, Added: map[string]int{},
			Removed: map[string]int{}, Owners: map[string]int{}, Levels: map[string]int{},
		},
	}
	for _, name := range []string{"Sanne de Vries", "Mehmet Kaya", "Priya Nair", "Joost Bakker", "Lars Berg", "Tess Vos"} {
		given, _, _ := strings.Cut(name, " ")
		low := strings.ToLower(given)
		c.People["u-"+low] = &User{Person: bot.Person{
			ID: "u-" + low, Name: name, Given: given, Mail: low + "@noordzee.nl", UPN: low + "@noordzee.nl", Enabled: true, Language: "en",
		}}
	}
	c.People["u-lars"].Inviter = true
	c.People["u-joost"].SharePointAdmin = true
	c.Groups["g-admins"] = &Group{ID: "g-admins", Name: "IT", Members: []string{"u-joost"}}
	c.Groups["g-approvers"] = &Group{ID: "g-approvers", Name: "Approvers", Members: []string{"u-lars"}}
	c.Groups["g-linden"] = &Group{
		ID: "g-linden", Name: "Project Linden", Alias: "linden", Unified: true, Level: readiness.SharingGuests,
		URL: "https://noordzee.sharepoint.com/sites/linden", Owners: []string{"u-mehmet", "u-priya"},
		Members: []string{"u-mehmet", "u-priya", "u-sanne"},
	}
	c.AddGuest("jan@fabrikam.com", "Jan Novak", false)
	c.Settings = openSettings(clock.Now())
	return c
}

// openSettings let every guest in.
func openSettings(now time.Time) readiness.Snapshot {
	return readiness.Snapshot{
		TakenAt: now,
		Company: readiness.Read(readiness.Company{TenantID: TenantID, DisplayName: "Noordzee", Domains: []string{"noordzee.nl"}}, "company", now),
		Authorization: readiness.Read(readiness.AuthorizationPolicy{
			AllowInvitesFrom: "adminsGuestInvitersAndAllMembers", GuestUserRoleID: "10dae51f-b6af-4016-8d66-8c2a99b929b3",
		}, "authorization", now),
		InviteDomains: readiness.Read(readiness.DomainRule{Mode: readiness.AnyDomain}, "domains", now),
		CrossTenant:   readiness.Read(readiness.CrossTenant{Users: readiness.AllowAll, Apps: readiness.AllowAll}, "cross tenant", now),
		Groups: readiness.Read(readiness.GroupsPolicy{
			AllowToAddGuests: true, AllowGuestsToAccessGroups: true, EnableGroupCreation: true,
		}, "groups", now),
		SharePoint: readiness.Read(readiness.SharePointPolicy{
			Sharing: readiness.SharingGuests, Domains: readiness.DomainRule{Mode: readiness.AnyDomain}, SiteCreation: true,
			RootURL: "https://noordzee.sharepoint.com",
		}, "sharepoint", now),
		OneTimePasscode:   readiness.Read(true, "passcode", now),
		ConditionalAccess: readiness.Read([]readiness.ConditionalAccessPolicy{}, "conditional access", now),
		Clouds:            readiness.Read([]string{}, "clouds", now),
	}
}

// AddGuest makes a guest account that was always there.
func (c *Company) AddGuest(mail, name string, pending bool) *User {
	u := &User{Person: bot.Person{ID: "guest-" + mail, Name: name, Mail: mail, Guest: true, Enabled: true}, Pending: pending}
	c.People[u.ID] = u
	return u
}

// Read looks at the company while an engine works on it.
func (c *Company) Read(look func(*Company)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	look(c)
}

// Fail lets the next calls of that name fail, one after the other.
func (c *Company) Fail(call string, faults ...Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Faults[call] = append(c.Faults[call], faults...)
}

// Accept lets a guest accept the invitation.
func (c *Company) Accept(mail string) {
	for _, u := range c.byMail(mail) {
		u.Pending = false
	}
}

// Members are the ids of a group's members, sorted.
func (c *Company) Members(groupID string) []string {
	g := c.Groups[groupID]
	if g == nil {
		return nil
	}
	return slices.Sorted(slices.Values(g.Members))
}

// Made finds the group with a display name that the engine made; nil when none.
func (c *Company) Made(name string) *Group {
	for _, g := range c.Groups {
		if g.UniqueName != "" && g.Name == name {
			return g
		}
	}
	return nil
}

// call runs one call of a port: through the fuse, as the script says.
func (c *Company) call(name string, f func() error) error {
	return c.fuse.run(name, func() error {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.Before != nil {
			c.Before(name)
		}
		return c.Faults.faulted(name, f)
	})
}

// seenNow says whether a thing that is seen from a moment on is seen now.
func (c *Company) seenNow(from time.Time) bool { return !c.clock.Now().Before(from) }

// byMail lists everybody with an address, seen or not.
func (c *Company) byMail(mail string) []*User {
	var out []*User
	for _, u := range c.People {
		other := slices.ContainsFunc(u.Others, func(o string) bool { return strings.EqualFold(o, mail) })
		if mail != "" && (other || strings.EqualFold(u.Mail, mail) || strings.EqualFold(u.UPN, mail)) {
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(a, b *User) int { return strings.Compare(a.ID, b.ID) })
	return out
}
