package bot

import (
	"context"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// Clock tells the time by which jobs are due. It does not govern TLS, tokens,
// signatures or a platform's own deadlines.
type Clock interface {
	Now() time.Time
	// After gives a channel that receives once d has passed on this clock.
	After(d time.Duration) <-chan time.Time
}

// Person is somebody of the company, as the directory tells.
type Person struct {
	ID       string // Entra object id
	Name     string
	Given    string // given name; the first word of Name where there is none
	Mail     string
	UPN      string
	Guest    bool
	Enabled  bool
	Language string // preferredLanguage, e.g. "nl-NL"; may be empty
	// Department, Company, Office, State, Country and Title feed a naming policy.
	Attributes readiness.Attributes
}

// Directory reads people and their rights. Every call reads the directory as it
// is now. Errors: NotFound, Forbidden (ReasonPermission), Throttled, Unavailable.
type Directory interface {
	// Person reads one person by id; NotFound when there is none.
	Person(ctx context.Context, id string) (Person, error)
	// ByMail lists the people whose mail, principal name or other addresses equal mail.
	ByMail(ctx context.Context, mail string) ([]Person, error)
	// Search lists enabled members whose name or mail begins with text, at most limit.
	Search(ctx context.Context, text string, limit int) ([]Person, error)
	// Manager gives the person's manager; NotFound when there is none.
	Manager(ctx context.Context, id string) (Person, error)
	// Actor reads who he is and which roles that matter here he holds now. Owner
	// and Member are of the group groupID; both false when it is empty.
	Actor(ctx context.Context, id, groupID string) (readiness.Actor, error)
	// InGroup says whether the person is in the group, nested groups included.
	InGroup(ctx context.Context, id, groupID string) (bool, error)
	// GroupPeople lists the people of a group, at most limit.
	GroupPeople(ctx context.Context, groupID string, limit int) ([]Person, error)
}

// Tenant reads settings for bot/readiness to judge. What could not be read is in
// the result with its reason; an error means that nothing could be read.
type Tenant interface {
	Snapshot(ctx context.Context) (readiness.Snapshot, error)
	// Subject reads what the directory knows about an address.
	Subject(ctx context.Context, a readiness.Address) (readiness.Subject, error)
	// Site reads a group and its site. memberIDs are the people whose membership
	// matters. NotFound when there is no such group.
	Site(ctx context.Context, groupID string, memberIDs ...string) (readiness.Site, error)
	// FindSites lists groups with a site that match text (a name, an alias or a
	// site URL), at most limit.
	FindSites(ctx context.Context, text string, limit int) ([]SiteRef, error)
	// SitesOf lists the groups with a site of which the person is an owner or member.
	SitesOf(ctx context.Context, personID string, limit int) ([]SiteRef, error)
	// AliasFree says whether a new group may have this alias and name for this
	// person: taken, held by a deleted group (until), or refused by the naming policy.
	AliasFree(ctx context.Context, alias, name, personID string) (AliasState, error)
	// Forget drops what was kept of the settings, so that the next look is new.
	Forget()
}

// SiteRef names a site.
type SiteRef struct {
	GroupID string
	Name    string
	Alias   string
	URL     string // may be empty in a listing
}

// AliasState says whether an alias may be used.
type AliasState struct {
	Free bool
	// HeldUntil is when a deleted group gives the alias up; zero otherwise.
	HeldUntil time.Time
	// Refused is the naming policy's own message; empty when it agrees.
	Refused string
	// BlockedWord is the word that the naming policy refuses, where it tells.
	BlockedWord string
}

// NewSite is what a site is made from.
type NewSite struct {
	// UniqueName finds the group again after a crash. At most 60 characters.
	UniqueName  string
	Name        string
	Alias       string
	Description string
	Public      bool
	OwnerIDs    []string // at least one; owners become members too
	MemberIDs   []string
}

// GroupState is a group as read back.
type GroupState struct {
	GroupID   string
	Name      string
	Alias     string
	Mail      string
	Public    bool
	CreatedAt time.Time
}

// Invitation is a guest account as found or made.
type Invitation struct {
	UserID string
	// Created says that this call made the account.
	Created bool
	Pending bool
}

// Sites changes the tenant. Every call is safe to repeat: it looks before it
// makes. Errors carry the codes and reasons of errors.go; Unclear means look
// again after the replication delay.
type Sites interface {
	// FindGroup finds a group that we made, by its unique name. NotFound otherwise.
	FindGroup(ctx context.Context, uniqueName string) (GroupState, error)
	// CreateGroup makes the group; Conflict with ReasonAliasTaken when the alias
	// is taken by another group.
	CreateGroup(ctx context.Context, s NewSite) (GroupState, error)
	// SiteURL gives the address of the group's site; NotFound while it is being made.
	SiteURL(ctx context.Context, groupID string) (string, error)
	// Group reads a group back.
	Group(ctx context.Context, groupID string) (GroupState, error)
	// SetVisibility makes the group private or public.
	SetVisibility(ctx context.Context, groupID string, public bool) error
	// Sharing reads the site's level. Forbidden with ReasonNotGiven when the
	// permission was left out on purpose.
	Sharing(ctx context.Context, groupID string) (readiness.SiteSharing, error)
	// SetSharing sets the site's level. Forbidden with ReasonCapped above the company's.
	SetSharing(ctx context.Context, groupID string, level readiness.SharingLevel) error
	// Owners lists the group's owners; service principals are left out.
	Owners(ctx context.Context, groupID string) ([]Person, error)
	// IsMember says whether the user is a member, read by id.
	IsMember(ctx context.Context, groupID, userID string) (bool, error)
	// AddOwners and AddMembers add those who are missing.
	AddOwners(ctx context.Context, groupID string, userIDs []string) error
	AddMembers(ctx context.Context, groupID string, userIDs []string) error
	// RemoveMember removes a membership, never the account; absent is success.
	RemoveMember(ctx context.Context, groupID, userID string) error
	// FindGuest finds the account of an address among guests and members.
	// NotFound when there is none.
	FindGuest(ctx context.Context, a readiness.Address) (Invitation, error)
	// Invite makes a guest account. redirect is where the guest lands.
	Invite(ctx context.Context, a readiness.Address, redirect string) (Invitation, error)
	// RedeemLink makes a fresh link for a guest who exists; it is never stored.
	RedeemLink(ctx context.Context, a readiness.Address, userID, redirect string) (string, error)
}

// ChatUser is an account of a chat platform.
type ChatUser struct {
	Chat string // "slack" or "teams"
	Team string // workspace or tenant
	ID   string
}

// Profile is what a chat tells about its user.
type Profile struct {
	User ChatUser
	// PersonID is the Entra object id, of a chat that signs its users in with
	// Entra; else empty, and Mail says who it is.
	PersonID string
	Name     string
	Mail     string
	Locale   string // e.g. "en-US"
	Zone     string // IANA, e.g. "Europe/Amsterdam"
	Refusal  Refusal
	// Workspace is the name of the user's team; empty where the chat does not tell.
	Workspace string
}

// Refusal says why a chat account may not act; empty when it may.
type Refusal string

// The refusals of a chat account.
const (
	RefusedDeactivated Refusal = "deactivated"
	RefusedBot         Refusal = "bot"
	RefusedGuest       Refusal = "chat_guest"
	RefusedStranger    Refusal = "stranger"    // of another workspace
	RefusedInvited     Refusal = "invited"     // has not signed in yet
	RefusedUnconfirmed Refusal = "unconfirmed" // the address is not confirmed
	RefusedNoMail      Refusal = "no_mail"
	RefusedNoMatch     Refusal = "no_match"  // nobody in the directory
	RefusedAmbiguous   Refusal = "ambiguous" // more than one in the directory
	RefusedDisabled    Refusal = "disabled"  // the account is disabled
	RefusedDirGuest    Refusal = "dir_guest" // a guest of the company
	RefusedUnlinked    Refusal = "unlinked"  // nobody signed in for it yet
)

// Ref finds a posted message or an open form again. Opaque to the engine.
type Ref string

// Chat is one chat platform. Errors: Throttled (After), Unavailable (Unclear when
// the message may have been posted), NotFound (ReasonGone), Forbidden
// (ReasonUndeliverable, ReasonCredentials), Invalid (ReasonBadCard), Expired.
type Chat interface {
	// Name is "slack" or "teams".
	Name() string
	// Profile reads a user fresh.
	Profile(ctx context.Context, u ChatUser) (Profile, error)
	// Locate finds the one account by which to reach a person, by his id or his
	// address, whichever the chat knows people by. Forbidden with
	// ReasonUndeliverable when there is none who is confirmed and a full member.
	Locate(ctx context.Context, who flow.Who) (ChatUser, error)
	// Post sends a card to a person. id is put where FindPost can find it.
	Post(ctx context.Context, to ChatUser, id string, c card.Card) (Ref, error)
	// FindPost looks for a card that Post may have sent; NotFound when it is not there.
	FindPost(ctx context.Context, to ChatUser, id string) (Ref, error)
	// Update redraws a posted card; NotFound with ReasonGone when it is no more.
	Update(ctx context.Context, ref Ref, c card.Card) error
	// OpenForm opens a form with the trigger of an event, at once.
	OpenForm(ctx context.Context, trigger string, f card.Form) (Ref, error)
	// UpdateForm redraws an open form; NotFound with ReasonGone when it was closed.
	UpdateForm(ctx context.Context, ref Ref, f card.Form) error
	// Whisper shows a card to the one person who caused the event, by its reply handle.
	Whisper(ctx context.Context, reply string, c card.Card) error
}

// Installer puts the bot's own app into a person's chat, where the platform lets
// an app do that by itself.
type Installer interface {
	// InstallApp installs the Teams app whose manifest has this id for a person,
	// and says whether he had it already. Safe to repeat. Errors: NotFound when the
	// company's catalog has no such app or the directory no such person, Forbidden
	// (ReasonPermission, ReasonNotGiven, ReasonCredentials), Invalid, Throttled,
	// Unavailable (Unclear when it may have been installed).
	InstallApp(ctx context.Context, personID, manifestID string) (already bool, err error)
}
