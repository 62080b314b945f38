package graph

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/microsoft/kiota-abstractions-go/serialization"
)

// raw is an answer kept undecoded, for types of our own.
//
// Settings are read this way, and not by the SDK's models: those turn a value
// that they do not know, in a list of enumeration values, into the list's first
// constant, and the first grant control of conditional access is "block".
type raw struct{ node serialization.ParseNode }

func newRaw(n serialization.ParseNode) (serialization.Parsable, error) { return &raw{n}, nil }

// Serialize does nothing: it is only received.
func (r *raw) Serialize(serialization.SerializationWriter) error { return nil }

// GetFieldDeserializers is empty: the node is kept instead.
func (r *raw) GetFieldDeserializers() map[string]func(serialization.ParseNode) error { return nil }

// decode reads a node into v as encoding/json does.
func decode(n serialization.ParseNode, v any) error {
	if !present(n) {
		return fmt.Errorf("decoding: there is nothing")
	}
	tree, err := n.GetRawValue()
	if err != nil {
		return fmt.Errorf("decoding: %w", err)
	}
	b, err := json.Marshal(tree)
	if err != nil {
		return fmt.Errorf("decoding: %w", err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("decoding: %w", err)
	}
	return nil
}

// present says that a node holds something; kiota passes typed nil pointers.
func present(n serialization.ParseNode) bool {
	if n == nil {
		return false
	}
	v := reflect.ValueOf(n)
	return v.Kind() != reflect.Pointer || !v.IsNil()
}

// into decodes an answer of a batch into v.
func (a answer) into(doing string, v any) error {
	switch {
	case a.lost != nil:
		return a.lost
	case a.fault != nil:
		return a.fault.err(doing, a.op)
	}
	if err := decode(a.node, v); err != nil {
		return unreadable(doing, a.op)
	}
	return nil
}

// list is a collection of one type of our own.
type list[T any] struct {
	Value []T    `json:"value"`
	Next  string `json:"@odata.nextLink"`
}
