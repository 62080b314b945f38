package card

import (
	"maps"
	"strings"
	"time"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// How many guests a card shows at first, and at most.
const (
	firstGuests = 15
	mostGuests  = 100
	// rowsOfButtons is how many guests have buttons of their own.
	rowsOfButtons = 5
)

// Status is the requester's live card: where the request stands, what happens
// next and by whom. Others see it in the third person and without buttons; who
// is not linked sees the number alone.
func Status(v View) Card {
	l, r := v.lang(), v.Request
	s := &sheet{Lang: l}
	if v.Role == AsUnlinked {
		return v.unlinked(s)
	}
	head, args := Headline(r, v.Guests...)
	title := l.Say(v.person(head), args...)
	if r.NewSite() {
		s.text(keyStatusNew, "site", v.site(), "access", accessKey(r.Answers.Public), "ref", r.ID)
	} else {
		s.text(keyStatusOld, "site", v.site(), "ref", r.ID)
	}
	v.standstill(s)
	if r.State != flow.Draft && r.State != flow.None && head != headStopped && head != headDropped && head != headDraftGone {
		s.add(v.timeline(l))
	}
	v.guestLines(s)
	v.question(s)
	v.triedAgain(s)
	v.next(s, head, args)
	if len(v.Unreached) > 0 && r.State == flow.Open {
		k := keyUnreached
		if v.NobodyReached {
			k = keyNobodyReached
		}
		s.text(k, "names", Names(v.Unreached), "admins", v.admins(s.Lang), "ref", r.ID)
	}
	v.statusButtons(s)
	return s.card(title)
}

// person is the key for a viewer who is not the requester, where it differs.
func (v View) person(k Key) Key {
	if other := k + "_other"; v.Role != AsRequester && v.Texts.Has(other) {
		return other
	}
	return k
}

func accessKey(public bool) Key {
	if public {
		return keyPublic
	}
	return keyPrivate
}

// guestLines adds one line a guest.
func (v View) guestLines(s *sheet) {
	if len(v.Guests) == 0 {
		return
	}
	most := firstGuests
	if v.All {
		most = mostGuests
	}
	var list List
	for i, g := range v.Guests {
		if i == most {
			break
		}
		list.Items = append(list.Items, named(g.Called(), v.afterName(s.Lang, g)))
	}
	s.add(list)
	if len(v.Guests) > most {
		s.note(keyMoreGuests, "count", len(v.Guests)-most)
		if !v.All {
			s.actions(v.button(ActShowAll, "", s.Say(keyShowAll)))
		}
	}
}

// afterName is a guest's address, where the name is not it, and where he stands.
func (v View) afterName(l Lang, g *flow.Guest) string {
	out := " – " + v.guestState(l, g)
	if g.Name != "" {
		out = " · " + oneLine(g.Mail) + out
	}
	return out
}

// guestState is where a guest stands, in words.
func (v View) guestState(l Lang, g *flow.Guest) string {
	until := []any{"date", Day(g.Until)}
	switch g.State {
	case flow.AwaitingDecision:
		if v.headlineSays(l, g.Deadline) {
			return l.Say(keyGuestWaitsFor, "names", AnyOf(deciderNames(g.Deciders)))
		}
		return l.Say(keyGuestWaits, "names", AnyOf(deciderNames(g.Deciders)), "when", Moment(g.Deadline))
	case flow.Question:
		return l.Say(keyGuestAsked, "name", given(v.lastAsker(g)))
	case flow.Parked:
		return l.Say(keyGuestParked, "why", whyGuest(l, g))
	case flow.In:
		switch {
		case g.Ending:
			return l.Say(keyGuestEnding)
		case g.Account != nil && !g.Account.Pending:
			return l.Say(keyGuestIn, until...)
		}
		return l.Say(keyGuestInvited, until...)
	case flow.Declined:
		if g.Decision == nil {
			return l.Say(keyGuestSiteStopped)
		}
		return l.Say(keyGuestDeclined, "name", given(nameOf(g.Decision.By)), "why", v.because(l, g.Decision.Note))
	case flow.Failed:
		why := whyGuest(l, g)
		if g.GivenUp != nil && why == l.Say(keyEmployeeIT) { // nobody looks any more
			return l.Say(keyGuestFailedOver)
		}
		return l.Say(keyGuestFailed, "why", why)
	default:
		return l.Say(Key("guest." + string(g.State)))
	}
}

// headlineSays says whether the headline waits until this moment, as it is written.
func (v View) headlineSays(l Lang, until time.Time) bool {
	if v.Request == nil {
		return false
	}
	head := v.Request.Tally.Deadline
	if s := v.Request.Site; s != nil && s.State == flow.AwaitingApproval {
		head = s.Deadline
	}
	return l.write(Moment(until)) == l.write(Moment(head))
}

// because is a decision's note behind a colon; empty when there is none.
func (v View) because(l Lang, note string) string {
	if said := l.reason(Reason(note)); said != "" {
		return l.Say(keyBecause, "why", said)
	}
	return ""
}

func deciderNames(ws []flow.Who) []string {
	var out []string
	for _, w := range ws {
		out = append(out, given(nameOf(w)))
	}
	return out
}

func (v View) lastAsker(g *flow.Guest) string {
	if len(g.Asked) == 0 {
		return ""
	}
	return nameOf(g.Asked[len(g.Asked)-1].By)
}

// whyGuest is why a guest waits or failed, for everybody but admins.
func whyGuest(l Lang, g *flow.Guest) string {
	return whyPart(l, g.Code, g.Check, domainOf(g))
}

func domainOf(g *flow.Guest) map[string]string {
	_, domain, _ := strings.Cut(g.Mail, "@")
	return map[string]string{"domain": domain}
}

// whyPart is why a part waits or failed; known fills what its check leaves out.
func whyPart(l Lang, code string, c *flow.Check, known map[string]string) string {
	if c == nil {
		c = &flow.Check{}
	}
	args := map[string]string{}
	maps.Copy(args, known)
	maps.Copy(args, c.Args)
	return l.ruleShort(code, args, c.Outcome == string(readiness.Unknown))
}

// question shows what a decider asked, and what was answered.
func (v View) question(s *sheet) {
	for _, g := range v.Guests {
		for _, x := range g.Asked {
			s.text(keyAskedAbout, "name", given(nameOf(x.By)), "guest", g.Called(), "when", Stamp(x.At))
			s.quote(x.Text)
			if x.Answer != "" {
				s.text(keyAnswered, "name", given(nameOf(v.Request.Requester)))
				s.quote(x.Answer)
			}
		}
	}
}

// next says what happens next and by whom.
func (v View) next(s *sheet, head Key, args []any) {
	r := v.Request
	k := v.person("next." + head[len("head."):])
	args = append(args, "admins", v.admins(s.Lang))
	if r.Site != nil && r.Site.State == flow.Failed {
		v.whySite(s)
	}
	if names := v.awaited(); head == headWaiting && len(names) > 0 {
		args = append(args, "name", AnyOf(names))
	}
	if head == headParked {
		if st := r.Site; st != nil && st.State == flow.Parked { // a guest's reason stands in his line
			s.text(keySentence, "text", whyPart(s.Lang, st.Code, st.Check, nil))
		}
	}
	if v.Texts.Has(k) {
		s.text(k, args...)
	}
}

// whySite says why the site failed, where that is more than that IT looks at it.
func (v View) whySite(s *sheet) {
	if why := whyPart(s.Lang, v.Request.Site.Code, v.Request.Site.Check, nil); why != s.Say(keyEmployeeIT) {
		s.text(keyWhyFailed, "why", why)
	}
}

// awaited are who may decide what the headline waits for.
func (v View) awaited() []string {
	if st := v.Request.Site; st != nil && st.State == flow.AwaitingApproval {
		return deciderNames(st.Deciders)
	}
	for _, g := range v.Guests {
		if g.State == flow.AwaitingDecision && g.Deadline.Equal(v.Request.Tally.Deadline) {
			return deciderNames(g.Deciders)
		}
	}
	return nil
}

// admins are who can help in IT: by name, or just IT.
func (v View) admins(l Lang) string {
	if len(v.Admins) == 0 {
		return l.Say(keyIT)
	}
	var names []string
	for _, n := range v.Admins {
		names = append(names, given(n))
	}
	return l.Say(keyITNames, "names", AnyOf(names))
}

// statusButtons adds what the viewer can do.
func (v View) statusButtons(s *sheet) {
	r := v.Request
	if v.Role == AsRequester {
		v.answerButtons(s)
		v.handoverButtons(s)
	}
	var bs []Button
	if r.Target.URL != "" && r.State != flow.Draft && (r.Site == nil || r.Site.State == flow.Ready || r.Site.State == flow.Sharing) {
		bs = append(bs, Button{Label: s.Say(keyOpenSite), URL: r.Target.URL})
	}
	if v.Role == AsRequester {
		switch {
		case r.State == flow.Draft:
			b := v.button(ActContinue, "", s.Say(keyContinue))
			b.Style = Primary
			bs = append(bs, b, v.withdrawButton(s))
		case r.State == flow.Open && r.Code == "":
			bs = append(bs, v.withdrawButton(s))
		case r.State == flow.Expired || r.State == flow.Declined:
			b := v.button(ActCommand, "", s.Say(keyAskAgain))
			b.Value = string(CommandNew)
			if !r.NewSite() {
				b.Value = string(CommandAdd) + " " + v.site()
			}
			bs = append(bs, b)
		}
	}
	s.actions(bs...)
}

// withdrawButton takes a request back, or drops a draft; it asks once more.
func (v View) withdrawButton(s *sheet) Button {
	if v.Request.State == flow.Draft {
		b := v.button(ActWithdraw, "", s.Say(keyDrop))
		b.Confirm = s.confirm(keyDropTitle, keyDropText, keyDrop, keyKeep, "site", v.site())
		return b
	}
	b := v.button(ActWithdraw, "", s.Say(keyWithdraw))
	b.Confirm = s.confirm(keyWithdrawTitle, keyWithdrawText, keyWithdraw, keyBack, "site", v.site())
	return b
}

func (s *sheet) confirm(title, text, yes, no Key, args ...any) *Confirm {
	return &Confirm{Title: s.Say(title, args...), Text: s.Say(text, args...), Yes: s.Say(yes, args...), No: s.Say(no, args...)}
}

func (v View) answerButtons(s *sheet) {
	var bs []Button
	for _, g := range v.Guests {
		if g.State != flow.Question || len(bs) == rowsOfButtons {
			continue
		}
		b := v.button(ActAnswer, g.ID, s.Say(keyAnswer, "name", given(v.lastAsker(g))))
		b.Spoken = s.Say(keyAnswerSpoken, "name", given(v.lastAsker(g)), "guest", v.callName(g))
		b.Style = Primary
		bs = append(bs, b)
	}
	s.actions(bs...)
}

// handoverButtons offers text and link for guests who have not accepted yet.
func (v View) handoverButtons(s *sheet) {
	n := 0
	for _, g := range v.Guests {
		if g.State != flow.In || g.Ending || g.Account == nil || !g.Account.Pending || n == rowsOfButtons {
			continue
		}
		n++
		t := v.button(ActHandover, g.ID, s.Say(keyTextFor, "guest", v.callName(g)))
		t.Value = s.Tag()
		s.actions(t, v.button(ActRedeem, g.ID, s.Say(keyLinkFor, "guest", v.callName(g))))
	}
}

// unlinked is all that somebody sees whose account is not known yet.
func (v View) unlinked(s *sheet) Card {
	s.text(keyUnlinkedText, "ref", v.Request.ID)
	s.actions(v.linkButton(s))
	return s.card(s.Say(keyUnlinkedTitle, "ref", v.Request.ID))
}
