package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// The reports as data. Their keys are for scripts: one may be added, none changes.

type checkJSON struct {
	Ready    bool           `json:"ready"` // nothing stops guests, and all could be read
	Every    int            `json:"stops_every_guest"`
	New      int            `json:"stops_new_guests"`
	Choices  int            `json:"choices"`
	Unread   int            `json:"unread"`
	Findings []*findingJSON `json:"findings"`
	Todo     []int          `json:"todo"` // of findings, in the order to do them
}

type whyJSON struct {
	Address  string         `json:"address"`
	Site     *siteJSON      `json:"site"` // null: a new one
	As       string         `json:"as,omitempty"`
	If       string         `json:"if,omitempty"`
	Outcome  string         `json:"outcome"`
	Decisive *findingJSON   `json:"decisive"` // null: nothing stops
	ByHand   *findingJSON   `json:"by_hand"`  // what stops an owner who would do it himself
	Findings []*findingJSON `json:"findings"`
	Unseen   []string       `json:"unseen"`
}

type siteJSON struct {
	GroupID string `json:"group_id"`
	Name    string `json:"name"`
}

type findingJSON struct {
	Layer   int               `json:"layer"`
	Status  string            `json:"status"`
	Stops   string            `json:"stops,omitempty"`
	Scope   string            `json:"scope,omitempty"` // of a company's finding
	Code    string            `json:"code"`
	Setting string            `json:"setting"`
	Value   string            `json:"value,omitempty"`
	Wanted  string            `json:"wanted,omitempty"`
	Args    map[string]string `json:"args,omitempty"`
	Source  string            `json:"source,omitempty"`
	ReadAt  time.Time         `json:"read_at,omitzero"`
	Missing *missingJSON      `json:"missing,omitempty"`
	Fix     *fixJSON          `json:"fix,omitempty"`
}

type missingJSON struct {
	Reason     string `json:"reason"`
	Permission string `json:"permission,omitempty"`
}

type fixJSON struct {
	Code    string            `json:"code"`
	Role    string            `json:"role,omitempty"`
	Command string            `json:"command,omitempty"`
	Settles int               `json:"settles_seconds,omitempty"`
	Args    map[string]string `json:"args,omitempty"`
	If      string            `json:"if,omitempty"` // as "why --if" takes it
}

func checkData(r readiness.Report, ready bool) checkJSON {
	out := checkJSON{Ready: ready, Every: r.Every, New: r.New, Choices: r.Choices, Unread: r.Unread, Todo: []int{}}
	for _, f := range r.Findings {
		one := findingData(f.Finding)
		one.Scope = string(f.Scope)
		out.Findings = append(out.Findings, one)
	}
	out.Todo = append(out.Todo, r.Todo...)
	return out
}

func whyData(a card.Asked, as string) whyJSON {
	v := a.Verdict
	out := whyJSON{Address: a.Subject, As: as, If: a.If, Outcome: string(v.Outcome), Unseen: []string{}}
	if a.Site != (flow.Target{}) {
		out.Site = &siteJSON{GroupID: a.Site.GroupID, Name: a.Site.Name}
	}
	for _, f := range v.Findings {
		out.Findings = append(out.Findings, findingData(f))
	}
	if v.Decisive >= 0 {
		out.Decisive = out.Findings[v.Decisive]
	}
	if v.ByHand != nil {
		out.ByHand = findingData(*v.ByHand)
	}
	for _, code := range v.Unseen {
		out.Unseen = append(out.Unseen, string(code))
	}
	return out
}

func findingData(f readiness.Finding) *findingJSON {
	out := &findingJSON{
		Layer: int(f.Layer), Status: string(f.Status), Stops: string(f.Stops), Code: string(f.Code), Setting: f.Setting,
		Value: f.Value, Wanted: f.Wanted, Args: f.Args, Source: f.Source, ReadAt: f.At,
	}
	if m := f.Missing; m != nil {
		out.Missing = &missingJSON{Reason: string(m.Reason), Permission: m.Permission}
	}
	if x := f.Fix; x != nil {
		out.Fix = &fixJSON{Code: string(x.Code), Role: x.Role, Command: x.Command, Settles: int(x.Settles.Seconds()), Args: x.Args}
		if x.Key != "" {
			out.Fix.If = x.Key + "=" + x.Value
		}
	}
	return out
}

// writeJSON prints a report as data.
func writeJSON(w io.Writer, data any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(data); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
