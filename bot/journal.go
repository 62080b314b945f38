package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"guestsite/bot/flow"
)

// entry makes the journal's next line of a part. The payload (names and texts)
// enters the chain only as a digest salted by the request, so that it can be
// erased without breaking the chain.
func entry(r *flow.Request, part string, head flow.Head, ev flow.Event, from, to flow.State) (Entry, flow.Head) {
	actor := ev.By
	if actor == "" {
		actor = "guestsite"
	}
	name := r.ID
	if part != "" {
		name += "/" + part
	}
	payload := facts(ev)
	e := Entry{
		Position: Position{Part: name, Seq: head.Seq + 1},
		At:       ev.At.UTC(), Request: r.ID, Event: string(ev.Kind), Actor: actor,
		From: string(from), To: string(to), Prev: head.Digest, Payload: payload,
	}
	if len(payload) > 0 {
		e.PayloadDigest = PayloadDigest(r.Salt, payload)
	}
	e.Digest = e.Sum()
	return e, flow.Head{Seq: e.Seq, Digest: e.Digest}
}

// PayloadDigest is the salted digest of a journal entry's payload.
func PayloadDigest(salt string, payload []byte) string {
	h := sha256.New()
	h.Write([]byte(salt))
	h.Write([]byte{0})
	h.Write(payload)
	return hex.EncodeToString(h.Sum(nil))
}

// Sum is the digest of all fields but Payload and Digest, as the chain has it.
func (e *Entry) Sum() string {
	line, err := json.Marshal([]any{
		e.Part, e.Seq, e.At.Format(time.RFC3339Nano), e.Request, e.Event, e.Actor, e.From, e.To,
		e.PayloadDigest, e.Prev,
	})
	if err != nil { // strings and numbers always encode
		panic(err)
	}
	d := sha256.Sum256(line)
	return hex.EncodeToString(d[:])
}

// facts is what an event's entry keeps beside the chain.
func facts(ev flow.Event) []byte {
	kept := struct {
		Click   *flow.Click   `json:"click,omitempty"`
		Facts   *flow.Facts   `json:"facts,omitempty"`
		Person  *flow.Who     `json:"person,omitempty"`
		Check   *flow.Check   `json:"check,omitempty"`
		Account *flow.Account `json:"account,omitempty"`
		GroupID string        `json:"group_id,omitempty"`
		URL     string        `json:"url,omitempty"`
		Level   string        `json:"level,omitempty"`
		Text    string        `json:"text,omitempty"`
		Code    string        `json:"code,omitempty"`
		Heads   string        `json:"heads,omitempty"`
	}{ev.Click, ev.Facts, ev.Person, ev.Check, ev.Account, ev.GroupID, ev.URL, ev.Level, ev.Text, ev.Code, ""}
	if ev.Click != nil { // the handle for a private line is a secret for half an hour
		c := *ev.Click
		c.Reply = ""
		kept.Click = &c
	}
	if ev.Tally != nil {
		kept.Heads = ev.Tally.Heads
	}
	b, err := json.Marshal(kept)
	if err != nil || string(b) == "{}" {
		return nil
	}
	return b
}
