package bottest

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// Begin is when every story begins: a Monday, 10:00 in Amsterdam.
var Begin = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// Bench is an engine with a company and a chat, and the hands of their people.
// When the process dies (see Fuse) the bench starts it again on the same store,
// later than every lease, and does again what got no answer.
type Bench struct {
	T       testing.TB
	Clock   *Clock
	Fuse    *Fuse
	Company *Company
	Chat    *Chat
	// Teams is a second chat, of people who are named "teams:" and their id; nil
	// without WithTeams.
	Teams  *Chat
	Engine *bot.Engine
	Store  bot.Store
	// Crashes counts the restarts.
	Crashes int
	// Twice has every event delivered once more after it was answered, as a
	// platform does that missed the answer.
	Twice bool
	// Errors are the errors that Handle gave, newest last.
	Errors []error

	options bot.Options
	open    func() bot.Store
	keys    int
}

// catalogue is read once; it is only read.
var catalogue = sync.OnceValues(func() (*card.Texts, error) { return card.Load("en", "Europe/Amsterdam") })

// Policy is the company's choice in every story that makes none of its own.
func Policy() flow.Policy {
	return flow.Policy{OwnerAddsDirectly: flow.OnlyFlagged, MaxGuests: 100, DefaultDays: 90, MaxDays: 365}
}

// New makes a bench. open opens the store, and again after a crash, with what
// was in it; change, which may be nil, changes the engine's settings.
func New(tb testing.TB, open func() bot.Store, change func(*bot.Settings)) *Bench {
	tb.Helper()
	texts, err := catalogue()
	if err != nil {
		tb.Fatal(err)
	}
	b := &Bench{T: tb, Clock: NewClock(Begin), Fuse: &Fuse{}, open: open}
	b.Company = NewCompany(b.Clock, b.Fuse)
	b.Chat = NewChat("slack", b.Company)
	b.options = bot.Options{
		Chats: []bot.Chat{b.Chat}, Sites: Sites{b.Company}, Directory: Directory{b.Company}, Tenant: Tenant{b.Company},
		Clock: b.Clock, Texts: texts, Log: slog.New(watch{tb}),
		Settings: bot.Settings{
			Policy: Policy(), Admins: []string{"group:g-admins"}, Approvers: []string{"group:g-approvers"},
			DecideWithin: 2, KeepDrafts: 7 * 24 * time.Hour, KeepFinished: 400 * 24 * time.Hour, KeepJournal: 7 * 365 * 24 * time.Hour, Lang: "en", Zone: "Europe/Amsterdam",
		},
	}
	if change != nil {
		change(&b.options.Settings)
	}
	b.start()
	tb.Cleanup(func() { _ = b.Store.Close() })
	return b
}

// WithTeams adds a second chat, which names its people by their directory ids.
func (b *Bench) WithTeams() {
	b.T.Helper()
	b.Teams = NewChat("teams", b.Company)
	for id, p := range b.Teams.Profiles {
		p.PersonID, p.Mail = "u-"+id, ""
	}
	b.options.Chats = append(b.options.Chats, b.Teams)
	var err error
	if b.Engine, err = bot.New(b.options); err != nil {
		b.T.Fatal(err)
	}
}

// chatOf gives the chat of a person as stories name him, and his account's id.
func (b *Bench) chatOf(user string) (*Chat, string) {
	if id, ok := strings.CutPrefix(user, "teams:"); ok {
		return b.Teams, id
	}
	return b.Chat, user
}

// of gives the chat of an account.
func (b *Bench) of(u bot.ChatUser) *Chat {
	if b.Teams != nil && u.Chat == b.Teams.name {
		return b.Teams
	}
	return b.Chat
}

// Form is the form that a person has open, the newest; nil when none.
func (b *Bench) Form(user string) *Open {
	chat, id := b.chatOf(user)
	return chat.Form(id)
}

// Cards are the cards that a person has, oldest first.
func (b *Bench) Cards(user string) []*Post {
	chat, id := b.chatOf(user)
	return chat.Cards(id)
}

func (b *Bench) start() {
	b.T.Helper()
	b.Store = Fused{b.open(), b.Fuse}
	b.options.Store = b.Store
	var err error
	if b.Engine, err = bot.New(b.options); err != nil {
		b.T.Fatal(err)
	}
}

// Restart starts the process anew, later than every lease.
func (b *Bench) Restart() {
	b.T.Helper()
	b.Crashes++
	b.Fuse.Restart()
	if err := b.Store.Close(); err != nil {
		b.T.Fatal(err)
	}
	b.Clock.Advance(3 * time.Minute)
	b.start()
}

// Run runs what is due now until nothing is left.
func (b *Bench) Run() {
	b.T.Helper()
	for {
		n, err := b.Engine.RunDue(b.T.Context(), 5000)
		switch {
		case b.Fuse.Dead():
			b.Restart()
		case err != nil:
			b.T.Fatalf("run what is due: %v", err)
		case n == 5000:
			b.T.Fatal("5000 jobs were due at once: the engine turns in a circle")
		default:
			return
		}
	}
}

// Settle runs what is due and lets time pass, from one due job to the next, for
// at most d.
func (b *Bench) Settle(d time.Duration) {
	b.T.Helper()
	end := b.Clock.Now().Add(d)
	for range 10000 {
		b.Run()
		due, err := b.Store.Due(context.Background())
		if err != nil {
			b.T.Fatal(err)
		}
		if due.IsZero() || due.After(end) {
			return
		}
		b.Clock.Set(due)
	}
	b.T.Fatal("a job is put back without end")
}

// Advance lets d pass, running each job when it is due.
func (b *Bench) Advance(d time.Duration) {
	b.T.Helper()
	end := b.Clock.Now().Add(d)
	b.Settle(d)
	b.Clock.Set(end)
	b.Run()
}
