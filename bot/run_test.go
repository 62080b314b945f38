package bot_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// With several workers and several people at once every request ends, and
// nothing is made twice.
func TestRun_ManyPeopleAndWorkersAtOnce(t *testing.T) {
	t.Parallel()
	b := bottest.New(t, file(t), func(s *bot.Settings) { s.Workers = 4 })
	ctx, stop := context.WithTimeout(t.Context(), 60*time.Second)
	defer stop()
	ran := make(chan error, 1)
	go func() { ran <- b.Engine.Run(ctx) }()

	users := []string{"sanne", "mehmet", "priya", "joost", "lars", "tess"}
	var wg sync.WaitGroup
	for i, user := range users {
		wg.Go(func() { askAtOnce(ctx, t, b, i, user) })
	}
	wg.Wait()
	stop()
	if err := <-ran; err != nil {
		t.Fatal(err)
	}
	b.Company.Read(func(c *bottest.Company) {
		if n := len(c.Effects.Groups); n != len(users) {
			t.Errorf("%d groups for %d requests", n, len(users))
		}
		for name, n := range c.Effects.Groups {
			if n != 1 {
				t.Errorf("group %s was made %d times", name, n)
			}
		}
		for i := range users {
			if mail := fmt.Sprintf("guest%d@fabrikam.com", i); c.Effects.Invited[mail] != 1 {
				t.Errorf("%s was invited %d times", mail, c.Effects.Invited[mail])
			}
		}
	})
	if err := sound(b); err != nil {
		t.Error(err)
	}
}

// askAtOnce has one person ask for a site of his own with one guest, and waits
// for the end.
func askAtOnce(ctx context.Context, t *testing.T, b *bottest.Bench, i int, user string) {
	t.Helper()
	n := 0
	handle := func(in bot.Inbound) bot.Answer {
		n++
		in.Key, in.Trigger, in.At, in.User = fmt.Sprintf("%s-%d", user, n), user, b.Clock.Now(), b.Chat.User(user)
		a, err := b.Engine.Handle(ctx, in)
		if err != nil {
			t.Errorf("%s: %v", user, err)
		}
		return a
	}
	read := func(id string) *flow.Request {
		recs, err := b.Store.Get(ctx, bot.Key{Kind: bot.KindRequest, ID: id})
		if err != nil {
			t.Errorf("%s: %v", user, err)
			return nil
		}
		r, _ := recs[0].Value.(*flow.Request)
		return r
	}
	until := func(id string, what string, done func(*flow.Request) bool) {
		for ctx.Err() == nil {
			if r := read(id); r != nil && done(r) {
				return
			}
			b.Clock.Advance(50 * time.Millisecond)
			select {
			case <-ctx.Done():
			case <-time.After(time.Millisecond):
			}
		}
		t.Errorf("%s: never %s", user, what)
	}
	a := handle(bot.Inbound{Command: &bot.Command{Text: "new"}})
	if a.Open == nil {
		t.Errorf("%s: no form", user)
		return
	}
	id := a.Open.Request
	until(id, "looked up", func(r *flow.Request) bool { return r.Looked != nil })
	submit := func(step flow.FormStep, values map[string][]string) {
		handle(bot.Inbound{Submit: &bot.Submit{Request: id, Step: string(step), Values: values}})
	}
	submit(flow.StepSite, map[string][]string{
		card.FieldName: {"Site of " + user}, card.FieldPurpose: {"work"}, card.FieldOwner: {"u-" + user},
	})
	until(id, "at the people", func(r *flow.Request) bool { return r.Answers.Step == flow.StepPeople && r.Looked.Rev == r.Answers.Rev })
	people := map[string][]string{card.FieldGuests: {fmt.Sprintf("guest%d@fabrikam.com", i)}, card.FieldWhy: {"work"}, card.FieldDays: {"30"}}
	submit(flow.StepPeople, people)
	until(id, "looked at", func(r *flow.Request) bool { return r.Looked.Rev == r.Answers.Rev })
	if r := read(id); r != nil && r.Answers.Step == flow.StepPeople {
		submit(flow.StepPeople, people)
	}
	until(id, "at the review", func(r *flow.Request) bool { return r.Answers.Step == flow.StepReview && r.Looked.Rev == r.Answers.Rev })
	submit(flow.StepReview, nil)
	until(id, "done", func(r *flow.Request) bool { return r.State == flow.Done })
}

func TestRun_EndsWhenItIsToldTo(t *testing.T) {
	t.Parallel()
	b := bench(t)
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- b.Engine.Run(ctx) }()
	stop()
	if err := <-ran; err != nil {
		t.Fatal(err)
	}
}
