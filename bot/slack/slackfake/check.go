package slackfake

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Surfaces that blocks can be shown on.
const (
	surfaceMessage = "message"
	surfaceModal   = "modal"
	surfaceHome    = "home"
)

// checker walks blocks and collects what Slack would refuse, each with the
// JSON pointer of the bad value ("Block Kit" and "Blocks" references).
type checker struct {
	surface  string
	refuse   []string // block types refused although documented
	problems []string
	blockIDs map[string]bool
	inputs   int // input blocks seen
	focused  int // elements with focus_on_load
	markdown int // characters in markdown blocks
}

func newChecker(surface string, refuse []string) *checker {
	return &checker{surface: surface, refuse: refuse, blockIDs: map[string]bool{}}
}

func (c *checker) bad(ptr, format string, a ...any) {
	c.problems = append(c.problems, fmt.Sprintf("[ERROR] "+format, a...)+" [json-pointer:"+ptr+"]")
}

// object asserts that a value is an object with no keys but the allowed ones.
func (c *checker) object(ptr string, v any, allowed ...string) (obj, bool) {
	o, ok := v.(obj)
	if !ok {
		c.bad(ptr, "must provide an object")
		return nil, false
	}
	for k, val := range o {
		if !slices.Contains(allowed, k) {
			c.bad(ptr, "invalid additional property: %s", k)
		} else if val == nil {
			c.bad(ptr+"/"+k, "must not be null")
		}
	}
	return o, true
}

// list asserts that a value is a list of lo to hi items.
func (c *checker) list(ptr string, v any, lo, hi int) []any {
	l, ok := v.([]any)
	switch {
	case !ok:
		c.bad(ptr, "must provide an array")
	case len(l) < lo:
		c.bad(ptr, "no fewer than %d items required", lo)
	case len(l) > hi:
		c.bad(ptr, "no more than %d items allowed [%d provided]", hi, len(l))
	}
	return l
}

// str checks a string field of lo to hi characters; absent is fine unless
// required.
func (c *checker) str(ptr string, o obj, key string, required bool, lo, hi int) string {
	v, present := o[key]
	if !present {
		if required {
			c.bad(ptr, "missing required field: %s", key)
		}
		return ""
	}
	s, ok := v.(string)
	if !ok {
		c.bad(ptr+"/"+key, "must provide a string")
		return ""
	}
	c.length(ptr+"/"+key, len([]rune(s)), lo, hi)
	return s
}

func (c *checker) length(ptr string, n, lo, hi int) {
	if n < lo {
		c.bad(ptr, "must be more than %d characters", lo-1)
	}
	if n > hi {
		c.bad(ptr, "must be less than %d characters", hi+1)
	}
}

func (c *checker) enum(ptr string, o obj, key string, required bool, allowed ...string) {
	v, present := o[key]
	if !present && !required {
		return
	}
	if s, ok := v.(string); !ok || !slices.Contains(allowed, s) {
		c.bad(ptr+"/"+key, "must be one of %s", strings.Join(allowed, ", "))
	}
}

func (c *checker) flag(ptr string, o obj, keys ...string) {
	for _, key := range keys {
		if v, present := o[key]; present {
			if _, ok := v.(bool); !ok {
				c.bad(ptr+"/"+key, "must provide a boolean")
			}
		}
	}
}

// integer checks a whole number from lo to hi; absent is fine.
func (c *checker) integer(ptr string, o obj, key string, lo, hi int64) (int64, bool) {
	v, present := o[key]
	if !present {
		return 0, false
	}
	n, ok := v.(json.Number)
	i, err := n.Int64()
	if !ok || err != nil {
		c.bad(ptr+"/"+key, "must provide an integer")
		return 0, false
	}
	if i < lo || i > hi {
		c.bad(ptr+"/"+key, "must be from %d to %d", lo, hi)
	}
	return i, true
}

func (c *checker) link(ptr string, o obj, key string, required bool) {
	s := c.str(ptr, o, key, required, 1, 3000)
	if s != "" && !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") &&
		!strings.HasPrefix(s, "mailto:") && !strings.HasPrefix(s, "slack://") {
		c.bad(ptr+"/"+key, "invalid url")
	}
}

func (c *checker) matches(ptr string, o obj, key string, re *regexp.Regexp) {
	if s := c.str(ptr, o, key, false, 1, 255); s != "" && !re.MatchString(s) {
		c.bad(ptr+"/"+key, "invalid format")
	}
}

// id checks a block_id, action_id, callback_id or external_id.
func (c *checker) id(ptr string, o obj, key string) string {
	return c.str(ptr, o, key, false, 1, 255)
}

// text checks a required or optional text object of at most hi characters.
func (c *checker) text(ptr string, o obj, key string, required bool, hi int, kinds ...string) {
	v, present := o[key]
	if !present {
		if required {
			c.bad(ptr, "missing required field: %s", key)
		}
		return
	}
	c.textObject(ptr+"/"+key, v, hi, kinds...)
}

func (c *checker) textObject(ptr string, v any, hi int, kinds ...string) {
	t, ok := c.object(ptr, v, "type", "text", "emoji", "verbatim")
	if !ok {
		return
	}
	kind, _ := t["type"].(string)
	if !slices.Contains(kinds, kind) {
		c.bad(ptr+"/type", "must be one of %s", strings.Join(kinds, ", "))
	}
	if _, has := t["emoji"]; has && kind == "mrkdwn" {
		c.bad(ptr, "invalid additional property: emoji")
	}
	if _, has := t["verbatim"]; has && kind == "plain_text" {
		c.bad(ptr, "invalid additional property: verbatim")
	}
	c.flag(ptr, t, "emoji", "verbatim")
	s, ok := t["text"].(string)
	if !ok {
		c.bad(ptr, "missing required field: text")
		return
	}
	c.length(ptr+"/text", escapedLength(s, kind), 1, hi)
}

// escapedLength counts code points the way Slack stores the text: a bare & is
// five, and in plain text a bare < or > is four.
func escapedLength(s, kind string) int {
	n := len([]rune(s))
	for i, r := range s {
		switch r {
		case '&':
			rest := s[i:]
			if !strings.HasPrefix(rest, "&amp;") && !strings.HasPrefix(rest, "&lt;") && !strings.HasPrefix(rest, "&gt;") {
				n += 4
			}
		case '<', '>':
			if kind == "plain_text" {
				n += 3
			}
		}
	}
	return n
}

const (
	plain  = "plain_text"
	mrkdwn = "mrkdwn"
)

// confirm checks a confirmation dialog. The fake wants all four texts, as the
// reference page marks them required.
func (c *checker) confirm(ptr string, o obj) {
	v, present := o["confirm"]
	if !present {
		return
	}
	ptr += "/confirm"
	d, ok := c.object(ptr, v, "title", "text", "confirm", "deny", "style")
	if !ok {
		return
	}
	c.text(ptr, d, "title", true, 100, plain)
	c.text(ptr, d, "text", true, 300, plain, mrkdwn)
	c.text(ptr, d, "confirm", true, 30, plain)
	c.text(ptr, d, "deny", true, 30, plain)
	c.enum(ptr, d, "style", false, "primary", "danger")
}
