package teams

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/teams/teamsfake"
)

const (
	answerIsCard = "application/vnd.microsoft.card.adaptive"
	answerIsNote = "application/vnd.microsoft.activity.message"
)

// shows is a door that knows the card as it stands.
func shows(c card.Card) func(bot.ChatUser, bot.Ref, string) (bot.Screen, error) {
	return func(bot.ChatUser, bot.Ref, string) (bot.Screen, error) { return bot.Screen{Card: &c}, nil }
}

func TestPress_IsAnsweredWithTheCardAsItStands(t *testing.T) {
	t.Parallel()
	d := &door{look: shows(outcomeCard())}
	r := newRig(t, d)
	ref, msg := r.post(t, mehmet, ownerCard())
	out := ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Add Anna"))
	in := d.one(t)
	want := bot.Press{Card: ref, Action: card.ActApprove, Request: "G-1042", Part: "guest-1", Version: 3}
	if in.Press == nil || in.Command != nil || in.Submit != nil || in.User != r.user(mehmet) || in.Key == "" || in.Reply == "" || in.Trigger == "" {
		t.Fatalf("the event is %+v", in)
	}
	if p := *in.Press; p.Card != want.Card || p.Form != "" || p.Action != want.Action || p.Request != want.Request || p.Part != want.Part ||
		p.Version != want.Version || p.Value != "" || len(p.Values) != 0 {
		t.Errorf("the click is %+v", p)
	}
	if out.Answer != answerIsCard {
		t.Errorf("the answer is %s", out.Body)
	}
	m := r.see(t, mehmet, msg)
	if !m.Own || !strings.Contains(string(m.Card), "Added by Mehmet") || strings.Contains(string(m.Card), "Add Anna") {
		t.Errorf("the clicker sees %s", m.Card)
	}
	if got := d.looked(); len(got) != 1 || got[0] != mehmet+" "+string(ref)+" G-1042" {
		t.Errorf("looked at %q", got)
	}
}

// TestPress_EveryAnswerHasAShapeThatTeamsCanUse goes every way that a click can take;
// the fake takes the documented pairs of status and type alone.
func TestPress_EveryAnswerHasAShapeThatTeamsCanUse(t *testing.T) {
	t.Parallel()
	line, big := said("Mehmet already decided this."), said(strings.Repeat("word ", 1000))
	withButtons := ownerCard()
	titled := card.Card{Text: "Title", Title: "Title"}
	next, last := noteForm("people"), lastWord("It is sent.")
	undrawn := card.Form{}
	for name, c := range map[string]struct {
		answer bot.Answer
		err    error
		look   func(bot.ChatUser, bot.Ref, string) (bot.Screen, error)
		want   string
		text   string
	}{
		"nothing, card unknown":    {want: answerIsNote, text: "the line noted in en"},
		"nothing, card known":      {look: shows(outcomeCard()), want: answerIsCard, text: "Added by Mehmet"},
		"nothing, form known":      {look: func(bot.ChatUser, bot.Ref, string) (bot.Screen, error) { return bot.Screen{Form: &next}, nil }, want: answerIsCard, text: "The form of people"},
		"nothing, look fails":      {look: func(bot.ChatUser, bot.Ref, string) (bot.Screen, error) { return bot.Screen{}, errors.New("a fault") }, want: answerIsNote, text: "the line noted in en"},
		"a line":                   {answer: bot.Answer{Whisper: &line}, want: answerIsNote, text: "Mehmet already decided this."},
		"a long line":              {answer: bot.Answer{Whisper: &big}, want: answerIsNote, text: "the line noted in en"},
		"a line with buttons":      {answer: bot.Answer{Whisper: &withButtons}, want: answerIsNote, text: "the line noted in en"},
		"a line with a title":      {answer: bot.Answer{Whisper: &titled}, want: answerIsNote, text: "the line noted in en"},
		"a form":                   {answer: bot.Answer{Open: &next}, want: answerIsNote, text: "the line opened in en"},
		"another form":             {answer: bot.Answer{Update: &next}, want: answerIsCard, text: "The form of people"},
		"the form again":           {answer: bot.Answer{Again: &next}, want: answerIsCard, text: "The form of people"},
		"a last word":              {answer: bot.Answer{Close: &last}, want: answerIsCard, text: "It is sent."},
		"a last word of no words":  {answer: bot.Answer{Close: &undrawn}, want: "", text: ""},
		"a line of no words":       {answer: bot.Answer{Whisper: &card.Card{}}, want: answerIsNote, text: ""},
		"an error":                 {err: &bot.Error{Code: bot.Internal, Op: "store"}, want: answerIsNote, text: "Reference "},
		"an error that is no ours": {err: errors.New("a fault"), want: answerIsNote, text: "Reference "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{look: c.look, answer: func(bot.Inbound) (bot.Answer, error) { return c.answer, c.err }}
			r := newRig(t, d)
			for _, old := range []bool{false, true} {
				d.forget()
				_, msg := r.post(t, mehmet, ownerCard())
				click := r.fake.As(mehmet).Click
				if old {
					click = r.fake.As(mehmet).ClickOld
				}
				out := ok(t)(click(t.Context(), msg, "Add Anna"))
				if out.Replays != 0 {
					t.Errorf("sent again %d times", out.Replays)
				}
				r.settle(t)
				if old {
					if out.Body != "" {
						t.Errorf("an old client is answered %s", out.Body)
					}
					continue
				}
				if c.want != "" && out.Answer != c.want || !strings.Contains(out.Body, c.text) {
					t.Errorf("the answer is %s", out.Body)
				}
			}
		})
	}
}

// A click that cannot be read is answered as well.
func TestPress_ThatIsNoneIsToldAndNotTaken(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	for name, value := range map[string]any{
		"none": nil, "a text": "x", "a number": 7, "a list": []any{}, "nothing in it": map[string]any{},
		"an action that is a text": map[string]any{"action": "x"}, "no data": map[string]any{"action": map[string]any{"type": "Action.Execute"}},
		"JSON in a text": `{"action":{"data":{}}}`, "half of JSON in a text": `{"action":`, "text in text": `"\"x\""`,
	} {
		d.forget()
		out, err := r.fake.As(mehmet).SendActivity(t.Context(), "", "invoke", map[string]any{
			"name": "adaptiveCard/action", "value": value, "replyToId": msg.ID,
		})
		if err != nil || out.Status != http.StatusOK {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
		wantSorryNote(t, d, name, out.Body)
	}
}

// wantSorryNote fails unless a note says that it was not taken, and the door got nothing.
func wantSorryNote(t *testing.T, d *door, name, body string) {
	t.Helper()
	var v map[string]any
	_ = json.Unmarshal([]byte(body), &v) // what is none has none of what is wanted
	text, _ := v["value"].(string)
	_, refs := d.sorries()
	if v["statusCode"] != 200.0 || v["type"] != answerIsNote || len(refs) != 1 || !strings.Contains(text, refs[0]) {
		t.Errorf("%s: answered %s, sorry %v", name, body, refs)
	}
	d.none(t, name)
}

func TestPress_AnErrorIsANoteWithTheReferenceThatIsLogged(t *testing.T) {
	t.Parallel()
	d := &door{answer: func(bot.Inbound) (bot.Answer, error) {
		return bot.Answer{}, &bot.Error{Code: bot.Conflict, Op: "bot: press"}
	}}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	out := ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Add Anna"))
	errs, refs := d.sorries()
	if len(refs) != 1 || bot.CodeOf(errs[0]) != bot.Conflict || !strings.Contains(out.Line, refs[0]) {
		t.Fatalf("shown %q for %v %v", out.Line, errs, refs)
	}
	if !strings.Contains(r.log.String(), "ref="+refs[0]) {
		t.Errorf("the reference is not in the log:\n%s", r.log)
	}
	if m := r.see(t, mehmet, msg); m.Own || len(m.Notes) != 1 || !strings.Contains(string(m.Card), "Add Anna") {
		t.Errorf("the card changed: %+v", m)
	}
}

func TestPress_ALineWithButtonsIsAMessageOfItsOwn(t *testing.T) {
	t.Parallel()
	c := ownerCardOf(9)
	c.Title = "Choose one"
	d := &door{answer: always(bot.Answer{Whisper: &c})}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Add Anna"))
	r.reads(t, mehmet, "Choose one")
	dm := r.fake.As(mehmet).DM()
	if len(dm) != 2 {
		t.Fatalf("shown: %s", r.fake.Transcript(mehmet))
	}
	d.does(nil)
	d.forget()
	ok(t)(r.fake.As(mehmet).Click(t.Context(), dm[1].Ref(), "Add Anna"))
	if p := d.one(t).Press; p == nil || p.Version != 9 {
		t.Errorf("its button is %+v", p)
	}
}

func TestPress_OpensAFormAtTheEndOfTheChat(t *testing.T) {
	t.Parallel()
	f := noteForm(card.StepDecline)
	d := &door{answer: always(bot.Answer{Open: &f})}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	r.post(t, mehmet, outcomeCard())
	out := ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Add Anna"))
	dm := r.fake.As(mehmet).DM()
	last := dm[len(dm)-1]
	if out.Line != "the line opened in en" || !strings.Contains(string(last.Card), "The form of decline") || last.Alert || last.Summary == "" {
		t.Fatalf("noted %q, shown %s", out.Line, r.fake.Transcript(mehmet))
	}
	ref, _ := messageRef(r.user(mehmet), last.ConversationID, last.ID)
	if want := []string{"teams G-1042 " + string(ref)}; !slices.Equal(d.forms(), want) {
		t.Errorf("reported %q, want %q", d.forms(), want)
	}
}

func TestPress_AFormThatCannotBePostedIsTold(t *testing.T) {
	t.Parallel()
	f := noteForm(card.StepDecline)
	d := &door{answer: always(bot.Answer{Open: &f})}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	r.fake.AddFault(teamsfake.Fault{Method: http.MethodPost, Path: "/activities$", Kind: teamsfake.FaultStatus, Status: 503, Times: -1})
	out := ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Add Anna"))
	_, refs := d.sorries()
	if len(refs) != 1 || !strings.Contains(out.Line, refs[0]) || len(d.forms()) != 0 {
		t.Errorf("noted %q, reported %v", out.Line, d.forms())
	}
}

// A form walks in place: what was sent is answered with what comes next.
func TestSubmit_UpdateAgainAndClose(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	ref, msg := r.open(t, sanne, noteForm("site"))
	me := r.fake.As(sanne)
	fill := func(text string) {
		t.Helper()
		if err := me.Fill(t.Context(), msg, inputID(noteForm("").Fields[0]), text); err != nil {
			t.Fatal(err)
		}
	}
	edits := func() int { r.settle(t); return r.see(t, sanne, msg).Edited }

	wrong := noteForm("site")
	wrong.Fields[0].Error, wrong.Fields[0].Value = "That is no reason.", []card.Option{{Value: "because"}}
	d.does(always(bot.Answer{Again: &wrong}))
	fill("because")
	out := ok(t)(me.Click(t.Context(), msg, "Send it"))
	in := d.one(t)
	if in.Submit == nil || in.Press != nil || in.Submit.Form != ref || in.Submit.Request != "G-1042" || in.Submit.Step != "site" ||
		len(in.Submit.Values) != 1 || !slices.Equal(in.Submit.Values["note"], []string{"because"}) {
		t.Fatalf("sent: %+v", in.Submit)
	}
	if m := r.see(t, sanne, msg); out.Answer != answerIsCard || !strings.Contains(string(m.Card), "That is no reason.") || m.Values[inputID(wrong.Fields[0])] != "because" {
		t.Errorf("shown %s with %v", m.Card, m.Values)
	}
	if len(d.forms()) != 0 || edits() != 0 {
		t.Errorf("reported %v, %d edits: what was typed would be lost", d.forms(), edits())
	}

	next := noteForm("people")
	d.does(always(bot.Answer{Update: &next}))
	fill("a good reason")
	ok(t)(me.Click(t.Context(), msg, "Send it"))
	second := d.one(t)
	if second.Key == in.Key || second.Submit.Values["note"][0] != "a good reason" {
		t.Errorf("sent: %+v", second)
	}
	r.settle(t)
	if m := r.see(t, sanne, msg); !strings.Contains(string(m.Card), "The form of people") || len(m.Values[inputID(next.Fields[0])]) != 0 {
		t.Errorf("shown %s with %v", m.Card, m.Values)
	}
	if want := []string{"teams G-1042 " + string(ref)}; !slices.Equal(d.forms(), want) {
		t.Errorf("reported %q, want %q", d.forms(), want)
	}

	last := lastWord("It is sent.")
	d.does(always(bot.Answer{Close: &last}))
	ok(t)(me.Click(t.Context(), msg, "Send it"))
	if third := d.one(t); third.Submit.Step != "people" || len(third.Submit.Values) != 0 {
		t.Errorf("sent: %+v", third.Submit)
	}
	if edits() != 1 {
		t.Errorf("%d edits: other devices still show the form", edits())
	}
	if m := r.see(t, sanne, msg); !strings.Contains(string(m.Card), "It is sent.") || len(teamsfake.Buttons(m)) != 0 {
		t.Errorf("shown %s", m.Card)
	}
}

func TestPress_InAFormBringsItsFields(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	ref, msg := r.open(t, sanne, noteForm("people"))
	me := r.fake.As(sanne)
	if err := me.Fill(t.Context(), msg, inputID(noteForm("").Fields[0]), "half a word"); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"Swap", "Cancel"} {
		ok(t)(me.Click(t.Context(), msg, key))
		in := d.one(t)
		if in.Press == nil || in.Press.Form != ref || in.Press.Card != "" || in.Press.Request != "G-1042" {
			t.Fatalf("%s: %+v", key, in)
		}
		if key == "Swap" && (in.Press.Action != card.ActSwap || in.Press.Value != "old>new" || in.Press.Version != 4 ||
			!slices.Equal(in.Press.Values["note"], []string{"half a word"})) {
			t.Errorf("%s: %+v", key, in.Press)
		}
		if key == "Cancel" && in.Press.Action != card.ActClose {
			t.Errorf("%s: %+v", key, in.Press)
		}
	}
}
