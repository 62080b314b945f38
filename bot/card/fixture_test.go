package card

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// The cast of the examples.
var (
	sanne  = flow.Who{ID: "sanne", Name: "Sanne de Vries", Mail: "sanne@noordzee.nl", Zone: "Europe/Amsterdam"}
	mehmet = flow.Who{ID: "mehmet", Name: "Mehmet Yilmaz", Mail: "mehmet@noordzee.nl", Zone: "Europe/Amsterdam"}
	priya  = flow.Who{ID: "priya", Name: "Priya Nair", Mail: "priya@noordzee.nl", Zone: "Europe/Amsterdam"}
	joost  = flow.Who{ID: "joost", Name: "Joost Bakker", Mail: "joost@noordzee.nl", Zone: "Europe/Amsterdam"}
)

func at(day, hour, minute int) time.Time {
	return time.Date(2026, time.November, day, hour, minute, 0, 0, time.UTC)
}

var (
	now      = at(22, 9, 41)
	deadline = at(26, 16, 0)
	ends     = time.Date(2027, time.February, 19, 22, 0, 0, 0, time.UTC)
)

func load(tb testing.TB) *Texts {
	tb.Helper()
	t, err := Load("en", "Europe/Amsterdam")
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// oneGuest is a guest of the examples in a state that he can be in.
func guestIn(s flow.State) *flow.Guest {
	g := &flow.Guest{
		ID: "g1", Request: "G-1042", State: s, Mail: "anna@fabrikam.com", Name: "Anna Kowalski", Until: ends,
		Rule: flow.NotOwner, Stage: flow.ByOwners, Deciders: []flow.Who{mehmet, priya},
		Check: &flow.Check{At: at(22, 8, 41), Outcome: "can", NewAccount: true},
	}
	yes := &flow.Decision{By: mehmet, At: at(22, 9, 12), Action: flow.Approve, Version: 3}
	switch s {
	case flow.Checking:
		g.Stage, g.Deciders, g.Check = "", nil, nil
	case flow.Parked:
		g.Code, g.Stage, g.Deadline = string(readiness.CodeDomainNotAllowed), "", at(30, 9, 0)
		g.Check = parkedCheck()
	case flow.AwaitingDecision:
		g.Deadline = deadline
		g.Check.Flags = []flow.Flag{{Code: string(readiness.FlagFirstFromDomain), Args: map[string]string{"domain": "fabrikam.com"}}}
	case flow.Question:
		g.Asked = []flow.Exchange{{By: mehmet, At: at(22, 9, 30), Text: "Which drawings does she need?"}}
	case flow.Declined:
		g.Code = "declined"
		g.Decision = &flow.Decision{By: mehmet, At: at(22, 9, 12), Action: flow.Decline, Note: "later: project hasn't started"}
	case flow.Failed:
		g.Code, g.Decision = "address_in_use", yes
	case flow.Expired:
		g.Code = "expired"
	case flow.Withdrawn:
		g.Code = "withdrawn"
	default:
		g.Decision = yes
	}
	if slices.Contains([]flow.State{flow.Adding, flow.Verifying, flow.In, flow.Ended}, s) {
		g.Account = &flow.Account{UserID: "u", Created: true, Pending: true}
	}
	return g
}

func parkedCheck() *flow.Check {
	v := verdictCannot()
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	f := v.Findings[v.Decisive]
	return &flow.Check{
		At: at(22, 8, 41), Outcome: string(v.Outcome), Code: string(f.Code), Layer: int(f.Layer), Setting: f.Setting,
		Args: f.Args, NextLook: at(22, 10, 40), Evidence: b,
	}
}

func verdictCannot() readiness.Verdict {
	read := at(22, 8, 41)
	return readiness.Verdict{
		Outcome: readiness.Cannot, Path: readiness.ByBot, Decisive: 2,
		Findings: []readiness.Finding{
			{Layer: readiness.LayerAddress, Status: readiness.Passes, Code: readiness.CodeOK, Setting: readiness.KeyAddress, Value: "anna@fabrikam.com", At: read},
			{Layer: readiness.LayerInvite, Status: readiness.Passes, Code: readiness.CodeOK, Setting: readiness.KeyInvites, Value: "adminsAndGuestInviters", At: read, Source: "Microsoft Graph: authorizationPolicy"},
			{
				Layer: readiness.LayerDomains, Status: readiness.Blocks, Stops: readiness.Fails, Code: readiness.CodeDomainNotAllowed, Setting: readiness.KeyDomains, Value: "allow",
				Args: map[string]string{"domain": "fabrikam.com", "count": "14"}, At: read, Source: "Microsoft Graph: policies/b2bManagementPolicies",
				Fix: &readiness.Fix{
					Code: readiness.FixAllowDomain, Role: "Global Administrator", Link: readiness.LinkCollaboration, Settles: time.Hour,
					Args: map[string]string{"domain": "fabrikam.com"}, Key: readiness.KeyDomains, Value: "+fabrikam.com",
				},
			},
			{Layer: readiness.LayerGroups, Status: readiness.Passes, Code: readiness.CodeOK, Setting: readiness.KeyGroupsAdd, Value: "on", At: read},
			{
				Layer: readiness.LayerSite, Status: readiness.CannotTell, Code: readiness.CodeUnreadNotAsked, Setting: readiness.KeySiteSharing,
				Missing: &readiness.Missing{Permission: "Sites.FullControl.All", Reason: readiness.NotAsked}, At: read,
				Fix: &readiness.Fix{Code: readiness.FixConfirm, Link: readiness.LinkSites, Command: "Get-SPOSite -Identity https://noordzee.sharepoint.com/sites/linden"},
			},
		},
		Unseen: []readiness.Code{readiness.UnseenHomeRules},
	}
}

// request is a request for an existing site with these guests.
func request(s flow.State, gs ...*flow.Guest) *flow.Request {
	r := &flow.Request{
		ID: "G-1042", State: s, CreatedAt: at(20, 9, 0), ChangedAt: at(22, 9, 0), Requester: sanne, Version: 3,
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
		r.EndsAt = at(29, 9, 0)
		r.Tally = flow.Tally{}
	}
	return r
}

// newSite is a request for a new site whose site part is in a state.
func newSite(s flow.State, gs ...*flow.Guest) *flow.Request {
	r := request(flow.Open, gs...)
	r.Origin.Add = false
	r.Target = flow.Target{Name: "PRJ Project Linden"}
	r.Answers.Name, r.Answers.Purpose = "Project Linden", "Soil report for the Linden building site."
	r.Answers.Owner, r.Answers.Second = mehmet, sanne
	r.Answers.Level, r.Answers.Members = string(readiness.SharingGuests), []flow.Who{priya, joost}
	r.Looked = &flow.DraftResult{Alias: "prj-project-linden", Display: "PRJ Project Linden", Levels: []string{string(readiness.SharingGuests), string(readiness.SharingExisting)}}
	r.Site = &flow.Site{State: s, UniqueName: "guestsite-G-1042", Rule: "site_asked", Deciders: []flow.Who{mehmet}, Check: &flow.Check{At: at(22, 8, 41), Outcome: "can"}}
	yes := &flow.Decision{By: mehmet, At: at(22, 9, 12), Action: flow.Approve, Version: 3}
	switch s {
	case flow.AwaitingApproval:
		r.Site.Deadline = deadline
	case flow.Parked:
		r.Site.Code = string(readiness.CodeOrgSharingOff)
		r.Site.Check = &flow.Check{At: at(22, 8, 41), Outcome: "cannot", Code: r.Site.Code, Layer: 5, Setting: readiness.KeyOrgSharing, NextLook: at(22, 10, 40)}
		r.Site.Deadline = at(30, 9, 0)
	case flow.Declined:
		r.Site.Code = "declined"
		r.Site.Decision = &flow.Decision{By: mehmet, At: at(22, 9, 12), Action: flow.Decline, Note: "other_site"}
	case flow.Failed:
		r.Site.Code, r.Site.Decision = "naming", yes
	case flow.Creating, flow.AwaitingSite, flow.Sharing, flow.Ready:
		r.Site.Decision, r.Site.CreateAs = yes, mehmet.ID
	default:
	}
	if s == flow.Sharing || s == flow.Ready {
		r.Target.GroupID, r.Target.URL = "g-linden", "https://noordzee.sharepoint.com/sites/prj-project-linden"
	} else if s.Terminal() {
		r.State = s
	}
	return r
}

// crowd is a batch of guests: two with remarks, the others without.
func crowd(n int) []*flow.Guest {
	var gs []*flow.Guest
	for i := range n {
		g := guestIn(flow.AwaitingDecision)
		g.ID, g.Name, g.Mail = fmt.Sprintf("g%d", i+1), fmt.Sprintf("Guest%d Smith", i+1), fmt.Sprintf("guest%d@fabrikam.com", i+1)
		g.Check = &flow.Check{At: at(22, 8, 41), Outcome: "can", NewAccount: true}
		switch i {
		case 1:
			g.Mail = "piet@gmail.com"
			g.Check.Flags = []flow.Flag{{Code: string(readiness.FlagPersonalMailbox), Args: map[string]string{"domain": "gmail.com"}}}
		case 3:
			g.Mail = "eva@fabrikarn.com"
			g.Check.Flags = []flow.Flag{{Code: string(readiness.FlagLooksLike), Args: map[string]string{"domain": "fabrikarn.com", "like": "fabrikam.com", "count": "12", "suggestion": "eva@fabrikam.com"}}}
		}
		gs = append(gs, g)
	}
	return gs
}

// seenBy is a request as a role sees it, in a language.
func seenBy(t *Texts, role Role, lang string, r *flow.Request, gs ...*flow.Guest) View {
	who := map[Role]flow.Who{AsRequester: sanne, AsOwner: mehmet, AsCoOwner: priya, AsAdmin: joost}[role]
	who.Lang = lang
	return View{
		Texts: t, Viewer: who, Role: role, Now: now, Request: r, Guests: gs, Admins: []string{joost.Name},
		Orgs:    map[string]string{"fabrikam.com": "Fabrikam"},
		LinkURL: "https://guestsite.example.org/link", Links: func(k string) string { return "https://admin.example.org/" + k },
	}
}

func roles() []Role {
	return []Role{AsRequester, AsOwner, AsCoOwner, AsAdmin, AsBystander, AsUnlinked}
}
