package slackfake

import (
	"errors"
	"slices"
	"time"
)

// SocketOptions set up Socket Mode. The zero value is usable: real lengths of
// time, round robin, a resend when a connection dies before the ack.
type SocketOptions struct {
	// TicketLife is how long the URL of apps.connections.open can be used;
	// default 30 s.
	TicketLife time.Duration
	// PingInterval is the time between WebSocket pings; default 10 s.
	PingInterval time.Duration
	// PongTimeout is how long a connection may leave pings unanswered before it
	// is dropped; default twice PingInterval.
	PongTimeout time.Duration
	// Life is how long a connection lasts; default 18060 s, about five hours.
	Life time.Duration
	// DebugLife replaces Life when the URL carries debug_reconnects=true;
	// default 360 s.
	DebugLife time.Duration
	// WarnAhead is how long before its end a connection gets disconnect with
	// reason warning; default 10 s.
	WarnAhead time.Duration
	// Grace is how long a connection still reads acks after it was told to go
	// (refresh_requested, link_disabled); it gets no envelopes then but those of
	// RouteTo. Default 1 s.
	Grace time.Duration
	// MaxConnections an app can hold; one more is told too_many_websockets.
	// Default 10.
	MaxConnections int

	// Resend says when a command or an interaction is delivered once more
	// within its AckTimeout. Slack documents none of the three.
	Resend Resend
	// ResendAfter is the wait of ResendUnacked; default a third of AckTimeout.
	ResendAfter time.Duration
	// EventRetries are the waits before each retry of an event that was not
	// acknowledged; default one retry at once. Slack's own are 0, 1 and 5 min.
	EventRetries []time.Duration
	// SameEnvelope keeps the envelope_id in a resend; by default each delivery
	// has its own.
	SameEnvelope bool
	// AckAnywhere accepts an ack on any connection; by default one on a
	// connection that the envelope did not go to is ignored.
	AckAnywhere bool
}

// Resend says when a command or an interaction without an ack is sent again.
type Resend string

// The kinds of Resend; "" is ResendDropped.
const (
	ResendDropped Resend = "dropped" // when its connection ended, to another
	ResendUnacked Resend = "unacked" // also after ResendAfter without an ack
	ResendNever   Resend = "never"
)

// socketDefaults fills in what was left out and refuses what makes no sense.
func (o *SocketOptions) socketDefaults(ackTimeout time.Duration) error {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&o.TicketLife, 30*time.Second)
	def(&o.PingInterval, 10*time.Second)
	def(&o.PongTimeout, 2*o.PingInterval)
	def(&o.Life, 18060*time.Second)
	def(&o.DebugLife, 360*time.Second)
	def(&o.WarnAhead, 10*time.Second)
	def(&o.Grace, time.Second)
	def(&o.ResendAfter, ackTimeout/3)
	if o.MaxConnections == 0 {
		o.MaxConnections = 10
	}
	if o.Resend == "" {
		o.Resend = ResendDropped
	}
	if o.EventRetries == nil {
		o.EventRetries = []time.Duration{0}
	}
	all := append([]time.Duration{
		o.TicketLife, o.PingInterval, o.PongTimeout, o.Life, o.DebugLife, o.WarnAhead, o.Grace, o.ResendAfter,
	}, o.EventRetries...)
	if slices.Min(all) < 0 || o.MaxConnections < 0 {
		return errors.New("slackfake: a number of Socket is negative")
	}
	if !slices.Contains([]Resend{ResendDropped, ResendUnacked, ResendNever}, o.Resend) {
		return errors.New("slackfake: Socket.Resend is unknown: " + string(o.Resend))
	}
	o.EventRetries = slices.Clone(o.EventRetries)
	return nil
}

// socketState is what Slack remembers about an app's connections.
type socketState struct {
	on        bool
	scopes    []string // of the app-level token
	err       string   // answered to apps.connections.open when set
	tickets   map[string]*ticket
	conns     []*socket // all there ever were, oldest first
	turn      int       // round robin
	pinned    string    // connection id that gets every envelope, "" for round robin
	envelopes []*envelope
	ignored   []IgnoredAck
}

// Connection is one WebSocket of the app, live or gone.
type Connection struct {
	ID    string    `json:"id"`
	Since time.Time `json:"since"`
	// Until is when it ended; zero while it lives.
	Until time.Time `json:"until,omitzero"`
	// Reason is the last disconnect reason sent, or why Slack dropped it:
	// no_pong, stuck, cut; client when the app closed it.
	Reason    string `json:"reason,omitempty"`
	Delivered int    `json:"delivered"` // envelopes sent to it, resends included
	Acked     int    `json:"acked"`     // of these, acknowledged by it
	// Pongs counts answers to pings.
	Pongs int `json:"pongs"`
	// Dead marks one that was killed by SocketDead and still looks alive.
	Dead bool `json:"dead,omitempty"`
	// Leaving marks one that was told to go and gets no envelopes any more but
	// those of RouteTo.
	Leaving bool `json:"leaving,omitempty"`
}

// Live tells whether the connection is up.
func (c Connection) Live() bool { return c.Until.IsZero() }

// Delivery is one sending of an envelope to one connection.
type Delivery struct {
	Connection string    `json:"connection"`
	At         time.Time `json:"at"`
}

// Envelope is one message to the app with what became of it.
type Envelope struct {
	ID   string `json:"envelope_id"`
	Type string `json:"type"` // events_api, slash_commands, interactive
	// Kind is the method in the wire log: slash_command, block_actions, …
	Kind    string `json:"kind"`
	User    string `json:"user,omitempty"`
	Attempt int    `json:"retry_attempt"`
	Reason  string `json:"retry_reason,omitempty"`
	// Deliveries are in order; more than one is a duplicate or a resend under
	// the same id.
	Deliveries []Delivery `json:"deliveries"`
	AckedBy    string     `json:"acked_by,omitempty"` // connection id
	AckedAt    time.Time  `json:"acked_at,omitzero"`
}

// Acked tells whether an ack was taken in time.
func (e Envelope) Acked() bool { return e.AckedBy != "" }

// IgnoredAck is a message from the app that had no effect.
type IgnoredAck struct {
	Connection string    `json:"connection"`
	EnvelopeID string    `json:"envelope_id,omitempty"`
	Why        string    `json:"why"`
	Bytes      int       `json:"bytes"`
	At         time.Time `json:"at"`
}

// Reasons of an IgnoredAck.
const (
	AckTooLarge  = "too_large"  // 20 kB or more
	AckUnknown   = "unknown"    // no such envelope
	AckSecond    = "second"     // acknowledged before
	AckLate      = "late"       // nobody waits any more
	AckElsewhere = "elsewhere"  // the envelope went to another connection
	AckUnread    = "unreadable" // not a JSON object with envelope_id
	AckDropped   = "fault:drop" // FaultDrop
	AckDead      = "fault:dead" // SocketDead
)

// Connections returns every connection there was, oldest first.
func (s *Server) Connections() []Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Connection, 0, len(s.sock.conns))
	for _, c := range s.sock.conns {
		out = append(out, c.info)
	}
	return out
}

// LiveConnections returns those that are up, dead ones included.
func (s *Server) LiveConnections() []Connection {
	return slices.DeleteFunc(s.Connections(), func(c Connection) bool { return !c.Live() })
}

// Envelopes returns what was sent over sockets, oldest first; kinds filter it.
func (s *Server) Envelopes(kinds ...string) []Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Envelope{}
	for _, e := range s.sock.envelopes {
		if len(kinds) == 0 || slices.Contains(kinds, e.Kind) {
			shown := e.Envelope
			shown.Deliveries = slices.Clone(e.Deliveries)
			out = append(out, shown)
		}
	}
	return out
}

// IgnoredAcks returns the app's messages that had no effect, oldest first.
func (s *Server) IgnoredAcks() []IgnoredAck {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]IgnoredAck{}, s.sock.ignored...)
}
