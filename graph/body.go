package graph

import (
	"maps"
	"slices"

	"github.com/microsoft/kiota-abstractions-go/serialization"
)

// jsonBody is a small request body that the SDK has a type for only in a package
// of request builders.
type jsonBody map[string]any

// Serialize writes the properties in a fixed order.
func (b jsonBody) Serialize(w serialization.SerializationWriter) error {
	for _, k := range slices.Sorted(maps.Keys(b)) {
		if err := w.WriteAnyValue(k, b[k]); err != nil {
			return err
		}
	}
	return nil
}

// GetFieldDeserializers is empty: it is only sent.
func (b jsonBody) GetFieldDeserializers() map[string]func(serialization.ParseNode) error { return nil }
