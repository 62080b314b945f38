// Package storetest is the contract of [bot.Store] in code: every backend passes
// all of [Run]. [Faulty] breaks a store at a chosen call, for crash tests of what
// is built on it.
package storetest

import (
	"encoding/json"
	"fmt"
	"io"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/store"
)

// Data is what outlives a store: it can be opened again after Close.
type Data interface {
	Open() (bot.Store, error)
	// Restore makes other data of what Backup wrote.
	Restore(backup io.Reader) (Data, error)
}

// Value is the record type of the suite's codec, under every kind.
type Value struct {
	Name string            `json:"name"`
	N    int               `json:"n"`
	Tags []string          `json:"tags,omitempty"`
	At   time.Time         `json:"at,omitzero"`
	More map[string]string `json:"more,omitempty"`
}

// kinds are all that can be written.
var kinds = [...]bot.Kind{
	bot.KindRequest, bot.KindGuest, bot.KindMessage, bot.KindPerson,
	bot.KindLink, bot.KindLinkToken, bot.KindSnapshot, bot.KindCounter,
}

// Codec makes the suite's codec: every kind holds a [Value]. The kind person is
// at version 2; its version 1 had the name under "called".
func Codec(tb testing.TB) *store.Codec {
	tb.Helper()
	types := store.Types{}
	for _, k := range kinds {
		types[k] = store.Type{Version: 1, New: func() any { return new(Value) }}
	}
	types[bot.KindPerson] = store.Type{
		Version: 2,
		New:     func() any { return new(Value) },
		Upgrade: map[int]func(json.RawMessage) (json.RawMessage, error){1: upgradePerson},
	}
	c, err := store.NewCodec(types)
	if err != nil {
		tb.Fatalf("codec: %v", err)
	}
	return c
}

func upgradePerson(data json.RawMessage) (json.RawMessage, error) {
	var old struct {
		Called string `json:"called"`
	}
	if err := json.Unmarshal(data, &old); err != nil {
		return nil, fmt.Errorf("person: %w", err)
	}
	return json.Marshal(Value{Name: old.Called})
}

// Run checks a backend. newData makes empty data of it, with the given codec,
// that goes away with the test.
func Run(t *testing.T, newData func(t testing.TB, codec *store.Codec) Data) {
	t.Helper()
	for _, group := range [][]claim{
		recordClaims(), findClaims(), eventClaims(), jobClaims(), rerunClaims(),
		journalClaims(), changeClaims(), raceClaims(), lifeClaims(),
	} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				f := &fixture{T: t, data: newData(t, Codec(t))}
				f.open()
				t.Cleanup(func() {
					if err := f.s.Close(); err != nil {
						t.Errorf("close: %v", err)
					}
				})
				c.check(f)
			})
		}
	}
}

// claim is one sentence of the contract with its check.
type claim struct {
	name  string
	check func(*fixture)
}

// start is the time at which the suite's stories begin.
func start() time.Time { return time.Date(2031, 3, 4, 9, 0, 0, 0, time.UTC) }
