package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"guestsite/bot/flow"
)

// Damage is a place where the journal is not as it was written.
type Damage struct {
	Request string `json:"request"`
	// Part is the request itself, or one of its guests ("G-1042/g1"); Entry the number
	// of the line in it, 0 where no line is at fault.
	Part  string `json:"part"`
	Entry int64  `json:"entry,omitempty"`
	// What is wrong, for the operator.
	What string `json:"what"`
}

// Verified is what a verification of the journal found.
type Verified struct {
	Requests int `json:"requests"`
	Entries  int `json:"entries"`
	// Erased counts entries whose payload was erased; their chain is whole all the same.
	Erased  int      `json:"erased"`
	Damaged []Damage `json:"damaged,omitempty"`
	// Cut is what is gone because its time was over.
	Cut Cut `json:"cut"`
}

// mostDamage is how many damages are told; whoever has more has all he needs.
const mostDamage = 100

// VerifyJournal recomputes the chains of the journal: of one request, or of all when
// request is empty. Each part must begin with its first entry, follow without a gap,
// hold the payloads that it had or none, and end where the record says. It changes
// nothing and needs no engine. NotFound for a request of which there is nothing.
func VerifyJournal(ctx context.Context, s Store, request string) (Verified, error) {
	var out Verified
	recs, err := s.Get(ctx, cutKey)
	if err != nil {
		return out, err
	}
	if c, ok := recs[0].Value.(*Cut); ok && recs[0].Rev != 0 {
		out.Cut = *c
	}
	v := &verifier{Store: s, out: &out, seen: map[string]bool{}}
	if request != "" {
		err := v.request(ctx, request)
		if err == nil && out.Requests == 0 && len(out.Damaged) == 0 {
			err = &Error{Code: NotFound, Op: "bot: verify the journal of " + request}
		}
		return out, err
	}
	if err := v.everything(ctx); err != nil {
		return out, err
	}
	return out, v.missing(ctx)
}

// verifier verifies one request after the other.
type verifier struct {
	Store
	out  *Verified
	seen map[string]bool // the requests whose journal was there
}

func (v *verifier) bad(part string, seq int64, what string) {
	if len(v.out.Damaged) < mostDamage {
		v.out.Damaged = append(v.out.Damaged, Damage{Request: requestOf(part), Part: part, Entry: seq, What: what})
	}
}

// requestOf is the request of a part of the journal.
func requestOf(part string) string {
	id, _, _ := strings.Cut(part, "/")
	return id
}

// everything verifies the requests that the journal holds, in its order.
func (v *verifier) everything(ctx context.Context) error {
	from := Position{}
	for {
		id := ""
		for e, err := range v.Journal(ctx, from) {
			if err != nil {
				return err
			}
			id = requestOf(e.Part)
			break
		}
		if id == "" {
			return nil
		}
		if err := v.request(ctx, id); err != nil {
			return err
		}
		v.seen[id] = true
		from = Position{Part: id + "/\xff"} // behind its guests, before any other request
	}
}

// missing looks for requests that have lost their journal.
func (v *verifier) missing(ctx context.Context) error {
	look := func(id string, head flow.Head) error {
		if head.Seq == 0 || v.seen[id] {
			return nil
		}
		for e, err := range v.Journal(ctx, Position{Part: id}) {
			if err != nil {
				return err
			}
			if e.Part == id {
				return nil
			}
			break
		}
		if kept, err := v.kept(ctx, id); err != nil || kept == nil { // it went meanwhile
			return err
		}
		v.bad(id, 0, journalGone)
		return nil
	}
	for _, st := range flow.States(flow.OfRequest) {
		if st == flow.None {
			continue
		}
		if err := v.each(ctx, Query{Kind: KindRequest, Index: ByState, Value: string(st)}, func(x any) error {
			r, ok := x.(*flow.Request)
			if !ok {
				return nil
			}
			return look(r.ID, r.Head)
		}); err != nil {
			return err
		}
	}
	return v.each(ctx, Query{Kind: KindCleared, Index: ByAll, Value: all}, func(x any) error {
		c, ok := x.(*Cleared)
		if !ok {
			return nil
		}
		return look(c.Request, c.Head)
	})
}

func (v *verifier) each(ctx context.Context, q Query, do func(any) error) error {
	for {
		recs, next, err := v.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, rec := range recs {
			if err := do(rec.Value); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		q.After = next
	}
}

const journalGone = "the journal of this request is gone"

// chainEnds are what the records say of a request's chains.
type chainEnds struct {
	salt  string
	own   flow.Head
	parts map[string]flow.Head // of guests, by part; nil where only heads is known
	heads string
}

// kept reads what the records say of a request; nil where there is none.
func (v *verifier) kept(ctx context.Context, id string) (*chainEnds, error) {
	recs, err := v.Get(ctx, requestKey(id), clearedKey(id))
	if err != nil {
		return nil, err
	}
	if r, ok := recs[0].Value.(*flow.Request); ok && recs[0].Rev != 0 && recs[1].Rev == 0 {
		out := &chainEnds{salt: r.Salt, own: r.Head, parts: map[string]flow.Head{}}
		err := v.each(ctx, Query{Kind: KindGuest, Index: ByRequest, Value: id}, func(x any) error {
			if g, ok := x.(*flow.Guest); ok && g.Head.Seq > 0 {
				out.parts[id+"/"+g.ID] = g.Head
			}
			return nil
		})
		return out, err
	}
	if c, ok := recs[1].Value.(*Cleared); ok && recs[1].Rev != 0 {
		return &chainEnds{salt: c.Salt, own: c.Head, heads: c.Heads}, nil
	}
	return nil, nil //nolint:nilnil // absence is an answer here
}

// looks is how often a request is read again that changed while it was read.
const looks = 3

// request verifies one request. What is said of it is what the last look found.
func (v *verifier) request(ctx context.Context, id string) error {
	for n := 1; ; n++ {
		found := Verified{}
		one := &verifier{Store: v.Store, out: &found}
		before, err := v.kept(ctx, id)
		if err != nil {
			return err
		}
		if err := one.chains(ctx, id, before); err != nil {
			return err
		}
		if len(found.Damaged) > 0 && n < looks {
			continue
		}
		v.out.Requests += found.Requests
		v.out.Entries += found.Entries
		v.out.Erased += found.Erased
		for _, d := range found.Damaged {
			v.bad(d.Part, d.Entry, d.What)
		}
		return nil
	}
}

// chains walks over the parts of a request, and compares their ends.
func (v *verifier) chains(ctx context.Context, id string, ends *chainEnds) error {
	lasts := map[string]flow.Head{}
	for e, err := range v.Journal(ctx, Position{Part: id}) {
		if err != nil {
			return err
		}
		if requestOf(e.Part) != id {
			break
		}
		v.entry(e, lasts[e.Part], ends)
		lasts[e.Part] = flow.Head{Seq: e.Seq, Digest: e.Digest}
	}
	if len(lasts) == 0 {
		if ends != nil && ends.own.Seq > 0 {
			v.bad(id, 0, journalGone)
		}
		return nil
	}
	v.out.Requests++
	if ends == nil {
		v.bad(id, 0, "no record tells of this request, which was not deleted for its age")
		return nil
	}
	v.end(id, lasts[id], ends.own)
	delete(lasts, id)
	if ends.parts == nil {
		v.endsOfCleared(id, lasts, ends.heads)
		return nil
	}
	for part, head := range ends.parts {
		v.end(part, lasts[part], head)
		delete(lasts, part)
	}
	for part, last := range lasts {
		v.bad(part, last.Seq, "no record tells of this guest")
	}
	return nil
}

// entry verifies a line behind the one before it.
func (v *verifier) entry(e Entry, before flow.Head, ends *chainEnds) {
	v.out.Entries++
	switch {
	case e.Seq != before.Seq+1:
		v.bad(e.Part, e.Seq, fmt.Sprintf("it follows entry %d", before.Seq))
	case e.Prev != before.Digest:
		v.bad(e.Part, e.Seq, "the entry before it is not the one that it follows")
	case e.Digest != e.Sum():
		v.bad(e.Part, e.Seq, "its text is not the one that was written")
	case e.Request != requestOf(e.Part):
		v.bad(e.Part, e.Seq, "it says that it is of "+e.Request)
	}
	switch {
	case len(e.Payload) == 0 && e.PayloadDigest != "":
		v.out.Erased++
	case len(e.Payload) == 0 || ends == nil:
	case e.PayloadDigest != PayloadDigest(ends.salt, e.Payload):
		v.bad(e.Part, e.Seq, "its payload is not the one that was written")
	}
}

// end compares the end of a chain with what the record says.
func (v *verifier) end(part string, last, want flow.Head) {
	switch {
	case last == want:
	case last.Seq < want.Seq:
		v.bad(part, last.Seq+1, fmt.Sprintf("it is missing: the record knows of %d entries", want.Seq))
	case last.Seq > want.Seq:
		v.bad(part, want.Seq+1, fmt.Sprintf("the record does not know of it, but of %d entries", want.Seq))
	default:
		v.bad(part, last.Seq, "the record knows of another")
	}
}

// endsOfCleared compares the ends of the guests' chains with the digest that stayed.
func (v *verifier) endsOfCleared(id string, lasts map[string]flow.Head, want string) {
	var gs []*flow.Guest
	for part, head := range lasts {
		gs = append(gs, &flow.Guest{ID: strings.TrimPrefix(part, id+"/"), Head: head})
	}
	slices.SortFunc(gs, func(a, b *flow.Guest) int { return strings.Compare(partOrder(a.ID), partOrder(b.ID)) })
	if heads(gs) != want {
		v.bad(id, 0, "the entries of its guests are not all that were written")
	}
}

// exported is a line of an export.
type exported struct {
	Part          string          `json:"part"`
	Seq           int64           `json:"seq"`
	At            time.Time       `json:"at"`
	Request       string          `json:"request"`
	Event         string          `json:"event"`
	Actor         string          `json:"actor"`
	From          string          `json:"from"`
	To            string          `json:"to"`
	PayloadDigest string          `json:"payload_digest,omitempty"`
	Prev          string          `json:"prev"`
	Digest        string          `json:"digest"`
	Payload       json.RawMessage `json:"payload,omitempty"`
}

// Exported is the last line of an export.
type Exported struct {
	Entries int `json:"entries"`
	// SHA256 is over all lines before this one, with their ends, in hexadecimal.
	SHA256 string `json:"sha256"`
	// Cut is what is gone because its time was over.
	Cut Cut `json:"cut"`
}

// ExportJournal writes the journal, of one request or of all when request is empty,
// as JSON lines, with a digest over them at the end. It needs no engine. What it
// writes names people; it verifies nothing.
func ExportJournal(ctx context.Context, s Store, request string, w io.Writer) (Exported, error) {
	var out Exported
	sum := sha256.New()
	enc := json.NewEncoder(io.MultiWriter(w, sum))
	enc.SetEscapeHTML(false)
	for e, err := range s.Journal(ctx, Position{Part: request}) {
		if err != nil {
			return out, err
		}
		if request != "" && requestOf(e.Part) != request {
			break
		}
		x := exported{
			Part: e.Part, Seq: e.Seq, At: e.At, Request: e.Request, Event: e.Event, Actor: e.Actor, From: e.From, To: e.To,
			PayloadDigest: e.PayloadDigest, Prev: e.Prev, Digest: e.Digest, Payload: e.Payload,
		}
		if len(e.Payload) > 0 && !json.Valid(e.Payload) { // it was damaged; the rest is still worth having
			x.Payload, _ = json.Marshal(string(e.Payload))
		}
		if err := enc.Encode(x); err != nil {
			return out, fmt.Errorf("bot: write the journal: %w", err)
		}
		out.Entries++
	}
	recs, err := s.Get(ctx, cutKey)
	if err != nil {
		return out, err
	}
	if c, ok := recs[0].Value.(*Cut); ok && recs[0].Rev != 0 {
		out.Cut = *c
	}
	out.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if err := json.NewEncoder(w).Encode(out); err != nil {
		return out, fmt.Errorf("bot: write the journal: %w", err)
	}
	return out, nil
}
