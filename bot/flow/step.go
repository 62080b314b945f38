package flow

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Case is what a step works on: a request, and the guest that the event
// concerns, or nil for an event of the request or its site.
type Case struct {
	Request *Request
	Guest   *Guest
}

// Refusal says why an event is not taken in a state.
type Refusal string

// The refusals.
const (
	TooEarly   Refusal = "too_early"
	TooLate    Refusal = "too_late"
	Repeated   Refusal = "repeated"   // a job ran twice, or was overtaken; nothing is lost
	Impossible Refusal = "impossible" // cannot come in this state
	NotReady   Refusal = "not_ready"
)

// RefusedError says that the event is not taken; nothing changed.
type RefusedError struct {
	Machine Machine
	State   State
	Event   Kind
	Why     Refusal
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("flow: a %s in state %q does not take %q: %s", e.Machine, e.State, e.Event, e.Why)
}

// rule is what a pair of state and event does. to lists the states it may lead
// to; do changes the records of x and picks one of them.
type rule struct {
	to []State
	do func(x *step) State
}

// step is one step under way: copies of the records, and the effects so far.
type step struct {
	r       *Request
	s       *Site  // r.Site
	g       *Guest // nil for request and site
	e       Event
	effects []Effect
	refused Refusal
}

// table is one machine: a rule or a refusal for every pair.
type table struct {
	rules    map[State]map[Kind]rule
	refusals map[State]map[Kind]Refusal
}

func tableOf(m Machine) table {
	switch m {
	case OfRequest:
		return requestTable()
	case OfSite:
		return siteTable()
	default:
		return guestTable()
	}
}

// tables is built once and only read.
var tables = map[Machine]table{
	OfRequest: tableOf(OfRequest), OfSite: tableOf(OfSite), OfGuest: tableOf(OfGuest),
}

// Step applies an event and gives the next case with the effects to run. The
// case given is not changed. A *[RefusedError] means that the event is not taken
// in this state; nothing changes then.
func Step(m Machine, c Case, e Event) (Case, []Effect, error) {
	x := &step{r: c.Request.clone(), g: c.Guest.clone(), e: e}
	x.s = x.r.Site
	from := x.state(m)
	ru, ok := tables[m].rules[from][e.Kind]
	if !ok {
		why, listed := tables[m].refusals[from][e.Kind]
		if !listed {
			why = Impossible
		}
		return c, nil, &RefusedError{Machine: m, State: from, Event: e.Kind, Why: why}
	}
	to := ru.do(x)
	if x.refused != "" {
		return c, nil, &RefusedError{Machine: m, State: from, Event: e.Kind, Why: x.refused}
	}
	if !slices.Contains(ru.to, to) {
		return c, nil, fmt.Errorf("flow: rule of %s %q × %q led to %q, which it does not name", m, from, e.Kind, to)
	}
	x.enter(m, to)
	return Case{Request: x.r, Guest: x.g}, x.effects, nil
}

// state is where the part stands.
func (x *step) state(m Machine) State {
	switch m {
	case OfRequest:
		return x.r.State
	case OfSite:
		if x.s == nil {
			return None
		}
		return x.s.State
	default:
		return x.g.State
	}
}

func (x *step) enter(m Machine, to State) {
	switch m {
	case OfRequest:
		x.r.State = to
		x.r.Seq++
		x.r.ChangedAt = x.e.At
	case OfSite:
		x.s.State = to
		x.r.Seq++
		x.r.ChangedAt = x.e.At
	default:
		x.g.State = to
		x.g.Seq++
	}
}

// do adds an effect.
func (x *step) run(ef Effect) { x.effects = append(x.effects, ef) }

// timer sends an event when due; it replaces an earlier timer of that key.
func (x *step) timer(key string, due time.Time, e Event) {
	x.stopTimer(key)
	x.run(Effect{Kind: Timer, Key: key, Due: due, Event: &e})
}

// stopTimer takes a timer back.
func (x *step) stopTimer(key string) { x.run(Effect{Kind: Timer, Key: key, Cancel: true}) }

// refresh asks for the count and all cards to be brought up to date.
func (x *step) refresh() {
	ef := Effect{Kind: Refresh, Key: "refresh"}
	if !slices.ContainsFunc(x.effects, func(o Effect) bool { return o.Kind == ef.Kind && o.Key == ef.Key }) {
		x.run(ef)
	}
}

// tell answers the clicker privately; his card, which said that his answer was
// received, asks again.
func (x *step) tell(c Click, code string) {
	x.run(Effect{Kind: Tell, Click: &c, Code: code})
	x.refresh()
}

func (r *Request) clone() *Request {
	if r == nil {
		return &Request{}
	}
	c := *r
	c.Answers.Members = slices.Clone(r.Answers.Members)
	c.Answers.Guests = slices.Clone(r.Answers.Guests)
	if r.Site != nil {
		s := *r.Site
		s.Deciders = slices.Clone(s.Deciders)
		s.Clicks = slices.Clone(s.Clicks)
		s.ByHand = maps.Clone(s.ByHand)
		c.Site = &s
	}
	return &c
}

func (g *Guest) clone() *Guest {
	if g == nil {
		return nil
	}
	c := *g
	c.Deciders = slices.Clone(g.Deciders)
	c.Clicks = slices.Clone(g.Clicks)
	c.Asked = slices.Clone(g.Asked)
	c.ByHand = maps.Clone(g.ByHand)
	if g.Account != nil {
		a := *g.Account
		c.Account = &a
	}
	return &c
}

// refuseAll lists refusals for a state.
func refuseAll(why Refusal, kinds ...Kind) map[Kind]Refusal {
	m := make(map[Kind]Refusal, len(kinds))
	for _, k := range kinds {
		m[k] = why
	}
	return m
}

// both joins lists of refusals.
func both(ms ...map[Kind]Refusal) map[Kind]Refusal {
	out := map[Kind]Refusal{}
	for _, m := range ms {
		maps.Copy(out, m)
	}
	return out
}
