package teams

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"strconv"
	"strings"

	"guestsite/bot"
	"guestsite/bot/card"
)

// draw renders a card for its reader. With live it may be asked for anew, by its
// reader's client alone.
func (a *Adapter) draw(ctx context.Context, op string, to bot.ChatUser, c card.Card, live bool) (outbound, error) {
	return a.fit(ctx, op, summary(c.Title, c.Text), c.Text, func(d *drawer) {
		d.title(c.Title)
		d.all(c.Blocks)
		if live {
			d.refresh(to, "")
		}
	})
}

// fit draws until the card is small enough: first without what only old clients
// need, then with shorter and shorter texts, and at last it leaves elements out
// before the last buttons, with "…" in their place.
func (a *Adapter) fit(ctx context.Context, op, summary, text string, draw func(*drawer)) (outbound, error) {
	text = card.Cut(strings.TrimSpace(card.Tidy(text)), maxFallback, nil)
	mark := payload{Mark: payloadMark, Drawn: a.mark()}
	for limit, lean := maxText, false; limit >= minText; lean = true {
		d := &drawer{limit: limit, mark: mark, lean: lean}
		draw(d)
		raw, err := d.json(text)
		if err != nil {
			return outbound{}, err
		}
		for !small(raw) && limit/2 < minText && d.shorten() {
			if raw, err = d.json(card.Cut(text, minText, nil)); err != nil {
				return outbound{}, err
			}
		}
		if small(raw) {
			return outbound{Card: raw, Summary: summary}, nil
		}
		if lean {
			limit /= 2
		}
	}
	a.log.LogAttrs(ctx, slog.LevelError, "teams: a card is too large, only its text is sent", slog.String("op", op))
	only := &drawer{limit: maxText}
	only.all([]card.Block{card.Text{Runs: []card.Run{{Text: text}}}})
	raw, err := only.json(card.Cut(text, maxText, nil))
	return outbound{Card: raw, Summary: summary}, err
}

// summary is what a notification shows: the title, or the first line.
func summary(title, text string) string {
	s := card.TidyLine(title)
	for l := range strings.Lines(card.Tidy(text)) {
		if s != "" {
			break
		}
		s = card.TidyLine(l)
	}
	return card.Cut(s, maxSummary, nil)
}

// drawer collects the elements of a card; limit bounds the text of each block.
type drawer struct {
	limit int
	mark  payload // what every action of this drawing has in common
	form  bool    // it is a form: its buttons may take the answers along
	lean  bool    // without what only old clients need
	body  []object
	again object // the refresh
	apart bool   // a divider goes before the next element
	asks  int    // questions before a click, to name them
}

func (d *drawer) json(text string) (json.RawMessage, error) {
	c := object{
		"type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "version": "1.5",
		"body": d.body, "msteams": object{"width": "full"},
	}
	if text != "" {
		c["fallbackText"] = text
	}
	if d.again != nil {
		c["refresh"] = d.again
	}
	return compact(c)
}

// shorten leaves out the last element that is no row of buttons and no question;
// false when there is none.
func (d *drawer) shorten() bool {
	for i := len(d.body) - 1; i > 0; i-- {
		if d.body[i]["type"] == "RichTextBlock" {
			gap := paragraphs([]card.Run{{Text: card.Ellipsis}}, 1, nil, nil)[0]
			if n := i + 1; n < len(d.body) && isGap(d.body[n]) {
				d.body = append(d.body[:i], d.body[n:]...)
				return true
			}
			if isGap(d.body[i]) {
				continue
			}
			d.body[i] = gap
			return true
		}
	}
	return false
}

func isGap(o object) bool {
	l, ok := o["inlines"].([]object)
	return ok && len(l) == 1 && l[0]["text"] == card.Ellipsis
}

func (d *drawer) add(os ...object) {
	for _, o := range os {
		if d.apart {
			o["separator"], o["spacing"] = true, "Medium"
			d.apart = false
		}
		d.body = append(d.body, o)
	}
}

func (d *drawer) title(t string) {
	if t = card.TidyLine(t); t != "" {
		d.add(paragraphs([]card.Run{{Text: t, Bold: true}}, maxTitle, nil, object{"size": "Medium"})...)
	}
}

func (d *drawer) all(bs []card.Block) {
	for _, b := range bs {
		switch b := b.(type) {
		case card.Text:
			d.add(paragraphs(b.Runs, d.limit, nil, nil)...)
		case card.Quote:
			if items := paragraphs(b.Runs, d.limit, nil, object{"italic": true}); len(items) > 0 {
				d.add(object{"type": "Container", "style": "emphasis", "items": items})
			}
		case card.List:
			d.list(b)
		case card.Note:
			d.add(paragraphs(b.Runs, d.limit, nil, object{"size": "Small", "isSubtle": true})...)
		case card.Divider:
			d.apart = len(d.body) > 0
		case card.Actions:
			d.buttons(b.Buttons)
		}
	}
}

// list draws a line an item. What does not fit is left out whole, and the last line
// is then "…".
func (d *drawer) list(l card.List) {
	left := d.limit
	for i, runs := range l.Items {
		switch l.Marks {
		case card.Numbers:
			runs = append([]card.Run{{Text: strconv.Itoa(i+1) + ". "}}, runs...)
		case card.Bullets:
			runs = append([]card.Run{{Text: "• "}}, runs...)
		case card.OwnMarks:
		}
		set := object{"spacing": "Small"}
		n := 0
		for _, r := range runs {
			n += len([]rune(r.Text))
		}
		if n > left {
			d.add(paragraphs([]card.Run{{Text: card.Ellipsis}}, 1, set, nil)...)
			return
		}
		left -= n
		d.add(paragraphs(runs, d.limit, set, nil)...)
	}
}

// refresh lets the reader's client, and no other, ask for the card as it stands
// ("Universal Actions: refresh"). At most 60 may be listed; ours go to one.
func (d *drawer) refresh(to bot.ChatUser, request string) {
	p := d.mark
	p.Do, p.Request = doLook, request
	d.again = object{
		"action":  object{"type": "Action.Execute", "verb": doLook, "data": object{payloadKey: p}},
		"userIds": []string{"8:orgid:" + to.ID},
	}
}

// buttons draws rows.
func (d *drawer) buttons(bs []card.Button) {
	for len(bs) > 0 {
		row := bs[:min(len(bs), maxRow)]
		bs = bs[len(row):]
		var actions, questions []object
		for _, b := range row {
			act, question := d.button(b)
			if act == nil {
				continue
			}
			actions = append(actions, act)
			if question != nil {
				questions = append(questions, question)
			}
		}
		if len(actions) > 0 {
			d.add(object{"type": "ActionSet", "actions": actions})
		}
		d.add(questions...)
	}
}

// button draws one button, and the question that it opens where it asks once more;
// nothing where it would lead to what is no web page.
func (d *drawer) button(b card.Button) (action, question object) {
	label := card.Cut(card.TidyLine(b.Label), maxButton, nil)
	if b.Action == "" {
		u, ok := webURL(b.URL)
		if !ok {
			return nil, nil
		}
		return d.labelled(object{"type": "Action.OpenUrl", "url": u}, label, b), nil
	}
	p := d.mark
	p.Do, p.Action, p.Request, p.Part, p.Version, p.Value, p.Form = doPress, string(b.Action), b.Request, b.Part, b.Version, b.Value, d.form
	// A question unanswered must not keep somebody from going back; what changes the
	// answers takes them along.
	inputs := d.form && (b.Action == card.ActSwap || b.Action == card.ActLeave)
	act := d.labelled(d.execute(doPress, p, inputs), label, b)
	if b.Confirm == nil {
		return act, nil
	}
	d.asks++
	id := fmt.Sprintf("ask%d", d.asks)
	toggle := func() object { return object{"type": "Action.ToggleVisibility", "targetElements": []string{id}} }
	act["title"] = card.Cut(card.TidyLine(b.Confirm.Yes), maxButton, nil)
	if old, ok := act["fallback"].(object); ok {
		old["title"] = act["title"]
	}
	no := toggle()
	no["title"] = card.Cut(card.TidyLine(b.Confirm.No), maxButton, nil)
	items := paragraphs([]card.Run{{Text: card.TidyLine(b.Confirm.Title), Bold: true}}, maxTitle, nil, nil)
	items = append(items, paragraphs([]card.Run{{Text: b.Confirm.Text}}, d.limit, nil, nil)...)
	items = append(items, object{"type": "ActionSet", "actions": []object{act, no}})
	return d.labelled(toggle(), label, b), object{"type": "Container", "id": id, "isVisible": false, "style": "emphasis", "items": items}
}

// execute is an action whose answer is the clicker's card; a client that is too old
// for it sends a message instead.
func (d *drawer) execute(verb string, p payload, inputs bool) object {
	data := object{payloadKey: p}
	act := object{"type": "Action.Execute", "verb": verb, "data": data}
	if !inputs {
		act["associatedInputs"] = "none"
	}
	if !d.lean {
		old := maps.Clone(act)
		old["type"] = "Action.Submit"
		delete(old, "verb")
		act["fallback"] = old
	}
	return act
}

// labelled gives an action its label, weight and spoken text, and its fallback the
// same.
func (d *drawer) labelled(act object, label string, b card.Button) object {
	act["title"] = label
	switch b.Style {
	case card.Primary:
		act["style"] = "positive"
	case card.Danger:
		act["style"] = "destructive"
	case card.Plain:
	}
	if s := card.TidyLine(b.Spoken); s != "" && s != label {
		act["tooltip"] = card.Cut(s, maxTooltip, nil)
	}
	if old, ok := act["fallback"].(object); ok {
		old["title"] = label
	}
	return act
}
