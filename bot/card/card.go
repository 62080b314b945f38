// Package card holds what people see, free of any platform: cards, forms and
// their texts in every language. Adapters draw them.
package card

// Card is one message. A person who reads only Text can still act on it.
type Card struct {
	// Text is the whole card in plain text: notifications, screen readers and
	// text-only clients read nothing else.
	Text string
	// Title is the card's first line, plain; may be empty.
	Title  string
	Blocks []Block
}

// Block is a part of a card or of a form's introduction.
type Block interface{ block() }

// Run is a stretch of text. Its Text is never markup: adapters escape it.
type Run struct {
	Text   string
	Bold   bool
	Italic bool
	Code   bool
	Link   string // an https URL; empty for none
}

type (
	// Text is a paragraph.
	Text struct{ Runs []Run }
	// Quote is somebody's own words.
	Quote struct{ Runs []Run }
	// Note is small print.
	Note struct{ Runs []Run }
	// List is a list of lines, e.g. the timeline or the guests.
	List struct {
		Items [][]Run
		Marks Marks
	}
	// Divider separates.
	Divider struct{}
	// Actions is a row of buttons, at most five.
	Actions struct{ Buttons []Button }
)

func (Text) block()    {}
func (Quote) block()   {}
func (Note) block()    {}
func (List) block()    {}
func (Divider) block() {}
func (Actions) block() {}

// Marks is what the lines of a list begin with.
type Marks string

// The marks of lists.
const (
	Bullets Marks = ""
	Numbers Marks = "numbers"
	// OwnMarks is for lines that bring a symbol of their own.
	OwnMarks Marks = "own"
)

// Style is how much weight a button has.
type Style string

// The styles of a button.
const (
	Plain   Style = ""
	Primary Style = "primary"
	Danger  Style = "danger"
)

// Button is a labelled action. It carries what is needed to find the record,
// and no right.
type Button struct {
	Label string
	// Spoken is a longer label for screen readers where Label is ambiguous.
	Spoken string
	Style  Style
	// Action names what it asks for, one of the Action constants; empty for a
	// plain link.
	Action  Action
	Request string
	Part    string
	Version int
	// Value is a further choice, e.g. a suggested command; never a right.
	Value string
	// URL opens a page; it may come with no Action.
	URL     string
	Confirm *Confirm
}

// Confirm asks once more before the click is sent; a courtesy, not a check.
type Confirm struct{ Title, Text, Yes, No string }

// Action is what a button asks for. The names are on posted cards.
type Action string

// Form is a dialog: one step of questions.
type Form struct {
	// Request and Step come back with the answers.
	Request string
	Step    string
	Title   string // at most 24 characters
	Submit  string // empty: nothing to send (loading, or a last word)
	Close   string
	// Needed stands at a field that is not optional and was left empty, where a chat
	// can see that before the form is sent.
	Needed string
	// Blocks stand above the fields.
	Blocks []Block
	Fields []Field
	// Buttons stand below the fields, e.g. Back.
	Buttons []Button
	// Tail stands below all, e.g. what happens now.
	Tail []Block
}

// FieldKind is what a field asks for.
type FieldKind string

// The kinds of fields.
const (
	Line   FieldKind = "line"
	Lines  FieldKind = "lines"
	Choice FieldKind = "choice"
	// OnePerson and People are picked from the directory; values are Entra object ids.
	OnePerson FieldKind = "person"
	People    FieldKind = "people"
	Date      FieldKind = "date" // YYYY-MM-DD
	// OneSite is picked from the person's sites; values are group ids.
	OneSite FieldKind = "site"
)

// Field is one question.
type Field struct {
	ID          string
	Kind        FieldKind
	Label       string
	Hint        string
	Placeholder string
	Optional    bool
	MaxLength   int
	Options     []Option // of a Choice
	// Value is what it holds at first: texts, option values or ids.
	Value []Option
	// Error stands at the field.
	Error string
}

// Option is a choice with its label.
type Option struct{ Value, Label, Hint string }
