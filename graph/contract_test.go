package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
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

	"guestsite/bot"
	"guestsite/bot/readiness"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

// noContract are the operations that no published contract describes. All others
// must be validated in both directions.
var noContract = []string{
	"GET v1.0 /contacts",
	"GET v1.0 /policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email",
	"GET beta /legacy/policies",
}

// everything makes every call that the client can make.
func everything(t *testing.T, tn *tenant) {
	t.Helper()
	ctx := t.Context()
	fine := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	d := tn.demo
	tn.SetPartnerPolicy(d.Fabrikam.TenantID, "allowed")
	tn.SetDomainPolicy(true, nil, []string{"evil.example"}, graphfake.B2BFormJSON)
	tn.AddConditionalAccess(map[string]any{
		"displayName": "Guests MFA",
		"conditions": map[string]any{
			"users":        map[string]any{"includeUsers": []any{"GuestsOrExternalUsers"}},
			"applications": map[string]any{"includeApplications": []any{"All"}}, "clientAppTypes": []any{"all"},
		},
		"grantControls": map[string]any{"operator": "OR", "builtInControls": []any{"mfa"}},
	})
	must[readiness.Snapshot](t)(tn.Snapshot(ctx))
	tn.Forget()
	fine(tn.Set("no-Policy.Read.B2BManagementPolicy", true)) // for the older endpoint
	must[readiness.Snapshot](t)(tn.Snapshot(ctx))
	fine(tn.Set("no-Policy.Read.B2BManagementPolicy", false))

	must[bot.Person](t)(tn.Person(ctx, d.Sanne.ID))
	tn.ChangeUser(d.Sanne.ID, func(u *graphfake.User) { u.ManagerID = d.Mehmet.ID })
	must[bot.Person](t)(tn.Manager(ctx, d.Sanne.ID))
	must[[]bot.Person](t)(tn.ByMail(ctx, "ann.o'brien@noordzee.nl"))
	must[[]bot.Person](t)(tn.Search(ctx, "sa", 5))
	must[[]bot.Person](t)(tn.GroupPeople(ctx, d.Linden.ID, 5))
	must[bool](t)(tn.InGroup(ctx, d.Sanne.ID, d.Linden.ID))
	must[readiness.Actor](t)(tn.Actor(ctx, d.Joost.ID, d.Linden.ID))
	must[readiness.Subject](t)(tn.Subject(ctx, address(t, "jan@contoso.nl")))
	must[readiness.Subject](t)(tn.Subject(ctx, address(t, "anna@fabrikam.com")))
	must[readiness.Site](t)(tn.Site(ctx, d.Linden.ID, d.Jan.ID))
	must[[]bot.SiteRef](t)(tn.FindSites(ctx, "project", 5))
	tn.AddSite(graphfake.Site{Title: "No group", Path: "/sites/alone"})
	for _, name := range []string{"alone", "unknown"} {
		must[[]bot.SiteRef](t)(tn.FindSites(ctx, tn.SharePointURL()+"/sites/"+name, 5))
	}
	must[[]bot.SiteRef](t)(tn.SitesOf(ctx, d.Mehmet.ID, 5))
	must[bot.AliasState](t)(tn.AliasFree(ctx, "every-thing", "Everything", d.Sanne.ID))
	must[bot.AliasState](t)(tn.AliasFree(ctx, d.Linden.MailNickname, "Everything", d.Sanne.ID))

	s := newSite(tn, "every-thing")
	g := must[bot.GroupState](t)(tn.CreateGroup(ctx, s))
	must[bot.GroupState](t)(tn.FindGroup(ctx, s.UniqueName))
	must[bot.GroupState](t)(tn.Client.Group(ctx, g.GroupID))
	s.UniqueName += "-two"
	_, err := tn.CreateGroup(ctx, s)
	wantError(t, err, bot.Conflict, bot.ReasonAliasTaken)
	must[string](t)(tn.SiteURL(ctx, g.GroupID))
	fine(tn.SetVisibility(ctx, g.GroupID, true))
	must[readiness.SiteSharing](t)(tn.Sharing(ctx, g.GroupID))
	fine(tn.SetSharing(ctx, g.GroupID, readiness.SharingExisting))
	must[[]bot.Person](t)(tn.Owners(ctx, g.GroupID))
	fine(tn.AddOwners(ctx, g.GroupID, []string{d.Joost.ID}))
	fine(tn.AddMembers(ctx, g.GroupID, []string{d.Joost.ID, d.Jan.ID}))
	fine(tn.AddMembers(ctx, g.GroupID, []string{d.Jan.ID}))
	must[bool](t)(tn.IsMember(ctx, g.GroupID, d.Jan.ID))
	fine(tn.RemoveMember(ctx, g.GroupID, d.Jan.ID))

	anna := address(t, "Anna Kowalski <anna@fabrikam.com>")
	made := must[bot.Invitation](t)(tn.Invite(ctx, anna, redirect))
	must[bot.Invitation](t)(tn.FindGuest(ctx, anna))
	must[string](t)(tn.RedeemLink(ctx, anna, made.UserID, redirect))

	tn.AddTeamsApp("manifest-1", "Guest Site")
	must[bool](t)(tn.InstallApp(ctx, d.Sanne.ID, "manifest-1"))
}

func languages(o *graph.Options) { o.Language, o.Cloud.SharePoint = "nl-NL", "" }

func TestOperations_AreExactlyThoseThatAreMade(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{client: languages})
	everything(t, tn)
	listed := map[string]bool{}
	for _, o := range graph.Operations() {
		if listed[o] {
			t.Errorf("%s is listed twice", o)
		}
		listed[o] = true
	}
	tn.mu.Lock()
	defer tn.mu.Unlock()
	made := map[string]bool{}
	for _, k := range tn.calls {
		made[k.Operation] = true
		if !listed[k.Operation] && !strings.Contains(k.Operation, " sharepoint ") {
			t.Errorf("%s was made and is not listed", k.Operation)
		}
	}
	for o := range listed {
		if !made[o] {
			t.Errorf("%s is listed and was not made", o)
		}
	}
	if len(graph.Operations()) != len(listed) || len(listed) < 30 {
		t.Errorf("%d operations listed", len(listed))
	}
}

// contract validates all that is said with Graph against the vendor's OpenAPI.
type contract struct {
	fail func(format string, args ...any)
	docs map[string]*openapi3.T // by version

	mu       sync.Mutex
	requests map[string]int // by operation as graph.Operations spells it
	answers  map[string]int // of them with success
}

func loadContract(t *testing.T) *contract {
	t.Helper()
	dir := os.Getenv("GUESTSITE_CONTRACTS")
	if dir == "" {
		t.Skip("GUESTSITE_CONTRACTS is not set: nothing is checked against the vendor's OpenAPI")
	}
	c := &contract{fail: t.Errorf, docs: map[string]*openapi3.T{}, requests: map[string]int{}, answers: map[string]int{}}
	for version, file := range map[string]string{"v1.0": "graph-v1.0.subset.openapi.json", "beta": "graph-beta.subset.openapi.json"} {
		doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(dir, "graph", file))
		if err != nil {
			t.Fatal(err)
		}
		c.docs[version] = doc
	}
	// Microsoft's own example of findTenantInformationByDomainName carries the
	// context, which this type forbids.
	c.docs["v1.0"].Components.Schemas["microsoft.graph.tenantInformation"].Value.Properties["@odata.context"] = openapi3.NewStringSchema().NewRef()
	return c
}

func (c *contract) wrap(host string, next http.Handler) http.Handler {
	if host != graphfake.HostGraph {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			c.fail("%v", err)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		c.check(r.Method, r.URL.RequestURI(), r.Header, body, rec.Code, rec.Header(), rec.Body.Bytes())
		if strings.HasSuffix(r.URL.Path, "/$batch") {
			c.checkItems(body, rec.Body.Bytes())
		}
		maps.Copy(w.Header(), rec.Header())
		w.WriteHeader(rec.Code)
		if _, err := w.Write(rec.Body.Bytes()); err != nil {
			c.fail("%v", err)
		}
	})
}

// checkItems validates what a batch holds as requests of their own.
func (c *contract) checkItems(request, answer []byte) {
	var in struct {
		Requests []struct {
			ID, Method, URL string
			Headers         map[string]string
			Body            json.RawMessage
		}
	}
	var out struct {
		Responses []struct {
			ID      string
			Status  int
			Headers map[string]string
			Body    json.RawMessage
		}
	}
	if json.Unmarshal(request, &in) != nil || json.Unmarshal(answer, &out) != nil {
		c.fail("a batch is no JSON")
		return
	}
	header := func(m map[string]string) http.Header {
		h := http.Header{}
		for k, v := range m {
			h.Set(k, v)
		}
		return h
	}
	for _, q := range in.Requests {
		for _, a := range out.Responses {
			if a.ID == q.ID {
				c.check(q.Method, "/v1.0"+q.URL, header(q.Headers), q.Body, a.Status, header(a.Headers), a.Body)
			}
		}
	}
}

var (
	placeholders = regexp.MustCompile(`\\\{[^}]*\\\}`)
	names        = regexp.MustCompile(`\{([^}]*)\}`)
	undone       = strings.NewReplacer("%27", "'", "%28", "(", "%29", ")", "%24", "$")
)

// route finds the operation of a request; a literal path beats a template.
func (c *contract) route(method, path string) (*routers.Route, map[string]string, string) {
	version, rest, _ := strings.Cut(strings.TrimPrefix(undone.Replace(path), "/"), "/")
	doc := c.docs[version]
	if doc == nil {
		return nil, nil, ""
	}
	templates := slices.Collect(maps.Keys(doc.Paths.Map()))
	slices.SortFunc(templates, func(a, b string) int { return strings.Count(a, "{") - strings.Count(b, "{") })
	for _, p := range templates {
		operation := doc.Paths.Value(p).GetOperation(method)
		m := regexp.MustCompile("^" + placeholders.ReplaceAllString(regexp.QuoteMeta(p), `([^/]+)`) + "$").FindStringSubmatch("/" + rest)
		if m == nil || operation == nil {
			continue
		}
		params := map[string]string{}
		for i, n := range names.FindAllStringSubmatch(p, -1) {
			v, err := url.PathUnescape(m[i+1])
			if err != nil {
				v = m[i+1]
			}
			params[n[1]] = v
		}
		r := &routers.Route{Spec: doc, Path: p, PathItem: doc.Paths.Value(p), Method: method, Operation: operation}
		return r, params, method + " " + version + " " + p
	}
	return nil, nil, ""
}

func (c *contract) check(method, uri string, header http.Header, body []byte, status int, answerHeader http.Header, answer []byte) {
	path, _, _ := strings.Cut(uri, "?")
	version, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	route, params, name := c.route(method, path)
	if route == nil {
		if !slices.Contains(noContract, method+" "+version+" /"+rest) {
			c.fail("%s %s is not in the contract", method, path)
		}
		return
	}
	c.mu.Lock()
	c.requests[name]++
	if status < 300 {
		c.answers[name]++
	}
	c.mu.Unlock()
	r, err := http.NewRequestWithContext(context.Background(), method, "https://graph.example"+uri, bytes.NewReader(body))
	if err != nil {
		c.fail("%v", err)
		return
	}
	r.Header = header.Clone()
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
		c.fail("request %s %s: %s\n%s", method, uri, brief(err), body)
	}
	if unknown := unknownQuery(r.URL, route); len(unknown) > 0 {
		c.fail("request %s: the contract has no query parameters %v", name, unknown)
	}
	out := (&openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: status, Header: answerHeader,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}).SetBodyBytes(answer)
	if err := openapi3filter.ValidateResponse(r.Context(), out); err != nil {
		c.fail("answer %d to %s %s: %s\n%s", status, method, uri, brief(err), answer)
	}
}

// unknownQuery lists query parameters that the contract does not have; the
// validator lets them pass.
func unknownQuery(u *url.URL, route *routers.Route) []string {
	known := map[string]bool{"$skiptoken": true}
	for _, ps := range []openapi3.Parameters{route.PathItem.Parameters, route.Operation.Parameters} {
		for _, p := range ps {
			known[p.Value.Name] = true
		}
	}
	var out []string
	for n := range u.Query() {
		if !known[n] {
			out = append(out, n)
		}
	}
	return out
}

// brief cuts an error before the schema that it prints.
func brief(err error) string {
	text, _, _ := strings.Cut(err.Error(), "Schema:")
	return strings.TrimSpace(text)
}

func TestContract_EveryOperationIsValidInBothDirections(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	tn := start(t, setup{client: languages, fake: func(o *graphfake.Options) { o.Middleware = c.wrap }})
	everything(t, tn)
	c.mu.Lock()
	defer c.mu.Unlock()
	var report strings.Builder
	for _, o := range graph.Operations() {
		method, rest, _ := strings.Cut(o, " ")
		version, path, _ := strings.Cut(rest, " ")
		name := ""
		for have := range c.requests { // placeholders may be named otherwise
			if names.ReplaceAllString(have, "{}") == names.ReplaceAllString(method+" "+version+" "+path, "{}") {
				name = have
			}
		}
		switch {
		case slices.Contains(noContract, o):
			fmt.Fprintf(&report, "%-100s no contract\n", o)
		case name == "" || c.requests[name] == 0 || c.answers[name] == 0:
			t.Errorf("%s was not validated in both directions", o)
		default:
			fmt.Fprintf(&report, "%-100s %3d requests, %3d good answers\n", o, c.requests[name], c.answers[name])
		}
	}
	t.Logf("validated:\n%s", report.String())
}

// TestContract_FindsWhatIsWrong shows that the validator would tell.
func TestContract_FindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	for name, bad := range map[string]func(*contract){
		"misspelt property": func(c *contract) {
			c.check("POST", "/v1.0/invitations", http.Header{"Content-Type": {"application/json"}},
				[]byte(`{"invitedUserEmailAddress":"a@b.c","inviteRedirectURL":"https://x.example"}`), 201, http.Header{"Content-Type": {"application/json"}}, []byte(`{}`))
		},
		"unknown path": func(c *contract) { c.check("GET", "/v1.0/nowhere", http.Header{}, nil, 200, http.Header{}, nil) },
		"wrong status": func(c *contract) {
			c.check("GET", "/v1.0/policies/authorizationPolicy", http.Header{}, nil, 202, http.Header{"Content-Type": {"application/json"}}, []byte(`{}`))
		},
		"unknown option": func(c *contract) {
			c.check("GET", "/v1.0/users?$slect=id", http.Header{}, nil, 200, http.Header{"Content-Type": {"application/json"}}, []byte(`{"value":[]}`))
		},
	} {
		failed := false
		d := &contract{
			fail: func(string, ...any) { failed = true }, docs: c.docs, requests: map[string]int{}, answers: map[string]int{},
		}
		bad(d)
		if !failed {
			t.Errorf("%s passes", name)
		}
	}
}
