package graph_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

// startTokens gives tokens for the Bot Connector from a tenant.
func startTokens(t *testing.T, s setup, edit func(*graph.TokenOptions)) (*tenant, *graph.Tokens) {
	t.Helper()
	old := s.fake
	s.fake = func(o *graphfake.Options) {
		o.Apps[0].BotScopes = []string{graphfake.BotScope}
		if old != nil {
			old(o)
		}
	}
	tn := start(t, s)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: tn.Pool()}}
	t.Cleanup(transport.CloseIdleConnections)
	o := graph.TokenOptions{
		TenantID: tn.TenantID(), ClientID: clientID, Auth: graph.Auth{Certificate: newPair().pem}, Login: tn.LoginURL(),
		HTTP: &http.Client{Transport: transport, Timeout: 20 * time.Second}, Scope: graphfake.BotScope,
	}
	if edit != nil {
		edit(&o)
	}
	return tn, must[*graph.Tokens](t)(graph.NewTokens(o))
}

// asked counts the token requests.
func (tn *tenant) asked() int { return tn.Count("POST", anyPath("/token$")) }

func TestTokens_CertificateAndSecretBothGive(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]graph.Auth{"secret": {ClientSecret: "not-so-secret"}, "certificate": {Certificate: newPair().pem}} {
		tn, tokens := startTokens(t, setup{}, func(o *graph.TokenOptions) { o.Auth = a })
		first := must[string](t)(tokens.Token(t.Context()))
		if err := tn.CheckBotToken(first); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if again := must[string](t)(tokens.Token(t.Context())); again != first || tn.asked() != 1 {
			t.Errorf("%s: %d token requests for two calls", name, tn.asked())
		}
	}
}

func TestTokens_RefusalIsNotKept(t *testing.T) {
	t.Parallel()
	tn, tokens := startTokens(t, setup{}, func(o *graph.TokenOptions) { o.Auth = graph.Auth{ClientSecret: "hush"} })
	for range 2 {
		_, err := tokens.Token(t.Context())
		wantError(t, err, bot.Forbidden, bot.ReasonCredentials)
		if e := new(bot.Error); !asError(err, &e) || !strings.Contains(e.Detail, "AADSTS7000215") || e.Unclear || strings.Contains(err.Error(), "hush") {
			t.Errorf("got %v", err)
		}
	}
	if tn.asked() != 2 {
		t.Errorf("%d token requests for two calls", tn.asked())
	}
	tn.AddApp(graphfake.App{ClientID: clientID, Secret: "hush", BotScopes: []string{graphfake.BotScope}})
	if err := tn.CheckBotToken(must[string](t)(tokens.Token(t.Context()))); err != nil {
		t.Errorf("after the secret was registered: %v", err)
	}
}

func TestTokens_Failures(t *testing.T) {
	t.Parallel()
	seven := 7
	for name, c := range map[string]struct {
		fake   func(*graphfake.Options)
		fault  *graphfake.Fault
		code   bot.Code
		reason string
		after  time.Duration
	}{
		"no bot":       {func(o *graphfake.Options) { o.Apps[0].BotScopes = nil }, nil, bot.Forbidden, bot.ReasonCredentials, 0},
		"unknown app":  {func(o *graphfake.Options) { o.Apps[0].ClientID = "x" }, nil, bot.Forbidden, bot.ReasonCredentials, 0},
		"out of order": {nil, &graphfake.Fault{Status: 503}, bot.Unavailable, "", 0},
		"throttled":    {nil, &graphfake.Fault{Status: 429, RetryAfter: &seven}, bot.Throttled, "", 7 * time.Second},
		"cut":          {nil, &graphfake.Fault{Reset: true}, bot.Unavailable, "", 0},
		"a page": {func(o *graphfake.Options) {
			o.Middleware = func(_ string, _ http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/html")
					_, _ = w.Write([]byte("<html>Log in to the wifi</html>"))
				})
			}
		}, nil, bot.Unavailable, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tn, tokens := startTokens(t, setup{fake: c.fake}, nil)
			if c.fault != nil {
				c.fault.Host, c.fault.Path = graphfake.HostLogin, "token"
				tn.inject(t, *c.fault)
			}
			_, err := tokens.Token(t.Context())
			wantError(t, err, c.code, c.reason)
			if e := new(bot.Error); !asError(err, &e) || e.After != c.after {
				t.Errorf("wait %s, want %s", e.After, c.after)
			}
		})
	}
}

func TestTokens_LoginUnreachable(t *testing.T) {
	t.Parallel()
	tn, tokens := startTokens(t, setup{}, nil)
	if err := tn.Server.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := tokens.Token(t.Context())
	wantError(t, err, bot.Unavailable, "")
}

// reached tells of each request for a token.
func reached(told chan<- struct{}) func(*graphfake.Options) {
	return func(o *graphfake.Options) {
		o.Middleware = func(host string, h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if host == graphfake.HostLogin && r.Method == http.MethodPost {
					told <- struct{}{}
				}
				h.ServeHTTP(w, r)
			})
		}
	}
}

// Who waits for another's question leaves when his own time is up, and asks
// himself when the other one left.
func TestTokens_LoginHangs(t *testing.T) {
	t.Parallel()
	told := make(chan struct{}, 10)
	tn, tokens := startTokens(t, setup{fake: reached(told)}, nil)
	tn.inject(t, graphfake.Fault{Host: graphfake.HostLogin, Path: "token", Delay: time.Minute})

	ctx, leave := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := tokens.Token(ctx); bot.CodeOf(err) != bot.Unavailable || !errors.Is(err, context.Canceled) {
			t.Errorf("who asked got %v", err)
		}
	})
	<-told
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err := tokens.Token(short)
	wantError(t, err, bot.Unavailable, "")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who waited got %v", err)
	}
	wg.Go(func() {
		if raw, err := tokens.Token(t.Context()); err != nil || tn.CheckBotToken(raw) != nil {
			t.Errorf("who has time got %v", err)
		}
	})
	leave()
	wg.Wait()
}

func TestTokens_HangingLoginIsGivenUp(t *testing.T) {
	t.Parallel()
	tn, tokens := startTokens(t, setup{}, func(o *graph.TokenOptions) { o.HTTP.Timeout = 200 * time.Millisecond })
	tn.inject(t, graphfake.Fault{Host: graphfake.HostLogin, Path: "token", Delay: time.Minute, Times: -1})
	_, err := tokens.Token(t.Context())
	wantError(t, err, bot.Unavailable, "")
}

func TestTokens_ManyCallersAskOnce(t *testing.T) {
	t.Parallel()
	tn, tokens := startTokens(t, setup{}, nil)
	tn.inject(t, graphfake.Fault{Host: graphfake.HostLogin, Path: "token", Delay: 50 * time.Millisecond})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if raw, err := tokens.Token(t.Context()); err != nil || tn.CheckBotToken(raw) != nil {
				t.Errorf("%v, %v", err, tn.CheckBotToken(raw))
			}
		})
	}
	wg.Wait()
	if n := tn.asked(); n != 1 {
		t.Errorf("%d token requests", n)
	}
}

func TestTokens_ForgetGivesANewOne(t *testing.T) {
	t.Parallel()
	tn, tokens := startTokens(t, setup{}, nil)
	tokens.Forget() // nothing is kept yet
	first := must[string](t)(tokens.Token(t.Context()))
	tn.ExpireTokens()
	if kept := must[string](t)(tokens.Token(t.Context())); kept != first || tn.CheckBotToken(kept) == nil {
		t.Fatal("a new token without being told to")
	}
	for range 3 { // several calls were refused
		tokens.Forget()
	}
	if err := tn.CheckBotToken(must[string](t)(tokens.Token(t.Context()))); err != nil {
		t.Error(err)
	}
	if n := tn.asked(); n != 2 {
		t.Errorf("%d token requests", n)
	}
}

func TestNewTokens_ReportsEveryFault(t *testing.T) {
	t.Parallel()
	_, err := graph.NewTokens(graph.TokenOptions{Login: "http://login.example", Scope: "https://api.example"})
	for _, part := range []string{"tenant", "login", "scope"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("nothing said of %s: %v", part, err)
		}
	}
	good := graph.TokenOptions{TenantID: "t", ClientID: "c", Login: "https://login.example", Scope: graphfake.BotScope}
	if _, err := graph.NewTokens(good); err == nil || !strings.Contains(err.Error(), "credentials") {
		t.Errorf("without credentials: %v", err)
	}
	good.Auth.ClientSecret = "x"
	if _, err := graph.NewTokens(good); err != nil {
		t.Error(err)
	}
}
