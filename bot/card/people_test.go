package card_test

import (
	"bytes"
	"strings"
	"testing"

	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
	"guestsite/bot/flow"
)

func TestDecide_GuestsWithOneNameAreToldApart(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	names := []string{"Anna Kowalski", "Anna Smit", "Anna Smit", ""}
	gs := cardtest.Crowd(len(names))
	for i, g := range gs {
		g.Name = names[i]
	}
	gs[2].Mail = "anna.smit@contoso.nl"
	v := cardtest.Seen(texts, card.AsOwner, "en", cardtest.Request(flow.Open, gs...), gs...)
	for i, want := range []string{"Anna Kowalski", "piet@gmail.com", "anna.smit@contoso.nl", "eva@fabrikarn.com"} {
		if got := card.CallName(v, gs[i]); got != want {
			t.Errorf("guest %d is called %q, want %q", i+1, got, want)
		}
	}
	text := card.Decide(v).Text
	for _, w := range []string{"[Add Anna Kowalski]", "[Add anna.smit@contoso.nl]"} {
		if !strings.Contains(text, w) {
			t.Errorf("the card lacks %q:\n%s", w, text)
		}
	}
}

func TestFacts_OfASiteAreWhatIsAgreedTo(t *testing.T) {
	t.Parallel()
	r := cardtest.NewSite(flow.AwaitingApproval)
	v := cardtest.Seen(cardtest.Load(t), card.AsOwner, "en", r)
	v.Part = flow.SitePart
	before := card.Facts(v).JSON()
	for _, w := range []string{`"part":"site"`, "Soil report", "mehmet", "anna@fabrikam.com", `"days":90`} {
		if !bytes.Contains(before, []byte(w)) {
			t.Errorf("the facts lack %q: %s", w, before)
		}
	}
	v.Now = v.Now.AddDate(0, 0, 3)
	if !bytes.Equal(before, card.Facts(v).JSON()) {
		t.Error("the facts change with the hour")
	}
	for name, change := range map[string]func(){
		"public": func() { r.Answers.Public = true }, "owner": func() { r.Answers.Second = cardtest.Priya },
		"purpose": func() { r.Answers.Purpose = "x" }, "until": func() { r.Answers.Until = "2027-01-01" },
		"level": func() { r.Answers.Level = "disabled" }, "members": func() { r.Answers.Members = nil },
	} {
		change()
		after := card.Facts(v).JSON()
		if bytes.Equal(before, after) {
			t.Errorf("%s changed and the facts did not", name)
		}
		before = after
	}
}

func TestWhisper_KnowsWhoDecidedOnTheSite(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	v := cardtest.Seen(texts, card.AsOwner, "en", cardtest.NewSite(flow.Declined))
	v.Viewer, v.Part = cardtest.Priya, flow.SitePart
	if got := card.Whisper(v, "already_decided", nil).Text; !strings.Contains(got, "Already decided by Mehmet, 22 Nov 10:12") {
		t.Errorf("got %q", got)
	}
	g := cardtest.Guest(flow.Declined)
	g.Second = &flow.Decision{By: cardtest.Joost, At: cardtest.At(22, 9, 20), Action: flow.Decline}
	v = cardtest.Seen(texts, card.AsOwner, "en", cardtest.Request(flow.Open, g), g)
	v.Part = g.ID
	if got := card.Whisper(v, "already_decided", nil).Text; !strings.Contains(got, "Joost") {
		t.Errorf("got %q", got)
	}
}

func TestStatus_SaysWhoCouldNotBeReached(t *testing.T) {
	t.Parallel()
	g := cardtest.Guest(flow.AwaitingDecision)
	v := cardtest.Seen(cardtest.Load(t), card.AsRequester, "en", cardtest.Request(flow.Open, g), g)
	v.Unreached = []string{"Mehmet Yilmaz"}
	if got := card.Status(v).Text; !strings.Contains(got, "I can't send Mehmet Yilmaz a message") {
		t.Errorf("got\n%s", got)
	}
}

func TestStatus_NoAdminsAreJustIT(t *testing.T) {
	t.Parallel()
	g := cardtest.Guest(flow.Parked)
	v := cardtest.Seen(cardtest.Load(t), card.AsRequester, "en", cardtest.Request(flow.Open, g), g)
	v.Admins = nil
	if got := card.Status(v).Text; !strings.Contains(got, "Next: IT looks at it.") {
		t.Errorf("got\n%s", got)
	}
}

func TestHeadline_WhatNeedsTheRequesterComesFirst(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		states []flow.State
		want   card.Key
	}{
		{"a question before a decision", []flow.State{flow.AwaitingDecision, flow.Question}, "head.question"},
		{"a decision before IT", []flow.State{flow.Parked, flow.AwaitingDecision}, "head.waiting"},
		{"IT before what goes by itself", []flow.State{flow.Inviting, flow.Parked}, "head.parked"},
		{"adding before settling", []flow.State{flow.Verifying, flow.Adding}, "head.adding"},
		{"settling", []flow.State{flow.Verifying, flow.In}, "head.settling"},
		{"none is known yet", nil, "head.checking"},
	} {
		var gs []*flow.Guest
		for _, s := range tc.states {
			gs = append(gs, cardtest.Guest(s))
		}
		if got, _ := card.Headline(cardtest.Request(flow.Open, gs...)); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestGuestState_EveryStateHasASentence(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	for _, s := range flow.States(flow.OfGuest) {
		if said := card.GuestState(card.View{Texts: texts}, texts.For("en"), cardtest.Guest(s)); strings.Contains(said, "guest.") || said == "" {
			t.Errorf("guest state %s: %q", s, said)
		}
	}
}
