package slack

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/slack-go/slack"
)

// checker walks what is about to be sent and notes what Slack would refuse, each
// with its JSON pointer. It knows only what this package draws: an element of
// another kind is a problem, and so is any mrkdwn object, because foreign text in
// one could become a mention or a link.
type checker struct {
	problems []string
	ids      map[string]bool
	inputs   int
}

type object = map[string]any

func (c *checker) bad(ptr, format string, args ...any) {
	if len(c.problems) < 20 {
		c.problems = append(c.problems, ptr+": "+fmt.Sprintf(format, args...))
	}
}

// checkText checks a message's own text: not empty, within the limit, and escaped.
func checkText(s string) []string {
	c := &checker{}
	if strings.TrimSpace(s) == "" {
		c.bad("/text", "empty")
	}
	if n := len([]rune(s)); n > maxMessageText {
		c.bad("/text", "%d characters, at most %d", n, maxMessageText)
	}
	rest := strings.NewReplacer("&amp;", "", "&lt;", "", "&gt;", "").Replace(s)
	if strings.ContainsAny(rest, "&<>") {
		c.bad("/text", "not escaped")
	}
	return c.problems
}

// checkMessage checks the blocks of a message.
func checkMessage(m message) []string {
	c := &checker{ids: map[string]bool{}}
	c.blocks(plainJSON(m.Blocks), maxMessageBlocks, false)
	return c.problems
}

// checkView checks a modal.
func checkView(v *slack.ModalViewRequest) []string {
	c := &checker{ids: map[string]bool{}}
	raw, err := json.Marshal(v)
	if err != nil {
		return []string{"/: cannot be encoded"}
	}
	if len(raw) > maxViewBytes {
		c.bad("", "%d bytes, at most %d", len(raw), maxViewBytes)
	}
	var o object
	_ = json.Unmarshal(raw, &o) // it was just encoded
	c.text("/title", o["title"], maxViewTitle)
	for _, key := range []string{"submit", "close"} {
		if t, ok := o[key]; ok {
			c.text("/"+key, t, maxViewTitle)
		}
	}
	c.str("/private_metadata", o["private_metadata"], 0, maxPrivateMetadata)
	c.str("/callback_id", o["callback_id"], 1, maxID)
	c.blocks(o["blocks"], maxViewBlocks, true)
	if _, ok := o["submit"]; c.inputs > 0 && !ok {
		c.bad("/submit", "missing, and there are inputs")
	}
	return c.problems
}

func plainJSON(v any) any {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var out any
	_ = json.Unmarshal(raw, &out)
	return out
}

func (c *checker) blocks(v any, limit int, modal bool) {
	bs, _ := v.([]any)
	if len(bs) == 0 || len(bs) > limit {
		c.bad("/blocks", "%d blocks, from 1 to %d", len(bs), limit)
	}
	for i, b := range bs {
		ptr := fmt.Sprintf("/blocks/%d", i)
		o, _ := b.(object)
		id := c.str(ptr+"/block_id", o["block_id"], 1, maxID)
		if c.ids[id] {
			c.bad(ptr+"/block_id", "used twice")
		}
		c.ids[id] = true
		switch kind := o["type"]; {
		case kind == "header":
			c.text(ptr+"/text", o["text"], maxHeader)
		case kind == "divider":
		case kind == "context":
			for j, e := range c.list(ptr+"/elements", o["elements"], maxContextElements) {
				c.text(fmt.Sprintf("%s/elements/%d", ptr, j), e, maxText)
			}
		case kind == "rich_text":
			c.rich(ptr, o)
		case kind == "actions":
			c.actions(ptr, o)
		case kind == "input" && modal:
			c.inputs++
			c.input(ptr, o)
		default:
			c.bad(ptr+"/type", "%v is not drawn here", kind)
		}
	}
}

// str checks a string by its number of characters; minimum 0 allows its absence.
func (c *checker) str(ptr string, v any, minimum, maximum int) string {
	s, ok := v.(string)
	if !ok && (v != nil || minimum > 0) {
		c.bad(ptr, "not a string")
		return ""
	}
	if n := len([]rune(s)); n < minimum || n > maximum {
		c.bad(ptr, "%d characters, from %d to %d", n, minimum, maximum)
	}
	return s
}

// text checks a plain_text object.
func (c *checker) text(ptr string, v any, maximum int) {
	o, _ := v.(object)
	if o["type"] != slack.PlainTextType {
		c.bad(ptr+"/type", "%v, want plain_text", o["type"])
		return
	}
	s := c.str(ptr+"/text", o["text"], 1, maxText)
	if n := textWeight(s); n > maximum {
		c.bad(ptr+"/text", "%d characters, at most %d", n, maximum)
	}
}

func (c *checker) list(ptr string, v any, maximum int) []any {
	l, ok := v.([]any)
	if !ok || len(l) == 0 || len(l) > maximum {
		c.bad(ptr, "%d items, from 1 to %d", len(l), maximum)
	}
	return l
}

func (c *checker) rich(ptr string, o object) {
	for i, e := range c.list(ptr+"/elements", o["elements"], maxRichItems) {
		p := fmt.Sprintf("%s/elements/%d", ptr, i)
		part, _ := e.(object)
		switch part["type"] {
		case "rich_text_section", "rich_text_quote":
			c.leaves(p, part)
		case "rich_text_list":
			if part["style"] != "bullet" && part["style"] != "ordered" {
				c.bad(p+"/style", "%v", part["style"])
			}
			for j, item := range c.list(p+"/elements", part["elements"], maxRichItems) {
				section, _ := item.(object)
				c.leaves(fmt.Sprintf("%s/elements/%d", p, j), section)
			}
		default:
			c.bad(p+"/type", "%v is not drawn here", part["type"])
		}
	}
}

func (c *checker) leaves(ptr string, o object) {
	for i, e := range c.list(ptr+"/elements", o["elements"], maxText) {
		p := fmt.Sprintf("%s/elements/%d", ptr, i)
		leaf, _ := e.(object)
		switch leaf["type"] {
		case "text":
			c.str(p+"/text", leaf["text"], 1, maxText)
		case "link":
			c.str(p+"/text", leaf["text"], 0, maxText)
			c.link(p+"/url", leaf["url"])
		default:
			c.bad(p+"/type", "%v is not drawn here", leaf["type"])
		}
	}
}

func (c *checker) link(ptr string, v any) {
	s, _ := v.(string)
	if _, ok := webURL(s); !ok {
		c.bad(ptr, "not an https address")
	}
}

func join(problems []string) string { return strings.Join(problems, "; ") }
