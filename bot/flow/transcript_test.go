package flow

import (
	"errors"
	"testing"
)

// A transcript is a story as the machine sees it: events in, states and effects
// out. Rewrite one with -update only when you understand its diff.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		play func(*testing.T, *world)
		ends State
	}{
		{"new-site", playNewSite, Done},
		{"owner-direct", playOwnerDirect, Done},
		{"declined", playDeclined, PartlyDone},
		{"question", playQuestion, Done},
		{"parked-domain", playParked, Done},
		{"no-answer", playNoAnswer, Expired},
		{"withdrawn", playWithdrawn, Withdrawn},
		{"right-lost", playRightLost, Open},
		{"end-date", playEndDate, Done},
		{"not-known", playNotKnown, Withdrawn},
		{"site-declined", playSiteDeclined, Declined},
		{"tried-again", playTriedAgain, Done},
		{"given-up", playGivenUp, Failed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			tc.play(t, w)
			if w.r.State != tc.ends {
				t.Errorf("the request ended %q, want %q", w.r.State, tc.ends)
			}
			golden(t, tc.name+".txt", w.log.String())
		})
	}
}

func (w *world) clicked(t *testing.T, m Machine, g *Guest, verb Verb, note string, f Facts) {
	t.Helper()
	w.step(t, m, g, Clicked, func(e *Event) { e.Click = &Click{User: "U2", Verb: verb, Version: 1, Note: note, At: e.At} })
	w.step(t, m, g, Decided, func(e *Event) { e.Facts = &f })
}

var mehmet = Facts{Who: Who{ID: "mehmet", Name: "Mehmet"}, Owner: true, MayInvite: true, MayCreate: true}

func playNewSite(t *testing.T, w *world) {
	w.sent(t, "mehmet")
	w.step(t, OfSite, nil, Checked, func(e *Event) { e.Check = ok(false, true) })
	g := w.asked(t)
	f := mehmet
	f.RequesterCould = true
	w.clicked(t, OfSite, nil, Approve, "", f)
	w.clicked(t, OfGuest, g, Approve, "", mehmet)
	w.makeSite(t)
	w.step(t, OfGuest, g, SiteReady, nil)
	w.letIn(t, g)
	w.settle(t)
}

func playOwnerDirect(t *testing.T, w *world) {
	w.sent(t, "sanne")
	w.step(t, OfSite, nil, Checked, func(e *Event) { e.Check = ok(true, true) })
	w.makeSite(t)
	g := w.guests[0]
	w.step(t, OfGuest, g, Checked, func(e *Event) { e.Check = ok(true, true) })
	w.letIn(t, g)
	w.settle(t)
}

func playDeclined(t *testing.T, w *world) {
	w.sent(t, "sanne")
	w.step(t, OfSite, nil, Checked, func(e *Event) { e.Check = ok(true, true) })
	g := w.asked(t)
	w.clicked(t, OfGuest, g, Decline, "later", mehmet)
	w.makeSite(t)
	w.settle(t)
}

func playQuestion(t *testing.T, w *world) {
	w.sent(t, "sanne")
	w.step(t, OfSite, nil, Checked, func(e *Event) { e.Check = ok(true, true) })
	w.makeSite(t)
	g := w.asked(t)
	w.clicked(t, OfGuest, g, Ask, "What for?", mehmet)
	w.step(t, OfGuest, g, Answered, func(e *Event) { e.Text, e.Until = "Drawings.", e.At.AddDate(0, 0, 4) })
	w.clicked(t, OfGuest, g, Approve, "", mehmet)
	w.letIn(t, g)
	w.settle(t)
}

func playParked(t *testing.T, w *world) {
	w.sent(t, "sanne")
	w.step(t, OfSite, nil, Checked, func(e *Event) { e.Check = ok(true, true) })
	w.makeSite(t)
	g := w.guests[0]
	w.step(t, OfGuest, g, Checked, func(e *Event) { e.Check = stoppedBy("domain_denied") })
	w.settle(t)
	w.step(t, OfGuest, g, Checked, func(e *Event) { e.Check = ok(true, true) })
	w.letIn(t, g)
	w.settle(t)
}

func playNoAnswer(t *testing.T, w *world) {
	w.sent(t, "mehmet")
	w.step(t, OfSite, nil, Checked, func(e *Event) { e.Check = ok(false, true) })
	g := w.asked(t)
	w.step(t, OfSite, nil, TimedOut, func(e *Event) { e.Until = w.r.Site.Deadline })
	w.step(t, OfGuest, g, SiteStopped, func(e *Event) { e.Stop, e.Code = Expired, "expired" })
	w.settle(t)
}

func playWithdrawn(t *testing.T, w *world) {
	w.sent(t, "mehmet")
	w.step(t, OfSite, nil, Checked, func(e *Event) { e.Check = ok(false, true) })
	g := w.asked(t)
	w.step(t, OfRequest, nil, Withdraw, nil)
	w.step(t, OfSite, nil, Withdraw, nil)
	w.step(t, OfGuest, g, Withdraw, nil)
	w.settle(t)
}

func playRightLost(t *testing.T, w *world) {
	w.sent(t, "sanne")
	w.step(t, OfSite, nil, Checked, func(e *Event) { e.Check = ok(true, true) })
	w.makeSite(t)
	g := w.asked(t)
	w.clicked(t, OfGuest, g, Approve, "", mehmet)
	w.step(t, OfGuest, g, RightLost, nil)
	w.step(t, OfGuest, g, Checked, func(e *Event) { e.Check = ok(false, false) })
}

func playEndDate(t *testing.T, w *world) {
	playOwnerDirect(t, w)
	g := w.guests[0]
	f := mehmet
	w.step(t, OfGuest, g, Clicked, func(e *Event) { e.Click = &Click{Verb: Extend, Days: 180, At: e.At} })
	old := g.Until
	w.step(t, OfGuest, g, Decided, func(e *Event) { e.Facts = &f })
	if _, err := w.try(OfGuest, g, w.event(EndDue, func(e *Event) { e.Until = old })); err == nil {
		t.Error("the old end date ended an extended access")
	}
	w.step(t, OfGuest, g, EndDue, func(e *Event) { e.Until = g.Until })
	w.step(t, OfGuest, g, Removed, nil)
	w.settle(t)
}

func playNotKnown(t *testing.T, w *world) {
	w.step(t, OfRequest, nil, Started, func(e *Event) { e.Origin, e.Until = &Origin{}, e.At.AddDate(0, 0, 7) })
	w.step(t, OfRequest, nil, NotKnown, func(e *Event) { e.Code = "refused_chat_guest" })
	w.step(t, OfRequest, nil, FormOpened, func(e *Event) { e.Form = &FormRef{Chat: "slack", Ref: "V1"} })
}

func playSiteDeclined(t *testing.T, w *world) {
	w.sent(t, "mehmet")
	w.step(t, OfSite, nil, Checked, func(e *Event) { e.Check = ok(false, true) })
	g := w.asked(t)
	w.clicked(t, OfSite, nil, Decline, "other_site", mehmet)
	w.step(t, OfGuest, g, SiteStopped, func(e *Event) { e.Stop, e.Code = Declined, "declined" })
	w.settle(t)
}

var joost = Who{ID: "joost", Name: "Joost"}

// broken brings a site and its guest to where the site failed after the group was made.
func broken(t *testing.T, w *world) *Guest {
	t.Helper()
	w.sent(t, "mehmet")
	w.step(t, OfSite, nil, Checked, func(e *Event) { e.Check = ok(false, true) })
	g := w.asked(t)
	f := mehmet
	f.RequesterCould = true
	w.clicked(t, OfSite, nil, Approve, "", f)
	w.clicked(t, OfGuest, g, Approve, "", mehmet)
	w.step(t, OfSite, nil, Made, func(e *Event) { e.GroupID = "group-1" })
	w.step(t, OfSite, nil, Broke, func(e *Event) { e.Code = "unavailable" })
	w.step(t, OfGuest, g, SiteStopped, func(e *Event) { e.Stop, e.Code = Failed, "unavailable" })
	w.settle(t)
	return g
}

func playTriedAgain(t *testing.T, w *world) {
	g := broken(t, w)
	w.refuse(t, OfGuest, g, Retried, NotReady) // there is no site to let him into
	w.step(t, OfSite, nil, Retried, func(e *Event) { e.By, e.Person = "joost", &joost })
	w.refuse(t, OfSite, nil, Retried, TooLate)
	w.refuse(t, OfSite, nil, GivenUp, TooLate)
	w.step(t, OfGuest, g, Retried, func(e *Event) { e.By, e.Person = "joost", &joost })
	w.settle(t)
	w.step(t, OfGuest, g, Checked, func(e *Event) { e.Check = ok(false, false) })
	w.step(t, OfSite, nil, Appeared, func(e *Event) { e.URL = "https://noordzee.example/sites/linden" })
	w.step(t, OfSite, nil, Shared, func(e *Event) { e.Level = "externalUserSharingOnly" })
	w.step(t, OfGuest, g, SiteReady, nil)
	w.step(t, OfGuest, g, Broke, func(e *Event) { e.Code = "internal" })
	w.settle(t)
	w.step(t, OfGuest, g, Retried, func(e *Event) { e.By, e.Person = "joost", &joost })
	w.settle(t)
	w.letIn(t, g)
	w.settle(t)
}

func playGivenUp(t *testing.T, w *world) {
	g := broken(t, w)
	w.step(t, OfSite, nil, GivenUp, func(e *Event) { e.By, e.Person = "joost", &joost })
	w.step(t, OfGuest, g, GivenUp, func(e *Event) { e.By, e.Person = "joost", &joost })
	w.refuse(t, OfSite, nil, Retried, NotReady)
	w.refuse(t, OfGuest, g, GivenUp, TooLate)
	w.settle(t)
}

// refuse wants an event not to be taken, for a reason.
func (w *world) refuse(t *testing.T, m Machine, g *Guest, k Kind, want Refusal) {
	t.Helper()
	_, err := w.try(m, g, w.event(k, func(e *Event) { e.Person = &joost }))
	re, ok := errors.AsType[*RefusedError](err)
	if !ok || re.Why != want {
		t.Errorf("%s: got %v, want %s", k, err, want)
	}
}
