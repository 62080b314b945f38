package readiness

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Address is a guest's e-mail address as typed and as compared.
type Address struct {
	// Mail is the whole address, trimmed, domain in lower case ASCII (IDNA).
	Mail string
	// Name is the display name that came with it ("Anna Kowalski <anna@…>"); may be empty.
	Name string
	// Domain is the part behind the @, lower case.
	Domain string
}

// String is the address with its name, in a form that ParseAddress reads back.
func (a Address) String() string {
	if a.Name == "" {
		return a.Mail
	}
	return `"` + a.Name + `" <` + a.Mail + `>`
}

// Key is the address as compared: lower case.
func (a Address) Key() string { return strings.ToLower(a.Mail) }

// Local is the part before the @.
func (a Address) Local() string {
	local, _, _ := strings.Cut(a.Mail, "@")
	return local
}

// AddressKind is why a text is not an address that can be invited.
type AddressKind string

// The kinds; texts are in the catalogue under "address.<kind>".
const (
	AddressEmpty       AddressKind = "empty"
	AddressNoAt        AddressKind = "no_at"
	AddressManyAt      AddressKind = "many_at"
	AddressTooLong     AddressKind = "too_long"
	AddressBadChar     AddressKind = "bad_char" // with Char
	AddressPlus        AddressKind = "plus_address"
	AddressDotEdge     AddressKind = "dot_edge" // a dot or hyphen first, last or a dot twice
	AddressNoDot       AddressKind = "no_dot_in_domain"
	AddressBadDomain   AddressKind = "bad_domain"
	AddressControl     AddressKind = "control"
	AddressBidi        AddressKind = "bidi"
	AddressCombining   AddressKind = "combining"
	AddressMixedScript AddressKind = "mixed_script"
	AddressLookAlike   AddressKind = "look_alike" // with Like
)

// AddressKinds lists every kind.
func AddressKinds() []AddressKind {
	return []AddressKind{
		AddressEmpty, AddressNoAt, AddressManyAt, AddressTooLong, AddressBadChar, AddressPlus, AddressDotEdge,
		AddressNoDot, AddressBadDomain, AddressControl, AddressBidi, AddressCombining, AddressMixedScript, AddressLookAlike,
	}
}

// AddressError says why a text is not an address that can be invited.
type AddressError struct {
	Kind AddressKind
	// Char is the character at fault, where there is one; else 0.
	Char rune
	// Like is the domain that a look-alike passes itself off as.
	Like string
}

// Error does not repeat the address, which is personal data.
func (e *AddressError) Error() string {
	if e.Char != 0 {
		return fmt.Sprintf("address: %s %U", e.Kind, e.Char)
	}
	return "address: " + string(e.Kind)
}

// CharText is the character at fault as it can be shown: itself where it can be
// seen, else its code point; empty where there is none.
func (e *AddressError) CharText() string {
	switch {
	case e.Char == 0:
		return ""
	case unicode.IsGraphic(e.Char) && !unicode.IsSpace(e.Char) && !unicode.Is(unicode.M, e.Char):
		return string(e.Char)
	default:
		return fmt.Sprintf("%U", e.Char)
	}
}

const (
	maxAddress = 254 // RFC 5321
	maxLocal   = 64
	// forbidden in the local part by "Microsoft Graph: Create invitation"; the plus
	// sign is named apart, and the at sign divides.
	forbidden = "~!#$%^&*()=[]{}\\/|;:\"<>?, "
)

// ParseAddress reads one address: bare, with a name before it ("Anna <a@x>"),
// quoted, as <mailto:a@x|a@x>, or with stray punctuation around it. The error is
// an *AddressError.
func ParseAddress(s string) (Address, error) {
	name, mail := splitCell(tidy(s))
	return makeAddress(name, mail)
}

// makeAddress checks a bare address.
func makeAddress(name, mail string) (Address, error) {
	local, domain, found := strings.Cut(mail, "@")
	switch {
	case mail == "":
		return Address{}, &AddressError{Kind: AddressEmpty}
	case !found:
		return Address{}, &AddressError{Kind: AddressNoAt}
	case strings.Contains(domain, "@"):
		return Address{}, &AddressError{Kind: AddressManyAt}
	case len(mail) > 4*maxAddress: // before any costly look
		return Address{}, &AddressError{Kind: AddressTooLong}
	}
	if err := checkLocal(local); err != nil {
		return Address{}, err
	}
	ascii, err := checkDomain(domain)
	if err != nil {
		return Address{}, err
	}
	if len(local) > maxLocal || len(local)+1+len(ascii) > maxAddress {
		return Address{}, &AddressError{Kind: AddressTooLong}
	}
	return Address{Mail: local + "@" + ascii, Name: cleanName(name), Domain: ascii}, nil
}

func checkLocal(local string) error {
	if local == "" {
		return &AddressError{Kind: AddressNoAt}
	}
	for _, r := range local {
		if kind := badRune(r); kind != "" {
			return &AddressError{Kind: kind, Char: r}
		}
		if r == '+' {
			return &AddressError{Kind: AddressPlus, Char: r}
		}
		if r >= utf8.RuneSelf || strings.ContainsRune(forbidden, r) {
			return &AddressError{Kind: AddressBadChar, Char: r}
		}
	}
	last := local[len(local)-1]
	if strings.Contains(local, "..") || local[0] == '.' || local[0] == '-' || last == '.' || last == '-' {
		return &AddressError{Kind: AddressDotEdge}
	}
	return nil
}

// badRune names what is wrong with a character that must stand nowhere in an
// address; empty when nothing is.
func badRune(r rune) AddressKind {
	switch {
	case r < ' ' || r == 0x7f || r == utf8.RuneError:
		return AddressControl
	case r < utf8.RuneSelf:
		return ""
	case isBidi(r):
		return AddressBidi
	case unicode.Is(unicode.C, r), isInvisible(r):
		return AddressControl
	case unicode.Is(unicode.M, r):
		return AddressCombining
	}
	return ""
}

// isBidi tells the marks that turn the direction of writing.
func isBidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x061c
}

// isInvisible tells letters that show as nothing.
func isInvisible(r rune) bool {
	switch r {
	case 0x00ad, 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180e, 0x3164, 0xffa0, 0x2800:
		return true
	}
	return r >= 0x2000 && r <= 0x200d || r >= 0xfe00 && r <= 0xfe0f
}

const maxName = 256

// cleanName keeps of a display name what can be shown and quoted.
func cleanName(s string) string {
	if s == "" {
		return ""
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune("<>\"\\@", r), isBidi(r), isInvisible(r), unicode.Is(unicode.C, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, norm.NFC.String(s))
	s = strings.Join(strings.Fields(s), " ")
	s = strings.Trim(s, edges)
	if utf8.RuneCountInString(s) > maxName {
		s = strings.Trim(string([]rune(s)[:maxName]), edges)
	}
	return s
}
