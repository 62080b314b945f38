package slackfake

const (
	maxViewBytes       = 250_000
	maxPrivateMetadata = 3000
	maxStack           = 3
)

// checkView validates a view for a surface, fills in missing ids and returns
// it. Errors are Slack's codes.
func (s *Server) checkView(v any, surface string) (obj, error) {
	view, ok := v.(obj)
	if !ok {
		return nil, fail("invalid_arguments", "[ERROR] failed to match all allowed schemas [json-pointer:/view]")
	}
	if len(mustJSON(view)) > maxViewBytes {
		return nil, fail("view_too_large")
	}
	c := newChecker(surface, s.opts.RefuseBlocks)
	const ptr = "/view"
	c.enum(ptr, view, "type", true, surface)
	if surface == surfaceModal {
		c.object(ptr, view, "type", "title", "blocks", "close", "submit", "private_metadata", "callback_id",
			"clear_on_close", "notify_on_close", "external_id", "submit_disabled")
		c.text(ptr, view, "title", true, 24, plain)
		c.text(ptr, view, "submit", false, 24, plain)
		c.text(ptr, view, "close", false, 24, plain)
		c.flag(ptr, view, "clear_on_close", "notify_on_close", "submit_disabled")
	} else {
		c.object(ptr, view, "type", "blocks", "private_metadata", "callback_id", "external_id")
	}
	c.str(ptr, view, "private_metadata", false, 0, maxPrivateMetadata)
	c.str(ptr, view, "callback_id", false, 0, 255)
	c.str(ptr, view, "external_id", false, 0, 255)
	blocks := c.list(ptr+"/blocks", view["blocks"], 0, maxViewBlocks)
	c.blocks(ptr+"/blocks", blocks)
	if _, has := view["submit"]; c.inputs > 0 && !has && surface == surfaceModal {
		c.bad(ptr, "missing required field: submit")
	}
	if len(c.problems) > 0 {
		return nil, fail("invalid_arguments", c.problems...)
	}
	fillIDs(blocks)
	return view, nil
}

// fillIDs gives every block and element the id that Slack makes when the app
// sent none, and spells out the text defaults.
func fillIDs(blocks []any) {
	for _, b := range blocks {
		block, ok := b.(obj)
		if !ok {
			continue
		}
		if str(b, "block_id") == "" && str(b, "type") != "markdown" {
			block["block_id"] = randomHex(3)
		}
		for _, key := range []string{"accessory", "element"} {
			fillAction(block[key])
		}
		for _, key := range []string{"elements", "actions"} {
			list, _ := block[key].([]any)
			for _, e := range list {
				fillAction(e)
			}
		}
		if children, ok := block["child_blocks"].([]any); ok {
			fillIDs(children)
		}
	}
	fillText(blocks)
}

func fillAction(v any) {
	e, ok := v.(obj)
	if !ok {
		return
	}
	kind := str(v, "type")
	if (inActions(kind) || inInput(kind)) && str(v, "action_id") == "" {
		e["action_id"] = randomHex(3)
	}
}

// fillText adds emoji to plain and verbatim to mrkdwn text, as Slack answers.
func fillText(v any) {
	switch t := v.(type) {
	case []any:
		for _, e := range t {
			fillText(e)
		}
	case obj:
		switch {
		case t["type"] == plain && t["emoji"] == nil:
			t["emoji"] = true
		case t["type"] == mrkdwn && t["verbatim"] == nil:
			t["verbatim"] = false
		}
		for _, e := range t {
			fillText(e)
		}
	}
}
