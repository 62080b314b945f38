package slack

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"guestsite/bot"
)

// RefusedError says that Slack lets the app open no socket with the app-level token
// it has. Trying again does not help until a person has changed something.
type RefusedError struct {
	Code string // Slack's, such as invalid_auth
}

// Error implements error.
func (e *RefusedError) Error() string { return "Slack opens no socket: " + e.Code }

// Advice is what an operator can do, as one sentence.
func (e *RefusedError) Advice() string {
	const fresh = "make an app-level token with the scope connections:write, on the page Basic Information of the app's settings"
	switch e.Code {
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive":
		return "the token is wrong, was revoked or has expired: " + fresh
	case "not_allowed_token_type":
		return "that is a token of another kind, such as a bot token; an app-level token begins with xapp-: " + fresh
	case "missing_scope":
		return "the token lacks the scope connections:write: " + fresh
	case linkDisabled:
		return "Socket Mode is off: switch it on, on the page Socket Mode of the app's settings, or write slack.mode: http"
	}
	return "look this code up at Slack's method apps.connections.open, and whether the app is installed with Socket Mode on"
}

// newDialer makes what connects. A dialer for WebSockets has to speak HTTP/1.1.
func newDialer(trust *tls.Config) *websocket.Dialer {
	if trust == nil {
		trust = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	trust = trust.Clone()
	trust.NextProtos = []string{"http/1.1"}
	return &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: trust,
		ReadBufferSize: 4 << 10, WriteBufferSize: 32 << 10,
	}
}

// socketHosts are the hosts beside Slack's own that a socket may lead to: that of a
// Web API that is not at Slack, such as a proxy.
func socketHosts(o Options) []string {
	u, err := url.Parse(o.APIURL)
	if err != nil || u.Host == "" {
		return nil
	}
	return []string{u.Host}
}

// mayLead says whether a socket may lead there. The URL holds a ticket with which
// one is given what people do, so it must not leave Slack or travel in the open.
func (s *sockets) mayLead(u *url.URL) bool {
	if u.User != nil || u.Scheme != "wss" && (u.Scheme != "ws" || !isLoopback(u.Hostname())) {
		return false
	}
	if slices.Contains(s.hosts, u.Host) {
		return true
	}
	host := strings.ToLower(u.Hostname())
	return u.Scheme == "wss" && (u.Port() == "" || u.Port() == "443") &&
		(strings.HasSuffix(host, ".slack.com") || strings.HasSuffix(host, ".slack-gov.com"))
}

// connect opens one connection and waits for its hello. It waits for its turn, so
// that apps.connections.open is not called faster than its tier allows.
func (s *sockets) connect(ctx context.Context) (*connection, error) {
	if d := s.budget.take(time.Now()); d > 0 && !sleep(ctx, d) {
		return nil, context.Cause(ctx)
	}
	u, err := s.address(ctx)
	if err != nil {
		return nil, err
	}
	within, cancel := context.WithTimeout(ctx, s.pace.dial)
	defer cancel()
	ws, res, err := s.dialer.DialContext(within, u.String(), nil)
	if res != nil && res.Body != nil {
		_ = res.Body.Close()
	}
	if err != nil {
		e := &bot.Error{Code: bot.Unavailable, Op: "slack: connect a socket", Err: bare(err)}
		if res != nil {
			e.Detail = fmt.Sprintf("HTTP %d", res.StatusCode)
		}
		return nil, e
	}
	c := newConnection(s, ws)
	c.run(ctx)
	if err := c.awaitHello(ctx); err != nil {
		c.drop()
		return nil, err
	}
	return c, nil
}

// awaitHello waits for the hello. What comes right behind it, such as a warning or the
// end, is for who keeps the connection: it may have delivered already.
func (c *connection) awaitHello(ctx context.Context) error {
	const op = "slack: connect a socket"
	late := time.NewTimer(c.s.pace.hello)
	defer late.Stop()
	var why string
	select {
	case <-c.greeted:
	case why = <-c.renew:
	case <-late.C:
	case <-ctx.Done():
	}
	select {
	case <-c.greeted:
		if why != "" {
			c.want(why)
		}
		return nil
	default:
	}
	switch {
	case why == linkDisabled:
		return &RefusedError{Code: linkDisabled}
	case why != "":
		return &bot.Error{Code: bot.Unavailable, Op: op, Detail: "closed before its hello: " + why}
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return &bot.Error{Code: bot.Unavailable, Op: op, Detail: "no hello"}
}

// address asks Slack where to connect (apps.connections.open). The URL works once.
func (s *sockets) address(ctx context.Context) (*url.URL, error) {
	const op = "ask for a socket"
	ctx, cancel := context.WithTimeout(ctx, s.pace.dial)
	defer cancel()
	_, at, err := s.appAPI(s.token()).StartSocketModeContext(ctx)
	if err != nil {
		return nil, s.notGiven(op, err)
	}
	u, err := url.Parse(at)
	if err != nil || at == "" {
		return nil, lost(op)
	}
	if !s.mayLead(u) {
		return nil, &bot.Error{Code: bot.Forbidden, Op: "slack: " + op, Detail: "the socket would lead to " + u.Scheme + "://" + u.Host + ", which is not Slack"}
	}
	return u, nil
}

// notGiven tells a refusal, which only a person can mend, from what passes.
func (s *sockets) notGiven(op string, err error) error {
	if r, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		switch judge(r.Err).code {
		case bot.Throttled, bot.Unavailable:
		default:
			return &RefusedError{Code: cut(line(r.Err), 100)}
		}
	}
	said := failed(op, err)
	if bot.CodeOf(said) == bot.Unavailable {
		if e, ok := errors.AsType[*bot.Error](said); ok && e.Detail == "" {
			s.budget.back() // there was no answer, so it does not count at Slack
		}
	}
	return said
}
