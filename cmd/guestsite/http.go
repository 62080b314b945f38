package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// Limits of the one public door. Slack gives up after 3 seconds, so none of
// them is ever in an honest caller's way.
const (
	maxBodyBytes      = 1 << 20
	maxHeaderBytes    = 16 << 10
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second
	writeTimeout      = 15 * time.Second
	idleTimeout       = 2 * time.Minute
	readyTimeout      = 5 * time.Second
)

// Problem is one reason why the bot cannot work now. Both texts are shown to
// whoever asks /readyz: no secret and no person may stand in them.
type Problem struct {
	Part string // store, worker, graph, certificate, pause, slack or teams
	Text string
	Note bool // worth knowing, but it does not keep the bot from working
}

// httpOptions is what an httpServer needs; all but Gets and Posts is required.
type httpOptions struct {
	Listen string                              // host:port
	Gets   map[string]http.Handler             // path to the handler of its GET requests
	Posts  map[string]http.Handler             // path to the handler of its POST requests
	Ready  func(ctx context.Context) []Problem // nothing wrong: nil; called for each /readyz, takes readyTimeout at most
	Logger *slog.Logger
}

// newMux routes o.Gets, o.Posts, /healthz (the process turns) and /readyz (it can
// work). Bodies end with an error after maxBodyBytes.
func newMux(o httpOptions) http.Handler {
	mux := http.NewServeMux()
	for path, handler := range o.Gets {
		mux.Handle("GET "+path, handler)
	}
	for path, handler := range o.Posts {
		mux.Handle("POST "+path, handler)
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, "ok\n")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		status, first := http.StatusOK, "ready\n"
		var lines strings.Builder
		for _, p := range o.Ready(r.Context()) {
			fmt.Fprintf(&lines, "%s: %s\n", p.Part, p.Text)
			if !p.Note {
				status, first = http.StatusServiceUnavailable, ""
			}
		}
		answer(w, status, first+lines.String())
	})
	return http.MaxBytesHandler(mux, maxBodyBytes)
}

var errReadyTimeout = errors.New("the parts took too long to say whether they are ready")

func answer(w http.ResponseWriter, status int, text string) {
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // the caller may be gone
}

// httpServer serves newMux on one address.
type httpServer struct {
	server *http.Server
	listen string
	key    string // of the configuration, that listen stands at
	logger *slog.Logger
	port   net.Listener
	failed chan error // at most one error, then closed
}

// newHTTPServer opens nothing yet.
func newHTTPServer(o httpOptions) *httpServer {
	return serverOf(newMux(o), "listen", o.Listen, o.Logger)
}

// newMetricsServer serves GET /metrics alone. It opens nothing yet.
func newMetricsServer(listen string, metrics http.Handler, logger *slog.Logger) *httpServer {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	return serverOf(mux, "metrics_listen", listen, logger)
}

func serverOf(h http.Handler, key, listen string, logger *slog.Logger) *httpServer {
	return &httpServer{
		listen: listen,
		key:    key,
		logger: logger,
		failed: make(chan error, 1),
		server: &http.Server{
			Handler:           h,
			ReadHeaderTimeout: readHeaderTimeout,
			ReadTimeout:       readTimeout,
			WriteTimeout:      writeTimeout,
			IdleTimeout:       idleTimeout,
			MaxHeaderBytes:    maxHeaderBytes,
			ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
		},
	}
}

// listenError says why a port cannot be opened, and by which key another is named.
func listenError(key, address string, err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err // the rest says the address again
	}
	fix := ""
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		fix = ": another program listens there; stop it, or write another port in " + key
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		fix = ": this machine does not have that address; write one that it has in " + key
	case errors.Is(err, syscall.EACCES):
		fix = ": that port is not for this user; write one from 1024 on in " + key
	}
	return fmt.Errorf("listen on %s: %w%s", address, err, fix)
}

// Start opens the port and serves until Stop. It is called once.
func (s *httpServer) Start(ctx context.Context) error {
	var config net.ListenConfig
	port, err := config.Listen(ctx, "tcp", s.listen)
	if err != nil {
		return listenError(s.key, s.listen, err)
	}
	s.port = port
	s.logger.InfoContext(ctx, "listening", logAddress, port.Addr().String())
	go func() {
		defer close(s.failed)
		if err := s.server.Serve(port); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("serve http: %w", err)
		}
	}()
	return nil
}

// Addr is where the server listens, as host:port; valid after Start.
func (s *httpServer) Addr() string { return s.port.Addr().String() }

// Failed delivers the error that ended serving, if anything but Stop did, and
// is then closed.
func (s *httpServer) Failed() <-chan error { return s.failed }

// Stop refuses new requests and waits for the running ones until ctx ends;
// then it cuts them off. Before Start it does nothing.
func (s *httpServer) Stop(ctx context.Context) error {
	if s.port == nil {
		return nil
	}
	if err := s.server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("drain http: %w", err), s.server.Close())
	}
	return nil
}
