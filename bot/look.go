package bot

import (
	"context"
	"encoding/json"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// Look implements [Door].
func (e *Engine) Look(ctx context.Context, u ChatUser, ref Ref, request string) (Screen, error) {
	m, code, err := e.postedAs(ctx, u, ref)
	if err == nil && m == nil && code == "card_unknown" { // so quick that the reference is not kept yet
		m, err = e.beingPosted(ctx, u, request)
	}
	if err != nil {
		return Screen{}, err
	}
	if m != nil {
		return e.lookAtCard(ctx, m.ID)
	}
	recs, err := e.Store.Get(ctx, requestKey(request))
	if err != nil {
		return Screen{}, err
	}
	r, ok := recs[0].Value.(*flow.Request)
	if !ok || recs[0].Rev == 0 || r.Form == nil || r.Form.Chat != u.Chat || Ref(r.Form.Ref) != ref {
		return Screen{}, nil
	}
	v := e.view(ctx, r.Requester)
	v.Request, v.Role = r, card.AsRequester
	f := draftForm(v, r)
	return Screen{Form: &f}, nil
}

// lookAtCard draws a card for its reader. What it shows him is kept before: a
// click on it is judged by what he saw, and the card as posted, which others of
// his devices show, is drawn anew when it differs.
func (e *Engine) lookAtCard(ctx context.Context, id string) (Screen, error) {
	var c card.Card
	err := again(ctx, func() error {
		recs, err := e.Store.Get(ctx, messageKey(id))
		if err != nil || recs[0].Rev == 0 {
			return err
		}
		m, ok := recs[0].Value.(*Message)
		if !ok {
			return &Error{Code: Internal, Op: "bot: read message"}
		}
		r, gs, err := e.parts(ctx, m.Request)
		if err != nil {
			return err
		}
		v, err := e.viewOf(ctx, m, r, gs)
		if err != nil {
			return err
		}
		c = drawn(m, v)
		hash, err := hashOf(c)
		if err != nil || hash == m.Hash && m.Peek == "" || hash == m.Peek {
			return err
		}
		posted := m.Hash
		show(m, v, hash)
		m.Hash, m.Peek = posted, hash
		return e.Store.Commit(ctx, Change{Puts: []Put{putMessage(recs[0].Rev, m)}})
	})
	if err != nil || c.Text == "" {
		return Screen{}, err
	}
	return Screen{Card: &c}, nil
}

func hashOf(c card.Card) (string, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return "", &Error{Code: Internal, Op: "bot: encode card", Err: err}
	}
	return digest(b), nil
}

// Line implements [Door].
func (e *Engine) Line(ctx context.Context, u ChatUser, l Line) card.Card {
	v, err := e.viewFor(ctx, u)
	if err != nil { // the store is what failed; the default language must do
		v = e.view(ctx, flow.Who{})
	}
	return card.Whisper(v, string(l), nil)
}
