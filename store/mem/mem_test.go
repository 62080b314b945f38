package mem_test

import (
	"io"
	"testing"

	"guestsite/bot"
	"guestsite/store"
	"guestsite/store/mem"
	"guestsite/store/storetest"
)

type data struct {
	codec *store.Codec
	disk  *mem.Disk
}

func (d data) Open() (bot.Store, error) { return d.disk.Open(), nil }

func (d data) Restore(r io.Reader) (storetest.Data, error) {
	disk, err := mem.Restore(d.codec, r)
	return data{d.codec, disk}, err
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(_ testing.TB, codec *store.Codec) storetest.Data {
		return data{codec, mem.NewDisk(codec)}
	})
}
