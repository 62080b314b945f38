package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Why a connection is replaced.
const (
	linkDisabled = "link_disabled"       // Slack's: Socket Mode was switched off
	tooMany      = "too_many_websockets" // Slack's
	stale        = "stale"               // nothing came for too long
	cutOff       = "cut"                 // it ended
	otherReason  = "other"
)

// connection is one WebSocket. Its reader never waits for the work that comes out of
// what it reads, so that pings are answered whatever else goes on.
type connection struct {
	s  *sockets
	ws *websocket.Conn

	greeted chan struct{} // closed by the hello
	renew   chan string   // why another is needed in its place; the first reason counts
	gone    chan struct{} // closed when nothing comes any more
	heard   atomic.Int64  // when something came last, in nanoseconds since 1970

	writing sync.Mutex

	mu       sync.Mutex
	inHand   int
	retiring bool
	shut     bool          // takes no envelopes any more
	idle     chan struct{} // closed when it is shut
}

func newConnection(s *sockets, ws *websocket.Conn) *connection {
	c := &connection{
		s: s, ws: ws, greeted: make(chan struct{}), renew: make(chan string, 1),
		gone: make(chan struct{}), idle: make(chan struct{}),
	}
	c.hear()
	ws.SetReadLimit(s.a.bodyLimit)
	ws.SetPingHandler(func(data string) error {
		c.hear()
		// A pong that cannot be sent is no reason to stop reading.
		_ = ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
		return nil
	})
	return c
}

func (c *connection) hear() { c.heard.Store(time.Now().UnixNano()) }

// silent says whether nothing came for longer than Slack leaves between two pings.
func (c *connection) silent(now time.Time) bool {
	return now.Sub(time.Unix(0, c.heard.Load())) > c.s.pace.stale
}

// want asks for another connection in this one's place.
func (c *connection) want(why string) {
	select {
	case c.renew <- why:
	default:
	}
}

// run reads and watches until the connection ends.
func (c *connection) run(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	c.s.others.Go(func() {
		defer close(c.gone)
		defer c.s.ended(c)
		defer c.want(cutOff)
		for {
			_, data, err := c.ws.ReadMessage()
			if err != nil {
				_ = c.ws.Close()
				return
			}
			c.hear()
			c.read(ctx, data)
		}
	})
	c.s.others.Go(c.watch)
}

// watch finds a connection that looks alive and delivers nothing.
func (c *connection) watch() {
	t := time.NewTicker(max(c.s.pace.stale/4, time.Millisecond))
	defer t.Stop()
	for {
		select {
		case <-c.gone:
			return
		case now := <-t.C:
			if c.silent(now) {
				c.want(stale)
				return
			}
		}
	}
}

// greet takes the hello.
func (c *connection) greet() {
	select {
	case <-c.greeted: // a second one
		return
	default:
	}
	if c.s.said(c) {
		close(c.greeted)
	}
}

// pickUp takes an envelope in hand; false when nothing new is taken.
func (c *connection) pickUp() bool {
	if c.s.closing() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shut {
		return false
	}
	c.inHand++
	return true
}

func (c *connection) putDown() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inHand--
	c.shutWhenIdle()
}

// shutWhenIdle needs mu.
func (c *connection) shutWhenIdle() {
	if c.retiring && !c.shut && c.inHand == 0 {
		c.shut = true
		close(c.idle)
	}
}

// retire lets the connection go: what it delivered is finished and acknowledged on
// it, at most until ctx ends, and then a close frame is sent.
func (c *connection) retire(ctx context.Context) {
	c.mu.Lock()
	c.retiring = true
	c.shutWhenIdle()
	c.mu.Unlock()
	select {
	case <-c.idle:
	case <-c.gone:
	case <-ctx.Done():
	}
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	if err := c.ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(c.s.pace.farewell)); err == nil {
		t := time.NewTimer(c.s.pace.farewell)
		defer t.Stop()
		select {
		case <-c.gone:
		case <-t.C:
		}
	}
	c.drop()
}

// drop ends the connection at once and waits for its reader.
func (c *connection) drop() {
	_ = c.ws.Close()
	<-c.gone
}

// maxAck is the size in bytes from which on Slack drops an acknowledgement without
// a word.
const maxAck = 20_000

// acknowledgement is what Slack gets for an envelope.
type acknowledgement struct {
	EnvelopeID string          `json:"envelope_id"`
	Payload    json.RawMessage `json:"payload,omitempty"`
}

// ack acknowledges an envelope on the connection that delivered it.
func (c *connection) ack(id string, payload []byte) error {
	frame, err := encode(acknowledgement{EnvelopeID: id, Payload: payload})
	if err != nil {
		return err
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(c.s.pace.write))
	if err := c.ws.WriteMessage(websocket.TextMessage, frame); err != nil {
		_ = c.ws.Close() // what follows half a frame makes no sense
		return err
	}
	return nil
}

// encode writes JSON in as few bytes as it takes.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
