package readiness

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestParseList_ReadsWhatPeoplePaste(t *testing.T) {
	t.Parallel()
	const anna, jan, piet = "anna@fabrikam.com", "jan@contoso.nl", "piet@gmail.com"
	cases := []struct {
		name, in string
		want     []string // "line mail name"
	}{
		{"commas", anna + ", " + jan, []string{"1 " + anna, "1 " + jan}},
		{"semicolons", anna + ";" + jan + ";", []string{"1 " + anna, "1 " + jan}},
		{"spaces", anna + " " + jan, []string{"1 " + anna, "1 " + jan}},
		{"lines of all kinds", anna + "\r\n" + jan + "\r" + piet + "\u2028x@y.nl", []string{"1 " + anna, "2 " + jan, "3 " + piet, "4 x@y.nl"}},
		{"empty lines count", "\n\n" + anna + "\n \n" + jan, []string{"3 " + anna, "5 " + jan}},
		{"names", "Anna Kowalski <" + anna + ">, " + jan, []string{"1 " + anna + " Anna Kowalski", "1 " + jan}},
		{"Outlook", "Kowalski, Anna <" + anna + ">; Jansen, Jan <" + jan + ">", []string{"1 " + anna + " Kowalski, Anna", "1 " + jan + " Jansen, Jan"}},
		{"names without separator", "Anna <" + anna + "> Jan <" + jan + ">", []string{"1 " + anna + " Anna", "1 " + jan + " Jan"}},
		{"quoted comma", `"Kowalski, Anna" <` + anna + `>, ` + jan, []string{"1 " + anna + " Kowalski, Anna", "1 " + jan}},
		{"CSV, name first", "Anna Kowalski," + anna, []string{"1 " + anna + " Anna Kowalski"}},
		{"CSV, quoted", `"Anna Kowalski","` + anna + `"`, []string{"1 " + anna + " Anna Kowalski"}},
		{"CSV with heading", "email;name;until;language\n" + anna + ";Anna;2027-02-19;nl", []string{"2 " + anna + " Anna"}},
		{"byte order mark and tabs", "\ufeffNaam\tE-mail\nAnna\t" + anna, []string{"2 " + anna + " Anna"}},
		{"Slack", "<mailto:" + anna + "|" + anna + ">, <mailto:" + jan + "|" + jan + ">", []string{"1 " + anna, "1 " + jan}},
		{"Slack with a name", "Anna &lt;<mailto:" + anna + "|" + anna + ">&gt;", []string{"1 " + anna + " Anna"}},
		{"curly quotes and no-break spaces", "“Anna”\u00a0<" + anna + ">\u00a0; ‘" + jan + "’", []string{"1 " + anna + " Anna", "1 " + jan}},
		{"bullets and full stops", "• " + anna + ".\n* " + jan + ".", []string{"1 " + anna, "2 " + jan}},
		{"nothing", " \n,;\n", nil},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			entries, err := ParseList(tc.in, 0)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range entries {
				if e.Err != nil {
					t.Errorf("%q: %v", e.Raw, e.Err)
				}
				got = append(got, strings.TrimSpace(fmt.Sprintf("%d %s %s", e.Line, e.Address.Mail, e.Address.Name)))
			}
			if fmt.Sprint(got) != fmt.Sprint(tc.want) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestParseList_KeepsDateAndLanguage(t *testing.T) {
	t.Parallel()
	want := time.Date(2027, 2, 19, 0, 0, 0, 0, time.UTC)
	for _, row := range []string{
		"anna@fabrikam.com;Anna;2027-02-19;nl", "Anna,anna@fabrikam.com,19-02-2027,NL", "anna@fabrikam.com\t19/2/2027\tnl", "nl;19.02.2027;anna@fabrikam.com",
	} {
		e, err := ParseList(row, 0)
		if err != nil || len(e) != 1 || e[0].Err != nil || !e[0].Until.Equal(want) || e[0].Language != "nl" {
			t.Errorf("%q: %+v, %v", row, e, err)
		}
	}
	e, _ := ParseList("anna@fabrikam.com;31-02-2027", 0)
	if le, ok := errors.AsType[*ListError](e[0].Err); !ok || le.Kind != ListBadDate || le.Value != "31-02-2027" {
		t.Errorf("a date that is none: %+v", e)
	}
}

func TestParseList_MarksDuplicatesAndFaults(t *testing.T) {
	t.Parallel()
	entries, err := ParseList("anna@fabrikam.com\nAnna <ANNA@Fabrikam.com>\nanna@fabrikam\nkim, x@y.nl, z@y.nl", 0)
	if err != nil || len(entries) != 6 {
		t.Fatalf("%d entries, %v: %+v", len(entries), err, entries)
	}
	if entries[0].Duplicate != 0 || entries[1].Duplicate != 1 {
		t.Errorf("duplicates: %d, %d", entries[0].Duplicate, entries[1].Duplicate)
	}
	for i, kind := range map[int]AddressKind{2: AddressNoDot, 3: AddressNoAt} {
		if e, ok := errors.AsType[*AddressError](entries[i].Err); !ok || e.Kind != kind {
			t.Errorf("entry %d: %v, want %s", i, entries[i].Err, kind)
		}
	}
	if entries[2].Raw != "anna@fabrikam" || entries[2].Line != 3 {
		t.Errorf("the fault is not shown as typed: %+v", entries[2])
	}
}

func TestParseList_HasLimits(t *testing.T) {
	t.Parallel()
	entries, err := ParseList(strings.Repeat("anna@fabrikam.com\n", 12), 10)
	if e, ok := errors.AsType[*ListError](err); !ok || e.Kind != ListTooMany || e.Count != 12 || e.Limit != 10 || len(entries) != 10 {
		t.Errorf("%d entries, %v", len(entries), err)
	}
	if e, ok := errors.AsType[*ListError](second(ParseList(strings.Repeat("x", MaxListBytes+1), 0))); !ok || e.Kind != ListTooBig {
		t.Errorf("too big: %v", e)
	}
}

func second[A, B any](_ A, b B) B { return b }

func FuzzParseList(f *testing.F) {
	for _, s := range []string{"a@x.nl, b@y.nl", `"K, A" <a@x.nl>; B <b@y.nl>`, "email;name\na@x.nl;A;2027-01-01;nl", "<mailto:a@x.nl|a@x.nl>", "\"a@x.nl,\nb@y.nl"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		entries, err := ParseList(text, 0)
		if err != nil {
			return
		}
		lines := strings.Count(text, "\n") + strings.Count(text, "\r") + strings.Count(text, "\v") + strings.Count(text, "\f") +
			strings.Count(text, "\u0085") + strings.Count(text, "\u2028") + strings.Count(text, "\u2029") + 1
		for _, e := range entries {
			if e.Line < 1 || e.Line > lines || e.Raw == "" || e.Duplicate > e.Line {
				t.Fatalf("%+v", e)
			}
			if (e.Address.Mail == "") != (e.Err != nil) && e.Err == nil {
				t.Fatalf("neither address nor fault: %+v", e)
			}
			if e.Err != nil {
				continue
			}
			again, err := ParseList(e.Address.String(), 0)
			if err != nil || len(again) != 1 || again[0].Address != e.Address {
				t.Fatalf("%q: %+v again gives %+v, %v", text, e.Address, again, err)
			}
		}
	})
}
