package graph

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"guestsite/bot"
	"guestsite/bot/readiness"
)

const (
	sourceGroup   = "Microsoft Graph: group"
	sourceOwners  = "Microsoft Graph: owners"
	sourceSharing = "SharePoint admin: Active sites"
)

const readinessProps = "id,displayName,mail,visibility,groupTypes,membershipRule,onPremisesSyncEnabled,isAssignableToRole,assignedLabels"

// Site reads a group and its site: one batch of Graph, then SharePoint's own
// settings of the site where they may be read.
func (c *Client) Site(ctx context.Context, groupID string, memberIDs ...string) (readiness.Site, error) {
	const doing = "read a group and its site"
	at := c.now()
	rs := []request{
		{op: opGroup, path: []string{groupID}, query: map[string]string{"$select": readinessProps}},
		{op: opGroupSettings, path: []string{groupID}},
		{op: opOwners, path: []string{groupID}, query: map[string]string{"$select": userProps, "$top": maxOwners}},
		{op: opGroupSite, path: []string{groupID}, query: map[string]string{"$select": "id,webUrl"}},
	}
	memberIDs = slices.DeleteFunc(slices.Clone(memberIDs), func(id string) bool { return id == "" })
	for _, id := range memberIDs {
		rs = append(rs, checkGroups(id, []string{groupID}))
	}
	answers, err := c.batch(ctx, doing, rs...)
	if err != nil {
		return readiness.Site{}, err
	}
	if f := answers[0].fault; f != nil && f.status == 404 {
		return readiness.Site{}, f.err(doing, opGroup)
	}
	where, siteErr := as[models.Siteable](answers[3], doing, models.CreateSiteFromDiscriminatorValue)
	s := readiness.Site{Owners: ownersOf(answers[2], doing, at)}
	s.Group = c.groupOf(answers[0], answers[1], doing, at)
	s.Label = c.label(s.Group.Value)
	for i, id := range memberIDs {
		var l list[string]
		err := answers[4+i].into(doing, &l)
		if err != nil && bot.CodeOf(err) != bot.NotFound {
			return readiness.Site{}, err
		}
		if slices.Contains(l.Value, groupID) {
			s.MemberIDs = append(s.MemberIDs, id)
		}
	}
	if siteErr == nil {
		s.Group.Value.WebURL = val(where.GetWebUrl())
	}
	s.Sharing = c.siteSharing(ctx, where, siteErr, at)
	return s, nil
}

func (c *Client) groupOf(a, own answer, doing string, at time.Time) readiness.Setting[readiness.Group] {
	g, err := as[models.Groupable](a, doing, models.CreateGroupFromDiscriminatorValue)
	if err != nil {
		return readiness.Unread[readiness.Group](itemMissing(a), sourceGroup, at)
	}
	x := readiness.Group{
		ID: val(g.GetId()), DisplayName: val(g.GetDisplayName()), Mail: val(g.GetMail()),
		Unified: slices.Contains(g.GetGroupTypes(), "Unified"),
		Dynamic: slices.Contains(g.GetGroupTypes(), "DynamicMembership") || val(g.GetMembershipRule()) != "",
		Synced:  val(g.GetOnPremisesSyncEnabled()), RoleAssignable: val(g.GetIsAssignableToRole()),
		Visibility: val(g.GetVisibility()),
	}
	if l := g.GetAssignedLabels(); len(l) > 0 {
		x.LabelID, x.LabelName = val(l[0].GetLabelId()), val(l[0].GetDisplayName())
	}
	unread := func(m readiness.Missing) readiness.Setting[readiness.Group] {
		s := readiness.Unread[readiness.Group](m, sourceGroup, at)
		s.Value = x // its name can be told although the whole cannot be judged
		return s
	}
	var settings list[wireSetting]
	if m := own.missing(); m != nil {
		return unread(*m)
	}
	if err := own.into(doing, &settings); err != nil {
		return unread(readiness.Missing{Reason: readiness.Unclear})
	}
	for _, w := range settings.Value {
		if !strings.EqualFold(w.TemplateID, templateGuest) {
			continue
		}
		allow, err := w.flag("AllowToAddGuests", true)
		if err != nil {
			return unread(readiness.Missing{Reason: readiness.Unclear})
		}
		x.AllowToAddGuests = &allow
	}
	return readiness.Read(x, sourceGroup, at)
}

// label is what the operator declared about the group's label.
func (c *Client) label(g readiness.Group) *readiness.Label {
	for id, l := range c.opt.Labels {
		if g.LabelID != "" && strings.EqualFold(id, g.LabelID) {
			return &l
		}
	}
	return nil
}

func ownersOf(a answer, doing string, at time.Time) readiness.Setting[[]readiness.User] {
	p, err := as[models.UserCollectionResponseable](a, doing, models.CreateUserCollectionResponseFromDiscriminatorValue)
	if err != nil {
		return readiness.Unread[[]readiness.User](itemMissing(a), sourceOwners, at)
	}
	out := []readiness.User{}
	for _, u := range p.GetValue() {
		out = append(out, user(u))
	}
	return readiness.Read(out, sourceOwners, at)
}

// siteSharing is the site's own level for a reading of the whole.
func (c *Client) siteSharing(ctx context.Context, where models.Siteable, siteErr error, at time.Time) readiness.Setting[readiness.SiteSharing] {
	unread := func(m readiness.Missing) readiness.Setting[readiness.SiteSharing] {
		return readiness.Unread[readiness.SiteSharing](m, sourceSharing, at)
	}
	if !c.spo.given() {
		return unread(readiness.Missing{Permission: permissionSites, Reason: readiness.NotAsked})
	}
	if siteErr != nil {
		return unread(why(opGroupSite, siteErr))
	}
	v, err := c.spo.sharing(ctx, "read a site's sharing level", siteOf(where))
	if err != nil {
		m := why("", err)
		if m.Reason == readiness.NoPermission {
			m.Permission = permissionSites
		}
		return unread(m)
	}
	return readiness.Read(v, sourceSharing, at)
}
