package bottest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
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
	Engine  *bot.Engine
	Store   bot.Store
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
			DecideWithin: 2, KeepDrafts: 7 * 24 * time.Hour, Lang: "en", Zone: "Europe/Amsterdam",
		},
	}
	if change != nil {
		change(&b.options.Settings)
	}
	b.start()
	tb.Cleanup(func() { _ = b.Store.Close() })
	return b
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

// Event begins an event of a person, with a key of its own.
func (b *Bench) Event(user string) bot.Inbound {
	b.keys++
	key := fmt.Sprintf("%s-%d", user, b.keys)
	return bot.Inbound{Key: key, At: b.Clock.Now(), User: b.Chat.User(user), Trigger: user, Reply: "reply:" + user + ":" + key}
}

// Act hands an event to the engine and shows the answer, as an adapter does. An
// event that got no answer is delivered again; a form that did not open is asked
// for again, as its user would.
func (b *Bench) Act(in bot.Inbound) bot.Answer {
	b.T.Helper()
	before, crashes := len(b.Chat.Forms), b.Crashes
	answer := b.deliver(in)
	opened := b.show(in, answer)
	if b.Crashes > crashes && len(b.Chat.Forms) == before || !opened {
		if wantsForm(in) {
			next := b.Event(in.User.ID)
			in.Key, in.Reply = next.Key, next.Reply
			return b.Act(in)
		}
	}
	return answer
}

// wantsForm says that whoever did this expects a form.
func wantsForm(in bot.Inbound) bool {
	switch {
	case in.Command != nil:
		word, _, _ := card.ParseCommand(in.Command.Text)
		return word == card.CommandNew || word == card.CommandAdd
	case in.Press != nil && in.Press.Form == "":
		switch in.Press.Action {
		case card.ActDecline, card.ActAsk, card.ActAnswer, card.ActContinue:
			return true
		default:
			return false
		}
	}
	return false
}

// deliver hands an event over until there is an answer.
func (b *Bench) deliver(in bot.Inbound) bot.Answer {
	b.T.Helper()
	for {
		answer, err := b.Engine.Handle(b.T.Context(), in)
		switch {
		case b.Fuse.Dead():
			b.Restart()
			continue
		case err != nil:
			b.Errors = append(b.Errors, err)
			c := b.Engine.Sorry(b.T.Context(), in.User, err, "ref-1")
			return bot.Answer{Whisper: &c}
		}
		if b.Twice {
			b.again(in, answer)
		}
		return answer
	}
}

// again delivers an answered event once more: the answer must be the same, but
// that a trigger opens one form alone.
func (b *Bench) again(in bot.Inbound, first bot.Answer) {
	b.T.Helper()
	second, err := b.Engine.Handle(b.T.Context(), in)
	if err != nil {
		b.T.Errorf("delivered again, %s failed: %v", in.Key, err)
	}
	first.Open, second.Open = nil, nil
	if !reflect.DeepEqual(first, second) {
		b.T.Errorf("delivered again, %s was answered\n%+v\nand not\n%+v", in.Key, second, first)
	}
}

// show puts an answer on the screen; false when a form could not be opened and
// recorded.
func (b *Bench) show(in bot.Inbound, a bot.Answer) bool {
	b.T.Helper()
	form := b.formOf(in)
	switch {
	case a.Open != nil:
		ref, err := b.Chat.OpenForm(b.T.Context(), in.Trigger, *a.Open)
		if err == nil {
			err = b.Engine.Opened(b.T.Context(), b.Chat.Name(), a.Open.Request, ref)
		}
		if b.Fuse.Dead() {
			b.Restart()
			b.close(ref)
			return false
		}
		if err != nil {
			b.T.Fatalf("open a form: %v", err)
		}
	case a.Update != nil && form != nil:
		form.Form = *a.Update
		b.Chat.show(nil, a.Update)
	case a.Errors != nil && form != nil:
		for i, f := range form.Form.Fields { // what was typed stays
			form.Form.Fields[i].Error, form.Form.Fields[i].Value = a.Errors[f.ID], nil
			for _, v := range in.Submit.Values[f.ID] {
				form.Form.Fields[i].Value = append(form.Form.Fields[i].Value, card.Option{Value: v})
			}
		}
		b.Chat.show(nil, &form.Form)
	case a.Whisper != nil:
		b.Chat.Whispers = append(b.Chat.Whispers, Whisper{in.Reply, *a.Whisper})
		b.Chat.show(a.Whisper, nil)
	case in.Submit != nil && form != nil:
		form.Closed = true
	}
	return true
}

func (b *Bench) formOf(in bot.Inbound) *Open {
	ref := bot.Ref("")
	switch {
	case in.Submit != nil:
		ref = in.Submit.Form
	case in.Press != nil:
		ref = in.Press.Form
	}
	for _, f := range b.Chat.Forms {
		if f.Ref == ref && ref != "" && !f.Closed {
			return f
		}
	}
	return nil
}

func (b *Bench) close(ref bot.Ref) {
	for _, f := range b.Chat.Forms {
		if f.Ref == ref {
			f.Closed = true
		}
	}
}

// Close closes the form that a person has open, without sending it.
func (b *Bench) Close(user string) {
	if f := b.Chat.Form(user); f != nil {
		f.Closed = true
	}
}

// Command types a command; a leading "/guestsite" may be left out.
func (b *Bench) Command(user, text string) bot.Answer {
	b.T.Helper()
	in := b.Event(user)
	in.Command = &bot.Command{Text: strings.TrimSpace(strings.TrimPrefix(text, "/guestsite"))}
	a := b.Act(in)
	b.Run()
	return a
}

// Submit sends the form that a person has open, with its fields as they stand
// but for values: pairs of a field's id and its value, several joined by "|".
func (b *Bench) Submit(user string, values ...string) bot.Answer {
	b.T.Helper()
	a := b.Act(b.Filled(user, values...))
	b.Run()
	return a
}

// Filled is the event of sending the form that a person has open; see Submit.
func (b *Bench) Filled(user string, values ...string) bot.Inbound {
	b.T.Helper()
	f := b.Chat.Form(user)
	if f == nil {
		b.T.Fatalf("%s has no form open", user)
	}
	in := b.Event(user)
	in.Submit = &bot.Submit{Form: f.Ref, Request: f.Form.Request, Step: f.Form.Step, Values: b.values(f, values)}
	return in
}

// values are a form's answers as they stand, with changes.
func (b *Bench) values(f *Open, changes []string) map[string][]string {
	b.T.Helper()
	out := map[string][]string{}
	for _, field := range f.Form.Fields {
		for _, o := range field.Value {
			out[field.ID] = append(out[field.ID], o.Value)
		}
	}
	for i := 0; i+1 < len(changes); i += 2 {
		delete(out, changes[i])
		if changes[i+1] != "" {
			out[changes[i]] = strings.Split(changes[i+1], "|")
		}
	}
	return out
}

// Press presses the newest button with that action that a person sees, in an
// open form, on a card or on a private line. part may be empty for any.
func (b *Bench) Press(user string, action card.Action, part string) bot.Answer {
	b.T.Helper()
	a := b.Act(b.Pressed(user, action, part))
	b.Run()
	return a
}

// PressValue is Press for a button with that value.
func (b *Bench) PressValue(user string, action card.Action, value string) bot.Answer {
	b.T.Helper()
	in, ok := b.find(user, func(x card.Button) bool { return x.Action == action && x.Value == value })
	if !ok {
		b.T.Fatalf("%s has no button %q with %q:\n%s", user, action, value, b.Seen(user))
	}
	a := b.Act(in)
	b.Run()
	return a
}

// Pressed is the event of pressing a button; see Press.
func (b *Bench) Pressed(user string, action card.Action, part string) bot.Inbound {
	b.T.Helper()
	in, ok := b.find(user, func(x card.Button) bool { return x.Action == action && (part == "" || x.Part == part) })
	if !ok {
		b.T.Fatalf("%s has no button %q for %q:\n%s", user, action, part, b.Seen(user))
	}
	return in
}

// Has says whether a person sees such a button.
func (b *Bench) Has(user string, action card.Action) bool {
	_, ok := b.find(user, func(x card.Button) bool { return x.Action == action })
	return ok
}

func (b *Bench) find(user string, fits func(card.Button) bool) (bot.Inbound, bool) {
	b.T.Helper()
	in := b.Event(user)
	press := func(x card.Button, ref, form bot.Ref, values map[string][]string) bot.Inbound {
		in.Press = &bot.Press{
			Card: ref, Form: form, Action: x.Action, Request: x.Request, Part: x.Part, Version: x.Version, Value: x.Value, Values: values,
		}
		return in
	}
	if f := b.Chat.Form(user); f != nil {
		for _, x := range append(Buttons(f.Form.Blocks), f.Form.Buttons...) {
			if fits(x) {
				return press(x, "", f.Ref, b.values(f, nil)), true
			}
		}
	}
	whispers := b.Whispers(user)
	for i, w := range slices.Backward(whispers) {
		for _, x := range Buttons(w.Blocks) {
			if fits(x) {
				return press(x, "", "", nil), true
			}
		}
		if i < len(whispers)-1 {
			break // older private lines have gone from the screen
		}
	}
	posts := b.Chat.Cards(user)
	for _, p := range slices.Backward(posts) {
		for _, x := range Buttons(p.Card.Blocks) {
			if fits(x) {
				return press(x, p.Ref, "", nil), true
			}
		}
	}
	return in, false
}

// Buttons are the buttons among blocks.
func Buttons(blocks []card.Block) []card.Button {
	var out []card.Button
	for _, x := range blocks {
		if a, ok := x.(card.Actions); ok {
			out = append(out, a.Buttons...)
		}
	}
	return out
}

// Whispers are the private lines that a person saw, oldest first.
func (b *Bench) Whispers(user string) []card.Card {
	var out []card.Card
	for _, w := range b.Chat.Whispers {
		if strings.HasPrefix(w.Reply, "reply:"+user+":") {
			out = append(out, w.Card)
		}
	}
	return out
}

// Told is the newest private line of a person, as plain text; empty for none.
func (b *Bench) Told(user string) string {
	ws := b.Whispers(user)
	if len(ws) == 0 {
		return ""
	}
	return ws[len(ws)-1].Text
}

// Seen is all that a person sees now, as plain text, for failures.
func (b *Bench) Seen(user string) string {
	var s strings.Builder
	for _, p := range b.Chat.Cards(user) {
		fmt.Fprintf(&s, "--- card %s\n%s\n", p.ID, p.Card.Text)
	}
	for _, w := range b.Whispers(user) {
		fmt.Fprintf(&s, "--- private\n%s\n", w.Text)
	}
	if f := b.Chat.Form(user); f != nil {
		fmt.Fprintf(&s, "--- form %s %q\n%s\n", f.Form.Step, f.Form.Title, FormText(f.Form))
	}
	return s.String()
}

// FormText is a form as plain text: what stands above, the fields with their
// faults, the buttons.
func FormText(f card.Form) string {
	var s strings.Builder
	s.WriteString(card.PlainText(f.Title, f.Blocks))
	for _, x := range f.Fields {
		fmt.Fprintf(&s, "\n[%s] %s = %v", x.ID, x.Label, x.Value)
		if x.Error != "" {
			s.WriteString(" ✕ " + x.Error)
		}
	}
	return s.String()
}

// Posted is the newest card of a kind that a person has; nil for none.
func (b *Bench) Posted(user string, kind bot.MessageKind) *Post {
	var last *Post
	for _, p := range b.Chat.Cards(user) {
		if parts := strings.Split(p.ID, "/"); len(parts) > 1 && strings.HasPrefix(parts[1], string(kind)) {
			last = p
		}
	}
	return last
}

// Request reads the newest request.
func (b *Bench) Request() *flow.Request {
	b.T.Helper()
	var last *flow.Request
	for _, r := range b.Requests() {
		if last == nil || r.CreatedAt.After(last.CreatedAt) || r.CreatedAt.Equal(last.CreatedAt) && r.ID > last.ID {
			last = r
		}
	}
	if last == nil {
		b.T.Fatal("there is no request")
	}
	return last
}

// Requests reads all requests.
func (b *Bench) Requests() []*flow.Request {
	b.T.Helper()
	var out []*flow.Request
	for _, s := range flow.States(flow.OfRequest) {
		for _, v := range b.Records(bot.Query{Kind: bot.KindRequest, Index: bot.ByState, Value: string(s)}) {
			out = append(out, v.(*flow.Request))
		}
	}
	return out
}

// Guests reads a request's guests.
func (b *Bench) Guests(request string) []*flow.Guest {
	b.T.Helper()
	var out []*flow.Guest
	for _, v := range b.Records(bot.Query{Kind: bot.KindGuest, Index: bot.ByRequest, Value: request}) {
		out = append(out, v.(*flow.Guest))
	}
	return out
}

// Guest reads a guest of the newest request.
func (b *Bench) Guest(id string) *flow.Guest {
	b.T.Helper()
	for _, g := range b.Guests(b.Request().ID) {
		if g.ID == id {
			return g
		}
	}
	b.T.Fatalf("there is no guest %s", id)
	return nil
}

// Records reads all records that a query finds. An index without a value holds
// nothing.
func (b *Bench) Records(q bot.Query) []any {
	b.T.Helper()
	if q.Value == "" {
		return nil
	}
	var out []any
	for {
		recs, next, err := b.Store.(Fused).Store.Find(context.Background(), q)
		if err != nil {
			b.T.Fatal(err)
		}
		for _, r := range recs {
			out = append(out, r.Value)
		}
		if next == "" {
			return out
		}
		q.After = next
	}
}

// Journal reads the whole journal, in order.
func (b *Bench) Journal() []bot.Entry {
	b.T.Helper()
	var out []bot.Entry
	for e, err := range b.Store.Journal(context.Background(), bot.Position{}) {
		if err != nil {
			b.T.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// CheckJournal recomputes every part's chain.
func (b *Bench) CheckJournal() error {
	prev := map[string]bot.Entry{}
	for _, e := range b.Journal() {
		last := prev[e.Part]
		switch {
		case e.Seq != last.Seq+1, e.Prev != last.Digest:
			return fmt.Errorf("journal %s/%d does not follow %d", e.Part, e.Seq, last.Seq)
		case e.Digest != e.Sum():
			return fmt.Errorf("journal %s/%d: its digest is not that of the entry", e.Part, e.Seq)
		}
		prev[e.Part] = e
	}
	if len(prev) == 0 {
		return errors.New("the journal is empty")
	}
	return nil
}

// Log has the engine write its log there from now on.
func (b *Bench) Log(l *slog.Logger) {
	b.options.Log = l
	b.Engine.Log = l
}
