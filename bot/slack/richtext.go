package slack

import (
	"strings"

	"github.com/slack-go/slack"

	"guestsite/bot/card"
)

// listElement is a rich_text_list with only the fields that we use; slack-go's own
// type also sends offset and border.
type listElement struct {
	Type     slack.RichTextElementType `json:"type"`
	Style    string                    `json:"style"`
	Elements []slack.RichTextElement   `json:"elements"`
}

// RichTextElementType is "rich_text_list".
func (l *listElement) RichTextElementType() slack.RichTextElementType { return l.Type }

// leaves turns runs into rich_text leaves. Slack does not parse their text, so
// nothing in it can become a mention, a link or markup ("Rich text block"). At
// most limit characters come out; it returns how many did.
func leaves(runs []card.Run, limit int) ([]slack.RichTextSectionElement, int) {
	var out []slack.RichTextSectionElement
	used := 0
	for _, r := range runs {
		text := tidy(r.Text)
		if text == "" && r.Link == "" {
			continue
		}
		left := limit - used
		if left <= 1 {
			break
		}
		text = cut(text, left)
		used += textWeight(text)
		style := runStyle(r)
		if link, ok := webURL(r.Link); ok {
			if strings.TrimSpace(text) == "" {
				text = ""
			}
			out = append(out, slack.NewRichTextSectionLinkElement(link, text, style))
		} else if text != "" {
			out = append(out, slack.NewRichTextSectionTextElement(text, style))
		}
	}
	return out, used
}

func runStyle(r card.Run) *slack.RichTextSectionTextStyle {
	if !r.Bold && !r.Italic && !r.Code {
		return nil
	}
	return &slack.RichTextSectionTextStyle{Bold: r.Bold, Italic: r.Italic, Code: r.Code}
}

func richSection(runs []card.Run, limit int) (*slack.RichTextBlock, int) {
	l, used := leaves(runs, limit)
	if len(l) == 0 {
		return nil, 0
	}
	return slack.NewRichTextBlock("", slack.NewRichTextSection(l...)), used
}

func richQuote(runs []card.Run, limit int) (*slack.RichTextBlock, int) {
	l, used := leaves(runs, limit)
	if len(l) == 0 {
		return nil, 0
	}
	return slack.NewRichTextBlock("", &slack.RichTextQuote{Type: slack.RTEQuote, Elements: l}), used
}

// richList draws a list. Lines that bring their own symbols are drawn as one
// section, since a list would put a bullet before each.
func richList(l card.List, limit int) (*slack.RichTextBlock, int) {
	items, used := richItems(l.Items, limit)
	if len(items) == 0 {
		return nil, 0
	}
	if l.Marks == card.OwnMarks {
		var lines []slack.RichTextSectionElement
		for i, it := range items {
			if i > 0 {
				lines = append(lines, slack.NewRichTextSectionTextElement("\n", nil))
				used++
			}
			lines = append(lines, it...)
		}
		return slack.NewRichTextBlock("", slack.NewRichTextSection(lines...)), used
	}
	e := &listElement{Type: slack.RTEList, Style: "bullet"}
	if l.Marks == card.Numbers {
		e.Style = "ordered"
	}
	for _, it := range items {
		e.Elements = append(e.Elements, slack.NewRichTextSection(it...))
	}
	return slack.NewRichTextBlock("", e), used
}

// richItems turns lines into leaves. What does not fit is left out whole, and the
// last line is then "…".
func richItems(items [][]card.Run, limit int) ([][]slack.RichTextSectionElement, int) {
	var out [][]slack.RichTextSectionElement
	used := 0
	for i, runs := range items {
		e, n := leaves(runs, limit)
		if len(e) == 0 {
			continue
		}
		if used > 0 && used+n > limit || len(out) == maxRichItems-1 && i < len(items)-1 {
			return append(out, []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement(ellipsis, nil)}), used
		}
		used += n
		out = append(out, e)
	}
	return out, used
}

func plainRuns(runs []card.Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(tidy(r.Text))
	}
	return b.String()
}

func hasLink(runs []card.Run) bool {
	for _, r := range runs {
		if r.Link != "" {
			return true
		}
	}
	return false
}
