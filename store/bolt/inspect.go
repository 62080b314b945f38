package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Info is what a file holds, as [Inspect] found it.
type Info struct {
	Format   int    // of the layout
	Software string // the program that gave the file its format
	Bytes    int64
	// Records counts the records by kind; all else is counted by what it is.
	Records               map[string]int
	Jobs, Entries, Events int
}

// CorruptError says that a file is damaged, or no database at all.
type CorruptError struct {
	Path string
	Err  error
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s is no whole database: %v", e.Path, e.Err)
}

// Unwrap gives the cause.
func (e *CorruptError) Unwrap() error { return e.Err }

// inspectWait is how long Inspect waits for a writer to let go of the file.
const inspectWait = 200 * time.Millisecond

// Inspect reads a whole file that no process writes to, and changes nothing. It
// answers a *[CorruptError] for a file that is damaged, cut off or none of ours, a
// *[FormatError] for one that newer software wrote, and a *[LockedError] for one in
// use. An older format is fine: Open converts it.
func Inspect(ctx context.Context, path string) (Info, error) {
	stat, err := os.Stat(path)
	if err != nil {
		return Info{}, fmt.Errorf("inspect: %w", err)
	}
	b, err := openReading(path)
	if err != nil {
		return Info{}, err
	}
	info, err := inspect(ctx, b, path, stat.Size())
	return info, errors.Join(err, b.Close())
}

// openReading opens an existing file for reading.
func openReading(path string) (*bbolt.DB, error) {
	b, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: inspectWait, ReadOnly: true})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, lockedError(path)
	case errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("open store: %w", err)
	case err != nil:
		return nil, &CorruptError{path, err}
	}
	return b, nil
}

var errCutOff = errors.New("it is shorter than it says")

func inspect(ctx context.Context, b *bbolt.DB, path string, size int64) (info Info, err error) {
	err = b.View(func(tx *bbolt.Tx) error {
		// Before bbolt reads them: it trusts what it maps, and who reads behind the end
		// of a mapped file is killed.
		if tx.Size() > size {
			return &CorruptError{path, errCutOff}
		}
		f, err := os.Open(path) //nolint:gosec // the operator names the file
		if err != nil {
			return fmt.Errorf("inspect: %w", err)
		}
		page := int64(b.Info().PageSize)
		err = checkPages(f, page, uint64(tx.Size()/page), uint64(tx.ID())) // #nosec G115 -- both count up from 0
		if err = errors.Join(err, f.Close()); err != nil {
			return &CorruptError{path, err}
		}
		if info, err = walk(ctx, tx); err != nil {
			return damaged(ctx, path, err)
		}
		return nil
	})
	if err != nil {
		return Info{}, err
	}
	number, software, err := readMeta(b)
	switch {
	case err != nil:
		return Info{}, &CorruptError{path, err}
	case number == 0:
		return Info{}, &CorruptError{path, errForeign}
	case number > currentFormat.number:
		return Info{}, &FormatError{Path: path, Have: number, Know: currentFormat.number, Software: software}
	}
	info.Format, info.Software, info.Bytes = number, software, size
	return info, b.View(func(tx *bbolt.Tx) error {
		var first error
		for err := range tx.Check() { // to its end, or its goroutine stays
			if first == nil {
				first = err
			}
		}
		if first != nil {
			return &CorruptError{path, first}
		}
		return nil
	})
}

// damaged tells a broken file from a caller who went away.
func damaged(ctx context.Context, path string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("inspect %s: %w", path, ctx.Err())
	}
	return &CorruptError{path, err}
}

// unreadable is what bbolt says when it panics.
func unreadable(p any) error { return fmt.Errorf("a page cannot be read: %v", p) }

// walk counts what is there.
func walk(ctx context.Context, tx *bbolt.Tx) (info Info, err error) {
	defer func() { // bbolt's way to say that a page is not what it must be
		if p := recover(); p != nil {
			err = unreadable(p)
		}
	}()
	info.Records = map[string]int{}
	err = tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
		n := 0
		err := b.ForEach(func(k, _ []byte) error {
			// A payload of the journal has a key of its own beside its entry.
			if string(name) != string(bucketJournal) || len(k) > 0 && k[len(k)-1] == entryItself {
				n++
			}
			return ctx.Err()
		})
		count(&info, string(name), n)
		return err
	})
	return info, err
}

func count(info *Info, bucket string, n int) {
	switch kind, isKind := strings.CutPrefix(bucket, "kind/"); {
	case isKind && n > 0:
		info.Records[kind] = n
	case bucket == string(bucketJobs):
		info.Jobs = n
	case bucket == string(bucketEvents):
		info.Events = n
	case bucket == string(bucketJournal):
		info.Entries = n
	}
}
