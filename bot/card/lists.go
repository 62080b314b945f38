package card

import (
	"time"

	"guestsite/bot/flow"
)

// Item is a line of a list: a request, and those of its guests that it is about.
type Item struct {
	Request *flow.Request
	Guests  []*flow.Guest
	// Since is when it came to the viewer; zero where that is not known.
	Since time.Time
}

// mostItems is how many lines a list has; each has a button of its own.
const mostItems = 10

// of is the view of a line.
func (v View) of(r *flow.Request, gs []*flow.Guest) View {
	v.Request, v.Guests = r, gs
	return v
}

// Mine lists the viewer's own requests, in the order given.
func Mine(v View, rs []*flow.Request) Card {
	return v.requests(rs, keyMineTitle, keyMineNone, func(s *sheet, w View) []Button {
		if w.Request.State == flow.Draft {
			return []Button{w.button(ActContinue, "", s.Say(keyContinue))}
		}
		return []Button{w.button(ActShow, "", s.Say(keyShow))}
	})
}

// Cancelable lists the viewer's requests that can still be withdrawn.
func Cancelable(v View, rs []*flow.Request) Card {
	return v.requests(rs, keyCancelTitle, keyCancelNone, func(s *sheet, w View) []Button {
		return []Button{w.withdrawButton(s)}
	})
}

func (v View) requests(rs []*flow.Request, title, none Key, buttons func(*sheet, View) []Button) Card {
	s := &sheet{Lang: v.lang()}
	if len(rs) == 0 {
		s.text(none)
		s.actions(v.startButton(s))
	}
	for i, r := range rs {
		if i == mostItems {
			s.note(keyMoreRequests, "count", len(rs)-i)
			break
		}
		w := v.of(r, nil)
		k, args := Headline(r)
		s.text(keyListLine, "site", w.site(), "head", s.Say(w.person(k), args...), "ref", r.ID)
		s.actions(buttons(s, w)...)
	}
	return s.card(s.Say(title, "count", len(rs)))
}

func (v View) startButton(s *sheet) Button {
	return Button{Label: s.Say(keyStart), Action: ActCommand, Value: string(CommandNew), Style: Primary}
}

// Inbox lists what needs the viewer's decision, in the order given. An item
// without guests is about a site.
func Inbox(v View, items []Item) Card {
	s := &sheet{Lang: v.lang()}
	if len(items) == 0 {
		s.text(keyInboxNone)
		return s.card(s.Say(keyInboxEmpty))
	}
	waits := false
	for i, it := range items {
		if i == mostItems {
			s.note(keyMoreRequests, "count", len(items)-i)
			break
		}
		w := v.of(it.Request, it.Guests)
		args := []any{"name", given(nameOf(it.Request.Requester)), "site", w.site(), "ref", it.Request.ID, "count", len(it.Guests), "names", Names(w.guestNames())}
		k, when := keyInboxGuests, w.deadline()
		if len(it.Guests) == 0 {
			k = keyInboxSite
			if st := it.Request.Site; st != nil {
				when = st.Deadline
			}
		}
		runs := s.Runs(k, args...)
		if !when.IsZero() {
			waits = true
			runs = append(runs, Run{Text: " " + s.Say(keyInboxUntil, "when", Moment(when))})
		}
		s.add(Text{runs})
		s.actions(w.button(ActShow, "", s.Say(keyShowDecide)))
	}
	if waits {
		s.note(keyInboxSilence)
	}
	return s.card(s.Say(keyInboxTitle, "count", len(items)))
}

// guestNames names the guests of a line, the first few.
func (v View) guestNames() []string {
	const most = 5
	var out []string
	for i, g := range v.Guests {
		if i == most {
			return append(out, v.lang().Say(keyMoreNames, "count", len(v.Guests)-i))
		}
		out = append(out, g.Called())
	}
	return out
}

// Extendable lists the guests whose stay the viewer may lengthen.
func Extendable(v View, items []Item) Card {
	s := &sheet{Lang: v.lang()}
	n := 0
	for _, it := range items {
		w := v.of(it.Request, it.Guests)
		for _, g := range it.Guests {
			if n++; n <= mostItems {
				s.text(keyExtendLine, "guest", g.Called(), "mail", g.Mail, "site", w.site(), "date", Day(g.Until))
				s.actions(w.extendButtons(s, g)...)
			}
		}
	}
	if n == 0 {
		s.text(keyExtendNone)
	}
	if n > mostItems {
		s.note(keyMoreGuests, "count", n-mostItems)
	}
	if n > 0 {
		s.note(keyExtendCounts)
	}
	return s.card(s.Say(keyExtendTitle))
}

// extendButtons offers the spans that the policy allows and that lengthen.
func (v View) extendButtons(s *sheet, g *flow.Guest) []Button {
	var bs []Button
	for _, d := range []int{30, 90, 180} {
		if limit := v.Request.Policy.MaxDays; limit > 0 && d > limit || !v.Now.AddDate(0, 0, d).After(g.Until) {
			continue
		}
		b := v.button(ActExtend, g.ID, s.Say(keyKeepDays, "days", d))
		b.Value = number(d)
		b.Spoken = s.Say(keyKeepSpoken, "guest", g.Called(), "days", d, "date", Day(v.Now.AddDate(0, 0, d)))
		bs = append(bs, b)
	}
	return bs
}

// Ending says that the stay of the view's guests ends soon. Owners can lengthen
// it or let it end; everybody else reads it.
func Ending(v View) Card {
	s := &sheet{Lang: v.lang()}
	title := s.Say(keyEndingTitle, "count", len(v.Guests), "site", v.site())
	if len(v.Guests) == 1 {
		title = s.Say(keyEndingOne, "guest", v.callName(v.Guests[0]), "site", v.site(), "date", Day(v.Guests[0].Until))
	}
	owner := v.Role == AsOwner || v.Role == AsCoOwner
	for i, g := range v.Guests {
		if i == mostItems {
			s.note(keyMoreGuests, "count", len(v.Guests)-i)
			break
		}
		k := keyExtendLine
		if len(v.Guests) == 1 { // the title says where and until when
			k = keyEndingGuest
		}
		s.text(k, "guest", g.Called(), "mail", g.Mail, "site", v.site(), "date", Day(g.Until))
		if owner && g.State == flow.In && !g.Ending {
			s.actions(append(v.extendButtons(s, g), v.button(ActLetEnd, g.ID, s.Say(keyLetEnd)))...)
		}
	}
	if owner {
		s.note(keyEndingSilence)
	} else {
		s.note(keyEndingOwner)
	}
	return s.card(title)
}

// Which asks which of several sites was meant, or says that none was found.
func Which(v View, cmd CommandWord, typed string, sites []flow.Target) Card {
	s := &sheet{Lang: v.lang()}
	if len(sites) == 0 {
		s.text(keyWhichNone, "typed", typed)
		s.actions(v.startButton(s))
		return s.card(s.Say(keyWhichNoneTitle))
	}
	s.text(keyWhichText)
	for i, t := range sites {
		if i == mostItems {
			s.note(keyWhichMore)
			break
		}
		b := Button{Label: label(t.Name), Action: ActCommand, Value: string(cmd) + " " + t.GroupID}
		s.actions(b)
	}
	return s.card(s.Say(keyWhichTitle))
}
