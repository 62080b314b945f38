package flow

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and read the diff\ngot:\n%s", path, got)
	}
}

func TestTables_EveryPairIsARuleOrAListedRefusal(t *testing.T) {
	t.Parallel()
	for _, m := range []Machine{OfRequest, OfSite, OfGuest} {
		states := States(m)
		if m == OfSite {
			states = append(states, None)
		}
		for _, s := range states {
			for _, k := range Kinds(m) {
				_, rule := tables[m].rules[s][k]
				_, refusal := tables[m].refusals[s][k]
				if rule == refusal {
					t.Errorf("%s %q × %q: rule %v, refusal %v; want exactly one", m, s, k, rule, refusal)
				}
			}
		}
	}
}

func TestTables_NameOnlyKnownStatesAndEvents(t *testing.T) {
	t.Parallel()
	for m, tb := range tables {
		known := map[State]bool{None: true}
		for _, s := range States(m) {
			known[s] = true
		}
		kinds := map[Kind]bool{}
		for _, k := range Kinds(m) {
			kinds[k] = true
		}
		for s, row := range tb.rules {
			for k, r := range row {
				if !known[s] || !kinds[k] {
					t.Errorf("%s has a rule for %q × %q", m, s, k)
				}
				for _, to := range r.to {
					if !known[to] {
						t.Errorf("%s %q × %q leads to %q", m, s, k, to)
					}
				}
			}
		}
		for s, row := range tb.refusals {
			for k := range row {
				if !known[s] || !kinds[k] {
					t.Errorf("%s has a refusal for %q × %q", m, s, k)
				}
			}
		}
	}
}

func TestTables_EveryStateIsReached(t *testing.T) {
	t.Parallel()
	for m, tb := range tables {
		reached := map[State]bool{Checking: true, None: true}
		for _, row := range tb.rules {
			for _, r := range row {
				for _, to := range r.to {
					reached[to] = true
				}
			}
		}
		for _, s := range States(m) {
			if !reached[s] {
				t.Errorf("nothing leads a %s to %q", m, s)
			}
		}
	}
}

func TestDiagram_IsTheOneInTestdata(t *testing.T) {
	t.Parallel()
	golden(t, "flow.mmd", Diagram())
}

func TestStep_LeavesTheGivenCaseAlone(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.sent(t, "mehmet")
	before := fmt.Sprintf("%+v", *w.r.Site)
	if _, _, err := Step(OfSite, Case{Request: w.r}, w.event(Checked, func(e *Event) { e.Check = ok(true, true) })); err != nil {
		t.Fatal(err)
	}
	if after := fmt.Sprintf("%+v", *w.r.Site); after != before {
		t.Errorf("the site changed from %s to %s", before, after)
	}
}

func TestStep_RefusesAClickOnADecidedGuest(t *testing.T) {
	t.Parallel()
	g := &Guest{State: Declined}
	_, _, err := Step(OfGuest, Case{Request: &Request{}, Guest: g}, Event{Kind: Clicked, Click: &Click{}})
	re, ok := errors.AsType[*RefusedError](err)
	if !ok || re.Why != TooLate {
		t.Errorf("got %v; want a refusal that says too late", err)
	}
}

func TestStep_RequesterNeverDecides(t *testing.T) {
	t.Parallel()
	for _, verb := range []Verb{Approve, Decline, Ask} {
		w := newWorld()
		w.sent(t, "mehmet")
		g := w.asked(t)
		w.step(t, OfGuest, g, Clicked, func(e *Event) { e.Click = &Click{Verb: verb, Version: 1, At: w.now} })
		effects := w.step(t, OfGuest, g, Decided, func(e *Event) {
			e.Facts = &Facts{Who: w.r.Requester, Owner: true, Approver: true, MayInvite: true}
		})
		if g.State != AwaitingDecision || g.Decision != nil {
			t.Errorf("%s by the requester: state %q, decision %v", verb, g.State, g.Decision)
		}
		if !told(effects, "own_guest") {
			t.Errorf("%s by the requester: effects %v; want that he is told", verb, effects)
		}
	}
}

func TestStep_OutsidersClickDoesNotUseUpTheOwners(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.sent(t, "mehmet")
	g := w.asked(t)
	for _, u := range []string{"eve", "mehmet"} {
		w.step(t, OfGuest, g, Clicked, func(e *Event) { e.Click = &Click{User: u, Verb: Approve, Version: 1, At: w.now} })
	}
	w.step(t, OfGuest, g, Decided, func(e *Event) { e.Facts = &Facts{Who: Who{ID: "eve"}, MayInvite: true} })
	if g.State != AwaitingDecision {
		t.Fatalf("after an outsider's click: %q", g.State)
	}
	w.step(t, OfGuest, g, Decided, func(e *Event) { e.Facts = &Facts{Who: Who{ID: "mehmet"}, Owner: true, MayInvite: true} })
	if g.State != Approved || g.AddAs != "mehmet" {
		t.Errorf("after the owner's click: %q in the name of %q", g.State, g.AddAs)
	}
}

func TestStep_UnknownRightDecidesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.sent(t, "mehmet")
	g := w.asked(t)
	w.step(t, OfGuest, g, Clicked, func(e *Event) { e.Click = &Click{Verb: Approve, Version: 1, At: w.now} })
	effects := w.step(t, OfGuest, g, Decided, func(e *Event) {
		e.Facts = &Facts{Who: Who{ID: "mehmet"}, Owner: true, Unknown: "invite"}
	})
	if g.State != AwaitingDecision || !told(effects, "right_unknown") {
		t.Errorf("state %q, effects %v", g.State, effects)
	}
}

func TestStep_StaleClickIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.sent(t, "mehmet")
	g := w.asked(t)
	w.r.Version = 3
	w.step(t, OfGuest, g, Clicked, func(e *Event) { e.Click = &Click{Verb: Approve, Version: 2, At: w.now} })
	effects := w.step(t, OfGuest, g, Decided, func(e *Event) {
		e.Facts = &Facts{Who: Who{ID: "mehmet"}, Owner: true, MayInvite: true}
	})
	if g.State != AwaitingDecision || !told(effects, "stale") {
		t.Errorf("state %q, effects %v", g.State, effects)
	}
}

func TestStep_ApproverIsAskedWhereNoOwnerMayInvite(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.sent(t, "mehmet")
	g := w.asked(t)
	w.step(t, OfGuest, g, Clicked, func(e *Event) { e.Click = &Click{Verb: Approve, Version: 1, At: w.now} })
	w.step(t, OfGuest, g, Decided, func(e *Event) {
		e.Facts = &Facts{Who: Who{ID: "mehmet"}, Owner: true, Approvers: []Who{{ID: "joost"}}, Deadline: w.now.Add(time.Hour)}
	})
	if g.State != AwaitingDecision || g.Stage != ByApprovers || g.InviteAs != "" {
		t.Fatalf("after the owner: %q, stage %q, in the name of %q", g.State, g.Stage, g.InviteAs)
	}
	w.step(t, OfGuest, g, Clicked, func(e *Event) { e.Click = &Click{Verb: Approve, Version: 1, At: w.now} })
	w.step(t, OfGuest, g, Decided, func(e *Event) {
		e.Facts = &Facts{Who: Who{ID: "joost"}, Approver: true, MayInvite: true}
	})
	if g.State != Approved || g.AddAs != "mehmet" || g.InviteAs != "joost" {
		t.Errorf("after the approver: %q, added as %q, invited as %q", g.State, g.AddAs, g.InviteAs)
	}
}

func TestRuleOf_FollowsThePolicy(t *testing.T) {
	t.Parallel()
	flagged := []Flag{{Code: "personal_mailbox"}}
	for _, tc := range []struct {
		name, policy string
		check        Check
		want         string
	}{
		{"owner without remarks", OnlyFlagged, Check{RequesterOwner: true, RequesterCould: true}, OwnerDirect},
		{"owner with remarks", OnlyFlagged, Check{RequesterOwner: true, RequesterCould: true, Flags: flagged}, OwnerFlagged},
		{"always direct", Always, Check{RequesterOwner: true, RequesterCould: true, Flags: flagged}, OwnerDirect},
		{"never direct", Never, Check{RequesterOwner: true, RequesterCould: true}, OwnerNever},
		{"not an owner", Always, Check{RequesterCould: true}, NotOwner},
		{"may not invite", Always, Check{RequesterOwner: true}, OwnerCannotInvite},
	} {
		if got := RuleOf(Policy{OwnerAddsDirectly: tc.policy}, &tc.check); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

func told(effects []Effect, code string) bool {
	for _, ef := range effects {
		if ef.Kind == Tell && ef.Code == code {
			return true
		}
	}
	return false
}

// lines prints effects as a transcript has them.
func lines(effects []Effect, now time.Time) string {
	var b strings.Builder
	for _, ef := range effects {
		b.WriteString("    → ")
		if ef.Cancel {
			b.WriteString("cancel ")
		}
		b.WriteString(string(ef.Kind))
		if ef.Key != "" && ef.Key != string(ef.Kind) {
			b.WriteString(" " + ef.Key)
		}
		if ef.Event != nil {
			b.WriteString(" " + string(ef.Event.Kind))
		}
		if ef.Code != "" {
			b.WriteString(" " + ef.Code)
		}
		if !ef.Due.IsZero() {
			fmt.Fprintf(&b, " in %s", ef.Due.Sub(now))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// An answer to a form may reach the screen after the redraw that was to follow it.
func TestStep_AFormThatWasAnsweredIsFilledInOnceMore(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.sent(t, "mehmet")
	w.r.State = Draft
	w.r.Site = nil
	form := &FormRef{Chat: "slack", Ref: "V1"}
	w.r.Form = form
	effects := w.step(t, OfRequest, nil, FormOpened, func(e *Event) { e.Form = form })
	if len(effects) != 1 || effects[0].Kind != ShowForm || !effects[0].Due.After(w.now) {
		t.Errorf("got %+v, want the form to be shown a little later", effects)
	}
	w.r.Answers.Rev++ // new answers are being looked up
	if effects = w.step(t, OfRequest, nil, FormOpened, func(e *Event) { e.Form = form }); len(effects) != 0 {
		t.Errorf("got %+v while the answers are looked up, want nothing", effects)
	}
}
