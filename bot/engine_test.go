package bot_test

import (
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/store"
	"guestsite/store/mem"
)

// disk opens the same store in memory again and again.
func disk(t testing.TB) func() bot.Store {
	t.Helper()
	codec, err := store.Default()
	if err != nil {
		t.Fatal(err)
	}
	d := mem.NewDisk(codec)
	return func() bot.Store { return d.Open() }
}

func bench(t testing.TB) *bottest.Bench {
	t.Helper()
	return bottest.New(t, disk(t), nil)
}

// awhile is long enough for every service to be done.
const awhile = 10 * time.Minute
