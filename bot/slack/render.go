package slack

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"guestsite/bot/card"
)

// message is a card as Slack takes it.
type message struct {
	Text   string        // complete and escaped
	Blocks []slack.Block // none: Text alone
}

// renderCard draws a card. Foreign text only comes into plain_text and rich_text,
// which Slack does not parse; no mrkdwn object is ever drawn.
func renderCard(c card.Card) message {
	var blocks []slack.Block
	for limit := maxText; ; limit /= 2 {
		d := drawer{limit: limit}
		d.title(c)
		d.all(c.Blocks)
		blocks = d.blocks
		if d.used <= maxMessageRunes || limit < 200 {
			break
		}
	}
	blocks = withRichText(fit(blocks, maxMessageBlocks-1), c)
	nameBlocks(blocks)
	return message{Text: escape(strings.TrimSpace(tidy(c.Text)), maxMessageText), Blocks: blocks}
}

// drawer collects blocks; limit bounds the text of each one.
type drawer struct {
	limit  int
	used   int
	blocks []slack.Block
}

func (d *drawer) title(c card.Card) {
	if t := line(c.Title); t != "" {
		d.add(slack.NewHeaderBlock(plainText(cut(t, maxHeader))), textWeight(t))
	}
}

func (d *drawer) add(b slack.Block, used int) {
	d.blocks = append(d.blocks, b)
	d.used += used
}

func (d *drawer) rich(b *slack.RichTextBlock, used int) {
	if b != nil {
		d.add(b, used)
	}
}

func (d *drawer) all(bs []card.Block) {
	for _, b := range bs {
		switch b := b.(type) {
		case card.Text:
			d.rich(richSection(b.Runs, d.limit))
		case card.Quote:
			d.rich(richQuote(b.Runs, d.limit))
		case card.List:
			d.rich(richList(b, d.limit))
		case card.Note:
			d.note(b)
		case card.Divider:
			d.add(slack.NewDividerBlock(), 0)
		case card.Actions:
			d.buttons(b.Buttons)
		}
	}
}

// note draws small print. A context block cannot hold a link without mrkdwn, so a
// note with a link is drawn as ordinary text.
func (d *drawer) note(n card.Note) {
	if hasLink(n.Runs) {
		d.rich(richSection(n.Runs, d.limit))
		return
	}
	if t := strings.TrimSpace(plainRuns(n.Runs)); t != "" {
		t = cut(t, d.limit)
		d.add(slack.NewContextBlock("", plainText(t)), textWeight(t))
	}
}

// buttons draws rows of at most five. A second primary button in a row is drawn
// plain, as Slack asks.
func (d *drawer) buttons(bs []card.Button) {
	for len(bs) > 0 {
		row := bs[:min(len(bs), maxButtonsInRow)]
		bs = bs[len(row):]
		elements := make([]slack.BlockElement, 0, len(row))
		primary := false
		for i, b := range row {
			e := drawButton(i, b)
			if e.Style == slack.StylePrimary && primary {
				e.Style = slack.StyleDefault
			}
			primary = primary || e.Style == slack.StylePrimary
			elements = append(elements, e)
		}
		d.add(slack.NewActionBlock("", elements...), 0)
	}
}

// drawButton draws one button. Its action_id begins with "a." when it asks us for
// something and with "l." when it only opens a page.
func drawButton(i int, b card.Button) *slack.ButtonBlockElement {
	e := &slack.ButtonBlockElement{
		Type: slack.METButton,
		Text: plainText(cut(line(b.Label), maxButtonText)),
	}
	if b.Action != "" {
		e.ActionID = fmt.Sprintf("a.%d.%s", i, b.Action)
		e.Value = encodeButton(b)
	} else {
		e.ActionID = fmt.Sprintf("l.%d", i)
	}
	if u, ok := webURL(b.URL); ok {
		e.URL = u
	}
	if s := line(b.Spoken); s != "" {
		e.AccessibilityLabel = cut(s, maxSpoken)
	}
	switch b.Style {
	case card.Primary:
		e.Style = slack.StylePrimary
	case card.Danger:
		e.Style = slack.StyleDanger
	case card.Plain:
	}
	if c := b.Confirm; c != nil {
		e.Confirm = slack.NewConfirmationBlockObject(
			plainText(cut(line(c.Title), maxConfirmTitle)),
			plainText(cut(strings.TrimSpace(tidy(c.Text)), maxConfirmText)),
			plainText(cut(line(c.Yes), maxConfirmButton)),
			plainText(cut(line(c.No), maxConfirmButton)))
		if b.Style == card.Danger {
			e.Confirm.Style = slack.StyleDanger
		}
	}
	return e
}

// plainText shows exactly what it is given: ":smile:" stays as typed.
func plainText(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

// withRichText makes sure that a message has a rich_text block. chat.update
// refuses to replace rich_text by other kinds (block_mismatch), so a card that
// ever has one must always have one.
func withRichText(bs []slack.Block, c card.Card) []slack.Block {
	for _, b := range bs {
		if _, ok := b.(*slack.RichTextBlock); ok {
			return bs
		}
	}
	if len(bs) > 0 {
		if _, ok := bs[0].(*slack.HeaderBlock); ok {
			b, _ := richSection([]card.Run{{Text: line(c.Title), Bold: true}}, maxHeader)
			bs[0] = b
			return bs
		}
	}
	if b, _ := richSection([]card.Run{{Text: strings.TrimSpace(c.Text)}}, maxText); b != nil {
		return append([]slack.Block{b}, bs...)
	}
	return bs
}

// nameBlocks gives every block that has none an id that is new whenever anything
// shown is new ("block_id … if a message is updated, use a new block_id").
func nameBlocks(bs []slack.Block) {
	h := fnv.New64a()
	_ = json.NewEncoder(h).Encode(bs) // our own types always encode
	seed := strconv.FormatUint(h.Sum64(), 36)
	for i, b := range bs {
		id := "b." + seed + "." + strconv.Itoa(i)
		switch b := b.(type) {
		case *slack.HeaderBlock:
			b.BlockID = id
		case *slack.RichTextBlock:
			b.BlockID = id
		case *slack.ContextBlock:
			b.BlockID = id
		case *slack.DividerBlock:
			b.BlockID = id
		case *slack.ActionBlock:
			b.BlockID = id
		}
	}
}
