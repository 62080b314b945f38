package flow

import "time"

// Tally counts a request's guests by state, with what the headline names.
type Tally struct {
	Total int           `json:"total"`
	By    map[State]int `json:"by,omitempty"`
	// First names one guest of each state, for "Anna is invited".
	First map[State]string `json:"first,omitempty"`
	// Decider and Deadline are of the first guest who awaits a decision.
	Decider  string    `json:"decider,omitempty"`
	Deadline time.Time `json:"deadline,omitzero"`
	// Asker asked the open question.
	Asker string `json:"asker,omitempty"`
	// Code and Note are of the first guest who was parked, declined or failed.
	Code string `json:"code,omitempty"`
	Note string `json:"note,omitempty"`
	// Heads is a digest over the guests' journal heads.
	Heads string `json:"heads,omitempty"`
}

// Count counts guests.
func Count(total int, guests []*Guest) Tally {
	t := Tally{Total: total, By: map[State]int{}, First: map[State]string{}}
	for _, g := range guests {
		t.By[g.State]++
		if t.First[g.State] == "" {
			t.First[g.State] = g.Called()
		}
		switch g.State {
		case AwaitingDecision:
			if t.Deadline.IsZero() || g.Deadline.Before(t.Deadline) {
				t.Deadline = g.Deadline
				t.Decider = ""
				if len(g.Deciders) > 0 {
					t.Decider = g.Deciders[0].Name
				}
			}
		case Question:
			if t.Asker == "" && len(g.Asked) > 0 {
				t.Asker = g.Asked[len(g.Asked)-1].By.Name
			}
		case Parked, Failed:
			if t.Code == "" {
				t.Code = g.Code
			}
		case Declined:
			if t.Note == "" && g.Decision != nil {
				t.Note, t.Decider = g.Decision.Note, g.Decision.By.Name
			}
		default: // the number says it all
		}
	}
	return t
}

// Ended says whether every guest has a record and has come to an end.
func (t Tally) Ended() bool {
	n := 0
	for s, k := range t.By {
		if s.Terminal() {
			n += k
		}
	}
	return n == t.Total
}

// Called is the guest's name, or the address where no name is known.
func (g *Guest) Called() string {
	if g.Name != "" {
		return g.Name
	}
	return g.Mail
}
