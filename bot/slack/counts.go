package slack

import (
	"maps"
	"sync"
)

// Counts are facts for metrics, since the start. The names in the maps are few and
// fixed.
type Counts struct {
	// SocketsUp is how many sockets deliver now.
	SocketsUp int
	// Reconnects are sockets that were replaced, by reason: warning,
	// refresh_requested, too_many_websockets, link_disabled, stale, cut, other.
	Reconnects map[string]uint64
	// Envelopes came over sockets, by type: slash_commands, interactive, events_api,
	// other. Resent are those of them that Slack marked as delivered before.
	Envelopes map[string]uint64
	Resent    uint64
	// Unacked are envelopes that were not acknowledged, by reason: full, late, closing,
	// starting, cut.
	Unacked map[string]uint64
	// TooLarge are answers that were shown in another way, for their size.
	TooLarge uint64
	// Panics are deliveries that crashed, through either door.
	Panics uint64
}

// Counts gives the facts for metrics.
func (a *Adapter) Counts() Counts {
	c := a.counts.copy()
	if a.sockets != nil {
		c.SocketsUp = a.sockets.up()
	}
	return c
}

// counters counts; the zero value is ready.
type counters struct {
	mu sync.Mutex
	c  Counts
}

func (n *counters) copy() Counts {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.c
	c.Reconnects, c.Envelopes, c.Unacked = maps.Clone(c.Reconnects), maps.Clone(c.Envelopes), maps.Clone(c.Unacked)
	return c
}

func (n *counters) change(f func(c *Counts)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f(&n.c)
}

func (n *counters) reconnect(why string) {
	n.change(func(c *Counts) { c.Reconnects = one(c.Reconnects, why) })
}

func (n *counters) unack(why string) {
	n.change(func(c *Counts) { c.Unacked = one(c.Unacked, why) })
}

func (n *counters) tooLarge() { n.change(func(c *Counts) { c.TooLarge++ }) }

func (n *counters) panicked() { n.change(func(c *Counts) { c.Panics++ }) }

func (n *counters) envelope(e envelope) {
	kind := e.Type
	if _, known, _ := (envelope{Type: kind}).decode(); !known {
		kind = otherReason
	}
	n.change(func(c *Counts) {
		c.Envelopes = one(c.Envelopes, kind)
		if e.resent() {
			c.Resent++
		}
	})
}

func one(m map[string]uint64, name string) map[string]uint64 {
	if m == nil {
		m = map[string]uint64{}
	}
	m[name]++
	return m
}
