package teams

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
)

// The people of the tests that go the whole way. Lars has not installed the app.
const (
	sanne  = "5a11e000-0000-4000-8000-000000000001"
	mehmet = "3e43e700-0000-4000-8000-000000000002"
	priya  = "97140000-0000-4000-8000-000000000003"
	lars   = "1a650000-0000-4000-8000-000000000006"
)

// door is a bot.Door that answers what a test tells it to and, as the contract
// says, gives the same answer to the same key.
type door struct {
	answer  func(bot.Inbound) (bot.Answer, error)
	look    func(bot.ChatUser, bot.Ref, string) (bot.Screen, error)
	suggest func(context.Context, bot.ChatUser, card.FieldKind, string) ([]card.Option, error)
	hang    string                   // the method that waits for the end of its time
	resume  chan struct{}            // closed: it waits no longer
	placed  func()                   // called when a place was read
	budgets map[string]time.Duration // guarded by mu: how long each method may take, at most

	mu      sync.Mutex
	answers map[string]bot.Answer
	got     []bot.Inbound // first deliveries only
	again   int           // repeated deliveries
	looks   []string
	opened  []string
	lines   []bot.ChatUser
	sorry   []error
	refs    []string
	places  map[bot.ChatUser]bot.Place
}

func (d *door) wait(ctx context.Context, method string) error {
	d.mu.Lock()
	if d.budgets == nil {
		d.budgets = map[string]time.Duration{}
	}
	d.budgets[method] = max(d.budgets[method], left(ctx))
	d.mu.Unlock()
	if d.hang == method {
		select {
		case <-ctx.Done():
		case <-d.resume:
		}
	}
	return ctx.Err()
}

// left is how much time a call has. It only shrinks, so that a busy machine makes no
// test fail that bounds it.
func left(ctx context.Context) time.Duration {
	end, ok := ctx.Deadline()
	if !ok {
		return 24 * time.Hour
	}
	return time.Until(end)
}

// budget is the most that a method was given.
func (d *door) budget(method string) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.budgets[method]
}

func (d *door) forgetBudgets() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.budgets = nil
}

func (d *door) Handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	if err := d.wait(ctx, "Handle"); err != nil {
		return bot.Answer{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if a, ok := d.answers[in.Key]; ok {
		d.again++
		return a, nil
	}
	d.got = append(d.got, in)
	var a bot.Answer
	var err error
	if d.answer != nil {
		a, err = d.answer(in)
	}
	if err == nil {
		if d.answers == nil {
			d.answers = map[string]bot.Answer{}
		}
		d.answers[in.Key] = a
	}
	return a, err
}

func (d *door) Opened(_ context.Context, chat, request string, form bot.Ref) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = append(d.opened, chat+" "+request+" "+string(form))
	return nil
}

func (d *door) Look(ctx context.Context, u bot.ChatUser, ref bot.Ref, request string) (bot.Screen, error) {
	if err := d.wait(ctx, "Look"); err != nil {
		return bot.Screen{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.looks = append(d.looks, u.ID+" "+string(ref)+" "+request)
	if d.look == nil {
		return bot.Screen{}, nil
	}
	return d.look(u, ref, request)
}

func (d *door) Place(ctx context.Context, u bot.ChatUser) (bot.Place, error) {
	if err := d.wait(ctx, "Place"); err != nil {
		return bot.Place{}, err
	}
	d.mu.Lock()
	p := d.places[u]
	d.mu.Unlock()
	if d.placed != nil {
		d.placed()
	}
	return p, nil
}

func (d *door) KeepPlace(_ context.Context, p bot.Place) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.places == nil {
		d.places = map[bot.ChatUser]bot.Place{}
	}
	d.places[p.User] = p
	return nil
}

func (d *door) Suggest(ctx context.Context, u bot.ChatUser, k card.FieldKind, text string) ([]card.Option, error) {
	if err := d.wait(ctx, "Suggest"); err != nil || d.suggest == nil {
		return nil, err
	}
	return d.suggest(ctx, u, k, text)
}

func (d *door) Line(ctx context.Context, u bot.ChatUser, l bot.Line) card.Card {
	_ = d.wait(ctx, "Line") // a line there is always
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, u)
	lang := "en"
	if strings.HasPrefix(d.places[u].Locale, "nl") {
		lang = "nl"
	}
	return said("the line " + string(l) + " in " + lang)
}

func (d *door) Sorry(_ context.Context, _ bot.ChatUser, err error, ref string) card.Card {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sorry = append(d.sorry, err)
	d.refs = append(d.refs, ref)
	return said("That did not work. Try again, or ask IT. Reference " + ref)
}

// said is a private line.
func said(text string) card.Card {
	return card.Card{Text: text, Blocks: []card.Block{card.Text{Runs: []card.Run{{Text: text}}}}}
}

func (d *door) does(f func(bot.Inbound) (bot.Answer, error)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = f
}

// always answers everything alike.
func always(a bot.Answer) func(bot.Inbound) (bot.Answer, error) {
	return func(bot.Inbound) (bot.Answer, error) { return a, nil }
}

func (d *door) events() []bot.Inbound {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.got)
}

// one gives the one event that reached the door so far, and forgets it.
func (d *door) one(t *testing.T) bot.Inbound {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.got) != 1 {
		t.Fatalf("%d events reached the door, want one: %+v", len(d.got), d.got)
	}
	in := d.got[0]
	d.got = nil
	return in
}

func (d *door) none(t *testing.T, what string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.got)+d.again != 0 {
		t.Errorf("%s: %d events reached the door, %d again: %+v", what, len(d.got), d.again, d.got)
	}
}

func (d *door) repeats() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.again
}

func (d *door) looked() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.looks)
}

func (d *door) forms() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.opened)
}

func (d *door) place(u bot.ChatUser) bot.Place {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.places[u]
}

// sorries gives the errors that were shown, and the references shown with them.
func (d *door) sorries() ([]error, []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.sorry), slices.Clone(d.refs)
}

// forget drops what was recorded, and which keys are known.
func (d *door) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.got, d.again, d.looks, d.opened, d.lines, d.sorry, d.refs, d.answers = nil, 0, nil, nil, nil, nil, nil, nil
}

// ownerCard is an owner's approval card.
func ownerCard() card.Card { return ownerCardOf(3) }

func ownerCardOf(version int) card.Card {
	b := func(label string, a card.Action) card.Button {
		return card.Button{Label: label, Action: a, Request: "G-1042", Part: "guest-1", Version: version}
	}
	text := "Sanne wants to add Anna Kowalski (anna@fabrikam.com) to Project Linden."
	return card.Card{
		Text: text, Title: "Sanne wants to add 1 guest to Project Linden",
		Blocks: []card.Block{
			card.Text{Runs: []card.Run{{Text: text}}},
			card.Actions{Buttons: []card.Button{b("Add Anna", card.ActApprove), b("Decline", card.ActDecline)}},
		},
	}
}

// outcomeCard is what every copy becomes after the decision.
func outcomeCard() card.Card {
	return card.Card{Text: "Anna Kowalski was added by Mehmet.", Title: "Added by Mehmet"}
}

// noteForm is a form of one optional field, with a button and a way out.
func noteForm(step string) card.Form {
	return card.Form{
		Request: "G-1042", Step: step, Title: "The form of " + step, Submit: "Send it", Close: "Cancel",
		Fields:  []card.Field{{ID: card.FieldNote, Kind: card.Lines, Label: "Note", Optional: true}},
		Buttons: []card.Button{{Label: "Swap", Action: card.ActSwap, Request: "G-1042", Version: 4, Value: "old>new"}},
	}
}

// lastWord is what a form turns into that is done with.
func lastWord(text string) card.Form {
	return card.Form{Title: text, Blocks: []card.Block{card.Text{Runs: []card.Run{{Text: text}}}}}
}

// siteField is a form that searches.
func siteField() card.Form {
	return card.Form{
		Request: "G-1042", Step: "site", Title: "Which site", Submit: "Next",
		Fields: []card.Field{{ID: card.FieldSite, Kind: card.OneSite, Label: "Site", Optional: true}},
	}
}
