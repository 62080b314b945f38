package slackfake

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const maxBody = 4 << 20

// args are a call's arguments: strings from a form, any JSON from a JSON body.
type args map[string]any

// readArgs decodes a call. A token in a form is taken out and returned; one in
// a JSON body is ignored, as Slack wants it in the header there.
func readArgs(r *http.Request) (a args, token string, err error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return nil, "", err
	}
	a = args{}
	form := func(q string) error {
		v, err := url.ParseQuery(q)
		if err != nil {
			return errors.New("invalid_form_data")
		}
		for k := range v {
			a[k] = v.Get(k)
		}
		return nil
	}
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method == http.MethodGet:
		err = form(r.URL.RawQuery)
		delete(a, "token")
	case kind == "application/json" && len(body) == 0: // no arguments
	case kind == "application/json":
		if a, err = decodeObject(body); err != nil {
			err = errors.New("invalid_json")
		}
		delete(a, "token")
	case kind == "application/x-www-form-urlencoded":
		err = form(string(body))
	case kind == "multipart/form-data":
		err = multipartArgs(a, body, params["boundary"])
	case len(body) > 0:
		err = errors.New("missing_post_type")
	}
	token, _ = a["token"].(string)
	delete(a, "token")
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = t
	}
	return a, token, err
}

func multipartArgs(a args, body []byte, boundary string) error {
	r := &http.Request{
		Method: http.MethodPost, Body: io.NopCloser(bytes.NewReader(body)),
		Header: http.Header{"Content-Type": {"multipart/form-data; boundary=" + boundary}},
	}
	if err := r.ParseMultipartForm(maxBody); err != nil {
		return errors.New("invalid_form_data")
	}
	for k := range r.MultipartForm.Value {
		a[k] = r.MultipartForm.Value[k][0]
	}
	return nil
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
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

// has tells whether an argument was sent; an explicit null counts as absent.
func (a args) has(key string) bool { v, ok := a[key]; return ok && v != nil }

func (a args) str(key string) string {
	switch v := a[key].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

func (a args) flag(key string) bool {
	switch v := a[key].(type) {
	case bool:
		return v
	case string:
		b, _ := strconv.ParseBool(v)
		return b
	case json.Number:
		return v.String() == "1"
	}
	return false
}

func (a args) number(key string, def int) int {
	n, err := strconv.Atoi(a.str(key))
	if err != nil {
		return def
	}
	return n
}

// json returns a structured argument; in a form it is JSON text.
func (a args) json(key string) (any, error) {
	if text, ok := a[key].(string); ok {
		return decodeJSON([]byte(text))
	}
	return a[key], nil
}

// decoded is the call as JSON, with structured arguments decoded and numbers
// and flags in their own types, for the wire log.
func (a args) decoded() json.RawMessage {
	out := make(obj, len(a))
	for k, v := range a {
		text, isText := v.(string)
		if isText {
			switch k {
			case "blocks", "view", "attachments", "metadata":
				if d, err := decodeJSON([]byte(text)); err == nil {
					v = d
				}
			case "limit":
				if n, err := strconv.Atoi(text); err == nil {
					v = n
				}
			default:
				if text == "true" || text == "false" {
					v = text == "true"
				}
			}
		}
		out[k] = v
	}
	return mustJSON(out)
}

// mustJSON encodes values that came from JSON, so it cannot fail.
func mustJSON(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("slackfake: encode own value: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// deepCopy returns an independent copy of a JSON value.
func deepCopy[T any](v T) T {
	d := json.NewDecoder(bytes.NewReader(mustJSON(v)))
	d.UseNumber()
	var out T
	if err := d.Decode(&out); err != nil {
		panic("slackfake: copy own value: " + err.Error())
	}
	return out
}
