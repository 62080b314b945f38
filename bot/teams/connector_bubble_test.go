package teams

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
)

// pipes is a network of pipes: a bubble's clock stands still for sockets.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return pipeAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "example.com" }

// inBubble is what a test in a bubble has.
type inBubble struct {
	t *testing.T
	s *connService
	c *connector
}

// bubble runs a test with a connector service in a bubble of time. That every
// goroutine and connection is gone at the end is checked by synctest.
func bubble(t *testing.T, answer http.HandlerFunc, f func(b inBubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		s := &connService{answer: answer}
		s.Server = httptest.NewUnstartedServer(s)
		if err := s.Listener.Close(); err != nil {
			t.Fatal(err)
		}
		s.Listener = p
		s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		s.StartTLS()
		h := s.Client()
		tr, ok := h.Transport.(*http.Transport)
		if !ok {
			t.Fatal("no transport")
		}
		tr.DialContext = p.dial
		c := connectTo(s, h)
		f(inBubble{t, s, c})
		c.turns.mu.Lock()
		if n := len(c.turns.of); n > 0 {
			t.Errorf("%d turns are kept", n)
		}
		c.turns.mu.Unlock()
		if n := len(c.slots); n > 0 {
			t.Errorf("%d slots are kept", n)
		}
		synctest.Wait() // for connections that were sought and not needed
		tr.CloseIdleConnections()
		synctest.Wait()
		s.Close()
	})
}
