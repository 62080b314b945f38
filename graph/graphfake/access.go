package graphfake

import (
	"slices"
	"strings"
)

// CanOpen says whether a person can open the site of a group right now, and if not, the first reason in the vendor's
// order: account, sign-in, membership, group settings, SharePoint. It is what a browser would find out; no API tells.
func (s *Server) CanOpen(userID, groupID string) (open bool, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, g, x := s.user(userID), s.group(groupID), s.siteOf(groupID)
	if u == nil || g == nil || x == nil || x.unready != 0 {
		return false, "there is no such person or site"
	}
	if stop := s.signInStop(u); stop != "" {
		return false, stop
	}
	isMember := slices.Contains(g.MemberIDs, u.ID) || slices.Contains(g.OwnerIDs, u.ID)
	if !isMember && (u.UserType == Guest || g.Visibility != "Public") {
		return false, "access denied: not a member of the group"
	}
	if x.LockState == "NoAccess" {
		return false, "access denied: the site is locked"
	}
	if u.UserType != Guest {
		return true, ""
	}
	switch {
	case u.ExternalUserState == Pending:
		return false, "the invitation is not accepted yet"
	case !s.unifiedFlag("AllowGuestsToAccessGroups"):
		return false, "access denied: guests cannot reach group content"
	case s.orgSharing() == SharingDisabled:
		return false, "access denied: external sharing is off for the organisation"
	case s.effective(x) == SharingDisabled:
		return false, "access denied: external sharing is off for the site"
	case s.sharePointRefuses(domainOf(u.Mail)):
		return false, "access denied: the domain is not allowed by SharePoint"
	}
	return true, ""
}

// sharePointRefuses evaluates the organisation's domain lists.
func (t *tenant) sharePointRefuses(domain string) bool {
	in := func(list string) bool {
		return slices.ContainsFunc(t.list(PolicySharePoint, list), func(d string) bool { return strings.EqualFold(d, domain) })
	}
	switch t.text(PolicySharePoint, "sharingDomainRestrictionMode") {
	case "allowList":
		return !in("sharingAllowedDomainList")
	case "blockList":
		return in("sharingBlockedDomainList")
	}
	return false
}

// signInStop is the error a person meets at sign-in, empty for none.
func (s *Server) signInStop(u *User) string {
	if u.Disabled {
		return "AADSTS50057: The user account is disabled."
	}
	if u.UserType != Guest {
		return ""
	}
	domain := domainOf(u.Mail)
	if id := s.tenantOfDomain(domain); id != "" && s.inboundBlocked(id) {
		return "AADSTS500213: The resource tenant's cross-tenant access policy does not allow this user to access this tenant."
	}
	if u.ExternalUserState == Pending && s.b2b.refuses(domain) {
		return "AADSTS500213: The organisation does not allow collaboration with the domain of the user."
	}
	if slices.ContainsFunc(s.caList, blocksGuests) {
		return "AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
	}
	return ""
}

// blocksGuests says whether a conditional access policy blocks every guest at SharePoint.
func blocksGuests(p map[string]any) bool {
	cond, _ := p["conditions"].(map[string]any)
	users, _ := cond["users"].(map[string]any)
	apps, _ := cond["applications"].(map[string]any)
	grant, _ := p["grantControls"].(map[string]any)
	has := func(m map[string]any, key string, wants ...string) bool {
		list, _ := m[key].([]any)
		return slices.ContainsFunc(list, func(x any) bool { text, _ := x.(string); return slices.Contains(wants, text) })
	}
	return p["state"] == "enabled" && has(users, "includeUsers", "All", "GuestsOrExternalUsers") &&
		!has(users, "excludeUsers", "GuestsOrExternalUsers") &&
		has(apps, "includeApplications", "All", "Office365", sharePointAppID) && has(grant, "builtInControls", "block")
}
