package bot

import (
	"context"
	"strings"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// doCommand answers a command for which the person and the directory are read.
func (e *Engine) doCommand(ctx context.Context, j Job, w work) error {
	e.whoHelps(ctx)
	who, refusal, err := e.identify(ctx, w.User)
	if err != nil {
		return err
	}
	v := e.view(ctx, who)
	if refusal == RefusedUnlinked {
		return e.doLink(ctx, j, w)
	}
	if refusal != "" {
		return e.say(ctx, j, w.User, w.Reply, card.Whisper(v, "refused_"+string(refusal), nil))
	}
	word, rest, _ := card.ParseCommand(w.Text)
	rest = strings.TrimSpace(rest)
	var c card.Card
	switch word {
	case card.CommandMine:
		c, err = e.listMine(ctx, v)
	case card.CommandInbox:
		c, err = e.listInbox(ctx, v)
	case card.CommandExtend:
		c, err = e.listExtendable(ctx, v)
	case card.CommandCancel:
		c, err = e.cancel(ctx, v, rest)
	case card.CommandLanguage:
		c, err = e.setLanguage(ctx, v, rest)
	case card.CommandCheck:
		c, err = e.sayCheck(ctx, v)
	case card.CommandWhy:
		c, err = e.sayWhy(ctx, v, rest)
	default:
		c = card.Unknown(v, w.Text)
	}
	if err != nil {
		return err
	}
	return e.say(ctx, j, w.User, w.Reply, c)
}

// mostListed is how many records a list is made from.
const mostListed = 50

func (e *Engine) listMine(ctx context.Context, v card.View) (card.Card, error) {
	rs, err := e.requestsOf(ctx, v.Viewer.ID)
	return card.Mine(v, rs), err
}

func (e *Engine) requestsOf(ctx context.Context, id string) ([]*flow.Request, error) {
	recs, _, err := e.Store.Find(ctx, Query{Kind: KindRequest, Index: ByRequester, Value: id, Newest: true, Limit: mostListed})
	var rs []*flow.Request
	for _, rec := range recs {
		if r, ok := rec.Value.(*flow.Request); ok {
			rs = append(rs, r)
		}
	}
	return rs, err
}

// listInbox lists what waits for the person's word.
func (e *Engine) listInbox(ctx context.Context, v card.View) (card.Card, error) {
	recs, _, err := e.Store.Find(ctx, Query{Kind: KindMessage, Index: ByWaits, Value: v.Viewer.ID, Limit: mostListed})
	if err != nil {
		return card.Card{}, err
	}
	var items []card.Item
	listed := map[string]bool{}
	for _, rec := range recs {
		m, ok := rec.Value.(*Message)
		if !ok || listed[m.Request] {
			continue
		}
		listed[m.Request] = true
		r, gs, err := e.parts(ctx, m.Request)
		if err != nil {
			return card.Card{}, err
		}
		items = append(items, card.Item{Request: r, Guests: gs, Since: m.PostedAt})
	}
	return card.Inbox(v, items), nil
}

// listExtendable lists the guests whose end the person may move, or asked for.
func (e *Engine) listExtendable(ctx context.Context, v card.View) (card.Card, error) {
	by := map[string]*card.Item{}
	var order []string
	for _, index := range []string{ByAddAs, ByGuestOf} {
		recs, _, err := e.Store.Find(ctx, Query{Kind: KindGuest, Index: index, Value: v.Viewer.ID, Limit: mostListed})
		if err != nil {
			return card.Card{}, err
		}
		for _, rec := range recs {
			g, ok := rec.Value.(*flow.Guest)
			if !ok {
				continue
			}
			it := by[g.Request]
			if it == nil {
				c, _, err := e.load(ctx, target{request: g.Request})
				if err != nil {
					return card.Card{}, err
				}
				it = &card.Item{Request: c.Request}
				by[g.Request] = it
				order = append(order, g.Request)
			}
			if !holds(it.Guests, g.ID) {
				it.Guests = append(it.Guests, g)
			}
		}
	}
	var items []card.Item
	for _, id := range order {
		items = append(items, *by[id])
	}
	return card.Extendable(v, items), nil
}

func holds(gs []*flow.Guest, id string) bool {
	for _, g := range gs {
		if g.ID == id {
			return true
		}
	}
	return false
}

// cancel drops the draft or withdraws the open request that is meant: the one
// named, or the only one. Several are listed to choose from.
func (e *Engine) cancel(ctx context.Context, v card.View, name string) (card.Card, error) {
	rs, err := e.requestsOf(ctx, v.Viewer.ID)
	if err != nil {
		return card.Card{}, err
	}
	var open []*flow.Request
	for _, r := range rs {
		named := name == "" || strings.EqualFold(name, r.ID)
		if named && (r.State == flow.Draft || r.State == flow.Open && r.Code == "") {
			open = append(open, r)
		}
	}
	switch len(open) {
	case 0:
		return card.Whisper(v, "nothing_to_cancel", nil), nil
	case 1:
	default:
		return card.Cancelable(v, open), nil
	}
	_, err = e.apply(ctx, target{request: open[0].ID}, flow.Event{Kind: flow.Withdraw, By: v.Viewer.ID}, extra{})
	if _, ok := refused(err); ok {
		return card.Whisper(v, "too_late", nil), nil
	}
	return card.Whisper(v, "withdrawn", map[string]string{"request": open[0].ID}), err
}

// setLanguage keeps the person's own choice.
func (e *Engine) setLanguage(ctx context.Context, v card.View, typed string) (card.Card, error) {
	lang := strings.ToLower(typed)
	switch lang {
	case "en", "english", "engels":
		lang = "en"
	case "nl", "dutch", "nederlands":
		lang = "nl"
	default:
		return card.Language(v, ""), nil
	}
	err := again(ctx, func() error {
		recs, err := e.Store.Get(ctx, personKey(v.Viewer.ID))
		if err != nil {
			return err
		}
		p, ok := recs[0].Value.(*PersonRecord)
		if !ok || recs[0].Rev == 0 {
			p = &PersonRecord{ID: v.Viewer.ID}
		}
		p.Lang = lang
		return e.Store.Commit(ctx, Change{Puts: []Put{putPerson(recs[0].Rev, p)}})
	})
	v.Viewer.Lang = lang
	return card.Language(v, lang), err
}

// sayCheck tells how ready the company is; values are for admins alone.
func (e *Engine) sayCheck(ctx context.Context, v card.View) (card.Card, error) {
	admin, err := e.isAdmin(ctx, v.Viewer.ID)
	if err != nil {
		return card.Card{}, err
	}
	v.Role = card.AsBystander
	if admin {
		v.Role = card.AsAdmin
	}
	snap, err := e.Tenant.Snapshot(ctx)
	if err != nil {
		return card.Card{}, err
	}
	return card.Check(v, readiness.CheckCompany(snap, e.Settings.Rules, e.Clock.Now())), nil
}

func (e *Engine) isAdmin(ctx context.Context, id string) (bool, error) {
	p, err := e.Directory.Person(ctx, id)
	if err != nil {
		return false, err
	}
	return e.isListed(ctx, e.Settings.Admins, p)
}

// sayWhy answers why an address cannot be invited. Employees get an answer only
// for guests of their own requests, without values: anything else would let them
// find out who is a guest here.
func (e *Engine) sayWhy(ctx context.Context, v card.View, rest string) (card.Card, error) {
	mail, site, _ := strings.Cut(rest, " ")
	a, err := readiness.ParseAddress(mail)
	if err != nil {
		return card.Whisper(v, "why_which", nil), nil //nolint:nilerr // he is asked for an address
	}
	admin, err := e.isAdmin(ctx, v.Viewer.ID)
	if err != nil {
		return card.Card{}, err
	}
	v.Role = card.AsBystander
	if admin {
		v.Role = card.AsAdmin
	} else {
		own, err := e.ownGuest(ctx, v.Viewer.ID, a.Mail)
		if err != nil {
			return card.Card{}, err
		}
		if !own {
			return card.Whisper(v, "why_not_yours", nil), nil
		}
	}
	ask := Asker{Tenant: e.Tenant, Directory: e.Directory, Rules: e.Settings.Rules}
	w := Wondering{Address: a, Site: strings.Trim(strings.TrimSpace(site), `"“”`), Now: e.Clock.Now()}
	asked, which, err := ask.Why(ctx, w)
	if err != nil {
		return card.Card{}, err
	}
	if which != nil {
		return card.Which(v, card.CommandWhy, site, which), nil
	}
	if asked.Waiting, err = e.waitingFor(ctx, a.Mail); err != nil {
		return card.Card{}, err
	}
	return card.Why(v, asked), nil
}

// ownGuest says whether a person asked for this guest, or decides on him.
func (e *Engine) ownGuest(ctx context.Context, id, mail string) (bool, error) {
	recs, _, err := e.Store.Find(ctx, Query{Kind: KindGuest, Index: ByMailOf, Value: mail, Newest: true, Limit: mostListed})
	if err != nil {
		return false, err
	}
	for _, rec := range recs {
		g, ok := rec.Value.(*flow.Guest)
		if !ok {
			continue
		}
		if g.AddAs == id || place(g.Deciders, id) >= 0 {
			return true, nil
		}
		c, _, err := e.load(ctx, target{request: g.Request})
		if err != nil {
			return false, err
		}
		if c.Request.Requester.ID == id {
			return true, nil
		}
	}
	return false, nil
}

// waitingFor lists the open requests in which a guest of this address is parked.
func (e *Engine) waitingFor(ctx context.Context, mail string) ([]*flow.Request, error) {
	recs, _, err := e.Store.Find(ctx, Query{Kind: KindGuest, Index: ByMailOf, Value: mail, Limit: mostListed})
	if err != nil {
		return nil, err
	}
	out := []*flow.Request{} // looked, and perhaps nobody
	for _, rec := range recs {
		if g, ok := rec.Value.(*flow.Guest); ok && g.State == flow.Parked {
			c, _, err := e.load(ctx, target{request: g.Request})
			if err != nil {
				return nil, err
			}
			out = append(out, c.Request)
		}
	}
	return out, nil
}
