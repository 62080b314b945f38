package bot

import (
	"context"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// Handle implements [Door].
func (e *Engine) Handle(ctx context.Context, in Inbound) (Answer, error) {
	began := time.Now()
	answer, err := e.handle(ctx, in)
	e.Metrics.event(in, err, time.Since(began))
	return answer, err
}

func (e *Engine) handle(ctx context.Context, in Inbound) (Answer, error) {
	s, known, err := e.before(ctx, in.Key)
	if err != nil {
		return Answer{}, err
	}
	if known {
		s.Open = "" // its trigger is spent
		return e.answer(ctx, in, s)
	}
	switch {
	case in.Command != nil:
		return e.command(ctx, in)
	case in.Submit != nil:
		return e.submit(ctx, in)
	case in.Press != nil:
		return e.press(ctx, in)
	}
	return Answer{}, &Error{Code: Invalid, Op: "bot: handle an event with nothing in it"}
}

// take has the machine take an event that a person caused, and answers s.
func (e *Engine) take(ctx context.Context, in Inbound, t target, ev flow.Event, s said) (Answer, error) {
	event, err := eventOf(in, s)
	if err != nil {
		return Answer{}, err
	}
	ev.At = in.At
	if _, err := e.apply(ctx, t, ev, extra{event: event}); err != nil {
		if old, ok := seen(err); ok {
			old.Open = ""
			return e.answer(ctx, in, old)
		}
		if why, ok := refused(err); ok {
			return e.notTaken(ctx, in, t, why)
		}
		return Answer{}, err
	}
	return e.answer(ctx, in, s)
}

// notTaken says why an event changed nothing.
func (e *Engine) notTaken(ctx context.Context, in Inbound, t target, why flow.Refusal) (Answer, error) {
	code := "too_late"
	switch why {
	case flow.TooEarly, flow.NotReady:
		code = "not_yet"
	case flow.TooLate:
		if by, at, ok := e.decidedBy(ctx, t); ok {
			v, err := e.viewFor(ctx, in.User)
			if err != nil {
				return Answer{}, err
			}
			c := card.Whisper(v, "already_decided", map[string]string{"person": by, "at": moment(at)})
			return Answer{Whisper: &c}, nil
		}
	default: // for whoever pressed, it is too late
	}
	if in.Submit != nil {
		v, err := e.viewFor(ctx, in.User)
		if err != nil {
			return Answer{}, err
		}
		f := card.Closed(v, code, map[string]string{"request": t.request})
		return Answer{Update: &f}, nil
	}
	return e.whisper(ctx, in, code, map[string]string{"request": t.request})
}

// queue commits a job that answers a person later, by his reply handle.
func (e *Engine) queue(ctx context.Context, in Inbound, kind string, w work) (Answer, error) {
	event, err := eventOf(in, said{})
	if err != nil {
		return Answer{}, err
	}
	w.User, w.Reply = in.User, in.Reply
	j, err := newJob("do/"+in.Key, kind, in.At, w)
	if err != nil {
		return Answer{}, err
	}
	err = e.Store.Commit(ctx, Change{Jobs: []Job{j}, Event: event})
	if _, dup := seen(err); err != nil && !dup {
		return Answer{}, err
	}
	e.stir()
	return Answer{}, nil
}

// Opened implements [Door].
func (e *Engine) Opened(ctx context.Context, chat, request string, form Ref) error {
	ev := flow.Event{Kind: flow.FormOpened, Form: &flow.FormRef{Chat: chat, Ref: string(form)}}
	_, err := e.apply(ctx, target{request: request}, ev, extra{})
	if _, ok := refused(err); ok {
		return nil // the draft ended meanwhile; its form stays as it is
	}
	return err
}

// Sorry implements [Door].
func (e *Engine) Sorry(ctx context.Context, u ChatUser, err error, ref string) card.Card {
	v, verr := e.viewFor(ctx, u)
	if verr != nil { // the store is what failed; the default language must do
		v = e.view(ctx, flow.Who{})
	}
	return card.Sorry(v, string(CodeOf(err)), ref)
}

// maxSuggestions bounds what a picker shows.
const maxSuggestions = 20

// Suggest implements [Door]. Only people who are bound to an account of the
// company see its people.
func (e *Engine) Suggest(ctx context.Context, u ChatUser, kind card.FieldKind, text string) ([]card.Option, error) {
	who, err := e.linked(ctx, u)
	if err != nil || who.ID == "" {
		return nil, err
	}
	var out []card.Option
	if kind == card.OneSite {
		sites, err := e.Tenant.SitesOf(ctx, who.ID, 100)
		if err != nil {
			return nil, err
		}
		for _, s := range matching(sites, text) {
			if len(out) < maxSuggestions {
				out = append(out, card.Option{Value: s.GroupID, Label: s.Name, Hint: s.Alias})
			}
		}
		return out, nil
	}
	people, err := e.Directory.Search(ctx, text, maxSuggestions)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		out = append(out, card.Option{Value: p.ID, Label: p.Name, Hint: p.Mail})
	}
	return out, nil
}
