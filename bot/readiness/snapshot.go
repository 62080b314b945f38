package readiness

import "time"

// Setting is one thing that was read, or the reason why it was not.
type Setting[T any] struct {
	Value T
	// Source names where it was read, e.g. "Microsoft Graph: authorizationPolicy",
	// or the person who confirmed it by hand.
	Source string
	At     time.Time
	// Missing is nil when Value was read.
	Missing *Missing
}

// OK says whether the setting was read.
func (s Setting[T]) OK() bool { return s.Missing == nil && !s.At.IsZero() }

// Read makes a setting that was read.
func Read[T any](v T, source string, at time.Time) Setting[T] {
	return Setting[T]{Value: v, Source: source, At: at}
}

// Unread makes a setting that was not read.
func Unread[T any](m Missing, source string, at time.Time) Setting[T] {
	return Setting[T]{Source: source, At: at, Missing: &m}
}

// Missing says why a setting could not be read.
type Missing struct {
	// Permission is the one application permission that would let it be read,
	// e.g. "Policy.Read.B2BManagementPolicy"; empty when none would help.
	Permission string
	// Reason is one of the Reason constants.
	Reason Reason
}

// Reason is why a setting could not be read.
type Reason string

// The reasons why a setting was not read.
const (
	NoPermission Reason = "no_permission" // the app may not read it
	NotInCloud   Reason = "not_in_cloud"  // this cloud has no such endpoint
	Unavailable  Reason = "unavailable"   // the service did not answer
	NotAsked     Reason = "not_asked"     // not read on purpose, e.g. no site level without certificate
	Unclear      Reason = "unclear"       // answered with a value that is not known
)

// Snapshot is the company's settings as read, layers 1, 2, 3, 5 and 7.
type Snapshot struct {
	TakenAt           time.Time
	Company           Setting[Company]
	Authorization     Setting[AuthorizationPolicy]
	InviteDomains     Setting[DomainRule]
	CrossTenant       Setting[CrossTenant] // the default settings
	Groups            Setting[GroupsPolicy]
	SharePoint        Setting[SharePointPolicy]
	OneTimePasscode   Setting[bool] // e-mail one-time passcode is on for guests
	ConditionalAccess Setting[[]ConditionalAccessPolicy]
	// Clouds are the other Microsoft clouds that collaboration is switched on
	// for (crossTenantAccessPolicy, allowedCloudEndpoints); looked at only where
	// a guest's HomeTenant names a cloud.
	Clouds Setting[[]string]
}

// Company is the tenant itself.
type Company struct {
	TenantID    string
	DisplayName string
	// Domains are the verified domains, lower case.
	Domains []string
}

// AuthorizationPolicy is Entra's external collaboration settings
// (Microsoft Graph: authorizationPolicy resource type).
type AuthorizationPolicy struct {
	// AllowInvitesFrom is none, adminsAndGuestInviters,
	// adminsGuestInvitersAndAllMembers or everyone; anything else is unclear.
	AllowInvitesFrom string
	// GuestUserRoleID is the GUID of the guests' directory access.
	GuestUserRoleID string
}

// DomainRule is an allow list or a deny list of domains, never both.
type DomainRule struct {
	Mode    DomainMode
	Domains []string // lower case
	// Uncertain says that the policy was found but its meaning is not documented,
	// e.g. an empty allow list.
	Uncertain bool
}

// DomainMode is how a list of domains is meant.
type DomainMode string

// The modes of a domain list.
const (
	AnyDomain DomainMode = "any"
	AllowList DomainMode = "allow"
	DenyList  DomainMode = "deny"
)

// Access is what a cross-tenant setting lets in.
type Access string

// The kinds of access of a cross-tenant setting.
const (
	AllowAll  Access = "allow_all"
	BlockAll  Access = "block_all"
	AllowSome Access = "allow_some" // only listed users, groups or applications of the partner
	BlockSome Access = "block_some"
)

// CrossTenant is inbound B2B collaboration, of the default or of a partner
// (Microsoft Graph: crossTenantAccessPolicyConfigurationDefault).
type CrossTenant struct {
	// Users and Apps are inbound access; empty on a partner means inherited.
	Users, Apps Access
	// SharePointAmongApps says, where Apps is AllowSome or BlockSome, whether
	// SharePoint or Office 365 is among the listed applications.
	SharePointAmongApps bool
	// OnlyPasscode says that guests may redeem with a one-time passcode only,
	// which keeps them out of SharePoint. Of the default alone.
	OnlyPasscode bool
	// TrustsMFA and TrustsDevices say whether the partner's claims are accepted.
	TrustsMFA, TrustsDevices bool
}

// GroupsPolicy is the company's Group.Unified settings
// (Microsoft Entra: cmdlets for configuring group settings).
type GroupsPolicy struct {
	AllowToAddGuests          bool
	AllowGuestsToAccessGroups bool
	AllowGuestsToBeOwners     bool
	EnableGroupCreation       bool
	// CreatorsGroupID is the group whose members may create groups although
	// EnableGroupCreation is off; may be empty.
	CreatorsGroupID string
	PrefixSuffix    string
	BlockedWords    []string
	LabelsEnabled   bool
}

// SharingLevel is how far SharePoint shares, of the company or of a site.
type SharingLevel string

// The sharing levels, by the names of the SharePoint admin center:
// "Only people in your organization", "Existing guests", "New and existing
// guests" and "Anyone" (Microsoft: Manage sharing settings).
const (
	SharingOff      SharingLevel = "disabled"
	SharingExisting SharingLevel = "existingExternalUserSharingOnly"
	SharingGuests   SharingLevel = "externalUserSharingOnly"
	SharingAnyone   SharingLevel = "externalUserAndGuestSharing"
)

// Rank orders the levels from the strictest (1) to the widest (4); 0 is
// unknown. Microsoft's own numbers are not in this order.
func (l SharingLevel) Rank() int {
	switch l {
	case SharingOff:
		return 1
	case SharingExisting:
		return 2
	case SharingGuests:
		return 3
	case SharingAnyone:
		return 4
	}
	return 0
}

// SharePointPolicy is the company's sharing settings
// (Microsoft Graph: sharepointSettings resource type).
type SharePointPolicy struct {
	Sharing SharingLevel
	Domains DomainRule
	// SiteCreation says whether people may create sites by themselves.
	SiteCreation bool
	// RootURL is the root site, e.g. https://contoso.sharepoint.com; may be empty.
	RootURL string
}

// ConditionalAccessPolicy is what matters of a policy for guests at SharePoint
// (Microsoft Graph: conditionalAccessPolicy).
type ConditionalAccessPolicy struct {
	Name string
	// HitsGuests and HitsSharePoint are true when the policy is enabled and
	// includes, without excluding them again, B2B guests and SharePoint.
	HitsGuests, HitsSharePoint bool
	// Conditional says that location, platform or risk decide too.
	Conditional bool
	// Blocks, NeedsMFA, NeedsDevice are its grant controls.
	Blocks, NeedsMFA, NeedsDevice bool
	// AnyOf says that one of the grant controls is enough (operator OR).
	AnyOf bool
}

// Subject is an address and what the directory knows about it, layers 0, 2 and 7.
type Subject struct {
	// Address as normalised by ParseAddress.
	Address Address
	// Matches are the users with that address, best first.
	Matches Setting[[]User]
	// Contact and Group say that a mail contact or a group owns the address.
	Contact, Group Setting[bool]
	// Deleted is a soft-deleted user with that address, if any.
	Deleted Setting[*User]
	// Home is the tenant of the address's domain; Home.Value.TenantID is empty
	// when the domain has none.
	Home Setting[HomeTenant]
	// Partner is the cross-tenant override for Home; nil when there is none.
	Partner Setting[*CrossTenant]
	// KnownGuests counts our guests by domain (lower case); for look-alikes and
	// for "first from this domain".
	KnownGuests map[string]int
}

// HomeTenant is the tenant that a domain belongs to.
type HomeTenant struct {
	TenantID    string
	DisplayName string
	// Consumer says that it is Microsoft's tenant of personal accounts.
	Consumer bool
	// Cloud is the cloud's endpoint as allowedCloudEndpoints spells it, e.g.
	// "microsoftonline.us"; empty when it is our own cloud.
	Cloud string
}

// User is a directory user as far as readiness cares.
type User struct {
	ID          string
	DisplayName string
	Mail        string
	UPN         string
	Guest       bool
	Enabled     bool
	// Pending says that a guest has not accepted the invitation.
	Pending bool
	// StateChanged is when Pending last changed; zero when unknown.
	StateChanged time.Time
	CreatedAt    time.Time
}

// Site is an existing site and its group, layers 4 and 6. For a site still to
// be made only Planned is set.
type Site struct {
	Planned bool
	Group   Setting[Group]
	Owners  Setting[[]User]
	Sharing Setting[SiteSharing]
	// Label is what the operator declared about the group's sensitivity label;
	// nil when it has none or nothing was declared.
	Label *Label
	// MemberIDs are the ids of members that matter to the question asked: the
	// requester and the guest, where they are members.
	MemberIDs []string
}

// Group is a group as far as readiness cares (Microsoft Graph: group resource type).
type Group struct {
	ID, DisplayName, Mail string
	WebURL                string
	Unified               bool
	Dynamic, Synced       bool
	RoleAssignable        bool
	Deleted               bool
	LabelID, LabelName    string
	// AllowToAddGuests is the group's own setting; nil when it has none.
	AllowToAddGuests *bool
	Visibility       string
}

// Label is what an operator declared about a sensitivity label, because no API
// tells it.
type Label struct {
	Name          string
	GuestsAllowed bool
	Sharing       SharingLevel
}

// SiteSharing is a site's own settings (SharePoint admin: Active sites).
type SiteSharing struct {
	Effective, Defined SharingLevel
	Domains            DomainRule
	Locked             bool // LockState is not Unlock
	Archived           bool
	Restricted         bool // restricted access control is on
	// GuestExpiryDays is after how many days guests lose the site unless
	// extended; 0 means never.
	GuestExpiryDays int
}

// Actor is the person in whose name it would be done.
type Actor struct {
	ID          string
	DisplayName string
	Guest       bool
	Enabled     bool
	Owner       bool // of the site in question
	Member      bool
	// Anyone makes the question one about nobody in particular: only what stops
	// everybody on that path counts, and the rest of Actor is not looked at.
	Anyone bool
	// Inviter says that he holds a role which may invite while members may not.
	Inviter Setting[bool]
	// Creator says that he may create groups although members may not.
	Creator Setting[bool]
	// SharePointAdmin says that he may change sharing levels (SharePoint
	// Administrator or Global Administrator).
	SharePointAdmin Setting[bool]
}
