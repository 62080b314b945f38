package flow

import "time"

// Kind names an event.
type Kind string

// The events of a request.
const (
	Started      Kind = "started"       // somebody asked for a form
	Identified   Kind = "identified"    // we know who that is
	NotKnown     Kind = "not_known"     // we do not, or he may not
	FormOpened   Kind = "form_opened"   // the form is on the screen
	Filled       Kind = "filled"        // a step of the form was sent
	DraftChecked Kind = "draft_checked" // its answers were looked up
	SteppedBack  Kind = "stepped_back"
	Sent         Kind = "sent"
	FannedOut    Kind = "fanned_out" // some of the guests have got their records
	Settled      Kind = "settled"    // the parts were counted
)

// The events of a site.
const (
	Made      Kind = "made"     // the group exists
	Appeared  Kind = "appeared" // the site exists
	StillSlow Kind = "slow"     // it takes long
	Shared    Kind = "shared"   // visibility and level were read back as wanted
)

// The events of a guest.
const (
	Answered    Kind = "answered" // the requester answered the owner's question
	SiteReady   Kind = "site_ready"
	SiteStopped Kind = "site_stopped"
	Invited     Kind = "invited" // an account exists
	Added       Kind = "added"   // the membership was asked for
	Verified    Kind = "verified"
	Accepted    Kind = "accepted" // the guest accepted the invitation
	EndDue      Kind = "end_due"
	Removed     Kind = "removed"
)

// The events that several parts share.
const (
	Checked   Kind = "checked"    // the settings were read and judged
	Clicked   Kind = "clicked"    // a decision was received, not yet judged
	Decided   Kind = "decided"    // the facts about the clicker were read
	Confirmed Kind = "confirmed"  // an admin checked by hand what we may not read
	Blocked   Kind = "blocked"    // a setting stopped an effect
	RightLost Kind = "right_lost" // the person in whose name we act no longer may
	Broke     Kind = "broke"      // an effect cannot succeed
	Retried   Kind = "retried"    // an admin had what failed tried again
	GivenUp   Kind = "given_up"   // an admin closed what failed
	TimedOut  Kind = "timed_out"
	Withdraw  Kind = "withdraw"
)

// Kinds lists the events of a machine.
func Kinds(m Machine) []Kind {
	switch m {
	case OfRequest:
		return []Kind{
			Started, Identified, NotKnown, FormOpened, Filled, DraftChecked, SteppedBack, Sent,
			FannedOut, Settled, TimedOut, Withdraw,
		}
	case OfSite:
		return []Kind{
			Checked, Clicked, Decided, Confirmed, Made, Appeared, StillSlow, Shared, Blocked,
			RightLost, Broke, Retried, GivenUp, TimedOut, Withdraw,
		}
	default:
		return []Kind{
			Checked, Clicked, Decided, Answered, Confirmed, SiteReady, SiteStopped, Invited, Added,
			Verified, Accepted, Blocked, RightLost, Broke, Retried, GivenUp, EndDue, Removed, TimedOut, Withdraw,
		}
	}
}

// Event is something that happened, with all facts that a rule judges. Which
// fields count depends on Kind.
type Event struct {
	Kind Kind
	At   time.Time
	// By is the directory id of the person who caused it; empty for the bot.
	By string

	// Person and Policy come with Identified; Person alone with Confirmed, Retried
	// and GivenUp.
	Person *Who
	Policy *Policy
	// Origin comes with Started.
	Origin *Origin
	// Form is the reference of an open form, with FormOpened.
	Form *FormRef
	// Answers come with Filled; Draft is the looked-up draft of DraftChecked.
	Answers *Answers
	Draft   *DraftResult
	// Check comes with Checked and Blocked.
	Check *Check
	// Click comes with Clicked; Facts with Decided, about the first click that waits.
	Click *Click
	Facts *Facts
	// Text is an answer, a reason or a note.
	Text string
	// Code names why, with NotKnown and Broke.
	Code string
	// GroupID, URL and Level come with Made, Appeared and Shared.
	GroupID, URL, Level string
	// Account comes with Invited and Verified.
	Account *Account
	// Stop is the site's state, with SiteStopped.
	Stop State
	// Count comes with FannedOut (guests made so far) and Tally with Settled.
	Count int
	Tally *Tally
	// Until is the end that came, with EndDue, or the deadline, with TimedOut.
	Until time.Time
}
