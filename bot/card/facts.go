package card

import (
	"encoding/json"
	"time"

	"guestsite/bot/flow"
)

// Shown is what a decision card shows, free of any language: what its reader
// decides on. Its digest is kept with the decision.
type Shown struct {
	Request   string `json:"request"`
	Version   int    `json:"version"`
	Part      string `json:"part,omitempty"` // flow.SitePart for the site; empty for guests
	Site      string `json:"site"`
	Requester string `json:"requester"`
	// Why are the requester's words: of the guests, or of the site's purpose.
	Why      string     `json:"why,omitempty"`
	Stage    flow.Stage `json:"stage,omitempty"`
	Rule     string     `json:"rule,omitempty"`
	Deadline time.Time  `json:"deadline,omitzero"`
	// Deciders are all who were asked, by id.
	Deciders []string `json:"deciders,omitempty"`

	// Of a site.
	Owners  []string `json:"owners,omitempty"`
	Public  bool     `json:"public,omitempty"`
	Level   string   `json:"level,omitempty"`
	Members []string `json:"members,omitempty"`
	// Until is the guests' end, YYYY-MM-DD; Days where it counts from the day they come in.
	Until string `json:"until,omitempty"`
	Days  int    `json:"days,omitempty"`

	Guests []ShownGuest `json:"guests,omitempty"`
}

// ShownGuest is a guest on a decision card.
type ShownGuest struct {
	ID           string          `json:"id,omitempty"`
	Name         string          `json:"name,omitempty"`
	Mail         string          `json:"mail"`
	Organisation string          `json:"organisation,omitempty"`
	New          bool            `json:"new,omitempty"`
	Until        time.Time       `json:"until,omitzero"`
	Flags        []flow.Flag     `json:"flags,omitempty"`
	Checked      time.Time       `json:"checked,omitzero"`
	State        flow.State      `json:"state,omitempty"`
	Asked        []flow.Exchange `json:"asked,omitempty"`
	// Agreed is who agreed before, where the card asks for a second word.
	Agreed string `json:"agreed,omitempty"`
}

// Facts gives what [Decide] shows for the same view.
func Facts(v View) Shown {
	r := v.Request
	f := Shown{Request: r.ID, Version: r.Version, Site: v.site(), Requester: nameOf(r.Requester)}
	if v.Part == flow.SitePart {
		return v.siteFacts(f)
	}
	f.Why = r.Answers.Why
	if g := v.lead(); g != nil {
		f.Stage, f.Rule = g.Stage, g.Rule
		f.Deadline, f.Deciders = v.deadline(), ids(g.Deciders)
	}
	for _, g := range v.Guests {
		sg := ShownGuest{
			ID: g.ID, Name: g.Name, Mail: g.Mail, Organisation: v.org(g.Mail), New: isNew(g),
			Until: g.Until, Flags: flagsOf(g), State: g.State, Asked: g.Asked,
		}
		if g.Check != nil {
			sg.Checked = g.Check.At
		}
		if g.Stage == flow.ByApprovers && g.Decision != nil {
			sg.Agreed = g.Decision.By.ID
		}
		f.Guests = append(f.Guests, sg)
	}
	return f
}

func (v View) siteFacts(f Shown) Shown {
	r := v.Request
	f.Part, f.Why = flow.SitePart, r.Answers.Purpose
	f.Public, f.Level, f.Members = r.Answers.Public, r.Answers.Level, ids(r.Answers.Members)
	f.Owners = ids(r.Answers.Owners())
	if s := r.Site; s != nil {
		f.Rule, f.Deadline, f.Deciders = s.Rule, s.Deadline, ids(s.Deciders)
	}
	if len(r.Answers.Guests) > 0 {
		f.Until, f.Days = r.Answers.Until, r.Answers.Days
	}
	for _, g := range r.Answers.Guests {
		f.Guests = append(f.Guests, ShownGuest{Name: g.Name, Mail: g.Mail, Organisation: v.org(g.Mail), Until: g.Until})
	}
	return f
}

// JSON gives the facts as the same bytes for the same facts; nil where a time is
// none that JSON can hold.
func (s Shown) JSON() json.RawMessage {
	b, err := json.Marshal(s)
	if err != nil {
		return nil
	}
	return b
}

func ids(ws []flow.Who) []string {
	var out []string
	for _, w := range ws {
		out = append(out, w.ID)
	}
	return out
}

// lead is the guest whose stage, rule and deciders speak for the card: the
// first who awaits a decision, else the first.
func (v View) lead() *flow.Guest {
	for _, g := range v.Guests {
		if g.State == flow.AwaitingDecision || g.State == flow.Question {
			return g
		}
	}
	if len(v.Guests) > 0 {
		return v.Guests[0]
	}
	return nil
}

// deadline is the first of those that run.
func (v View) deadline() time.Time {
	var first time.Time
	for _, g := range v.Guests {
		if g.State == flow.AwaitingDecision && (first.IsZero() || g.Deadline.Before(first)) {
			first = g.Deadline
		}
	}
	return first
}
