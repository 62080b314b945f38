package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Stage is where a story is played: it acts for people and checks what they and
// the tenant see. After the first thing that went wrong everything else is
// skipped; Err says what it was. On the page it is the reader who acts (see Step).
type Stage struct {
	*Lab
	// Patience is how long a person waits for something to be seen, in real time.
	Patience time.Duration

	ctx   context.Context
	out   io.Writer
	lang  string
	err   error
	guide guide          // nil: the story is played as text
	heard map[string]int // by pane and person, up to where what the bot was told has been told in the story
	// opened are the links that somebody's browser has opened.
	opened map[string]bool
}

// must takes an error of the stage itself.
func (s *Stage) must(err error) {
	if err != nil {
		s.fail("the stage: %w", err)
	}
}

// Err is what went wrong first; nil when all went as the story says.
func (s *Stage) Err() error { return s.err }

func (s *Stage) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, args...)
		s.say("✕ %v", s.err)
	}
}

func (s *Stage) say(format string, args ...any) {
	_, _ = fmt.Fprintf(s.out, format+"\n", args...) // whoever reads it may be gone
}

// Scene prints a heading.
func (s *Stage) Scene(format string, args ...any) {
	if s.err == nil {
		s.say("\n── "+format, args...)
		s.tell("scene", fmt.Sprintf(format, args...))
	}
}

// Note prints a remark of the narrator.
func (s *Stage) Note(format string, args ...any) {
	if s.err == nil {
		s.say("   "+format, args...)
		s.tell("note", fmt.Sprintf(format, args...))
	}
}

// How long a person waits for something to be seen where the story does not say,
// and how the clock is moved ahead meanwhile so that nobody sits through
// Microsoft's delays. Where the machine is busy a glance takes long: the clock keeps
// pace with real time all the same.
const (
	patience = 3 * time.Minute
	blink    = 10 * time.Millisecond
	pause    = 250 * time.Millisecond // in vain, before the clock moves
	stride   = 5 * time.Second
	strides  = 240              // at most, however patient somebody is
	atOnce   = 4                // strides between two glances
	leap     = time.Minute      // in place of a stride, once a reader of the page has waited a little
	short    = 8                // strides before that
	bound    = 30 * time.Second // in place of a stride, once the story has waited for longer than anything that is timed in minutes
	long     = 36               // strides before that
)

// until waits for ready; while nothing happens the clock is moved ahead.
func (s *Stage) until(what string, ready func() bool) bool {
	if s.err != nil {
		return false
	}
	if s.guide != nil {
		s.guide.await(what)
		defer s.guide.await("")
	}
	tick := time.NewTicker(blink)
	defer tick.Stop()
	began, moved := time.Now(), 0
	for !ready() {
		select {
		case <-tick.C:
		case <-s.ctx.Done():
			s.fail("%s: %w", what, context.Cause(s.ctx))
			return false
		}
		waited := time.Since(began)
		if waited > s.Patience {
			s.fail("%s: not seen in %s", what, s.Patience)
			return false
		}
		for range min(atOnce, strides-moved, int(waited/pause)-moved) {
			moved++
			switch {
			case s.guide != nil && moved > short:
				s.Clock.Advance(leap)
			case moved > long:
				s.Clock.Advance(bound)
			default:
				s.Clock.Advance(stride)
			}
		}
	}
	return true
}

// Days moves the clock ahead.
func (s *Stage) Days(n int) {
	if s.err != nil {
		return
	}
	s.say("   … %d days later …", n)
	ahead := time.Duration(n) * 24 * time.Hour
	before := s.Clock.Ahead()
	s.take(Step{Kind: StepWaits, Pane: paneClock, Days: n},
		func() Target { return Target{Pane: paneClock, Key: "days"} },
		func() bool { return s.Clock.Ahead()-before >= ahead },
		func() error { s.Clock.Advance(ahead); return nil })
}

// Switch turns a misconfiguration of the tenant on, or mends it.
func (s *Stage) Switch(name string, on bool) {
	st := Step{Kind: StepMends, Pane: paneTenant}
	if on {
		st.Kind = StepTurnsOn
	}
	is := func() (title string, state bool) {
		for _, sw := range s.Tenant.Switches() {
			if sw.Name == name {
				return sw.Title, sw.On
			}
		}
		return name, !on
	}
	st.Text, _ = is()
	s.take(st,
		func() Target { return Target{Pane: paneTenant, Key: name} },
		func() bool { _, state := is(); return state == on },
		func() error { return s.Tenant.Set(name, on) })
}

// Drop drops the bot, as a power cut would.
func (s *Stage) Drop() {
	if s.err != nil {
		return
	}
	s.take(Step{Kind: StepKills, Pane: paneClock},
		func() Target { return Target{Pane: paneClock, Key: "kill"} },
		func() bool { return !s.Running() },
		func() error { s.Kill(); return nil })
	s.Note("… the bot is gone …")
}

// StartAgain starts the bot that was dropped.
func (s *Stage) StartAgain() {
	s.take(Step{Kind: StepStarts, Pane: paneClock},
		func() Target { return Target{Pane: paneClock, Key: "start"} },
		s.Running,
		func() error { return s.Restart(s.ctx) })
}

// Accepts has a guest follow the link in the invitation.
func (s *Stage) Accepts(address string) {
	if s.err != nil {
		return
	}
	s.say("\n%s accepts the invitation", address)
	s.take(Step{Kind: StepAccepts, Pane: paneMail, Person: address, Text: address},
		func() Target { return Target{Pane: paneMail, Person: address, Key: "accept"} },
		func() bool { return s.hasAccepted(address) },
		func() error {
			if !s.Tenant.Redeem(address) {
				return errNobody
			}
			return nil
		})
}

// Expect checks something about the tenant, once it has become so.
func (s *Stage) Expect(what string, holds func() bool) {
	if s.until(what, holds) {
		s.say("   ✓ %s", what)
		s.tell("seen", what)
	}
}

func holdsAll(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

func indented(text string) string {
	return "   │ " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n   │ ")
}

// sees prints all that a person sees where a story went wrong.
func (a *Actor) sees() {
	if a.s.err != nil && !errors.Is(a.s.err, context.Canceled) {
		a.s.say("%s sees:\n%s", a.Name, indented(a.c.all()))
	}
}
