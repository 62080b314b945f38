package bot_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
)

// tampered is a store whose journal was changed behind its back: alter gives an
// entry as it is read now, and false where it is gone.
type tampered struct {
	bot.Store
	alter func(bot.Entry) (bot.Entry, bool)
}

func (s tampered) Journal(ctx context.Context, from bot.Position) iter.Seq2[bot.Entry, error] {
	return func(yield func(bot.Entry, error) bool) {
		for e, err := range s.Store.Journal(ctx, from) {
			if err == nil {
				var there bool
				if e, there = s.alter(e); !there {
					continue
				}
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// told is a world with two requests, of which one ended and one runs.
func told(t *testing.T) (*bottest.Bench, string) {
	t.Helper()
	b := bench(t)
	add(b, "mehmet", anna+", bob@fabrikam.com", card.FieldDays, "30")
	id := b.Request().ID
	b.Advance(31 * day)
	add(b, "sanne", "jan@fabrikam.com")
	return b, id
}

func TestVerifyJournal_OfAWholeJournalFindsNothing(t *testing.T) {
	t.Parallel()
	b, id := told(t)
	ctx := t.Context()
	all, err := bot.VerifyJournal(ctx, b.Store, "")
	if err != nil || len(all.Damaged) > 0 || all.Requests != 2 || all.Entries != len(b.Journal()) || all.Erased != 0 {
		t.Fatalf("%+v, %v", all, err)
	}
	one, err := bot.VerifyJournal(ctx, b.Store, id)
	if err != nil || len(one.Damaged) > 0 || one.Requests != 1 || one.Entries == 0 || one.Entries >= all.Entries {
		t.Errorf("%+v, %v", one, err)
	}
	if _, err := bot.VerifyJournal(ctx, b.Store, "G-9"); bot.CodeOf(err) != bot.NotFound {
		t.Errorf("of no request: %v", err)
	}
	forget(b, "anna@fabrikam.com")
	erased, err := bot.VerifyJournal(ctx, b.Store, "")
	if err != nil || len(erased.Damaged) > 0 || erased.Erased == 0 {
		t.Errorf("after somebody was forgotten: %+v, %v", erased, err)
	}
}

func TestVerifyJournal_HoldsOverRetention(t *testing.T) {
	t.Parallel()
	b, id := told(t)
	cleaned(b, 420*day)
	v, err := bot.VerifyJournal(t.Context(), b.Store, "")
	if err != nil || len(v.Damaged) > 0 {
		t.Fatalf("after the records went: %+v, %v", v, err)
	}
	if has(b, bot.KindRequest, id) {
		t.Fatal("the request is still there")
	}
	drop := func(part string, seq int64) tampered {
		return tampered{b.Store, func(e bot.Entry) (bot.Entry, bool) { return e, e.Part != part || seq != 0 && e.Seq < seq }}
	}
	for name, s := range map[string]tampered{"a guest's": drop(id+"/g2", 0), "its end": drop(id, 3), "all": {b.Store, func(e bot.Entry) (bot.Entry, bool) { return e, e.Request != id }}} {
		if v, err := bot.VerifyJournal(t.Context(), s, ""); err != nil || len(v.Damaged) == 0 || v.Damaged[0].Request != id {
			t.Errorf("%s is missing of a request that was deleted: %+v, %v", name, v, err)
		}
	}
	b.Advance(8 * 365 * day)
	v, err = bot.VerifyJournal(t.Context(), b.Store, "")
	if err != nil || len(v.Damaged) > 0 || v.Cut.Requests == 0 {
		t.Errorf("after the journal was cut: %+v, %v", v, err)
	}
}

// Whatever is changed is named by request and entry.
func TestVerifyJournal_NamesADamagedEntry(t *testing.T) {
	t.Parallel()
	b, id := told(t)
	at := func(part string, seq int64, change func(*bot.Entry)) func(bot.Entry) (bot.Entry, bool) {
		return func(e bot.Entry) (bot.Entry, bool) {
			if e.Part == part && e.Seq == seq {
				change(&e)
				return e, e.Digest != "gone"
			}
			return e, true
		}
	}
	forged := func(e *bot.Entry) { e.Actor = "u-eve"; e.Digest = e.Sum() } // with a digest that fits
	for name, tc := range map[string]struct {
		alter func(bot.Entry) (bot.Entry, bool)
		part  string
		entry int64
	}{
		"another actor":           {at(id, 2, func(e *bot.Entry) { e.Actor = "u-eve" }), id, 2},
		"an actor and its digest": {at(id, 2, forged), id, 3},
		"the last one forged":     {at(id+"/g1", lastOf(b, id+"/g1"), forged), id + "/g1", lastOf(b, id+"/g1")},
		"another event":           {at(id+"/g1", 1, func(e *bot.Entry) { e.Event = "declined" }), id + "/g1", 1},
		"another time":            {at(id, 1, func(e *bot.Entry) { e.At = e.At.Add(1) }), id, 1},
		"another payload":         {at(id+"/g1", 1, func(e *bot.Entry) { e.Payload = []byte(`{"text":"x"}`) }), id + "/g1", 1},
		"a payload from nowhere":  {at(id, 1, func(e *bot.Entry) { e.Payload = []byte(`{}`) }), id, 1},
		"one in the middle gone":  {at(id, 2, func(e *bot.Entry) { e.Digest = "gone" }), id, 3},
		"the first gone":          {at(id, 1, func(e *bot.Entry) { e.Digest = "gone" }), id, 2},
		"the last gone":           {at(id, lastOf(b, id), func(e *bot.Entry) { e.Digest = "gone" }), id, lastOf(b, id)},
		"a whole guest gone":      {func(e bot.Entry) (bot.Entry, bool) { return e, e.Part != id+"/g2" }, id + "/g2", 1},
		"all of it gone":          {func(e bot.Entry) (bot.Entry, bool) { return e, e.Request != id }, id, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := bot.VerifyJournal(t.Context(), tampered{b.Store, tc.alter}, "")
			if err != nil || len(v.Damaged) == 0 {
				t.Fatalf("not seen: %+v, %v", v, err)
			}
			if d := v.Damaged[0]; d.Request != id || d.Part != tc.part || d.Entry != tc.entry || d.What == "" {
				t.Errorf("named as %+v, want %s entry %d", d, tc.part, tc.entry)
			}
			for _, d := range v.Damaged {
				if d.Request != id {
					t.Errorf("another request is named: %+v", d)
				}
			}
		})
	}
}

// hidden is a store that has lost a record.
type hidden struct {
	bot.Store
	key bot.Key
}

func (s hidden) Get(ctx context.Context, keys ...bot.Key) ([]bot.Record, error) {
	recs, err := s.Store.Get(ctx, keys...)
	for i := range recs {
		if recs[i].Key == s.key {
			recs[i] = bot.Record{Key: s.key}
		}
	}
	return recs, err
}

func (s hidden) Find(ctx context.Context, q bot.Query) ([]bot.Record, bot.Cursor, error) {
	recs, next, err := s.Store.Find(ctx, q)
	return slices.DeleteFunc(recs, func(r bot.Record) bool { return r.Key == s.key }), next, err
}

// A record that was taken away does not take its journal along.
func TestVerifyJournal_SeesThatARecordIsGone(t *testing.T) {
	t.Parallel()
	b, id := told(t)
	for _, tc := range []struct {
		key  bot.Key
		part string
	}{{bot.Key{Kind: bot.KindRequest, ID: id}, id}, {bot.Key{Kind: bot.KindGuest, ID: id + "/g2"}, id + "/g2"}} {
		v, err := bot.VerifyJournal(t.Context(), hidden{b.Store, tc.key}, "")
		if err != nil || len(v.Damaged) != 1 || v.Damaged[0].Part != tc.part {
			t.Errorf("%v: %+v, %v", tc.key, v, err)
		}
	}
}

// What is written while it is read is no damage: it is read again.
func TestVerifyJournal_ReadsAgainWhatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	b, id := told(t)
	last, seen := lastOf(b, id), 0
	late := tampered{b.Store, func(e bot.Entry) (bot.Entry, bool) {
		if e.Part != id || e.Seq != last {
			return e, true
		}
		seen++
		return e, seen > 2 // at the third look
	}}
	if v, err := bot.VerifyJournal(t.Context(), late, id); err != nil || len(v.Damaged) > 0 || v.Requests != 1 || v.Entries == 0 {
		t.Errorf("%+v, %v", v, err)
	}
	if seen != 3 {
		t.Errorf("it was read %d times", seen)
	}
}

// Asked for by its number, a request that has lost its journal is damaged, not unknown.
func TestVerifyJournal_OfOneRequestSeesThatItIsGone(t *testing.T) {
	t.Parallel()
	b, id := told(t)
	none := tampered{b.Store, func(e bot.Entry) (bot.Entry, bool) { return e, e.Request != id }}
	for _, age := range []string{"with its records", "when its records are gone"} {
		v, err := bot.VerifyJournal(t.Context(), none, id)
		if err != nil || len(v.Damaged) != 1 || v.Damaged[0].Request != id {
			t.Errorf("%s: %+v, %v", age, v, err)
		}
		cleaned(b, 420*day)
	}
}

func lastOf(b *bottest.Bench, part string) int64 {
	last := int64(0)
	for _, e := range b.Journal() {
		if e.Part == part {
			last = e.Seq
		}
	}
	return last
}

func TestExportJournal_IsJSONLinesWithADigest(t *testing.T) {
	t.Parallel()
	b, id := told(t)
	for _, request := range []string{"", id} {
		var out bytes.Buffer
		x, err := bot.ExportJournal(t.Context(), b.Store, request, &out)
		if err != nil {
			t.Fatal(err)
		}
		sum, n := sha256.New(), 0
		var last map[string]any
		lines := bufio.NewScanner(strings.NewReader(out.String()))
		lines.Buffer(nil, 1<<20)
		var prev string
		for lines.Scan() {
			if prev != "" {
				sum.Write([]byte(prev + "\n"))
				n++
			}
			prev = lines.Text()
			last = nil
			if err := json.Unmarshal([]byte(prev), &last); err != nil {
				t.Fatalf("%v: %s", err, prev)
			}
			if r := last["request"]; request != "" && r != nil && r != id {
				t.Errorf("a line of %v", r)
			}
		}
		if want := hex.EncodeToString(sum.Sum(nil)); x.SHA256 != want || last["sha256"] != want || x.Entries != n || n == 0 {
			t.Errorf("%q: %+v, want %d lines and %s", request, x, n, want)
		}
		if request == "" && n != len(b.Journal()) {
			t.Errorf("%d lines of %d", n, len(b.Journal()))
		}
	}
}
