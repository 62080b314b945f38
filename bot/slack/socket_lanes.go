package slack

import "sync"

const (
	// maxInHand is how many envelopes are in hand at once, waiting or worked at.
	maxInHand = 256
	// maxOfOne is how many of them may be of one person.
	maxOfOne = 16
)

// lanes runs work at once for different people, and one after the other for one
// person. What is in hand is bounded; it starts a goroutine for each person that has
// something in hand.
type lanes struct {
	most, ofOne int

	mu     sync.Mutex
	inHand int
	queues map[string][]func() // the first of each is worked at
	busy   sync.WaitGroup
}

func newLanes(most, ofOne int) *lanes {
	return &lanes{most: most, ofOne: ofOne, queues: map[string][]func(){}}
}

// put queues work behind what the same person has in hand. It does not wait: it is
// false where there is no room.
func (l *lanes) put(who string, work func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	q := l.queues[who]
	if l.inHand >= l.most || len(q) >= l.ofOne {
		return false
	}
	l.inHand++
	l.queues[who] = append(q, work)
	if len(q) == 0 {
		l.busy.Go(func() { l.run(who, work) })
	}
	return true
}

// run works until the person has nothing in hand.
func (l *lanes) run(who string, work func()) {
	for work != nil {
		work()
		work = l.next(who)
	}
}

func (l *lanes) next(who string) func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inHand--
	q := l.queues[who][1:]
	if len(q) == 0 {
		delete(l.queues, who)
		return nil
	}
	l.queues[who] = q
	return q[0]
}

// wait waits for what is in hand; nothing may be put meanwhile.
func (l *lanes) wait() { l.busy.Wait() }
