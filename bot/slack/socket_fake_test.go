package slack

// What happens to the sockets of a Slack that people use meanwhile.

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
)

// patient gives acknowledgements time, for a busy machine.
func patient(f *slackfake.Options, _ *Options) { f.AckTimeout = 20 * time.Second }

func TestSocketFake_PeopleNoticeNothingOfRenewals(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{slackfake.ReasonWarning, slackfake.ReasonRefresh} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			d := &door{answer: whispers("done")}
			at := quick()
			r := newPacedRig(t, d, &at, overSockets, patient, slowRenewals)
			stop := make(chan struct{})
			var typing sync.WaitGroup
			n := 0
			typing.Go(func() { // somebody types all the time
				for ; ; n++ {
					select {
					case <-stop:
						return
					default:
					}
					out, err := r.fake.As(slackfake.Sanne).Command(t.Context(), fmt.Sprint("/guestsite ", n))
					if err != nil || !out.OK() || out.Message == nil {
						t.Errorf("command %d: %+v, %v", n, out, err)
					}
				}
			})
			halt := sync.OnceFunc(func() {
				close(stop)
				typing.Wait()
			})
			defer halt()
			for round := range 3 {
				before := r.fake.LiveConnections()
				if reason == slackfake.ReasonRefresh { // one after the other: such a one gets nothing more
					for _, c := range before {
						renew(t, r, reason, c)
					}
				} else {
					renew(t, r, reason, before...)
				}
				if t.Failed() {
					t.Fatalf("in round %d", round)
				}
			}
			halt()
			if len(d.events()) != n || n == 0 {
				t.Errorf("%d commands, %d events", n, len(d.events()))
			}
			all := r.fake.Connections()
			slices.SortFunc(all, func(a, b slackfake.Connection) int { return a.Since.Compare(b.Since) })
			for _, c := range all { // when one ended another was up
				if !c.Live() && !slices.ContainsFunc(all, func(o slackfake.Connection) bool {
					return o.Since.Before(c.Until) && (o.Live() || o.Until.After(c.Until))
				}) {
					t.Errorf("nothing was up when %+v ended", c)
				}
			}
			if bad := r.fake.IgnoredAcks(); len(bad) != 0 {
				t.Errorf("acknowledgements in vain: %+v", bad)
			}
			if c := r.chat.Counts(); len(c.Unacked) != 0 {
				t.Errorf("counts %+v", c)
			}
		})
	}
}

// slowRenewals is a Slack that sends no command twice, and that leaves closing what
// it renews to the test.
func slowRenewals(f *slackfake.Options, _ *Options) {
	f.Socket.Resend, f.Socket.Grace = slackfake.ResendNever, time.Hour
}

// renew has Slack ask for other connections, wait for them, and then close the old
// ones once nothing is under way there.
func renew(t *testing.T, r *rig, reason string, which ...slackfake.Connection) {
	t.Helper()
	for _, c := range which {
		if err := r.fake.Disconnect(c.ID, reason); err != nil {
			t.Error(err)
		}
	}
	old := func(c slackfake.Connection) bool {
		return slices.ContainsFunc(which, func(w slackfake.Connection) bool { return w.ID == c.ID })
	}
	waitFor(t, r, "other connections", func() bool {
		return r.chat.Counts().SocketsUp == connections+len(which) && len(r.fake.LiveConnections()) == connections+len(which)
	})
	for _, c := range which { // from here on they get nothing
		if err := r.fake.Disconnect(c.ID, slackfake.ReasonRefresh); err != nil {
			t.Errorf("it was closed before Slack did: %v", err)
		}
	}
	waitFor(t, r, "what the old ones got is acknowledged", func() bool {
		return !slices.ContainsFunc(r.fake.LiveConnections(), func(c slackfake.Connection) bool { return old(c) && c.Acked < c.Delivered })
	})
	for _, c := range which {
		if err := r.fake.ActOnSocket(c.ID, slackfake.SocketClose); err != nil {
			t.Errorf("it was closed before Slack did: %v", err)
		}
	}
	waitFor(t, r, "the old ones are gone", func() bool {
		live := r.fake.LiveConnections()
		return len(live) == connections && !slices.ContainsFunc(live, old)
	})
}

func TestSocketFake_WhatIsOnTheWireToAnOldOneIsAnswered(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{slackfake.ReasonWarning, slackfake.ReasonRefresh} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			d := &door{answer: whispers("done")}
			at := quick()
			r := newPacedRig(t, d, &at, overSockets, patient, slowRenewals)
			old := r.fake.LiveConnections()[0].ID
			if err := r.fake.Disconnect(old, reason); err != nil {
				t.Fatal(err)
			}
			waitFor(t, r, "another", func() bool { return r.chat.Counts().SocketsUp == connections+1 })
			r.fake.RouteTo(old)
			for range 3 {
				out := must(t)(r.fake.As(slackfake.Sanne).Command(t.Context(), "/guestsite help"))
				if !out.OK() || out.Message == nil || out.Message.Text != "done" {
					t.Errorf("the person sees %+v", out)
				}
			}
			for _, e := range r.fake.Envelopes("slash_command") {
				if len(e.Deliveries) != 1 || e.AckedBy != old {
					t.Errorf("not by the old one: %+v", e)
				}
			}
			if len(d.events()) != 3 || d.repeats() != 0 {
				t.Errorf("%d events, %d repeats", len(d.events()), d.repeats())
			}
		})
	}
}

func waitFor(t *testing.T, r *rig, what string, ok func() bool) {
	t.Helper()
	if !poll(t, ok) {
		t.Fatalf("waited in vain: %s; %+v; %+v\n%s", what, r.chat.Counts(), r.fake.Connections(), r.log)
	}
}

// waitUp waits until both sides see the same connections.
func waitUp(t *testing.T, r *rig) {
	t.Helper()
	waitFor(t, r, "connections are up", func() bool {
		live := r.fake.LiveConnections()
		return r.chat.Counts().SocketsUp == connections && len(live) == connections &&
			!slices.ContainsFunc(live, func(c slackfake.Connection) bool { return c.Leaving || c.Dead })
	})
}

func TestSocketFake_ACutInTheMiddleIsAnsweredOnTheOther(t *testing.T) {
	t.Parallel()
	for name, same := range map[string]bool{"another envelope": false, "the same envelope": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newGateDoor("new")
			at := quick()
			r := newPacedRig(t, d, &at, overSockets, patient, func(f *slackfake.Options, _ *Options) { f.Socket.SameEnvelope = same })
			d.answer = opens(siteForm())
			var all sync.WaitGroup
			all.Go(func() {
				if out, err := r.fake.As(slackfake.Sanne).Command(t.Context(), "/guestsite new"); err != nil || !out.OK() {
					t.Errorf("the person sees %+v, %v", out, err)
				}
			})
			d.next(t)
			if err := r.fake.ActOnSocket(r.fake.Envelopes("slash_command")[0].Deliveries[0].Connection, slackfake.SocketCut); err != nil {
				t.Fatal(err)
			}
			waitFor(t, r, "it is delivered again", func() bool { return r.chat.Counts().Resent == 1 })
			d.open("new")
			all.Wait()
			if len(d.events()) != 1 || d.repeats() != 1 {
				t.Errorf("%d events, %d repeats", len(d.events()), d.repeats())
			}
			if errs, _ := d.sorries(); len(errs) != 0 || len(r.fake.As(slackfake.Sanne).OpenViews()) != 1 {
				t.Errorf("shown %v, and %d forms", errs, len(r.fake.As(slackfake.Sanne).OpenViews()))
			}
		})
	}
}

func TestSocketFake_TheSameEnvelopeOnBothIsOneEvent(t *testing.T) {
	t.Parallel()
	d := &door{}
	at := quick()
	r := newPacedRig(t, d, &at, overSockets, patient)
	d.answer = opens(siteForm())
	r.fake.AddFault(slackfake.Fault{Method: "socket.envelope", Kind: slackfake.FaultDuplicate})
	must(t)(r.fake.As(slackfake.Sanne).Command(t.Context(), "/guestsite new"))
	waitFor(t, r, "the second is acknowledged too", func() bool { return d.repeats() == 1 })
	if len(d.events()) != 1 || len(r.fake.As(slackfake.Sanne).OpenViews()) != 1 {
		t.Errorf("%d events, %d forms", len(d.events()), len(r.fake.As(slackfake.Sanne).OpenViews()))
	}
	if errs, _ := d.sorries(); len(errs) != 0 {
		t.Errorf("shown %v", errs)
	}
}

func TestSocketFake_ALostAcknowledgementIsGivenAgain(t *testing.T) {
	t.Parallel()
	d := &door{answer: whispers("done")}
	at := quick()
	r := newPacedRig(t, d, &at, overSockets, patient, func(f *slackfake.Options, _ *Options) {
		f.Socket.Resend, f.Socket.ResendAfter = slackfake.ResendUnacked, 100*time.Millisecond
	})
	r.fake.AddFault(slackfake.Fault{Method: "socket.ack", Kind: slackfake.FaultDrop})
	out := must(t)(r.fake.As(slackfake.Sanne).Command(t.Context(), "/guestsite help"))
	if out.Message == nil || out.Message.Text != "done" || len(d.events()) != 1 || d.repeats() < 1 {
		t.Errorf("shown %+v, %d events, %d repeats", out.Message, len(d.events()), d.repeats())
	}
}

func TestSocketFake_ADeadOneIsFoundAndTheOtherGoesOn(t *testing.T) {
	t.Parallel()
	d := &door{answer: whispers("done")}
	at := quick()
	at.stale, at.farewell = 2*time.Second, 10*time.Millisecond
	r := newPacedRig(t, d, &at, overSockets, patient, func(f *slackfake.Options, _ *Options) {
		f.Socket.PingInterval, f.Socket.PongTimeout = 50*time.Millisecond, time.Hour
	})
	dead := r.fake.LiveConnections()[0].ID
	if err := r.fake.ActOnSocket(dead, slackfake.SocketDead); err != nil {
		t.Fatal(err)
	}
	// What Slack gives to the dead one it gives to another once that is gone.
	for range 4 {
		must(t)(r.fake.As(slackfake.Sanne).Command(t.Context(), "/guestsite help"))
	}
	waitFor(t, r, "the dead one is let go", func() bool {
		return !slices.ContainsFunc(r.fake.LiveConnections(), func(c slackfake.Connection) bool { return c.ID == dead })
	})
	if r.chat.Counts().Reconnects["stale"] == 0 || len(d.events()) != 4 {
		t.Errorf("counts %+v, %d events", r.chat.Counts(), len(d.events()))
	}
}

func TestSocketFake_OddFramesCostNothingButThemselves(t *testing.T) {
	t.Parallel()
	d := &door{answer: whispers("done")}
	at := quick()
	r := newPacedRig(t, d, &at, overSockets, patient)
	for _, act := range []slackfake.SocketAct{
		slackfake.SocketGarbage, slackfake.SocketBinary, slackfake.SocketUnknown, slackfake.SocketOversized,
		slackfake.SocketClose, slackfake.SocketCut,
	} {
		if err := r.fake.ActOnSocket(slackfake.AllConnections, act); err != nil {
			t.Fatal(err)
		}
		waitUp(t, r)
		must(t)(r.fake.As(slackfake.Sanne).Command(t.Context(), "/guestsite help"))
	}
	for _, e := range r.fake.Envelopes("unknown_type") {
		if !e.Acked() {
			t.Errorf("not acknowledged: %+v", e)
		}
	}
	if len(d.events()) != 6 {
		t.Errorf("%d events", len(d.events()))
	}
}

func TestSocketFake_StartTellsWhichTokenIsWrong(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		slack func(*slackfake.Server)
		token func(*slackfake.Server) string
	}{
		"not_allowed_token_type": {token: (*slackfake.Server).BotToken},
		"invalid_auth":           {token: func(*slackfake.Server) string { return "xapp-no-such" }},
		"missing_scope":          {slack: func(s *slackfake.Server) { s.SetAppScopes("authorizations:read") }},
		"token_revoked":          {slack: func(s *slackfake.Server) { s.BreakAppToken("token_revoked") }},
		"socket_mode_disabled":   {slack: func(s *slackfake.Server) { s.SetSocketMode(false) }},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			fake, err := slackfake.Start(slackfake.Options{SocketMode: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(fake.Close)
			o := newRig(t, &door{}).options
			o.APIURL, o.BotToken, o.AppToken = fake.APIURL(), fake.BotToken, fake.AppToken
			if c.slack != nil {
				c.slack(fake)
			}
			if c.token != nil {
				o.AppToken = fixed(c.token(fake))
			}
			a, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = a.Close(wait(t)) })
			refused, ok := errors.AsType[*RefusedError](a.Start(t.Context()))
			if !ok || refused.Code != want {
				t.Errorf("start: %v", refused)
			}
		})
	}
}

func TestSocketFake_SocketModeIsSwitchedOffAndOnAgain(t *testing.T) {
	t.Parallel()
	d := &door{answer: whispers("done")}
	at := quick()
	at.slow = 50 * time.Millisecond
	r := newPacedRig(t, d, &at, overSockets, patient)
	r.fake.SetSocketMode(false)
	waitFor(t, r, "readiness says so", func() bool {
		err := r.chat.Check(t.Context())
		return bot.ReasonOf(err) == bot.ReasonCredentials && strings.Contains(err.Error(), "socket_mode_disabled")
	})
	r.fake.SetSocketMode(true)
	waitUp(t, r)
	must(t)(r.fake.As(slackfake.Sanne).Command(t.Context(), "/guestsite help"))
	if err := r.chat.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestSocketFake_AFormThatIsTooLargeForTheAnswerIsShownAllTheSame(t *testing.T) {
	t.Parallel()
	d := &door{}
	at := quick()
	r := newPacedRig(t, d, &at, overSockets, patient)
	v := openSite(t, r, siteForm())
	large := siteForm()
	large.Title = "The large one"
	for range 8 {
		large.Blocks = append(large.Blocks, card.Text{Runs: run(strings.Repeat("客人 ", 900))})
	}
	d.answer = func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Update: &large}, nil }
	sanne := r.fake.As(slackfake.Sanne)
	must(t)(sanne.Fill(t.Context(), v.Ref(), "Name", "Linden"))
	must(t)(sanne.Submit(t.Context()))
	if err := r.fake.Wait(wait(t), func() bool {
		top, ok := sanne.TopView()
		return ok && top.ID == v.ID && top.Title == "The large one"
	}); err != nil {
		t.Errorf("%v\n%s", err, r.log)
	}
	if bad := r.fake.IgnoredAcks(); len(bad) != 0 {
		t.Errorf("acknowledgements in vain: %+v", bad)
	}
}
