package graphfake

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// spError is SharePoint's own error shape with minimal or no metadata.
func spError(status int, code, message string) reply {
	return reply{status: status, body: map[string]any{
		"odata.error": map[string]any{"code": code, "message": map[string]any{"lang": "en-US", "value": message}},
	}}
}

const (
	spDenied      = "-2147024891, System.UnauthorizedAccessException"
	spNoFile      = "-2147024894, System.IO.FileNotFoundException"
	spBadQuery    = "-1, Microsoft.SharePoint.Client.InvalidClientQueryException"
	spInvalid     = "-2147024809, System.ArgumentException"
	spTenantSites = "/_api/SPO.Tenant/sites('"
)

var spTenantSite = regexp.MustCompile(`^/_api/SPO\.Tenant/sites\('([0-9a-fA-F-]{36})'\)$`)

// serveSharePoint answers the host of the sites and the admin host. With verbose metadata errors have another shape.
func (c *call) serveSharePoint() reply {
	rep := c.sharePoint()
	if body, isMap := rep.body.(map[string]any); isMap && body["odata.error"] != nil && c.verbose() {
		rep.body = map[string]any{"error": body["odata.error"]}
	}
	return rep
}

func (c *call) sharePoint() reply {
	tok, problem := c.s.bearer(c.r, c.host)
	if problem != "" {
		rep := spError(http.StatusUnauthorized, spDenied, problem)
		rep.header = http.Header{"Www-Authenticate": {`Bearer realm="` + c.s.opt.TenantID + `"`}}
		return rep
	}
	c.token = tok
	if tok.secret {
		return spError(http.StatusUnauthorized, spDenied, "Unsupported app only token.")
	}
	if c.host == HostAdmin {
		return c.serveAdmin()
	}
	if !c.has("Sites.Read.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All") {
		return spError(http.StatusForbidden, spDenied, "Access denied. You do not have permission to perform this action or access this resource.")
	}
	path, isSite := strings.CutSuffix(c.r.URL.Path, "/_api/site")
	if !isSite || c.r.Method != http.MethodGet {
		return spError(http.StatusNotFound, spNoFile, "File Not Found.")
	}
	if path == "" {
		path = "/"
	}
	x := c.s.siteAt(path)
	if x == nil {
		return spError(http.StatusNotFound, spNoFile, "File Not Found.")
	}
	return ok(pick(map[string]any{"GroupId": guidOrZero(x.GroupID), "Id": x.ID, "Url": c.s.siteURL(x)}, c.q.Get("$select")))
}

func guidOrZero(id string) string {
	if id == "" {
		return "00000000-0000-0000-0000-000000000000"
	}
	return id
}

func (t *tenant) siteAt(path string) *Site {
	for _, x := range t.sites {
		if strings.EqualFold(x.Path, path) && x.unready == 0 && t.live(x) {
			return x
		}
	}
	return nil
}

// pick applies $select; an unknown name is left out as SharePoint does with nometadata.
func pick(all map[string]any, sel string) map[string]any {
	if sel == "" {
		return all
	}
	out := map[string]any{}
	for n := range strings.SplitSeq(sel, ",") {
		if v, found := all[strings.TrimSpace(n)]; found {
			out[strings.TrimSpace(n)] = v
		}
	}
	return out
}

func (c *call) serveAdmin() reply {
	if !c.has("Sites.FullControl.All") {
		return spError(http.StatusForbidden, spDenied, "Access denied. You do not have permission to perform this action or access this resource.")
	}
	path := c.r.URL.Path
	switch {
	case path == "/_api/SPO.Tenant" && c.r.Method == http.MethodGet:
		return c.tenantProperties()
	case path == "/_api/SPO.Tenant/GetSitePropertiesByUrl" && c.r.Method == http.MethodPost:
		return c.sitePropertiesByURL()
	case strings.HasPrefix(path, spTenantSites):
		return c.tenantSite()
	}
	return spError(http.StatusNotFound, spBadQuery, "Cannot find resource for the request "+strings.TrimPrefix(path, "/_api/")+".")
}

func (c *call) verbose() bool { return strings.Contains(c.r.Header.Get("Accept"), "odata=verbose") }

// verboseOr wraps in "d" when the client asked for verbose.
func (c *call) verboseOr(body map[string]any) reply {
	if c.verbose() {
		return reply{status: http.StatusOK, body: map[string]any{"d": body}, ctype: "application/json;odata=verbose;charset=utf-8"}
	}
	return ok(body)
}

func (c *call) tenantProperties() reply {
	restriction := map[string]int{"none": 0, "allowList": 1, "blockList": 2}
	return c.verboseOr(pick(map[string]any{
		"SharingCapability": c.s.orgSharing(), "CoreSharingCapability": c.s.orgSharing(), "ODBSharingCapability": c.s.orgSharing(),
		"SharingDomainRestrictionMode":   restriction[c.s.text(PolicySharePoint, "sharingDomainRestrictionMode")],
		"SharingAllowedDomainList":       strings.Join(c.s.list(PolicySharePoint, "sharingAllowedDomainList"), " "),
		"SharingBlockedDomainList":       strings.Join(c.s.list(PolicySharePoint, "sharingBlockedDomainList"), " "),
		"ExternalUserExpirationRequired": false, "ExternalUserExpireInDays": 60,
		"GuestSharingGroupAllowListInTenant": "", "WhoCanShareAuthenticatedGuestAllowList": []string{},
		"WhoCanShareAnonymousAllowList":                 []string{},
		"AllowGuestUserShareToUsersNotInSiteCollection": false,
		"ShowPeoplePickerSuggestionsForGuestUsers":      false,
		"CoreBlockGuestsAsSiteAdmin":                    0,
		"DefaultSharingLinkType":                        1,
		"DefaultLinkPermission":                         1,
		"RequireAnonymousLinksExpireInDays":             30,
		"FileAnonymousLinkType":                         1,
		"FolderAnonymousLinkType":                       1,
		"ConditionalAccessPolicy":                       0,
		"EmailAttestationRequired":                      true,
		"EmailAttestationReAuthDays":                    30,
		"PreventExternalUsersFromResharing":             false,
		"RequireAcceptingAccountMatchInvitedAccount":    false,
		"SelfServiceSiteCreationDisabled":               c.s.docs[PolicySharePoint]["isSiteCreationEnabled"] == false,
		"SyncAadB2BManagementPolicy":                    true,
	}, c.q.Get("$select")))
}

// siteProperties are a site's, as SharePoint's admin API shows them; reading moves a pending change on.
func (c *call) siteProperties(x *Site) map[string]any {
	if x.lag > 0 {
		x.lag--
	} else {
		x.Sharing = x.next
	}
	template, lock := "GROUP#0", x.LockState
	if x.GroupID == "" {
		template = "STS#3"
	}
	if x.Path == "/" {
		template = "SITEPAGEPUBLISHING#0"
	}
	if lock == "" {
		lock = "Unlock"
	}
	label := ""
	if g := c.s.group(x.GroupID); g != nil {
		label = g.LabelID
	}
	return map[string]any{
		"SiteId": x.ID, "Url": c.s.siteURL(x), "Title": x.Title, "Template": template, "Status": "Active", "LockState": lock,
		"GroupId": guidOrZero(x.GroupID), "RelatedGroupId": guidOrZero(x.GroupID),
		"SharingCapability": c.s.effective(x), "SiteDefinedSharingCapability": x.Sharing,
		"OverrideSharingCapability": false, "SharingLockDownEnabled": false, "SharingLockDownCanBeCleared": true,
		"SharingDomainRestrictionMode": 0, "SharingAllowedDomainList": "", "SharingBlockedDomainList": "",
		"DefaultSharingLinkType": 0, "DefaultLinkPermission": 0, "ConditionalAccessPolicy": 0,
		"ExternalUserExpirationInDays": 0, "OverrideTenantExternalUserExpirationPolicy": false,
		"RestrictedAccessControl": false, "RestrictedAccessControlGroups": []string{}, "BlockGuestsAsSiteAdmin": 0,
		"ShowPeoplePickerSuggestionsForGuestUsers": false, "SensitivityLabel": label, "SensitivityLabel2": label,
		"ArchiveStatus": "NotArchived", "IBMode": "", "IBSegments": []string{}, "IsTeamsConnected": false,
	}
}

func (c *call) sitePropertiesByURL() reply {
	var in struct {
		URL string `json:"url"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return spError(http.StatusBadRequest, spBadQuery, "The request body is not valid JSON.")
	}
	path, ours := strings.CutPrefix(sameHost(in.URL), c.s.urls[HostSharePoint])
	if path == "" {
		path = "/"
	}
	x := c.s.siteAt(path)
	if !ours || x == nil {
		return spError(http.StatusNotFound, "-1, Microsoft.Online.SharePoint.Common.SpoNoSiteException", "Cannot get site "+in.URL+".")
	}
	return c.verboseOr(c.siteProperties(x))
}

// tenantSite is /_api/SPO.Tenant/sites('{guid}'), an OData 4 resource.
func (c *call) tenantSite() reply {
	id := spTenantSite.FindStringSubmatch(c.r.URL.Path)
	if id == nil {
		return spError(http.StatusBadRequest, spBadQuery, "The expression is not valid.")
	}
	if c.r.Header.Get("OData-Version") != "4.0" {
		return spError(http.StatusBadRequest, spBadQuery, "The request needs the header OData-Version: 4.0.")
	}
	i := slices.IndexFunc(c.s.sites, func(x *Site) bool {
		return strings.EqualFold(x.ID, id[1]) && x.unready == 0 && c.s.live(x)
	})
	if i < 0 {
		return spError(http.StatusNotFound, "-1, Microsoft.Online.SharePoint.Common.SpoNoSiteException", "Cannot get site "+id[1]+".")
	}
	x := c.s.sites[i]
	var rep reply
	switch c.r.Method {
	case http.MethodGet:
		rep = ok(pick(c.siteProperties(x), c.q.Get("$select")))
	case http.MethodPatch:
		rep = c.patchSite(x)
	default:
		rep = spError(http.StatusMethodNotAllowed, spBadQuery, "The HTTP method is not allowed.")
	}
	if rep.header == nil {
		rep.header = http.Header{}
	}
	rep.header.Set("OData-Version", "4.0")
	return rep
}

// groupSiteProperties may be set on a site that belongs to a group, "Set-SPOSite".
func groupSiteProperties() []string {
	return []string{
		"DefaultLinkPermission", "DefaultSharingLinkType", "DenyAddAndCustomizePages", "DisableCompanyWideSharingLinks",
		"DisableSharingForNonOwners", "LockState", "Owner", "SensitivityLabel", "SharingCapability",
		"ShowPeoplePickerSuggestionsForGuestUsers", "StorageMaximumLevel", "StorageWarningLevel",
	}
}

// patchSite changes a site or nothing: one property that a group site does not take refuses the whole request.
func (c *call) patchSite(x *Site) reply {
	var in map[string]any
	if err := json.Unmarshal(c.body, &in); err != nil || len(in) == 0 {
		return spError(http.StatusBadRequest, spBadQuery, "The request body is not valid JSON.")
	}
	for k := range in {
		if x.GroupID != "" && !slices.Contains(groupSiteProperties(), k) {
			return spError(http.StatusBadRequest, spInvalid, "The property "+k+" is not supported for a site that is connected to a group.")
		}
	}
	if raw, given := in["SharingCapability"]; given {
		n, isNumber := raw.(float64)
		level := int(n)
		if !isNumber || n != float64(level) || level < SharingDisabled || level > SharingExisting {
			return spError(http.StatusBadRequest, spInvalid, "Requested value was not found in SharingCapabilities.")
		}
		if x.LabelSharing != nil && permissive(level) > permissive(*x.LabelSharing) {
			return spError(http.StatusBadRequest, spInvalid, "The sharing capability of this site is controlled by its sensitivity label.")
		}
		if level != x.next {
			c.s.wrote("site.sharing")
		}
		x.next, x.lag = level, c.s.opt.Delays.Sharing
		if x.lag == 0 {
			x.Sharing = level
		}
	}
	if lock, isText := in["LockState"].(string); isText {
		x.LockState = lock
	}
	return ok(map[string]any{
		"IsComplete": x.lag == 0, "PollingInterval": 15000, "HasTimedout": false,
		"_ObjectIdentity_": newID() + "|908bed80-a04a-4433-b4a0-883d9847d110:" + c.s.opt.TenantID + "\nSpoOperation\nUpdate\n" + x.ID,
	})
}
