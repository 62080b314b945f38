package slack

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// envelope is one frame from Slack ("Using Socket Mode").
type envelope struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload"`
	// Accepts says whether an acknowledgement may carry an answer.
	Accepts bool `json:"accepts_response_payload"`
	// Retry is set where Slack delivers again.
	Retry  json.RawMessage `json:"retry_attempt"`
	Reason string          `json:"reason"` // of a disconnect
}

// decode reads the payload by the envelope's type; known is false for a type that we
// do not know.
func (e envelope) decode() (d delivery, known bool, err error) {
	switch e.Type {
	case "slash_commands":
		d, err = decodeCommand(e.Payload)
	case "interactive":
		d, err = decodeInteraction(e.Payload)
	case "events_api":
		d, err = decodeEvent(e.Payload)
	default:
		return delivery{}, false, nil
	}
	return d, true, err
}

// resent says whether Slack delivered the same before.
func (e envelope) resent() bool {
	switch string(e.Retry) {
	case "", "null", "0", `"0"`:
		return false
	}
	return true
}

// read is the door for sockets: what comes in one frame. It does not wait.
func (c *connection) read(ctx context.Context, frame []byte) {
	a := c.s.a
	var e envelope
	err := json.Unmarshal(frame, &e)
	switch {
	case err != nil && e.ID == "":
		a.log.LogAttrs(ctx, slog.LevelWarn, "slack: a frame is no envelope", slog.Int("bytes", len(frame)))
		return
	case err == nil && e.Type == "hello":
		c.greet()
		return
	case err == nil && e.Type == "disconnect":
		c.disconnect(ctx, e.Reason)
		return
	case e.ID == "":
		a.log.LogAttrs(ctx, slog.LevelInfo, "slack: a frame was ignored", slog.String("type", cut(line(e.Type), 50)))
		return
	}
	at := time.Now()
	a.counts.envelope(e)
	d, known, why := e.decode()
	switch {
	case err != nil:
		why, known = err, true
	case !known:
		a.log.LogAttrs(ctx, slog.LevelWarn, "slack: an envelope of an unknown type was acknowledged",
			slog.String("type", cut(line(e.Type), 50)))
	}
	if known && why != nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "slack: a malformed envelope was acknowledged",
			slog.String("type", cut(line(e.Type), 50)), slog.String("error", why.Error()))
	}
	who, work := "", func() { c.answer(ctx, e, answer{}) } // else Slack would send it for ever
	if known && why == nil {
		who, work = d.person(), func() { c.handle(ctx, e, d, at) }
	}
	if !c.pickUp() {
		a.unacked(ctx, e, "closing")
		return
	}
	if !c.s.hands.put(who, func() {
		defer c.putDown()
		work()
	}) {
		c.putDown()
		a.unacked(ctx, e, "full")
	}
}

// disconnect is Slack's word that it closes the connection, at once or within
// seconds.
func (c *connection) disconnect(ctx context.Context, reason string) {
	switch reason {
	case "warning", "refresh_requested", tooMany:
		c.want(reason)
	case linkDisabled:
		c.s.failed(ctx, &RefusedError{Code: linkDisabled})
		c.want(reason)
	default:
		c.s.a.log.LogAttrs(ctx, slog.LevelInfo, "slack: a socket is closed for a reason that is not known",
			slog.String("reason", cut(line(reason), 50)))
		c.want(otherReason)
	}
}

// handle takes one envelope to its end. What had to wait for so long that nothing
// could be committed is left to Slack, which sends it again.
func (c *connection) handle(ctx context.Context, e envelope, d delivery, at time.Time) {
	a := c.s.a
	ctx, cancel := context.WithDeadline(ctx, at.Add(ackTime))
	defer cancel()
	defer func() { // of this file: what is behind the door is guarded by take
		if v := recover(); v != nil {
			ref := rand.Text()[:8]
			a.counts.panicked()
			a.log.LogAttrs(ctx, slog.LevelError, "slack: an envelope crashed", slog.String("ref", ref),
				slog.String("type", e.Type), slog.String("panic", fmt.Sprintf("%T", v)), slog.String("stack", string(debug.Stack())))
			c.answer(ctx, e, answer{})
		}
	}()
	door := a.door.Load()
	switch {
	case door == nil:
		a.unacked(ctx, e, "starting")
		return
	case time.Since(at) > handleTime:
		a.unacked(ctx, e, "late")
		return
	}
	x := exchange{what: "socket " + e.Type, at: at, door: *door}
	c.answer(ctx, e, a.take(ctx, x, d))
}

// answer acknowledges an envelope, with what the person is shown where it fits.
func (c *connection) answer(ctx context.Context, e envelope, ans answer) {
	a := c.s.a
	payload, ans := a.fit(ctx, e, ans)
	if err := c.ack(e.ID, payload); err != nil {
		a.unacked(ctx, e, "cut")
	}
	if ans.then != nil {
		a.later(ctx, ans.then)
	}
}

// fit gives the payload of the acknowledgement. An answer that Slack would drop for
// its size, or does not take, is replaced by what shows the same by another way.
func (a *Adapter) fit(ctx context.Context, e envelope, ans answer) ([]byte, answer) {
	const frame = len(`{"envelope_id":"","payload":}`)
	limit := maxAck - 1 - frame - len(e.ID)
	if !e.Accepts {
		limit = 0
	}
	for range 10 { // each is half of the one before, or has no body
		if ans.body == nil {
			return nil, ans
		}
		payload, err := encode(ans.body)
		if err == nil && len(payload) <= limit {
			return payload, ans
		}
		a.counts.tooLarge()
		a.log.LogAttrs(ctx, slog.LevelWarn, "slack: an answer is too large for a socket, and is shown in another way",
			slog.String("type", e.Type), slog.Int("bytes", len(payload)), slog.Int("limit", limit))
		if ans.less == nil {
			break
		}
		ans = ans.less()
	}
	a.log.LogAttrs(ctx, slog.LevelError, "slack: an answer could not be shown", slog.String("type", e.Type))
	return nil, answer{then: ans.then}
}

// unacked notes an envelope that stays without an acknowledgement. Slack delivers it
// again, or tells the person that it did not work.
func (a *Adapter) unacked(ctx context.Context, e envelope, why string) {
	a.counts.unack(why)
	a.log.LogAttrs(ctx, slog.LevelWarn, "slack: an envelope was not acknowledged",
		slog.String("type", cut(line(e.Type), 50)), slog.String("why", why))
}
