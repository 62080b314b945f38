package slack

// A Slack with nothing but sockets, which a test drives frame by frame. What
// people see is tested against slackfake; here is what a connection may do.

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"guestsite/bot"
	"guestsite/bot/card"
)

const testTeam = "T0NOORDZEE"

// slackSide is the other end: apps.connections.open and the sockets.
type slackSide struct {
	*httptest.Server

	mu     sync.Mutex
	change *sync.Cond
	opens  []time.Time
	tokens []string
	refuse string              // an error of apps.connections.open
	header http.Header         // and what comes with a refusal
	status int                 // and its status
	url    func(string) string // changes the URL that is given
	quiet  bool                // no hello
	socks  []*sock
	hellos int // said
	up     int // said hello, and not closed
	least  int // the fewest of up since the first
	called map[string]int
	views  func(hash, view string) (answer string) // of views.update
}

// sock is one connection as Slack sees it.
type sock struct {
	side   *slackSide
	ws     *websocket.Conn
	acks   map[string]json.RawMessage
	order  []string
	pongs  int
	closed bool
	code   int // of the close frame
	wmu    sync.Mutex
}

func newSlackSide(t *testing.T) *slackSide {
	t.Helper()
	s := &slackSide{called: map[string]int{}, least: 1 << 30}
	s.change = sync.NewCond(&s.mu)
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() {
		s.mu.Lock()
		socks := append([]*sock{}, s.socks...)
		s.mu.Unlock()
		for _, k := range socks {
			_ = k.ws.Close()
		}
		s.Close()
	})
	return s
}

func (s *slackSide) serve(w http.ResponseWriter, r *http.Request) {
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	s.mu.Lock()
	s.called[method]++
	s.change.Broadcast()
	s.mu.Unlock()
	switch {
	case r.URL.Path == "/link":
		s.connect(w, r)
	case method == "apps.connections.open":
		s.open(w, r)
	case method == "auth.test":
		fmt.Fprintf(w, `{"ok":true,"team_id":%q,"user_id":"U0BOT"}`, testTeam)
	case method == "views.update" && s.views != nil:
		var in struct {
			Hash string
			View json.RawMessage
		}
		_ = json.NewDecoder(r.Body).Decode(&in)
		fmt.Fprint(w, s.views(in.Hash, string(in.View)))
	default:
		fmt.Fprint(w, `{"ok":true,"channel":"D1","ts":"1.2","view":{"id":"V1"}}`)
	}
}

func (s *slackSide) open(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opens = append(s.opens, time.Now())
	s.tokens = append(s.tokens, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	s.change.Broadcast()
	if s.refuse != "" {
		maps.Copy(w.Header(), s.header)
		if s.status != 0 {
			w.WriteHeader(s.status)
		}
		fmt.Fprintf(w, `{"ok":false,"error":%q}`, s.refuse)
		return
	}
	at := "ws" + strings.TrimPrefix(s.URL, "http") + "/link?ticket=secret-ticket"
	if s.url != nil {
		at = s.url(at)
	}
	fmt.Fprintf(w, `{"ok":true,"url":%q}`, at)
}

func (s *slackSide) connect(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	k := &sock{side: s, ws: ws, acks: map[string]json.RawMessage{}}
	ws.SetPongHandler(func(string) error {
		s.with(func() { k.pongs++ })
		return nil
	})
	s.mu.Lock()
	s.socks = append(s.socks, k)
	quiet := s.quiet
	s.change.Broadcast()
	s.mu.Unlock()
	if !quiet {
		k.send(`{"type":"hello","num_connections":1,"connection_info":{"app_id":"A1"}}`)
		s.with(func() { s.hellos++; s.up++ })
	}
	for {
		_, data, err := ws.ReadMessage()
		if err != nil {
			s.with(func() {
				k.closed = true
				if c, ok := err.(*websocket.CloseError); ok { //nolint:errorlint // gorilla returns it bare
					k.code = c.Code
				}
				if !quiet {
					s.up--
					s.least = min(s.least, s.up)
				}
			})
			return
		}
		var a acknowledgement
		_ = json.Unmarshal(data, &a)
		s.with(func() {
			k.acks[a.EnvelopeID] = a.Payload
			k.order = append(k.order, a.EnvelopeID)
		})
	}
}

func (s *slackSide) with(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.change.Broadcast()
}

// until waits for something to be true, which is read under the lock.
func (s *slackSide) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	late := false
	timer := time.AfterFunc(20*time.Second, func() { s.with(func() { late = true }) })
	defer timer.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !ok() {
		if late {
			t.Fatalf("waited in vain: %s", what)
		}
		s.change.Wait()
	}
}

// sock waits for the n-th connection, from 0.
func (s *slackSide) sock(t *testing.T, n int) *sock {
	t.Helper()
	s.until(t, fmt.Sprintf("connection %d", n), func() bool { return len(s.socks) > n })
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.socks[n]
}

func (k *sock) send(frame string) {
	k.wmu.Lock()
	defer k.wmu.Unlock()
	_ = k.ws.WriteMessage(websocket.TextMessage, []byte(frame))
}

func (k *sock) ping() {
	_ = k.ws.WriteControl(websocket.PingMessage, []byte("p"), time.Now().Add(time.Second))
}

// acked waits for an acknowledgement and gives its payload.
func (k *sock) acked(t *testing.T, id string) string {
	t.Helper()
	k.side.until(t, "an acknowledgement of "+id, func() bool { _, ok := k.acks[id]; return ok })
	k.side.mu.Lock()
	defer k.side.mu.Unlock()
	return string(k.acks[id])
}

func (k *sock) has(id string) bool {
	k.side.mu.Lock()
	defer k.side.mu.Unlock()
	_, ok := k.acks[id]
	return ok
}

// slash is the envelope of a slash command.
func slash(id, user, text string) string {
	return fmt.Sprintf(`{"type":"slash_commands","envelope_id":%q,"accepts_response_payload":true,"payload":{"team_id":%q,`+
		`"user_id":%q,"trigger_id":"1.%s","command":"/guestsite","text":%q,"is_enterprise_install":"false"}}`, id, testTeam, user, id, text)
}

// socketRig is an adapter that talks with a slackSide.
type socketRig struct {
	side  *slackSide
	chat  *Adapter
	door  *door
	log   *logBook
	token *tokenBox
}

// tokenBox is a token that a test changes.
type tokenBox struct {
	mu sync.Mutex
	s  string
}

func (b *tokenBox) get() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.s
}

func (b *tokenBox) set(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.s = s
}

// quick is a pace for tests: nothing is waited for that need not be, and a busy
// machine does not make anything stale.
func quick() pace {
	return pace{
		dial: 20 * time.Second, hello: 20 * time.Second, stale: time.Hour, write: 20 * time.Second,
		linger: time.Hour, drain: 20 * time.Second, farewell: 5 * time.Second, first: time.Millisecond, most: 5 * time.Millisecond,
		slow: time.Hour, look: time.Millisecond, burst: 1000, refill: time.Millisecond,
	}
}

func newSocketRig(t *testing.T, d *door, change ...func(*pace)) *socketRig {
	t.Helper()
	r := &socketRig{side: newSlackSide(t), door: d, log: &logBook{}, token: &tokenBox{s: "xapp-1-secret"}}
	var err error
	r.chat, err = New(Options{
		APIURL: r.side.URL + "/api/", BotToken: fixed("xoxb-1"), AppToken: r.token.get, TeamIDs: []string{testTeam},
		HTTP: &http.Client{Timeout: 20 * time.Second}, Door: d,
		Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	p := quick()
	for _, f := range change {
		f(&p)
	}
	r.chat.sockets.pace = p
	t.Cleanup(func() { _ = r.chat.Close(wait(t)) })
	return r
}

// start starts the adapter and gives its two connections.
func (r *socketRig) start(t *testing.T) (first, second *sock) {
	t.Helper()
	if err := r.chat.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	first, second = r.side.sock(t, 0), r.side.sock(t, 1)
	r.eventually(t, "both are up", func() bool { return r.chat.Counts().SocketsUp == 2 })
	return first, second
}

// eventually waits for what the adapter shows without a frame to Slack.
func (r *socketRig) eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	if !poll(t, ok) {
		t.Fatalf("waited in vain: %s; counts %+v\n%s", what, r.chat.Counts(), r.log)
	}
}

func whispers(text string) func(bot.Inbound) (bot.Answer, error) {
	return func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Whisper: &card.Card{Text: text}}, nil }
}

func whispersCard(c card.Card) func(bot.Inbound) (bot.Answer, error) {
	return func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Whisper: &c}, nil }
}
