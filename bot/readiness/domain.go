package readiness

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// names2008 turns a domain with letters beyond ASCII into the form that the
// directory compares.
var names2008 = idna.New(
	idna.MapForLookup(),
	idna.BidiRule(),
	idna.CheckHyphens(true),
	idna.CheckJoiners(true),
	idna.StrictDomainName(true),
	idna.Transitional(false),
	idna.VerifyDNSLength(true),
)

// checkDomain answers with the domain in lower case ASCII.
func checkDomain(domain string) (string, error) {
	if domain == "" {
		return "", &AddressError{Kind: AddressBadDomain}
	}
	ascii := true
	for _, r := range domain {
		ascii = ascii && r < utf8.RuneSelf
		// A loose accent may belong to the letter before it.
		if kind := badRune(r); kind != "" && kind != AddressCombining {
			return "", &AddressError{Kind: kind, Char: r}
		}
	}
	if !ascii || hasACE(domain) {
		return checkUnicodeDomain(domain)
	}
	domain = strings.ToLower(domain)
	return domain, checkLabels(domain)
}

// hasACE says that a label is an encoded one.
func hasACE(domain string) bool {
	for i := 0; i+4 <= len(domain); i++ {
		if (i == 0 || domain[i-1] == '.') && strings.EqualFold(domain[i:i+4], "xn--") {
			return true
		}
	}
	return false
}

func checkUnicodeDomain(domain string) (string, error) {
	for _, r := range norm.NFC.String(domain) {
		if unicode.Is(unicode.M, r) && !joins(r) {
			return "", &AddressError{Kind: AddressCombining, Char: r}
		}
	}
	ascii, err := names2008.ToASCII(domain)
	if err != nil {
		return "", &AddressError{Kind: AddressBadDomain}
	}
	if err := checkLabels(ascii); err != nil {
		return "", err
	}
	shown, err := names2008.ToUnicode(ascii)
	if err != nil {
		return "", &AddressError{Kind: AddressBadDomain}
	}
	return ascii, checkScripts(shown)
}

// joins tells the marks that belong to the writing itself, such as the vowels of
// Devanagari or Thai, from loose accents.
func joins(r rune) bool { return !unicode.Is(unicode.Inherited, r) }

// checkLabels holds an ASCII domain against the rules for host names.
func checkLabels(domain string) error {
	dots, start := 0, 0
	for i := 0; i <= len(domain); i++ {
		if i < len(domain) && domain[i] != '.' {
			if c := domain[i]; c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
				return &AddressError{Kind: AddressBadDomain, Char: rune(c)}
			}
			continue
		}
		label := domain[start:i]
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return &AddressError{Kind: AddressBadDomain}
		}
		if i < len(domain) {
			dots, start = dots+1, i+1
		}
	}
	switch {
	case dots == 0:
		return &AddressError{Kind: AddressNoDot}
	case strings.Trim(domain[start:], "0123456789") == "": // an IP address has no mail
		return &AddressError{Kind: AddressBadDomain}
	case len(domain) > 253:
		return &AddressError{Kind: AddressTooLong}
	}
	return nil
}
