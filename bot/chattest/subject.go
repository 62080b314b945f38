package chattest

import (
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// Subject is a chat with a person in it.
type Subject struct {
	Chat bot.Chat
	// Person can be reached; Who is how a record names him.
	Person bot.ChatUser
	Who    flow.Who
	// Unknown is somebody whom the chat does not know.
	Unknown flow.Who
	// Stranger is an account of another company.
	Stranger bot.ChatUser
	// Colleagues can be picked in a form, by directory id and name; at least two.
	Colleagues []card.Option
	// TextLimit is how many characters a client gets to read that draws nothing.
	TextLimit int
	// Searches says that a post can be found again by its id.
	Searches bool

	Client Client
	Faults Faults
}

// Client is what the person holds. What an act causes at the bot is done when the
// act returns.
type Client interface {
	// Card is what he sees of a posted card, Form of an open form; false where it is
	// not there.
	Card(tb testing.TB, ref bot.Ref) (Shown, bool)
	Form(tb testing.TB, ref bot.Ref) (Shown, bool)
	// Type sends words to the bot.
	Type(tb testing.TB, text string)
	// Press presses the n-th button of a card or form. Where that asks once more he
	// says yes, and it gives what was asked.
	Press(tb testing.TB, ref bot.Ref, n int) *card.Confirm
	// Fill answers a field: text, an option's value, or several of a list.
	Fill(tb testing.TB, ref bot.Ref, f card.Field, values ...string)
	// Send presses what sends a form.
	Send(tb testing.TB, ref bot.Ref)
	// Dismiss puts a form away unsent.
	Dismiss(tb testing.TB, ref bot.Ref)
	// Repeat delivers what he did last once more, as a chat does that got no answer.
	Repeat(tb testing.TB)
	// Reads waits until a text is somewhere on his screen.
	Reads(tb testing.TB, text string)
}

// Shown is a card or form on the screen.
type Shown struct {
	// Text is what a client shows that draws nothing.
	Text string
	// TextOnly says that nothing was drawn besides the text.
	TextOnly bool
	// Title is that of a form whose window has one; a card's title is drawn.
	Title string
	// Drawn are the texts in reading order, without those of buttons and fields.
	Drawn   []string
	Buttons []Button
	Fields  []Field
	// Sends is the label of what sends a form; empty where there is none.
	Sends string
}

// Button is a button without what it carries.
type Button struct{ Label, Spoken, URL string }

// Field is a field of a form as it stands on the screen. Its hint, and what is
// wrong with it, are among what is drawn.
type Field struct {
	ID, Label string
	Options   []string // of a choice, each with its hint
	Values    []string
}

// Faults breaks things.
type Faults interface {
	// Throttle has the next call refused, with the time to wait.
	Throttle(tb testing.TB, after time.Duration)
	// LoseAnswer has the next post done and its answer lost.
	LoseAnswer(tb testing.TB)
	// Delete takes a posted card away.
	Delete(tb testing.TB, ref bot.Ref)
	// ShutOut has the person out of reach from now on.
	ShutOut(tb testing.TB)
}
