package graph

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxAnswer is the longest answer that is read.
const maxAnswer = 32 << 20

// transport is all that stands between kiota and the operator's own transport.
// kiota's default handlers are left out on purpose: its retry handler re-sends a
// POST that was answered 504, also with MaxRetries 0, and its compression
// handler encodes bodies that Graph does not take encoded.
type transport struct{ next http.RoundTripper }

// RoundTrip names the request, refuses answers that are not the service's, and
// makes errors that are no JSON readable by their status alone.
//
// net/http itself repeats one thing below here: a read whose idle connection
// turns out to be dead.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if r.Header.Get("client-request-id") == "" {
		r.Header.Set("client-request-id", newID())
	}
	if err := rewindable(r); err != nil {
		return nil, err
	}
	res, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if err := strange(res); err != nil {
		_ = res.Body.Close()
		return nil, err
	}
	res.Body = &limited{Reader: io.LimitReader(res.Body, maxAnswer), Closer: res.Body}
	if res.StatusCode >= http.StatusBadRequest && !isJSON(res) {
		// A gateway's page. kiota would lose the status over not having a parser for it.
		_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16))
		_ = res.Body.Close()
		res.Body, res.ContentLength = http.NoBody, 0
		res.Header.Del("Content-Type")
	}
	return res, nil
}

func isJSON(res *http.Response) bool {
	kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(kind), "application/json")
}

var (
	errRedirect = errors.New("answered with a redirect")
	errPage     = errors.New("answered with a page for people")
)

// strange says that something else than the service answered, such as a proxy
// that wants a login. kiota would take both for success where no content is expected.
func strange(res *http.Response) error {
	switch {
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return errRedirect
	case res.StatusCode < 300 && strings.HasPrefix(res.Header.Get("Content-Type"), "text/html"):
		return errPage
	}
	return nil
}

// rewindable gives a body that net/http can send again where not one byte of the
// request was written because the idle connection was already closed.
func rewindable(r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody || r.GetBody != nil {
		return nil
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("reading the request's body: %w", err)
	}
	_ = r.Body.Close()
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
	r.Body, _ = r.GetBody()
	r.ContentLength = int64(len(b))
	return nil
}

type limited struct {
	io.Reader
	io.Closer
}

// newID makes a random GUID.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
