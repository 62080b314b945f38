package readiness

import (
	"slices"
	"testing"
)

// TestInvite_SaysOnlyWhatTheCatalogueKnows also keeps Specs' arguments honest.
func TestInvite_SaysOnlyWhatTheCatalogueKnows(t *testing.T) {
	t.Parallel()
	eachQuestion(t, generated, func(q Question) {
		v := Invite(q)
		checkTexts(t, v)
		checkTexts(t, Create(CreateQuestion{Snapshot: q.Snapshot, Actor: q.Actor, Now: now, Name: "Linden", Owners: q.Site.Owners, Wanted: q.Wanted, Guests: q.Guests, Policy: q.Policy}))
		report := CheckCompany(q.Snapshot, q.Policy, now)
		for _, f := range report.Findings {
			checkFinding(t, &f.Finding)
		}
	})
}

func checkTexts(t *testing.T, v Verdict) {
	t.Helper()
	for i := range v.Findings {
		checkFinding(t, &v.Findings[i])
	}
	for _, f := range v.Flags {
		checkSpec(t, KindFlag, f.Code, f.Args)
	}
	for _, u := range v.Unseen {
		checkSpec(t, KindUnseen, u, nil)
	}
}

func checkFinding(t *testing.T, f *Finding) {
	t.Helper()
	if settingByKey[f.Setting] == nil {
		t.Fatalf("setting %q is in no list", f.Setting)
	}
	checkSpec(t, KindFinding, f.Code, f.Args)
	checkSpec(t, KindEmployee, EmployeeCode(f), f.Args)
	if f.Fix == nil {
		return
	}
	checkSpec(t, KindFix, f.Fix.Code, f.Fix.Args)
	if f.Fix.Link != "" && !slices.Contains(LinkKeys(), f.Fix.Link) {
		t.Fatalf("link %q is in no list", f.Fix.Link)
	}
	if f.Fix.Key != "" && changeOf(f.Fix.Key) == nil {
		t.Fatalf("%s cannot be tried: %s", f.Code, f.Fix.Key)
	}
}

func checkSpec(t *testing.T, kind Kind, code Code, have map[string]string) {
	t.Helper()
	i := slices.IndexFunc(specs, func(s Spec) bool { return s.Kind == kind && s.Code == code })
	if i < 0 {
		t.Fatalf("%s.%s is in no list", kind, code)
	}
	for _, arg := range specs[i].Args {
		if _, ok := have[arg]; !ok {
			t.Fatalf("%s.%s comes without %s: %v", kind, code, arg, have)
		}
	}
}
