package cardtest

import (
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// Request is a request for an existing site with these guests.
func Request(s flow.State, gs ...*flow.Guest) *flow.Request {
	r := &flow.Request{
		ID: "G-1042", State: s, CreatedAt: At(20, 9, 0), ChangedAt: At(22, 9, 0), Requester: Sanne, Version: 3,
		Origin: flow.Origin{Chat: "slack", Team: "T1", User: "U1", Add: true},
		Policy: flow.Policy{OwnerAddsDirectly: flow.OnlyFlagged, MaxGuests: 100, DefaultDays: 90, MaxDays: 365},
		Target: flow.Target{GroupID: "g-linden", Name: "Project Linden", URL: "https://noordzee.sharepoint.com/sites/linden"},
		Answers: flow.Answers{
			Step: flow.StepReview, Why: "Anna delivers the soil report\nand needs to upload drawings.", Days: 90,
			Guests: []flow.GuestEntry{{Mail: "anna@fabrikam.com", Name: "Anna Kowalski", Mark: flow.MarkOK, Code: "can"}},
		},
		Guests: len(gs), Tally: flow.Count(len(gs), gs),
	}
	if s == flow.Draft || s == flow.None {
		r.EndsAt = At(29, 9, 0)
		r.Tally = flow.Tally{}
	}
	return r
}

// NewSite is a request for a new site whose site part is in a state.
func NewSite(s flow.State, gs ...*flow.Guest) *flow.Request {
	r := Request(flow.Open, gs...)
	r.Origin.Add = false
	r.Target = flow.Target{Name: "PRJ Project Linden"}
	r.Answers.Name, r.Answers.Purpose = "Project Linden", "Soil report for the Linden building site."
	r.Answers.Owner, r.Answers.Second = Mehmet, Sanne
	r.Answers.Level, r.Answers.Members = string(readiness.SharingGuests), []flow.Who{Priya, Joost}
	r.Looked = &flow.DraftResult{Alias: "prj-project-linden", Display: "PRJ Project Linden", Levels: []string{string(readiness.SharingGuests), string(readiness.SharingExisting)}}
	r.Site = &flow.Site{State: s, UniqueName: "guestsite-G-1042", Rule: "site_asked", Deciders: []flow.Who{Mehmet}, Check: &flow.Check{At: At(22, 8, 41), Outcome: "can"}}
	yes := &flow.Decision{By: Mehmet, At: At(22, 9, 12), Action: flow.Approve, Version: 3}
	switch s {
	case flow.AwaitingApproval:
		r.Site.Deadline = Deadline
	case flow.Parked:
		r.Site.Code = string(readiness.CodeOrgSharingOff)
		r.Site.Check = &flow.Check{At: At(22, 8, 41), Outcome: "cannot", Code: r.Site.Code, Layer: 5, Setting: readiness.KeyOrgSharing, NextLook: At(22, 10, 40)}
		r.Site.Deadline = At(30, 9, 0)
	case flow.Declined:
		r.Site.Code = "declined"
		r.Site.Decision = &flow.Decision{By: Mehmet, At: At(22, 9, 12), Action: flow.Decline, Note: "other_site"}
	case flow.Failed:
		r.Site.Code, r.Site.Decision = "naming", yes
	case flow.Creating, flow.AwaitingSite, flow.Sharing, flow.Ready:
		r.Site.Decision, r.Site.CreateAs = yes, Mehmet.ID
	default:
	}
	if s == flow.Sharing || s == flow.Ready {
		r.Target.GroupID, r.Target.URL = "g-linden", "https://noordzee.sharepoint.com/sites/prj-project-linden"
	} else if s.Terminal() {
		r.State = s
	}
	return r
}
