package graphfake_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"guestsite/graph/graphfake"
)

// uncovered are operations that the published contract does not describe.
var uncovered = regexp.MustCompile(`^GET /?v1\.0/(contacts|policies/authenticationMethodsPolicy/.*)$|^POST /?v1\.0/groups/[^/]+/members$|` +
	`^GET /?beta/(legacy/policies|roleManagement/directory/transitiveRoleAssignments)$`)

// contract validates every request and answer of Graph against the vendor's OpenAPI.
type contract struct {
	t    *testing.T
	docs map[string]*openapi3.T // by version

	mu       sync.Mutex
	requests map[string]int
	answers  map[string]int
	loose    bool // requests that are wrong on purpose are not validated
}

func loadContract(t *testing.T) *contract {
	t.Helper()
	dir := os.Getenv("GUESTSITE_CONTRACTS")
	if dir == "" {
		t.Skip("GUESTSITE_CONTRACTS is not set: the answers are not checked against the vendor's OpenAPI")
	}
	c := &contract{t: t, docs: map[string]*openapi3.T{}, requests: map[string]int{}, answers: map[string]int{}}
	for version, file := range map[string]string{"v1.0": "graph-v1.0.subset.openapi.json", "beta": "graph-beta.subset.openapi.json"} {
		doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(dir, "graph", file))
		if err != nil {
			t.Fatal(err)
		}
		c.docs[version] = doc
	}
	return c
}

var (
	pathParam  = regexp.MustCompile(`\\\{[^}]*\\\}`)
	unescapeFn = strings.NewReplacer("%27", "'", "%28", "(", "%29", ")", "%24", "$")
)

// route finds the operation; literal paths beat templates.
func (c *contract) route(r *http.Request) (*routers.Route, map[string]string, error) {
	escaped := unescapeFn.Replace(r.URL.EscapedPath())
	version, rest, _ := strings.Cut(strings.TrimPrefix(escaped, "/"), "/")
	doc := c.docs[version]
	if doc == nil {
		return nil, nil, fmt.Errorf("no contract for %s", escaped)
	}
	paths := slices.Collect(maps.Keys(doc.Paths.Map()))
	slices.SortFunc(paths, func(a, b string) int { return strings.Count(a, "{") - strings.Count(b, "{") })
	for _, p := range paths {
		re := regexp.MustCompile("^" + pathParam.ReplaceAllString(regexp.QuoteMeta(p), `([^/]+)`) + "$")
		m := re.FindStringSubmatch("/" + rest)
		op := doc.Paths.Value(p).GetOperation(r.Method)
		if m == nil || op == nil {
			continue
		}
		params := map[string]string{}
		for i, name := range regexp.MustCompile(`\{([^}]*)\}`).FindAllStringSubmatch(p, -1) {
			value, err := url.PathUnescape(m[i+1])
			if err != nil {
				return nil, nil, err
			}
			params[name[1]] = value
		}
		return &routers.Route{Spec: doc, Path: version + p, PathItem: doc.Paths.Value(p), Method: r.Method, Operation: op}, params, nil
	}
	return nil, nil, fmt.Errorf("%s %s is not in the contract", r.Method, escaped)
}

// middleware is what Options.Middleware wants.
func (c *contract) middleware(host string, next http.Handler) http.Handler {
	if host != graphfake.HostGraph {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			c.t.Error(err)
			return
		}
		rec := httptest.NewRecorder()
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(rec, r)
		c.check(r, body, rec)
		maps.Copy(w.Header(), rec.Header())
		w.WriteHeader(rec.Code)
		if _, err := w.Write(rec.Body.Bytes()); err != nil {
			c.t.Error(err)
		}
	})
}

func (c *contract) check(r *http.Request, body []byte, rec *httptest.ResponseRecorder) {
	if uncovered.MatchString(r.Method + " " + r.URL.Path) {
		return
	}
	route, params, err := c.route(r)
	if err != nil {
		c.t.Error(err)
		return
	}
	c.mu.Lock()
	loose := c.loose
	c.requests[r.Method+" "+route.Path]++
	if rec.Code < 300 {
		c.answers[r.Method+" "+route.Path]++
	}
	c.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route, Options: &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if !loose {
		if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
			c.t.Errorf("request %s %s: %s", r.Method, r.URL, brief(err))
		}
		known := map[string]bool{"$skiptoken": true}
		for _, ps := range []openapi3.Parameters{route.PathItem.Parameters, route.Operation.Parameters} {
			for _, p := range ps {
				known[p.Value.Name] = true
			}
		}
		for name := range r.URL.Query() {
			if !known[name] {
				c.t.Errorf("request %s %s: query parameter %s is not in the contract", r.Method, r.URL, name)
			}
		}
	}
	out := (&openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: rec.Code, Header: rec.Header(),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}).SetBodyBytes(rec.Body.Bytes())
	if err := openapi3filter.ValidateResponse(r.Context(), out); err != nil {
		c.t.Errorf("answer %d to %s %s: %s\n%s", rec.Code, r.Method, r.URL, brief(err), rec.Body)
	}
}

// brief cuts an error before the schema it prints.
func brief(err error) string {
	text, _, _ := strings.Cut(err.Error(), "Schema:")
	return strings.TrimSpace(text)
}

func TestContract_RequestsAndAnswersAreTheVendors(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	l := newLab(t, func(o *graphfake.Options) { o.Middleware = c.middleware })
	walk(l)

	for _, name := range slices.Sorted(maps.Keys(c.requests)) {
		t.Logf("%-90s %3d requests, %3d good answers", name, c.requests[name], c.answers[name])
	}
	good := map[string]bool{}
	for name := range c.answers {
		good[regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(name, "{}")] = true
	}
	for _, op := range graphfake.Operations() {
		if !good[op] && !uncovered.MatchString(op) {
			t.Errorf("%s was never answered with success", op)
		}
	}
}

// walk asks for everything the tenant has, well formed.
func walk(l *lab) {
	d := l.demo
	l.SetPartnerPolicy(d.Fabrikam.TenantID, "")
	l.SetPartnerPolicy(d.Contoso.TenantID, "blocked")
	l.SetDomainPolicy(true, nil, []string{"evil.example"}, graphfake.B2BFormJSON)
	l.AddConditionalAccess(map[string]any{
		"displayName": "Guests need MFA",
		"conditions": map[string]any{
			"users":        map[string]any{"includeUsers": []any{"GuestsOrExternalUsers"}},
			"applications": map[string]any{"includeApplications": []any{"All"}}, "clientAppTypes": []any{"all"},
		},
		"grantControls": map[string]any{"operator": "OR", "builtInControls": []any{"mfa"}},
	})
	inviters := l.AddGroup(graphfake.Group{
		DisplayName: "Inviters", MailNickname: "inviters", GroupTypes: []string{}, SecurityEnabled: true, AssignableToRole: true,
		MemberIDs: []string{d.Sanne.ID},
	})
	l.Assign(inviters.ID, graphfake.RoleGuestInviter)
	l.AddContact(graphfake.Contact{DisplayName: "Ellen", Mail: "ellen@adventure-works.com"})

	for _, path := range []string{
		"/policies/authorizationPolicy", "/policies/crossTenantAccessPolicy", "/policies/crossTenantAccessPolicy/default",
		"/policies/crossTenantAccessPolicy/partners", "/policies/crossTenantAccessPolicy/partners/" + d.Fabrikam.TenantID,
		"/policies/crossTenantAccessPolicy/partners/" + d.Contoso.TenantID, "/policies/identitySecurityDefaultsEnforcementPolicy",
		"/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email",
		"/identity/conditionalAccess/policies", "/admin/sharepoint/settings", "/domains", "/organization", "/subscribedSkus",
		"/groupSettings", "/groupSettingTemplates", "/roleManagement/directory/roleDefinitions",
		"/roleManagement/directory/roleDefinitions/" + graphfake.RoleGuestInviter,
		"/roleManagement/directory/roleAssignments",
		"/roleManagement/directory/roleAssignments?$filter=" + url.QueryEscape("principalId eq '"+d.Joost.ID+"'"),
		"/roleManagement/directory/roleAssignments?$filter=" + url.QueryEscape("roleDefinitionId eq '"+graphfake.RoleGuestInviter+"'"),
		"/users", "/users?$top=3", "/users/" + d.Sanne.ID, "/users/" + url.PathEscape(d.Jan.UserPrincipalName), "/users/" + d.Sanne.ID + "/manager",
		"/users/" + d.Sanne.ID + "/memberOf", "/users/" + d.Sanne.ID + "/memberOf/microsoft.graph.group", "/users/" + d.Sanne.ID + "/transitiveMemberOf",
		"/users/" + d.Mehmet.ID + "/ownedObjects", "/users/" + d.Mehmet.ID + "/ownedObjects/microsoft.graph.group",
		"/users?$filter=" + url.QueryEscape("mail eq 'siobhan.o''brien@noordzee.nl' or proxyAddresses/any(p:p eq 'smtp:x@y.nl')") +
			"&$select=id,displayName,givenName,surname,mail,userPrincipalName,userType,accountEnabled,externalUserState,externalUserStateChangeDateTime,creationType,otherMails,proxyAddresses,identities,createdDateTime",
		"/users?$expand=manager&$filter=" + url.QueryEscape("mail eq 'sanne@noordzee.nl'"),
		"/contacts?$filter=" + url.QueryEscape("mail eq 'ellen@adventure-works.com'"),
		"/groups", "/groups?$filter=" + url.QueryEscape("startsWith(displayName,'Project')"), "/groups/" + d.Linden.ID,
		"/groups/" + d.Linden.ID + "?$select=id,displayName,visibility,assignedLabels,isAssignableToRole,membershipRule,membershipRuleProcessingState",
		"/groups/" + inviters.ID, "/groups/" + d.Linden.ID + "/owners", "/groups/" + d.Linden.ID + "/owners/microsoft.graph.user",
		"/groups/" + d.Linden.ID + "/members", "/groups/" + d.Linden.ID + "/members/microsoft.graph.user?$top=2",
		"/groups/" + d.Linden.ID + "/transitiveMembers", "/groups/" + d.Linden.ID + "/transitiveMembers/microsoft.graph.user",
		"/groups/" + d.Linden.ID + "/settings", "/groups/" + d.Linden.ID + "/sites/root", "/sites/root", "/sites/root?$select=webUrl",
		"/directory/deletedItems/microsoft.graph.user", "/directory/deletedItems/microsoft.graph.group",
		"/tenantRelationships/findTenantInformationByDomainName(domainName='fabrikam.com')",
		"/tenantRelationships/findTenantInformationByTenantId(tenantId='" + d.Contoso.TenantID + "')",
		"/beta/policies/b2bManagementPolicies", "/beta/legacy/policies",
	} {
		l.get(path).want(http.StatusOK)
	}
	l.get("/users?$count=true&$search="+url.QueryEscape(`"displayName:sann" OR "mail:sann"`), eventual()...).want(http.StatusOK)
	l.get("/groups/"+d.Linden.ID+"/members/$count", eventual()...).want(http.StatusOK)
	l.get("/groups/"+d.Linden.ID+"/owners/$count", eventual()...).want(http.StatusOK)
	b2b := l.get("/beta/policies/b2bManagementPolicies").texts("id")
	l.get("/beta/policies/b2bManagementPolicies/" + b2b[0]).want(http.StatusOK)
	l.get("/beta/roleManagement/directory/transitiveRoleAssignments?$count=true&$filter="+
		url.QueryEscape("principalId eq '"+d.Sanne.ID+"'"), eventual()...).want(http.StatusOK)
	l.get("/policies/crossTenantAccessPolicy/partners/" + d.Sanne.ID).want(http.StatusNotFound)
	l.get("/tenantRelationships/findTenantInformationByDomainName(domainName='nobody.example')").want(http.StatusNotFound)
	l.get("/users/" + inviters.ID).want(http.StatusNotFound)
	site := l.get("/groups/" + d.Linden.ID + "/sites/root").text("id")
	l.get("/sites/" + site).want(http.StatusOK)
	l.get("/sites/127.0.0.1:/sites/project-linden").want(http.StatusOK)

	walkWrites(l)
}

func walkWrites(l *lab) {
	d := l.demo
	post := func(path string, body any, status int) answer {
		return l.graph(http.MethodPost, path, body).want(status)
	}
	id := post("/groups", l.groupBody("contract"), http.StatusCreated).text("id")
	post("/groups", l.groupBody("contract"), http.StatusBadRequest)
	l.graph(http.MethodPatch, "/groups/"+id, map[string]any{"description": "changed"}).want(http.StatusNoContent)
	l.graph(http.MethodPatch, "/groups/"+id, map[string]any{"members@odata.bind": []string{l.ref(d.Priya.ID)}}).want(http.StatusNoContent)
	upsert := l.groupBody("upserted")
	upsert["uniqueName"] = "gs-upserted"
	l.graph(http.MethodPatch, "/groups(uniqueName='gs-upserted')", upsert, "Prefer", "create-if-missing").want(http.StatusCreated)
	l.graph(http.MethodPatch, "/groups(uniqueName='gs-upserted')", upsert, "Prefer", "create-if-missing").want(http.StatusBadRequest)
	l.graph(http.MethodPatch, "/groups(uniqueName='gs-upserted')", map[string]any{"description": "again"}, "Prefer", "create-if-missing").want(http.StatusNoContent)
	l.get("/groups(uniqueName='gs-upserted')").want(http.StatusOK)
	post("/groups/"+id+"/members/$ref", l.objectRef(d.Sanne.ID), http.StatusNoContent)
	post("/groups/"+id+"/members/$ref", l.objectRef(d.Sanne.ID), http.StatusBadRequest)
	post("/groups/"+id+"/owners/$ref", l.objectRef(d.Sanne.ID), http.StatusNoContent)
	l.graph(http.MethodDelete, "/groups/"+id+"/owners/"+d.Sanne.ID+"/$ref", nil).want(http.StatusNoContent)
	l.graph(http.MethodDelete, "/groups/"+id+"/members/"+d.Sanne.ID+"/$ref", nil).want(http.StatusNoContent)
	post("/groups/"+id+"/settings", map[string]any{
		"templateId": "08d542b9-071f-4e16-94b0-74abb372e3d9", "values": []any{map[string]any{"name": "AllowToAddGuests", "value": "true"}},
	}, http.StatusCreated)
	own := l.get("/groups/" + id + "/settings").want(http.StatusOK).texts("id")
	l.graph(http.MethodPatch, "/groups/"+id+"/settings/"+own[0], map[string]any{
		"values": []any{map[string]any{"name": "AllowToAddGuests", "value": "false"}},
	}).want(http.StatusNoContent)
	post("/directoryObjects/validateProperties", map[string]any{"entityType": "Group", "displayName": "A", "mailNickname": "fresh"}, http.StatusNoContent)
	post("/directoryObjects/validateProperties", map[string]any{"entityType": "Group", "displayName": "A", "mailNickname": "contract"}, http.StatusUnprocessableEntity)
	post("/users/"+d.Sanne.ID+"/checkMemberGroups", map[string]any{"groupIds": []string{id, d.Linden.ID}}, http.StatusOK)

	inv := post("/invitations", map[string]any{
		"invitedUserEmailAddress": "anna@fabrikam.com", "invitedUserDisplayName": "Anna Kowalski", "inviteRedirectUrl": "https://x.example/sites/a",
		"sendInvitationMessage": true, "invitedUserMessageInfo": map[string]any{
			"messageLanguage": "nl-NL", "ccRecipients": []any{map[string]any{"emailAddress": map[string]any{"name": "S", "address": "sanne@noordzee.nl"}}},
		},
		"invitedUserSponsors@odata.bind": []string{l.ref(d.Sanne.ID)},
	}, http.StatusCreated)
	guest := inv.body["invitedUser"].(map[string]any)["id"].(string)
	l.get("/users/" + guest + "/sponsors").want(http.StatusOK)
	post("/users/"+guest+"/sponsors/$ref", map[string]any{"@odata.id": l.ref(d.Mehmet.ID)}, http.StatusNoContent)
	l.graph(http.MethodDelete, "/users/"+guest+"/sponsors/"+d.Mehmet.ID+"/$ref", nil).want(http.StatusNoContent)
	l.graph(http.MethodPatch, "/users/"+guest, map[string]any{"accountEnabled": false}).want(http.StatusNoContent)
	post("/invitations", invitation("sanne@noordzee.nl"), http.StatusBadRequest)

	l.graph(http.MethodPatch, "/policies/authorizationPolicy", map[string]any{"allowInvitesFrom": "none"}).want(http.StatusNoContent)
	post("/invitations", invitation("bob@fabrikam.com"), http.StatusForbidden)
	l.graph(http.MethodPatch, "/admin/sharepoint/settings", map[string]any{"sharingCapability": "disabled"}).want(http.StatusOK)
	l.graph(http.MethodPatch, "/policies/crossTenantAccessPolicy/default", map[string]any{"inboundTrust": map[string]any{"isMfaAccepted": true}}).want(http.StatusNoContent)

	l.graph(http.MethodPatch, "/policies/crossTenantAccessPolicy/partners/"+d.Contoso.TenantID, map[string]any{"b2bCollaborationInbound": nil}).want(http.StatusNoContent)

	templates := l.get("/groupSettingTemplates").values()
	var values []any
	for _, v := range templates[0]["values"].([]any) {
		m := v.(map[string]any)
		values = append(values, map[string]any{"name": m["name"], "value": m["defaultValue"]})
	}
	setting := post("/groupSettings", map[string]any{"templateId": templates[0]["id"], "values": values}, http.StatusCreated).text("id")
	l.get("/groupSettings").want(http.StatusOK)
	l.get("/groupSettings/" + setting).want(http.StatusOK)
	l.graph(http.MethodPatch, "/groupSettings/"+setting, map[string]any{"values": values}).want(http.StatusNoContent)

	l.graph(http.MethodDelete, "/groups/"+id, nil).want(http.StatusNoContent)
	l.get("/directory/deletedItems/microsoft.graph.group?$filter=" + url.QueryEscape("mailNickname eq 'contract'") +
		"&$select=id,displayName,deletedDateTime").want(http.StatusOK)
	post("/directory/deletedItems/"+id+"/restore", nil, http.StatusOK)

	catalogID := l.AddTeamsApp("manifest-1", "Guest Site")
	l.get("/appCatalogs/teamsApps?$filter=" + url.QueryEscape("externalId eq 'manifest-1'")).want(http.StatusOK)
	apps := "/users/" + d.Sanne.ID + "/teamwork/installedApps"
	post(apps, l.binding(catalogID), http.StatusCreated)
	post(apps, l.binding(catalogID), http.StatusConflict)
	l.get(apps + "?$expand=teamsApp&$filter=" + url.QueryEscape("teamsApp/externalId eq 'manifest-1'")).want(http.StatusOK)

	l.graph(http.MethodDelete, "/groups(uniqueName='gs-upserted')", nil).want(http.StatusNoContent)
	post("/$batch", map[string]any{"requests": []any{
		map[string]any{"id": "1", "method": "GET", "url": "/policies/authorizationPolicy"},
		map[string]any{"id": "2", "method": "GET", "url": "/users/none"},
	}}, http.StatusOK)
}
