package main

import (
	"regexp"
	"strings"
)

// What a secret looks like that was written where something else belongs, such as a
// token in the place of the name of its file.
var (
	keyLike    = regexp.MustCompile(`-----BEGIN[\s\S]*?(-----END[^-]*-----|$)`)
	tokenLike  = regexp.MustCompile(`(?i)\b(xox[a-z][.-]|xapp-|eyJ)[\w.~+/=%-]{4,}`)
	opaqueLike = regexp.MustCompile(`[\w.~+=-]{16,}/?`)
	fileLike   = regexp.MustCompile(`\.(pem|crt|cer|key|token|secret|txt|conf|env|ya?ml|json|db)$`)
	hexLike    = regexp.MustCompile(`^[0-9a-fA-F]{32,}$`)
)

// hush takes what looks like a secret out of what is said about the configuration, and
// out of errors. Unlike mask it leaves addresses, which the operator wrote himself and
// has to find, and takes long words that have no form: the place of each fault is named
// beside it.
func hush(text string) string {
	text = keyLike.ReplaceAllString(text, hidden)
	text = tokenLike.ReplaceAllString(text, hidden)
	return opaqueLike.ReplaceAllStringFunc(text, func(word string) string {
		if strings.HasSuffix(word, "/") || fileLike.MatchString(word) || !opaque(word) {
			return word // a folder, a file, or words
		}
		return hidden
	})
}

// opaque says whether a word has no form that a person would give it.
func opaque(word string) bool {
	var lower, upper, digit bool
	for _, r := range word {
		lower = lower || r >= 'a' && r <= 'z'
		upper = upper || r >= 'A' && r <= 'Z'
		digit = digit || r >= '0' && r <= '9'
	}
	return lower && upper && digit || hexLike.MatchString(word)
}
