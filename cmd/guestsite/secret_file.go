package main

import (
	"log/slog"
	"os"
	"sync"
	"time"
)

// fileLook is how long what is known of a file holds before the file is looked at
// again.
const fileLook = time.Second

// freshFile is what a file holds, read again when the file has changed: written
// anew, replaced by another, or another behind the same link, as Kubernetes does it.
// While the file is missing or makes no sense the last good value stays. Safe for
// concurrent use.
type freshFile[T any] struct {
	path  string
	parse func([]byte) (T, error)
	log   *slog.Logger

	mu     sync.Mutex
	value  T
	looked time.Time   // when the file was looked at last
	seen   os.FileInfo // of the last read, good or not; nil: it was not there
	broken bool        // the last look found no good value; said once
}

// openFresh reads the file for the first time.
func openFresh[T any](path string, parse func([]byte) (T, error), log *slog.Logger) (*freshFile[T], error) {
	f := &freshFile[T]{path: path, parse: parse, log: log, looked: time.Now()}
	// Looked at before it is read: a change in between is seen at the next look.
	f.seen, _ = os.Stat(path)
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	f.value, err = parse(text)
	return f, err
}

// Value is the newest good one, at most fileLook old.
func (f *freshFile[T]) Value() T {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.looked) < fileLook {
		return f.value
	}
	f.looked = time.Now()
	if info, err := os.Stat(f.path); err != nil || !sameFile(f.seen, info) {
		f.read(info, err)
	}
	return f.value
}

func (f *freshFile[T]) read(info os.FileInfo, err error) {
	var value T
	if err == nil {
		var text []byte
		if text, err = readFile(f.path); err == nil {
			value, err = f.parse(text)
		}
	}
	f.seen = info
	if err != nil {
		if !f.broken {
			f.log.Error("a file cannot be used any more, and what it held before stays", "file", f.path, logError, err)
		}
		f.broken = true
		return
	}
	f.value, f.broken = value, false
	f.log.Info("a file has changed and was read again", "file", f.path)
}

// Broken says whether the file was of no use at the last look.
func (f *freshFile[T]) Broken() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.broken
}

// sameFile says whether nothing has happened to the file since old.
func sameFile(old, now os.FileInfo) bool {
	return old != nil && os.SameFile(old, now) && old.Size() == now.Size() && old.ModTime().Equal(now.ModTime())
}

// fresh gives the secret of now: that of its file, if it came from one.
func (s Secret) fresh(log *slog.Logger) (func() string, error) {
	if s.file == "" {
		return s.Reveal, nil
	}
	f, err := openFresh(s.file, func(text []byte) (Secret, error) { return parseSecret(s.file, text) }, log)
	if err != nil {
		return nil, err
	}
	return func() string { return f.Value().Reveal() }, nil
}

// freshSecrets is fresh for several.
func freshSecrets(all []Secret, log *slog.Logger) (func() []string, error) {
	sources := make([]func() string, 0, len(all))
	for _, s := range all {
		source, err := s.fresh(log)
		if err != nil {
			return nil, err
		}
		sources = append(sources, source)
	}
	return func() []string {
		values := make([]string, 0, len(sources))
		for _, source := range sources {
			values = append(values, source())
		}
		return values
	}, nil
}
