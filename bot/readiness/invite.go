package readiness

import "time"

// layerChecks is the table of everything that can stop an invitation, by layer.
var layerChecks = [layerCount][]check{
	LayerAddress:    addressChecks,
	LayerInvite:     inviteChecks,
	LayerDomains:    domainChecks,
	LayerGroups:     groupsChecks,
	LayerGroup:      groupChecks,
	LayerSharePoint: sharePointChecks,
	LayerSite:       siteChecks,
	LayerAccount:    accountChecks,
	LayerRules:      ruleChecks,
}

// Invite answers whether the guest can be invited to the site. Every layer's
// findings are reported, so that one trip to the settings is enough; the first
// that decides is Decisive.
//
// For a guest who is in the directory, who may invite does not matter; for one
// who accepted, neither does the list of domains for invitations.
func Invite(q Question) Verdict {
	if q.Path == "" {
		q.Path = ByBot
	}
	c := judge(&q, q.Path)
	v := Verdict{Path: q.Path, Findings: c.findings, Unseen: c.unseen(), Flags: Flags(q)}
	v.Outcome, v.Decisive = conclude(v.Findings)
	if v.Outcome == Can && q.Path == ByBot {
		v.compareByHand(c)
	}
	return v
}

// handChecks are the rows of the table that look at the path.
var handChecks = func() (out [layerCount][]check) {
	for layer, checks := range layerChecks {
		for _, ch := range checks {
			switch ch.key {
			case KeyInviter, KeyGroupsAdd, KeyGroupAdd, KeyOwners, KeyOrgSharing, KeySiteSharing, KeyWanted:
				out[layer] = append(out[layer], ch)
			}
		}
	}
	return out
}()

// judge runs every check for one path.
func judge(q *Question, path Path) *call {
	c := &call{q: q, path: path, findings: make([]Finding, 0, 32)}
	c.identify()
	for layer := range layerChecks {
		c.run(Layer(layer), layerChecks[layer])
	}
	return c
}

// compareByHand looks whether an owner could do by hand what the bot can.
// Nothing stops the bot, so only what depends on the path is judged again.
func (v *Verdict) compareByHand(c *call) {
	hand := *c
	hand.path, hand.findings = ByOwner, make([]Finding, 0, 8)
	for layer := range handChecks {
		if len(handChecks[layer]) > 0 {
			hand.run(Layer(layer), handChecks[layer])
		}
	}
	outcome, i := conclude(hand.findings)
	if outcome != Cannot {
		return
	}
	v.Outcome, v.ByHand = CanByBot, &hand.findings[i]
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Layer == v.ByHand.Layer && f.Setting == v.ByHand.Setting {
			v.Decisive = i
			return
		}
	}
}

// copyLag is how long SharePoint's copy of Entra's rules may be behind
// (Set-SPOTenant, SyncAadB2BManagementPolicy).
const copyLag = 24 * time.Hour

// unseen lists what could still stop this guest and nobody here can read.
func (c *call) unseen() []Code {
	var out []Code
	if c.guest&guests == 0 {
		return out
	}
	home := &c.q.Subject.Home
	if !home.OK() || home.Value.TenantID != "" && !home.Value.Consumer {
		out = append(out, UnseenHomeRules)
	}
	for _, key := range []string{KeyDomains, KeyInvites, KeyGuestAccess} {
		if at, ok := c.q.ChangedAt[key]; ok && c.q.Now.Before(at.Add(copyLag)) {
			out = append(out, UnseenSharepointCopy)
			break
		}
	}
	if c.guest&notAccepted != 0 {
		out = append(out, UnseenMailRefused)
	}
	if c.guest == newGuest {
		out = append(out, UnseenTenantLimit)
	}
	if !c.q.Site.Planned {
		out = append(out, UnseenBarriers)
	}
	return out
}
