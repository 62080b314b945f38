package slackfake

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const kindEvent = "event_callback"

// OpenHome opens the app's Home tab and sends app_home_opened.
func (u *Actor) OpenHome(ctx context.Context) (Outcome, error) {
	u.s.mu.Lock()
	_, err := u.meLocked()
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	event := obj{
		"type": "app_home_opened", "user": u.id, "channel": u.s.dmLocked(u.id).id, "tab": "home",
		"event_ts": actionTS(time.Now()),
	}
	if v := u.s.homes[u.id]; v != nil {
		event["view"] = u.s.viewJSON(v)
	}
	u.s.mu.Unlock()
	return u.s.sendEvent(ctx, u.id, event)
}

// Say types a message in the DM with the app and sends message.im, which Slack
// does only for a token with im:history; without it the Outcome is empty.
func (u *Actor) Say(ctx context.Context, text string) (Outcome, error) {
	u.s.mu.Lock()
	me, err := u.meLocked()
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	conv := u.s.dmLocked(u.id)
	m := u.s.post(conv, u.id, "", content{text: u.s.escapeLocked(text)})
	event := obj{
		"type": "message", "channel": conv.id, "channel_type": "im", "user": u.id, "text": m.text,
		"ts": m.ts, "event_ts": m.ts, "team": me.TeamID, "client_msg_id": randomHex(16),
	}
	told := u.s.mayHearLocked("message")
	u.s.mu.Unlock()
	if !told {
		return Outcome{}, nil
	}
	return u.s.sendEvent(ctx, u.id, event)
}

// SendEvent sends any inner event, such as user_change or app_uninstalled, in
// a signed event_callback. One that the token lacks the scope for is refused
// with ErrNotPossible.
func (s *Server) SendEvent(ctx context.Context, event map[string]any) (Outcome, error) {
	s.mu.Lock()
	told := s.mayHearLocked(str(event, "type"))
	s.mu.Unlock()
	if !told {
		return Outcome{}, notPossible("Slack sends no %s to a token with these scopes", str(event, "type"))
	}
	return s.sendEvent(ctx, "", event)
}

// mayHearLocked tells whether the token's scopes cover an event.
func (s *Server) mayHearLocked(kind string) bool {
	switch kind {
	case "message": // the app is only told of direct messages
		return s.hasScope("im:history")
	case "user_change":
		return s.hasScope("users:read")
	}
	return true
}

// sendEvent delivers an event and, unless it was taken or X-Slack-No-Retry was
// answered, delivers it once more at once with the retry headers. The later
// retries, after one and five minutes, are left to the caller. Over sockets
// SocketOptions.EventRetries says when it is sent again.
func (s *Server) sendEvent(ctx context.Context, user string, event obj) (Outcome, error) {
	authorized := obj{
		"enterprise_id": nil, "team_id": s.opts.TeamID, "user_id": s.opts.BotUserID,
		"is_bot": true, "is_enterprise_install": false,
	}
	body := obj{
		"type": kindEvent, "token": "deprecated", "team_id": s.opts.TeamID, "api_app_id": s.opts.AppID,
		"event": event, "event_id": newID("Ev"), "event_time": time.Now().Unix(),
		"event_context": "4-" + randomHex(12), "authorizations": []any{authorized},
		"is_ext_shared_channel": false, "context_team_id": s.opts.TeamID, "context_enterprise_id": nil,
	}
	d := delivery{
		kind: kindEvent, payload: body,
		request: Request{Path: PathEvents, Header: http.Header{"Content-Type": {"application/json"}}, Body: mustJSON(body)},
	}
	if s.opts.Socket.SameEnvelope {
		d.envelopeID = newEnvelopeID()
	}
	retries := []time.Duration{0}
	if s.SocketMode() {
		retries = s.opts.Socket.EventRetries
	}
	out, reply, err := s.send(ctx, user, d)
	for i, wait := range retries {
		if err != nil || out.OK() || reply.Header.Get("X-Slack-No-Retry") == "1" {
			break
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return out, context.Cause(ctx)
		case <-s.closed:
			return out, nil
		}
		out, err = s.retryEvent(ctx, user, d, i+1, retryReason(out.Code))
	}
	return out, err
}

func retryReason(code string) string {
	switch code {
	case "operation_timeout":
		return "http_timeout"
	case "dispatch_failed":
		return "connection_failed"
	}
	return "http_error"
}

// RetryLast delivers the last request of a person (or of anybody, with an
// empty id) again as Slack retries an event: fresh signature, same body, retry
// headers; or in a new envelope with retry_attempt.
func (s *Server) RetryLast(ctx context.Context, userID string, num int, reason string) (Outcome, error) {
	d, err := s.lastOf(userID)
	if err != nil {
		return Outcome{}, err
	}
	return s.retryEvent(ctx, userID, d, num, reason)
}

// lastOf is what was sent last for a person.
func (s *Server) lastOf(userID string) (delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.last[userID]
	if !ok {
		return d, fmt.Errorf("slackfake: %q has sent nothing yet", userID)
	}
	return d, nil
}

func (s *Server) retryEvent(ctx context.Context, user string, d delivery, num int, reason string) (Outcome, error) {
	h := d.request.Header.Clone()
	h.Set("X-Slack-Retry-Num", strconv.Itoa(num))
	h.Set("X-Slack-Retry-Reason", reason)
	d.request.Header = h
	d.retry, d.reason = num, retryTimeout
	d.shown = obj{"retry": strconv.Itoa(num), "reason": reason}
	out, _, err := s.send(ctx, user, d)
	return out, err
}

// VerifyEventsURL sends url_verification and tells whether the app answered
// the challenge.
func (s *Server) VerifyEventsURL(ctx context.Context) (bool, error) {
	challenge := randomHex(16)
	body := obj{"type": "url_verification", "token": "deprecated", "challenge": challenge}
	r := Request{Path: PathEvents, Header: http.Header{"Content-Type": {"application/json"}}, Body: mustJSON(body)}
	if s.SocketMode() {
		return false, notPossible("with Socket Mode on there is no request URL to verify")
	}
	out, reply, err := s.send(ctx, "", delivery{kind: "url_verification", request: r, payload: body})
	if err != nil || !out.OK() {
		return false, err
	}
	if a, err := decodeObject(reply.Body); err == nil {
		return str(a, "challenge") == challenge, nil
	}
	return string(reply.Body) == challenge, nil
}

// Shortcut runs a global shortcut.
func (u *Actor) Shortcut(ctx context.Context, callbackID string) (Outcome, error) {
	u.s.mu.Lock()
	me, err := u.meLocked()
	switch {
	case err != nil:
	case me.TeamID != u.s.opts.TeamID:
		err = notPossible("%s belongs to another company and cannot run shortcuts", u.id)
	case !u.s.hasScope("commands"):
		err = notPossible("the app has no shortcuts without the scope commands")
	}
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	p := u.payloadLocked("shortcut")
	delete(p, "api_app_id") // a global shortcut's payload has none
	delete(p["user"].(obj), "name")
	p["callback_id"], p["action_ts"] = callbackID, actionTS(time.Now())
	p["trigger_id"] = u.s.newTriggerLocked(u.id, "")
	u.s.mu.Unlock()
	out, _, err := u.s.sendPayload(ctx, u.id, PathInteractive, p)
	return out, err
}
