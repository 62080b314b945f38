package graphfake

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// route is one operation on Graph.
type route struct {
	method string
	segs   []string
	beta   bool // exists in beta only; the others exist in v1.0 only
	roles  []string
	handle func(*call) reply
}

// routes lists every operation; its roles come from permissions under the same key.
func routes() []route {
	table := map[string]func(*call) reply{
		"GET /users":                                         (*call).listUsers,
		"GET /users/{id}":                                    (*call).getUser,
		"PATCH /users/{id}":                                  (*call).patchUser,
		"GET /users/{id}/manager":                            (*call).getManager,
		"GET /users/{id}/sponsors":                           (*call).listSponsors,
		"POST /users/{id}/sponsors/$ref":                     (*call).addSponsor,
		"DELETE /users/{id}/sponsors/{ref}/$ref":             (*call).removeSponsor,
		"POST /users/{id}/checkMemberGroups":                 (*call).checkMemberGroups,
		"GET /users/{id}/memberOf":                           (*call).memberOf,
		"GET /users/{id}/memberOf/microsoft.graph.group":     (*call).memberOf,
		"GET /users/{id}/transitiveMemberOf":                 (*call).transitiveMemberOf,
		"GET /users/{id}/ownedObjects":                       (*call).ownedObjects,
		"GET /users/{id}/ownedObjects/microsoft.graph.group": (*call).ownedObjects,
		"GET /contacts":                                      (*call).listContacts,
		"GET /directory/deletedItems/microsoft.graph.user":   (*call).deletedUsers,
		"GET /directory/deletedItems/microsoft.graph.group":  (*call).deletedGroups,
		"POST /directory/deletedItems/{id}/restore":          (*call).restore,
		"POST /directoryObjects/validateProperties":          (*call).validateProperties,
		"GET /groups":                                        (*call).listGroups,
		"POST /groups":                                       (*call).createGroup,
		"GET /groups/{id}":                                   (*call).getGroup,
		"PATCH /groups/{id}":                                 (*call).patchGroup,
		"DELETE /groups/{id}":                                (*call).deleteGroup,
		"GET /groups(uniqueName)/{uniqueName}":               (*call).getGroup,
		"PATCH /groups(uniqueName)/{uniqueName}":             (*call).upsertGroup,
		"DELETE /groups(uniqueName)/{uniqueName}":            (*call).deleteGroup,
		"GET /groups/{id}/owners":                            func(c *call) reply { return c.listPeople(owners, false) },
		"GET /groups/{id}/owners/microsoft.graph.user":       func(c *call) reply { return c.listPeople(owners, true) },
		"GET /groups/{id}/owners/$count":                     func(c *call) reply { return c.count(owners) },
		"POST /groups/{id}/owners/$ref":                      (*call).addOwner,
		"DELETE /groups/{id}/owners/{ref}/$ref":              (*call).removeOwner,
		"GET /groups/{id}/members":                           func(c *call) reply { return c.listPeople(members, false) },
		"POST /groups/{id}/members":                          (*call).addMembers,
		"GET /groups/{id}/members/microsoft.graph.user":      func(c *call) reply { return c.listPeople(members, true) },
		"GET /groups/{id}/members/$count":                    func(c *call) reply { return c.count(members) },
		"POST /groups/{id}/members/$ref":                     (*call).addMember,
		"DELETE /groups/{id}/members/{ref}/$ref":             (*call).removeMember,
		"GET /groups/{id}/transitiveMembers":                 func(c *call) reply { return c.listTransitiveMembers(false) },
		"GET /groups/{id}/transitiveMembers/microsoft.graph.user": func(c *call) reply {
			return c.listTransitiveMembers(true)
		},
		"GET /groups/{id}/settings":             (*call).listGroupSettings,
		"POST /groups/{id}/settings":            func(c *call) reply { return c.writeGroupSetting(true) },
		"PATCH /groups/{id}/settings/{setting}": func(c *call) reply { return c.writeGroupSetting(false) },
		"GET /groups/{id}/sites/root":           (*call).groupSite,
		"GET /groupSettings":                    (*call).listSettings,
		"POST /groupSettings":                   (*call).createSetting,
		"GET /groupSettings/{setting}":          (*call).getSetting,
		"PATCH /groupSettings/{setting}":        (*call).patchSetting,
		"GET /groupSettingTemplates":            (*call).listTemplates,
		"GET /sites/root":                       (*call).rootSite,
		"GET /sites/{id}":                       (*call).siteByID,
		"GET /sites/{host}:/{managed}/{name}":   (*call).siteByPath,
		"GET /policies/authorizationPolicy": func(c *call) reply {
			return c.getDoc(PolicyAuthorization, "policies/authorizationPolicy/$entity")
		},
		"PATCH /policies/authorizationPolicy": (*call).patchAuthorization,
		"GET /policies/crossTenantAccessPolicy": func(c *call) reply {
			return c.getDoc(PolicyCrossTenant, "policies/crossTenantAccessPolicy/$entity")
		},
		"GET /policies/crossTenantAccessPolicy/default": func(c *call) reply {
			return c.getDoc(PolicyXTAPDefault, "policies/crossTenantAccessPolicy/default/$entity")
		},
		"PATCH /policies/crossTenantAccessPolicy/default": func(c *call) reply {
			return c.patchDoc(PolicyXTAPDefault, nil, noContent)
		},
		"GET /policies/crossTenantAccessPolicy/partners": func(c *call) reply {
			return page(c, "policies/crossTenantAccessPolicy/partners", c.s.xtap, func(p map[string]any) any { return p })
		},
		"GET /policies/crossTenantAccessPolicy/partners/{tenant}":   (*call).getPartnerPolicy,
		"PATCH /policies/crossTenantAccessPolicy/partners/{tenant}": (*call).patchPartnerPolicy,
		"GET /policies/identitySecurityDefaultsEnforcementPolicy": func(c *call) reply {
			return c.getDoc(PolicySecurityDefaults, "policies/identitySecurityDefaultsEnforcementPolicy/$entity")
		},
		"GET /policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email": func(c *call) reply {
			return c.getDoc(PolicyEmailOTP, "authenticationMethodConfigurations/$entity")
		},
		"GET /identity/conditionalAccess/policies": (*call).listCA,
		"GET /admin/sharepoint/settings": func(c *call) reply {
			return c.getDoc(PolicySharePoint, "admin/sharepoint/settings/$entity")
		},
		"PATCH /admin/sharepoint/settings":                   (*call).patchSharePoint,
		"GET /domains":                                       (*call).listDomains,
		"GET /organization":                                  (*call).listOrganization,
		"GET /subscribedSkus":                                (*call).listSkus,
		"GET /roleManagement/directory/roleAssignments":      (*call).listAssignments,
		"GET /roleManagement/directory/roleDefinitions":      (*call).listRoles,
		"GET /roleManagement/directory/roleDefinitions/{id}": (*call).getRole,
		"GET /tenantRelationships/findTenantInformationByDomainName(domainName)/{domainName}": (*call).findTenantByDomain,
		"GET /tenantRelationships/findTenantInformationByTenantId(tenantId)/{tenantId}":       (*call).findTenantByID,
		"POST /invitations":                       (*call).createInvitation,
		"GET /appCatalogs/teamsApps":              (*call).listTeamsApps,
		"GET /users/{id}/teamwork/installedApps":  (*call).listInstalledApps,
		"POST /users/{id}/teamwork/installedApps": (*call).installApp,

		"GET /beta/policies/b2bManagementPolicies":                     (*call).listB2B,
		"GET /beta/policies/b2bManagementPolicies/{id}":                (*call).getB2B,
		"GET /beta/legacy/policies":                                    (*call).legacyPolicies,
		"GET /beta/roleManagement/directory/transitiveRoleAssignments": (*call).transitiveAssignments,
	}
	needs := permissions()
	var out []route
	for key, handle := range table {
		method, path, _ := strings.Cut(key, " ")
		rest, beta := strings.CutPrefix(path, "/beta")
		out = append(out, route{
			method: method, segs: strings.Split(strings.Trim(rest, "/"), "/"), beta: beta, roles: needs[key], handle: handle,
		})
	}
	// A literal segment beats a parameter: /sites/root before /sites/{id}.
	slices.SortFunc(out, func(a, b route) int { return wild(a.segs) - wild(b.segs) })
	return out
}

func wild(segs []string) int {
	n := 0
	for _, s := range segs {
		if strings.HasPrefix(s, "{") {
			n++
		}
	}
	return n
}

var functionCall = regexp.MustCompile(`^(\w+)\((\w+)='(.*)'\)$`)

// segments splits an escaped path; groups(uniqueName='x') becomes the two segments groups(uniqueName) and x.
func segments(escaped string) []string {
	var out []string
	for part := range strings.SplitSeq(strings.Trim(escaped, "/"), "/") {
		text, err := url.PathUnescape(part)
		if err != nil {
			text = part
		}
		if m := functionCall.FindStringSubmatch(text); m != nil {
			out = append(out, m[1]+"("+m[2]+")", strings.ReplaceAll(m[3], "''", "'"))
			continue
		}
		if cast, short := strings.CutPrefix(text, "graph."); short {
			text = "microsoft.graph." + cast
		}
		out = append(out, text)
	}
	return out
}

// fits matches segments against a route and gives its parameters.
func (rt *route) fits(segs []string) (map[string]string, bool) {
	if len(segs) != len(rt.segs) {
		return nil, false
	}
	p := map[string]string{}
	for i, want := range rt.segs {
		have := segs[i]
		switch {
		case strings.HasSuffix(want, "}:"): // {host}: in /sites/{host}:/sites/name
			if !strings.HasSuffix(have, ":") {
				return nil, false
			}
			p[want[1:len(want)-2]] = have
		case strings.HasPrefix(want, "{"):
			if have == "" || strings.HasPrefix(have, "$") || strings.HasPrefix(have, "microsoft.graph.") {
				return nil, false
			}
			p[want[1:len(want)-1]] = have
		case want != have:
			return nil, false
		}
	}
	return p, true
}

// serveGraph authenticates, finds the operation, checks the roles and runs it.
func (c *call) serveGraph() reply {
	tok, problem := c.s.bearer(c.r, HostGraph)
	if problem != "" {
		rep := fail(http.StatusUnauthorized, "InvalidAuthenticationToken", problem)
		rep.header = http.Header{"Www-Authenticate": {`Bearer realm="", authorization_uri="` + c.s.urls[HostLogin] + `/common/oauth2/authorize"`}}
		return rep
	}
	c.token = tok
	if c.r.URL.Path == "/oidc/userinfo" {
		return c.userInfo()
	}
	segs := segments(c.r.URL.EscapedPath())
	c.version = segs[0]
	if c.version != "v1.0" && c.version != "beta" {
		return fail(http.StatusBadRequest, "BadRequest", "Invalid version: "+c.version)
	}
	segs = segs[1:]
	known := false
	for _, rt := range c.s.table {
		p, fits := rt.fits(segs)
		if !fits || rt.beta != (c.version == "beta") {
			continue
		}
		known = true
		if rt.method != c.r.Method {
			continue
		}
		if !c.has(rt.roles...) {
			return c.missingRole(rt, segs)
		}
		if c.r.Method != http.MethodGet && len(c.body) > 0 && !strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/json") {
			return fail(http.StatusUnsupportedMediaType, "UnsupportedMediaType", "Write requests must contain the Content-Type header application/json.")
		}
		c.p = p
		return rt.handle(c)
	}
	if known {
		return fail(http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
	}
	return fail(http.StatusBadRequest, "BadRequest", "Resource not found for the segment '"+segs[len(segs)-1]+"'.")
}

// missingRole is the 403 of the service behind a path; they differ.
func (c *call) missingRole(rt route, segs []string) reply {
	if segs[0] == "appCatalogs" || slices.Contains(segs, "teamwork") {
		return fail(http.StatusForbidden, "Forbidden", "Missing role permissions on the request. API requires one of '"+
			strings.Join(rt.roles, ", ")+"'. Roles on the request '"+strings.Join(c.token.roles, ", ")+"'.")
	}
	switch segs[0] {
	case "policies", "identity":
		return fail(http.StatusForbidden, "AccessDenied", "You cannot perform the requested operation, required scopes are missing in the token.")
	case "admin", "sites":
		return fail(http.StatusForbidden, "accessDenied", "Access denied")
	case "invitations":
		return fail(http.StatusForbidden, "Unauthorized", "Insufficient privileges to perform requested operation by the application "+
			"'00000003-0000-0000-c000-000000000000'. ControllerName=MSGraphInviteAPI, ActionName=CreateInvite, URLAbsolutePath=/api/invitations")
	case "groups":
		if slices.Contains(segs, "sites") {
			return fail(http.StatusForbidden, "accessDenied", "Access denied")
		}
	}
	return denied()
}
