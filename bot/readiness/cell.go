package readiness

import (
	"strings"
	"unicode/utf8"
)

// edges are characters that stand around an address or a name by accident.
const edges = " \t\"'`<>()[],;:.*•·"

// straight makes of a pasted text what a keyboard would have typed: plain
// quotes, spaces and separators, and no marks of its encoding.
var straight = strings.NewReplacer(
	"\ufeff", "",
	"\u00a0", " ", "\u202f", " ", "\u2007", " ", "\u3000", " ",
	"“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "‚", "'",
	"，", ",", "；", ";", "＠", "@", "＜", "<", "＞", ">",
	"&lt;", "<", "&gt;", ">", "&amp;", "&",
)

func tidy(s string) string {
	if isASCII(s) && strings.IndexByte(s, '&') < 0 {
		return strings.TrimSpace(s)
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	return strings.TrimSpace(straight.Replace(s))
}

// cells splits a line at any of the separators, but not inside quotes or angle
// brackets. A quote that never closes counts as a letter, and so does a bracket.
func cells(row, separators string) []string {
	if !strings.ContainsAny(row, separators) {
		return []string{row}
	}
	var out []string
	start := 0
	// Where the last of each closing mark stands, so that a text of nothing but
	// opening ones is not searched again and again.
	quote, bracket := strings.LastIndexByte(row, '"'), strings.LastIndexByte(row, '>')
	for i := 0; i < len(row); i++ {
		switch ch := row[i]; {
		case ch == '"' && i < quote:
			i += 1 + strings.IndexByte(row[i+1:], '"')
		case ch == '<' && i < bracket:
			i += 1 + strings.IndexByte(row[i+1:], '>')
		case strings.IndexByte(separators, ch) >= 0:
			out = append(out, row[start:i])
			start = i + 1
		}
	}
	return append(out, row[start:])
}

// people splits a cell that holds several addresses without a separator:
// "a@x b@y" and "Anna <a@x> Jan <b@y>".
func people(cell string) []string {
	if strings.Count(cell, "@") < 2 {
		return []string{cell}
	}
	if strings.Contains(cell, ">") {
		var out []string
		for cell != "" {
			i := strings.IndexByte(cell, '>')
			if i < 0 {
				break
			}
			for i+1 < len(cell) && cell[i+1] == '>' {
				i++
			}
			out = append(out, cell[:i+1])
			cell = cell[i+1:]
		}
		return append(out, cell)
	}
	words := strings.Fields(cell)
	with := 0
	for _, w := range words {
		if strings.Contains(w, "@") {
			with++
		}
	}
	if with < 2 {
		return []string{cell}
	}
	var out []string
	start := 0
	for i, w := range words {
		if strings.Contains(w, "@") { // words before an address are its name
			out = append(out, strings.Join(words[start:i+1], " "))
			start = i + 1
		}
	}
	if start < len(words) {
		out = append(out, strings.Join(words[start:], " "))
	}
	return out
}

// splitCell takes a cell apart into name and bare address.
func splitCell(cell string) (name, mail string) {
	cell = strings.TrimSpace(cell)
	if open := strings.IndexByte(cell, '<'); open >= 0 {
		inner, rest, closed := strings.Cut(cell[open:], ">")
		if strings.Contains(rest, "@") || !closed && open > 0 && cell[open-1] != ' ' {
			return "", cell // two addresses are not one, and neither is half of one
		}
		if name = cell[:open]; strings.Contains(name, "@") {
			name = ""
		}
		return name, bare(inner)
	}
	if at := strings.LastIndexByte(cell, '@'); at >= 0 {
		// A name may stand before the address, or behind it in brackets.
		front := strings.LastIndexAny(cell[:at], " \t") + 1
		back := len(cell)
		if i := strings.IndexAny(cell[at:], " \t("); i >= 0 {
			back = at + i
		}
		if front > 0 || back < len(cell) {
			before, after := strings.Trim(cell[:front], edges), strings.Trim(cell[back:], edges)
			if !strings.Contains(before+after, "@") {
				return strings.TrimSpace(before + " " + after), bare(cell[front:back])
			}
		}
	}
	return "", bare(cell)
}

// bare takes away what stands around an address: brackets, quotes, "mailto:",
// a chat's second copy behind a bar, a mail link's subject, full stops.
func bare(s string) string {
	s = trimAddress(s)
	if len(s) >= 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
		if i := strings.IndexAny(s, "|?"); i >= 0 {
			s = s[:i]
		}
	}
	if front, back, ok := strings.Cut(s, "|"); ok && strings.EqualFold(front, back) {
		s = front
	}
	return trimAddress(s)
}

// trimAddress leaves a dot in front: it is not an accident that may be mended,
// since without it the address is another one.
func trimAddress(s string) string {
	return strings.TrimRight(strings.TrimLeft(s, strings.ReplaceAll(edges, ".", "")), edges)
}
