package readiness

import "time"

// The keys of the settings that findings name, [Question.If] changes and the
// catalogue describes under "setting.<key>".
const (
	KeyAddress    = "address"
	KeyOwnDomains = "address.domain"
	KeyPerson     = "address.person"
	KeyContact    = "address.contact"
	KeyGroupMail  = "address.group"

	KeyInvites      = "entra.invites"
	KeyInviter      = "actor.inviter"
	KeyActor        = "actor.enabled"
	KeyCreator      = "actor.creator"
	KeyGuestAccess  = "entra.guests"
	KeyDomains      = "entra.domains"
	KeyInbound      = "entra.inbound"
	KeyPartner      = "entra.partner"
	KeyHome         = "entra.home"
	KeyClouds       = "entra.clouds"
	KeyRedemption   = "entra.redemption"
	KeyPasscode     = "entra.passcode"
	KeyConditional  = "entra.ca"
	KeyGroupsAdd    = "groups.add"
	KeyGroupsAccess = "groups.access"
	KeyGroupsCreate = "groups.create"
	KeyNaming       = "groups.naming"
	KeyGuestOwners  = "groups.owners"

	KeyGroup        = "group.state"
	KeyLabel        = "group.label"
	KeyGroupAdd     = "group.add"
	KeyOwners       = "group.owners"
	KeyMembers      = "group.members"
	KeyOrgSharing   = "spo.org"
	KeyOrgDomains   = "spo.domains"
	KeySiteCreation = "spo.create"
	KeySiteSharing  = "site.sharing"
	KeySiteDomains  = "site.domains"
	KeySiteLock     = "site.lock"
	KeySiteArchive  = "site.archive"
	KeyRestricted   = "site.restricted"
	KeyGuestExpiry  = "site.expiry"
	KeyWanted       = "site.wanted"

	KeyDeleted      = "guest.deleted"
	KeyGuestEnabled = "guest.enabled"
	KeyGuestState   = "guest.state"

	KeyRuleDomains = "rule.domains"
	KeyRuleGuests  = "rule.guests"
	KeyRuleDays    = "rule.days"
)

// setting is what is known of a setting whatever its value: the permission that
// reads it, who can change it and where, and how long a change needs at most.
type setting struct {
	key        string
	permission string
	role       string
	link       string
	settles    time.Duration
}

// Longest times that the vendor's documents give for a change to work
// (Microsoft Entra: Troubleshoot B2B collaboration; SharePoint: Turn external
// sharing on or off; Microsoft 365: Manage who can create groups).
const (
	settlesEntra  = time.Hour
	settlesGroups = 24 * time.Hour
	settlesSPO    = time.Hour
)

const (
	readPolicy  = "Policy.Read.All"
	readUsers   = "User.Read.All"
	readGroups  = "Group.Read.All"
	readSPO     = "SharePointTenantSettings.Read.All"
	readSites   = "Sites.FullControl.All" // of Office 365 SharePoint Online, with a certificate
	readMembers = "GroupMember.Read.All"

	adminGlobal     = "Global Administrator"
	adminUsers      = "User Administrator"
	adminGroups     = "Groups Administrator"
	adminSharePoint = "SharePoint Administrator"
	adminSecurity   = "Security Administrator"
	adminCA         = "Conditional Access Administrator"
	adminAuth       = "Authentication Policy Administrator"
	adminRoles      = "Privileged Role Administrator"
	adminExchange   = "Exchange Administrator"
	roleOperator    = "operator"
	roleRequester   = "requester"
	roleOwner       = "site owner"
)

// settingList is the one table of settings, in layer order.
var settingList = []setting{
	{KeyAddress, "", roleRequester, "", 0},
	{KeyOwnDomains, "Domain.Read.All", roleRequester, "", 0},
	{KeyPerson, readUsers, roleRequester, LinkUsers, 0},
	{KeyGroupMail, readGroups, roleRequester, LinkGroupList, 0},
	{KeyContact, "OrgContact.Read.All", adminExchange, LinkContacts, settlesEntra},

	{KeyActor, readUsers, adminUsers, LinkUsers, settlesEntra},
	{KeyInvites, readPolicy, adminGlobal, LinkCollaboration, settlesEntra},
	{KeyInviter, "RoleManagement.Read.Directory", adminRoles, LinkRoles, settlesEntra},
	{KeyGuestAccess, readPolicy, adminGlobal, LinkCollaboration, settlesEntra},

	{KeyDomains, "Policy.Read.B2BManagementPolicy", adminGlobal, LinkCollaboration, settlesEntra},
	{KeyHome, "CrossTenantInformation.ReadBasic.All", adminSecurity, LinkCrossTenant, 0},
	{KeyInbound, readPolicy, adminSecurity, LinkInbound, settlesEntra},
	{KeyPartner, readPolicy, adminSecurity, LinkCrossTenant, settlesEntra},
	{KeyClouds, readPolicy, adminSecurity, LinkCrossTenant, settlesEntra},

	{KeyGroupsAdd, readGroups, adminGlobal, LinkGroups, settlesGroups},
	{KeyGroupsAccess, readGroups, adminGlobal, LinkGroups, settlesGroups},
	{KeyGroupsCreate, readGroups, adminGlobal, LinkGroups, settlesGroups},
	{KeyCreator, readMembers, adminGroups, LinkGroupList, settlesEntra},
	{KeyNaming, readGroups, roleRequester, "", 0},
	{KeyGuestOwners, readGroups, adminGlobal, LinkGroups, settlesGroups},

	{KeyGroup, readGroups, adminGroups, LinkDeletedGroups, 0},
	{KeyLabel, "", roleOwner, LinkSites, settlesGroups},
	{KeyGroupAdd, readGroups, adminGroups, "", settlesGroups},
	{KeyMembers, readMembers, roleOwner, "", 0},
	{KeyOwners, readMembers, adminGroups, LinkGroupList, settlesEntra},

	{KeyOrgSharing, readSPO, adminSharePoint, LinkSharing, settlesSPO},
	{KeyOrgDomains, readSPO, adminSharePoint, LinkSharing, settlesSPO},
	{KeySiteCreation, readSPO, adminSharePoint, LinkSPOSettings, settlesSPO},

	{KeySiteSharing, readSites, adminSharePoint, LinkSites, settlesSPO},
	{KeySiteDomains, readSites, adminSharePoint, LinkSites, settlesSPO},
	{KeySiteLock, readSites, adminSharePoint, LinkSites, settlesSPO},
	{KeySiteArchive, readSites, adminSharePoint, LinkSites, 24 * time.Hour},
	{KeyRestricted, readSites, adminSharePoint, LinkSites, settlesSPO},
	{KeyGuestExpiry, readSites, roleOwner, LinkSites, settlesSPO},
	{KeyWanted, "", roleRequester, "", 0},

	{KeyDeleted, readUsers, adminUsers, LinkUsers, settlesEntra},
	{KeyGuestEnabled, readUsers, adminUsers, LinkUsers, settlesEntra},
	{KeyGuestState, readUsers, roleRequester, "", 0},
	{KeyRedemption, readPolicy, adminSecurity, LinkInbound, settlesEntra},
	{KeyPasscode, "Policy.Read.AuthenticationMethod", adminAuth, LinkPasscode, settlesEntra},
	{KeyConditional, readPolicy, adminCA, LinkConditional, settlesEntra},

	{KeyRuleDomains, "", roleOperator, "", 0},
	{KeyRuleGuests, "", roleRequester, "", 0},
	{KeyRuleDays, "", roleRequester, "", 0},
}

var settingByKey = func() map[string]*setting {
	m := make(map[string]*setting, len(settingList))
	for i := range settingList {
		m[settingList[i].key] = &settingList[i]
	}
	return m
}()

// Settings lists the key of every setting that a finding can name.
func Settings() []string {
	keys := make([]string, len(settingList))
	for i, s := range settingList {
		keys[i] = s.key
	}
	return keys
}

// Settles is how long a change of a setting needs at most until it works; zero
// where it works at once or the key is unknown.
func Settles(key string) time.Duration {
	if s := settingByKey[key]; s != nil {
		return s.settles
	}
	return 0
}
