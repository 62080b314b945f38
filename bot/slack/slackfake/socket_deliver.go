package slackfake

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"
)

// Types of an envelope.
const (
	typeEvents      = "events_api"
	typeCommands    = "slash_commands"
	typeInteractive = "interactive"
)

const (
	methodEnvelope = "socket.envelope" // in faults: each envelope sent
	methodAck      = "socket.ack"      // in faults: each ack received
	// maxAck is the size in bytes from which an ack is dropped: the smaller
	// reading of 20 kB.
	maxAck       = 20_000
	maxEnvelopes = 10_000 // kept; the oldest go first
)

var (
	errNoConnection   = errors.New("no Socket Mode connection is up")
	errConnectionLost = errors.New("the connection ended before the ack")
)

// envelope is an Envelope with who waits for its ack.
type envelope struct {
	Envelope
	wait *waiter
}

// waiter is one delivery to the app under way, with all its resends.
type waiter struct {
	acked chan []byte // the ack's payload, at most one
	done  bool        // answered or given up
}

// deliverSocket sends a payload in an envelope to exactly one connection and
// waits for the ack at most Options.AckTimeout. The answer looks like the one
// over HTTP, so that the same rules judge it.
func (s *Server) deliverSocket(ctx context.Context, user string, d delivery) (Reply, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.opts.AckTimeout, errAckLate)
	defer cancel()
	w := &waiter{acked: make(chan []byte, 1)}
	defer s.withLock(func() { w.done = true })

	var again <-chan time.Time
	if s.opts.Socket.Resend == ResendUnacked && d.kind != kindEvent {
		t := time.NewTimer(s.opts.Socket.ResendAfter)
		defer t.Stop()
		again = t.C
	}
	var e *envelope
	var c *socket
	send := true
	for {
		var changed, lost <-chan struct{}
		if send {
			s.mu.Lock()
			next := s.pickLocked(c)
			switch {
			case next != nil:
				e = s.envelopeLocked(user, d, w, e)
				s.sendEnvelopeLocked(e, next, d)
				c, send = next, false
			case e == nil:
				s.mu.Unlock()
				return Reply{}, errNoConnection
			default:
				changed = s.changed // until a connection comes up
			}
			s.mu.Unlock()
		}
		if !send && s.opts.Socket.Resend != ResendNever || d.kind == kindEvent {
			lost = c.gone
		}
		select {
		case body := <-w.acked:
			return ackReply(body), nil
		case <-lost:
			if d.kind == kindEvent {
				return Reply{}, errConnectionLost // its retries are sendEvent's
			}
			send = true
		case <-again:
			send = true
		case <-changed:
		case <-ctx.Done():
			return Reply{}, context.Cause(ctx)
		case <-s.closed:
			return Reply{}, errNoConnection
		}
	}
}

// pickLocked chooses the connection of one envelope: the pinned one, else the
// next in turn, another than the last where there is one.
func (s *Server) pickLocked(last *socket) *socket {
	var able []*socket
	for _, c := range s.sock.conns {
		switch {
		case !c.info.Live() || c.cut:
		case c.info.ID == s.sock.pinned && c != last:
			return c
		case !c.info.Leaving:
			able = append(able, c)
		}
	}
	if len(able) > 1 {
		able = slices.DeleteFunc(able, func(c *socket) bool { return c == last })
	}
	if len(able) == 0 {
		return nil
	}
	s.sock.turn++
	return able[(s.sock.turn-1)%len(able)]
}

// envelopeLocked makes the envelope of a delivery; with an earlier one it is a
// resend.
func (s *Server) envelopeLocked(user string, d delivery, w *waiter, earlier *envelope) *envelope {
	if earlier != nil && s.opts.Socket.SameEnvelope {
		earlier.Attempt++
		earlier.Reason = retryTimeout
		return earlier
	}
	e := &envelope{wait: w, Envelope: Envelope{
		ID: newEnvelopeID(), Type: d.envelopeType(), Kind: d.kind, User: user,
		Attempt: d.retry, Reason: d.reason,
	}}
	if d.envelopeID != "" {
		e.ID = d.envelopeID
	}
	if earlier != nil {
		e.Attempt, e.Reason = earlier.Attempt+1, retryTimeout
	}
	if len(s.sock.envelopes) == maxEnvelopes {
		s.sock.envelopes = s.sock.envelopes[1:]
	}
	s.sock.envelopes = append(s.sock.envelopes, e)
	return e
}

// retryTimeout is the reason of a resend over a socket, whatever was the cause.
const retryTimeout = "timeout"

func newEnvelopeID() string {
	h := randomHex(16)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// sendEnvelopeLocked writes an envelope to a connection, and with
// FaultDuplicate to a second one.
func (s *Server) sendEnvelopeLocked(e *envelope, c *socket, d delivery) {
	o := obj{
		"envelope_id": e.ID, "type": e.Type, "payload": d.payload,
		"accepts_response_payload": d.takesPayload(),
	}
	if e.Type == typeEvents || e.Attempt > 0 {
		o["retry_attempt"], o["retry_reason"] = e.Attempt, e.Reason
	}
	f := textFrame(o)
	to := []*socket{c}
	switch fault := s.takeFaultLocked(methodEnvelope); {
	case fault == nil:
	case fault.Kind == FaultDuplicate:
		if other := s.pickLocked(c); other != nil {
			to = append(to, other)
		}
	case fault.Kind == FaultDrop:
		f.body = nil
	}
	for _, c := range to {
		e.Deliveries = append(e.Deliveries, Delivery{Connection: c.info.ID, At: time.Now()})
		c.info.Delivered++
		if f.body != nil {
			s.queueLocked(c, f)
		}
	}
	s.changedLocked()
}

// takeAck applies one message of the app: the first ack of an envelope that
// somebody waits for counts, every other message is ignored in silence.
func (s *Server) takeAck(c *socket, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changedLocked()
	ignore := func(id, why string) {
		s.sock.ignored = append(s.sock.ignored, IgnoredAck{
			Connection: c.info.ID, EnvelopeID: id, Why: why, Bytes: len(body), At: time.Now(),
		})
	}
	ack, err := decodeObject(body)
	id := str(ack, "envelope_id")
	if err != nil || id == "" {
		ignore("", AckUnread)
		return
	}
	e := s.findEnvelopeLocked(id)
	switch {
	case c.info.Dead:
		ignore(id, AckDead)
		return
	case len(body) >= maxAck:
		ignore(id, AckTooLarge)
		return
	case e == nil:
		ignore(id, AckUnknown)
		return
	case !s.opts.Socket.AckAnywhere && !e.wentTo(c):
		ignore(id, AckElsewhere)
		return
	case e.Acked():
		ignore(id, AckSecond)
		return
	}
	if f := s.takeFaultLocked(methodAck); f != nil && f.Kind == FaultDrop {
		ignore(id, AckDropped)
		return
	}
	if e.wait.done {
		ignore(id, AckLate)
		return
	}
	e.AckedBy, e.AckedAt = c.info.ID, time.Now()
	c.info.Acked++
	select {
	case e.wait.acked <- payloadOf(ack):
	default: // another envelope of the same delivery was acknowledged before
	}
}

// findEnvelopeLocked finds the newest envelope of an id.
func (s *Server) findEnvelopeLocked(id string) *envelope {
	for _, e := range slices.Backward(s.sock.envelopes) {
		if e.ID == id {
			return e
		}
	}
	return nil
}

func (e *envelope) wentTo(c *socket) bool {
	return slices.ContainsFunc(e.Deliveries, func(d Delivery) bool { return d.Connection == c.info.ID })
}

// payloadOf is the body that the ack stands for; an absent, null or empty
// payload is an empty body, since Slack's own clients send {} for none.
func payloadOf(ack obj) []byte {
	p, has := ack["payload"]
	if o, isObj := p.(obj); !has || p == nil || isObj && len(o) == 0 {
		return nil
	}
	return mustJSON(p)
}

// ackReply is an ack as an answer over HTTP.
func ackReply(body []byte) Reply {
	r := Reply{Status: http.StatusOK, Header: http.Header{}, Body: body}
	if len(body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// WaitEnvelope blocks until an envelope matches; the newest match wins.
func (s *Server) WaitEnvelope(ctx context.Context, match func(Envelope) bool) (Envelope, error) {
	var found Envelope
	err := s.Wait(ctx, func() bool {
		for _, e := range s.Envelopes() {
			if match(e) {
				found = e
			}
		}
		return found.ID != ""
	})
	return found, err
}

// WaitConnections blocks until exactly n connections are up.
func (s *Server) WaitConnections(ctx context.Context, n int) error {
	return s.Wait(ctx, func() bool { return len(s.LiveConnections()) == n })
}
