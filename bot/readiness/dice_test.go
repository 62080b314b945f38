package readiness

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// dice draws questions: each setting is usually open, at times shut, at times
// unread; the calmer, the rarer.
type dice struct {
	*rand.Rand
	calm int
}

func throw(seed uint64) dice {
	r := rand.New(rand.NewPCG(seed, 7))
	return dice{r, 1 + r.IntN(16)}
}

// odd is a rare event.
func (d dice) odd(n int) bool { return d.one(n * d.calm) }

func (d dice) one(n int) bool { return d.IntN(n) == 0 }

func draw[T any](d dice, open T, others ...T) Setting[T] {
	switch {
	case d.odd(10):
		return Unread[T](Missing{Reason: []Reason{NoPermission, NotInCloud, Unavailable, NotAsked, Unclear}[d.IntN(5)]}, source, now)
	case len(others) > 0 && d.odd(3):
		return read(others[d.IntN(len(others))])
	default:
		return read(open)
	}
}

func (d dice) domains() DomainRule {
	lists := [][]string{nil, {"fabrikam.com"}, {"contoso.nl", "com"}, {"mail.fabrikam.com", "gmail.com"}}
	return DomainRule{
		Mode:      []DomainMode{AnyDomain, AnyDomain, AllowList, DenyList, "odd"}[d.IntN(5)],
		Domains:   lists[d.IntN(len(lists))],
		Uncertain: d.one(20),
	}
}

func (d dice) level() SharingLevel {
	return []SharingLevel{SharingOff, SharingExisting, SharingGuests, SharingAnyone, SharingGuests, "unknownFutureValue"}[d.IntN(6)]
}

func (d dice) access() CrossTenant {
	kinds := []Access{AllowAll, AllowAll, BlockAll, AllowSome, BlockSome, ""}
	return CrossTenant{
		Users: kinds[d.IntN(len(kinds))], Apps: kinds[d.IntN(len(kinds))],
		SharePointAmongApps: d.one(2), OnlyPasscode: d.one(10), TrustsMFA: d.one(2), TrustsDevices: d.one(2),
	}
}

func (d dice) policies() []ConditionalAccessPolicy {
	var out []ConditionalAccessPolicy
	for i := range d.IntN(3) {
		out = append(out, ConditionalAccessPolicy{
			Name: fmt.Sprintf("Policy %d", i), HitsGuests: d.one(2), HitsSharePoint: d.one(2), Conditional: d.one(2),
			Blocks: d.one(3), NeedsMFA: d.one(2), NeedsDevice: d.one(3), AnyOf: d.one(2),
		})
	}
	return out
}

func (d dice) user() User {
	return User{ID: "u-anna", DisplayName: "Anna", Guest: !d.one(8), Enabled: !d.one(5), Pending: d.one(3), CreatedAt: now.AddDate(0, 0, -d.IntN(90))}
}

func (d dice) question(tb testing.TB) Question {
	tb.Helper()
	q := openQuestion(tb)
	s := &q.Snapshot
	s.Company = draw(d, s.Company.Value)
	s.Authorization = draw(d, s.Authorization.Value, AuthorizationPolicy{AllowInvitesFrom: invitesNone},
		AuthorizationPolicy{AllowInvitesFrom: invitesInviters}, AuthorizationPolicy{AllowInvitesFrom: invitesMembers}, AuthorizationPolicy{})
	s.InviteDomains = draw(d, s.InviteDomains.Value, d.domains())
	s.CrossTenant = draw(d, s.CrossTenant.Value, d.access())
	s.Groups = draw(d, s.Groups.Value, GroupsPolicy{AllowToAddGuests: d.one(2), AllowGuestsToAccessGroups: d.one(2), AllowGuestsToBeOwners: d.one(2), LabelsEnabled: d.one(2)})
	s.SharePoint = draw(d, s.SharePoint.Value, SharePointPolicy{Sharing: d.level(), Domains: d.domains()},
		SharePointPolicy{Sharing: SharingExisting, Domains: DomainRule{Mode: AnyDomain}})
	s.OneTimePasscode = draw(d, true, false)
	s.ConditionalAccess = draw(d, nil, d.policies())
	s.Clouds = draw(d, []string{"microsoftonline.us"}, nil)

	subject := &q.Subject
	subject.Address = address(tb, []string{"anna@fabrikam.com", "anna@mail.fabrikam.com", "piet@gmail.com", "jan@contoso.nl", "sanne@noordzee.nl"}[d.IntN(5)])
	if d.odd(8) {
		subject.Address = Address{Mail: "not an address"}
	}
	subject.Matches = draw(d, nil, []User{d.user()}, []User{d.user()}, []User{d.user(), d.user()})
	subject.Contact, subject.Group = draw(d, false, d.one(2)), draw(d, false, d.one(2))
	subject.Deleted = draw(d, nil, &User{ID: "u-old"})
	subject.Home = draw(d, subject.Home.Value, HomeTenant{}, HomeTenant{TenantID: "t-us", Cloud: "microsoftonline.us"}, HomeTenant{Consumer: true, TenantID: "t-msa"})
	own := d.access()
	subject.Partner = draw(d, nil, &own)

	g, yes := q.Site.Group.Value, d.one(2)
	odd := g
	odd.Deleted, odd.Unified, odd.Dynamic, odd.Synced, odd.AllowToAddGuests = d.one(4), !d.one(4), d.one(4), d.one(4), &yes
	if d.one(2) {
		odd.LabelID = "l1"
	}
	q.Site.Group = draw(d, g, odd)
	q.Site.Owners = draw(d, q.Site.Owners.Value, []User{{ID: "u-priya", Enabled: d.one(2)}}, nil)
	q.Site.Sharing = draw(d, q.Site.Sharing.Value, SiteSharing{
		Effective: d.level(), Defined: d.level(), Domains: d.domains(), Locked: d.odd(1), Archived: d.odd(1), Restricted: d.odd(1),
	})
	if d.one(3) {
		q.Site.Label = &Label{Name: "Confidential", GuestsAllowed: d.one(2), Sharing: SharingGuests}
	}
	if d.odd(2) {
		q.Site, q.Wanted = Site{Planned: true}, d.level()
	}
	if d.odd(2) {
		q.Site.MemberIDs = []string{"u-anna"}
	}
	q.Actor.Guest, q.Actor.Enabled, q.Actor.Owner, q.Actor.Anyone = d.odd(2), !d.odd(4), !d.odd(1), d.odd(2)
	q.Actor.Inviter = draw(d, false, true)
	q.Path = []Path{ByBot, ByBot, ByOwner, ByAdmin}[d.IntN(4)]
	q.Policy = Policy{MaxGuests: 2, MaxDays: 30}
	if d.odd(2) {
		q.Guests, q.Until = 1+d.IntN(4), now.AddDate(0, 0, d.IntN(60)-5)
		q.Policy.BlockedDomains = []string{"gmail.com"}
	}
	return q
}
