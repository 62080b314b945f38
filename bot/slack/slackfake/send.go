package slackfake

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// The app's endpoints below its base address.
const (
	PathCommands    = "/slack/commands"
	PathInteractive = "/slack/interactive"
	PathOptions     = "/slack/options"
	PathEvents      = "/slack/events"
)

const (
	headerSignature = "X-Slack-Signature"
	headerTimestamp = "X-Slack-Request-Timestamp"
	formType        = "application/x-www-form-urlencoded"
)

// Request is one request to the app, byte for byte.
type Request struct {
	Path   string
	Header http.Header
	Body   []byte
}

// Reply is the app's answer.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// Sign returns the request signed for a moment with a secret ("Verifying
// requests from Slack"): HMAC-SHA256 over v0:timestamp:body.
func Sign(r Request, secret string, at time.Time) Request {
	ts := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + ts + ":"))
	mac.Write(r.Body)
	h := r.Header.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set(headerTimestamp, ts)
	h.Set(headerSignature, "v0="+hex.EncodeToString(mac.Sum(nil)))
	return Request{Path: r.Path, Header: h, Body: r.Body}
}

// Sign signs a request now with the active secret.
func (s *Server) Sign(r Request) Request { return Sign(r, s.SigningSecret(), time.Now()) }

// errNoApp is what a request gives while no app address is set.
var errNoApp = errors.New("slackfake: SetAppURL was not called")

// Deliver sends a request exactly as it is and waits for the answer at most
// Options.AckTimeout. It does not act on the answer and is for replays and
// forgeries; LastRequest gives something to start from.
func (s *Server) Deliver(ctx context.Context, r Request) (Reply, error) {
	s.mu.Lock()
	base := s.appURL
	s.mu.Unlock()
	if base == "" {
		return Reply{}, errNoApp
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.opts.AckTimeout, errAckLate)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return Reply{}, fmt.Errorf("slackfake: request to the app: %w", err)
	}
	req.Header = r.Header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	req.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	resp, err := s.client.Do(req)
	if err == nil {
		defer func() { _ = resp.Body.Close() }()
		var body []byte
		if body, err = io.ReadAll(io.LimitReader(resp.Body, maxBody)); err == nil {
			return Reply{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
		}
	}
	if errors.Is(context.Cause(ctx), errAckLate) {
		err = errAckLate
	}
	return Reply{}, fmt.Errorf("slackfake: request to the app: %w", err)
}

// errAckLate marks an answer that did not come in time.
var errAckLate = errors.New("no answer within the acknowledgement time")

// delivery is one payload to the app, for either way there: the request over
// HTTP, and the JSON that an envelope carries.
type delivery struct {
	kind    string // in the wire log
	request Request
	payload obj
	shown   any // for the wire log; nil is payload
	// A retry has a number from 1, a reason, and with SocketOptions.SameEnvelope
	// the envelope_id of the first.
	retry      int
	reason     string
	envelopeID string
}

// envelopeType is the outer type of the payload's envelope.
func (d delivery) envelopeType() string {
	switch d.kind {
	case kindEvent:
		return typeEvents
	case kindCommand:
		return typeCommands
	}
	return typeInteractive
}

// takesPayload is accepts_response_payload: whether an ack can carry an answer.
func (d delivery) takesPayload() bool {
	switch d.kind {
	case kindCommand, "view_submission", "block_suggestion":
		return true
	}
	return false
}

// send delivers what a person caused, signed over HTTP or in an envelope when
// Socket Mode is on, remembers it for replays and logs it. The Outcome holds
// Status and Code.
func (s *Server) send(ctx context.Context, user string, d delivery) (Outcome, Reply, error) {
	d.request = s.Sign(d.request)
	s.mu.Lock()
	s.last[user], s.last[""] = d, d
	socket := s.sock.on
	s.mu.Unlock()
	began := time.Now()
	if d.shown == nil {
		d.shown = d.payload
	}
	entry := WireEntry{Direction: ToApp, Method: d.kind, User: user, Args: redact(d.shown), Socket: socket}
	var reply Reply
	var err error
	if socket {
		reply, err = s.deliverSocket(ctx, user, d)
	} else {
		reply, err = s.Deliver(ctx, d.request)
	}
	out := Outcome{Status: reply.Status, Body: string(reply.Body)}
	switch {
	case errors.Is(err, errNoApp):
		return out, reply, err
	case errors.Is(err, errAckLate), errors.Is(err, errConnectionLost):
		out.Code, err = "operation_timeout", nil
	case err != nil && ctx.Err() != nil:
		return out, reply, err
	case err != nil:
		out.Code, err = "dispatch_failed", nil
	case reply.Status != http.StatusOK && (d.kind != kindEvent || reply.Status > 299):
		out.Code = "http_service_error"
	}
	entry.Status, entry.Error = reply.Status, out.Code
	s.record(entry, began)
	return out, reply, err
}

// redact drops what must not be logged from a payload.
func redact(v any) []byte {
	o, ok := deepCopy(v).(obj)
	if !ok {
		return nil
	}
	for _, key := range []string{"token", "trigger_id", "response_url", "response_urls"} {
		delete(o, key)
	}
	return mustJSON(o)
}

// sendPayload sends an interaction: a form with one field, payload.
func (s *Server) sendPayload(ctx context.Context, user, path string, payload obj) (Outcome, Reply, error) {
	form := url.Values{"payload": {string(mustJSON(payload))}}
	r := Request{Path: path, Header: http.Header{"Content-Type": {formType}}, Body: []byte(form.Encode())}
	return s.send(ctx, user, delivery{kind: str(payload, "type"), request: r, payload: payload})
}

// isJSON tells whether an answer is declared as JSON.
func (r Reply) isJSON() bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return kind == "application/json"
}

// LastRequest is the last request sent to the app for a person, or for
// anybody with an empty id; false when there was none. With Socket Mode on it
// is what would have gone over HTTP.
func (s *Server) LastRequest(userID string) (Request, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.last[userID]
	return d.request, ok
}
