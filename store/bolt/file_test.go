package bolt

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"guestsite/bot"
	"guestsite/store/storetest"
)

func options(tb testing.TB) Options {
	tb.Helper()
	return Options{Codec: storetest.Codec(tb), NoSync: true, Timeout: 10 * time.Millisecond, Software: "guestsite 1.2.3"}
}

func TestOpen_LockedFileNamesTheOtherProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	first, err := Open(path, options(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	_, err = Open(path, options(t))
	locked, ok := errors.AsType[*LockedError](err)
	if !ok || locked.Path != path {
		t.Fatalf("got %v, want a LockedError", err)
	}
	if runtime.GOOS == "linux" && locked.PID != os.Getpid() {
		t.Errorf("held by %d, want %d", locked.PID, os.Getpid())
	}
	if runtime.GOOS == "linux" && !strings.Contains(err.Error(), locked.Command) || locked.PID != 0 && locked.Command == "" {
		t.Errorf("the message names nobody: %v", err)
	}
}

func TestOpen_FileIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no such modes on Windows")
	}
	path := filepath.Join(t.TempDir(), "x.db")
	var log bytes.Buffer
	o := options(t)
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	reopen(t, path, o)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v, want 0600", info.Mode(), err)
	}
	if log.Len() != 0 {
		t.Errorf("logged %s", &log)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	reopen(t, path, o)
	if !strings.Contains(log.String(), "read by other users") {
		t.Errorf("a file that all can read was opened without a word: %s", &log)
	}
}

func reopen(t *testing.T, path string, o Options) {
	t.Helper()
	d, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpen_NewerFormatIsRefusedWithWhatToUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	newer := options(t)
	newer.Software = "guestsite 9.1.0"
	d, err := open(path, newer, format{number: 9})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	before := read(t, path)
	_, err = Open(path, options(t))
	f, ok := errors.AsType[*FormatError](err)
	if !ok || *f != (FormatError{Path: path, Have: 9, Know: currentFormat.number, Software: "guestsite 9.1.0"}) {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(err.Error(), "use guestsite 9.1.0 or newer") {
		t.Errorf("the message does not say what to use: %v", err)
	}
	if !bytes.Equal(before, read(t, path)) {
		t.Error("the refused file was changed")
	}
}

func TestOpen_OlderFormatIsConvertedAfterACopy(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	k := bot.Key{Kind: bot.KindRequest, ID: "old"}
	d, err := Open(path, options(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Commit(t.Context(), bot.Change{Puts: []bot.Put{{Key: k, Value: &storetest.Value{Name: "kept"}}}}); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}

	first := currentFormat.number
	mark := func(name string) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte("marks"))
			if err != nil {
				return err
			}
			return b.Put([]byte(name), []byte(name))
		}
	}
	broken := errors.New("cannot convert")
	next := format{number: first + 2, convert: map[int]func(*bbolt.Tx) error{
		first: mark("one"), first + 1: func(*bbolt.Tx) error { return broken },
	}}
	// A conversion that fails half-way leaves the file as it was.
	if _, err := open(path, options(t), next); !errors.Is(err, broken) {
		t.Fatalf("got %v, want the converter's error", err)
	}
	reopen(t, path, options(t))

	next.convert[first+1] = mark("two")
	d, err = open(path, options(t), next)
	if err != nil {
		t.Fatal(err)
	}
	recs, err := d.Get(t.Context(), k)
	if err != nil || recs[0].Rev == 0 {
		t.Errorf("after converting: %+v, %v", recs, err)
	}
	err = d.db.View(func(tx *bbolt.Tx) error {
		for _, name := range []string{"one", "two"} {
			if tx.Bucket([]byte("marks")).Get([]byte(name)) == nil {
				t.Errorf("step %s was left out", name)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, options(t)); err == nil {
		t.Error("the older program took the converted file")
	}
	aside := path + ".format-1"
	if info, err := os.Stat(aside); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Fatalf("the copy: %v, %v", info, err)
	}
	reopen(t, aside, options(t)) // the older program can go back to it
	left, err := filepath.Glob(aside + ".*")
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestOpen_NoWayFromAnOldFormatIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	reopen(t, path, options(t))
	if _, err := open(path, options(t), format{number: currentFormat.number + 1}); err == nil {
		t.Error("opened")
	}
	reopen(t, path, options(t))
}

func TestOpen_ForeignDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	b, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = b.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("somebody else's"))
		return err
	})
	if err := errors.Join(err, b.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, options(t)); !errors.Is(err, errForeign) {
		t.Errorf("got %v", err)
	}
}

func TestOpen_NeedsACodec(t *testing.T) {
	t.Parallel()
	if _, err := Open(filepath.Join(t.TempDir(), "x.db"), Options{}); err == nil {
		t.Error("opened")
	}
}

func TestOpen_DamagedFileIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, bytes.Repeat([]byte("no database"), 2000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, options(t)); err == nil {
		t.Error("opened")
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
