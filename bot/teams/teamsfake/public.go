package teamsfake

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Message is a message as one person sees it.
type Message struct {
	ConversationID string    `json:"conversation_id"` // with ";messageid=" in a channel
	ID             string    `json:"id"`
	ReplyTo        string    `json:"reply_to,omitempty"`
	From           string    `json:"from"` // Entra id; Server.BotID for the bot
	FromName       string    `json:"from_name"`
	Text           string    `json:"text,omitempty"`
	Summary        string    `json:"summary,omitempty"` // the notification line
	Alert          bool      `json:"alert,omitempty"`   // asked for a line in the activity feed
	CreatedAt      time.Time `json:"created_at"`
	Edited         int       `json:"edited"` // how often

	// Card is the first Adaptive Card as this person's client shows it: his own
	// copy where an answer gave him one, toggled parts applied.
	Card json.RawMessage `json:"card,omitempty"`
	// More are the further cards of a list or carousel; nothing in them can be
	// pressed here.
	More []json.RawMessage `json:"more,omitempty"`
	// Own means that Card is not what the others see.
	Own bool `json:"own,omitempty"`
	// Notes are the short lines under the card, oldest first.
	Notes []string `json:"notes,omitempty"`
	// Values is what stands in the card's inputs now, by id.
	Values map[string]string `json:"values,omitempty"`
	// Open are the paths of Action.ShowCard that were pressed open.
	Open []string `json:"open,omitempty"`
}

// Ref points at what a person acts on: a message, or the open dialog.
type Ref struct {
	ConversationID string `json:"conversation_id,omitempty"`
	ID             string `json:"id,omitempty"`
	Dialog         bool   `json:"dialog,omitempty"`
}

// Ref points at the message.
func (m Message) Ref() Ref { return Ref{ConversationID: m.ConversationID, ID: m.ID} }

// Button is an action that can be pressed now.
type Button struct {
	Key     string          `json:"key"` // the action's id, else its path
	Path    string          `json:"path"`
	Title   string          `json:"title"`
	Type    string          `json:"type"`
	Verb    string          `json:"verb,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
	Style   string          `json:"style,omitempty"`
	Tooltip string          `json:"tooltip,omitempty"`
}

// Choice is one answer of a type-ahead.
type Choice struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// Codes of an Outcome that the client, not the bot, gives.
const (
	CodeUnreachable = "UnableToReachApp" // late, not 200, or a shape that Teams cannot use
	CodeLogin       = "LoginRequest"     // the bot asks for a sign-in
	CodeRefused     = "Refused"          // a message or event was answered 4xx
	CodeUndelivered = "Undelivered"      // a message or event was answered 5xx, late or not at all
)

// lineUnreachable is what the client shows for CodeUnreachable.
const lineUnreachable = "Unable to reach app. Please try again."

// Outcome is what came of an act that called the bot.
type Outcome struct {
	// Status is the bot's HTTP status; 0 when none came.
	Status int `json:"status"`
	// Code is "" when all went well, else one of the constants above or the
	// code of an application/vnd.microsoft.error answer.
	Code string `json:"code,omitempty"`
	// Line is the short text the person sees under the card.
	Line string `json:"line,omitempty"`
	// Why tells the tester what was wrong with an answer.
	Why string `json:"why,omitempty"`
	// Answer is the type of an invoke's answer.
	Answer string `json:"answer,omitempty"`
	// Replays counts how often the activity was sent again with the same id.
	Replays int `json:"replays,omitempty"`
	// Again are the answers to duplicates that a delivery fault caused.
	Again []Reply `json:"again,omitempty"`
	// URL is what an Action.OpenUrl opened.
	URL string `json:"url,omitempty"`
	// ActivityID is the id of what was sent; "" when nothing was.
	ActivityID string `json:"activity_id,omitempty"`
	// Body is the last answer as it came.
	Body string `json:"body,omitempty"`
}

// OK tells whether the person saw no error.
func (o Outcome) OK() bool { return o.Code == "" }

// Reply is an answer of the bot.
type Reply struct {
	Status int         `json:"status"`
	Header http.Header `json:"-"`
	Body   []byte      `json:"body,omitempty"`
}

// publicLocked is a message as one person sees it.
func (s *Server) publicLocked(c *conversation, m *message, entraID string) Message {
	out := Message{
		ConversationID: c.id, ID: m.id, ReplyTo: m.replyTo, From: s.BotID(), FromName: s.opts.AppName,
		Text: m.text, Summary: m.summary, Alert: m.alert, CreatedAt: m.createdAt, Edited: m.edits,
	}
	if m.thread != "" {
		out.ConversationID += threadMark + m.thread
	}
	if p := s.people[m.author]; p != nil {
		out.From, out.FromName = p.ID, p.Name
	}
	if m.card() == nil {
		return out
	}
	v := m.views[entraID]
	if v == nil {
		v = newView(m.card(), m.changedAt)
	}
	out.Card, out.Notes = mustJSON(v.card), slices.Clone(v.notes)
	out.Own = string(mustJSON(m.card())) != string(out.Card)
	for _, more := range m.cards[1:] {
		out.More = append(out.More, mustJSON(more))
	}
	out.Values, out.Open = v.state()
	return out
}

// state is what stands in the inputs and which ShowCards are open.
func (v *view) state() (values map[string]string, open []string) {
	values = map[string]string{}
	for _, in := range walk(v.card).inputs {
		values[id(in.input)], _ = v.value(in.input)
	}
	for _, path := range slices.Sorted(maps.Keys(v.open)) {
		if v.open[path] {
			open = append(open, path)
		}
	}
	return values, open
}

// Buttons lists what the person can press in a message now, in reading order.
// Hidden and disabled actions and those of closed ShowCards are left out.
func Buttons(m Message) []Button {
	card, err := decodeObject(m.Card)
	if err != nil {
		return nil
	}
	var out []Button
	for _, a := range pressable(card, func(path string) bool { return slices.Contains(m.Open, path) }) {
		b := Button{
			Key: str(a.action, "id"), Path: a.path, Title: str(a.action, "title"), Type: str(a.action, "type"),
			Verb: str(a.action, "verb"), Style: str(a.action, "style"), Tooltip: str(a.action, "tooltip"),
		}
		if b.Key == "" {
			b.Key = a.path
		}
		if data, has := a.action["data"]; has {
			b.Data = mustJSON(data)
		}
		out = append(out, b)
	}
	return out
}

func pressable(card obj, open func(string) bool) []placedAction {
	var out []placedAction
	for _, a := range walk(card).actions {
		if a.shown(open) && flag(a.action, "isEnabled", true) {
			out = append(out, a)
		}
	}
	return out
}
