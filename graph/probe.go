package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"guestsite/bot"
)

// Roles lists the application permissions that a token for a resource carries. The
// vendor asks clients not to rely on what a token holds, so they are for telling an
// operator, and nothing is decided by them. A fresh token may carry yesterday's for
// some minutes. Errors are those of a login; Forbidden with ReasonNotGiven where
// SharePoint is not to be asked.
func (c *Client) Roles(ctx context.Context, resource string) ([]string, error) {
	const doing = "read what a token carries"
	from := c.token
	if resource == ResourceSharePoint {
		if err := c.spo.refusal(doing); err != nil {
			return nil, err
		}
		h, err := c.spo.find(ctx, doing)
		if err != nil {
			return nil, err
		}
		from = &bearer{cred: c.spo.cred, scope: h.admin + "/.default", host: h.admin}
	}
	ctx, cancel := bounded(ctx, c.http.Timeout)
	defer cancel()
	token, err := from.token(ctx)
	if err != nil {
		return nil, lost(ctx, doing, false, err)
	}
	roles, ok := rolesIn(token)
	if !ok {
		return nil, &bot.Error{Code: bot.Unavailable, Op: "graph: " + doing, Detail: "the token is of a form that is not known"}
	}
	return roles, nil
}

// rolesIn reads the claim "roles" of a JWT, whose signature is for the API to check.
func rolesIn(token string) ([]string, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, false
	}
	var claims struct {
		Roles []string `json:"roles"`
	}
	return claims.Roles, json.Unmarshal(payload, &claims) == nil
}

// Wider are the permissions, of those that this program asks for, that open all
// that p opens for it.
func (p Permission) Wider() []string {
	switch p.Name {
	case "Group.Read.All", "Group.Create", "GroupMember.ReadWrite.All":
		return []string{"Group.ReadWrite.All"}
	}
	return nil
}

// probes are calls that read something small and change nothing, by the permission
// of Graph that alone opens them. A permission to change has none.
func probes() map[string]request {
	few := map[string]string{"$top": "1", "$select": "id"}
	return map[string]request{
		"User.Read.All":                     {op: opDeletedUsers, query: few},
		"Group.Read.All":                    {op: opUnified},
		"Policy.Read.All":                   {op: opAuthorization},
		"Policy.Read.B2BManagementPolicy":   {op: opInviteDomains},
		"SharePointTenantSettings.Read.All": {op: opSharePoint},
		"RoleManagement.Read.Directory": {op: opAssignments, query: map[string]string{
			"$filter": "roleDefinitionId eq " + literal(inviterRoles()[0]),
		}},
		"CrossTenantInformation.ReadBasic.All": {op: opTenantOf, path: []string{"example.com"}},
		"Domain.Read.All":                      {op: opDomains},
		"OrgContact.Read.All":                  {op: opContacts, query: few},
		"Sites.Read.All":                       {op: opRootSite, query: map[string]string{"$select": "id,webUrl"}},
		"AppCatalog.Read.All": {op: opCatalogApps, query: map[string]string{
			"$filter": "externalId eq " + literal("00000000-0000-0000-0000-000000000000"),
		}},
	}
}

// Probe makes a harmless call that p opens, and says whether there is one. The error
// is nil when the service let it pass, also where it found nothing; else as of any
// call, with ReasonPermission where p, or what it is called at that service, was
// refused. An endpoint that a cloud does not have is NotFound.
func (c *Client) Probe(ctx context.Context, p Permission) (made bool, err error) {
	const doing = "try a permission"
	if p.Resource == ResourceSharePoint {
		if err := c.spo.refusal(doing); err != nil {
			return false, err
		}
		h, err := c.spo.find(ctx, doing)
		if err != nil {
			return true, err
		}
		var nothing struct{}
		return true, c.spo.call(ctx, doing, "GET", h.admin, "/_api/SPO.Tenant?$select=ExternalUserExpirationRequired,ExternalUserExpireInDays", nil, &nothing)
	}
	r, ok := probes()[p.Name]
	if !ok {
		return false, nil
	}
	_, err = get[*raw](ctx, c, doing, r, newRaw)
	if r.op == opTenantOf && bot.CodeOf(err) == bot.NotFound {
		return true, nil // it may ask, and nobody has that domain
	}
	return true, err
}

// InCatalog says whether the company's catalog has a Teams app whose manifest has
// this id.
func (c *Client) InCatalog(ctx context.Context, manifestID string) (bool, error) {
	_, err := c.catalogID(ctx, "find the Teams app", manifestID)
	if bot.CodeOf(err) == bot.NotFound {
		return false, nil
	}
	return err == nil, err
}

// SharePointHosts are the hosts of the tenant's sites and of their administration,
// as URLs: as configured, else from Graph's root site.
func (c *Client) SharePointHosts(ctx context.Context) (sites, admin string, err error) {
	h, err := c.spo.find(ctx, "find SharePoint's hosts")
	return h.sites, h.admin, err
}

// Given says whether a token's roles hold p, or what opens as much.
func (p Permission) Given(roles []string) (own bool, wider string) {
	if slices.Contains(roles, p.Name) {
		return true, ""
	}
	for _, w := range p.Wider() {
		if slices.Contains(roles, w) {
			return false, w
		}
	}
	return false, ""
}
