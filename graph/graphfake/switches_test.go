package graphfake_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"guestsite/graph/graphfake"
)

func (l *lab) isOn(name string) bool {
	l.t.Helper()
	for _, s := range l.Switches() {
		if s.Name == name {
			return s.On
		}
	}
	l.t.Fatalf("no switch %s", name)
	return false
}

func TestSwitches_EachGoesOnAloneAndOffAgain(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	all := l.Switches()
	if len(all) < 30 {
		t.Fatalf("only %d switches", len(all))
	}
	for _, s := range all {
		if s.On || s.Title == "" || s.Layer == "" {
			t.Errorf("a healthy tenant has %+v", s)
		}
		mustSet(l, s.Name)
		for _, other := range l.Switches() {
			if other.On != (other.Name == s.Name) {
				t.Errorf("with %s on, %s is %v", s.Name, other.Name, other.On)
			}
		}
		if err := l.Set(s.Name, false); err != nil {
			t.Fatal(err)
		}
		if l.isOn(s.Name) {
			t.Errorf("%s stays on", s.Name)
		}
	}
	if err := l.Set("no-such-switch", true); err == nil {
		t.Error("an unknown switch was taken")
	}
}

func TestSwitches_AreReadableThroughTheVendorsAPIs(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for name, tc := range map[string]struct{ path, text string }{
		graphfake.SwitchInvitesOff:         {"/policies/authorizationPolicy", `"allowInvitesFrom":"none"`},
		graphfake.SwitchInvitesAdminsOnly:  {"/policies/authorizationPolicy", `"allowInvitesFrom":"adminsAndGuestInviters"`},
		graphfake.SwitchGuestDirectory:     {"/policies/authorizationPolicy", graphfake.GuestAccessRestricted},
		graphfake.SwitchDomainDenied:       {"/beta/policies/b2bManagementPolicies", `\"BlockedDomains\":[\"fabrikam.com\"]`},
		graphfake.SwitchDomainNotAllowed:   {"/beta/legacy/policies", `\"AllowedDomains\":[\"adventure-works.com\"]`},
		graphfake.SwitchXTAPBlocked:        {"/policies/crossTenantAccessPolicy/default", `"isServiceDefault":false`},
		graphfake.SwitchXTAPPartnerBlocked: {"/policies/crossTenantAccessPolicy/partners", l.demo.Fabrikam.TenantID},
		graphfake.SwitchOTPOff:             {"/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email", `"allowExternalIdToUseEmailOtp":"disabled"`},
		graphfake.SwitchCABlocksGuests:     {"/identity/conditionalAccess/policies", `"block"`},
		graphfake.SwitchGroupsGuestsOff:    {"/groupSettings", `{"name":"AllowToAddGuests","value":"False"}`},
		graphfake.SwitchGroupsAccessOff:    {"/groupSettings", `{"name":"AllowGuestsToAccessGroups","value":"False"}`},
		graphfake.SwitchGroupGuestsOff:     {"/groups/" + l.demo.Linden.ID + "/settings", `{"name":"AllowToAddGuests","value":"false"}`},
		graphfake.SwitchGroupCreationOff:   {"/groupSettings", `{"name":"EnableGroupCreation","value":"False"}`},
		graphfake.SwitchNamingPolicy:       {"/groupSettings", `GRP_[Department]_[GroupName]`},
		graphfake.SwitchSPOOff:             {"/admin/sharepoint/settings", `"sharingCapability":"disabled"`},
		graphfake.SwitchSPOExisting:        {"/admin/sharepoint/settings", `"sharingCapability":"existingExternalUserSharingOnly"`},
		graphfake.SwitchSPODomainDenied:    {"/admin/sharepoint/settings", `"sharingBlockedDomainList":["fabrikam.com"]`},
		graphfake.SwitchSPODomainAllowed:   {"/admin/sharepoint/settings", `"sharingAllowedDomainList":["adventure-works.com"]`},
		graphfake.SwitchSiteLabel:          {"/groups/" + l.demo.Linden.ID + "?$select=assignedLabels", `"labelId"`},
	} {
		if healthy := l.get(tc.path).want(200); strings.Contains(string(healthy.raw), tc.text) {
			t.Errorf("%s reads %s although it is off", name, healthy.raw)
		}
		mustSet(l, name)
		if ill := l.get(tc.path).want(200); !strings.Contains(string(ill.raw), tc.text) {
			t.Errorf("%s is not in %s", name, ill.raw)
		}
		if err := l.Set(name, false); err != nil {
			t.Fatal(err)
		}
	}
	for name, level := range map[string]int{graphfake.SwitchSiteOff: 0, graphfake.SwitchSiteExisting: 3} {
		mustSet(l, name)
		if effective, _ := l.levels(l.demo.Linden.ID); effective != level {
			t.Errorf("%s gives level %d", name, effective)
		}
	}
}

func TestSwitches_SettingMendedThroughGraphTurnsThemOff(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	mustSet(l, graphfake.SwitchInvitesOff)
	l.graph(http.MethodPatch, "/policies/authorizationPolicy", map[string]any{"allowInvitesFrom": "everyone"}).want(204)
	if l.isOn(graphfake.SwitchInvitesOff) {
		t.Error("the switch does not follow the setting")
	}
	l.graph(http.MethodPatch, "/policies/authorizationPolicy", map[string]any{"allowInvitesFrom": "adminAndGuestInviters"}).want(400)
}

func TestDomainPolicy_DefinitionHasTheFormsOfTheWild(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	definition := func() string {
		v := l.get("/beta/policies/b2bManagementPolicies").want(200).values()
		if len(v) != 1 || v[0]["isOrganizationDefault"] != true {
			t.Fatalf("policies %v", v)
		}
		return v[0]["definition"].([]any)[0].(string)
	}
	if n := len(l.get("/beta/policies/b2bManagementPolicies").values()); n != 0 {
		t.Errorf("%d policies in a new tenant", n)
	}
	l.SetDomainPolicy(true, nil, []string{"fabrikam.com"}, graphfake.B2BFormJSON)
	if d := definition(); !json.Valid([]byte(d)) || !strings.Contains(d, `"AllowedDomains":[]`) {
		t.Errorf("definition %s", d)
	}
	l.SetDomainPolicy(true, nil, []string{"fabrikam.com"}, graphfake.B2BFormMissingKeys)
	if d := definition(); !json.Valid([]byte(d)) || strings.Contains(d, "AllowedDomains") {
		t.Errorf("definition %s", d)
	}
	l.SetDomainPolicy(true, nil, []string{"fabrikam.com"}, graphfake.B2BFormSingleQuotes)
	if d := definition(); json.Valid([]byte(d)) || !strings.Contains(d, `'BlockedDomains':['fabrikam.com']`) {
		t.Errorf("definition %s", d)
	}
}

func TestDirectory_DomainsLeadToTenants(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	find := func(domain string) answer {
		return l.get("/tenantRelationships/findTenantInformationByDomainName(domainName='" + domain + "')")
	}
	if got := find("fabrikam.com").want(200).text("tenantId"); got != l.demo.Fabrikam.TenantID {
		t.Errorf("fabrikam.com leads to %s", got)
	}
	if got := find("noordzee.nl").want(200).text("tenantId"); got != l.TenantID() {
		t.Errorf("our own domain leads to %s", got)
	}
	find("nobody.example").want(404)
	got := l.get("/domains").want(200).texts("id")
	if !slices.Contains(got, "noordzee.nl") || !slices.Contains(got, "noordzee.onmicrosoft.com") {
		t.Errorf("domains %v", got)
	}
}

// control calls the control port.
func (l *lab) control(method, path string, body any) answer {
	l.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		l.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(l.t.Context(), method, l.ControlURL()+path, bytes.NewReader(raw))
	if err != nil {
		l.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var buf bytes.Buffer
	if _, err := buf.ReadFrom(resp.Body); err != nil {
		l.t.Fatal(err)
	}
	a := answer{t: l.t, status: resp.StatusCode, header: resp.Header, raw: buf.Bytes()}
	_ = json.Unmarshal(a.raw, &a.body) // lists stay raw
	return a
}

func TestControl_DoesWhatTheMethodsDo(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.control("POST", "/switches", map[string]any{"name": graphfake.SwitchSPOOff, "on": true}).want(200)
	if !l.isOn(graphfake.SwitchSPOOff) {
		t.Error("the switch is off")
	}
	l.control("POST", "/switches", map[string]any{"name": "nothing", "on": true}).want(400)
	l.control("POST", "/switches", map[string]any{"nam": "x"}).want(400)

	l.control("POST", "/policies", map[string]any{"name": graphfake.PolicyAuthorization, "change": map[string]any{"allowInvitesFrom": "none"}}).want(200)
	if got := l.control("GET", "/policies?name=authorizationPolicy", nil).want(200); got.text("allowInvitesFrom") != "none" {
		t.Errorf("policy %s", got.raw)
	}
	l.control("GET", "/policies?name=nothing", nil).want(400)

	l.control("POST", "/faults", graphfake.Fault{Path: "/domains$", Status: 503, Times: -1}).want(200)
	l.get("/domains").want(503)
	l.control("DELETE", "/faults", nil).want(200)
	l.get("/domains").want(200)

	l.control("POST", "/redeem", map[string]any{"user": "lisa@fabrikam.com"}).want(200)
	if u, _ := l.User("lisa@fabrikam.com"); u.ExternalUserState != graphfake.Accept {
		t.Errorf("guest %+v", u)
	}
	l.control("POST", "/users", map[string]any{"id": l.demo.Jan.ID, "disabled": true}).want(200)
	if u, _ := l.User(l.demo.Jan.ID); !u.Disabled {
		t.Error("the guest can still sign in")
	}
	l.control("POST", "/delays", graphfake.Delays{Guest: 5}).want(200)
	l.control("POST", "/expire-tokens", nil).want(200)
	l.get("/domains").want(401, "InvalidAuthenticationToken")

	state := l.control("GET", "/state", nil).want(200)
	if state.text("tenantId") != l.TenantID() || len(state.body["users"].([]any)) != len(l.State().Users) {
		t.Errorf("state %s", state.raw)
	}
	for _, path := range []string{"/wire", "/counts", "/writes", "/switches"} {
		l.control("GET", path, nil).want(200)
	}
	l.control("DELETE", "/wire", nil).want(200)
}
