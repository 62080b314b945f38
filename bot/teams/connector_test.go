package teams

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"guestsite/bot"
)

func TestConnector_SendsExactlyThis(t *testing.T) {
	t.Parallel()
	const (
		chat = "/emea/v3/conversations/a%3A1pers%2Fonal%3Bchat%40x"
		head = `{"type":"message","channelId":"msteams",` +
			`"conversation":{"id":"a:1pers/onal;chat@x"},`
		card = `{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"<b> & é"}]}`
	)
	for name, tc := range map[string]struct {
		do   func(c *connector, at place) error
		want connSeen
	}{
		"a card": {
			do: func(c *connector, at place) error {
				id, err := c.post(t.Context(), at, outbound{Card: json.RawMessage(card), Summary: "Sanne asks", Alert: true})
				if err == nil && id != "1742000000001" {
					t.Errorf("id %q", id)
				}
				return err
			},
			want: connSeen{Method: "POST", Path: chat + "/activities", Body: head + `"summary":"Sanne asks",` +
				`"attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":` + card + `}],` +
				`"channelData":{"notification":{"alert":true}}}`},
		},
		"a text": {
			do: func(c *connector, at place) error {
				_, err := c.post(t.Context(), at, outbound{Text: "one\ntwo <3", Format: "plain"})
				return err
			},
			want: connSeen{Method: "POST", Path: chat + "/activities", Body: head + `"text":"one\ntwo <3","textFormat":"plain"}`},
		},
		"an edit": {
			do: func(c *connector, at place) error {
				return c.put(t.Context(), at, "1742/000?1", outbound{Card: json.RawMessage(card), Summary: "Done"})
			},
			want: connSeen{Method: "PUT", Path: chat + "/activities/1742%2F000%3F1", Body: head + `"summary":"Done",` +
				`"attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":` + card + `}]}`},
		},
		"a new chat": {
			do: func(c *connector, at place) error {
				id, err := c.open1to1(t.Context(), at.ServiceURL, connTenant, connPerson)
				if err == nil && id != "a:opened" {
					t.Errorf("id %q", id)
				}
				return err
			},
			want: connSeen{Method: "POST", Path: "/emea/v3/conversations", Body: `{"isGroup":false,"bot":{"id":"28:` + connApp + `"},` +
				`"members":[{"id":"` + connPerson + `"}],"tenantId":"` + connTenant + `","channelData":{"tenant":{"id":"` + connTenant + `"}}}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := startConn(t, nil)
			if err := tc.do(c, s.at()); err != nil {
				t.Fatal(err)
			}
			seen := s.requests()
			if len(seen) != 1 {
				t.Fatalf("%d requests", len(seen))
			}
			got := seen[0]
			if got.Method != tc.want.Method || got.Path != tc.want.Path || got.Body != tc.want.Body {
				t.Errorf("got\n%s %s\n%s\nwant\n%s %s\n%s", got.Method, got.Path, got.Body, tc.want.Method, tc.want.Path, tc.want.Body)
			}
			if a := got.Header.Get("Authorization"); a != "Bearer "+connToken {
				t.Errorf("Authorization %q", a)
			}
			if ct := got.Header.Get("Content-Type"); (ct == "application/json; charset=utf-8") != (got.Body != "") {
				t.Errorf("Content-Type %q", ct)
			}
		})
	}
}

func TestConnector_AnIDStaysOneSegment(t *testing.T) {
	t.Parallel()
	s, c := startConn(t, nil)
	for _, id := range []string{
		"19:abc@thread.tacv2;messageid=1742", "a/../../b", "%2e%2e", "a b+c&d=e", "x?y#z", "..;", "é\u202e\x00", `a\b`, "/", "%",
	} {
		at := place{s.URL, id}
		if err := c.put(t.Context(), at, id, outbound{Text: "x"}); err != nil {
			t.Errorf("%q: %v", id, err)
			continue
		}
		seen := s.requests()
		parts := strings.Split(seen[len(seen)-1].Path, "/")
		if len(parts) != 6 {
			t.Errorf("%q makes %d segments: %q", id, len(parts), parts)
			continue
		}
		for _, p := range []string{parts[3], parts[5]} {
			if got, err := url.PathUnescape(p); err != nil || got != id {
				t.Errorf("%q arrives as %q (%v)", id, got, err)
			}
		}
	}
	before := len(s.requests())
	for _, id := range []string{"", ".", ".."} {
		wantBot(t, c.put(t.Context(), s.at(), id, outbound{Text: "x"}), bot.Error{Code: bot.Invalid})
		wantBot(t, c.put(t.Context(), place{s.URL, id}, "1", outbound{Text: "x"}), bot.Error{Code: bot.Invalid})
	}
	if n := len(s.requests()); n != before {
		t.Errorf("%d requests without an id", n-before)
	}
}

func TestConnector_RefusesWhatIsNoMessage(t *testing.T) {
	t.Parallel()
	s, c := startConn(t, nil)
	for name, m := range map[string]outbound{
		"nothing": {}, "only a summary": {Summary: "x"}, "card and text": {Card: json.RawMessage(`{}`), Text: "secret"},
		"no object": {Card: json.RawMessage(`[1]`)}, "no JSON": {Card: json.RawMessage(`{"secret"`)}, "blank": {Card: json.RawMessage(" \n")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := c.post(t.Context(), s.at(), m)
			wantBot(t, err, bot.Error{Code: bot.Invalid, Reason: bot.ReasonBadCard})
			wantBot(t, c.put(t.Context(), s.at(), "1", m), bot.Error{Code: bot.Invalid, Reason: bot.ReasonBadCard})
		})
	}
}

func TestConnector_TokenGoesToAllowedHostsOnly(t *testing.T) {
	t.Parallel()
	s, c := startConn(t, nil)
	port := s.Listener.Addr().String()[strings.LastIndex(s.Listener.Addr().String(), ":"):]
	for _, service := range []string{
		"http://" + s.Listener.Addr().String(), "https://localhost" + port, "https://127.0.0.1", "https://127.0.0.1:1",
		"https://user@" + s.Listener.Addr().String(), "https://evil.example/" + s.Listener.Addr().String(),
		"//" + s.Listener.Addr().String(), s.Listener.Addr().String(), "",
		s.URL + "?x=", s.URL + "#x", "https:opaque", "https://[::1", "https://\x00",
	} {
		at := place{service, connChat}
		if _, err := c.post(t.Context(), at, outbound{Text: "x"}); bot.CodeOf(err) != bot.Forbidden && bot.CodeOf(err) != bot.Invalid {
			t.Errorf("%q: %v", service, err)
		} else {
			tellsNothing(t, err)
		}
		if _, err := c.open1to1(t.Context(), service, "t", "p"); bot.CodeOf(err) != bot.Forbidden && bot.CodeOf(err) != bot.Invalid {
			t.Errorf("%q: %v", service, err)
		}
	}
	if n := len(s.requests()); n > 0 {
		t.Errorf("%d requests", n)
	}
}

func TestConnector_HostList(t *testing.T) {
	t.Parallel()
	c := newConnector(connectorOptions{Hosts: []string{"SMBA.trafficmanager.net", "127.0.0.1:9446", ".teams.microsoft.us", "", "."}})
	for raw, want := range map[string]bool{
		"https://smba.trafficmanager.net/emea/":     true,
		"https://smba.trafficmanager.net:443":       true,
		"https://SMBA.TRAFFICMANAGER.NET":           true,
		"https://127.0.0.1:9446/x":                  true,
		"https://smba.infra.gov.teams.microsoft.us": true,
		"https://127.0.0.1/x":                       false,
		"https://smba.trafficmanager.net:8443":      false,
		"https://smba.trafficmanager.net.evil.org":  false,
		"https://x.smba.trafficmanager.net":         false,
		"https://teams.microsoft.us":                false,
		"https://evilteams.microsoft.us":            false,
		"https://a.teams.microsoft.us:8443":         false,
		"http://smba.trafficmanager.net":            false,
		"https://smba.trafficmanager.net.":          false,
		"https://a@smba.trafficmanager.net":         false,
		"https://":                                  false,
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.allowed(u); got != want {
			t.Errorf("%s: %v", raw, got)
		}
	}
}

func TestConnector_FollowsNoRedirect(t *testing.T) {
	t.Parallel()
	other := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	t.Cleanup(other.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		s, c := startConn(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, status) })
		for _, err := range allCalls(t, s, c) {
			wantBot(t, err, bot.Error{Code: bot.Internal})
		}
		s, c = startConn(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/v3/again", status) })
		allCalls(t, s, c)
		if n := len(s.requests()); n != 3 {
			t.Errorf("%d: %d requests for 3 calls", status, n)
		}
	}
}
