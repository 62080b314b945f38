package card

import (
	"testing"
	"time"
)

func TestParseCommand_TakesBothLanguages(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text string
		cmd  CommandWord
		rest string
		ok   bool
	}{
		{"new", CommandNew, "", true},
		{"  Nieuw ", CommandNew, "", true},
		{"waarom anna@fabrikam.com  Project Linden", CommandWhy, "anna@fabrikam.com  Project Linden", true},
		{"", CommandHelp, "", true},
		{"toevoegen Linden", CommandAdd, "Linden", true},
		{"bulk Linden", "", "Linden", false},
		{"new\tLinden", CommandNew, "Linden", true},
	} {
		cmd, rest, ok := ParseCommand(tc.text)
		if cmd != tc.cmd || rest != tc.rest || ok != tc.ok {
			t.Errorf("%q: got %q %q %v", tc.text, cmd, rest, ok)
		}
	}
}

func TestNearest_FindsTheWordMeant(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]CommandWord{
		"nwe": CommandNew, "toevogen": CommandAdd, "Inbxo": CommandInbox, "waorom": CommandWhy, "chekc": CommandCheck,
		"annulleren": CommandCancel, "verlengn": CommandExtend, "hlep": CommandHelp, "xxxxxxxxxxxxxxxx": CommandHelp, "": CommandHelp,
	} {
		if got := Nearest(typed); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

func TestCommands_EachHasItsWordInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, c := range Commands() {
		for _, lang := range Languages() {
			if got, _, ok := ParseCommand(c.Word(lang)); !ok || got != c {
				t.Errorf("%s in %s is %q, which is read as %q", c, lang, c.Word(lang), got)
			}
		}
	}
}

func FuzzNearest(f *testing.F) {
	f.Add("new")
	f.Add("\xff\xfe")
	f.Fuzz(func(t *testing.T, typed string) {
		if len(typed) > 200 {
			t.Skip()
		}
		if _, _, ok := ParseCommand(string(Nearest(typed))); !ok {
			t.Errorf("%q: nearest is no command", typed)
		}
	})
}

// No record is kept of the card, so that what stands on it can never be taken back.
func TestLinked_ItsButtonCarriesNoGuest(t *testing.T) {
	t.Parallel()
	texts, err := Load("en", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{
		"why anna@fabrikam.com": "why", "WAAROM anna@fabrikam.com": "why", "add Anna's site": "add", "cancel": "cancel", "cancel G-7": "mine",
		"": "", "anna@fabrikam.com": "",
	} {
		var got string
		for _, x := range Linked(View{Texts: texts}, time.Time{}, typed).Blocks {
			if a, ok := x.(Actions); ok && len(a.Buttons) > 1 {
				got = a.Buttons[0].Value
			}
		}
		if got != want {
			t.Errorf("after %q the button carries %q, want %q", typed, got, want)
		}
	}
}
