package readiness

import "strings"

// The keys of the pages where settings are changed.
const (
	LinkCollaboration = "entra.collaboration"
	LinkCrossTenant   = "entra.crosstenant"
	LinkInbound       = "entra.inbound"
	LinkRoles         = "entra.roles"
	LinkPasscode      = "entra.passcode"
	LinkConditional   = "entra.ca"
	LinkUsers         = "entra.users"
	LinkDeletedGroups = "entra.deleted_groups"
	LinkGroups        = "m365.groups"
	LinkGroupList     = "m365.group_list"
	LinkContacts      = "m365.contacts"
	LinkSharing       = "spo.sharing"
	LinkSites         = "spo.sites"
	LinkSPOSettings   = "spo.settings"
)

// entraHosts are the Entra admin center's hosts a cloud.
var entraHosts = map[string]string{
	"global":     "entra.microsoft.com",
	"us-gov":     "entra.microsoft.us",
	"us-gov-dod": "entra.microsoft.us",
	"china":      "entra.microsoftonline.cn",
}

// entraPages are paths at the Entra admin center.
var entraPages = map[string]string{
	LinkCollaboration: "/#view/Microsoft_AAD_IAM/CompanyRelationshipsMenuBlade/~/Settings/menuId/Settings",
	LinkCrossTenant:   "/#view/Microsoft_AAD_IAM/CompanyRelationshipsMenuBlade/~/CrossTenantAccessSettings",
	LinkInbound:       "/#view/Microsoft_AAD_IAM/InboundAccessSettings.ReactView/isDefault~/true/name//id/",
	LinkRoles:         "/#view/Microsoft_AAD_IAM/RolesManagementMenuBlade/~/AllRoles",
	LinkPasscode:      "/#view/Microsoft_AAD_IAM/AuthenticationMethodsMenuBlade/~/AdminAuthMethods",
	LinkConditional:   "/#view/Microsoft_AAD_ConditionalAccess/ConditionalAccessBlade/~/Policies",
	LinkUsers:         "/#view/Microsoft_AAD_UsersAndTenants/UserManagementMenuBlade/~/AllUsers",
	LinkDeletedGroups: "/#view/Microsoft_AAD_IAM/GroupsManagementMenuBlade/~/DeletedGroups/menuId/DeletedGroups",
}

// globalPages are known for the global cloud alone.
var globalPages = map[string]string{
	LinkGroups:      "https://admin.microsoft.com/#/Settings/Services/:/Settings/L1/O365Groups",
	LinkGroupList:   "https://admin.microsoft.com/Adminportal/Home#/groups",
	LinkContacts:    "https://admin.exchange.microsoft.com/#/contacts",
	LinkSharing:     "https://go.microsoft.com/fwlink/?linkid=2185222",
	LinkSites:       "https://go.microsoft.com/fwlink/?linkid=2185220",
	LinkSPOSettings: "https://go.microsoft.com/fwlink/?linkid=2185072",
}

// Link is the page of a cloud's admin center where a setting is changed; empty
// where none is known. The clouds are global, us-gov, us-gov-dod and china.
func Link(cloud, key string) string {
	if page, ok := entraPages[key]; ok {
		if host, ok := entraHosts[cloud]; ok {
			return "https://" + host + page
		}
		return ""
	}
	if cloud == "global" {
		return globalPages[key]
	}
	return ""
}

// Links is an operator's own table of pages, by cloud and key; it goes before
// the built-in one.
type Links map[string]map[string]string

// Link is like the function, with the operator's pages first. A page that is not
// https is not used.
func (l Links) Link(cloud, key string) string {
	if url := l[cloud][key]; strings.HasPrefix(url, "https://") {
		return url
	}
	return Link(cloud, key)
}

// LinkKeys lists every key of a page.
func LinkKeys() []string {
	return []string{
		LinkCollaboration, LinkCrossTenant, LinkInbound, LinkRoles, LinkPasscode, LinkConditional,
		LinkUsers, LinkDeletedGroups, LinkGroups, LinkGroupList, LinkContacts, LinkSharing,
		LinkSites, LinkSPOSettings,
	}
}

// PermissionsLink is the page of a registration's permissions in a cloud's admin
// center; empty where none is known. The page is not documented.
func PermissionsLink(cloud, clientID string) string {
	host, ok := entraHosts[cloud]
	if !ok || clientID == "" {
		return ""
	}
	return "https://" + host + "/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId/" + clientID
}
