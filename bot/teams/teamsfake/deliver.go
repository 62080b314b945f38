package teamsfake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// pathMessages is the bot's messaging endpoint below its base address.
const pathMessages = "/api/messages"

// delivery is one activity for the bot.
type delivery struct {
	kind     string // as in WireEntry
	user     string
	activity obj
	// judge is what the client makes of an answer, or of none (why is set); again
	// asks for the same activity once more.
	judge func(r Reply, why string) (out Outcome, again bool)
	// once keeps a failed activity from Server.Redeliver.
	once bool
}

// lateDelivery is sent again under a new id when Server.Redeliver is called.
type lateDelivery struct {
	*delivery
	deadline time.Duration
	resends  int
}

func newDelivery(user string, a obj) *delivery {
	return &delivery{kind: kindOf(a), user: user, activity: a, judge: judgeAsync}
}

func kindOf(a obj) string {
	kind := str(a, "type")
	if name := str(a, "name"); name != "" {
		kind += " " + name
	}
	return kind
}

// judgeAsync takes any 2xx. Late answers, 5xx and broken connections are worth
// another try, a 4xx is not.
func judgeAsync(r Reply, why string) (Outcome, bool) {
	out := Outcome{Status: r.Status, Body: string(r.Body), Why: why}
	switch {
	case why != "", r.Status >= 500:
		out.Code = CodeUndelivered
		return out, true
	case r.Status < 200 || r.Status > 299:
		out.Code = CodeRefused
	}
	return out, false
}

// sendAsync delivers a message or an event.
func (s *Server) sendAsync(ctx context.Context, d *delivery) (Outcome, error) {
	return s.send(ctx, d, s.opts.AsyncDeadline, s.opts.AsyncResends)
}

// send delivers an activity and sends it again, with the same id, as often as
// its judge asks for and resends allows. An error means that ctx ended or no
// bot is known; nothing else is known then.
func (s *Server) send(ctx context.Context, d *delivery, deadline time.Duration, resends int) (Outcome, error) {
	s.mu.Lock()
	f := s.takeDeliveryFaultLocked(d.kind)
	s.last[d.user], s.last[""] = d, d
	s.mu.Unlock()
	twin := s.startTwin(ctx, f, d, deadline)
	out, err := s.tries(ctx, d, f, deadline, resends)
	if err != nil {
		_, _ = twin() // fails at once for the same reason, and is over then
		return out, err
	}
	out.Again, err = twin()
	failed := out.Code == CodeUnreachable || out.Code == CodeUndelivered
	if f.repeatsLater() || failed && !d.once {
		s.mu.Lock()
		s.late = append(s.late, &lateDelivery{d, deadline, resends})
		s.mu.Unlock()
	}
	return out, err
}

// tries sends an activity until its judge is content or the resends are used
// up.
func (s *Server) tries(
	ctx context.Context, d *delivery, f *deliveryFault, deadline time.Duration, resends int,
) (Outcome, error) {
	var out Outcome
	for try := 0; ; try++ {
		r, why, err := s.attempt(ctx, d, f, deadline)
		if err != nil {
			return out, err
		}
		if f.losesAnswer() && try == 0 {
			r, why = Reply{}, "the answer was lost"
		}
		var again bool
		out, again = d.judge(r, why)
		out.Replays, out.ActivityID = try, str(d.activity, "id")
		if !again || try >= resends {
			break
		}
	}
	return out, nil
}

// Redeliver sends again, under new ids, every activity that failed or that a
// fault marked: what Teams does about half a minute later. Each is repeated
// under its new id as it was under the first, and clients act on the answers.
// The order is that of the first sending.
func (s *Server) Redeliver(ctx context.Context) ([]Outcome, error) {
	s.mu.Lock()
	late := s.late
	s.late = nil
	s.mu.Unlock()
	var outs []Outcome
	for _, l := range late {
		d := *l.delivery
		d.activity = deepCopy(d.activity)
		d.activity["id"] = newEventID()
		out, err := s.tries(ctx, &d, nil, l.deadline, l.resends)
		if err != nil {
			return outs, err
		}
		outs = append(outs, out)
	}
	return outs, nil
}

// Replay sends the person's last activity again, with its id or a new one, and
// returns the bot's answer, on which no client acts.
func (u *Actor) Replay(ctx context.Context, newID bool) (Reply, error) {
	u.s.mu.Lock()
	d := u.s.last[u.id]
	u.s.mu.Unlock()
	if d == nil {
		return Reply{}, fmt.Errorf("teamsfake: %s has sent nothing yet", u.id)
	}
	next := *d
	if newID {
		next.activity = deepCopy(d.activity)
		next.activity["id"] = newEventID()
	}
	r, why, err := u.s.attempt(ctx, &next, nil, u.s.opts.AsyncDeadline)
	if err == nil && why != "" {
		err = fmt.Errorf("teamsfake: replay: %s", why)
	}
	return r, err
}

var (
	errLate  = errors.New("no answer within the deadline")
	errNoApp = errors.New("teamsfake: SetAppURL was not called")
)

// attempt signs an activity and sends it once. why tells why there is no
// answer.
func (s *Server) attempt(
	ctx context.Context, d *delivery, f *deliveryFault, deadline time.Duration,
) (r Reply, why string, err error) {
	header := http.Header{}
	if spec, signed := f.token(); signed {
		header.Set("Authorization", "Bearer "+s.SignedToken(spec))
	}
	began := time.Now()
	body := mustJSON(d.activity)
	r, err = s.postBot(ctx, header, d.activity, body, deadline)
	switch {
	case errors.Is(err, errNoApp), err != nil && ctx.Err() != nil:
		return r, "", err
	case err != nil:
		why, err = err.Error(), nil
	}
	s.record(WireEntry{
		Direction: ToApp, Kind: d.kind, Method: http.MethodPost, Path: pathMessages, User: d.user,
		Status: r.Status, Error: why, Request: body, Response: rawOrText(r.Body),
	}, began)
	return r, why, nil
}

// postBot posts a body to the bot with the headers that the connector sets.
func (s *Server) postBot(
	ctx context.Context, header http.Header, activity obj, body []byte, deadline time.Duration,
) (Reply, error) {
	s.mu.Lock()
	base := s.appURL
	s.mu.Unlock()
	if base == "" {
		return Reply{}, errNoApp
	}
	ctx, cancel := context.WithTimeoutCause(ctx, deadline, errLate)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+pathMessages, bytes.NewReader(body))
	if err != nil {
		return Reply{}, fmt.Errorf("teamsfake: request to the bot: %w", err)
	}
	req.Header = header.Clone()
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)")
	req.Header.Set("x-ms-conversation-id", str(activity["conversation"], "id"))
	req.Header.Set("x-ms-tenant-id", str(activity["conversation"], "tenantId"))
	resp, err := s.client.Do(req)
	if err == nil {
		defer func() { _ = resp.Body.Close() }()
		var answer []byte
		if answer, err = io.ReadAll(io.LimitReader(resp.Body, maxBody)); err == nil {
			return Reply{Status: resp.StatusCode, Header: resp.Header, Body: answer}, nil
		}
	}
	if errors.Is(context.Cause(ctx), errLate) {
		err = errLate
	}
	return Reply{}, fmt.Errorf("teamsfake: request to the bot: %w", err)
}
