package readiness

import (
	"strconv"
	"strings"
)

// command fills {0}, {1} … of a shell line. A value that a shell could read as
// more than one plain word gives no command at all: a line to paste must not be
// steered by what somebody called a group.
func command(line string, values ...string) string {
	for i, v := range values {
		if !plainWord(v) {
			return ""
		}
		line = strings.ReplaceAll(line, "{"+strconv.Itoa(i)+"}", v)
	}
	return line
}

func plainWord(s string) bool {
	if s == "" || s[0] == '-' {
		return false
	}
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		case strings.ContainsRune("-._:/@", r):
		default:
			return false
		}
	}
	return true
}
