package bolt

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"guestsite/bot"
	"guestsite/store"
)

var (
	bucketMeta    = []byte("meta")
	bucketJobs    = []byte("jobs")
	bucketDue     = []byte("jobs/due")
	bucketLease   = []byte("jobs/lease")
	bucketJournal = []byte("journal")
	bucketEvents  = []byte("events")
	bucketUntil   = []byte("events/until")
)

func kindBucket(k bot.Kind) []byte { return []byte("kind/" + string(k)) }

func indexBucket(k bot.Kind, index string) []byte {
	return []byte("ix/" + string(k) + "/" + index)
}

// indexPrefix is where the entries of a value begin.
func indexPrefix(value string) []byte { return append([]byte(value), 0) }

// indexKey sorts by value, then order, then id.
func indexKey(value, order, id string) []byte {
	k := make([]byte, 0, len(value)+len(order)+len(id)+2)
	k = append(append(k, value...), 0)
	k = append(append(k, order...), 0)
	return append(k, id...)
}

// A cursor is the part of an index key behind the value.
func encodeCursor(rest []byte) bot.Cursor {
	return bot.Cursor(base64.RawURLEncoding.EncodeToString(rest))
}

func decodeCursor(c bot.Cursor) ([]byte, error) {
	rest, err := base64.RawURLEncoding.DecodeString(string(c))
	if err != nil || bytes.Count(rest, []byte{0}) != 1 {
		return nil, fmt.Errorf("cursor %q: %w", c, store.ErrInvalid)
	}
	return rest, nil
}

// timeLen is the length of a time in a key: seconds, then nanoseconds.
const timeLen = 12

// appendTime writes t so that bytes sort as times do, for every time there is.
func appendTime(b []byte, t time.Time) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(t.Unix())^1<<63)    // #nosec G115 -- the sign bit is flipped on purpose
	return binary.BigEndian.AppendUint32(b, uint32(t.Nanosecond())) // #nosec G115 -- below 1e9
}

func timeKey(t time.Time, name string) []byte {
	return append(appendTime(make([]byte, 0, timeLen+len(name)), t), name...)
}

// splitTime reads what timeKey wrote.
func splitTime(k []byte) (time.Time, []byte, error) {
	if len(k) < timeLen {
		return time.Time{}, nil, fmt.Errorf("a time of %d bytes", len(k))
	}
	sec := int64(binary.BigEndian.Uint64(k) ^ 1<<63) // #nosec G115 -- see appendTime
	return time.Unix(sec, int64(binary.BigEndian.Uint32(k[8:]))).UTC(), k[timeLen:], nil
}

// after says whether the time at the start of k is later than t.
func after(k []byte, t time.Time) bool {
	return bytes.Compare(k[:min(len(k), timeLen)], appendTime(nil, t)) > 0
}

// An entry and its payload are neighbours, so that both are on one page.
const (
	entryItself  = 0
	entryPayload = 1
)

func entryKey(p bot.Position, what byte) []byte {
	k := append([]byte(p.Part), 0)
	return append(binary.BigEndian.AppendUint64(k, uint64(max(p.Seq, 0))), what)
}

// splitEntryKey reads what entryKey wrote.
func splitEntryKey(k []byte) (p bot.Position, what byte, err error) {
	n := len(k) - 9
	if n < 2 || k[n-1] != 0 {
		return bot.Position{}, 0, fmt.Errorf("journal key of %d bytes", len(k))
	}
	seq := int64(binary.BigEndian.Uint64(k[n:])) // #nosec G115 -- written from an int64
	return bot.Position{Part: string(k[:n-1]), Seq: seq}, k[len(k)-1], nil
}
