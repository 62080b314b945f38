package cardtest

import (
	"encoding/json"
	"fmt"
	"slices"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// Guest is a guest of the examples in a state that he can be in.
func Guest(s flow.State) *flow.Guest {
	g := &flow.Guest{
		ID: "g1", Request: "G-1042", State: s, Mail: "anna@fabrikam.com", Name: "Anna Kowalski", Until: Ends,
		Rule: flow.NotOwner, Stage: flow.ByOwners, Deciders: []flow.Who{Mehmet, Priya},
		Check: &flow.Check{At: At(22, 8, 41), Outcome: "can", NewAccount: true},
	}
	yes := &flow.Decision{By: Mehmet, At: At(22, 9, 12), Action: flow.Approve, Version: 3}
	switch s {
	case flow.Checking:
		g.Stage, g.Deciders, g.Check = "", nil, nil
	case flow.Parked:
		g.Code, g.Stage, g.Deadline = string(readiness.CodeDomainNotAllowed), "", At(30, 9, 0)
		g.Check = parkedCheck()
	case flow.AwaitingDecision:
		g.Deadline = Deadline
		g.Check.Flags = []flow.Flag{{Code: string(readiness.FlagFirstFromDomain), Args: map[string]string{"domain": "fabrikam.com"}}}
	case flow.Question:
		g.Asked = []flow.Exchange{{By: Mehmet, At: At(22, 9, 30), Text: "Which drawings does she need?"}}
	case flow.Declined:
		g.Code = "declined"
		g.Decision = &flow.Decision{By: Mehmet, At: At(22, 9, 12), Action: flow.Decline, Note: "later: project hasn't started"}
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
	v := Cannot()
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	f := v.Findings[v.Decisive]
	return &flow.Check{
		At: At(22, 8, 41), Outcome: string(v.Outcome), Code: string(f.Code), Layer: int(f.Layer), Setting: f.Setting,
		Args: f.Args, NextLook: At(22, 10, 40), Evidence: b,
	}
}

// Crowd is a batch of guests: two with remarks, the others without.
func Crowd(n int) []*flow.Guest {
	var gs []*flow.Guest
	for i := range n {
		g := Guest(flow.AwaitingDecision)
		g.ID, g.Name, g.Mail = fmt.Sprintf("g%d", i+1), fmt.Sprintf("Guest%d Smith", i+1), fmt.Sprintf("guest%d@fabrikam.com", i+1)
		g.Check = &flow.Check{At: At(22, 8, 41), Outcome: "can", NewAccount: true}
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
