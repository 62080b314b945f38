package cardtest

import "guestsite/bot/flow"

// Example is a request in a state, with its guests.
type Example struct {
	Name    string
	Request *flow.Request
	Guests  []*flow.Guest
}

// Examples has every state of request, site and guest.
func Examples() []Example {
	var out []Example
	add := func(name string, r *flow.Request, gs ...*flow.Guest) { out = append(out, Example{name, r, gs}) }
	add("draft", Request(flow.Draft))
	add("none", &flow.Request{ID: "G-1043", Requester: Sanne, Answers: flow.Answers{Name: "Project Linden"}})
	for _, s := range flow.States(flow.OfGuest) {
		g := Guest(s)
		rs := map[flow.State]flow.State{
			flow.In: flow.Done, flow.Ended: flow.Done, flow.Declined: flow.Declined, flow.Expired: flow.Expired,
			flow.Withdrawn: flow.Withdrawn, flow.Failed: flow.Failed,
		}[s]
		if rs == "" {
			rs = flow.Open
		}
		r := Request(rs, g)
		if s == flow.Withdrawn {
			r.Code = "withdrawn"
		}
		add("guest "+string(s), r, g)
	}
	in := Guest(flow.In)
	in.Account.Pending = false
	add("guest accepted", Request(flow.Done, in), in)
	sec := Guest(flow.AwaitingDecision)
	sec.Stage, sec.Deciders = flow.ByApprovers, []flow.Who{Joost}
	sec.Decision = &flow.Decision{By: Mehmet, At: At(22, 9, 12), Action: flow.Approve}
	add("guest awaiting an approver", Request(flow.Open, sec), sec)
	for _, s := range flow.States(flow.OfSite) {
		g := Guest(flow.Approved)
		switch s {
		case flow.Checking, flow.Parked, flow.AwaitingApproval:
			g = Guest(flow.Checking)
		case flow.Ready:
			g = Guest(flow.Inviting)
		case flow.Declined, flow.Expired, flow.Withdrawn, flow.Failed:
			g = Guest(s)
			g.Decision = nil
		default:
		}
		add("site "+string(s), NewSite(s, g), g)
	}
	slow := NewSite(flow.AwaitingSite)
	slow.Site.Slow = true
	add("site slow", slow)
	alone := NewSite(flow.Ready)
	alone.State = flow.Done
	add("site without guests", alone)
	mixed := Crowd(3)
	mixed[0].State, mixed[0].Account = flow.In, &flow.Account{}
	mixed[0].Decision = &flow.Decision{By: Mehmet, At: At(22, 9, 12), Action: flow.Approve}
	mixed[1].State, mixed[1].Decision = flow.Declined, &flow.Decision{By: Mehmet, At: At(22, 9, 12), Action: flow.Decline, Note: "wrong_person"}
	mixed[2].State, mixed[2].Code = flow.Failed, "address_in_use"
	add("partly done", Request(flow.PartlyDone, mixed...), mixed...)
	no := Guest(flow.Expired)
	only := NewSite(flow.Ready, no)
	only.State = flow.PartlyDone
	add("site alone done", only, no)
	going := Guest(flow.AwaitingDecision)
	w := Request(flow.Open, going)
	w.Code = "withdrawn"
	add("withdrawing", w, going)
	for _, code := range []string{"dropped", "refused_no_match"} {
		d := Request(flow.Draft)
		d.State, d.Code = flow.Withdrawn, code
		add("draft "+code, d)
	}
	old := Request(flow.Draft)
	old.State, old.Code = flow.Expired, "draft_expired"
	add("draft expired", old)
	return out
}
