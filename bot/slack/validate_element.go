package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

func (c *checker) actions(ptr string, o object) {
	seen := map[string]bool{}
	primaries := 0
	for i, e := range c.list(ptr+"/elements", o["elements"], maxActionElements) {
		p := fmt.Sprintf("%s/elements/%d", ptr, i)
		b, _ := e.(object)
		id := c.str(p+"/action_id", b["action_id"], 1, maxID)
		if seen[id] {
			c.bad(p+"/action_id", "used twice")
		}
		seen[id] = true
		if b["style"] == "primary" {
			primaries++
		}
		c.button(p, b)
	}
	if primaries > 1 {
		c.bad(ptr, "%d primary buttons", primaries)
	}
}

func (c *checker) button(ptr string, b object) {
	if b["type"] != "button" {
		c.bad(ptr+"/type", "%v is not drawn here", b["type"])
	}
	c.text(ptr+"/text", b["text"], maxButtonText)
	c.str(ptr+"/value", b["value"], 0, maxButtonValue)
	c.str(ptr+"/accessibility_label", b["accessibility_label"], 0, maxSpoken)
	if u, ok := b["url"]; ok {
		c.link(ptr+"/url", u)
	} else if b["value"] == nil {
		c.bad(ptr, "a button without a value or an address")
	}
	if s, ok := b["style"]; ok && s != "primary" && s != "danger" {
		c.bad(ptr+"/style", "%v", s)
	}
	if v, ok := b["confirm"]; ok {
		o, _ := v.(object)
		c.text(ptr+"/confirm/title", o["title"], maxConfirmTitle)
		c.text(ptr+"/confirm/text", o["text"], maxConfirmText)
		c.text(ptr+"/confirm/confirm", o["confirm"], maxConfirmButton)
		c.text(ptr+"/confirm/deny", o["deny"], maxConfirmButton)
	}
}

func (c *checker) input(ptr string, o object) {
	c.text(ptr+"/label", o["label"], maxLabel)
	if h, ok := o["hint"]; ok {
		c.text(ptr+"/hint", h, maxLabel)
	}
	if _, ok := fieldOf(fmt.Sprint(o["block_id"])); !ok {
		c.bad(ptr+"/block_id", "does not name a field")
	}
	p := ptr + "/element"
	e, _ := o["element"].(object)
	if _, ok := kindOf(c.str(p+"/action_id", e["action_id"], 1, maxID)); !ok {
		c.bad(p+"/action_id", "does not name a kind of field")
	}
	if t, ok := e["placeholder"]; ok {
		c.text(p+"/placeholder", t, maxPlaceholder)
	}
	switch e["type"] {
	case "plain_text_input":
		n, ok := e["max_length"].(float64)
		if !ok || n < 1 || n > maxInput {
			c.bad(p+"/max_length", "%v, from 1 to %d", e["max_length"], maxInput)
		}
		c.str(p+"/initial_value", e["initial_value"], 0, int(n))
	case "static_select":
		c.choices(p, e, maxOptions)
	case "radio_buttons":
		c.choices(p, e, 10)
	case "external_select":
		if v, ok := e["initial_option"]; ok {
			c.option(p+"/initial_option", v)
		}
	case "multi_external_select":
		if v, ok := e["initial_options"]; ok {
			for i, one := range c.list(p+"/initial_options", v, maxOptions) {
				c.option(fmt.Sprintf("%s/initial_options/%d", p, i), one)
			}
		}
	case "datepicker":
		if v, ok := e["initial_date"]; ok {
			if _, err := time.Parse(time.DateOnly, fmt.Sprint(v)); err != nil {
				c.bad(p+"/initial_date", "not a date")
			}
		}
	default:
		c.bad(p+"/type", "%v is not drawn here", e["type"])
	}
}

func (c *checker) choices(ptr string, e object, limit int) {
	var known, values []string
	for i, o := range c.list(ptr+"/options", e["options"], limit) {
		p := fmt.Sprintf("%s/options/%d", ptr, i)
		v := c.option(p, o)
		if slices.Contains(values, v) {
			c.bad(p+"/value", "used twice")
		}
		values, known = append(values, v), append(known, canonical(o))
	}
	if v, ok := e["initial_option"]; ok && !slices.Contains(known, canonical(v)) {
		c.bad(ptr+"/initial_option", "not one of the options")
	}
}

func (c *checker) option(ptr string, v any) string {
	o, _ := v.(object)
	c.text(ptr+"/text", o["text"], maxOptionText)
	if d, ok := o["description"]; ok {
		c.text(ptr+"/description", d, maxOptionText)
	}
	return c.str(ptr+"/value", o["value"], 1, maxOptionValue)
}

func canonical(v any) string {
	raw, _ := json.Marshal(v) // decoded JSON always encodes, keys sorted
	return string(raw)
}
