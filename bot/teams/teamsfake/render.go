package teamsfake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Transcript is everything a person sees now, as plain text.
func (s *Server) Transcript(entraID string) string {
	var out strings.Builder
	for _, m := range s.As(entraID).Messages() {
		fmt.Fprintf(&out, "%s\n", s.MessageText(m))
	}
	if d, open := s.As(entraID).Dialog(); open {
		fmt.Fprintf(&out, "%s\n", s.DialogText(d))
	}
	return out.String()
}

// MessageText draws a message as lines of plain text, its card as one person
// sees it.
func (s *Server) MessageText(m Message) string {
	lines := []string{m.FromName + ":"}
	if m.Text != "" {
		lines = append(lines, indent(strings.Split(m.Text, "\n"))...)
	}
	if card, err := decodeObject(m.Card); err == nil {
		d := drawing{values: m.Values, open: m.Open, name: s.nameOf}
		lines = append(lines, indent(d.card("", card))...)
	}
	for _, more := range m.More {
		lines = append(lines, indent(strings.Split(CardText(more), "\n"))...)
	}
	for _, n := range m.Notes {
		lines = append(lines, "  > "+n)
	}
	return strings.Join(lines, "\n")
}

// DialogText draws a dialog as lines of plain text.
func (s *Server) DialogText(d Dialog) string {
	lines := []string{"[dialog] " + d.Title}
	if card, err := decodeObject(d.Card); err == nil {
		draw := drawing{values: d.Values, open: d.Open, name: s.nameOf}
		lines = append(lines, indent(draw.card("", card))...)
	}
	if d.Trouble != "" {
		lines = append(lines, "  > "+d.Trouble)
	}
	return strings.Join(lines, "\n")
}

// CardText draws a card as it looks untouched.
func CardText(raw json.RawMessage) string {
	card, err := decodeObject(raw)
	if err != nil {
		return ""
	}
	d := drawing{values: map[string]string{}, name: func(string) string { return "" }}
	v := newView(card, notBefore)
	for _, in := range walk(card).inputs {
		d.values[id(in.input)], _ = v.value(in.input)
	}
	return strings.Join(d.card("", card), "\n")
}

func (s *Server) nameOf(entraID string) string {
	u, _ := s.User(entraID)
	return u.Name
}

func indent(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = "  " + l
	}
	return out
}

// drawing draws a card with what stands in its inputs.
type drawing struct {
	values map[string]string
	open   []string
	name   func(entraID string) string
}

func (d drawing) card(path string, card obj) []string {
	out := d.elements(join(path, "body"), list(card, "body"))
	return append(out, d.actions(join(path, "actions"), list(card, "actions"))...)
}

func (d drawing) elements(path string, l []any) []string {
	var out []string
	for i, e := range l {
		o, _ := e.(obj)
		if flag(o, "isVisible", true) {
			out = append(out, d.element(index(path, i), o)...)
		}
	}
	return out
}

func (d drawing) element(path string, e obj) []string {
	var out []string
	switch str(e, "type") {
	case "TextBlock":
		out = strings.Split(str(e, "text"), "\n")
		if str(e, "style") == "heading" {
			out[0] = "# " + out[0]
		}
	case "RichTextBlock":
		var text strings.Builder
		for _, in := range list(e, "inlines") {
			if plain, ok := in.(string); ok {
				text.WriteString(plain)
			}
			text.WriteString(str(in, "text"))
		}
		out = strings.Split(text.String(), "\n")
	case "Image":
		out = []string{"[image: " + str(e, "altText") + "]"}
	case "ImageSet":
		out = d.elements(join(path, "images"), list(e, "images"))
	case "FactSet":
		for _, f := range list(e, "facts") {
			out = append(out, str(f, "title")+": "+str(f, "value"))
		}
	case "Container":
		out = d.elements(join(path, "items"), list(e, "items"))
	case "ColumnSet":
		out = row(d.parts(join(path, "columns"), list(e, "columns")))
	case "Table":
		for i, r := range list(e, "rows") {
			out = append(out, row(d.parts(join(index(join(path, "rows"), i), "cells"), list(r, "cells")))...)
		}
	case "ActionSet":
		return d.actions(join(path, "actions"), list(e, "actions"))
	case typeText, typeNumber, typeDate, typeTime, typeToggle, typeChoice:
		out = d.input(e)
	}
	if title := str(e["selectAction"], "title"); title != "" {
		out = append(out, "["+title+"]")
	}
	return out
}

// parts draws columns or cells, each to its own lines.
func (d drawing) parts(path string, l []any) [][]string {
	var out [][]string
	for i, p := range l {
		o, _ := p.(obj)
		if !flag(o, "isVisible", true) {
			continue
		}
		lines := d.elements(join(index(path, i), "items"), list(o, "items"))
		if title := str(o["selectAction"], "title"); title != "" {
			lines = append(lines, "["+title+"]")
		}
		out = append(out, lines)
	}
	return out
}

// row puts parts of one line each beside each other, longer ones below.
func row(parts [][]string) []string {
	if slices.ContainsFunc(parts, func(p []string) bool { return len(p) > 1 }) {
		return slices.Concat(parts...)
	}
	joined := strings.Join(slices.Concat(parts...), " | ")
	if joined == "" {
		return nil
	}
	return []string{joined}
}

func (d drawing) input(e obj) []string {
	value := d.values[id(e)]
	label := str(e, "label")
	switch str(e, "type") {
	case typeToggle:
		on, _ := toggleValues(e)
		box := "[ ] "
		if value == on {
			box = "[x] "
		}
		if label != "" {
			label += ": "
		}
		return []string{label + box + str(e, "title")}
	case typeChoice:
		var titles []string
		for v := range strings.SplitSeq(value, ",") {
			titles = append(titles, d.choice(e, v))
		}
		value = strings.Join(titles, ", ")
	}
	if label == "" {
		label = id(e)
	}
	return strings.Split(label+": <"+value+">", "\n")
}

// choice is what a client shows for a value: its title, or a person's name.
func (d drawing) choice(e obj, value string) string {
	if title, ok := choiceTitle(e, value); ok {
		return title
	}
	if name := d.name(value); name != "" && e["choices.data"] != nil {
		return name
	}
	return value
}

func (d drawing) actions(path string, l []any) []string {
	var titles, shown []string
	for i, a := range l {
		title := "[" + str(a, "title") + "]"
		if !flag(a, "isEnabled", true) {
			title = "(" + str(a, "title") + ")"
		}
		titles = append(titles, title)
		if at := index(path, i); slices.Contains(d.open, at) {
			shown = append(shown, indent(d.card(join(at, "card"), child(a, "card")))...)
		}
	}
	if len(titles) == 0 {
		return nil
	}
	return append([]string{strings.Join(titles, " ")}, shown...)
}
