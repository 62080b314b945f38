package card_test

import (
	"testing"

	"guestsite/bot/card"
)

func TestTidy_TakesAwayWhatIsNoText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Anna\tKowalski\n2":                  "Anna\tKowalski\n2",
		"bel \a nul \x00 del \x7f c1 \u0085": "bel  nul  del  c1 ",
		"invoice\u202Egpj.exe\u202C":         "invoicegpj.exe",
		"a\u2066b\u2067c\u2068d\u2069e":      "abcde",
		"\uFEFFanna":                         "anna",
		"broken \xff byte":                   "broken \uFFFD byte",
		"שלום":                               "שלום",
		"👩\u200D💻":                           "👩\u200D💻",
	} {
		if got := card.Tidy(in); got != want {
			t.Errorf("Tidy(%q) = %q, want %q", in, got, want)
		}
	}
}
