package bot

import (
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// An admin's word stands in for a setting that could not be read, and for no
// other: what can be read again goes before it. His name is its source.

// withHand lays what was confirmed for a request's site, and for one of its
// guests, over a question about the guest.
func withHand(q readiness.Question, r *flow.Request, g *flow.Guest) readiness.Question {
	said := []map[string]flow.ByHand{g.ByHand}
	if r.Site != nil {
		said = append(said, r.Site.ByHand)
	}
	for _, m := range said {
		for key, h := range m {
			handCompany(&q.Snapshot, key, h)
			handGuest(&q, key, h)
		}
	}
	return q
}

// handCompany takes an admin's word for a setting of the company: that it lets
// these guests in. Who may invite is nobody's word; it is read of each person.
func handCompany(s *readiness.Snapshot, key string, h flow.ByHand) {
	switch key {
	case readiness.KeyDomains:
		confirm(&s.InviteDomains, readiness.DomainRule{Mode: readiness.AnyDomain}, h)
	case readiness.KeyInbound:
		confirm(&s.CrossTenant, readiness.CrossTenant{Users: readiness.AllowAll, Apps: readiness.AllowAll}, h)
	case readiness.KeyOrgSharing, readiness.KeyOrgDomains:
		confirm(&s.SharePoint, readiness.SharePointPolicy{
			Sharing: readiness.SharingGuests, Domains: readiness.DomainRule{Mode: readiness.AnyDomain}, SiteCreation: true,
		}, h)
	case readiness.KeyConditional:
		confirm(&s.ConditionalAccess, []readiness.ConditionalAccessPolicy{}, h)
	}
}

// handGuest takes an admin's word for a setting of the site or of the guest.
func handGuest(q *readiness.Question, key string, h flow.ByHand) {
	switch key {
	case settingSite, readiness.KeySiteSharing:
		if h.Value == "" {
			h.Value = string(readiness.SharingGuests)
		}
		q.Site.Sharing = confirmed(q.Site.Sharing, h)
	case readiness.KeyLabel:
		if q.Site.Label == nil && h.By.ID != "" {
			q.Site.Label = &readiness.Label{Name: q.Site.Group.Value.LabelName, GuestsAllowed: true, Sharing: readiness.SharingGuests}
		}
	case readiness.KeyPartner:
		confirm(&q.Subject.Partner, &readiness.CrossTenant{Users: readiness.AllowAll, Apps: readiness.AllowAll}, h)
	case readiness.KeyHome:
		confirm(&q.Subject.Home, readiness.HomeTenant{}, h)
	case readiness.KeyClouds:
		confirm(&q.Snapshot.Clouds, []string{q.Subject.Home.Value.Cloud}, h)
	case readiness.KeyContact:
		confirm(&q.Subject.Contact, false, h)
	case readiness.KeyGroupMail:
		confirm(&q.Subject.Group, false, h)
	case readiness.KeyDeleted:
		confirm(&q.Subject.Deleted, nil, h)
	}
}

// confirm sets a setting that was not read.
func confirm[T any](s *readiness.Setting[T], v T, h flow.ByHand) {
	if !s.OK() && h.By.ID != "" {
		*s = readiness.Read(v, h.By.Name, h.At)
	}
}

// settingSite is the setting of a site's own sharing level, as it is met when
// the level is to be set.
const settingSite = "spo.site"

// confirmed takes an admin's word for a site's level that may not be read.
func confirmed(s readiness.Setting[readiness.SiteSharing], h flow.ByHand) readiness.Setting[readiness.SiteSharing] {
	l := readiness.SharingLevel(h.Value)
	confirm(&s, readiness.SiteSharing{Effective: l, Defined: l}, h)
	return s
}
