package bolt

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/store/storetest"
)

// filled is a closed database with a record of that name, a job and an entry.
func filled(t *testing.T, path, name string) {
	t.Helper()
	d, err := Open(path, options(t))
	if err != nil {
		t.Fatal(err)
	}
	err = d.Commit(t.Context(), bot.Change{
		Puts: []bot.Put{{Key: bot.Key{Kind: bot.KindRequest, ID: name}, Value: &storetest.Value{Name: name}}},
		Jobs: []bot.Job{{ID: "j", Kind: "k", Payload: []byte("{}"), Due: time.Unix(1, 0)}},
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
}

// compact is the text of such a database, without the room that bbolt leaves at
// the end of a file.
func compact(t *testing.T, name string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "whole.db")
	filled(t, path, name)
	var b bytes.Buffer
	if err := CopyTo(t.Context(), path, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// holds says whether the database at path has the record of that name.
func holds(t *testing.T, path, name string) bool {
	t.Helper()
	o := options(t)
	o.MustExist = true
	d, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	recs, err := d.Get(t.Context(), bot.Key{Kind: bot.KindRequest, ID: name})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	return recs[0].Rev != 0
}

func TestInspect_CountsWhatIsThere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	filled(t, path, "a")
	info, err := Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Format != currentFormat.number || info.Software != "guestsite 1.2.3" || info.Bytes != stat.Size() ||
		info.Records["request"] != 1 || info.Jobs != 1 {
		t.Errorf("found %+v", info)
	}
}

func TestInspect_DamageIsFound(t *testing.T) {
	t.Parallel()
	good := compact(t, strings.Repeat("a", 400))
	page := os.Getpagesize()
	tests := map[string]func([]byte) []byte{
		"empty":           func([]byte) []byte { return nil },
		"text":            func([]byte) []byte { return []byte(strings.Repeat("no database\n", 1000)) },
		"cut off":         func(b []byte) []byte { return b[:len(b)/2] },
		"both heads gone": func(b []byte) []byte { clear(b[:2*page]); return b },
		"pages gone":      func(b []byte) []byte { clear(b[2*page:]); return b },
		"pages full of ones": func(b []byte) []byte {
			for i := 2 * page; i < len(b); i++ {
				b[i] = 0xff
			}
			return b
		},
	}
	for name, damage := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "x.db")
			if err := os.WriteFile(path, damage(bytes.Clone(good)), 0o600); err != nil {
				t.Fatal(err)
			}
			info, err := Inspect(t.Context(), path)
			if _, ok := errors.AsType[*CorruptError](err); !ok {
				t.Errorf("found %+v, error %v, want a CorruptError", info, err)
			}
		})
	}
}

// What is opened to be written is damaged too now and then: that is said, and kills
// nobody; nor is the file changed or held on to.
func TestOpen_DamageIsFound(t *testing.T) {
	t.Parallel()
	good := compact(t, strings.Repeat("a", 400))
	page := os.Getpagesize()
	for name, damage := range map[string]func([]byte) []byte{
		"text":               func([]byte) []byte { return []byte(strings.Repeat("no database\n", 1000)) },
		"cut off":            func(b []byte) []byte { return b[:len(b)/2] },
		"cut off at a head":  func(b []byte) []byte { return b[:2*page] },
		"both heads gone":    func(b []byte) []byte { clear(b[:2*page]); return b },
		"cut off, one head":  func(b []byte) []byte { clear(b[:page]); return b[:len(b)-page] },
		"pages gone":         func(b []byte) []byte { clear(b[2*page:]); return b },
		"pages full of ones": func(b []byte) []byte { copy(b[2*page:], bytes.Repeat([]byte{0xff}, len(b))); return b },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "x.db")
			bad := damage(bytes.Clone(good))
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				db, err := Open(path, options(t))
				if _, ok := errors.AsType[*CorruptError](err); !ok || db != nil {
					t.Fatalf("error %v, want a CorruptError", err)
				}
			}
			if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, bad) {
				t.Errorf("the file was changed, or %v", err)
			}
		})
	}
}

// Whatever single byte is changed, the check ends, and does not take the process
// with it.
func TestInspect_SurvivesAnyDamagedByte(t *testing.T) {
	t.Parallel()
	good := compact(t, "a")
	path := filepath.Join(t.TempDir(), "x.db")
	found := 0
	for at := 0; at < len(good); at += 61 {
		bad := bytes.Clone(good)
		bad[at] ^= 0xff
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Inspect(t.Context(), path); err != nil {
			found++
		}
	}
	if found == 0 {
		t.Error("no damage was ever found")
	}
}

func TestReplace_TheOldOneStaysBeside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, from := filepath.Join(dir, "x.db"), filepath.Join(t.TempDir(), "copy.db")
	filled(t, path, "old")
	filled(t, from, "new")
	before := read(t, path)
	aside, info, err := Replace(t.Context(), path, from)
	if err != nil {
		t.Fatal(err)
	}
	if info.Records["request"] != 1 || !bytes.Equal(read(t, aside), before) {
		t.Errorf("found %+v; %s is not the old database", info, aside)
	}
	if !holds(t, path, "new") || holds(t, path, "old") {
		t.Error("the new database is not in its place")
	}
	if stat, err := os.Stat(path); err != nil || stat.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v, want 0600", stat.Mode(), err)
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 2 {
		t.Errorf("left behind: %v, %v", names, err)
	}
}

func TestReplace_NothingThereIsFine(t *testing.T) {
	t.Parallel()
	path, from := filepath.Join(t.TempDir(), "x.db"), filepath.Join(t.TempDir(), "copy.db")
	filled(t, from, "new")
	if aside, _, err := Replace(t.Context(), path, from); err != nil || aside != "" {
		t.Fatalf("aside %q, %v", aside, err)
	}
	if !holds(t, path, "new") {
		t.Error("the database is not in its place")
	}
}

func TestReplace_RefusalsChangeNothing(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		from func(t *testing.T, path string)
		is   func(error) bool
	}{
		"damaged": {
			func(t *testing.T, path string) {
				t.Helper()
				text := compact(t, "new")
				if err := os.WriteFile(path, text[:len(text)/2], 0o600); err != nil {
					t.Fatal(err)
				}
			},
			func(err error) bool { _, ok := errors.AsType[*CorruptError](err); return ok },
		},
		"newer": {
			func(t *testing.T, path string) {
				t.Helper()
				d, err := open(path, options(t), format{number: 9})
				if err != nil {
					t.Fatal(err)
				}
				_ = d.Close()
			},
			func(err error) bool { _, ok := errors.AsType[*FormatError](err); return ok },
		},
		"absent": {func(t *testing.T, _ string) { t.Helper() }, func(err error) bool { return errors.Is(err, os.ErrNotExist) }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path, from := filepath.Join(dir, "x.db"), filepath.Join(t.TempDir(), "copy.db")
			filled(t, path, "old")
			before := read(t, path)
			test.from(t, from)
			_, _, err := Replace(t.Context(), path, from)
			if !test.is(err) || !strings.Contains(err.Error(), from) {
				t.Errorf("error %v, want it to be about %s", err, from)
			}
			if names, err := os.ReadDir(dir); err != nil || len(names) != 1 || !bytes.Equal(before, read(t, path)) {
				t.Errorf("something changed: %v, %v", names, err)
			}
		})
	}
}

func TestReplace_WhoeverHoldsTheFileKeepsIt(t *testing.T) {
	t.Parallel()
	path, from := filepath.Join(t.TempDir(), "x.db"), filepath.Join(t.TempDir(), "copy.db")
	filled(t, path, "old")
	filled(t, from, "new")
	d, err := Open(path, options(t))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = Replace(t.Context(), path, from)
	if _, ok := errors.AsType[*LockedError](err); !ok {
		t.Errorf("error %v, want a LockedError", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if !holds(t, path, "old") {
		t.Error("the database in use was replaced")
	}
}

// A server that waits for the lock must not go on with the file that was put aside.
func TestOpen_AFileThatLostItsNameIsNotOpened(t *testing.T) {
	t.Parallel()
	path, from := filepath.Join(t.TempDir(), "x.db"), filepath.Join(t.TempDir(), "copy.db")
	filled(t, path, "old")
	filled(t, from, "new")
	first, err := Open(path, options(t))
	if err != nil {
		t.Fatal(err)
	}
	got, waits := make(chan error, 1), make(chan struct{})
	go func() {
		o := options(t)
		o.Timeout, o.opened = 20*time.Second, func() { close(waits) }
		d, err := Open(path, o)
		if err == nil {
			_ = d.Close()
		}
		got <- err
	}()
	<-waits // for the lock
	if err := errors.Join(os.Rename(path, path+".aside"), os.Rename(from, path), first.Close()); err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[*LockedError](<-got); !ok {
		t.Error("the old file was opened")
	}
}

func TestOpen_MustExistMakesNothing(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.MustExist = true
	path := filepath.Join(t.TempDir(), "x.db")
	if _, err := Open(path, o); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want that there is no file", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it made one")
	}
}

func TestCopyTo_IsWholeAndRefusesAFileInUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, to := filepath.Join(dir, "x.db"), filepath.Join(dir, "copy.db")
	filled(t, path, "a")
	var b bytes.Buffer
	if err := CopyTo(t.Context(), path, &b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if !holds(t, to, "a") {
		t.Error("the copy lacks the record")
	}
	d, err := Open(path, options(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if _, ok := errors.AsType[*LockedError](CopyTo(t.Context(), path, &b)); !ok {
		t.Error("a file in use was copied behind its owner's back")
	}
}
