package card

import (
	"slices"

	"guestsite/bot/flow"
)

// PartFailed is the part that an admin's card about what failed is for; the card
// about what waits for a setting has none.
const PartFailed = "failed"

// Failed is the card of somebody in IT about what failed in a request: what, why,
// and the two ways on.
func Failed(v View) Card {
	s := &sheet{Lang: v.lang()}
	r := v.Request
	v.standstill(s)
	lines := v.failedLines(s.Lang)
	if len(lines) == 0 {
		v.failedOver(s)
		return s.card(s.Say(keyFailedDone, "ref", r.ID))
	}
	s.text(keyAdminWaiting, "ref", r.ID, "name", v.who(s.Lang, r.Requester), "site", v.site(), "when", Day(r.CreatedAt))
	most := min(len(lines), firstGuests)
	s.add(List{Items: lines[:most]})
	if len(lines) > most {
		s.note(keyMoreGuests, "count", len(lines)-most)
	}
	again := v.button(ActRetry, "", s.Say(keyTryAgain))
	again.Style = Primary
	up := v.button(ActGiveUp, "", s.Say(keyGiveUp))
	up.Style = Danger
	up.Confirm = s.confirm(keyGiveUpTitle, keyGiveUpText, keyGiveUp, keyBack, "ref", r.ID)
	s.actions(again, up)
	s.note(keyTryAgainNote)
	v.exists(s)
	return s.card(s.Say(keyFailedTitle, "ref", r.ID, "site", v.site()))
}

// failedLines is one line a part that failed and may be tried again, with why.
func (v View) failedLines(l Lang) [][]Run {
	var out [][]Run
	if st := v.Request.Site; st.Stuck() {
		out = append(out, named(l.Say(keyTheSite, "site", v.site()), " – "+l.Say(keyFailedWhy, "why", v.whyFailed(l, st.Code, st.Check, nil), "code", st.Code)))
	}
	for _, g := range v.Guests {
		if !g.Stuck() || g.Halted() {
			continue
		}
		rest := " – " + l.Say(keyFailedWhy, "why", v.whyFailed(l, g.Code, g.Check, domainOf(g)), "code", g.Code)
		if g.Name != "" {
			rest = " · " + oneLine(g.Mail) + rest
		}
		out = append(out, named(g.Called(), rest))
	}
	return out
}

// whyFailed is why a part failed, for those in IT: they are who would look at it.
func (v View) whyFailed(l Lang, code string, c *flow.Check, known map[string]string) string {
	args := []any{"ref", v.Request.ID}
	if k := Key("failedcode." + code); l.texts.Has(k) {
		return l.Say(k, args...)
	}
	if why := whyPart(l, code, c, known); why != l.Say(keyEmployeeIT) {
		return why
	}
	return l.Say(keyFailedPlain, args...)
}

// failedOver says what became of what failed.
func (v View) failedOver(s *sheet) {
	again, up := wordsOnFailed(v.Request, v.Guests)
	switch {
	case up != nil && (again == nil || up.At.After(again.At)):
		v.byWhom(s, up, keyGivenUpBy, keyGivenUpByYou)
		v.exists(s)
	case again != nil:
		v.byWhom(s, again, keyRetriedBy, keyRetriedByYou)
	default:
		s.text(keyAdminGoesOn, "site", v.site(), "ref", v.Request.ID)
	}
	s.note(keyAdminNothing)
}

// byWhom says who had something done, and when.
func (v View) byWhom(s *sheet, w *flow.Word, k, you Key) {
	if v.mine(w.By) {
		k = you
	}
	s.text(k, "name", v.who(s.Lang, w.By), "when", Stamp(w.At))
}

// wordsOnFailed are the newest words by which something was tried again, and closed.
func wordsOnFailed(r *flow.Request, guests []*flow.Guest) (again, up *flow.Word) {
	newer := func(a, b *flow.Word) *flow.Word {
		if a == nil || b != nil && b.At.After(a.At) {
			return b
		}
		return a
	}
	if st := r.Site; st != nil {
		again, up = st.Again, st.GivenUp
	}
	for _, g := range guests {
		again, up = newer(again, g.Again), newer(up, g.GivenUp)
	}
	return again, up
}

// triedAgain tells the requester that IT has what failed tried again, or closed it.
func (v View) triedAgain(s *sheet) {
	again, up := wordsOnFailed(v.Request, v.Guests)
	st := v.Request.Site
	trying := st != nil && st.Again != nil && !st.State.Terminal() ||
		slices.ContainsFunc(v.Guests, func(g *flow.Guest) bool { return g.Again != nil && !g.State.Terminal() })
	switch {
	case trying:
		s.text(keyTriesAgain, "when", Stamp(again.At))
	case up != nil:
		s.text(keyGaveUp, "when", Stamp(up.At))
		v.exists(s)
	default:
		v.exists(s)
	}
}

// exists says what was made before something failed, and whose it is.
func (v View) exists(s *sheet) {
	r := v.Request
	if st := r.Site; st != nil && st.State == flow.Failed && r.Target.GroupID != "" {
		var owners []string
		for _, w := range r.Answers.Owners() {
			owners = append(owners, v.who(s.Lang, w))
		}
		s.text(keySiteStays, "site", v.site(), "names", Names(owners))
	}
	var names []string
	for _, g := range v.Guests {
		if g.State == flow.Failed && g.Account != nil && g.Account.Created && len(names) < firstGuests {
			names = append(names, g.Called())
		}
	}
	if len(names) > 0 {
		s.text(keyAccountsStay, "names", Names(names))
	}
}
