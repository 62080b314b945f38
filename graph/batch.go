package graph

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/models/odataerrors"

	"guestsite/bot"
)

// maxBatch is how many requests a batch may hold (Microsoft Graph: JSON batching).
const maxBatch = 20

// answer is the answer to one request of a batch.
type answer struct {
	op    op
	node  serialization.ParseNode // the body; may be nil
	fault *fault                  // set where it was refused
	lost  *bot.Error              // set where there was no answer at all
}

// batch sends requests that read, 20 in a call, and gives an answer to each. The
// error is one of the calls itself.
func (c *Client) batch(ctx context.Context, doing string, rs ...request) ([]answer, error) {
	out := make([]answer, 0, len(rs))
	for len(rs) > 0 {
		n := min(len(rs), maxBatch)
		part, err := c.batchOnce(ctx, doing, rs[:n])
		if err != nil {
			return nil, err
		}
		out, rs = append(out, part...), rs[n:]
	}
	return out, nil
}

func (c *Client) batchOnce(ctx context.Context, doing string, rs []request) ([]answer, error) {
	env := &batchEnvelope{}
	for i, r := range rs {
		item, err := c.item(ctx, strconv.Itoa(i), r)
		if err != nil {
			return nil, internal(doing, err)
		}
		env.items = append(env.items, item)
	}
	began := time.Now()
	res, err := get[*batchAnswer](ctx, c, doing, request{op: opBatch, body: env}, newBatchAnswer)
	if err != nil {
		return nil, err
	}
	out := make([]answer, len(rs))
	for i, r := range rs {
		out[i] = answer{op: r.op, lost: unreadable(doing, r.op)}
	}
	for _, a := range res.items {
		i, err := strconv.Atoi(a.id)
		if err != nil || i < 0 || i >= len(rs) {
			continue
		}
		out[i] = a.answer(rs[i].op)
		c.observe(ctx, Call{
			Operation: string(rs[i].op), InBatch: true, Status: a.status, RequestID: a.headers["request-id"], Took: time.Since(began),
		})
	}
	return out, nil
}

// item is a request as a batch holds it.
func (c *Client) item(ctx context.Context, id string, r request) (*batchItem, error) {
	info, err := c.info(ctx, r)
	if err != nil {
		return nil, err
	}
	method, _, _ := r.op.parts()
	it := &batchItem{id: id, method: method, url: r.url(), headers: map[string]string{}}
	if r.eventual {
		it.headers["ConsistencyLevel"] = "eventual"
	}
	if r.body != nil {
		it.headers["Content-Type"] = "application/json"
		it.body = info.Content
	}
	return it, nil
}

// as decodes an answer.
func as[T serialization.Parsable](a answer, doing string, model serialization.ParsableFactory) (T, error) {
	var none T
	switch {
	case a.lost != nil:
		return none, a.lost
	case a.fault != nil:
		return none, a.fault.err(doing, a.op)
	case a.node == nil:
		return none, unreadable(doing, a.op)
	}
	p, err := a.node.GetObjectValue(model)
	if err != nil {
		return none, unreadable(doing, a.op)
	}
	t, ok := p.(T)
	if !ok {
		return none, unreadable(doing, a.op)
	}
	return t, nil
}

// batchEnvelope is the body of POST /$batch.
type batchEnvelope struct{ items []*batchItem }

// Serialize writes the envelope.
func (b *batchEnvelope) Serialize(w serialization.SerializationWriter) error {
	list := make([]serialization.Parsable, len(b.items))
	for i, it := range b.items {
		list[i] = it
	}
	return w.WriteCollectionOfObjectValues("requests", list)
}

// GetFieldDeserializers is empty: it is only sent.
func (b *batchEnvelope) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return nil
}

type batchItem struct {
	id, method, url string
	headers         map[string]string
	body            json.RawMessage
}

// Serialize writes the item.
func (b *batchItem) Serialize(w serialization.SerializationWriter) error {
	errs := []error{w.WriteStringValue("id", &b.id), w.WriteStringValue("method", &b.method), w.WriteStringValue("url", &b.url)}
	if len(b.headers) > 0 {
		errs = append(errs, w.WriteAnyValue("headers", b.headers))
	}
	if b.body != nil {
		errs = append(errs, w.WriteAnyValue("body", b.body))
	}
	return errors.Join(errs...)
}

// GetFieldDeserializers is empty: it is only sent.
func (b *batchItem) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return nil
}

// batchAnswer is the answer to POST /$batch. Bodies stay undecoded nodes, so that
// one that is no JSON object spoils only its own item.
type batchAnswer struct{ items []*itemAnswer }

func newBatchAnswer(serialization.ParseNode) (serialization.Parsable, error) {
	return &batchAnswer{}, nil
}

// Serialize does nothing: it is only received.
func (b *batchAnswer) Serialize(serialization.SerializationWriter) error { return nil }

// GetFieldDeserializers reads the answers.
func (b *batchAnswer) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{
		"responses": func(n serialization.ParseNode) error {
			list, err := n.GetCollectionOfObjectValues(func(serialization.ParseNode) (serialization.Parsable, error) {
				return &itemAnswer{headers: map[string]string{}}, nil
			})
			for _, p := range list {
				if it, ok := p.(*itemAnswer); ok {
					b.items = append(b.items, it)
				}
			}
			return err
		},
	}
}

type itemAnswer struct {
	id      string
	status  int
	headers map[string]string // names in lower case
	body    serialization.ParseNode
}

// Serialize does nothing: it is only received.
func (it *itemAnswer) Serialize(serialization.SerializationWriter) error { return nil }

// GetFieldDeserializers reads one answer.
func (it *itemAnswer) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{
		"id": func(n serialization.ParseNode) error {
			s, err := n.GetStringValue()
			it.id = val(s)
			return err
		},
		"status": func(n serialization.ParseNode) error {
			s, err := n.GetInt32Value()
			it.status = int(val(s))
			return err
		},
		"headers": func(n serialization.ParseNode) error {
			var all map[string]string
			if err := decode(n, &all); err != nil {
				return nil // an answer without readable headers is still an answer
			}
			for name, v := range all {
				it.headers[strings.ToLower(name)] = v
			}
			return nil
		},
		"body": func(n serialization.ParseNode) error {
			it.body = n
			return nil
		},
	}
}

func (it *itemAnswer) answer(o op) answer {
	a := answer{op: o, node: it.body}
	if it.status < 400 && it.status >= 200 {
		return a
	}
	a.fault = &fault{status: it.status, request: it.headers["request-id"], after: retryAfter(it.headers["retry-after"])}
	if it.body != nil {
		if p, err := it.body.GetObjectValue(odataerrors.CreateODataErrorFromDiscriminatorValue); err == nil {
			if e, ok := p.(*odataerrors.ODataError); ok {
				a.fault.read(e)
			}
		}
	}
	return a
}
