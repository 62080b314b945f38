package bot

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// doShowForm redraws the open form of a draft.
func (e *Engine) doShowForm(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, w.target())
	if err != nil {
		return err
	}
	r := c.Request
	if r.Form == nil {
		return e.done(ctx, j)
	}
	chat, err := e.chat(r.Form.Chat)
	if err != nil {
		return err
	}
	v := e.view(ctx, r.Requester)
	v.Request, v.Role = r, card.AsRequester
	err = chat.UpdateForm(ctx, Ref(r.Form.Ref), draftForm(v, r))
	if ReasonOf(err) == ReasonGone { // closed meanwhile; the draft is kept
		err = nil
	}
	if err != nil {
		return err
	}
	return e.done(ctx, j)
}

// draftForm is the step that a draft is at, or a last word.
func draftForm(v card.View, r *flow.Request) card.Form {
	switch {
	case r.State != flow.Draft:
		return card.Closed(v, r.Code, nil)
	case r.Answers.Step == flow.StepReview:
		return card.ReviewForm(v)
	case r.Answers.Step == flow.StepPeople:
		return card.PeopleForm(v)
	}
	return card.SiteForm(v)
}

// doTell answers a clicker privately. His handle may have run out; then the
// changed card is all that he sees.
func (e *Engine) doTell(ctx context.Context, j Job, w work) error {
	c, err := e.toldWhat(ctx, w)
	if err != nil {
		return err
	}
	return e.say(ctx, j, ChatUser{w.Click.Chat, w.Click.Team, w.Click.User}, w.Click.Reply, c)
}

func (e *Engine) toldWhat(ctx context.Context, w work) (card.Card, error) {
	v, err := e.viewFor(ctx, ChatUser{w.Click.Chat, w.Click.Team, w.Click.User})
	if err != nil {
		return card.Card{}, err
	}
	r, gs, err := e.parts(ctx, w.Request)
	if err != nil {
		return card.Card{}, err
	}
	v.Request, v.Guests, v.Part = r, gs, w.Part
	args := map[string]string{"site": r.Target.Name, "requester": r.Requester.Name, "request": r.ID}
	if by, at, ok := e.decidedBy(ctx, target{w.Request, w.Part}); ok {
		args["person"], args["at"] = by, moment(at)
	} else if others := otherDeciders(r, gs, w); others != "" {
		args["person"] = others
	}
	return card.Whisper(v, w.Code, args), nil
}

// otherDeciders names who has the request when the clicker's word does not count.
func otherDeciders(r *flow.Request, gs []*flow.Guest, w work) string {
	var people []flow.Who
	if w.Part == flow.SitePart && r.Site != nil {
		people = r.Site.Deciders
	}
	for _, g := range gs {
		if g.ID == w.Part {
			people = g.Deciders
		}
	}
	var names []string
	for _, p := range people {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// say shows a private line and finishes the job. A handle that ran out, or none,
// is not a failure.
func (e *Engine) say(ctx context.Context, j Job, u ChatUser, reply string, c card.Card) error {
	chat, err := e.chat(u.Chat)
	if err != nil {
		return err
	}
	switch err := chat.Whisper(ctx, reply, c); {
	case err == nil:
	case CodeOf(err) == Expired, CodeOf(err) == NotFound:
		e.Log.InfoContext(ctx, "private line not delivered", "job", j.ID, "reason", string(CodeOf(err)))
	default:
		return err
	}
	return e.done(ctx, j)
}

// decidedBy says who decided on a part, and when.
func (e *Engine) decidedBy(ctx context.Context, t target) (string, time.Time, bool) {
	c, _, err := e.load(ctx, t)
	if err != nil {
		return "", time.Time{}, false
	}
	var d *flow.Decision
	switch {
	case c.Guest != nil:
		d = c.Guest.Decision
	case t.part == flow.SitePart && c.Request.Site != nil:
		d = c.Request.Site.Decision
	}
	if d == nil {
		return "", time.Time{}, false
	}
	return d.By.Name, d.At, true
}

// doApproveAll takes an approval for each guest without remarks who awaits the
// clicker's word.
func (e *Engine) doApproveAll(ctx context.Context, j Job, w work) error {
	m, code, err := e.postedTo(ctx, ChatUser{w.Click.Chat, w.Click.Team, w.Click.User}, w.Click.Message)
	if err != nil || code != "" {
		if err == nil {
			err = e.done(ctx, j)
		}
		return err
	}
	_, gs, err := e.parts(ctx, w.Request)
	if err != nil {
		return err
	}
	for _, g := range gs {
		open := g.State == flow.AwaitingDecision && place(g.Deciders, m.To.ID) >= 0
		if !open || len(g.Check.Own()) > 0 || clickedBefore(g, *w.Click) {
			continue
		}
		c := *w.Click
		ev := flow.Event{Kind: flow.Clicked, By: m.To.ID, Click: &c}
		if _, err := e.apply(ctx, target{w.Request, g.ID}, ev, extra{}); err != nil {
			if _, ok := refused(err); !ok {
				return err
			}
		}
	}
	return e.done(ctx, j)
}

// clickedBefore says that this click waits already: the job ran before.
func clickedBefore(g *flow.Guest, c flow.Click) bool {
	return slices.ContainsFunc(g.Clicks, func(o flow.Click) bool { return o.User == c.User && o.At.Equal(c.At) })
}

// doConfirm takes an admin's word that he checked a setting by hand. Whether he
// is an admin is read now.
func (e *Engine) doConfirm(ctx context.Context, j Job, w work) error {
	who, ok, err := e.adminNow(ctx, w.User)
	if err != nil {
		return err
	}
	if !ok {
		return e.sayCode(ctx, j, w, "not_admin")
	}
	ts, err := e.parkedOn(ctx, w)
	if err != nil {
		return err
	}
	for _, t := range ts {
		if _, err := e.apply(ctx, t, flow.Event{Kind: flow.Confirmed, By: who.ID, Person: &who}, extra{}); err != nil {
			if _, ok := refused(err); !ok {
				return err
			}
		}
	}
	return e.sayCode(ctx, j, w, "confirmed")
}

// doRecheck looks at parked parts again at once.
func (e *Engine) doRecheck(ctx context.Context, j Job, w work) error {
	_, ok, err := e.adminNow(ctx, w.User)
	if err != nil {
		return err
	}
	if !ok {
		return e.sayCode(ctx, j, w, "not_admin")
	}
	r, gs, err := e.parts(ctx, w.Request)
	if err != nil {
		return err
	}
	if _, err := e.recheck(ctx, r, gs); err != nil {
		return err
	}
	return e.sayCode(ctx, j, w, "rechecking")
}

// recheck has the parked parts of a request looked at again at once; it gives how many.
func (e *Engine) recheck(ctx context.Context, r *flow.Request, gs []*flow.Guest) (int, error) {
	e.Tenant.Forget() // what was read before the admin changed it
	var jobs []Job
	add := func(id string, kind flow.EffectKind, part string) error {
		job, err := newJob(id, string(kind), e.Clock.Now(), work{Request: r.ID, Part: part})
		jobs = append(jobs, job)
		return err
	}
	if s := r.Site; s != nil && s.State == flow.Parked {
		kind := flow.CheckSite
		if s.Resume == flow.Sharing {
			kind = flow.ApplySharing
		}
		if err := add(r.ID+"/site/site-look", kind, flow.SitePart); err != nil {
			return 0, err
		}
	}
	for _, g := range gs {
		if g.State == flow.Parked && len(jobs) < maxRecheck {
			if err := add(r.ID+"/"+g.ID+"/look", flow.CheckGuest, g.ID); err != nil {
				return 0, err
			}
		}
	}
	return len(jobs), e.Store.Commit(ctx, Change{Jobs: jobs})
}

// maxRecheck bounds how many guests are looked at again at once; the rest follow
// in their own time.
const maxRecheck = 50

// parkedOn lists the parts of a request that wait for the setting of a card.
func (e *Engine) parkedOn(ctx context.Context, w work) ([]target, error) {
	r, gs, err := e.parts(ctx, w.Request)
	if err != nil {
		return nil, err
	}
	var out []target
	fits := func(part string, c *flow.Check) bool {
		return c != nil && (w.Part == "" || w.Part == part) && (w.Setting == "" || c.Setting == w.Setting)
	}
	if s := r.Site; s != nil && s.State == flow.Parked && fits(flow.SitePart, s.Check) {
		out = append(out, target{r.ID, flow.SitePart})
	}
	for _, g := range gs {
		if g.State == flow.Parked && fits(g.ID, g.Check) {
			out = append(out, target{r.ID, g.ID})
		}
	}
	return out, nil
}

// adminNow says who an account is and whether he is an admin, both read now.
func (e *Engine) adminNow(ctx context.Context, u ChatUser) (flow.Who, bool, error) {
	who, refusal, err := e.identify(ctx, u)
	if err != nil || refusal != "" {
		return who, false, err
	}
	p, err := e.Directory.Person(ctx, who.ID)
	if err != nil {
		return who, false, err
	}
	ok, err := e.isListed(ctx, e.Settings.Admins, p)
	return who, ok, err
}

// sayCode answers with a private line of the catalogue.
func (e *Engine) sayCode(ctx context.Context, j Job, w work, code string) error {
	v, err := e.viewFor(ctx, w.User)
	if err != nil {
		return err
	}
	return e.say(ctx, j, w.User, w.Reply, card.Whisper(v, code, map[string]string{"request": w.Request}))
}

// doHandover shows the requester the text for a guest, once; with a fresh link
// when he asked for one. The link is not kept.
func (e *Engine) doHandover(ctx context.Context, j Job, w work) error {
	r, gs, err := e.parts(ctx, w.Request)
	if err != nil {
		return err
	}
	who, refusal, err := e.identify(ctx, w.User)
	if err != nil {
		return err
	}
	if refusal != "" || who.ID != r.Requester.ID {
		return e.sayCode(ctx, j, w, "not_your_card")
	}
	i := slices.IndexFunc(gs, func(g *flow.Guest) bool { return g.ID == w.Part })
	if i < 0 || gs[i].Account == nil {
		return e.sayCode(ctx, j, w, "card_unknown")
	}
	g := gs[i]
	v := e.view(ctx, who)
	v.Request, v.Guests, v.Part, v.Role = r, gs, g.ID, card.AsRequester
	lang, link := w.Text, ""
	if w.Code == string(card.ActRedeem) {
		lang = v.Viewer.Lang
		a, err := readiness.ParseAddress(g.Mail)
		if err != nil {
			return e.sayCode(ctx, j, w, "card_unknown")
		}
		link, err = e.Sites.RedeemLink(ctx, a, g.Account.UserID, r.Target.URL)
		if ReasonOf(err) == ReasonPaused {
			return e.sayCode(ctx, j, w, "paused")
		}
		if err != nil {
			return err
		}
	}
	return e.say(ctx, j, w.User, w.Reply, card.Handover(v, g, lang, link))
}

// doShow sends a request's card to somebody anew, where he has one.
func (e *Engine) doShow(ctx context.Context, j Job, w work) error {
	who, err := e.linked(ctx, w.User)
	if err != nil {
		return err
	}
	have, err := e.messages(ctx, w.Request)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(have)) {
		m, ok := have[id].Value.(*Message)
		if !ok || who.ID == "" || m.To.ID != who.ID || m.Kind == HandoverCard {
			continue
		}
		n := 2
		for ; have[anew(id, n)].Rev != 0; n++ {
		}
		fresh := &Message{ID: anew(id, n), Request: m.Request, Kind: m.Kind, Part: m.Part, To: m.To, Waits: m.Waits}
		if err := e.putCard(ctx, 0, fresh, e.Clock.Now()); err != nil {
			return err
		}
		return e.done(ctx, j)
	}
	return e.sayCode(ctx, j, w, "card_unknown")
}
