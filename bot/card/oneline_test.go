package card

import (
	"strings"
	"testing"
)

func TestGiven_IsWhatPeopleAreCalled(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Sanne de Vries": "Sanne", "de Vries, Sanne": "Sanne", "anna@fabrikam.com": "anna@fabrikam.com", "Cher": "Cher", " Li\u00a0\u00a0Wei ": "Li", "": "",
	} {
		if got := given(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func FuzzOneLine(f *testing.F) {
	for _, s := range []string{"a\nb", "\u202ex", "a  b", " ", "é\u200b", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := oneLine(s)
		if strings.ContainsAny(got, "\n\r\t\u2028\u2029\u202e\u200b") || got != strings.TrimSpace(got) {
			t.Errorf("%q became %q", s, got)
		}
		if again := oneLine(got); again != got {
			t.Errorf("%q became %q, and then %q", s, got, again)
		}
	})
}
