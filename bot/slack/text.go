package slack

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"

	"guestsite/bot/card"
)

const ellipsis = card.Ellipsis

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

func textWeight(s string) int { return card.Weigh(s, weight) }

func tidy(s string) string { return card.Tidy(s) }

func line(s string) string { return card.TidyLine(s) }

// cut shortens s to a weight.
func cut(s string, limit int) string { return card.Cut(s, limit, weight) }

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
