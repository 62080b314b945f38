package graph

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"guestsite/bot"
)

const siteProps = "id,displayName,mailNickname,mail,groupTypes"

// isUnified is the filter for Microsoft 365 groups, which are those with a site.
const isUnified = "groupTypes/any(c:c eq 'Unified')"

// FindSites lists groups with a site that match text: the beginning of a name or
// alias, the group's id, or the address of a site or of anything in it.
func (c *Client) FindSites(ctx context.Context, text string, limit int) ([]bot.SiteRef, error) {
	const doing = "find sites"
	text = strings.TrimSpace(text)
	if text == "" || limit <= 0 {
		return nil, nil
	}
	if isID.MatchString(text) {
		return c.siteByID(ctx, text)
	}
	if u, err := url.Parse(text); err == nil && u.Scheme == "https" && u.Host != "" {
		return c.siteAt(ctx, doing, u)
	}
	t := literal(text)
	filter := fmt.Sprintf("%s and (startsWith(displayName,%s) or startsWith(mailNickname,%s))", isUnified, t, t)
	return c.listSites(ctx, doing, filter, limit)
}

// isID matches a group's id, as lists of candidates carry it.
var isID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func (c *Client) siteByID(ctx context.Context, id string) ([]bot.SiteRef, error) {
	g, err := c.Group(ctx, id)
	switch {
	case err != nil && bot.CodeOf(err) == bot.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []bot.SiteRef{{GroupID: g.GroupID, Name: g.Name, Alias: g.Alias}}, nil
}

func (c *Client) listSites(ctx context.Context, doing, filter string, limit int) ([]bot.SiteRef, error) {
	var out []bot.SiteRef
	r := request{op: opGroups, query: map[string]string{"$filter": filter, "$select": siteProps, "$top": strconv.Itoa(min(limit, maxTop))}}
	err := pages(ctx, c, doing, r, models.CreateGroupCollectionResponseFromDiscriminatorValue, 10,
		func(p models.GroupCollectionResponseable) bool {
			for _, g := range p.GetValue() {
				if len(out) < limit {
					out = append(out, siteRef(g))
				}
			}
			return len(out) < limit
		})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func siteRef(g models.Groupable) bot.SiteRef {
	return bot.SiteRef{GroupID: val(g.GetId()), Name: val(g.GetDisplayName()), Alias: val(g.GetMailNickname())}
}

// siteAt finds the group of an address. Graph does not tell a site's group: the
// last part of the path is usually the group's alias, and the candidate's own
// site must then have this very address. Where SharePoint may be asked, it is.
func (c *Client) siteAt(ctx context.Context, doing string, u *url.URL) ([]bot.SiteRef, error) {
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) < 2 {
		return nil, nil
	}
	root := "https://" + u.Host + "/" + url.PathEscape(parts[0]) + "/" + url.PathEscape(parts[1])
	near, err := c.listSites(ctx, doing, isUnified+" and mailNickname eq "+literal(parts[1]), 5)
	if err != nil {
		return nil, err
	}
	for _, ref := range near {
		if s, err := c.groupSite(ctx, doing, ref.GroupID); err == nil && strings.EqualFold(s.url, root) {
			ref.URL = s.url
			return []bot.SiteRef{ref}, nil
		}
	}
	s, err := get[models.Siteable](ctx, c, doing, request{
		op: opSiteByPath, path: []string{u.Host, parts[0], parts[1]}, query: map[string]string{"$select": "id,webUrl"},
	}, models.CreateSiteFromDiscriminatorValue)
	switch {
	case bot.CodeOf(err) == bot.NotFound, bot.CodeOf(err) == bot.Invalid: // no such site, or not ours
		return nil, nil
	case err != nil:
		return nil, err
	}
	groupID, err := c.spo.groupOf(ctx, siteOf(s))
	if err != nil || groupID == "" {
		return nil, err
	}
	g, err := c.Group(ctx, groupID)
	if err != nil {
		return nil, err
	}
	return []bot.SiteRef{{GroupID: g.GroupID, Name: g.Name, Alias: g.Alias, URL: val(s.GetWebUrl())}}, nil
}

// SitesOf lists the groups with a site of which the person is an owner or member.
func (c *Client) SitesOf(ctx context.Context, personID string, limit int) ([]bot.SiteRef, error) {
	const doing = "list a person's sites"
	if limit <= 0 {
		return nil, nil
	}
	var out []bot.SiteRef
	for _, o := range []op{opOwned, opMemberOf} {
		r := request{op: o, path: []string{personID}, query: map[string]string{"$select": siteProps, "$top": strconv.Itoa(maxTop)}}
		err := pages(ctx, c, doing, r, models.CreateGroupCollectionResponseFromDiscriminatorValue, 10,
			func(p models.GroupCollectionResponseable) bool {
				for _, g := range p.GetValue() {
					seen := slices.ContainsFunc(out, func(s bot.SiteRef) bool { return s.GroupID == val(g.GetId()) })
					if !seen && slices.Contains(g.GetGroupTypes(), "Unified") && len(out) < limit {
						out = append(out, siteRef(g))
					}
				}
				return len(out) < limit
			})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
