package graph_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

// TestCalls_ReachTheServiceOnce counts what arrives: kiota's own client sends a
// request again that was answered 429, 503 or 504.
func TestCalls_ReachTheServiceOnce(t *testing.T) {
	t.Parallel()
	anna := address(t, "anna@fabrikam.com")
	calls := map[string]struct {
		method, path string
		do           func(context.Context, *tenant) error
	}{
		"read": {"GET", "/users/[^/]+$", func(ctx context.Context, tn *tenant) error {
			_, err := tn.Person(ctx, tn.demo.Sanne.ID)
			return err
		}},
		"batch": {"POST", `/\$batch$`, func(ctx context.Context, tn *tenant) error {
			_, err := tn.Site(ctx, tn.demo.Linden.ID)
			return err
		}},
		"invite": {"POST", "/invitations$", func(ctx context.Context, tn *tenant) error {
			_, err := tn.Invite(ctx, anna, redirect)
			return err
		}},
		"add": {"POST", `/members/\$ref$`, func(ctx context.Context, tn *tenant) error {
			return tn.AddMembers(ctx, tn.demo.Linden.ID, []string{tn.demo.Joost.ID})
		}},
		"patch": {"PATCH", "/groups/[^/]+$", func(ctx context.Context, tn *tenant) error {
			return tn.SetVisibility(ctx, tn.demo.Linden.ID, true)
		}},
		"remove": {"DELETE", `/\$ref$`, func(ctx context.Context, tn *tenant) error {
			return tn.RemoveMember(ctx, tn.demo.Linden.ID, tn.demo.Sanne.ID)
		}},
		"install": {"POST", "/installedApps$", func(ctx context.Context, tn *tenant) error {
			tn.AddTeamsApp("manifest-1", "Guest Site")
			_, err := tn.InstallApp(ctx, tn.demo.Sanne.ID, "manifest-1")
			return err
		}},
		"SharePoint": {"PATCH", "SPO.Tenant", func(ctx context.Context, tn *tenant) error {
			return tn.SetSharing(ctx, tn.demo.Linden.ID, "disabled")
		}},
	}
	one := 1
	for name, call := range calls {
		for fname, f := range map[string]graphfake.Fault{
			"429": {Status: 429}, "429 with Retry-After": {Status: 429, RetryAfter: &one},
			"503": {Status: 503}, "503 with Retry-After": {Status: 503, RetryAfter: &one},
			"504": {Status: 504}, "reset": {Reset: true}, "401": {Status: 401},
		} {
			t.Run(name+" "+fname, func(t *testing.T) {
				t.Parallel()
				// A fresh connection for each call: net/http itself repeats a read on one that died idle.
				tn := start(t, setup{client: func(o *graph.Options) {
					o.HTTP.Transport.(*http.Transport).DisableKeepAlives = true
				}})
				f.Method, f.Path, f.Times = call.method, call.path, -1
				tn.inject(t, f)
				if err := call.do(t.Context(), tn); err == nil {
					t.Error("no error")
				}
				if n := tn.Count(call.method, regexp.MustCompile(call.path)); n != 1 {
					t.Errorf("%d requests reached the service", n)
				}
			})
		}
	}
}

// TestWrites_AreNotRepeatedOnAConnectionThatDies is the same on one connection
// that is used again.
func TestWrites_AreNotRepeatedOnAConnectionThatDies(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	if _, err := tn.Person(t.Context(), tn.demo.Sanne.ID); err != nil {
		t.Fatal(err)
	}
	tn.inject(t, graphfake.Fault{Method: "POST", Path: `/members/\$ref$`, Reset: true, Times: -1})
	err := tn.AddMembers(t.Context(), tn.demo.Linden.ID, []string{tn.demo.Joost.ID})
	wantError(t, err, bot.Unavailable, "")
	if n := tn.Count("POST", anyPath(`/members/\$ref$`)); n != 1 {
		t.Errorf("%d requests reached the service", n)
	}
}

func TestErrors_TellReadsFromWrites(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	for name, f := range map[string]graphfake.Fault{"500": {Status: 500}, "503": {Status: 503}, "reset": {Reset: true}} {
		f.Path, f.Times = "/groups/", -1
		tn.inject(t, f)
		_, read := tn.Client.Group(t.Context(), tn.demo.Linden.ID)
		tn.ClearFaults()
		tn.inject(t, f)
		write := tn.SetVisibility(t.Context(), tn.demo.Linden.ID, false)
		tn.ClearFaults()
		r, w := new(bot.Error), new(bot.Error)
		if !asError(read, &r) || r.Code != bot.Unavailable || r.Unclear {
			t.Errorf("%s: a read gives %v, unclear %v", name, read, r.Unclear)
		}
		if !asError(write, &w) || w.Code != bot.Unavailable || !w.Unclear {
			t.Errorf("%s: a write gives %v, unclear %v", name, write, w.Unclear)
		}
	}
}

func TestErrors_NothingListensIsNotUnclear(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	if _, err := tn.Person(t.Context(), tn.demo.Sanne.ID); err != nil {
		t.Fatal(err)
	}
	if err := tn.Server.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	for range 3 { // the first may still meet the connection that was closed
		err = tn.SetVisibility(t.Context(), tn.demo.Linden.ID, false)
	}
	e := new(bot.Error)
	if !asError(err, &e) || e.Code != bot.Unavailable || e.Unclear {
		t.Errorf("got %v, unclear %v", err, e.Unclear)
	}
}

func TestErrors_HoldNoAddressAndNoURL(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	tn.inject(t, graphfake.Fault{Path: "/users$", Reset: true})
	_, lost := tn.ByMail(t.Context(), "anna.secret@fabrikam.com")
	tn.ClearFaults()
	tn.inject(t, graphfake.Fault{Path: "/users$", Status: 400, Message: "Resource 'anna.secret@fabrikam.com' at https://x.example/redeem?rd=1 is odd."})
	_, refused := tn.ByMail(t.Context(), "anna.secret@fabrikam.com")
	for _, err := range []error{lost, refused} {
		if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "http") {
			t.Errorf("got %v", err)
		}
	}
	if e := new(bot.Error); !asError(refused, &e) || !strings.Contains(e.Detail, "is odd") || !strings.Contains(e.Detail, "request-id") {
		t.Errorf("nothing is left for the operator: %v", refused)
	}
}

func TestErrors_LoginRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		s      setup
		fault  *graphfake.Fault
		code   bot.Code
		reason string
	}{
		"wrong secret":  {setup{client: func(o *graph.Options) { o.Auth = graph.Auth{ClientSecret: "wrong"} }}, nil, bot.Forbidden, bot.ReasonCredentials},
		"unknown app":   {setup{client: func(o *graph.Options) { o.ClientID = "99999999-9999-4999-8999-999999999999" }}, nil, bot.Forbidden, bot.ReasonCredentials},
		"unknown key":   {setup{fake: func(o *graphfake.Options) { o.Apps[0].Certificates = nil }}, nil, bot.Forbidden, bot.ReasonCredentials},
		"out of order":  {setup{}, &graphfake.Fault{Host: graphfake.HostLogin, Path: "token", Status: 503}, bot.Unavailable, ""},
		"throttled":     {setup{}, &graphfake.Fault{Host: graphfake.HostLogin, Path: "token", Status: 429}, bot.Throttled, ""},
		"cut":           {setup{}, &graphfake.Fault{Host: graphfake.HostLogin, Path: "token", Reset: true}, bot.Unavailable, ""},
		"expired token": {setup{}, nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tn := start(t, c.s)
			if c.fault != nil {
				tn.inject(t, *c.fault)
			}
			err := tn.SetVisibility(t.Context(), tn.demo.Linden.ID, true)
			if name == "expired token" {
				tn.ExpireTokens()
				err = tn.SetVisibility(t.Context(), tn.demo.Linden.ID, true)
				c.code, c.reason = bot.Forbidden, bot.ReasonCredentials
			}
			wantError(t, err, c.code, c.reason)
			e := new(bot.Error)
			if !asError(err, &e) || e.Unclear || strings.Contains(err.Error(), "wrong") {
				t.Errorf("got %v, unclear %v", err, e.Unclear)
			}
			if c.reason == bot.ReasonCredentials && name != "expired token" && !strings.Contains(e.Detail, "AADSTS") {
				t.Errorf("detail %q does not name the code", e.Detail)
			}
			if n := tn.Count("POST", anyPath("/token$")); n != 1 {
				t.Errorf("%d token requests", n)
			}
		})
	}
}

func TestErrors_CancelledIsSaidSo(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := tn.Person(ctx, tn.demo.Sanne.ID)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	slow := start(t, setup{client: func(o *graph.Options) { o.HTTP.Timeout = 2 * time.Second }}) // the first call has to fit in
	if _, err := slow.Person(t.Context(), slow.demo.Sanne.ID); err != nil {
		t.Fatal(err)
	}
	slow.inject(t, graphfake.Fault{Path: "/groups/", Status: 503, Delay: time.Minute})
	err = slow.SetVisibility(t.Context(), slow.demo.Linden.ID, true)
	wantError(t, err, bot.Unavailable, "")
	if e := new(bot.Error); !asError(err, &e) || !e.Unclear || !strings.Contains(err.Error(), "in time") {
		t.Errorf("got %v, unclear %v", err, e.Unclear)
	}
}

// spy keeps the headers of requests by host.
type spy struct {
	mu   sync.Mutex
	seen map[string][]http.Header
}

func (s *spy) wrap(host string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.seen[host] = append(s.seen[host], r.Header.Clone())
		s.mu.Unlock()
		h.ServeHTTP(w, r)
	})
}

func TestRequests_NameThemselves(t *testing.T) {
	t.Parallel()
	s := &spy{seen: map[string][]http.Header{}}
	tn := start(t, setup{
		fake:   func(o *graphfake.Options) { o.Middleware = s.wrap },
		client: func(o *graph.Options) { o.Version = "1.2.3" },
	})
	if _, err := tn.Sharing(t.Context(), tn.demo.Linden.ID); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, host := range []string{graphfake.HostGraph, graphfake.HostAdmin, graphfake.HostLogin} {
		if len(s.seen[host]) == 0 {
			t.Errorf("nothing reached %s", host)
		}
		for _, h := range s.seen[host] {
			id := h.Get("client-request-id")
			if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) && host != graphfake.HostLogin {
				t.Errorf("%s: client-request-id %q", host, id)
			}
			if ids[id] {
				t.Errorf("%s: client-request-id %s twice", host, id)
			}
			ids[id] = true
			if ua := h.Get("User-Agent"); host == graphfake.HostAdmin && ua != "NONISV|guestsite|guestsite/1.2.3" {
				t.Errorf("User-Agent %q", ua)
			}
			if h.Get("Content-Encoding") != "" {
				t.Errorf("%s: a body was encoded %s", host, h.Get("Content-Encoding"))
			}
		}
	}
}

// page answers as a gateway in trouble does.
type page struct{ status int }

func (p page) wrap(host string, h http.Handler) http.Handler {
	if host != graphfake.HostGraph {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(p.status)
		_, _ = io.WriteString(w, "<html>anna@fabrikam.com</html>")
	})
}

func TestErrors_PagesOfGatewaysKeepTheirStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bot.Code{502: bot.Unavailable, 404: bot.NotFound, 429: bot.Throttled, 403: bot.Forbidden, 200: bot.Unavailable, 302: bot.Unavailable} {
		tn := start(t, setup{fake: func(o *graphfake.Options) { o.Middleware = page{status}.wrap }})
		_, err := tn.Person(t.Context(), tn.demo.Sanne.ID)
		if bot.CodeOf(err) != want || strings.Contains(err.Error(), "anna") {
			t.Errorf("%d: got %v, want %s", status, err, want)
		}
		err = tn.SetVisibility(t.Context(), tn.demo.Linden.ID, true)
		if e := new(bot.Error); status < 400 && (!asError(err, &e) || !e.Unclear) {
			t.Errorf("a write that was sent elsewhere is taken for done: %v", err)
		}
	}
}

func TestTokens_GoToTheirHostAlone(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var other string // a host that the client trusts as much as Graph
	got := ""
	tn := start(t, setup{fake: func(o *graphfake.Options) {
		o.Middleware = func(host string, h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				switch host {
				case graphfake.HostGraph:
					w.Header().Set("Content-Type", "application/json")
					_, _ = io.WriteString(w, `{"value":[],"@odata.nextLink":"`+other+`/v1.0/users"}`)
				case graphfake.HostSharePoint:
					got += "reached with " + r.Header.Get("Authorization")
				default:
					h.ServeHTTP(w, r)
				}
			})
		}
	}})
	mu.Lock()
	other = tn.SharePointURL()
	mu.Unlock()
	if _, err := tn.ByMail(t.Context(), "x@y.example"); err == nil {
		t.Error("a page of another host was followed")
	}
	mu.Lock()
	defer mu.Unlock()
	if got != "" {
		t.Error("another host was " + got[:min(len(got), 22)])
	}
}
