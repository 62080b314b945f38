package graphfake

import "slices"

// readUsers and writeGroups are sets of application roles that recur. "Microsoft Graph permissions reference" names, for each call, the least
// privileged role and the higher ones that include it.
func readUsers() []string {
	return []string{"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
}

func writeGroups() []string { return []string{"Group.ReadWrite.All", "Directory.ReadWrite.All"} }

// permissions says, for each operation on Graph, which application roles open it: any one suffices. Where a call needs
// more, depending on its content, the handler asks again (binding users, changing a group, restoring).
func permissions() map[string][]string {
	directory := []string{"Directory.Read.All", "Directory.ReadWrite.All"}
	join := func(sets ...[]string) []string { return slices.Concat(sets...) }

	users := join([]string{"User.ReadBasic.All"}, readUsers())
	groups := join([]string{
		"Group.ReadBasic.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All",
	}, directory)
	fullGroups := join([]string{"Group.Read.All", "Group.ReadWrite.All"}, directory)
	members := join([]string{
		"GroupMember.ReadBasic.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All",
	}, directory)
	memberWrite := []string{"GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"}
	memberOf := join([]string{"GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All"}, readUsers())
	createGroup := join([]string{"Group.Create"}, writeGroups())
	settings := join([]string{"GroupSettings.Read.All", "GroupSettings.ReadWrite.All"}, fullGroups)
	settingsWrite := []string{"GroupSettings.ReadWrite.All", "Directory.ReadWrite.All"}
	policy := []string{"Policy.Read.All"}
	authorization := join(policy, []string{"Policy.ReadWrite.Authorization"})
	xtap := join(policy, []string{"Policy.ReadWrite.CrossTenantAccess"})
	sites := []string{"Sites.Read.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All"}
	tenantRead := []string{"SharePointTenantSettings.Read.All", "SharePointTenantSettings.ReadWrite.All"}
	roleRead := join([]string{"RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", "RoleManagement.Read.All"}, directory)

	return map[string][]string{
		"GET /users":                                                users,
		"GET /users/{id}":                                           users,
		"PATCH /users/{id}":                                         {"User.ReadWrite.All", "User.EnableDisableAccount.All", "Directory.ReadWrite.All"},
		"GET /users/{id}/manager":                                   readUsers(),
		"GET /users/{id}/sponsors":                                  readUsers(),
		"POST /users/{id}/sponsors/$ref":                            {"User.ReadWrite.All", "Directory.ReadWrite.All"},
		"DELETE /users/{id}/sponsors/{ref}/$ref":                    {"User.ReadWrite.All", "Directory.ReadWrite.All"},
		"POST /users/{id}/checkMemberGroups":                        memberOf,
		"GET /users/{id}/memberOf":                                  memberOf,
		"GET /users/{id}/memberOf/microsoft.graph.group":            memberOf,
		"GET /users/{id}/transitiveMemberOf":                        memberOf,
		"GET /users/{id}/ownedObjects":                              readUsers(),
		"GET /users/{id}/ownedObjects/microsoft.graph.group":        readUsers(),
		"GET /contacts":                                             join([]string{"OrgContact.Read.All"}, directory),
		"GET /directory/deletedItems/microsoft.graph.user":          readUsers(),
		"GET /directory/deletedItems/microsoft.graph.group":         fullGroups,
		"POST /directory/deletedItems/{id}/restore":                 {"User.DeleteRestore.All", "User.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"},
		"POST /directoryObjects/validateProperties":                 fullGroups,
		"GET /groups":                                               groups,
		"POST /groups":                                              createGroup,
		"GET /groups/{id}":                                          groups,
		"PATCH /groups/{id}":                                        memberWrite,
		"DELETE /groups/{id}":                                       writeGroups(),
		"GET /groups(uniqueName)/{uniqueName}":                      groups,
		"PATCH /groups(uniqueName)/{uniqueName}":                    writeGroups(),
		"DELETE /groups(uniqueName)/{uniqueName}":                   writeGroups(),
		"GET /groups/{id}/owners":                                   members,
		"GET /groups/{id}/owners/microsoft.graph.user":              members,
		"GET /groups/{id}/owners/$count":                            members,
		"POST /groups/{id}/owners/$ref":                             writeGroups(),
		"DELETE /groups/{id}/owners/{ref}/$ref":                     writeGroups(),
		"GET /groups/{id}/members":                                  members,
		"POST /groups/{id}/members":                                 memberWrite,
		"GET /groups/{id}/members/microsoft.graph.user":             members,
		"GET /groups/{id}/members/$count":                           members,
		"POST /groups/{id}/members/$ref":                            memberWrite,
		"DELETE /groups/{id}/members/{ref}/$ref":                    memberWrite,
		"GET /groups/{id}/transitiveMembers":                        members,
		"GET /groups/{id}/transitiveMembers/microsoft.graph.user":   members,
		"GET /groups/{id}/settings":                                 settings,
		"POST /groups/{id}/settings":                                settingsWrite,
		"PATCH /groups/{id}/settings/{setting}":                     settingsWrite,
		"GET /groups/{id}/sites/root":                               sites,
		"GET /groupSettings":                                        settings,
		"POST /groupSettings":                                       settingsWrite,
		"GET /groupSettings/{setting}":                              settings,
		"PATCH /groupSettings/{setting}":                            settingsWrite,
		"GET /groupSettingTemplates":                                settings,
		"GET /sites/root":                                           sites,
		"GET /sites/{id}":                                           sites,
		"GET /sites/{host}:/{managed}/{name}":                       sites,
		"GET /policies/authorizationPolicy":                         authorization,
		"PATCH /policies/authorizationPolicy":                       {"Policy.ReadWrite.Authorization"},
		"GET /policies/crossTenantAccessPolicy":                     xtap,
		"GET /policies/crossTenantAccessPolicy/default":             xtap,
		"PATCH /policies/crossTenantAccessPolicy/default":           {"Policy.ReadWrite.CrossTenantAccess"},
		"GET /policies/crossTenantAccessPolicy/partners":            xtap,
		"GET /policies/crossTenantAccessPolicy/partners/{tenant}":   xtap,
		"PATCH /policies/crossTenantAccessPolicy/partners/{tenant}": {"Policy.ReadWrite.CrossTenantAccess"},
		"GET /policies/identitySecurityDefaultsEnforcementPolicy":   policy,
		"GET /policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email": {
			"Policy.Read.AuthenticationMethod", "Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod",
		},
		"GET /identity/conditionalAccess/policies":           policy,
		"GET /admin/sharepoint/settings":                     tenantRead,
		"PATCH /admin/sharepoint/settings":                   {"SharePointTenantSettings.ReadWrite.All"},
		"GET /domains":                                       join([]string{"Domain.Read.All", "Domain.ReadWrite.All"}, directory),
		"GET /organization":                                  join([]string{"Organization.Read.All"}, readUsers()),
		"GET /subscribedSkus":                                join([]string{"LicenseAssignment.Read.All", "Organization.Read.All"}, directory),
		"GET /roleManagement/directory/roleAssignments":      roleRead,
		"GET /roleManagement/directory/roleDefinitions":      roleRead,
		"GET /roleManagement/directory/roleDefinitions/{id}": roleRead,
		"GET /tenantRelationships/findTenantInformationByDomainName(domainName)/{domainName}": {"CrossTenantInformation.ReadBasic.All"},
		"GET /tenantRelationships/findTenantInformationByTenantId(tenantId)/{tenantId}":       {"CrossTenantInformation.ReadBasic.All"},
		"POST /invitations":          {"User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"},
		"GET /appCatalogs/teamsApps": {"AppCatalog.Read.All", "AppCatalog.ReadWrite.All"},
		"GET /users/{id}/teamwork/installedApps": {
			"TeamsAppInstallation.ReadForUser.All", "TeamsAppInstallation.ReadWriteSelfForUser.All", "TeamsAppInstallation.ReadWriteForUser.All",
		},
		"POST /users/{id}/teamwork/installedApps": {
			"TeamsAppInstallation.ReadWriteSelfForUser.All", "TeamsAppInstallation.ReadWriteForUser.All",
		},

		"GET /beta/policies/b2bManagementPolicies":                     {"Policy.Read.B2BManagementPolicy", "Policy.ReadWrite.B2BManagementPolicy"},
		"GET /beta/policies/b2bManagementPolicies/{id}":                {"Policy.Read.B2BManagementPolicy", "Policy.ReadWrite.B2BManagementPolicy"},
		"GET /beta/legacy/policies":                                    policy,
		"GET /beta/roleManagement/directory/transitiveRoleAssignments": roleRead,
	}
}
