package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// CopyTo writes the file at path, which no process writes to, to w: what Backup
// does where nobody has the file open. It answers a *[LockedError] when somebody has.
func CopyTo(ctx context.Context, path string, w io.Writer) error {
	b, err := openReading(path)
	if err != nil {
		return err
	}
	err = b.View(func(tx *bbolt.Tx) error {
		if stat, err := os.Stat(path); err != nil || tx.Size() > stat.Size() {
			return errors.Join(&CorruptError{path, errCutOff}, err)
		}
		_, err := tx.WriteTo(ctxWriter{ctx, w})
		return err
	})
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return errors.Join(err, b.Close())
}

// Replace puts a copy of the database at from in the place of that at path, which
// stays beside it under the name that is answered; empty when there was none. It
// holds the lock meanwhile, and answers a *[LockedError] when another process does.
//
// from is read whole and checked before anything changes. Whenever the machine
// stops, path is one of the two databases and whole.
func Replace(ctx context.Context, path, from string) (aside string, info Info, err error) {
	copied, err := copyBeside(ctx, path, from)
	if err != nil {
		return "", Info{}, fmt.Errorf("copy %s: %w", from, err)
	}
	defer func() {
		if e := os.Remove(copied); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}()
	// The copy is what is checked: from may change under our eyes.
	if info, err = Inspect(ctx, copied); err != nil {
		if c, ok := errors.AsType[*CorruptError](err); ok {
			err = &CorruptError{from, c.Err}
		}
		if f, ok := errors.AsType[*FormatError](err); ok {
			f.Path = from
		}
		return "", Info{}, err
	}
	aside, err = exchange(path, copied)
	return aside, info, err
}

// exchange lets copied take the place of path, under the lock of path.
func exchange(path, copied string) (aside string, err error) {
	release, err := keepOthersOut(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		// Nothing to keep. A link, since it does not take the place of a database
		// that came into being meanwhile.
		if err := os.Link(copied, path); err != nil {
			return "", fmt.Errorf("put the database in its place: %w", err)
		}
		return "", SyncFolder(path)
	case err != nil:
		return "", err
	}
	defer func() { err = errors.Join(err, release()) }()
	aside = path + ".before-" + time.Now().UTC().Format("20060102T150405.000")
	// The old file has two names for a moment, so that there is never none at path.
	if err := os.Link(path, aside); err != nil {
		return "", fmt.Errorf("keep the old database: %w", err)
	}
	if err := os.Rename(copied, path); err != nil {
		return "", errors.Join(fmt.Errorf("put the database in its place: %w", err), os.Remove(aside))
	}
	return aside, SyncFolder(path)
}

// keepOthersOut takes the lock of an existing file, so that no server can open it
// until release. A damaged file is no server's, and nothing but this mends it.
func keepOthersOut(path string) (release func() error, err error) {
	b, err := openReading(path)
	if _, ok := errors.AsType[*CorruptError](err); ok {
		return func() error { return nil }, nil
	}
	if err != nil {
		return nil, err
	}
	return b.Close, nil
}

// copyBeside copies from, byte by byte, into the folder of path, with mode 0600.
func copyBeside(ctx context.Context, path, from string) (name string, err error) {
	in, err := os.Open(from) //nolint:gosec // the operator names the file
	if err != nil {
		return "", err
	}
	defer func() { _ = in.Close() }()
	if stat, err := in.Stat(); err == nil && !stat.Mode().IsRegular() {
		return "", errors.New("it is no file")
	}
	out, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".restore-*") // mode 0600
	if err != nil {
		return "", err
	}
	_, err = io.Copy(ctxWriter{ctx, out}, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return "", errors.Join(err, os.Remove(out.Name()))
	}
	return out.Name(), nil
}

// SyncFolder makes the names in the folder of path last.
func SyncFolder(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	err = dir.Sync()
	return errors.Join(ignoreUnsupported(err), dir.Close())
}
