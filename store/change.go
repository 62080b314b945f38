package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"guestsite/bot"
)

// MaxName is the longest id, index value, order, journal part or event key, in bytes.
const MaxName = 1024

// The answers of a backend beside those of package bot.
var (
	// ErrInvalid says that no store would take the change or the question.
	ErrInvalid = errors.New("not valid")
	// ErrClosed says that the store was closed, before or while the caller waited.
	ErrClosed = errors.New("the store is closed")
)

// Prepared is a change that was checked as far as it can be without the store,
// encoded, and shares no memory with the caller's. Times are in UTC.
type Prepared struct {
	Puts    []PreparedPut
	Deletes []PreparedDelete
	Finish  *bot.Finish
	Cancel  []string
	Jobs    []bot.Job
	Journal []PreparedEntry
	Erase   []bot.Position
	Drop    []bot.Position
	Event   *bot.Event
	// Ops and Size are what [bot.MaxChangeOps] and [bot.MaxChangeSize] limit.
	Ops, Size int
}

// PreparedPut is a record to write.
type PreparedPut struct {
	bot.Key
	Rev   int64
	Data  []byte // envelope
	Index []IndexValue
	Order string
}

// IndexValue is the value of a record in one index. Records hold them sorted by name.
type IndexValue struct{ Name, Value string }

// PreparedDelete is a record to delete.
type PreparedDelete struct {
	bot.Key
	Rev int64
}

// PreparedEntry is a line of the journal to append.
type PreparedEntry struct {
	bot.Position
	Prev, Digest string
	Data         []byte // envelope, without the payload
	Payload      []byte
}

// Prepare checks and encodes a change. It answers [bot.ErrTooLarge] over a limit
// and [ErrInvalid] for what no backend may take: a nameless or unknown thing, the
// same record twice, a job without a due time.
func (c *Codec) Prepare(ch bot.Change) (*Prepared, error) {
	p := &Prepared{
		Ops: len(ch.Puts) + len(ch.Deletes) + len(ch.Jobs) + len(ch.Cancel) + len(ch.Journal) + len(ch.Erase) + len(ch.Drop),
	}
	if ch.Finish != nil {
		p.Ops++
	}
	if ch.Event != nil {
		p.Ops++
	}
	if p.Ops > bot.MaxChangeOps {
		return nil, fmt.Errorf("%d operations, at most %d: %w", p.Ops, bot.MaxChangeOps, bot.ErrTooLarge)
	}
	for _, step := range []func(*Prepared, bot.Change) error{
		c.prepareRecords, prepareJobs, c.prepareJournal, prepareEvent,
	} {
		if err := step(p, ch); err != nil {
			return nil, err
		}
	}
	if p.Size > bot.MaxChangeSize {
		return nil, fmt.Errorf("%d bytes, at most %d: %w", p.Size, bot.MaxChangeSize, bot.ErrTooLarge)
	}
	return p, nil
}

func (c *Codec) prepareRecords(p *Prepared, ch bot.Change) error {
	seen := make(map[bot.Key]bool, len(ch.Puts)+len(ch.Deletes))
	once := func(k bot.Key) error {
		if err := c.CheckKey(k); err != nil {
			return err
		}
		if k.Kind == bot.KindEvent {
			return fmt.Errorf("events are written by Change.Event: %w", ErrInvalid)
		}
		if seen[k] {
			return fmt.Errorf("%s %q is there twice: %w", k.Kind, k.ID, ErrInvalid)
		}
		seen[k] = true
		return nil
	}
	for _, put := range ch.Puts {
		if err := once(put.Key); err != nil {
			return err
		}
		pp, err := c.preparePut(put)
		if err != nil {
			return fmt.Errorf("put %s %q: %w", put.Kind, put.ID, err)
		}
		p.Puts = append(p.Puts, pp)
		p.Size += len(pp.ID) + len(pp.Data) + len(pp.Order)
		for _, iv := range pp.Index {
			p.Size += len(iv.Name) + len(iv.Value)
		}
	}
	for _, del := range ch.Deletes {
		if err := once(del.Key); err != nil {
			return err
		}
		p.Deletes = append(p.Deletes, PreparedDelete{Key: del.Key, Rev: del.Rev})
		p.Size += len(del.ID)
	}
	return nil
}

func (c *Codec) preparePut(put bot.Put) (PreparedPut, error) {
	if strings.IndexByte(put.Order, 0) >= 0 || len(put.Order) > MaxName {
		return PreparedPut{}, fmt.Errorf("order: %w", ErrInvalid)
	}
	pp := PreparedPut{Key: put.Key, Rev: put.Rev, Order: put.Order}
	for name, value := range put.Index {
		if err := errors.Join(checkName(name), checkValue(value)); err != nil {
			return PreparedPut{}, fmt.Errorf("index %q: %w", name, err)
		}
		pp.Index = append(pp.Index, IndexValue{Name: name, Value: value})
	}
	slices.SortFunc(pp.Index, func(a, b IndexValue) int { return strings.Compare(a.Name, b.Name) })
	var err error
	pp.Data, err = c.Encode(put.Kind, put.Value)
	return pp, err
}

func prepareJobs(p *Prepared, ch bot.Change) error {
	for _, job := range ch.Jobs {
		if err := errors.Join(checkName(job.ID), checkName(job.Kind), checkTime(job.Due)); err != nil {
			return fmt.Errorf("job %q: %w", job.ID, err)
		}
		job.Payload = slices.Clone(job.Payload)
		job.Due = Time(job.Due)
		p.Jobs = append(p.Jobs, job)
		p.Size += len(job.ID) + len(job.Kind) + len(job.Payload) + len(job.LastError)
	}
	for _, id := range ch.Cancel {
		if err := checkName(id); err != nil {
			return fmt.Errorf("cancel %q: %w", id, err)
		}
		p.Size += len(id)
	}
	p.Cancel = slices.Clone(ch.Cancel)
	if ch.Finish == nil {
		return nil
	}
	f := *ch.Finish
	if err := checkName(f.Job.ID); err != nil {
		return fmt.Errorf("finish %q: %w", f.Job.ID, err)
	}
	if !f.Again.IsZero() {
		if err := checkTime(f.Again); err != nil {
			return fmt.Errorf("finish %q: %w", f.Job.ID, err)
		}
		f.Again = Time(f.Again)
	}
	f.Job.Payload = nil
	p.Finish = &f
	p.Size += len(f.Job.ID) + len(f.LastError)
	return nil
}

func (c *Codec) prepareJournal(p *Prepared, ch bot.Change) error {
	for _, e := range ch.Journal {
		if err := checkName(e.Part); err != nil {
			return fmt.Errorf("journal part %q: %w", e.Part, err)
		}
		if e.At.IsZero() {
			return fmt.Errorf("journal %s/%d: no time: %w", e.Part, e.Seq, ErrInvalid)
		}
		e.At = Time(e.At)
		data, err := c.EncodeEntry(e)
		if err != nil {
			return fmt.Errorf("journal %s/%d: %w", e.Part, e.Seq, err)
		}
		p.Journal = append(p.Journal, PreparedEntry{
			Position: e.Position, Prev: e.Prev, Digest: e.Digest, Data: data, Payload: slices.Clone(e.Payload),
		})
		p.Size += len(data) + len(e.Payload)
	}
	return prepareCuts(p, ch)
}

// prepareCuts takes what goes out of the journal. A part that is dropped takes no
// entry in the same change.
func prepareCuts(p *Prepared, ch bot.Change) error {
	dropped := map[string]bool{}
	for _, pos := range ch.Drop {
		if err := checkName(pos.Part); err != nil || dropped[pos.Part] {
			return fmt.Errorf("drop journal part %q: %w", pos.Part, errors.Join(err, ErrInvalid))
		}
		dropped[pos.Part] = true
		p.Size += len(pos.Part)
	}
	for _, pos := range ch.Erase {
		if err := checkName(pos.Part); err != nil || dropped[pos.Part] {
			return fmt.Errorf("erase journal part %q: %w", pos.Part, errors.Join(err, ErrInvalid))
		}
		p.Size += len(pos.Part)
	}
	for _, e := range ch.Journal {
		if dropped[e.Part] {
			return fmt.Errorf("drop journal part %q and append to it: %w", e.Part, ErrInvalid)
		}
	}
	p.Erase, p.Drop = slices.Clone(ch.Erase), slices.Clone(ch.Drop)
	return nil
}

func prepareEvent(p *Prepared, ch bot.Change) error {
	if ch.Event == nil {
		return nil
	}
	e := *ch.Event
	if err := errors.Join(checkName(e.Key), checkTime(e.Until)); err != nil {
		return fmt.Errorf("event %q: %w", e.Key, err)
	}
	e.Answer, e.Until = slices.Clone(e.Answer), Time(e.Until)
	p.Event = &e
	p.Size += len(e.Key) + len(e.Answer)
	return nil
}

// CheckKey answers [ErrUnknownKind] or [ErrInvalid] for a key that no record can have.
func (c *Codec) CheckKey(k bot.Key) error {
	if _, ok := c.types[k.Kind]; (!ok && k.Kind != bot.KindEvent) || k.Kind == kindJob || k.Kind == kindEntry {
		return fmt.Errorf("kind %q: %w", k.Kind, ErrUnknownKind)
	}
	if err := checkName(k.ID); err != nil {
		return fmt.Errorf("%s %q: %w", k.Kind, k.ID, err)
	}
	return nil
}

// CheckQuery answers [ErrUnknownKind] or [ErrInvalid] for a query that no store
// can answer.
func (c *Codec) CheckQuery(q bot.Query) error {
	if err := c.CheckKey(bot.Key{Kind: q.Kind, ID: "any"}); err != nil {
		return err
	}
	if q.Kind == bot.KindEvent || q.Limit < 0 {
		return fmt.Errorf("find %s: %w", q.Kind, ErrInvalid)
	}
	if err := errors.Join(checkName(q.Index), checkValue(q.Value)); err != nil {
		return fmt.Errorf("find %s by %q: %w", q.Kind, q.Index, err)
	}
	return nil
}

// Time is t as it comes back from a store: in UTC, without a monotonic reading.
func Time(t time.Time) time.Time { return t.Round(0).UTC() }

func checkName(s string) error {
	if s == "" {
		return fmt.Errorf("no name: %w", ErrInvalid)
	}
	return checkValue(s)
}

func checkValue(s string) error {
	if len(s) > MaxName || strings.IndexByte(s, 0) >= 0 {
		return fmt.Errorf("a NUL byte, or over %d bytes: %w", MaxName, ErrInvalid)
	}
	return nil
}

// checkTime refuses what cannot be written as RFC 3339, and the zero time, which
// means "none" everywhere.
func checkTime(t time.Time) error {
	if y := t.UTC().Year(); t.IsZero() || y < 0 || y > 9999 {
		return fmt.Errorf("time %v: %w", t, ErrInvalid)
	}
	return nil
}

// Follows says whether the entry comes next in its part after last, the part's
// last entry; its Seq is 0 when the part is empty.
func (e PreparedEntry) Follows(last PreparedEntry) bool {
	return e.Seq == last.Seq+1 && e.Prev == last.Digest
}
