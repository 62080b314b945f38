package slackfake

import (
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// methodSocket names the handshake in faults and in the wire log.
const methodSocket = "socket.connect"

// Reasons of a disconnect message.
const (
	ReasonWarning      = "warning"
	ReasonRefresh      = "refresh_requested"
	ReasonLinkDisabled = "link_disabled"
	ReasonTooMany      = "too_many_websockets"
)

const (
	socketQueue   = 256              // messages that wait for a slow reader
	socketWrite   = 10 * time.Second // for one message
	socketReadMax = 1 << 20          // bytes; a longer message ends the connection
)

// message kinds that the writer knows beside text.
const (
	frameCut   = -1 // end the connection without a close frame
	frameClose = -2 // end it with one
)

type frame struct {
	kind int // websocket.TextMessage, BinaryMessage, or one of the two above
	body []byte
}

// socket is one connection. Server.mu guards info and cut; the writer
// goroutine alone writes to ws.
type socket struct {
	info  Connection
	ws    *websocket.Conn
	out   chan frame
	gone  chan struct{} // closed when the connection has ended
	told  chan struct{} // closed when it was told to go
	life  time.Duration
	muted chan struct{} // closed by SocketDead: no pings any more
	cut   bool          // ends behind what is queued; guarded by Server.mu
}

// upgrader takes every origin: only browsers are bound by it, and clients name
// Slack's own.
var upgrader = websocket.Upgrader{
	HandshakeTimeout: socketWrite,
	// A frame goes out in one write: the race detector does not know that the writev
	// of longer ones comes before their read.
	WriteBufferSize: 256 << 10,
	CheckOrigin:     func(*http.Request) bool { return true },
}

// serveSocket takes a handshake and runs the connection until it ends.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	entry := WireEntry{Direction: ToSlack, Method: methodSocket}
	f := s.takeFault(methodSocket)
	status, drop := f.before(s, w, r)
	if drop || status != 0 {
		entry.Status, entry.Error = status, f.label()
		s.record(entry, began)
		if drop {
			panic(http.ErrAbortHandler)
		}
		return
	}
	if entry.Status = s.spendTicket(r.URL.Query().Get("ticket")); entry.Status != 0 {
		w.WriteHeader(entry.Status)
		s.record(entry, began)
		return
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil { // it has answered
		entry.Status, entry.Error = http.StatusBadRequest, "bad_handshake"
		s.record(entry, began)
		return
	}
	entry.Status = http.StatusSwitchingProtocols
	s.record(entry, began)
	if f.after(s, r) {
		_ = ws.Close()
		return
	}
	life := s.opts.Socket.Life
	if r.URL.Query().Get("debug_reconnects") == "true" {
		life = s.opts.Socket.DebugLife
	}
	s.runSocket(ws, life)
}

func (s *Server) runSocket(ws *websocket.Conn, life time.Duration) {
	c := &socket{
		info: Connection{ID: "S" + randomHex(5), Since: time.Now()},
		ws:   ws, life: life, out: make(chan frame, socketQueue),
		gone: make(chan struct{}), told: make(chan struct{}), muted: make(chan struct{}),
	}
	s.mu.Lock()
	select {
	case <-s.closed: // Close no longer waits for new ones
		s.mu.Unlock()
		_ = ws.Close()
		return
	default:
	}
	s.serving.Add(2)
	live := s.liveLocked()
	s.sock.conns = append(s.sock.conns, c)
	switch {
	case live >= s.opts.Socket.MaxConnections:
		s.sayGoodbyeLocked(c, ReasonTooMany)
		c.info.Leaving = true
		s.queueLocked(c, frame{kind: frameClose})
	case !s.sock.on: // switched off after the URL was given
		s.dismissLocked(c, ReasonLinkDisabled)
	default:
		s.queueLocked(c, textFrame(s.hello(live+1, life)))
	}
	s.changedLocked()
	s.mu.Unlock()
	go func() {
		defer s.serving.Done()
		s.writeSocket(c)
	}()
	defer s.serving.Done()
	s.readSocket(c)
}

func textFrame(o obj) frame { return frame{kind: websocket.TextMessage, body: mustJSON(o)} }

func (s *Server) hello(connections int, life time.Duration) obj {
	return obj{
		"type": "hello", "num_connections": connections,
		"connection_info": obj{"app_id": s.opts.AppID},
		"debug_info": obj{
			"host": "slackfake", "started": s.began.UTC().Format("2006-01-02 15:04:05.000"),
			"build_number": 1, "approximate_connection_time": int(life.Seconds()),
		},
	}
}

// liveLocked counts the connections that are up.
func (s *Server) liveLocked() int {
	n := 0
	for _, c := range s.sock.conns {
		if c.info.Live() {
			n++
		}
	}
	return n
}

// queueLocked hands a message to the writer. A connection whose client does
// not read is dropped; what goes to a dead one vanishes.
func (s *Server) queueLocked(c *socket, f frame) {
	if !c.info.Live() || c.info.Dead {
		return
	}
	select {
	case c.out <- f:
	default:
		s.endLocked(c, "stuck")
	}
}

// endLocked marks a connection as ended, once, and closes it under the reader
// and the writer.
func (s *Server) endLocked(c *socket, why string) {
	if !c.info.Live() {
		return
	}
	c.info.Until = time.Now()
	if c.info.Reason == "" || !c.info.Leaving {
		c.info.Reason = why
	}
	close(c.gone)
	s.changedLocked()
}

// writeSocket sends what is queued, pings, and looks after the life span.
func (s *Server) writeSocket(c *socket) {
	defer func() { _ = c.ws.Close() }()
	ping := time.NewTicker(s.opts.Socket.PingInterval)
	defer ping.Stop()
	warn := time.NewTimer(max(c.life-s.opts.Socket.WarnAhead, 0))
	defer warn.Stop()
	end := time.NewTimer(c.life)
	defer end.Stop()
	grace := time.NewTimer(time.Hour)
	grace.Stop()
	defer grace.Stop()
	told, muted := c.told, c.muted
	for {
		var err error
		select {
		case f := <-c.out:
			err = c.write(f)
		case <-ping.C:
			err = c.ws.WriteControl(websocket.PingMessage, []byte("ping"), time.Now().Add(socketWrite))
		case <-muted:
			muted = nil
			ping.Stop()
		case <-warn.C:
			s.withLock(func() { s.sayGoodbyeLocked(c, ReasonWarning) })
		case <-end.C:
			s.withLock(func() {
				if warn.Stop() { // on a busy machine both are due at once
					s.sayGoodbyeLocked(c, ReasonWarning)
				}
				s.dismissLocked(c, ReasonRefresh)
			})
		case <-told:
			told = nil
			grace.Reset(s.opts.Socket.Grace)
		case <-grace.C:
			err = c.write(frame{kind: frameClose})
		case <-c.gone:
			return
		case <-s.closed:
			s.withLock(func() { s.endLocked(c, "closed") })
			return
		}
		if err != nil {
			s.withLock(func() { s.endLocked(c, "cut") })
			return
		}
	}
}

func (s *Server) withLock(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

// errEnd ends the writer after its last message.
var errEnd = errors.New("slackfake: connection ended on purpose")

func (c *socket) write(f frame) error {
	until := time.Now().Add(socketWrite)
	switch f.kind {
	case frameCut:
		return errEnd
	case frameClose:
		bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		_ = c.ws.WriteControl(websocket.CloseMessage, bye, until)
		return errEnd
	}
	_ = c.ws.SetWriteDeadline(until)
	return c.ws.WriteMessage(f.kind, f.body)
}

// readSocket takes acks until the connection ends. Only pongs keep it alive.
func (s *Server) readSocket(c *socket) {
	silence := s.opts.Socket.PongTimeout
	c.ws.SetReadLimit(socketReadMax)
	_ = c.ws.SetReadDeadline(time.Now().Add(s.opts.Socket.PingInterval + silence))
	c.ws.SetPongHandler(func(string) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.info.Pongs++
		s.changedLocked()
		if c.info.Dead {
			return nil
		}
		return c.ws.SetReadDeadline(time.Now().Add(s.opts.Socket.PingInterval + silence))
	})
	for {
		_, body, err := c.ws.ReadMessage()
		if err != nil {
			why := "client"
			// The library hides os.ErrDeadlineExceeded.
			if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
				why = "no_pong"
			}
			s.withLock(func() { s.endLocked(c, why) })
			return
		}
		s.takeAck(c, body)
	}
}
