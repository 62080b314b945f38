package slackfake

import (
	"encoding/json"
	"fmt"
	"slices"
)

const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
	maxMarkdown      = 12_000
)

// blockSurfaces says where each block type may stand. Types that are not here
// (carousel, data_visualization, task_card, plan, file, video, layout and
// context_actions) are refused: the fake does not model them.
func blockSurfaces(kind string) []string {
	switch kind {
	case "section", "header", "divider", "context", "image", "actions", "input", "rich_text", "card":
		return []string{surfaceMessage, surfaceModal, surfaceHome}
	case "alert":
		return []string{surfaceModal}
	case "container", "table", "data_table":
		return []string{surfaceMessage, surfaceHome}
	case "markdown":
		return []string{surfaceMessage}
	}
	return nil
}

func (c *checker) blocks(ptr string, blocks []any) {
	limit := maxViewBlocks
	if c.surface == surfaceMessage {
		limit = maxMessageBlocks
	}
	if len(blocks) > limit {
		c.bad(ptr, "no more than %d items allowed [%d provided]", limit, len(blocks))
	}
	for i, b := range blocks {
		c.block(fmt.Sprintf("%s/%d", ptr, i), b)
	}
	if c.markdown > maxMarkdown {
		c.bad(ptr, "markdown blocks hold more than %d characters", maxMarkdown)
	}
	if c.focused > 1 {
		c.bad(ptr, "only one element can have focus_on_load")
	}
}

func (c *checker) attachments(ptr string, list []any) {
	if len(list) > 100 {
		c.bad(ptr, "no more than 100 items allowed [%d provided]", len(list))
	}
	for i, v := range list {
		p := fmt.Sprintf("%s/%d", ptr, i)
		a, ok := v.(obj)
		if !ok {
			c.bad(p, "must provide an object")
			continue
		}
		if b, has := a["blocks"]; has {
			c.blocks(p+"/blocks", c.list(p+"/blocks", b, 0, maxMessageBlocks))
		}
	}
}

func (c *checker) block(ptr string, v any) {
	b, ok := v.(obj)
	if !ok {
		c.bad(ptr, "must provide an object")
		return
	}
	kind, _ := b["type"].(string)
	surfaces := blockSurfaces(kind)
	if surfaces == nil || slices.Contains(c.refuse, kind) {
		c.bad(ptr+"/type", "unsupported type: %s", kind)
		return
	}
	if !slices.Contains(surfaces, c.surface) {
		c.bad(ptr+"/type", "%s is not allowed in a %s", kind, c.surface)
		return
	}
	if id := c.id(ptr, b, "block_id"); id != "" {
		if c.blockIDs[id] {
			c.bad(ptr+"/block_id", "block_id %s already exists", id)
		}
		c.blockIDs[id] = true
	}
	switch kind {
	case "section":
		c.section(ptr, b)
	case "header":
		c.object(ptr, b, "type", "block_id", "text", "level")
		c.text(ptr, b, "text", true, 150, plain)
		c.integer(ptr, b, "level", 1, 6)
	case "divider":
		c.object(ptr, b, "type", "block_id")
	case "context":
		c.object(ptr, b, "type", "block_id", "elements")
		for i, e := range c.list(ptr+"/elements", b["elements"], 1, 10) {
			p := fmt.Sprintf("%s/elements/%d", ptr, i)
			if str(e, "type") == "image" {
				c.image(p, e)
			} else {
				c.textObject(p, e, 3000, plain, mrkdwn)
			}
		}
	case "image":
		c.object(ptr, b, "type", "block_id", "image_url", "slack_file", "alt_text", "title")
		c.imageSource(ptr, b)
		c.text(ptr, b, "title", false, 2000, plain)
	case "actions":
		c.object(ptr, b, "type", "block_id", "elements")
		c.elements(ptr, b["elements"], 25, inActions)
	case "input":
		c.input(ptr, b)
	case "rich_text":
		c.object(ptr, b, "type", "block_id", "elements")
		c.richText(ptr, b)
	default:
		c.newerBlock(ptr, kind, b)
	}
}

// newerBlock checks the blocks beyond the safe set.
func (c *checker) newerBlock(ptr, kind string, b obj) {
	switch kind {
	case "alert":
		c.object(ptr, b, "type", "block_id", "text", "level")
		c.text(ptr, b, "text", true, 200, plain, mrkdwn)
		c.enum(ptr, b, "level", false, "default", "info", "warning", "error", "success")
	case "markdown":
		c.object(ptr, b, "type", "block_id", "text")
		c.markdown += len([]rune(c.str(ptr, b, "text", true, 1, maxMarkdown)))
	case "card":
		c.object(ptr, b, "type", "block_id", "title", "subtitle", "body", "actions", "icon", "hero_image")
		c.text(ptr, b, "title", false, 150, mrkdwn)
		c.text(ptr, b, "subtitle", false, 150, mrkdwn)
		c.text(ptr, b, "body", false, 200, mrkdwn)
		for _, key := range []string{"icon", "hero_image"} {
			if v, has := b[key]; has {
				c.image(ptr+"/"+key, v)
			}
		}
		if v, has := b["actions"]; has {
			c.elementList(ptr+"/actions", v, 3, func(kind string) bool { return kind == "button" })
		}
	case "container":
		c.container(ptr, b)
	case "table", "data_table":
		c.table(ptr, kind, b)
	}
}

func (c *checker) section(ptr string, b obj) {
	c.object(ptr, b, "type", "block_id", "text", "fields", "accessory", "expand")
	c.flag(ptr, b, "expand")
	_, hasText := b["text"]
	_, hasFields := b["fields"]
	if !hasText && !hasFields {
		c.bad(ptr, "missing required field: text or fields")
	}
	c.text(ptr, b, "text", false, 3000, plain, mrkdwn)
	if hasFields {
		for i, f := range c.list(ptr+"/fields", b["fields"], 1, 10) {
			c.textObject(fmt.Sprintf("%s/fields/%d", ptr, i), f, 2000, plain, mrkdwn)
		}
	}
	if a, has := b["accessory"]; has {
		c.element(ptr+"/accessory", a, inSection, nil)
	}
}

func (c *checker) input(ptr string, b obj) {
	c.inputs++
	c.object(ptr, b, "type", "block_id", "label", "element", "hint", "optional", "dispatch_action")
	c.text(ptr, b, "label", true, 2000, plain)
	c.text(ptr, b, "hint", false, 2000, plain)
	c.flag(ptr, b, "optional", "dispatch_action")
	if e, has := b["element"]; has {
		c.element(ptr+"/element", e, inInput, nil)
	} else {
		c.bad(ptr, "missing required field: element")
	}
}

func (c *checker) container(ptr string, b obj) {
	c.object(ptr, b, "type", "block_id", "title", "rich_text_title", "subtitle", "icon", "child_blocks",
		"is_collapsible", "default_collapsed", "has_header_divider", "width")
	c.text(ptr, b, "title", false, 150, plain)
	c.text(ptr, b, "subtitle", false, 150, plain, mrkdwn)
	c.flag(ptr, b, "is_collapsible", "default_collapsed", "has_header_divider")
	c.enum(ptr, b, "width", false, "narrow", "standard", "wide", "full")
	allowed := []string{"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table"}
	for i, child := range c.list(ptr+"/child_blocks", b["child_blocks"], 1, 10) {
		p := fmt.Sprintf("%s/child_blocks/%d", ptr, i)
		if kind := str(child, "type"); !slices.Contains(allowed, kind) {
			c.bad(p+"/type", "unsupported type: %s", kind)
			continue
		}
		c.block(p, child)
	}
}

// table checks table and data_table: rows of raw_text, raw_number or rich_text.
func (c *checker) table(ptr, kind string, b obj) {
	if kind == "table" {
		c.object(ptr, b, "type", "block_id", "rows", "column_settings")
		if v, has := b["column_settings"]; has {
			c.list(ptr+"/column_settings", v, 1, 20)
		}
	} else {
		c.object(ptr, b, "type", "block_id", "rows", "caption", "page_size", "row_header_column_index")
		c.str(ptr, b, "caption", true, 1, 3000)
		c.integer(ptr, b, "page_size", 1, 100)
		c.integer(ptr, b, "row_header_column_index", 0, 19)
	}
	total := 0
	for i, row := range c.list(ptr+"/rows", b["rows"], 1, 100) {
		rp := fmt.Sprintf("%s/rows/%d", ptr, i)
		for j, cell := range c.list(rp, row, 1, 20) {
			p := fmt.Sprintf("%s/%d", rp, j)
			o, _ := cell.(obj)
			switch str(cell, "type") {
			case "raw_text":
				total += len([]rune(c.str(p, o, "text", true, 1, 10_000)))
			case "raw_number":
				c.object(p, o, "type", "value", "text")
				if _, ok := o["value"].(json.Number); !ok {
					c.bad(p+"/value", "must provide a number")
				}
				total += len([]rune(c.str(p, o, "text", true, 1, 10_000)))
			case "rich_text":
				c.richText(p, o)
				total += len([]rune(richPlain(o)))
			default:
				c.bad(p+"/type", "unsupported type: %s", str(cell, "type"))
			}
		}
	}
	if total > 10_000 {
		c.bad(ptr, "a table holds no more than 10000 characters")
	}
}
