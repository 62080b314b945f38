package teams

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"guestsite/bot"
)

func TestConnector_AResetIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	var warm atomic.Bool
	s, c := startConn(t, func(w http.ResponseWriter, r *http.Request) {
		if !warm.Swap(true) {
			asReference(w, r)
			return
		}
		panic(http.ErrAbortHandler)
	})
	if err := c.put(t.Context(), s.at(), "0", outbound{Text: "x"}); err != nil { // so that a connection is there to be used again
		t.Fatal(err)
	}
	got := allCalls(t, s, c)
	wantBot(t, got[callPost], bot.Error{Code: bot.Unavailable, Unclear: true})
	wantBot(t, got[callPut], bot.Error{Code: bot.Unavailable})
	posts := 0
	for _, r := range s.requests() {
		if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/activities") {
			posts++
		}
	}
	if posts != 1 {
		t.Errorf("a post was made %d times", posts)
	}
}

func TestConnector_NothingSentIsClear(t *testing.T) {
	t.Parallel()
	m := outbound{Text: "secret Sanne"}
	s, c := startConn(t, nil)
	for name, cl := range map[string]*http.Client{
		"unknown host": {Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Name: "secret.example.com", IsNotFound: true}}
		}}},
		"untrusted": {}, // a certificate that it does not know
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := connectTo(s, cl).post(t.Context(), s.at(), m)
			wantBot(t, err, bot.Error{Code: bot.Unavailable})
		})
	}
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		closed, c := startConn(t, nil)
		closed.Close()
		_, err := c.post(t.Context(), closed.at(), m)
		wantBot(t, err, bot.Error{Code: bot.Unavailable})
	})
	t.Run("ended", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 20 { // a free slot and the end race
			_, err := c.post(ctx, s.at(), m)
			wantBot(t, err, bot.Error{Code: bot.Unavailable})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v is not a cancellation", err)
			}
		}
	})
	t.Run("no trace", func(t *testing.T) {
		t.Parallel()
		_, err := connectTo(s, &http.Client{Transport: deafTransport{}}).post(t.Context(), s.at(), m)
		wantBot(t, err, bot.Error{Code: bot.Unavailable, Unclear: true}) // who knows
	})
}

type deafTransport struct{}

func (deafTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("secret")
}
