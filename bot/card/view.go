package card

import (
	"time"

	"guestsite/bot/flow"
)

// Role is as what somebody looks at a card.
type Role string

// The roles of a viewer.
const (
	AsRequester Role = "requester"
	AsOwner     Role = "owner"
	AsCoOwner   Role = "coowner" // also asked, not first
	AsAdmin     Role = "admin"
	AsBystander Role = "bystander"
	AsUnlinked  Role = "unlinked" // not known yet; sees a number and no more
)

// View is a record seen by somebody. Builders read it and change nothing.
type View struct {
	Texts *Texts
	// Viewer's Lang and Zone decide how it reads; ID tells whether a name is his own.
	Viewer flow.Who
	Role   Role
	Now    time.Time
	// Request is nil for cards that are about none.
	Request *flow.Request
	// Guests are those of the request that the card is about, in order.
	Guests []*flow.Guest
	// Part is flow.SitePart or a guest's id where a card or form is about one part.
	Part string
	// All shows every line instead of the first ones.
	All bool
	// Orgs names the organisations of guests' domains where they are known.
	Orgs map[string]string
	// Links gives the deep link of a setting's page by readiness.Fix.Link; nil, or
	// an empty answer, shows none.
	Links func(key string) string
	// Admins are who can help in IT, by name; may be empty.
	Admins []string
	// Answered are the parts on which the viewer's answer was received and is not
	// judged yet.
	Answered map[string]bool
	// Unreached are deciders who cannot be messaged, by name; NobodyReached says
	// that there is no other who was.
	Unreached     []string
	NobodyReached bool
	// Standstill says that IT has paused all changes; nil where it has not.
	Standstill *Standstill
	// Linking says that the viewer's accounts in this chat are linked by signing in.
	Linking bool
	// LinkURL opens the page that links the viewer's account. It is a secret of his
	// and works for minutes, so it stands on a private line alone.
	LinkURL string
}

// Standstill is a pause of all changes.
type Standstill struct {
	Since time.Time
	// Reason is IT's own words; may be empty.
	Reason string
}

// standstill says on what is still open that nothing is changed now.
func (v View) standstill(s *sheet) {
	p := v.Standstill
	if p == nil || v.Request != nil && v.Request.State != flow.Open && v.Request.State != flow.Draft {
		return
	}
	if p.Reason != "" {
		s.text(keyStandstillWhy, "when", Stamp(p.Since), "why", oneLine(p.Reason))
		return
	}
	s.text(keyStandstill, "when", Stamp(p.Since))
}

// lang is the viewer's language, zone and year.
func (v View) lang() Lang { return v.Texts.For(v.Viewer.Lang).In(v.Viewer.Zone, v.Now) }
