package graph

import "strings"

// op is an operation of Microsoft Graph: method, version and path template.
// Placeholders are filled in order.
type op string

// The operations, each named as in Microsoft Graph's reference.
const (
	opBatch op = "POST v1.0 /$batch"

	opUser          op = "GET v1.0 /users/{user-id}"
	opUsers         op = "GET v1.0 /users"
	opManager       op = "GET v1.0 /users/{user-id}/manager"
	opMemberOf      op = "GET v1.0 /users/{user-id}/memberOf/microsoft.graph.group"
	opOwned         op = "GET v1.0 /users/{user-id}/ownedObjects/microsoft.graph.group"
	opCheckMember   op = "POST v1.0 /users/{user-id}/checkMemberGroups"
	opContacts      op = "GET v1.0 /contacts"
	opDeletedUsers  op = "GET v1.0 /directory/deletedItems/microsoft.graph.user"
	opDeletedGroups op = "GET v1.0 /directory/deletedItems/microsoft.graph.group"
	opValidate      op = "POST v1.0 /directoryObjects/validateProperties"
	opAssignments   op = "GET v1.0 /roleManagement/directory/roleAssignments"

	opGroups        op = "GET v1.0 /groups"
	opGroup         op = "GET v1.0 /groups/{group-id}"
	opGroupByName   op = "GET v1.0 /groups(uniqueName='{uniqueName}')"
	opCreateGroup   op = "POST v1.0 /groups"
	opPatchGroup    op = "PATCH v1.0 /groups/{group-id}"
	opGroupSettings op = "GET v1.0 /groups/{group-id}/settings"
	opOwners        op = "GET v1.0 /groups/{group-id}/owners/microsoft.graph.user"
	opAddOwner      op = "POST v1.0 /groups/{group-id}/owners/$ref"
	opPeople        op = "GET v1.0 /groups/{group-id}/transitiveMembers/microsoft.graph.user"
	opAddMember     op = "POST v1.0 /groups/{group-id}/members/$ref"
	opRemoveMember  op = "DELETE v1.0 /groups/{group-id}/members/{directoryObject-id}/$ref"
	opGroupSite     op = "GET v1.0 /groups/{group-id}/sites/root"
	opRootSite      op = "GET v1.0 /sites/root"
	opSiteByPath    op = "GET v1.0 /sites/{site-hostname}:/{managed-path}/{site-name}"
	opInvite        op = "POST v1.0 /invitations"

	opCatalogApps   op = "GET v1.0 /appCatalogs/teamsApps"
	opInstalledApps op = "GET v1.0 /users/{user-id}/teamwork/installedApps"
	opInstallApp    op = "POST v1.0 /users/{user-id}/teamwork/installedApps"

	opOrganization  op = "GET v1.0 /organization"
	opDomains       op = "GET v1.0 /domains"
	opAuthorization op = "GET v1.0 /policies/authorizationPolicy"
	opClouds        op = "GET v1.0 /policies/crossTenantAccessPolicy"
	opInbound       op = "GET v1.0 /policies/crossTenantAccessPolicy/default"
	opPartner       op = "GET v1.0 /policies/crossTenantAccessPolicy/partners/{crossTenantAccessPolicyConfigurationPartner-tenantId}"
	opPasscode      op = "GET v1.0 /policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email"
	opConditional   op = "GET v1.0 /identity/conditionalAccess/policies"
	opUnified       op = "GET v1.0 /groupSettings"
	opSharePoint    op = "GET v1.0 /admin/sharepoint/settings"
	opTenantOf      op = "GET v1.0 /tenantRelationships/findTenantInformationByDomainName(domainName='{domainName}')"

	opInviteDomains op = "GET beta /policies/b2bManagementPolicies"
	opLegacy        op = "GET beta /legacy/policies"
)

// Operations lists every operation of Microsoft Graph that this package can
// make, as "METHOD version path-template".
func Operations() []string {
	all := []op{
		opBatch,
		opUser, opUsers, opManager, opMemberOf, opOwned, opCheckMember, opContacts,
		opDeletedUsers, opDeletedGroups, opValidate, opAssignments,
		opGroups, opGroup, opGroupByName, opCreateGroup, opPatchGroup, opGroupSettings, opOwners,
		opAddOwner, opPeople, opAddMember, opRemoveMember, opGroupSite, opRootSite, opSiteByPath, opInvite,
		opCatalogApps, opInstalledApps, opInstallApp,
		opOrganization, opDomains, opAuthorization, opClouds, opInbound, opPartner, opPasscode,
		opConditional, opUnified, opSharePoint, opTenantOf,
		opInviteDomains, opLegacy,
	}
	out := make([]string, len(all))
	for i, o := range all {
		out[i] = string(o)
	}
	return out
}

// parts splits an operation.
func (o op) parts() (method, version, path string) {
	method, rest, _ := strings.Cut(string(o), " ")
	version, path, _ = strings.Cut(rest, " ")
	return method, version, path
}

// changes says whether the operation has an effect, so that a lost answer leaves
// open whether it happened. A batch holds only operations that have none.
func (o op) changes() bool {
	if o == opBatch || o == opCheckMember || o == opValidate {
		return false
	}
	return !strings.HasPrefix(string(o), "GET ")
}

// permission is the application permission that opens the operation, of those
// that the profiles of this program ask for (Microsoft Graph permissions reference).
func (o op) permission() string {
	switch o {
	case opUser, opUsers, opManager, opDeletedUsers:
		return "User.Read.All"
	case opMemberOf, opOwned, opCheckMember, opOwners, opPeople:
		return "GroupMember.Read.All"
	case opContacts:
		return "OrgContact.Read.All"
	case opDeletedGroups, opValidate, opGroups, opGroup, opGroupByName, opGroupSettings, opUnified:
		return "Group.Read.All"
	case opAssignments:
		return "RoleManagement.Read.Directory"
	case opCreateGroup:
		return "Group.Create"
	case opAddOwner:
		return "Group.ReadWrite.All"
	case opPatchGroup, opAddMember, opRemoveMember:
		return "GroupMember.ReadWrite.All"
	case opGroupSite, opRootSite, opSiteByPath:
		return "Sites.Read.All"
	case opInvite:
		return "User.Invite.All"
	case opCatalogApps:
		return "AppCatalog.Read.All"
	case opInstalledApps, opInstallApp:
		return "TeamsAppInstallation.ReadWriteSelfForUser.All"
	case opOrganization, opDomains:
		return "Domain.Read.All"
	case opAuthorization, opClouds, opInbound, opPartner, opConditional, opLegacy:
		return "Policy.Read.All"
	case opPasscode:
		return "Policy.Read.AuthenticationMethod"
	case opSharePoint:
		return "SharePointTenantSettings.Read.All"
	case opTenantOf:
		return "CrossTenantInformation.ReadBasic.All"
	case opInviteDomains:
		return "Policy.Read.B2BManagementPolicy"
	default: // a batch needs none of its own
		return ""
	}
}
