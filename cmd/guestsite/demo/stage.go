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
// skipped; Err says what it was.
type Stage struct {
	*Lab
	// Patience is how long a person waits for something to be seen, in real time.
	Patience time.Duration

	ctx  context.Context
	out  io.Writer
	lang string
	err  error
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
	}
}

// Note prints a remark of the narrator.
func (s *Stage) Note(format string, args ...any) {
	if s.err == nil {
		s.say("   "+format, args...)
	}
}

// How long a person waits for something to be seen where the story does not say,
// and how the clock is moved ahead meanwhile so that nobody sits through
// Microsoft's delays.
const (
	patience = 60 * time.Second
	blink    = 10 * time.Millisecond
	glances  = 25 // in vain, before the clock moves
	stride   = 5 * time.Second
)

// until waits for ready; while nothing happens the clock is moved ahead.
func (s *Stage) until(what string, ready func() bool) bool {
	if s.err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(s.ctx, s.Patience)
	defer cancel()
	tick := time.NewTicker(blink)
	defer tick.Stop()
	for looks := 1; !ready(); looks++ {
		select {
		case <-tick.C:
		case <-ctx.Done():
			if s.ctx.Err() != nil {
				s.fail("%s: %w", what, context.Cause(s.ctx))
			} else {
				s.fail("%s: not seen in %s", what, s.Patience)
			}
			return false
		}
		if looks%glances == 0 {
			s.Clock.Advance(stride)
		}
	}
	return true
}

// Days moves the clock ahead.
func (s *Stage) Days(n int) {
	if s.err != nil {
		return
	}
	s.Note("… %d days later …", n)
	s.Clock.Advance(time.Duration(n) * 24 * time.Hour)
}

// Expect checks something about the tenant, once it has become so.
func (s *Stage) Expect(what string, holds func() bool) {
	if s.until(what, holds) {
		s.say("   ✓ %s", what)
	}
}

// Actor is a person in a story, at one of his chats.
type Actor struct {
	s    *Stage
	Name string
	c    client
}

// InSlack gives a person by her Slack id.
func (s *Stage) InSlack(name, id string) *Actor {
	return &Actor{s: s, Name: name, c: inSlack{s.Slack, s.Slack.As(id)}}
}

// InTeams gives a person by her Entra id.
func (s *Stage) InTeams(name, id string) *Actor {
	return &Actor{s: s, Name: name, c: inTeams{s.Teams, s.Teams.As(id)}}
}

// did records what a person's act came to.
func (a *Actor) did(what string, err error) {
	if err != nil {
		a.s.fail("%s %s: %w\n%s", a.Name, what, err, a.c.all())
	}
}

// sees prints all that a person sees where a story went wrong.
func (a *Actor) sees() {
	if a.s.err != nil && !errors.Is(a.s.err, context.Canceled) {
		a.s.say("%s sees:\n%s", a.Name, indented(a.c.all()))
	}
}

// Types sends a command.
func (a *Actor) Types(line string) {
	if a.s.err != nil {
		return
	}
	a.s.say("\n%s types  %s", a.Name, line)
	a.did("types "+line, a.c.typed(a.s.ctx, strings.TrimPrefix(line, "/guestsite ")))
}

// Form waits for a form with this field and something to send.
func (a *Actor) Form(field string) {
	a.s.until(a.Name+"'s form with "+field, func() bool {
		_, ready := a.c.form(field)
		return ready
	})
	a.sees()
}

// Fills answers a field of the form; people are picked with Picks.
func (a *Actor) Fills(field string, values ...string) {
	if a.s.err == nil {
		a.did("fills "+field, a.c.fill(a.s.ctx, field, values...))
	}
}

// Picks types into a picker and takes the first that is offered.
func (a *Actor) Picks(field, typed string) {
	if a.s.err == nil {
		a.did("looks for "+typed, a.c.pick(a.s.ctx, field, typed))
	}
}

// Sends sends the form as it is filled in, and prints it.
func (a *Actor) Sends() {
	if a.s.err != nil {
		return
	}
	text, _ := a.c.form("")
	a.s.say("%s sends the form\n%s", a.Name, indented(text))
	a.did("sends the form", a.c.submit(a.s.ctx))
}

// Leaves closes the form.
func (a *Actor) Leaves() {
	if a.s.err != nil {
		return
	}
	a.s.say("%s closes the form", a.Name)
	a.did("closes the form", a.c.leave(a.s.ctx))
}

// Reads waits for a card that holds all of these words, and prints it.
func (a *Actor) Reads(words ...string) {
	found := ""
	ok := a.s.until(fmt.Sprintf("%s reads %q", a.Name, words), func() bool {
		for _, text := range a.c.messages() {
			if holdsAll(text, words) {
				found = text
				return true
			}
		}
		return false
	})
	if ok {
		a.s.say("%s reads\n%s", a.Name, indented(found))
	}
	a.sees()
}

// ReadsInForm waits for words in the open form.
func (a *Actor) ReadsInForm(words ...string) {
	a.s.until(fmt.Sprintf("%s reads %q in the form", a.Name, words), func() bool {
		text, _ := a.c.form("")
		return holdsAll(text, words)
	})
	a.sees()
}

// Reviews waits for the last step, which has no questions, and reads it.
func (a *Actor) Reviews(words ...string) {
	a.s.until(a.Name+" sees the last step", func() bool {
		text, ready := a.c.form("")
		return ready && !a.c.hasField("guests") && !a.c.hasField("name") && holdsAll(text, words)
	})
	a.sees()
}

// finds waits for the newest card with a button of this action for this part.
func (a *Actor) finds(action, part string) button {
	var b button
	a.s.until(a.Name+" gets a card with "+action+" for "+part, func() bool {
		var ok bool
		b, ok = a.c.button(action, part)
		return ok
	})
	a.sees()
	return b
}

// Decides presses the button of an action for a part, on the newest card that
// has it, and waits until the card shows that it was taken.
func (a *Actor) Decides(action, part string) {
	b := a.finds(action, part)
	if a.s.err != nil {
		return
	}
	a.s.say("%s reads\n%s", a.Name, indented(b.card))
	a.presses(b)
	a.s.until(a.Name+"'s card shows that "+b.label+" was taken", func() bool { return a.c.gone(b) })
	a.sees()
}

// presses presses a button that was found.
func (a *Actor) presses(b button) {
	if a.s.err != nil {
		return
	}
	a.s.say("%s presses  [%s]", a.Name, b.label)
	a.did("presses "+b.label, a.c.press(a.s.ctx, b))
}

// Opens presses a button that opens a form with this field.
func (a *Actor) Opens(action, part, field string) {
	a.presses(a.finds(action, part))
	a.Form(field)
}

// Has says whether a person sees such a button now.
func (a *Actor) Has(action, part string) bool {
	_, ok := a.c.button(action, part)
	return ok
}

// Saw says whether a person has something with all of these words.
func (a *Actor) Saw(words ...string) bool {
	return slices.ContainsFunc(a.c.messages(), func(text string) bool { return holdsAll(text, words) })
}

func holdsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func indented(text string) string {
	return "   │ " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n   │ ")
}
