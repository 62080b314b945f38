package main

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "<secret>"

// Secret is a value that no formatter, encoder or logger shows. Reveal is the
// only way to read it. It lies behind a pointer because fmt reads fields past
// all methods when a verb does not fit a struct around the Secret.
type Secret struct {
	value *string
	file  string // where it was read from; empty: from a variable
}

// NewSecret hides value.
func NewSecret(value string) Secret { return Secret{value: &value} }

// Reveal returns the hidden value, for the one place that needs it.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero reports whether nothing is hidden.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// String implements fmt.Stringer.
func (Secret) String() string { return hidden }

// GoString implements fmt.GoStringer, for %#v.
func (Secret) GoString() string { return hidden }

// Format implements fmt.Formatter, so that no verb reaches the field.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText implements encoding.TextMarshaler.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON implements json.Marshaler.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Secret) UnmarshalText(b []byte) error {
	*s = NewSecret(string(b))
	return nil
}
