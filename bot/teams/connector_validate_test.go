package teams

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// connContract validates what goes to and comes from the connector against the
// vendor's Swagger.
type connContract struct {
	fail     func(format string, args ...any)
	doc      *openapi3.T
	activity *jsonschema.Schema
	types    *jsonschema.Schema

	mu   sync.Mutex
	seen map[string]int // by operation: requests whose answer was good
}

// connContractDir is where the contracts lie, or the end of the test.
func connContractDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("GUESTSITE_CONTRACTS")
	if dir == "" {
		t.Skip("GUESTSITE_CONTRACTS is not set: nothing is checked against the vendor's Swagger")
	}
	return filepath.Join(dir, "botframework")
}

func loadConnContract(t *testing.T) *connContract {
	t.Helper()
	dir := connContractDir(t)
	c := &connContract{fail: t.Errorf, seen: map[string]int{}}

	raw, err := os.ReadFile(filepath.Join(dir, "ConnectorAPI.swagger2.json"))
	connMust(t, err)
	var two openapi2.T
	connMust(t, json.Unmarshal(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), &two))
	three, err := openapi2conv.ToV3(&two)
	connMust(t, err)
	raw, err = json.Marshal(three)
	connMust(t, err)
	c.doc, err = openapi3.NewLoader().LoadFromData(raw) // again, so that references resolve
	connMust(t, err)
	// As published, unknown properties pass.
	for name, s := range c.doc.Components.Schemas {
		if len(s.Value.Properties) > 0 && s.Value.AdditionalProperties.Has == nil && name != "Entity" {
			s.Value.AdditionalProperties.Has = new(false)
		}
	}

	raw, err = os.ReadFile(filepath.Join(dir, "activity.schema.json"))
	connMust(t, err)
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))))
	connMust(t, err)
	k := jsonschema.NewCompiler()
	k.AssertFormat()
	connMust(t, k.AddResource("mem:///activity.json", v))
	c.activity, err = k.Compile("mem:///activity.json#/definitions/Activity")
	connMust(t, err)
	c.types, err = k.Compile("mem:///activity.json#/definitions/ActivityTypes")
	connMust(t, err)
	return c
}

func connMust(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wrap validates a request and the answer to it.
func (c *connContract) wrap(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			c.fail("%v", err)
			return
		}
		rec := httptest.NewRecorder()
		next(rec, r)
		c.check(r.Context(), r.Method, r.URL.EscapedPath(), r.Header, body, rec.Code, rec.Header(), rec.Body.Bytes())
		maps.Copy(w.Header(), rec.Header())
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	}
}

// route finds the template of a path as it was written.
func (c *connContract) route(method, path string) (*routers.Route, map[string]string, string) {
	have := strings.Split(path, "/")
	for template, item := range c.doc.Paths.Map() {
		want := strings.Split(template, "/")
		operation := item.GetOperation(method)
		if operation == nil || len(want) != len(have) {
			continue
		}
		params, ok := map[string]string{}, true
		for i, w := range want {
			if name, is := strings.CutPrefix(w, "{"); is {
				v, err := url.PathUnescape(have[i])
				params[strings.TrimSuffix(name, "}")], ok = v, ok && err == nil
			} else {
				ok = ok && w == have[i]
			}
		}
		if ok {
			return &routers.Route{Spec: c.doc, Path: template, PathItem: item, Method: method, Operation: operation},
				params, method + " " + template
		}
	}
	return nil, nil, ""
}

func (c *connContract) check(ctx context.Context, method, path string, header http.Header, body []byte, status int, answerHeader http.Header, answer []byte) {
	route, params, name := c.route(method, path)
	if route == nil {
		c.fail("%s %s is not in the contract", method, path)
		return
	}
	r, err := http.NewRequestWithContext(ctx, method, "https://connector.example"+path, bytes.NewReader(body))
	if err != nil {
		c.fail("%v", err)
		return
	}
	r.Header = header.Clone()
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if err := openapi3filter.ValidateRequest(ctx, in); err != nil {
		c.fail("request %s: %s\n%s", name, connBrief(err), body)
		return
	}
	out := (&openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: status, Header: answerHeader,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}).SetBodyBytes(answer)
	if err := openapi3filter.ValidateResponse(ctx, out); err != nil {
		c.fail("answer %d to %s: %s\n%s", status, name, connBrief(err), answer)
		return
	}
	if strings.Contains(path, "/activities") && len(body) > 0 {
		if err := c.obeys(body); err != nil {
			c.fail("activity of %s: %v\n%s", name, err, body)
			return
		}
	}
	c.count(name)
}

func (c *connContract) count(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[name]++
}

// obeys checks an activity against its schema, where the type is any string.
func (c *connContract) obeys(body []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	if err := c.activity.Validate(v); err != nil {
		return err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return errors.New("no object")
	}
	return c.types.Validate(m["type"])
}

func connBrief(err error) string {
	text, _, _ := strings.Cut(err.Error(), "Schema:")
	return strings.TrimSpace(text)
}
