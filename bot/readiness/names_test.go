package readiness

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestCheckName_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	policy := GroupsPolicy{BlockedWords: []string{"CEO", "Payroll Dept", " "}}
	cases := []struct {
		name string
		kind NameKind
	}{
		{"Project Linden", ""},
		{"Café Zoë & co", ""},
		{"проект", ""},
		{"2027", ""},
		{"", NameEmpty},
		{"  ", NameEmpty},
		{"!!!", NameOnlySymbols},
		{"🚀", NameOnlySymbols},
		{"a\u202eb", NameBidi},
		{"a\x07b", NameControl},
		{"a\u200bb", NameControl},
		{"The CEO's room", NameBlockedWord},
		{"ceo", NameBlockedWord},
		{"ceo-room", NameBlockedWord},
		{"Oceon", ""},
		{"payroll dept 3", NameBlockedWord},
		{"payroll", ""},
		{strings.Repeat("a", 257), NameTooLong},
	}
	for _, tc := range cases {
		err := CheckName(tc.name, policy)
		e, _ := errors.AsType[*NameError](err)
		if tc.kind == "" && err != nil || tc.kind != "" && (e == nil || e.Kind != tc.kind) {
			t.Errorf("%q: %v, want %q", tc.name, err, tc.kind)
		}
		if e != nil && !slices.Contains(NameKinds(), e.Kind) {
			t.Errorf("kind %s is in no list", e.Kind)
		}
	}
	if e, _ := errors.AsType[*NameError](CheckName("the ceo", policy)); e == nil || e.Word != "CEO" {
		t.Errorf("the blocked word is not named: %+v", e)
	}
}

func TestDisplayName_FollowsTheNamingPolicy(t *testing.T) {
	t.Parallel()
	who := Attributes{Department: "Sales", Country: "NL"}
	cases := []struct{ template, name, want string }{
		{"", "  Project   Linden ", "Project Linden"},
		{"PRJ [GroupName]", "Project Linden", "PRJ Project Linden"},
		{"GRP_[Department]_[GroupName]_[CountryOrRegion]", "Linden", "GRP_Sales_Linden_NL"},
		{"GRP_[Department]_[GroupName]_[CountryOrRegion]", "GRP_Sales_Linden_NL", "GRP_Sales_Linden_NL"},
		{"[Office]-[GroupName]", "Linden", "-Linden"},
	}
	for _, tc := range cases {
		got, err := DisplayName(tc.name, GroupsPolicy{PrefixSuffix: tc.template}, who)
		if err != nil || got != tc.want {
			t.Errorf("%q in %q: %q, %v; want %q", tc.name, tc.template, got, err, tc.want)
		}
	}
	_, err := DisplayName(strings.Repeat("x", 61), GroupsPolicy{PrefixSuffix: "PRJ [GroupName]"}, who)
	if e, ok := errors.AsType[*NameError](err); !ok || e.Kind != NameTooLong || e.Max != 59 {
		t.Errorf("too long with its prefix: %v", err)
	}
}

func TestAlias_IsAPlainAddressPart(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, want string }{
		{"Project Linden", "project-linden"},
		{"PRJ Project Linden", "prj-project-linden"},
		{"Café Zoë – Straße", "cafe-zoe-strasse"},
		{"Łódź Ærø", "lodz-aero"},
		{"R&D / 2027!", "r-and-d-2027"},
		{"O'Brien's", "obriens"},
		{"--a__b--", "a-b"},
		{"ﬁle ①", "file-1"},
		{strings.Repeat("abcd ", 20), strings.TrimRight(strings.Repeat("abcd-", 12), "-")},
	}
	for _, tc := range cases {
		if got, err := Alias(tc.name); err != nil || got != tc.want {
			t.Errorf("%q: %q, %v; want %q", tc.name, got, err, tc.want)
		}
	}
	if _, err := Alias("проект"); !isName(err, NameNoLatin) {
		t.Errorf("no Latin letters: %v", err)
	}
}

func isName(err error, kind NameKind) bool {
	e, ok := errors.AsType[*NameError](err)
	return ok && e.Kind == kind
}

var aliasForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func FuzzAlias(f *testing.F) {
	f.Add("Project Linden")
	f.Add("Ünïcödé — ½")
	f.Add(strings.Repeat("0", 57) + "-2")
	f.Fuzz(func(t *testing.T, name string) {
		alias, err := Alias(name)
		if err != nil {
			if !isName(err, NameNoLatin) {
				t.Fatal(err)
			}
			return
		}
		if !aliasForm.MatchString(alias) || len(alias) > maxAlias {
			t.Fatalf("%q: %q", name, alias)
		}
		if again, err := Alias(alias); err != nil || again != alias {
			t.Fatalf("%q: again %q, %v", alias, again, err)
		}
		for _, a := range Alternatives(alias) {
			if !aliasForm.MatchString(a) || len(a) > maxAlias || a == alias {
				t.Fatalf("alternative %q of %q", a, alias)
			}
		}
	})
}
