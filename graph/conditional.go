package graph

import (
	"context"
	"slices"
	"strings"
	"time"

	"guestsite/bot/readiness"
)

const sourceConditional = "Microsoft Graph: conditionalAccessPolicy"

// wireConditional is a conditional access policy as far as it decides over a
// guest who opens a site in a browser (Microsoft Graph: conditionalAccessPolicy
// resource type).
type wireConditional struct {
	Name       string `json:"displayName"`
	State      string `json:"state"`
	Conditions struct {
		Users *struct {
			Include       []string    `json:"includeUsers"`
			Exclude       []string    `json:"excludeUsers"`
			IncludeGuests *wireGuests `json:"includeGuestsOrExternalUsers"`
			ExcludeGuests *wireGuests `json:"excludeGuestsOrExternalUsers"`
		} `json:"users"`
		Apps *struct {
			Include []string `json:"includeApplications"`
			Exclude []string `json:"excludeApplications"`
			Filter  any      `json:"applicationFilter"`
		} `json:"applications"`
		Clients   []string `json:"clientAppTypes"`
		Locations *struct {
			Include []string `json:"includeLocations"`
			Exclude []string `json:"excludeLocations"`
		} `json:"locations"`
		Platforms *struct {
			Include []string `json:"includePlatforms"`
			Exclude []string `json:"excludePlatforms"`
		} `json:"platforms"`
		Devices    any      `json:"devices"`
		Flows      any      `json:"authenticationFlows"`
		SignInRisk []string `json:"signInRiskLevels"`
		UserRisk   []string `json:"userRiskLevels"`
		Insider    any      `json:"insiderRiskLevels"`
	} `json:"conditions"`
	Grant *struct {
		Operator string   `json:"operator"`
		Controls []string `json:"builtInControls"`
		Strength any      `json:"authenticationStrength"`
		Terms    []string `json:"termsOfUse"`
		Custom   []string `json:"customAuthenticationFactors"`
	} `json:"grantControls"`
}

type wireGuests struct {
	Types   string `json:"guestOrExternalUserTypes"` // joined by commas
	Tenants *struct {
		Kind string `json:"membershipKind"`
	} `json:"externalTenants"`
}

// b2b says whether B2B guests are meant, and whether those of some tenants only.
func (g *wireGuests) b2b() (meant, some bool) {
	if g == nil {
		return false, false
	}
	for t := range strings.SplitSeq(g.Types, ",") {
		if strings.TrimSpace(t) == "b2bCollaborationGuest" {
			return true, g.Tenants != nil && g.Tenants.Kind == "enumerated"
		}
	}
	return false, false
}

// hitsGuests applies what a policy includes and then what it excludes again;
// some says that it depends on the guest's tenant.
func (w *wireConditional) hitsGuests() (hits, some bool) {
	u := w.Conditions.Users
	if w.State != "enabled" || u == nil {
		return false, false
	}
	everyone := slices.Contains(u.Include, "All") || slices.Contains(u.Include, "GuestsOrExternalUsers")
	meant, partly := u.IncludeGuests.b2b()
	if !everyone && !meant {
		return false, false
	}
	some = !everyone && partly
	if slices.Contains(u.Exclude, "GuestsOrExternalUsers") || slices.Contains(u.Exclude, "All") {
		return false, false
	}
	if out, partlyOut := u.ExcludeGuests.b2b(); out {
		if !partlyOut {
			return false, false
		}
		some = true
	}
	return true, some
}

// hitsSharePoint also looks at the kind of client: a policy against old clients
// says nothing of a browser.
func (w *wireConditional) hitsSharePoint() bool {
	a := w.Conditions.Apps
	if w.State != "enabled" || a == nil {
		return false
	}
	named := func(list []string, all bool) bool {
		return slices.ContainsFunc(list, func(s string) bool {
			return all && s == "All" || s == "Office365" || strings.EqualFold(s, appSharePoint)
		})
	}
	browser := len(w.Conditions.Clients) == 0 || slices.Contains(w.Conditions.Clients, "all") || slices.Contains(w.Conditions.Clients, "browser")
	return browser && named(a.Include, true) && !named(a.Exclude, false)
}

// conditional says that more than user and application decides.
func (w *wireConditional) conditional() bool {
	c := &w.Conditions
	narrow := func(include, exclude []string, all string) bool {
		everywhere := slices.ContainsFunc(include, func(s string) bool { return strings.EqualFold(s, all) })
		return len(exclude) > 0 || (len(include) > 0 && !everywhere)
	}
	switch {
	case c.Locations != nil && narrow(c.Locations.Include, c.Locations.Exclude, "All"),
		c.Platforms != nil && narrow(c.Platforms.Include, c.Platforms.Exclude, "all"),
		len(c.SignInRisk) > 0, len(c.UserRisk) > 0,
		c.Devices != nil, c.Flows != nil, c.Insider != nil && c.Insider != "",
		c.Apps != nil && c.Apps.Filter != nil:
		return true
	}
	return false
}

func (w *wireConditional) read() readiness.ConditionalAccessPolicy {
	p := readiness.ConditionalAccessPolicy{Name: w.Name, HitsSharePoint: w.hitsSharePoint(), Conditional: w.conditional()}
	var some bool
	p.HitsGuests, some = w.hitsGuests()
	p.Conditional = p.Conditional || some
	if g := w.Grant; g != nil {
		p.Blocks = slices.Contains(g.Controls, "block")
		p.NeedsMFA = slices.Contains(g.Controls, "mfa") || g.Strength != nil
		p.NeedsDevice = slices.Contains(g.Controls, "compliantDevice") || slices.Contains(g.Controls, "domainJoinedDevice")
		p.AnyOf = strings.EqualFold(g.Operator, "OR")
	}
	return p
}

// maxPolicyPages is far above the vendor's limit of 195 policies in a tenant.
const maxPolicyPages = 10

// conditionalOf reads the policies, further pages included.
func (c *Client) conditionalOf(ctx context.Context, a answer, at time.Time) readiness.Setting[[]readiness.ConditionalAccessPolicy] {
	var rest []wireConditional
	s := setting(a, sourceConditional, at, func(l list[wireConditional]) ([]readiness.ConditionalAccessPolicy, error) {
		for n := 1; l.Next != "" && n < maxPolicyPages; n++ {
			p, err := follow[*raw](ctx, c, "read conditional access", request{op: opConditional}, l.Next, newRaw)
			if err != nil {
				return nil, err
			}
			var more list[wireConditional]
			if err := decode(p.node, &more); err != nil {
				return nil, err
			}
			rest = append(rest, more.Value...)
			l.Next = more.Next
		}
		out := []readiness.ConditionalAccessPolicy{}
		for _, w := range append(l.Value, rest...) {
			out = append(out, w.read())
		}
		return out, nil
	})
	return s
}
