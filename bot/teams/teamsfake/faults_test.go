package teamsfake

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestConnector_Faults(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	chat := openChat(t, s, Sanne)
	s.AddFault(Fault{Method: "POST", Path: "/activities$", Kind: FaultStatus, Status: 429, Code: "Throttled", RetryAfter: 7, Times: 2})
	for range 2 {
		g := callBot(t, s, http.MethodPost, activitiesOf(chat), text("x"))
		wantStatus(t, g, 429, "Throttled")
		if g.header.Get("Retry-After") != "7" {
			t.Errorf("Retry-After %q", g.header.Get("Retry-After"))
		}
	}
	id := post(t, s, chat, text("one"))
	s.AddFault(Fault{Method: "PUT", Kind: FaultStatus, Status: 412, Code: "PreconditionFailed", Nth: 2})
	put(t, s, chat, id, `{"type":"message","text":"two"}`)
	wantStatus(t, callBot(t, s, http.MethodPut, activitiesOf(chat)+"/"+id, text("x")), 412, "PreconditionFailed")

	s.AddFault(Fault{Kind: FaultResetBefore})
	if _, err := callErr(t, s, http.MethodPost, activitiesOf(chat), text("lost")); err == nil {
		t.Error("reset before: an answer came")
	}
	s.AddFault(Fault{Kind: FaultResetAfter})
	if _, err := callErr(t, s, http.MethodPost, activitiesOf(chat), text("applied")); err == nil {
		t.Error("reset after: an answer came")
	}
	s.AddFault(Fault{Kind: FaultSlowAfter, Delay: time.Millisecond})
	post(t, s, chat, text("slow"))
	var texts []string
	for _, m := range s.As(Sanne).DM() {
		texts = append(texts, m.Text)
	}
	if got := strings.Join(texts, " "); got != "two applied slow" {
		t.Errorf("messages %q", got)
	}
	s.AddFault(Fault{Kind: FaultStatus, Status: 500, Times: -1})
	wantStatus(t, callBot(t, s, http.MethodPost, activitiesOf(chat), text("x")), 500, "")
	s.ClearFaults()
	post(t, s, chat, text("repaired"))
}

func TestFaults_IdentityHost(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	client := trusting(t, s)
	get := func() (int, error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.MetadataURL(), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			return 0, err
		}
		return resp.StatusCode, resp.Body.Close()
	}
	s.AddFault(Fault{Path: "openidconfiguration$", Kind: FaultStatus, Status: 503})
	if status, err := get(); err != nil || status != 503 {
		t.Errorf("HTTP %d, %v, want 503", status, err)
	}
	s.AddFault(Fault{Path: "openidconfiguration$", Kind: FaultHangAfter, Method: "POST"}) // does not match
	s.AddFault(Fault{Path: "openidconfiguration$", Kind: FaultResetAfter, Times: 2})      // clients retry an idle connection once
	if status, err := get(); err == nil {
		t.Errorf("HTTP %d, want a broken connection", status)
	}
	s.ClearFaults()
	if status, err := get(); err != nil || status != 200 {
		t.Errorf("HTTP %d, %v, want 200", status, err)
	}
}

func TestFaults_PanicOnNonsense(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	for name, add := range map[string]func(){
		"kind":     func() { s.AddFault(Fault{Kind: "x"}) },
		"path":     func() { s.AddFault(Fault{Kind: FaultResetBefore, Path: "("}) },
		"status":   func() { s.AddFault(Fault{Kind: FaultStatus, Status: 200}) },
		"delay":    func() { s.AddFault(Fault{Kind: FaultSlowBefore}) },
		"delivery": func() { s.AddDeliveryFault(DeliveryFault{Kind: "x"}) },
		"match":    func() { s.AddDeliveryFault(DeliveryFault{Kind: DeliverTwice, Match: "("}) },
		"user":     func() { s.AddUser(User{ID: "x"}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			add()
		}()
	}
}
