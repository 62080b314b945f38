package bot

import (
	"context"
	"strconv"
	"strings"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// Kinds of jobs that a button causes and no step of the machine.
const (
	jobApproveAll = "approve_all"
	jobConfirm    = "confirm"
	jobRecheck    = "recheck"
	jobHandover   = "handover"
	jobShow       = "show"
	jobFailed     = "failed" // an admin's word on what failed
)

// press takes a button that was pressed, in a form or on a card.
func (e *Engine) press(ctx context.Context, in Inbound) (Answer, error) {
	p := in.Press
	switch {
	case p.Action == card.ActCommand:
		in.Command = &Command{Text: p.Value}
		return e.command(ctx, in)
	case p.Form != "" && p.Action == card.ActClose:
		return e.shut(ctx, in)
	}
	if must, err := e.mustLink(ctx, in.User); err != nil || must {
		return e.unlinkedPress(ctx, in, err)
	}
	if p.Form != "" {
		return e.pressInForm(ctx, in)
	}
	m, code, err := e.postedAs(ctx, in.User, p.Card)
	if err == nil && m == nil && code == "card_unknown" {
		m, err = e.beingPosted(ctx, in.User, p.Request)
	}
	if err != nil {
		return Answer{}, err
	}
	if m == nil {
		if code == "card_unknown" {
			return e.pressOnList(ctx, in)
		}
		return e.whisper(ctx, in, code, nil)
	}
	if p.Request != m.Request {
		return e.whisper(ctx, in, "card_unknown", nil)
	}
	return e.pressOnCard(ctx, in, m)
}

// unlinkedPress answers a button of somebody who is not linked, whatever it is.
func (e *Engine) unlinkedPress(ctx context.Context, in Inbound, err error) (Answer, error) {
	switch {
	case err != nil:
		return Answer{}, err
	case in.Press.Form != "":
		return e.closeForm(ctx, in, "refused_unlinked", nil)
	}
	return e.askToLink(ctx, in, "")
}

// pressOnCard takes a button of a card that is known and was posted to this person.
func (e *Engine) pressOnCard(ctx context.Context, in Inbound, m *Message) (Answer, error) {
	p := in.Press
	w := work{Request: m.Request, Part: p.Part, Message: m.ID}
	switch p.Action {
	case card.ActApprove:
		return e.click(ctx, in, m, p.Part, flow.Approve, p.Version, "", 0)
	case card.ActDecline, card.ActAsk, card.ActAnswer:
		return e.openWord(ctx, in, m)
	case card.ActApproveAll:
		c := clickOf(in, m, flow.Approve, p.Version)
		w.Click = &c
		return e.queue(ctx, in, jobApproveAll, w)
	case card.ActConfirm, card.ActRecheck:
		if m.Kind != AdminCard {
			return e.whisper(ctx, in, "card_unknown", nil)
		}
		w.Setting = p.Value
		if p.Action == card.ActConfirm {
			return e.queue(ctx, in, jobConfirm, w)
		}
		return e.queue(ctx, in, jobRecheck, w)
	case card.ActRetry, card.ActGiveUp:
		if m.Kind != AdminCard {
			return e.whisper(ctx, in, "card_unknown", nil)
		}
		w.Code = string(p.Action)
		return e.queue(ctx, in, jobFailed, w)
	case card.ActShowAll:
		return e.showAll(ctx, in, m)
	default:
		return e.pressOnList(ctx, in)
	}
}

// pressOnList takes the buttons that carry no decision; they stand on private
// lists too, of which no record is kept.
func (e *Engine) pressOnList(ctx context.Context, in Inbound) (Answer, error) {
	p := in.Press
	switch p.Action {
	case card.ActContinue:
		r, code, err := e.ownDraft(ctx, in, p.Request)
		if err != nil {
			return Answer{}, err
		}
		if code != "" {
			return e.whisper(ctx, in, code, nil)
		}
		return e.answer(ctx, in, said{Open: r.ID, Step: string(r.Answers.Step)})
	case card.ActWithdraw:
		return e.withdraw(ctx, in, p.Request)
	case card.ActExtend:
		return e.extend(ctx, in)
	case card.ActRedeem, card.ActHandover: // the text itself is a private line with these buttons
		return e.queue(ctx, in, jobHandover, work{Request: p.Request, Part: p.Part, Text: p.Value, Code: string(p.Action)})
	case card.ActShow:
		return e.queue(ctx, in, jobShow, work{Request: p.Request})
	case card.ActLetEnd:
		return e.whisper(ctx, in, "lets_end", nil)
	case card.ActApprove, card.ActApproveAll, card.ActDecline, card.ActAsk, card.ActAnswer, card.ActConfirm, card.ActRecheck, card.ActShowAll,
		card.ActRetry, card.ActGiveUp:
		return e.whisper(ctx, in, "card_unknown", nil) // they stand on cards of which a record is kept
	default:
		return e.whisper(ctx, in, "action_unknown", nil)
	}
}

func (e *Engine) extend(ctx context.Context, in Inbound) (Answer, error) {
	p := in.Press
	days, err := strconv.Atoi(p.Value)
	if err != nil || p.Part == "" || p.Part == flow.SitePart {
		return e.whisper(ctx, in, "action_unknown", nil)
	}
	c := flow.Click{
		Chat: in.User.Chat, Team: in.User.Team, User: in.User.ID, Reply: in.Reply,
		Verb: flow.Extend, At: in.At, Days: days,
	}
	ev := flow.Event{Kind: flow.Clicked, Click: &c}
	return e.take(ctx, in, target{p.Request, p.Part}, ev, said{})
}

// withdraw takes a request back for the one who asked.
func (e *Engine) withdraw(ctx context.Context, in Inbound, id string) (Answer, error) {
	who, err := e.linked(ctx, in.User)
	if err != nil {
		return Answer{}, err
	}
	recs, err := e.Store.Get(ctx, requestKey(id))
	if err != nil {
		return Answer{}, err
	}
	r, ok := recs[0].Value.(*flow.Request)
	own := ok && recs[0].Rev != 0 && (r.Requester.ID != "" && r.Requester.ID == who.ID ||
		r.Origin.Chat == in.User.Chat && r.Origin.Team == in.User.Team && r.Origin.User == in.User.ID)
	if !own {
		return e.whisper(ctx, in, "not_your_card", nil)
	}
	ev := flow.Event{Kind: flow.Withdraw, By: who.ID}
	s := said{Code: "withdrawn", Args: map[string]string{"request": id}}
	return e.take(ctx, in, target{request: id}, ev, s)
}

// openWord opens a form about one part. Nothing is committed: it may be lost.
func (e *Engine) openWord(ctx context.Context, in Inbound, m *Message) (Answer, error) {
	p := in.Press
	v, err := e.wordView(ctx, m, p.Part)
	if err != nil {
		return Answer{}, err
	}
	step := card.StepAnswer
	switch p.Action {
	case card.ActDecline:
		step = card.StepDecline
	case card.ActAsk:
		step = card.StepAsk
	default: // the answer
	}
	f := wordForm(v, step, carried{p.Part, p.Version, m.ID})
	return Answer{Open: &f}, nil
}

// wordView is how the reader of a card looks at one part of its request.
func (e *Engine) wordView(ctx context.Context, m *Message, part string) (card.View, error) {
	r, gs, err := e.parts(ctx, m.Request)
	v := e.view(ctx, m.To)
	v.Request, v.Guests, v.Part = r, gs, part
	return v, err
}

// wordForm is the form in which to decline, ask or answer.
func wordForm(v card.View, step string, c carried) card.Form {
	switch step {
	case card.StepDecline:
		return card.DeclineForm(v, c.String())
	case card.StepAsk:
		return card.AskForm(v, c.String())
	}
	return card.AnswerForm(v, c.String())
}

// pressInForm takes a button of a draft's form.
func (e *Engine) pressInForm(ctx context.Context, in Inbound) (Answer, error) {
	p := in.Press
	r, code, err := e.ownDraft(ctx, in, p.Request)
	if err != nil || code != "" {
		return e.closeForm(ctx, in, code, err)
	}
	switch p.Action {
	case card.ActBack:
		ev := flow.Event{Kind: flow.SteppedBack, By: r.Requester.ID}
		return e.take(ctx, in, target{request: r.ID}, ev, said{})
	case card.ActSwap, card.ActLeave:
		a := r.Answers
		if len(p.Values) > 0 {
			a = merge(r.Answers, flow.StepPeople, p.Values)
		}
		old, repl, _ := strings.Cut(p.Value, ">")
		a.Pasted = swap(a.Pasted, old, repl)
		return e.fill(ctx, in, r, a, p.Form)
	case card.ActContinue: // it was put away
		v := e.view(ctx, r.Requester)
		v.Request, v.Role = r, card.AsRequester
		f := draftForm(v, r)
		return Answer{Update: &f}, nil
	default:
		return e.whisper(ctx, in, "action_unknown", nil)
	}
}

// shut is the last word of a form that was closed without being sent: a draft is
// kept, and of anything else nothing is.
func (e *Engine) shut(ctx context.Context, in Inbound) (Answer, error) {
	r, code, err := e.ownDraft(ctx, in, in.Press.Request)
	if err != nil {
		return Answer{}, err
	}
	v, err := e.viewFor(ctx, in.User)
	if err != nil {
		return Answer{}, err
	}
	f := card.Done(v, "closed", nil)
	if code == "" {
		v.Request = r
		f = card.Done(v, "draft_kept", nil)
	}
	return Answer{Close: &f}, nil
}

// showAll redraws a card with every line.
func (e *Engine) showAll(ctx context.Context, in Inbound, m *Message) (Answer, error) {
	event, err := eventOf(in, said{})
	if err != nil {
		return Answer{}, err
	}
	err = again(ctx, func() error {
		recs, err := e.Store.Get(ctx, messageKey(m.ID))
		if err != nil || recs[0].Rev == 0 {
			return err
		}
		cur, ok := recs[0].Value.(*Message)
		if !ok {
			return &Error{Code: Internal, Op: "bot: read message"}
		}
		cur.All = true
		j, err := cardJob(cur, in.At)
		if err != nil {
			return err
		}
		return e.Store.Commit(ctx, Change{Puts: []Put{putMessage(recs[0].Rev, cur)}, Jobs: []Job{j}, Event: event})
	})
	if _, dup := seen(err); err != nil && !dup {
		return Answer{}, err
	}
	e.stir()
	return Answer{}, nil
}

// postedAs finds the message record of a card, if it was posted to this account.
func (e *Engine) postedAs(ctx context.Context, u ChatUser, ref Ref) (*Message, string, error) {
	recs, _, err := e.Store.Find(ctx, Query{Kind: KindMessage, Index: ByRef, Value: u.Chat + ":" + string(ref), Limit: 1})
	if err != nil {
		return nil, "", err
	}
	if len(recs) == 0 {
		return nil, "card_unknown", nil
	}
	return mine(recs[0], u)
}

// beingPosted finds the card of a request that is on its way to this account: a
// quick finger presses a button before the card's reference is kept.
func (e *Engine) beingPosted(ctx context.Context, u ChatUser, request string) (*Message, error) {
	have, err := e.messages(ctx, request)
	if err != nil {
		return nil, err
	}
	for _, rec := range have {
		if m, ok := rec.Value.(*Message); ok && m.User == u && m.Ref == "" && m.Kind == DecideCard {
			return m, nil
		}
	}
	return nil, nil
}

// postedTo reads a message record by its id, if it was posted to this account.
func (e *Engine) postedTo(ctx context.Context, u ChatUser, id string) (*Message, string, error) {
	recs, err := e.Store.Get(ctx, messageKey(id))
	if err != nil {
		return nil, "", err
	}
	if recs[0].Rev == 0 {
		return nil, "card_unknown", nil
	}
	return mine(recs[0], u)
}

func mine(rec Record, u ChatUser) (*Message, string, error) {
	m, ok := rec.Value.(*Message)
	if !ok {
		return nil, "", &Error{Code: Internal, Op: "bot: read message"}
	}
	if m.User != u {
		return nil, "not_your_card", nil
	}
	return m, "", nil
}

// swap replaces an address in a pasted text, or takes its entry out.
func swap(text, old, repl string) string {
	if old == "" {
		return text
	}
	i := 0
	for i+len(old) <= len(text) && !strings.EqualFold(text[i:i+len(old)], old) {
		i++
	}
	if i+len(old) > len(text) {
		return text
	}
	if repl != "" {
		return text[:i] + repl + text[i+len(old):]
	}
	from := strings.LastIndexAny(text[:i], ",;\n") + 1
	to := len(text)
	if j := strings.IndexAny(text[i:], ",;\n"); j >= 0 {
		to = i + j + 1
	}
	return text[:from] + text[to:]
}
