package bottest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"guestsite/bot"
	"guestsite/bot/card"
)

// Event begins an event of a person, with a key of its own.
func (b *Bench) Event(user string) bot.Inbound {
	b.keys++
	key := fmt.Sprintf("%s-%d", user, b.keys)
	chat, id := b.chatOf(user)
	return bot.Inbound{Key: key, At: b.Clock.Now(), User: chat.User(id), Trigger: id, Reply: "reply:" + id + ":" + key}
}

// Act hands an event to the engine and shows the answer, as an adapter does. An
// event that got no answer is delivered again; a form that did not open is asked
// for again, as its user would.
func (b *Bench) Act(in bot.Inbound) bot.Answer {
	b.T.Helper()
	chat := b.of(in.User)
	before, crashes := len(chat.Forms), b.Crashes
	answer := b.deliver(in)
	opened := b.show(in, answer)
	if b.Crashes > crashes && len(chat.Forms) == before || !opened {
		if wantsForm(in) {
			b.keys++
			in.Key = fmt.Sprintf("%s-%d", in.User.ID, b.keys)
			in.Reply = "reply:" + in.User.ID + ":" + in.Key
			return b.Act(in)
		}
	}
	return answer
}

// wantsForm says that whoever did this expects a form.
func wantsForm(in bot.Inbound) bool {
	switch {
	case in.Command != nil:
		word, _, _ := card.ParseCommand(in.Command.Text)
		return word == card.CommandNew || word == card.CommandAdd
	case in.Press != nil && in.Press.Form == "":
		switch in.Press.Action {
		case card.ActCommand:
			word, _, _ := card.ParseCommand(in.Press.Value)
			return word == card.CommandNew || word == card.CommandAdd
		case card.ActDecline, card.ActAsk, card.ActAnswer, card.ActContinue:
			return true
		default:
			return false
		}
	}
	return false
}

// deliver hands an event over until there is an answer.
func (b *Bench) deliver(in bot.Inbound) bot.Answer {
	b.T.Helper()
	for {
		answer, err := b.Engine.Handle(b.T.Context(), in)
		switch {
		case b.Fuse.Dead():
			b.Restart()
			continue
		case err != nil:
			b.Errors = append(b.Errors, err)
			c := b.Engine.Sorry(b.T.Context(), in.User, err, "ref-1")
			return bot.Answer{Whisper: &c}
		}
		if b.Twice {
			b.again(in, answer)
		}
		return answer
	}
}

// again delivers an answered event once more: the answer must be the same, but
// that a trigger opens one form alone.
func (b *Bench) again(in bot.Inbound, first bot.Answer) {
	b.T.Helper()
	second, err := b.Engine.Handle(b.T.Context(), in)
	if err != nil {
		b.T.Errorf("delivered again, %s failed: %v", in.Key, err)
	}
	first.Open, second.Open = nil, nil
	if !reflect.DeepEqual(first, second) {
		b.T.Errorf("delivered again, %s was answered\n%+v\nand not\n%+v", in.Key, second, first)
	}
}

// show puts an answer on the screen; false when a form could not be opened and
// recorded.
func (b *Bench) show(in bot.Inbound, a bot.Answer) bool {
	b.T.Helper()
	chat, form := b.of(in.User), b.formOf(in)
	switch {
	case a.Open != nil:
		ref, err := chat.OpenForm(b.T.Context(), in.Trigger, *a.Open)
		if err == nil {
			err = b.Engine.Opened(b.T.Context(), chat.Name(), a.Open.Request, ref)
		}
		if b.Fuse.Dead() {
			b.Restart()
			chat.close(ref)
			return false
		}
		if err != nil {
			b.T.Fatalf("open a form: %v", err)
		}
	case a.Update != nil && form != nil:
		form.Form = *a.Update
		chat.show(nil, a.Update)
	case a.Again != nil && form != nil:
		form.Form = *a.Again
		chat.show(nil, a.Again)
	case a.Close != nil && form != nil:
		form.Closed = true
		chat.show(nil, a.Close)
	case a.Whisper != nil:
		chat.Whispers = append(chat.Whispers, Whisper{in.Reply, *a.Whisper})
		chat.show(a.Whisper, nil)
	case in.Submit != nil && form != nil:
		form.Closed = true
	}
	return true
}

func (b *Bench) formOf(in bot.Inbound) *Open {
	ref := bot.Ref("")
	switch {
	case in.Submit != nil:
		ref = in.Submit.Form
	case in.Press != nil:
		ref = in.Press.Form
	}
	for _, f := range b.of(in.User).Forms {
		if f.Ref == ref && ref != "" && !f.Closed {
			return f
		}
	}
	return nil
}

func (ch *Chat) close(ref bot.Ref) {
	for _, f := range ch.Forms {
		if f.Ref == ref {
			f.Closed = true
		}
	}
}

// Close closes the form that a person has open, without sending it.
func (b *Bench) Close(user string) {
	if f := b.Form(user); f != nil {
		f.Closed = true
	}
}

// Command types a command; a leading "/guestsite" may be left out.
func (b *Bench) Command(user, text string) bot.Answer {
	b.T.Helper()
	in := b.Event(user)
	in.Command = &bot.Command{Text: strings.TrimSpace(strings.TrimPrefix(text, "/guestsite"))}
	a := b.Act(in)
	b.Run()
	return a
}

// Submit sends the form that a person has open, with its fields as they stand
// but for values: pairs of a field's id and its value, several joined by "|".
func (b *Bench) Submit(user string, values ...string) bot.Answer {
	b.T.Helper()
	a := b.Act(b.Filled(user, values...))
	b.Run()
	return a
}

// Filled is the event of sending the form that a person has open; see Submit.
func (b *Bench) Filled(user string, values ...string) bot.Inbound {
	b.T.Helper()
	f := b.Form(user)
	if f == nil {
		b.T.Fatalf("%s has no form open", user)
	}
	in := b.Event(user)
	in.Submit = &bot.Submit{Form: f.Ref, Request: f.Form.Request, Step: f.Form.Step, Values: b.values(f, values)}
	return in
}

// values are a form's answers as they stand, with changes.
func (b *Bench) values(f *Open, changes []string) map[string][]string {
	b.T.Helper()
	out := map[string][]string{}
	for _, field := range f.Form.Fields {
		for _, o := range field.Value {
			out[field.ID] = append(out[field.ID], o.Value)
		}
	}
	for i := 0; i+1 < len(changes); i += 2 {
		delete(out, changes[i])
		if changes[i+1] != "" {
			out[changes[i]] = strings.Split(changes[i+1], "|")
		}
	}
	return out
}

// Press presses the newest button with that action that a person sees, in an
// open form, on a card or on a private line. part may be empty for any.
func (b *Bench) Press(user string, action card.Action, part string) bot.Answer {
	b.T.Helper()
	a := b.Act(b.Pressed(user, action, part))
	b.Run()
	return a
}

// PressValue is Press for a button with that value.
func (b *Bench) PressValue(user string, action card.Action, value string) bot.Answer {
	b.T.Helper()
	in, ok := b.find(user, func(x card.Button) bool { return x.Action == action && x.Value == value })
	if !ok {
		b.T.Fatalf("%s has no button %q with %q:\n%s", user, action, value, b.Seen(user))
	}
	a := b.Act(in)
	b.Run()
	return a
}

// Pressed is the event of pressing a button; see Press.
func (b *Bench) Pressed(user string, action card.Action, part string) bot.Inbound {
	b.T.Helper()
	in, ok := b.find(user, func(x card.Button) bool { return x.Action == action && (part == "" || x.Part == part) })
	if !ok {
		b.T.Fatalf("%s has no button %q for %q:\n%s", user, action, part, b.Seen(user))
	}
	return in
}

// Has says whether a person sees such a button.
func (b *Bench) Has(user string, action card.Action) bool {
	_, ok := b.find(user, func(x card.Button) bool { return x.Action == action })
	return ok
}

func (b *Bench) find(user string, fits func(card.Button) bool) (bot.Inbound, bool) {
	b.T.Helper()
	in := b.Event(user)
	press := func(x card.Button, ref, form bot.Ref, values map[string][]string) bot.Inbound {
		in.Press = &bot.Press{
			Card: ref, Form: form, Action: x.Action, Request: x.Request, Part: x.Part, Version: x.Version, Value: x.Value, Values: values,
		}
		return in
	}
	if f := b.Form(user); f != nil {
		for _, x := range append(Buttons(f.Form.Blocks), f.Form.Buttons...) {
			if fits(x) {
				return press(x, "", f.Ref, b.values(f, nil)), true
			}
		}
	}
	whispers := b.Whispers(user)
	for i, w := range slices.Backward(whispers) {
		for _, x := range Buttons(w.Blocks) {
			if fits(x) {
				return press(x, "", "", nil), true
			}
		}
		if i < len(whispers)-1 {
			break // older private lines have gone from the screen
		}
	}
	posts := b.Cards(user)
	for _, p := range slices.Backward(posts) {
		for _, x := range Buttons(p.Card.Blocks) {
			if fits(x) {
				return press(x, p.Ref, "", nil), true
			}
		}
	}
	return in, false
}

// Buttons are the buttons among blocks.
func Buttons(blocks []card.Block) []card.Button {
	var out []card.Button
	for _, x := range blocks {
		if a, ok := x.(card.Actions); ok {
			out = append(out, a.Buttons...)
		}
	}
	return out
}
