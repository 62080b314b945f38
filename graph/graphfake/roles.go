package graphfake

import (
	"net/http"
	"slices"
	"strings"
)

// Template ids of built-in directory roles, which are their role definition ids too.
const (
	RoleGlobalAdministrator     = "62e90394-69f5-4237-9190-012177145e10"
	RoleUserAdministrator       = "fe930be7-5e62-47db-91af-98c3a49a38b1"
	RoleGuestInviter            = "95e79109-95c0-4d8e-aee3-d01accf2d47b"
	RoleDirectoryWriters        = "9360feb5-f418-4baa-8175-e2a00bac4301"
	RoleGroupsAdministrator     = "fdd7a751-b60b-444a-984c-02652fe8fa1c"
	RoleSharePointAdministrator = "f28a1f50-f6e7-4571-818b-6a12f2af6b6c"
	RoleExchangeAdministrator   = "29232cdf-9323-42fd-ade2-1d097af3e4de"
	RoleTeamsAdministrator      = "69091246-20e8-4a56-aa4d-066075b2a7a8"
)

const actionInviteGuest = "microsoft.directory/users/inviteGuest"

type roleDefinition struct {
	id, name string
	actions  []string
}

func builtInRoles() []roleDefinition {
	inviter := []string{actionInviteGuest}
	group := []string{"microsoft.directory/groups.unified/create"}
	return []roleDefinition{
		{RoleGlobalAdministrator, "Global Administrator", append(slices.Clone(inviter), group...)},
		{RoleUserAdministrator, "User Administrator", append(slices.Clone(inviter), group...)},
		{RoleGuestInviter, "Guest Inviter", inviter},
		{RoleDirectoryWriters, "Directory Writers", append(slices.Clone(inviter), group...)},
		{RoleGroupsAdministrator, "Groups Administrator", group},
		{RoleSharePointAdministrator, "SharePoint Administrator", group},
		{RoleExchangeAdministrator, "Exchange Administrator", group},
		{RoleTeamsAdministrator, "Teams Administrator", group},
	}
}

// hasRole says whether a user holds a role tenant-wide, directly or through a role-assignable group.
func (t *tenant) hasRole(userID, role string) bool {
	return slices.ContainsFunc(t.assignments, func(a Assignment) bool {
		return a.RoleDefinitionID == role && a.Scope == "/" && (a.PrincipalID == userID || t.inGroup(userID, a.PrincipalID))
	})
}

func assignmentEntity() *entity[Assignment] {
	return &entity[Assignment]{
		name: "unifiedRoleAssignment",
		props: map[string]func(Assignment) any{
			"id":               func(a Assignment) any { return a.ID },
			"principalId":      func(a Assignment) any { return a.PrincipalID },
			"roleDefinitionId": func(a Assignment) any { return a.RoleDefinitionID },
			"directoryScopeId": func(a Assignment) any { return a.Scope },
			"appScopeId":       func(Assignment) any { return nil },
			"condition":        func(Assignment) any { return nil },
		},
		defaults: []string{"id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "condition"},
	}
}

func (c *call) listAssignments() reply {
	if r := c.allowQuery("$filter", "$select", "$top", "$count", "$skiptoken"); r != nil {
		return *r
	}
	e := assignmentEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	found, bad := match(c, e, c.s.assignments)
	if bad != nil {
		return *bad
	}
	return page(c, "roleManagement/directory/roleAssignments", found, func(a Assignment) any { return e.show(a, w) })
}

// transitiveAssignments also finds roles that come through a group; the row then names the group. Without the header,
// $count and $filter the vendor answers 404.
func (c *call) transitiveAssignments() reply {
	user, isEq := strings.CutPrefix(c.q.Get("$filter"), "principalId eq '")
	user, closed := strings.CutSuffix(user, "'")
	if !c.eventual() || !isEq || !closed {
		return fail(http.StatusNotFound, codeNotFound, "Resource not found for the segment 'transitiveRoleAssignments'.")
	}
	e := assignmentEntity()
	found := keep(c.s.assignments, func(a Assignment) bool {
		return a.PrincipalID == user || c.s.inGroup(user, a.PrincipalID)
	})
	return page(c, "roleManagement/directory/transitiveRoleAssignments", found,
		func(a Assignment) any { return e.show(a, view{names: e.defaults}) })
}

func roleEntity() *entity[roleDefinition] {
	return &entity[roleDefinition]{
		name: "unifiedRoleDefinition",
		props: map[string]func(roleDefinition) any{
			"id":             func(d roleDefinition) any { return d.id },
			"displayName":    func(d roleDefinition) any { return d.name },
			"description":    func(d roleDefinition) any { return d.name },
			"isBuiltIn":      func(roleDefinition) any { return true },
			"isEnabled":      func(roleDefinition) any { return true },
			"resourceScopes": func(roleDefinition) any { return []string{"/"} },
			"templateId":     func(d roleDefinition) any { return d.id },
			"version":        func(roleDefinition) any { return "1" },
			"rolePermissions": func(d roleDefinition) any {
				return []map[string]any{{"allowedResourceActions": d.actions, "condition": nil}}
			},
		},
		defaults: []string{
			"id", "displayName", "description", "isBuiltIn", "isEnabled", "resourceScopes", "templateId", "version", "rolePermissions",
		},
	}
}

func (c *call) listRoles() reply {
	if r := c.allowQuery("$filter", "$select", "$top", "$count", "$skiptoken"); r != nil {
		return *r
	}
	e := roleEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	found, bad := match(c, e, c.s.roles)
	if bad != nil {
		return *bad
	}
	return page(c, "roleManagement/directory/roleDefinitions", found, func(d roleDefinition) any { return e.show(d, w) })
}

func (c *call) getRole() reply {
	e := roleEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	for _, d := range c.s.roles {
		if d.id == c.p["id"] {
			return c.one(http.StatusOK, "roleManagement/directory/roleDefinitions/$entity", e.show(d, w))
		}
	}
	return notFound(c.p["id"])
}
