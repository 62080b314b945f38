package graphfake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// Names of the policies that Policy and SetPolicy take.
const (
	PolicyAuthorization    = "authorizationPolicy"
	PolicyCrossTenant      = "crossTenantAccessPolicy"
	PolicyXTAPDefault      = "crossTenantAccessPolicy/default"
	PolicySharePoint       = "admin/sharepoint/settings"
	PolicyEmailOTP         = "authenticationMethodConfigurations/email"
	PolicySecurityDefaults = "identitySecurityDefaultsEnforcementPolicy"
)

// Guest directory access, authorizationPolicy.guestUserRoleId.
const (
	GuestAccessLikeMembers = "a0b1b346-4d3e-4e8b-98f8-753987be4970"
	GuestAccessLimited     = "10dae51f-b6af-4016-8d66-8c2a99b929b3"
	GuestAccessRestricted  = "2af84b1e-32c8-42b7-82bc-daa82404023b"
)

var errNoPolicy = errors.New("no policy of that name")

// inbound is a B2B collaboration setting for everybody and everything.
func inbound(access string) map[string]any {
	return map[string]any{
		"usersAndGroups": map[string]any{
			"accessType": access, "targets": []any{map[string]any{"target": "AllUsers", "targetType": "user"}},
		},
		"applications": map[string]any{
			"accessType": access, "targets": []any{map[string]any{"target": "AllApplications", "targetType": "application"}},
		},
	}
}

// defaultPolicies are a new commercial tenant's.
func defaultPolicies() map[string]map[string]any {
	return map[string]map[string]any{
		PolicyAuthorization: {
			"id": "authorizationPolicy", "displayName": "Authorization Policy",
			"description":      "Used to manage authorization related settings across the company.",
			"allowInvitesFrom": "everyone", "guestUserRoleId": GuestAccessLimited,
			"allowedToSignUpEmailBasedSubscriptions": true, "allowEmailVerifiedUsersToJoinOrganization": false,
			"allowedToUseSSPR": true, "allowUserConsentForRiskyApps": false, "blockMsolPowerShell": false,
			"defaultUserRolePermissions": map[string]any{
				"allowedToCreateApps": true, "allowedToCreateSecurityGroups": true, "allowedToCreateTenants": true,
				"allowedToReadBitlockerKeysForOwnedDevice": true, "allowedToReadOtherUsers": true,
				"permissionGrantPoliciesAssigned": []any{},
			},
		},
		PolicyCrossTenant: {
			"id": newID(), "displayName": "CrossTenantAccessPolicy", "allowedCloudEndpoints": []any{},
		},
		PolicyXTAPDefault: {
			"isServiceDefault":         true,
			"b2bCollaborationInbound":  inbound("allowed"),
			"b2bCollaborationOutbound": inbound("allowed"),
			"b2bDirectConnectInbound":  inbound("blocked"),
			"b2bDirectConnectOutbound": inbound("blocked"),
			"inboundTrust": map[string]any{
				"isMfaAccepted": false, "isCompliantDeviceAccepted": false, "isHybridAzureADJoinedDeviceAccepted": false,
			},
			"automaticUserConsentSettings": map[string]any{"inboundAllowed": nil, "outboundAllowed": nil},
			"invitationRedemptionIdentityProviderConfiguration": map[string]any{
				"primaryIdentityProviderPrecedenceOrder": []any{
					"externalFederation", "azureActiveDirectory", "socialIdentityProviders",
				},
				"fallbackIdentityProvider": "defaultConfiguredIdp",
			},
		},
		PolicySharePoint: {
			"sharingCapability": "externalUserAndGuestSharing", "sharingDomainRestrictionMode": "none",
			"sharingAllowedDomainList": []any{}, "sharingBlockedDomainList": []any{},
			"isResharingByExternalUsersEnabled": true, "isRequireAcceptingUserToMatchInvitedUserEnabled": false,
			"isSiteCreationEnabled": true, "isSiteCreationUIEnabled": true,
			"siteCreationDefaultManagedPath": "/sites/", "siteCreationDefaultStorageLimitInMB": 26214400,
			"availableManagedPathsForSiteCreation": []any{"/sites/", "/teams/"},
			"tenantDefaultTimezone":                "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
			"isLegacyAuthProtocolsEnabled":         false, "isUnmanagedSyncAppForTenantRestricted": false,
			"idleSessionSignOut": map[string]any{
				"isEnabled": false, "warnAfterInSeconds": 0, "signOutAfterInSeconds": 0,
			},
			"deletedUserPersonalSiteRetentionPeriodInDays": 30,
		},
		PolicyEmailOTP: {
			"@odata.type": "#microsoft.graph.emailAuthenticationMethodConfiguration",
			"id":          "Email", "state": "enabled", "allowExternalIdToUseEmailOtp": "default",
			"includeTargets": []any{
				map[string]any{"targetType": "group", "id": "all_users", "isRegistrationRequired": false},
			},
		},
		PolicySecurityDefaults: {
			"id": "00000000-0000-0000-0000-000000000005", "displayName": "Security Defaults",
			"description": "Security defaults is a set of basic identity security mechanisms recommended by Microsoft.",
			"isEnabled":   false,
		},
	}
}

// Policy copies a policy document.
func (s *Server) Policy(name string) (map[string]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	doc, found := s.docs[name]
	if !found {
		return nil, fmt.Errorf("reading policy %q: %w", name, errNoPolicy)
	}
	return deepCopy(doc), nil
}

// SetPolicy overwrites properties of a policy document, as an admin in the portal would; nothing is checked.
func (s *Server) SetPolicy(name string, change map[string]any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	doc, found := s.docs[name]
	if !found {
		return fmt.Errorf("changing policy %q: %w", name, errNoPolicy)
	}
	maps.Copy(doc, deepCopy(change))
	return nil
}

// deepCopy goes through JSON, so that a document only ever holds what JSON holds.
func deepCopy(m map[string]any) map[string]any {
	b, err := json.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("graphfake: policy cannot be marshalled: %v", err)) // only a caller's Go value can do this
	}
	var out map[string]any
	dec := json.NewDecoder(bytes.NewReader(b))
	if err := dec.Decode(&out); err != nil {
		panic(fmt.Sprintf("graphfake: policy cannot be read back: %v", err))
	}
	return out
}

// text reads a string property of a policy document.
func (t *tenant) text(doc, property string) string {
	v, _ := t.docs[doc][property].(string)
	return v
}

// list reads a string list of a policy document.
func (t *tenant) list(doc, property string) []string {
	raw, _ := t.docs[doc][property].([]any)
	var out []string
	for _, x := range raw {
		if v, isText := x.(string); isText {
			out = append(out, v)
		}
	}
	return out
}

func (c *call) getDoc(name, context string) reply {
	return c.one(http.StatusOK, context, maps.Clone(c.s.docs[name]))
}

// patchDoc merges a body into a document; only known properties, enums checked.
func (c *call) patchDoc(name string, enums map[string][]string, answer func() reply) reply {
	var body map[string]any
	if err := json.Unmarshal(c.body, &body); err != nil {
		return malformed(err)
	}
	doc := c.s.docs[name]
	for k, v := range body {
		if k == "@odata.type" || k == "@odata.context" {
			delete(body, k)
			continue
		}
		if _, known := doc[k]; !known || k == "id" {
			return badRequest("Invalid property '" + k + "'.")
		}
		if allowed := enums[k]; allowed != nil {
			if text, isText := v.(string); !isText || !slices.Contains(allowed, text) {
				return badRequest(fmt.Sprintf("Invalid value specified for property '%s'.", k))
			}
		}
	}
	maps.Copy(doc, body)
	if name == PolicyXTAPDefault {
		doc["isServiceDefault"] = false
	}
	c.s.wrote("policy.update")
	return answer()
}

func (c *call) patchAuthorization() reply {
	return c.patchDoc(PolicyAuthorization, map[string][]string{
		"allowInvitesFrom": {"none", "adminsAndGuestInviters", "adminsGuestInvitersAndAllMembers", "everyone"},
		"guestUserRoleId":  {GuestAccessLikeMembers, GuestAccessLimited, GuestAccessRestricted},
	}, noContent)
}

func (c *call) patchSharePoint() reply {
	return c.patchDoc(PolicySharePoint, map[string][]string{
		"sharingCapability": {
			"disabled", "externalUserSharingOnly", "externalUserAndGuestSharing", "existingExternalUserSharingOnly",
		},
		"sharingDomainRestrictionMode": {"none", "allowList", "blockList"},
	}, func() reply { return c.getDoc(PolicySharePoint, "admin/sharepoint/settings/$entity") })
}
