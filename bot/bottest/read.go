package bottest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// Whispers are the private lines that a person saw, oldest first.
func (b *Bench) Whispers(user string) []card.Card {
	var out []card.Card
	chat, id := b.chatOf(user)
	for _, w := range chat.Whispers {
		if strings.HasPrefix(w.Reply, "reply:"+id+":") {
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
	for _, p := range b.Cards(user) {
		fmt.Fprintf(&s, "--- card %s\n%s\n", p.ID, p.Card.Text)
	}
	for _, w := range b.Whispers(user) {
		fmt.Fprintf(&s, "--- private\n%s\n", w.Text)
	}
	if f := b.Form(user); f != nil {
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
	for _, p := range b.Cards(user) {
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
