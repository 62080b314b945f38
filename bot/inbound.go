package bot

import (
	"context"
	"time"

	"guestsite/bot/card"
)

// Inbound is something that a person did in a chat, verified and decoded by the
// chat's adapter. Exactly one of Command, Submit and Press is set.
type Inbound struct {
	// Key names the delivery: the same key again is the same event.
	Key  string
	At   time.Time
	User ChatUser
	// Trigger opens a form, at once and once; empty where there is none.
	Trigger string
	// Reply is the handle for a private line; empty where there is none.
	Reply string

	Command *Command
	Submit  *Submit
	Press   *Press
}

// Command is what was typed behind the bot's name.
type Command struct{ Text string }

// Submit is a form that was sent.
type Submit struct {
	Form    Ref
	Request string
	Step    string
	// Values are the answers by field id; an empty answer is absent.
	Values map[string][]string
}

// Press is a button that was pressed, on a card or in a form.
type Press struct {
	// Card is the posted card it was on, Form the open form; one is set.
	Card    Ref
	Form    Ref
	Action  card.Action
	Request string
	Part    string
	Version int
	Value   string
	// Values are the fields as they stood, for a button in a form.
	Values map[string][]string
}

// Answer is what the person sees at once. At most one of the first four is set;
// all empty closes a sent form and shows nothing for a button.
type Answer struct {
	// Open is a form to open with the trigger; the adapter reports it to Opened.
	Open *card.Form
	// Update replaces the form that was sent or that held the button.
	Update *card.Form
	// Errors stand at the fields; the form stays.
	Errors map[string]string
	// Whisper is shown to the person alone.
	Whisper *card.Card
}

// Door is what an adapter hands events to.
type Door interface {
	// Handle commits the event and answers. The same Key again gives the same
	// answer and changes nothing. An error means that nothing was committed; the
	// adapter then shows Sorry.
	Handle(ctx context.Context, in Inbound) (Answer, error)
	// Opened records which form is on the screen for a request: after it was
	// opened, and after an answer took its place, so that it is filled in.
	Opened(ctx context.Context, chat, request string, form Ref) error
	// Suggest lists people or sites for what was typed into a field; it reads
	// only. An honest empty list is an answer.
	Suggest(ctx context.Context, u ChatUser, kind card.FieldKind, text string) ([]card.Option, error)
	// Sorry is the private line for an event that could not be taken: what
	// happened, what to do now, who can help, and a reference. ref is what the
	// adapter logged.
	Sorry(ctx context.Context, u ChatUser, err error, ref string) card.Card
}
