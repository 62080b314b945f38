package flow

import (
	"encoding/json"
	"time"
)

// SitePart is the part of an event or a job that concerns a request's site;
// guests are named g1, g2, …, and the request itself by the empty string.
const SitePart = "site"

// Who is a person of the company, as a record remembers him.
type Who struct {
	ID   string `json:"id"` // directory id
	Name string `json:"name,omitempty"`
	Mail string `json:"mail,omitempty"`
	Lang string `json:"lang,omitempty"`
	Zone string `json:"zone,omitempty"`
}

// Erased stands in records in the place of what named a guest who was forgotten.
// Cards write it as a word of the reader's language.
const Erased = "‹erased›"

// Origin is where a request was asked for.
type Origin struct {
	Chat string `json:"chat"`
	Team string `json:"team"`
	User string `json:"user"`
	// Add says that guests are to be added to an existing site; Typed is what was
	// typed to name it.
	Add   bool   `json:"add,omitempty"`
	Typed string `json:"typed,omitempty"`
}

// FormRef finds the open form.
type FormRef struct {
	Chat string `json:"chat"`
	Ref  string `json:"ref"`
}

// Policy is what the company chose, as it was when the request was identified.
type Policy struct {
	OwnerAddsDirectly string `json:"owner_adds_directly"` // only_flagged, yes or no
	MaxGuests         int    `json:"max_guests"`
	DefaultDays       int    `json:"default_days"`
	MaxDays           int    `json:"max_days"`
}

// The ways of Policy.OwnerAddsDirectly.
const (
	OnlyFlagged = "only_flagged"
	Always      = "yes"
	Never       = "no"
)

// Head is the end of a part's journal chain.
type Head struct {
	Seq    int64  `json:"seq"`
	Digest string `json:"digest"`
}

// Request is one story from the first word to the last card.
type Request struct {
	ID        string    `json:"id"` // "G-1042"
	State     State     `json:"state"`
	CreatedAt time.Time `json:"created_at"`
	ChangedAt time.Time `json:"changed_at"`
	Origin    Origin    `json:"origin"`
	Requester Who       `json:"requester"`
	Policy    Policy    `json:"policy"`
	Answers   Answers   `json:"answers"`
	Form      *FormRef  `json:"form,omitempty"`
	// Looked is what was found out about the draft's answers.
	Looked *DraftResult `json:"looked,omitempty"`
	// Site is the site part; nil for an existing site.
	Site *Site `json:"site,omitempty"`
	// Target is the site that guests are added to: the existing one, or the new
	// one once it is there.
	Target Target `json:"target"`
	// Guests counts the guest records made, of len(Answers.Guests).
	Guests int `json:"guests"`
	// Version is what a decision card must carry; it grows when what a decider
	// decides on changes.
	Version int `json:"version"`
	// Seq numbers the steps of request and site.
	Seq    int       `json:"seq"`
	Tally  Tally     `json:"tally"`
	Code   string    `json:"code,omitempty"` // why it ended so
	Salt   string    `json:"salt"`           // of the journal's payload digests
	Head   Head      `json:"head"`
	EndsAt time.Time `json:"ends_at,omitzero"` // the draft's end
	// Erased is the last erasure of a guest that found him in it.
	Erased string `json:"erased,omitempty"`
	// Leaving says that its time is over and its records are being deleted: nothing
	// happens to it any more.
	Leaving bool `json:"leaving,omitempty"`
}

// Target is a site by its group.
type Target struct {
	GroupID string `json:"group_id,omitempty"`
	Name    string `json:"name,omitempty"`
	URL     string `json:"url,omitempty"`
}

// NewSite says whether the request makes a site.
func (r *Request) NewSite() bool { return !r.Origin.Add }

// SiteReady says whether guests can be let in now.
func (r *Request) SiteReady() bool { return r.Site == nil || r.Site.State == Ready }

// Site is the part of a request that makes a site.
type Site struct {
	State      State  `json:"state"`
	UniqueName string `json:"unique_name"`
	// CreateAs is the person in whose name the group is made.
	CreateAs string `json:"create_as,omitempty"`
	Rule     string `json:"rule,omitempty"`
	// Deciders may approve; Deadline is when silence ends it.
	Deciders []Who     `json:"deciders,omitempty"`
	Deadline time.Time `json:"deadline,omitzero"`
	Clicks   []Click   `json:"clicks,omitempty"`
	Decision *Decision `json:"decision,omitempty"`
	Check    *Check    `json:"check,omitempty"`
	// Resume is the state to go on from when what parked it is mended, or, of a site
	// that failed, when it is tried again; empty where nothing can be.
	Resume State `json:"resume,omitempty"`
	// Again is who last had what failed tried again, GivenUp who closed it.
	Again   *Word `json:"again,omitempty"`
	GivenUp *Word `json:"given_up,omitempty"`
	// ByHand are findings that an admin confirmed, by setting.
	ByHand map[string]ByHand `json:"by_hand,omitempty"`
	Level  string            `json:"level,omitempty"` // read back
	Slow   bool              `json:"slow,omitempty"`
	Code   string            `json:"code,omitempty"`
}

// Word is what an admin said about what failed.
type Word struct {
	By Who       `json:"by"`
	At time.Time `json:"at"`
}

// ByHand is a setting that a person confirmed because we may not read it.
type ByHand struct {
	By    Who       `json:"by"`
	At    time.Time `json:"at"`
	Value string    `json:"value,omitempty"` // what he saw it to be
}

// Guest is one guest of a request.
type Guest struct {
	ID      string    `json:"id"` // "g1"
	Request string    `json:"request"`
	State   State     `json:"state"`
	Mail    string    `json:"mail"`
	Name    string    `json:"name,omitempty"`
	Until   time.Time `json:"until"`
	Seq     int       `json:"seq"`
	Check   *Check    `json:"check,omitempty"`
	Rule    string    `json:"rule,omitempty"`
	// Stage says whose word is awaited: the owners', or an approver's who may
	// invite where no owner may.
	Stage    Stage             `json:"stage,omitempty"`
	Deciders []Who             `json:"deciders,omitempty"`
	Deadline time.Time         `json:"deadline,omitzero"`
	Clicks   []Click           `json:"clicks,omitempty"`
	Decision *Decision         `json:"decision,omitempty"`
	Second   *Decision         `json:"second,omitempty"` // the approver's, where one was due
	Asked    []Exchange        `json:"asked,omitempty"`
	InviteAs string            `json:"invite_as,omitempty"`
	AddAs    string            `json:"add_as,omitempty"`
	ByHand   map[string]ByHand `json:"by_hand,omitempty"`
	Account  *Account          `json:"account,omitempty"`
	// Absent says that no account was found just before one was asked for; one
	// that is found afterwards is ours.
	Absent bool `json:"absent,omitempty"`
	// AskedAt is when an invitation was last asked for: until it is seen
	// everywhere, no account found does not mean that there is none.
	AskedAt time.Time `json:"asked_at,omitzero"`
	// Outside says that he was no member just before he was added; only then the
	// end date removes him.
	Outside bool      `json:"outside,omitempty"`
	InSince time.Time `json:"in_since,omitzero"`
	Ending  bool      `json:"ending,omitempty"`
	Code    string    `json:"code,omitempty"`
	// Resume is where a guest who failed goes on when he is tried again: where he
	// failed, or at his check where the site failed before him. Empty where that
	// cannot help: the address itself is wrong.
	Resume State `json:"resume,omitempty"`
	// Again is who last had him tried again, GivenUp who closed it.
	Again   *Word `json:"again,omitempty"`
	GivenUp *Word `json:"given_up,omitempty"`
	Head    Head  `json:"head"`
}

// Stage says whose word is awaited.
type Stage string

// The stages of a decision.
const (
	ByOwners    Stage = "owners"
	ByApprovers Stage = "approvers"
)

// Account is the guest's account.
type Account struct {
	UserID string `json:"user_id"`
	// Created says that we made it.
	Created bool `json:"created"`
	// Pending says that the invitation is not accepted yet.
	Pending bool `json:"pending"`
}

// Exchange is a question of a decider and the requester's answer.
type Exchange struct {
	By     Who       `json:"by"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
	Answer string    `json:"answer,omitempty"`
}

// Decision is somebody's word, with what he saw.
type Decision struct {
	By      Who       `json:"by"`
	At      time.Time `json:"at"`
	Action  Verb      `json:"action"`
	Note    string    `json:"note,omitempty"`
	Version int       `json:"version"`
	// Shown is the digest of the facts that the card showed.
	Shown string `json:"shown"`
}

// Verb is what a decider asks for.
type Verb string

// The verbs.
const (
	Approve Verb = "approve"
	Decline Verb = "decline"
	Ask     Verb = "ask"
	Extend  Verb = "extend"
)

// Click is a decision received, in the order of arrival.
type Click struct {
	// Chat, Team and User are the account that clicked.
	Chat string `json:"chat"`
	Team string `json:"team"`
	User string `json:"user"`
	// Reply is the handle for a private line to the clicker; it may have run out.
	Reply   string    `json:"reply,omitempty"`
	Message string    `json:"message"` // the message record
	Verb    Verb      `json:"verb"`
	Version int       `json:"version"`
	Note    string    `json:"note,omitempty"`
	Days    int       `json:"days,omitempty"` // of an Extend
	At      time.Time `json:"at"`
	// Shown is the digest of what the card showed, Facts the facts themselves.
	Shown string          `json:"shown,omitempty"`
	Facts json.RawMessage `json:"facts,omitempty"`
}

// Facts are what the directory says about the first who clicked, read for it.
type Facts struct {
	Who Who
	// Refusal says why the account may not act at all; empty when it may.
	Refusal string
	// Owner and Approver are rights read now, of the site and of the company.
	Owner, Approver bool
	// MayInvite and MayCreate say whether he could do it by hand.
	MayInvite, MayCreate bool
	// RequesterCould says whether the requester himself could make the site, or
	// send the invitation, by hand.
	RequesterCould bool
	// Unknown names a right that could not be read; nothing is decided then.
	Unknown string
	// Approvers are who can be asked next when no owner could do it.
	Approvers []Who
	Deadline  time.Time
}

// Check is what reading and judging the settings gave, without their texts.
type Check struct {
	At time.Time `json:"at"`
	// Outcome is can, can_by_bot, waits_owner, cannot or unknown.
	Outcome string `json:"outcome"`
	// Final says that no setting can mend it: the address itself is wrong.
	Final bool `json:"final,omitempty"`
	// Code and Layer are of the decisive finding; empty when nothing stops.
	Code  string `json:"code,omitempty"`
	Layer int    `json:"layer,omitempty"`
	// Setting is the decisive setting, for a confirmation by hand.
	Setting string `json:"setting,omitempty"`
	// Wanted is the value that would let it pass.
	Wanted string            `json:"wanted,omitempty"`
	Args   map[string]string `json:"args,omitempty"`
	// HandCheck says that an admin may confirm the setting by hand.
	HandCheck bool `json:"hand_check,omitempty"`
	// Flags are what a decider should look at.
	Flags []Flag `json:"flags,omitempty"`
	// NewAccount says that an invitation is needed.
	NewAccount bool `json:"new_account,omitempty"`
	// RequesterOwner and RequesterCould say whether the requester owns the site
	// and could do it by hand.
	RequesterOwner bool `json:"requester_owner,omitempty"`
	RequesterCould bool `json:"requester_could,omitempty"`
	// InviteAs could send the invitation of a guest who was agreed to when nobody
	// could; Inviters are the approvers who could be asked for it.
	InviteAs string `json:"invite_as,omitempty"`
	Inviters []Who  `json:"inviters,omitempty"`
	// Deciders may decide; empty when nobody can.
	Deciders []Who     `json:"deciders,omitempty"`
	Deadline time.Time `json:"deadline,omitzero"`
	// NextLook is when a parked part is looked at again.
	NextLook time.Time `json:"next_look,omitzero"`
	// Evidence is the whole verdict, for admins' cards.
	Evidence json.RawMessage `json:"evidence,omitempty"`
}

// Flag is a remark for a decider.
type Flag struct {
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
	// All says that it is about the request, and so the same for each of its guests.
	All bool `json:"all,omitempty"`
}

// Own are the remarks about this guest himself.
func (c *Check) Own() []Flag {
	var out []Flag
	if c != nil {
		for _, f := range c.Flags {
			if !f.All {
				out = append(out, f)
			}
		}
	}
	return out
}
