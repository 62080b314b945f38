package flow

import (
	"errors"
	"math/rand/v2"
	"testing"
)

// anyEvent makes an event with every fact that a rule may look at, chosen by rnd.
func (w *world) anyEvent(rnd *rand.Rand, m Machine, g *Guest) Event {
	kinds := Kinds(m)
	e := w.event(kinds[rnd.IntN(len(kinds))], nil)
	people := []Who{{ID: "sanne"}, {ID: "mehmet"}, {ID: "joost"}, {ID: "eve"}}
	flip := func() bool { return rnd.IntN(2) == 0 }
	who := people[rnd.IntN(len(people))]
	e.Person, e.Policy = &who, &Policy{OwnerAddsDirectly: []string{OnlyFlagged, Always, Never}[rnd.IntN(3)], MaxDays: 365}
	e.Origin, e.Form = &Origin{Add: flip()}, &FormRef{}
	e.Until = e.At.AddDate(0, 0, 1)
	a := w.r.Answers
	e.Answers = &a
	d := a
	d.Step = StepReview
	if len(d.Guests) == 0 {
		d.Owner, d.Guests = people[rnd.IntN(2)], []GuestEntry{{Mail: "a@b.example"}}
	}
	e.Draft = &DraftResult{Rev: a.Rev, Answers: &d, Display: "X", Alias: "x", Target: Target{GroupID: w.r.Target.GroupID}}
	if w.r.Origin.Add {
		e.Draft.Target.GroupID = "group-1"
	}
	check := *ok(flip(), flip())
	check.NewAccount, check.HandCheck, check.Final = flip(), flip(), rnd.IntN(8) == 0
	check.Outcome = []string{"can", "can_by_bot", "waits_owner", "cannot", "unknown"}[rnd.IntN(5)]
	if flip() {
		check.Deciders = nil
	}
	e.Check = &check
	e.Click = &Click{Verb: []Verb{Approve, Decline, Ask, Extend}[rnd.IntN(4)], Version: rnd.IntN(2) + 1, At: e.At, Days: rnd.IntN(400)}
	e.Facts = &Facts{
		Who: who, Owner: flip(), Approver: flip(), MayInvite: flip(), MayCreate: flip(), RequesterCould: flip(),
		Deadline: e.At.AddDate(0, 0, 2),
	}
	if flip() {
		e.Facts.Approvers = []Who{{ID: "joost"}}
	}
	e.GroupID, e.URL, e.Level = "group-1", "https://x.example", "externalUserSharingOnly"
	e.Account = &Account{UserID: "u1", Pending: flip()}
	e.Stop = []State{Declined, Expired, Withdrawn, Failed}[rnd.IntN(4)]
	e.Count = min(len(w.r.Answers.Guests), w.r.Guests+1)
	t := Count(len(w.r.Answers.Guests), w.guests)
	e.Tally = &t
	if g != nil && flip() {
		e.Until = g.Deadline
		if g.State == In {
			e.Until = g.Until
		}
	}
	if m == OfSite && w.r.Site != nil && flip() {
		e.Until = w.r.Site.Deadline
	}
	return e
}

// run plays n random events and checks what must hold after each.
func run(t *testing.T, seed uint64, n int) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 1))
	w := newWorld()
	for range n {
		m := []Machine{OfRequest, OfSite, OfGuest}[rnd.IntN(3)]
		var g *Guest
		if m == OfGuest {
			if len(w.guests) == 0 {
				continue
			}
			g = w.guests[rnd.IntN(len(w.guests))]
		}
		from, asked := stateIn(m, w.r, g), w.r.Requester.ID
		e := w.anyEvent(rnd, m, g)
		effects, err := w.try(m, g, e)
		if err != nil {
			if _, refused := errors.AsType[*RefusedError](err); refused {
				continue
			}
			t.Fatalf("seed %d: %v\n%s", seed, err, w.log.String())
		}
		to := stateIn(m, w.r, g)
		again := from == Failed && e.Kind == Retried || m == OfRequest && e.Kind == Settled && (from == Failed || from == PartlyDone)
		if from.Terminal() && from != In && to != from && !again {
			t.Fatalf("seed %d: a %s left %q for %q", seed, m, from, to)
		}
		if asked != "" && from != Draft && w.r.Requester.ID != asked {
			t.Fatalf("seed %d: the requester changed from %q to %q", seed, asked, w.r.Requester.ID)
		}
		for _, ef := range effects {
			if (ef.Kind == Invite || ef.Kind == AddMember) && g.AddAs == "" {
				t.Fatalf("seed %d: %s in nobody's name", seed, ef.Kind)
			}
			if ef.Kind == CreateGroup && w.r.Site.CreateAs == "" {
				t.Fatalf("seed %d: a site in nobody's name", seed)
			}
		}
		for len(w.guests) < w.r.Guests {
			w.guests = append(w.guests, &Guest{ID: "g1", Request: w.r.ID, State: Checking, Mail: "a@b.example", Until: w.now.AddDate(0, 0, 90)})
		}
	}
}

func TestStep_InvariantsHoldOverRandomRuns(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3000) {
		run(t, seed, 120)
	}
}

func FuzzStep(f *testing.F) {
	f.Add(uint64(1), 50)
	f.Fuzz(func(t *testing.T, seed uint64, n int) { run(t, seed, min(max(n, 0), 500)) })
}

func BenchmarkStep(b *testing.B) {
	g := &Guest{ID: "g1", State: Checking, Mail: "a@b.example"}
	c := Case{Request: &Request{ID: "G-1", State: Open, Requester: Who{ID: "sanne"}}, Guest: g}
	e := Event{Kind: Checked, Check: ok(false, false)}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Step(OfGuest, c, e); err != nil {
			b.Fatal(err)
		}
	}
}
