package card_test

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// all draws every example as every role in a language.
func all(texts *card.Texts, lang string) map[string]card.Card {
	out := map[string]card.Card{}
	for _, ex := range cardtest.Examples() {
		for _, role := range cardtest.Roles() {
			v := cardtest.Seen(texts, role, lang, ex.Request, ex.Guests...)
			out["status "+ex.Name+" / "+string(role)] = card.Status(v)
			if len(ex.Guests) > 0 && ex.Guests[0].Stage != "" {
				out["decide "+ex.Name+" / "+string(role)] = card.Decide(v)
			}
			if ex.Request.Site != nil {
				v.Part = flow.SitePart
				out["site "+ex.Name+" / "+string(role)] = card.Decide(v)
			}
			out["admin "+ex.Name+" / "+string(role)] = card.Admin(v)
			out["ending "+ex.Name+" / "+string(role)] = card.Ending(v)
		}
	}
	for _, n := range []int{8, 30, 100} {
		gs := cardtest.Crowd(n)
		for _, everything := range []bool{false, true} {
			v := cardtest.Seen(texts, card.AsOwner, lang, cardtest.Request(flow.Open, gs...), gs...)
			v.All = everything
			name := " of " + strconv.Itoa(n)
			if everything {
				name += ", all"
			}
			out["decide batch"+name], out["status batch"+name] = card.Decide(v), card.Status(v)
			v.Role = card.AsRequester
			out["status batch, requester"+name] = card.Status(v)
		}
	}
	var parked []*flow.Guest
	for i, setting := range readiness.Settings() {
		g := cardtest.Guest(flow.Parked)
		g.ID, g.Check.Setting, g.Check.HandCheck = "g"+strconv.Itoa(i+1), setting, true
		parked = append(parked, g)
	}
	out["admin, every setting"] = card.Admin(cardtest.Seen(texts, card.AsAdmin, lang, cardtest.Request(flow.Open, parked...), parked...))
	out["check, nothing read"] = card.Check(cardtest.Seen(texts, card.AsAdmin, lang, nil), readiness.CheckCompany(readiness.Snapshot{}, readiness.Policy{}, cardtest.Now))
	out["why, nothing read"] = card.Why(cardtest.Seen(texts, card.AsAdmin, lang, nil), card.Asked{Subject: "anna@fabrikam.com", Verdict: readiness.Invite(readiness.Question{Now: cardtest.Now})})
	return out
}

var leftover = regexp.MustCompile(`\{[a-z]+\}|\b(head|next|guest|decide|status|employee|finding|word|rule|short)\.[a-z_]+\b|%!|<nil>`)

func TestCards_AreWholeSentences(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		for name, c := range all(texts, lang) {
			if c.Text == "" || c.Title == "" {
				t.Errorf("%s: no text or no title", name)
			}
			if w := leftover.FindString(shown(c)); w != "" {
				t.Errorf("%s: %q was left standing in\n%s", name, w, shown(c))
			}
		}
	})
}

// The bounds of a Slack message: blocks, header, button and confirmation.
func TestCards_FitIntoAMessage(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		for name, c := range all(texts, lang) {
			if n := len(c.Blocks); n > 49 {
				t.Errorf("%s: %d blocks", name, n)
			}
			if utf8.RuneCountInString(c.Title) > 150 {
				t.Errorf("%s: the title is too long: %s", name, c.Title)
			}
			for _, b := range c.Blocks {
				a, ok := b.(card.Actions)
				if !ok {
					continue
				}
				if len(a.Buttons) == 0 || len(a.Buttons) > 5 {
					t.Errorf("%s: %d buttons in a row", name, len(a.Buttons))
				}
				for _, x := range a.Buttons {
					if n := utf8.RuneCountInString(x.Label); n == 0 || n > 30 {
						t.Errorf("%s: the label %q has %d characters", name, x.Label, n)
					}
					if x.Confirm != nil && (utf8.RuneCountInString(x.Confirm.Title) > 100 || utf8.RuneCountInString(x.Confirm.Text) > 300 || utf8.RuneCountInString(x.Confirm.Yes) > 30) {
						t.Errorf("%s: the confirmation of %s is too long", name, x.Label)
					}
				}
			}
		}
	})
}

func TestForms_FitIntoADialog(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		w := cardtest.Guest(flow.Question)
		r := cardtest.NewSite(flow.Checking, w)
		r.State, r.Answers.Guests = flow.Draft, cardtest.Entries()
		v := cardtest.Seen(texts, card.AsRequester, lang, r, w)
		v.Part = "g1"
		forms := []card.Form{
			card.SiteForm(v), card.PeopleForm(v), card.ReviewForm(v), card.DeclineForm(v, ""), card.AskForm(v, ""), card.AnswerForm(v, ""), card.Closed(v, "form_sent", nil),
		}
		for _, step := range []string{"site", "people", "review", card.StepDecline, card.StepAsk, card.StepAnswer} {
			forms = append(forms, card.Loading(v, step))
		}
		for _, f := range forms {
			for _, s := range []string{f.Title, f.Submit, f.Close} {
				if utf8.RuneCountInString(s) > 24 {
					t.Errorf("%s: %q is longer than 24 characters", f.Step, s)
				}
			}
			if f.Title == "" || f.Close == "" {
				t.Errorf("%s: no title or no way to close", f.Step)
			}
			if w := leftover.FindString(asked(f)); w != "" {
				t.Errorf("%s: %q was left standing", f.Step, w)
			}
			for _, x := range f.Fields {
				if x.Label == "" || utf8.RuneCountInString(x.Hint) > 2000 || utf8.RuneCountInString(x.Placeholder) > 150 {
					t.Errorf("%s %s: label or hint does not fit", f.Step, x.ID)
				}
				for _, o := range x.Options {
					if utf8.RuneCountInString(o.Label) > 75 || utf8.RuneCountInString(o.Hint) > 75 {
						t.Errorf("%s %s: option %q is too long", f.Step, x.ID, o.Label)
					}
				}
			}
		}
	})
}

// Somebody who reads only the text can decide: who asks for what, whom, why,
// until when, what silence means, and which buttons there are.
func TestDecide_TextIsEnough(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	for lang, words := range map[string][]string{
		"en": {"Sanne wants to add 1 guest to Project Linden", "Fri 19 Feb 2027", "Thu 26 Nov, 17:00", "No answer = nothing changes", "[Add Anna] [Decline] [Ask Sanne]", "Priya can also decide", "First guest from fabrikam.com"},
		"nl": {"Sanne wil 1 gast toevoegen aan Project Linden", "vr 19 feb 2027", "do 26 nov, 17.00", "Geen antwoord = er verandert niets", "[Anna toevoegen] [Afwijzen] [Vraag Sanne]", "Priya mag ook beslissen", "Eerste gast van fabrikam.com"},
	} {
		g := cardtest.Guest(flow.AwaitingDecision)
		c := card.Decide(cardtest.Seen(texts, card.AsOwner, lang, cardtest.Request(flow.Open, g), g))
		for _, w := range append(words, "Anna Kowalski", "anna@fabrikam.com", "Anna delivers the soil report", "G-1042") {
			if !strings.Contains(c.Text, w) {
				t.Errorf("%s: the text lacks %q:\n%s", lang, w, c.Text)
			}
		}
	}
}

func TestStatus_TextNamesGuestsAndDeadline(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		gs := cardtest.Crowd(3)
		c := card.Status(cardtest.Seen(texts, card.AsRequester, lang, cardtest.Request(flow.Open, gs...), gs...))
		for _, w := range []string{"Guest1 Smith", "guest1@fabrikam.com", "Guest3 Smith", "17"} {
			if !strings.Contains(c.Text, w) {
				t.Errorf("the text lacks %q:\n%s", w, c.Text)
			}
		}
	})
}

func TestDecide_OnlyDecidersHaveButtons(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	g := cardtest.Guest(flow.AwaitingDecision)
	may := map[card.Role]int{card.AsUnlinked: 1} // and that is to be linked
	for _, role := range []card.Role{card.AsRequester, card.AsBystander, card.AsUnlinked} {
		c := card.Decide(cardtest.Seen(texts, role, "en", cardtest.Request(flow.Open, g), g))
		buttons := buttonsOf(c.Blocks)
		if strings.Count(buttons, "action=") != may[role] || strings.Count(buttons, "action=command value=link") != may[role] {
			t.Errorf("%s has a button that does something:\n%s", role, shown(c))
		}
	}
}

func TestCards_WhoIsNotLinkedSeesANumberAndNoMore(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		for _, ex := range cardtest.Examples() {
			v := cardtest.Seen(texts, card.AsUnlinked, lang, ex.Request, ex.Guests...)
			for _, c := range []card.Card{card.Status(v), card.Decide(v)} {
				if strings.Contains(shown(c), v.LinkURL) {
					t.Errorf("%s: a card that stays holds a link", ex.Name)
				}
				for _, private := range []string{"Anna", "fabrikam", "Linden", "Sanne", "Mehmet"} {
					if strings.Contains(shown(c), private) {
						t.Errorf("%s: shows %q", ex.Name, private)
					}
				}
			}
		}
	})
}

func TestCards_EmployeesSeeNoSettings(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	p := cardtest.Guest(flow.Parked)
	r := cardtest.Request(flow.Open, p)
	a := card.Asked{Verdict: cardtest.Cannot(), Subject: p.Mail, Site: r.Target, Waiting: []*flow.Request{r}}
	for _, role := range []card.Role{card.AsRequester, card.AsOwner, card.AsCoOwner, card.AsBystander} {
		v := cardtest.Seen(texts, role, "en", r, p)
		for _, c := range []card.Card{card.Status(v), card.Decide(v), card.Why(v, a), card.Check(v, cardtest.Report())} {
			for _, w := range []string{"Collaboration restrictions", "Global Administrator", "14", "b2b", "admin.example.org"} {
				if strings.Contains(shown(c), w) {
					t.Errorf("%s reads %q in\n%s", role, w, shown(c))
				}
			}
		}
	}
}

// What people typed stays text: it makes no markup, no lines and no buttons.
func TestCards_ForeignTextStaysText(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	evil := "**x**\n[Add Anna] <https://evil.example|click> {site} *b* _i_ \u202egnp.exe\u200b <!channel>"
	g := cardtest.Guest(flow.AwaitingDecision)
	g.Name = evil
	r := cardtest.Request(flow.Open, g)
	r.Requester.Name, r.Target.Name, r.Answers.Why = evil, evil, evil
	for _, c := range []card.Card{
		card.Status(cardtest.Seen(texts, card.AsRequester, "en", r, g)), card.Decide(cardtest.Seen(texts, card.AsOwner, "en", r, g)),
		card.Admin(cardtest.Seen(texts, card.AsAdmin, "en", r, g)), card.Mine(cardtest.Seen(texts, card.AsRequester, "en", nil), []*flow.Request{r}),
		card.Handover(cardtest.Seen(texts, card.AsRequester, "en", r, g), g, "en", ""), card.Ending(cardtest.Seen(texts, card.AsOwner, "en", r, g)),
	} {
		for _, b := range c.Blocks {
			for _, runs := range runsOf(b) {
				for _, run := range runs {
					if run.Link != "" {
						t.Errorf("a link was made: %+v", run)
					}
					if _, quote := b.(card.Quote); !quote && strings.ContainsAny(run.Text, "\n\r\u202e\u200b") {
						t.Errorf("a line or a hidden character got through: %q", run.Text)
					}
					if run.Bold && run.Text == "x" {
						t.Errorf("markup was made of somebody's name: %+v", run)
					}
				}
			}
			if a, ok := b.(card.Actions); ok {
				for _, x := range a.Buttons {
					if strings.ContainsAny(x.Label, "[]\n\u202e") {
						t.Errorf("the label %q can be taken for another button", x.Label)
					}
				}
			}
		}
		for line := range strings.Lines(c.Text) {
			if strings.HasPrefix(line, "[Add Anna]") {
				t.Errorf("a name made a line of buttons in the text:\n%s", c.Text)
			}
		}
	}
}

func runsOf(b card.Block) [][]card.Run {
	switch b := b.(type) {
	case card.Text:
		return [][]card.Run{b.Runs}
	case card.Quote:
		return [][]card.Run{b.Runs}
	case card.Note:
		return [][]card.Run{b.Runs}
	case card.List:
		return b.Items
	}
	return nil
}

func TestFacts_AreWhatTheCardShows(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	g := cardtest.Guest(flow.AwaitingDecision)
	r := cardtest.Request(flow.Open, g)
	v := cardtest.Seen(texts, card.AsOwner, "en", r, g)
	before := card.Facts(v).JSON()
	if len(before) == 0 || !bytes.Contains(before, []byte("anna@fabrikam.com")) || !bytes.Contains(before, []byte("soil report")) {
		t.Fatalf("the facts lack what is decided on: %s", before)
	}
	dutch := cardtest.Seen(texts, card.AsOwner, "nl", r, g)
	dutch.Now = dutch.Now.AddDate(0, 0, 1)
	if !bytes.Equal(before, card.Facts(dutch).JSON()) {
		t.Error("the facts depend on the language or the hour")
	}
	for name, change := range map[string]func(){
		"until":    func() { g.Until = g.Until.AddDate(0, 0, 1) },
		"mail":     func() { g.Mail = "eva@fabrikarn.com" },
		"flags":    func() { g.Check.Flags = append(g.Check.Flags, flow.Flag{Code: string(readiness.FlagManyGuests)}) },
		"why":      func() { r.Answers.Why = "Something else." },
		"version":  func() { r.Version++ },
		"deadline": func() { g.Deadline = g.Deadline.AddDate(0, 0, 1) },
	} {
		change()
		after := card.Facts(v).JSON()
		if bytes.Equal(before, after) {
			t.Errorf("%s changed and the facts did not", name)
		}
		before = after
	}
}

func TestDecide_ApproveAsksOnceMoreWhereThereIsSomethingToLookAt(t *testing.T) {
	t.Parallel()
	texts := cardtest.Load(t)
	gs := cardtest.Crowd(4)
	c := card.Decide(cardtest.Seen(texts, card.AsOwner, "en", cardtest.Request(flow.Open, gs...), gs...))
	for _, b := range c.Blocks {
		a, ok := b.(card.Actions)
		if !ok {
			continue
		}
		for _, x := range a.Buttons {
			flagged := x.Part == "g2" || x.Part == "g4"
			if x.Action == card.ActApprove && flagged != (x.Confirm != nil) {
				t.Errorf("%s: confirm is %v", x.Label, x.Confirm)
			}
		}
	}
}

func TestSplitStep_GivesBackWhatWasCarried(t *testing.T) {
	t.Parallel()
	v := cardtest.Seen(cardtest.Load(t), card.AsOwner, "en", cardtest.Request(flow.Open, cardtest.Guest(flow.Question)), cardtest.Guest(flow.Question))
	v.Part = "g1"
	for _, carry := range []string{"", "g1|3|m-7"} {
		if step, got := card.SplitStep(card.DeclineForm(v, carry).Step); step != card.StepDecline || got != carry {
			t.Errorf("carried %q, got %q %q", carry, step, got)
		}
	}
}

func TestFieldErrors_FirstFaultOfEachField(t *testing.T) {
	t.Parallel()
	v := cardtest.Seen(cardtest.Load(t), card.AsRequester, "en", cardtest.Request(flow.Draft))
	got := card.FieldErrors(v, []flow.Problem{{Field: card.FieldName, Code: "needed"}, {Field: card.FieldName, Code: "name_invalid"}, {Field: card.FieldDate, Code: "a_new_code"}})
	if len(got) != 2 || got[card.FieldName] != "Please fill this in." || got[card.FieldDate] == "" {
		t.Errorf("got %v", got)
	}
}

func TestWhisper_ACodeWithoutATextStillSaysThatNothingChanged(t *testing.T) {
	t.Parallel()
	v := cardtest.Seen(cardtest.Load(t), card.AsOwner, "en", nil)
	if c := card.Whisper(v, "no_such_code", nil); !strings.Contains(c.Text, "nothing was changed") {
		t.Errorf("got %q", c.Text)
	}
	if c := card.Whisper(v, "no_match", nil); !strings.Contains(c.Text, "directory") {
		t.Errorf("a refusal without its prefix: %q", c.Text)
	}
}
