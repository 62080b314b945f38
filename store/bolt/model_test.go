package bolt

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/store/mem"
	"guestsite/store/storetest"
)

// model plays the same random story to two stores. The memory store is written
// apart from this one and so plain that it serves as the model.
type model struct {
	t     *testing.T
	r     *rand.Rand
	now   time.Time
	a, b  bot.Store
	held  [2][]bot.Job           // claims, the same jobs in both
	chain map[string][]bot.Entry // by part
}

func TestStore_AgreesWithTheModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			codec := storetest.Codec(t)
			path := filepath.Join(t.TempDir(), "x.db")
			d, err := Open(path, Options{Codec: codec, NoSync: true})
			if err != nil {
				t.Fatal(err)
			}
			m := &model{
				t: t, r: rand.New(rand.NewPCG(seed, 1)), now: time.Unix(2e9, 0),
				a: d, b: mem.New(codec), chain: map[string][]bot.Entry{},
			}
			for range 200 {
				m.step()
			}
			if err := m.a.Close(); err != nil {
				t.Fatal(err)
			}
			if m.a, err = Open(path, Options{Codec: codec, NoSync: true}); err != nil {
				t.Fatal(err)
			}
			m.compare()
			if err := m.a.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func (m *model) step() {
	m.t.Helper()
	m.now = m.now.Add(time.Duration(m.r.IntN(20)) * time.Second)
	switch m.r.IntN(4) {
	case 0:
		m.claim()
	default:
		m.commit()
	}
	m.compare()
}

func (m *model) claim() {
	m.t.Helper()
	limit := 1 + m.r.IntN(4)
	var got [2][]bot.Job
	for i, s := range []bot.Store{m.a, m.b} {
		var err error
		if got[i], err = s.Claim(m.t.Context(), "w", m.now, 30*time.Second, limit); err != nil {
			m.t.Fatal(err)
		}
		m.held[i] = append(m.held[i], got[i]...)
	}
	if !reflect.DeepEqual(plain(got[0]), plain(got[1])) {
		m.t.Fatalf("claimed %+v, the model %+v", got[0], got[1])
	}
}

// plain is without the tokens, whose numbers are each store's own.
func plain(jobs []bot.Job) []bot.Job {
	out := append([]bot.Job(nil), jobs...)
	for i := range out {
		out[i].Lease.Token = 0
	}
	return out
}

// commit makes one change, often one to be refused, and compares the answers.
func (m *model) commit() {
	m.t.Helper()
	var ch bot.Change
	for range m.r.IntN(3) {
		p := bot.Put{
			Key: m.key(), Value: &storetest.Value{N: m.r.IntN(1000)}, Order: fmt.Sprint(m.r.IntN(3)),
			Index: map[string]string{"i": fmt.Sprint(m.r.IntN(2))},
		}
		ch.Puts = append(ch.Puts, p)
	}
	if m.r.IntN(4) == 0 {
		ch.Deletes = append(ch.Deletes, bot.Record{Key: m.key()})
	}
	for range m.r.IntN(3) {
		ch.Jobs = append(ch.Jobs, bot.Job{
			ID: m.jobID(), Kind: "k", Due: m.now.Add(time.Duration(m.r.IntN(60)-20) * time.Second),
			Payload: []byte(fmt.Sprint(m.r.IntN(1000))),
		})
	}
	if m.r.IntN(6) == 0 {
		ch.Cancel = append(ch.Cancel, m.jobID())
	}
	if m.r.IntN(3) == 0 {
		m.addEntry(&ch)
	}
	if m.r.IntN(3) == 0 {
		ch.Event = &bot.Event{Key: fmt.Sprint(m.r.IntN(30)), Until: m.now.Add(time.Hour), Answer: []byte(fmt.Sprint(m.r.IntN(9)))}
	}
	m.apply(ch)
}

func (m *model) key() bot.Key {
	return bot.Key{Kind: bot.KindRequest, ID: fmt.Sprint(m.r.IntN(6))}
}

func (m *model) jobID() string { return fmt.Sprint("j", m.r.IntN(5)) }

func (m *model) addEntry(ch *bot.Change) {
	part := fmt.Sprint("p", m.r.IntN(2))
	var seq int64
	var prev string
	if c := m.chain[part]; len(c) > 0 {
		seq, prev = c[len(c)-1].Seq, c[len(c)-1].Digest
	}
	seq += int64(m.r.IntN(10) / 9) // now and then a gap
	e := bot.Entry{
		Position: bot.Position{Part: part, Seq: seq + 1}, At: m.now.UTC(), Prev: prev,
		Digest: fmt.Sprint("d", m.r.IntN(100)), Payload: []byte("x"),
	}
	ch.Journal = append(ch.Journal, e)
}

func (m *model) apply(ch bot.Change) {
	m.t.Helper()
	var errs [2]error
	pick, outcome := -1, m.r.IntN(2)
	if n := len(m.held[0]); n > 0 && m.r.IntN(2) == 0 {
		pick = m.r.IntN(n)
	}
	wrong := m.r.IntN(8) == 0
	for i, s := range []bot.Store{m.a, m.b} {
		mine := ch
		mine.Puts = append([]bot.Put(nil), ch.Puts...)
		mine.Deletes = append([]bot.Record(nil), ch.Deletes...)
		for j := range mine.Puts {
			mine.Puts[j].Rev = m.rev(s, mine.Puts[j].Key, wrong)
		}
		for j := range mine.Deletes {
			mine.Deletes[j].Rev = m.rev(s, mine.Deletes[j].Key, wrong)
		}
		if pick >= 0 {
			mine.Finish = &bot.Finish{Job: m.held[i][pick]}
			if outcome == 1 {
				mine.Finish.Again, mine.Finish.Attempt = m.now.Add(10*time.Second), 2
			}
		}
		errs[i] = s.Commit(m.t.Context(), mine)
	}
	if a, b := fmt.Sprint(errs[0]), fmt.Sprint(errs[1]); (errs[0] == nil) != (errs[1] == nil) || !wrong && a != b {
		m.t.Fatalf("answered %v, the model %v", a, b)
	}
	if errs[0] == nil {
		for _, e := range ch.Journal {
			m.chain[e.Part] = append(m.chain[e.Part], e)
		}
	}
}

func (m *model) rev(s bot.Store, k bot.Key, wrong bool) int64 {
	m.t.Helper()
	recs, err := s.Get(m.t.Context(), k)
	if err != nil {
		m.t.Fatal(err)
	}
	if wrong {
		return recs[0].Rev + 1
	}
	return recs[0].Rev
}

// seen is all that a store shows, without the numbers of revisions.
type seen struct {
	Records []bot.Record
	Found   [][]bot.Record
	Journal []bot.Entry
	Due     time.Time
}

func (m *model) compare() {
	m.t.Helper()
	if a, b := m.look(m.a), m.look(m.b); !reflect.DeepEqual(a, b) {
		m.t.Fatalf("shows\n%+v, the model\n%+v", a, b)
	}
}

func (m *model) look(s bot.Store) (v seen) {
	m.t.Helper()
	var err error
	var keys []bot.Key
	for i := range 6 {
		keys = append(keys, bot.Key{Kind: bot.KindRequest, ID: fmt.Sprint(i)})
	}
	for i := range 30 {
		keys = append(keys, bot.Key{Kind: bot.KindEvent, ID: fmt.Sprint(i)})
	}
	if v.Records, err = s.Get(m.t.Context(), keys...); err != nil {
		m.t.Fatal(err)
	}
	noRev(v.Records)
	for i := range 4 {
		recs, _, err := s.Find(m.t.Context(), bot.Query{
			Kind: bot.KindRequest, Index: "i", Value: fmt.Sprint(i / 2), Newest: i%2 == 0,
		})
		if err != nil {
			m.t.Fatal(err)
		}
		noRev(recs)
		v.Found = append(v.Found, recs)
	}
	for e, err := range s.Journal(m.t.Context(), bot.Position{}) {
		if err != nil {
			m.t.Fatal(err)
		}
		v.Journal = append(v.Journal, e)
	}
	if v.Due, err = s.Due(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
	return v
}

func noRev(recs []bot.Record) {
	for i := range recs {
		recs[i].Rev = min(recs[i].Rev, 1)
	}
}
