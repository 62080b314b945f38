package flow

import (
	"fmt"
	"slices"
)

// Check names what must hold after every step and does not; nil when all holds.
func (r *Request) Check() error {
	bad := func(what string) error { return fmt.Errorf("flow: request %s in state %q: %s", r.ID, r.State, what) }
	if !slices.Contains(States(OfRequest), r.State) {
		return bad("unknown state")
	}
	if r.State == Open && r.Requester.ID == "" {
		return bad("open without a requester")
	}
	if (r.State == Done || r.State == PartlyDone) && !r.SiteReady() {
		return bad("done without a site")
	}
	if r.State == Draft && r.Site != nil {
		return bad("a draft with a site")
	}
	s := r.Site
	if s == nil {
		return nil
	}
	if !slices.Contains(States(OfSite), s.State) {
		return bad("its site is in an unknown state")
	}
	switch s.State {
	case Creating, AwaitingSite, Sharing, Ready:
		if s.CreateAs == "" {
			return bad("a site in nobody's name")
		}
		if s.Rule == "site_asked" && (s.Decision == nil || s.Decision.Action != Approve) {
			return bad("a site without the decision that was due")
		}
		if s.Decision != nil && s.Decision.By.ID == r.Requester.ID {
			return bad("a site that its requester decided on")
		}
	default: // nothing is made yet
	}
	if (s.State == AwaitingSite || s.State == Sharing || s.State == Ready) && r.Target.GroupID == "" {
		return bad("a site without a group")
	}
	if s.State == AwaitingApproval && len(s.Deciders) == 0 {
		return bad("nobody to decide on the site")
	}
	return nil
}

// CheckWith names what must hold of a guest after every step and does not.
func (g *Guest) CheckWith(r *Request) error {
	bad := func(what string) error {
		return fmt.Errorf("flow: guest %s/%s in state %q: %s", g.Request, g.ID, g.State, what)
	}
	if !slices.Contains(States(OfGuest), g.State) {
		return bad("unknown state")
	}
	for _, d := range []*Decision{g.Decision, g.Second} {
		if d != nil && d.By.ID == r.Requester.ID {
			return bad("decided by the requester himself")
		}
	}
	switch g.State {
	case Inviting, Adding, Verifying, In:
		if g.AddAs == "" || g.InviteAs == "" {
			return bad("let in in nobody's name")
		}
		if g.Rule != OwnerDirect && (g.Decision == nil || g.Decision.Action != Approve) {
			return bad("let in without the decision that was due")
		}
		if !r.SiteReady() {
			return bad("let in before there is a site")
		}
	case AwaitingDecision, Question:
		if len(g.Deciders) == 0 {
			return bad("nobody to decide")
		}
	default: // nobody is let in and nobody is asked
	}
	if (g.State == Adding || g.State == Verifying || g.State == In) && g.Account == nil {
		return bad("let in without an account")
	}
	if len(g.Clicks) > 0 && g.State != AwaitingDecision && g.State != Question && g.State != In {
		return bad("clicks that nobody will judge")
	}
	return nil
}
