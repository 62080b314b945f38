package teams

import (
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/teams/teamsfake"
)

func TestCommand_IsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	me, botID := r.fake.As(sanne), r.fake.BotID()
	mention := func(id, text string) map[string]any {
		return map[string]any{"type": "mention", "text": text, "mentioned": map[string]any{"id": id, "name": "x"}}
	}
	for name, c := range map[string]struct {
		text     string
		entities []any
		want     string
	}{
		"bare":                           {text: "new", want: "new"},
		"with a line end":                {text: "new\r\n", want: "new"},
		"with no-break spaces":           {text: "\u00a0why\u00a0anna@fabrikam.com ", want: "why anna@fabrikam.com"},
		"with entities":                  {text: "add&nbsp;R&amp;D &lt;Linden&gt; &#39;x&#39;", want: "add R&D <Linden> 'x'"},
		"a slash command":                {text: "/guestsite new", want: "new"},
		"a slash command in capitals":    {text: "/GuestSite  new", want: "new"},
		"the name alone":                 {text: "/guestsite", want: ""},
		"the name without a slash":       {text: "guestsite help", want: "help"},
		"another slash":                  {text: "/guestsites new", want: "/guestsites new"},
		"our mention":                    {text: "<at>Guest sites</at> new", entities: []any{mention(botID, "<at>Guest sites</at>")}, want: "new"},
		"our mention under another name": {text: "<at>Gasten</at>&nbsp;new\n", entities: []any{mention(botID, "<at>Gasten</at>")}, want: "new"},
		"our mention at the end":         {text: "new <at>G</at>", entities: []any{mention(botID, "<at>G</at>")}, want: "new"},
		"our mention twice": {
			text: "<at>G</at> new <at>G</at>", entities: []any{mention(botID, "<at>G</at>"), mention(botID, "<at>G</at>")}, want: "new",
		},
		"another's mention": {
			text: "<at>G</at> add <at>Lars</at>", entities: []any{mention(botID, "<at>G</at>"), mention("29:lars", "<at>Lars</at>")},
			want: "add <at>Lars</at>",
		},
		"another with our name": {
			text: "<at>Guest sites</at> add", entities: []any{mention("29:lars", "<at>Guest sites</at>")}, want: "<at>Guest sites</at> add",
		},
		"a mention then a slash": {text: "<at>G</at> /guestsite new", entities: []any{mention(botID, "<at>G</at>")}, want: "new"},
		"an empty mention":       {text: "new", entities: []any{mention(botID, "")}, want: "new"},
		"odd entities":           {text: "new", entities: []any{map[string]any{"type": "clientInfo"}, map[string]any{}}, want: "new"},
		"nothing":                {text: "", want: ""},
	} {
		d.forget()
		if out, err := me.SendActivity(t.Context(), "", "message", map[string]any{"text": c.text, "entities": c.entities, "value": nil}); err != nil || !out.OK() {
			t.Errorf("%s: %+v, %v", name, out, err)
			continue
		}
		in := d.one(t)
		if in.Command == nil || in.Submit != nil || in.Press != nil || in.Command.Text != c.want {
			t.Errorf("%s: got %+v, want %q", name, in.Command, c.want)
		}
	}
}

func TestCommand_AnswersInThePersonsOwnChat(t *testing.T) {
	t.Parallel()
	d := greets()
	r := newRig(t, d)
	ok(t)(r.fake.As(sanne).Say(t.Context(), "new"))
	r.reads(t, sanne, "Welcome to new")
	in := d.one(t)
	if in.User != r.user(sanne) || in.Trigger == "" || in.Reply == "" || in.At.IsZero() {
		t.Errorf("the event is %+v", in)
	}
	// Its handle says more to him later, and opens a form.
	if err := r.chat.Whisper(t.Context(), in.Reply, said("and more")); err != nil {
		t.Error(err)
	}
	if _, err := r.chat.OpenForm(t.Context(), in.Trigger, noteForm("site")); err != nil {
		t.Error(err)
	}
	r.reads(t, sanne, "and more")
	r.reads(t, sanne, "The form of site")
}

// The words of an answer are between the person and the bot: what others read is only
// that there is one.
func TestCommand_InAGroupIsAnsweredToThePersonAlone(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]bot.Answer{
		"a line":      {Whisper: &card.Card{Text: "SECRET", Blocks: []card.Block{card.Text{Runs: []card.Run{{Text: "SECRET"}}}}}},
		"a form":      {Open: &card.Form{Request: "G-1042", Step: "site", Title: "SECRET", Submit: "Next"}},
		"not a thing": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{answer: always(answer)}
			r := newRig(t, d)
			for kind, where := range map[string]string{
				"group": r.fake.AddGroupChat("Linden", sanne, mehmet), "channel": r.fake.AddTeamChannel("Linden", "Plans", sanne, mehmet),
			} {
				d.forget()
				ok(t)(r.fake.As(sanne).SayIn(t.Context(), where, "why anna@fabrikam.com"))
				r.settle(t)
				if in := d.one(t); in.Command == nil || in.Command.Text != "why anna@fabrikam.com" || in.User != r.user(sanne) {
					t.Errorf("%s: the event is %+v", kind, in)
				}
				var lines []string
				for _, m := range r.fake.As(mehmet).In(where) {
					if m.From == r.fake.BotID() {
						lines = append(lines, m.Text)
						if len(m.Card) != 0 || m.ConversationID != r.threadOf(where) {
							t.Errorf("%s: shown %+v", kind, m)
						}
					}
				}
				if len(lines) != 1 || lines[0] != "the line elsewhere in nl" {
					t.Errorf("%s: others read %q", kind, lines)
				}
			}
			if text := r.fake.Transcript(mehmet); strings.Contains(text, "SECRET") {
				t.Errorf("a colleague reads %s", text)
			}
			if (answer.Whisper != nil || answer.Open != nil) != strings.Contains(r.fake.Transcript(sanne), "SECRET") {
				t.Errorf("the person reads %s", r.fake.Transcript(sanne))
			}
		})
	}
}

// threadOf is the conversation in which the last message was written to the bot.
func (r *rig) threadOf(where string) string {
	for _, m := range r.fake.As(sanne).In(where) {
		if m.From == sanne {
			where = m.ConversationID
		}
	}
	return where
}

func TestCommand_InAGroupThatFailsTellsThePersonAlone(t *testing.T) {
	t.Parallel()
	d := &door{answer: func(bot.Inbound) (bot.Answer, error) {
		return bot.Answer{}, &bot.Error{Code: bot.Unavailable, Op: "store"}
	}}
	r := newRig(t, d)
	group := r.fake.AddGroupChat("Linden", sanne, mehmet)
	ok(t)(r.fake.As(sanne).SayIn(t.Context(), group, "new"))
	r.settle(t)
	_, refs := d.sorries()
	if len(refs) != 1 || !strings.Contains(r.fake.Transcript(sanne), refs[0]) || strings.Contains(r.fake.Transcript(mehmet), refs[0]) {
		t.Errorf("%v, the person reads %s\nothers read %s", refs, r.fake.Transcript(sanne), r.fake.Transcript(mehmet))
	}
	if !strings.Contains(r.log.String(), "ref="+refs[0]) {
		t.Errorf("the reference is not in the log:\n%s", r.log)
	}
}

func TestCommand_OfSomebodyWithoutTheAppIsNotTaken(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	group := r.fake.AddGroupChat("Linden", lars, mehmet)
	ok(t)(r.fake.As(lars).SayIn(t.Context(), group, "new"))
	r.settle(t)
	d.none(t, "somebody who cannot be answered")
	seen := r.fake.As(mehmet).In(group)
	if len(seen) != 2 || seen[1].Text != "the line unreached in en" || len(seen[1].Card) != 0 {
		t.Errorf("shown: %s", r.fake.Transcript(mehmet))
	}
	if d.lines[0] != r.user(lars) {
		t.Errorf("the line is for %v", d.lines)
	}

	// When it is only not known, that is said instead.
	r.fake.AddFault(teamsfake.Fault{Path: "^/v3/conversations$", Kind: teamsfake.FaultStatus, Status: 503})
	ok(t)(r.fake.As(lars).SayIn(t.Context(), group, "new"))
	r.settle(t)
	d.none(t, "somebody who is perhaps answered")
	_, refs := d.sorries()
	if seen = r.fake.As(mehmet).In(group); len(refs) != 1 || len(seen) != 4 || !strings.Contains(seen[3].Text, refs[0]) {
		t.Errorf("%v, shown: %s", refs, r.fake.Transcript(mehmet))
	}
}

func TestCommand_SaysSorryWithTheReferenceThatIsLogged(t *testing.T) {
	t.Parallel()
	d := &door{answer: func(bot.Inbound) (bot.Answer, error) {
		return bot.Answer{}, &bot.Error{Code: bot.Unavailable, Op: "store: commit"}
	}}
	r := newRig(t, d)
	ok(t)(r.fake.As(sanne).Say(t.Context(), "new"))
	r.settle(t)
	errs, refs := d.sorries()
	if len(refs) != 1 || len(refs[0]) != 8 || bot.CodeOf(errs[0]) != bot.Unavailable {
		t.Fatalf("shown: %v %v", errs, refs)
	}
	r.reads(t, sanne, refs[0])
	if !strings.Contains(r.log.String(), "ref="+refs[0]) {
		t.Errorf("the reference is not in the log:\n%s", r.log)
	}
}

func TestCommand_OpensAFormAndReportsIt(t *testing.T) {
	t.Parallel()
	f := noteForm("site")
	d := &door{answer: always(bot.Answer{Open: &f})}
	r := newRig(t, d)
	ok(t)(r.fake.As(sanne).Say(t.Context(), "new"))
	dm := r.fake.As(sanne).DM()
	last := dm[len(dm)-1]
	ref, _ := messageRef(r.user(sanne), last.ConversationID, last.ID)
	if want := "teams G-1042 " + string(ref); len(d.forms()) != 1 || d.forms()[0] != want {
		t.Errorf("reported %q, want %q", d.forms(), want)
	}
	// A form that cannot be posted is told.
	r.fake.AddFault(teamsfake.Fault{Path: "/activities$", Kind: teamsfake.FaultStatus, Status: 503})
	ok(t)(r.fake.As(sanne).Say(t.Context(), "new"))
	r.settle(t)
	errs, refs := d.sorries()
	if len(errs) != 1 || bot.CodeOf(errs[0]) != bot.Unavailable || len(d.forms()) != 1 {
		t.Fatalf("shown %v, reported %v", errs, d.forms())
	}
	r.reads(t, sanne, refs[0])
}
