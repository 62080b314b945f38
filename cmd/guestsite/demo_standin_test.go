package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"
)

// standIn behaves as the Microsoft 365 Agents Playground does for one person: it
// signs nothing, speaks plain HTTP, and keeps the messages of its chats.
type standIn struct {
	t        *testing.T
	door     string
	company  company
	server   *httptest.Server
	mu       sync.Mutex
	messages []*shown
}

// company is what is read of the file that the demo writes.
type company struct {
	TenantID     string   `yaml:"tenantId"`
	Bot          persona  `yaml:"bot"`
	CurrentUser  persona  `yaml:"currentUser"`
	Users        []person `yaml:"users"`
	PersonalChat persona  `yaml:"personalChat"`
	GroupChat    persona  `yaml:"groupChat"`
}

type persona struct {
	ID      string `yaml:"id"`
	Name    string `yaml:"name"`
	EntraID string `yaml:"aadObjectId"`
}

type person struct {
	persona   `yaml:",inline"`
	Principal string `yaml:"userPrincipleName"`
	Given     string `yaml:"givenName"`
	Surname   string `yaml:"surname"`
	Mail      string `yaml:"email"`
}

// shown is a message of the bot.
type shown struct {
	id, chat string
	said     string // its text, or its card's JSON
	edits    int
}

func newStandIn(t *testing.T, door, config string) *standIn {
	t.Helper()
	p := &standIn{t: t, door: door}
	text, err := os.ReadFile(config)
	if err == nil {
		err = yaml.Unmarshal(text, &p.company)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(p.company.Users) != 5 || p.company.PersonalChat.ID == "" || p.company.GroupChat.ID == "" {
		t.Errorf("the Playground does not take %s", text)
	}
	for _, u := range p.company.Users {
		if u.ID == "" || u.ID != u.EntraID || u.Name == "" || u.Principal == "" || u.Given == "" || u.Surname == "" || u.Mail == "" {
			t.Errorf("the Playground does not take %+v", u)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /_connector/v3/conversations/{chat}/activities", p.post)
	mux.HandleFunc("PUT /_connector/v3/conversations/{chat}/activities/{id}", p.put)
	p.server = httptest.NewServer(mux)
	t.Cleanup(p.server.Close)
	return p
}

// activity is what the bot sends.
type activity struct {
	Type        string `json:"type"`
	Text        string `json:"text"`
	Attachments []struct {
		Content json.RawMessage `json:"content"`
	} `json:"attachments"`
}

func (p *standIn) read(w http.ResponseWriter, r *http.Request) (a activity, ok bool) {
	if r.Header.Get("Authorization") != "" {
		p.t.Error("the bot's token went to the Playground")
	}
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
		http.Error(w, `{"error":{"code":"BadArgument"}}`, http.StatusBadRequest)
		return a, false
	}
	return a, true
}

func (a activity) said() string {
	if len(a.Attachments) > 0 {
		return string(a.Attachments[0].Content)
	}
	return a.Text
}

func (p *standIn) post(w http.ResponseWriter, r *http.Request) {
	a, ok := p.read(w, r)
	if !ok {
		return
	}
	if a.Type != "message" || a.Text != "" && len(a.Attachments) > 0 { // typing; or split in two, of which neither has an id
		w.WriteHeader(http.StatusAccepted)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	m := &shown{id: strconv.Itoa(1700000000000 + len(p.messages)), chat: r.PathValue("chat"), said: a.said()}
	p.messages = append(p.messages, m)
	w.WriteHeader(http.StatusCreated)
	_, _ = fmt.Fprintf(w, `{"id":%q}`, m.id)
}

func (p *standIn) put(w http.ResponseWriter, r *http.Request) {
	a, ok := p.read(w, r)
	if !ok {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.messages {
		if m.id == r.PathValue("id") && m.chat == r.PathValue("chat") {
			m.said = a.said()
			m.edits++
			_, _ = fmt.Fprintf(w, `{"id":%q}`, m.id)
			return
		}
	}
	http.Error(w, `{"error":{"code":"ActivityNotFoundInConversation"}}`, http.StatusNotFound)
}

// sees waits for a message of a chat that holds all of the words.
func (p *standIn) sees(chat string, words ...string) shown {
	p.t.Helper()
	var found shown
	eventually(p.t, fmt.Sprintf("%s sees %q", p.company.CurrentUser.Name, words), func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, m := range p.messages {
			if m.chat == chat && holdsEach(m.said, words) {
				found = *m
				return true
			}
		}
		return false
	})
	return found
}

func holdsEach(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// sends sends an activity of the person, unsigned, with fields of its own.
func (p *standIn) sends(to, kind, chat string, fields map[string]any) (status int, body string) {
	p.t.Helper()
	chatKind := "personal"
	if chat == p.company.GroupChat.ID {
		chatKind = "groupChat"
	}
	me, robot := p.company.CurrentUser, p.company.Bot
	a := map[string]any{
		"type": kind, "channelId": "msteams", "serviceUrl": p.server.URL + "/_connector", "locale": "en-US",
		"from":         map[string]any{"id": me.ID, "name": me.Name, "aadObjectId": me.EntraID},
		"recipient":    map[string]any{"id": robot.ID, "name": robot.Name},
		"conversation": map[string]any{"id": chat, "conversationType": chatKind, "tenantId": p.company.TenantID},
		"channelData":  map[string]any{"tenant": map[string]any{"id": p.company.TenantID}},
	}
	maps.Copy(a, fields)
	text, err := json.Marshal(a)
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, to, bytes.NewReader(text))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Ms-Agents-Playground", "true")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err = io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// opens is what the Playground sends when its window is opened.
func (p *standIn) opens() {
	p.t.Helper()
	p.goes("conversationUpdate", p.company.PersonalChat.ID, map[string]any{
		"membersAdded": []any{map[string]any{"id": p.company.CurrentUser.ID}, map[string]any{"id": p.company.Bot.ID}},
	})
	p.goes("installationUpdate", p.company.PersonalChat.ID, map[string]any{"action": "add"})
}

// types says something; in the group chat with a mention of the bot.
func (p *standIn) types(chat, text string) {
	p.t.Helper()
	fields := map[string]any{"text": text, "textFormat": "plain", "id": "typed " + chat + text}
	if chat == p.company.GroupChat.ID {
		at := "<at>" + p.company.Bot.Name + "</at>"
		fields["text"] = at + " " + text
		fields["entities"] = []any{map[string]any{
			"type": "mention", "text": at, "mentioned": map[string]any{"id": p.company.Bot.ID, "name": p.company.Bot.Name},
		}}
	}
	p.goes("message", chat, fields)
}

func (p *standIn) goes(kind, chat string, fields map[string]any) {
	p.t.Helper()
	if status, body := p.sends(p.door, kind, chat, fields); status != http.StatusOK {
		p.t.Errorf("%s: %d %s", kind, status, body)
	}
}

// clicks presses the button of a verb, or for presses of an action, and gives the
// answer: neither a trigger nor an id comes with it.
func (p *standIn) clicks(m shown, verb, action string, inputs map[string]string) string {
	p.t.Helper()
	status, body := p.sends(p.door, "invoke", m.chat, map[string]any{
		"name": "adaptiveCard/action", "replyToId": m.id,
		"value": map[string]any{"action": map[string]any{"type": "Action.Execute", "verb": verb, "data": p.data(m, verb, action, inputs)}},
	})
	if status != http.StatusOK {
		p.t.Errorf("a click on %s: %d %s", verb, status, body)
	}
	return body
}

// submits presses the same as a client does that knows no Action.Execute.
func (p *standIn) submits(m shown, verb string, inputs map[string]string) {
	p.t.Helper()
	p.goes("message", m.chat, map[string]any{"replyToId": m.id, "value": p.data(m, verb, "", inputs)})
}

// data is what a button carries, merged with what stands in the inputs.
func (p *standIn) data(m shown, verb, action string, inputs map[string]string) map[string]any {
	p.t.Helper()
	var card any
	if err := json.Unmarshal([]byte(m.said), &card); err != nil {
		p.t.Fatal(err)
	}
	data := buttonOf(card, verb, action)
	if data == nil {
		p.t.Fatalf("no button %s %s in %s", verb, action, m.said)
	}
	for id, v := range inputs {
		data[id] = v
	}
	return data
}

func buttonOf(v any, verb, action string) map[string]any {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if data := buttonOf(e, verb, action); data != nil {
				return data
			}
		}
	case map[string]any:
		data, _ := v["data"].(map[string]any)
		ours, _ := data["guestsite"].(map[string]any)
		if v["type"] == "Action.Execute" && v["verb"] == verb && (action == "" || ours["action"] == action) {
			return data
		}
		for _, e := range v {
			if data := buttonOf(e, verb, action); data != nil {
				return data
			}
		}
	}
	return nil
}
