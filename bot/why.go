package bot

import (
	"context"
	"strings"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// Asker answers questions about the tenant that concern no request. It needs no
// store, so that it works from a terminal too.
type Asker struct {
	Tenant    Tenant
	Directory Directory
	Rules     readiness.Policy
}

// Wondering is the question why, or whether, an address can be invited.
type Wondering struct {
	Address readiness.Address
	// Site is a name, an alias or an address of a site; empty asks about a new one.
	Site string
	// As is the directory id of the person in whose name; empty asks about nobody
	// in particular.
	As string
	// If is a what-if, "key=value"; empty for none.
	If  string
	Now time.Time
}

// Why judges. When the site is not exactly one, the candidates come back instead
// (none: an empty list that is not nil). An If that is not understood is Invalid.
func (a Asker) Why(ctx context.Context, w Wondering) (card.Asked, []flow.Target, error) {
	var at flow.Target
	if w.Site != "" {
		found, err := a.Tenant.FindSites(ctx, w.Site, 10)
		if err != nil {
			return card.Asked{}, nil, err
		}
		if exact := exactly(found, w.Site); len(exact) == 1 {
			found = exact
		}
		if len(found) != 1 {
			return card.Asked{}, targets(found), nil
		}
		at = targets(found)[0]
	}
	q, err := a.question(ctx, w, at)
	if err != nil {
		return card.Asked{}, nil, err
	}
	if w.If != "" {
		key, value, _ := strings.Cut(w.If, "=")
		if q, err = q.If(key, value); err != nil {
			return card.Asked{}, nil, &Error{Code: Invalid, Op: "bot: what if " + w.If, Err: err}
		}
	}
	return card.Asked{Verdict: readiness.Invite(q), Subject: w.Address.Mail, Site: at, If: w.If}, nil, nil
}

func targets(found []SiteRef) []flow.Target {
	out := make([]flow.Target, 0, len(found))
	for _, s := range found {
		out = append(out, flow.Target{GroupID: s.GroupID, Name: s.Name, URL: s.URL})
	}
	return out
}

func (a Asker) question(ctx context.Context, w Wondering, at flow.Target) (readiness.Question, error) {
	q := readiness.Question{
		Path: readiness.ByBot, Policy: a.Rules, Now: w.Now, Wanted: readiness.SharingGuests,
		Actor: readiness.Actor{Anyone: true}, Site: readiness.Site{Planned: true},
	}
	var err error
	if q.Snapshot, err = a.Tenant.Snapshot(ctx); err != nil {
		return q, err
	}
	if q.Subject, err = a.Tenant.Subject(ctx, w.Address); err != nil {
		return q, err
	}
	if at.GroupID != "" {
		if q.Site, err = a.Tenant.Site(ctx, at.GroupID, memberIDs(q.Subject)...); err != nil {
			return q, err
		}
	}
	if w.As != "" {
		q.Actor, err = a.Directory.Actor(ctx, w.As, at.GroupID)
		if at.GroupID == "" { // who asks for a new site may own it
			q.Actor.Owner, q.Actor.Member = true, true
		}
	}
	return q, err
}

func memberIDs(s readiness.Subject) []string {
	if !s.Matches.OK() || len(s.Matches.Value) == 0 {
		return nil
	}
	return []string{s.Matches.Value[0].ID}
}
