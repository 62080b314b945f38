package teams

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/teams/teamsfake"
)

// release ends what hangs.
func (r *rig) release(t *testing.T) {
	t.Helper()
	close(r.door.resume)
	if err := r.fake.Close(); err != nil {
		t.Error(err)
	}
}

// unhurried has the fake wait long, so that only what hangs is in the way.
func unhurried(f *teamsfake.Options, _ *Options) {
	f.Deadline, f.DialogDeadline, f.AsyncDeadline = time.Minute, time.Minute, time.Minute
}

// Whatever hangs, a click is answered, and what comes before the answer has so little
// time that it is before "Unable to reach app" is shown.
func TestPress_IsAnsweredInTimeWhateverHangs(t *testing.T) {
	t.Parallel()
	if placeTime+2*handleTime > answerTime || answerTime >= 10*time.Second {
		t.Error("what is done before the answer may take longer than Teams waits")
	}
	f, line := noteForm("site"), ownerCard()
	last := lastWord("It is sent.")
	for name, c := range map[string]struct {
		hang   string
		most   time.Duration // that hang is given
		answer bot.Answer
		fault  string // a path that hangs
		behind bool   // what hangs comes behind the answer
		sorry  bool
	}{
		"the commit":                {hang: "Handle", most: handleTime, sorry: true},
		"the look":                  {hang: "Look", most: handleTime},
		"the place":                 {hang: "Place", most: placeTime},
		"the line":                  {hang: "Line", most: answerTime, answer: bot.Answer{Open: &f}},
		"the posting of a form":     {answer: bot.Answer{Open: &f}, fault: "/activities", sorry: true},
		"the posting of a line":     {answer: bot.Answer{Whisper: &line}, fault: "/activities", behind: true},
		"the edit behind an answer": {answer: bot.Answer{Close: &last}, fault: "/activities", behind: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{answer: always(c.answer), resume: make(chan struct{})}
			spy := &budgets{}
			r := newRig(t, d, unhurried, func(_ *teamsfake.Options, o *Options) { spy.watch(o) })
			_, msg := r.post(t, mehmet, ownerCard())
			d.hang = c.hang
			spy.forget()
			d.forgetBudgets()
			if c.fault != "" {
				r.fake.AddFault(teamsfake.Fault{Path: c.fault, Kind: teamsfake.FaultHangAfter, Times: -1})
			}
			out := ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Add Anna"))
			if out.Replays != 0 {
				t.Errorf("sent again %d times", out.Replays)
			}
			if _, refs := d.sorries(); c.sorry != (len(refs) == 1) || c.sorry && !strings.Contains(out.Line, refs[0]) {
				t.Errorf("answered %s for %v", out.Body, refs)
			}
			if got := d.budget(c.hang); c.hang != "" && (got <= 0 || got > c.most) {
				t.Errorf("%s may take %v, want at most %v", c.hang, got, c.most)
			}
			if c.fault != "" && !c.behind && (spy.most() <= 0 || spy.most() > openTime) {
				t.Errorf("a post before the answer may take %v, want at most %v", spy.most(), openTime)
			}
			if c.behind {
				ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
				defer cancel()
				if err := r.chat.Close(ctx); err == nil {
					t.Error("the answer waited for what follows it")
				}
			}
			r.release(t)
		})
	}
}

// budgets notes how much time posts and edits have.
type budgets struct {
	mu    sync.Mutex
	worst time.Duration // guarded by mu
	next  http.RoundTripper
}

// watch puts itself before the client's transport.
func (b *budgets) watch(o *Options) {
	if o.HTTP == nil { // the options of the fake alone
		return
	}
	web := *o.HTTP
	b.next, web.Transport = web.Transport, b
	o.HTTP = &web
}

func (b *budgets) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Contains(r.URL.Path, "/activities") {
		b.mu.Lock()
		b.worst = max(b.worst, left(r.Context()))
		b.mu.Unlock()
	}
	return b.next.RoundTrip(r)
}

func (b *budgets) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.worst = 0
}

func (b *budgets) most() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.worst
}

func TestCommand_IsAnsweredInTimeWhateverHangs(t *testing.T) {
	t.Parallel()
	f := noteForm("site")
	for name, c := range map[string]struct {
		hang  string
		fault string
		group bool
	}{
		"the commit": {hang: "Handle"}, "the place": {hang: "Place"}, "the posting": {fault: "/activities"},
		"the making of a chat": {fault: "^/v3/conversations$", group: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{answer: always(bot.Answer{Open: &f}), resume: make(chan struct{})}
			r := newRig(t, d, unhurried)
			d.hang = c.hang
			if c.fault != "" {
				r.fake.AddFault(teamsfake.Fault{Path: c.fault, Kind: teamsfake.FaultHangAfter, Times: -1})
			}
			say := func() (teamsfake.Outcome, error) { return r.fake.As(sanne).Say(t.Context(), "new") }
			if c.group {
				group := r.fake.AddGroupChat("Linden", sanne)
				say = func() (teamsfake.Outcome, error) { return r.fake.As(sanne).SayIn(t.Context(), group, "new") }
			}
			if out := ok(t)(say()); out.Replays != 0 {
				t.Errorf("sent again %d times", out.Replays)
			}
			r.release(t)
		})
	}
}

func TestSearch_ThatHangsFindsNothingInTime(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d, unhurried)
	_, msg := r.open(t, sanne, siteField())
	d.hang = "Suggest"
	found, out, err := r.fake.As(sanne).Suggest(t.Context(), msg, inputID(siteField().Fields[0]), "li")
	if err != nil || !out.OK() || len(found) != 0 {
		t.Errorf("%v, %+v, %v", found, out, err)
	}
	if got := d.budget("Suggest"); got <= 0 || got > handleTime {
		t.Errorf("the search may take %v, want at most %v", got, handleTime)
	}
}

// Who hangs up does not cut a commit in half.
func TestPress_IsCommittedThoughTheConnectorHungUp(t *testing.T) {
	t.Parallel()
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	came, done := make(chan struct{}), make(chan error, 1)
	d := &door{}
	d.placed = func() {
		select {
		case <-came:
		default:
			close(came)
		}
	}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	came = make(chan struct{})
	release := make(chan struct{})
	d.does(func(bot.Inbound) (bot.Answer, error) { <-release; return bot.Answer{}, nil })
	go func() {
		_, err := r.fake.As(mehmet).Click(ctx, msg, "Add Anna")
		done <- err
	}()
	<-came
	hangUp()
	if err := <-done; err == nil {
		t.Error("the click was answered")
	}
	close(release)
	r.app.Close() // waits for the handler
	if in := d.one(t); in.Press == nil {
		t.Errorf("%+v", in)
	}
	if errs, _ := d.sorries(); len(errs) != 0 {
		t.Errorf("not taken: %v", errs)
	}
}

func TestClose_WaitsForWhatFollowsAnswers(t *testing.T) {
	t.Parallel()
	line := ownerCard()
	d := &door{answer: always(bot.Answer{Whisper: &line})}
	r := newRig(t, d)
	_, msg := r.post(t, mehmet, ownerCard())
	r.fake.AddFault(teamsfake.Fault{Method: http.MethodPost, Path: "/activities", Kind: teamsfake.FaultSlowBefore, Delay: 300 * time.Millisecond})
	ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Add Anna"))
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := r.chat.Close(ctx); err == nil {
		t.Error("Close did not wait")
	}
	if err := r.chat.Close(t.Context()); err != nil || len(r.fake.As(mehmet).DM()) != 2 {
		t.Errorf("after Close %v: %s", err, r.fake.Transcript(mehmet))
	}
}

func TestPress_OfFiftyPeopleAtOnce(t *testing.T) {
	t.Parallel()
	line := said("Noted.")
	line.Title = "A line of its own"
	d := &door{answer: func(in bot.Inbound) (bot.Answer, error) {
		if in.Command != nil {
			return bot.Answer{Whisper: &line}, nil
		}
		return bot.Answer{}, nil
	}, look: shows(outcomeCard())}
	r := newRig(t, d, func(f *teamsfake.Options, _ *Options) { f.RefuseConcurrent, f.AutoRefresh = true, true })
	const people = 50
	var all sync.WaitGroup
	for i := range people {
		all.Go(func() {
			id := fmt.Sprintf("00000000-0000-4000-8000-0000000000%02d", i)
			r.fake.AddUser(teamsfake.User{ID: id, Name: fmt.Sprintf("Person %d", i), Installed: true})
			ref, err := r.chat.Post(t.Context(), r.user(id), "out-1", ownerCard())
			if err != nil {
				t.Error(err)
				return
			}
			_, conversation, message, _ := parseRef(ref)
			msg := teamsfake.Ref{ConversationID: conversation, ID: message}
			me := r.fake.As(id)
			for _, act := range []func() (teamsfake.Outcome, error){
				func() (teamsfake.Outcome, error) { return me.Click(t.Context(), msg, "Add Anna") },
				func() (teamsfake.Outcome, error) { return me.Say(t.Context(), "help") },
				func() (teamsfake.Outcome, error) { return me.Refresh(t.Context(), msg) },
			} {
				if out, err := act(); err != nil || !out.OK() {
					t.Errorf("%+v, %v", out, err)
				}
			}
			if err := r.chat.Update(t.Context(), ref, outcomeCard()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	r.settle(t)
	who := map[bot.ChatUser]int{}
	for _, in := range d.events() {
		who[in.User]++
		if in.Press != nil {
			if u, _, _, err := parseRef(in.Press.Card); err != nil || u != in.User || in.Press.Action != card.ActApprove {
				t.Errorf("%+v of %v", in.Press, in.User)
			}
		}
	}
	if len(who) != people || d.repeats() != 0 {
		t.Errorf("%d people, %d repeats", len(who), d.repeats())
	}
	for u, n := range who {
		if n != 2 || !strings.Contains(r.fake.Transcript(u.ID), "A line of its own") {
			t.Errorf("%v: %d events, reads %s", u, n, r.fake.Transcript(u.ID))
		}
	}
}

// What is said to many at once waits for its turn; it is not lost.
func TestCommand_OfFiftyPeopleAtOnceIsAnsweredToEach(t *testing.T) {
	t.Parallel()
	const people = 50
	came := make(chan struct{}, people)
	release := make(chan struct{})
	d := &door{answer: func(bot.Inbound) (bot.Answer, error) {
		c := said("Welcome")
		return bot.Answer{Whisper: &c}, nil
	}}
	r := newRig(t, d)
	id := func(i int) string { return fmt.Sprintf("00000000-0000-4000-8000-0000000000%02d", i) }
	for i := range people {
		r.fake.AddUser(teamsfake.User{ID: id(i), Name: fmt.Sprintf("Person %d", i), Installed: true})
	}
	r.fake.AddFault(teamsfake.Fault{Path: "/activities", Kind: teamsfake.FaultSlowBefore, Delay: time.Second, Times: -1})
	var all sync.WaitGroup
	for i := range people {
		all.Go(func() {
			came <- struct{}{}
			<-release
			if out, err := r.fake.As(id(i)).Say(t.Context(), "help"); err != nil || !out.OK() {
				t.Errorf("%+v, %v", out, err)
			}
		})
	}
	for range people {
		<-came
	}
	close(release)
	all.Wait()
	r.settle(t)
	for i := range people {
		if !strings.Contains(r.fake.Transcript(id(i)), "Welcome") {
			t.Errorf("person %d reads nothing", i)
		}
	}
}
