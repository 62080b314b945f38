package flow

import "time"

// EffectKind names work to be done outside of the machine.
type EffectKind string

// The effects. Each is run by a job, at least once.
const (
	Identify     EffectKind = "identify"      // who is the requester
	LookUp       EffectKind = "look_up"       // look up a draft's answers
	ShowForm     EffectKind = "show_form"     // redraw the open form
	FanOut       EffectKind = "fan_out"       // make the guests' records, some at a time
	Refresh      EffectKind = "refresh"       // count the parts, bring all cards up to date
	CheckSite    EffectKind = "check_site"    // read and judge the settings for the site
	CheckGuest   EffectKind = "check_guest"   // read and judge the settings for a guest
	ReadFacts    EffectKind = "read_facts"    // read the rights of the first who clicked
	CreateGroup  EffectKind = "create_group"  // find or make the group
	AwaitSite    EffectKind = "await_site"    // look whether the site is there
	ApplySharing EffectKind = "apply_sharing" // people, visibility and sharing level
	Wake         EffectKind = "wake"          // send Event to the parts that it concerns
	AwaitReady   EffectKind = "await_ready"   // look whether the site got ready meanwhile
	Invite       EffectKind = "invite"        // find or make the guest's account
	AddMember    EffectKind = "add_member"
	Verify       EffectKind = "verify" // read the membership back
	RemoveMember EffectKind = "remove_member"
	WatchAccept  EffectKind = "watch_accept" // look whether the invitation was accepted
	Timer        EffectKind = "timer"        // send Event when due
	Tell         EffectKind = "tell"         // one private line to who clicked
)

// Effect is work that a step asks for.
type Effect struct {
	Kind EffectKind
	// Key makes the job's id, together with request and part. Effects with the
	// same key are the same job; an empty key means one job a step.
	Key string
	// Due is when; zero means now.
	Due time.Time
	// Event is what a Timer or a Wake sends.
	Event *Event
	// Click is the click that a Tell answers, Code the sentence.
	Click *Click
	Code  string
	// Cancel takes the waiting job with this Key back instead of making one.
	Cancel bool
}
