//go:build peers

package peers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"guestsite/bot/slack/slackfake"
)

type obj = map[string]any

// peer is a Slack to play the scenarios against. trigger gives a fresh trigger of Sanne, from a view when one is named.
type peer struct {
	t          *testing.T
	api, token string
	trigger    func(view string) string
}

// call calls the Web API as emulate wants it, with JSON and the token in the header, and gives the answer and its code.
func (p *peer) call(method string, in obj) (obj, string) {
	p.t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.api+method, bytes.NewReader(raw))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Close = true // Node closes what was idle for 5 s, perhaps just when the next call is sent on it
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Authorization", "Bearer "+p.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var out obj
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		p.t.Fatalf("%s: %d, %v", method, resp.StatusCode, err)
	}
	if out["ok"] == true {
		return out, "ok"
	}
	code, _ := out["error"].(string)
	return out, code
}

// code is call for a step whose answer does not matter.
func (p *peer) code(method string, in obj) string {
	p.t.Helper()
	_, code := p.call(method, in)
	return code
}

// good is call for a step that must succeed.
func (p *peer) good(method string, in obj) obj {
	p.t.Helper()
	out, code := p.call(method, in)
	if code != "ok" {
		p.t.Fatalf("%s %v: %v", method, in, out)
	}
	return out
}

// at reads a value below keys; nil when it is not there.
func at(v any, keys ...string) any {
	for _, k := range keys {
		m, _ := v.(obj)
		v = m[k]
	}
	return v
}

func text(v any, keys ...string) string {
	s, _ := at(v, keys...).(string)
	return s
}

func plain(s string) obj { return obj{"type": "plain_text", "text": s} }

// modal has a button, so that a person can get a trigger from it.
func modal(title string, more ...string) obj {
	v := obj{"type": "modal", "title": plain(title), "blocks": []obj{{
		"type": "actions", "block_id": "more", "elements": []obj{{"type": "button", "action_id": "more", "text": plain("More"), "value": "1"}},
	}}}
	for i := 0; i+1 < len(more); i += 2 {
		v[more[i]] = more[i+1]
	}
	return v
}

func section(s string) []obj {
	return []obj{{"type": "section", "text": obj{"type": "mrkdwn", "text": s}}}
}

// dm posts a message with blocks and metadata to Sanne.
func (p *peer) dm() (channel, ts string) {
	p.t.Helper()
	sanne := text(p.good("users.lookupByEmail", obj{"email": "sanne@noordzee.nl"}), "user", "id")
	channel = text(p.good("conversations.open", obj{"users": sanne}), "channel", "id")
	posted := p.good("chat.postMessage", obj{
		"channel": channel, "text": "one", "blocks": section("one"),
		"metadata": obj{"event_type": "guestsite_card", "event_payload": obj{"request": "G-1042", "version": 3}},
	})
	return channel, text(posted, "ts")
}

// shown is the message in the conversation's history.
func (p *peer) shown(channel, ts string) any {
	p.t.Helper()
	list, _ := p.good("conversations.history", obj{"channel": channel, "include_all_metadata": true})["messages"].([]any)
	for _, m := range list {
		if text(m, "ts") == ts {
			return m
		}
	}
	return nil
}

func (p *peer) open(title string, more ...string) obj {
	p.t.Helper()
	return p.good("views.open", obj{"trigger_id": p.trigger(""), "view": modal(title, more...)})
}

// scenario is one thing that both must answer alike; want is what Slack's documents say.
type scenario struct {
	name, want string
	play       func(*peer) string
}

func scenarios() []scenario {
	return []scenario{
		{"find a person by address", "sanne@noordzee.nl", func(p *peer) string {
			return text(p.good("users.lookupByEmail", obj{"email": "sanne@noordzee.nl"}), "user", "profile", "email")
		}},
		{"find an unknown address", "users_not_found", func(p *peer) string {
			return p.code("users.lookupByEmail", obj{"email": "nobody@noordzee.nl"})
		}},
		{"read an unknown person", "user_not_found", func(p *peer) string { return p.code("users.info", obj{"user": "U0NOBODY"}) }},
		{"open a DM twice", "one conversation", func(p *peer) string {
			first, _ := p.dm()
			if second, _ := p.dm(); first != second || !strings.HasPrefix(first, "D") {
				return first + " and " + second
			}
			return "one conversation"
		}},
		{"history with metadata", `{"request":"G-1042","version":3}`, func(p *peer) string {
			raw, err := json.Marshal(at(p.shown(p.dm()), "metadata", "event_payload"))
			if err != nil {
				p.t.Fatal(err)
			}
			return string(raw)
		}},
		{"update with text alone", "two, 0 blocks", func(p *peer) string {
			channel, ts := p.dm()
			p.good("chat.update", obj{"channel": channel, "ts": ts, "text": "two"})
			m := p.shown(channel, ts)
			blocks, _ := at(m, "blocks").([]any)
			return fmt.Sprintf("%s, %d blocks", text(m, "text"), len(blocks))
		}},
		{"update an unknown message", "message_not_found", func(p *peer) string {
			channel, _ := p.dm()
			return p.code("chat.update", obj{"channel": channel, "ts": "1.000001", "text": "two"})
		}},
		{"delete, then update", "ok, message_not_found", func(p *peer) string {
			channel, ts := p.dm()
			gone := p.code("chat.delete", obj{"channel": channel, "ts": ts})
			return gone + ", " + p.code("chat.update", obj{"channel": channel, "ts": ts, "text": "two"})
		}},
		{"post to an unknown channel", "channel_not_found", func(p *peer) string {
			return p.code("chat.postMessage", obj{"channel": "C0NOWHERE", "text": "x"})
		}},
		{"post nothing", "no_text", func(p *peer) string {
			channel, _ := p.dm()
			return p.code("chat.postMessage", obj{"channel": channel})
		}},
		{"use a trigger twice", "ok, exchanged_trigger_id", func(p *peer) string {
			trigger := p.trigger("")
			first := p.code("views.open", obj{"trigger_id": trigger, "view": modal("One")})
			return first + ", " + p.code("views.open", obj{"trigger_id": trigger, "view": modal("Two")})
		}},
		{"use a trigger after 3.2 s", "expired_trigger_id", func(p *peer) string {
			trigger := p.trigger("")
			time.Sleep(3200 * time.Millisecond) // the other's time cannot be changed
			return p.code("views.open", obj{"trigger_id": trigger, "view": modal("Late")})
		}},
		{"use an invented trigger", "invalid_trigger_id", func(p *peer) string {
			return p.code("views.open", obj{"trigger_id": "12.34.abc", "view": modal("No")})
		}},
		{"update with the present hash, then with the old one", "ok, hash_conflict", func(p *peer) string {
			view := p.open("Hash")
			id, hash := text(view, "view", "id"), text(view, "view", "hash")
			first := p.code("views.update", obj{"view_id": id, "hash": hash, "view": modal("Two")})
			return first + ", " + p.code("views.update", obj{"view_id": id, "hash": hash, "view": modal("Three")})
		}},
		{"update an unknown view", "not_found", func(p *peer) string {
			return p.code("views.update", obj{"view_id": "V0NONE", "view": modal("x")})
		}},
		{"push until the fourth view", "ok, ok, push_limit_reached", func(p *peer) string {
			view := p.open("One")
			var codes []string
			for _, title := range []string{"Two", "Three", "Four"} {
				next, code := p.call("views.push", obj{"trigger_id": p.trigger(text(view, "view", "id")), "view": modal(title)})
				if codes = append(codes, code); code == "ok" {
					view = next
				}
			}
			return strings.Join(codes, ", ")
		}},
		{"publish a Home tab, then with another hash", "ok, hash_conflict", func(p *peer) string {
			sanne := text(p.good("users.lookupByEmail", obj{"email": "sanne@noordzee.nl"}), "user", "id")
			home := obj{"type": "home", "blocks": section("home")}
			first := p.code("views.publish", obj{"user_id": sanne, "view": home})
			return first + ", " + p.code("views.publish", obj{"user_id": sanne, "view": home, "hash": "1.abc"})
		}},
		{"open two views with one external id", "duplicate_external_id", func(p *peer) string {
			view := p.open("One", "external_id", "peers-1")
			return p.code("views.push", obj{"trigger_id": p.trigger(text(view, "view", "id")), "view": modal("Two", "external_id", "peers-1")})
		}},
	}
}

func TestEmulate_AnswersAsTheFakeDoes(t *testing.T) {
	other, own := emulate(t), fake(t)
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "\tscenario\temulate\tslackfake")
	for _, s := range scenarios() {
		theirs, ours := s.play(other), s.play(own)
		mark := "✓"
		if theirs != ours || ours != s.want {
			mark = "✕"
			t.Errorf("%s: emulate %s, slackfake %s, documented %s", s.name, theirs, ours, s.want)
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", mark, s.name, theirs, ours)
	}
	if err := table.Flush(); err != nil {
		t.Error(err)
	}
}

// emulateToken is the bot's in seed.yaml.
const emulateToken = "xoxb-peers-emulate"

// emulate is the other author's Slack, in a process of its own. It takes no port from
// the system: one that was free a moment ago may be somebody's by then, and another is
// tried.
func emulate(t *testing.T) *peer {
	t.Helper()
	p := &peer{t: t, token: emulateToken}
	for range 5 {
		port := freePort(t)
		if listens(t, port) {
			p.api = "http://127.0.0.1:" + port + "/api/"
			break
		}
	}
	if p.api == "" {
		t.Fatal("emulate does not listen")
	}
	sanne := text(p.good("users.lookupByEmail", obj{"email": "sanne@noordzee.nl"}), "user", "id")
	p.trigger = func(view string) string {
		in := obj{"user_id": sanne}
		if view != "" {
			in["view_id"] = view
		}
		return text(p.good("views.generateTriggerId", in), "trigger_id")
	}
	return p
}

// listens starts emulate and says whether it listens there, or has ended.
func listens(t *testing.T, port string) bool {
	t.Helper()
	seed, err := filepath.Abs("seed.yaml")
	if err != nil {
		t.Fatal(err)
	}
	cmd := node(t, nil, filepath.Join("node_modules", "emulate", "dist", "index.js"), "start", "--port", port, "--service", "slack", "--seed", seed)
	cmd.Stdout = io.Discard
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // ends with "killed"
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	tick, late := time.NewTicker(50*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return false
		case <-late:
			t.Fatal("emulate does not listen within a minute")
		case <-tick.C:
		}
		if knowsSanne(t, port) {
			return true
		}
	}
}

// knowsSanne says whether it is emulate with our seed that listens on a port.
func knowsSanne(t *testing.T, port string) bool {
	t.Helper()
	form := strings.NewReader("email=sanne@noordzee.nl")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:"+port+"/api/users.lookupByEmail", form)
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+emulateToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = resp.Body.Close() }()
	var out obj
	return json.NewDecoder(resp.Body).Decode(&out) == nil && text(out, "user", "profile", "email") == "sanne@noordzee.nl"
}

// fake is our Slack: a trigger comes from what the person does.
func fake(t *testing.T) *peer {
	t.Helper()
	s := startFake(t, slackfake.Options{})
	var mu sync.Mutex
	var last string
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		var payload struct {
			TriggerID string `json:"trigger_id"`
		}
		_ = json.Unmarshal([]byte(form.Get("payload")), &payload) // a command has none
		mu.Lock()
		defer mu.Unlock()
		last = form.Get("trigger_id") + payload.TriggerID
	}))
	t.Cleanup(app.Close)
	s.SetAppURL(app.URL)
	sanne := s.As(slackfake.Sanne)
	return &peer{t: t, api: s.APIURL(), token: s.BotToken(), trigger: func(view string) string {
		var out slackfake.Outcome
		var err error
		if view == "" {
			if len(sanne.OpenViews()) > 0 { // a person who types has no dialog before him
				if _, err := sanne.CloseAll(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			out, err = sanne.Command(t.Context(), "/guestsite x")
		} else {
			out, err = sanne.Click(t.Context(), slackfake.Ref{View: view}, "more")
		}
		if err != nil || !out.OK() {
			t.Fatalf("%+v, %v", out, err)
		}
		mu.Lock()
		defer mu.Unlock()
		return last
	}}
}
