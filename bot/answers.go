package bot

import (
	"strconv"
	"strings"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

func first(v []string) string {
	if len(v) == 0 {
		return ""
	}
	return v[0]
}

// merge lays what a step of the form holds over the answers so far. People and
// sites come as ids; their names are looked up later.
func merge(a flow.Answers, step flow.FormStep, values map[string][]string) flow.Answers {
	a.Step = step
	switch step {
	case flow.StepSite:
		a.Name = strings.TrimSpace(first(values[card.FieldName]))
		a.Purpose = strings.TrimSpace(first(values[card.FieldPurpose]))
		a.Owner = pick(a.Owner, first(values[card.FieldOwner]))
		a.Second = pick(a.Second, first(values[card.FieldSecond]))
		a.Public = first(values[card.FieldAccess]) == "public"
	case flow.StepPeople:
		a.SiteID = first(values[card.FieldSite])
		if v := first(values[card.FieldLevel]); v != "" {
			a.Level = v
		}
		a.Members = pickAll(a.Members, values[card.FieldMembers])
		a.Pasted = first(values[card.FieldGuests])
		a.Why = strings.TrimSpace(first(values[card.FieldWhy]))
		a.Until = ""
		switch d := first(values[card.FieldDays]); d {
		case "":
		case "date":
			a.Until = first(values[card.FieldDate])
		default:
			if n, err := strconv.Atoi(d); err == nil {
				a.Days = n
			}
		}
	case flow.StepReview: // it has no fields
	}
	return a
}

// pick keeps the name of somebody who was picked before.
func pick(old flow.Who, id string) flow.Who {
	if id == old.ID {
		return old
	}
	return flow.Who{ID: id}
}

func pickAll(old []flow.Who, ids []string) []flow.Who {
	known := map[string]flow.Who{}
	for _, w := range old {
		known[w.ID] = w
	}
	var out []flow.Who
	for _, id := range ids {
		out = append(out, pick(known[id], id))
	}
	return out
}

// faults are what is wrong with answers that nothing needs to be looked up for.
func faults(step flow.FormStep, a *flow.Answers, r *flow.Request) []flow.Problem {
	var out []flow.Problem
	add := func(field, code string) { out = append(out, flow.Problem{Field: field, Code: code}) }
	switch step {
	case flow.StepSite:
		if a.Name == "" {
			add(card.FieldName, "needed")
		}
		if a.Owner.ID == "" {
			add(card.FieldOwner, "needed")
		}
	case flow.StepPeople:
		if strings.TrimSpace(a.Pasted) == "" && !r.NewSite() {
			add(card.FieldGuests, "needed")
		}
		if strings.TrimSpace(a.Pasted) != "" && a.Why == "" {
			add(card.FieldWhy, "needed")
		}
		if a.Until != "" {
			if _, err := time.Parse(time.DateOnly, a.Until); err != nil {
				add(card.FieldDate, "date_invalid")
			}
		}
	case flow.StepReview: // it has no fields
	}
	return out
}

// end gives the day on which access ends, at the end of that day in UTC.
func end(a *flow.Answers, now time.Time) time.Time {
	day := now.UTC().AddDate(0, 0, a.Days)
	if a.Until != "" {
		if d, err := time.Parse(time.DateOnly, a.Until); err == nil {
			day = d
		}
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 22, 0, 0, 0, time.UTC)
}

// matching keeps the sites whose name, alias or address holds text.
func matching(sites []SiteRef, text string) []SiteRef {
	text = strings.ToLower(strings.TrimSpace(text))
	var out []SiteRef
	for _, s := range sites {
		if text == "" || s.GroupID == text || strings.Contains(strings.ToLower(s.Name), text) ||
			strings.Contains(strings.ToLower(s.Alias), text) || (s.URL != "" && strings.EqualFold(s.URL, text)) {
			out = append(out, s)
		}
	}
	return out
}

// levels lists the sharing levels that the company allows for a site with guests.
func levels(s readiness.Snapshot) []string {
	var out []string
	for _, l := range []readiness.SharingLevel{readiness.SharingGuests, readiness.SharingExisting} {
		if s.SharePoint.OK() && l.Rank() <= s.SharePoint.Value.Sharing.Rank() {
			out = append(out, string(l))
		}
	}
	return out
}
