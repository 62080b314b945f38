package card

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Ellipsis stands where something was left out.
const Ellipsis = "…"

// Tidy makes text safe to draw: valid UTF-8, no control characters but newline
// and tab, and no marks that turn the reading order of what follows.
func Tidy(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), turns(r), r == 0xFEFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// turns says whether a mark turns the order of what follows it, or shuts it in (Unicode
// Standard Annex 9: explicit embeddings, overrides and isolates).
func turns(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

// TidyLine is Tidy on one line.
func TidyLine(s string) string { return strings.Join(strings.Fields(Tidy(s)), " ") }

// Cut shortens s to limit characters, as weight counts them, ending in "…" where
// something was left out. It does not part a letter from the accents or joiners
// that follow it. A nil weight counts each rune once.
func Cut(s string, limit int, weight func(rune) int) string {
	if weight == nil {
		weight = func(rune) int { return 1 }
	}
	if Weigh(s, weight) <= limit {
		return s
	}
	if limit < 1 {
		return ""
	}
	n, end := 0, 0
	for i, r := range s {
		if n += weight(r); n > limit-1 {
			end = i
			break
		}
	}
	return strings.TrimRightFunc(s[:whole(s, end)], unicode.IsSpace) + Ellipsis
}

// Weigh adds up the weights of a text's runes.
func Weigh(s string, weight func(rune) int) int {
	n := 0
	for _, r := range s {
		n += weight(r)
	}
	return n
}

// whole moves an index back to where a character begins that stands on its own.
func whole(s string, i int) int {
	const joiner = '\u200D'
	start := i
	for i > 0 && start-i < 64 {
		next, _ := utf8.DecodeRuneInString(s[i:])
		last, size := utf8.DecodeLastRuneInString(s[:i])
		if !unicode.In(next, unicode.M, unicode.Variation_Selector) && next != joiner && last != joiner && !isSkinTone(next) {
			return i
		}
		i -= size
	}
	return start
}

func isSkinTone(r rune) bool { return r >= 0x1F3FB && r <= 0x1F3FF }
