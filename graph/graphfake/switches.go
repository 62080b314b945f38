package graphfake

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Switch is one misconfiguration a tenant can have, to be turned on and off.
type Switch struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	// Layer says where an admin would look: Entra, Groups, SharePoint, Site, Permissions.
	Layer string `json:"layer"`
	On    bool   `json:"on"`
}

// Names of the switches. Removing a permission is "no-" and the role's name.
const (
	SwitchInvitesOff         = "entra-invites-off"
	SwitchInvitesAdminsOnly  = "entra-invites-admins-only"
	SwitchGuestDirectory     = "entra-guest-directory-restricted"
	SwitchDomainDenied       = "entra-domain-denied"
	SwitchDomainNotAllowed   = "entra-domain-not-allowed"
	SwitchXTAPBlocked        = "xtap-inbound-blocked"
	SwitchXTAPPartnerBlocked = "xtap-partner-blocked"
	SwitchOTPOff             = "entra-otp-off"
	SwitchCABlocksGuests     = "ca-blocks-guests"
	SwitchGroupsGuestsOff    = "groups-add-guests-off"
	SwitchGroupsAccessOff    = "groups-guest-access-off"
	SwitchGroupGuestsOff     = "group-add-guests-off"
	SwitchGroupCreationOff   = "group-creation-off"
	SwitchNamingPolicy       = "group-naming-policy"
	SwitchSPOOff             = "spo-org-off"
	SwitchSPOExisting        = "spo-org-existing-guests"
	SwitchSPODomainDenied    = "spo-domain-denied"
	SwitchSPODomainAllowed   = "spo-domain-not-allowed"
	SwitchSiteOff            = "site-sharing-off"
	SwitchSiteExisting       = "site-existing-guests"
	SwitchSiteLabel          = "site-label"
)

// switchDomain is the domain the domain switches act on.
const switchDomain = "fabrikam.com"

const (
	switchLabelID = "c0ffee00-1abe-4000-8000-000000000001"
	switchCAID    = "c0ffee00-ca00-4000-8000-000000000002"
)

var errNoSwitch = errors.New("no switch of that name")

// toggle is a switch with what it does. is reads the tenant, so that a setting mended through Graph turns it off too.
type toggle struct {
	Switch
	set func(s *Server, on bool)
	is  func(s *Server) bool
}

// Switches lists all misconfigurations with their present state, in the order an admin would check them.
func (s *Server) Switches() []Switch {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Switch
	for _, t := range s.toggles() {
		t.On = t.is(s)
		out = append(out, t.Switch)
	}
	return out
}

// Set turns a misconfiguration on, or back to a healthy value. Site switches act on all sites of groups that exist.
func (s *Server) Set(name string, on bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.toggles() {
		if t.Name == name {
			if on || t.is(s) { // what is not on must not be made healthy over another switch
				t.set(s, on)
			}
			return nil
		}
	}
	return fmt.Errorf("setting %q: %w", name, errNoSwitch)
}

// docToggle writes a property of a policy document.
func docToggle(name, layer, title, doc, property string, bad, good any) toggle {
	return toggle{
		Switch{Name: name, Layer: layer, Title: title},
		func(s *Server, on bool) {
			if on {
				s.docs[doc][property] = bad
			} else {
				s.docs[doc][property] = good
			}
		},
		func(s *Server) bool { return s.docs[doc][property] == bad },
	}
}

// unifiedToggle writes a value of Group.Unified.
func unifiedToggle(name, title, setting, bad, good string) toggle {
	return toggle{
		Switch{Name: name, Layer: "Groups", Title: title},
		func(s *Server, on bool) {
			if on {
				s.setUnified(setting, bad)
			} else {
				s.setUnified(setting, good)
			}
		},
		func(s *Server) bool { return strings.EqualFold(s.unifiedValue(setting), bad) },
	}
}

// siteToggle acts on every site of a group.
func siteToggle(name, title string, set func(s *Server, x *Site, on bool), is func(*Site) bool) toggle {
	sites := func(s *Server) []*Site { return keep(s.sites, func(x *Site) bool { return x.GroupID != "" }) }
	return toggle{
		Switch{Name: name, Layer: "Site", Title: title},
		func(s *Server, on bool) {
			for _, x := range sites(s) {
				set(s, x, on)
			}
		},
		func(s *Server) bool { return slices.ContainsFunc(sites(s), is) },
	}
}

func levelToggle(name, title string, level int) toggle {
	return siteToggle(name, title, func(_ *Server, x *Site, on bool) {
		x.Sharing = SharingGuests
		if on {
			x.Sharing = level
		}
		x.next, x.lag = x.Sharing, 0
	}, func(x *Site) bool { return x.Sharing == level })
}

func (s *Server) toggles() []toggle {
	const healthyInvites, healthySharing = "adminsGuestInvitersAndAllMembers", "externalUserSharingOnly"
	list := []toggle{
		docToggle(SwitchInvitesOff, "Entra", "Nobody can invite guests", PolicyAuthorization, "allowInvitesFrom", "none", healthyInvites),
		docToggle(SwitchInvitesAdminsOnly, "Entra", "Only admin roles can invite guests", PolicyAuthorization, "allowInvitesFrom",
			"adminsAndGuestInviters", healthyInvites),
		docToggle(SwitchGuestDirectory, "Entra", "Guests see only themselves in the directory", PolicyAuthorization, "guestUserRoleId",
			GuestAccessRestricted, GuestAccessLimited),
		domainToggle(SwitchDomainDenied, "Invitations to "+switchDomain+" are denied", nil, []string{switchDomain}),
		domainToggle(SwitchDomainNotAllowed, "Invitations only to an allow list without "+switchDomain, []string{"adventure-works.com"}, nil),
		{
			Switch{Name: SwitchXTAPBlocked, Layer: "Entra", Title: "Cross-tenant access: inbound blocked for all tenants"},
			func(s *Server, on bool) {
				s.docs[PolicyXTAPDefault]["b2bCollaborationInbound"] = inbound(accessWord(on))
				s.docs[PolicyXTAPDefault]["isServiceDefault"] = !on
			},
			func(s *Server) bool { return s.inboundBlocked("") },
		},
		{
			Switch{Name: SwitchXTAPPartnerBlocked, Layer: "Entra", Title: "Cross-tenant access: inbound blocked for " + switchDomain},
			func(s *Server, on bool) {
				id := s.tenantOfDomain(switchDomain)
				s.dropPartnerPolicy(id)
				if on && id != "" {
					s.setPartnerPolicy(id, "blocked")
				}
			},
			func(s *Server) bool {
				id := s.tenantOfDomain(switchDomain)
				return id != "" && s.partnerPolicy(id) != nil && s.inboundBlocked(id)
			},
		},
		docToggle(SwitchOTPOff, "Entra", "E-mail one-time passcode is off for guests", PolicyEmailOTP, "allowExternalIdToUseEmailOtp", "disabled", "default"),
		{
			Switch{Name: SwitchCABlocksGuests, Layer: "Entra", Title: "Conditional Access blocks guests at SharePoint"},
			func(s *Server, on bool) {
				s.caList = slices.DeleteFunc(s.caList, func(p map[string]any) bool { return p["id"] == switchCAID })
				if on {
					s.addCA(guestBlockPolicy(), s.opt.Now)
				}
			},
			func(s *Server) bool { return slices.ContainsFunc(s.caList, blocksGuests) },
		},
		unifiedToggle(SwitchGroupsGuestsOff, "Guests cannot be added to any group", "AllowToAddGuests", "False", "True"),
		unifiedToggle(SwitchGroupsAccessOff, "Guests cannot reach group content", "AllowGuestsToAccessGroups", "False", "True"),
		{
			Switch{Name: SwitchGroupGuestsOff, Layer: "Groups", Title: "Guests cannot be added to the groups that exist now"},
			func(s *Server, on bool) {
				for _, g := range s.groups {
					if g.Unified() {
						g.AllowToAddGuests = map[bool]string{true: "false"}[on]
					}
				}
			},
			func(s *Server) bool {
				return slices.ContainsFunc(s.groups, func(g *Group) bool { return g.Deleted.IsZero() && g.AllowToAddGuests == "false" })
			},
		},
		unifiedToggle(SwitchGroupCreationOff, "Employees cannot create groups", "EnableGroupCreation", "False", "True"),
		unifiedToggle(SwitchNamingPolicy, "Group names need a prefix with the department", "PrefixSuffixNamingRequirement",
			"GRP_[Department]_[GroupName]", ""),
		docToggle(SwitchSPOOff, "SharePoint", "External sharing is off for the organisation", PolicySharePoint, "sharingCapability", "disabled", healthySharing),
		docToggle(SwitchSPOExisting, "SharePoint", "Only existing guests for the organisation", PolicySharePoint, "sharingCapability",
			"existingExternalUserSharingOnly", healthySharing),
		sharePointDomains(SwitchSPODomainDenied, "SharePoint blocks "+switchDomain, "blockList", "sharingBlockedDomainList", switchDomain),
		sharePointDomains(SwitchSPODomainAllowed, "SharePoint allows only other domains than "+switchDomain, "allowList", "sharingAllowedDomainList", "adventure-works.com"),
		levelToggle(SwitchSiteOff, "External sharing is off for the sites", SharingDisabled),
		levelToggle(SwitchSiteExisting, "Only existing guests for the sites", SharingExisting),
		siteToggle(SwitchSiteLabel, "A sensitivity label on the sites forbids guests", labelSite, func(x *Site) bool { return x.LabelSharing != nil }),
	}
	return append(list, s.permissionToggles()...)
}

func accessWord(blocked bool) string {
	if blocked {
		return "blocked"
	}
	return "allowed"
}

func domainToggle(name, title string, allowed, blocked []string) toggle {
	return toggle{
		Switch{Name: name, Layer: "Entra", Title: title},
		func(s *Server, on bool) {
			s.b2b.present, s.b2b.allowed, s.b2b.blocked = on, nil, nil
			if on {
				s.b2b.allowed, s.b2b.blocked = allowed, blocked
			}
		},
		func(s *Server) bool {
			return s.b2b.present && slices.Equal(s.b2b.allowed, allowed) && slices.Equal(s.b2b.blocked, blocked)
		},
	}
}

func sharePointDomains(name, title, mode, list, domain string) toggle {
	return toggle{
		Switch{Name: name, Layer: "SharePoint", Title: title},
		func(s *Server, on bool) {
			doc := s.docs[PolicySharePoint]
			doc["sharingDomainRestrictionMode"], doc["sharingAllowedDomainList"], doc["sharingBlockedDomainList"] = "none", []any{}, []any{}
			if on {
				doc["sharingDomainRestrictionMode"], doc[list] = mode, []any{domain}
			}
		},
		func(s *Server) bool { return s.text(PolicySharePoint, "sharingDomainRestrictionMode") == mode },
	}
}

func labelSite(s *Server, x *Site, on bool) {
	g := s.group(x.GroupID)
	if !on {
		x.LabelSharing = nil
		if g != nil {
			g.LabelID, g.LabelName, g.LabelForbidsGuests = "", "", false
		}
		return
	}
	level := SharingDisabled
	x.LabelSharing = &level
	if g != nil {
		g.LabelID, g.LabelName, g.LabelForbidsGuests = switchLabelID, "Internal only", true
	}
}

func guestBlockPolicy() map[string]any {
	return map[string]any{
		"id": switchCAID, "displayName": "Block guests", "state": "enabled",
		"conditions": map[string]any{
			"users": map[string]any{
				"includeUsers": []any{"GuestsOrExternalUsers"}, "excludeUsers": []any{}, "includeGroups": []any{},
				"excludeGroups": []any{}, "includeRoles": []any{}, "excludeRoles": []any{},
			},
			"applications":   map[string]any{"includeApplications": []any{"All"}, "excludeApplications": []any{}},
			"clientAppTypes": []any{"all"},
		},
		"grantControls": map[string]any{
			"operator": "OR", "builtInControls": []any{"block"}, "termsOfUse": []any{}, "customAuthenticationFactors": []any{},
		},
		"sessionControls": nil,
	}
}

// permissionToggles take away one granted role each, at once; a token issued before or after does not have it.
func (s *Server) permissionToggles() []toggle {
	roles := map[string]bool{}
	for _, a := range s.login.apps {
		for _, r := range slices.Concat(a.GraphRoles, a.SharePointRoles) {
			roles[r] = true
		}
	}
	var out []toggle
	for _, r := range slices.Sorted(maps.Keys(roles)) {
		out = append(out, toggle{
			Switch{Name: "no-" + r, Layer: "Permissions", Title: "The permission " + r + " was taken away"},
			func(s *Server, on bool) {
				delete(s.revoked, r)
				if on {
					s.revoked[r] = true
				}
			},
			func(s *Server) bool { return s.revoked[r] },
		})
	}
	return out
}
