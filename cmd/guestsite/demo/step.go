package demo

import "context"

// StepKind is what somebody in a story does. The page has a sentence for each.
type StepKind string

// The kinds of steps.
const (
	StepTypes   StepKind = "types"   // sends Text
	StepFills   StepKind = "fills"   // answers Field with Text
	StepClears  StepKind = "clears"  // empties Field
	StepPicks   StepKind = "picks"   // looks for Text in Field and takes the first
	StepSends   StepKind = "sends"   // sends the form, or its page, with the button Text
	StepLeaves  StepKind = "leaves"  // closes the form with the button Text
	StepPresses StepKind = "presses" // presses the button Text
	StepBoth    StepKind = "both"    // two people press, the second one is Other
	StepReads   StepKind = "reads"   // reads what has come; only a reader of the page does it
	StepTurnsOn StepKind = "on"      // turns the setting Text on
	StepMends   StepKind = "off"     // turns it off
	StepWaits   StepKind = "days"    // moves the clock Days ahead
	StepKills   StepKind = "kill"    // drops the bot
	StepStarts  StepKind = "start"   // starts it again
	StepAccepts StepKind = "accepts" // a guest, Text, accepts
	// Other opens the link that Name was given, signs in, and confirms or only reads.
	StepSigns     StepKind = "signs"
	StepSignsOnly StepKind = "signs_only"
)

// Kinds lists the kinds of steps, for whoever has to have a sentence for each.
func Kinds() []StepKind {
	return []StepKind{
		StepTypes, StepFills, StepClears, StepPicks, StepSends, StepLeaves, StepPresses, StepBoth, StepReads,
		StepTurnsOn, StepMends, StepWaits, StepKills, StepStarts, StepAccepts, StepSigns, StepSignsOnly,
	}
}

// Panes of the page, where a step is taken.
const (
	paneSlack  = "slack"
	paneTeams  = "teams"
	paneTenant = "tenant"
	paneMail   = "mail"
	paneClock  = "clock"
)

// Step is one thing that somebody in a story does. It is said once, in the story:
// played as text it is done at once, and on the page a reader takes it.
type Step struct {
	Kind   StepKind `json:"kind"`
	Pane   string   `json:"pane"`
	Person string   `json:"person,omitempty"` // the id that the pane has for who takes it
	Name   string   `json:"name,omitempty"`
	Other  string   `json:"other,omitempty"`
	Text   string   `json:"text,omitempty"`
	Field  string   `json:"field,omitempty"` // its label
	Days   int      `json:"days,omitempty"`
}

// Target is what a step is taken at: an element of the page by its data attributes,
// of which the empty ones do not count.
type Target struct {
	Pane   string `json:"pane"`
	Person string `json:"person,omitempty"`
	Msg    string `json:"msg,omitempty"` // a message, or an open form
	Key    string `json:"key,omitempty"` // an element in it; "line" is where one types, "submit" sends a form
}

// Keys of a Target that are no element of a card.
const (
	keyLine   = "line"
	keySubmit = "submit"
	keyClose  = "close"
)

// guide takes a reader of the page through a story.
type guide interface {
	// take shows a step and waits: true once done says that the reader took it, false
	// once he wants it done for him, or when ctx has ended.
	take(ctx context.Context, st Step, at func() Target, done func() bool) bool
	// tell shows what is said: a scene, a note, or what was seen to be so.
	tell(kind, text string)
	// await shows what the story waits for; nothing any more, when empty.
	await(what string)
}

// take has a step taken.
func (s *Stage) take(st Step, at func() Target, done func() bool, do func() error) {
	if s.err != nil {
		return
	}
	if s.guide != nil && s.guide.take(s.ctx, st, at, done) {
		return
	}
	if s.ctx.Err() != nil {
		s.fail("%s: %w", st.Kind, context.Cause(s.ctx))
		return
	}
	s.must(do())
}

// tell passes on what is said to a reader of the page.
func (s *Stage) tell(kind, text string) {
	if s.guide != nil && s.err == nil {
		s.guide.tell(kind, text)
	}
}
