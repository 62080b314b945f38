package bolt

import (
	"bytes"
	"reflect"
	"slices"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/store"
)

func TestRow_ComesBackAsWritten(t *testing.T) {
	t.Parallel()
	for _, r := range []row{
		{rev: 1, data: []byte(`{"v":1}`)},
		{rev: 1 << 60, order: "2031", index: []store.IndexValue{{Name: "owner", Value: ""}, {Name: "state", Value: "ö"}}, data: []byte("x")},
	} {
		b := r.encode()
		got, err := decodeRow(b)
		if err != nil || !reflect.DeepEqual(got, r) {
			t.Errorf("got %+v, %v, want %+v", got, err, r)
		}
		head := len(b) - len(r.data)
		for n := range head {
			if got, err := decodeRow(b[:n]); err == nil {
				t.Errorf("cut to %d bytes: %+v", n, got)
			}
		}
	}
}

func FuzzRow(f *testing.F) {
	f.Add(row{rev: 3, order: "o", index: []store.IndexValue{{Name: "n", Value: "v"}}, data: []byte("{}")}.encode())
	f.Add([]byte{2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decodeRow(b)
		if err != nil {
			return
		}
		again, err := decodeRow(r.encode())
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%+v became %+v, %v", r, again, err)
		}
	})
}

func TestTimeKey_SortsAsTimesDo(t *testing.T) {
	t.Parallel()
	times := []time.Time{
		time.Unix(-1<<40, 5),
		{},
		time.Unix(-1, 999999999), time.Unix(0, 0), time.Unix(0, 1), time.Unix(1, 0),
		time.Date(2031, 3, 4, 9, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
	}
	var keys [][]byte
	for _, at := range times {
		k := timeKey(at, "name")
		back, name, err := splitTime(k)
		if err != nil || !back.Equal(at) || string(name) != "name" {
			t.Errorf("%v came back as %v, %q, %v", at, back, name, err)
		}
		if after(k, at) || !after(k, at.Add(-1)) {
			t.Errorf("%v is not at its own time", at)
		}
		keys = append(keys, k)
	}
	if !slices.IsSortedFunc(keys, bytes.Compare) {
		t.Error("the keys do not sort as the times")
	}
	if _, _, err := splitTime([]byte("short")); err == nil {
		t.Error("a short key was taken")
	}
}

func TestEntryKey_ComesBackAsWritten(t *testing.T) {
	t.Parallel()
	want := bot.Position{Part: "G-1", Seq: 1 << 40}
	for _, what := range []byte{entryItself, entryPayload} {
		got, also, err := splitEntryKey(entryKey(want, what))
		if err != nil || got != want || also != what {
			t.Errorf("got %v, %d, %v, want %v, %d", got, also, err, want, what)
		}
	}
	if _, _, err := splitEntryKey([]byte("no NUL there 123456789")); err == nil {
		t.Error("a damaged key was taken")
	}
}
