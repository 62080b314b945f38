package bot

import (
	"context"
	"strings"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// jobCommand answers a command that needs the directory.
const jobCommand = "command"

// command acts on what was typed behind the bot's name.
func (e *Engine) command(ctx context.Context, in Inbound) (Answer, error) {
	word, rest, ok := card.ParseCommand(in.Command.Text)
	form := word == card.CommandNew || word == card.CommandAdd
	if !ok || word == card.CommandHelp || form && in.Trigger == "" { // a form opens only from a command or a button
		v, err := e.viewFor(ctx, in.User)
		if err != nil {
			return Answer{}, err
		}
		c := card.Help(v)
		if !ok {
			c = card.Unknown(v, in.Command.Text)
		}
		return Answer{Whisper: &c}, nil
	}
	switch word {
	case card.CommandLink:
		return e.askToLink(ctx, in, "")
	case card.CommandUnlink:
		return e.queue(ctx, in, jobUnlink, work{Text: rest})
	default: // for the others he has to be known
	}
	if must, err := e.mustLink(ctx, in.User); err != nil || must {
		if err != nil {
			return Answer{}, err
		}
		return e.askToLink(ctx, in, in.Command.Text)
	}
	switch word {
	case card.CommandNew:
		return e.begin(ctx, in, flow.Origin{})
	case card.CommandAdd:
		return e.begin(ctx, in, flow.Origin{Add: true, Typed: strings.TrimSpace(rest)})
	default:
		return e.queue(ctx, in, jobCommand, work{Text: in.Command.Text})
	}
}

// begin opens the form of a draft: the one that waits to be sent, or a new one.
func (e *Engine) begin(ctx context.Context, in Inbound, o flow.Origin) (Answer, error) {
	o.Chat, o.Team, o.User = in.User.Chat, in.User.Team, in.User.ID
	old, err := e.draftOf(ctx, in.User, o.Add)
	if err != nil {
		return Answer{}, err
	}
	if old != nil && (o.Typed == "" || o.Typed == old.Origin.Typed) {
		return e.answer(ctx, in, said{Open: old.ID, Step: string(old.Answers.Step)})
	}
	id, err := e.number(ctx)
	if err != nil {
		return Answer{}, err
	}
	step := flow.StepSite
	if o.Add {
		step = flow.StepPeople
	}
	s := said{Open: id, Step: string(step)}
	event, err := eventOf(in, s)
	if err != nil {
		return Answer{}, err
	}
	ev := flow.Event{Kind: flow.Started, At: in.At, Origin: &o, Until: in.At.Add(e.Settings.KeepDrafts)}
	c := flow.Case{Request: &flow.Request{ID: id, Salt: random(16)}}
	ch, _, err := stepChange(target{request: id}, c, [2]int64{}, ev, extra{event: event})
	if err != nil {
		return Answer{}, err
	}
	if err := e.Store.Commit(ctx, ch); err != nil {
		if dup, ok := seen(err); ok {
			dup.Open = ""
			return e.answer(ctx, in, dup)
		}
		return Answer{}, err
	}
	e.stir()
	return e.answer(ctx, in, s)
}

// draftOf finds the newest draft of an account, else of its person, for a new or
// an existing site.
func (e *Engine) draftOf(ctx context.Context, u ChatUser, add bool) (*flow.Request, error) {
	recs, _, err := e.Store.Find(ctx, Query{Kind: KindRequest, Index: ByDraft, Value: u.String(), Newest: true, Limit: 10})
	if err != nil {
		return nil, err
	}
	id, err := e.signedIn(ctx, u)
	if err != nil {
		return nil, err
	}
	if id != "" { // begun in another chat
		more, _, err := e.Store.Find(ctx, Query{Kind: KindRequest, Index: ByRequester, Value: id, Newest: true, Limit: 10})
		if err != nil {
			return nil, err
		}
		recs = append(recs, more...)
	}
	for _, rec := range recs {
		if r, ok := rec.Value.(*flow.Request); ok && r.Origin.Add == add && r.State == flow.Draft {
			return r, nil
		}
	}
	return nil, nil
}
