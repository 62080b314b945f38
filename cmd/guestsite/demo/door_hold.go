package demo

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"
)

// The answer to a click and an edit of its card take two ways to the window. Teams
// asks for a card anew when it was edited; the Playground does not, and when the
// edit is drawn first the answer stays over it for good.
const (
	settles  = 300 * time.Millisecond // after the answer, until it is drawn
	longHeld = 5 * time.Second        // no edit waits longer
)

// holds keeps edits of a card back while a click on it is answered. The zero value
// is ready.
type holds struct {
	mu sync.Mutex
	of map[string]chan struct{}
}

// begin holds a card; end lets it go a while after it was called.
func (h *holds) begin(card string) (end func()) {
	done := make(chan struct{})
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.of == nil {
		h.of = map[string]chan struct{}{}
	}
	h.of[card] = done
	return func() {
		time.AfterFunc(settles, func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			close(done)
			if h.of[card] == done {
				delete(h.of, card)
			}
		})
	}
}

// wait returns when a card is not held, or for too long already.
func (h *holds) wait(ctx context.Context, card string) {
	ctx, cancel := context.WithTimeout(ctx, longHeld)
	defer cancel()
	for ctx.Err() == nil {
		h.mu.Lock()
		done := h.of[card]
		h.mu.Unlock()
		if done == nil {
			return
		}
		select {
		case <-done:
		case <-ctx.Done():
		}
	}
}

// clicked names the card of a click; false for any other activity.
func clicked(at string, activity map[string]json.RawMessage) (string, bool) {
	var kind, id string
	_ = json.Unmarshal(activity["type"], &kind)
	_ = json.Unmarshal(activity["replyToId"], &id)
	return at + " " + id, kind == "invoke" && id != ""
}

// edited names the card of an edit, as clicked does; false for any other call.
func edited(at string, r *http.Request) (string, bool) {
	id, err := url.PathUnescape(path.Base(r.URL.EscapedPath()))
	return at + " " + id, err == nil && r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/activities/")
}
