package slackfake

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// startSockets runs a seeded fake in Socket Mode. Its app also listens over
// HTTP, where nothing may arrive.
func startSockets(t *testing.T, opts Options) *Server {
	t.Helper()
	opts.SocketMode = true
	s, err := Start(patient(opts))
	if err != nil {
		t.Fatal(err)
	}
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s came over HTTP with Socket Mode on", r.URL.Path)
	}))
	t.Cleanup(func() {
		s.Close()
		app.Close()
	})
	s.SetAppURL(app.URL)
	s.SeedDemo()
	return s
}

// wsApp is an app at the other end of one socket, without any SDK.
type wsApp struct {
	t  *testing.T
	ws *websocket.Conn
	id string // of the connection

	mu     sync.Mutex
	answer func(env obj) any // the ack's payload; noAck for none
	seen   []obj
	pings  int
	change chan struct{}
	ended  chan struct{} // closed when reading failed
	err    error
}

type noAck struct{}

// ask calls apps.connections.open as an app does.
func ask(t *testing.T, s *Server) obj {
	t.Helper()
	return post(t, s, methodOpen, "application/json", s.AppToken(), "")
}

func socketURL(t *testing.T, s *Server) string {
	t.Helper()
	a := ask(t, s)
	wantOK(t, a)
	return str(a, "url")
}

// dial opens one connection; a refused handshake gives its status.
func dial(t *testing.T, url string) (*websocket.Conn, int) {
	t.Helper()
	ws, res, err := websocket.DefaultDialer.DialContext(t.Context(), url, http.Header{"Origin": {"https://api.slack.com"}})
	if res != nil {
		_ = res.Body.Close()
	}
	if err != nil {
		if res == nil {
			return nil, 0
		}
		return nil, res.StatusCode
	}
	t.Cleanup(func() { _ = ws.Close() })
	return ws, res.StatusCode
}

// connect opens a connection that acknowledges everything with nothing, and
// waits for its hello.
func connect(t *testing.T, s *Server) *wsApp {
	t.Helper()
	return connectTo(t, s, socketURL(t, s))
}

func connectTo(t *testing.T, s *Server, url string) *wsApp {
	t.Helper()
	ws, status := dial(t, url)
	if ws == nil {
		t.Fatalf("the handshake was refused with %d", status)
	}
	a := &wsApp{t: t, ws: ws, change: make(chan struct{}), ended: make(chan struct{})}
	ws.SetPingHandler(func(data string) error {
		a.mu.Lock()
		a.pings++
		a.mu.Unlock()
		return ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
	})
	go a.run()
	a.wait(func(seen []obj) bool { return len(seen) > 0 })
	live := s.Connections()
	a.id = live[len(live)-1].ID
	return a
}

func (a *wsApp) run() {
	defer close(a.ended)
	for {
		_, body, err := a.ws.ReadMessage()
		if err != nil {
			a.mu.Lock()
			a.err = err
			a.mu.Unlock()
			return
		}
		o, err := decodeObject(body)
		if err != nil {
			o = obj{"type": "not JSON"}
		}
		a.mu.Lock()
		a.seen = append(a.seen, o)
		close(a.change)
		a.change = make(chan struct{})
		answer := a.answer
		a.mu.Unlock()
		id := str(o, "envelope_id")
		if id == "" {
			continue
		}
		ack := obj{"envelope_id": id}
		if answer != nil {
			p := answer(o)
			if _, none := p.(noAck); none {
				continue
			}
			ack["payload"] = p
		}
		a.say(string(mustJSON(ack)))
	}
}

// say writes a text message.
func (a *wsApp) say(message string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_ = a.ws.WriteMessage(websocket.TextMessage, []byte(message))
}

func (a *wsApp) does(f func(env obj) any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = f
}

// answers acknowledges everything with one payload.
func (a *wsApp) answers(payload string) {
	v, err := decodeJSON([]byte(payload))
	if err != nil {
		a.t.Fatal(err)
	}
	a.does(func(obj) any { return v })
}

func (a *wsApp) silent() { a.does(func(obj) any { return noAck{} }) }

// wait blocks until what came satisfies, and returns it.
func (a *wsApp) wait(ready func(seen []obj) bool) []obj {
	a.t.Helper()
	limit := time.After(patience)
	for {
		a.mu.Lock()
		seen, change := append([]obj(nil), a.seen...), a.change
		a.mu.Unlock()
		if ready(seen) {
			return seen
		}
		select {
		case <-change:
		case <-limit:
			a.t.Fatalf("still waiting; came: %s", mustJSON(seen))
		}
	}
}

// waitType blocks until a message of a type came and returns the last one.
func (a *wsApp) waitType(kind string) obj {
	a.t.Helper()
	var found obj
	a.wait(func(seen []obj) bool {
		for _, o := range seen {
			if o["type"] == kind {
				found = o
			}
		}
		return found != nil
	})
	return found
}

func (a *wsApp) count(kind string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 0
	for _, o := range a.seen {
		if o["type"] == kind {
			n++
		}
	}
	return n
}

// waitEnd blocks until the connection has ended and returns the close code, 0
// when there was no close frame.
func (a *wsApp) waitEnd() int {
	a.t.Helper()
	select {
	case <-a.ended:
	case <-time.After(patience):
		a.t.Fatal("the connection did not end")
	}
	if c, ok := errors.AsType[*websocket.CloseError](a.err); ok && c.Code != websocket.CloseAbnormalClosure {
		return c.Code
	}
	return 0
}

// waitIgnored blocks until a message of the app was ignored for a reason.
func waitIgnored(t *testing.T, s *Server, why string) IgnoredAck {
	t.Helper()
	var found IgnoredAck
	err := s.Wait(deadline(t), func() bool {
		for _, i := range s.IgnoredAcks() {
			if i.Why == why {
				found = i
			}
		}
		return found.Why != ""
	})
	if err != nil {
		t.Fatalf("no ack was ignored as %s: %v; ignored: %+v", why, err, s.IgnoredAcks())
	}
	return found
}

// aside runs an act of a person at the same time and gives its outcome.
func aside(t *testing.T, act func(context.Context) (Outcome, error)) <-chan Outcome {
	t.Helper()
	ctx, out := deadline(t), make(chan Outcome, 1)
	go func() {
		o, err := act(ctx)
		if err != nil {
			t.Error(err)
		}
		out <- o
	}()
	return out
}

// modalOver opens a view for Sanne through the trigger of a command.
func modalOver(t *testing.T, s *Server, a *wsApp, view string) View {
	t.Helper()
	before := a.count(typeCommands)
	mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite new"))
	if a.count(typeCommands) != before+1 {
		t.Fatal("the command did not come")
	}
	trigger := str(a.waitType(typeCommands)["payload"], "trigger_id")
	wantOK(t, post(t, s, "views.open", "application/json", s.BotToken(),
		`{"trigger_id":"`+trigger+`","view":`+strings.TrimSpace(view)+`}`))
	v, ok := s.As(Sanne).TopView()
	if !ok {
		t.Fatal("no modal is open")
	}
	return v
}

// controlCall sends a request to the control port.
func controlCall(t *testing.T, s *Server, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.ControlURL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(got)
}
