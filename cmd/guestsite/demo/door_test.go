package demo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guestsite/bot/teams/teamsfake"
)

func TestDoorAddress_IsOfThisMachineOnly(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"127.0.0.1:3978": "127.0.0.1:3978", "localhost:3978": "127.0.0.1:3978", "127.8.8.8:0": "127.8.8.8:0",
		"[::1]:3978": "[::1]:3978", "[::ffff:127.0.0.1]:1": "[::ffff:127.0.0.1]:1",
	} {
		if got, err := doorAddress(addr); err != nil || got.String() != want {
			t.Errorf("%s is %v, %v", addr, got, err)
		}
	}
	for _, addr := range []string{
		"", ":3978", "3978", "127.0.0.1", "0.0.0.0:3978", "[::]:3978", "10.0.0.1:3978", "example.org:3978",
		"localhost.example.org:3978", "127.0.0.1:port", "127.0.0.1:99999", "http://127.0.0.1:3978", "[::ffff:10.0.0.1]:1",
	} {
		if got, err := doorAddress(addr); !errors.Is(err, ErrNotLoopback) {
			t.Errorf("%q is taken as %v", addr, got)
		}
	}
}

const goodToken = "good"

// opened is a door with a product and a Playground behind it that note what they get.
type opened struct {
	*door
	t          *testing.T
	product    *httptest.Server
	playground *httptest.Server

	mu   sync.Mutex
	last *http.Request
	body string
}

func openTestDoor(t *testing.T) *opened {
	t.Helper()
	teams, err := teamsfake.Start(teamsfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = teams.Close() })
	o := &opened{t: t}
	o.door, err = openDoor(t.Context(), netip.MustParseAddrPort("127.0.0.1:0"), teams, func(bearer string) error {
		if bearer != goodToken {
			return errors.New("no token of the bot")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	note := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		o.mu.Lock()
		defer o.mu.Unlock()
		o.last, o.body = r, string(body)
		w.Header().Set("Location", "/elsewhere")
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTemporaryRedirect)
		_, _ = io.WriteString(w, "an answer")
	}
	o.product, o.playground = httptest.NewServer(http.HandlerFunc(note)), httptest.NewServer(http.HandlerFunc(note))
	t.Cleanup(o.product.Close)
	t.Cleanup(o.playground.Close)
	o.SetAppURL(o.product.URL)
	return o
}

// seen gives the last request behind the door, and forgets it.
func (o *opened) seen() (*http.Request, string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	r := o.last
	o.last = nil
	return r, o.body
}

// do makes a request with what change makes of it.
func (o *opened) do(method, url, body string, change func(*http.Request)) (*http.Response, string) {
	o.t.Helper()
	r, err := http.NewRequestWithContext(o.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	if change != nil {
		change(r)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(o.pem)
	client := http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return res, string(text)
}

func TestDoor_HandsOnBothWays(t *testing.T) {
	t.Parallel()
	o := openTestDoor(t)
	service := o.playground.URL + "/_connector"
	res, text := o.do(http.MethodPost, o.Endpoint(), `{"type":"message","text":"a<b","serviceUrl":"`+service+`/"}`, nil)
	if res.StatusCode != http.StatusTemporaryRedirect || text != "an answer" {
		t.Errorf("the product's answer came as %d %q", res.StatusCode, text)
	}
	got, body := o.seen()
	var act map[string]string
	if err := json.Unmarshal([]byte(body), &act); err != nil || got.URL.Path != "/api/messages" {
		t.Fatalf("the product got %s: %s", got.URL, body)
	}
	at := act["serviceUrl"]
	if act["text"] != "a<b" || at != "https://"+o.Host()+"/0" || !strings.HasPrefix(got.Header.Get("Authorization"), "Bearer ey") {
		t.Errorf("the product got %s", body)
	}

	bearer := func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+goodToken) }
	const rest = "/v3/conversations/a%3Ab%2Fc%3Bd/activities/1?isTargetedActivity=true"
	res, text = o.do(http.MethodPut, at+rest, `{"text":"hi"}`, bearer)
	if res.StatusCode != http.StatusTemporaryRedirect || text != "an answer" || res.Header.Get("Retry-After") != "7" {
		t.Errorf("the Playground's answer came as %d %q", res.StatusCode, text)
	}
	got, body = o.seen()
	if got.Method != http.MethodPut || got.RequestURI != "/_connector"+rest || body != `{"text":"hi"}` || got.Header.Get("Authorization") != "" {
		t.Errorf("the Playground got %s %s with %q: %s", got.Method, got.RequestURI, got.Header.Get("Authorization"), body)
	}

	for name, change := range map[string]func(*http.Request){
		"no token":   nil,
		"bad token":  func(r *http.Request) { r.Header.Set("Authorization", "Bearer bad") },
		"bare token": func(r *http.Request) { r.Header.Set("Authorization", goodToken) },
	} {
		if res, _ := o.do(http.MethodPost, at+"/v3/conversations", "{}", change); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	for _, url := range []string{"/1/v3/conversations", "/-1/v3/conversations", "/v3/conversations", "/0/_debug", "/0", "/"} {
		if res, _ := o.do(http.MethodPost, o.connectorURL+url, "{}", bearer); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", url, res.StatusCode)
		}
	}
	if got, _ := o.seen(); got != nil {
		t.Errorf("%s was handed on", got.URL)
	}
}

func TestDoor_RefusesWhatIsNotOfThisMachine(t *testing.T) {
	t.Parallel()
	o := openTestDoor(t)
	for _, service := range []string{
		"https://smba.trafficmanager.net/teams", "http://10.0.0.1/_connector", "http://localhost.example.org/", "http://user@localhost/",
		"http://localhost/?x", "http://localhost/#x", "ftp://localhost/", "localhost:56150", "", "http://",
	} {
		if res, _ := o.do(http.MethodPost, o.Endpoint(), `{"serviceUrl":"`+service+`"}`, nil); res.StatusCode != http.StatusForbidden {
			t.Errorf("%q: %d", service, res.StatusCode)
		}
	}
	good := `{"serviceUrl":"http://localhost:1/_connector"}`
	for name, test := range map[string]struct {
		method, body string
		change       func(*http.Request)
		status       int
	}{
		"by a name of another":    {http.MethodPost, good, func(r *http.Request) { r.Host = "evil.example:3978" }, http.StatusForbidden},
		"a form of a page":        {http.MethodPost, good, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, http.StatusUnsupportedMediaType},
		"no activity":             {http.MethodPost, "[]", nil, http.StatusBadRequest},
		"no service":              {http.MethodPost, "{}", nil, http.StatusBadRequest},
		"too long":                {http.MethodPost, strings.Repeat(" ", doorBody) + good, nil, http.StatusRequestEntityTooLarge},
		"a look whether it is up": {http.MethodHead, "", nil, http.StatusMethodNotAllowed},
		"another place":           {http.MethodPost, good, func(r *http.Request) { r.URL.Path = "/slack/commands" }, http.StatusMethodNotAllowed},
	} {
		if res, _ := o.do(test.method, o.Endpoint(), test.body, test.change); res.StatusCode != test.status {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, test.status)
		}
	}
	if got, _ := o.seen(); got != nil {
		t.Errorf("%s was handed on", got.URL)
	}
	o.product.Close()
	if res, _ := o.do(http.MethodPost, o.Endpoint(), good, nil); res.StatusCode != http.StatusBadGateway {
		t.Errorf("without a product: %d", res.StatusCode)
	}
	for i := range 2 * doorServices {
		_, err := o.standIn("http://localhost:" + strconv.Itoa(i+1) + "/_connector")
		if (err != nil) != (i >= doorServices) {
			t.Errorf("Playground %d: %v", i, err)
		}
	}
}

func TestDoor_RefusesPeersOfOtherMachines(t *testing.T) {
	t.Parallel()
	reached := 0
	h := fromHere(func(http.ResponseWriter, *http.Request) { reached++ })
	for peer, want := range map[string]int{
		"127.0.0.1:1": http.StatusOK, "[::1]:1": http.StatusOK, "192.0.2.1:1": http.StatusForbidden, "[2001:db8::1]:1": http.StatusForbidden, "": http.StatusForbidden,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/api/messages", nil)
		r.RemoteAddr = peer
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != want {
			t.Errorf("%q: %d, want %d", peer, w.Code, want)
		}
	}
	if reached != 2 {
		t.Errorf("%d requests came through", reached)
	}
}

// A name that once stood for this machine may stand for another when it is called.
func TestDoor_CallsThisMachineOnly(t *testing.T) {
	t.Parallel()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://192.0.2.1:9/", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := loopbackClient().Do(r)
	if err == nil {
		_ = res.Body.Close()
	}
	if !errors.Is(err, ErrNotLoopback) {
		t.Errorf("error %v", err)
	}
}

func TestHolds_AnEditWaitsForTheAnswerToItsClick(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var h holds
		begin := time.Now()
		took := func(card string) time.Duration {
			h.wait(t.Context(), card)
			return time.Since(begin)
		}
		if d := took("a"); d != 0 {
			t.Errorf("a card that nobody clicks waited %v", d)
		}
		end := h.begin("a")
		time.AfterFunc(time.Second, end)
		if d := took("b"); d != 0 {
			t.Errorf("another card waited %v", d)
		}
		if d := took("a"); d != time.Second+settles {
			t.Errorf("it waited %v", d)
		}
		h.begin("a") // never answered
		begin = time.Now()
		if d := took("a"); d != longHeld {
			t.Errorf("without an answer it waited %v", d)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		begin = time.Now()
		if h.wait(ctx, "a"); time.Since(begin) != 0 {
			t.Error("it waited for nobody")
		}
		if len(h.of) != 1 {
			t.Errorf("%d cards are held", len(h.of))
		}
	})
}
