package card

import (
	"guestsite/bot/flow"
)

// siteSteps is how many steps making a site takes: checked, agreed, group made,
// site there, opened for guests.
const siteSteps = 5

// Headline gives the one line that says where a request stands, with its
// arguments for [Lang.Say]. It is a pure function of the parts; guests, where
// given, only tell the invited from those who have accepted.
func Headline(r *flow.Request, guests ...*flow.Guest) (Key, []any) {
	base := []any{"requester", given(r.Requester.Name), "ref", r.ID}
	say := func(k Key, args ...any) (Key, []any) { return k, append(base, args...) }
	switch r.State {
	case flow.None, flow.Draft:
		if r.EndsAt.IsZero() {
			return say(headNew)
		}
		return say(headDraft, "date", Day(r.EndsAt))
	case flow.Open:
		k, args := openLine(r)
		return say(k, args...)
	case flow.Done:
		k, args := doneLine(r, guests)
		return say(k, args...)
	case flow.PartlyDone:
		in := r.Tally.By[flow.In] + r.Tally.By[flow.Ended]
		if in == 0 {
			return say(headSiteOnly, "count", r.Tally.Total)
		}
		return say(headPartly, "in", in, "total", r.Tally.Total, "count", r.Tally.Total-in)
	case flow.Declined:
		k, args := declinedLine(r)
		return say(k, args...)
	case flow.Expired:
		if r.Code == "draft_expired" {
			return say(headDraftGone)
		}
		return say(headExpired)
	case flow.Withdrawn:
		switch r.Code {
		case "withdrawn", "":
			return say(headWithdrawn)
		case "dropped":
			return say(headDropped)
		}
		return say(headStopped)
	default:
		if _, up := wordsOnFailed(r, guests); up != nil {
			return say(headFailedClosed)
		}
		return say(headFailed)
	}
}

// openLine picks what matters most of what is under way: what needs the
// requester, then who is waited for, then what the bot is doing.
func openLine(r *flow.Request) (Key, []any) {
	t, s := r.Tally, r.Site
	switch {
	case r.Code == "withdrawn":
		return headWithdrawing, nil
	case t.By[flow.Question] > 0:
		return headQuestion, []any{"name", given(t.Asker)}
	case s != nil && s.State == flow.Parked:
		return headParked, nil
	case s != nil && s.State == flow.AwaitingApproval:
		return waiting(firstOf(s.Deciders), Moment(s.Deadline))
	case t.By[flow.AwaitingDecision] > 0:
		return waiting(t.Decider, Moment(t.Deadline))
	case s != nil && s.State == flow.AwaitingSite && s.Slow:
		return headSettling, nil
	case s != nil && (s.State == flow.Creating || s.State == flow.AwaitingSite || s.State == flow.Sharing):
		done := map[flow.State]int{flow.Creating: 2, flow.AwaitingSite: 3, flow.Sharing: 4}
		return headCreating, []any{"done", done[s.State], "total", siteSteps}
	case t.By[flow.Parked] > 0:
		return headParked, nil
	case t.By[flow.Approved]+t.By[flow.Inviting]+t.By[flow.Adding] > 0:
		return headAdding, []any{"count", t.Total, "in", t.By[flow.In], "name", oneGuest(t)}
	case t.By[flow.Verifying] > 0:
		return headSettling, nil
	}
	return headChecking, nil
}

func waiting(name string, until Moment) (Key, []any) {
	if name == "" {
		return headWaitingAny, []any{"when", until}
	}
	return headWaiting, []any{"name", given(name), "when", until}
}

func doneLine(r *flow.Request, guests []*flow.Guest) (Key, []any) {
	t := r.Tally
	in, ended := t.By[flow.In], t.By[flow.Ended]
	if t.Total == 0 {
		return headSiteReady, nil
	}
	if in == 0 && ended > 0 {
		return headEnded, []any{"count", ended, "name", given(t.First[flow.Ended])}
	}
	args := []any{"count", in, "name", given(t.First[flow.In])}
	for _, g := range guests {
		if g.State == flow.In && (g.Account == nil || g.Account.Pending) {
			return headInvited, args
		}
	}
	if len(guests) == 0 {
		return headInvited, args
	}
	return headIn, args
}

func declinedLine(r *flow.Request) (Key, []any) {
	if r.Site != nil && r.Site.Decision != nil && r.Site.State == flow.Declined {
		d := r.Site.Decision
		if d.Note != "" {
			return headSiteDeclinedWhy, []any{"name", given(d.By.Name), "why", Reason(d.Note)}
		}
		return headSiteDeclined, []any{"name", given(d.By.Name)}
	}
	t := r.Tally
	args := []any{"name", given(t.Decider), "count", t.By[flow.Declined], "guest", given(t.First[flow.Declined]), "why", Reason(t.Note)}
	if t.Decider == "" {
		return headDeclinedPlain, args
	}
	if t.Note == "" {
		return headDeclined, args
	}
	return headDeclinedWhy, args
}

func firstOf(ws []flow.Who) string {
	if len(ws) == 0 {
		return ""
	}
	return ws[0].Name
}

// oneGuest names a guest who is being let in.
func oneGuest(t flow.Tally) string {
	for _, s := range []flow.State{flow.Approved, flow.Inviting, flow.Adding} {
		if n := t.First[s]; n != "" {
			return given(n)
		}
	}
	return ""
}
