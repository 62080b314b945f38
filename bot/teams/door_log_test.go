package teams

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/teams/teamsfake"
)

// TestLog_HoldsNothingOfPeople goes through a session in which much goes wrong, at the
// level that tells most, and looks for what must not be kept in a log.
func TestLog_HoldsNothingOfPeople(t *testing.T) {
	t.Parallel()
	const typed, found = "zebra-typed", "zebra-found"
	d := &door{look: shows(ownerCardOf(4))}
	d.answer = func(in bot.Inbound) (bot.Answer, error) {
		f, last, line := noteForm("site"), lastWord("zebra-drawn"), ownerCard()
		switch {
		case in.Command != nil && strings.HasPrefix(in.Command.Text, "fail"):
			return bot.Answer{}, &bot.Error{Code: bot.Internal, Op: "test"}
		case in.Command != nil && strings.HasPrefix(in.Command.Text, "new"):
			return bot.Answer{Open: &f}, nil
		case in.Command != nil:
			return bot.Answer{Whisper: &line}, nil
		case in.Submit != nil:
			return bot.Answer{Close: &last}, nil
		}
		return bot.Answer{}, errors.New("a fault")
	}
	d.suggest = nil
	r := newRig(t, d)
	me := r.fake.As(sanne)
	act := func(o teamsfake.Outcome, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	group := r.fake.AddGroupChat("Linden", sanne, mehmet, lars)
	act(me.Say(t.Context(), "new "+typed+" anna@fabrikam.com"))
	act(me.Say(t.Context(), "fail "+typed))
	act(me.SayIn(t.Context(), group, "why "+typed))
	act(r.fake.As(lars).SayIn(t.Context(), group, "why "+typed))
	var form teamsfake.Ref
	for _, m := range me.DM() {
		if containsText(m, "The form of site") {
			form = m.Ref()
		}
	}
	if err := me.Fill(t.Context(), form, inputID(noteForm("").Fields[0]), typed); err != nil {
		t.Fatal(err)
	}
	act(me.Click(t.Context(), form, "Swap"))
	act(me.Click(t.Context(), form, "Send it"))
	ref, msg := r.post(t, sanne, ownerCard())
	act(me.Refresh(t.Context(), msg))
	act(me.Click(t.Context(), msg, "Add Anna"))
	_, site := r.open(t, sanne, siteField())
	if _, _, err := me.Suggest(t.Context(), site, inputID(siteField().Fields[0]), typed); err != nil {
		t.Fatal(err)
	}
	data := r.dataOf(t, sanne, msg, "Add Anna")
	own, all := ours(t, data)
	own["more"] = typed
	r.press(t, sanne, "", msg.ID, all)
	act(me.SendActivity(t.Context(), "", "invoke", map[string]any{"name": "application/search", "value": map[string]any{"queryText": typed, "dataset": found}}))
	act(me.SendActivity(t.Context(), "", "invoke", map[string]any{"name": "task/fetch", "value": typed}))
	act(me.SendActivity(t.Context(), "", "messageUpdate", map[string]any{"text": typed}))
	for _, f := range []teamsfake.Forgery{
		{NoHeader: true},
		{Token: teamsfake.TokenSpec{Audience: otherTenant}},
		{Token: teamsfake.TokenSpec{Key: teamsfake.KeyUnlisted}},
		{ChannelDataTenant: otherTenant},
		{Body: []byte(`{"text":"` + typed)},
		{ServiceURL: "https://" + typed + ".example/"},
		{ChannelID: typed},
		{EntraID: teamsfake.Absent},
	} {
		r.forged(t, f)
	}
	for _, f := range []teamsfake.Fault{
		{Path: "/activities", Kind: teamsfake.FaultStatus, Status: 400, Code: "BadArgument", Message: "Card of anna@fabrikam.com '" + typed + "' is bad"},
		{Path: "/activities", Kind: teamsfake.FaultStatus, Status: 403, Code: "InvalidBotApiHost"},
		{Path: "/activities", Kind: teamsfake.FaultResetAfter},
	} {
		r.fake.AddFault(f)
		act(me.Say(t.Context(), "help"))
		r.settle(t)
		r.fake.ClearFaults()
	}
	if err := r.fake.ForgetChat(sanne); err != nil {
		t.Fatal(err)
	}
	if err := r.chat.Update(t.Context(), ref, outcomeCard()); err == nil {
		t.Error("a card that is gone was updated")
	}
	r.post(t, sanne, ownerCard())
	huge := said(strings.Repeat("zebra-drawn ", 20_000))
	for range 2000 {
		huge.Blocks = append(huge.Blocks, card.Actions{Buttons: []card.Button{{Label: "zebra-drawn", Action: card.ActAsk, Request: "G-1", Value: strings.Repeat("v", 100)}}})
	}
	_, _ = r.chat.Post(t.Context(), r.user(sanne), "out-9", huge) // it may be refused, but not told
	act(me.SendActivity(t.Context(), "", "installationUpdate", map[string]any{"action": "remove"}))
	r.settle(t)

	log := r.log.String()
	for _, want := range []string{"not taken", "was refused", "not delivered", "opened anew", "too large", "was ignored"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log misses %q, so this test misses its line:\n%s", want, log)
		}
	}
	u, _ := r.fake.User(sanne)
	for what, secret := range map[string]string{
		"our token": r.fake.Token(), "a token": "eyJ", "an address": "@", "a mail domain": "fabrikam", "what was typed": typed,
		"what was searched": found, "what was drawn": "zebra", "a name": "Sanne", "a first name": "Anna", "a group's name": "Linden", "the person's id on the channel": u.MRI,
		"a conversation": r.fake.PersonalChat(sanne), "a stack": "goroutine",
	} {
		if secret != "" && strings.Contains(log, secret) {
			t.Errorf("the log holds %s:\n%s", what, log)
		}
	}
}

func TestLog_ARequestWithoutATokenIsALineAtMost(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	for range 3 {
		before := strings.Count(r.log.String(), "\n")
		if got := r.forged(t, teamsfake.Forgery{NoHeader: true, Body: []byte(strings.Repeat("x\n", 1000))}); got.Status != http.StatusUnauthorized {
			t.Fatalf("status %d", got.Status)
		}
		if n := strings.Count(r.log.String(), "\n") - before; n != 1 {
			t.Errorf("%d lines", n)
		}
	}
}
