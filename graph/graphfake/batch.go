package graphfake

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
)

const maxBatch = 20

type batchItem struct {
	ID        string            `json:"id"`
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
	Body      json.RawMessage   `json:"body"`
	DependsOn []string          `json:"dependsOn"`
}

// batch runs up to 20 requests, each with faults, permissions and wire log of its own, and answers them in reverse
// order, since the vendor promises none.
func (c *call) batch() reply {
	c.s.mu.Lock()
	_, problem := c.s.bearer(c.r, HostGraph)
	c.s.mu.Unlock()
	if problem != "" {
		return fail(http.StatusUnauthorized, "InvalidAuthenticationToken", problem)
	}
	version, found := strings.CutSuffix(strings.Trim(c.r.URL.Path, "/"), "/$batch")
	if !found || version != "v1.0" && version != "beta" {
		return fail(http.StatusBadRequest, "BadRequest", "Invalid version: "+version)
	}
	items, bad := c.batchItems()
	if bad != nil {
		return *bad
	}
	status := map[string]int{}
	var responses []map[string]any
	for _, it := range items {
		var rep reply
		if slices.ContainsFunc(it.DependsOn, func(id string) bool { return status[id] >= http.StatusBadRequest }) {
			rep = c.s.finish(HostGraph, c.r, fail(http.StatusFailedDependency, "FailedDependency", "A request this one depends on failed."))
		} else if rep, bad = c.runItem(version, it); bad != nil {
			return *bad
		}
		status[it.ID] = rep.status
		headers := map[string]string{}
		for k := range rep.header {
			if k != "Content-Length" {
				headers[k] = rep.header.Get(k)
			}
		}
		entry := map[string]any{"id": it.ID, "status": rep.status, "headers": headers}
		if b, has := rep.body.([]byte); has && len(b) > 0 {
			entry["body"] = json.RawMessage(b)
		}
		responses = append(responses, entry)
	}
	slices.Reverse(responses)
	return ok(map[string]any{"responses": responses})
}

// batchItems checks the envelope; the vendor refuses the whole batch for one malformed item.
func (c *call) batchItems() ([]batchItem, *reply) {
	refuse := func(text string) ([]batchItem, *reply) {
		r := fail(http.StatusBadRequest, "BadRequest", text)
		return nil, &r
	}
	var in struct {
		Requests []batchItem `json:"requests"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		r := malformed(err)
		return nil, &r
	}
	if len(in.Requests) == 0 || len(in.Requests) > maxBatch {
		return refuse("Number of batch request steps exceeds the maximum value of 20, or there is none.")
	}
	var ids []string
	for _, it := range in.Requests {
		hasType := slices.ContainsFunc(slices.Collect(maps.Keys(it.Headers)), func(k string) bool { return strings.EqualFold(k, "Content-Type") })
		hasBody := len(it.Body) > 0 && string(it.Body) != "null"
		switch {
		case it.ID == "" || it.Method == "" || it.URL == "":
			return refuse("Every request in a batch needs id, method and url.")
		case slices.Contains(ids, it.ID):
			return refuse("Duplicate request id '" + it.ID + "'.")
		case strings.Contains(it.URL, "://"):
			return refuse("The url of request '" + it.ID + "' must be relative.")
		case hasBody && !hasType:
			return refuse("Write request id : " + it.ID + " does not contain Content-Type header or body.")
		case slices.ContainsFunc(it.DependsOn, func(id string) bool { return !slices.Contains(ids, id) }):
			return refuse("Request '" + it.ID + "' depends on a request that does not stand before it.")
		}
		ids = append(ids, it.ID)
	}
	return in.Requests, nil
}

// runItem sends one item through the same path as a request of its own.
func (c *call) runItem(version string, it batchItem) (reply, *reply) {
	body := []byte(it.Body)
	for k, v := range it.Headers { // a body that is not JSON comes as base64 text
		if strings.EqualFold(k, "Content-Type") && !strings.Contains(v, "json") {
			var text string
			if json.Unmarshal(it.Body, &text) == nil {
				if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
					body = raw
				}
			}
		}
	}
	if string(body) == "null" {
		body = nil
	}
	r, err := http.NewRequestWithContext(c.r.Context(), it.Method, c.s.urls[HostGraph]+"/"+version+"/"+strings.TrimPrefix(it.URL, "/"), bytes.NewReader(body))
	if err != nil {
		bad := fail(http.StatusBadRequest, "BadRequest", "Invalid url of request '"+it.ID+"'.")
		return reply{}, &bad
	}
	r.Header.Set("Authorization", c.r.Header.Get("Authorization"))
	for k, v := range it.Headers {
		r.Header.Set(k, v)
	}
	if strings.HasSuffix(r.URL.Path, "/$batch") {
		bad := fail(http.StatusBadRequest, "BadRequest", "A batch cannot contain a batch.")
		return reply{}, &bad
	}
	return c.s.exchange(HostGraph, r, body, true), nil
}
