package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	maxStreams  = 8                      // open pages; one more is refused
	lookEvery   = 100 * time.Millisecond // how often the fakes are looked at while a page is open
	quietAfter  = 30                     // looks at which nothing was new; from then on
	quietEvery  = 4                      // only one in so many, since all that there is gets read
	beatEvery   = 15 * time.Second
	sendTimeout = 10 * time.Second
)

// hub tells the open pages what has changed.
type hub struct {
	p     *Page
	poked chan struct{}

	mu      sync.Mutex
	streams int
	now     map[string]json.RawMessage // the newest sections; never changed, only replaced
	changed chan struct{}              // closed and replaced when now is
}

func newHub(p *Page) *hub {
	return &hub{p: p, poked: make(chan struct{}, 1), changed: make(chan struct{})}
}

// poke has it look at once.
func (h *hub) poke() {
	select {
	case h.poked <- struct{}{}:
	default:
	}
}

// run looks at the company while anybody is there to see it.
func (h *hub) run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for quiet := 0; ; quiet++ {
		select {
		case <-ctx.Done():
			return
		case <-h.poked:
			quiet = 0
		case <-tick.C:
			if quiet > quietAfter && quiet%quietEvery != 0 {
				continue
			}
		}
		h.mu.Lock()
		idle := h.streams == 0
		h.mu.Unlock()
		if !idle && h.look() {
			quiet = 0
		}
	}
}

// look reads all there is, and says whether anything is new.
func (h *hub) look() bool {
	next := h.p.sections()
	h.mu.Lock()
	defer h.mu.Unlock()
	if same(h.now, next) {
		return false
	}
	h.now = next
	close(h.changed)
	h.changed = make(chan struct{})
	return true
}

func same(a, b map[string]json.RawMessage) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range b {
		if !bytes.Equal(a[k], v) {
			return false
		}
	}
	return true
}

// join counts a stream in; false when there are too many.
func (h *hub) join() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.streams >= maxStreams {
		return false
	}
	h.streams++
	return true
}

func (h *hub) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.streams--
}

// serve is one page's stream: each event holds the sections that differ from what
// this page has; null is one that is no more. What changed twice in between is sent
// once.
func (h *hub) serve(w http.ResponseWriter, r *http.Request) {
	if !h.join() {
		http.Error(w, "the page is open too often", http.StatusServiceUnavailable)
		return
	}
	defer h.leave()
	h.look()
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	rc := http.NewResponseController(w)
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	had := map[string]json.RawMessage{}
	for {
		h.mu.Lock()
		now, changed := h.now, h.changed
		h.mu.Unlock()
		if !deliver(w, rc, difference(had, now)) {
			return
		}
		had = now
		select {
		case <-r.Context().Done():
			return
		case <-changed:
		case <-beat.C:
			if !deliver(w, rc, nil) {
				return
			}
		}
	}
}

func difference(had, now map[string]json.RawMessage) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for k, v := range now {
		if !bytes.Equal(had[k], v) {
			out[k] = v
		}
	}
	for k := range had {
		if _, there := now[k]; !there {
			out[k] = json.RawMessage("null")
		}
	}
	return out
}

// deliver writes an event, or a beat of the heart; false when the browser is gone.
func deliver(w http.ResponseWriter, rc *http.ResponseController, sections map[string]json.RawMessage) bool {
	text := ": here\n\n"
	if len(sections) > 0 {
		raw, err := json.Marshal(sections)
		if err != nil {
			return false
		}
		text = fmt.Sprintf("data: %s\n\n", raw)
	}
	_ = rc.SetWriteDeadline(time.Now().Add(sendTimeout))
	if _, err := w.Write([]byte(text)); err != nil {
		return false
	}
	return rc.Flush() == nil
}
