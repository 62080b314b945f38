package teams

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guestsite/bot"
)

const (
	connToken  = "eyJ0.secret-token.abc"
	connApp    = "7f0c6d1e-0000-4000-8000-000000000001"
	connTenant = "7f0c6d1e-0000-4000-8000-00000000000a"
	connPerson = "7f0c6d1e-0000-4000-8000-0000000000aa"
	connChat   = "a:1pers/onal;chat@x"
)

// connSeen is a request as it came.
type connSeen struct {
	Method, Path, Body string // the path as it was written
	Header             http.Header
}

// connService is a connector that answers as its reference says, or as the test does.
type connService struct {
	*httptest.Server
	answer http.HandlerFunc // nil: as the reference says
	conns  atomic.Int64

	mu   sync.Mutex
	seen []connSeen
}

func (s *connService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.mu.Lock()
	s.seen = append(s.seen, connSeen{r.Method, r.URL.EscapedPath(), string(body), r.Header})
	s.mu.Unlock()
	if s.answer != nil {
		s.answer(w, r)
		return
	}
	asReference(w, r)
}

func asReference(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	switch {
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.EscapedPath(), "/v3/conversations"):
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":"a:opened"}`)
	case r.Method == http.MethodPost:
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":"1742000000001"}`)
	case r.Method == http.MethodPut:
		_, _ = io.WriteString(w, `{"id":"1742000000001"}`)
	case r.Method == http.MethodGet:
		_, _ = io.WriteString(w, `{"id":"29:opaque","objectId":"`+connPerson+`","name":"Sanne de Vries","givenName":"Sanne",`+
			`"surname":"de Vries","email":"sanne@noordzee.nl","userPrincipalName":"sanne@noordzee.nl",`+
			`"tenantId":"`+connTenant+`","userRole":"user"}`)
	}
}

func (s *connService) requests() []connSeen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]connSeen(nil), s.seen...)
}

func (s *connService) at() place { return place{s.URL + "/emea/", connChat} }

// startConn starts a connector service and a client of it.
func startConn(t *testing.T, answer http.HandlerFunc, change ...func(*connectorOptions)) (*connService, *connector) {
	t.Helper()
	s := &connService{answer: answer}
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
		if st == http.StateNew {
			s.conns.Add(1)
		}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s, connectTo(s, s.Client(), change...)
}

func connectTo(s *connService, h *http.Client, change ...func(*connectorOptions)) *connector {
	o := connectorOptions{
		HTTP: h, Hosts: []string{s.Listener.Addr().String()}, AppID: connApp,
		Token: func(context.Context) (string, error) { return connToken, nil },
	}
	for _, f := range change {
		f(&o)
	}
	return newConnector(o)
}

// connStatus answers with a status and a body.
func connStatus(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func wantBot(t *testing.T, err error, want bot.Error) {
	t.Helper()
	e, ok := errors.AsType[*bot.Error](err)
	if !ok {
		t.Fatalf("error %v, want a bot.Error", err)
	}
	if e.Code != want.Code || e.Reason != want.Reason || e.Unclear != want.Unclear || e.After != want.After {
		t.Errorf("got %s %q unclear=%v after=%v, want %s %q unclear=%v after=%v (%v)",
			e.Code, e.Reason, e.Unclear, e.After, want.Code, want.Reason, want.Unclear, want.After, err)
	}
	tellsNothing(t, err)
}

// tellsNothing fails where an error holds what it must not.
func tellsNothing(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"secret", connChat, connPerson, "127.0.0.1", "example.com", "https:", "Sanne"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error tells %q: %v", secret, err)
		}
	}
}

// allCalls makes each call once.
func allCalls(t *testing.T, s *connService, c *connector) map[callKind]error {
	t.Helper()
	ctx, m := t.Context(), outbound{Text: "secret Sanne"}
	_, post := c.post(ctx, s.at(), m)
	_, open := c.open1to1(ctx, s.URL, connTenant, connPerson)
	return map[callKind]error{
		callPost: post, callPut: c.put(ctx, s.at(), "1", m), callOpen: open,
	}
}
