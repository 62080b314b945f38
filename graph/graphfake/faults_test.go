package graphfake_test

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/graph/graphfake"
)

func inject(l *lab, f graphfake.Fault) {
	l.t.Helper()
	if err := l.Inject(f); err != nil {
		l.t.Fatal(err)
	}
}

func TestFaults_StatusesComeAsOftenAsAsked(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	three := 3
	for _, tc := range []struct {
		fault graphfake.Fault
		code  string
	}{
		{graphfake.Fault{Status: 429, RetryAfter: &three}, "TooManyRequests"},
		{graphfake.Fault{Status: 429}, "TooManyRequests"},
		{graphfake.Fault{Status: 500}, "InternalServerError"},
		{graphfake.Fault{Status: 503, Code: "serviceNotAvailable", Message: "Busy."}, "serviceNotAvailable"},
		{graphfake.Fault{Status: 504}, "UnknownError"},
	} {
		f := tc.fault
		f.Host, f.Method, f.Path, f.Skip, f.Times = graphfake.HostGraph, "GET", "^/v1.0/domains$", 1, 2
		inject(l, f)
		l.get("/domains").want(200)
		for range 2 {
			a := l.get("/domains").want(f.Status, tc.code, f.Message)
			if got := a.header.Get("Retry-After"); (f.RetryAfter != nil) != (got == "3") {
				t.Errorf("Retry-After %q", got)
			}
		}
		l.get("/domains").want(200)
		l.get("/organization").want(200)
	}
}

// fails sends a request that must get no answer.
func (l *lab) fails(req *http.Request) {
	l.t.Helper()
	resp, err := l.client.Do(req)
	if err == nil {
		_ = resp.Body.Close()
		l.t.Fatalf("%s %s was answered %d", req.Method, req.URL, resp.StatusCode)
	}
}

func TestFaults_ResetBeforeAndAfterTheEffect(t *testing.T) {
	t.Parallel()
	for name, applied := range map[string]bool{"before": false, "after": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.token(l.GraphURL())
			inject(l, graphfake.Fault{Method: "POST", Path: "/groups$", Reset: true, Applied: applied})
			l.fails(l.request(l.GraphURL(), http.MethodPost, "/v1.0/groups", l.groupBody("lost")))
			_, made := l.Group("gs-lost")
			if made != applied || l.Writes()["group.create"] != map[bool]int{true: 1}[applied] {
				t.Errorf("the group exists: %v", made)
			}
			if got := l.Wire()[len(l.Wire())-1]; got.Status != 0 {
				t.Errorf("wire log %+v", got)
			}
		})
	}
}

func TestFaults_TimeoutStatusAfterTheEffect(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	inject(l, graphfake.Fault{Path: "/invitations$", Status: 504, Applied: true})
	l.invite("anna@fabrikam.com").want(504)
	if _, found := l.User("anna@fabrikam.com"); !found {
		t.Error("the effect was lost")
	}
}

func TestFaults_SlowAnswerEndsWithTheClient(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.token(l.GraphURL())
	inject(l, graphfake.Fault{Path: "/domains$", Delay: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	resp, err := l.client.Do(l.request(l.GraphURL(), http.MethodGet, "/v1.0/domains", nil).WithContext(ctx))
	if err == nil {
		_ = resp.Body.Close()
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	inject(l, graphfake.Fault{Path: "/domains$", Delay: time.Millisecond})
	l.get("/domains").want(200)
}

func TestFaults_EveryHostHasItsOwnErrorShape(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.token(l.AdminURL())
	inject(l, graphfake.Fault{Host: graphfake.HostAdmin, Status: 503})
	l.spo(http.MethodGet, "/_api/SPO.Tenant", nil).wantSP(503, "")
	inject(l, graphfake.Fault{Host: graphfake.HostLogin, Status: 503})
	if a := l.postForm(l.tokenPath(), l.tokenForm(l.GraphURL(), true)).want(503); !strings.HasPrefix(a.text("error_description"), "AADSTS") {
		t.Errorf("answer %s", a.raw)
	}
	if err := l.Inject(graphfake.Fault{Path: "/"}); err == nil {
		t.Error("a fault without effect was taken")
	}
	if err := l.Inject(graphfake.Fault{Path: "(", Status: 500}); err == nil {
		t.Error("a bad pattern was taken")
	}
}

func TestEnvelope_IDsAreEchoedAndErrorsComplete(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	const id = "0a6b9c9e-1111-4222-8333-444455556666"
	a := l.get("/users/none", "client-request-id", id).want(404, "Request_ResourceNotFound")
	inner, _ := a.body["error"].(map[string]any)["innerError"].(map[string]any)
	if a.header.Get("client-request-id") != id || a.header.Get("request-id") == "" || inner["client-request-id"] != id ||
		inner["request-id"] != a.header.Get("request-id") || inner["date"] == "" {
		t.Errorf("headers %v, inner error %v", a.header, inner)
	}
	l.get("/nothing/here").want(400, "BadRequest", "Resource not found for the segment")
	l.graph(http.MethodPut, "/users", map[string]any{}).want(405)
	l.get(l.GraphURL()+"/v2.0/users").want(400, "BadRequest", "Invalid version")
	l.graph(http.MethodPost, "/invitations", "not an object").want(400, "BadRequest")
	l.send(l.request(l.GraphURL(), http.MethodPost, "/v1.0/groups", map[string]any{}, "Content-Type", "text/plain")).want(415)
}

func TestWire_HoldsNoSecretAndCounts(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.get("/users?$select=id").want(200)
	l.get("/domains").want(200)
	l.get("/domains").want(200)
	if n := l.Counts()["GET graph/v1.0/domains"]; n != 2 {
		t.Errorf("counted %d in %v", n, l.Counts())
	}
	for _, e := range l.Wire() {
		if e.At.IsZero() || e.Status == 0 || strings.Contains(e.Query+e.Path, "eyJ") {
			t.Errorf("entry %+v", e)
		}
	}
	l.ClearWire()
	if n := len(l.Wire()); n != 0 {
		t.Errorf("%d entries after clearing", n)
	}
}

func TestServer_ManyClientsAtOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.token(l.GraphURL())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 5 {
				l.get("/users")
				l.invite(strings.Repeat("a", i+1) + "@fabrikam.com")
				l.batch(item("1", "GET", "/domains"), item("2", "GET", "/groups"))
				_, _, _, _ = l.State(), l.Wire(), l.Switches(), l.Writes()
			}
		})
	}
	wg.Wait()
	if w := l.Writes(); w["guest.create"] != 8 || w["invitation.create"] != 40 {
		t.Errorf("writes %v", w)
	}
	if n := l.Count("GET", regexp.MustCompile("/domains$")); n != 40 {
		t.Errorf("%d items logged", n)
	}
}
