package demo

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"guestsite/bot/card"
)

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

// step starts one of the person's.
func (a *Actor) step(kind StepKind) Step {
	pane, person := a.c.who()
	name, _, _ := strings.Cut(a.Name, ",")
	return Step{Kind: kind, Pane: pane, Person: person, Name: name}
}

// at gives a place in the person's chat.
func (a *Actor) at(msg, key string) Target {
	pane, person := a.c.who()
	return Target{Pane: pane, Person: person, Msg: msg, Key: key}
}

// told says whether the bot was told something since the last thing that the story
// knows of, and makes it the last one.
func (a *Actor) told(what asked) bool {
	pane, person := a.c.who()
	seq, ok := a.c.heard(a.s.heard[pane+person], what)
	if ok {
		a.s.heard[pane+person] = seq
	}
	return ok
}

// caughtUp forgets what the bot was told before: a form is open that was not sent.
func (a *Actor) caughtUp() {
	pane, person := a.c.who()
	a.s.heard[pane+person] = a.c.newest()
}

// did records what a person's act came to.
func (a *Actor) did(what string, err error) {
	if err != nil {
		a.s.fail("%s %s: %w\n%s", a.Name, what, err, a.c.all())
	}
}

// acts takes a step of the person's.
func (a *Actor) acts(st Step, what string, at func() Target, done func() bool, do func() error) {
	a.s.take(st, at, done, func() error {
		a.did(what, do())
		if a.s.err == nil && a.s.guide != nil {
			done() // so that it is not taken for the next one
		}
		return nil
	})
}

// Types sends a command.
func (a *Actor) Types(line string) {
	if a.s.err != nil {
		return
	}
	a.s.say("\n%s types  %s", a.Name, line)
	words := strings.TrimPrefix(line, "/guestsite ")
	st := a.step(StepTypes)
	st.Text = a.c.line(words)
	a.acts(st, "types "+line,
		func() Target { return a.at("", keyLine) },
		func() bool { return a.told(asked{what: askLine, line: words}) },
		func() error { return a.c.typed(a.s.ctx, words) })
}

// Form waits for a form with this field and something to send.
func (a *Actor) Form(field string) {
	a.s.until(a.Name+"'s form with "+field, func() bool {
		_, ready := a.c.form(field)
		return ready
	})
	a.caughtUp()
	a.sees()
}

// loose says that nothing in a story depends on what exactly is answered.
func loose(field string) bool { return field == card.FieldPurpose || field == card.FieldWhy }

// Fills answers a field of the form; people are picked with Picks.
func (a *Actor) Fills(field string, values ...string) {
	if a.s.err != nil {
		return
	}
	st := a.step(StepFills)
	if len(values) == 0 {
		st.Kind = StepClears
	}
	st.Field, st.Text = a.c.label(field), strings.Join(values, ", ")
	a.acts(st, "fills "+field,
		func() Target { return a.c.atField(field) },
		func() bool {
			in, there := a.c.holds(field)
			return !there || slices.Equal(in.values, values) || loose(field) && len(in.values) > 0
		},
		func() error { return a.c.fill(a.s.ctx, field, values...) })
}

// Picks types into a picker and takes the first that is offered.
func (a *Actor) Picks(field, typed string) {
	if a.s.err != nil {
		return
	}
	st := a.step(StepPicks)
	st.Field, st.Text = a.c.label(field), typed
	a.acts(st, "looks for "+typed,
		func() Target { return a.c.atField(field) },
		func() bool {
			in, there := a.c.holds(field)
			return !there || slices.ContainsFunc(in.labels, func(l string) bool {
				return strings.Contains(strings.ToLower(l), strings.ToLower(typed))
			})
		},
		func() error { return a.c.pick(a.s.ctx, field, typed) })
}

// Sends sends the form as it is filled in, and prints it.
func (a *Actor) Sends() {
	if a.s.err != nil {
		return
	}
	if a.s.guide == nil {
		text, _ := a.c.form("")
		a.s.say("%s sends the form\n%s", a.Name, indented(text))
	}
	st := a.step(StepSends)
	st.Text = a.c.endLabel(keySubmit)
	a.acts(st, "sends the form",
		func() Target { return a.c.atEnd(keySubmit) },
		func() bool { return a.told(asked{what: askSubmit}) },
		func() error { return a.c.submit(a.s.ctx) })
}

// Leaves closes the form.
func (a *Actor) Leaves() {
	if a.s.err != nil {
		return
	}
	a.s.say("%s closes the form", a.Name)
	at := a.c.atEnd(keyClose)
	st := a.step(StepLeaves)
	st.Text = a.c.endLabel(keyClose)
	a.acts(st, "closes the form",
		func() Target { return a.c.atEnd(keyClose) },
		func() bool { return a.c.atEnd(keyClose).Msg != at.Msg },
		func() error { return a.c.leave(a.s.ctx) })
}

// Reads waits for a card that holds all of these words, and prints it.
func (a *Actor) Reads(words ...string) {
	var found note
	ok := a.s.until(fmt.Sprintf("%s reads %q", a.Name, words), func() bool {
		for _, n := range a.c.messages() {
			if holdsAll(n.text, words) {
				found = n
				return true
			}
		}
		return false
	})
	if ok {
		a.s.say("%s reads\n%s", a.Name, indented(found.text))
		a.looks(found.msg)
	}
	a.sees()
}

// looks gives a reader of the page the time to read a message.
func (a *Actor) looks(msg string) {
	if a.s.guide != nil {
		a.s.take(a.step(StepReads), func() Target { return a.at(msg, "") }, nil, func() error { return nil })
	}
}

// ReadsInForm waits for words in the open form.
func (a *Actor) ReadsInForm(words ...string) {
	a.s.until(fmt.Sprintf("%s reads %q in the form", a.Name, words), func() bool {
		text, _ := a.c.form("")
		return holdsAll(text, words)
	})
	a.caughtUp()
	a.sees()
}

// Reviews waits for the last step, which has no questions, and reads it.
func (a *Actor) Reviews(words ...string) {
	a.s.until(a.Name+" sees the last step", func() bool {
		text, ready := a.c.form("")
		return ready && !a.c.hasField("guests") && !a.c.hasField("name") && holdsAll(text, words)
	})
	a.caughtUp()
	a.sees()
}

// finds waits for the newest card with a button of this action for this part; taken
// says that a reader has pressed it already.
func (a *Actor) finds(action, part string) (b button, taken bool) {
	a.s.until(a.Name+" gets a card with "+action+" for "+part, func() bool {
		var ok bool
		if b, ok = a.c.button(action, part); !ok && a.s.guide != nil {
			taken = a.told(asked{what: askPress, action: action, part: part})
		}
		return ok || taken
	})
	a.sees()
	return b, taken
}

// Decides presses the button of an action for a part, on the newest card that
// has it, and waits until the card shows that it was taken.
func (a *Actor) Decides(action, part string) {
	b, taken := a.finds(action, part)
	if a.s.err != nil || taken {
		return
	}
	a.s.say("%s reads\n%s", a.Name, indented(b.card))
	a.presses(b)
	a.s.until(a.Name+"'s card shows that "+b.label+" was taken", func() bool { return a.c.gone(b) })
	a.sees()
}

// pressed says whether a button was pressed.
func (a *Actor) pressed(b button) bool {
	return a.told(asked{what: askPress, action: b.action, part: b.part})
}

// whereIs finds a button again, which may have moved since.
func (a *Actor) whereIs(b button) Target {
	if again, ok := a.c.button(b.action, b.part); ok {
		b = again
	}
	return a.at(b.msg, b.key)
}

// presses presses a button that was found.
func (a *Actor) presses(b button) {
	if a.s.err != nil {
		return
	}
	a.s.say("%s presses  [%s]", a.Name, b.label)
	st := a.step(StepPresses)
	st.Text = b.label
	a.acts(st, "presses "+b.label,
		func() Target { return a.whereIs(b) },
		func() bool { return a.pressed(b) },
		func() error { return a.pressAgain(b) })
}

// pressAgain presses a button where it is now.
func (a *Actor) pressAgain(b button) error {
	if again, ok := a.c.button(b.action, b.part); ok {
		b = again
	}
	return a.c.press(a.s.ctx, b)
}

// Opens presses a button that opens a form with this field.
func (a *Actor) Opens(action, part, field string) {
	if b, taken := a.finds(action, part); !taken {
		a.presses(b)
	}
	a.Form(field)
}

// together has two people press at the same moment.
func (s *Stage) together(one *Actor, his button, two *Actor, hers button) {
	if s.err != nil {
		return
	}
	s.say("%s presses  [%s]\n%s presses  [%s]", one.Name, his.label, two.Name, hers.label)
	st := one.step(StepBoth)
	st.Text, st.Other = his.label, two.step(StepBoth).Name
	var first, second bool
	s.take(st,
		func() Target {
			if first {
				return two.whereIs(hers)
			}
			return one.whereIs(his)
		},
		func() bool {
			first, second = first || one.pressed(his), second || two.pressed(hers)
			return first && second
		},
		func() error {
			var both sync.WaitGroup
			var e1, e2 error
			if !first {
				both.Go(func() { e1 = one.pressAgain(his) })
			}
			if !second {
				both.Go(func() { e2 = two.pressAgain(hers) })
			}
			both.Wait()
			one.did("presses "+his.label, e1)
			two.did("presses "+hers.label, e2)
			return nil
		})
}

// Has says whether a person sees such a button now.
func (a *Actor) Has(action, part string) bool {
	_, ok := a.c.button(action, part)
	return ok
}

// Saw says whether a person has something with all of these words.
func (a *Actor) Saw(words ...string) bool {
	return slices.ContainsFunc(a.c.messages(), func(n note) bool { return holdsAll(n.text, words) })
}
