package main

import "strings"

// What stands in the place of what was masked, beside hidden.
const (
	maskedAddress = "<address>"
	maskedLink    = "<link>"
)

// mask takes out of a text what must not stand in a log: addresses of people, tokens,
// and links that open something by themselves. It is the net below redactedKeys, not
// its replacement, and rather takes too much than too little. It goes over the text
// once, and leaves one without any of these as it is.
func mask(text string) string {
	if !suspicious(text) {
		return text
	}
	var out strings.Builder
	kept := 0 // text before it is in out, or masked
	cut := func(from, to int, with string) int {
		out.WriteString(text[kept:from])
		out.WriteString(with)
		kept = to
		return to
	}
	for i := 0; i < len(text); {
		if n := at(text[i:]); n > 0 {
			from, to := grown(text, kept, i, i+n)
			if from < i && to > i+n {
				i = cut(from, to, maskedAddress)
			} else {
				i += n
			}
			continue
		}
		if !wordByte(text[i]) || i > 0 && wordByte(text[i-1]) {
			i++
			continue
		}
		if from, to, with := secretAt(text, i); to > from && from >= kept {
			i = cut(from, to, with)
			continue
		}
		i++
	}
	if kept == 0 {
		return text
	}
	out.WriteString(text[kept:])
	return out.String()
}

// suspicious says whether anything in the text can begin something to mask.
func suspicious(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case '@', '%', '=':
			return true
		case '"':
			if strings.HasPrefix(text[i:], `":`) {
				return true
			}
		case '/':
			if strings.HasPrefix(text[i:], "//") {
				return true
			}
		case 'x', 'X':
			if hasFold(text[i:], "xox") || hasFold(text[i:], "xapp") {
				return true
			}
		case 'e':
			if strings.HasPrefix(text[i:], "eyJ") {
				return true
			}
		case 'b', 'B':
			if hasFold(text[i:], "bearer") || hasFold(text[i:], "basic") {
				return true
			}
		default:
		}
	}
	return false
}

// at is the length of the @ that s begins with, written as it is or escaped for a URL
// once or twice; 0 if it does not.
func at(s string) int {
	for _, form := range [...]string{"@", "%40", "%2540"} {
		if strings.HasPrefix(s, form) {
			return len(form)
		}
	}
	return 0
}

// grown extends text[from:to] over what can be part of an address, not back beyond
// least.
func grown(text string, least, from, to int) (int, int) {
	for from > least && !edgeByte(text[from-1]) {
		from--
	}
	for to < len(text) && !edgeByte(text[to]) {
		to++
	}
	return from, to
}

// edgeByte says whether an address ends before c.
func edgeByte(c byte) bool {
	return c <= ' ' || strings.IndexByte(`"'<>():;,|=&/`, c) >= 0
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// tokenByte says whether c can be part of a token.
func tokenByte(c byte) bool { return wordByte(c) || strings.IndexByte("-.~+/=%", c) >= 0 }

// linkByte says whether c can be part of a link.
func linkByte(c byte) bool { return c > ' ' && strings.IndexByte("\"'<>`\\", c) < 0 }

// span is how far the bytes that ok takes reach from i on.
func span(text string, i int, ok func(byte) bool) int {
	for i < len(text) && ok(text[i]) {
		i++
	}
	return i
}

// secretAt gives what to mask of the word that begins at i; to is 0 for nothing.
func secretAt(text string, i int) (from, to int, with string) {
	rest := text[i:]
	switch rest[0] {
	case 'x', 'X': // Slack: xoxb-, xoxp-, xoxe.xoxb-, xapp-
		if len(rest) > 5 && hasFold(rest, "xox") && (rest[4] == '-' || rest[4] == '.') || hasFold(rest, "xapp-") {
			if end := span(text, i, tokenByte); end-i >= minSlack { // less is what tokens begin with
				return i, end, hidden
			}
		}
	case 'e': // a JSON object in base64: a JWT, or part of one
		if strings.HasPrefix(rest, "eyJ") {
			if end := span(text, i, tokenByte); end-i >= minJWT {
				return i, end, hidden
			}
		}
	case 'b', 'B':
		for _, scheme := range [...]string{"bearer", "basic"} {
			if !hasFold(rest, scheme) {
				continue
			}
			from := span(text, i+len(scheme), func(c byte) bool { return c == ' ' || c == '\t' || c == '+' })
			if from == i+len(scheme) {
				continue
			}
			// A word of a sentence is no credential.
			if end := span(text, from, tokenByte); end-from >= minBasic || scheme == "bearer" && end-from >= minBearer {
				return from, end, hidden
			}
		}
	case 'v': // Slack's signature
		if strings.HasPrefix(rest, "v0=") {
			return i + len("v0="), span(text, i+len("v0="), wordByte), hidden
		}
	case 'h', 'H', 'w', 'W':
		if from, to := linkAt(text, i); to > 0 {
			return from, to, maskedLink
		}
	}
	return valueAt(text, i)
}

const (
	minSlack  = 9
	minJWT    = 10
	minBearer = 5
	minBasic  = 16
)

// linkAt gives a link that works for whoever has it: Slack's hooks, Microsoft's
// invitations.
func linkAt(text string, i int) (from, to int) {
	rest := text[i:]
	scheme := strings.Index(rest[:min(len(rest), len("https://"))], "://")
	if scheme < 0 {
		return 0, 0
	}
	// What a link is shows at its beginning; a text of links alone takes no longer.
	host, path, _ := strings.Cut(text[i+scheme+len("://"):span(text[:min(len(text), i+maxLinkHead)], i, linkByte)], "/")
	if hasFold(host, "hooks.") || strings.Contains(path, "redeem") {
		return i, span(text, i, linkByte)
	}
	kind, after, _ := strings.Cut(path, "/")
	switch kind {
	case "actions", "commands", "services", "workflows", "triggers", "app", "views":
		// hooks.slack.com/actions/T…, under whatever host
		if after != "" && (after[0] == 'T' || after[0] == 'E') {
			return i, span(text, i, linkByte)
		}
	}
	return 0, 0
}

const maxLinkHead = 300

// valueAt gives the value behind the name that begins at i, as in ?t=… or
// "access_token":"…", where the name is that of a secret.
func valueAt(text string, i int) (from, to int, with string) {
	end := span(text, i, wordByte)
	if end-i > maxName {
		return 0, 0, ""
	}
	name := strings.ToLower(text[i:end])
	inQuery := i > 0 && (text[i-1] == '?' || text[i-1] == '&')
	if !secretNames(name) && (!inQuery || !querySecrets(name)) {
		return 0, 0, ""
	}
	switch {
	case strings.HasPrefix(text[end:], "="):
		from = end + 1
	case strings.HasPrefix(text[end:], `":`), strings.HasPrefix(text[end:], `\":`):
		from = end + strings.IndexByte(text[end:], ':') + 1
		for from < len(text) && strings.IndexByte(" \t\\\"", text[from]) >= 0 {
			from++
		}
	default:
		return 0, 0, ""
	}
	return from, span(text, from, func(c byte) bool { return linkByte(c) && c != '&' && c != ',' && c != ';' }), hidden
}

const maxName = 24

// secretNames are names of fields whose value is a secret wherever they stand.
func secretNames(name string) bool {
	switch name {
	case "access_token", "refresh_token", "id_token", "app_token", "bot_token", "client_assertion", "assertion", "client_secret",
		"code_verifier", "signing_secret", "password", "ticket", "trigger_id", "response_url", "redeem_url", "inviteredeemurl":
		return true
	}
	return false
}

// querySecrets are such names where they stand in the query of a link.
func querySecrets(name string) bool {
	switch name {
	case "t", "code", "state", "nonce", "token", "sig", "signature", "rd", "secret", "key":
		return true
	}
	return false
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
