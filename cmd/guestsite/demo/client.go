package demo

import "context"

// client is a person's chat app, as a story uses it.
type client interface {
	// who is the pane of the page that the chat is in, and the person's id there.
	who() (pane, person string)
	// line is what is typed for a command.
	line(words string) string
	// typed sends what is typed after "/guestsite".
	typed(ctx context.Context, words string) error
	// form gives the open form as text, and whether it has something to send and, if
	// asked for, a field.
	form(field string) (text string, ready bool)
	// hasField says whether the open form has a field.
	hasField(field string) bool
	// label is what stands above a field.
	label(field string) string
	// holds gives what stands in a field; false when the open form has none such.
	holds(field string) (entered, bool)
	fill(ctx context.Context, field string, values ...string) error
	// pick types into a list and takes the first that is offered.
	pick(ctx context.Context, field, typed string) error
	submit(ctx context.Context) error
	// leave puts the form away unsent.
	leave(ctx context.Context) error
	// messages are what the person was sent, newest first.
	messages() []note
	// button finds the newest card that has a button of this action for this part.
	button(action, part string) (found button, ok bool)
	// gone says whether that card has lost the button.
	gone(b button) bool
	press(ctx context.Context, b button) error
	// atField and atEnd are where a field, and what sends or closes the form, are.
	atField(field string) Target
	atEnd(key string) Target
	// endLabel is what stands on the button that sends or closes the form.
	endLabel(key string) string
	// heard finds the first thing after a mark that the person told the bot; newest is
	// the mark of the last one.
	heard(after int, what asked) (mark int, ok bool)
	newest() int
	// all is everything the person sees, for when a story went wrong.
	all() string
}

// button is a button on a card.
type button struct {
	action, part string
	label        string
	card         string // the card's text
	where        any    // the client's own
	msg, key     string
}

// note is a message as text.
type note struct{ msg, text string }

// entered is what stands in a field, and what a person reads there.
type entered struct{ values, labels []string }

// What a person can tell the bot.
const (
	askLine   = "line"
	askSubmit = "submit"
	askPress  = "press"
)

// asked is something that the bot was told.
type asked struct{ what, line, action, part string }
