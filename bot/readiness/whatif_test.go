package readiness

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestApply_ChangesOneSettingOfACopy(t *testing.T) {
	t.Parallel()
	s := openSnapshot()
	s.InviteDomains = read(DomainRule{Mode: AllowList, Domains: []string{"x.nl"}})
	next, err := Apply(s, KeyDomains, "+fabrikam.com")
	if err != nil || !slices.Contains(next.InviteDomains.Value.Domains, "fabrikam.com") || next.InviteDomains.Source != sourceWhatIf {
		t.Fatalf("%+v, %v", next.InviteDomains, err)
	}
	if len(s.InviteDomains.Value.Domains) != 1 {
		t.Errorf("the original changed: %v", s.InviteDomains.Value.Domains)
	}
	q := openQuestion(t)
	if q.Snapshot, err = Apply(q.Snapshot, KeyOrgSharing, "off"); err != nil || Invite(q).Outcome != Cannot {
		t.Errorf("spo.org=off: %s, %v", Invite(q).Outcome, err)
	}
}

func TestApply_RefusesWhatItCannotTry(t *testing.T) {
	t.Parallel()
	unread := openSnapshot()
	unread.SharePoint = denied[SharePointPolicy]()
	cases := []struct {
		snapshot   Snapshot
		key, value string
		kind       WhatIfKind
	}{
		{openSnapshot(), "spo.nothing", "on", WhatIfKey},
		{openSnapshot(), KeySiteSharing, "off", WhatIfKey}, // not the company's
		{openSnapshot(), KeyOrgSharing, "wide", WhatIfValue},
		{openSnapshot(), KeyDomains, "+", WhatIfValue},
		{openSnapshot(), KeyDomains, "+not a domain", WhatIfValue},
		{openSnapshot(), KeyConditional, "-No such policy", WhatIfValue},
		{unread, KeyOrgSharing, "guests", WhatIfUnread},
	}
	for _, tc := range cases {
		_, err := Apply(tc.snapshot, tc.key, tc.value)
		if e, ok := errors.AsType[*WhatIfError](err); !ok || e.Kind != tc.kind {
			t.Errorf("%s=%s: %v, want %s", tc.key, tc.value, err, tc.kind)
		}
	}
}

func TestWhatIfKeys_AreSettings(t *testing.T) {
	t.Parallel()
	for _, k := range WhatIfKeys() {
		if !slices.Contains(Settings(), k.Key) || k.Values == "" {
			t.Errorf("%+v", k)
		}
	}
}

func TestLink_PerCloud(t *testing.T) {
	t.Parallel()
	for _, key := range LinkKeys() {
		if !strings.HasPrefix(Link("global", key), "https://") {
			t.Errorf("%s has no page", key)
		}
	}
	cases := []struct{ cloud, key, want string }{
		{"us-gov", LinkUsers, "https://entra.microsoft.us/"},
		{"us-gov", LinkSharing, ""},
		{"nowhere", LinkUsers, ""},
		{"global", "nothing", ""},
	}
	for _, tc := range cases {
		if got := Link(tc.cloud, tc.key); !strings.HasPrefix(got, tc.want) || tc.want == "" && got != "" {
			t.Errorf("%s, %s: %q", tc.cloud, tc.key, got)
		}
	}
	own := Links{"lab": {LinkSharing: "https://lab/sharing", LinkUsers: "javascript:alert(1)"}}
	if own.Link("lab", LinkSharing) != "https://lab/sharing" || own.Link("lab", LinkUsers) != "" || own.Link("global", LinkUsers) == "" {
		t.Error("an operator's pages are not used as they should")
	}
}

func TestSpecs_AreComplete(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range Specs() {
		key := string(s.Kind) + "." + string(s.Code)
		if seen[key] {
			t.Errorf("%s twice", key)
		}
		seen[key] = true
	}
	if len(Codes()) < 100 {
		t.Errorf("only %d codes", len(Codes()))
	}
	for code, employee := range employeeCodes {
		if !seen["employee."+string(employee)] || !seen["finding."+string(code)] {
			t.Errorf("%s is told as %s, which is in no list", code, employee)
		}
	}
}
