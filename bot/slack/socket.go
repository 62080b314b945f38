package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"guestsite/bot"
)

// connections is how many sockets are open at once. Slack closes each every few
// hours, and gives every delivery to one of those that are open.
const connections = 2

// pace holds the times of the sockets; defaultPace says what they are for.
type pace struct {
	dial, hello, stale, write, linger, drain, farewell time.Duration
	first, most, slow, look                            time.Duration
	burst                                              int
	refill                                             time.Duration
}

// defaultPace is for Slack itself. How often Slack pings is not documented; its own
// libraries give a connection up after 30 s without one.
func defaultPace() pace {
	return pace{
		dial:     10 * time.Second, // a URL to connect to, and the handshake, each
		hello:    10 * time.Second, // from the handshake to Slack's hello
		stale:    30 * time.Second, // without a word from Slack
		write:    3 * time.Second,  // an acknowledgement
		linger:   10 * time.Second, // from the next one's hello to the end of one that Slack closes itself
		drain:    5 * time.Second,  // what an old connection delivered, to the last acknowledgement
		farewell: time.Second,      // from our close frame to Slack's
		first:    time.Second,      // before the second try, doubled up to
		most:     30 * time.Second,
		slow:     time.Minute,     // between tries with a token that Slack refused
		look:     2 * time.Second, // whether that token has changed
		// apps.connections.open is of tier 1: one call a minute, and a few at once.
		burst:  4,
		refill: time.Minute,
	}
}

// sockets keeps connections of Socket Mode open and hands over what they deliver.
// Each has a keeper. One connection at a time is opened, so the two are never
// renewed at once, and an old one is let go only when the new one has said hello:
// one that Slack wants to close is read until Slack does, since what is on its way
// there, such as a command, comes by no other.
type sockets struct {
	a      *Adapter
	token  func() string
	hosts  []string
	dialer *websocket.Dialer
	pace   pace
	hands  *lanes
	budget bucket

	// opening is held by the keeper that opens a connection.
	opening chan struct{}
	early   error // of the try at the start; for who opens next
	keepers sync.WaitGroup
	others  sync.WaitGroup // of each connection: its reader, its watch, its end
	halt    context.CancelFunc

	mu       sync.Mutex
	stopping bool
	live     map[*connection]bool // said hello, and not ended; some may be silent
	fault    error                // why none could be opened last; nil: one could
}

func newSockets(a *Adapter, o Options) *sockets {
	s := &sockets{
		a: a, token: o.AppToken, hosts: socketHosts(o), dialer: newDialer(o.TLS), pace: defaultPace(),
		hands: newLanes(maxInHand, maxOfOne), opening: make(chan struct{}, 1), live: map[*connection]bool{},
		fault: errNotStarted,
	}
	return s
}

// ErrNoSocket says that no socket brings what people do; Check wraps why.
var ErrNoSocket = errors.New("no socket is up")

// Why none is up, where it is not that none could be opened.
var (
	errNotStarted = errors.New("they were not started")
	errEnded      = errors.New("all have ended")
	errSilent     = errors.New("nothing comes by those that are open")
)

// start opens the first connection. Only a refusal of Slack's ends it: what the
// network does is tried again until stop.
func (s *sockets) start(ctx context.Context) error {
	s.budget = newBucket(s.pace.burst, s.pace.refill)
	work, halt := context.WithCancel(context.WithoutCancel(ctx))
	s.halt = halt
	first, err := s.connect(ctx)
	if _, refused := errors.AsType[*RefusedError](err); refused {
		halt()
		return err
	}
	if err != nil {
		s.failed(ctx, err)
		s.early = err
	} else {
		s.mended(ctx)
	}
	for n := range connections {
		var have *connection
		if n == 0 {
			have = first
		}
		s.keepers.Go(func() { s.keep(work, have) })
	}
	return nil
}

// stop takes nothing new, waits until what is in hand is acknowledged, and then
// says goodbye; when ctx ends it does so at once.
func (s *sockets) stop(ctx context.Context) error {
	if s.halt == nil {
		return nil // never started
	}
	s.mu.Lock()
	s.stopping = true
	open := make([]*connection, 0, len(s.live))
	for c := range s.live {
		open = append(open, c)
	}
	s.mu.Unlock()
	s.halt()
	s.keepers.Wait() // a keeper that opens meanwhile sees stopping
	done := make(chan struct{})
	go func() {
		defer close(done)
		var all sync.WaitGroup
		for _, c := range open {
			all.Go(func() { c.retire(ctx) })
		}
		all.Wait()
		s.others.Wait()
		s.hands.wait()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("deliveries are still in hand: %w", context.Cause(ctx))
	}
}

// keep keeps one connection open until ctx ends.
func (s *sockets) keep(ctx context.Context, c *connection) {
	for {
		why := ""
		if c != nil {
			select {
			case <-ctx.Done():
				return
			case why = <-c.renew:
				s.a.counts.reconnect(why)
				s.a.log.LogAttrs(ctx, slog.LevelInfo, "slack: a socket is replaced", slog.String("why", why))
				if why == tooMany {
					s.a.log.WarnContext(ctx, "slack: the app has more sockets than Slack allows; does another bot use its token?")
					if !sleep(ctx, jitter(s.pace.slow)) {
						return
					}
				}
			}
		}
		next := s.reopen(ctx)
		if next == nil {
			return
		}
		if c != nil {
			old := c
			s.others.Go(func() { s.replaced(ctx, old, why) })
		}
		c = next
	}
}

// replaced lets an old connection go. Where Slack wants to close it that is Slack's
// to do: what Slack has sent there until then is taken and acknowledged. Only when it
// takes too long, or ctx ends, do we say goodbye first; and at once where nothing
// comes any more.
func (s *sockets) replaced(ctx context.Context, old *connection, why string) {
	if why != stale {
		t := time.NewTimer(s.pace.linger)
		defer t.Stop()
		select {
		case <-old.gone:
		case <-t.C:
		case <-ctx.Done():
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.pace.drain)
	defer cancel()
	old.retire(ctx)
}

// reopen tries until a connection has said hello. It is nil when ctx ends.
func (s *sockets) reopen(ctx context.Context) *connection {
	select {
	case s.opening <- struct{}{}:
	case <-ctx.Done():
		return nil
	}
	defer func() { <-s.opening }()
	if err := s.early; err != nil {
		s.early = nil
		if !s.pause(ctx, 0, s.token(), err) {
			return nil
		}
	}
	for try := 0; ; try++ {
		token := s.token()
		c, err := s.connect(ctx)
		if err == nil {
			s.mended(ctx)
			return c
		}
		if ctx.Err() != nil {
			return nil
		}
		s.failed(ctx, err)
		if !s.pause(ctx, try, token, err) {
			return nil
		}
	}
}

// pause waits before the next try: as Slack asks; slowly with a token that it
// refuses, until that has changed; else longer from try to try. It is false when
// ctx ends.
func (s *sockets) pause(ctx context.Context, try int, token string, err error) bool {
	if _, refused := errors.AsType[*RefusedError](err); refused {
		for left := jitter(s.pace.slow); left > 0 && s.token() == token; left -= s.pace.look {
			if !sleep(ctx, min(left, s.pace.look)) {
				return false
			}
		}
		return true
	}
	d := jitter(min(s.pace.first<<min(try, 16), s.pace.most))
	if e, ok := errors.AsType[*bot.Error](err); ok {
		d = max(d, e.After)
	}
	return sleep(ctx, d)
}

// jitter is between half of d and d.
func jitter(d time.Duration) time.Duration {
	return d - rand.N(d/2+1) //nolint:gosec // it spreads tries, and guards nothing
}

// sleep is false when ctx ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// failed keeps why no connection could be opened, and logs it when it is another
// reason than the last one.
func (s *sockets) failed(ctx context.Context, err error) {
	s.mu.Lock()
	known := s.fault != nil && class(s.fault) == class(err)
	s.fault = err
	up := s.delivering()
	s.mu.Unlock()
	if known {
		return
	}
	level, advice := slog.LevelWarn, "it is tried again by itself; if it stays so, guestsite doctor says what does not answer"
	if r, ok := errors.AsType[*RefusedError](err); ok {
		level, advice = slog.LevelError, r.Advice()
	}
	s.a.log.LogAttrs(ctx, level, "slack: a socket could not be opened", slog.String("error", err.Error()),
		slog.String("advice", advice), slog.Int("open", up))
}

func (s *sockets) mended(ctx context.Context) {
	s.mu.Lock()
	before := s.fault
	s.fault = nil
	s.mu.Unlock()
	if before != nil && !errors.Is(before, errNotStarted) {
		s.a.log.InfoContext(ctx, "slack: sockets can be opened again")
	}
}

// class is what makes two failures the same to who reads the log.
func class(err error) string {
	if r, ok := errors.AsType[*RefusedError](err); ok {
		return r.Code
	}
	return string(bot.CodeOf(err))
}

// check says what is wrong while no connection delivers.
func (s *sockets) check() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, refused := errors.AsType[*RefusedError](s.fault)
	switch {
	case refused:
		// Said also while a connection is left: there will be no other after it.
		return &bot.Error{Code: bot.Forbidden, Reason: bot.ReasonCredentials, Op: "slack: open a socket", Err: s.fault}
	case s.delivering() > 0:
		return nil
	case s.fault != nil:
		return down(s.fault)
	case len(s.live) > 0:
		return down(errSilent)
	}
	return down(errEnded)
}

// down is an ErrNoSocket with why.
func down(why error) error {
	code := bot.Unavailable
	if e, ok := errors.AsType[*bot.Error](why); ok {
		code = e.Code
	}
	return &bot.Error{Code: code, Op: "slack: hear what people do", Err: fmt.Errorf("%w: %w", ErrNoSocket, why)}
}

// up counts the connections that deliver.
func (s *sockets) up() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.delivering()
}

// delivering needs mu. A connection on which Slack is silent looks alive to the end,
// and nothing that is sent there arrives.
func (s *sockets) delivering() int {
	now, n := time.Now(), 0
	for c := range s.live {
		if !c.silent(now) {
			n++
		}
	}
	return n
}

// closing says whether nothing new is taken.
func (s *sockets) closing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// said notes a hello. It is false when nothing may be opened any more.
func (s *sockets) said(c *connection) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.live[c] = true
	return true
}

func (s *sockets) ended(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, c)
}

// appAPI is a client that has the app-level token, and no other.
func (s *sockets) appAPI(token string) *slack.Client {
	return slack.New("", append(s.a.apiOptions, slack.OptionAppLevelToken(token))...)
}
