package bot

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// said is an answer as it is kept with its event, so that the same event gets
// the same answer again.
type said struct {
	// Open or Wait name a request whose form is opened, or replaced by a waiting one.
	Open string `json:"open,omitempty"`
	Wait string `json:"wait,omitempty"`
	Step string `json:"step,omitempty"`
	// Code is a private line, Last the last word of a form that is done with.
	Code string            `json:"code,omitempty"`
	Last string            `json:"last,omitempty"`
	Args map[string]string `json:"args,omitempty"`
}

// keepEvents is how long an event's key is remembered; Slack resends for a day.
const keepEvents = 25 * time.Hour

func eventOf(in Inbound, s said) (*Event, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, &Error{Code: Internal, Op: "bot: encode answer", Err: err}
	}
	return &Event{Key: in.Key, Answer: b, Until: in.At.Add(keepEvents)}, nil
}

// before gives the answer that the event got before, if it was handled before.
func (e *Engine) before(ctx context.Context, key string) (said, bool, error) {
	recs, err := e.Store.Get(ctx, Key{KindEvent, key})
	if err != nil || recs[0].Rev == 0 {
		return said{}, false, err
	}
	ev, ok := recs[0].Value.(*Event)
	if !ok {
		return said{}, false, &Error{Code: Internal, Op: "bot: read event"}
	}
	s, err := decodeSaid(ev.Answer)
	return s, err == nil, err
}

func decodeSaid(raw []byte) (said, error) {
	var s said
	if err := json.Unmarshal(raw, &s); err != nil {
		return s, &Error{Code: Internal, Op: "bot: decode answer", Err: err}
	}
	return s, nil
}

// answer draws what was said, in the person's language.
func (e *Engine) answer(ctx context.Context, in Inbound, s said) (Answer, error) {
	v, err := e.viewFor(ctx, in.User)
	if err != nil {
		return Answer{}, err
	}
	switch {
	case s.Open != "":
		f := card.Loading(v, s.Step)
		f.Request, f.Step = s.Open, s.Step
		return Answer{Open: &f}, nil
	case s.Wait != "":
		f := card.Loading(v, s.Step)
		f.Request, f.Step = s.Wait, s.Step
		return Answer{Update: &f}, nil
	case s.Last != "":
		f := card.Done(v, s.Last, s.Args)
		return Answer{Close: &f}, nil
	case s.Code != "":
		c := card.Whisper(v, s.Code, s.Args)
		return Answer{Whisper: &c}, nil
	}
	return Answer{}, nil
}

// whisper answers without a commit: nothing changed.
func (e *Engine) whisper(ctx context.Context, in Inbound, code string, args map[string]string) (Answer, error) {
	return e.answer(ctx, in, said{Code: code, Args: args})
}

// viewFor is how somebody looks at cards of whom only the chat account is known.
func (e *Engine) viewFor(ctx context.Context, u ChatUser) (card.View, error) {
	who, err := e.linked(ctx, u)
	if err != nil {
		return card.View{}, err
	}
	v := e.view(ctx, who)
	v.Linking = e.links(u.Chat)
	return v, nil
}

// view is how a person looks at cards, in his language and zone.
func (e *Engine) view(ctx context.Context, who flow.Who) card.View {
	keys := []Key{pauseKey}
	if who.ID != "" {
		keys = append(keys, personKey(who.ID))
	}
	var held *card.Standstill
	if recs, err := e.Store.Get(ctx, keys...); err == nil {
		if p, ok := recs[0].Value.(*Pause); ok && recs[0].Rev != 0 {
			held = standstill(*p)
		}
		if len(recs) > 1 && recs[1].Rev != 0 {
			if p, ok := recs[1].Value.(*PersonRecord); ok && p.Lang != "" {
				who.Lang = p.Lang
			} else if ok && who.Lang == "" {
				who.Lang = e.langAt(ctx, p.last())
			}
		}
	}
	if who.Lang == "" {
		who.Lang = e.Settings.Lang
	}
	if who.Zone == "" {
		who.Zone = e.Settings.Zone
	}
	return card.View{Texts: e.Texts, Viewer: who, Now: e.Clock.Now(), Links: e.Settings.Link, Admins: e.helpers.known(), Standstill: held}
}

// langAt is the language of an account, as was found out when it was last seen, or
// as its chat tells; empty when neither is known.
func (e *Engine) langAt(ctx context.Context, u ChatUser) string {
	recs, err := e.Store.Get(ctx, linkKey(u), placeKey(u))
	if err != nil {
		return ""
	}
	if l, ok := recs[0].Value.(*Link); ok && recs[0].Rev != 0 && l.Who.Lang != "" {
		return l.Who.Lang
	}
	if p, ok := recs[1].Value.(*Place); ok && recs[1].Rev != 0 {
		return p.Locale
	}
	return ""
}

// linked gives the person that an account was bound to; when none, a Who without
// an id, in the language and zone of the account's place.
func (e *Engine) linked(ctx context.Context, u ChatUser) (flow.Who, error) {
	recs, err := e.Store.Get(ctx, linkKey(u), placeKey(u))
	if err != nil {
		return flow.Who{}, err
	}
	l, err := e.counts(recs[0])
	if err != nil {
		return flow.Who{}, err
	}
	if l == nil {
		if p, ok := recs[1].Value.(*Place); ok && recs[1].Rev != 0 {
			return flow.Who{Lang: p.Locale, Zone: p.Zone}, nil
		}
		return flow.Who{}, nil
	}
	return l.Who, nil
}

// seen turns the store's answer to a repeated event into what was said then.
func seen(err error) (said, bool) {
	se, ok := errors.AsType[*SeenError](err)
	if !ok {
		return said{}, false
	}
	s, derr := decodeSaid(se.Answer)
	return s, derr == nil
}
