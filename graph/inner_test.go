package graph

import (
	"slices"
	"strings"
	"testing"
	"time"

	"guestsite/bot/readiness"
)

func TestRequest_URLIsEscaped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		r    request
		want string
	}{
		{request{op: opUser, path: []string{"a/b?c#d"}}, "/users/a%2Fb%3Fc%23d"},
		{request{op: opUser, path: []string{"x#EXT#@y"}}, "/users/x%23EXT%23@y"},
		{request{op: opGroupByName, path: []string{"o'b/c"}}, "/groups(uniqueName='o%27%27b%2Fc')"},
		{request{op: opSiteByPath, path: []string{"h.example", "sites", "a b"}}, "/sites/h.example:/sites/a%20b"},
		{
			request{op: opUsers, query: map[string]string{"$filter": "mail eq " + literal("o'b+c&d#e@f.g")}, eventual: true},
			"/users?%24count=true&%24filter=mail%20eq%20%27o%27%27b%2Bc%26d%23e%40f.g%27",
		},
	} {
		if got := c.r.url(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestDefinition_IsReadInAllForms(t *testing.T) {
	t.Parallel()
	wrap := func(s string) []string {
		return []string{`{"B2BManagementPolicy":{"InvitationsAllowedAndBlockedDomainsPolicy":` + s + `,"Version":1}}`}
	}
	for _, c := range []struct {
		name string
		in   []string
		want readiness.DomainRule
		bad  bool
	}{
		{"deny", wrap(`{"BlockedDomains":["Fabrikam.com "]}`), readiness.DomainRule{Mode: readiness.DenyList, Domains: []string{"fabrikam.com"}}, false},
		{"allow", wrap(`{"AllowedDomains":["a.b"],"BlockedDomains":[]}`), readiness.DomainRule{Mode: readiness.AllowList, Domains: []string{"a.b"}}, false},
		{"both empty", wrap(`{"AllowedDomains":[],"BlockedDomains":[]}`), readiness.DomainRule{Mode: readiness.AnyDomain}, false},
		{"empty allow list alone", wrap(`{"AllowedDomains":[]}`), readiness.DomainRule{Mode: readiness.AnyDomain, Uncertain: true}, false},
		{"no lists", []string{`{"B2BManagementPolicy":{"Version":1}}`}, readiness.DomainRule{Mode: readiness.AnyDomain}, false},
		{"nothing", nil, readiness.DomainRule{Mode: readiness.AnyDomain}, false},
		{
			"single quotes",
			[]string{strings.ReplaceAll(wrap(`{"BlockedDomains":["a.b"]}`)[0], `"`, `'`)},
			readiness.DomainRule{Mode: readiness.DenyList, Domains: []string{"a.b"}},
			false,
		},
		{"no JSON", []string{"<xml/>"}, readiness.DomainRule{}, true},
	} {
		got, err := definitionOf(c.in)
		if (err != nil) != c.bad || got.Mode != c.want.Mode || got.Uncertain != c.want.Uncertain || !slices.Equal(got.Domains, c.want.Domains) {
			t.Errorf("%s: got %+v, %v", c.name, got, err)
		}
	}
	several := []wirePolicy{{Definition: wrap(`{"BlockedDomains":["a.b"]}`)}, {Definition: wrap(`{}`)}}
	if r, err := ruleOf(several); err != nil || !r.Uncertain {
		t.Errorf("several without a default: %+v, %v", r, err)
	}
	several[0].Default = true
	if r, err := ruleOf(several); err != nil || r.Mode != readiness.DenyList {
		t.Errorf("several with a default: %+v, %v", r, err)
	}
}

func TestBound_OwnersFirstAndNobodyTwice(t *testing.T) {
	t.Parallel()
	many := strings.Fields("a b c d e f g h i j k l m n o p q r s t u v w x y z")
	for _, c := range []struct {
		owners, members []string
		wantO, wantM    int
	}{
		{many[:2], many, 2, 18},
		{many[:15], nil, 15, 5},
		{many, many, 20, 0},
		{[]string{"a", "a"}, []string{"a", "b", "b"}, 1, 2},
	} {
		o, m := bound(c.owners, c.members)
		if len(o) != c.wantO || len(m) != c.wantM {
			t.Errorf("%d owners, %d members: bound %v, %v", len(c.owners), len(c.members), o, m)
		}
	}
}

func TestRetryAfter_IsInSeconds(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]time.Duration{"": 0, "7": 7 * time.Second, " 120 ": 2 * time.Minute, "-1": 0, "soon": 0} {
		if got := retryAfter(in); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
}

func TestFault_TextHasNoAddressAndNoLink(t *testing.T) {
	t.Parallel()
	f := &fault{status: 400, code: "X", message: `User "anna@fabrikam.com" at https://login.example/redeem?rd=1, (bob@x.y)`, request: "r1"}
	got := f.text()
	for _, bad := range []string{"anna", "bob", "redeem"} {
		if strings.Contains(got, bad) {
			t.Errorf("holds %s: %s", bad, got)
		}
	}
	if !strings.Contains(got, "400 X") || !strings.Contains(got, "r1") {
		t.Errorf("got %s", got)
	}
}

func TestHosts_AdminIsBesideTheSites(t *testing.T) {
	t.Parallel()
	for sites, want := range map[string]string{
		"https://contoso.sharepoint.com":    "https://contoso-admin.sharepoint.com",
		"https://contoso.sharepoint-mil.us": "https://contoso-admin.sharepoint-mil.us",
	} {
		s := &spoClient{c: &Client{opt: Options{Cloud: Cloud{SharePoint: sites}}}}
		if h, err := s.find(t.Context(), "x"); err != nil || h.admin != want || h.sites != sites {
			t.Errorf("%s: %+v, %v", sites, h, err)
		}
	}
}
