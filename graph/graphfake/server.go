package graphfake

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server is a running tenant.
type Server struct {
	opt   Options
	ca    *authority
	urls  map[string]string
	table []route

	control string
	servers []*http.Server
	running sync.WaitGroup

	mu sync.Mutex // guards all below
	tenant
	login  loginState
	faults []*fault
	wire   []Entry
}

// Start makes the tenant and serves it on five loopback ports until Close.
func Start(o Options) (*Server, error) {
	s := &Server{opt: o.withDefaults(), urls: map[string]string{}, table: routes()}
	var err error
	if s.ca, err = newAuthority(); err != nil {
		return nil, fmt.Errorf("starting the tenant: %w", err)
	}
	key := s.opt.Key
	if key == nil {
		if key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return nil, fmt.Errorf("making the token key: %w", err)
		}
	}
	s.tenant = newTenant()
	s.onInstall = s.opt.OnInstall
	s.login = newLoginState(s.opt.Apps)
	s.login.addKey(key)

	listeners := map[string]net.Listener{}
	for _, host := range []string{HostLogin, HostGraph, HostSharePoint, HostAdmin, "control"} {
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			for _, open := range listeners {
				err = errors.Join(err, open.Close())
			}
			return nil, fmt.Errorf("opening a port for %s: %w", host, err)
		}
		listeners[host] = l
		s.urls[host] = "https://" + l.Addr().String()
	}
	s.control = "http://" + listeners["control"].Addr().String()
	delete(s.urls, "control")
	s.addRootSite()

	for host, l := range listeners {
		if host == "control" {
			s.serve(l, s.controlHandler())
			continue
		}
		// HTTP/1.1 only: a fault must be able to cut one request's connection.
		s.serve(tls.NewListener(l, &tls.Config{
			Certificates: []tls.Certificate{s.ca.leaf}, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12,
		}), s.Handler(host))
	}
	return s, nil
}

func (s *Server) serve(l net.Listener, h http.Handler) {
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(s.opt.Logger.Handler(), slog.LevelDebug),
	}
	s.servers = append(s.servers, srv)
	s.running.Go(func() { _ = srv.Serve(l) }) // always ends with ErrServerClosed
}

// Close stops all listeners and open connections.
func (s *Server) Close() error {
	var err error
	for _, srv := range s.servers {
		err = errors.Join(err, srv.Close())
	}
	s.running.Wait()
	return err
}

// CAPEM is the certificate authority that signed all four hosts, as PEM.
func (s *Server) CAPEM() []byte { return s.ca.pem }

// Pool holds the certificate authority alone.
func (s *Server) Pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AppendCertsFromPEM(s.ca.pem)
	return p
}

// LoginURL is the login host, without a trailing slash.
func (s *Server) LoginURL() string { return s.urls[HostLogin] }

// GraphURL is Microsoft Graph's host, without version or trailing slash.
func (s *Server) GraphURL() string { return s.urls[HostGraph] }

// SharePointURL is the host of the sites.
func (s *Server) SharePointURL() string { return s.urls[HostSharePoint] }

// AdminURL is the SharePoint admin host.
func (s *Server) AdminURL() string { return s.urls[HostAdmin] }

// ControlURL is the plain-HTTP control port, the only one that needs no token.
func (s *Server) ControlURL() string { return s.control }

// TenantID is the directory's GUID.
func (s *Server) TenantID() string { return s.opt.TenantID }

// Handler is the handler of one host as it is served, Options.Middleware included.
func (s *Server) Handler(host string) http.Handler {
	var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.handle(host, w, r) })
	if s.opt.Middleware != nil {
		h = s.opt.Middleware(host, h)
	}
	return h
}
