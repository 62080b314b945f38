package readiness

import "time"

// Layer is one of the nine places where an invitation can be stopped, always
// in this order.
type Layer int

// The layers.
const (
	LayerAddress    Layer = iota // address and person
	LayerInvite                  // Entra: who may invite
	LayerDomains                 // Entra: domains and partner tenants
	LayerGroups                  // Groups: company
	LayerGroup                   // Groups: this group or label
	LayerSharePoint              // SharePoint: company
	LayerSite                    // SharePoint: this site
	LayerAccount                 // account and sign-in
	LayerRules                   // our own rules
	layerCount
)

// Path is by which way the guest would be added.
type Path string

// The paths.
const (
	ByBot   Path = "bot"
	ByOwner Path = "owner" // by hand, in Outlook or SharePoint
	ByAdmin Path = "admin"
)

// Outcome is a verdict in one word.
type Outcome string

// The outcomes, from ux: can be invited; by the bot only; waits for an owner;
// cannot be invited; I can't tell.
const (
	Can        Outcome = "can"
	CanByBot   Outcome = "can_by_bot"
	WaitsOwner Outcome = "waits_owner"
	Cannot     Outcome = "cannot"
	Unknown    Outcome = "unknown"
)

// Status is what a finding says of its layer.
type Status string

// The statuses of a finding.
const (
	Passes       Status = "passes"
	Blocks       Status = "blocks"
	CannotTell   Status = "unknown"
	Warns        Status = "warns"
	DoesNotApply Status = "not_applicable"
)

// Stops is how a blocking finding stops the guest.
type Stops string

// The ways of stopping.
const (
	Fails     Stops = "fails"      // Microsoft refuses the call
	Useless   Stops = "useless"    // the call succeeds, the guest cannot use the site
	HumanRule Stops = "human_rule" // nothing technical stops; we must
	Warning   Stops = "warning"
)

// Finding is what one setting says about the question asked.
type Finding struct {
	Layer  Layer
	Status Status
	Stops  Stops
	// Code names the finding; the texts are in the catalogue under "finding.<code>".
	Code Code
	// Setting is the setting's key; its name as the admin center shows it is in
	// the catalogue under "setting.<setting>".
	Setting string
	// Value and Wanted are values as keys or plain data (a domain, a number).
	Value, Wanted string
	// Args are further facts for the text, e.g. domain, count, tenant, person.
	Args map[string]string
	// Source and At say where and when the value was read.
	Source string
	At     time.Time
	// Missing is set where Status is unknown.
	Missing *Missing
	// Fix is the smallest change that removes a blocking finding; nil when there
	// is none.
	Fix *Fix
}

// Code names a finding.
type Code string

// Fix is the smallest change that would flip a finding.
type Fix struct {
	// Code's text is in the catalogue under "fix.<code>".
	Code Code
	// Role is the role that the vendor's documents name for it.
	Role string
	// Link is a key of the deep-link table; Command a line for a shell, where
	// one is documented.
	Link, Command string
	// Settles is how long the vendor needs until it works, at most.
	Settles time.Duration
	Args    map[string]string
	// Key and Value are the change as [Question.If] takes it, to try it without
	// doing it; Key is empty where it cannot be tried.
	Key, Value string
}

// Flag is something an owner should look at before deciding; none stops anything.
type Flag struct {
	// Code's text is in the catalogue under "flag.<code>".
	Code Code
	Args map[string]string
}

// Verdict answers "can this guest be invited to this site, in the name of this person".
type Verdict struct {
	Outcome Outcome
	Path    Path
	// Findings are in layer order, at least one a layer that applies.
	Findings []Finding
	// Decisive indexes Findings: the first that decides; -1 when nothing stops.
	Decisive int
	// ByHand is what stops an owner who would do it by hand, where Outcome is
	// CanByBot; nil otherwise.
	ByHand *Finding
	// Unseen are things that nobody on our side can read.
	Unseen []Code
	Flags  []Flag
}
