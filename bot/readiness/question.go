package readiness

import "time"

// Question asks whether one guest can be invited to one site, by one way, in
// the name of one person.
type Question struct {
	Snapshot Snapshot
	Subject  Subject
	Site     Site
	// Actor is judged for every right; the zero Actor may do nothing. Set
	// Actor.Anyone to ask about nobody in particular.
	Actor Actor
	// Path is ByBot when empty.
	Path   Path
	Policy Policy
	// Now is the moment that ages and changes are counted to.
	Now time.Time
	// Wanted is the sharing level of a site still to be made; empty means
	// [SharingGuests]. It is not looked at where the site exists.
	Wanted SharingLevel
	// ChangedAt says when a setting (by its key, see [Settings]) was last seen to
	// change, so that a change that has not settled yet can be told.
	ChangedAt map[string]time.Time

	// Requester is who asks; nil when that is the Actor. For flags only.
	Requester *Actor
	// Guests is how many guests the request holds; 0 counts as one.
	Guests int
	// Until is the end date asked; zero when none was.
	Until time.Time
	// BlockedBefore counts the times this address was declined or stopped here.
	BlockedBefore int
}

// CreateQuestion asks whether a site for guests can be created in the name of
// one person.
type CreateQuestion struct {
	Snapshot Snapshot
	Actor    Actor
	Policy   Policy
	Now      time.Time
	// Name is what the requester typed, without the company's prefix and suffix.
	Name string
	// Attributes are the Actor's, for the naming policy.
	Attributes Attributes
	// Owners are the owners asked for, as the directory has them.
	Owners Setting[[]User]
	// Wanted is the sharing level asked; empty means [SharingGuests].
	Wanted SharingLevel
	// Guests is how many guests the request holds.
	Guests    int
	ChangedAt map[string]time.Time
}

// Policy is the operator's own rules (layer 8). The zero value forbids nothing.
type Policy struct {
	// MaxGuests is how many guests one request may hold; 0 means no limit.
	MaxGuests int
	// MaxDays is how far the end date may lie ahead; 0 means no limit.
	MaxDays int
	// BlockedDomains are domains that nobody may be invited from, lower case.
	BlockedDomains []string
	// FlagGuests is the number of guests in a request above which the owner is
	// told to look; 0 means 10.
	FlagGuests int
	// PersonalDomains are domains of personal mailboxes beside the built-in ones,
	// lower case.
	PersonalDomains []string
}
