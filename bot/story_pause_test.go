package bot_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// untouched says that nothing in the company was changed by the bot yet.
func untouched(b *bottest.Bench) {
	b.T.Helper()
	ef := b.Company.Effects
	if n := len(ef.Groups) + len(ef.Invited) + len(ef.Added) + len(ef.Removed); n > 0 {
		b.T.Errorf("changed while paused: %+v", ef)
	}
}

const paused = "Paused by IT since"

func pauseStories() []story {
	return []story{
		{
			name: "while IT has paused changes everything is taken and nothing changes, and it goes on at resume",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Pause("Migration until 18:00")
				wantCard(b.T, b, "sanne", bot.StatusCard, paused)
				wantCard(b.T, b, "mehmet", bot.DecideCard, "Migration until 18:00")
				yes(b, "mehmet", "g1")
				b.Settle(2 * hour)
				wantGuest(b.T, b, "g1", flow.Inviting)
				untouched(b)
				b.Resume()
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				wantInvited(t, b, "anna@fabrikam.com", 1)
				if p := b.Posted("sanne", bot.StatusCard); contains(p.Card.Text, paused) {
					t.Errorf("still said to be paused:\n%s", p.Card.Text)
				}
			},
			whole: true,
		},
		{
			name: "a request that is asked for while paused is told so before it is filled in, and waits",
			play: func(b *bottest.Bench) {
				b.Pause("")
				b.Command("sanne", "new")
				if f := b.Chat.Form("sanne"); f == nil || !contains(bottest.FormText(f.Form), paused) {
					b.T.Errorf("the form does not say that changes are paused")
				}
				b.Close("sanne")
				site(b, "u-sanne", "u-mehmet", anna)
				b.Settle(hour)
				untouched(b)
				if s := b.Request().Site; s == nil || s.State != flow.Creating {
					b.T.Errorf("the site is %+v", s)
				}
				b.Resume()
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantInvited(t, b, "anna@fabrikam.com", 1) },
		},
		{
			name: "an end date that comes while paused ends the access at resume",
			play: func(b *bottest.Bench) {
				add(b, "mehmet", "jan@fabrikam.com", card.FieldDays, "30")
				b.Advance(29 * day)
				b.Pause("")
				b.Advance(3 * day)
				wantMember(b.T, b, "g-linden", "jan@fabrikam.com", true)
				b.Resume()
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.Ended)
				wantMember(t, b, "g-linden", "jan@fabrikam.com", false)
			},
		},
		{
			name: "a fresh link is not made while paused, and that is said",
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				b.Pause("")
				b.Press("mehmet", card.ActRedeem, "g1")
				wantTold(b.T, b, "mehmet", "IT has paused all changes")
				b.Resume()
			},
			told: true,
		},
		{
			name: "what waits for IT is looked at while paused and goes on by itself later",
			set:  func(b *bottest.Bench) { denied(b, "fabrikam.com") },
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				b.Pause("")
				wantCard(b.T, b, "joost", bot.AdminCard, paused)
				denied(b)
				b.Advance(hour)
				wantGuest(b.T, b, "g1", flow.Inviting)
				untouched(b)
				b.Resume()
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Done) },
		},
	}
}

// A pause outlives the process, and switching twice changes nothing.
func TestPause_IsKeptAndSwitchedOnce(t *testing.T) {
	t.Parallel()
	b := bench(t)
	ctx := t.Context()
	first, err := b.Engine.Pause(ctx, "root", " why ")
	if err != nil || !first.On || first.By != "root" || first.Reason != "why" || !first.At.Equal(b.Clock.Now()) {
		t.Fatalf("%+v, %v", first, err)
	}
	b.Restart()
	again, err := b.Engine.Pause(ctx, "somebody", "else")
	if err != nil || again.By != "root" || again.Reason != "why" {
		t.Errorf("paused twice: %+v, %v", again, err)
	}
	if p, err := b.Engine.Paused(ctx); err != nil || !p.On {
		t.Errorf("after a restart: %+v, %v", p, err)
	}
	if err := b.Engine.MayChange(ctx); bot.ReasonOf(err) != bot.ReasonPaused {
		t.Errorf("may change: %v", err)
	}
	for range 2 {
		if p, err := b.Engine.Resume(ctx, "root"); err != nil || p.On {
			t.Errorf("resumed: %+v, %v", p, err)
		}
	}
	if err := b.Engine.MayChange(ctx); err != nil {
		t.Errorf("may change after resume: %v", err)
	}
	if _, err := b.Engine.Pause(ctx, "root", strings.Repeat("x", 201)); bot.CodeOf(err) != bot.Invalid {
		t.Errorf("a reason that is too long: %v", err)
	}
}

// A job that runs when changes are paused stops before its next effect, and the
// record does not claim what was not done.
func TestPause_StopsAJobThatIsUnderWay(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"Invite", "AddMembers"} {
		t.Run(before, func(t *testing.T) {
			t.Parallel()
			b := bench(t)
			once := false
			b.Company.Before = func(call string) {
				if !once && (call == "FindGuest" && before == "Invite" && b.Guest("g1").State == flow.Inviting || call == "IsMember" && before == "AddMembers") {
					once = true
					if _, err := b.Engine.Pause(context.Background(), "root", ""); err != nil {
						t.Error(err)
					}
				}
			}
			add(b, "mehmet", anna)
			b.Settle(hour)
			if !once {
				t.Fatal("it was never paused")
			}
			ef := b.Company.Effects
			if len(ef.Added) > 0 || before == "Invite" && len(ef.Invited) > 0 {
				t.Errorf("changed while paused: %+v", ef)
			}
			if g := b.Guest("g1"); before == "Invite" && (g.Absent || !g.AskedAt.IsZero()) || g.Outside {
				t.Errorf("the record claims what was not done: %+v", g)
			}
			b.Resume()
			b.Settle(time.Minute) // of which nothing is a pause of its own
			wantState(t, b, flow.Done)
		})
	}
}

// Who is told that changes are paused can rely on it: a change that was let through
// has ended by then, and none that comes later is.
func TestPause_WaitsForAChangeThatIsUnderWay(t *testing.T) {
	t.Parallel()
	b := bench(t)
	ctx := t.Context()
	began, end, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- b.Engine.Change(ctx, func() error { close(began); <-end; return nil })
	}()
	<-began
	impatient, stop := context.WithCancel(ctx)
	paused := make(chan error, 1)
	go func() { _, err := b.Engine.Pause(impatient, "root", ""); paused <- err }()
	for { // until the pause is kept, though not yet said
		if p, err := b.Engine.Paused(ctx); err != nil || p.On {
			break
		}
		runtime.Gosched()
	}
	stop()
	if err := <-paused; bot.CodeOf(err) != bot.Unavailable {
		t.Errorf("said to be paused while a change was under way: %v", err)
	}
	go func() { _, err := b.Engine.Pause(ctx, "root", ""); paused <- err }()
	close(end)
	if err := errors.Join(<-ended, <-paused); err != nil {
		t.Fatal(err)
	}
	if err := b.Engine.Change(ctx, func() error { t.Error("changed while paused"); return nil }); bot.ReasonOf(err) != bot.ReasonPaused {
		t.Errorf("a later change: %v", err)
	}
}

// While paused a job waits without being run again and again, and keeps its attempts.
func TestPause_AHeldJobIsNotRun(t *testing.T) {
	t.Parallel()
	b := bench(t)
	b.Pause("")
	add(b, "mehmet", anna)
	b.Settle(awhile)
	b.Fuse.Plan(0, false)
	b.Advance(24 * time.Hour)
	if n := len(b.Fuse.Calls()); n > 50 {
		t.Errorf("%d calls in a day of waiting", n)
	}
	held := b.Records(bot.Query{Kind: bot.KindHeld, Index: bot.ByAll, Value: "all"})
	if len(held) != 1 || held[0].(*bot.Held).Attempt != 0 {
		t.Errorf("held: %+v", held)
	}
}

// The cards of many requests are drawn anew in pages, and all of them are.
// More may wait than is let go on at once, and none is forgotten.
func TestPause_AllThatWaitedGoesOn(t *testing.T) {
	t.Parallel()
	b := bench(t)
	b.Pause("")
	const requests, each = 9, 5
	for i := range requests {
		guests := make([]string, each)
		for j := range guests {
			guests[j] = fmt.Sprintf("guest%d-%d@fabrikam.com", i, j)
		}
		add(b, "mehmet", strings.Join(guests, ", "))
	}
	if n := len(b.Records(bot.Query{Kind: bot.KindHeld, Index: bot.ByAll, Value: "all"})); n != requests*each {
		t.Fatalf("%d jobs wait", n)
	}
	untouched(b)
	b.Resume()
	b.Settle(awhile)
	if n := len(b.Company.Effects.Invited); n != requests*each {
		t.Errorf("%d guests were invited, want %d", n, requests*each)
	}
	if left := b.Records(bot.Query{Kind: bot.KindHeld, Index: bot.ByAll, Value: "all"}); len(left) > 0 {
		t.Errorf("%d jobs wait on", len(left))
	}
}

func TestPause_DrawsEveryOpenCardAnew(t *testing.T) {
	t.Parallel()
	b := bench(t)
	const many = 90
	for range many {
		add(b, "sanne", anna)
	}
	b.Pause("")
	b.Settle(awhile)
	n := 0
	for _, p := range b.Cards("sanne") {
		if contains(p.Card.Text, paused) {
			n++
		}
	}
	if n != many {
		t.Errorf("%d of %d cards say so", n, many)
	}
}

func TestPause_NoAppIsInstalled(t *testing.T) {
	t.Parallel()
	in := new(installs)
	stopped := errors.New("stopped")
	h := bot.HeldInstaller{Installer: in, Change: func(context.Context, func() error) error { return stopped }}
	if _, err := h.InstallApp(t.Context(), "u-1", "app"); !errors.Is(err, stopped) || *in != 0 {
		t.Errorf("installed %d, %v", *in, err)
	}
	h.Change = func(_ context.Context, install func() error) error { return install() }
	if _, err := h.InstallApp(t.Context(), "u-1", "app"); err != nil || *in != 1 {
		t.Errorf("installed %d, %v", *in, err)
	}
}

type installs int

func (i *installs) InstallApp(context.Context, string, string) (bool, error) { *i++; return false, nil }
