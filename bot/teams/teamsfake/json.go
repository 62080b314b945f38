package teamsfake

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// obj is a decoded JSON object; numbers in it are json.Number.
type obj = map[string]any

func str(v any, key string) string {
	o, _ := v.(obj)
	t, _ := o[key].(string)
	return t
}

func child(v any, key string) obj {
	o, _ := v.(obj)
	c, _ := o[key].(obj)
	return c
}

func list(v any, key string) []any {
	o, _ := v.(obj)
	l, _ := o[key].([]any)
	return l
}

// flag reads a boolean that has a default.
func flag(v any, key string, def bool) bool {
	o, _ := v.(obj)
	if b, ok := o[key].(bool); ok {
		return b
	}
	return def
}

func decodeObject(body []byte) (obj, error) {
	v, err := decodeJSON(body)
	if err != nil {
		return nil, err
	}
	o, ok := v.(obj)
	if !ok {
		return nil, errors.New("not a JSON object")
	}
	return o, nil
}

// decodeJSON decodes exactly one JSON value and keeps numbers exact.
func decodeJSON(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON value")
	}
	return v, nil
}

func mustJSON(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("teamsfake: encode own value: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// deepCopy returns an independent copy of a JSON value.
func deepCopy[T any](v T) T {
	d := json.NewDecoder(bytes.NewReader(mustJSON(v)))
	d.UseNumber()
	var out T
	if err := d.Decode(&out); err != nil {
		panic("teamsfake: copy own value: " + err.Error())
	}
	return out
}

// rawOrText keeps a body as JSON where it is JSON, else as a JSON string.
func rawOrText(body []byte) json.RawMessage {
	if len(body) == 0 {
		return nil
	}
	if json.Valid(body) {
		return bytes.Clone(body)
	}
	return mustJSON(string(body))
}
