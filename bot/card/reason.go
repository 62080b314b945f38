package card

import (
	"slices"
	"strings"
)

// Reasons are the answers to why a request is declined, in the order shown.
func Reasons() []string {
	return []string{"not_needed", "wrong_person", "other_site", "later", "other"}
}

// Reason is the note of a decline: one of [Reasons], or that with a colon and
// words behind it, or words alone. [Lang.Say] writes it in the reader's language.
type Reason string

func (r Reason) split() (code, words string) {
	s := strings.TrimSpace(string(r))
	head, rest, _ := strings.Cut(s, ":")
	if slices.Contains(Reasons(), head) {
		return head, strings.TrimSpace(rest)
	}
	return "", s
}

// reason writes a decision's note: the words chosen, then the words written.
func (l Lang) reason(r Reason) string {
	code, words := r.split()
	words = oneLine(words)
	if code == "" || code == "other" && words != "" {
		return words
	}
	said := l.Say(Key("reason." + reasonKey(code)))
	if words == "" {
		return said
	}
	return said + " – " + words
}

// reasonKey is the reason's name in the catalogue, where "other" is a plural form.
func reasonKey(code string) string {
	if code == "other" {
		return "something_else"
	}
	return code
}
