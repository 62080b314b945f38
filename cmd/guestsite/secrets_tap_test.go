package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// tap stands between the program and Slack, and reads what comes over sockets, which no
// client for HTTP sees.
type tap struct{ server *httptest.Server }

// tapSlack leads the program to Slack through a tap. It lasts as long as the test, since
// the program may be started anew.
func (w *witness) tapSlack(t *testing.T, c *Config) {
	t.Helper()
	cloud, own := c.Clouds[c.Cloud]
	if !own || cloud.SlackAPI == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.taps == nil {
		w.taps = map[string]*tap{}
	}
	if w.taps[cloud.SlackAPI] == nil {
		to, err := url.Parse(cloud.SlackAPI)
		if err != nil {
			t.Error(err)
			return
		}
		w.taps[cloud.SlackAPI] = newTap(t, w, to)
	}
	u, err := url.Parse(cloud.SlackAPI)
	if err != nil {
		t.Error(err)
		return
	}
	cloud.SlackAPI = w.taps[cloud.SlackAPI].server.URL + u.Path
	c.Clouds[c.Cloud] = cloud
}

func newTap(t *testing.T, w *witness, to *url.URL) *tap {
	t.Helper()
	p := &tap{}
	p.server = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: to.Scheme, Host: to.Host})
			r.Out.Header.Del("Accept-Encoding") // to be read
		},
		ModifyResponse: func(r *http.Response) error {
			switch {
			case r.StatusCode == http.StatusSwitchingProtocols:
				r.Body = &socketReader{ReadWriteCloser: r.Body.(io.ReadWriteCloser), w: w}
			case strings.HasSuffix(r.Request.URL.Path, "apps.connections.open"): // the socket goes through here, too
				text, err := io.ReadAll(r.Body)
				if err != nil {
					return err
				}
				_ = r.Body.Close()
				text = bytes.ReplaceAll(text, []byte(to.Host), []byte(strings.TrimPrefix(p.server.URL, "http://")))
				r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
				r.Header.Set("Content-Length", strconv.Itoa(len(text)))
			}
			return nil
		},
	})
	t.Cleanup(p.server.Close)
	return p
}

// socketReader shows the messages that come over a socket to a witness.
type socketReader struct {
	io.ReadWriteCloser

	w    *witness
	left []byte // of a frame that is not here as a whole
}

func (s *socketReader) Read(b []byte) (int, error) {
	n, err := s.ReadWriteCloser.Read(b)
	s.left = append(s.left, b[:n]...)
	for {
		payload, rest, whole := frame(s.left)
		if !whole {
			return n, err
		}
		s.w.body(payload)
		s.left = rest
	}
}

// frame cuts the first frame, as a server sends it, off what came over a socket.
func frame(b []byte) (payload, rest []byte, whole bool) {
	const head = 2
	if len(b) < head {
		return nil, b, false
	}
	at, n := head, uint64(b[1]&0x7f)
	switch n {
	case 126:
		if at += 2; len(b) < at {
			return nil, b, false
		}
		n = uint64(binary.BigEndian.Uint16(b[head:]))
	case 127:
		if at += 8; len(b) < at {
			return nil, b, false
		}
		n = binary.BigEndian.Uint64(b[head:])
	}
	if uint64(len(b)-at) < n {
		return nil, b, false
	}
	end := at + int(n) //nolint:gosec // no more than is there
	return b[at:end], b[end:], true
}
