package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// jobCard posts a card, or redraws it: the newest state wins, one at a time a card.
const jobCard = "card"

func cardJob(m *Message, now time.Time) (Job, error) {
	return newJob("card/"+m.ID, jobCard, now, work{Request: m.Request, Message: m.ID})
}

// wanted is a card that ought to be with somebody.
type wanted struct {
	kind  MessageKind
	part  string
	to    flow.Who
	waits bool
}

func (w wanted) id(request string) string {
	id := request + "/" + string(w.kind)
	if w.part != "" {
		id += "." + w.part
	}
	return id + "/" + w.to.ID
}

// reconcile makes the message records that are wanted and not there, and has
// every card of the request redrawn. It finishes the job.
func (e *Engine) reconcile(ctx context.Context, j Job, r *flow.Request, gs []*flow.Guest) error {
	have, err := e.messages(ctx, r.ID)
	if err != nil {
		return err
	}
	want, err := e.wantedCards(ctx, r, gs)
	if err != nil {
		return err
	}
	now := e.Clock.Now()
	waits := map[string]bool{}
	for _, w := range want {
		id := w.id(r.ID)
		waits[id] = w.waits
		if _, ok := have[id]; ok {
			continue
		}
		m := &Message{ID: id, Request: r.ID, Kind: w.kind, Part: w.part, To: w.to, Waits: w.waits}
		if err := e.putCard(ctx, 0, m, now); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(have)) {
		rec := have[id]
		m, ok := rec.Value.(*Message)
		if !ok {
			continue
		}
		if m.Waits == waits[id] {
			err = e.redraw(ctx, m, now)
		} else {
			m.Waits = waits[id]
			err = e.putCard(ctx, rec.Rev, m, now)
		}
		if err != nil {
			return err
		}
	}
	return e.done(ctx, j)
}

// putCard keeps a message record with the job that draws it. A race that is lost
// leaves the refresh to run again.
func (e *Engine) putCard(ctx context.Context, rev int64, m *Message, now time.Time) error {
	job, err := cardJob(m, now)
	if err != nil {
		return err
	}
	err = e.Store.Commit(ctx, Change{Puts: []Put{putMessage(rev, m)}, Jobs: []Job{job}})
	if err != nil {
		return &Error{Code: Unavailable, Op: "bot: keep message " + m.ID, Err: err}
	}
	return nil
}

func (e *Engine) redraw(ctx context.Context, m *Message, now time.Time) error {
	job, err := cardJob(m, now)
	if err != nil {
		return err
	}
	return e.Store.Commit(ctx, Change{Jobs: []Job{job}})
}

// messages reads the message records of a request by id.
func (e *Engine) messages(ctx context.Context, request string) (map[string]Record, error) {
	out := map[string]Record{}
	q := Query{Kind: KindMessage, Index: ByRequest, Value: request, Limit: 200}
	for {
		page, next, err := e.Store.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, rec := range page {
			out[rec.ID] = rec
		}
		if next == "" {
			return out, nil
		}
		q.After = next
	}
}

// handoverCards is how many guests get a hand-over card each; of more, the text
// is behind the status card's buttons.
const handoverCards = 5

// wantedCards lists who ought to have a card about a request as it stands.
func (e *Engine) wantedCards(ctx context.Context, r *flow.Request, gs []*flow.Guest) ([]wanted, error) {
	if r.State == flow.Draft || r.Requester.ID == "" || r.Version > 0 && r.Tally.Total == 0 && r.Site == nil && r.State != flow.Open {
		return nil, nil // never sent
	}
	out := []wanted{{kind: StatusCard, to: r.Requester}}
	asked := map[string]bool{}
	ask := func(kind MessageKind, part string, people []flow.Who) {
		for i, p := range people {
			if key := part + "/" + p.ID; i < maxAsked && !asked[key] {
				asked[key] = true
				out = append(out, wanted{kind: kind, part: part, to: p, waits: true})
			}
		}
	}
	parked := false
	if s := r.Site; s != nil {
		if s.State == flow.AwaitingApproval {
			ask(DecideCard, flow.SitePart, s.Deciders)
		}
		parked = s.State == flow.Parked
	}
	for _, g := range gs {
		switch g.State {
		case flow.AwaitingDecision, flow.Question:
			ask(DecideCard, "", g.Deciders)
		case flow.Parked:
			parked = true
		case flow.In:
			now := e.Clock.Now()
			if !g.Ending && g.Until.Sub(now) <= flow.RemindBefore && now.Sub(g.InSince) >= 24*time.Hour {
				out = append(out, ending(r, g)...)
			}
			if len(gs) <= handoverCards && g.Account != nil && g.Account.Pending {
				out = append(out, wanted{kind: HandoverCard, part: g.ID, to: r.Requester})
			}
		default: // nobody has to do anything for this guest
		}
	}
	if parked {
		admins, err := e.listed(ctx, e.Settings.Admins)
		if err != nil {
			return nil, err
		}
		for _, a := range admins {
			out = append(out, wanted{kind: AdminCard, to: whoIs(a, ""), waits: true})
		}
	}
	return out, nil
}

// ending lists who hears that a guest's access ends soon: who asked, and the
// owner in whose name the guest was added, who may extend it.
func ending(r *flow.Request, g *flow.Guest) []wanted {
	out := []wanted{{kind: EndingCard, part: g.ID, to: r.Requester}}
	if g.Decision != nil && g.Decision.By.ID != r.Requester.ID {
		out = append(out, wanted{kind: EndingCard, part: g.ID, to: g.Decision.By})
	}
	return out
}

// doCard posts or redraws one card.
func (e *Engine) doCard(ctx context.Context, j Job, w work) error {
	recs, err := e.Store.Get(ctx, messageKey(w.Message))
	if err != nil {
		return err
	}
	m, ok := recs[0].Value.(*Message)
	if !ok || recs[0].Rev == 0 || m.Dead != "" {
		return e.done(ctx, j)
	}
	r, gs, err := e.parts(ctx, m.Request)
	if err != nil {
		return err
	}
	v, err := e.viewOf(ctx, m, r, gs)
	if err != nil {
		return err
	}
	c := drawn(m, v)
	b, err := json.Marshal(c)
	if err != nil {
		return &Error{Code: Internal, Op: "bot: encode card", Err: err}
	}
	hash := digest(b)
	if m.Ref != "" && m.Hash == hash {
		return e.done(ctx, j)
	}
	rev := recs[0].Rev
	show(m, v, hash)
	if m.Ref != "" {
		err = e.update(ctx, m, c)
	}
	if m.Ref == "" && err == nil {
		rev, err = e.post(ctx, m, rev, c)
	}
	if err != nil {
		return e.undeliverable(ctx, j, m, rev, err)
	}
	return e.keep(ctx, j, rev, m)
}

// show lays down what a card shows, for the clicks on it.
func show(m *Message, v card.View, hash string) {
	m.Hash, m.Version = hash, v.Request.Version
	if m.Kind == DecideCard {
		m.Shown = card.Facts(v).JSON()
		m.ShownDigest = digest(m.Shown)
	}
}

// keep commits what was drawn. When the record changed meanwhile (somebody asked
// to see all), only what this run learnt is laid over it, and it is drawn again.
func (e *Engine) keep(ctx context.Context, j Job, rev int64, m *Message) error {
	ch := Change{Puts: []Put{putMessage(rev, m)}, Finish: &Finish{Job: j}}
	return again(ctx, func() error {
		err := e.Store.Commit(ctx, ch)
		if err == nil || CodeOf(err) == Internal && !isConflict(err) {
			return err
		}
		recs, gerr := e.Store.Get(ctx, messageKey(m.ID))
		if gerr != nil {
			return gerr
		}
		if cur, ok := recs[0].Value.(*Message); ok && recs[0].Rev != 0 {
			cur.User, cur.Ref, cur.PostedAt = m.User, m.Ref, m.PostedAt
			cur.Shown, cur.ShownDigest, cur.Version = m.Shown, m.ShownDigest, m.Version
			cur.Hash = "" // draw it again
			ch.Puts = []Put{putMessage(recs[0].Rev, cur)}
			ch.Finish = &Finish{Job: j, Again: e.Clock.Now()}
		}
		return err
	})
}

// update redraws a posted card. One that was deleted loses its reference, so
// that it is posted anew.
func (e *Engine) update(ctx context.Context, m *Message, c card.Card) error {
	chat, err := e.chat(m.User.Chat)
	if err != nil {
		return err
	}
	err = chat.Update(ctx, m.Ref, c)
	if err != nil && CodeOf(err) == NotFound {
		m.Ref, m.User = "", ChatUser{}
		return nil
	}
	return err
}

// post sends a card. To whom, and what it shows, is kept before: a click may come
// before the reference is kept, and a run after a crash looks for the card first.
func (e *Engine) post(ctx context.Context, m *Message, rev int64, c card.Card) (int64, error) {
	again := m.User.ID != ""
	if !again {
		u, err := e.where(ctx, m.To)
		if err != nil {
			return rev, err
		}
		m.User, m.PostedAt = u, e.Clock.Now()
		if err := e.Store.Commit(ctx, Change{Puts: []Put{putMessage(rev, m)}}); err != nil {
			return rev, unlessLost(err, "bot: keep message "+m.ID)
		}
		recs, err := e.Store.Get(ctx, messageKey(m.ID))
		if err != nil {
			return rev, err
		}
		rev = recs[0].Rev
	}
	chat, err := e.chat(m.User.Chat)
	if err != nil {
		return rev, err
	}
	if again {
		ref, err := chat.FindPost(ctx, m.User, m.ID)
		if err == nil {
			m.Ref = ref
			return rev, chat.Update(ctx, ref, c)
		}
		if CodeOf(err) != NotFound {
			return rev, err
		}
	}
	m.Ref, err = chat.Post(ctx, m.User, m.ID, c)
	return rev, err
}

// unlessLost makes a lost race one that is run again.
func unlessLost(err error, op string) error {
	if errors.Is(err, ErrConflict) {
		return &Error{Code: Unavailable, Op: op, Err: err}
	}
	return err
}

// where finds the account to deliver to: where the person was last seen, else by
// his address. That says where to knock, not who he is.
func (e *Engine) where(ctx context.Context, who flow.Who) (ChatUser, error) {
	recs, err := e.Store.Get(ctx, personKey(who.ID))
	if err != nil {
		return ChatUser{}, err
	}
	if p, ok := recs[0].Value.(*PersonRecord); ok && recs[0].Rev != 0 {
		var best LastSeen
		for _, s := range p.Users {
			if _, on := e.chats[s.User.Chat]; on && s.At.After(best.At) {
				best = s
			}
		}
		if best.User.ID != "" {
			return best.User, nil
		}
	}
	var last error = &Error{Code: Forbidden, Op: "bot: find a chat account", Reason: ReasonUndeliverable}
	for _, c := range e.Chats {
		u, err := c.ByMail(ctx, who.Mail)
		if err == nil {
			return u, nil
		}
		last = err
	}
	return ChatUser{}, last
}

// undeliverable marks a card that cannot be delivered, and has the others say so.
func (e *Engine) undeliverable(ctx context.Context, j Job, m *Message, rev int64, cause error) error {
	if ReasonOf(cause) != ReasonUndeliverable && CodeOf(cause) != NotFound {
		return cause
	}
	e.Log.WarnContext(ctx, "card cannot be delivered", "message", m.ID, "error", cause)
	m.Dead = string(CodeOf(cause))
	refresh, err := newJob(m.Request+"/refresh", string(flow.Refresh), e.Clock.Now(), work{Request: m.Request})
	if err != nil {
		return err
	}
	return e.Store.Commit(ctx, Change{Puts: []Put{putMessage(rev, m)}, Finish: &Finish{Job: j}, Jobs: []Job{refresh}})
}

// viewOf is how the recipient of a message looks at its request.
func (e *Engine) viewOf(ctx context.Context, m *Message, r *flow.Request, gs []*flow.Guest) (card.View, error) {
	e.whoHelps(ctx)
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
		v.Role = card.AsCoOwner
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
	return v, nil
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
	var out []string
	all := true
	for _, id := range slices.Sorted(maps.Keys(have)) { // in one order, or the card would change for nothing
		m, ok := have[id].Value.(*Message)
		switch {
		case !ok || m.Kind != DecideCard:
		case m.Dead == "":
			all = false
		default:
			out = append(out, m.To.Name)
		}
	}
	return out, all && len(out) > 0, nil
}

// drawn builds the card of a message.
func drawn(m *Message, v card.View) card.Card {
	switch m.Kind {
	case DecideCard:
		return card.Decide(v)
	case AdminCard:
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

func digest(b []byte) string {
	d := sha256.Sum256(b)
	return hex.EncodeToString(d[:])
}

// anew numbers a message that is posted once more.
func anew(id string, n int) string { return id + "/" + strconv.Itoa(n) }

func isConflict(err error) bool { return errors.Is(err, ErrConflict) }
