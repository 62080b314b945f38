package storetest

import (
	"fmt"
	"reflect"
	"time"

	"guestsite/bot"
	"guestsite/store"
)

func recordClaims() []claim {
	return []claim{
		{"RecordOfEveryKindComesBackAsWritten", everyKind},
		{"AbsentRecordHasRevisionZero", func(f *fixture) { f.absent(request("none"), request("other")) }},
		{"RevisionGrowsWithEveryWrite", revisionGrows},
		{"PutAtAnotherRevisionIsAConflict", putConflict},
		{"DeleteRemovesAndChecksTheRevision", deletes},
		{"RevisionIsNotUsedAgainAfterDelete", noReuse},
		{"ValuesAreNotShared", notShared},
		{"UnknownKindIsRefused", unknownKind},
	}
}

func everyKind(f *fixture) {
	var ch bot.Change
	want := map[bot.Key]*Value{}
	for i, k := range kinds {
		key := bot.Key{Kind: k, ID: "the id / with: any ünicode"}
		want[key] = &Value{
			Name: "naïve <b>&\u2028", N: i, Tags: []string{"a", ""},
			At: start().Add(123456789 * time.Nanosecond), More: map[string]string{"k": "v"},
		}
		ch.Puts = append(ch.Puts, bot.Put{Key: key, Value: want[key]})
	}
	f.commit(ch)
	check := func() {
		f.Helper()
		for key, w := range want {
			if got := f.value(key); !reflect.DeepEqual(got, w) {
				f.Errorf("%s came back as %+v, want %+v", key.Kind, got, w)
			}
		}
	}
	check()
	f.reopen()
	check()
}

func revisionGrows(f *fixture) {
	k := request("a")
	var last int64
	for i := range 5 {
		f.commit(bot.Change{Puts: []bot.Put{put(k, last, i)}})
		rev := f.rev(k)
		if rev <= last {
			f.Fatalf("revision %d after %d", rev, last)
		}
		if n := f.value(k).N; n != i {
			f.Fatalf("value %d, want %d", n, i)
		}
		last = rev
	}
}

func putConflict(f *fixture) {
	k := request("a")
	f.refused(bot.Change{Puts: []bot.Put{put(k, 7, 0)}}, bot.ErrConflict)
	f.absent(k)
	f.commit(bot.Change{Puts: []bot.Put{put(k, 0, 1)}})
	first := f.rev(k)
	f.refused(bot.Change{Puts: []bot.Put{put(k, 0, 2)}}, bot.ErrConflict)
	f.commit(bot.Change{Puts: []bot.Put{put(k, first, 3)}})
	f.refused(bot.Change{Puts: []bot.Put{put(k, first, 4)}}, bot.ErrConflict)
	if n := f.value(k).N; n != 3 {
		f.Errorf("value %d, want 3", n)
	}
}

func deletes(f *fixture) {
	k := request("a")
	p := put(k, 0, 1)
	p.Index = map[string]string{"state": "open"}
	f.commit(bot.Change{Puts: []bot.Put{p}})
	rev := f.rev(k)
	f.refused(bot.Change{Deletes: []bot.Record{{Key: k, Rev: rev + 1}}}, bot.ErrConflict)
	f.refused(bot.Change{Deletes: []bot.Record{{Key: k}}}, bot.ErrConflict)
	f.commit(bot.Change{Deletes: []bot.Record{{Key: k, Rev: rev}}})
	f.absent(k)
	if got, _ := f.find(bot.Query{Kind: k.Kind, Index: "state", Value: "open"}); len(got) != 0 {
		f.Errorf("the index still lists %v", got)
	}
	f.refused(bot.Change{Deletes: []bot.Record{{Key: k, Rev: rev}}}, bot.ErrConflict)
}

func noReuse(f *fixture) {
	k := request("a")
	f.commit(bot.Change{Puts: []bot.Put{put(k, 0, 1)}})
	former := f.rev(k)
	f.commit(bot.Change{Deletes: []bot.Record{{Key: k, Rev: former}}})
	f.reopen()
	f.commit(bot.Change{Puts: []bot.Put{put(k, 0, 2)}})
	f.refused(bot.Change{Puts: []bot.Put{put(k, former, 3)}}, bot.ErrConflict)
}

func notShared(f *fixture) {
	k := request("a")
	v := &Value{Tags: []string{"kept"}}
	payload, answer, text := []byte("kept"), []byte("kept"), []byte("kept")
	e := entry("p", 1, "")
	e.Payload = text
	f.commit(bot.Change{
		Puts:    []bot.Put{{Key: k, Value: v}},
		Jobs:    []bot.Job{{ID: "j", Kind: "post", Due: start(), Payload: payload}},
		Journal: []bot.Entry{e},
		Event:   &bot.Event{Key: "e", Answer: answer, Until: start()},
	})
	for _, b := range [][]byte{payload, answer, text} {
		copy(b, "lost")
	}
	v.Tags[0] = "lost"
	for range 2 { // what is read is the reader's own, too
		got := f.value(k)
		j := f.claim("w", start().Add(time.Hour), time.Nanosecond, 1)
		line := f.journal(bot.Position{})[0]
		if got.Tags[0] != "kept" || len(j) == 1 && string(j[0].Payload) != "kept" || string(line.Payload) != "kept" {
			f.Fatalf("shared: %v, %v, %s", got, j, line.Payload)
		}
		got.Tags[0] = "lost"
		copy(line.Payload, "lost")
		if len(j) == 1 {
			copy(j[0].Payload, "lost")
		}
	}
}

func unknownKind(f *fixture) {
	k := bot.Key{Kind: "spaceship", ID: "a"}
	f.refused(bot.Change{Puts: []bot.Put{put(k, 0, 1)}}, store.ErrUnknownKind)
	if _, err := f.s.Get(f.Context(), k); err == nil {
		f.Error("get of an unknown kind answered nothing")
	}
	if _, _, err := f.s.Find(f.Context(), bot.Query{Kind: k.Kind, Index: "i", Value: "v"}); err == nil {
		f.Error("find of an unknown kind answered nothing")
	}
}

func findClaims() []claim {
	return []claim{
		{"FindListsInOrderBothWays", findOrder},
		{"FindPagesWithoutGapOrRepeat", findPages},
		{"FindFollowsTheIndexOfTheLastRevision", findReindexed},
		{"FindDoesNotMixValuesWithACommonBeginning", findPrefix},
		{"FindPagesOnWhileRecordsComeAndGo", findMoving},
		{"FindRefusesABadCursor", findBadCursor},
		{"FindGivesPagesOfHundredUnlessTold", findDefault},
	}
}

func (f *fixture) find(q bot.Query) (found []string, next bot.Cursor) {
	f.Helper()
	recs, next, err := f.s.Find(f.Context(), q)
	if err != nil {
		f.Fatalf("find: %v", err)
	}
	for _, r := range recs {
		v, ok := r.Value.(*Value)
		if !ok || v.Name != r.ID || r.Rev == 0 {
			f.Fatalf("found %+v", r)
		}
		found = append(found, r.ID)
	}
	return found, next
}

// pages reads all pages.
func (f *fixture) pages(q bot.Query) (found []string) {
	f.Helper()
	for range 1000 {
		page, next := f.find(q)
		if q.Limit > 0 && len(page) > q.Limit {
			f.Fatalf("a page of %d, limit %d", len(page), q.Limit)
		}
		if len(page) == 0 && next != "" {
			f.Fatal("an empty page with a cursor")
		}
		found = append(found, page...)
		if next == "" {
			return found
		}
		q.After = next
	}
	f.Fatal("the pages never end")
	return nil
}

func indexed(id, value, order string) bot.Put {
	p := put(request(id), 0, 1)
	p.Index, p.Order = map[string]string{"owner": value, "all": "x"}, order
	return p
}

func (f *fixture) expect(q bot.Query, want ...string) {
	f.Helper()
	if got := f.pages(q); !reflect.DeepEqual(got, want) {
		f.Errorf("found %q, want %q", got, want)
	}
}

func byOwner(value string) bot.Query {
	return bot.Query{Kind: bot.KindRequest, Index: "owner", Value: value}
}

func findOrder(f *fixture) {
	f.commit(bot.Change{Puts: []bot.Put{
		indexed("c", "ann", "2"), indexed("b", "ann", "10"), indexed("a", "ann", "3"),
		indexed("e", "ann", ""), indexed("d", "ann", "2"), indexed("z", "bob", "1"),
	}})
	q := byOwner("ann")
	f.expect(q, "e", "b", "c", "d", "a")
	q.Newest = true
	f.expect(q, "a", "d", "c", "b", "e")
	f.expect(byOwner("nobody"))
	f.expect(bot.Query{Kind: bot.KindRequest, Index: "undeclared", Value: "x"})
	f.expect(bot.Query{Kind: bot.KindGuest, Index: "owner", Value: "ann"})
	f.expect(bot.Query{Kind: bot.KindRequest, Index: "all", Value: "x", Newest: true, Limit: 1}, "a", "d", "c", "b", "z", "e")
}

func findPages(f *fixture) {
	var want, back []string
	var ch bot.Change
	for i := range 23 {
		id := fmt.Sprintf("r%02d", i)
		want, back = append(want, id), append([]string{id}, back...)
		ch.Puts = append(ch.Puts, indexed(id, "ann", fmt.Sprintf("%03d", i/3)))
	}
	f.commit(ch)
	for _, limit := range []int{1, 2, 7, 22, 23, 24} {
		q := byOwner("ann")
		q.Limit = limit
		f.expect(q, want...)
		q.Newest = true
		f.expect(q, back...)
	}
}

func findReindexed(f *fixture) {
	f.commit(bot.Change{Puts: []bot.Put{indexed("a", "ann", "1"), indexed("b", "ann", "2")}})
	p := indexed("a", "bob", "1")
	p.Rev = f.rev(p.Key)
	f.commit(bot.Change{Puts: []bot.Put{p}})
	f.expect(byOwner("ann"), "b")
	f.expect(byOwner("bob"), "a")
	p = indexed("b", "ann", "0")
	p.Rev, p.Index = f.rev(p.Key), map[string]string{"all": "x"}
	f.commit(bot.Change{Puts: []bot.Put{p}})
	f.expect(byOwner("ann"))
	f.expect(bot.Query{Kind: bot.KindRequest, Index: "all", Value: "x"}, "b", "a")
}

func findPrefix(f *fixture) {
	f.commit(bot.Change{Puts: []bot.Put{
		indexed("a", "an", "1"), indexed("b", "ann", "1"), indexed("c", "anna", "1"), indexed("d", "", "1"),
		indexed("e", "an\x01", "1"),
	}})
	for _, newest := range []bool{false, true} {
		for value, want := range map[string]string{"an": "a", "ann": "b", "anna": "c", "": "d", "an\x01": "e"} {
			q := byOwner(value)
			q.Newest = newest
			f.expect(q, want)
		}
	}
}

func findMoving(f *fixture) {
	f.commit(bot.Change{Puts: []bot.Put{
		indexed("a", "ann", "1"), indexed("b", "ann", "2"), indexed("c", "ann", "3"), indexed("d", "ann", "4"),
	}})
	for _, newest := range []bool{false, true} {
		q := byOwner("ann")
		q.Limit, q.Newest = 2, newest
		page, next := f.find(q)
		// The record on which the page ended goes away between the pages.
		k := request(page[1])
		f.commit(bot.Change{Deletes: []bot.Record{{Key: k, Rev: f.rev(k)}}})
		q.After = next
		if got := f.pages(q); len(got) == 0 || got[0] == page[0] || got[0] == page[1] {
			f.Errorf("after %q came %q", page, got)
		}
	}
}

func findBadCursor(f *fixture) {
	f.commit(bot.Change{Puts: []bot.Put{indexed("a", "ann", "1")}})
	q := byOwner("ann")
	q.After = "?!"
	if _, _, err := f.s.Find(f.Context(), q); err == nil {
		f.Error("a cursor that no store gave was taken")
	}
}

func findDefault(f *fixture) {
	for part := range 2 {
		var ch bot.Change
		for i := range 60 {
			ch.Puts = append(ch.Puts, indexed(fmt.Sprintf("r%03d", part*60+i), "ann", ""))
		}
		f.commit(ch)
	}
	page, next := f.find(byOwner("ann"))
	if len(page) != 100 || next == "" {
		f.Errorf("a page of %d with cursor %q, want 100 and one", len(page), next)
	}
}
