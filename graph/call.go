package graph

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/models/odataerrors"
)

// request is one operation with what it is asked with.
type request struct {
	op    op
	path  []string          // values for the placeholders, in order
	query map[string]string // OData options by name, e.g. "$filter"
	body  serialization.Parsable
	// eventual asks for an advanced query, which is served from an index that lags
	// behind (Microsoft Graph: Advanced query capabilities on directory objects).
	eventual bool
}

// url is the request's path and query, relative to the version.
func (r request) url() string {
	_, _, path := r.op.parts()
	for _, v := range r.path {
		before, rest, found := strings.Cut(path, "{")
		_, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			break
		}
		if strings.HasSuffix(before, "'") {
			v = strings.ReplaceAll(v, "'", "''") // inside a string literal
		}
		path = before + url.PathEscape(v) + after
	}
	q := url.Values{}
	for k, v := range r.query {
		q.Set(k, v)
	}
	if r.eventual {
		q.Set("$count", "true")
	}
	if len(q) == 0 {
		return path
	}
	// Encode writes a blank as "+"; a plus is %2B by then.
	return path + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// literal is a string in an OData filter (OData URL conventions: a quote is doubled).
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// info makes kiota's form of the request.
func (c *Client) info(ctx context.Context, r request) (*abs.RequestInformation, error) {
	method, version, _ := r.op.parts()
	return c.infoAt(ctx, r, method, c.base+"/"+version+r.url())
}

func (c *Client) infoAt(ctx context.Context, r request, method, at string) (*abs.RequestInformation, error) {
	u, err := url.Parse(at)
	if err != nil {
		return nil, fmt.Errorf("building the URL: %w", err)
	}
	info := abs.NewRequestInformation()
	switch method {
	case "GET":
		info.Method = abs.GET
	case "POST":
		info.Method = abs.POST
	case "PATCH":
		info.Method = abs.PATCH
	case "DELETE":
		info.Method = abs.DELETE
	}
	info.SetUri(*u)
	info.Headers.Add("Accept", "application/json")
	if r.eventual {
		info.Headers.Add("ConsistencyLevel", "eventual")
	}
	if r.body != nil {
		if err := info.SetContentFromParsable(ctx, c.adapter, "application/json", r.body); err != nil {
			return nil, fmt.Errorf("encoding the body: %w", err)
		}
	}
	return info, nil
}

func errorMappings() abs.ErrorMappings {
	return abs.ErrorMappings{"XXX": odataerrors.CreateODataErrorFromDiscriminatorValue}
}

// send makes one call. The result is nil for an answer without content.
func (c *Client) send(ctx context.Context, doing string, r request, model serialization.ParsableFactory) (serialization.Parsable, error) {
	info, err := c.info(ctx, r)
	if err != nil {
		return nil, internal(doing, err)
	}
	return c.sendInfo(ctx, doing, r.op, info, model)
}

func (c *Client) sendInfo(ctx context.Context, doing string, o op, info *abs.RequestInformation, model serialization.ParsableFactory) (serialization.Parsable, error) {
	ctx, cancel := bounded(ctx, c.http.Timeout)
	defer cancel()
	began := time.Now()
	var out serialization.Parsable
	var err error
	if model == nil {
		err = c.adapter.SendNoContent(ctx, info, errorMappings())
	} else {
		out, err = c.adapter.Send(ctx, info, model, errorMappings())
	}
	f := faultOf(err)
	c.observe(ctx, Call{Operation: string(o), Status: f.statusOr(200, err), RequestID: f.requestID(), Took: time.Since(began)})
	if err == nil {
		return out, nil
	}
	return nil, mapped(ctx, doing, o, f, err)
}

// bounded puts a client's timeout, if it has one, on a call.
func bounded(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, timeout, errSlow)
}

var errSlow = errors.New("the service did not answer in time")

func (c *Client) observe(ctx context.Context, k Call) {
	c.log.DebugContext(ctx, "call", "operation", k.Operation, "status", k.Status, "graph_request_id", k.RequestID,
		"in_batch", k.InBatch, "took", k.Took)
	if c.opt.OnCall != nil {
		c.opt.OnCall(k)
	}
}

// get makes one call that answers a T.
func get[T serialization.Parsable](ctx context.Context, c *Client, doing string, r request, model serialization.ParsableFactory) (T, error) {
	var none T
	p, err := c.send(ctx, doing, r, model)
	if err != nil {
		return none, err
	}
	t, ok := p.(T)
	if !ok {
		return none, unreadable(doing, r.op)
	}
	return t, nil
}

// pages follows a listing until each page was given to take, take says stop, or
// most pages were read.
func pages[T interface {
	serialization.Parsable
	GetOdataNextLink() *string
}](ctx context.Context, c *Client, doing string, r request, model serialization.ParsableFactory, most int, take func(T) bool) error {
	page, err := get[T](ctx, c, doing, r, model)
	for n := 1; err == nil; n++ {
		next := page.GetOdataNextLink()
		if !take(page) || next == nil || *next == "" || n >= most {
			return nil
		}
		page, err = follow[T](ctx, c, doing, r, *next, model)
	}
	return err
}

// follow reads a listing's next page. The link is the service's own; the token
// goes nowhere else (bearer checks the host).
func follow[T serialization.Parsable](ctx context.Context, c *Client, doing string, r request, link string, model serialization.ParsableFactory) (T, error) {
	var none T
	info, err := c.infoAt(ctx, request{op: r.op, eventual: r.eventual}, "GET", link)
	if err != nil {
		return none, internal(doing, err)
	}
	p, err := c.sendInfo(ctx, doing, r.op, info, model)
	if err != nil {
		return none, err
	}
	t, ok := p.(T)
	if !ok {
		return none, unreadable(doing, r.op)
	}
	return t, nil
}

// val reads a pointer as the SDK's models have them.
func val[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
