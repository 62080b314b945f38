package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"guestsite/bot"
)

// ErrUnknownKind says that the codec has no type of that kind.
var ErrUnknownKind = errors.New("unknown kind of record")

// VersionError says that a record was written by newer software.
type VersionError struct {
	Kind bot.Kind
	Have int // the version of the record
	Know int // the newest version that this program reads
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("a %s of version %d: this program reads up to version %d; use the newer program that wrote it",
		e.Kind, e.Have, e.Know)
}

// Type says how the records of one kind are written.
type Type struct {
	// Version is the one that is written, at least 1.
	Version int
	// New makes a pointer to an empty value, e.g. new(flow.Request).
	New func() any
	// Upgrade turns the data of a version into that of the next; there must be
	// one for every version below Version.
	Upgrade map[int]func(json.RawMessage) (json.RawMessage, error)
}

// Types is the registry of a codec.
type Types map[bot.Kind]Type

// Codec writes values into envelopes and reads every version ever written.
// It is safe for concurrent use.
type Codec struct {
	types map[bot.Kind]codecType
}

type codecType struct {
	Type
	typ    reflect.Type
	prefix []byte // of an envelope of the current version, as Encode writes it
}

type envelope struct {
	V    *int            `json:"v"`
	Kind bot.Kind        `json:"kind"`
	Data json.RawMessage `json:"data"`
}

// NewCodec checks the registry and makes a codec of it, adding the backends' own
// types. All faults are reported at once.
func NewCodec(types Types) (*Codec, error) {
	c := &Codec{types: make(map[bot.Kind]codecType, len(types)+2)}
	var errs []error
	for kind, t := range types {
		if kind == bot.KindEvent || kind == kindJob || kind == kindEntry {
			errs = append(errs, fmt.Errorf("kind %s: the name is reserved", kind))
			continue
		}
		errs = append(errs, c.add(kind, t))
	}
	for kind, t := range ownTypes() {
		errs = append(errs, c.add(kind, t))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("codec: %w", err)
	}
	return c, nil
}

func (c *Codec) add(kind bot.Kind, t Type) error {
	if err := checkName(string(kind)); err != nil {
		return fmt.Errorf("kind %q: %w", kind, err)
	}
	if t.Version < 1 || t.New == nil {
		return fmt.Errorf("kind %s: a version and New are needed", kind)
	}
	for v := 1; v < t.Version; v++ {
		if t.Upgrade[v] == nil {
			return fmt.Errorf("kind %s: no upgrade from version %d", kind, v)
		}
	}
	typ := reflect.TypeOf(t.New())
	if typ == nil || typ.Kind() != reflect.Pointer {
		return fmt.Errorf("kind %s: New must give a pointer, not %v", kind, typ)
	}
	name, err := json.Marshal(string(kind))
	if err != nil {
		return fmt.Errorf("kind %s: %w", kind, err)
	}
	prefix := slices.Concat([]byte(`{"v":`+strconv.Itoa(t.Version)+`,"kind":`), name, []byte(`,"data":`))
	c.types[kind] = codecType{Type: t, typ: typ, prefix: prefix}
	return nil
}

// Kinds lists the kinds of records, sorted, without the backends' own.
func (c *Codec) Kinds() []bot.Kind {
	kinds := slices.Collect(maps.Keys(c.types))
	kinds = slices.DeleteFunc(kinds, func(k bot.Kind) bool { return k == kindJob || k == kindEntry })
	slices.Sort(kinds)
	return kinds
}

// Version is the one written for the kind; 0 when the kind is unknown.
func (c *Codec) Version(kind bot.Kind) int { return c.types[kind].Version }

// Encode writes a value of the kind's type, a non-nil pointer, into an envelope.
func (c *Codec) Encode(kind bot.Kind, value any) ([]byte, error) {
	t, ok := c.types[kind]
	if !ok {
		return nil, fmt.Errorf("encode %q: %w", kind, ErrUnknownKind)
	}
	if got := reflect.TypeOf(value); got != t.typ || reflect.ValueOf(value).IsNil() {
		return nil, fmt.Errorf("encode %s: want a non-nil %v, got %v", kind, t.typ, got)
	}
	data, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", kind, err)
	}
	b := make([]byte, 0, len(t.prefix)+len(data)+1)
	return append(append(append(b, t.prefix...), data...), '}'), nil
}

// Decode reads an envelope that must be of the kind, and upgrades its data where
// it is older. It refuses unknown kinds and newer versions, unknown fields of the
// envelope, and nothing else: fields of the data that the type does not have are
// dropped, since a version that adds a field to be kept has a higher number.
// The result shares no memory with b.
func (c *Codec) Decode(kind bot.Kind, b []byte) (any, error) {
	t, ok := c.types[kind]
	if !ok {
		return nil, fmt.Errorf("decode %q: %w", kind, ErrUnknownKind)
	}
	// What Encode wrote needs no look at the envelope; anything else takes the
	// long way, which also explains what is wrong.
	if n := len(t.prefix); len(b) > n && bytes.HasPrefix(b, t.prefix) && b[len(b)-1] == '}' {
		value := t.New()
		if json.Unmarshal(b[n:len(b)-1], value) == nil {
			return value, nil
		}
	}
	value, err := c.decodeEnvelope(kind, t, b)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", kind, err)
	}
	return value, nil
}

func (c *Codec) decodeEnvelope(kind bot.Kind, t codecType, b []byte) (any, error) {
	var e envelope
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return nil, fmt.Errorf("envelope: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("envelope: more after its end")
	}
	switch {
	case e.V == nil || len(e.Data) == 0:
		return nil, errors.New("envelope: v or data is missing")
	case e.Kind != kind:
		if _, ok := c.types[e.Kind]; !ok {
			return nil, fmt.Errorf("envelope says %q: %w", e.Kind, ErrUnknownKind)
		}
		return nil, fmt.Errorf("envelope says %s", e.Kind)
	case *e.V > t.Version:
		return nil, &VersionError{Kind: kind, Have: *e.V, Know: t.Version}
	case *e.V < 1:
		return nil, fmt.Errorf("envelope: version %d", *e.V)
	}
	data := e.Data
	for v := *e.V; v < t.Version; v++ {
		var err error
		if data, err = t.Upgrade[v](data); err != nil {
			return nil, fmt.Errorf("upgrade from version %d: %w", v, err)
		}
	}
	value := t.New()
	if err := json.Unmarshal(data, value); err != nil {
		return nil, err
	}
	return value, nil
}
