package bot

import (
	"context"
	"slices"
	"strings"

	"guestsite/bot/flow"
)

// eraser erases one guest.
type eraser struct {
	*Engine
	job             Job
	id, mail, typed string
	addr            scrubber // by address alone
}

// on puts the job back to go on with w, in the commit that keeps what was found.
func (x *eraser) on(ctx context.Context, w work, found func(*Erasure)) error {
	job, err := newJob(x.job.ID, jobForget, x.Clock.Now(), w)
	if err != nil {
		return err
	}
	return x.commit(ctx, Change{Finish: &Finish{Job: x.job}, Jobs: []Job{job}}, found)
}

// commit keeps what was erased together with its count.
func (x *eraser) commit(ctx context.Context, ch Change, found func(*Erasure)) error {
	rec, rev, err := x.erasure(ctx, x.id)
	if err != nil {
		return err
	}
	if found != nil {
		found(rec)
		ch.Puts = append(ch.Puts, putErasure(rev, rec))
	}
	return x.Store.Commit(ctx, ch)
}

// request erases the guest from one request: its cards, the other guests, the
// request, and last his own records, by which a run after a crash finds it again.
func (x *eraser) request(ctx context.Context, id string) error {
	r, gs, err := x.parts(ctx, id)
	if CodeOf(err) == NotFound { // its time was over meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	names := []string{x.mail, x.typed, x.external()}
	var own []string // his records
	for _, g := range gs {
		if !sameMail(g.Mail, x.mail) {
			continue
		}
		if runsWith(r, g) {
			return x.commit(ctx, Change{}, func(e *Erasure) {
				if !slices.Contains(e.Left, id) {
					e.Left = append(e.Left, id)
				}
			})
		}
		own = append(own, g.ID)
		names = append(names, g.Name)
	}
	for _, in := range r.Answers.Guests {
		if sameMail(in.Mail, x.mail) {
			names = append(names, in.Name)
		}
	}
	all := finder{newScrubber(names...), givenNames(names[3:])}
	held := false
	if err := x.others(ctx, r, gs, own, all, &held); err != nil {
		return err
	}
	clean, inRequest, err := scrub(all.scrubber, r)
	if err != nil || !held && !inRequest && len(own) == 0 {
		return err
	}
	if err := x.cards(ctx, id, all); err != nil {
		return err
	}
	if inRequest {
		if err := x.answers(ctx, clean, all); err != nil {
			return err
		}
	}
	for _, part := range own {
		if err := x.guest(ctx, id, part, all); err != nil {
			return err
		}
	}
	return nil
}

// finder finds a guest in one request.
type finder struct {
	scrubber
	given scrubber
}

// words takes the given name out of what people wrote.
func (f finder) words(texts ...*string) {
	for _, t := range texts {
		*t = f.given.text(*t)
	}
}

// external is how Entra writes the address of a guest within a principal name.
func (x *eraser) external() string { return strings.Replace(x.mail, "@", "_", 1) + "#EXT#" }

// others erases him from what was found out about other guests, e.g. that one of
// them looks like him.
func (x *eraser) others(ctx context.Context, r *flow.Request, gs []*flow.Guest, own []string, all finder, held *bool) error {
	for _, g := range gs {
		if slices.Contains(own, g.ID) {
			continue
		}
		_, found, err := scrub(x.addr, g) // a name alone may be somebody else's
		if err != nil || !found {
			if err != nil {
				return err
			}
			continue
		}
		*held = true
		if err := x.guest(ctx, r.ID, g.ID, all); err != nil {
			return err
		}
	}
	return nil
}

// guest erases him from a guest's record: his own, or another's.
func (x *eraser) guest(ctx context.Context, id, part string, all finder) error {
	c, revs, err := x.load(ctx, target{id, part})
	if err != nil {
		return err
	}
	g, _, err := scrub(all.scrubber, c.Guest)
	if err != nil {
		return err
	}
	his := sameMail(c.Guest.Mail, x.mail)
	if his {
		g.Mail, g.Name, g.Account, g.Clicks = flow.Erased, "", nil, nil
		if g.Check != nil {
			g.Check.Evidence, g.Check.Args = nil, nil
		}
	}
	for i := range g.Asked {
		all.words(&g.Asked[i].Text, &g.Asked[i].Answer)
	}
	for _, d := range []*flow.Decision{g.Decision, g.Second} {
		if d != nil {
			all.words(&d.Note)
		}
	}
	// The count names guests, and every card is drawn after it.
	refresh, err := newJob(id+"/refresh", string(flow.Refresh), x.Clock.Now(), work{Request: id})
	if err != nil {
		return err
	}
	ch := Change{Puts: []Put{putGuest(revs[1], c.Request, g)}, Jobs: []Job{refresh}}
	return x.commit(ctx, ch, func(e *Erasure) {
		if his {
			e.Guests++
		}
	})
}

// answers erases him from the request itself. A form that shows him is drawn anew.
func (x *eraser) answers(ctx context.Context, r *flow.Request, all finder) error {
	c, revs, err := x.load(ctx, target{request: r.ID})
	if err != nil {
		return err
	}
	clean, _, err := scrub(all.scrubber, c.Request)
	if err != nil {
		return err
	}
	clean.Erased = x.id
	all.words(&clean.Answers.Why, &clean.Answers.Purpose, &clean.Answers.Pasted, &clean.Tally.Note)
	for i := range clean.Answers.Guests {
		if in := &clean.Answers.Guests[i]; in.Mail == flow.Erased {
			in.Name, in.Args = "", nil
		}
	}
	refresh, err := newJob(r.ID+"/refresh", string(flow.Refresh), x.Clock.Now(), work{Request: r.ID})
	if err != nil {
		return err
	}
	ch := Change{Puts: []Put{putRequest(revs[0], clean)}, Jobs: []Job{refresh}}
	if clean.Form != nil && clean.State == flow.Draft {
		show, err := newJob(r.ID+"/form", string(flow.ShowForm), x.Clock.Now(), work{Request: r.ID})
		if err != nil {
			return err
		}
		ch.Jobs = append(ch.Jobs, show)
	}
	return x.commit(ctx, ch, func(e *Erasure) {
		if c.Request.Erased != x.id { // else a count that was under way named him once more
			e.Requests++
		}
	})
}

// cards erases him from what is kept of each card. Those that are posted are drawn
// anew once the records are clean.
func (x *eraser) cards(ctx context.Context, id string, all finder) error {
	have, err := x.messages(ctx, id)
	if err != nil {
		return err
	}
	for _, rec := range have {
		m, ok := rec.Value.(*Message)
		if !ok || m.Erased == x.id {
			continue
		}
		clean, _, err := scrub(all.scrubber, m)
		if err != nil {
			return err
		}
		clean.Erased, clean.Hash = x.id, ""
		if len(clean.Shown) > 0 {
			clean.Shown = all.given.walk(clean.Shown, func(string) {})
		}
		err = x.commit(ctx, Change{Puts: []Put{putMessage(rec.Rev, clean)}}, func(e *Erasure) {
			switch {
			case m.Ref != "" && m.Dead == "":
				e.Cards++
			case m.PostedAt.IsZero(): // it never showed anything
			default:
				e.CardsLeft++
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
