package graphfake

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const maxBody = 4 << 20

// reply is what a handler answers; finish turns it into bytes while the state is still locked.
type reply struct {
	status int
	header http.Header
	body   any // marshalled as JSON; nil is an empty body, a []byte is sent as it is
	err    *vendorError
	reset  bool
	ctype  string // content type when it is not the host's usual one
	then   func() // runs once the state is unlocked, before the answer is sent
	told   string // what Asked says of a sign-in's answer
}

// call is one request on its way through a handler.
type call struct {
	s       *Server
	host    string
	r       *http.Request
	q       url.Values
	p       map[string]string // path parameters
	body    []byte
	token   *token
	version string // "v1.0" or "beta" on Graph
}

// handle is the HTTP side of one host: read, exchange, write.
func (s *Server) handle(host string, w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	rep := s.exchange(host, r, body, false)
	if rep.reset {
		cut(w)
	}
	maps.Copy(w.Header(), rep.header)
	w.WriteHeader(rep.status)
	if b, ok := rep.body.([]byte); ok && len(b) > 0 {
		_, _ = w.Write(b) // the client may have left
	}
}

// exchange answers one request, of its own or inside a batch: faults first, then the host, then the wire log. The body
// of the returned reply is []byte.
func (s *Server) exchange(host string, r *http.Request, body []byte, inBatch bool) reply {
	f := s.takeFault(host, r)
	if f != nil && f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
		}
	}
	var rep reply
	if f == nil || f.Applied || !f.answers() {
		rep = s.dispatch(host, r, body) //nolint:contextcheck // a batch gives its items the context of r
	}
	if f != nil && f.answers() {
		rep = s.finish(host, r, s.faultReply(f, host, r, body))
	}
	if rep.reset && inBatch { // one item has no connection of its own
		rep = s.finish(host, r, fail(http.StatusGatewayTimeout, "UnknownError", "The server did not answer."))
	}
	s.record(host, r, rep, inBatch)
	return rep
}

// dispatch runs the handler of a host.
func (s *Server) dispatch(host string, r *http.Request, body []byte) reply {
	c := &call{s: s, host: host, r: r, q: r.URL.Query(), body: body}
	if host == HostGraph && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/$batch") {
		return s.finish(host, r, c.batch()) // takes the lock for each item
	}
	rep := c.locked()
	if rep.then != nil {
		rep.then()
	}
	return rep
}

// locked answers while nobody else reads or changes the state.
func (c *call) locked() reply {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var rep reply
	switch c.host {
	case HostLogin:
		rep = c.serveLogin()
	case HostGraph:
		rep = c.serveGraph()
	default:
		rep = c.serveSharePoint()
	}
	return c.s.finish(c.host, c.r, rep)
}

// finish adds the headers every answer of the vendor has and marshals the body.
func (s *Server) finish(host string, r *http.Request, rep reply) reply {
	if rep.reset {
		return rep
	}
	h := rep.header
	if h == nil {
		h = http.Header{}
	}
	id := newID()
	h.Set("request-id", id)
	client := r.Header.Get("client-request-id")
	if client != "" {
		h.Set("client-request-id", client)
	} else {
		client = id
	}
	if rep.err != nil {
		rep.body = rep.err.body(host, s.opt.Now(), id, client)
	}
	if rep.body != nil {
		if b, ok := rep.body.([]byte); ok {
			rep.body = b
		} else {
			var buf bytes.Buffer
			enc := json.NewEncoder(&buf)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(rep.body); err != nil {
				panic(fmt.Sprintf("graphfake: answer cannot be marshalled: %v", err)) // a bug of this package
			}
			rep.body = bytes.TrimSpace(buf.Bytes())
		}
		ct := rep.ctype
		switch {
		case ct != "":
		case host == HostGraph:
			ct = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
			h.Set("OData-Version", "4.0")
		default:
			ct = "application/json; charset=utf-8"
		}
		h.Set("Content-Type", ct)
		h.Set("Content-Length", strconv.Itoa(len(rep.body.([]byte))))
	}
	h.Set("Cache-Control", "no-store")
	rep.header = h
	return rep
}

// cut ends the connection without an answer.
func cut(w http.ResponseWriter) {
	if hj, ok := w.(http.Hijacker); ok {
		if conn, _, err := hj.Hijack(); err == nil {
			raw := conn
			if t, ok := conn.(*tls.Conn); ok {
				raw = t.NetConn()
			}
			if t, ok := raw.(*net.TCPConn); ok {
				_ = t.SetLinger(0) // RST rather than FIN
			}
			_ = raw.Close()
		}
	}
	panic(http.ErrAbortHandler)
}

// ok answers 200 with a JSON body.
func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

// noContent answers 204.
func noContent() reply { return reply{status: http.StatusNoContent} }

// newID makes a random GUID.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// stamp formats a time as the vendor does; nil for the zero time.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
