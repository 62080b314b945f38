package demo

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// idlePage is a page whose company has nobody to answer.
func idlePage(t *testing.T) *Page {
	t.Helper()
	var configs []string
	p, err := OpenPage(t.Context(), Options{Stories: Stories(), Start: starts(&configs), Out: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// sends sends a request as change makes it and gives the status and the answer.
func sends(t *testing.T, method, url, body string, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	if change != nil {
		change(r)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

func TestPage_IsForWhoeverHasTheAddressAlone(t *testing.T) {
	t.Parallel()
	p := idlePage(t)
	root := "http://" + p.addr + "/"
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	on := `{"switch":"entra-invites-off","on":true}`
	for _, c := range []struct {
		name, method, url, body string
		change                  func(*http.Request)
		want                    int
	}{
		{"the page", "GET", p.URL(), "", nil, 200},
		{"by the other name of this machine", "GET", p.URL(), "", host("localhost:" + strings.Split(p.addr, ":")[1]), 200},
		{"typed into the browser", "GET", p.URL(), "", set("Sec-Fetch-Site", "none"), 200},
		{"without the key", "GET", root, "", nil, 404},
		{"with another key", "GET", root + strings.Repeat("A", len(p.key)) + "/", "", nil, 404},
		{"with a part of the key", "GET", root + p.key[:10] + "/api/state", "", nil, 404},
		{"under a name that was made to point here", "GET", p.URL(), "", host("evil.example:" + strings.Split(p.addr, ":")[1]), 421},
		{"under our name without the port", "GET", p.URL(), "", host("127.0.0.1"), 421},
		{"shown in another page", "GET", p.URL(), "", set("Sec-Fetch-Site", "cross-site"), 403},
		{"read by a page of another port", "GET", p.URL() + "api/state", "", set("Sec-Fetch-Site", "same-site"), 403},
		{"a change", "POST", p.URL() + "api/tenant", on, nil, 200},
		{"a change by the page", "POST", p.URL() + "api/tenant", on, set("Origin", "http://"+p.addr), 200},
		{"a change by another page", "POST", p.URL() + "api/tenant", on, set("Origin", "http://evil.example"), 403},
		{"a change that a link made", "POST", p.URL() + "api/tenant", on, set("Sec-Fetch-Site", "none"), 403},
		{"a change by a form", "POST", p.URL() + "api/tenant", on, set("Content-Type", "text/plain"), 415},
		{"a change by GET", "GET", p.URL() + "api/tenant", "", nil, 404},
		{"another method", "DELETE", p.URL() + "api/tenant", "", nil, 405},
		{"a change that is too large", "POST", p.URL() + "api/act", `{"text":"` + strings.Repeat("x", pageBody) + `"}`, nil, 413},
		{"a large change that hides its length", "POST", p.URL() + "api/act", `{"text":"` + strings.Repeat("x", pageBody) + `"}`, func(r *http.Request) { r.ContentLength = -1 }, 413},
		{"an unknown field", "POST", p.URL() + "api/act", `{"chats":"slack"}`, nil, 400},
		{"no JSON", "POST", p.URL() + "api/act", `nonsense`, nil, 400},
		{"the sign-in page, where the bot leads", "GET", p.URL() + "sign-in?client_id=x", "", set("Sec-Fetch-Site", "same-site"), 400},
		{"a sign-in sent by another page", "POST", p.URL() + "sign-in", "user=x", set("Origin", "http://evil.example"), 403},
		{"a sign-in sent by nobody", "POST", p.URL() + "sign-in", "user=x", nil, 403},
		{"a sign-in sent by a page that hides", "POST", p.URL() + "sign-in", "user=x", set("Origin", "null"), 403},
		{"a path that climbs", "GET", p.URL() + "..%2f..%2fpage.go", "", nil, 404},
	} {
		resp, text := sends(t, c.method, c.url, c.body, c.change)
		if resp.StatusCode != c.want {
			t.Errorf("%s: %d %.200s, want %d", c.name, resp.StatusCode, text, c.want)
		}
		if resp.StatusCode >= 400 && strings.Contains(text, p.key) {
			t.Errorf("%s: the answer gives the key away", c.name)
		}
		if strings.Contains(c.url, "sign-in") && resp.StatusCode == 400 {
			continue // the tenant's own page, with its own policy
		}
		for header, want := range map[string]string{
			"Cache-Control": "no-store", "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		} {
			if got := resp.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q", c.name, header, got)
			}
		}
	}
}

func TestPage_KeysAreLongAndNeverTheSame(t *testing.T) {
	t.Parallel()
	if a, b := newKey(), newKey(); len(a) < 24 || a == b {
		t.Errorf("keys %q and %q", a, b)
	}
}

func TestPage_IsOpenInSoManyWindowsAndNoMore(t *testing.T) {
	t.Parallel()
	p := idlePage(t)
	var open []*http.Response
	for range maxStreams {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL()+"api/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(resp, err)
		}
		open = append(open, resp)
	}
	if resp, _ := sends(t, "GET", p.URL()+"api/events", "", nil); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one more is answered %d", resp.StatusCode)
	}
	for _, resp := range open {
		_ = resp.Body.Close()
	}
}
