package slackfake

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Server is one workspace with one installed app. Safe for concurrent use.
type Server struct {
	opts  Options
	began time.Time

	apiSrv, controlSrv *http.Server
	apiLn, controlLn   net.Listener
	client             *http.Client
	closed             chan struct{}
	closeOnce          sync.Once
	serving            sync.WaitGroup

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each change of state
	appURL  string
	secret  string
	token   tokenState
	state
	log wireLog
}

// Start opens the listeners and serves until Close.
func Start(opts Options) (*Server, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("slackfake: options: %w", err)
	}
	s := &Server{
		opts:    o,
		began:   time.Now(),
		closed:  make(chan struct{}),
		changed: make(chan struct{}),
		appURL:  strings.TrimSuffix(o.AppURL, "/"),
		secret:  o.SigningSecret,
		token:   tokenState{scopes: o.Scopes},
		state:   newState(),
		client: &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: 8},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	s.users[o.BotUserID] = &User{
		ID: o.BotUserID, TeamID: o.TeamID, Name: "guestsites", RealName: o.AppName, IsBot: true,
	}
	s.sock.on, s.sock.scopes = o.SocketMode, o.AppScopes
	if s.apiLn, err = listen(); err != nil {
		return nil, err
	}
	if s.controlLn, err = listen(); err != nil {
		return nil, errors.Join(err, s.apiLn.Close())
	}
	s.apiSrv = &http.Server{Handler: s.apiHandler(), ReadHeaderTimeout: 10 * time.Second}
	s.controlSrv = &http.Server{Handler: s.controlHandler(), ReadHeaderTimeout: 10 * time.Second}
	s.serving.Go(func() { _ = s.apiSrv.Serve(s.apiLn) })
	s.serving.Go(func() { _ = s.controlSrv.Serve(s.controlLn) })
	return s, nil
}

func listen() (net.Listener, error) {
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("slackfake: listen: %w", err)
	}
	return ln, nil
}

// Close stops both listeners, drops open connections and ends every hanging
// fault. A second call does nothing.
func (s *Server) Close() {
	s.closeOnce.Do(func() {
		s.withLock(func() { close(s.closed) }) // no connection is added after it
		_ = s.apiSrv.Close()
		_ = s.controlSrv.Close()
		s.serving.Wait()
		s.client.CloseIdleConnections()
	})
}

// APIURL is the base of the Web API; it ends in /api/.
func (s *Server) APIURL() string { return s.baseURL() + "/api/" }

// HooksHost is the host:port that response URLs point to.
func (s *Server) HooksHost() string { return s.apiLn.Addr().String() }

// ControlURL is the base of the JSON control interface, without a final slash.
func (s *Server) ControlURL() string { return "http://" + s.controlLn.Addr().String() }

func (s *Server) baseURL() string { return "http://" + s.apiLn.Addr().String() }

// TeamID is the workspace the app is installed in.
func (s *Server) TeamID() string { return s.opts.TeamID }

// BotUserID is the user id the app posts as.
func (s *Server) BotUserID() string { return s.opts.BotUserID }

// BotToken is the token the Web API accepts.
func (s *Server) BotToken() string { return s.opts.BotToken }

// SigningSecret is the secret that signs requests now.
func (s *Server) SigningSecret() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.secret
}

// SetSigningSecret rotates the secret; Slack has one active secret per app.
func (s *Server) SetSigningSecret(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secret = secret
}

// SetAppURL tells where the app listens, for example an httptest.Server's URL.
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
