package card

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

type (
	// Day is written as "Fri 18 Dec 2026".
	Day time.Time
	// Moment is written as "Thu 26 Nov 2026, 17:00"; the current year is left out.
	Moment time.Time
	// Stamp is written as "22 Nov 2026 10:12"; the current year is left out.
	Stamp time.Time
	// Hour is written as "17:00".
	Hour time.Time
	// Names are written as "Mehmet, Priya and Jan".
	Names []string
	// AnyOf are written as "Mehmet, Priya or Jan".
	AnyOf []string
)

// write makes a value text, on one line and without characters that hide or
// turn what stands around them.
func (l Lang) write(v any) string {
	switch v := v.(type) {
	case string:
		return oneLine(v)
	case int:
		return strconv.Itoa(v)
	case Key:
		return l.Say(v)
	case Day:
		return l.day(time.Time(v), true)
	case Moment:
		t := time.Time(v)
		return l.day(t, l.otherYear(t)) + ", " + l.hour(t)
	case Stamp:
		t := time.Time(v).In(l.zone)
		s := fmt.Sprintf("%d %s", t.Day(), l.month(t.Month()))
		if l.otherYear(t) {
			s += " " + strconv.Itoa(t.Year())
		}
		return s + " " + l.hour(t)
	case Hour:
		return l.hour(time.Time(v))
	case Names:
		return l.join(v, keyAnd)
	case Reason:
		return l.reason(v)
	case AnyOf:
		return l.join(v, keyOr)
	default:
		return oneLine(fmt.Sprint(v))
	}
}

func (l Lang) day(t time.Time, year bool) string {
	t = t.In(l.zone)
	s := fmt.Sprintf("%s %d %s", l.weekday(t.Weekday()), t.Day(), l.month(t.Month()))
	if year {
		s += " " + strconv.Itoa(t.Year())
	}
	return s
}

func (l Lang) otherYear(t time.Time) bool {
	return l.now.IsZero() || t.In(l.zone).Year() != l.now.In(l.zone).Year()
}

func (l Lang) hour(t time.Time) string {
	if l.tag == "nl" {
		return t.In(l.zone).Format("15.04")
	}
	return t.In(l.zone).Format("15:04")
}

func (l Lang) weekday(d time.Weekday) string {
	if l.tag == "nl" {
		return [...]string{"zo", "ma", "di", "wo", "do", "vr", "za"}[d]
	}
	return [...]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}[d]
}

func (l Lang) month(m time.Month) string {
	if l.tag == "nl" {
		return [...]string{"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"}[m-1]
	}
	return [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}[m-1]
}

func (l Lang) join(names []string, last Key) string {
	clean := make([]string, len(names))
	for i, n := range names {
		clean[i] = oneLine(n)
	}
	if n := len(clean) - 1; n > 0 {
		return strings.Join(clean[:n], ", ") + " " + l.Say(last) + " " + clean[n]
	}
	return strings.Join(clean, "")
}

// hidden says whether a character hides, or turns the direction of, its
// neighbours, or begins a line.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// oneLine makes somebody's text safe to stand within a sentence.
func oneLine(s string) string {
	if plain(s) {
		return s
	}
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || r == '\u2028' || r == '\u2029':
			return ' '
		case hidden(r):
			return -1
		}
		return r
	}, s)), " ")
}

// plain says that a text is ASCII with single spaces, so that it can stay as it is.
func plain(s string) bool {
	space := true // none at the edges either
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return !space || s == ""
}

// ownWords makes somebody's text safe to stand as a quote, line by line.
func ownWords(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		if line = oneLine(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// given is what a person is called: "Sanne" of "Sanne de Vries" and of
// "de Vries, Sanne"; an address stays whole.
func given(name string) string {
	name = oneLine(name)
	if strings.Contains(name, "@") {
		return name
	}
	if _, after, ok := strings.Cut(name, ", "); ok {
		name = after
	}
	first, _, _ := strings.Cut(name, " ")
	return first
}

// capital begins a text with a capital letter.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// short cuts a text to at most n characters, with an ellipsis.
func short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimSpace(string(r[:n-1])) + "…"
}
