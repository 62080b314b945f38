package slack

import "time"

// bucket bounds the calls of apps.connections.open: a few at once, then one in a
// while. Only the keeper that opens uses it. The limiter of x/time gives nothing back
// once a call's time has come, and a call that Slack did not see must not count.
type bucket struct {
	left   int
	size   int
	refill time.Duration
	at     time.Time // up to when it was filled
}

func newBucket(size int, refill time.Duration) bucket {
	return bucket{left: size, size: size, refill: refill, at: time.Now()}
}

// take gives how long to wait before the call that it allows.
func (b *bucket) take(now time.Time) time.Duration {
	if n := int(now.Sub(b.at) / b.refill); n > 0 {
		b.left = min(b.size, b.left+n)
		b.at = b.at.Add(time.Duration(n) * b.refill)
	}
	b.left--
	if b.left >= 0 {
		return 0
	}
	return b.at.Add(time.Duration(-b.left) * b.refill).Sub(now)
}

// back returns a call that Slack did not see.
func (b *bucket) back() { b.left++ }
