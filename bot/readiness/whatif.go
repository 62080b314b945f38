package readiness

import "fmt"

// WhatIfKind is why a change cannot be tried.
type WhatIfKind string

// The kinds.
const (
	WhatIfKey    WhatIfKind = "unknown_key"
	WhatIfValue  WhatIfKind = "bad_value"
	WhatIfUnread WhatIfKind = "unread" // the setting was not read, so the rest of it is not known
)

// WhatIfError says why a change cannot be tried.
type WhatIfError struct {
	Kind       WhatIfKind
	Key, Value string
	// Values describes what the key takes, e.g. "on | off".
	Values string
}

func (e *WhatIfError) Error() string {
	if e.Values == "" {
		return fmt.Sprintf("what if %s=%s: %s", e.Key, e.Value, e.Kind)
	}
	return fmt.Sprintf("what if %s=%s: %s (%s)", e.Key, e.Value, e.Kind, e.Values)
}

// Apply answers with the company's settings as they would be with one setting
// changed; s itself stays as it is. See [WhatIfKeys] for keys and values. The
// error is a *WhatIfError.
func Apply(s Snapshot, key, value string) (Snapshot, error) {
	ch := changeOf(key)
	if ch == nil || !ch.company {
		return s, &WhatIfError{Kind: WhatIfKey, Key: key, Value: value}
	}
	q, err := Question{Snapshot: s}.If(key, value)
	return q.Snapshot, err
}

// If answers with the question as it would be with one setting changed, of the
// company, the group, the site, the guest or the person; q itself stays as it
// is. A [Fix] says by Key and Value how to try it. The error is a *WhatIfError.
func (q Question) If(key, value string) (Question, error) {
	ch := changeOf(key)
	if ch == nil {
		return q, &WhatIfError{Kind: WhatIfKey, Key: key, Value: value}
	}
	out := q
	if kind := ch.apply(&out, value); kind != "" {
		return q, &WhatIfError{Kind: kind, Key: key, Value: value, Values: ch.values}
	}
	return out, nil
}

// WhatIfEntry is one key that can be tried.
type WhatIfEntry struct {
	Key string
	// Values describes what it takes, e.g. "on | off".
	Values string
	// Company says that [Apply] takes it.
	Company bool
}

// WhatIfKeys lists every key that can be tried, with its values.
func WhatIfKeys() []WhatIfEntry {
	out := make([]WhatIfEntry, len(changes))
	for i, ch := range changes {
		out[i] = WhatIfEntry{ch.key, ch.values, ch.company}
	}
	return out
}

// change is one row of the table of what can be tried. apply works on a
// question of its own and must not write through what it shares with others.
type change struct {
	key, values string
	company     bool
	apply       func(*Question, string) WhatIfKind
}

func changeOf(key string) *change {
	for i := range changes {
		if changes[i].key == key {
			return &changes[i]
		}
	}
	return nil
}

const sourceWhatIf = "what if"

// edit changes a setting that was read; set says false to a value it does not know.
func edit[T any](at func(*Question) *Setting[T], set func(*T, string) bool) func(*Question, string) WhatIfKind {
	return func(q *Question, value string) WhatIfKind {
		s := at(q)
		if !s.OK() {
			return WhatIfUnread
		}
		v := s.Value
		if !set(&v, value) {
			return WhatIfValue
		}
		s.Value, s.Source = v, sourceWhatIf
		return ""
	}
}

// toggle changes a switch of a setting.
func toggle[T any](at func(*Question) *Setting[T], field func(*T) *bool) func(*Question, string) WhatIfKind {
	return edit(at, func(v *T, value string) bool { return setSwitch(field(v), value) })
}

func setSwitch(to *bool, value string) bool {
	switch value {
	case "on", "yes", "true":
		*to = true
	case "off", "no", "false":
		*to = false
	default:
		return false
	}
	return true
}
