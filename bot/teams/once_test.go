package teams

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/teams/teamsfake"
)

// declines counts the messages of Mehmet that hold the form of a decline.
func (r *rig) declines(t *testing.T) int {
	t.Helper()
	r.settle(t)
	n := 0
	for _, m := range r.fake.As(mehmet).DM() {
		if containsText(m, "The form of decline") {
			n++
		}
	}
	return n
}

// opensADecline answers everything with the form of a decline, and its close button
// with a last word.
func opensADecline(in bot.Inbound) (bot.Answer, error) {
	if in.Press != nil && in.Press.Action == card.ActClose {
		last := lastWord("Nothing was changed.")
		return bot.Answer{Close: &last}, nil
	}
	f := noteForm(card.StepDecline)
	return bot.Answer{Open: &f}, nil
}

// Opening a form changes nothing by which the engine would know the event, so it is
// the chat that sees to it that one click opens one form.
func TestOnce_AClickThatIsDeliveredTwiceOpensOneForm(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{teamsfake.DeliverTwice, teamsfake.DeliverAtOnce, teamsfake.DeliverLostAnswer, teamsfake.DeliverLater} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := &door{answer: opensADecline}
			r := newRig(t, d)
			_, msg := r.post(t, mehmet, ownerCard())
			r.fake.AddDeliveryFault(teamsfake.DeliveryFault{Match: "^(invoke|message)", Kind: kind, Times: -1})
			out := ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Decline"))
			again, err := r.fake.Redeliver(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range append(again, out) {
				if o.Line != "the line opened in en" {
					t.Errorf("answered %q", o.Line)
				}
			}
			if n := r.declines(t); n != 1 || len(d.forms()) != 1 {
				t.Errorf("%d forms, %d reported", n, len(d.forms()))
			}
			ok(t)(r.fake.As(mehmet).Say(t.Context(), "new"))
			if n := r.declines(t); n != 2 {
				t.Errorf("after a word %d forms", n)
			}
			ok(t)(r.fake.As(mehmet).ClickOld(t.Context(), msg, "Add Anna"))
			if n := r.declines(t); n != 3 {
				t.Errorf("after a click of an old client %d forms", n)
			}
		})
	}
}

func TestOnce_WordsThatAreDeliveredTwiceAreAnsweredOnce(t *testing.T) {
	t.Parallel()
	line := said("This is what I can do.")
	r := newRig(t, &door{answer: always(bot.Answer{Whisper: &line})})
	group := r.fake.AddGroupChat("Linden", sanne, mehmet)
	r.fake.AddDeliveryFault(teamsfake.DeliveryFault{Match: "^message", Kind: teamsfake.DeliverTwice, Times: -1})
	count := func(text string) int {
		t.Helper()
		r.settle(t)
		return strings.Count(r.fake.Transcript(sanne), text)
	}
	ok(t)(r.fake.As(sanne).Say(t.Context(), "help"))
	if n := count("This is what I can do."); n != 1 {
		t.Errorf("answered %d times", n)
	}
	ok(t)(r.fake.As(sanne).SayIn(t.Context(), group, "help"))
	if n := count("This is what I can do."); n != 2 {
		t.Errorf("after a second one, %d times", n)
	}
	if n := count("the line elsewhere"); n != 1 {
		t.Errorf("the others were told %d times", n)
	}
}

// Who puts a form away and presses the button once more gets it again, at once; and
// whoever comes back to an old card does, wherever the first form may be.
func TestOnce_AFormIsOpenedAgain(t *testing.T) {
	t.Parallel()
	d := &door{answer: opensADecline}
	r := newRig(t, d)
	now := time.Now()
	r.chat.showing.now = func() time.Time { return now }
	_, msg := r.post(t, mehmet, ownerCard())
	me := r.fake.As(mehmet)
	last := func() teamsfake.Ref { dm := me.DM(); return dm[len(dm)-1].Ref() }
	ok(t)(me.Click(t.Context(), msg, "Decline"))
	ok(t)(me.Click(t.Context(), last(), "Cancel"))
	ok(t)(me.Click(t.Context(), msg, "Decline"))
	if n := r.declines(t); n != 1 || len(d.forms()) != 2 {
		t.Errorf("put away and pressed again: %d forms stand, %d were opened", n, len(d.forms()))
	}
	now = now.Add(repeatTime)
	ok(t)(me.Click(t.Context(), msg, "Decline"))
	if len(d.forms()) != 3 {
		t.Errorf("pressed again later: %d were opened", len(d.forms()))
	}
	if n := len(r.chat.showing.of); n != 1 {
		t.Errorf("%d are remembered", n)
	}
}

func TestOnce_WhatFailedIsTriedAgain(t *testing.T) {
	t.Parallel()
	d := &door{answer: opensADecline}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	r.fake.AddFault(teamsfake.Fault{Method: http.MethodPost, Path: "/activities$", Kind: teamsfake.FaultStatus, Status: 503})
	ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Decline"))
	ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Decline"))
	if len(d.forms()) != 1 {
		t.Errorf("%d forms were opened", len(d.forms()))
	}
	o := once{now: time.Now}
	fault := errors.New("a fault")
	for i, want := range []bool{true, true, false} {
		done, err := o.do(t.Context(), "x", func() (bot.Ref, error) {
			if i == 0 {
				return "", fault
			}
			return "ref", nil
		})
		if done != want || errors.Is(err, fault) != (i == 0) {
			t.Errorf("%d: ran %v, %v", i, done, err)
		}
	}
}
