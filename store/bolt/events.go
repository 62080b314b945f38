package bolt

import (
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"guestsite/bot"
)

// getEvent answers nil when the event is not remembered.
func getEvent(tx *bbolt.Tx, key string) (*bot.Event, error) {
	b := tx.Bucket(bucketEvents).Get([]byte(key))
	if b == nil {
		return nil, nil //nolint:nilnil // absence is an answer here
	}
	until, answer, err := splitTime(b)
	if err != nil {
		return nil, fmt.Errorf("event %q: %w", key, err)
	}
	return &bot.Event{Key: key, Answer: slices.Clone(answer), Until: until}, nil
}

func putEvent(tx *bbolt.Tx, e bot.Event) error {
	value := append(appendTime(make([]byte, 0, timeLen+len(e.Answer)), e.Until), e.Answer...)
	if err := tx.Bucket(bucketEvents).Put([]byte(e.Key), value); err != nil {
		return fmt.Errorf("event %q: %w", e.Key, err)
	}
	if err := tx.Bucket(bucketUntil).Put(timeKey(e.Until, e.Key), nil); err != nil {
		return fmt.Errorf("event %q: %w", e.Key, err)
	}
	return nil
}

// expireEvents forgets up to limit events whose time is at or before now.
func expireEvents(tx *bbolt.Tx, now time.Time, limit int) error {
	until := tx.Bucket(bucketUntil)
	var keys [][]byte
	c := until.Cursor()
	for k, _ := c.First(); k != nil && !after(k, now) && len(keys) < limit; k, _ = c.Next() {
		keys = append(keys, slices.Clone(k))
	}
	events := tx.Bucket(bucketEvents)
	for _, k := range keys {
		if err := until.Delete(k); err != nil {
			return fmt.Errorf("forget event: %w", err)
		}
		if err := events.Delete(k[timeLen:]); err != nil {
			return fmt.Errorf("forget event: %w", err)
		}
	}
	return nil
}
