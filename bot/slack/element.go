package slack

import (
	"strings"

	"github.com/slack-go/slack"

	"guestsite/bot/card"
)

// actionPrefix begins the action_id of an input; its kind follows.
const actionPrefix = "v."

func fieldElement(f card.Field) slack.BlockElement {
	id := actionPrefix + string(f.Kind)
	var hint *slack.TextBlockObject
	if p := line(f.Placeholder); p != "" {
		hint = plainText(cut(p, maxPlaceholder))
	}
	switch f.Kind {
	case card.Choice:
		return choice(f, id, hint)
	case card.OnePerson, card.OneSite:
		e := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, hint, id)
		n := minPersonQuery
		if f.Kind == card.OneSite {
			n = minSiteQuery
		}
		e.MinQueryLength = &n
		if len(f.Value) > 0 && f.Value[0].Value != "" {
			e.InitialOption = option(f.Value[0])
		}
		return e
	case card.People:
		e := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeExternal, hint, id).
			WithMinQueryLength(minPersonQuery)
		for _, o := range f.Value {
			if o.Value != "" && len(e.InitialOptions) < maxOptions {
				e.InitialOptions = append(e.InitialOptions, option(o))
			}
		}
		return e
	case card.Date:
		e := slack.NewDatePickerBlockElement(id)
		e.Placeholder, e.InitialDate = hint, fieldDate(f)
		return e
	default: // Line and Lines
		e := slack.NewPlainTextInputBlockElement(hint, id)
		e.Multiline = f.Kind == card.Lines
		e.MaxLength = inputLimit(f)
		e.InitialValue = fieldText(f)
		return e
	}
}

// choice draws a few options open, with their hints, and many as a menu. A value
// that is not among the options is not preset: Slack would refuse the form.
func choice(f card.Field, id string, hint *slack.TextBlockObject) slack.BlockElement {
	var options []*slack.OptionBlockObject
	var preset *slack.OptionBlockObject
	for _, o := range f.Options {
		drawn := option(o)
		options = append(options, drawn)
		if len(f.Value) > 0 && f.Value[0].Value == o.Value {
			preset = drawn
		}
	}
	if len(options) <= maxRadio {
		e := slack.NewRadioButtonsBlockElement(id, options...)
		e.InitialOption = preset
		return e
	}
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, hint, id, options...)
	e.InitialOption = preset
	return e
}

func option(o card.Option) *slack.OptionBlockObject {
	label := line(o.Label)
	if label == "" {
		label = line(o.Value)
	}
	var hint *slack.TextBlockObject
	if h := line(o.Hint); h != "" {
		hint = plainText(cut(h, maxOptionText))
	}
	return slack.NewOptionBlockObject(o.Value, plainText(cut(label, maxOptionText)), hint)
}

// kindOf reads the kind of field back from an action_id.
func kindOf(actionID string) (card.FieldKind, bool) {
	k, ok := strings.CutPrefix(actionID, actionPrefix)
	switch kind := card.FieldKind(k); kind {
	case card.Line, card.Lines, card.Choice, card.OnePerson, card.People, card.Date, card.OneSite:
		return kind, ok
	}
	return "", false
}
