package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/store"
	"guestsite/store/storetest"
)

const (
	shape bot.Kind = "shape"
	other bot.Kind = "other"
)

// corners is at version 3: version 1 had "edges", version 2 "sides", of text.
type corners struct {
	Corners int             `json:"corners"`
	Raw     json.RawMessage `json:"raw,omitempty"`
}

func types() store.Types {
	return store.Types{
		shape: {
			Version: 3,
			New:     func() any { return new(corners) },
			Upgrade: map[int]func(json.RawMessage) (json.RawMessage, error){
				1: func(d json.RawMessage) (json.RawMessage, error) {
					return json.RawMessage(strings.Replace(string(d), "edges", "sides", 1)), nil
				},
				2: func(d json.RawMessage) (json.RawMessage, error) {
					var old struct {
						Sides json.Number `json:"sides"`
					}
					if err := json.Unmarshal(d, &old); err != nil {
						return nil, err
					}
					return json.RawMessage(fmt.Sprintf(`{"corners":%s}`, old.Sides)), nil
				},
			},
		},
		other: {Version: 1, New: func() any { return new(string) }},
	}
}

func newCodec(tb testing.TB, types store.Types) *store.Codec {
	tb.Helper()
	c, err := store.NewCodec(types)
	if err != nil {
		tb.Fatalf("codec: %v", err)
	}
	return c
}

func TestCodec_WritesTheEnvelope(t *testing.T) {
	t.Parallel()
	b, err := newCodec(t, types()).Encode(shape, &corners{Corners: 4})
	if want := `{"v":3,"kind":"shape","data":{"corners":4}}`; err != nil || string(b) != want {
		t.Errorf("got %s, %v, want %s", b, err, want)
	}
}

func TestCodec_ReadsEveryVersion(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"v":3,"kind":"shape","data":{"corners":4}}`,
		`{"v":2,"kind":"shape","data":{"sides":"4"}}`,
		`{"v":1,"kind":"shape","data":{"edges":"4"}}`,
		`{"v":3,"kind":"shape","data":{"corners":4,"colour":"a field that this type does not have"}}`,
		" {\n\t\"data\": {\"corners\": 4}, \"kind\": \"shape\", \"v\": 3 } \n",
	} {
		got, err := newCodec(t, types()).Decode(shape, []byte(text))
		if err != nil || !reflect.DeepEqual(got, &corners{Corners: 4}) {
			t.Errorf("%s: got %+v, %v", text, got, err)
		}
	}
}

func TestCodec_RefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":            ``,
		"no envelope":        `{"corners":4}`,
		"no version":         `{"kind":"shape","data":{"corners":4}}`,
		"version 0":          `{"v":0,"kind":"shape","data":{"corners":4}}`,
		"no data":            `{"v":3,"kind":"shape"}`,
		"another kind":       `{"v":1,"kind":"other","data":"x"}`,
		"no kind":            `{"v":3,"data":{"corners":4}}`,
		"another field":      `{"v":3,"kind":"shape","data":{"corners":4},"extra":1}`,
		"more behind":        `{"v":3,"kind":"shape","data":{"corners":4}}{}`,
		"cut":                `{"v":3,"kind":"shape","data":{"corners":4}`,
		"wrong data":         `{"v":3,"kind":"shape","data":[]}`,
		"data of no JSON":    `{"v":3,"kind":"shape","data":nope}`,
		"upgrade impossible": `{"v":2,"kind":"shape","data":[]}`,
	} {
		if got, err := newCodec(t, types()).Decode(shape, []byte(text)); err == nil {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestCodec_NewerVersionIsNamed(t *testing.T) {
	t.Parallel()
	_, err := newCodec(t, types()).Decode(shape, []byte(`{"v":4,"kind":"shape","data":{}}`))
	v, ok := errors.AsType[*store.VersionError](err)
	if !ok || *v != (store.VersionError{Kind: shape, Have: 4, Know: 3}) {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(err.Error(), "newer program") {
		t.Errorf("the message does not say what to do: %v", err)
	}
}

func TestCodec_UnknownKindIsNamed(t *testing.T) {
	t.Parallel()
	c := newCodec(t, types())
	for name, err := range map[string]error{
		"encode":   second(c.Encode("spaceship", new(string))),
		"decode":   second(c.Decode("spaceship", []byte(`{"v":1,"kind":"spaceship","data":1}`))),
		"envelope": second(c.Decode(shape, []byte(`{"v":1,"kind":"spaceship","data":1}`))),
	} {
		if !errors.Is(err, store.ErrUnknownKind) || !strings.Contains(err.Error(), "spaceship") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestCodec_EncodeRefusesAnotherType(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]any{
		"nil": nil, "nil pointer": (*corners)(nil), "no pointer": corners{}, "other pointer": new(string),
		"not to be written": &corners{Raw: json.RawMessage("{")},
	} {
		if b, err := newCodec(t, types()).Encode(shape, v); err == nil {
			t.Errorf("%s: wrote %s", name, b)
		}
	}
}

func TestCodec_DecodedValueSharesNothing(t *testing.T) {
	t.Parallel()
	b := []byte(`{"v":3,"kind":"shape","data":{"corners":4,"raw":"kept"}}`)
	got, err := newCodec(t, types()).Decode(shape, b)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	if want := (&corners{Corners: 4, Raw: json.RawMessage(`"kept"`)}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestNewCodec_ReportsAllFaults(t *testing.T) {
	t.Parallel()
	fine := func() any { return new(string) }
	_, err := store.NewCodec(store.Types{
		"zero":     {New: fine},
		"no new":   {Version: 1},
		"gap":      {Version: 2, New: fine},
		"value":    {Version: 1, New: func() any { return "" }},
		"nothing":  {Version: 1, New: func() any { return nil }},
		"job":      {Version: 1, New: fine},
		"event":    {Version: 1, New: fine},
		"":         {Version: 1, New: fine},
		"all fine": {Version: 1, New: fine},
	})
	if err == nil {
		t.Fatal("taken")
	}
	for _, name := range []string{"zero", "no new", "gap", "value", "nothing", "job", "event", `""`} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q is not named in: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "all fine") {
		t.Errorf("a good type is named in: %v", err)
	}
}

func TestCodec_ListsItsKinds(t *testing.T) {
	t.Parallel()
	c := newCodec(t, types())
	if got := c.Kinds(); !reflect.DeepEqual(got, []bot.Kind{other, shape}) {
		t.Errorf("kinds %v", got)
	}
	if c.Version(shape) != 3 || c.Version("none") != 0 {
		t.Errorf("versions %d, %d", c.Version(shape), c.Version("none"))
	}
}

// The files under testdata are what version 1 wrote; they are never edited.
func TestCodec_ReadsJobsAndEntriesOfVersion1(t *testing.T) {
	t.Parallel()
	at := time.Date(2031, 3, 4, 9, 0, 0, 123456789, time.UTC)
	c := newCodec(t, types())
	job := store.Job{
		Job: bot.Job{
			ID: "G-1/guest/2/0", Kind: "invite", Payload: []byte(`{"guest":2}`), Due: at, Attempt: 1, LastError: "throttled",
			Lease: bot.Lease{Owner: "host/1", Token: 7, Until: at.Add(time.Minute)},
		},
		Next:      &store.Next{Kind: "invite", Payload: []byte(`{}`), Due: at.Add(time.Hour), Attempt: 2, LastError: "x"},
		Cancelled: true,
	}
	if got, err := c.DecodeJob(golden(t, "job")); err != nil || !reflect.DeepEqual(got, job) {
		t.Errorf("job: got %+v, %v, want %+v", got, err, job)
	}
	compare(t, "job")(c.EncodeJob(job))
	entry := bot.Entry{
		Position: bot.Position{Part: "G-1", Seq: 3}, At: at, Request: "G-1", Event: "evt", Actor: "guestsite",
		From: "draft", To: "open", PayloadDigest: "pd", Prev: "p", Digest: "d",
	}
	if got, err := c.DecodeEntry(golden(t, "entry")); err != nil || !reflect.DeepEqual(got, entry) {
		t.Errorf("entry: got %+v, %v, want %+v", got, err, entry)
	}
	compare(t, "entry")(c.EncodeEntry(entry))
}

func golden(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "v1", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func compare(t *testing.T, name string) func([]byte, error) {
	t.Helper()
	return func(b []byte, err error) {
		t.Helper()
		if want := strings.TrimSpace(string(golden(t, name))); err != nil || string(b) != want {
			t.Errorf("%s is written as %s, %v, want %s", name, b, err, want)
		}
	}
}

// FuzzCodec: whatever can be decoded is encoded to something that decodes to the
// same, and the short way of Decode agrees with the long one.
func FuzzCodec(f *testing.F) {
	for _, s := range []string{
		`{"v":1,"kind":"request","data":{"name":"a","n":1,"tags":["x"],"more":{"a":"b"}}}`,
		`{"v":1,"kind":"request","data":{"at":"2031-03-04T09:00:00.1+05:00"}}`,
		`{"v":1,"kind":"request","data":{}},"extra":{}}`,
		`{"v":2,"kind":"request","data":null}`, `{"v":1,"kind":"request","data":{"N":1,"n":2}}`,
	} {
		f.Add([]byte(s))
	}
	c := storetest.Codec(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := c.Decode(bot.KindRequest, b)
		// A space in front takes the long way.
		long, longErr := c.Decode(bot.KindRequest, append([]byte(" "), b...))
		if (err == nil) != (longErr == nil) || !reflect.DeepEqual(got, long) {
			t.Fatalf("%q: %+v, %v; the long way: %+v, %v", b, got, err, long, longErr)
		}
		if err != nil {
			return
		}
		again, err := c.Encode(bot.KindRequest, got)
		if err != nil {
			return // e.g. a year that cannot be written
		}
		back, err := c.Decode(bot.KindRequest, again)
		if err != nil {
			t.Fatalf("%s, from %q: %v", again, b, err)
		}
		once, err := c.Encode(bot.KindRequest, back)
		if err != nil || string(once) != string(again) {
			t.Fatalf("%s became %s, %v", again, once, err)
		}
	})
}
