package card_test

import (
	"slices"
	"strings"
	"testing"

	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
	"guestsite/bot/flow"
)

func TestReviewForm_SaysTheTrueReasonWhySomebodyElseDecides(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	review := func(change func(*flow.Request)) string {
		r := cardtest.NewSite(flow.Checking)
		r.State, r.Site, r.Target, r.EndsAt = flow.Draft, nil, flow.Target{}, cardtest.At(29, 9, 0)
		r.Looked.SiteDeciders, r.Looked.Deciders, r.Looked.Rule = []flow.Who{cardtest.Mehmet}, []flow.Who{cardtest.Mehmet}, flow.NotOwner
		change(r)
		return asked(card.ReviewForm(cardtest.Seen(texts, card.AsRequester, "en", r)))
	}
	for _, c := range []struct {
		name, want string
		change     func(*flow.Request)
	}{
		{"he will own it and may not make it", "The site: Mehmet decides, because you may not make sites yourself.", func(*flow.Request) {}},
		{"he will not own it", "The site: Mehmet decides, because you won't own it yourself.", func(r *flow.Request) { r.Answers.Second = cardtest.Priya }},
		{"nobody can decide on it", "The site: nobody can decide on it right now. Joost (IT) picks an owner first.", func(r *flow.Request) {
			r.Answers.Second, r.Looked.SiteDeciders = cardtest.Priya, nil
		}},
		{"nobody needs to decide", "The site: you own it and may make it, so nobody else needs to decide.", func(r *flow.Request) { r.Looked.SiteDeciders = nil }},
		{"nobody can decide on the guests", "Guests: nobody can decide for this site right now. Joost (IT) picks an owner first.", func(r *flow.Request) { r.Looked.Deciders = nil }},
		{"a guest is not allowed", "Who isn't allowed now waits for IT; I go on by myself when it's possible.", func(r *flow.Request) {
			r.Answers.Guests[0].Mark = flow.MarkBad
		}},
	} {
		if got := review(c.change); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q is missing in\n%s", c.name, c.want, got)
		}
	}
}

func TestDecide_SaysWhyThisPersonIsAskedAboutTheSite(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	for _, c := range []struct {
		name, want string
		viewer     flow.Who
		second     flow.Who
	}{
		{"an owner, where the requester is none", "You got this because you will own it.", cardtest.Mehmet, cardtest.Priya},
		{"an owner, where the requester is one too", "because you will own it and may make sites; Sanne may not.", cardtest.Mehmet, cardtest.Sanne},
		{"an approver", "because you may make sites; Sanne and its owners may not.", cardtest.Joost, cardtest.Sanne},
	} {
		r := cardtest.NewSite(flow.AwaitingApproval)
		r.Answers.Second = c.second
		v := cardtest.Seen(texts, card.AsOwner, "en", r)
		v.Viewer.ID, v.Part = c.viewer.ID, flow.SitePart
		if got := card.Decide(v).Text; !strings.Contains(got, c.want) {
			t.Errorf("%s: %q is missing in\n%s", c.name, c.want, got)
		}
	}
}

func TestStatus_OnlyOneStepIsNowWhileASiteAwaitsItsOwner(t *testing.T) {
	t.Parallel()
	g := cardtest.Guest(flow.Checking)
	got := card.Status(cardtest.Seen(cardtest.Load(t), card.AsRequester, "en", cardtest.NewSite(flow.AwaitingApproval, g), g)).Text
	if n := strings.Count(got, "●"); n != 1 || !strings.Contains(got, "✓ Rules – done") {
		t.Errorf("%d steps are now:\n%s", n, got)
	}
}

func TestPeopleForm_AColleagueIsMovedOnlyWhereThereIsRoomForOne(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	for add, want := range map[bool]string{false: "Moved to colleagues.", true: "I leave this one out"} {
		r := cardtest.Request(flow.Draft)
		r.Origin.Add = add
		r.Answers.Guests = []flow.GuestEntry{{Mail: "daan@noordzee.nl", Mark: flow.MarkNote, Code: "moved"}}
		if got := asked(card.PeopleForm(cardtest.Seen(texts, card.AsRequester, "en", r))); !strings.Contains(got, want) {
			t.Errorf("add %v: %q is missing in\n%s", add, want, got)
		}
	}
}

func TestDecide_OfSeveralGuestsOnlyAddingAllStandsOut(t *testing.T) {
	t.Parallel()
	gs := cardtest.Crowd(8)
	var loud []card.Action
	for _, b := range card.Decide(cardtest.Seen(cardtest.Load(t), card.AsOwner, "en", cardtest.Request(flow.Open, gs...), gs...)).Blocks {
		if a, ok := b.(card.Actions); ok {
			for _, x := range a.Buttons {
				if x.Style == card.Primary {
					loud = append(loud, x.Action)
				}
			}
		}
	}
	if !slices.Equal(loud, []card.Action{card.ActApproveAll}) {
		t.Errorf("these stand out: %v", loud)
	}
}

func TestDeclineForm_ChoosesNoReasonForTheDecider(t *testing.T) {
	t.Parallel()
	r := cardtest.NewSite(flow.AwaitingApproval)
	v := cardtest.Seen(cardtest.Load(t), card.AsOwner, "en", r)
	v.Part = flow.SitePart
	f := card.DeclineForm(v, "")
	if len(f.Fields[0].Value) != 0 || f.Fields[0].Optional {
		t.Errorf("a reason is set or not needed: %+v", f.Fields[0])
	}
	if got := card.PlainText("", f.Blocks); !strings.Contains(got, "the new site PRJ Project Linden") || !strings.Contains(got, "Mehmet declined the site") {
		t.Errorf("it does not speak of the site:\n%s", got)
	}
}
