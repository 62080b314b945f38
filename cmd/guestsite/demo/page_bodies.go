package demo

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"guestsite/graph/graphfake"
)

const (
	maxShownBody = 64 << 10 // of a body; what is longer is not shown
	maxWaiting   = maxWire  // requests that wait to be read
)

// bodies keeps what reaches the tenant, whose own log holds no bodies.
type bodies struct {
	mu  sync.Mutex
	new []wireDetail
}

func newBodies() *bodies { return &bodies{} }

// take gives what is new.
func (b *bodies) take() []wireDetail {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.new
	b.new = nil
	return out
}

// watch stands before a host of the tenant.
func (b *bodies) watch(host string, next http.Handler) http.Handler {
	to := map[string]string{graphfake.HostLogin: nameLogin, graphfake.HostGraph: nameGraph}[host]
	if to == "" {
		to = nameShare
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		var sent, got bounded
		r.Body = &teeBody{Reader: io.TeeReader(r.Body, &sent), Closer: r.Body}
		rec := &recorder{ResponseWriter: w, body: &got}
		defer func() { // a fault cuts the connection by a panic
			q := r.URL.Query()
			for k := range q {
				if isSecret(k) || slices.Contains([]string{"rd", "session", "state", "nonce"}, k) {
					q.Del(k)
				}
			}
			path := r.URL.Path
			if shown, err := url.QueryUnescape(q.Encode()); err == nil && shown != "" { // to be read, not to be sent
				path += "?" + shown
			}
			e := wireDetail{
				wireEntry: wireEntry{At: began.UnixMilli(), From: fromBot, To: to, Method: r.Method, Path: path, Status: rec.status},
				Request:   shownBody(r.Header.Get("Content-Type"), sent), Response: shownBody(rec.Header().Get("Content-Type"), got),
			}
			if r.URL.Path == "/redeem" || strings.HasSuffix(r.URL.Path, "/authorize") {
				e.From = fromBrowser
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			if len(b.new) < maxWaiting {
				b.new = append(b.new, e)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// shownBody is a body that may be shown; a form is shown as an object.
func shownBody(kind string, b bounded) json.RawMessage {
	if b.over {
		return json.RawMessage(`"‹too long to show›"`)
	}
	if strings.HasPrefix(kind, "application/x-www-form-urlencoded") {
		form, err := url.ParseQuery(b.String())
		if err != nil {
			return nil
		}
		o := map[string]any{}
		for k := range form {
			o[k] = form.Get(k)
		}
		raw, err := json.Marshal(scrub(o))
		if err != nil {
			return nil
		}
		return raw
	}
	return withoutSecrets(b.Bytes())
}

// bounded keeps a body up to maxShownBody.
type bounded struct {
	bytes.Buffer
	over bool
}

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxShownBody {
		b.over = true
	} else {
		b.Buffer.Write(p)
	}
	return len(p), nil
}

type teeBody struct {
	io.Reader
	io.Closer
}

// recorder keeps the answer as it goes out.
type recorder struct {
	http.ResponseWriter
	status int
	body   *bounded
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	_, _ = r.body.Write(p)
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
