package readiness

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestParseAddress_ReadsWhatPeoplePaste(t *testing.T) {
	t.Parallel()
	cases := []struct{ in, mail, name string }{
		{"anna@fabrikam.com", "anna@fabrikam.com", ""},
		{"  Anna.K@Fabrikam.COM ", "Anna.K@fabrikam.com", ""},
		{"Anna Kowalski <anna@fabrikam.com>", "anna@fabrikam.com", "Anna Kowalski"},
		{`"Kowalski, Anna" <anna@fabrikam.com>`, "anna@fabrikam.com", "Kowalski, Anna"},
		{"“Anna” <anna@fabrikam.com>", "anna@fabrikam.com", "Anna"},
		{"Anna Kowalski anna@fabrikam.com", "anna@fabrikam.com", "Anna Kowalski"},
		{"anna@fabrikam.com (Anna Kowalski)", "anna@fabrikam.com", "Anna Kowalski"},
		{"<mailto:anna@fabrikam.com|anna@fabrikam.com>", "anna@fabrikam.com", ""},
		{"Anna &lt;<mailto:anna@fabrikam.com|anna@fabrikam.com>&gt;", "anna@fabrikam.com", "Anna"},
		{"mailto:anna@fabrikam.com?subject=hi", "anna@fabrikam.com", ""},
		{"anna@fabrikam.com.", "anna@fabrikam.com", ""},
		{"anna@fabrikam.com;", "anna@fabrikam.com", ""},
		{"\ufeffanna@fabrikam.com\u00a0", "anna@fabrikam.com", ""},
		{"anna@fabrikam.com <anna@fabrikam.com>", "anna@fabrikam.com", ""},
		{"o'brien@fabrikam.com", "o'brien@fabrikam.com", ""},
		{"o’brien@fabrikam.com", "o'brien@fabrikam.com", ""},
		{"_a-b.c_@x-y.example", "_a-b.c_@x-y.example", ""},
		{"anna@bücher.de", "anna@xn--bcher-kva.de", ""},
		{"anna@bu\u0308cher.de", "anna@xn--bcher-kva.de", ""},
		{"anna@XN--BCHER-KVA.de", "anna@xn--bcher-kva.de", ""},
		{"anna@пример.рф", "anna@xn--e1afmkfd.xn--p1ai", ""},
		{"anna@例え.jp", "anna@xn--r8jz45g.jp", ""},
	}
	for _, tc := range cases {
		a, err := ParseAddress(tc.in)
		if err != nil || a.Mail != tc.mail || a.Name != tc.name {
			t.Errorf("%q: %+v, %v; want %q, %q", tc.in, a, err, tc.mail, tc.name)
		}
		if _, domain, _ := strings.Cut(tc.mail, "@"); a.Domain != domain {
			t.Errorf("%q: domain %q, want %q", tc.in, a.Domain, domain)
		}
	}
}

func TestParseAddress_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	cases := []struct {
		in   string
		kind AddressKind
		char rune
	}{
		{"", AddressEmpty, 0},
		{" \t", AddressEmpty, 0},
		{"anna", AddressNoAt, 0},
		{"@fabrikam.com", AddressNoAt, 0},
		{"anna@fabrikam", AddressNoDot, 0},
		{"anna@", AddressBadDomain, 0},
		{"a@b@fabrikam.com", AddressManyAt, 0},
		{"<a@fabrikam.com> b@fabrikam.com", AddressManyAt, 0},
		{"anna+x@fabrikam.com", AddressPlus, '+'},
		{".anna@fabrikam.com", AddressDotEdge, 0},
		{"anna.@fabrikam.com", AddressDotEdge, 0},
		{"-anna@fabrikam.com", AddressDotEdge, 0},
		{"an..na@fabrikam.com", AddressDotEdge, 0},
		{"änna@fabrikam.com", AddressBadChar, 'ä'},
		{"an\u0301na@fabrikam.com", AddressCombining, '\u0301'},
		{"anna@fabri\u200bkam.com", AddressControl, '\u200b'},
		{"an\x00na@fabrikam.com", AddressControl, 0},
		{"anna@fabri\u202ekam.com", AddressBidi, '\u202e'},
		{"anna@fabr\u0456kam.com", AddressMixedScript, 0},                // Cyrillic i
		{"anna@xn--fabrkam-hdg.com", "", 0},                              // encoded: must not pass
		{"anna@\u0430\u0440\u0440\u04cf\u0435.com", AddressLookAlike, 0}, // apple, all Cyrillic
		{"anna@fabri_kam.com", AddressBadDomain, '_'},
		{"anna@-fabrikam.com", AddressBadDomain, 0},
		{"anna@fabrikam..com", AddressBadDomain, 0},
		{"anna@127.0.0.1", AddressBadDomain, 0},
		{"anna@[127.0.0.1]", AddressBadDomain, 0},
		{"a@" + strings.Repeat("a", 64) + ".com", AddressBadDomain, 0},
		{strings.Repeat("a", 65) + "@fabrikam.com", AddressTooLong, 0},
		{"a@" + strings.Repeat("abcdefg.", 40) + "com", AddressTooLong, 0},
		{"a@" + strings.Repeat("x", 5000), AddressTooLong, 0},
	}
	for _, tc := range cases {
		a, err := ParseAddress(tc.in)
		e, ok := errors.AsType[*AddressError](err)
		if !ok {
			t.Errorf("%q: no error, but %+v", tc.in, a)
			continue
		}
		if tc.kind != "" && e.Kind != tc.kind || tc.char != 0 && e.Char != tc.char {
			t.Errorf("%q: %s %q, want %s %q", tc.in, e.Kind, e.Char, tc.kind, tc.char)
		}
		if !slices.Contains(AddressKinds(), e.Kind) {
			t.Errorf("%q: kind %s is in no list", tc.in, e.Kind)
		}
		if strings.Contains(err.Error(), "fabrikam") {
			t.Errorf("the error repeats the address: %v", err)
		}
	}
	for _, r := range "~!#$%^&*()=[]{}\\/|;:\"<>?," {
		if _, err := ParseAddress("an" + string(r) + "na@fabrikam.com"); err == nil {
			t.Errorf("%q in the local part is accepted", r)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"anna@fabrikam.com", `"K, A" <a@x.nl>`, "<mailto:a@x.nl|a@x.nl>", "a@bücher.de", "a@xn--bcher-kva.de", "Ł <a@x.nl>", "a@x.nl (b)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			if e, ok := errors.AsType[*AddressError](err); !ok || !slices.Contains(AddressKinds(), e.Kind) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		again, err := ParseAddress(a.String())
		if err != nil || again != a {
			t.Fatalf("%q: %+v; its String %q gives %+v, %v", s, a, a.String(), again, err)
		}
		if len(a.Mail) > maxAddress || !isASCII(a.Mail) || strings.Count(a.Mail, "@") != 1 {
			t.Fatalf("%q: %q", s, a.Mail)
		}
	})
}
