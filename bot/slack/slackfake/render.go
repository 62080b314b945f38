package slackfake

import (
	"fmt"
	"strings"
)

// Transcript is everything a person sees now, as plain text.
func (s *Server) Transcript(userID string) string {
	var out strings.Builder
	u := s.As(userID)
	for _, m := range u.Messages() {
		fmt.Fprintf(&out, "%s\n", s.MessageText(m))
	}
	for _, v := range u.OpenViews() {
		fmt.Fprintf(&out, "%s\n", s.ViewText(v))
	}
	return out.String()
}

// MessageText draws a message as lines of plain text.
func (s *Server) MessageText(m Message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	author := m.Author
	if u := s.users[m.Author]; u != nil {
		author = u.RealName
	}
	mark := ""
	if m.Ephemeral {
		mark = " (only you)"
	}
	lines := []string{author + mark + ":"}
	body := s.drawBlocks(decodeList(m.Blocks), nil, nil)
	if len(body) == 0 {
		body = strings.Split(s.unescape(m.Text), "\n")
	}
	return strings.Join(append(lines, indent(body)...), "\n")
}

// ViewText draws a modal or Home tab with what was filled in and the errors.
func (s *Server) ViewText(v View) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	values := viewState{}
	for block, actions := range v.Values {
		values[block] = map[string]obj{}
		for action, raw := range actions {
			values[block][action], _ = decodeObject(raw)
		}
	}
	lines := []string{"[" + v.Type + "] " + v.Title}
	lines = append(lines, indent(s.drawBlocks(decodeList(v.Blocks), values, v.Errors))...)
	if v.Trouble {
		lines = append(lines, "  ! trouble connecting")
	}
	var buttons []string
	for _, b := range []string{v.Close, v.Submit} {
		if b != "" {
			buttons = append(buttons, "["+b+"]")
		}
	}
	if len(buttons) > 0 {
		lines = append(lines, "  "+strings.Join(buttons, " "))
	}
	return strings.Join(lines, "\n")
}

func decodeList(raw []byte) []any {
	v, err := decodeJSON(raw)
	if err != nil {
		return nil
	}
	l, _ := v.([]any)
	return l
}

func indent(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = "  " + l
	}
	return out
}

func (s *Server) drawBlocks(blocks []any, values viewState, errs map[string]string) []string {
	var out []string
	for _, v := range blocks {
		b, _ := v.(obj)
		out = append(out, s.drawBlock(b, values, errs)...)
	}
	return out
}

func (s *Server) drawBlock(b obj, values viewState, errs map[string]string) []string {
	id := str(b, "block_id")
	switch str(b, "type") {
	case "header":
		return []string{"# " + s.textOf(b["text"])}
	case "divider":
		return []string{"---"}
	case "section", "alert":
		out := s.lines(b["text"])
		fields, _ := b["fields"].([]any)
		for _, f := range fields {
			out = append(out, "| "+strings.Join(s.lines(f), " / "))
		}
		if a, ok := b["accessory"].(obj); ok {
			out = append(out, s.drawElement(a, values[id]))
		}
		return out
	case "context":
		return []string{"(" + strings.Join(s.drawAll(b["elements"], nil), " · ") + ")"}
	case "actions":
		return []string{strings.Join(s.drawAll(b["elements"], values[id]), " ")}
	case "input":
		return s.drawInput(b, values[id], errs[id])
	case "rich_text":
		return strings.Split(s.unescape(richPlain(b)), "\n")
	case "markdown":
		return strings.Split(str(b, "text"), "\n")
	case "image":
		return []string{"[image: " + str(b, "alt_text") + "]"}
	}
	return s.drawNewer(b, values, errs)
}

func (s *Server) drawNewer(b obj, values viewState, errs map[string]string) []string {
	var out []string
	for _, key := range []string{"title", "subtitle", "body"} {
		if t := s.textOf(b[key]); t != "" {
			out = append(out, t)
		}
	}
	if caption := str(b, "caption"); caption != "" {
		out = append(out, caption)
	}
	children, _ := b["child_blocks"].([]any)
	out = append(out, indent(s.drawBlocks(children, values, errs))...)
	if buttons := s.drawAll(b["actions"], nil); len(buttons) > 0 {
		out = append(out, strings.Join(buttons, " "))
	}
	rows, _ := b["rows"].([]any)
	for _, row := range rows {
		var cells []string
		list, _ := row.([]any)
		for _, c := range list {
			o, _ := c.(obj)
			cells = append(cells, str(o, "text")+richPlain(o))
		}
		out = append(out, "| "+strings.Join(cells, " | "))
	}
	return out
}

func (s *Server) drawInput(b obj, values map[string]obj, wrong string) []string {
	label := s.textOf(b["label"])
	if b["optional"] == true {
		label += " (optional)"
	}
	el, _ := b["element"].(obj)
	out := []string{label + ": " + s.drawElement(el, values)}
	if hint := s.textOf(b["hint"]); hint != "" {
		out = append(out, "  "+hint)
	}
	if wrong != "" {
		out = append(out, "  ! "+wrong)
	}
	return out
}

func (s *Server) drawAll(v any, values map[string]obj) []string {
	list, _ := v.([]any)
	var out []string
	for _, e := range list {
		if el, ok := e.(obj); ok {
			out = append(out, s.drawElement(el, values))
		}
	}
	return out
}

func (s *Server) drawElement(el obj, values map[string]obj) string {
	switch kind := str(el, "type"); kind {
	case "button":
		return "[" + s.textOf(el["text"]) + "]"
	case "image":
		return "[image: " + str(el, "alt_text") + "]"
	case plain, mrkdwn:
		return s.textOf(el)
	default:
		shown := s.drawValue(values[str(el, "action_id")])
		var options []string
		for _, o := range offeredBy(control{el: el}) {
			options = append(options, s.textOf(o["text"]))
		}
		switch {
		case kind == "overflow":
			return "[… " + strings.Join(options, " / ") + "]"
		case len(options) > 0:
			return "<" + shown + "> of {" + strings.Join(options, " / ") + "}"
		}
		return "<" + shown + ">"
	}
}

// drawValue shows what an input holds.
func (s *Server) drawValue(value obj) string {
	key, _, _ := valueKey(str(value, "type"))
	switch v := value[key].(type) {
	case nil:
		return ""
	case string:
		return s.nameOf(v)
	case obj:
		return s.textOf(v["text"])
	case []any:
		var parts []string
		for _, e := range v {
			if o, ok := e.(obj); ok {
				parts = append(parts, s.textOf(o["text"]))
			} else {
				parts = append(parts, s.nameOf(fmt.Sprint(e)))
			}
		}
		return strings.Join(parts, ", ")
	default:
		return fmt.Sprint(v)
	}
}

func (s *Server) nameOf(id string) string {
	if u := s.users[id]; u != nil {
		return "@" + u.RealName
	}
	return id
}

// textOf reads a text object; only mrkdwn has entities.
func (s *Server) textOf(t any) string {
	if str(t, "type") == plain {
		return str(t, "text")
	}
	return s.unescape(str(t, "text"))
}

func (s *Server) lines(t any) []string {
	if text := s.textOf(t); text != "" {
		return strings.Split(text, "\n")
	}
	return nil
}

// unescape shows mrkdwn entities the way a reader sees them.
func (s *Server) unescape(text string) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "<")
		out.WriteString(before)
		if !ok {
			break
		}
		entity, after, ok := strings.Cut(rest, ">")
		if !ok {
			out.WriteString("<" + rest)
			break
		}
		out.WriteString(s.entity(entity))
		text = after
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(out.String())
}

func (s *Server) entity(e string) string {
	target, label, labelled := strings.Cut(e, "|")
	switch {
	case strings.HasPrefix(target, "@"):
		if u := s.users[target[1:]]; u != nil {
			return "@" + u.RealName
		}
		return target
	case strings.HasPrefix(target, "#"):
		if c := s.convs[target[1:]]; c != nil {
			return "#" + c.name
		}
		return target
	case strings.HasPrefix(target, "!"):
		if labelled {
			return label
		}
		return "@" + target[1:]
	case labelled && strings.HasPrefix(target, "mailto:"):
		return label
	case labelled:
		return label + " (" + target + ")"
	}
	return target
}
