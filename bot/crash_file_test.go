package bot_test

import (
	"path/filepath"
	"testing"

	"guestsite/bot"
	"guestsite/store"
	"guestsite/store/bolt"
)

// file opens the same database file again and again.
func file(tb testing.TB) func() bot.Store {
	tb.Helper()
	codec, err := store.Default()
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "guestsite.db")
	return func() bot.Store {
		db, err := bolt.Open(path, bolt.Options{Codec: codec, NoSync: true})
		if err != nil {
			tb.Fatal(err)
		}
		return db
	}
}

// On a file every story ends as it does in memory, and so does one in which the
// process dies at some of its calls and the file is opened again.
func TestCrash_OnAFileAStoryEndsAsInMemory(t *testing.T) {
	t.Parallel()
	const points = 15
	for i, s := range stories() {
		if s.told {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			mem, disk := s.begin(t, disk(t)), s.begin(t, file(t))
			disk.Fuse.Plan(0, false)
			s.play(mem)
			s.play(disk)
			want, calls := world(mem), len(disk.Fuse.Calls())
			if got := world(disk); got != want {
				t.Fatalf("on a file it ended otherwise:\n%s", difference(want, got))
			}
			if i > 0 {
				return
			}
			for n := 1; n <= calls; n += max(1, calls/points) {
				b := s.begin(t, file(t))
				b.Fuse.Plan(n, n%2 == 0)
				s.play(b)
				b.Settle(awhile)
				if got := world(b); got != want {
					t.Errorf("dead at call %d it ended otherwise:\n%s", n, difference(want, got))
				}
				if err := sound(b); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
