package bot

import (
	"context"
	"sync"
	"time"
)

// helpers are who in IT can help, by name, for the texts. They are read by jobs
// only, so that nobody waits for the directory before an answer.
type helpers struct {
	mu    sync.Mutex
	names []string
	at    time.Time
}

// helpersLife is how long their names are good; nothing depends on them.
const helpersLife = time.Hour

// known gives the names that were read last; none before.
func (h *helpers) known() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.names
}

// whoHelps reads the admins' names where they are old. Without them the texts
// say "IT".
func (e *Engine) whoHelps(ctx context.Context) {
	h := &e.helpers
	h.mu.Lock()
	old := h.at.IsZero() || e.Clock.Now().Sub(h.at) > helpersLife
	h.mu.Unlock()
	if !old {
		return
	}
	people, err := e.listed(ctx, e.Settings.Admins)
	if err != nil {
		e.Log.InfoContext(ctx, "admins' names not read", "error", err)
		return
	}
	var names []string
	for _, p := range people {
		names = append(names, p.Name)
	}
	h.mu.Lock()
	h.names, h.at = names, e.Clock.Now()
	h.mu.Unlock()
}
