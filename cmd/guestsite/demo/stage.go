package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"guestsite/bot/slack/slackfake"
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
	glance   = 250 * time.Millisecond
	stride   = 5 * time.Second
)

// until waits for ready; while nothing happens the clock is moved ahead.
func (s *Stage) until(what string, ready func() bool) bool {
	if s.err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(s.ctx, s.Patience)
	defer cancel()
	for {
		look, stop := context.WithTimeout(ctx, glance)
		err := s.Slack.Wait(look, ready)
		stop()
		if err == nil {
			return true
		}
		switch {
		case s.ctx.Err() != nil:
			s.fail("%s: %w", what, context.Cause(s.ctx))
			return false
		case ctx.Err() != nil:
			s.fail("%s: not seen in %s", what, s.Patience)
			return false
		}
		s.Clock.Advance(stride)
	}
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

// Actor is a person in a story.
type Actor struct {
	s    *Stage
	Name string
	u    *slackfake.Actor
}

// As gives a person by her Slack id.
func (s *Stage) As(name, id string) *Actor { return &Actor{s: s, Name: name, u: s.Slack.As(id)} }

// did records what a person's act came to.
func (a *Actor) did(what string, out slackfake.Outcome, err error) {
	switch {
	case err != nil:
		a.s.fail("%s %s: %w\n%s", a.Name, what, err, a.s.Slack.Transcript(a.u.ID()))
	case !out.OK():
		a.s.fail("%s %s: %s %s", a.Name, what, out.Code, out.Line)
	}
}

// Types sends a command.
func (a *Actor) Types(line string) {
	if a.s.err != nil {
		return
	}
	a.s.say("\n%s types  %s", a.Name, line)
	out, err := a.u.Command(a.s.ctx, line)
	a.did("types "+line, out, err)
}

// Form waits for a form with this field and something to send, and prints it.
func (a *Actor) Form(field string) {
	a.s.until(a.Name+"'s form with "+field, func() bool {
		v, ok := a.u.TopView()
		return ok && v.Submit != "" && (field == "" || blockOf(v.Blocks, field) != "")
	})
}

// Fills answers a field of the form; people are picked with Picks.
func (a *Actor) Fills(field string, values ...string) {
	if a.s.err != nil {
		return
	}
	v, _ := a.u.TopView()
	out, err := a.u.Fill(a.s.ctx, v.Ref(), blockOf(v.Blocks, field), values...)
	a.did("fills "+field, out, err)
}

// Picks types into a picker and takes the first that is offered.
func (a *Actor) Picks(field, typed string) {
	if a.s.err != nil {
		return
	}
	v, _ := a.u.TopView()
	key := blockOf(v.Blocks, field)
	options, out, err := a.u.Suggest(a.s.ctx, v.Ref(), key, typed)
	a.did("looks for "+typed, out, err)
	if a.s.err != nil {
		return
	}
	if len(options) == 0 {
		a.s.fail("%s looks for %q: nobody is offered", a.Name, typed)
		return
	}
	out, err = a.u.Fill(a.s.ctx, v.Ref(), key, options[0].Value)
	a.did("picks "+typed, out, err)
}

// Sends sends the form as it is filled in, and prints it.
func (a *Actor) Sends() {
	if a.s.err != nil {
		return
	}
	v, _ := a.u.TopView()
	a.s.say("%s sends the form\n%s", a.Name, indented(a.s.Slack.ViewText(v)))
	out, err := a.u.Submit(a.s.ctx)
	a.did("sends the form", out, err)
}

// Leaves closes the form.
func (a *Actor) Leaves() {
	if a.s.err != nil {
		return
	}
	a.s.say("%s closes the form", a.Name)
	out, err := a.u.CloseView(a.s.ctx)
	a.did("closes the form", out, err)
}

// Reads waits for a form or a card that holds all of these words, and prints it.
func (a *Actor) Reads(words ...string) slackfake.Message {
	var found slackfake.Message
	ok := a.s.until(fmt.Sprintf("%s reads %q", a.Name, words), func() bool {
		for _, m := range newestFirst(a.u.Messages()) {
			if holdsAll(a.s.Slack.MessageText(m), words) {
				found = m
				return true
			}
		}
		return false
	})
	if ok {
		a.s.say("%s reads\n%s", a.Name, indented(a.s.Slack.MessageText(found)))
	} else if a.s.err != nil && !errors.Is(a.s.err, context.Canceled) {
		a.s.say("%s sees:\n%s", a.Name, indented(a.s.Slack.Transcript(a.u.ID())))
	}
	return found
}

// ReadsInForm waits for words in the open form, and prints it.
func (a *Actor) ReadsInForm(words ...string) {
	ok := a.s.until(fmt.Sprintf("%s reads %q in the form", a.Name, words), func() bool {
		v, open := a.u.TopView()
		return open && holdsAll(a.s.Slack.ViewText(v), words)
	})
	if !ok && a.s.err != nil {
		a.s.say("%s sees:\n%s", a.Name, indented(a.s.Slack.Transcript(a.u.ID())))
	}
}

// Reviews waits for the last step, which has no questions, and reads it.
func (a *Actor) Reviews(words ...string) {
	ok := a.s.until(a.Name+" sees the last step", func() bool {
		v, open := a.u.TopView()
		return open && v.Submit != "" && blockOf(v.Blocks, "guests") == "" && holdsAll(a.s.Slack.ViewText(v), words)
	})
	if !ok && a.s.err != nil {
		a.s.say("%s sees:\n%s", a.Name, indented(a.s.Slack.Transcript(a.u.ID())))
	}
}

// finds waits for the newest card with a button of this action for this part.
func (a *Actor) finds(action, part string) (m slackfake.Message, key, label string) {
	a.s.until(a.Name+" gets a card with "+action+" for "+part, func() bool {
		for _, m = range newestFirst(a.u.Messages()) {
			if key, label = buttonOf(m.Blocks, action, part); key != "" {
				return true
			}
		}
		return false
	})
	if a.s.err != nil {
		a.s.say("%s sees:\n%s", a.Name, indented(a.s.Slack.Transcript(a.u.ID())))
	}
	return m, key, label
}

// Decides presses the button of an action for a part, on the newest card that
// has it, and waits until the card shows that it was taken.
func (a *Actor) Decides(action, part string) {
	m, key, label := a.finds(action, part)
	if a.s.err != nil {
		return
	}
	a.s.say("%s reads\n%s", a.Name, indented(a.s.Slack.MessageText(m)))
	a.s.say("%s presses  [%s]", a.Name, label)
	out, err := a.u.Click(a.s.ctx, m.Ref(), key)
	a.did("presses "+label, out, err)
	a.s.until(a.Name+"'s card shows that "+label+" was taken", func() bool {
		for _, now := range a.u.Messages() {
			if now.Ref() == m.Ref() {
				left, _ := buttonOf(now.Blocks, action, part)
				return left == ""
			}
		}
		return false
	})
	if a.s.err != nil {
		a.s.say("%s sees:\n%s", a.Name, indented(a.s.Slack.Transcript(a.u.ID())))
	}
}

// Opens presses a button that opens a form with this field.
func (a *Actor) Opens(action, part, field string) {
	m, key, label := a.finds(action, part)
	if a.s.err != nil {
		return
	}
	a.s.say("%s presses  [%s]", a.Name, label)
	out, err := a.u.Click(a.s.ctx, m.Ref(), key)
	a.did("presses "+label, out, err)
	a.Form(field)
}

func newestFirst(ms []slackfake.Message) []slackfake.Message {
	out := make([]slackfake.Message, 0, len(ms))
	for _, m := range slices.Backward(ms) {
		out = append(out, m)
	}
	return out
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
