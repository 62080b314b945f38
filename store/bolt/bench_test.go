package bolt

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"guestsite/bot"
	"guestsite/store/storetest"
)

var stored = flag.Int("stored", 100_000, "the larger number of stored requests in BenchmarkStored")

// kib makes a record's text such that the record takes 1 KiB in the file.
var kib = strings.Repeat("x", 960)

// BenchmarkGroupedCommit sets commits of 1 KiB records beside bare bbolt with one
// committer goroutine, all with fsync, turn by turn in one run. "yielding" is
// bare bbolt that, as this package does, lets callers run before it takes what
// waits. "full" is a change as a click makes it: a record with two index values,
// a job, a journal entry with payload, and the event with its answer. Event keys
// count up, as Slack's trigger ids do. Ratios are to bare.
func BenchmarkGroupedCommit(b *testing.B) {
	for _, conns := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("conns=%d", conns), func(b *testing.B) {
			plain, yielding, one, full := newBare(b, false), newBare(b, true), newSynced(b), newSynced(b)
			turn := 20 * conns
			var spent [4]time.Duration
			rounds := 0
			for b.Loop() {
				from := rounds * turn
				spent[0] += parallel(conns, turn, func(i int) error { return plain.put(record(from + i)) })
				spent[3] += parallel(conns, turn, func(i int) error { return yielding.put(record(from + i)) })
				spent[1] += parallel(conns, turn, func(i int) error {
					return one.Commit(context.Background(), bot.Change{Puts: []bot.Put{{
						Key: request(from + i), Value: &storetest.Value{Name: kib},
					}}})
				})
				spent[2] += parallel(conns, turn, func(i int) error {
					return full.Commit(context.Background(), fullChange(from+i))
				})
				rounds++
			}
			n := float64(rounds * turn)
			b.ReportMetric(n/spent[0].Seconds(), "bare/s")
			b.ReportMetric(n/spent[3].Seconds(), "yielding/s")
			b.ReportMetric(n/spent[1].Seconds(), "commits/s")
			b.ReportMetric(n/spent[2].Seconds(), "full/s")
			b.ReportMetric(spent[0].Seconds()/spent[1].Seconds(), "ratio")
			b.ReportMetric(spent[0].Seconds()/spent[2].Seconds(), "full-ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// parallel runs do for n numbers on conns goroutines, each waiting for its answer.
func parallel(conns, n int, do func(int) error) time.Duration {
	begin := time.Now()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range conns {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				if err := do(int(i)); err != nil {
					panic(err)
				}
			}
		})
	}
	wg.Wait()
	return time.Since(begin)
}

func newSynced(b *testing.B) *DB {
	b.Helper()
	d, err := Open(filepath.Join(b.TempDir(), "x.db"), Options{Codec: storetest.Codec(b)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := d.Close(); err != nil {
			b.Error(err)
		}
	})
	return d
}

func request(i int) bot.Key {
	return bot.Key{Kind: bot.KindRequest, ID: fmt.Sprintf("G-%08d", i)}
}

func fullChange(i int) bot.Change {
	k := request(i)
	at := time.Unix(2e9+int64(i), 0)
	return bot.Change{
		Puts: []bot.Put{{
			Key: k, Value: &storetest.Value{Name: kib}, Order: fmt.Sprintf("%016d", i),
			Index: map[string]string{"state": "open", "requester": fmt.Sprint("user-", i%1000)},
		}},
		Jobs: []bot.Job{{ID: k.ID + "/site/1/0", Kind: "check", Due: at, Payload: []byte(`{"request":"` + k.ID + `"}`)}},
		Journal: []bot.Entry{{
			Position: bot.Position{Part: k.ID, Seq: 1}, At: at, Request: k.ID, Event: k.ID, Actor: "guestsite",
			From: "draft", To: "open", PayloadDigest: kib[:64], Digest: kib[:64], Payload: []byte(`{"name":"Ann","salt":"0123456789abcdef"}`),
		}},
		Event: &bot.Event{Key: fmt.Sprintf("slack/%013d.738474920", i), Answer: []byte(kib[:200]), Until: at},
	}
}

// bare is the least that one can do with bbolt: a goroutine that puts all values
// that wait in one transaction.
type bare struct {
	db    *bbolt.DB
	queue chan bareTask
	yield bool
}

type bareTask struct {
	key, value []byte
	done       chan error
}

func record(i int) (key, value []byte) {
	return []byte(fmt.Sprintf("G-%08d", i)), []byte(strings.Repeat("x", 1024))
}

func newBare(b *testing.B, yield bool) *bare {
	b.Helper()
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "bare.db"), 0o600, &bbolt.Options{
		FreelistType: bbolt.FreelistMapType, InitialMmapSize: mapSize,
	})
	if err != nil {
		b.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("b"))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	s := &bare{db: db, queue: make(chan bareTask), yield: yield}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for t := range s.queue {
			s.run(t)
		}
	}()
	b.Cleanup(func() {
		close(s.queue)
		<-stopped
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

func (s *bare) put(key, value []byte) error {
	done := make(chan error, 1)
	s.queue <- bareTask{key, value, done}
	return <-done
}

func (s *bare) run(t bareTask) {
	if s.yield {
		runtime.Gosched()
	}
	batch := []bareTask{t}
	for more := true; more; {
		select {
		case t := <-s.queue:
			batch = append(batch, t)
		default:
			more = false
		}
	}
	err := s.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte("b"))
		for _, t := range batch {
			if err := b.Put(t.key, t.value); err != nil {
				return err
			}
		}
		return nil
	})
	for _, t := range batch {
		t.done <- err
	}
}

// BenchmarkStored shows what more stored requests cost: reading, listing a page,
// and a full change, without fsync so that the disk does not hide it.
func BenchmarkStored(b *testing.B) {
	for _, n := range []int{1000, *stored} {
		d := openTest(b)
		fillRequests(b, d, n)
		i := 0
		pick := func() int { i += 7919; return i % n }
		b.Run(fmt.Sprintf("Get/requests=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if recs, err := d.Get(b.Context(), request(pick())); err != nil || recs[0].Rev == 0 {
					b.Fatal(recs, err)
				}
			}
		})
		b.Run(fmt.Sprintf("Find/requests=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			q := bot.Query{Kind: bot.KindRequest, Index: "state", Value: "open", Limit: 10, Newest: true}
			for b.Loop() {
				if recs, _, err := d.Find(b.Context(), q); err != nil || len(recs) != 10 {
					b.Fatal(recs, err)
				}
			}
		})
		b.Run(fmt.Sprintf("Commit/requests=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			fresh := n
			for b.Loop() {
				transition(b, d, pick(), fresh)
				fresh++
			}
			b.ReportMetric(rssAnon(b), "RssAnon-MiB")
		})
		b.Run(fmt.Sprintf("Open/requests=%d", n), func(b *testing.B) {
			path := d.db.Path()
			for b.Loop() {
				if err := d.Close(); err != nil {
					b.Fatal(err)
				}
				var err error
				if d, err = Open(path, options(b)); err != nil {
					b.Fatal(err)
				}
			}
			if err := d.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// rssAnon is the process's anonymous resident memory in MiB, without the mapped
// file; 0 where the system does not tell.
func rssAnon(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	kib, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(rest, "kB", 2)[0]))
	if err != nil {
		b.Fatalf("RssAnon: %v", err)
	}
	return float64(kib) / 1024
}

// transition reads a stored request and commits its next state with all that
// belongs to it.
func transition(b *testing.B, d *DB, i, fresh int) {
	b.Helper()
	recs, err := d.Get(b.Context(), request(i))
	if err != nil {
		b.Fatal(err)
	}
	ch := fullChange(i)
	ch.Puts[0].Rev = recs[0].Rev
	ch.Journal[0].Part = fmt.Sprintf("new-%08d", fresh)
	ch.Jobs[0].ID = fmt.Sprintf("new-%08d", fresh)
	ch.Event.Key = fmt.Sprintf("slack/new-%013d", fresh)
	if err := d.Commit(b.Context(), ch); err != nil {
		b.Fatal(err)
	}
}

func fillRequests(b *testing.B, d *DB, n int) {
	b.Helper()
	const batch = bot.MaxChangeOps / 5
	for from := 0; from < n; from += batch {
		var all bot.Change
		for i := from; i < min(n, from+batch); i++ {
			ch := fullChange(i)
			all.Puts = append(all.Puts, ch.Puts...)
			all.Jobs = append(all.Jobs, ch.Jobs...)
			all.Journal = append(all.Journal, ch.Journal...)
		}
		if err := d.Commit(b.Context(), all); err != nil {
			b.Fatal(err)
		}
	}
}
