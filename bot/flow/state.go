package flow

// State is where a request, a site or a guest stands.
type State string

// The states of a request. An absent request is in state None.
const (
	None       State = ""
	Draft      State = "draft"
	Open       State = "open"
	Done       State = "done"
	PartlyDone State = "partly_done"
)

// The states that only a site goes through.
const (
	AwaitingApproval State = "awaiting_approval"
	Creating         State = "creating"
	AwaitingSite     State = "awaiting_site"
	Sharing          State = "sharing"
	Ready            State = "ready"
)

// The states that only a guest goes through.
const (
	AwaitingDecision State = "awaiting_decision"
	Question         State = "question"
	Approved         State = "approved"
	Inviting         State = "inviting"
	Adding           State = "adding"
	Verifying        State = "verifying"
	In               State = "in"
	Ended            State = "ended"
)

// The states that several parts share.
const (
	Checking  State = "checking"
	Parked    State = "parked" // waiting for IT
	Declined  State = "declined"
	Expired   State = "expired"
	Withdrawn State = "withdrawn"
	Failed    State = "failed"
)

// Machine names one of the three tables.
type Machine string

// The machines.
const (
	OfRequest Machine = "request"
	OfSite    Machine = "site"
	OfGuest   Machine = "guest"
)

// States lists the states of a machine, in the order of a smooth run.
func States(m Machine) []State {
	switch m {
	case OfRequest:
		return []State{None, Draft, Open, Done, PartlyDone, Declined, Expired, Withdrawn, Failed}
	case OfSite:
		return []State{
			Checking, Parked, AwaitingApproval, Creating, AwaitingSite, Sharing, Ready,
			Declined, Expired, Withdrawn, Failed,
		}
	default:
		return []State{
			Checking, Parked, AwaitingDecision, Question, Approved, Inviting, Adding, Verifying, In,
			Declined, Expired, Withdrawn, Failed, Ended,
		}
	}
}

// Terminal says whether a part in this state has come to its end. A guest who
// is in has, although the end date is still to come.
func (s State) Terminal() bool {
	switch s {
	case Done, PartlyDone, Declined, Expired, Withdrawn, Failed, In, Ended, Ready:
		return true
	default:
		return false
	}
}
