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

// Answer is what the person sees at once. At most one is set; none means that
// what he sees stays, or changes later.
type Answer struct {
	// Open is a form to open with the trigger; the adapter reports it to Opened.
	Open *card.Form
	// Update replaces the form that was sent or that held the button.
	Update *card.Form
	// Again is the form that was sent, with what was typed, and with errors at its
	// fields; it stays.
	Again *card.Form
	// Close is the last word of a form that is done with: a form that cannot go
	// from the screen turns into it.
	Close *card.Form
	// Whisper is shown to the person alone.
	Whisper *card.Card
}

// Screen is what stands on a person's screen: a card or a form, or neither where
// nothing is known of it.
type Screen struct {
	Card *card.Card
	Form *card.Form
}

// Line names a sentence that adapters show by themselves.
type Line string

// The lines of adapters.
const (
	// LineNoted acknowledges a button whose outcome follows.
	LineNoted Line = "noted"
	// LineOpened says where the form is that a button opened.
	LineOpened Line = "opened"
	// LineElsewhere says in a conversation with others that the answer is in the
	// person's own one.
	LineElsewhere Line = "elsewhere"
	// LineUnreached says there that he cannot be written to.
	LineUnreached Line = "unreached"
)

// Door is what an adapter hands events to.
type Door interface {
	// Handle commits the event and answers. The same Key again gives the same
	// answer and changes nothing. An error means that nothing was committed; the
	// adapter then shows Sorry.
	Handle(ctx context.Context, in Inbound) (Answer, error)
	// Opened records which form is on the screen for a request: after it was
	// opened, and after an answer took its place, so that it is filled in.
	Opened(ctx context.Context, chat, request string, form Ref) error
	// Look gives the posted card or the open form of a request as it stands now,
	// which may be newer than what was sent. It asks nobody but the store, and keeps
	// there what it shows. A card that was posted to another account is not given.
	Look(ctx context.Context, u ChatUser, ref Ref, request string) (Screen, error)
	// Place gives what KeepPlace kept for an account: where and in which language it
	// is reached; the zero Place when nothing. It says nothing about who that is.
	Place(ctx context.Context, u ChatUser) (Place, error)
	KeepPlace(ctx context.Context, p Place) error
	// Suggest lists people or sites for what was typed into a field; it reads
	// only. An honest empty list is an answer.
	Suggest(ctx context.Context, u ChatUser, kind card.FieldKind, text string) ([]card.Option, error)
	// Sorry is the private line for an event that could not be taken: what
	// happened, what to do now, who can help, and a reference. ref is what the
	// adapter logged.
	Sorry(ctx context.Context, u ChatUser, err error, ref string) card.Card
	// Line is a sentence of the catalogue for an account, in its language.
	Line(ctx context.Context, u ChatUser, l Line) card.Card
}
