package readiness

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NameKind is why a text cannot name a site.
type NameKind string

// The kinds; texts are in the catalogue under "name.<kind>".
const (
	NameEmpty       NameKind = "empty"
	NameTooLong     NameKind = "too_long" // with Max
	NameControl     NameKind = "control"
	NameBidi        NameKind = "bidi"
	NameBlockedWord NameKind = "blocked_word" // with Word
	NameOnlySymbols NameKind = "only_symbols"
	NameNoLatin     NameKind = "no_latin" // nothing is left for the address
)

// NameKinds lists every kind.
func NameKinds() []NameKind {
	return []NameKind{NameEmpty, NameTooLong, NameControl, NameBidi, NameBlockedWord, NameOnlySymbols, NameNoLatin}
}

// NameError says why a text cannot name a site.
type NameError struct {
	Kind NameKind
	// Word is the blocked word.
	Word string
	// Max is the number of characters allowed.
	Max int
}

func (e *NameError) Error() string { return fmt.Sprintf("site name: %s", e.Kind) }

// Lengths in characters (Microsoft Graph: Create group; Microsoft Entra: Enforce
// a naming policy, where prefix and suffix count too).
const (
	maxDisplayName = 256
	maxPolicyName  = 63
	maxAlias       = 60
)

// Attributes are those of the person who creates, for the naming policy.
type Attributes struct {
	Department, Company, Office, State, Country, Title string
}

// CheckName checks what a requester typed against the rules for names and the
// company's blocked words. The error is a *NameError.
func CheckName(name string, policy GroupsPolicy) error {
	name = strings.TrimSpace(name)
	if name == "" {
		return &NameError{Kind: NameEmpty}
	}
	letter := false
	for _, r := range name {
		switch {
		case isBidi(r):
			return &NameError{Kind: NameBidi}
		case unicode.Is(unicode.C, r) && r != 0x200d || r == utf8.RuneError || isInvisible(r) && r > 0x2fff, r == 0x2028, r == 0x2029:
			return &NameError{Kind: NameControl}
		case unicode.IsLetter(r), unicode.IsDigit(r):
			letter = true
		}
	}
	if !letter {
		return &NameError{Kind: NameOnlySymbols}
	}
	if utf8.RuneCountInString(name) > maxDisplayName {
		return &NameError{Kind: NameTooLong, Max: maxDisplayName}
	}
	if word := blockedWord(name, policy.BlockedWords); word != "" {
		return &NameError{Kind: NameBlockedWord, Word: word}
	}
	return nil
}

// blockedWord finds a blocked word among the words of a name: whole words, any
// case, never a part of one.
func blockedWord(name string, blocked []string) string {
	if len(blocked) == 0 {
		return ""
	}
	words := splitWords(name)
	for _, b := range blocked {
		phrase := splitWords(b)
		for i := 0; len(phrase) > 0 && i+len(phrase) <= len(words); i++ {
			if slices.Equal(words[i:i+len(phrase)], phrase) {
				return strings.TrimSpace(b)
			}
		}
	}
	return ""
}

func splitWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(norm.NFC.String(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r)
	})
}

// DisplayName is the name as everybody will see it: with the prefix and suffix
// that the company's naming policy asks for. The error is a *NameError.
func DisplayName(name string, policy GroupsPolicy, who Attributes) (string, error) {
	if err := CheckName(name, policy); err != nil {
		return "", err
	}
	name = norm.NFC.String(strings.Join(strings.Fields(name), " "))
	if strings.TrimSpace(policy.PrefixSuffix) == "" {
		return name, nil
	}
	prefix, suffix := affixes(policy.PrefixSuffix, who)
	full := name
	if !strings.HasPrefix(full, prefix) || len(full) == len(prefix) {
		full = prefix + full
	}
	if !strings.HasSuffix(full, suffix) || len(full) == len(suffix) {
		full += suffix
	}
	if utf8.RuneCountInString(full) > maxPolicyName {
		return "", &NameError{Kind: NameTooLong, Max: maxPolicyName - utf8.RuneCountInString(prefix+suffix)}
	}
	return full, nil
}

// affixes fills a template such as "GRP_[Department]_[GroupName]". An attribute
// that is not set is empty.
func affixes(template string, who Attributes) (prefix, suffix string) {
	fill := strings.NewReplacer(
		"[Department]", who.Department, "[Company]", who.Company, "[Office]", who.Office,
		"[StateOrProvince]", who.State, "[CountryOrRegion]", who.Country, "[Title]", who.Title,
	)
	prefix, suffix, _ = strings.Cut(template, "[GroupName]")
	return fill.Replace(prefix), fill.Replace(suffix)
}

// plain is a text in lower case without its accents.
func plain(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// latin spells letters that do not come apart into a letter and an accent.
var latin = strings.NewReplacer("ß", "ss", "æ", "ae", "ø", "o", "œ", "oe", "đ", "d", "ð", "d", "ł", "l", "þ", "th", "ħ", "h", "ı", "i", "&", " and ")

// Alias is the part of the site's address made from its name: a to z, digits and
// single hyphens between them, at most 60 characters. The error is a *NameError
// of kind no_latin where nothing is left.
func Alias(name string) (string, error) {
	var b strings.Builder
	for _, r := range latin.Replace(plain(name)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && b.String()[b.Len()-1] != '-' && r != '\'' && r != '’':
			b.WriteByte('-')
		}
		if b.Len() > maxAlias {
			break
		}
	}
	alias := cutAlias(b.String(), maxAlias)
	if alias == "" {
		return "", &NameError{Kind: NameNoLatin}
	}
	return alias, nil
}

func cutAlias(alias string, length int) string {
	return strings.Trim(alias[:min(len(alias), length)], "-")
}

// Alternatives are other aliases to try where one is taken, nearest first.
func Alternatives(alias string) []string {
	const enough = 4
	out := make([]string, 0, enough)
	for n := 2; len(out) < enough; n++ {
		suffix := "-" + number(n)
		if other := cutAlias(alias, maxAlias-len(suffix)) + suffix; other != alias {
			out = append(out, other)
		}
	}
	return out
}
