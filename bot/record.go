package bot

import (
	"encoding/json"
	"time"

	"guestsite/bot/flow"
)

// Message is a posted card: a view of a request, kept up to date.
type Message struct {
	// ID is request/kind/person, with a number behind it when it was posted anew.
	ID      string      `json:"id"`
	Request string      `json:"request"`
	Kind    MessageKind `json:"kind"`
	// Part is the guest that a card of its own is about.
	Part string   `json:"part,omitempty"`
	To   flow.Who `json:"to"`
	// User is where it was delivered, Ref how to find it again.
	User ChatUser `json:"user,omitzero"`
	Ref  Ref      `json:"ref,omitempty"`
	// Hash is of the card as last drawn; Shown the facts that it shows a decider,
	// ShownDigest their digest, Version the version its buttons carry.
	Hash        string          `json:"hash,omitempty"`
	Shown       json.RawMessage `json:"shown,omitempty"`
	ShownDigest string          `json:"shown_digest,omitempty"`
	Version     int             `json:"version,omitempty"`
	// Peek is the hash of the card as its reader was shown it since; empty when he
	// sees the one last drawn.
	Peek string `json:"peek,omitempty"`
	// All says that the person asked to see every line.
	All bool `json:"all,omitempty"`
	// Waits says that the person has something to decide; for the inbox.
	Waits bool `json:"waits,omitempty"`
	// Tried are the chats in which the person could not be reached with it.
	Tried []string `json:"tried,omitempty"`
	// Dead says why it cannot be delivered; empty while it can.
	Dead string `json:"dead,omitempty"`
	// Erased is the last erasure of a guest that went over it.
	Erased   string    `json:"erased,omitempty"`
	PostedAt time.Time `json:"posted_at,omitzero"`
}

// MessageKind is what a message is for.
type MessageKind string

// The kinds of messages.
const (
	StatusCard   MessageKind = "status"
	DecideCard   MessageKind = "decide"
	AdminCard    MessageKind = "admin"
	HandoverCard MessageKind = "handover"
	EndingCard   MessageKind = "ending"
)

// PersonRecord is what a person chose, and where he was last seen.
type PersonRecord struct {
	ID    string     `json:"id"` // directory id
	Lang  string     `json:"lang,omitempty"`
	Zone  string     `json:"zone,omitempty"` // as his chat told last
	Users []LastSeen `json:"users,omitempty"`
}

// LastSeen is a chat account of a person with its last use.
type LastSeen struct {
	User ChatUser  `json:"user"`
	At   time.Time `json:"at"`
}

// last is the account at which the person was last seen.
func (p *PersonRecord) last() ChatUser {
	var last LastSeen
	for _, s := range p.Users {
		if s.At.After(last.At) {
			last = s
		}
	}
	return last.User
}

// seenAt is when the person was last seen; zero when never.
func (p *PersonRecord) seenAt() time.Time {
	var at time.Time
	for _, s := range p.Users {
		if s.At.After(at) {
			at = s.At
		}
	}
	return at
}

// Link binds a chat account to a person.
type Link struct {
	User ChatUser `json:"user"`
	Who  flow.Who `json:"who"`
	// By is what says so. "email": equal addresses; "directory": the chat names the
	// Entra id; "sign_in": the person signed in with a link of the account's.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Place is how a chat reaches an account, as its adapter said last.
type Place struct {
	User ChatUser `json:"user"`
	// Handle is the adapter's own; empty while it is not known how to reach the account.
	Handle string `json:"handle,omitempty"`
	// Heard says that the person was heard from since the handle was made.
	Heard bool `json:"heard,omitempty"`
	// Gone says that the person took the bot away and wants nothing from it there.
	Gone bool `json:"gone,omitempty"`
	// Locale and Zone are as the chat told last.
	Locale string    `json:"locale,omitempty"`
	Zone   string    `json:"zone,omitempty"`
	At     time.Time `json:"at"`
}

// Counter gives numbers.
type Counter struct {
	Next int64 `json:"next"`
}

// String gives the account in one word, as records and logs name it.
func (u ChatUser) String() string { return u.Chat + "/" + u.Team + "/" + u.ID }

func requestKey(id string) Key          { return Key{KindRequest, id} }
func guestKey(request, part string) Key { return Key{KindGuest, request + "/" + part} }
func messageKey(id string) Key          { return Key{KindMessage, id} }
func personKey(id string) Key           { return Key{KindPerson, id} }
func linkKey(u ChatUser) Key            { return Key{KindLink, u.String()} }
func placeKey(u ChatUser) Key           { return Key{KindPlace, u.String()} }
func heldKey(job string) Key            { return Key{KindHeld, job} }

func erasureKey(id string) Key      { return Key{KindErasure, id} }
func clearedKey(request string) Key { return Key{KindCleared, request} }

// pauseKey and cutKey are of the one record of their kinds.
var (
	pauseKey = Key{KindPause, all}
	cutKey   = Key{KindCut, all}
)

// The indexes that records are found by.
const (
	ByState     = "state"     // request: state
	ByRequester = "requester" // request: directory id
	ByDraft     = "draft"     // request: chat account, while it is a draft
	ByRequest   = "request"   // guest, message: request
	ByAddAs     = "add_as"    // guest: in whose name, while he is in
	ByGuestOf   = "guest_of"  // guest: requester, while he is in
	ByMailOf    = "mail"      // guest: address
	ByRef       = "ref"       // message: chat and reference
	ByWaits     = "waits"     // message: directory id, while there is something to decide
	ByAll       = "all"       // held job, erasure, cleared, person, place: all
)

func putRequest(rev int64, r *flow.Request) Put {
	ix := map[string]string{ByState: string(r.State)}
	if r.Requester.ID != "" {
		ix[ByRequester] = r.Requester.ID
	}
	if r.State == flow.Draft {
		ix[ByDraft] = r.Origin.Chat + "/" + r.Origin.Team + "/" + r.Origin.User
	}
	return Put{Key: requestKey(r.ID), Rev: rev, Value: r, Index: ix, Order: stamp(r.CreatedAt)}
}

func putGuest(rev int64, r *flow.Request, g *flow.Guest) Put {
	ix := map[string]string{ByRequest: g.Request, ByMailOf: g.Mail}
	if g.State == flow.In {
		ix[ByAddAs], ix[ByGuestOf] = g.AddAs, r.Requester.ID
	}
	return Put{Key: guestKey(g.Request, g.ID), Rev: rev, Value: g, Index: ix, Order: partOrder(g.ID)}
}

func putMessage(rev int64, m *Message) Put {
	ix := map[string]string{ByRequest: m.Request}
	if m.Ref != "" {
		ix[ByRef] = m.User.Chat + ":" + string(m.Ref)
	}
	if m.Waits {
		ix[ByWaits] = m.To.ID
	}
	return Put{Key: messageKey(m.ID), Rev: rev, Value: m, Index: ix, Order: stamp(m.PostedAt)}
}

// all is the value under which the index of every record of a kind lists them.
const all = "all"

func putHeld(rev int64, h *Held) Put {
	return Put{Key: heldKey(h.ID), Rev: rev, Value: h, Index: map[string]string{ByAll: all}, Order: stamp(h.At)}
}

func putErasure(rev int64, x *Erasure) Put {
	return Put{Key: erasureKey(x.ID), Rev: rev, Value: x, Index: map[string]string{ByAll: all}, Order: stamp(x.At)}
}

func putCleared(rev int64, c *Cleared) Put {
	return Put{Key: clearedKey(c.Request), Rev: rev, Value: c, Index: map[string]string{ByAll: all}, Order: stamp(c.EndedAt)}
}

func putPerson(rev int64, p *PersonRecord) Put {
	return Put{Key: personKey(p.ID), Rev: rev, Value: p, Index: map[string]string{ByAll: all}, Order: stamp(p.seenAt())}
}

func putPlace(rev int64, p *Place) Put {
	return Put{Key: placeKey(p.User), Rev: rev, Value: p, Index: map[string]string{ByAll: all}, Order: stamp(p.At)}
}

// stampLayout sorts as text.
const stampLayout = "20060102T150405.000000000"

// stamp sorts times as text.
func stamp(t time.Time) string { return t.UTC().Format(stampLayout) }

func unstamp(text string) (time.Time, error) {
	t, err := time.Parse(stampLayout, text)
	if err != nil {
		return t, &Error{Code: Internal, Op: "bot: read a time", Err: err}
	}
	return t, nil
}

// partOrder sorts g2 before g10.
func partOrder(part string) string {
	const width = 8
	n := part[1:]
	for len(n) < width {
		n = "0" + n
	}
	return n
}
