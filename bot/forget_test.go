package bot_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/store"
	"guestsite/store/mem"
)

// kept is all that a store holds, as text: records, jobs, events and the journal
// with its payloads.
func kept(tb testing.TB, b *bottest.Bench) string {
	tb.Helper()
	var raw bytes.Buffer
	if err := b.Store.Backup(context.Background(), &raw); err != nil {
		tb.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(raw.Bytes(), &v); err != nil {
		tb.Fatal(err)
	}
	var out strings.Builder
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			// What is written in base64 is read instead of it, not beside it: in so many
			// letters any short name stands some day.
			if d, err := base64.StdEncoding.DecodeString(v); err == nil && json.Valid(d) {
				out.Write(d)
				out.WriteByte('\n')
				return
			}
			out.WriteString(v + "\n")
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for k, x := range v {
				out.WriteString(k + "\n")
				walk(x)
			}
		}
	}
	walk(v)
	return strings.ToLower(out.String())
}

// shownNow is what stands on every card and in every open form now.
func shownNow(b *bottest.Bench) string {
	var out strings.Builder
	chats := []*bottest.Chat{b.Chat}
	if b.Teams != nil {
		chats = append(chats, b.Teams)
	}
	for _, ch := range chats {
		for _, p := range ch.Posts {
			if !p.Gone {
				raw, _ := json.Marshal(p.Card)
				out.Write(raw)
			}
		}
		for _, f := range ch.Forms {
			if !f.Closed {
				raw, _ := json.Marshal(f.Form)
				out.Write(raw)
			}
		}
	}
	return strings.ToLower(out.String())
}

func forget(b *bottest.Bench, mail string) bot.Erasure {
	b.T.Helper()
	var x bot.Erasure
	b.Operate(func(ctx context.Context, e *bot.Engine) (err error) { x, err = e.Forget(ctx, mail, "root"); return err })
	b.Settle(awhile)
	id := x.ID
	b.Operate(func(ctx context.Context, e *bot.Engine) (err error) { x, err = e.Erasure(ctx, id); return err })
	return x
}

// ended is a guest of Project Linden who was asked about, let in, and is out again.
func ended(b *bottest.Bench) {
	b.T.Helper()
	b.Command("sanne", "add Project Linden")
	people(b, "sanne", card.FieldGuests, anna+", bob@fabrikam.com", card.FieldWhy, "Anna Kowalski (anna@fabrikam.com, anna_fabrikam.com#EXT#@noordzee.nl) delivers the soil report", card.FieldDays, "30")
	b.Press("mehmet", card.ActAsk, "g1")
	b.Submit("mehmet", card.FieldText, "Is ANNA@fabrikam.com still there?")
	b.Press("sanne", card.ActAnswer, "g1")
	b.Submit("sanne", card.FieldText, "Yes, Anna Kowalski is.")
	yes(b, "mehmet", "g1")
	yes(b, "mehmet", "g2")
	b.Advance(32 * day)
}

func forgetStories() []story {
	return []story{
		{
			name: "a guest who is forgotten is in no record, no journal and on no card any more",
			set:  func(b *bottest.Bench) { b.WithTeams() },
			play: func(b *bottest.Bench) {
				ended(b)
				forget(b, " Anna@Fabrikam.com ")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				t.Helper()
				wantGuest(t, b, "g1", flow.Ended)
				all := kept(t, b)
				for _, w := range []string{"anna@fabrikam", "anna kowalski", "anna_fabrikam"} {
					if i := strings.Index(all, w); i >= 0 {
						t.Errorf("%q is still kept: …%s…", w, all[max(0, i-80):min(len(all), i+80)])
					}
					if i := strings.Index(shownNow(b), w); i >= 0 {
						t.Errorf("%q is still shown", w)
					}
				}
				if !strings.Contains(all, "bob@fabrikam.com") {
					t.Error("another guest was forgotten too")
				}
				wantCard(t, b, "sanne", bot.StatusCard, "forgotten guest")
			},
		},
	}
}

func TestForget_SaysWhatItFound(t *testing.T) {
	t.Parallel()
	b := bench(t)
	ended(b)
	x := forget(b, "anna@fabrikam.com")
	if x.Requests != 1 || x.Guests != 1 || x.Entries == 0 || x.Cards == 0 || x.Done.IsZero() || len(x.Left) > 0 || x.By != "root" {
		t.Errorf("%+v", x)
	}
	if y := forget(b, "anna@fabrikam.com"); y.Requests+y.Guests+y.Entries+y.Cards+y.CardsLeft != 0 || y.Done.IsZero() {
		t.Errorf("a second time: %+v", y)
	}
	if err := sound(b); err != nil {
		t.Error(err)
	}
	if _, err := b.Engine.Erasure(t.Context(), "none"); bot.CodeOf(err) != bot.NotFound {
		t.Errorf("an unknown erasure: %v", err)
	}
}

func TestForget_CountsCardsThatCannotBeEdited(t *testing.T) {
	t.Parallel()
	b := bench(t)
	b.Chat.Undeliverable["priya"] = true
	ended(b)
	x := forget(b, "anna@fabrikam.com")
	if x.Cards == 0 || x.CardsLeft == 0 {
		t.Errorf("%+v", x)
	}
}

func TestForget_RefusesWhileTheGuestIsInOrARequestRuns(t *testing.T) {
	t.Parallel()
	for name, play := range map[string]func(*bottest.Bench){
		"in":      func(b *bottest.Bench) { add(b, "mehmet", anna) },
		"running": func(b *bottest.Bench) { add(b, "sanne", anna) },
		"stuck":   func(b *bottest.Bench) { breaks(b); add(b, "mehmet", anna) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bench(t)
			play(b)
			x, err := b.Engine.Forget(t.Context(), "anna@fabrikam.com", "root")
			if bot.ReasonOf(err) != bot.ReasonRunning || len(x.Left) != 1 || x.Left[0] != b.Request().ID {
				t.Errorf("%+v, %v", x, err)
			}
			b.Settle(time.Second)
			if all := kept(t, b); !strings.Contains(all, "anna@fabrikam.com") || len(b.Records(bot.Query{Kind: bot.KindErasure, Index: bot.ByAll, Value: "all"})) > 0 {
				t.Error("it began all the same")
			}
		})
	}
}

func TestForget_TakesNoColleagueAndNoNonsense(t *testing.T) {
	t.Parallel()
	b := bench(t)
	if _, err := b.Engine.Forget(t.Context(), "mehmet@noordzee.nl", "root"); bot.ReasonOf(err) != bot.ReasonInternal {
		t.Errorf("a colleague: %v", err)
	}
	if _, err := b.Engine.Forget(t.Context(), "anna", "root"); bot.CodeOf(err) != bot.Invalid {
		t.Errorf("no address: %v", err)
	}
	b.Company.Fail("ByMail", bottest.Unavailable())
	if _, err := b.Engine.Forget(t.Context(), "anna@fabrikam.com", "root"); bot.CodeOf(err) != bot.Unavailable {
		t.Errorf("while the directory does not answer: %v", err)
	}
}

// A draft that was never sent, and a command that was answered, are forgotten too.
func TestForget_FindsWhatWasNeverSent(t *testing.T) {
	t.Parallel()
	b := bench(t)
	b.Command("sanne", "add Project Linden")
	b.Submit("sanne", card.FieldGuests, anna, card.FieldWhy, "work")
	b.Command("sanne", "why anna@fabrikam.com")
	b.Settle(time.Minute)
	x := forget(b, "anna@fabrikam.com")
	if x.Requests != 1 {
		t.Errorf("%+v", x)
	}
	if all := kept(t, b); strings.Contains(all, "anna") {
		i := strings.Index(all, "anna")
		t.Errorf("still kept: …%s…", all[max(0, i-100):min(len(all), i+100)])
	}
	if strings.Contains(shownNow(b), "anna") {
		t.Error("the open form still shows it")
	}
}

// Every kind of record was thought of: what can name a guest is gone over, and why
// the others cannot is said here.
func TestForget_KnowsEveryKindOfRecord(t *testing.T) {
	t.Parallel()
	codec, err := store.Default()
	if err != nil {
		t.Fatal(err)
	}
	const walked = "gone over"
	why := map[bot.Kind]string{
		bot.KindRequest: walked, bot.KindGuest: walked, bot.KindMessage: walked,
		bot.KindPerson: "of employees", bot.KindLink: "of employees", bot.KindLinkOf: "of employees", bot.KindPlace: "of employees",
		bot.KindLinkToken:  "holds the command that waits, and lives 20 minutes at most",
		bot.KindHeld:       "names parts of requests, which run: he is refused meanwhile",
		bot.KindPause:      "an operator's words to everybody",
		bot.KindErasure:    "the proof, which does not name him",
		bot.KindCleared:    "digests",
		bot.KindCut:        "counts",
		bot.KindCounter:    "counts",
		bot.KindSigningKey: "a key",
	}
	for _, k := range codec.Kinds() {
		if why[k] == "" {
			t.Errorf("nobody has said whether a %s can name a guest, and how he is erased from it", k)
		}
		delete(why, k)
	}
	for k := range why {
		t.Errorf("there is no kind %s", k)
	}
}

// Where she is named in a request that is not about her, she goes too, from its cards
// as from its records.
func TestForget_FindsWhatWasAskedAboutSomebodyElse(t *testing.T) {
	t.Parallel()
	b := bench(t)
	b.Command("sanne", "add Project Linden")
	people(b, "sanne", card.FieldGuests, "bob@fabrikam.com", card.FieldWhy, "work", card.FieldDays, "30")
	b.Press("mehmet", card.ActAsk, "g1")
	b.Submit("mehmet", card.FieldText, "Does he work with anna@fabrikam.com?")
	b.Settle(time.Minute)
	forget(b, "anna@fabrikam.com")
	if all := kept(t, b) + shownNow(b); strings.Contains(all, "anna") || !strings.Contains(all, "bob@fabrikam.com") {
		i := strings.Index(all, "anna")
		t.Errorf("still kept: …%s…", all[max(0, i-100):min(len(all), i+100)])
	}
	if g := b.Guest("g1"); g.State != flow.Question {
		t.Errorf("the other guest is %s", g.State)
	}
}

// A request that began after he was to be forgotten is left whole, and named.
func TestForget_LeavesARequestThatBeganMeanwhile(t *testing.T) {
	t.Parallel()
	var s *ailing
	open := disk(t)
	b := bottest.New(t, func() bot.Store {
		s = &ailing{Store: open()}
		return s
	}, nil)
	ended(b)
	first := b.Request().ID
	x, err := b.Engine.Forget(t.Context(), "anna@fabrikam.com", "root")
	if err != nil {
		t.Fatal(err)
	}
	s.ails = func(q bot.Query) bool { return q.Index == bot.ByState && q.Limit == 10 } // its own page: it gets no further
	b.Clock.Advance(time.Minute)
	add(b, "sanne", anna)
	second := b.Request().ID
	if s.ails = nil; s.seen == 0 {
		t.Fatal("nothing was in its way")
	}
	b.Settle(2 * time.Hour)
	if x, err = b.Engine.Erasure(t.Context(), x.ID); err != nil || x.Done.IsZero() || len(x.Left) != 1 || x.Left[0] != second || second == first {
		t.Errorf("%+v, %v; want %s left", x, err, second)
	}
	if r := b.Request(); r.ID != second || len(r.Answers.Guests) != 1 || r.Answers.Guests[0].Mail != "anna@fabrikam.com" {
		t.Errorf("%s lost its guest: %+v", r.ID, r.Answers.Guests)
	}
	named := 0
	for _, e := range b.Journal() {
		if strings.Contains(string(e.Payload), "anna@fabrikam.com") {
			named++
			if e.Request != second {
				t.Errorf("she is still in the journal of %s", e.Request)
			}
		}
	}
	if named == 0 {
		t.Errorf("the journal of %s lost what it is about", second)
	}
}

// It goes over many records in pages and outlives the process at any of its calls.
func TestForget_GoesOnAfterADeathAtAnyCall(t *testing.T) {
	t.Parallel()
	begin := func(t *testing.T) (*bottest.Bench, string) {
		t.Helper()
		codec, err := store.Default()
		if err != nil {
			t.Fatal(err)
		}
		d := mem.NewDisk(codec)
		b := bottest.New(t, func() bot.Store { return d.Open() }, nil)
		for range 3 {
			add(b, "mehmet", anna, card.FieldDays, "30")
			b.Advance(31 * day)
		}
		x, err := b.Engine.Forget(t.Context(), "anna@fabrikam.com", "root")
		if err != nil {
			t.Fatal(err)
		}
		return b, x.ID
	}
	calm, id := begin(t)
	calm.Fuse.Plan(0, false)
	calm.Settle(awhile)
	calls := len(calm.Fuse.Calls())
	want, err := calm.Engine.Erasure(t.Context(), id)
	if err != nil || want.Guests != 3 {
		t.Fatalf("%+v, %v", want, err)
	}
	step := 1
	if testing.Short() {
		step = calls/8 + 1
	}
	for n := 1; n <= calls; n += step {
		for _, late := range []bool{false, true} {
			b, id := begin(t)
			b.Fuse.Plan(n, late)
			b.Settle(2 * awhile)
			got, err := b.Engine.Erasure(t.Context(), id)
			if err != nil || got.Done.IsZero() || got.Guests != want.Guests || got.Entries != want.Entries || got.Cards != want.Cards || got.Requests != want.Requests {
				t.Errorf("dead at call %d (after: %v): %+v, %v; want %+v", n, late, got, err, want)
			}
			if all := kept(t, b) + shownNow(b); strings.Contains(all, "anna") {
				i := strings.Index(all, "anna")
				t.Errorf("dead at call %d (after: %v) something of her is left: …%s…", n, late, all[max(0, i-100):min(len(all), i+100)])
			}
			if err := b.CheckJournal(); err != nil {
				t.Error(err)
			}
		}
	}
}
