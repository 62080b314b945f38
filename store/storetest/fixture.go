package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
)

// fixture is a test with its store open.
type fixture struct {
	*testing.T
	data Data
	s    bot.Store
}

func (f *fixture) open() {
	f.Helper()
	s, err := f.data.Open()
	if err != nil {
		f.Fatalf("open: %v", err)
	}
	f.s = s
}

// reopen is what a restart of the program does.
func (f *fixture) reopen() {
	f.Helper()
	if err := f.s.Close(); err != nil {
		f.Fatalf("close: %v", err)
	}
	f.open()
}

func (f *fixture) commit(ch bot.Change) {
	f.Helper()
	if err := f.s.Commit(f.Context(), ch); err != nil {
		f.Fatalf("commit: %v", err)
	}
}

// refused commits a change that must answer want and leave nothing behind.
func (f *fixture) refused(ch bot.Change, want error) {
	f.Helper()
	if err := f.s.Commit(f.Context(), ch); !errors.Is(err, want) {
		f.Fatalf("commit answered %v, want %v", err, want)
	}
}

func (f *fixture) get(keys ...bot.Key) []bot.Record {
	f.Helper()
	recs, err := f.s.Get(f.Context(), keys...)
	if err != nil {
		f.Fatalf("get: %v", err)
	}
	if len(recs) != len(keys) {
		f.Fatalf("get answered %d records for %d keys", len(recs), len(keys))
	}
	for i, k := range keys {
		r := recs[i]
		if r.Key != k {
			f.Fatalf("record %d is %v, want %v", i, r.Key, k)
		}
		if (r.Rev == 0) != (r.Value == nil) {
			f.Fatalf("record %v has revision %d and value %v", r.Key, r.Rev, r.Value)
		}
	}
	return recs
}

func (f *fixture) rev(k bot.Key) int64 {
	f.Helper()
	return f.get(k)[0].Rev
}

// value reads a record that must be there.
func (f *fixture) value(k bot.Key) *Value {
	f.Helper()
	r := f.get(k)[0]
	v, ok := r.Value.(*Value)
	if !ok {
		f.Fatalf("%v holds %T", k, r.Value)
	}
	return v
}

func (f *fixture) absent(keys ...bot.Key) {
	f.Helper()
	for _, r := range f.get(keys...) {
		if r.Rev != 0 {
			f.Errorf("%v is there", r.Key)
		}
	}
}

func (f *fixture) claim(owner string, now time.Time, lease time.Duration, limit int) []bot.Job {
	f.Helper()
	jobs, err := f.s.Claim(f.Context(), owner, now, lease, limit)
	if err != nil {
		f.Fatalf("claim: %v", err)
	}
	return jobs
}

// one claims the single job that is due.
func (f *fixture) one(owner string, now time.Time) bot.Job {
	f.Helper()
	jobs := f.claim(owner, now, time.Minute, 10)
	if len(jobs) != 1 {
		f.Fatalf("%d jobs at %v, want 1: %v", len(jobs), now, ids(jobs))
	}
	return jobs[0]
}

// none says that nothing can be claimed.
func (f *fixture) none(now time.Time) {
	f.Helper()
	if jobs := f.claim("nobody", now, time.Minute, 10); len(jobs) != 0 {
		f.Fatalf("jobs at %v: %v, want none", now, ids(jobs))
	}
}

func (f *fixture) due(want time.Time) {
	f.Helper()
	got, err := f.s.Due(f.Context())
	if err != nil {
		f.Fatalf("due: %v", err)
	}
	if !got.Equal(want) {
		f.Errorf("due at %v, want %v", got, want)
	}
}

func (f *fixture) journal(from bot.Position) []bot.Entry {
	f.Helper()
	var entries []bot.Entry
	for e, err := range f.s.Journal(f.Context(), from) {
		if err != nil {
			f.Fatalf("journal: %v", err)
		}
		entries = append(entries, e)
	}
	return entries
}

func ids(jobs []bot.Job) string {
	var all []string
	for _, j := range jobs {
		all = append(all, j.ID)
	}
	return strings.Join(all, " ")
}

func request(id string) bot.Key { return bot.Key{Kind: bot.KindRequest, ID: id} }

func put(k bot.Key, rev int64, n int) bot.Put {
	return bot.Put{Key: k, Rev: rev, Value: &Value{Name: k.ID, N: n}}
}

func job(id string, due time.Time, payload string) bot.Job {
	return bot.Job{ID: id, Kind: "post", Due: due, Payload: []byte(payload)}
}

func finish(j bot.Job) bot.Change { return bot.Change{Finish: &bot.Finish{Job: j}} }

// entry is the line that follows prev, which is empty for the first of a part.
func entry(part string, seq int64, prev string) bot.Entry {
	return bot.Entry{
		Position: bot.Position{Part: part, Seq: seq}, At: start().Add(time.Duration(seq) * time.Second),
		Request: "G-1", Event: "evt", Actor: "guestsite", From: "draft", To: "open",
		PayloadDigest: "salted", Prev: prev, Digest: part + " digest", Payload: []byte(`{"name":"Ann"}`),
	}
}
