package flow

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// world is one request under test with a clock of its own and a transcript.
type world struct {
	now    time.Time
	r      *Request
	guests []*Guest
	log    strings.Builder
}

func newWorld() *world {
	return &world{
		now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		r:   &Request{ID: "G-1001", Salt: "0123456789abcdef"},
	}
}

func (w *world) event(k Kind, set func(*Event)) Event {
	w.now = w.now.Add(time.Minute)
	e := Event{Kind: k, At: w.now}
	if set != nil {
		set(&e)
	}
	return e
}

// try steps and checks what must hold afterwards.
func (w *world) try(m Machine, g *Guest, e Event) ([]Effect, error) {
	c, effects, err := Step(m, Case{Request: w.r, Guest: g}, e)
	name := string(m)
	if g != nil {
		name = g.ID
	}
	if err != nil {
		if re, ok := errors.AsType[*RefusedError](err); ok {
			fmt.Fprintf(&w.log, "%s: %s ✕ %s\n", name, e.Kind, re.Why)
		}
		return nil, err
	}
	from, to := stateIn(m, w.r, g), State("")
	if g != nil {
		*g = *c.Guest
		to = g.State
	} else {
		*w.r = *c.Request
		to = stateIn(m, w.r, nil)
	}
	fmt.Fprintf(&w.log, "%s: %s\n    %s → %s\n%s", name, e.Kind, shown(from), shown(to), lines(effects, e.At))
	if err := w.r.Check(); err != nil {
		return effects, fmt.Errorf("after %s: %w", e.Kind, err)
	}
	for _, g := range w.guests {
		if err := g.CheckWith(w.r); err != nil {
			return effects, fmt.Errorf("after %s: %w", e.Kind, err)
		}
	}
	return effects, nil
}

func shown(s State) string {
	if s == None {
		return "(none)"
	}
	return string(s)
}

func stateIn(m Machine, r *Request, g *Guest) State {
	switch {
	case g != nil:
		return g.State
	case m == OfSite && r.Site != nil:
		return r.Site.State
	case m == OfSite:
		return None
	}
	return r.State
}

func (w *world) step(t *testing.T, m Machine, g *Guest, k Kind, set func(*Event)) []Effect {
	t.Helper()
	effects, err := w.try(m, g, w.event(k, set))
	if err != nil {
		t.Fatal(err)
	}
	return effects
}

// ok is a check that nothing stops.
func ok(owner, could bool) *Check {
	return &Check{
		Outcome: "can", NewAccount: true, RequesterOwner: owner, RequesterCould: could,
		Deciders: []Who{{ID: "mehmet", Name: "Mehmet"}}, Deadline: time.Date(2026, 11, 27, 16, 0, 0, 0, time.UTC),
	}
}

func stoppedBy(code string) *Check {
	return &Check{Outcome: "cannot", Code: code, Setting: "s", NextLook: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
}

// sent brings a request of Sanne's for a new site with one guest to where it is
// open.
func (w *world) sent(t *testing.T, owner string) {
	t.Helper()
	w.step(t, OfRequest, nil, Started, func(e *Event) {
		e.Origin = &Origin{Chat: "slack", Team: "T1", User: "U1"}
		e.Until = w.now.AddDate(0, 0, 7)
	})
	w.step(t, OfRequest, nil, Identified, func(e *Event) {
		e.Person = &Who{ID: "sanne", Name: "sanne"}
		e.Policy = &Policy{OwnerAddsDirectly: OnlyFlagged, MaxDays: 365, DefaultDays: 90, MaxGuests: 100}
	})
	a := w.r.Answers
	a.Name, a.Owner = "Linden", Who{ID: owner}
	a.Guests = []GuestEntry{{Mail: "anna@fabrikam.com", Name: "Anna"}}
	w.step(t, OfRequest, nil, Filled, func(e *Event) { e.Answers = &a })
	a.Step = StepReview
	w.step(t, OfRequest, nil, DraftChecked, func(e *Event) {
		e.Draft = &DraftResult{Rev: w.r.Answers.Rev, Answers: &a, Alias: "linden", Display: "Linden"}
	})
	w.step(t, OfRequest, nil, Sent, nil)
	w.step(t, OfRequest, nil, FannedOut, func(e *Event) { e.Count = 1 })
	w.guests = []*Guest{{ID: "g1", Request: w.r.ID, State: Checking, Mail: "anna@fabrikam.com", Name: "Anna", Until: w.now.AddDate(0, 0, 90)}}
}

// asked brings the guest to where a decision is awaited.
func (w *world) asked(t *testing.T) *Guest {
	t.Helper()
	g := w.guests[0]
	w.step(t, OfGuest, g, Checked, func(e *Event) { e.Check = ok(false, false) })
	return g
}

func (w *world) makeSite(t *testing.T) {
	t.Helper()
	w.step(t, OfSite, nil, Made, func(e *Event) { e.GroupID = "group-1" })
	w.step(t, OfSite, nil, Appeared, func(e *Event) { e.URL = "https://noordzee.example/sites/linden" })
	w.step(t, OfSite, nil, Shared, func(e *Event) { e.Level = "externalUserSharingOnly" })
}

func (w *world) letIn(t *testing.T, g *Guest) {
	t.Helper()
	w.step(t, OfGuest, g, Invited, func(e *Event) { e.Account = &Account{UserID: "u1", Created: true, Pending: true} })
	w.step(t, OfGuest, g, Added, nil)
	w.step(t, OfGuest, g, Verified, func(e *Event) { e.Account = &Account{UserID: "u1", Pending: true} })
}

func (w *world) settle(t *testing.T) {
	t.Helper()
	w.step(t, OfRequest, nil, Settled, func(e *Event) {
		tally := Count(len(w.r.Answers.Guests), w.guests)
		e.Tally = &tally
	})
}
