package teams

import (
	"context"
	"strings"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
)

// drawForm renders a form as a card: the questions, then what sends them, what else
// can be done, and what puts the form away. It may be asked for anew, except while
// it has questions: that would take away what was typed.
func (a *Adapter) drawForm(ctx context.Context, op string, to bot.ChatUser, f card.Form) (outbound, error) {
	text := card.PlainText(f.Title, append(append([]card.Block{}, f.Blocks...), f.Tail...))
	return a.fit(ctx, op, summary(f.Title, text), text, func(d *drawer) {
		d.form = true
		d.title(f.Title)
		d.all(f.Blocks)
		for _, field := range f.Fields {
			d.field(field, f.Needed)
		}
		d.all(f.Tail)
		d.ends(f)
		if len(f.Fields) == 0 && f.Step != "" { // a last word stays the last
			d.refresh(to, f.Request)
		}
	})
}

// ends draws what sends the form, what else can be done, and what puts it away.
func (d *drawer) ends(f card.Form) {
	var actions []object
	sends := card.TidyLine(f.Submit)
	if sends != "" {
		p := d.mark
		p.Do, p.Form, p.Request, p.Step = doSubmit, true, f.Request, f.Step
		actions = append(actions, d.labelled(d.execute(doSubmit, p, true), card.Cut(sends, maxButton, nil), card.Button{Style: card.Primary}))
	}
	more := f.Buttons
	if s := card.TidyLine(f.Close); s != "" && sends != "" {
		more = append(append([]card.Button{}, more...), card.Button{Label: s, Action: card.ActClose, Request: f.Request})
	}
	var questions []object
	for _, b := range more {
		act, question := d.button(b)
		if act == nil {
			continue
		}
		actions = append(actions, act)
		if question != nil {
			questions = append(questions, question)
		}
	}
	for len(actions) > 0 {
		n := min(len(actions), maxRow)
		d.add(object{"type": "ActionSet", "actions": actions[:n]})
		actions = actions[n:]
	}
	d.add(questions...)
}

// field draws a question with its hint, or with what is wrong.
func (d *drawer) field(f card.Field, needed string) {
	in := input(f)
	in["id"], in["label"] = inputID(f), card.Cut(card.TidyLine(f.Label), maxLabel, nil)
	if !f.Optional {
		in["isRequired"] = true
		in["errorMessage"] = card.Cut(card.TidyLine(needed), maxLabel, nil)
	}
	d.add(in)
	wrong, hint := card.TidyLine(f.Error), strings.TrimSpace(card.Tidy(f.Hint))
	switch {
	case wrong != "":
		d.add(paragraphs([]card.Run{{Text: "✕ " + wrong, Bold: true}}, d.limit, object{"spacing": "Small"}, object{"color": "Attention"})...)
	case hint != "":
		d.add(paragraphs([]card.Run{{Text: hint}}, d.limit, object{"spacing": "Small"}, object{"size": "Small", "isSubtle": true})...)
	}
}

func input(f card.Field) object {
	in := object{}
	if p := card.TidyLine(f.Placeholder); p != "" && f.Kind != card.Choice {
		in["placeholder"] = card.Cut(p, maxLabel, nil)
	}
	switch f.Kind {
	case card.Choice:
		in["type"], in["choices"], in["wrap"] = "Input.ChoiceSet", choices(f.Options), true
		in["style"] = "compact"
		if len(f.Options) <= maxExpanded {
			in["style"] = "expanded"
		}
		in["value"] = strings.Join(values(f), ",")
	case card.OnePerson, card.People:
		pick(in, f, datasetUsers)
	case card.OneSite:
		pick(in, f, datasetSites)
	case card.Date:
		in["type"] = "Input.Date"
		if v := values(f); len(v) == 1 {
			if _, err := time.Parse(time.DateOnly, v[0]); err == nil {
				in["value"] = v[0]
			}
		}
	default: // Line and Lines
		in["type"], in["isMultiline"] = "Input.Text", f.Kind == card.Lines
		if f.MaxLength > 0 {
			in["maxLength"] = f.MaxLength
		}
		in["value"] = card.Tidy(strings.Join(values(f), "\n"))
	}
	if in["value"] == "" {
		delete(in, "value")
	}
	return in
}

// pick is a list that is searched while one types ("People Picker in Adaptive
// Cards"; "Typeahead search in Adaptive Cards"). Those who are picked already stand
// among its choices, by name.
func pick(in object, f card.Field, dataset string) {
	in["type"], in["choices"] = "Input.ChoiceSet", choices(f.Value)
	in["choices.data"] = object{"type": "Data.Query", "dataset": dataset}
	if f.Kind == card.OneSite {
		in["style"] = "filtered"
	}
	in["isMultiSelect"] = f.Kind == card.People
	in["value"] = strings.Join(values(f), ",")
}

func choices(os []card.Option) []object {
	out := []object{}
	for _, o := range os {
		if o.Value != "" {
			out = append(out, object{"title": choiceTitle(o), "value": o.Value})
		}
	}
	return out
}

// choiceTitle is an option with its hint on one line.
func choiceTitle(o card.Option) string {
	t := card.TidyLine(o.Label)
	if t == "" {
		t = card.TidyLine(o.Value)
	}
	if h := card.TidyLine(o.Hint); h != "" {
		t += " – " + h
	}
	return card.Cut(t, maxLabel, nil)
}

func values(f card.Field) []string {
	var out []string
	for _, o := range f.Value {
		if o.Value != "" {
			out = append(out, o.Value)
		}
	}
	return out
}
