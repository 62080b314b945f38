package bolt

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"guestsite/bot"
	"guestsite/store"
)

// Options of Open. Codec is needed, all else has a default.
type Options struct {
	Codec *store.Codec
	// Timeout is how long to wait for another process to let go of the file; 0
	// means 1 s.
	Timeout time.Duration
	// NoSync leaves out fsync: a crash of the machine then loses data. For tests.
	NoSync bool
	// Software names this program and its version, e.g. "guestsite 1.2.0". It is
	// written into the file, so that an older program can say what to use instead.
	Software string
	// Log may be nil.
	Log *slog.Logger
	// MustExist refuses to make a file where there is none.
	MustExist bool
	// opened is told when the file is open, before its lock is waited for; nil: nobody.
	opened func()
}

// DB is a [bot.Store] in a bbolt file.
type DB struct {
	db    *bbolt.DB
	codec *store.Codec

	queue   chan *task    // to the committer
	closing chan struct{} // closed by Close
	stopped chan struct{} // closed when the committer is done
	close   func() error
}

var _ bot.Store = (*DB)(nil)

// mapSize is the address space mapped at first. bbolt lets a writer wait for all
// readers when it must map more, so a slow backup could hold up every commit.
const mapSize = 1 << 30

// Open opens the file, creating it with mode 0600 when it is absent. It answers a
// *[LockedError] when another process holds it, a *[FormatError] when newer software
// wrote it, and a *[CorruptError] when it is cut off, or damaged where opening reads it;
// [Inspect] reads all of it.
func Open(path string, o Options) (*DB, error) {
	return open(path, o, currentFormat)
}

func open(path string, o Options, f format) (*DB, error) {
	if o.Codec == nil {
		return nil, errors.New("open store: a codec is needed")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Second
	}
	var opened *os.File
	opt := &bbolt.Options{
		Timeout:      o.Timeout,
		NoSync:       o.NoSync,
		FreelistType: bbolt.FreelistMapType,
		OpenFile: func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
			if o.MustExist {
				flag &^= os.O_CREATE
			}
			opened, err = os.OpenFile(name, flag, mode) //nolint:gosec // the operator names the file
			if o.opened != nil {
				o.opened()
			}
			if err == nil && cutOff(opened) {
				return nil, errors.Join(&CorruptError{path, errCutOff}, opened.Close())
			}
			return opened, err
		},
	}
	// On Windows the file would grow to this size at once.
	if runtime.GOOS != "windows" && strconv.IntSize == 64 {
		opt.InitialMmapSize = mapSize
	}
	b, err := openWriting(path, opt, func() error { return letGo(opened) })
	if err != nil {
		return nil, err
	}
	// While this waited for the lock, another file may have taken the name: that one
	// is the database, and this one an old copy.
	if !named(opened, path) {
		return nil, errors.Join(&LockedError{Path: path}, b.Close())
	}
	if err := prepareFile(b, path, o, f); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), b.Close())
	}
	// bbolt syncs the file and not its name: a new one could be gone with all that was
	// committed to it.
	if !o.NoSync {
		if err := SyncFolder(path); err != nil {
			o.Log.Warn("the name of the store's file may not outlast a crash of this machine", "path", path, "error", err)
		}
	}
	d := &DB{
		db: b, codec: o.Codec,
		queue: make(chan *task), closing: make(chan struct{}), stopped: make(chan struct{}),
	}
	d.close = sync.OnceValue(d.shut)
	go d.committer()
	return d, nil
}

// openWriting opens the file, which it closes with drop where bbolt panics over it.
func openWriting(path string, opt *bbolt.Options, drop func() error) (b *bbolt.DB, err error) {
	defer func() { // bbolt's way to say that a page is not what it must be
		if p := recover(); p != nil {
			err = errors.Join(&CorruptError{path, unreadable(p)}, drop())
		}
	}()
	b, err = bbolt.Open(path, 0o600, opt)
	_, corrupt := errors.AsType[*CorruptError](err)
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, lockedError(path)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return nil, &CorruptError{path, err}
	case err != nil && !corrupt:
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return b, err
}

// named says whether path still leads to the file.
func named(f *os.File, path string) bool {
	have, err := f.Stat()
	if err != nil {
		return false
	}
	want, err := os.Stat(path)
	return err == nil && os.SameFile(have, want)
}

func prepareFile(b *bbolt.DB, path string, o Options, f format) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &CorruptError{path, unreadable(p)}
		}
	}()
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		o.Log.Warn("the store's file can be read by other users", "path", path, "mode", info.Mode().Perm().String())
	}
	if err := f.ensure(b, path, o); err != nil {
		return err
	}
	return createBuckets(b, o.Codec.Kinds())
}

// createBuckets makes what is missing, writing nothing when nothing is.
func createBuckets(b *bbolt.DB, kinds []bot.Kind) error {
	names := [][]byte{bucketJobs, bucketDue, bucketLease, bucketJournal, bucketEvents, bucketUntil}
	for _, k := range kinds {
		names = append(names, kindBucket(k))
	}
	var missing [][]byte
	err := b.View(func(tx *bbolt.Tx) error {
		for _, n := range names {
			if tx.Bucket(n) == nil {
				missing = append(missing, n)
			}
		}
		return nil
	})
	if err != nil || len(missing) == 0 {
		return err
	}
	return b.Update(func(tx *bbolt.Tx) error {
		for _, n := range missing {
			if _, err := tx.CreateBucket(n); err != nil {
				return fmt.Errorf("create bucket %s: %w", n, err)
			}
		}
		return nil
	})
}

// Close lets the running commit end, answers [store.ErrClosed] to those that
// wait, and closes the file. It is safe to call it again.
func (d *DB) Close() error { return d.close() }

func (d *DB) shut() error {
	close(d.closing)
	<-d.stopped
	if err := d.db.Close(); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// view runs fn in a reading transaction. fn must not keep bytes of it.
func (d *DB) view(fn func(*bbolt.Tx) error) error {
	err := d.db.View(fn)
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return store.ErrClosed
	}
	return err
}
