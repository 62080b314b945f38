package graphfake

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Sharing levels as SharePoint numbers them. The numbers are not in the order of permissiveness.
const (
	SharingDisabled = 0 // only people in the organisation
	SharingGuests   = 1 // new and existing guests
	SharingAnyone   = 2
	SharingExisting = 3 // existing guests
)

// permissive ranks a sharing level.
func permissive(level int) int {
	return map[int]int{SharingDisabled: 0, SharingExisting: 1, SharingGuests: 2, SharingAnyone: 3}[level]
}

func narrower(a, b int) int {
	if permissive(a) < permissive(b) {
		return a
	}
	return b
}

// orgSharing is the organisation's level.
func (t *tenant) orgSharing() int {
	return map[string]int{
		"disabled": SharingDisabled, "externalUserSharingOnly": SharingGuests,
		"externalUserAndGuestSharing": SharingAnyone, "existingExternalUserSharingOnly": SharingExisting,
	}[t.text(PolicySharePoint, "sharingCapability")]
}

// effective is the most restrictive of organisation, site and label.
func (t *tenant) effective(x *Site) int {
	level := narrower(t.orgSharing(), x.Sharing)
	if x.LabelSharing != nil {
		level = narrower(level, *x.LabelSharing)
	}
	return level
}

func (s *Server) addRootSite() {
	s.sites = append(s.sites, &Site{
		ID: newID(), WebID: newID(), Title: s.opt.Name, Path: "/", Created: s.opt.Now(), Sharing: SharingAnyone, next: SharingAnyone,
	})
}

// putSite makes the site of a group: its level follows the guest setting at this moment, never above the organisation's;
// a path that is taken gets a number.
func (s *Server) putSite(g *Group) *Site {
	level := SharingGuests
	if !s.unifiedFlag("AllowToAddGuests") {
		level = SharingExisting
	}
	level = narrower(level, s.orgSharing())
	path := "/sites/" + g.MailNickname
	taken := func(p string) bool {
		return slices.ContainsFunc(s.sites, func(x *Site) bool { return strings.EqualFold(x.Path, p) })
	}
	for n := 2; taken(path); n++ {
		path = fmt.Sprintf("/sites/%s%d", g.MailNickname, n)
	}
	x := &Site{
		ID: newID(), WebID: newID(), GroupID: g.ID, Title: g.DisplayName, Path: path, Created: s.opt.Now(), Sharing: level, next: level,
	}
	s.sites = append(s.sites, x)
	return x
}

func (t *tenant) siteOf(groupID string) *Site {
	for _, x := range t.sites {
		if x.GroupID == groupID && groupID != "" {
			return x
		}
	}
	return nil
}

// live says whether a site's group, if any, is not deleted.
func (t *tenant) live(x *Site) bool { return x.GroupID == "" || t.group(x.GroupID) != nil }

func (s *Server) siteURL(x *Site) string {
	return strings.TrimSuffix(s.urls[HostSharePoint]+x.Path, "/")
}

// ProvisionSite makes the site of a group ready at once, also one that would never come; false when there is none.
func (s *Server) ProvisionSite(groupID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.siteOf(groupID)
	if x == nil {
		return false
	}
	x.unready = 0
	return true
}

// HoldSite keeps the site of a group from appearing for n more reads; negative is for ever.
func (s *Server) HoldSite(groupID string, n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.siteOf(groupID)
	if x == nil {
		return false
	}
	x.unready = n
	return true
}

// siteEntity is Graph's site resource.
func (s *Server) siteEntity() *entity[*Site] {
	return &entity[*Site]{
		name: "site",
		props: map[string]func(*Site) any{
			"id":                   func(x *Site) any { return s.siteID(x) },
			"createdDateTime":      func(x *Site) any { return stamp(x.Created) },
			"lastModifiedDateTime": func(x *Site) any { return stamp(x.Created) },
			"description":          func(*Site) any { return "" },
			"displayName":          func(x *Site) any { return x.Title },
			"name":                 func(x *Site) any { return x.Path[strings.LastIndexByte(x.Path, '/')+1:] },
			"webUrl":               func(x *Site) any { return s.siteURL(x) },
			"root":                 func(*Site) any { return map[string]any{} },
			"siteCollection":       func(*Site) any { return map[string]any{"hostname": s.siteHost()} },
			"sharepointIds": func(x *Site) any {
				return map[string]any{"siteId": x.ID, "webId": x.WebID, "siteUrl": s.siteURL(x), "tenantId": s.opt.TenantID}
			},
		},
		defaults: []string{
			"id", "createdDateTime", "lastModifiedDateTime", "description", "displayName", "name", "webUrl", "root", "siteCollection",
		},
	}
}

// siteHost is the host name in site ids, without a port.
func (s *Server) siteHost() string {
	u, err := url.Parse(s.urls[HostSharePoint])
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func (s *Server) siteID(x *Site) string { return s.siteHost() + "," + x.ID + "," + x.WebID }

func (c *call) showSite(x *Site) reply {
	if r := c.allowQuery("$select"); r != nil {
		return *r
	}
	e := c.s.siteEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	return c.one(http.StatusOK, "sites/$entity", e.show(x, w))
}

func (c *call) rootSite() reply { return c.showSite(c.s.sites[0]) }

// groupSite is GET /groups/{id}/sites/root, which lags behind the group.
func (c *call) groupSite() reply {
	g := c.s.group(c.p["id"])
	if g == nil {
		return notFound(c.p["id"])
	}
	x := c.s.siteOf(g.ID)
	if x == nil {
		return fail(http.StatusNotFound, "itemNotFound", "The specified site was not found.")
	}
	if x.unready != 0 {
		if x.unready > 0 {
			x.unready--
		}
		return fail(http.StatusNotFound, "ResourceNotFound", "Resource provisioning is in progress. Please try again.")
	}
	return c.showSite(x)
}

func siteMissing() reply {
	return fail(http.StatusNotFound, "itemNotFound", "Requested site could not be found")
}

// siteByID takes "host,siteId,webId", the site collection's GUID alone, a host name, or "host:/sites/name" where a
// client has escaped the slashes.
func (c *call) siteByID() reply {
	if host, path, found := strings.Cut(c.p["id"], ":/"); found {
		managed, name, _ := strings.Cut(strings.TrimSuffix(path, ":"), "/")
		c.p["host"], c.p["managed"], c.p["name"] = host, managed, name
		return c.siteByPath()
	}
	parts := strings.Split(c.p["id"], ",")
	for _, x := range c.s.sites {
		full := len(parts) == 3 && c.s.sameSiteHost(parts[0]) && parts[1] == x.ID && parts[2] == x.WebID
		if (full || len(parts) == 1 && parts[0] == x.ID) && x.unready == 0 && c.s.live(x) {
			return c.showSite(x)
		}
	}
	if len(parts) == 1 && c.s.sameSiteHost(parts[0]) {
		return c.rootSite()
	}
	return siteMissing()
}

// siteByPath is /sites/{host}:/{managed path}/{name}. The host may carry the port of loopback.
func (c *call) siteByPath() reply {
	if !c.s.sameSiteHost(strings.TrimSuffix(c.p["host"], ":")) {
		return fail(http.StatusBadRequest, "invalidRequest", "Invalid hostname for this tenancy")
	}
	path := "/" + c.p["managed"] + "/" + c.p["name"]
	for _, x := range c.s.sites {
		if strings.EqualFold(x.Path, path) && x.unready == 0 && c.s.live(x) {
			return c.showSite(x)
		}
	}
	return siteMissing()
}

func (s *Server) sameSiteHost(h string) bool {
	h, _, _ = strings.Cut(h, ":")
	return h == s.siteHost() || h == "localhost"
}

// addCA stores a conditional access policy with the parts every one has.
func (t *tenant) addCA(policy map[string]any, now func() time.Time) string {
	p := deepCopy(policy)
	if _, given := p["id"].(string); !given {
		p["id"] = newID()
	}
	if p["state"] == nil {
		p["state"] = "enabled"
	}
	if p["createdDateTime"] == nil {
		p["createdDateTime"] = stamp(now())
	}
	t.caList = append(t.caList, p)
	return p["id"].(string)
}
