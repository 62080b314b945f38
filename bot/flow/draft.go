package flow

import "time"

// FormStep is a step of the form.
type FormStep string

// The steps.
const (
	StepSite   FormStep = "site"
	StepPeople FormStep = "people"
	StepReview FormStep = "review"
)

// Answers are what the requester filled in, as it stands.
type Answers struct {
	// Step is the step that is shown now; Rev grows with each change, so that
	// what was looked up for older answers is dropped.
	Step FormStep `json:"step"`
	Rev  int      `json:"rev"`
	// SiteID is the group picked for guests to an existing site.
	SiteID  string `json:"site_id,omitempty"`
	Name    string `json:"name,omitempty"`
	Purpose string `json:"purpose,omitempty"`
	Owner   Who    `json:"owner,omitzero"`
	Second  Who    `json:"second,omitzero"`
	Public  bool   `json:"public,omitempty"`
	// Level is the sharing level wanted, by SharePoint's name.
	Level   string `json:"level,omitempty"`
	Members []Who  `json:"members,omitempty"`
	// Pasted is the guests' box as typed; Guests what was read from it.
	Pasted string       `json:"pasted,omitempty"`
	Guests []GuestEntry `json:"guests,omitempty"`
	Days   int          `json:"days,omitempty"`
	// Until is a date of its own, YYYY-MM-DD; empty when Days counts.
	Until string `json:"until,omitempty"`
	Why   string `json:"why,omitempty"`
}

// Owners lists the owners, the first first.
func (a *Answers) Owners() []Who {
	var out []Who
	for _, w := range []Who{a.Owner, a.Second} {
		if w.ID != "" && (len(out) == 0 || out[0].ID != w.ID) {
			out = append(out, w)
		}
	}
	return out
}

// GuestEntry is a guest of a draft with what was found out about him.
type GuestEntry struct {
	Mail  string    `json:"mail"`
	Name  string    `json:"name,omitempty"`
	Until time.Time `json:"until,omitzero"`
	// Mark is ok, note or bad; Code and Args the sentence.
	Mark string            `json:"mark,omitempty"`
	Code string            `json:"code,omitempty"`
	Args map[string]string `json:"args,omitempty"`
}

// The marks of a GuestEntry.
const (
	MarkOK   = "ok"
	MarkNote = "note"
	MarkBad  = "bad"
)

// DraftResult is what was found out about a step's answers.
type DraftResult struct {
	// Rev is of the answers that were looked up; Answers are these, completed
	// (names, guests read from the pasted text, the step to show next).
	Rev      int       `json:"rev"`
	Answers  *Answers  `json:"answers,omitempty"`
	Problems []Problem `json:"problems,omitempty"`
	// Alias and Display are the address and the name that the site will get.
	Alias   string `json:"alias,omitempty"`
	Display string `json:"display,omitempty"`
	Target  Target `json:"target,omitzero"`
	// Company is the code of what stops every guest of the company; empty if nothing.
	Company string `json:"company,omitempty"`
	// Seen is the pasted text whose guests were shown with a line each.
	Seen string `json:"seen,omitempty"`
	// Levels are the sharing levels that the company allows.
	Levels []string `json:"levels,omitempty"`
	// Deciders decide on the guests; empty when nobody needs to. Rule says why.
	Deciders []Who  `json:"deciders,omitempty"`
	Rule     string `json:"rule,omitempty"`
	// SiteDeciders decide on the site itself.
	SiteDeciders []Who `json:"site_deciders,omitempty"`
}

// Problem is a fault at a field.
type Problem struct {
	Field string            `json:"field"`
	Code  string            `json:"code"`
	Args  map[string]string `json:"args,omitempty"`
}
