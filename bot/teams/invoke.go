package teams

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"guestsite/bot"
	"guestsite/bot/card"
)

// invoke takes what is answered in the response: a button of a card, a card that is
// shown anew, and what is typed into a list.
func (a *Adapter) invoke(ctx context.Context, x exchange) {
	switch x.Name {
	case "adaptiveCard/action":
		answer, after := a.execute(ctx, x)
		a.answer(x, answer)
		if after != nil {
			_ = http.NewResponseController(x.w).Flush() // a connection that cannot is sent when we return
			a.later(ctx, after)
		}
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

// noteAnswer is a short line under the card, which stays. An empty one is no answer.
func noteAnswer(text string) invokeAnswer {
	text = card.Cut(card.Tidy(text), maxNote, nil)
	if strings.TrimSpace(text) == "" {
		text = card.Ellipsis
	}
	return invokeAnswer{http.StatusOK, "application/vnd.microsoft.activity.message", text}
}

func (a *Adapter) answer(x exchange, v invokeAnswer) { writeJSON(x.w, v) }

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // the connector hung up: nobody reads an error
}

// executed is the value of an adaptiveCard/action ("Universal Actions: invoke").
type executed struct {
	Action struct {
		Data json.RawMessage `json:"data"`
	} `json:"action"`
	Trigger string `json:"trigger"` // absent in emulators; "automatic" for a refresh
}

// execute takes a button and gives the clicker's copy of the card, and what is to be
// done once he has it; nil for nothing.
func (a *Adapter) execute(ctx context.Context, x exchange) (answer invokeAnswer, after func(context.Context)) {
	var v executed
	raw, err := unquoted(x.Value)
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	if err != nil {
		return a.sorryNote(ctx, x, &bot.Error{Code: bot.Invalid, Op: "teams: read action", Detail: "no action"}), nil
	}
	in, p, event, err := a.acted(x, v.Action.Data)
	if err != nil {
		return a.sorryNote(ctx, x, err), nil
	}
	if p.Do == doLook || v.Trigger == "automatic" {
		return a.look(ctx, x, p.Request), nil
	}
	ans, err := x.handle(ctx, in)
	if err != nil {
		return a.sorryNote(ctx, x, err), nil
	}
	a.putAway(in)
	return a.react(ctx, x, p, event, ans)
}

// putAway notes that a form was closed unsent.
func (a *Adapter) putAway(in bot.Inbound) {
	if in.Press != nil && in.Press.Action == card.ActClose {
		a.showing.closed(in.Press.Form)
	}
}

// acted decodes a button or a sent form of a card. event is the same however often and
// under whichever id it comes; the key is too, but see repeats.
func (a *Adapter) acted(x exchange, data json.RawMessage) (in bot.Inbound, p payload, event string, err error) {
	p, values, err := readPayload(data)
	if err != nil {
		return in, p, "", err
	}
	ref, ok := messageRef(x.user, x.Conversation.ID, x.ReplyToID)
	if !ok {
		return in, p, "", &bot.Error{Code: bot.Invalid, Op: "teams: read action", Detail: "no message"}
	}
	event = p.key(ref, values)
	in = a.event(x, event)
	if repeats(card.Action(p.Action)) {
		in.Key += ":" + x.ID
	}
	if p.Do == doSubmit {
		in.Submit = &bot.Submit{Form: ref, Request: p.Request, Step: p.Step, Values: values}
		return in, p, event, nil
	}
	in.Press = &bot.Press{
		Action: card.Action(p.Action), Request: p.Request, Part: p.Part, Version: p.Version, Value: p.Value,
	}
	if p.Form {
		in.Press.Form, in.Press.Values = ref, values
	} else {
		in.Press.Card = ref
	}
	return in, p, event, nil
}

// repeats says whether a button may be pressed for good reason again on the same
// drawing: those of lists and greetings, which are never drawn anew. What they do may
// be done twice, so each activity is an event of its own.
func repeats(a card.Action) bool {
	switch a {
	case card.ActCommand, card.ActShow, card.ActHandover, card.ActRedeem, card.ActContinue:
		return true
	default:
		return false
	}
}

// react turns an answer into the clicker's copy, and what follows it.
func (a *Adapter) react(ctx context.Context, x exchange, p payload, event string, ans bot.Answer) (answer invokeAnswer, after func(context.Context)) {
	switch f := firstForm(ans.Update, ans.Again, ans.Close); {
	case ans.Open != nil:
		if err := a.openFor(ctx, x, event, *ans.Open); err != nil {
			return a.sorryNote(ctx, x, err), nil
		}
		return noteAnswer(x.door.Line(ctx, x.user, bot.LineOpened).Text), nil
	case f != nil:
		drawn, err := a.drawForm(ctx, "answer a form", x.user, *f)
		if err != nil {
			return a.sorryNote(ctx, x, err), nil
		}
		return cardAnswer(drawn.Card), a.afterForm(x, ans, *f)
	case ans.Whisper != nil:
		if plainLine(*ans.Whisper) {
			return noteAnswer(ans.Whisper.Text), nil
		}
		a.tell(ctx, personalHandle(x.user), *ans.Whisper)
		return noteAnswer(x.door.Line(ctx, x.user, bot.LineNoted).Text), nil
	}
	drawn, err := a.shownNow(ctx, x, p.Request)
	if err != nil { // what he did is kept all the same
		a.log.WarnContext(ctx, "teams: a card could not be shown anew", "error", err.Error())
	}
	if err != nil || drawn == nil {
		return noteAnswer(x.door.Line(ctx, x.user, bot.LineNoted).Text), nil
	}
	return cardAnswer(drawn), nil
}

// afterForm is what follows a form that took the place of another. A step that is
// being looked up is reported as shown only now, so that what was found out
// meanwhile is drawn over it; a last word is shown on the person's other devices too.
func (a *Adapter) afterForm(x exchange, ans bot.Answer, f card.Form) func(context.Context) {
	ref, _ := messageRef(x.user, x.Conversation.ID, x.ReplyToID)
	switch {
	case ans.Again != nil: // it stays, and what was typed is his copy's alone
		return nil
	case f.Step == "":
		return func(ctx context.Context) { a.shown(ctx, a.UpdateForm(ctx, ref, f)) }
	}
	return func(ctx context.Context) { a.opened(ctx, x, f.Request, ref) }
}

// lineUnknown is for a card of which nothing is known.
const lineUnknown bot.Line = "card_unknown"

// look answers a refresh.
func (a *Adapter) look(ctx context.Context, x exchange, request string) invokeAnswer {
	drawn, err := a.shownNow(ctx, x, request)
	switch {
	case err != nil:
		return a.sorryNote(ctx, x, err)
	case drawn == nil:
		return noteAnswer(x.door.Line(ctx, x.user, lineUnknown).Text)
	}
	return cardAnswer(drawn)
}

// shownNow draws the card or form that an activity is about as it stands; nil where
// nothing is known of it.
func (a *Adapter) shownNow(ctx context.Context, x exchange, request string) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, handleTime, errors.New("the look took too long"))
	defer cancel()
	ref, ok := messageRef(x.user, x.Conversation.ID, x.ReplyToID)
	if !ok {
		return nil, nil
	}
	s, err := x.door.Look(ctx, x.user, ref, request)
	if err != nil {
		return nil, err
	}
	var drawn outbound
	switch {
	case s.Card != nil:
		drawn, err = a.draw(ctx, "show a card", x.user, *s.Card, true)
	case s.Form != nil:
		drawn, err = a.drawForm(ctx, "show a form", x.user, *s.Form)
	}
	return drawn.Card, err
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
