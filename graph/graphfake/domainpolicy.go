package graphfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// b2bPolicy is the domain allow or deny list.
type b2bPolicy struct {
	id      string
	present bool
	allowed []string
	blocked []string
	form    B2BForm
}

// B2BForm says how the definition string of the B2B management policy is printed.
type B2BForm string

// The forms seen in the wild.
const (
	B2BFormJSON         B2BForm = ""             // plain JSON with all keys
	B2BFormSingleQuotes B2BForm = "singleQuotes" // single quotes for double ones, as in the vendor's example
	B2BFormMissingKeys  B2BForm = "missingKeys"  // no key for an empty list, nor for anything else
)

// SetDomainPolicy writes the domain allow list or deny list; both empty with present false removes the policy object.
func (s *Server) SetDomainPolicy(present bool, allowed, blocked []string, form B2BForm) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.b2b = b2bPolicy{id: s.b2b.id, present: present, allowed: allowed, blocked: blocked, form: form}
}

// refuses says whether the lists forbid an invitation to a domain. Whole domains are compared, without regard to case.
func (b *b2bPolicy) refuses(domain string) bool {
	in := func(list []string) bool {
		return slices.ContainsFunc(list, func(d string) bool { return strings.EqualFold(d, domain) })
	}
	if !b.present {
		return false
	}
	if len(b.allowed) > 0 {
		return !in(b.allowed)
	}
	return in(b.blocked)
}

func (b *b2bPolicy) definition() string {
	lists := map[string]any{}
	if len(b.allowed) > 0 || b.form != B2BFormMissingKeys {
		lists["AllowedDomains"] = orEmpty(b.allowed)
	}
	if len(b.blocked) > 0 || b.form != B2BFormMissingKeys {
		lists["BlockedDomains"] = orEmpty(b.blocked)
	}
	inner := map[string]any{"InvitationsAllowedAndBlockedDomainsPolicy": lists}
	if b.form != B2BFormMissingKeys {
		inner["AutoRedeemPolicy"] = map[string]any{
			"AdminConsentedForUsersIntoTenantIds": []string{}, "NoAADConsentForUsersFromTenantsIds": []string{},
		}
		inner["Version"] = 1
	}
	raw, err := json.Marshal(map[string]any{"B2BManagementPolicy": inner})
	if err != nil {
		panic(fmt.Sprintf("graphfake: domain policy cannot be marshalled: %v", err)) // strings and lists always can
	}
	if b.form == B2BFormSingleQuotes {
		return strings.ReplaceAll(string(raw), `"`, "'")
	}
	return string(raw)
}

func orEmpty(l []string) []string {
	if l == nil {
		return []string{}
	}
	return l
}

func (b *b2bPolicy) doc() map[string]any {
	return map[string]any{
		"id": b.id, "displayName": "B2BManagementPolicy", "isOrganizationDefault": true, "definition": []string{b.definition()},
	}
}

func (c *call) listB2B() reply {
	value := []any{}
	if c.s.b2b.present {
		value = append(value, c.s.b2b.doc())
	}
	return ok(map[string]any{"@odata.context": c.context("policies/b2bManagementPolicies"), "value": value})
}

// legacyPolicies is the undocumented listing: the same object among others, marked by type.
func (c *call) legacyPolicies() reply {
	value := []any{map[string]any{"id": newID(), "displayName": "TokenLifetimePolicy", "type": "TokenLifetimePolicy", "definition": []string{"{}"}}}
	if c.s.b2b.present {
		doc := c.s.b2b.doc()
		doc["type"] = "B2BManagementPolicy"
		value = append(value, doc)
	}
	return ok(map[string]any{"@odata.context": c.context("legacy/policies"), "value": value})
}

func (c *call) getB2B() reply {
	if !c.s.b2b.present || c.s.b2b.id != c.p["id"] {
		return notFound(c.p["id"])
	}
	return c.one(http.StatusOK, "policies/b2bManagementPolicies/$entity", c.s.b2b.doc())
}
