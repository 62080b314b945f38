package bot

import (
	"context"
	"strconv"
	"strings"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// submit takes a form that was sent.
func (e *Engine) submit(ctx context.Context, in Inbound) (Answer, error) {
	if must, err := e.mustLink(ctx, in.User); err != nil || must {
		return e.closeForm(ctx, in, "refused_unlinked", err)
	}
	step, carry := card.SplitStep(in.Submit.Step)
	switch step {
	case card.StepDecline, card.StepAsk, card.StepAnswer:
		return e.submitWord(ctx, in, step, carry)
	}
	r, code, err := e.ownDraft(ctx, in, in.Submit.Request)
	if err != nil || code != "" {
		return e.closeForm(ctx, in, code, err)
	}
	t := target{request: r.ID}
	if flow.FormStep(step) == flow.StepReview {
		ev := flow.Event{Kind: flow.Sent, By: r.Requester.ID}
		return e.take(ctx, in, t, ev, said{Last: "sent", Args: map[string]string{"ref": r.ID}})
	}
	a := merge(r.Answers, flow.FormStep(step), in.Submit.Values)
	if problems := faults(flow.FormStep(step), &a, r); len(problems) > 0 {
		f := draftForm(e.wrong(ctx, r, flow.FormStep(step), a, problems))
		return Answer{Again: &f}, nil
	}
	return e.fill(ctx, in, r, a, in.Submit.Form)
}

// wrong is how a draft would look with answers that are not taken, and their faults.
func (e *Engine) wrong(ctx context.Context, r *flow.Request, step flow.FormStep, a flow.Answers, problems []flow.Problem) (card.View, *flow.Request) {
	shown, looked := *r, flow.DraftResult{}
	if r.Looked != nil {
		looked = *r.Looked
	}
	a.Step, looked.Problems = step, problems
	shown.Answers, shown.Looked = a, &looked
	v := e.view(ctx, r.Requester)
	v.Request, v.Role = &shown, card.AsRequester
	return v, &shown
}

// fill keeps answers and shows a waiting form until they were looked up.
func (e *Engine) fill(ctx context.Context, in Inbound, r *flow.Request, a flow.Answers, form Ref) (Answer, error) {
	ev := flow.Event{
		Kind: flow.Filled, By: r.Requester.ID, Answers: &a,
		Form: &flow.FormRef{Chat: in.User.Chat, Ref: string(form)},
	}
	s := said{Wait: r.ID, Step: string(a.Step)}
	return e.take(ctx, in, target{request: r.ID}, ev, s)
}

// ownDraft reads the draft that a form is of; code says why it cannot be used.
func (e *Engine) ownDraft(ctx context.Context, in Inbound, id string) (*flow.Request, string, error) {
	recs, err := e.Store.Get(ctx, requestKey(id))
	if err != nil {
		return nil, "", err
	}
	r, ok := recs[0].Value.(*flow.Request)
	if !ok || recs[0].Rev == 0 {
		return nil, "form_unknown", nil
	}
	own, err := e.asked(ctx, in.User, r)
	if err != nil {
		return nil, "", err
	}
	switch {
	case !own:
		return nil, "not_your_card", nil
	case r.State == flow.Draft:
	case r.State != flow.Open && r.Site == nil && r.Guests == 0 && r.Code != "": // never sent: let go, dropped, refused
		return nil, r.Code, nil
	default:
		return nil, "form_sent", nil
	}
	return r, "", nil
}

// asked says whether a draft is the account's: begun there, or in another chat by the
// person whom the directory itself names with this account. Who an address belonged
// to when it was last looked up is not enough to read and send what somebody wrote.
func (e *Engine) asked(ctx context.Context, u ChatUser, r *flow.Request) (bool, error) {
	if r.Origin.Chat == u.Chat && r.Origin.Team == u.Team && r.Origin.User == u.ID {
		return true, nil
	}
	id, err := e.signedIn(ctx, u)
	return err == nil && id != "" && id == r.Requester.ID, err
}

// signedIn gives the person of an account of a chat that signs people in with the
// directory; empty for any other account.
func (e *Engine) signedIn(ctx context.Context, u ChatUser) (string, error) {
	recs, err := e.Store.Get(ctx, linkKey(u))
	if err != nil || recs[0].Rev == 0 {
		return "", err
	}
	l, ok := recs[0].Value.(*Link)
	if !ok || l.By != byDirectory && l.By != bySignIn {
		return "", nil
	}
	return l.Who.ID, nil
}

// closeForm answers a form that cannot be used with a last word in it.
func (e *Engine) closeForm(ctx context.Context, in Inbound, code string, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	v, err := e.viewFor(ctx, in.User)
	if err != nil {
		return Answer{}, err
	}
	f := card.Closed(v, code, nil)
	return Answer{Update: &f}, nil
}

// submitWord takes a reason, a question or an answer about one part.
func (e *Engine) submitWord(ctx context.Context, in Inbound, step, carry string) (Answer, error) {
	c, ok := parseCarry(carry)
	if !ok {
		return e.closeForm(ctx, in, "form_unknown", nil)
	}
	m, code, err := e.postedTo(ctx, in.User, c.message)
	if err != nil || code != "" {
		return e.closeForm(ctx, in, code, err)
	}
	text := first(in.Submit.Values[card.FieldText])
	t := target{request: m.Request, part: c.part}
	if step == card.StepAnswer {
		ev := flow.Event{Kind: flow.Answered, By: m.To.ID, Text: text, Until: e.deadline(in.At, m.To.Zone)}
		if strings.TrimSpace(text) == "" {
			return e.missing(ctx, m, c, step)
		}
		return e.take(ctx, in, t, ev, said{Last: "answered"})
	}
	verb, note := flow.Ask, text
	if step == card.StepDecline {
		verb = flow.Decline
		note = joinNote(first(in.Submit.Values[card.FieldReason]), first(in.Submit.Values[card.FieldNote]))
	} else if strings.TrimSpace(text) == "" {
		return e.missing(ctx, m, c, step)
	}
	return e.click(ctx, in, m, c.part, verb, c.version, note, 0)
}

// missing asks once more for the text of a form about one part.
func (e *Engine) missing(ctx context.Context, m *Message, c carried, step string) (Answer, error) {
	v, err := e.wordView(ctx, m, c.part)
	if err != nil {
		return Answer{}, err
	}
	f := wordForm(v, step, c)
	said := card.FieldErrors(v, []flow.Problem{{Field: card.FieldText, Code: "needed"}})
	for i := range f.Fields {
		f.Fields[i].Error = said[f.Fields[i].ID]
	}
	return Answer{Again: &f}, nil
}

// joinNote keeps a reason's key and the free text behind it: "later: after the holidays".
func joinNote(reason, note string) string {
	note = strings.TrimSpace(note)
	switch {
	case note == "":
		return reason
	case reason == "" || reason == "other":
		return note
	}
	return reason + ": " + note
}

// carried is what a form about one part brings back.
type carried struct {
	part    string
	version int
	message string
}

func (c carried) String() string { return c.part + "|" + strconv.Itoa(c.version) + "|" + c.message }

func parseCarry(s string) (carried, bool) {
	f := strings.SplitN(s, "|", 3)
	if len(f) != 3 {
		return carried{}, false
	}
	n, err := strconv.Atoi(f[1])
	return carried{part: f[0], version: n, message: f[2]}, err == nil
}

// click commits a decision that was received, to be judged later.
func (e *Engine) click(ctx context.Context, in Inbound, m *Message, part string, verb flow.Verb, version int, note string, days int) (Answer, error) {
	c := clickOf(in, m, verb, version)
	c.Note, c.Days = note, days
	ev := flow.Event{Kind: flow.Clicked, By: m.To.ID, Click: &c}
	s := said{}
	if in.Submit != nil {
		s.Last = "received"
	}
	return e.take(ctx, in, target{m.Request, part}, ev, s)
}

func clickOf(in Inbound, m *Message, verb flow.Verb, version int) flow.Click {
	return flow.Click{
		Chat: in.User.Chat, Team: in.User.Team, User: in.User.ID, Reply: in.Reply,
		Message: m.ID, Verb: verb, Version: version, At: in.At,
		Shown: m.ShownDigest, Facts: m.Shown,
	}
}
