package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"guestsite/bot/readiness"
)

const (
	sourceB2B    = "Microsoft Graph: b2bManagementPolicy"
	sourceLegacy = "Microsoft Graph: legacy policies"
)

// wirePolicy is a policy of the token service, whose content is JSON in a string.
type wirePolicy struct {
	Type       any      `json:"type"` // in the older endpoint alone: a name or a number
	Definition []string `json:"definition"`
	Default    bool     `json:"isOrganizationDefault"`
}

// b2bRule reads the documented endpoint (Microsoft Graph: b2bManagementPolicy
// resource type).
func b2bRule(a answer, at time.Time) readiness.Setting[readiness.DomainRule] {
	return setting(a, sourceB2B, at, func(l list[wirePolicy]) (readiness.DomainRule, error) {
		return ruleOf(l.Value)
	})
}

// legacyDomains reads the older endpoint, which the vendor does not document.
// ok is false where it did not answer.
func (c *Client) legacyDomains(ctx context.Context, at time.Time) (readiness.Setting[readiness.DomainRule], bool) {
	p, err := get[*raw](ctx, c, "read the older policies", request{op: opLegacy}, newRaw)
	if err != nil {
		return readiness.Setting[readiness.DomainRule]{}, false
	}
	return setting(answer{op: opLegacy, node: p.node}, sourceLegacy, at, func(l list[wirePolicy]) (readiness.DomainRule, error) {
		var b2b []wirePolicy
		for _, p := range l.Value {
			if kind := fmt.Sprint(p.Type); kind == "B2BManagementPolicy" || kind == "6" {
				b2b = append(b2b, p)
			}
		}
		return ruleOf(b2b)
	}), true
}

// ruleOf reads the one policy that is the organisation's default. Without any,
// all domains are allowed; among several without a default nobody can tell.
func ruleOf(policies []wirePolicy) (readiness.DomainRule, error) {
	if len(policies) == 0 {
		return readiness.DomainRule{Mode: readiness.AnyDomain}, nil
	}
	chosen := policies[:0:0]
	for _, p := range policies {
		if p.Default {
			chosen = append(chosen, p)
		}
	}
	if len(chosen) == 0 {
		chosen = policies
	}
	if len(chosen) > 1 {
		return readiness.DomainRule{Mode: readiness.AnyDomain, Uncertain: true}, nil
	}
	return definitionOf(chosen[0].Definition)
}

// definitionOf reads the inner JSON. The vendor's own example prints it with
// single quotes.
func definitionOf(definition []string) (readiness.DomainRule, error) {
	if len(definition) == 0 {
		return readiness.DomainRule{Mode: readiness.AnyDomain}, nil
	}
	var in struct {
		Policy struct {
			Lists *struct {
				Allowed *[]string `json:"AllowedDomains"`
				Blocked *[]string `json:"BlockedDomains"`
			} `json:"InvitationsAllowedAndBlockedDomainsPolicy"`
		} `json:"B2BManagementPolicy"`
	}
	text := definition[0]
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		if err := json.Unmarshal([]byte(strings.ReplaceAll(text, "'", `"`)), &in); err != nil {
			return readiness.DomainRule{}, fmt.Errorf("reading the policy's definition: %w", err)
		}
	}
	lists := in.Policy.Lists
	if lists == nil {
		return readiness.DomainRule{Mode: readiness.AnyDomain}, nil
	}
	switch {
	case lists.Allowed != nil && len(*lists.Allowed) > 0:
		return readiness.DomainRule{Mode: readiness.AllowList, Domains: lower(*lists.Allowed)}, nil
	case lists.Blocked != nil && len(*lists.Blocked) > 0:
		return readiness.DomainRule{Mode: readiness.DenyList, Domains: lower(*lists.Blocked)}, nil
	}
	// An allow list that is there and empty, without a deny list beside it: what
	// the vendor makes of that is not documented.
	return readiness.DomainRule{Mode: readiness.AnyDomain, Uncertain: lists.Allowed != nil && lists.Blocked == nil}, nil
}
