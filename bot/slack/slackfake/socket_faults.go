package slackfake

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// SocketAct is something that Slack does to a connection.
type SocketAct string

// The kinds of SocketAct.
const (
	// SocketDead makes a connection look alive and be useless: it stays open, is
	// still chosen for envelopes, but nothing is written any more, pings
	// included, and what the app sends vanishes.
	SocketDead SocketAct = "dead"
	// SocketCut ends a connection without a close frame.
	SocketCut SocketAct = "cut"
	// SocketClose ends a connection with a close frame and no word before.
	SocketClose SocketAct = "close"
	// SocketGarbage sends a text message that is no JSON.
	SocketGarbage SocketAct = "garbage"
	// SocketBinary sends a binary message.
	SocketBinary SocketAct = "binary"
	// SocketUnknown sends an envelope of a type that no client knows; it takes
	// an ack.
	SocketUnknown SocketAct = "unknown_type"
	// SocketOversized sends a well-formed message of 4 MiB.
	SocketOversized SocketAct = "oversized"
)

// oversized is the length of SocketOversized, in bytes.
const oversized = 4 << 20

// AllConnections stands for every live connection where an id is asked for.
const AllConnections = "all"

// errNoSocket marks an id that names no live connection.
var errNoSocket = errors.New("slackfake: no such connection")

// errBadAct marks an act or a reason that does not exist.
var errBadAct = errors.New("slackfake: no such act on a connection")

// ActOnSocket does something to a live connection, or to all of them.
func (s *Server) ActOnSocket(id string, act SocketAct) error {
	return s.eachSocket(id, func(c *socket) error {
		switch act {
		case SocketDead:
			if !c.info.Dead {
				c.info.Dead = true
				close(c.muted)
				// It no longer pings, so it must not mind that nobody answers.
				return c.ws.NetConn().SetReadDeadline(time.Time{})
			}
			return nil
		case SocketCut:
			s.cutLocked(c, frameCut)
		case SocketClose:
			s.cutLocked(c, frameClose)
		case SocketGarbage:
			s.queueLocked(c, frame{kind: websocket.TextMessage, body: []byte(`{"type":"events_api","envelope_id":`)})
		case SocketBinary:
			s.queueLocked(c, frame{kind: websocket.BinaryMessage, body: []byte{0, 1, 2, 0xff}})
		case SocketOversized:
			s.queueLocked(c, textFrame(obj{"type": "oversized", "padding": strings.Repeat("x", oversized)}))
		case SocketUnknown:
			w := &waiter{acked: make(chan []byte, 1)}
			d := delivery{kind: "unknown_type", payload: obj{"type": "news_of_tomorrow"}}
			e := s.envelopeLocked("", d, w, nil)
			e.Type = "news_of_tomorrow"
			s.sendEnvelopeLocked(e, c, d)
		default:
			return fmt.Errorf("%w: %q", errBadAct, act)
		}
		return nil
	})
}

// Disconnect sends a disconnect message. After ReasonWarning a connection goes
// on as before; after the others it gets no envelopes and is closed when
// SocketOptions.Grace is over.
func (s *Server) Disconnect(id, reason string) error {
	return s.eachSocket(id, func(c *socket) error {
		switch reason {
		case ReasonWarning:
			s.sayGoodbyeLocked(c, reason)
		case ReasonRefresh, ReasonLinkDisabled, ReasonTooMany:
			s.dismissLocked(c, reason)
		default:
			return fmt.Errorf("%w: disconnect %q", errBadAct, reason)
		}
		return nil
	})
}

// RouteTo sends every envelope to one connection while it is live, also after it
// was told to go, as what Slack had on the wire then; "" goes back to taking turns.
func (s *Server) RouteTo(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sock.pinned = id
}

func (s *Server) eachSocket(id string, do func(*socket) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := id == AllConnections
	for _, c := range s.sock.conns {
		if c.info.Live() && (id == AllConnections || c.info.ID == id) {
			found = true
			if err := do(c); err != nil {
				return err
			}
		}
	}
	if !found {
		return fmt.Errorf("%w: %q is not live", errNoSocket, id)
	}
	s.changedLocked()
	return nil
}

// sayGoodbyeLocked sends a disconnect message and nothing more.
func (s *Server) sayGoodbyeLocked(c *socket, reason string) {
	if c.info.Leaving {
		return
	}
	c.info.Reason = reason
	s.queueLocked(c, textFrame(obj{"type": "disconnect", "reason": reason, "debug_info": obj{"host": "slackfake"}}))
	s.changedLocked()
}

// dismissLocked tells a connection to go; it gets no envelopes any more.
func (s *Server) dismissLocked(c *socket, reason string) {
	if !c.info.Live() || c.info.Leaving {
		return
	}
	s.sayGoodbyeLocked(c, reason)
	c.info.Leaving = true
	close(c.told)
}

// cutLocked ends a connection from Slack's side behind what was queued; it
// gets no envelopes any more.
func (s *Server) cutLocked(c *socket, kind int) {
	if c.info.Dead { // nothing would be written
		_ = c.ws.NetConn().Close()
		return
	}
	c.cut, c.info.Leaving, c.info.Reason = true, true, string(SocketCut)
	s.queueLocked(c, frame{kind: kind})
}
