package bot

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"
)

// Store keeps everything that must survive a crash. It is safe for concurrent
// use; every backend passes all of storetest.Run.
type Store interface {
	// Get reads several records in one consistent view, in the order of keys. An
	// absent one has Rev 0 and a nil Value.
	Get(ctx context.Context, keys ...Key) ([]Record, error)
	// Find lists records of one kind by one declared index, in order, a page at a
	// time. An empty cursor means that there is no further page.
	Find(ctx context.Context, q Query) ([]Record, Cursor, error)
	// Commit applies a change wholly or not at all, durably. It answers
	// [ErrConflict] when a record was changed by another, [ErrLeaseLost] when the
	// job to finish is no longer leased by its owner, and a *[SeenError] when the
	// event was handled before; SeenError goes before ErrLeaseLost before
	// ErrConflict. When ctx ends while it waits, the change may have been applied.
	Commit(ctx context.Context, ch Change) error
	// Claim leases up to limit jobs that are due at now to owner until now+lease,
	// oldest due first. A lease that ran out is claimed again. The store has no
	// clock: leases run out, and events are forgotten, at the times given here.
	Claim(ctx context.Context, owner string, now time.Time, lease time.Duration, limit int) ([]Job, error)
	// Due says when Claim next has something to give: the earliest due time of a
	// waiting job or end of a lease; zero when there is no job.
	Due(ctx context.Context) (time.Time, error)
	// Journal reads entries from a position on, that one included: all of one part
	// in their order, parts in the order of their names.
	Journal(ctx context.Context, from Position) iter.Seq2[Entry, error]
	// Backup writes a copy that the same backend can open, while in use.
	Backup(ctx context.Context, w io.Writer) error
	Close() error
}

// Limits of one [Change], so that every backend can hold it.
const (
	MaxChangeOps  = 100
	MaxChangeSize = 1 << 20 // bytes, encoded
)

// The answers of Commit that a caller acts on.
var (
	ErrConflict  = errors.New("the record was changed by another")
	ErrLeaseLost = errors.New("the job's lease was lost")
	ErrTooLarge  = errors.New("the change is too large")
)

// SeenError says that the event was handled before, with the answer given then.
type SeenError struct{ Answer []byte }

func (*SeenError) Error() string { return "the event was seen before" }

// Kind is a kind of record. The names are on disk.
type Kind string

// The kinds of records.
const (
	KindRequest   Kind = "request"
	KindGuest     Kind = "guest"
	KindMessage   Kind = "message"
	KindPerson    Kind = "person"
	KindLink      Kind = "link"
	KindLinkToken Kind = "link_token"
	KindSnapshot  Kind = "snapshot"
	KindPlace     Kind = "place"
	KindCounter   Kind = "counter"
	KindPause     Kind = "pause"
	KindHeld      Kind = "held"
	KindErasure   Kind = "erasure"
	KindCleared   Kind = "cleared"
	KindCut       Kind = "cut"
	// KindEvent is read only: an *[Event] by its key, with the answer given to it.
	// Written by Change.Event.
	KindEvent Kind = "event"
)

// Key names a record.
type Key struct {
	Kind Kind
	ID   string
}

// Record is a record with its revision.
type Record struct {
	Key
	// Rev is 0 for an absent record and grows with every write.
	Rev int64
	// Value is a pointer to the kind's type; the caller owns it.
	Value any
}

// Query asks for records of Kind whose index Index has Value.
type Query struct {
	Kind  Kind
	Index string
	Value string
	// After is the cursor of the page before; empty for the first.
	After Cursor
	// Limit is the page's size; 0 means 100.
	Limit int
	// Newest first instead of oldest first, by Put.Order.
	Newest bool
}

// Cursor is a place in a listing, opaque.
type Cursor string

// Put writes a record.
type Put struct {
	Key
	// Rev is the revision expected; 0 when the record must be absent.
	Rev   int64
	Value any
	// Index holds the index values under which Find lists the record; those of
	// the former revision are replaced.
	Index map[string]string
	// Order sorts within an index value, e.g. a time in a fixed-width form.
	Order string
}

// Change is what one Commit applies. Of the jobs, Finish goes first, then Cancel,
// then Jobs: a job may put itself anew, and a cancelled one be replaced.
type Change struct {
	Puts    []Put
	Deletes []Record // by Key and the Rev expected
	// Jobs are enqueued. A job whose ID is waiting already keeps the earlier due
	// time and takes the new payload; one that is running runs once more after it
	// was finished.
	Jobs []Job
	// Cancel removes waiting jobs by ID; absent ones are ignored, running ones
	// are not run again.
	Cancel []string
	// Finish is the job whose result this is; nil for none.
	Finish *Finish
	// Journal entries are appended; Seq must follow the last of the part.
	Journal []Entry
	// Erase removes the payloads of journal entries; the entries stay. Absent ones
	// are ignored.
	Erase []Position
	// Drop removes whole parts of the journal, each with all its entries up to Seq,
	// which must be the last; else ErrConflict. A part is never cut in two.
	Drop []Position
	// Event is the event that caused the change; nil for none.
	Event *Event
}

// Finish ends a job, or puts it back.
type Finish struct {
	Job Job // as claimed
	// Again, when set, puts the job back to be due then, with Attempt and
	// LastError as given.
	Again     time.Time
	Attempt   int
	LastError string
}

// Event is the key of an event with the answer given to it, kept until Until.
type Event struct {
	Key    string
	Answer []byte
	Until  time.Time
}

// Job is work to be done at a time, at least once.
type Job struct {
	ID   string
	Kind string
	// Payload is the job's own, JSON.
	Payload []byte
	Due     time.Time
	// Attempt counts the runs that did not succeed.
	Attempt   int
	LastError string
	// Lease is set by Claim.
	Lease Lease
}

// Lease is a claim on a job.
type Lease struct {
	Owner string
	Token int64 // grows with every claim of the job
	Until time.Time
}

// Position is a place in the journal.
type Position struct {
	Part string
	Seq  int64
}

// Entry is a line of the journal. Entries of a part form a chain: Digest covers
// all fields but Payload and itself, Prev is the Digest of the one before.
type Entry struct {
	Position
	At       time.Time
	Request  string
	Event    string
	Actor    string // directory id, "guestsite", or "operator:" and a name
	From, To string
	// PayloadDigest is the salted digest of Payload.
	PayloadDigest string
	Prev, Digest  string
	// Payload holds names and texts; it can be erased without breaking the chain.
	Payload []byte
}
