package bot

import (
	"context"
	"maps"
	"slices"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// viewOf is how the recipient of a message looks at its request.
func (e *Engine) viewOf(ctx context.Context, m *Message, r *flow.Request, gs []*flow.Guest) (card.View, error) {
	v := e.view(ctx, m.To)
	v.Request, v.Guests, v.Part, v.All = r, gs, m.Part, m.All
	switch m.Kind {
	case StatusCard, HandoverCard:
		v.Role = card.AsRequester
		var err error
		if v.Unreached, v.NobodyReached, err = e.deadPeople(ctx, r.ID); err != nil {
			return v, err
		}
	case AdminCard:
		v.Role = card.AsAdmin
	case EndingCard:
		v.Role, v.Guests = card.AsRequester, nil
		for _, g := range gs {
			if g.ID == m.Part {
				v.Guests = []*flow.Guest{g}
				if g.AddAs == m.To.ID {
					v.Role = card.AsOwner
				}
			}
		}
	case DecideCard:
		v.Role, v.Answered = card.AsCoOwner, answeredBy(m, r, gs)
		if m.Part == flow.SitePart {
			if r.Site != nil && len(r.Site.Deciders) > 0 && r.Site.Deciders[0].ID == m.To.ID {
				v.Role = card.AsOwner
			}
			break
		}
		v.Guests = nil
		for _, g := range gs {
			if i := place(g.Deciders, m.To.ID); i >= 0 {
				v.Guests = append(v.Guests, g)
				if i == 0 {
					v.Role = card.AsOwner
				}
			}
		}
	}
	return v, e.unlessLinked(ctx, m, &v)
}

// unlessLinked has an account that is not bound to the recipient see the number
// alone: he was looked up by his address, which says where to knock and no more.
func (e *Engine) unlessLinked(ctx context.Context, m *Message, v *card.View) error {
	if m.User.ID == "" || !e.links(m.User.Chat) {
		return nil
	}
	l, err := e.bound(ctx, m.User)
	if err == nil && (l == nil || l.Who.ID != m.To.ID) {
		v.Role = card.AsUnlinked
	}
	return err
}

// answeredBy lists the parts on which an answer from this card waits to be judged.
func answeredBy(m *Message, r *flow.Request, gs []*flow.Guest) map[string]bool {
	out := map[string]bool{}
	note := func(part string, clicks []flow.Click) {
		if slices.ContainsFunc(clicks, func(c flow.Click) bool { return c.Message == m.ID }) {
			out[part] = true
		}
	}
	if r.Site != nil {
		note(flow.SitePart, r.Site.Clicks)
	}
	for _, g := range gs {
		note(g.ID, g.Clicks)
	}
	return out
}

func place(people []flow.Who, id string) int {
	for i, p := range people {
		if p.ID == id {
			return i
		}
	}
	return -1
}

// deadPeople names the deciders of a request who could not be reached, and says
// whether those are all.
func (e *Engine) deadPeople(ctx context.Context, request string) ([]string, bool, error) {
	have, err := e.messages(ctx, request)
	if err != nil {
		return nil, false, err
	}
	var dead []*Message
	reached := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(have)) { // in one order, or the card would change for nothing
		m, ok := have[id].Value.(*Message)
		switch {
		case !ok || m.Kind != DecideCard:
		case m.Dead == "":
			reached[m.To.ID] = true
		default:
			dead = append(dead, m)
		}
	}
	var out []string
	for _, m := range dead {
		if !reached[m.To.ID] { // else he asked for another
			out = append(out, m.To.Name)
		}
	}
	return out, len(reached) == 0 && len(out) > 0, nil
}

// drawn builds the card of a message.
func drawn(m *Message, v card.View) card.Card {
	if v.Role == card.AsUnlinked { // of whatever kind it is
		return card.Status(v)
	}
	switch m.Kind {
	case DecideCard:
		return card.Decide(v)
	case AdminCard:
		if m.Part == card.PartFailed {
			return card.Failed(v)
		}
		return card.Admin(v)
	case EndingCard:
		return card.Ending(v)
	case HandoverCard:
		for _, g := range v.Guests {
			if g.ID == m.Part {
				return card.Handover(v, g, v.Viewer.Lang, "")
			}
		}
	case StatusCard: // as for a guest who is gone
	}
	return card.Status(v)
}
