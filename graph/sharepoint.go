package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"guestsite/bot"
	"guestsite/bot/readiness"
)

// permissionSites is the application permission, of Office 365 SharePoint Online
// and not of Graph, that opens the administration endpoint.
const permissionSites = "Sites.FullControl.All"

// spoClient talks to SharePoint's own endpoints, which take a certificate (or an
// identity of the platform) and no client secret (Microsoft: Granting access
// using SharePoint app-only). A nil cred means that they are not to be asked.
type spoClient struct {
	c    *Client
	cred azcore.TokenCredential

	mu    sync.Mutex // guards hosts
	hosts spoHosts
}

// spoHosts are URLs without a trailing slash.
type spoHosts struct{ sites, admin string }

func (c *Client) newSPO() (*spoClient, error) {
	s := &spoClient{c: c}
	reg := Registration{ClientID: c.opt.ClientID, Auth: c.opt.Auth}
	if c.opt.SharePointAdmin != nil {
		reg = *c.opt.SharePointAdmin
	}
	if c.opt.Access != Full || reg.Auth.ClientSecret != "" {
		return s, nil
	}
	var err error
	s.cred, err = reg.Auth.credential(c.opt.authority(), reg.ClientID)
	return s, err
}

func (s *spoClient) given() bool { return s.cred != nil }

func (s *spoClient) refusal(doing string) error {
	if s.given() {
		return nil
	}
	return &bot.Error{
		Code: bot.Forbidden, Op: "graph: " + doing, Reason: bot.ReasonNotGiven,
		Detail: "reading a site's level needs access full and a certificate",
	}
}

// find gives the hosts: as configured, else from Graph's root site.
func (s *spoClient) find(ctx context.Context, doing string) (spoHosts, error) {
	s.mu.Lock()
	h := s.hosts
	s.mu.Unlock()
	if h.admin != "" {
		return h, nil
	}
	cloud := s.c.opt.Cloud
	h.sites = strings.TrimSuffix(cloud.SharePoint, "/")
	if h.sites == "" {
		root, err := get[models.Siteable](ctx, s.c, doing, request{op: opRootSite, query: map[string]string{"$select": "id,webUrl"}},
			models.CreateSiteFromDiscriminatorValue)
		if err != nil {
			return h, err
		}
		u, err := url.Parse(val(root.GetWebUrl()))
		if err != nil || u.Scheme != "https" || u.Host == "" {
			return h, unreadable(doing, opRootSite)
		}
		h.sites = "https://" + u.Host
	}
	if h.admin = strings.TrimSuffix(cloud.SharePointAdmin, "/"); h.admin == "" {
		name, rest, dotted := strings.Cut(h.sites, ".")
		if !dotted {
			return h, &bot.Error{Code: bot.Invalid, Op: "graph: " + doing, Detail: "SharePoint's administration host must be configured"}
		}
		h.admin = name + "-admin." + rest
	}
	s.mu.Lock()
	s.hosts = h
	s.mu.Unlock()
	return h, nil
}

// wireSite is a site as the administration endpoint shows it.
type wireSite struct {
	Effective  *int   `json:"SharingCapability"`
	Defined    *int   `json:"SiteDefinedSharingCapability"`
	Mode       int    `json:"SharingDomainRestrictionMode"`
	Allowed    string `json:"SharingAllowedDomainList"` // separated by blanks
	Blocked    string `json:"SharingBlockedDomainList"`
	Lock       string `json:"LockState"`
	Archive    string `json:"ArchiveStatus"`
	Restricted bool   `json:"RestrictedAccessControl"`
	ExpiryDays int    `json:"ExternalUserExpirationInDays"`
	OwnExpiry  bool   `json:"OverrideTenantExternalUserExpirationPolicy"`
}

const siteSelect = "SharingCapability,SiteDefinedSharingCapability,SharingDomainRestrictionMode,SharingAllowedDomainList," +
	"SharingBlockedDomainList,LockState,ArchiveStatus,RestrictedAccessControl,ExternalUserExpirationInDays," +
	"OverrideTenantExternalUserExpirationPolicy"

// levels are SharePoint's numbers, which are not in the order of permissiveness.
func levels() map[int]readiness.SharingLevel {
	return map[int]readiness.SharingLevel{
		0: readiness.SharingOff, 1: readiness.SharingGuests, 2: readiness.SharingAnyone, 3: readiness.SharingExisting,
	}
}

// sharing reads a site's level and what else keeps guests out.
func (s *spoClient) sharing(ctx context.Context, doing string, site siteID) (readiness.SiteSharing, error) {
	h, err := s.find(ctx, doing)
	if err != nil {
		return readiness.SiteSharing{}, err
	}
	var w wireSite
	if err := s.call(ctx, doing, "GET", h.admin, "/_api/SPO.Tenant/sites('"+site.collection+"')?$select="+siteSelect, nil, &w); err != nil {
		return readiness.SiteSharing{}, err
	}
	out := readiness.SiteSharing{
		Locked:     w.Lock != "" && w.Lock != "Unlock",
		Archived:   w.Archive != "" && w.Archive != "NotArchived" && w.Archive != "None",
		Restricted: w.Restricted, GuestExpiryDays: w.ExpiryDays,
	}
	mode := map[int]string{0: "none", 1: "allowList", 2: "blockList"}[w.Mode]
	if w.Effective == nil || w.Defined == nil || mode == "" {
		return readiness.SiteSharing{}, &bot.Error{Code: bot.Unavailable, Op: "graph: " + doing, Detail: "SharePoint's answer lacks the level"}
	}
	out.Effective, out.Defined = levels()[*w.Effective], levels()[*w.Defined]
	if out.Domains, err = domainRule(mode, strings.Fields(w.Allowed), strings.Fields(w.Blocked)); err != nil {
		return readiness.SiteSharing{}, internal(doing, err)
	}
	if !w.OwnExpiry {
		out.GuestExpiryDays, err = s.expiry(ctx, doing, h)
	}
	return out, err
}

// expiry is after how many days guests lose a site that has no rule of its own;
// 0 means never (SharePoint: Set-SPOTenant).
func (s *spoClient) expiry(ctx context.Context, doing string, h spoHosts) (int, error) {
	return s.c.cache.expiry.get(ctx, s.c.now, snapshotLife, func(ctx context.Context) (int, bool, error) {
		var w struct {
			Required bool `json:"ExternalUserExpirationRequired"`
			Days     int  `json:"ExternalUserExpireInDays"`
		}
		err := s.call(ctx, doing, "GET", h.admin, "/_api/SPO.Tenant?$select=ExternalUserExpirationRequired,ExternalUserExpireInDays", nil, &w)
		if !w.Required {
			w.Days = 0
		}
		return w.Days, true, err
	})
}

// setSharing sends the level alone: on a site of a group SharePoint refuses the
// whole request over one property that it does not want.
func (s *spoClient) setSharing(ctx context.Context, doing string, site siteID, level readiness.SharingLevel) error {
	h, err := s.find(ctx, doing)
	if err != nil {
		return err
	}
	for number, l := range levels() {
		if l == level {
			return s.call(ctx, doing, "PATCH", h.admin, "/_api/SPO.Tenant/sites('"+site.collection+"')", map[string]int{"SharingCapability": number}, nil)
		}
	}
	return &bot.Error{Code: bot.Invalid, Op: "graph: " + doing, Detail: "no such level"}
}

// groupOf asks a site for its group; empty when it has none or may not be asked.
func (s *spoClient) groupOf(ctx context.Context, site siteID) (string, error) {
	const doing = "read a site's group"
	if !s.given() {
		return "", nil
	}
	h, err := s.find(ctx, doing)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(site.url)
	if err != nil || !sameHost(u, h.sites) {
		return "", nil
	}
	var w struct {
		GroupID string `json:"GroupId"`
	}
	if err := s.call(ctx, doing, "GET", h.sites, u.EscapedPath()+"/_api/site?$select=GroupId,Id", nil, &w); err != nil {
		return "", err
	}
	if strings.Trim(w.GroupID, "0-") == "" {
		return "", nil
	}
	return w.GroupID, nil
}

// call sends one request to a host of SharePoint with a token for that host.
func (s *spoClient) call(ctx context.Context, doing, method, host, path string, body, to any) error {
	ctx, cancel := bounded(ctx, s.c.http.Timeout)
	defer cancel()
	changes := method != http.MethodGet
	var payload io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return internal(doing, err)
		}
		payload = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, host+path, payload)
	if err != nil {
		return internal(doing, err)
	}
	token, err := (&bearer{cred: s.cred, scope: host + "/.default"}).token(ctx)
	if err != nil {
		return lost(ctx, doing, changes, err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Accept", "application/json;odata=nometadata")
	r.Header.Set("OData-Version", "4.0")
	r.Header.Set("User-Agent", "NONISV|guestsite|guestsite/"+s.c.opt.Version)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json")
	}
	began := time.Now()
	res, err := s.c.http.Do(r)
	if err != nil {
		s.c.observe(ctx, Call{Operation: method + " sharepoint " + template(path), Took: time.Since(began)})
		return lost(ctx, doing, changes, err)
	}
	answer, readErr := io.ReadAll(res.Body)
	_ = res.Body.Close()
	f := spoFault(res, answer)
	s.c.observe(ctx, Call{Operation: method + " sharepoint " + template(path), Status: res.StatusCode, RequestID: requestID(res), Took: time.Since(began)})
	switch {
	case f != nil:
		return spoError(doing, changes, f)
	case readErr != nil:
		return lost(ctx, doing, changes, readErr)
	case to == nil:
		return nil
	}
	if err := json.Unmarshal(answer, to); err != nil {
		return lost(ctx, doing, changes, errors.New("the answer is no JSON of the kind expected"))
	}
	return nil
}

// template is a path without what it names.
func template(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if before, _, ok := strings.Cut(path, "('"); ok {
		return before + "('{id}')"
	}
	if strings.HasSuffix(path, "/_api/site") {
		return "/{site}/_api/site"
	}
	return path
}

func requestID(res *http.Response) string {
	if id := res.Header.Get("request-id"); id != "" {
		return id
	}
	return res.Header.Get("SPRequestGuid")
}

// spoFault reads SharePoint's error, in either of its two shapes; nil when the
// answer is good.
func spoFault(res *http.Response, body []byte) *fault {
	if res.StatusCode < http.StatusMultipleChoices {
		return nil
	}
	type shape struct {
		Code    string `json:"code"`
		Message struct {
			Value string `json:"value"`
		} `json:"message"`
	}
	var w struct {
		Minimal *shape `json:"odata.error"`
		Verbose *shape `json:"error"`
	}
	f := &fault{status: res.StatusCode, after: retryAfter(res.Header.Get("Retry-After")), request: requestID(res)}
	if json.Unmarshal(body, &w) != nil {
		return f
	}
	for _, s := range []*shape{w.Minimal, w.Verbose} {
		if s != nil {
			f.code, f.message = s.Code, s.Message.Value
		}
	}
	return f
}

// spoError maps SharePoint's refusals. Its 503 with Retry-After is a throttling
// (SharePoint: Avoid getting throttled).
func spoError(doing string, changes bool, f *fault) error {
	e := &bot.Error{Op: "graph: " + doing, Detail: f.text(), After: f.after}
	switch {
	case f.status == http.StatusTooManyRequests, f.status == http.StatusServiceUnavailable && f.after > 0:
		e.Code = bot.Throttled
	case f.status >= http.StatusInternalServerError:
		e.Code, e.Unclear = bot.Unavailable, changes
	case f.status == http.StatusUnauthorized:
		e.Code, e.Reason = bot.Forbidden, bot.ReasonCredentials
	case f.status == http.StatusForbidden:
		e.Code, e.Reason = bot.Forbidden, bot.ReasonPermission
	case f.status == http.StatusNotFound:
		e.Code = bot.NotFound
	case f.status == http.StatusConflict, f.status == http.StatusLocked:
		e.Code = bot.Conflict
	default:
		e.Code = bot.Invalid
	}
	return e
}
