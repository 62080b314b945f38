package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

func linkBench(t *testing.T) *bottest.Bench {
	t.Helper()
	return bottest.New(t, disk(t), signingIn)
}

// visit is a browser on the pages of a link, a step at a time.
type visit struct {
	t             *testing.T
	b             *bottest.Bench
	token         string
	asked, cookie string
	proof         string
	in            bot.SignIn
}

// visits has somebody get a link, and a browser that has opened it.
func visits(t *testing.T, b *bottest.Bench, user string) *visit {
	t.Helper()
	b.Command(user, "link")
	v := &visit{t: t, b: b, token: b.Link(user), asked: "asked-" + user, cookie: "cookie-" + user}
	view, err := b.Engine.OpenLink(t.Context(), v.token, v.asked)
	if err != nil {
		t.Fatal(err)
	}
	v.proof = view.Proof
	return v
}

func (v *visit) start() error {
	in, _, err := v.b.Engine.StartLink(v.t.Context(), v.token, v.asked, v.proof, v.cookie, bottest.Ready)
	v.in = in
	return err
}

func (v *visit) back() error {
	_, _, err := v.b.Engine.ReturnLink(v.t.Context(), v.cookie, v.in.State, bottest.Ready)
	return err
}

func (v *visit) as(person string) error {
	view, err := v.b.Engine.SignedIn(v.t.Context(), v.cookie, person)
	v.proof = view.Proof
	return err
}

func (v *visit) confirm() error {
	_, err := v.b.Engine.ConfirmLink(v.t.Context(), v.cookie, v.proof)
	return err
}

// begun and returned take the step and want it taken.
func (v *visit) begun() *visit { v.t.Helper(); return v.taken(v.start()) }
func (v *visit) returned()     { v.t.Helper(); v.begun().taken(v.back()) }

func (v *visit) taken(err error) *visit {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	return v
}

// upTo walks the pages up to the question.
func (v *visit) upTo(person string) *visit {
	v.t.Helper()
	for _, step := range []func() error{v.start, v.back, func() error { return v.as(person) }} {
		if err := step(); err != nil {
			v.t.Fatal(err)
		}
	}
	return v
}

func wantReason(t *testing.T, what string, err error, want string) {
	t.Helper()
	if got := bot.ReasonOf(err); err == nil || got != want {
		t.Errorf("%s: %v (%q), want %q", what, err, got, want)
	}
}

// Each link differs from one that works in one thing, and that one works.
func TestLink_OnlyTheNewestWholeUnspentAndYoungOneOpens(t *testing.T) {
	t.Parallel()
	flip := func(s string, i int) string {
		c := byte('A')
		if s[i] == c {
			c = 'B'
		}
		return s[:i] + string(c) + s[i+1:]
	}
	for _, tc := range []struct {
		name, want string
		set        func(b *bottest.Bench, token string) string
	}{
		{"the valid one", "", func(_ *bottest.Bench, token string) string { return token }},
		{"another secret", bot.LinkUnknown, func(_ *bottest.Bench, token string) string { return flip(token, 3) }},
		{"another code", bot.LinkUnknown, func(_ *bottest.Bench, token string) string { return flip(token, len(token)-5) }},
		{"without a code", bot.LinkUnknown, func(_ *bottest.Bench, token string) string { text, _, _ := strings.Cut(token, "."); return text }},
		{"with an empty code", bot.LinkUnknown, func(_ *bottest.Bench, token string) string { text, _, _ := strings.Cut(token, "."); return text + "." }},
		{"empty", bot.LinkUnknown, func(*bottest.Bench, string) string { return "" }},
		{"a dot", bot.LinkUnknown, func(*bottest.Bench, string) string { return "." }},
		{"with more behind it", bot.LinkUnknown, func(_ *bottest.Bench, token string) string { return token + "x" }},
		{"very long", bot.LinkUnknown, func(_ *bottest.Bench, token string) string { return strings.Repeat("A", 1<<20) + token }},
		{"of another installation", bot.LinkUnknown, func(b *bottest.Bench, _ string) string {
			other := bottest.New(b.T, disk(t), signingIn)
			other.Command("sanne", "link")
			return other.Link("sanne")
		}},
		{"replaced by a newer one", bot.LinkUnknown, func(b *bottest.Bench, token string) string { b.Command("sanne", "link"); return token }},
		{"at its last moment", "", func(b *bottest.Bench, token string) string {
			b.Clock.Advance(10*time.Minute - time.Second)
			return token
		}},
		{"a moment too old", bot.LinkExpired, func(b *bottest.Bench, token string) string { b.Clock.Advance(10 * time.Minute); return token }},
		{"old and swept away", bot.LinkUnknown, func(b *bottest.Bench, token string) string { b.Advance(11 * time.Minute); return token }},
		{"spent", bot.LinkSpent, func(b *bottest.Bench, token string) string { b.SignIn("sanne", "u-sanne"); return token }},
		{"spent and swept away", bot.LinkUnknown, func(b *bottest.Bench, token string) string {
			b.SignIn("sanne", "u-sanne")
			b.Advance(30 * time.Minute)
			return token
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := linkBench(t)
			b.Command("sanne", "link")
			token := tc.set(b, b.Link("sanne"))
			for what, err := range map[string]error{
				"open":  second(b.Engine.OpenLink(t.Context(), token, "cookie")),
				"start": third(b.Engine.StartLink(t.Context(), token, "cookie", "", "next", bottest.Ready)),
			} {
				if tc.want != "" {
					wantReason(t, what, err, tc.want)
				} else if err != nil && (what == "open" || bot.ReasonOf(err) != bot.LinkElsewhere) {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
}

func second[A any](_ A, err error) error        { return err }
func third[A, B any](_ A, _ B, err error) error { return err }

func TestLink_IsKeptAsADigestAndGoesNowhereElse(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	b.Command("sanne", "link")
	token := b.Link("sanne")
	text, _, _ := strings.Cut(token, ".")
	recs, err := b.Store.Get(t.Context(), bot.Key{Kind: bot.KindLinkToken, ID: "slack/T1/sanne"})
	if err != nil || recs[0].Rev == 0 {
		t.Fatal(recs, err)
	}
	if kept := fmt.Sprintf("%+v", recs[0].Value); strings.Contains(kept, text) {
		t.Errorf("the record holds the link: %s", kept)
	}
	for user := range b.Chat.Profiles {
		if user != "sanne" && (b.Link(user) != "" || len(b.Cards(user)) > 0) {
			t.Errorf("%s has something of it", user)
		}
	}
	if len(b.Cards("sanne")) > 0 {
		t.Error("the link stands on a card, which stays")
	}
}

func TestLink_ALinkOfOneAccountBindsThatAccount(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	mine, his := visits(t, b, "sanne"), visits(t, b, "mehmet")
	mine.upTo("u-sanne")
	his.upTo("u-mehmet")
	wantReason(t, "my cookie with his proof", second(b.Engine.ConfirmLink(t.Context(), mine.cookie, his.proof)), bot.LinkElsewhere)
	if err := mine.confirm(); err != nil {
		t.Fatal(err)
	}
	wantLinked(t, b, "sanne")
}

func TestLink_EachStepNeedsTheBrowserThatBegan(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		step func(v *visit) error
		want string
	}{
		{"begin without a cookie", func(v *visit) error { v.asked = ""; return v.start() }, bot.LinkElsewhere},
		{"begin with another's cookie", func(v *visit) error { v.asked = "other"; return v.start() }, bot.LinkElsewhere},
		{"begin without the form's proof", func(v *visit) error { v.proof = ""; return v.start() }, bot.LinkElsewhere},
		{"come back with another cookie", func(v *visit) error { v.begun(); v.cookie = "other"; return v.back() }, bot.LinkElsewhere},
		{"come back without a cookie", func(v *visit) error { v.begun(); v.cookie = ""; return v.back() }, bot.LinkElsewhere},
		{"come back without a state", func(v *visit) error { v.begun(); v.in.State = ""; return v.back() }, bot.LinkElsewhere},
		{"come back with another state", func(v *visit) error { v.begun(); v.in.State = v.in.Nonce; return v.back() }, bot.LinkElsewhere},
		{"come back twice", func(v *visit) error { v.returned(); return v.back() }, bot.LinkTwice},
		{"come back late", func(v *visit) error { v.begun(); v.b.Clock.Advance(11 * time.Minute); return v.back() }, bot.LinkExpired},
		{"come back after a newer begin", func(v *visit) error {
			v.begun()
			old := v.cookie
			v.cookie = "newer"
			v.begun()
			v.cookie = old
			return v.back()
		}, bot.LinkElsewhere},
		{"sign in without coming back", func(v *visit) error { v.begun(); return v.as("u-sanne") }, bot.LinkTwice},
		{"confirm without signing in", func(v *visit) error {
			v.returned()
			view, err := v.b.Engine.OpenLink(v.t.Context(), v.token, v.cookie) // whose form has the cookie's proof
			if v.proof = view.Proof; err != nil {
				return err
			}
			return v.confirm()
		}, bot.LinkElsewhere},
		{"confirm without a cookie", func(v *visit) error { v.upTo("u-sanne").cookie = ""; return v.confirm() }, bot.LinkElsewhere},
		{"confirm without the form's proof", func(v *visit) error { v.upTo("u-sanne").proof = ""; return v.confirm() }, bot.LinkElsewhere},
		{"confirm late", func(v *visit) error { v.upTo("u-sanne"); v.b.Clock.Advance(11 * time.Minute); return v.confirm() }, bot.LinkExpired},
		{"begin once too often", func(v *visit) error {
			for range 5 {
				v.begun()
			}
			return v.start()
		}, bot.LinkTooOften},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := linkBench(t)
			v := visits(t, b, "sanne")
			wantReason(t, tc.name, tc.step(v), tc.want)
			wantLinked(t, b)
		})
	}
	b := linkBench(t)
	v := visits(t, b, "sanne").upTo("u-sanne")
	for range 2 { // a button that is pressed twice
		if err := v.confirm(); err != nil {
			t.Fatal(err)
		}
	}
	wantLinked(t, b, "sanne")
}

// What is refused is refused when it is asked and, where it becomes so between the
// question and the yes, then.
func TestLink_WhoMayNotBeBoundIsNot(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, person, want string
		set                func(b *bottest.Bench)
	}{
		{"the valid one", "u-sanne", "", func(*bottest.Bench) {}},
		{"whose account has an address that nobody has", "u-sanne", "", func(b *bottest.Bench) { b.Chat.Profiles["sanne"].Mail = "s@elsewhere.example" }},
		{"a disabled person", "u-sanne", bot.LinkNoMember, func(b *bottest.Bench) { b.Company.People["u-sanne"].Enabled = false }},
		{"a guest", "u-sanne", bot.LinkNoMember, func(b *bottest.Bench) { b.Company.People["u-sanne"].Guest = true }},
		{"nobody", "u-sanne", bot.LinkNoMember, func(b *bottest.Bench) { delete(b.Company.People, "u-sanne") }},
		{"an account that is switched off", "u-sanne", bot.LinkNoAccount, func(b *bottest.Bench) { b.Chat.Profiles["sanne"].Refusal = bot.RefusedDeactivated }},
		{"an account that is gone", "u-sanne", bot.LinkNoAccount, func(b *bottest.Bench) { delete(b.Chat.Profiles, "sanne") }},
		{"an account with another member's address", "u-sanne", bot.LinkOther, func(b *bottest.Bench) { b.Chat.Profiles["sanne"].Mail = "tess@noordzee.nl" }},
		{"an account with the address of a colleague who left", "u-sanne", bot.LinkOther, func(b *bottest.Bench) {
			b.Chat.Profiles["sanne"].Mail = "tess@noordzee.nl"
			b.Company.People["u-tess"].Enabled = false
		}},
		{"an account with a guest's address", "u-sanne", bot.LinkOther, func(b *bottest.Bench) { b.Chat.Profiles["sanne"].Mail = "jan@fabrikam.com" }},
		{"an account with another address of another's", "u-sanne", bot.LinkOther, func(b *bottest.Bench) {
			b.Chat.Profiles["sanne"].Mail, b.Company.People["u-tess"].Others = "s@elsewhere.example", []string{"s@elsewhere.example"}
		}},
		{"an account with another address of one's own", "u-sanne", "", func(b *bottest.Bench) {
			b.Chat.Profiles["sanne"].Mail, b.Company.People["u-sanne"].Others = "s@elsewhere.example", []string{"s@elsewhere.example"}
		}},
		{"an account with an address that is one's own beside and somebody's own", "u-sanne", bot.LinkOther, func(b *bottest.Bench) {
			b.Chat.Profiles["sanne"].Mail, b.Company.People["u-sanne"].Others = "tess@noordzee.nl", []string{"tess@noordzee.nl"}
		}},
		{"an account with another address of several", "u-sanne", bot.LinkOther, func(b *bottest.Bench) {
			b.Chat.Profiles["sanne"].Mail = "s@elsewhere.example"
			b.Company.People["u-sanne"].Others, b.Company.People["u-tess"].Others = []string{"s@elsewhere.example"}, []string{"s@elsewhere.example"}
		}},
		{"an account with one's own address, that another has beside", "u-sanne", "", func(b *bottest.Bench) { b.Company.People["u-tess"].Others = []string{"sanne@noordzee.nl"} }},
		{"an account that was bound meanwhile", "u-sanne", bot.LinkHasPerson, func(b *bottest.Bench) {
			put(b, bot.Put{Key: bot.Key{Kind: bot.KindLink, ID: "slack/T1/sanne"}, Value: &bot.Link{User: b.Chat.User("sanne"), By: "sign_in"}})
		}},
		{"a person with another account", "u-sanne", bot.LinkHasAccount, func(b *bottest.Bench) {
			put(b, bot.Put{Key: bot.Key{Kind: bot.KindLinkOf, ID: "u-sanne/slack/T1"}, Value: &bot.LinkOf{User: b.Chat.User("other")}})
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			early := linkBench(t)
			v := visits(t, early, "sanne")
			v.returned()
			tc.set(early)
			err := v.as(tc.person)
			late := linkBench(t)
			w := visits(t, late, "sanne").upTo(tc.person)
			tc.set(late)
			lateErr := w.confirm()
			if tc.want == "" {
				if err != nil || lateErr != nil {
					t.Errorf("refused: %v, %v", err, lateErr)
				}
				wantLinked(t, late, "sanne")
				return
			}
			wantReason(t, "when it is asked", err, tc.want)
			wantReason(t, "when it is said", lateErr, tc.want)
			for _, l := range append(early.Linked(), late.Linked()...) {
				if strings.HasSuffix(l, "u-sanne") || l == "u-sanne has sanne" {
					t.Errorf("bound: %s", l)
				}
			}
		})
	}
}

func put(b *bottest.Bench, p bot.Put) {
	b.T.Helper()
	if err := b.Store.Commit(b.T.Context(), bot.Change{Puts: []bot.Put{p}}); err != nil {
		b.T.Fatal(err)
	}
}

// What could not be read is no reason to bind.
func TestLink_UnknownIsNeverYes(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"Profile", "Person", "ByMail"} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			b := linkBench(t)
			v := visits(t, b, "sanne").upTo("u-sanne")
			fault := bottest.Refused(bot.Unavailable, "")
			if call == "Profile" {
				b.Chat.Fail(call, fault)
			} else {
				b.Company.Fail(call, fault)
			}
			if err := v.confirm(); bot.CodeOf(err) != bot.Unavailable {
				t.Errorf("got %v", err)
			}
			wantLinked(t, b)
			if err := v.confirm(); err != nil {
				t.Errorf("and again: %v", err)
			}
			wantLinked(t, b, "sanne")
		})
	}
}

func TestLink_OfManyAtOnceOneWins(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		set  func(t *testing.T, b *bottest.Bench) []*visit
	}{
		{"two people with two links for two accounts of one person", func(t *testing.T, b *bottest.Bench) []*visit {
			t.Helper()
			b.Chat.Profiles["sanne2"] = &bot.Profile{User: b.Chat.User("sanne2"), Name: "Sanne again", Mail: "s2@elsewhere.example"}
			return []*visit{visits(t, b, "sanne").upTo("u-sanne"), visits(t, b, "sanne2").upTo("u-sanne")}
		}},
		{"one tab, many presses", func(t *testing.T, b *bottest.Bench) []*visit {
			t.Helper()
			v := visits(t, b, "sanne").upTo("u-sanne")
			return []*visit{v, v, v, v}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := linkBench(t)
			vs := tc.set(t, b)
			var wg sync.WaitGroup
			for _, v := range vs {
				wg.Go(func() { _ = v.confirm() })
			}
			wg.Wait()
			if got := b.Linked(); len(got) != 2 {
				t.Errorf("linked are %v", got)
			}
		})
	}
}

// While the sign-in cannot be reached a link loses nothing by it; whether it can be
// is asked for a link that is good alone.
func TestLink_NothingIsSpentWhileTheSignInCannotBeReached(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	v := visits(t, b, "sanne")
	asked := 0
	down := func(context.Context) error { asked++; return bottest.Unavailable().Err }
	start := func(token, proof string) error {
		_, _, err := b.Engine.StartLink(t.Context(), token, v.asked, proof, "lost", down)
		return err
	}
	back := func(state string) error {
		_, _, err := b.Engine.ReturnLink(t.Context(), v.cookie, state, down)
		return err
	}
	wantReason(t, "another link", start("x"+v.token, v.proof), bot.LinkUnknown)
	wantReason(t, "another form", start(v.token, "x"), bot.LinkElsewhere)
	wantReason(t, "before the start", back("x"), bot.LinkElsewhere)
	if asked != 0 {
		t.Errorf("asked %d times for what may not be done", asked)
	}
	for range 9 {
		if err := start(v.token, v.proof); bot.CodeOf(err) != bot.Unavailable {
			t.Errorf("started: %v", err)
		}
	}
	v.begun()
	wantReason(t, "another state", back("x"), bot.LinkElsewhere)
	for range 9 {
		if err := back(v.in.State); bot.CodeOf(err) != bot.Unavailable {
			t.Errorf("came back: %v", err)
		}
	}
	if asked != 18 {
		t.Errorf("asked %d times", asked)
	}
	for _, step := range []func() error{v.back, func() error { return v.as("u-sanne") }, v.confirm} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	wantLinked(t, b, "sanne")
}

// Two tabs with one link: who begins last goes on.
func TestLink_OfTwoTabsTheLastBeginGoesOn(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	one := visits(t, b, "sanne").upTo("u-sanne")
	two := *one
	two.cookie, two.asked = "second", "asked-second"
	view, err := b.Engine.OpenLink(t.Context(), two.token, two.asked)
	if err != nil {
		t.Fatal(err)
	}
	two.proof = view.Proof
	two.upTo("u-sanne")
	wantReason(t, "the first tab", one.confirm(), bot.LinkElsewhere)
	if err := two.confirm(); err != nil {
		t.Fatal(err)
	}
	wantLinked(t, b, "sanne")
}

// Tess gets a link and has Sanne sign in: refused where the account has Tess's
// address. Where it has none that the directory knows, Sanne's own account is told.
func TestLink_AForwardedLinkIsNoticed(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	v := visits(t, b, "tess")
	v.returned()
	wantReason(t, "Sanne signs in for Tess", v.as("u-sanne"), bot.LinkOther)
	b.Chat.Profiles["tess"].Mail = "tess@private.example"
	v = visits(t, b, "tess").upTo("u-sanne")
	if err := v.confirm(); err != nil {
		t.Fatal(err)
	}
	b.Run()
	for user, want := range map[string]string{"sanne": "Tess Vos", "tess": "Sanne de Vries"} {
		cards := b.Cards(user)
		if len(cards) != 1 || !strings.Contains(cards[0].Card.Text, want) {
			t.Errorf("%s has %d cards:\n%s", user, len(cards), b.Seen(user))
		}
	}
}

// He who is known in another chat alone hears it there, once, whatever becomes of the
// chat in which it happened; the account that was bound does not hear it of itself.
func TestLink_AForwardedLinkIsToldInEachChat(t *testing.T) {
	t.Parallel()
	const title = "Another account was linked to you"
	told := func(b *bottest.Bench, user string) (n int) {
		for _, p := range b.Cards(user) {
			if strings.Contains(p.Card.Text, title) && strings.Contains(p.Card.Text, "Slack account Tess Vos") {
				n++
			}
		}
		return n
	}
	for _, tc := range []struct {
		name string
		set  func(b *bottest.Bench)
		want map[string]int
	}{
		{"known in Teams alone", func(b *bottest.Bench) { delete(b.Chat.Profiles, "sanne") }, map[string]int{"teams:sanne": 1}},
		{"known in both", func(*bottest.Bench) {}, map[string]int{"teams:sanne": 1, "sanne": 1}},
		{"Slack is down", func(b *bottest.Bench) {
			for range 4 {
				b.Chat.Fail("Post", bottest.Unavailable())
				b.Chat.Fail("Locate", bottest.Unavailable())
			}
		}, map[string]int{"teams:sanne": 1, "sanne": 1}},
		{"Teams is down, and takes Slack's word for long", func(b *bottest.Bench) {
			b.Teams.Fail("Post", bottest.Unavailable(), bottest.Unavailable(), bottest.Unavailable())
		}, map[string]int{"teams:sanne": 1, "sanne": 1}},
		{"the secret of Teams ran out and is replaced", func(b *bottest.Bench) {
			b.Teams.Fail("Post", bottest.Refused(bot.Forbidden, bot.ReasonCredentials))
		}, map[string]int{"teams:sanne": 1, "sanne": 1}},
		{"seen in Slack under another address", func(b *bottest.Bench) {
			b.Chat.Profiles["sanne"].Mail = "s@private.example"
			put(b, bot.Put{
				Key: bot.Key{Kind: bot.KindPerson, ID: "u-sanne"}, Index: map[string]string{bot.ByAll: "all"},
				Value: &bot.PersonRecord{ID: "u-sanne", Users: []bot.LastSeen{{User: b.Teams.User("sanne"), At: b.Clock.Now()}}},
			})
		}, map[string]int{"teams:sanne": 1, "sanne": 0}},
		{"the account was unlinked at once", func(b *bottest.Bench) {
			b.Teams.Fail("Post", bottest.Unavailable())
			b.Clock.Advance(time.Second)
		}, map[string]int{"teams:sanne": 1, "sanne": 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := linkBench(t)
			b.WithTeams()
			b.Chat.Profiles["tess"].Mail = "tess@private.example"
			v := visits(t, b, "tess").upTo("u-sanne")
			tc.set(b)
			if err := v.confirm(); err != nil {
				t.Fatal(err)
			}
			b.Run()
			if strings.Contains(tc.name, "unlinked") {
				b.Command("tess", "unlink")
			}
			b.Settle(awhile)
			for user, want := range tc.want {
				if got := told(b, user); got != want {
					t.Errorf("%s was told %d times, want %d:\n%s", user, got, want, b.Seen(user))
				}
			}
			if told(b, "tess") != 0 {
				t.Error("the account that was bound was told of itself")
			}
		})
	}
}

// Of a command that has to wait its word is kept and no more, since a guest may stand
// behind it; it goes on as it does when the word is typed alone.
func TestLink_WhatWaitsIsTheWordOfACommand(t *testing.T) {
	t.Parallel()
	const guest = "zoe.quist@contoso.example"
	for typed, tc := range map[string]struct{ word, told string }{
		"why " + guest:                {"why", "Tell me whom you mean"},
		"waarom " + guest + " Linden": {"why", "Tell me whom you mean"},
		"add " + guest:                {"add", ""},
		"new " + guest:                {"new", ""},
		"cancel G-73128 " + guest:     {"mine", "No requests yet"},
		"cancel":                      {"cancel", "Nothing"},
		"extend " + guest:             {"extend", "no guest whose access you can extend"},
		"language nl " + guest:        {"language", "Which one"},
		"inbox " + guest:              {"inbox", "Nothing waits for your decision"},
		"check " + guest:              {"check", "Are we ready for guests?"},
	} {
		t.Run(typed, func(t *testing.T) {
			t.Parallel()
			b := linkBench(t)
			in := b.Event("sanne")
			in.Command = &bot.Command{Text: typed}
			b.Act(in)
			early := kept(t, b)
			b.Run()
			if reason := b.SignIn("sanne", "u-sanne"); reason != "" {
				t.Fatal(reason)
			}
			// Words that no random secret happens to hold.
			raw := early + kept(t, b) + shownNow(b)
			if strings.Contains(raw, "zoe.quist") || strings.Contains(raw, "g-73128") {
				t.Error("what stood behind the word is kept, or shown")
			}
			b.PressValue("sanne", card.ActCommand, tc.word)
			form := b.Form("sanne") != nil
			if want := tc.word == "add" || tc.word == "new"; form != want || !want && !strings.Contains(b.Told("sanne"), tc.told) {
				t.Errorf("a form is open: %v; Sanne sees\n%s", form, b.Seen("sanne"))
			}
		})
	}
}

// So it is where the account was unlinked while its command waited.
func TestLink_WhatWaitedWhileItWasUnlinkedIsTheWordToo(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	links(b, "sanne", "u-sanne")
	in := b.Event("sanne")
	in.Command = &bot.Command{Text: "why zoe.quist@contoso.example"}
	b.Act(in)
	erase(b, "sanne")
	b.Run()
	recs, err := b.Store.Get(t.Context(), bot.Key{Kind: bot.KindLinkToken, ID: b.Chat.User("sanne").String()})
	if err != nil {
		t.Fatal(err)
	}
	if l, ok := recs[0].Value.(*bot.LinkToken); !ok || l.Step != bot.LinkGiven || l.Wanted != "why" {
		t.Errorf("kept is %+v", recs[0].Value)
	}
}

// Who is linked is read from the directory at each act, by id and not by address.
func TestLink_ALinkedAccountIsReadAnewByID(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	links(b, "sanne", "u-sanne")
	b.Chat.Profiles["sanne"].Mail = "tess@noordzee.nl" // as a workspace admin might
	b.Command("sanne", "mine")
	wantLinked(t, b, "sanne")
	says(b, "sanne", "link", "Sanne de Vries")
	b.Company.People["u-sanne"].Enabled = false
	says(b, "sanne", "mine", "switched off in the company's directory")
	b.Company.People["u-sanne"].Enabled, b.Company.People["u-sanne"].Guest = true, true
	says(b, "sanne", "mine", "guest of this company")
	delete(b.Company.People, "u-sanne")
	says(b, "sanne", "mine", "nobody in the company")
}

// An account that was known by its address is not known where people sign in, and
// who signed in stays so where the operator goes back to addresses.
func TestLink_BindingsOfTheTwoWaysAreKeptApart(t *testing.T) {
	t.Parallel()
	open := disk(t)
	byMail := bottest.New(t, open, nil)
	byMail.Command("sanne", "mine")
	b := bottest.New(t, open, signingIn)
	b.Command("sanne", "help") // its key is that of the event before
	says(b, "sanne", "mine", "who you are")
	if reason := b.SignIn("sanne", "u-sanne"); reason != "" {
		t.Fatal(reason)
	}
	byMail = bottest.New(t, open, nil)
	for range 9 {
		byMail.Command("sanne", "help")
	}
	byMail.Command("sanne", "mine")
	wantLinked(t, byMail, "sanne")
}

func TestUnlink_IsForAdminsAndOneself(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	links(b, "sanne", "u-sanne")
	links(b, "mehmet", "u-mehmet")
	says(b, "mehmet", "unlink sanne@noordzee.nl", "")
	b.Command("tess", "unlink sanne@noordzee.nl")
	wantLinked(t, b, "sanne", "mehmet")
	b.Command("mehmet", "unlink")
	wantLinked(t, b, "sanne")
	links(b, "mehmet", "u-mehmet")
	wantLinked(t, b, "sanne", "mehmet")
}

// An admin means whoever has the address as his own, and else the only one who has it
// in another way.
func TestUnlink_TakesTheAddressOfNobodyElse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, mail string
		set        func(b *bottest.Bench)
		left       []string
	}{
		{"his own, which another has beside", "sanne@noordzee.nl", func(b *bottest.Bench) { b.Company.People["u-tess"].Others = []string{"sanne@noordzee.nl"} }, []string{"joost", "tess"}},
		{"one of before, that nobody else has", "s.devries@noordzee.nl", func(b *bottest.Bench) { b.Company.People["u-sanne"].Others = []string{"s.devries@noordzee.nl"} }, []string{"joost", "tess"}},
		{"one that two have beside", "team@noordzee.nl", func(b *bottest.Bench) {
			b.Company.People["u-sanne"].Others, b.Company.People["u-tess"].Others = []string{"team@noordzee.nl"}, []string{"team@noordzee.nl"}
		}, []string{"joost", "sanne", "tess"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := linkBench(t)
			for _, user := range []string{"joost", "sanne", "tess"} {
				links(b, user, "u-"+user)
			}
			tc.set(b)
			b.Command("joost", "unlink "+tc.mail)
			wantLinked(t, b, tc.left...)
		})
	}
}

// Nothing of a link is left for ever.
func TestLink_TokensAreSweptAway(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	for _, user := range []string{"sanne", "mehmet", "priya"} {
		b.Command(user, "link")
		b.Command(user, "link")
	}
	b.SignIn("sanne", "u-sanne")
	b.Advance(30 * time.Minute)
	for user := range b.Chat.Profiles {
		recs, err := b.Store.Get(t.Context(), bot.Key{Kind: bot.KindLinkToken, ID: b.Chat.User(user).String()})
		if err != nil || recs[0].Rev != 0 {
			t.Errorf("%s still has a link: %+v, %v", user, recs, err)
		}
	}
	if due, err := b.Store.Due(t.Context()); err != nil || !due.IsZero() {
		t.Errorf("a job is left, due %v, %v", due, err)
	}
}

// Where a card went by an address that proved wrong, it follows the account that
// was bound.
func TestLink_WhatWaitsFollowsTheAccountThatWasBound(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	links(b, "sanne", "u-sanne")
	add(b, "sanne", anna)
	mehmetsOther(b)
	links(b, "mk", "u-mehmet")
	b.Settle(awhile)
	wantMoved(b)
	in := b.Event("mehmet")
	in.Press = &bot.Press{Card: b.Posted("mehmet", bot.DecideCard).Ref, Action: card.ActApprove, Request: b.Request().ID, Part: "g1", Version: 1}
	b.Act(in)
	b.Run()
	wantTold(t, b, "mehmet", "who you are")
}

// A card that showed everything, since people were known by their addresses, shows
// nothing any more where it went to another account.
func TestLink_WhatAnAccountShowedIsTakenBackWhenAnotherIsBound(t *testing.T) {
	t.Parallel()
	b := bottest.New(t, disk(t), nil)
	mehmetsOther(b)
	add(b, "sanne", anna)
	if p := b.Posted("mehmet", bot.DecideCard); p == nil || !strings.Contains(p.Card.Text, "Anna") {
		t.Fatalf("mehmet sees\n%s", b.Seen("mehmet"))
	}
	signingIn(&b.Engine.Settings)
	links(b, "mk", "u-mehmet")
	b.Settle(awhile)
	wantMoved(b)
}

// A binding that comes while a card is being posted is not undone by that, and what was
// posted to the account of before is taken back as well.
func TestLink_ACardThatIsUnderWayFollowsToo(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	mehmetsOther(b)
	links(b, "sanne", "u-sanne")
	links(b, "mehmet", "u-mehmet")
	moved := false
	b.Chat.Shown = func(c *card.Card, _ *card.Form) { // the chat has it, and its answer is on the way
		if c != nil && !moved && slices.ContainsFunc(bottest.Buttons(c.Blocks), func(x card.Button) bool { return x.Action == card.ActApprove }) {
			moved = true
			moveAway(b)
		}
	}
	add(b, "sanne", anna)
	if !moved {
		t.Fatal("no card was posted")
	}
	wantMoved(b)
}

// moveAway does, behind everybody's back, what binding Mehmet's second account does.
// No post of his card is known yet.
func moveAway(b *bottest.Bench) {
	b.T.Helper()
	erase(b, "mehmet")
	store, to := b.Store.(bottest.Fused).Store, b.Chat.User("mk")
	recs, err := store.Get(b.T.Context(), bot.Key{Kind: bot.KindMessage, ID: b.Request().ID + "/decide/u-mehmet"}, bot.Key{Kind: bot.KindPerson, ID: "u-mehmet"})
	if err != nil {
		b.T.Fatal(err)
	}
	m, p := recs[0].Value.(*bot.Message), recs[1].Value.(*bot.PersonRecord)
	if m.User != b.Chat.User("mehmet") || m.Ref != "" {
		b.T.Fatalf("the card is at %v %q", m.User, m.Ref)
	}
	m.User = bot.ChatUser{}
	p.Users = append(p.Users, bot.LastSeen{User: to, At: b.Clock.Now()})
	ix := map[string]string{bot.ByRequest: m.Request, bot.ByWaits: m.To.ID}
	err = store.Commit(b.T.Context(), bot.Change{Puts: []bot.Put{
		{Key: recs[0].Key, Rev: recs[0].Rev, Value: m, Index: ix},
		{Key: recs[1].Key, Rev: recs[1].Rev, Value: p, Index: map[string]string{bot.ByAll: "all"}},
		{Key: bot.Key{Kind: bot.KindLink, ID: to.String()}, Value: &bot.Link{User: to, Who: flow.Who{ID: "u-mehmet"}, By: "sign_in"}},
	}})
	if err != nil {
		b.T.Fatal(err)
	}
}

// erase takes an account's link away behind everybody's back.
func erase(b *bottest.Bench, user string) {
	b.T.Helper()
	store := b.Store.(bottest.Fused).Store
	recs, err := store.Get(b.T.Context(), bot.Key{Kind: bot.KindLink, ID: b.Chat.User(user).String()})
	if err != nil || recs[0].Rev == 0 {
		b.T.Fatal("no link to take away", err)
	}
	if err := store.Commit(b.T.Context(), bot.Change{Deletes: recs}); err != nil {
		b.T.Fatal(err)
	}
}

// A click that was received before is judged by who the account is when it is.
func TestUnlink_AClickThatWaitsIsRefused(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	links(b, "sanne", "u-sanne")
	links(b, "mehmet", "u-mehmet")
	add(b, "sanne", anna)
	b.Act(b.Pressed("mehmet", card.ActApprove, "g1"))
	erase(b, "mehmet")
	b.Settle(awhile)
	wantGuest(t, b, "g1", flow.AwaitingDecision)
	wantInvited(t, b, "anna@fabrikam.com", 0)
}

// An act that runs while its account is unlinked does not link it again.
func TestUnlink_IsNotUndoneByWhatRuns(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	links(b, "sanne", "u-sanne")
	gone := false
	b.Company.Before = func(call string) {
		if call == "Person" && !gone {
			gone = true
			erase(b, "sanne")
		}
	}
	b.Command("sanne", "mine")
	if got := b.Linked(); len(got) != 1 || got[0] != "u-sanne has sanne" { // what erase leaves
		t.Errorf("linked are %v", got)
	}
}

// A card is for its person: not for whoever has his address now and is somebody else.
func TestLink_ACardGoesToNobodyElsesAccount(t *testing.T) {
	t.Parallel()
	b := linkBench(t)
	links(b, "sanne", "u-sanne")
	b.Chat.Profiles["tess"].Mail = "tess@private.example"
	links(b, "tess", "u-tess")
	b.Chat.Profiles["tess"].Mail, b.Chat.Profiles["mehmet"].Mail = "mehmet@noordzee.nl", ""
	add(b, "sanne", anna)
	if p := b.Posted("tess", bot.DecideCard); p != nil {
		t.Errorf("Tess has\n%s", p.Card.Text)
	}
	wantNumberOnly(b, "priya")
}
