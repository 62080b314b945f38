package card

import (
	"strings"
	"time"

	"guestsite/bot/readiness"
)

// mostTodo is how much there is to do at once; a message holds only so much.
const mostTodo = 12

// Check is the readiness of the company for guests. Admins see settings and
// values and what to do in order; everybody else whether guests can be added.
func Check(v View, r readiness.Report) Card {
	s := &sheet{Lang: v.lang()}
	title := s.Say(keyCheckTitle)
	if v.Role != AsAdmin {
		switch {
		case r.Every > 0:
			s.text(keyCheckNobody)
		case r.New > 0:
			s.text(keyCheckOnlyKnown)
		case r.Unread > 0:
			s.text(keyCheckUnread)
		default:
			s.text(keyCheckFine)
		}
		s.note(keyCheckAsk, "admins", v.admins(s.Lang))
		return s.card(title)
	}
	switch {
	case r.Every+r.New == 0 && r.Unread > 0:
		s.text(keyCheckNothingRead)
	case r.Every+r.New == 0:
		s.text(keyCheckNothingStops)
	default:
		var parts []string
		if r.Every > 0 {
			parts = append(parts, s.Say(keyCheckEvery, "count", r.Every))
		}
		if r.New > 0 {
			parts = append(parts, s.Say(keyCheckNew, "count", r.New))
		}
		s.text(keyCheckStops, "parts", Names(parts))
	}
	var also []string
	if r.Choices > 0 {
		also = append(also, s.Say(keyCheckChoices, "count", r.Choices))
	}
	if r.Unread > 0 {
		also = append(also, s.Say(keyCheckNotRead, "count", r.Unread))
	}
	if len(also) > 0 {
		s.add(Text{line(strings.Join(also, " "))})
	}
	v.checkLayers(s, r)
	v.todo(s, r)
	return s.card(title)
}

// checkLayers is one line a setting, in the order of the layers.
func (v View) checkLayers(s *sheet, r readiness.Report) {
	list := List{Marks: OwnMarks}
	newest := time.Time{}
	for _, f := range r.Findings {
		if f.At.After(newest) {
			newest = f.At
		}
	}
	for _, f := range r.Findings {
		if f.Status == readiness.DoesNotApply {
			continue
		}
		said := s.finding(f.Finding)
		if !f.At.IsZero() && newest.Sub(f.At) > time.Minute {
			said += " " + s.Say(keyReadShort, "when", Stamp(f.At))
		}
		list.Items = append(list.Items, []Run{
			{Text: statusSymbol(f.Status) + " "},
			{Text: s.layer(f.Layer), Bold: f.Status == readiness.Blocks},
			{Text: " – " + s.Say(Key("layerstate."+string(f.Status))) + ": " + said},
		})
	}
	if len(list.Items) > 0 {
		s.add(list)
		if !newest.IsZero() {
			s.note(keyCheckRead, "when", Stamp(newest))
		}
	}
}

// todo is what to change, in order.
func (v View) todo(s *sheet, r readiness.Report) {
	if len(r.Todo) == 0 {
		return
	}
	s.text(keyTodo)
	for i, n := range r.Todo {
		if i == mostTodo {
			s.note(keyTodoMore, "count", len(r.Todo)-i)
			break
		}
		if n < 0 || n >= len(r.Findings) || r.Findings[n].Fix == nil {
			continue
		}
		v.fixLines(s, number(i+1), r.Findings[n].Finding, v.settingsPage(s, r.Findings[n].Fix.Link)...)
	}
}
