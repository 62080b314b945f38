package main

import (
	"regexp"
	"strings"

	"guestsite/deploy"
)

// assignment is a variable of a script.
type assignment struct{ name, value string }

// script is a bash script that is made of parts of deploy, the same for every
// operator, below the variables that differ. No value is put anywhere else, so
// that none is ever read as code.
func script(does string, values []assignment, parts ...string) ([]byte, error) {
	var b strings.Builder
	b.WriteString("#!/usr/bin/env bash\n# " + does + "\n")
	b.WriteString("# It looks before it makes anything: run it as often as you like.\n")
	b.WriteString("# Written by guestsite setup.\nset -euo pipefail\n\n")
	for _, v := range values {
		b.WriteString(v.name + "=" + quoteShell(v.value) + "\n")
	}
	for _, part := range parts {
		read := deploy.Entra.ReadFile
		if strings.HasPrefix(part, "teams/") {
			read = deploy.Teams.ReadFile
		}
		text, err := read(part)
		if err != nil {
			return nil, err
		}
		b.WriteString("\n" + string(text))
	}
	return []byte(b.String()), nil
}

// quoteShell makes one word of text, in which a shell sees nothing but text.
func quoteShell(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

var plainWord = regexp.MustCompile(`^[\pL\pN_./][-\pL\pN_./]*$`)

// typed is a word as a person would type it in a shell: quoted where it must be.
func typed(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return quoteShell(word)
}

// quoteOData is a string of Graph's filters.
func quoteOData(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
