package readiness

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scripts are the alphabets told apart in a domain.
var scripts = []*unicode.RangeTable{
	unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Hebrew, unicode.Arabic,
	unicode.Devanagari, unicode.Thai, unicode.Georgian, unicode.Cherokee,
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo,
}

const (
	latinScript  = 1 << 0
	eastAsian    = 1<<10 | 1<<11 | 1<<12 | 1<<13 | 1<<14
	latinAndEast = latinScript | eastAsian
)

// otherScript stands for every alphabet that is not listed.
const otherScript = 1 << 15

func scriptOf(r rune) int {
	if r < utf8.RuneSelf {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return latinScript
		}
		return 0
	}
	for i, t := range scripts {
		if unicode.Is(t, r) {
			return 1 << i
		}
	}
	if unicode.Is(unicode.Common, r) || unicode.Is(unicode.Inherited, r) {
		return 0
	}
	return otherScript
}

// checkScripts refuses a label that mixes alphabets, and one wholly of foreign
// letters that reads as Latin under a Latin top-level domain. Latin beside
// Chinese, Japanese or Korean is usual (Unicode Technical Standard 39, highly
// restrictive).
func checkScripts(domain string) error {
	top := domain[strings.LastIndexByte(domain, '.')+1:]
	for label := range strings.SplitSeq(domain, ".") {
		used := 0
		for _, r := range label {
			used |= scriptOf(r)
		}
		if used&(used-1) != 0 && used&^latinAndEast != 0 {
			return &AddressError{Kind: AddressMixedScript}
		}
		if used != 0 && used&latinScript == 0 && isASCII(top) {
			if like := skeleton(label); isASCII(like) {
				return &AddressError{Kind: AddressLookAlike, Like: skeleton(domain)}
			}
		}
	}
	return nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// twins maps letters to the Latin letter that they look like (after Unicode's
// confusables.txt, the part that domains can hold).
var twins = map[rune]rune{
	'а': 'a', 'ь': 'b', 'в': 'b', 'с': 'c', 'ԁ': 'd', 'е': 'e', 'ё': 'e', 'ғ': 'f', 'һ': 'h', 'н': 'h',
	'і': 'i', 'ї': 'i', 'ј': 'j', 'к': 'k', 'ӏ': 'l', 'м': 'm', 'п': 'n', 'о': 'o', 'р': 'p', 'ԛ': 'q',
	'г': 'r', 'ѕ': 's', 'т': 't', 'ц': 'u', 'ѵ': 'v', 'ԝ': 'w', 'х': 'x', 'у': 'y', 'ү': 'y',
	'α': 'a', 'β': 'b', 'ϲ': 'c', 'ε': 'e', 'η': 'n', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p',
	'τ': 't', 'υ': 'u', 'χ': 'x', 'γ': 'y', 'ω': 'w', 'σ': 'o', 'μ': 'u',
	'ա': 'w', 'օ': 'o', 'ո': 'n', 'ս': 'u', 'հ': 'h', 'ց': 'g', 'զ': 'q', 'լ': 'l',
	'ı': 'i', 'ł': 'l', 'ø': 'o', 'đ': 'd', 'ħ': 'h', 'ß': 'b', 'ɑ': 'a', 'ɡ': 'g', 'ſ': 'f',
	'0': 'o', '1': 'l', '3': 'e', '5': 's', '9': 'g',
}

// skeleton is what a domain looks like at a glance: accents dropped, twins made
// Latin, "rn" read as m, "vv" as w, "cl" as d, hyphens left out.
func skeleton(domain string) string {
	var b strings.Builder
	b.Grow(len(domain))
	for _, r := range plain(domain) {
		if t, ok := twins[r]; ok {
			r = t
		}
		if r != '-' {
			b.WriteRune(r)
		}
	}
	return pairs.Replace(b.String())
}

var pairs = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d")
