package bot

import (
	"context"
	"strconv"
	"sync"
)

// numbers gives request numbers. It reserves a block at a time, so that
// thousands of requests a second do not race for one counter; numbers of a block
// that a stop left over are never used.
type numbers struct {
	mu         sync.Mutex
	next, last int64
}

const (
	firstNumber = 1001
	numberBlock = 64
)

var requestCounter = Key{KindCounter, "request"}

func itoa(n int) string { return strconv.Itoa(n) }

// number gives the next request number, "G-1042".
func (e *Engine) number(ctx context.Context) (string, error) {
	n := &e.numbers
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next == n.last {
		if err := again(ctx, func() error { return e.reserve(ctx, n) }); err != nil {
			return "", err
		}
	}
	id := n.next
	n.next++
	return "G-" + strconv.FormatInt(id, 10), nil
}

func (e *Engine) reserve(ctx context.Context, n *numbers) error {
	recs, err := e.Store.Get(ctx, requestCounter)
	if err != nil {
		return err
	}
	from := int64(firstNumber)
	if c, ok := recs[0].Value.(*Counter); ok && recs[0].Rev != 0 {
		from = c.Next
	}
	put := Put{Key: requestCounter, Rev: recs[0].Rev, Value: &Counter{Next: from + numberBlock}}
	if err := e.Store.Commit(ctx, Change{Puts: []Put{put}}); err != nil {
		return err
	}
	n.next, n.last = from, from+numberBlock
	return nil
}
