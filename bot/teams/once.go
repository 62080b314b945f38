package teams

import (
	"context"
	"maps"
	"sync"
	"time"

	"guestsite/bot"
)

// repeatTime is how long after an activity Teams may deliver it once more: the same
// click has been seen again after half a minute, under another id.
const repeatTime = 2 * time.Minute

// once keeps what is shown for one event from being shown twice, where the event is
// delivered twice and changes nothing that the engine would know it by: a form that is
// opened, or a list. It remembers in memory, so after a restart something may come
// twice. The zero value is not ready: now is needed.
type once struct {
	now   func() time.Time
	turns turns

	mu sync.Mutex
	of map[string]showing // by the event
}

type showing struct {
	form bot.Ref // that was opened; empty for anything else
	at   time.Time
}

// do runs show unless it was run for the event lately, and says whether it did. Of two
// at the same time the second waits. What failed may be tried again.
func (o *once) do(ctx context.Context, event string, show func() (form bot.Ref, err error)) (bool, error) {
	leave, err := o.turns.enter(ctx, event)
	if err != nil {
		return false, err
	}
	defer leave()
	if o.shown(event) {
		return false, nil
	}
	form, err := show()
	if err == nil {
		o.keep(event, form)
	}
	return true, err
}

func (o *once) shown(event string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, ok := o.of[event]
	return ok && o.now().Sub(s.at) < repeatTime
}

func (o *once) keep(event string, form bot.Ref) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.now()
	maps.DeleteFunc(o.of, func(_ string, s showing) bool { return now.Sub(s.at) >= repeatTime })
	if o.of == nil {
		o.of = map[string]showing{}
	}
	o.of[event] = showing{form, now}
}

// closed forgets a form that was put away unsent: its button opens it again.
func (o *once) closed(form bot.Ref) {
	o.mu.Lock()
	defer o.mu.Unlock()
	maps.DeleteFunc(o.of, func(_ string, s showing) bool { return s.form == form })
}

// onceOnly says something that cannot fail here once for an event.
func (a *Adapter) onceOnly(ctx context.Context, event string, say func()) {
	_, _ = a.showing.do(ctx, event, func() (bot.Ref, error) { say(); return "", nil }) // its time was up: nobody waits
}
