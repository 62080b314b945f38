package slackfake

import (
	"encoding/json"
	"maps"
)

// Version is what a message showed before an edit.
type Version struct {
	Text   string          `json:"text"`
	Blocks json.RawMessage `json:"blocks,omitempty"`
}

// Message is a message as one person sees it.
type Message struct {
	Channel   string          `json:"channel"`
	TS        string          `json:"ts"`
	ThreadTS  string          `json:"thread_ts,omitempty"`
	Author    string          `json:"author"` // user id; Server.BotUserID for the app
	Text      string          `json:"text"`
	Blocks    json.RawMessage `json:"blocks,omitempty"` // a JSON list, nil when there are none
	Metadata  json.RawMessage `json:"metadata,omitempty"`
	Edits     int             `json:"edits"`
	Earlier   []Version       `json:"earlier,omitempty"` // oldest first
	Ephemeral bool            `json:"ephemeral,omitempty"`
}

// Ref points at what a person acts on: a message, or a view.
type Ref struct {
	Channel string `json:"channel,omitempty"`
	TS      string `json:"ts,omitempty"`
	View    string `json:"view,omitempty"`
}

// Ref points at the message.
func (m Message) Ref() Ref { return Ref{Channel: m.Channel, TS: m.TS} }

// View is an open modal or a Home tab as its reader sees it.
type View struct {
	ID              string                                `json:"id"`
	Type            string                                `json:"type"` // modal or home
	Hash            string                                `json:"hash"`
	ExternalID      string                                `json:"external_id,omitempty"`
	CallbackID      string                                `json:"callback_id,omitempty"`
	PrivateMetadata string                                `json:"private_metadata,omitempty"`
	Title           string                                `json:"title,omitempty"`
	Submit          string                                `json:"submit,omitempty"`
	Close           string                                `json:"close,omitempty"`
	Blocks          json.RawMessage                       `json:"blocks"`
	Values          map[string]map[string]json.RawMessage `json:"values,omitempty"` // state.values
	Errors          map[string]string                     `json:"errors,omitempty"` // block_id to the text under it
	// Trouble is set after a submission that failed: "trouble connecting".
	Trouble bool `json:"trouble,omitempty"`
}

// Ref points at the view.
func (v View) Ref() Ref { return Ref{View: v.ID} }

// Outcome is what a person saw after an act that called the app.
type Outcome struct {
	// Status is the app's HTTP status; 0 when none came.
	Status int `json:"status"`
	// Code is "" when all went well, else operation_timeout, dispatch_failed
	// (no connection), http_service_error (a status that is not 200) or
	// bad_answer (a body that Slack cannot use).
	Code string `json:"code,omitempty"`
	// Line is the error as shown to the person, or a reason for bad_answer.
	Line string `json:"line,omitempty"`
	// Answer is response_action of a view submission; "close" for an empty body.
	Answer string `json:"answer,omitempty"`
	// Message is what a command's direct answer shows.
	Message *Message `json:"message,omitempty"`
	// Confirm is the dialog shown, and accepted, before the click was sent.
	Confirm *Confirm `json:"confirm,omitempty"`
	// Body is the answer as it came.
	Body string `json:"body,omitempty"`
}

// OK tells whether the person saw no error.
func (o Outcome) OK() bool { return o.Code == "" }

// Confirm is a confirmation dialog.
type Confirm struct {
	Title, Text, Confirm, Deny, Style string
}

// Option is a choice that the app offered for an external select.
type Option struct {
	Text  string `json:"text"`
	Value string `json:"value"`
	Group string `json:"group,omitempty"`
}

func rawList(list []any) json.RawMessage {
	if len(list) == 0 {
		return nil
	}
	return mustJSON(list)
}

func (m *message) public(channel string) Message {
	out := Message{
		Channel: channel, TS: m.ts, ThreadTS: m.threadTS, Author: m.author, Text: m.text,
		Blocks: rawList(m.blocks), Edits: len(m.earlier), Earlier: m.earlier, Ephemeral: m.ephemeralTo != "",
	}
	if m.metadata != nil {
		out.Metadata = mustJSON(m.metadata)
	}
	return out
}

func (v *view) public() View {
	out := View{
		ID: v.id, Type: v.kind(), Hash: v.hash, ExternalID: v.externalID(),
		CallbackID: str(v.src, "callback_id"), PrivateMetadata: str(v.src, "private_metadata"),
		Title: str(v.src["title"], "text"), Submit: str(v.src["submit"], "text"), Close: str(v.src["close"], "text"),
		Blocks: mustJSON(v.blocks()), Trouble: v.trouble,
	}
	out.Values = map[string]map[string]json.RawMessage{}
	for block, actions := range v.values {
		out.Values[block] = map[string]json.RawMessage{}
		for action, value := range actions {
			out.Values[block][action] = mustJSON(value)
		}
	}
	if len(v.errors) > 0 {
		out.Errors = maps.Clone(v.errors)
	}
	return out
}
