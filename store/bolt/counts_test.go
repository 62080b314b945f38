package bolt

import (
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/store/storetest"
)

func TestCounts_AreBoundedAndExact(t *testing.T) {
	t.Parallel()
	d, err := Open(filepath.Join(t.TempDir(), "x.db"), options(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	now := time.Unix(1_000_000, 0).UTC()
	var ch bot.Change
	for i := range 5 {
		id := strconv.Itoa(i)
		ch.Jobs = append(ch.Jobs, bot.Job{ID: id, Kind: "k", Payload: []byte("{}"), Due: now.Add(time.Duration(i-3) * time.Minute)})
		ch.Puts = append(ch.Puts, bot.Put{
			Key: bot.Key{Kind: bot.KindRequest, ID: id}, Value: &storetest.Value{Name: id},
			Index: map[string]string{"owner": []string{"ann", "anna"}[i%2]},
		})
	}
	if err := d.Commit(t.Context(), ch); err != nil {
		t.Fatal(err)
	}
	if n, oldest, err := d.Overdue(t.Context(), now, 100); n != 4 || !oldest.Equal(now.Add(-3*time.Minute)) || err != nil {
		t.Errorf("overdue: %d since %v, %v", n, oldest, err)
	}
	if n, _, err := d.Overdue(t.Context(), now, 2); n != 2 || err != nil {
		t.Errorf("overdue, at most 2: %d, %v", n, err)
	}
	if n, oldest, err := d.Overdue(t.Context(), now.Add(-time.Hour), 2); n != 0 || !oldest.IsZero() || err != nil {
		t.Errorf("none overdue: %d since %v, %v", n, oldest, err)
	}
	// What runs is not late.
	if _, err := d.Claim(t.Context(), "w", now, time.Minute, 4); err != nil {
		t.Fatal(err)
	}
	if n, _, err := d.Overdue(t.Context(), now, 100); n != 0 || err != nil {
		t.Errorf("overdue while they run: %d, %v", n, err)
	}
	for value, want := range map[string]int{"ann": 3, "anna": 2, "an": 0} {
		if n, err := d.CountIndex(t.Context(), bot.KindRequest, "owner", value, 100); n != want || err != nil {
			t.Errorf("%s: %d, %v, want %d", value, n, err, want)
		}
	}
	if n, err := d.CountIndex(t.Context(), bot.KindRequest, "owner", "ann", 2); n != 2 || err != nil {
		t.Errorf("at most 2: %d, %v", n, err)
	}
	if size, err := d.Size(t.Context()); size <= 0 || err != nil {
		t.Errorf("size %d, %v", size, err)
	}
}
