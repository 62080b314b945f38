package slack

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
)

func TestPress_OnACardReachesTheDoorAndWhispers(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			ref, err := r.chat.Post(t.Context(), user(r, slackfake.Mehmet), "out-1", ownerCard())
			if err != nil {
				t.Fatal(err)
			}
			mehmet := r.fake.As(slackfake.Mehmet)
			msg := mehmet.DM()[0]
			d.answer = func(bot.Inbound) (bot.Answer, error) {
				return bot.Answer{Whisper: &card.Card{Text: "Mehmet already decided this."}}, nil
			}
			must(t)(mehmet.Click(t.Context(), msg.Ref(), "Add Anna"))
			in := d.last(t)
			want := bot.Press{Card: ref, Action: card.ActApprove, Request: "G-1042", Part: "guest-1", Version: 3}
			if in.Press == nil || in.Press.Card != want.Card || in.Press.Action != want.Action || in.Press.Request != want.Request ||
				in.Press.Part != want.Part || in.Press.Version != want.Version || in.Press.Form != "" || in.User != user(r, slackfake.Mehmet) {
				t.Fatalf("the click is %+v of %+v", in.Press, in.User)
			}
			line, err := r.fake.WaitMessage(wait(t), slackfake.Mehmet, func(m slackfake.Message) bool {
				return strings.Contains(m.Text, "already decided")
			})
			if err != nil || !line.Ephemeral {
				t.Errorf("the line: %+v, %v", line, err)
			}

			// A link is opened by the client; we only acknowledge.
			before := len(d.events())
			must(t)(mehmet.Click(t.Context(), msg.Ref(), "Open site"))
			if len(d.events()) != before {
				t.Error("a plain link reached the door")
			}

			// A second click on the same button is another event.
			must(t)(mehmet.Click(t.Context(), msg.Ref(), "Add Anna"))
			if again := d.last(t); again.Key == in.Key {
				t.Error("two clicks have one key")
			}
		})
	}
}

func TestPress_OnACardOpensAForm(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			if _, err := r.chat.Post(t.Context(), user(r, slackfake.Mehmet), "out-1", ownerCard()); err != nil {
				t.Fatal(err)
			}
			mehmet := r.fake.As(slackfake.Mehmet)
			d.answer = opens(loadedDecline())
			out := must(t)(mehmet.Click(t.Context(), mehmet.DM()[0].Ref(), "Decline"))
			if out.Confirm == nil || out.Confirm.Title != "Decline Anna?" {
				t.Errorf("confirm: %+v", out.Confirm)
			}
			if v, ok := mehmet.TopView(); !ok || v.Title != "Decline" || len(d.openedForms()) != 1 {
				t.Errorf("the form %+v, reported %v", v, d.openedForms())
			}
		})
	}
}

func TestPress_InAFormRedrawsIt(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			v := openSite(t, r, peopleForm())
			sanne := r.fake.As(slackfake.Sanne)
			must(t)(sanne.Fill(t.Context(), v.Ref(), "Guests", "eva@fabrikarn.com, piet@gmail.com"))

			swapped := peopleForm()
			swapped.Fields[0].Value = []card.Option{{Value: "eva@fabrikam.com, piet@gmail.com"}}
			d.answer = func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Update: &swapped}, nil }
			must(t)(sanne.Click(t.Context(), v.Ref(), "Yes, change"))
			in := d.last(t)
			if form, _ := viewRef(v.ID); in.Press.Form != form || in.Press.Card != "" || in.Reply != "dm:"+slackfake.Sanne ||
				in.Press.Value != "eva@fabrikarn.com>eva@fabrikam.com" ||
				!slices.Equal(in.Press.Values["guests"], []string{"eva@fabrikarn.com, piet@gmail.com"}) {
				t.Fatalf("the click is %+v", in.Press)
			}
			top, _ := sanne.TopView()
			if text := r.fake.ViewText(top); !strings.Contains(text, "eva@fabrikam.com, piet@gmail.com") {
				t.Errorf("the swap is not on the screen: %s", text)
			}

			// The value first drawn comes back although the person typed over it.
			must(t)(sanne.Fill(t.Context(), v.Ref(), "Guests", "something else"))
			must(t)(sanne.Click(t.Context(), v.Ref(), "Leave out"))
			top, _ = sanne.TopView()
			if text := r.fake.ViewText(top); strings.Contains(text, "something else") || !strings.Contains(text, "eva@fabrikam.com, piet") {
				t.Errorf("the server's value does not stand: %s", text)
			}
		})
	}
}

func TestPress_InAFormTellsOverTheForm(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			v := openSite(t, r, peopleForm())
			sanne := r.fake.As(slackfake.Sanne)
			d.answer = func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Whisper: &card.Card{Text: "Not yours."}}, nil }
			must(t)(sanne.Click(t.Context(), v.Ref(), "Back"))
			if top, _ := sanne.TopView(); top.Title != "People" || !strings.Contains(r.fake.ViewText(top), "Not yours.") {
				t.Errorf("shown: %s", r.fake.ViewText(top))
			}
			must(t)(sanne.CloseView(t.Context()))

			// When no view can be laid over the form the line is a direct message.
			r.fake.AddFault(slackfake.Fault{Method: "views.push", Kind: slackfake.FaultError, Error: "push_limit_reached"})
			must(t)(sanne.Click(t.Context(), v.Ref(), "Back"))
			if _, err := r.fake.WaitMessage(wait(t), slackfake.Sanne, func(m slackfake.Message) bool { return m.Text == "Not yours." }); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOptions_AreSearchedByTheDoor(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{suggest: func(u bot.ChatUser, k card.FieldKind, text string) ([]card.Option, error) {
				switch text {
				case "fail":
					return nil, errors.New("directory is down")
				case "many":
					out := make([]card.Option, 150)
					for i := range out {
						out[i] = card.Option{Value: strings.Repeat("i", i/3+1), Label: "x"}
					}
					return out, nil
				case "me":
					return []card.Option{
						{Value: u.ID, Label: "Mehmet " + string(k)},
						{Value: strings.Repeat("v", 76), Label: "a value that Slack refuses"},
					}, nil
				}
				return nil, nil
			}}
			r := newRig(t, d, through)
			v := openSite(t, r, peopleForm())
			sanne := r.fake.As(slackfake.Sanne)
			for typed, want := range map[string]int{"fail": 0, "many": 100, "me": 1, "nobody": 0} {
				got, out, err := sanne.Suggest(t.Context(), v.Ref(), "Colleagues", typed)
				if err != nil || !out.OK() || len(got) != want {
					t.Errorf("%s: %d options, %+v, %v", typed, len(got), out, err)
				}
				if want == 0 && strings.TrimSpace(out.Body) != `{"options":[]}` && out.Body != "" {
					t.Errorf("%s: the body is %s", typed, out.Body)
				}
				if typed == "me" && (got[0].Value != slackfake.Sanne || got[0].Text != "Mehmet people") {
					t.Errorf("the option is %+v", got[0])
				}
			}
		})
	}
}

func TestEvents_AMessageToTheBotIsACommand(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{answer: func(in bot.Inbound) (bot.Answer, error) {
				return bot.Answer{Whisper: &card.Card{Text: "You said " + in.Command.Text}}, nil
			}}
			r := newRig(t, d, through)
			if r.chat.sockets == nil { // there is no address to verify with sockets
				if ok, err := r.fake.VerifyEventsURL(t.Context()); err != nil || !ok {
					t.Fatalf("url_verification: %v %v", ok, err)
				}
			}
			lars := r.fake.As(slackfake.Lars)
			must(t)(lars.Say(t.Context(), "why anna@fabrikam.com."))
			in := d.last(t)
			if in.Command == nil || in.Command.Text != "why anna@fabrikam.com" || in.Trigger != "" || in.Reply != "dm:"+slackfake.Lars {
				t.Fatalf("the event is %+v %+v", in, in.Command)
			}
			if _, err := r.fake.WaitMessage(wait(t), slackfake.Lars, func(m slackfake.Message) bool {
				return m.Text == "You said why anna@fabrikam.com"
			}); err != nil {
				t.Error(err)
			}
			must(t)(r.fake.RetryLast(t.Context(), slackfake.Lars, 1, "http_timeout"))
			if len(d.events()) != 1 || d.repeats() != 1 {
				t.Errorf("%d events, %d repeats", len(d.events()), d.repeats())
			}
			for _, e := range []map[string]any{
				{"type": "message", "channel_type": "im", "user": slackfake.Lars, "bot_id": "B1", "text": "x"},
				{"type": "message", "channel_type": "im", "user": slackfake.Lars, "subtype": "message_changed"},
				{"type": "message", "channel_type": "channel", "user": slackfake.Lars, "text": "x"},
				{"type": "an_event_of_next_year", "blocks": "not a list"},
			} {
				must(t)(r.fake.SendEvent(t.Context(), e))
			}
			if len(d.events()) != 1 {
				t.Errorf("%d events after those to ignore", len(d.events()))
			}
		})
	}
}

func TestShortcut_IsACommandWithATrigger(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			d.answer = opens(siteForm())
			must(t)(r.fake.As(slackfake.Sanne).Shortcut(t.Context(), "guestsite_new"))
			if in := d.last(t); in.Command == nil || in.Command.Text != "new" || in.Reply != "dm:"+slackfake.Sanne {
				t.Errorf("the event is %+v", in)
			}
			if _, ok := r.fake.As(slackfake.Sanne).TopView(); !ok {
				t.Error("no form is open")
			}
			must(t)(r.fake.As(slackfake.Sanne).Shortcut(t.Context(), "another_apps"))
			if len(d.events()) != 1 {
				t.Error("a foreign shortcut reached the door")
			}
		})
	}
}

func TestPress_InAFormNeverOverwritesANewerScreen(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			v := openSite(t, r, peopleForm())
			ref, _ := viewRef(v.ID)
			newer, older := loading(), siteForm()
			d.answer = func(bot.Inbound) (bot.Answer, error) {
				// The form is redrawn between the click and its answer.
				if err := r.chat.UpdateForm(t.Context(), ref, newer); err != nil {
					t.Error(err)
				}
				return bot.Answer{Update: &older}, nil
			}
			must(t)(r.fake.As(slackfake.Sanne).Click(t.Context(), v.Ref(), "Back"))
			if top, _ := r.fake.As(slackfake.Sanne).TopView(); !strings.Contains(r.fake.ViewText(top), "One moment") {
				t.Errorf("shown: %s", r.fake.ViewText(top))
			}
			if errs, _ := d.sorries(); len(errs) != 0 {
				t.Errorf("lines were shown: %v", errs)
			}
		})
	}
}

func TestPress_ErrorsInAFormAreLaidOverIt(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newRig(t, d, through)
			v := openSite(t, r, peopleForm())
			d.answer = func(bot.Inbound) (bot.Answer, error) {
				return bot.Answer{Again: wrong(map[string]string{"guests": "First.", "name": "Second."})}, nil
			}
			must(t)(r.fake.As(slackfake.Sanne).Click(t.Context(), v.Ref(), "Back"))
			top, _ := r.fake.As(slackfake.Sanne).TopView()
			if text := r.fake.ViewText(top); !strings.Contains(text, "First.") || !strings.Contains(text, "Second.") {
				t.Errorf("shown: %s", text)
			}
		})
	}
}
