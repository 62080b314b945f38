package teams

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"guestsite/bot"
)

const (
	// connectorTime bounds a call, the wait for its turn included.
	connectorTime = 20 * time.Second
	// connectorSlots is how many requests are under way at once. The connector takes
	// 50 a second of one app in one tenant ("Rate limiting for bots" of Teams).
	connectorSlots = 32
	maxReply       = 64 << 10
	// maxDrain is what is read of an answer only so that its connection is used again.
	maxDrain = 256 << 10
)

// place is where a conversation is: opaque to all but this package.
type place struct{ ServiceURL, Conversation string }

type connectorOptions struct {
	HTTP *http.Client
	// Token gives an access token for the connector.
	Token func(ctx context.Context) (string, error)
	// Renew drops the cached token after a 401; may be nil.
	Renew func()
	// Hosts may be sent a token, by https: "host[:port]" exactly, ".suffix" for
	// subdomains.
	Hosts []string
	AppID string
	Log   *slog.Logger
}

// connector calls the Bot Connector ("Bot Connector API reference"). Writes to one
// conversation go one after the other, since the service refuses concurrent ones
// with 412. Safe for concurrent use; it starts no goroutines.
type connector struct {
	http  *http.Client
	token func(ctx context.Context) (string, error)
	renew func()
	hosts []string
	bot   string // the bot's id on the channel
	log   *slog.Logger
	slots chan struct{}
	turns turns
}

func newConnector(o connectorOptions) *connector {
	c := &connector{
		http: &http.Client{}, token: o.Token, renew: o.Renew, bot: "28:" + o.AppID, log: o.Log,
		slots: make(chan struct{}, connectorSlots),
	}
	if o.HTTP != nil {
		*c.http = *o.HTTP
	}
	// A redirect would carry the token, and an id comes from the first answer only.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http.Jar = nil
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	for _, h := range o.Hosts {
		if h = plainHost(h); strings.Trim(h, ".") != "" {
			c.hosts = append(c.hosts, h)
		}
	}
	return c
}

// outRequest is one call to the connector.
type outRequest struct {
	kind    callKind
	method  string
	service string   // its service URL
	path    []string // segments below /v3, not escaped
	turn    string   // the conversation that is written to; empty for reads
	body    []byte
}

// outReply is an answer, its body cut at maxReply.
type outReply struct {
	status int
	header http.Header
	body   []byte
	err    error // why the body ended early
}

// call makes a request. It is made again only where the service says that nothing
// was done: after a 401 once, with a new token, and after a 412 a few times.
func (c *connector) call(ctx context.Context, q outRequest) (outReply, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, connectorTime, errors.New("the connector is too slow"))
	defer cancel()
	u, err := q.url()
	if err != nil {
		return outReply{}, err
	}
	if q.turn != "" {
		leave, err := c.turns.enter(ctx, q.turn)
		if err != nil {
			return outReply{}, notSent(q.kind, err)
		}
		defer leave()
	}
	renewed := c.renew == nil
	for crowded := 0; ; {
		token, err := c.access(ctx, q.kind)
		if err != nil {
			return outReply{}, err
		}
		r, err := c.try(ctx, q, u, token)
		switch {
		case r.status == http.StatusUnauthorized && !renewed:
			renewed = true
			// Another call may have renewed it meanwhile: a new one is not dropped.
			if now, err := c.token(ctx); err == nil && now == token {
				c.renew()
			}
		case r.status == http.StatusPreconditionFailed && crowded < crowdedTries:
			if werr := crowdedWait(ctx, crowded); werr != nil {
				return outReply{}, notSent(q.kind, werr)
			}
			crowded++
		default:
			c.note(ctx, q, u, r, err)
			return r, err
		}
	}
}

func (c *connector) access(ctx context.Context, kind callKind) (string, error) {
	token, err := c.token(ctx)
	if err != nil {
		if _, ok := errors.AsType[*bot.Error](err); ok {
			return "", err
		}
		return "", notSent(kind, err)
	}
	if token == "" {
		return "", &bot.Error{
			Code: bot.Forbidden, Reason: bot.ReasonCredentials, Op: kind.op(), Detail: "no access token",
		}
	}
	return token, nil
}

// try makes a request once. A status other than success is an error too.
func (c *connector) try(ctx context.Context, q outRequest, u *url.URL, token string) (outReply, error) {
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return outReply{}, notSent(q.kind, ctx.Err())
	}
	defer func() { <-c.slots }()
	if ctx.Err() != nil { // select does not prefer it
		return outReply{}, notSent(q.kind, ctx.Err())
	}

	var sought, got atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { sought.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { got.Store(true) },
	})
	var body io.Reader
	if q.body != nil {
		body = bytes.NewReader(q.body)
	}
	req, err := http.NewRequestWithContext(traced, q.method, u.String(), body)
	if err != nil {
		return outReply{}, &bot.Error{Code: bot.Internal, Op: q.kind.op(), Detail: "cannot make the request"}
	}
	if !c.allowed(req.URL) {
		return outReply{}, &bot.Error{Code: bot.Forbidden, Op: q.kind.op(), Detail: "the service URL is not of an allowed host"}
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/json")
	if q.body != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	res, err := c.http.Do(req)
	if err != nil {
		if sought.Load() && !got.Load() {
			return outReply{}, notSent(q.kind, orDone(ctx, err))
		}
		return outReply{}, unanswered(q.kind, orDone(ctx, err))
	}
	defer func() { _ = res.Body.Close() }()
	r := outReply{status: res.StatusCode, header: res.Header}
	r.body, r.err = io.ReadAll(io.LimitReader(res.Body, maxReply))
	_, _ = io.CopyN(io.Discard, res.Body, maxDrain)
	if r.status < 200 || r.status > 299 {
		return r, refused(q.kind, r)
	}
	return r, nil
}
