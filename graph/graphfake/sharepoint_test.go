package graphfake_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"guestsite/graph/graphfake"
)

// spo calls the admin host as the vendor's own tools do.
func (l *lab) spo(method, path string, body any, headers ...string) answer {
	l.t.Helper()
	headers = append([]string{"OData-Version", "4.0", "Accept", "application/json"}, headers...)
	return l.send(l.request(l.AdminURL(), method, path, body, headers...))
}

func (l *lab) sitePath(groupID string) string {
	l.t.Helper()
	x, found := l.GroupSite(groupID)
	if !found {
		l.t.Fatal("the group has no site")
	}
	return "/_api/SPO.Tenant/sites('" + x.ID + "')"
}

// wantSP checks SharePoint's own error shape.
func (a answer) wantSP(status int, text string) {
	a.t.Helper()
	a.want(status)
	e, _ := a.body["odata.error"].(map[string]any)
	m, _ := e["message"].(map[string]any)
	if v, _ := m["value"].(string); e["code"] == nil || !strings.Contains(v, text) {
		a.t.Fatalf("error %s, want %q in it", a.raw, text)
	}
}

func (l *lab) levels(groupID string) (effective, defined int) {
	l.t.Helper()
	a := l.spo(http.MethodGet, l.sitePath(groupID)+"?$select=SharingCapability,SiteDefinedSharingCapability", nil).want(200)
	e, _ := a.body["SharingCapability"].(float64)
	d, _ := a.body["SiteDefinedSharingCapability"].(float64)
	if len(a.body) != 2 || a.header.Get("OData-Version") != "4.0" {
		l.t.Fatalf("answer %s", a.raw)
	}
	return int(e), int(d)
}

func TestSharePoint_SecretIsNotEnough(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	path := l.sitePath(l.demo.Linden.ID)
	form := l.tokenForm(l.AdminURL(), true)
	l.token(l.AdminURL())
	l.tokens[l.AdminURL()] = l.postForm(l.tokenPath(), form).want(200).text("access_token")
	l.spo(http.MethodGet, path, nil).wantSP(401, "Unsupported app only token")
}

func TestSharePoint_GraphsRoleOfTheSameNameDoesNotCount(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(o *graphfake.Options) {
		o.Apps[0].GraphRoles = append(o.Apps[0].GraphRoles, "Sites.FullControl.All")
		o.Apps[0].SharePointRoles = []string{"Sites.Read.All"}
	})
	l.spo(http.MethodGet, l.sitePath(l.demo.Linden.ID), nil).wantSP(403, "Access denied")
	l.send(l.request(l.SharePointURL(), http.MethodGet, "/sites/project-linden/_api/site?$select=GroupId,Id", nil)).want(200)
}

func TestSharePoint_EffectiveIsTheMostRestrictive(t *testing.T) {
	t.Parallel()
	org := map[int]string{0: "disabled", 1: "externalUserSharingOnly", 2: "externalUserAndGuestSharing", 3: "existingExternalUserSharingOnly"}
	rank := map[int]int{0: 0, 3: 1, 1: 2, 2: 3}
	l := newLab(t)
	id := l.demo.Linden.ID
	for orgLevel, name := range org {
		for siteLevel := range org {
			if err := l.SetPolicy(graphfake.PolicySharePoint, map[string]any{"sharingCapability": name}); err != nil {
				t.Fatal(err)
			}
			l.ChangeSite(id, func(x *graphfake.Site) { x.Sharing = siteLevel })
			want := orgLevel
			if rank[siteLevel] < rank[orgLevel] {
				want = siteLevel
			}
			if effective, defined := l.levels(id); effective != want || defined != siteLevel {
				t.Errorf("organisation %d, site %d: effective %d, defined %d", orgLevel, siteLevel, effective, defined)
			}
		}
	}
}

func TestSharePoint_ChangeBecomesEffectiveLater(t *testing.T) {
	t.Parallel()
	l := newLab(t, delays(graphfake.Delays{Sharing: 2}))
	id := l.demo.Linden.ID
	op := l.spo(http.MethodPatch, l.sitePath(id), map[string]any{"SharingCapability": 3}).want(200)
	if op.body["IsComplete"] != false || op.body["_ObjectIdentity_"] == nil || op.body["PollingInterval"] == nil {
		t.Errorf("operation %s", op.raw)
	}
	for i, want := range []int{1, 1, 3, 3} {
		if effective, defined := l.levels(id); effective != want || defined != want {
			t.Errorf("read %d: effective %d, defined %d, want %d", i, effective, defined, want)
		}
	}
	if n := l.Writes()["site.sharing"]; n != 1 {
		t.Errorf("%d changes", n)
	}
}

func TestSharePoint_OneBadPropertyRefusesAll(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	id := l.demo.Linden.ID
	path := l.sitePath(id)
	l.spo(http.MethodPatch, path, map[string]any{"SharingCapability": 0, "SharingAllowedDomainList": "a.nl"}).wantSP(400, "SharingAllowedDomainList")
	l.spo(http.MethodPatch, path, map[string]any{"SharingCapability": 9}).wantSP(400, "not found")
	l.spo(http.MethodPatch, path, map[string]any{"SharingCapability": "ExternalUserSharingOnly"}).wantSP(400, "not found")
	l.spo(http.MethodPatch, path, map[string]any{}).wantSP(400, "JSON")
	if effective, _ := l.levels(id); effective != graphfake.SharingGuests {
		t.Errorf("a refused change left level %d", effective)
	}
	mustSet(l, graphfake.SwitchSiteLabel)
	l.spo(http.MethodPatch, path, map[string]any{"SharingCapability": 1}).wantSP(400, "sensitivity label")
	if effective, _ := l.levels(id); effective != graphfake.SharingDisabled {
		t.Errorf("the label leaves level %d", effective)
	}
}

func TestSharePoint_NewSitesTakeTheirLevelFromTheGuestSetting(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		guests, org string
		want        int
	}{
		"guests welcome":        {"True", "externalUserAndGuestSharing", 1},
		"guests off":            {"False", "externalUserAndGuestSharing", 3},
		"organisation existing": {"True", "existingExternalUserSharingOnly", 3},
		"organisation off":      {"True", "disabled", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.SetGroupSetting("AllowToAddGuests", tc.guests)
			if err := l.SetPolicy(graphfake.PolicySharePoint, map[string]any{"sharingCapability": tc.org}); err != nil {
				t.Fatal(err)
			}
			id := l.graph(http.MethodPost, "/groups", l.groupBody("level")).want(201).text("id")
			if _, defined := l.levels(id); defined != tc.want {
				t.Errorf("level %d, want %d", defined, tc.want)
			}
		})
	}
}

func TestSharePoint_SitesAreFoundByAddressAndID(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	byURL := l.spo(http.MethodPost, "/_api/SPO.Tenant/GetSitePropertiesByUrl", map[string]any{"url": l.SharePointURL() + "/sites/project-linden", "includeDetail": false}).want(200)
	if byURL.text("GroupId") != l.demo.Linden.ID || byURL.text("Template") != "GROUP#0" {
		t.Errorf("site %s", byURL.raw)
	}
	l.spo(http.MethodPost, "/_api/SPO.Tenant/GetSitePropertiesByUrl", map[string]any{"url": "https://elsewhere/sites/project-linden"}).wantSP(404, "Cannot get site")
	l.spo(http.MethodGet, "/_api/SPO.Tenant/sites('7b92124c-9fa9-406f-8b8e-225df8376ba9')", nil).wantSP(404, "Cannot get site")
	l.spo(http.MethodGet, l.sitePath(l.demo.Linden.ID), nil, "OData-Version", "3.0").wantSP(400, "OData-Version")
	l.spo(http.MethodGet, "/_api/web", nil).wantSP(404, "Cannot find resource")

	site := func(path string) answer {
		return l.send(l.request(l.SharePointURL(), http.MethodGet, path+"/_api/site?$select=GroupId,Id", nil))
	}
	if a := site("/sites/project-linden").want(200); a.text("GroupId") != l.demo.Linden.ID {
		t.Errorf("site %s", a.raw)
	}
	l.AddSite(graphfake.Site{Title: "Old", Path: "/sites/old"})
	if a := site("/sites/old").want(200); a.text("GroupId") != "00000000-0000-0000-0000-000000000000" {
		t.Errorf("site %s", a.raw)
	}
	for _, path := range []string{"/sites/127.0.0.1:/sites/project-linden", "/sites/127.0.0.1%3A%2Fsites%2Fproject-linden"} {
		if got := l.get(path).want(200).text("webUrl"); got != l.SharePointURL()+"/sites/project-linden" {
			t.Errorf("%s is %s", path, got)
		}
	}
	site("/sites/none").wantSP(404, "File Not Found")
	id := l.graph(http.MethodPost, "/groups", l.groupBody("old")).want(201).text("id")
	if got := l.get("/groups/" + id + "/sites/root").want(200).text("webUrl"); got != l.SharePointURL()+"/sites/old2" {
		t.Errorf("a taken path gives %s", got)
	}
}

func TestSharePoint_TenantPropertiesComeInTwoShapes(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	mustSet(l, graphfake.SwitchSPODomainDenied)
	plain := l.spo(http.MethodGet, "/_api/SPO.Tenant", nil).want(200)
	verbose := l.spo(http.MethodGet, "/_api/SPO.Tenant", nil, "Accept", "application/json;odata=verbose").want(200)
	d, _ := verbose.body["d"].(map[string]any)
	for _, p := range []string{"SharingBlockedDomainList", "SharingDomainRestrictionMode", "ExternalUserExpireInDays"} {
		if plain.body[p] == nil || fmt.Sprint(plain.body[p]) != fmt.Sprint(d[p]) {
			t.Errorf("%s is %v and %v", p, plain.body[p], d[p])
		}
	}
	bad := l.spo(http.MethodGet, "/_api/nothing", nil, "Accept", "application/json;odata=verbose").want(404)
	if bad.body["error"] == nil {
		t.Errorf("verbose error %s", bad.raw)
	}
}

func TestCanOpen_NamesTheFirstReason(t *testing.T) {
	t.Parallel()
	for name, reason := range map[string]string{
		graphfake.SwitchXTAPPartnerBlocked: "AADSTS500213",
		graphfake.SwitchCABlocksGuests:     "AADSTS53003",
		graphfake.SwitchGroupsAccessOff:    "group content",
		graphfake.SwitchSPOOff:             "off for the organisation",
		graphfake.SwitchSiteOff:            "off for the site",
		graphfake.SwitchSiteLabel:          "off for the site",
		graphfake.SwitchSPODomainDenied:    "not allowed by SharePoint",
		graphfake.SwitchSPODomainAllowed:   "not allowed by SharePoint",
		// These stop an invitation or an adding, not a guest who is in.
		graphfake.SwitchInvitesOff: "", graphfake.SwitchDomainDenied: "", graphfake.SwitchGroupsGuestsOff: "", graphfake.SwitchSPOExisting: "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			guest, _ := l.User("tomasz@fabrikam.com")
			id := l.demo.Linden.ID
			if open, _ := l.CanOpen(guest.ID, id); open {
				t.Error("a stranger can open the site")
			}
			l.ChangeGroup(id, func(g *graphfake.Group) { g.MemberIDs = append(g.MemberIDs, guest.ID) })
			if open, why := l.CanOpen(guest.ID, id); !open {
				t.Errorf("a member cannot: %s", why)
			}
			mustSet(l, name)
			open, why := l.CanOpen(guest.ID, id)
			if open != (reason == "") || !strings.Contains(why, reason) {
				t.Errorf("open %v because %q, want %q", open, why, reason)
			}
			if open, why := l.CanOpen(l.demo.Sanne.ID, id); !open {
				t.Errorf("a colleague cannot: %s", why)
			}
		})
	}
}
