package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// planted is a secret of each kind as it crosses the wire, and how.
type planted struct {
	kind, secret string
	seen         func(w *witness, secret string)
}

// query is seen on an address that somebody's browser asks for.
func query(name string) func(*witness, string) {
	return func(w *witness, secret string) {
		r := httptest.NewRequest(http.MethodGet, "/link?"+url.Values{name: {secret}}.Encode(), nil)
		w.inbound(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), r)
	}
}

// sent is a body that the program sends.
func sent(before, after string) func(*witness, string) {
	return func(w *witness, secret string) { w.body([]byte(before + secret + after)) }
}

// bearer is a token that goes to a host.
func bearer(host string) func(*witness, string) {
	return func(w *witness, secret string) {
		r := httptest.NewRequest(http.MethodGet, "https://"+host+"/", nil)
		r.Header.Set("Authorization", "Bearer "+secret)
		_, _ = w.over(tripper(func(*http.Request) (*http.Response, error) { return &http.Response{}, nil }), owners(Cloud{
			Graph: "https://graph.test", SharePoint: "https://sp.test", BotServiceURL: "https://connector.test/x/",
		})).RoundTrip(r)
	}
}

// everyKind lists a secret of each kind that a story must not show.
func everyKind() []planted {
	given := func(set func(*Config, Secret)) func(*witness, string) {
		return func(w *witness, secret string) {
			c := Config{Slack: &Slack{}}
			set(&c, NewSecret(secret))
			_ = w.configured(c)
		}
	}
	return []planted{
		{kindBotToken, "xoxb-12-plantedBot", given(func(c *Config, s Secret) { c.Slack.BotToken = s })},
		{kindAppToken, "xapp-1-A0-plantedApp", given(func(c *Config, s Secret) { c.Slack.AppToken = s })},
		{kindSigningSecret, "8f742231b10e8888", given(func(c *Config, s Secret) { c.Slack.SigningSecrets = []Secret{s} })},
		{kindClientSecret, "abc8Q~plantedSecret", given(func(c *Config, s Secret) { c.Microsoft365.ClientSecret = s })},
		{kindTicket, "1f2e3d4c5b6a7988", sent(`{"url":"wss://wss.slack.test/link/?ticket=`, `&app_id=A1"}`)},
		{kindSignature, "a2114d57b48eac39", func(w *witness, s string) { w.header(http.Header{"X-Slack-Signature": {"v0=" + s}}, kindInbound) }},
		{kindPrivateKey, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", func(w *witness, s string) {
			w.privateKey([]byte("-----BEGIN PRIVATE KEY-----\n" + s + "\n-----END PRIVATE KEY-----\n"))
		}},
		{kindAssertion, "planted.assertion", sent("grant_type=client_credentials&client_assertion=", "")},
		{kindAccessToken, "planted.access", sent(`{"access_token":"`, `"}`)},
		{kindGraph, "planted.for.graph", bearer("graph.test")},
		{kindSharePoint, "planted.for.sharepoint", bearer("sp.test")},
		{kindConnector, "planted.for.connector", bearer("connector.test")},
		{kindInbound, "planted.of.teams", func(w *witness, s string) { w.header(http.Header{"Authorization": {"Bearer " + s}}, kindInbound) }},
		{kindTrigger, "12345.98765.planted", sent(`payload=%7B%22trigger_id%22%3A%22`, `%22%7D`)},
		{kindResponseURL, "https://hooks.slack.test/actions/T1/2/planted", sent(`{"payload":{"response_url":"`, `"}}`)},
		{kindRedeemLink, "https://login.test/redeem?rd=https%3a%2f%2finvite&t=planted", sent(`{"inviteRedeemUrl":"`, `"}`)},
		{kindGuest, "guest of honour", sent(`{"invitedUserEmailAddress":"`, `"}`)},
		{kindLink, "https://bot.test/link?t=plantedToken", sent(`{"blocks":[{"elements":[{"url":"`, `"}]}]}`)},
		{kindLinkToken, "plantedLinkToken", query("t")},
		{kindState, "planted-state", query("state")},
		{kindCode, "0.AXo-planted", query("code")},
		{kindProof, "planted-proof", sent("t=whatever&proof=", "")},
		{kindCookie, "planted-cookie", func(w *witness, s string) {
			w.header(http.Header{"Set-Cookie": {"guestsite_link=" + s + "; Path=/link; HttpOnly"}}, kindInbound)
		}},
		{kindNonce, "planted-nonce", func(w *witness, s string) {
			w.header(http.Header{"Refresh": {"0; url=https://login.test/authorize?response_type=code&nonce=" + s}}, kindInbound)
		}},
		{kindVerifier, "planted-verifier", sent("grant_type=authorization_code&code_verifier=", "")},
		{kindIDToken, "planted.id.token", sent(`{"id_token":"`, `"}`)},
	}
}

// What watches must itself see: what each kind of secret crosses the wire as is
// remembered, and wherever one is shown, in whichever form, that is found.
func TestWitness_SeesALeakOfEachKindWhereverItIsShown(t *testing.T) {
	t.Parallel()
	shown := map[string]func(w *witness, text string){
		"log":             func(w *witness, text string) { _, _ = io.WriteString(&w.log, text) },
		"log, not masked": func(w *witness, text string) { _, _ = io.WriteString(&w.bare, text) },
		"metrics":         func(w *witness, text string) { w.says(saying{what: "/metrics", text: text}) },
		"readiness":       func(w *witness, text string) { w.says(saying{what: "/readyz", text: text}) },
		"terminal":        func(w *witness, text string) { w.says(saying{what: "guestsite doctor", text: text, typed: "doctor"}) },
		"refusal": func(w *witness, text string) {
			refuse := http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { http.Error(rw, text, http.StatusForbidden) })
			w.inbound(refuse).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/slack/events", strings.NewReader("")))
		},
	}
	for _, p := range everyKind() {
		for where, show := range shown {
			for _, form := range forms(p.secret) {
				w := silent()
				p.seen(w, p.secret)
				if failsOn(w, p.kind) {
					t.Fatalf("%s: not remembered, or seen where nothing is shown; seen: %v", p.kind, w.kinds)
				}
				show(w, "so "+form+" it is")
				if !failsOn(w, p.kind) {
					t.Errorf("%s as %q in %s: nobody saw it", p.kind, form, where)
				}
			}
		}
	}
	for name, text := range map[string]string{"address": "mail to anna@fabrikam.com", "escaped": "GET /users/anna%40fabrikam.com", "stranger": strangersSecret} {
		for where, show := range shown {
			w := silent()
			show(w, text)
			if !failsOn(w) {
				t.Errorf("%s in %s: nobody saw it", name, where)
			}
		}
	}
	// A kind that never came by proves nothing, and a log that is empty neither.
	if !failsOn(silent(), kindBotToken) || !failsOn(&witness{}) {
		t.Error("nobody missed what was to be watched")
	}
}

// silent is a witness to whom only what is harmless was said.
func silent() *witness {
	w := &witness{}
	_, _ = io.WriteString(&w.log, strings.Repeat("line\n", 10))
	_, _ = io.WriteString(&w.bare, strings.Repeat("line\n", 10))
	return w
}

// failsOn says whether a test in which w watches fails.
func failsOn(w *witness, needs ...string) bool {
	inner := &testing.T{}
	w.check(inner, needs...)
	return inner.Failed()
}

// What comes over a socket is remembered however the network cuts it up.
func TestWitness_ReadsASocketInAnyPieces(t *testing.T) {
	t.Parallel()
	short, long := `{"payload":{"trigger_id":"12345.short.trigger"}}`, `{"payload":{"trigger_id":"12345.long.trigger","text":"`+strings.Repeat("x", 70_000)+`"}}`
	middle := `{"payload":{"trigger_id":"12345.middle.trigger","text":"` + strings.Repeat("x", 300) + `"}}`
	var stream []byte
	for _, m := range []string{short, long, middle} {
		stream = append(stream, framed(m)...)
	}
	for _, size := range []int{1, 2, 3, 1000, len(stream)} {
		w := &witness{}
		r := &socketReader{ReadWriteCloser: pieces{strings.NewReader(string(stream)), size}, w: w}
		if _, err := io.Copy(io.Discard, r); err != nil {
			t.Fatal(err)
		}
		if w.kinds[kindTrigger] != 3 {
			t.Errorf("in pieces of %d: saw %v", size, w.kinds)
		}
	}
}

// framed is a message as a server sends it.
func framed(m string) []byte {
	n := len(m)
	head := []byte{0x81, byte(n)}
	switch {
	case n >= 1<<16:
		head = []byte{0x81, 127, 0, 0, 0, 0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
	case n >= 126:
		head = []byte{0x81, 126, byte(n >> 8), byte(n)}
	}
	return append(head, m...)
}

// pieces gives at most size bytes at once.
type pieces struct {
	io.Reader

	size int
}

func (p pieces) Read(b []byte) (int, error) { return p.Reader.Read(b[:min(len(b), p.size)]) }

func (pieces) Write(b []byte) (int, error) { return len(b), nil }

func (pieces) Close() error { return nil }
