package teams

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"guestsite/bot"
	"guestsite/bot/card"
)

// invoke takes what is answered in the response: a button of a card, a card that is
// shown anew, and what is typed into a list.
func (a *Adapter) invoke(ctx context.Context, x exchange) {
	switch x.Name {
	case "adaptiveCard/action":
		a.answer(x, a.execute(ctx, x))
	case "application/search":
		a.search(ctx, x)
	default:
		a.log.InfoContext(ctx, "teams: an invoke was ignored", "name", bounded(x.Name))
		http.Error(x.w, http.StatusText(http.StatusNotImplemented), http.StatusNotImplemented)
	}
}

// invokeAnswer is the body of an answer to adaptiveCard/action ("Universal Actions:
// response format"). An empty or wrong one shows "Unable to reach app", and the
// click is sent again.
type invokeAnswer struct {
	StatusCode int    `json:"statusCode"`
	Type       string `json:"type"`
	Value      any    `json:"value"`
}

func cardAnswer(drawn json.RawMessage) invokeAnswer {
	return invokeAnswer{http.StatusOK, cardType, drawn}
}

// noteAnswer is a short line under the card, which stays.
func noteAnswer(text string) invokeAnswer {
	return invokeAnswer{http.StatusOK, "application/vnd.microsoft.activity.message", card.Cut(card.Tidy(text), maxNote, nil)}
}

func (a *Adapter) answer(x exchange, v invokeAnswer) { writeJSON(x.w, v) }

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v) // the connector hung up: nobody reads an error
}

// executed is the value of an adaptiveCard/action ("Universal Actions: invoke").
type executed struct {
	Action struct {
		Data json.RawMessage `json:"data"`
	} `json:"action"`
	Trigger string `json:"trigger"` // absent in emulators; "automatic" for a refresh
}

// execute takes a button and gives the clicker's copy of the card.
func (a *Adapter) execute(ctx context.Context, x exchange) invokeAnswer {
	var v executed
	raw, err := unquoted(x.Value)
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	if err != nil {
		return a.sorryNote(ctx, x, &bot.Error{Code: bot.Invalid, Op: "teams: read action", Detail: "no action"})
	}
	in, p, err := a.acted(x, v.Action.Data)
	if err != nil {
		return a.sorryNote(ctx, x, err)
	}
	if p.Do == doLook || v.Trigger == "automatic" {
		return a.look(ctx, x, p.Request, "card_unknown")
	}
	ans, err := x.handle(ctx, in)
	if err != nil {
		return a.sorryNote(ctx, x, err)
	}
	return a.react(ctx, x, p, ans)
}

// acted decodes a button or a sent form of a card.
func (a *Adapter) acted(x exchange, data json.RawMessage) (bot.Inbound, payload, error) {
	p, values, err := readPayload(data)
	if err != nil {
		return bot.Inbound{}, p, err
	}
	ref, ok := messageRef(x.user, x.Conversation.ID, x.ReplyToID)
	if !ok {
		return bot.Inbound{}, p, &bot.Error{Code: bot.Invalid, Op: "teams: read action", Detail: "no message"}
	}
	in := a.event(x, p.key(x.user, x.ReplyToID, values))
	if p.Do == doSubmit {
		in.Submit = &bot.Submit{Form: ref, Request: p.Request, Step: p.Step, Values: values}
		return in, p, nil
	}
	in.Press = &bot.Press{
		Action: card.Action(p.Action), Request: p.Request, Part: p.Part, Version: p.Version, Value: p.Value,
	}
	if p.Form {
		in.Press.Form, in.Press.Values = ref, values
	} else {
		in.Press.Card = ref
	}
	return in, p, nil
}

// react turns an answer into the clicker's copy. A form that takes the place of
// another is recorded as shown only after that, so that what was found out
// meanwhile is drawn over it.
func (a *Adapter) react(ctx context.Context, x exchange, p payload, ans bot.Answer) invokeAnswer {
	ref, _ := messageRef(x.user, x.Conversation.ID, x.ReplyToID)
	switch f := firstForm(ans.Update, ans.Again, ans.Close); {
	case ans.Open != nil:
		if err := a.openFor(ctx, x, *ans.Open); err != nil {
			return a.sorryNote(ctx, x, err)
		}
		return noteAnswer(x.door.Line(ctx, x.user, bot.LineOpened).Text)
	case f != nil:
		drawn, err := a.drawForm(ctx, "answer a form", x.user, *f)
		if err != nil {
			return a.sorryNote(ctx, x, err)
		}
		switch {
		case ans.Update != nil && f.Request != "":
			a.later(ctx, func(ctx context.Context) { a.opened(ctx, x, f.Request, ref) })
		case ans.Close != nil: // on his other devices too
			a.later(ctx, func(ctx context.Context) { a.shown(ctx, a.UpdateForm(ctx, ref, *f)) })
		}
		return cardAnswer(drawn.Card)
	case ans.Whisper != nil:
		if plainLine(*ans.Whisper) {
			return noteAnswer(ans.Whisper.Text)
		}
		a.tell(ctx, personalHandle(x.user), *ans.Whisper)
		return noteAnswer(x.door.Line(ctx, x.user, bot.LineNoted).Text)
	}
	return a.look(ctx, x, p.Request, bot.LineNoted)
}

// look gives the card or form as it stands now, or a line where it is not known.
func (a *Adapter) look(ctx context.Context, x exchange, request string, otherwise bot.Line) invokeAnswer {
	ctx, cancel := context.WithTimeoutCause(ctx, handleTime, errors.New("the look took too long"))
	defer cancel()
	ref, ok := messageRef(x.user, x.Conversation.ID, x.ReplyToID)
	if !ok {
		return noteAnswer(x.door.Line(ctx, x.user, otherwise).Text)
	}
	s, err := x.door.Look(ctx, x.user, ref, request)
	if err != nil {
		return a.sorryNote(ctx, x, err)
	}
	var drawn outbound
	switch {
	case s.Card != nil:
		drawn, err = a.draw(ctx, "show a card", x.user, *s.Card, true)
	case s.Form != nil:
		drawn, err = a.drawForm(ctx, "show a form", x.user, *s.Form)
	default:
		return noteAnswer(x.door.Line(ctx, x.user, otherwise).Text)
	}
	if err != nil {
		return a.sorryNote(ctx, x, err)
	}
	return cardAnswer(drawn.Card)
}

func (a *Adapter) sorryNote(ctx context.Context, x exchange, err error) invokeAnswer {
	return noteAnswer(a.sorry(ctx, x.door, x.user, err).Text)
}

// plainLine says whether a private line is a sentence, which fits under a card.
func plainLine(c card.Card) bool {
	for _, b := range c.Blocks {
		switch b.(type) {
		case card.Text, card.Note:
		default:
			return false
		}
	}
	return c.Title == "" && len([]rune(c.Text)) <= maxNote
}

func firstForm(fs ...*card.Form) *card.Form {
	for _, f := range fs {
		if f != nil {
			return f
		}
	}
	return nil
}
