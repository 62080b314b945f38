package card

// The actions of buttons and forms.
const (
	// On a decision card.
	ActApprove    Action = "approve"     // add the guest (Part), or agree to the site
	ActDecline    Action = "decline"     // opens the form of StepDecline
	ActAsk        Action = "ask"         // opens the form of StepAsk
	ActApproveAll Action = "approve_all" // all guests without remarks
	ActExtend     Action = "extend"      // Value: days
	ActLetEnd     Action = "let_end"

	// On a status card.
	ActAnswer   Action = "answer"   // opens the form of StepAnswer
	ActWithdraw Action = "withdraw" // the whole request
	ActContinue Action = "continue" // reopen the draft's form
	ActRedeem   Action = "redeem"   // a fresh link for the guest (Part), shown once
	ActHandover Action = "handover" // the text for the guest (Part); Value: language

	// On an admin's card.
	ActConfirm Action = "confirm" // I have checked it
	ActRecheck Action = "recheck"
	ActRetry   Action = "retry"   // try again what failed
	ActGiveUp  Action = "give_up" // close what failed

	// Anywhere.
	ActCommand Action = "command" // run Value as if typed: "new", "inbox", …
	ActShow    Action = "show"    // the viewer's card of the request, once more
	ActBack    Action = "back"    // in a form
	ActShowAll Action = "show_all"
	ActClose   Action = "close" // in a form that stands as a card: put it away unsent
	ActSwap    Action = "swap"  // in the people form: take the suggested address; Value: "old>new"
	ActLeave   Action = "leave" // in the people form: leave this address out; Value: address
)

// The steps of forms besides those of the draft.
const (
	StepDecline = "decline"
	StepAsk     = "ask"
	StepAnswer  = "answer"
)

// The ids of the fields of the forms.
const (
	FieldName    = "name"
	FieldPurpose = "purpose"
	FieldOwner   = "owner"
	FieldSecond  = "second"
	FieldAccess  = "access" // private, public
	FieldLevel   = "level"
	FieldMembers = "members"
	FieldGuests  = "guests"
	FieldDays    = "days" // 30, 90, 180, date
	FieldDate    = "date"
	FieldWhy     = "why"
	FieldReason  = "reason" // of a decline: not_needed, wrong_person, other_site, later, other
	FieldNote    = "note"
	FieldText    = "text" // of a question or an answer
	FieldSite    = "site" // of add, where it was not named
)
