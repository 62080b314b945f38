package graphfake

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
)

// SetPartnerPolicy writes a partner override of the cross-tenant access settings. Inbound is "allowed", "blocked", or
// empty for null, which means that the default applies.
func (s *Server) SetPartnerPolicy(tenantID, inboundAccess string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setPartnerPolicy(tenantID, inboundAccess)
}

func (t *tenant) setPartnerPolicy(tenantID, access string) {
	var in any
	if access != "" {
		in = inbound(access)
	}
	t.dropPartnerPolicy(tenantID)
	t.xtap = append(t.xtap, map[string]any{
		"tenantId": tenantID, "isServiceProvider": nil, "isInMultiTenantOrganization": false, "inboundTrust": nil,
		"b2bCollaborationInbound": in, "b2bCollaborationOutbound": nil, "b2bDirectConnectInbound": nil,
		"b2bDirectConnectOutbound": nil, "automaticUserConsentSettings": map[string]any{"inboundAllowed": nil, "outboundAllowed": nil},
	})
}

func (t *tenant) dropPartnerPolicy(tenantID string) {
	t.xtap = slices.DeleteFunc(t.xtap, func(p map[string]any) bool { return p["tenantId"] == tenantID })
}

func (t *tenant) partnerPolicy(tenantID string) map[string]any {
	for _, p := range t.xtap {
		if p["tenantId"] == tenantID {
			return p
		}
	}
	return nil
}

func (c *call) getPartnerPolicy() reply {
	p := c.s.partnerPolicy(c.p["tenant"])
	if p == nil {
		return fail(http.StatusNotFound, codeNotFound, "Resource '"+c.p["tenant"]+
			"' does not exist or one of its queried reference-property objects are not present.")
	}
	return c.one(http.StatusOK, "policies/crossTenantAccessPolicy/partners/$entity", maps.Clone(p))
}

func (c *call) patchPartnerPolicy() reply {
	p := c.s.partnerPolicy(c.p["tenant"])
	if p == nil {
		return notFound(c.p["tenant"])
	}
	var body map[string]any
	if err := json.Unmarshal(c.body, &body); err != nil {
		return malformed(err)
	}
	for k := range body {
		if _, known := p[k]; !known || k == "tenantId" {
			return badRequest("Invalid property '" + k + "'.")
		}
	}
	maps.Copy(p, body)
	c.s.wrote("policy.update")
	return noContent()
}

// inboundBlocked says whether cross-tenant access settings refuse guests of a tenant: partner before default, a null
// property of the partner is inherited.
func (t *tenant) inboundBlocked(tenantID string) bool {
	setting, _ := t.docs[PolicyXTAPDefault]["b2bCollaborationInbound"].(map[string]any)
	if p := t.partnerPolicy(tenantID); p != nil {
		if own, isSet := p["b2bCollaborationInbound"].(map[string]any); isSet {
			setting = own
		}
	}
	blocked := func(part, everybody string) bool {
		conf, _ := setting[part].(map[string]any)
		targets, _ := conf["targets"].([]any)
		return conf["accessType"] == "blocked" && slices.ContainsFunc(targets, func(x any) bool {
			target, _ := x.(map[string]any)
			return target["target"] == everybody
		})
	}
	return blocked("usersAndGroups", "AllUsers") || blocked("applications", "AllApplications")
}
