package bot

import (
	"context"
	"errors"
	"slices"
	"strings"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// findTarget finds the site that was named when guests are to be added.
func (e *Engine) findTarget(ctx context.Context, r *flow.Request, d *flow.DraftResult) error {
	text := r.Origin.Typed
	if text == "" && r.Answers.SiteID == "" {
		return nil // the form asks for it
	}
	sites, err := e.Tenant.SitesOf(ctx, r.Requester.ID, 100)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(sites, func(s SiteRef) bool { return s.GroupID == r.Answers.SiteID }); i >= 0 {
		return e.aim(ctx, d, sites[i])
	}
	if text == "" { // typed where a client draws no list
		text = r.Answers.SiteID
	}
	found := matching(sites, text)
	if exact := exactly(found, text); len(exact) == 1 {
		found = exact
	}
	switch len(found) {
	case 1:
		return e.aim(ctx, d, found[0])
	case 0:
		d.Problems = append(d.Problems, flow.Problem{Field: card.FieldSite, Code: "site_unknown", Args: map[string]string{"site": text}})
	default:
		d.Problems = append(d.Problems, flow.Problem{Field: card.FieldSite, Code: "site_ambiguous", Args: map[string]string{"site": text}})
	}
	return nil
}

// aim takes a site as the target, with its address, which listings leave out.
func (e *Engine) aim(ctx context.Context, d *flow.DraftResult, s SiteRef) error {
	d.Target = flow.Target{GroupID: s.GroupID, Name: s.Name, URL: s.URL}
	if s.URL != "" {
		return nil
	}
	url, err := e.Sites.SiteURL(ctx, s.GroupID)
	if err != nil {
		return err
	}
	d.Target.URL = url
	return nil
}

func exactly(sites []SiteRef, text string) []SiteRef {
	var out []SiteRef
	for _, s := range sites {
		if strings.EqualFold(s.Name, text) || strings.EqualFold(s.Alias, text) || strings.EqualFold(s.URL, text) {
			out = append(out, s)
		}
	}
	return out
}

// lookUpSite judges the first step: the name, its address, the owners.
func (e *Engine) lookUpSite(ctx context.Context, r *flow.Request, d *flow.DraftResult) error {
	a := d.Answers
	bad := func(field, code string, args map[string]string) {
		d.Problems = append(d.Problems, flow.Problem{Field: field, Code: code, Args: args})
	}
	q, err := e.createQuestion(ctx, &flow.Request{Requester: r.Requester, Answers: *a})
	if err != nil {
		return err
	}
	groups := q.Snapshot.Groups.Value
	groups.BlockedWords = slices.Concat(groups.BlockedWords, e.Settings.BlockedWords)
	if err := readiness.CheckName(a.Name, groups); err != nil {
		code, args := nameFault(err)
		bad(card.FieldName, code, args)
	} else if d.Display, err = readiness.DisplayName(a.Name, groups, q.Attributes); err != nil {
		code, args := nameFault(err)
		bad(card.FieldName, code, args)
	} else if d.Alias, err = readiness.Alias(d.Display); err != nil {
		code, args := nameFault(err)
		bad(card.FieldName, code, args)
	} else if err := e.lookUpAlias(ctx, r, d, bad); err != nil {
		return err
	}
	for _, f := range []struct {
		field string
		who   flow.Who
	}{{card.FieldOwner, a.Owner}, {card.FieldSecond, a.Second}} {
		if f.who.ID == "" {
			continue
		}
		p, err := e.picked(ctx, f.who.ID)
		switch {
		case err != nil && CodeOf(err) == NotFound:
			bad(f.field, "person_unknown", nil)
		case err != nil:
			return err
		case p.Guest:
			bad(f.field, "owner_guest", map[string]string{"person": p.Name})
		case !p.Enabled:
			bad(f.field, "owner_disabled", map[string]string{"person": p.Name})
		}
	}
	if len(d.Problems) == 0 {
		a.Step = flow.StepPeople
	}
	return nil
}

func nameFault(err error) (string, map[string]string) {
	if ne, ok := errors.AsType[*readiness.NameError](err); ok {
		return "name_" + string(ne.Kind), map[string]string{"word": ne.Word, "max": itoa(ne.Max)}
	}
	return "name_invalid", nil
}

// lookUpAlias asks the tenant whether the site's address is free.
func (e *Engine) lookUpAlias(ctx context.Context, r *flow.Request, d *flow.DraftResult, bad func(string, string, map[string]string)) error {
	s, err := e.Tenant.AliasFree(ctx, d.Alias, d.Display, r.Requester.ID)
	switch {
	case err != nil:
		return err
	case s.BlockedWord != "":
		bad(card.FieldName, "name_blocked_word", map[string]string{"word": s.BlockedWord})
	case s.Refused != "":
		bad(card.FieldName, "name_refused", map[string]string{"text": s.Refused})
	case !s.HeldUntil.IsZero():
		bad(card.FieldName, "name_held", map[string]string{"until": moment(s.HeldUntil), "alias": d.Alias})
	case !s.Free:
		var free []string
		for _, alt := range readiness.Alternatives(d.Alias) {
			as, err := e.Tenant.AliasFree(ctx, alt, d.Display, r.Requester.ID)
			if err != nil {
				return err
			}
			if as.Free && len(free) < 2 {
				free = append(free, alt)
			}
		}
		bad(card.FieldName, "name_taken", map[string]string{"alias": d.Alias, "free": strings.Join(free, ", ")})
	}
	return nil
}
