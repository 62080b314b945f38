package chattest

import (
	"context"
	"maps"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
)

// patience is how long a test waits for what comes behind an answer.
const patience = 10 * time.Second

// door records events and answers as it is told. As the contract says it gives the
// same answer to the same key.
type door struct {
	mu      sync.Mutex
	answer  func(bot.Inbound) (bot.Answer, error)
	answers map[string]bot.Answer
	got     []bot.Inbound // every delivery
	opened  []bot.Ref
	told    chan struct{} // closed and replaced when a form is reported
	places  map[bot.ChatUser]bot.Place
	suggest []card.Option
	refs    []string
}

func newDoor() *door {
	return &door{told: make(chan struct{}), answers: map[string]bot.Answer{}, places: map[bot.ChatUser]bot.Place{}}
}

func (d *door) Handle(_ context.Context, in bot.Inbound) (bot.Answer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	in.Submit, in.Press = clone(in.Submit), clone(in.Press)
	d.got = append(d.got, in)
	if a, ok := d.answers[in.Key]; ok {
		return a, nil
	}
	var a bot.Answer
	var err error
	if d.answer != nil {
		a, err = d.answer(in)
	}
	if err == nil {
		d.answers[in.Key] = a
	}
	return a, err
}

// clone keeps what was said apart from what its sender does with it later.
func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

func (d *door) Opened(_ context.Context, _, _ string, form bot.Ref) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = append(d.opened, form)
	close(d.told)
	d.told = make(chan struct{})
	return nil
}

func (*door) Look(context.Context, bot.ChatUser, bot.Ref, string) (bot.Screen, error) {
	return bot.Screen{}, nil
}

func (d *door) Place(_ context.Context, u bot.ChatUser) (bot.Place, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.places[u], nil
}

func (d *door) KeepPlace(_ context.Context, p bot.Place) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.places[p.User] = p
	return nil
}

func (d *door) Suggest(context.Context, bot.ChatUser, card.FieldKind, string) ([]card.Option, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.suggest, nil
}

func (d *door) Sorry(_ context.Context, _ bot.ChatUser, _ error, ref string) card.Card {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refs = append(d.refs, ref)
	return card.Card{Text: "It was not taken. Reference " + ref, Blocks: []card.Block{card.Text{Runs: []card.Run{{Text: "It was not taken. Reference " + ref}}}}}
}

func (*door) Line(_ context.Context, _ bot.ChatUser, l bot.Line) card.Card {
	return card.Card{Text: "line " + string(l), Blocks: []card.Block{card.Text{Runs: []card.Run{{Text: "line " + string(l)}}}}}
}

// does sets what is answered from now on.
func (d *door) does(a bot.Answer) {
	d.fails(func(bot.Inbound) (bot.Answer, error) { return a, nil })
}

func (d *door) fails(f func(bot.Inbound) (bot.Answer, error)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = f
}

func (d *door) offers(os []card.Option) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.suggest = os
}

// taken gives what came since it was asked last.
func (d *door) taken() []bot.Inbound {
	d.mu.Lock()
	defer d.mu.Unlock()
	got := d.got
	d.got = nil
	return got
}

// one gives the one event that came since it was asked last.
func (d *door) one(tb testing.TB) bot.Inbound {
	tb.Helper()
	got := d.taken()
	if len(got) != 1 {
		tb.Fatalf("%d events reached the door, want one: %+v", len(got), got)
	}
	return got[0]
}

// reports counts the forms reported so far.
func (d *door) reports() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.opened)
}

// form is the form that is reported after the first n, which may come behind the
// answer.
func (d *door) form(tb testing.TB, n int) bot.Ref {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	for {
		d.mu.Lock()
		opened, told := d.opened, d.told
		d.mu.Unlock()
		if len(opened) > n {
			return opened[n]
		}
		select {
		case <-told:
		case <-ctx.Done():
			tb.Fatal("no form was reported")
		}
	}
}

func (d *door) lastRef(tb testing.TB) string {
	tb.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.refs) == 0 {
		tb.Fatal("nobody was told that it was not taken")
	}
	return d.refs[len(d.refs)-1]
}

func sameValues(a, b map[string][]string) bool {
	return maps.EqualFunc(a, b, func(x, y []string) bool {
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if x[i] != y[i] {
				return false
			}
		}
		return true
	})
}
