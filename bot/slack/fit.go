package slack

import (
	"github.com/slack-go/slack"

	"guestsite/bot/card"
)

// fit brings blocks down to a number: it joins texts that follow each other, and
// when that does not suffice leaves some out before the last buttons, with "…" in
// their place.
func fit(bs []slack.Block, limit int) []slack.Block {
	if len(bs) <= limit {
		return bs
	}
	if bs = joinTexts(bs); len(bs) <= limit {
		return bs
	}
	tail := len(bs)
	for tail > 0 && len(bs)-tail < limit/5 && !isText(bs[tail-1]) {
		tail--
	}
	gap, _ := richSection([]card.Run{{Text: ellipsis}}, maxText)
	out := append([]slack.Block{}, bs[:limit-1-(len(bs)-tail)]...)
	out = append(out, gap)
	return append(out, bs[tail:]...)
}

func isText(b slack.Block) bool {
	_, ok := b.(*slack.RichTextBlock)
	return ok
}

func joinTexts(bs []slack.Block) []slack.Block {
	var out []slack.Block
	for _, b := range bs {
		next, ok := b.(*slack.RichTextBlock)
		if ok && len(out) > 0 {
			if last, ok := out[len(out)-1].(*slack.RichTextBlock); ok {
				last.Elements = append(last.Elements, next.Elements...)
				continue
			}
		}
		out = append(out, b)
	}
	return out
}
