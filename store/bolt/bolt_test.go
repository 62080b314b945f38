package bolt

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"guestsite/bot"
	"guestsite/store"
	"guestsite/store/storetest"
)

type data struct {
	t     testing.TB
	codec *store.Codec
	path  string
}

func newData(tb testing.TB, codec *store.Codec) storetest.Data {
	tb.Helper()
	return data{tb, codec, filepath.Join(tb.TempDir(), "test.db")}
}

func (d data) Open() (bot.Store, error) {
	db, err := Open(d.path, Options{Codec: d.codec, NoSync: true})
	if err != nil {
		return nil, err
	}
	return db, nil
}

func (d data) Restore(r io.Reader) (storetest.Data, error) {
	to := data{d.t, d.codec, filepath.Join(d.t.TempDir(), "restored.db")}
	f, err := os.OpenFile(to.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(f, r)
	return to, errors.Join(err, f.Close())
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, newData)
}
