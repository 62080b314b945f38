// Package mem keeps everything in memory, for tests. It follows the same rules
// as the other backends and writes records through the same codec, so no value
// is ever shared with a caller. It is plain and slow: Find looks at every record.
package mem

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"guestsite/bot"
	"guestsite/store"
)

// Disk holds what outlives a DB, as a disk outlives a process. It is safe for
// concurrent use.
type Disk struct {
	codec *store.Codec

	mu      sync.Mutex
	records map[bot.Key]row
	jobs    map[string]store.Job
	journal map[string][]store.PreparedEntry // by part
	events  map[string]bot.Event
	serial  int64 // the last revision or token given
}

type row struct {
	Rev   int64
	Index []store.IndexValue
	Order string
	Data  []byte
}

// NewDisk makes an empty disk.
func NewDisk(codec *store.Codec) *Disk {
	return &Disk{
		codec:   codec,
		records: map[bot.Key]row{},
		jobs:    map[string]store.Job{},
		journal: map[string][]store.PreparedEntry{},
		events:  map[string]bot.Event{},
	}
}

// Open opens the disk. A DB that was opened before stays usable.
func (k *Disk) Open() *DB { return &DB{disk: k} }

// New makes a store on a disk of its own.
func New(codec *store.Codec) *DB { return NewDisk(codec).Open() }

// DB is a [bot.Store] in memory.
type DB struct {
	disk   *Disk
	closed bool // under disk.mu
}

var _ bot.Store = (*DB)(nil)

// begin locks the disk for a call, unless the call is to be refused.
func (d *DB) begin(ctx context.Context, op string) (*Disk, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	d.disk.mu.Lock()
	if d.closed {
		d.disk.mu.Unlock()
		return nil, fmt.Errorf("%s: %w", op, store.ErrClosed)
	}
	return d.disk, nil
}

// Close ends the use of the DB; its disk stays.
func (d *DB) Close() error {
	d.disk.mu.Lock()
	defer d.disk.mu.Unlock()
	d.closed = true
	return nil
}

// Get reads records; see [bot.Store].
func (d *DB) Get(ctx context.Context, keys ...bot.Key) ([]bot.Record, error) {
	k, err := d.begin(ctx, "get")
	if err != nil {
		return nil, err
	}
	defer k.mu.Unlock()
	records := make([]bot.Record, len(keys))
	for i, key := range keys {
		if err := k.codec.CheckKey(key); err != nil {
			return nil, fmt.Errorf("get: %w", err)
		}
		if records[i], err = k.get(key); err != nil {
			return nil, fmt.Errorf("get: %w", err)
		}
	}
	return records, nil
}

func (k *Disk) get(key bot.Key) (bot.Record, error) {
	rec := bot.Record{Key: key}
	if key.Kind == bot.KindEvent {
		if e, ok := k.events[key.ID]; ok {
			e.Answer = slices.Clone(e.Answer)
			rec.Rev, rec.Value = 1, &e
		}
		return rec, nil
	}
	r, ok := k.records[key]
	if !ok {
		return rec, nil
	}
	v, err := k.codec.Decode(key.Kind, r.Data)
	if err != nil {
		return rec, fmt.Errorf("%s %q: %w", key.Kind, key.ID, err)
	}
	rec.Rev, rec.Value = r.Rev, v
	return rec, nil
}

// Find lists records; see [bot.Store].
func (d *DB) Find(ctx context.Context, q bot.Query) ([]bot.Record, bot.Cursor, error) {
	k, err := d.begin(ctx, "find")
	if err != nil {
		return nil, "", err
	}
	defer k.mu.Unlock()
	if err := k.codec.CheckQuery(q); err != nil {
		return nil, "", err
	}
	if q.After != "" && strings.Count(string(q.After), "\x00") != 1 {
		return nil, "", fmt.Errorf("cursor %q: %w", q.After, store.ErrInvalid)
	}
	var found []string // order 0 id, which is also the cursor
	want := store.IndexValue{Name: q.Index, Value: q.Value}
	for key, r := range k.records {
		if key.Kind == q.Kind && slices.Contains(r.Index, want) {
			found = append(found, r.Order+"\x00"+key.ID)
		}
	}
	slices.Sort(found)
	if q.Newest {
		slices.Reverse(found)
	}
	if q.Limit == 0 {
		q.Limit = 100
	}
	var records []bot.Record
	for _, place := range found {
		passed := place <= string(q.After)
		if q.Newest {
			passed = place >= string(q.After)
		}
		if q.After != "" && passed {
			continue
		}
		if len(records) == q.Limit {
			return records, placeOf(k, records[len(records)-1].Key), nil
		}
		_, id, _ := strings.Cut(place, "\x00")
		rec, err := k.get(bot.Key{Kind: q.Kind, ID: id})
		if err != nil {
			return nil, "", fmt.Errorf("find: %w", err)
		}
		records = append(records, rec)
	}
	return records, "", nil
}

func placeOf(k *Disk, key bot.Key) bot.Cursor {
	return bot.Cursor(k.records[key].Order + "\x00" + key.ID)
}

// Claim leases jobs; see [bot.Store].
func (d *DB) Claim(ctx context.Context, owner string, now time.Time, lease time.Duration, limit int) ([]bot.Job, error) {
	if owner == "" || lease <= 0 {
		return nil, fmt.Errorf("claim for %q and %v: %w", owner, lease, store.ErrInvalid)
	}
	k, err := d.begin(ctx, "claim")
	if err != nil {
		return nil, err
	}
	defer k.mu.Unlock()
	if limit <= 0 {
		return nil, nil
	}
	now = store.Time(now)
	maps.DeleteFunc(k.events, func(_ string, e bot.Event) bool { return !e.Until.After(now) })
	var due []store.Job
	for _, j := range k.jobs {
		if j.Leased() && !j.Lease.Until.After(now) {
			left, keep := j.Expire(now)
			k.replaceJob(j.ID, left, keep)
			if !keep {
				continue
			}
			j = left
		}
		if !j.Leased() && !j.Due.After(now) {
			due = append(due, j)
		}
	}
	slices.SortFunc(due, func(a, b store.Job) int {
		return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.ID, b.ID))
	})
	var jobs []bot.Job
	for _, j := range due[:min(limit, len(due))] {
		k.serial++
		j = j.Claim(bot.Lease{Owner: owner, Token: k.serial, Until: now.Add(lease)})
		k.jobs[j.ID] = j
		jobs = append(jobs, j.Out())
	}
	return jobs, nil
}

// Due says when Claim next has something to give; see [bot.Store].
func (d *DB) Due(ctx context.Context) (time.Time, error) {
	k, err := d.begin(ctx, "due")
	if err != nil {
		return time.Time{}, err
	}
	defer k.mu.Unlock()
	var due time.Time
	for _, j := range k.jobs {
		at := j.Due
		if j.Leased() {
			at = j.Lease.Until
		}
		if due.IsZero() || at.Before(due) {
			due = at
		}
	}
	return due, nil
}

// dump is a disk as Backup writes it.
type dump struct {
	Records []dumpRow
	Jobs    []store.Job
	Journal map[string][]store.PreparedEntry
	Events  []bot.Event
	Serial  int64
}

type dumpRow struct {
	Key bot.Key
	Row row
}

// Backup writes the disk; see [Restore].
func (d *DB) Backup(ctx context.Context, w io.Writer) error {
	k, err := d.begin(ctx, "backup")
	if err != nil {
		return err
	}
	all := dump{Journal: k.journal, Serial: k.serial}
	for key, r := range k.records {
		all.Records = append(all.Records, dumpRow{key, r})
	}
	all.Jobs = slices.Collect(maps.Values(k.jobs))
	all.Events = slices.Collect(maps.Values(k.events))
	b, err := json.Marshal(all)
	k.mu.Unlock()
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if _, err := io.Copy(w, bytes.NewReader(b)); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// Restore makes a disk of what Backup wrote.
func Restore(codec *store.Codec, r io.Reader) (*Disk, error) {
	var all dump
	if err := json.NewDecoder(r).Decode(&all); err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	k := NewDisk(codec)
	k.serial = all.Serial
	for _, r := range all.Records {
		k.records[r.Key] = r.Row
	}
	for _, j := range all.Jobs {
		k.jobs[j.ID] = j
	}
	for _, e := range all.Events {
		k.events[e.Key] = e
	}
	maps.Copy(k.journal, all.Journal)
	return k, nil
}
