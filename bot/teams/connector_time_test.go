package teams

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guestsite/bot"
)

func TestConnector_ConcurrentWritesAreTriedAgain(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	bubble(t, func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) < 3 {
			connStatus(412, connError("PreconditionFailed"))(w, r)
			return
		}
		asReference(w, r)
	}, func(b inBubble) {
		t, s, c := b.t, b.s, b.c
		start := time.Now()
		if id, err := c.post(t.Context(), s.at(), outbound{Text: "x"}); err != nil || id == "" {
			t.Fatalf("%q, %v", id, err)
		}
		if d := time.Since(start); d < 3*crowdedPause/2 || d > 3*crowdedPause {
			t.Errorf("waited %v", d)
		}
		if got := s.requests(); len(got) != 3 || got[0].Body != got[2].Body {
			t.Errorf("%d requests", len(got))
		}
	})
}

func TestConnector_ConcurrentWritesAreNotTriedForEver(t *testing.T) {
	t.Parallel()
	bubble(t, connStatus(412, connError("PreconditionFailed")), func(b inBubble) {
		t, s, c := b.t, b.s, b.c
		start := time.Now()
		_, err := c.post(t.Context(), s.at(), outbound{Text: "x"})
		wantBot(t, err, bot.Error{Code: bot.Unavailable})
		if n := len(s.requests()); n != 1+crowdedTries {
			t.Errorf("%d requests", n)
		}
		if d := time.Since(start); d > 7*crowdedPause {
			t.Errorf("waited %v", d)
		}
		ctx, cancel := context.WithTimeout(t.Context(), crowdedPause/4)
		defer cancel()
		err = c.put(ctx, s.at(), "1", outbound{Text: "x"})
		wantBot(t, err, bot.Error{Code: bot.Unavailable})
		if !errors.Is(err, context.DeadlineExceeded) || len(s.requests()) != 2+crowdedTries {
			t.Errorf("%v after %d requests", err, len(s.requests()))
		}
	})
}

func TestConnector_AHangingCallEnds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		ctx  func(context.Context) (context.Context, context.CancelFunc)
		ends time.Duration
		is   error
	}{
		"by its own limit": {context.WithCancel, connectorTime, context.DeadlineExceeded},
		"by a deadline": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 50*time.Millisecond)
		}, 50 * time.Millisecond, context.DeadlineExceeded},
		"by a cancellation": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			stop := time.AfterFunc(time.Second, cancel)
			return ctx, func() { stop.Stop(); cancel() }
		}, time.Second, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
			bubble(t, hang, func(b inBubble) {
				t, s, c := b.t, b.s, b.c
				for _, put := range []bool{true, false} {
					ctx, cancel := tc.ctx(t.Context())
					start := time.Now()
					var err error
					if put {
						err = c.put(ctx, s.at(), "1", outbound{Text: "x"})
					} else {
						_, err = c.post(ctx, s.at(), outbound{Text: "x"})
					}
					cancel()
					wantBot(t, err, bot.Error{Code: bot.Unavailable, Unclear: !put})
					if d := time.Since(start); d != tc.ends || !errors.Is(err, tc.is) {
						t.Errorf("after %v: %v", d, err)
					}
				}
			})
		})
	}
}

func TestConnector_ABodyWithoutEndEnds(t *testing.T) {
	t.Parallel()
	endless := func(w http.ResponseWriter, r *http.Request) {
		chunk := []byte(strings.Repeat(" ", 4096))
		for r.Context().Err() == nil {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
	bubble(t, endless, func(b inBubble) {
		t, s, c := b.t, b.s, b.c
		_, err := c.post(t.Context(), s.at(), outbound{Text: "x"})
		wantBot(t, err, bot.Error{Code: bot.Unavailable, Unclear: true})
	})
}

func TestConnector_OneWriteAtATimeInAConversation(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	in, all, most := map[string]int{}, 0, 0
	slow := func(w http.ResponseWriter, r *http.Request) {
		conversation := strings.Split(r.URL.EscapedPath(), "/")[3]
		mu.Lock()
		if in[conversation]++; in[conversation] > 1 {
			t.Error("two writes to one conversation at once")
		}
		all++
		most = max(most, all)
		mu.Unlock()
		<-time.After(time.Second) // of the bubble
		mu.Lock()
		in[conversation]--
		all--
		mu.Unlock()
		asReference(w, r)
	}
	bubble(t, slow, func(b inBubble) {
		t, s, c := b.t, b.s, b.c
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				at := place{s.URL, fmt.Sprintf("a:%d", i%16)}
				if _, err := c.post(t.Context(), at, outbound{Text: "x"}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if d := time.Since(start); d != 4*time.Second || most != 16 {
			t.Errorf("took %v, %d at once", d, most)
		}
		in, all, most = map[string]int{}, 0, 0
		for i := range 2 * connectorSlots {
			wg.Go(func() {
				if _, err := c.post(t.Context(), place{s.URL, fmt.Sprintf("b:%d", i)}, outbound{Text: "x"}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if most != connectorSlots {
			t.Errorf("%d at once", most)
		}
	})
}

func TestConnector_WhoWaitsForHisTurnMayGiveUp(t *testing.T) {
	t.Parallel()
	slow := func(w http.ResponseWriter, r *http.Request) {
		<-time.After(10 * time.Second) // of the bubble
		asReference(w, r)
	}
	bubble(t, slow, func(b inBubble) {
		t, s, c := b.t, b.s, b.c
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := c.put(t.Context(), s.at(), "1", outbound{Text: "x"}); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.post(ctx, s.at(), outbound{Text: "x"})
		wantBot(t, err, bot.Error{Code: bot.Unavailable}) // nothing was sent
		wg.Wait()
		if n := len(s.requests()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}
