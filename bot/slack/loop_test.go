package slack

// The tests in this file run the whole way: a person in the fake Slack, the
// adapter over HTTP, and a door that records.

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
)

func opens(f card.Form) func(bot.Inbound) (bot.Answer, error) {
	return func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Open: &f}, nil }
}

// openSite types the command that opens the first form and gives the view.
func openSite(t *testing.T, r *rig, f card.Form) slackfake.View {
	t.Helper()
	r.door.answer = opens(f)
	must(t)(r.fake.As(slackfake.Sanne).Command(t.Context(), "/guestsite new"))
	v, ok := r.fake.As(slackfake.Sanne).TopView()
	if !ok {
		t.Fatal("no form is open")
	}
	return v
}

func TestCommand_OpensTheFormAfterTheCommitAndReportsIt(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			began := time.Now()
			v := openSite(t, r, siteForm())
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("the form came after %v", took)
			}
			in := d.last(t)
			if in.Command == nil || in.Command.Text != "new" || in.User != user(r, slackfake.Sanne) || in.Trigger == "" ||
				in.Reply == "" || in.Key != "slack:command:"+r.fake.TeamID()+":"+in.Trigger || in.At.IsZero() {
				t.Errorf("the event is %+v", in)
			}
			ref, _ := viewRef(v.ID)
			if want := "slack G-1042 " + string(ref); !slices.Equal(d.openedForms(), []string{want}) {
				t.Errorf("reported %q, want %q", d.openedForms(), want)
			}
			if v.Title != "New guest site" || v.Submit != "Next" {
				t.Errorf("the view is %+v", v)
			}
		})
	}
}

func TestCommand_AnswersPrivately(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{answer: func(bot.Inbound) (bot.Answer, error) {
				return bot.Answer{Whisper: &card.Card{Text: "I do not know <that> & more.", Blocks: []card.Block{
					card.Actions{Buttons: []card.Button{{Label: "new", Action: card.ActCommand, Value: "new"}}},
				}}}, nil
			}}
			r := newRig(t, d, through)
			channel := r.fake.AddChannel(slackfake.Channel{Name: "general", Members: []string{slackfake.Sanne, slackfake.Lars}})
			out := must(t)(r.fake.As(slackfake.Sanne).CommandIn(t.Context(), channel, "/guestsite nwe"))
			if out.Message == nil || !out.Message.Ephemeral || !strings.Contains(out.Message.Text, "&lt;that&gt; &amp; more") {
				t.Fatalf("shown: %+v", out.Message)
			}
			if seen := r.fake.As(slackfake.Lars).In(channel); len(seen) != 0 {
				t.Errorf("a colleague sees %+v", seen)
			}
			must(t)(r.fake.As(slackfake.Sanne).Click(t.Context(), out.Message.Ref(), "new"))
			if p := d.last(t).Press; p == nil || p.Action != card.ActCommand || p.Value != "new" || p.Card == "" {
				t.Errorf("the click is %+v", p)
			}
		})
	}
}

func TestCommand_SaysSorryWithTheReferenceThatIsLogged(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{answer: func(bot.Inbound) (bot.Answer, error) {
				return bot.Answer{}, &bot.Error{Code: bot.Unavailable, Op: "store: commit"}
			}}
			r := newRig(t, d, through)
			out := must(t)(r.fake.As(slackfake.Sanne).Command(t.Context(), "/guestsite new"))
			errs, refs := d.sorries()
			if len(refs) != 1 || len(refs[0]) != 8 || bot.CodeOf(errs[0]) != bot.Unavailable {
				t.Fatalf("shown: %v %v", errs, refs)
			}
			if out.Message == nil || !out.Message.Ephemeral || !strings.Contains(out.Message.Text, refs[0]) {
				t.Errorf("the person sees %+v", out.Message)
			}
			if !strings.Contains(r.log.String(), "ref="+refs[0]) {
				t.Errorf("the reference is not in the log:\n%s", r.log)
			}
		})
	}
}

func TestCommand_LateTriggerIsToldAndTheCommitStands(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through, func(f *slackfake.Options, _ *Options) { f.TriggerLife = time.Nanosecond })
			d.answer = opens(siteForm())
			out := must(t)(r.fake.As(slackfake.Sanne).Command(t.Context(), "/guestsite new"))
			errs, _ := d.sorries()
			if len(errs) != 1 || bot.CodeOf(errs[0]) != bot.Expired || out.Message == nil {
				t.Errorf("errors %v, shown %+v", errs, out.Message)
			}
			if len(d.events()) != 1 || len(d.openedForms()) != 0 {
				t.Errorf("%d events, opened %v", len(d.events()), d.openedForms())
			}
		})
	}
}

func TestSubmit_ErrorsUpdateThenClose(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			v := openSite(t, r, siteForm())
			sanne := r.fake.As(slackfake.Sanne)
			must(t)(sanne.Fill(t.Context(), v.Ref(), "Name", "CEO <b>&</b>"))

			d.answer = func(in bot.Inbound) (bot.Answer, error) {
				return bot.Answer{Again: wrong(map[string]string{
					card.FieldName: "'CEO' can't be part of a name here.", "unknown": "Something else.",
				})}, nil
			}
			out := must(t)(sanne.Submit(t.Context()))
			in := d.last(t)
			want := map[string][]string{
				"name": {"CEO <b>&</b>"}, "owner": {"11111111-1111-1111-1111-111111111111"}, "access": {"private"},
			}
			if in.Submit == nil || !equalValues(in.Submit.Values, want) || in.Submit.Request != "G-1042" || in.Submit.Step != "site" {
				t.Fatalf("the submission is %+v", in.Submit)
			}
			if form, _ := viewRef(v.ID); in.Submit.Form != form {
				t.Errorf("form %q, opened %q", in.Submit.Form, form)
			}
			top, _ := sanne.TopView()
			if out.Answer != "errors" || len(top.Errors) != 1 || !strings.Contains(oneOf(top.Errors), "CEO") ||
				!strings.Contains(oneOf(top.Errors), "Something else.") {
				t.Fatalf("answer %q, errors %v", out.Answer, top.Errors)
			}

			must(t)(sanne.Fill(t.Context(), v.Ref(), "Name", "Project Linden"))
			next := peopleForm()
			d.answer = func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Update: &next}, nil }
			if out = must(t)(sanne.Submit(t.Context())); out.Answer != "update" {
				t.Fatalf("answer %q", out.Answer)
			}
			if d.last(t).Key == in.Key {
				t.Error("a corrected form has the key of the refused one")
			}
			top, _ = sanne.TopView()
			if top.ID != v.ID || top.Title != "People" {
				t.Fatalf("the screen shows %q in %s", top.Title, top.ID)
			}

			d.answer = nil
			if out = must(t)(sanne.Submit(t.Context())); out.Answer != "close" {
				t.Fatalf("answer %q", out.Answer)
			}
			got := d.last(t).Submit
			if !equalValues(got.Values, map[string][]string{
				"guests": {"anna@fabrikam.com\neva@fabrikarn.com"}, "members": {"22222222-2222-2222-2222-222222222222"},
				"days": {"90"}, "date": {"2027-02-19"},
			}) || got.Step != "people" {
				t.Errorf("the second submission is %+v", got)
			}
			if _, open := sanne.TopView(); open {
				t.Error("the form is still open")
			}
		})
	}
}

func TestSubmit_WhatWasNotTakenIsLaidOverTheForm(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			v := openSite(t, r, siteForm())
			sanne := r.fake.As(slackfake.Sanne)
			must(t)(sanne.Fill(t.Context(), v.Ref(), "Name", "Project Linden"))
			d.answer = func(bot.Inbound) (bot.Answer, error) { return bot.Answer{}, errors.New("a fault") }
			if out := must(t)(sanne.Submit(t.Context())); out.Answer != "push" {
				t.Fatalf("answer %q", out.Answer)
			}
			top, _ := sanne.TopView()
			if _, refs := d.sorries(); len(refs) != 1 || !strings.Contains(r.fake.ViewText(top), refs[0]) {
				t.Fatalf("shown: %s", r.fake.ViewText(top))
			}
			must(t)(sanne.CloseView(t.Context()))
			if top, _ = sanne.TopView(); top.ID != v.ID || !strings.Contains(r.fake.ViewText(top), "Project Linden") {
				t.Errorf("what was typed is gone: %s", r.fake.ViewText(top))
			}
		})
	}
}

func TestSubmit_WhisperTakesTheFormsPlace(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			openSite(t, r, loadedDecline())
			sanne := r.fake.As(slackfake.Sanne)
			d.answer = func(bot.Inbound) (bot.Answer, error) {
				return bot.Answer{Whisper: &card.Card{Title: "Mehmet already decided this at 10:12.", Text: "Mehmet already decided this at 10:12."}}, nil
			}
			if out := must(t)(sanne.Submit(t.Context())); out.Answer != "update" {
				t.Fatalf("answer %q", out.Answer)
			}
			top, _ := sanne.TopView()
			if top.Submit != "" || !strings.Contains(r.fake.ViewText(top), "already decided") {
				t.Errorf("shown: %s", r.fake.ViewText(top))
			}
		})
	}
}

// loadedDecline is a form that can be sent as it is.
func loadedDecline() card.Form {
	return card.Form{
		Request: "G-1042", Step: card.StepDecline, Title: "Decline", Submit: "Decline",
		Fields: []card.Field{{ID: card.FieldNote, Kind: card.Lines, Label: "Note", Optional: true}},
	}
}

func TestUpdateForm_FillsALoadingFormAndKeepsWhatIsTyped(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			v := openSite(t, r, loading())
			ref, _ := viewRef(v.ID)
			sanne := r.fake.As(slackfake.Sanne)
			if err := r.chat.UpdateForm(t.Context(), ref, siteForm()); err != nil {
				t.Fatal(err)
			}
			must(t)(sanne.Fill(t.Context(), v.Ref(), "Name", "Project Linden"))
			again := siteForm()
			again.Fields[0].Hint = "That address is free."
			if err := r.chat.UpdateForm(t.Context(), ref, again); err != nil {
				t.Fatal(err)
			}
			top, _ := sanne.TopView()
			if text := r.fake.ViewText(top); !strings.Contains(text, "Project Linden") || !strings.Contains(text, "is free") {
				t.Errorf("shown: %s", text)
			}
			must(t)(sanne.CloseView(t.Context()))
			err := r.chat.UpdateForm(t.Context(), ref, again)
			if bot.CodeOf(err) != bot.NotFound || bot.ReasonOf(err) != bot.ReasonGone {
				t.Errorf("a closed form: %v", err)
			}
		})
	}
}

func TestSubmit_OpenTakesTheFormsPlaceAndIsReported(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			v := openSite(t, r, loadedDecline())
			sanne := r.fake.As(slackfake.Sanne)
			next := peopleForm()
			next.Request = "G-7"
			d.answer = opens(next)
			if out := must(t)(sanne.Submit(t.Context())); out.Answer != "update" {
				t.Fatalf("answer %q", out.Answer)
			}
			d.answer = opens(loadedDecline())
			must(t)(sanne.Click(t.Context(), v.Ref(), "Back"))
			ref, _ := viewRef(v.ID)
			want := []string{"slack G-1042 " + string(ref), "slack G-7 " + string(ref), "slack G-1042 " + string(ref)}
			if !slices.Equal(d.openedForms(), want) {
				t.Errorf("reported %q, want %q", d.openedForms(), want)
			}
			if top, _ := sanne.TopView(); top.ID != v.ID || top.Title != "Decline" {
				t.Errorf("shown %q in %s", top.Title, top.ID)
			}
		})
	}
}

func TestSubmit_ErrorsOfAFormWithoutFieldsAreLaidOverIt(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			last := loading()
			last.Submit = "Send"
			openSite(t, r, last)
			sanne := r.fake.As(slackfake.Sanne)
			d.answer = func(bot.Inbound) (bot.Answer, error) {
				return bot.Answer{Again: wrong(map[string]string{"name": "The address was taken meanwhile."})}, nil
			}
			if out := must(t)(sanne.Submit(t.Context())); out.Answer != "push" {
				t.Fatalf("answer %q", out.Answer)
			}
			if top, _ := sanne.TopView(); !strings.Contains(r.fake.ViewText(top), "taken meanwhile") {
				t.Errorf("shown: %s", r.fake.ViewText(top))
			}
		})
	}
}

func TestForm_ThatCannotBeDrawnIsTold(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			bad := siteForm()
			bad.Submit = "" // inputs need one
			d.answer = opens(bad)
			sanne := r.fake.As(slackfake.Sanne)
			must(t)(sanne.Command(t.Context(), "/guestsite new"))
			openSite(t, r, loadedDecline())
			d.answer = opens(bad)
			must(t)(sanne.Submit(t.Context()))
			errs, _ := d.sorries()
			if len(errs) != 2 {
				t.Fatalf("shown: %v", errs)
			}
			for _, err := range errs {
				if bot.ReasonOf(err) != bot.ReasonBadCard || !strings.Contains(err.Error(), "/submit") {
					t.Errorf("shown: %v", err)
				}
			}
		})
	}
}

func TestCommand_IsAnsweredInTimeWhateverHangs(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for name, hang := range map[string]func(*door, *rig){
				"the commit": func(d *door, _ *rig) { d.hang = true },
				"views.open": func(d *door, r *rig) {
					d.answer = opens(siteForm())
					r.fake.AddFault(slackfake.Fault{Method: "views.open", Kind: slackfake.FaultHangAfter})
				},
			} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					d := &door{}
					r := newRig(t, d, through)
					hang(d, r)
					out := must(t)(r.fake.As(slackfake.Sanne).Command(t.Context(), "/guestsite new"))
					errs, _ := d.sorries()
					if out.Message == nil || len(errs) != 1 {
						t.Errorf("shown %+v for %v", out.Message, errs)
					}
				})
			}
		})
	}
}

func equalValues(a, b map[string][]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if !slices.Equal(v, b[k]) {
			return false
		}
	}
	return true
}

func oneOf(m map[string]string) string {
	for _, v := range m {
		return v
	}
	return ""
}
