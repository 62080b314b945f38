package bot

import (
	"errors"
	"fmt"
	"time"
)

// Code classifies an error for machines. A code decides whether to retry and
// which sentence a user reads.
type Code string

// The codes.
const (
	Invalid     Code = "invalid"     // the input is wrong; asking again will not help
	Forbidden   Code = "forbidden"   // the caller, or the app, may not
	NotFound    Code = "not_found"   // there is no such thing, or not yet
	Conflict    Code = "conflict"    // it exists already, or was changed by another
	Expired     Code = "expired"     // too late: a trigger, a link, a view
	Throttled   Code = "throttled"   // the service asks to wait; see After
	Unavailable Code = "unavailable" // the service did not answer, or not clearly
	Internal    Code = "internal"    // a fault of ours
)

// Error is the one error that crosses package borders.
type Error struct {
	Code Code
	// Op is what was attempted, e.g. "graph: create group".
	Op string
	// Reason narrows Code where the caller must tell cases apart; one of the
	// Reason constants, or empty.
	Reason string
	// After is how long a throttled service asks to wait; 0 when it does not say.
	After time.Duration
	// Unclear says that the effect may have happened although the call failed.
	Unclear bool
	// Detail is for the operator: the service's own code, message and request id.
	Detail string
	Err    error
}

func (e *Error) Error() string {
	s := e.Op + ": " + string(e.Code)
	if e.Reason != "" {
		s += " (" + e.Reason + ")"
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.Err != nil {
		s += fmt.Sprintf(": %v", e.Err)
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf gives an error's code; Internal for an error that has none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// ReasonOf gives an error's reason; empty for an error that has none.
func ReasonOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return ""
}

// Retryable says whether trying again later can help.
func Retryable(err error) bool {
	c := CodeOf(err)
	return c == Throttled || c == Unavailable
}

// Reasons that the engine tells apart.
const (
	ReasonPermission    = "permission"     // the app lacks a permission
	ReasonGuestsOff     = "guests_off"     // the group or company takes no guests
	ReasonInvitesOff    = "invites_off"    // invitations are off for the company
	ReasonDomain        = "domain"         // the domain list refuses the address
	ReasonCrossTenant   = "cross_tenant"   // cross-tenant access settings refuse it
	ReasonAddress       = "address"        // the address itself is refused
	ReasonInternal      = "internal_user"  // the address belongs to a colleague
	ReasonContact       = "address_in_use" // a contact or another object holds the address
	ReasonGroupAddress  = "group_address"  // the address is a group's
	ReasonAliasTaken    = "alias_taken"    // the mail alias is taken
	ReasonNaming        = "naming"         // the naming policy refuses the name
	ReasonMembership    = "membership"     // this group's members cannot be edited
	ReasonQuota         = "quota"          // a quota is full
	ReasonDisabled      = "disabled"       // the guest's account is disabled
	ReasonUndeliverable = "undeliverable"  // the person cannot be messaged
	ReasonGone          = "gone"           // the message or view no longer exists
	ReasonCapped        = "capped"         // above what the company allows
	ReasonNotGiven      = "not_given"      // the permission was left out on purpose
	ReasonBadCard       = "bad_card"       // the platform refused what we drew
	ReasonCredentials   = "credentials"    // the credentials are refused
	ReasonPaused        = "paused"         // the operator has paused changes
	ReasonRunning       = "running"        // requests stand in the way
)
