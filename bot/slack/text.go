package slack

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

const ellipsis = "…"

// weight is how many characters Slack counts for a rune: it stores the three
// that start markup as entities ("Formatting text for app surfaces").
func weight(r rune) int {
	switch r {
	case '&':
		return len("&amp;")
	case '<', '>':
		return len("&lt;")
	}
	return 1
}

func textWeight(s string) int {
	n := 0
	for _, r := range s {
		n += weight(r)
	}
	return n
}

// tidy makes text safe to show: valid UTF-8, no control characters but newline
// and tab, and no marks that turn the reading order of what follows.
func tidy(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r == 0xFEFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// line is tidy on one line.
func line(s string) string { return strings.Join(strings.Fields(tidy(s)), " ") }

// cut shortens s to a weight, ending in "…" where something was left out. It
// does not part a letter from the accents or joiners that follow it.
func cut(s string, limit int) string {
	if textWeight(s) <= limit {
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
	return strings.TrimRightFunc(s[:whole(s, end)], unicode.IsSpace) + ellipsis
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

// escape makes text for a field that Slack parses as mrkdwn: no mention, link or
// date can come out of it. The result has at most limit characters.
func escape(s string, limit int) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(cut(s, limit))
}

// webURL gives a link that may be drawn: https, or this machine for the demo.
func webURL(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || !safeURL(u) || len(s) > maxURL || strings.ContainsFunc(s, unicode.IsControl) {
		return "", false
	}
	return s, true
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
