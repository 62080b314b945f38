package teamsfake

import (
	"regexp"
	"strconv"
	"unicode/utf16"
)

// invalid is the text under an input that a client would not submit, "" when
// the value is fine. An input without an errorMessage gets the fake's own.
func invalid(in obj, value string) string {
	reason := wrongValue(in, value)
	if reason == "" {
		return ""
	}
	if text := str(in, "errorMessage"); text != "" {
		return text
	}
	return reason
}

func wrongValue(in obj, value string) string {
	kind := str(in, "type")
	required := flag(in, "isRequired", false)
	if kind == typeToggle {
		if on, _ := toggleValues(in); required && value != on {
			return "must be switched on"
		}
		return ""
	}
	if value == "" {
		if required {
			return "a value is needed"
		}
		return ""
	}
	switch kind {
	case typeText:
		if limit := number(in, "maxLength"); limit != nil && len(utf16.Encode([]rune(value))) > int(*limit) {
			return "too long"
		}
		// A pattern that only ECMAScript knows is not checked.
		if pattern, err := regexp.Compile(str(in, "regex")); err == nil && !pattern.MatchString(value) {
			return "does not match the pattern"
		}
	case typeNumber:
		n, err := strconv.ParseFloat(value, 64)
		low, high := number(in, "min"), number(in, "max")
		if err != nil || low != nil && n < *low || high != nil && n > *high {
			return "not a number in the range"
		}
	case typeDate, typeTime: // both sort as text
		if low, high := str(in, "min"), str(in, "max"); low != "" && value < low || high != "" && value > high {
			return "not in the range"
		}
	}
	return ""
}

func number(e obj, key string) *float64 {
	n, ok := e[key].(interface{ Float64() (float64, error) })
	if !ok {
		return nil
	}
	f, err := n.Float64()
	if err != nil {
		return nil
	}
	return &f
}
