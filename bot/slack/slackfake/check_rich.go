package slackfake

import (
	"fmt"
	"strings"
)

// richText checks the elements of a rich_text block or value.
func (c *checker) richText(ptr string, b obj) {
	for i, v := range c.list(ptr+"/elements", b["elements"], 1, 1000) {
		p := fmt.Sprintf("%s/elements/%d", ptr, i)
		e, _ := v.(obj)
		switch kind := str(v, "type"); kind {
		case "rich_text_section":
			c.object(p, e, "type", "elements")
			c.leaves(p, e)
		case "rich_text_quote", "rich_text_preformatted":
			c.object(p, e, "type", "elements", "border", "language")
			c.leaves(p, e)
		case "rich_text_list":
			c.object(p, e, "type", "elements", "style", "indent", "offset", "border")
			c.enum(p, e, "style", true, "bullet", "ordered")
			c.integer(p, e, "indent", 0, 8)
			c.integer(p, e, "offset", 0, 1_000_000)
			for j, item := range c.list(p+"/elements", e["elements"], 1, 1000) {
				q := fmt.Sprintf("%s/elements/%d", p, j)
				if o, ok := c.object(q, item, "type", "elements"); ok {
					c.enum(q, o, "type", true, "rich_text_section")
					c.leaves(q, o)
				}
			}
		default:
			c.bad(p+"/type", "unsupported type: %s", kind)
		}
	}
}

func (c *checker) leaves(ptr string, e obj) {
	for i, v := range c.list(ptr+"/elements", e["elements"], 0, 1000) {
		p := fmt.Sprintf("%s/elements/%d", ptr, i)
		o, _ := v.(obj)
		switch kind := str(v, "type"); kind {
		case "text":
			c.object(p, o, "type", "text", "style")
			c.str(p, o, "text", true, 1, 1_000_000)
		case "link":
			c.object(p, o, "type", "url", "text", "style", "unsafe")
			c.link(p, o, "url", true)
			c.str(p, o, "text", false, 0, 3000)
		case "user":
			c.leafID(p, o, "user_id")
		case "usergroup":
			c.leafID(p, o, "usergroup_id")
		case "channel":
			c.leafID(p, o, "channel_id")
		case "emoji":
			c.object(p, o, "type", "name", "unicode", "skin_tone", "url", "style")
			c.str(p, o, "name", true, 1, 255)
		case "date":
			c.object(p, o, "type", "timestamp", "format", "url", "fallback", "style")
			if _, ok := c.integer(p, o, "timestamp", 0, 9_999_999_999); !ok {
				c.bad(p, "missing required field: timestamp")
			}
			c.str(p, o, "format", true, 1, 255)
		case "broadcast":
			c.object(p, o, "type", "range", "style")
			c.enum(p, o, "range", true, "here", "channel", "everyone")
		case "color":
			c.object(p, o, "type", "value", "style")
			c.str(p, o, "value", true, 1, 50)
		default:
			c.bad(p+"/type", "unsupported type: %s", kind)
		}
	}
}

func (c *checker) leafID(ptr string, o obj, key string) {
	c.object(ptr, o, "type", key, "style")
	c.str(ptr, o, key, true, 1, 255)
}

// richPlain is the text of a rich_text block without formatting.
func richPlain(b obj) string {
	var out strings.Builder
	var walk func(v any)
	walk = func(v any) {
		o, _ := v.(obj)
		switch str(v, "type") {
		case "text":
			out.WriteString(str(v, "text"))
		case "link":
			if t := str(v, "text"); t != "" {
				out.WriteString(t)
			} else {
				out.WriteString(str(v, "url"))
			}
		case "user":
			out.WriteString("<@" + str(v, "user_id") + ">")
		case "channel":
			out.WriteString("<#" + str(v, "channel_id") + ">")
		case "emoji":
			out.WriteString(":" + str(v, "name") + ":")
		case "date":
			out.WriteString(str(v, "fallback"))
		case "broadcast":
			out.WriteString("@" + str(v, "range"))
		}
		list, _ := o["elements"].([]any)
		for i, e := range list {
			if str(v, "type") == "rich_text_list" {
				if str(v, "style") == "ordered" {
					fmt.Fprintf(&out, "%d. ", i+1)
				} else {
					out.WriteString("• ")
				}
			}
			walk(e)
			if str(v, "type") == "rich_text_list" || str(v, "type") == "rich_text" {
				out.WriteString("\n")
			}
		}
	}
	walk(b)
	return strings.TrimRight(out.String(), "\n")
}
