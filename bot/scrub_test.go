package bot

import (
	"testing"

	"guestsite/bot/flow"
)

func TestScrub_FindsAWordAndNoLongerOne(t *testing.T) {
	t.Parallel()
	s := newScrubber("anna@fabrikam.com", "Anna Kowalski", "anna_fabrikam.com#EXT#", "Jo")
	for text, want := range map[string]string{
		"anna@fabrikam.com":                        "E",
		"ANNA@Fabrikam.com, bob@fabrikam.com":      "E, bob@fabrikam.com",
		"<anna@fabrikam.com>":                      "<E>",
		"anna@fabrikam.com anna@fabrikam.com":      "E E",
		"Write anna@fabrikam.com.":                 "Write E.",
		"joanna@fabrikam.com":                      "joanna@fabrikam.com",
		"jo.anna@fabrikam.com":                     "jo.anna@fabrikam.com",
		"-anna@fabrikam.com":                       "-E",
		"so _anna@fabrikam.com_ it is":             "so _E_ it is",
		"anna@fabrikam.com.au":                     "anna@fabrikam.com.au",
		"anna@fabrikam.comx":                       "anna@fabrikam.comx",
		"anna kowalski (x)":                        "E (x)",
		"Susanna Kowalski":                         "Susanna Kowalski",
		"Anna":                                     "Anna", // a name of one word is no whole name of hers here
		"jo":                                       "E",
		"Jo and I":                                 "Jo and I",
		"anna_fabrikam.com#EXT#@noordzee.example":  "E@noordzee.example",
		"anna_fabrikam.com#EXT# of another tenant": "E of another tenant",
		"": "",
	} {
		got := s.text(text)
		if want = replaceE(want, text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// replaceE puts the mark where a case writes E, unless the text itself does.
func replaceE(want, text string) string {
	if want == text {
		return want
	}
	out := ""
	for _, r := range want {
		if r == 'E' {
			out += flow.Erased
			continue
		}
		out += string(r)
	}
	return out
}

func TestScrub_FindsWhatStandsDeepInARecord(t *testing.T) {
	t.Parallel()
	r := &flow.Request{ID: "G-1", Version: 1<<60 + 1, Answers: flow.Answers{
		Pasted: "Anna <a&b@fabrikam.com>", Guests: []flow.GuestEntry{{Mail: "a&b@fabrikam.com", Args: map[string]string{"like": "A&B@fabrikam.com"}}},
	}}
	out, held, err := scrub(newScrubber("a&b@fabrikam.com"), r)
	if err != nil || !held {
		t.Fatal(held, err)
	}
	g := out.Answers.Guests[0]
	if g.Mail != flow.Erased || g.Args["like"] != flow.Erased || out.Answers.Pasted != "Anna <"+flow.Erased+">" || out.Version != r.Version {
		t.Errorf("%+v", out.Answers)
	}
	if _, held, _ := scrub(newScrubber("bob@fabrikam.com"), r); held {
		t.Error("somebody else was found")
	}
	if same, held, err := scrub(newScrubber("erased"), out); err != nil || held || same.Answers.Pasted != out.Answers.Pasted {
		t.Error("the mark itself was taken for a name")
	}
}
