package teamsfake

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// firstPath is the path of the connector below its host until MoveService.
const firstPath = "/teams"

// Server is one Teams tenant with one bot. Safe for concurrent use.
type Server struct {
	opts  Options
	caPEM []byte
	token string

	connector, identity, control host
	servicePath                  atomic.Pointer[string]
	client                       *http.Client
	base                         context.Context // ends at Close
	stop                         context.CancelFunc
	closeOnce                    sync.Once
	closeErr                     error
	running                      sync.WaitGroup

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each change of state
	closing bool
	appURL  string
	keys    keyring
	state
	log wireLog
}

// host is one listener with its server.
type host struct {
	ln  net.Listener
	srv *http.Server
}

// Start opens the listeners and serves until Close.
func Start(opts Options) (*Server, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{
		opts: o, appURL: o.BotURL, token: "connector-token-" + randomHex(16),
		changed: make(chan struct{}), state: newState(),
		client: &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: 8},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	s.MoveService(firstPath)
	if s.keys, err = newKeyring(); err != nil {
		return nil, err
	}
	caPEM, leaf, err := newCertificate()
	if err != nil {
		return nil, err
	}
	s.caPEM = caPEM
	secure := &tls.Config{Certificates: []tls.Certificate{leaf}, MinVersion: tls.VersionTLS12}
	s.base, s.stop = context.WithCancel(context.Background())
	for _, h := range []struct {
		host    *host
		handler http.Handler
		tls     *tls.Config
	}{
		{&s.connector, http.HandlerFunc(s.serveConnector), secure},
		{&s.identity, s.identityHandler(), secure},
		{&s.control, s.controlHandler(), nil},
	} {
		if err := s.serve(h.host, h.handler, h.tls); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

func (s *Server) serve(h *host, handler http.Handler, secure *tls.Config) error {
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("teamsfake: listen: %w", err)
	}
	h.ln = ln
	h.srv = &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second,
		// A client that distrusts the CA is the test's business, not the log's.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	serveOn := ln
	if secure != nil {
		serveOn = tls.NewListener(ln, secure)
	}
	s.running.Go(func() { _ = h.srv.Serve(serveOn) })
	return nil
}

// Close stops the listeners, drops open connections, ends every hanging fault
// and waits for what runs in the background. A second call does nothing.
func (s *Server) Close() error {
	s.closeOnce.Do(func() {
		s.mu.Lock()
		s.closing = true
		s.mu.Unlock()
		s.stop()
		for _, h := range []host{s.connector, s.identity, s.control} {
			if h.srv != nil {
				s.closeErr = errors.Join(s.closeErr, h.srv.Close())
			}
		}
		s.running.Wait()
		s.client.CloseIdleConnections()
	})
	return s.closeErr
}

// background runs f until Close, which waits for it.
func (s *Server) background(f func(context.Context)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.running.Go(func() { f(s.base) })
	}
}

// ServiceURL is the connector's base address, without a final slash.
// Activities carry it with one.
func (s *Server) ServiceURL() string { return "https://" + s.ServiceHost() + *s.servicePath.Load() }

// MoveService changes the path of the service URL, such as "/emea": activities
// carry the new one from now on, and calls to the old one find nothing.
func (s *Server) MoveService(path string) { s.servicePath.Store(&path) }

// ServiceHost is the host:port of the connector.
func (s *Server) ServiceHost() string { return s.connector.ln.Addr().String() }

// MetadataURL is the OpenID document that inbound tokens are checked with.
func (s *Server) MetadataURL() string { return s.identityURL() + pathMetadata }

func (s *Server) identityURL() string { return "https://" + s.identity.ln.Addr().String() }

// Issuer is the issuer of inbound tokens.
func (s *Server) Issuer() string { return issuer }

// CAPEM is the CA that signed the certificates of the https hosts.
func (s *Server) CAPEM() []byte { return s.caPEM }

// ControlURL is the base of the JSON control interface, without a final slash.
func (s *Server) ControlURL() string { return "http://" + s.control.ln.Addr().String() }

// AppID is the bot's application id.
func (s *Server) AppID() string { return s.opts.AppID }

// BotID is the bot's id on the channel.
func (s *Server) BotID() string { return "28:" + s.opts.AppID }

// TenantID is the tenant whose people AddUser adds by default.
func (s *Server) TenantID() string { return s.opts.TenantID }

// Token is the bearer token that the connector takes while Options.CheckToken
// is nil.
func (s *Server) Token() string { return s.token }

// SetAppURL tells where the bot listens, for example an httptest.Server's URL;
// activities go to /api/messages below it.
func (s *Server) SetAppURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.appURL = strings.TrimSuffix(base, "/")
}

// changedLocked wakes everyone who waits for a change of state.
func (s *Server) changedLocked() {
	close(s.changed)
	s.changed = make(chan struct{})
}
