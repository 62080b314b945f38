package slackfake

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	datePattern   = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)
	timePattern   = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	numberPattern = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
)

func isSelect(kind string) bool {
	switch strings.TrimPrefix(kind, "multi_") {
	case "static_select", "external_select", "users_select", "conversations_select", "channels_select":
		return true
	}
	return false
}

func isText(kind string) bool {
	switch kind {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		return true
	}
	return false
}

// Where an element stands decides which kinds are allowed.
func inSection(kind string) bool {
	return kind == "image" || kind != "datetimepicker" && inActions(kind)
}

func inActions(kind string) bool {
	switch kind {
	case "button", "overflow", "checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker":
		return true
	}
	return isSelect(kind)
}

func inInput(kind string) bool {
	switch kind {
	case "checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker", "rich_text_input", "file_input":
		return true
	}
	return isSelect(kind) || isText(kind)
}

func (c *checker) elements(ptr string, v any, hi int, allowed func(string) bool) {
	c.elementList(ptr+"/elements", v, hi, allowed)
}

func (c *checker) elementList(ptr string, v any, hi int, allowed func(string) bool) {
	seen := map[string]bool{}
	for i, e := range c.list(ptr, v, 1, hi) {
		c.element(fmt.Sprintf("%s/%d", ptr, i), e, allowed, seen)
	}
}

// element checks one element; seen holds the action_ids used in its block.
func (c *checker) element(ptr string, v any, allowed func(string) bool, seen map[string]bool) {
	e, ok := v.(obj)
	if !ok {
		c.bad(ptr, "must provide an object")
		return
	}
	kind, _ := e["type"].(string)
	if !allowed(kind) {
		c.bad(ptr+"/type", "unsupported type: %s", kind)
		return
	}
	if kind == "image" {
		c.image(ptr, e)
		return
	}
	if id := c.id(ptr, e, "action_id"); id != "" {
		if seen[id] {
			c.bad(ptr+"/action_id", "action_id %s already exists", id)
		}
		if seen != nil {
			seen[id] = true
		}
	}
	if e["focus_on_load"] == true {
		c.focused++
	}
	c.flag(ptr, e, "focus_on_load")
	c.confirm(ptr, e)
	c.text(ptr, e, "placeholder", false, 150, plain)
	switch {
	case kind == "button":
		c.button(ptr, e)
	case kind == "overflow":
		c.object(ptr, e, "type", "action_id", "options", "confirm")
		c.options(ptr, e["options"], 5, kind)
	case kind == "checkboxes" || kind == "radio_buttons":
		c.choices(ptr, kind, e)
	case isSelect(kind):
		c.selectMenu(ptr, kind, e)
	case isText(kind):
		c.textInput(ptr, kind, e)
	default:
		c.picker(ptr, kind, e)
	}
}

func (c *checker) button(ptr string, e obj) {
	c.object(ptr, e, "type", "action_id", "text", "value", "url", "style", "confirm", "accessibility_label",
		"visible_to_user_ids")
	c.text(ptr, e, "text", true, 75, plain)
	c.str(ptr, e, "value", false, 0, 2000)
	c.link(ptr, e, "url", false)
	c.enum(ptr, e, "style", false, "primary", "danger")
	c.str(ptr, e, "accessibility_label", false, 1, 75)
}

// options checks a list of options. A value may have 75 characters: Slack's
// sources say both 75 and 150, and the fake takes the smaller.
func (c *checker) options(ptr string, v any, hi int, kind string) []any {
	kinds := []string{plain}
	if kind == "checkboxes" || kind == "radio_buttons" {
		kinds = append(kinds, mrkdwn)
	}
	list := c.list(ptr+"/options", v, 1, hi)
	for i, o := range list {
		p := fmt.Sprintf("%s/options/%d", ptr, i)
		opt, ok := c.object(p, o, "text", "value", "description", "url")
		if !ok {
			continue
		}
		c.text(p, opt, "text", true, 75, kinds...)
		c.str(p, opt, "value", true, 1, 75)
		c.text(p, opt, "description", false, 75, kinds...)
		if _, has := opt["url"]; has && kind != "overflow" {
			c.bad(p, "invalid additional property: url")
		}
		c.link(p, opt, "url", false)
	}
	return list
}

// initial checks that preset options are among the options offered.
func (c *checker) initial(ptr string, e obj, offered []any) {
	check := func(p string, v any) {
		if !slices.ContainsFunc(offered, func(o any) bool { return sameOption(o, v) }) {
			c.bad(p, "must exactly match one of the options")
		}
	}
	if v, has := e["initial_option"]; has {
		check(ptr+"/initial_option", v)
	}
	if v, has := e["initial_options"]; has {
		for i, o := range c.list(ptr+"/initial_options", v, 1, 100) {
			check(fmt.Sprintf("%s/initial_options/%d", ptr, i), o)
		}
	}
}

func sameOption(a, b any) bool {
	ao, _ := a.(obj)
	bo, _ := b.(obj)
	return ao != nil && bo != nil && ao["value"] == bo["value"] && str(ao["text"], "text") == str(bo["text"], "text")
}

func (c *checker) choices(ptr, kind string, e obj) {
	preset := "initial_options"
	if kind == "radio_buttons" {
		preset = "initial_option"
	}
	c.object(ptr, e, "type", "action_id", "options", preset, "confirm", "focus_on_load")
	c.initial(ptr, e, c.options(ptr, e["options"], 10, kind))
}

func (c *checker) selectMenu(ptr, kind string, e obj) {
	base, multi := strings.TrimPrefix(kind, "multi_"), strings.HasPrefix(kind, "multi_")
	allowed := []string{"type", "action_id", "placeholder", "confirm", "focus_on_load"}
	if multi {
		allowed = append(allowed, "max_selected_items")
		c.integer(ptr, e, "max_selected_items", 1, 1000)
	}
	preset := "initial_option"
	if multi {
		preset = "initial_options"
	}
	switch base {
	case "static_select":
		allowed = append(allowed, "options", "option_groups", preset)
		c.initial(ptr, e, c.staticOptions(ptr, e))
	case "external_select":
		allowed = append(allowed, "min_query_length", preset)
		c.integer(ptr, e, "min_query_length", 0, 1000)
	case "users_select":
		allowed = append(allowed, plural("initial_user", multi))
	case "channels_select":
		allowed = append(allowed, plural("initial_channel", multi))
	case "conversations_select":
		allowed = append(allowed, plural("initial_conversation", multi), "default_to_current_conversation", "filter")
	}
	if !multi && (base == "channels_select" || base == "conversations_select") {
		allowed = append(allowed, "response_url_enabled")
	}
	c.object(ptr, e, allowed...)
}

func plural(key string, multi bool) string {
	if multi {
		return key + "s"
	}
	return key
}

func (c *checker) staticOptions(ptr string, e obj) []any {
	groups, grouped := e["option_groups"]
	_, flat := e["options"]
	if grouped == flat {
		c.bad(ptr, "exactly one of options and option_groups is required")
		return nil
	}
	if flat {
		return c.options(ptr, e["options"], 100, "select")
	}
	var all []any
	for i, g := range c.list(ptr+"/option_groups", groups, 1, 100) {
		p := fmt.Sprintf("%s/option_groups/%d", ptr, i)
		if o, ok := c.object(p, g, "label", "options"); ok {
			c.text(p, o, "label", true, 75, plain)
			all = append(all, c.options(p, o["options"], 100, "select")...)
		}
	}
	return all
}

func (c *checker) textInput(ptr, kind string, e obj) {
	allowed := []string{"type", "action_id", "placeholder", "initial_value", "focus_on_load", "dispatch_action_config"}
	switch kind {
	case "plain_text_input":
		allowed = append(allowed, "multiline", "min_length", "max_length")
		c.flag(ptr, e, "multiline")
		lo, hasLo := c.integer(ptr, e, "min_length", 0, 3000)
		hi, hasHi := c.integer(ptr, e, "max_length", 1, 3000)
		if hasLo && hasHi && lo > hi {
			c.bad(ptr+"/min_length", "must not be more than max_length")
		}
	case "number_input":
		allowed = append(allowed, "is_decimal_allowed", "min_value", "max_value")
		c.flag(ptr, e, "is_decimal_allowed")
		if _, has := e["is_decimal_allowed"]; !has {
			c.bad(ptr, "missing required field: is_decimal_allowed")
		}
		c.matches(ptr, e, "min_value", numberPattern)
		c.matches(ptr, e, "max_value", numberPattern)
	}
	c.object(ptr, e, allowed...)
	c.str(ptr, e, "initial_value", false, 0, 3000)
	c.dispatchConfig(ptr, e)
}

func (c *checker) dispatchConfig(ptr string, e obj) {
	v, has := e["dispatch_action_config"]
	if !has {
		return
	}
	ptr += "/dispatch_action_config"
	if o, ok := c.object(ptr, v, "trigger_actions_on"); ok {
		for i, t := range c.list(ptr+"/trigger_actions_on", o["trigger_actions_on"], 1, 2) {
			if t != "on_enter_pressed" && t != "on_character_entered" {
				c.bad(fmt.Sprintf("%s/trigger_actions_on/%d", ptr, i), "must be on_enter_pressed or on_character_entered")
			}
		}
	}
}

func (c *checker) picker(ptr, kind string, e obj) {
	common := []string{"type", "action_id", "placeholder", "confirm", "focus_on_load"}
	switch kind {
	case "datepicker":
		c.object(ptr, e, append(common, "initial_date")...)
		c.matches(ptr, e, "initial_date", datePattern)
	case "timepicker":
		c.object(ptr, e, append(common, "initial_time", "timezone")...)
		c.matches(ptr, e, "initial_time", timePattern)
	case "datetimepicker":
		c.object(ptr, e, "type", "action_id", "confirm", "focus_on_load", "initial_date_time")
		c.integer(ptr, e, "initial_date_time", 1_000_000_000, 9_999_999_999)
	case "file_input":
		c.object(ptr, e, "type", "action_id", "filetypes", "max_files")
		c.integer(ptr, e, "max_files", 1, 10)
	case "rich_text_input":
		c.object(ptr, e, "type", "action_id", "placeholder", "focus_on_load", "initial_value",
			"dispatch_action_config", "min_lines", "max_lines")
		c.dispatchConfig(ptr, e)
		if v, has := e["initial_value"]; has {
			o, _ := v.(obj)
			c.richText(ptr+"/initial_value", o)
		}
	}
}

func (c *checker) image(ptr string, v any) {
	o, ok := c.object(ptr, v, "type", "image_url", "slack_file", "alt_text")
	if ok {
		c.imageSource(ptr, o)
	}
}

func (c *checker) imageSource(ptr string, o obj) {
	c.str(ptr, o, "alt_text", true, 1, 2000)
	_, isURL := o["image_url"]
	_, isFile := o["slack_file"]
	if isURL == isFile {
		c.bad(ptr, "exactly one of image_url and slack_file is required")
	}
	c.link(ptr, o, "image_url", false)
}
