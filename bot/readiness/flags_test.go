package readiness

import (
	"fmt"
	"testing"
)

func flagNamed(flags []Flag, code Code) (Flag, bool) {
	for _, f := range flags {
		if f.Code == code {
			return f, true
		}
	}
	return Flag{}, false
}

func TestFlags_NothingToSayAboutAKnownPartner(t *testing.T) {
	t.Parallel()
	if flags := Flags(openQuestion(t)); len(flags) != 0 {
		t.Errorf("%+v", flags)
	}
}

func TestFlags_LookAlikes(t *testing.T) {
	t.Parallel()
	known := map[string]int{"fabrikam.com": 12, "contoso.nl": 3, "kpn.nl": 9, "adventure-works.com": 1, "gone.com": 0}
	cases := []struct {
		domain, like string
	}{
		{"fabrikarn.com", "fabrikam.com"},
		{"fabrikam.co", "fabrikam.com"},
		{"fabirkam.com", "fabrikam.com"},
		{"fabr1kam.com", "fabrikam.com"},
		{"fabrikám.com", "fabrikam.com"},
		{"fabrikam-com.com", ""},
		{"c0ntoso.nl", "contoso.nl"},
		{"contosso.nl", "contoso.nl"},
		{"adventureworks.com", "adventure-works.com"},
		{"noordzee.n1", "noordzee.nl"},
		{"noordzeee.nl", "noordzee.nl"},
		{"gmial.com", "gmail.com"},
		{"kqn.nl", ""},
		{"kpnnl.nl", ""},
		{"mail.fabrikam.com", ""},
		{"adatum.com", ""},
		{"gone.co", ""},
	}
	for _, tc := range cases {
		q := openQuestion(t)
		q.Subject.KnownGuests = known
		a, err := ParseAddress("eva@" + tc.domain)
		if err != nil {
			if tc.like != "" {
				t.Errorf("%s: %v", tc.domain, err)
			}
			continue
		}
		q.Subject.Address = a
		f, _ := flagNamed(Flags(q), FlagLooksLike)
		if f.Args["like"] != tc.like {
			t.Errorf("%s looks like %q, want %q", tc.domain, f.Args["like"], tc.like)
		}
		if tc.like != "" && (f.Args["suggestion"] != "eva@"+tc.like || f.Args["count"] != fmt.Sprint(known[tc.like])) {
			t.Errorf("%s: %v", tc.domain, f.Args)
		}
	}
}

func TestFlags_EachIsRaised(t *testing.T) {
	t.Parallel()
	cases := []struct {
		code   Code
		change func(*Question)
		clear  func(*Question)
	}{
		{FlagPersonalMailbox, func(q *Question) { q.Subject.Address = address(t, "piet@gmail.com") }, func(*Question) {}},
		{FlagPersonalMailbox, func(q *Question) { q.Policy.PersonalDomains = []string{"fabrikam.com"} }, func(*Question) {}},
		{FlagFirstFromDomain, func(q *Question) { q.Subject.KnownGuests = map[string]int{"x.nl": 1} }, func(q *Question) { q.Subject.KnownGuests = nil }},
		{FlagManyGuests, func(q *Question) { q.Guests = 11 }, func(q *Question) { q.Guests = 10 }},
		{FlagManyGuests, func(q *Question) { q.Guests, q.Policy.FlagGuests = 4, 3 }, func(q *Question) { q.Guests, q.Policy.FlagGuests = 3, 3 }},
		{FlagNameDiffers, func(q *Question) { q.Subject.Address.Name = "Piet Jansen" }, func(q *Question) { q.Subject.Address.Name = "Anna Kowalski" }},
		{FlagRequesterNotMember, func(q *Question) { q.Requester = &Actor{ID: "u-sanne"} }, func(q *Question) { q.Requester = &Actor{ID: "u-sanne", Member: true} }},
		{FlagBlockedBefore, func(q *Question) { q.BlockedBefore = 2 }, func(q *Question) { q.BlockedBefore = 0 }},
	}
	for _, tc := range cases {
		q := openQuestion(t)
		tc.change(&q)
		v := Invite(q)
		if _, ok := flagNamed(v.Flags, tc.code); !ok {
			t.Errorf("%s is not raised: %+v", tc.code, v.Flags)
		}
		if v.Outcome != Can {
			t.Errorf("%s stops: %s", tc.code, v.Outcome)
		}
		q = openQuestion(t)
		tc.clear(&q)
		if _, ok := flagNamed(Flags(q), tc.code); ok {
			t.Errorf("%s is raised without cause", tc.code)
		}
	}
}

func TestFlags_NameAndAddress(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, local string
		want        bool
	}{
		{"Anna Kowalski", "anna", false},
		{"Anna Kowalski", "a.kowalski", false},
		{"Anna Kowalski", "akowalski", false},
		{"Kowalski, Anna", "kowalskia", false},
		{"Zoë Groß", "zoe.gross", false},
		{"Anna Kowalski", "ak", false},
		{"Anna Kowalski", "x1234", false},
		{"Anna Kowalski", "piet", true},
		{"Anna Kowalski", "info", true},
		{"Alexander Berg", "alex", false},
		{"Анна", "anna", false},
		{"", "piet", false},
		{"Li Wu", "liwu", false},
		{"Jan van Dam", "jvdam", false},
	}
	for _, tc := range cases {
		if got := differs(tc.name, tc.local); got != tc.want {
			t.Errorf("%q, %q: %v", tc.name, tc.local, got)
		}
	}
}
