package card

import (
	"slices"
	"strings"
	"time"

	"guestsite/bot/flow"
)

// How many guests of a decision card have buttons of their own, at first and
// with everything shown; platforms bound how long a message may be.
const (
	firstRows = 10
	mostRows  = 16
)

// Decide is the card of somebody who is asked to decide: on the guests of the
// view, or, where v.Part is [flow.SitePart], on the site. It says what he needs
// to know in a fixed order; what is decided stays on it without buttons.
func Decide(v View) Card {
	s := &sheet{Lang: v.lang()}
	switch {
	case v.Role == AsUnlinked:
		return v.unlinked(s)
	case v.Part == flow.SitePart:
		return v.decideSite(s)
	}
	return v.decideGuests(s)
}

func (v View) decideGuests(s *sheet) Card {
	rows := v.byTrouble()
	waits, clean := v.waiting()
	title := v.decideTitle(s.Lang, waits)
	v.standstill(s)
	if len(v.Guests) > 1 {
		v.counts(s, waits, clean)
	}
	if len(rows) == 1 {
		v.only(s, rows[0])
	} else {
		v.why(s)
		v.question(s)
		v.untilAll(s, waits)
		v.theySee(s, waits)
		v.rows(s, rows)
	}
	v.foot(s, waits)
	return s.card(title)
}

// only is the body for one guest: who, why, what to look at, until when, what
// will be seen, and the buttons.
func (v View) only(s *sheet, g *flow.Guest) {
	s.add(v.guestText(s.Lang, g, false))
	if g.State != flow.AwaitingDecision && g.State != flow.Question { // the title says what became of him
		s.text(keyGuestFor, "site", v.site(), "name", v.who(s.Lang, v.Request.Requester))
	}
	v.why(s)
	v.remarks(s, g)
	if !g.State.Terminal() || g.State == flow.In {
		s.text(keyUntilLine, "date", Day(g.Until))
	}
	v.question(s)
	if g.State == flow.AwaitingDecision || g.State == flow.Question {
		v.theySee(s, 1)
		v.decideRow(s, g)
	}
}

// rows is the body for several guests: one after the other, with their buttons.
func (v View) rows(s *sheet, rows []*flow.Guest) {
	most := firstRows
	if v.All {
		most = mostRows
	}
	for i, g := range rows {
		if i == most {
			break
		}
		s.add(v.guestText(s.Lang, g, !v.sameEnd()))
		v.remarks(s, g)
		if g.State == flow.AwaitingDecision || g.State == flow.Question {
			v.decideRow(s, g)
		} else {
			s.add(Text{line(v.outcome(s.Lang, g))})
		}
	}
	if len(rows) > most {
		v.restOf(s, rows[most:])
	}
}

// why is the reason, in the requester's own words.
func (v View) why(s *sheet) {
	if w := v.Request.Answers.Why; w != "" {
		s.text(keyWhyFrom, "name", oneLine(nameOf(v.Request.Requester)))
		s.quote(w)
	}
}

// sameEnd says whether all guests would stay until the same day.
func (v View) sameEnd() bool {
	l := v.lang()
	return !slices.ContainsFunc(v.Guests, func(g *flow.Guest) bool {
		return l.day(g.Until, true) != l.day(v.Guests[0].Until, true)
	})
}

// untilAll says once until when several guests would stay.
func (v View) untilAll(s *sheet, waits int) {
	if waits > 0 && v.sameEnd() {
		s.text(keyUntilLine, "date", Day(v.Guests[0].Until))
	}
}

func (v View) theySee(s *sheet, waits int) {
	if waits > 0 {
		s.text(keyTheySee, "site", v.site())
	}
}

// byTrouble orders the guests: those with remarks first, then those without,
// then questions that are open, then what is decided.
func (v View) byTrouble() []*flow.Guest {
	rank := func(g *flow.Guest) int {
		switch {
		case g.State == flow.AwaitingDecision && len(g.Check.Own()) > 0:
			return 0
		case g.State == flow.AwaitingDecision:
			return 1
		case g.State == flow.Question:
			return 2
		}
		return 3
	}
	out := slices.Clone(v.Guests)
	slices.SortStableFunc(out, func(a, b *flow.Guest) int { return rank(a) - rank(b) })
	return out
}

// waiting counts the guests who await a word, and those of them whom nothing
// is to be remarked about.
func (v View) waiting() (waits, clean int) {
	for _, g := range v.Guests {
		if g.State == flow.AwaitingDecision || g.State == flow.Question {
			waits++
			if g.State == flow.AwaitingDecision && len(g.Check.Own()) == 0 {
				clean++
			}
		}
	}
	return waits, clean
}

func (v View) decideTitle(l Lang, waits int) string {
	r := v.Request
	args := []any{"name", given(nameOf(r.Requester)), "count", waits, "site", v.site()}
	switch {
	case waits == 0 && len(v.Guests) == 1:
		return v.outcome(l, v.Guests[0])
	case waits == 0:
		return l.Say(keyDecidedAll, "count", len(v.Guests), "site", v.site())
	case v.lead().Stage == flow.ByApprovers:
		return l.Say(keyAskApprover, args...)
	}
	return l.Say(keyAskOwner, args...)
}

// counts says at the top how many guests there are and about how many there is
// something to remark, and offers to add the others at once.
func (v View) counts(s *sheet, waits, clean int) {
	if waits == 0 {
		return
	}
	flags := map[string]int{}
	var order []string
	for _, g := range v.Guests {
		if g.State != flow.AwaitingDecision {
			continue
		}
		for _, f := range g.Check.Own() {
			if flags[f.Code] == 0 {
				order = append(order, f.Code)
			}
			flags[f.Code]++
		}
	}
	var parts []string
	if clean > 0 {
		parts = append(parts, s.Say(keyCountClean, "count", clean))
	}
	for _, code := range order {
		parts = append(parts, s.first([]any{"count", flags[code]}, Key("flagcount."+code), keyFlagCountPlain))
	}
	if waits > 1 && len(parts) > 0 {
		s.text(keyCounts, "count", waits, "parts", Names(parts))
	}
	for _, f := range v.remarksOfAll() {
		s.text(keyFlag, "flag", s.flag(f))
	}
	if clean > 1 {
		b := v.button(ActApproveAll, "", s.Say(keyAddAll, "count", clean))
		b.Style = Primary
		s.actions(b)
	}
}

// remarksOfAll are what is to be remarked about the request as a whole, once.
func (v View) remarksOfAll() []flow.Flag {
	for _, g := range v.Guests {
		if g.State != flow.AwaitingDecision {
			continue
		}
		var out []flow.Flag
		for _, f := range flagsOf(g) {
			if f.All {
				out = append(out, f)
			}
		}
		return out
	}
	return nil
}

// remarks are what is to be looked at, and who agreed before.
func (v View) remarks(s *sheet, g *flow.Guest) {
	for _, f := range flagsOf(g) {
		if !f.All || len(v.Guests) == 1 {
			s.text(keyFlag, "flag", s.flag(f))
		}
	}
	if g.Stage == flow.ByApprovers && g.Decision != nil && g.State == flow.AwaitingDecision {
		s.text(keyAgreedBefore, "name", given(nameOf(g.Decision.By)), "when", Stamp(g.Decision.At))
	}
}

// decideRow adds the buttons for those who may press them.
func (v View) decideRow(s *sheet, g *flow.Guest) {
	if v.Role == AsOwner || v.Role == AsCoOwner || v.Role == AsAdmin {
		v.orReceived(s, g.ID, v.decideButtons(s, g)...)
	}
}

// orReceived adds the buttons of a part, or says that the reader's answer on it is
// in and being looked at.
func (v View) orReceived(s *sheet, part string, buttons ...Button) {
	if v.Answered[part] {
		s.text(keyReceived)
		return
	}
	s.actions(buttons...)
}

// guestText is who it is, from where, whether known, and, if asked, until when.
func (v View) guestText(l Lang, g *flow.Guest, until bool) Text {
	known := l.Say(keyKnownHere)
	if isNew(g) {
		known = l.Say(keyNewHere)
	}
	rest := " · " + known
	if org := v.org(g.Mail); org != "" && !strings.HasSuffix(strings.ToLower(g.Mail), "@"+strings.ToLower(org)) {
		rest = " · " + org + " (" + known + ")"
	}
	if until {
		rest += " · " + l.Say(keyAccessUntil, "date", Day(g.Until))
	}
	if g.Name != "" {
		rest = " · " + oneLine(g.Mail) + rest
	}
	return Text{named(g.Called(), rest)}
}

func (v View) decideButtons(s *sheet, g *flow.Guest) []Button {
	name, asker := v.callName(g), given(nameOf(v.Request.Requester))
	addKey := keyAdd
	if g.Stage == flow.ByApprovers {
		addKey = keyInvite
	}
	add := v.button(ActApprove, g.ID, s.Say(addKey, "guest", name))
	add.Spoken = s.Say(keyAddSpoken, "guest", g.Called(), "site", v.site())
	if len(v.Guests) == 1 { // of several, adding all who are clean stands out
		add.Style = Primary
	}
	if fs := flagsOf(g); len(fs) > 0 {
		var said []string
		for _, f := range fs {
			said = append(said, s.flag(f))
		}
		add.Confirm = s.confirm(keyAddTitle, keyAddText, addKey, keyBack, "guest", name, "mail", g.Mail, "flag", short(strings.Join(said, " "), 200))
	}
	no := v.button(ActDecline, g.ID, s.Say(keyDecline))
	no.Spoken = s.Say(keyDeclineSpoken, "guest", g.Called())
	ask := v.button(ActAsk, g.ID, s.Say(keyAsk, "name", asker))
	ask.Spoken = s.Say(keyAskSpoken, "name", asker, "guest", g.Called())
	if g.State == flow.Question {
		return []Button{add, no}
	}
	return []Button{add, no, ask}
}

// restOf lists the guests who have no row.
func (v View) restOf(s *sheet, rest []*flow.Guest) {
	s.note(keyMoreToDecide, "count", len(rest))
	if !v.All {
		s.actions(v.button(ActShowAll, "", s.Say(keyShowAll)))
		return
	}
	var list List
	for _, g := range rest {
		list.Items = append(list.Items, named(g.Called(), v.afterName(s.Lang, g)))
	}
	s.add(list)
}

// outcome is what was decided, by whom and when.
func (v View) outcome(l Lang, g *flow.Guest) string {
	d := g.Decision
	if g.Second != nil {
		d = g.Second
	}
	switch {
	case g.State == flow.Ended:
		return l.Say(keyOutEnded, "guest", v.callName(g))
	case d != nil && d.Action == flow.Decline:
		return l.Say(keyOutDeclined, "name", given(nameOf(d.By)), "when", Stamp(d.At), "guest", v.callName(g), "why", v.because(l, d.Note))
	case g.State == flow.Failed:
		return l.Say(keyOutFailed, "guest", v.callName(g), "why", whyGuest(l, g))
	case g.State == flow.Withdrawn:
		return l.Say(keyOutWithdrawn, "name", given(nameOf(v.Request.Requester)))
	case g.State == flow.Expired:
		return l.Say(keyOutExpired)
	case d != nil && g.State == flow.In:
		return l.Say(keyOutAdded, "name", given(nameOf(d.By)), "when", Stamp(d.At), "guest", v.callName(g))
	case d != nil:
		return l.Say(keyOutApproved, "name", given(nameOf(d.By)), "when", Stamp(d.At), "guest", v.callName(g), "state", l.Say(Key("short."+string(g.State))))
	}
	return l.Say(keyOutPlain, "guest", v.callName(g), "state", v.guestState(l, g))
}

// foot is the rules' check, the deadline and what silence means, who else may
// decide, why the reader was asked, and the record line.
func (v View) foot(s *sheet, waits int) {
	g := v.lead()
	if g == nil {
		return
	}
	if waits > 0 {
		why := keyWhyOwner
		switch {
		case g.Stage == flow.ByApprovers:
			why = keyWhyApprover
		case !v.Request.SiteReady():
			why = keyWhyNewOwner
		}
		said := []string{s.Say(why, "site", v.site())}
		if k := Key("rule." + g.Rule); g.Stage == flow.ByOwners && v.Texts.Has(k) {
			said = append(said, s.Say(k, "name", given(nameOf(v.Request.Requester))))
		}
		v.silence(s, v.deadline(), g.Deciders, said...)
	}
	v.record(s, waits > 0, g.Check)
}

// record says what is kept and, while it is open, when the rules were checked.
func (v View) record(s *sheet, open bool, c *flow.Check) {
	args := []any{"ref", v.Request.ID, "version", v.Request.Version}
	if !open {
		s.note(keyRecordDone, args...)
		return
	}
	var said []string
	if c != nil && !c.At.IsZero() {
		said = append(said, s.Say(keyRulesPassed, "when", Stamp(c.At)))
	}
	s.notes(append(said, s.Say(keyRecord, args...))...)
}

// silence says until when to decide, what no answer means, who else may decide
// and why the reader is asked.
func (v View) silence(s *sheet, until time.Time, deciders []flow.Who, why ...string) {
	if until.IsZero() {
		s.text(keyPaused)
	} else {
		s.text(keyDecideBefore, "when", Moment(until))
	}
	if others := v.others(deciders); len(others) > 0 {
		why = append([]string{s.Say(keyOthersToo, "count", len(others), "names", Names(others))}, why...)
	}
	s.notes(why...)
}
