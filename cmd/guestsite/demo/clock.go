package demo

import (
	"sync"
	"time"
)

// Clock is real time plus what it was moved by.
type Clock struct {
	mu      sync.Mutex
	ahead   time.Duration
	waiting map[chan time.Time]time.Time
}

// NewClock starts at real time.
func NewClock() *Clock { return &Clock{waiting: map[chan time.Time]time.Time{}} }

// Now implements bot.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

// After implements bot.Clock: it wakes when the time has passed, or was moved past.
func (c *Clock) After(d time.Duration) <-chan time.Time {
	ch := make(chan time.Time, 1)
	c.mu.Lock()
	c.waiting[ch] = time.Now().Add(c.ahead + d)
	c.mu.Unlock()
	time.AfterFunc(d, func() { c.fire(ch) })
	return ch
}

func (c *Clock) fire(ch chan time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.waiting[ch]; ok {
		delete(c.waiting, ch)
		ch <- time.Now().Add(c.ahead)
	}
}

// Advance moves the clock ahead.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
	now := time.Now().Add(c.ahead)
	for ch, due := range c.waiting {
		if !due.After(now) {
			delete(c.waiting, ch)
			ch <- now
		}
	}
}

// Ahead is by how much it was moved.
func (c *Clock) Ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
}
