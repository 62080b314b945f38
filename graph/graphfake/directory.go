package graphfake

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// consumerTenant is where outlook.com and its siblings live.
const consumerTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

func consumerDomain(domain string) bool {
	return slices.Contains([]string{"outlook.com", "hotmail.com", "live.com", "msn.com"}, domain)
}

func (t *tenant) partnerOf(domain string) *Partner {
	for _, p := range t.partners {
		if slices.ContainsFunc(p.Domains, func(d string) bool { return strings.EqualFold(d, domain) }) {
			return p
		}
	}
	return nil
}

// tenantOfDomain resolves a domain to a tenant id; empty when no tenant has it.
func (s *Server) tenantOfDomain(domain string) string {
	domain = strings.ToLower(domain)
	switch {
	case s.ownDomain(domain):
		return s.opt.TenantID
	case consumerDomain(domain):
		return consumerTenant
	}
	if p := s.partnerOf(domain); p != nil {
		return p.TenantID
	}
	return ""
}

// ownDomain says whether the tenant has verified the domain.
func (s *Server) ownDomain(domain string) bool {
	return strings.EqualFold(domain, s.opt.Domain) || strings.EqualFold(domain, s.opt.InitialDomain)
}

func (c *call) findTenantByDomain() reply { return c.findTenant(c.s.tenantOfDomain(c.p["domainName"])) }

func (c *call) findTenantByID() reply { return c.findTenant(c.p["tenantId"]) }

// findTenant answers without @odata.context: the vendor's published type has no room for one.
func (c *call) findTenant(id string) reply {
	body := map[string]any{"tenantId": id, "federationBrandName": nil}
	for _, p := range c.s.partners {
		if p.TenantID == id && id != "" {
			body["displayName"], body["defaultDomainName"] = p.DisplayName, p.Domains[0]
			return ok(body)
		}
	}
	if id == c.s.opt.TenantID {
		body["displayName"], body["defaultDomainName"] = c.s.opt.Name, c.s.opt.Domain
		return ok(body)
	}
	return fail(http.StatusNotFound, "Directory_ObjectNotFound", "Unable to find a tenant for the given value.")
}

func (c *call) listDomains() reply {
	domain := func(name string, isDefault bool) map[string]any {
		return map[string]any{
			"id": name, "authenticationType": "Managed", "availabilityStatus": nil, "isAdminManaged": true,
			"isDefault": isDefault, "isInitial": !isDefault, "isRoot": true, "isVerified": true,
			"supportedServices": []string{"Email", "OfficeCommunicationsOnline"}, "passwordValidityPeriodInDays": nil,
			"passwordNotificationWindowInDays": nil, "state": nil,
		}
	}
	return ok(map[string]any{
		"@odata.context": c.context("domains"),
		"value":          []any{domain(c.s.opt.Domain, true), domain(c.s.opt.InitialDomain, false)},
	})
}

func (c *call) listOrganization() reply {
	domain := func(name string, isDefault bool) map[string]any {
		return map[string]any{
			"name": name, "isDefault": isDefault, "isInitial": !isDefault, "type": "Managed",
			"capabilities": "Email, OfficeCommunicationsOnline",
		}
	}
	return ok(map[string]any{"@odata.context": c.context("organization"), "value": []any{map[string]any{
		"id": c.s.opt.TenantID, "deletedDateTime": nil, "displayName": c.s.opt.Name, "countryLetterCode": "NL",
		"preferredLanguage": "nl", "tenantType": "AAD", "businessPhones": []string{}, "assignedPlans": []any{},
		"verifiedDomains": []any{domain(c.s.opt.Domain, true), domain(c.s.opt.InitialDomain, false)},
	}}})
}

func (c *call) listSkus() reply {
	plan := func(id, name string) map[string]any {
		return map[string]any{
			"servicePlanId": id, "servicePlanName": name, "provisioningStatus": "Success", "appliesTo": "User",
		}
	}
	return ok(map[string]any{"@odata.context": c.context("subscribedSkus"), "value": []any{map[string]any{
		"id":    c.s.opt.TenantID + "_05e9a617-0261-4cee-bb44-138d3ef5d965",
		"skuId": "05e9a617-0261-4cee-bb44-138d3ef5d965", "skuPartNumber": "SPE_E3", "appliesTo": "User",
		"capabilityStatus": "Enabled", "consumedUnits": len(c.s.users),
		"prepaidUnits": map[string]any{"enabled": 100, "suspended": 0, "warning": 0, "lockedOut": 0},
		"servicePlans": []any{
			plan("41781fb2-bc02-4b7c-bd55-b576c07bb09d", "AAD_PREMIUM"),
			plan("5dbe027f-2339-4123-9542-606e4d348a72", "SHAREPOINTENTERPRISE"),
		},
	}}})
}

// AddConditionalAccess adds a policy, given as the vendor's JSON shape, and returns its id. A policy that names
// "GuestsOrExternalUsers" and grants "block" is what SwitchCABlocksGuests uses.
func (s *Server) AddConditionalAccess(policy map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addCA(policy, s.opt.Now)
}

func (c *call) listCA() reply {
	value := []any{}
	for _, p := range c.s.caList {
		value = append(value, p)
	}
	return ok(map[string]any{"@odata.context": c.context("identity/conditionalAccess/policies"), "value": value})
}

// deletedUsers and deletedGroups are the recycle bins of 30 days.
func (c *call) deletedUsers() reply {
	e := c.s.userEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	found, bad := match(c, e, keep(c.s.users, func(u *User) bool { return !u.Deleted.IsZero() }))
	if bad != nil {
		return *bad
	}
	c.limitUsers(e, &w)
	return page(c, "users", found, func(u *User) any { return e.show(u, w) })
}

func (c *call) deletedGroups() reply {
	e := c.s.groupEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	found, bad := match(c, e, keep(c.s.groups, func(g *Group) bool { return !g.Deleted.IsZero() && g.Unified() }))
	if bad != nil {
		return *bad
	}
	return page(c, "groups", found, func(g *Group) any { return e.show(g, w) })
}

// restore brings a deleted account or group back.
func (c *call) restore() reply {
	id := c.p["id"]
	if u := c.s.userByID[id]; u != nil && !u.Deleted.IsZero() {
		if !c.has("User.DeleteRestore.All", "User.ReadWrite.All", "Directory.ReadWrite.All") {
			return denied()
		}
		upn := strings.TrimPrefix(u.UserPrincipalName, strings.ReplaceAll(u.ID, "-", ""))
		if c.s.user(upn) != nil {
			return conflict("userPrincipalName")
		}
		u.Deleted, u.UserPrincipalName = time.Time{}, upn
		c.s.wrote("user.restore")
		return c.one(http.StatusOK, "directoryObjects/$entity", c.s.reference(id).(map[string]any))
	}
	if g := c.s.groupByID[id]; g != nil && !g.Deleted.IsZero() {
		if !c.has("Group.ReadWrite.All", "Directory.ReadWrite.All") {
			return denied()
		}
		g.Deleted = time.Time{}
		c.s.wrote("group.restore")
		return c.one(http.StatusOK, "directoryObjects/$entity", c.s.reference(id).(map[string]any))
	}
	return notFound(id)
}
