package demo

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"guestsite/bot/slack/slackfake"
	"guestsite/bot/teams/teamsfake"
)

const (
	maxWire  = 600 // requests that are kept; the oldest go first
	showWire = 120 // of them on the page
)

// wireEntry is one request between the product and a vendor, without its bodies.
type wireEntry struct {
	ID     int    `json:"id"`
	At     int64  `json:"at"` // Unix milliseconds, real time
	From   string `json:"from"`
	To     string `json:"to"`
	Method string `json:"method"`
	Path   string `json:"path"`
	What   string `json:"what,omitempty"` // what kind of thing it carried
	Status int    `json:"status"`         // 0: no answer
	Error  string `json:"error,omitempty"`
}

// wireDetail is the same with what was sent and answered, secrets removed.
type wireDetail struct {
	wireEntry
	Request  json.RawMessage `json:"request,omitempty"`
	Response json.RawMessage `json:"response,omitempty"`
}

// Names of those who speak.
const (
	fromBot       = "bot"
	fromBrowser   = "browser"
	nameSlack     = "Slack"
	nameTeams     = "Teams"
	nameLogin     = "Sign-in"
	nameGraph     = "Graph"
	nameShare     = "SharePoint"
	headOfSlackID = "/api/"
)

// wire gathers what crossed the wire of all vendors in the order of time.
type wire struct {
	lab    *Lab
	bodies *bodies

	mu           sync.Mutex
	entries      []wireDetail
	seq          int
	slack, teams int // up to where they were read
}

func newWire(l *Lab, b *bodies) *wire { return &wire{lab: l, bodies: b} }

// gather reads what is new.
func (w *wire) gather() {
	w.mu.Lock()
	defer w.mu.Unlock()
	var fresh []wireDetail
	for _, e := range w.lab.Slack.Wire() {
		if e.Seq > w.slack {
			w.slack = e.Seq
			fresh = append(fresh, ofSlack(e))
		}
	}
	for _, e := range w.lab.Teams.Wire() {
		if e.Seq > w.teams {
			w.teams = e.Seq
			fresh = append(fresh, ofTeams(e))
		}
	}
	fresh = append(fresh, w.bodies.take()...)
	slices.SortStableFunc(fresh, func(a, b wireDetail) int { return int(a.At - b.At) })
	for _, e := range fresh {
		w.seq++
		e.ID = w.seq
		w.entries = append(w.entries, e)
	}
	if n := len(w.entries) - maxWire; n > 0 {
		w.entries = slices.Clone(w.entries[n:])
	}
}

// newest lists the last of them, oldest first.
func (w *wire) newest() []wireEntry {
	w.gather()
	w.mu.Lock()
	defer w.mu.Unlock()
	out := []wireEntry{}
	for _, e := range w.entries[max(0, len(w.entries)-showWire):] {
		out = append(out, e.wireEntry)
	}
	return out
}

func (w *wire) find(id int) (wireDetail, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.entries {
		if e.ID == id {
			return e, true
		}
	}
	return wireDetail{}, false
}

func ofSlack(e slackfake.WireEntry) wireDetail {
	d := wireDetail{
		wireEntry: wireEntry{At: e.At.UnixMilli(), From: fromBot, To: nameSlack, Method: "POST", Path: headOfSlackID + e.Method, Status: e.Status, Error: e.Error},
		Request:   withoutSecrets(e.Args),
	}
	switch e.Method {
	case "response_url":
		d.Path = "/response_url"
	case "socket.connect":
		d.Method, d.Path = "GET", "/socket"
	}
	if e.Direction == slackfake.ToApp {
		d.From, d.To, d.What = nameSlack, fromBot, e.Method
		if e.Socket {
			d.Method, d.Path = "ENVELOPE", "/socket"
			return d
		}
		switch e.Method {
		case "slash_command":
			d.Path = slackfake.PathCommands
		case "block_suggestion":
			d.Path = slackfake.PathOptions
		case "event_callback", "url_verification":
			d.Path = slackfake.PathEvents
		default:
			d.Path = slackfake.PathInteractive
		}
	}
	return d
}

func ofTeams(e teamsfake.WireEntry) wireDetail {
	d := wireDetail{
		wireEntry: wireEntry{At: e.At.UnixMilli(), From: fromBot, To: nameTeams, Method: e.Method, Path: e.Path, Status: e.Status, Error: e.Error},
		Request:   withoutSecrets(e.Request), Response: withoutSecrets(e.Response),
	}
	if e.Direction == teamsfake.ToApp {
		d.From, d.To, d.What = nameTeams, fromBot, e.Kind
	}
	return d
}

// removed stands where something secret was.
const removed = "‹removed›"

// withoutSecrets is a body that may be shown: JSON, or a text. Whatever is named as a
// secret would be is left out.
func withoutSecrets(body []byte) json.RawMessage {
	if len(body) == 0 {
		return nil
	}
	var v any
	if json.Unmarshal(body, &v) != nil {
		return nil
	}
	out, err := json.Marshal(scrub(v))
	if err != nil {
		return nil
	}
	return out
}

func scrub(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if isSecret(k) {
				v[k] = removed
			} else {
				v[k] = scrub(e)
			}
		}
	case []any:
		for i, e := range v {
			v[i] = scrub(e)
		}
	case string:
		if strings.Contains(v, "/redeem?rd=") { // whoever has it is the guest
			return removed
		}
	}
	return v
}

// isSecret says whether a name is that of something secret.
func isSecret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{
		"token", "secret", "assertion", "password", "redeem", "digest", "response_url", "trigger_id", "code_verifier", "authorization",
	}, func(part string) bool { return strings.Contains(name, part) }) || name == "code"
}
