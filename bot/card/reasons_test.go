package card

import (
	"slices"
	"strings"
	"testing"

	"guestsite/bot/flow"
)

func TestReviewForm_SaysTheTrueReasonWhySomebodyElseDecides(t *testing.T) {
	t.Parallel()
	texts := load(t)
	review := func(change func(*flow.Request)) string {
		r := newSite(flow.Checking)
		r.State, r.Site, r.Target, r.EndsAt = flow.Draft, nil, flow.Target{}, at(29, 9, 0)
		r.Looked.SiteDeciders, r.Looked.Deciders, r.Looked.Rule = []flow.Who{mehmet}, []flow.Who{mehmet}, flow.NotOwner
		change(r)
		return asked(ReviewForm(seenBy(texts, AsRequester, "en", r)))
	}
	for _, c := range []struct {
		name, want string
		change     func(*flow.Request)
	}{
		{"he will own it and may not make it", "The site: Mehmet decides, because you may not make sites yourself.", func(*flow.Request) {}},
		{"he will not own it", "The site: Mehmet decides, because you won't own it yourself.", func(r *flow.Request) { r.Answers.Second = priya }},
		{"nobody can decide on it", "The site: nobody can decide on it right now. Joost (IT) picks an owner first.", func(r *flow.Request) {
			r.Answers.Second, r.Looked.SiteDeciders = priya, nil
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
	texts := load(t)
	for _, c := range []struct {
		name, want string
		viewer     flow.Who
		second     flow.Who
	}{
		{"an owner, where the requester is none", "You got this because you will own it.", mehmet, priya},
		{"an owner, where the requester is one too", "because you will own it and may make sites; Sanne may not.", mehmet, sanne},
		{"an approver", "because you may make sites; Sanne and its owners may not.", joost, sanne},
	} {
		r := newSite(flow.AwaitingApproval)
		r.Answers.Second = c.second
		v := seenBy(texts, AsOwner, "en", r)
		v.Viewer.ID, v.Part = c.viewer.ID, flow.SitePart
		if got := Decide(v).Text; !strings.Contains(got, c.want) {
			t.Errorf("%s: %q is missing in\n%s", c.name, c.want, got)
		}
	}
}

func TestStatus_OnlyOneStepIsNowWhileASiteAwaitsItsOwner(t *testing.T) {
	t.Parallel()
	g := guestIn(flow.Checking)
	got := Status(seenBy(load(t), AsRequester, "en", newSite(flow.AwaitingApproval, g), g)).Text
	if n := strings.Count(got, "●"); n != 1 || !strings.Contains(got, "✓ Rules – done") {
		t.Errorf("%d steps are now:\n%s", n, got)
	}
}

func TestPeopleForm_AColleagueIsMovedOnlyWhereThereIsRoomForOne(t *testing.T) {
	t.Parallel()
	texts := load(t)
	for add, want := range map[bool]string{false: "Moved to colleagues.", true: "I leave this one out"} {
		r := request(flow.Draft)
		r.Origin.Add = add
		r.Answers.Guests = []flow.GuestEntry{{Mail: "daan@noordzee.nl", Mark: flow.MarkNote, Code: "moved"}}
		if got := asked(PeopleForm(seenBy(texts, AsRequester, "en", r))); !strings.Contains(got, want) {
			t.Errorf("add %v: %q is missing in\n%s", add, want, got)
		}
	}
}

func TestDecide_OfSeveralGuestsOnlyAddingAllStandsOut(t *testing.T) {
	t.Parallel()
	gs := crowd(8)
	var loud []Action
	for _, b := range Decide(seenBy(load(t), AsOwner, "en", request(flow.Open, gs...), gs...)).Blocks {
		if a, ok := b.(Actions); ok {
			for _, x := range a.Buttons {
				if x.Style == Primary {
					loud = append(loud, x.Action)
				}
			}
		}
	}
	if !slices.Equal(loud, []Action{ActApproveAll}) {
		t.Errorf("these stand out: %v", loud)
	}
}

func TestDeclineForm_ChoosesNoReasonForTheDecider(t *testing.T) {
	t.Parallel()
	r := newSite(flow.AwaitingApproval)
	v := seenBy(load(t), AsOwner, "en", r)
	v.Part = flow.SitePart
	f := DeclineForm(v, "")
	if len(f.Fields[0].Value) != 0 || f.Fields[0].Optional {
		t.Errorf("a reason is set or not needed: %+v", f.Fields[0])
	}
	if got := PlainText("", f.Blocks); !strings.Contains(got, "the new site PRJ Project Linden") || !strings.Contains(got, "Mehmet declined the site") {
		t.Errorf("it does not speak of the site:\n%s", got)
	}
}
