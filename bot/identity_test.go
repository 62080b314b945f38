package bot

import "testing"

func TestSameMail_TakesNoLookAlikeForTheSame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"mehmet@noordzee.nl", "mehmet@noordzee.nl", true},
		{"Mehmet@Noordzee.NL", "mehmet@noordzee.nl", true},
		{"mark@noordzee.nl", "mar\u212A@noordzee.nl", false},   // the Kelvin sign folds to k in Unicode
		{"susan@noordzee.nl", "\u017Fusan@noordzee.nl", false}, // so does the long s to s
		{"mehmet@noordzee.nl", "mehmet@noordzee.nI", false},
		{"mehmet@noordzee.nl", "mehmet@noordzee.nl ", false},
		{"", "", false},
	} {
		if got := sameMail(c.a, c.b); got != c.same {
			t.Errorf("sameMail(%q, %q) = %v, want %v", c.a, c.b, got, c.same)
		}
	}
}
