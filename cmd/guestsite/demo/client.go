package demo

import "context"

// client is a person's chat app, as a story uses it.
type client interface {
	// typed sends what is typed after "/guestsite".
	typed(ctx context.Context, words string) error
	// form gives the open form as text, and whether it has something to send and, if
	// asked for, a field.
	form(field string) (text string, ready bool)
	// hasField says whether the open form has a field.
	hasField(field string) bool
	fill(ctx context.Context, field string, values ...string) error
	// pick types into a list and takes the first that is offered.
	pick(ctx context.Context, field, typed string) error
	submit(ctx context.Context) error
	// leave puts the form away unsent.
	leave(ctx context.Context) error
	// messages are the texts of what the person was sent, newest first.
	messages() []string
	// button finds the newest card that has a button of this action for this part.
	button(action, part string) (found button, ok bool)
	// gone says whether that card has lost the button.
	gone(b button) bool
	press(ctx context.Context, b button) error
	// all is everything the person sees, for when a story went wrong.
	all() string
}

// button is a button on a card.
type button struct {
	action, part string
	label        string
	card         string // the card's text
	where        any    // the client's own
	key          string
}
