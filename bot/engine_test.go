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
func disk(tb testing.TB) func() bot.Store {
	tb.Helper()
	codec, err := store.Default()
	if err != nil {
		tb.Fatal(err)
	}
	d := mem.NewDisk(codec)
	return func() bot.Store { return d.Open() }
}

func bench(tb testing.TB) *bottest.Bench {
	tb.Helper()
	return bottest.New(tb, disk(tb), nil)
}

// awhile is long enough for every service to be done.
const awhile = 10 * time.Minute
