package card

import (
	"bytes"
	"strings"
	"testing"

	"guestsite/bot/flow"
)

func TestGiven_IsWhatPeopleAreCalled(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Sanne de Vries": "Sanne", "de Vries, Sanne": "Sanne", "anna@fabrikam.com": "anna@fabrikam.com", "Cher": "Cher", " Li\u00a0\u00a0Wei ": "Li", "": "",
	} {
		if got := given(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestDecide_GuestsWithOneNameAreToldApart(t *testing.T) {
	t.Parallel()
	texts := load(t)
	names := []string{"Anna Kowalski", "Anna Smit", "Anna Smit", ""}
	gs := crowd(len(names))
	for i, g := range gs {
		g.Name = names[i]
	}
	gs[2].Mail = "anna.smit@contoso.nl"
	v := seenBy(texts, AsOwner, "en", request(flow.Open, gs...), gs...)
	for i, want := range []string{"Anna Kowalski", "piet@gmail.com", "anna.smit@contoso.nl", "eva@fabrikarn.com"} {
		if got := v.callName(gs[i]); got != want {
			t.Errorf("guest %d is called %q, want %q", i+1, got, want)
		}
	}
	text := Decide(v).Text
	for _, w := range []string{"[Add Anna Kowalski]", "[Add anna.smit@contoso.nl]"} {
		if !strings.Contains(text, w) {
			t.Errorf("the card lacks %q:\n%s", w, text)
		}
	}
}

func TestFacts_OfASiteAreWhatIsAgreedTo(t *testing.T) {
	t.Parallel()
	r := newSite(flow.AwaitingApproval)
	v := seenBy(load(t), AsOwner, "en", r)
	v.Part = flow.SitePart
	before := Facts(v).JSON()
	for _, w := range []string{`"part":"site"`, "Soil report", "mehmet", "anna@fabrikam.com", `"days":90`} {
		if !bytes.Contains(before, []byte(w)) {
			t.Errorf("the facts lack %q: %s", w, before)
		}
	}
	v.Now = v.Now.AddDate(0, 0, 3)
	if !bytes.Equal(before, Facts(v).JSON()) {
		t.Error("the facts change with the hour")
	}
	for name, change := range map[string]func(){
		"public": func() { r.Answers.Public = true }, "owner": func() { r.Answers.Second = priya },
		"purpose": func() { r.Answers.Purpose = "x" }, "until": func() { r.Answers.Until = "2027-01-01" },
		"level": func() { r.Answers.Level = "disabled" }, "members": func() { r.Answers.Members = nil },
	} {
		change()
		after := Facts(v).JSON()
		if bytes.Equal(before, after) {
			t.Errorf("%s changed and the facts did not", name)
		}
		before = after
	}
}

func TestWhisper_KnowsWhoDecidedOnTheSite(t *testing.T) {
	t.Parallel()
	texts := load(t)
	v := seenBy(texts, AsOwner, "en", newSite(flow.Declined))
	v.Viewer, v.Part = priya, flow.SitePart
	if got := Whisper(v, "already_decided", nil).Text; !strings.Contains(got, "Already decided by Mehmet, 22 Nov 10:12") {
		t.Errorf("got %q", got)
	}
	g := guestIn(flow.Declined)
	g.Second = &flow.Decision{By: joost, At: at(22, 9, 20), Action: flow.Decline}
	v = seenBy(texts, AsOwner, "en", request(flow.Open, g), g)
	v.Part = g.ID
	if got := Whisper(v, "already_decided", nil).Text; !strings.Contains(got, "Joost") {
		t.Errorf("got %q", got)
	}
}

func TestStatus_SaysWhoCouldNotBeReached(t *testing.T) {
	t.Parallel()
	g := guestIn(flow.AwaitingDecision)
	v := seenBy(load(t), AsRequester, "en", request(flow.Open, g), g)
	v.Unreached = []string{"Mehmet Yilmaz"}
	if got := Status(v).Text; !strings.Contains(got, "I can't send Mehmet Yilmaz a message") {
		t.Errorf("got\n%s", got)
	}
}

func TestStatus_NoAdminsAreJustIT(t *testing.T) {
	t.Parallel()
	g := guestIn(flow.Parked)
	v := seenBy(load(t), AsRequester, "en", request(flow.Open, g), g)
	v.Admins = nil
	if got := Status(v).Text; !strings.Contains(got, "Next: IT looks at it.") {
		t.Errorf("got\n%s", got)
	}
}

func TestHeadline_WhatNeedsTheRequesterComesFirst(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		states []flow.State
		want   Key
	}{
		{"a question before a decision", []flow.State{flow.AwaitingDecision, flow.Question}, headQuestion},
		{"a decision before IT", []flow.State{flow.Parked, flow.AwaitingDecision}, headWaiting},
		{"IT before what goes by itself", []flow.State{flow.Inviting, flow.Parked}, headParked},
		{"adding before settling", []flow.State{flow.Verifying, flow.Adding}, headAdding},
		{"settling", []flow.State{flow.Verifying, flow.In}, headSettling},
		{"none is known yet", nil, headChecking},
	} {
		var gs []*flow.Guest
		for _, s := range tc.states {
			gs = append(gs, guestIn(s))
		}
		if got, _ := Headline(request(flow.Open, gs...)); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}

func FuzzOneLine(f *testing.F) {
	for _, s := range []string{"a\nb", "\u202ex", "a  b", " ", "é\u200b", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := oneLine(s)
		if strings.ContainsAny(got, "\n\r\t\u2028\u2029\u202e\u200b") || got != strings.TrimSpace(got) {
			t.Errorf("%q became %q", s, got)
		}
		if again := oneLine(got); again != got {
			t.Errorf("%q became %q, and then %q", s, got, again)
		}
	})
}
