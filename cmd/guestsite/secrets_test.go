package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guestsite/bot"
	"guestsite/cmd/guestsite/demo"
)

// The kinds of what must stay secret.
const (
	kindBotToken      = "bot token"
	kindAppToken      = "app token"
	kindTicket        = "socket's ticket"
	kindSigningSecret = "signing secret"
	kindSignature     = "signature of Slack"
	kindClientSecret  = "client secret"
	kindPrivateKey    = "private key"
	kindAssertion     = "assertion"
	kindAccessToken   = "access token"
	kindGraph         = "token for Graph"
	kindSharePoint    = "token for SharePoint"
	kindConnector     = "token for the Bot Connector"
	kindInbound       = "token of Teams"
	kindTrigger       = "trigger"
	kindResponseURL   = "response URL"
	kindRedeemLink    = "redeem link"
	kindLink          = "link to link an account"
	kindLinkToken     = "link's token"
	kindProof         = "form's proof"
	kindCookie        = "cookie"
	kindState         = "state"
	kindNonce         = "nonce"
	kindVerifier      = "verifier"
	kindCode          = "authorization code"
	kindIDToken       = "id token"
	kindGuest         = "guest's address"
)

// witness sees all that the program sends and is sent, remembers every secret of it, and
// reads all that the program says to its operator. The zero value is ready.
type witness struct {
	log screen // every line at every level, as an operator reads it
	// bare holds the same lines before masking, without the attributes that are
	// redacted by name: what only the mask takes out of a line stands here.
	bare screen

	mu    sync.Mutex // guards what follows
	kinds map[string]int
	known map[string][]string // secret: its kinds
	said  []saying
	last  *app
	taps  map[string]*tap // by what they lead to
}

// saying is something that the program said, beside its log.
type saying struct {
	what, text string
	// typed is what whoever reads it has typed himself; an address in it may come back.
	typed string
	// theirs marks a page for the person whose address stands in it.
	theirs bool
}

// secret remembers a value of a kind.
func (w *witness) secret(kind, value string) {
	// Nothing that could be a word by chance; a stranger's is looked for by itself.
	if len(value) < 8 || value == strangersSecret {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.known == nil {
		w.known, w.kinds = map[string][]string{}, map[string]int{}
	}
	if !slices.Contains(w.known[value], kind) {
		w.known[value] = append(w.known[value], kind)
		w.kinds[kind]++
	}
}

// says remembers what the program said.
func (w *witness) says(s saying) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, s)
}

// secretFields are the fields of forms, JSON and addresses whose values are secrets.
func secretFields() map[string]string {
	return map[string]string{
		"client_assertion": kindAssertion, "client_secret": kindClientSecret, "access_token": kindAccessToken, "response_url": kindResponseURL,
		"inviteRedeemUrl": kindRedeemLink, "trigger_id": kindTrigger, "token": "token", "id_token": kindIDToken,
		"refresh_token": "refresh token", "code_verifier": kindVerifier, "invitedUserEmailAddress": kindGuest,
		"t": kindLinkToken, "proof": kindProof, "state": kindState, "nonce": kindNonce, "code": kindCode, "ticket": kindTicket,
	}
}

// body remembers the secrets of a body, a form or JSON, JSON in a form too.
func (w *witness) body(text []byte) {
	var tree any
	if json.Unmarshal(text, &tree) == nil {
		w.tree(tree)
		return
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return
	}
	w.form(form)
}

func (w *witness) form(form url.Values) {
	for name, values := range form {
		for _, value := range values {
			if kind, ok := secretFields()[name]; ok {
				w.secret(kind, value)
			}
			var tree any
			if json.Unmarshal([]byte(value), &tree) == nil {
				w.tree(tree)
			}
		}
	}
}

// tree remembers the secrets of JSON. Short names are common words in it, and those of
// addresses alone.
func (w *witness) tree(node any) {
	switch node := node.(type) {
	case map[string]any:
		for name, value := range node {
			text, isText := value.(string)
			if kind, ok := secretFields()[name]; ok && isText && !slices.Contains([]string{"t", "proof", "state", "nonce", "code"}, name) {
				w.secret(kind, text)
			}
			w.tree(value)
		}
	case []any:
		for _, value := range node {
			w.tree(value)
		}
	case string:
		w.address(node)
	}
}

// address remembers the secrets of an address that opens something by itself.
func (w *witness) address(text string) {
	if !strings.Contains(text, "://") {
		return
	}
	u, err := url.Parse(text)
	if err != nil {
		return
	}
	q := u.Query()
	switch {
	case strings.HasSuffix(u.Path, "/link") && q.Has("t"):
		w.secret(kindLink, text)
		w.secret(kindLinkToken, q.Get("t"))
	case q.Has("ticket"), strings.HasSuffix(u.Path, "/authorize"):
		w.form(q)
	}
}

// header remembers the secrets of headers; who is whose token it would be.
func (w *witness) header(h http.Header, who string) {
	for _, value := range h.Values("Authorization") {
		w.secret(who, strings.TrimPrefix(value, "Bearer "))
	}
	for _, value := range h.Values("X-Slack-Signature") {
		w.secret(kindSignature, strings.TrimPrefix(value, "v0="))
	}
	for _, c := range (&http.Request{Header: h}).Cookies() {
		w.secret(kindCookie, c.Value)
	}
	for _, c := range (&http.Response{Header: h}).Cookies() {
		w.secret(kindCookie, c.Value)
	}
	for _, name := range []string{"Location", "Refresh"} {
		_, to, _ := strings.Cut(h.Get(name), "http")
		w.address("http" + to)
	}
}

// over sees what the program itself sends, and is answered. hosts name whose tokens go
// there.
func (w *witness) over(next http.RoundTripper, hosts map[string]string) http.RoundTripper {
	return tripper(func(r *http.Request) (*http.Response, error) {
		who := hosts[r.URL.Host]
		if who == "" {
			who = "token for " + r.URL.Host
		}
		w.header(r.Header, who)
		if r.Body != nil && r.Body != http.NoBody {
			text, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			_ = r.Body.Close()
			w.body(text)
			r = r.Clone(r.Context())
			r.Body = io.NopCloser(bytes.NewReader(text))
			r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
		}
		res, err := next.RoundTrip(r)
		if err != nil || res.Body == nil {
			return res, err
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		w.body(text)
		w.header(res.Header, who)
		res.Body = io.NopCloser(bytes.NewReader(text))
		return res, err
	})
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// inbound sees what the chats and people's browsers send, and reads what refuses them.
func (w *witness) inbound(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.header(r.Header, kindInbound)
		w.form(r.URL.Query())
		text, err := io.ReadAll(r.Body)
		if err == nil {
			w.body(text)
			r.Body = io.NopCloser(bytes.NewReader(text))
		}
		kept := &keeper{ResponseWriter: rw, status: http.StatusOK}
		next.ServeHTTP(kept, r)
		w.header(rw.Header(), kindInbound)
		if kept.status >= http.StatusBadRequest {
			w.says(saying{what: r.Method + " " + r.URL.Path, text: kept.text.String(), theirs: strings.HasPrefix(r.URL.Path, "/link")})
		}
	})
}

// keeper keeps what is answered.
type keeper struct {
	http.ResponseWriter

	status int
	text   bytes.Buffer
}

func (k *keeper) WriteHeader(status int) {
	k.status = status
	k.ResponseWriter.WriteHeader(status)
}

func (k *keeper) Write(b []byte) (int, error) {
	k.text.Write(b)
	return k.ResponseWriter.Write(b)
}

// Unwrap lets a handler flush what it has answered, as it does without a witness.
func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }

// configured remembers the secrets that the operator has given.
func (w *witness) configured(c Config) error {
	w.secret(kindClientSecret, c.Microsoft365.ClientSecret.Reveal())
	if c.Slack != nil {
		w.secret(kindBotToken, c.Slack.BotToken.Reveal())
		w.secret(kindAppToken, c.Slack.AppToken.Reveal())
		for _, s := range c.Slack.SigningSecrets {
			w.secret(kindSigningSecret, s.Reveal())
		}
	}
	if c.Microsoft365.CertificateFile == "" {
		return nil
	}
	text, err := os.ReadFile(c.Microsoft365.CertificateFile)
	if err != nil {
		return err
	}
	w.privateKey(text)
	return nil
}

// privateKey remembers each line of the keys in a PEM file.
func (w *witness) privateKey(text []byte) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if !strings.Contains(block.Type, "PRIVATE KEY") {
			continue
		}
		for line := range strings.Lines(string(pem.EncodeToMemory(block))) {
			if !strings.HasPrefix(line, "-----") {
				w.secret(kindPrivateKey, strings.TrimSpace(line))
			}
		}
	}
}

// everyLevel is below any that a line is logged at.
const everyLevel = slog.Level(-100)

// starter starts the program under the eyes of w.
func (w *witness) starter(t *testing.T) demo.Starter {
	t.Helper()
	log := slog.New(slog.NewMultiHandler(
		newLogger(&w.log, "json", everyLevel, nil).Handler(),
		slog.NewJSONHandler(&w.bare, &slog.HandlerOptions{Level: everyLevel, ReplaceAttr: byName}),
	))
	return func(ctx context.Context, config string, clock bot.Clock) (demo.Program, error) {
		cfg, err := Load(config, envOf(nil))
		if err != nil {
			return nil, err
		}
		if err := w.configured(cfg); err != nil {
			return nil, err
		}
		w.tapSlack(t, &cfg)
		cloud, _ := cfg.Hosts()
		client, err := newHTTPClient(cloud)
		if err != nil {
			return nil, err
		}
		client.Transport = w.over(client.Transport, owners(cloud))
		dead := &atomic.Bool{}
		a, err := newAppWith(cfg, slog.New(mortal{log.Handler(), dead}), clock, client)
		if err != nil {
			return nil, err
		}
		a.http.server.Handler = w.inbound(a.http.server.Handler)
		w.mu.Lock()
		w.last = a
		w.mu.Unlock()
		return demoProgram{a, dead}, a.Start(ctx)
	}
}

// byName redacts as the program's own logger does, by the names of attributes alone.
func byName(groups []string, a slog.Attr) slog.Attr {
	if slices.ContainsFunc(groups, isRedacted) || isRedacted(a.Key) {
		return slog.String(a.Key, redacted)
	}
	return a
}

// owners say whose tokens go to a host.
func owners(c Cloud) map[string]string {
	hosts := map[string]string{}
	for kind, origins := range map[string][]string{
		kindGraph: {c.Graph}, kindSharePoint: {c.SharePoint, c.SharePointAdmin}, kindBotToken: {c.SlackAPI}, kindConnector: {c.BotServiceURL},
	} {
		for _, origin := range origins {
			if u, err := url.Parse(origin); err == nil {
				hosts[u.Host] = kind
			}
		}
	}
	return hosts
}

// ask reads what the running program says to operators, and to strangers who knock.
func (w *witness) ask(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	a := w.last
	w.mu.Unlock()
	w.says(saying{what: "/metrics", text: scrape(t, a)})
	base := "http://" + a.http.Addr()
	_, ready := get(t, base+"/readyz")
	w.says(saying{what: "/readyz", text: ready})
	for _, path := range []string{"/nothing", "/link", "/link/callback"} {
		_, text := get(t, base+path+"?t="+strangersSecret+"&code="+strangersSecret+"&state="+strangersSecret)
		w.says(saying{what: path, text: text})
	}
	for _, path := range []string{"/slack/commands", "/slack/interactive", "/slack/options", "/slack/events", messagesPath, "/link/start", "/link/confirm"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+path, strings.NewReader("token="+strangersSecret+"&t="+strangersSecret+"&proof="+strangersSecret+"&user=stranger@example.org"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", "Bearer "+strangersSecret)
		r.Header.Set("X-Slack-Signature", "v0="+strangersSecret)
		r.Header.Set("Cookie", "guestsite_link="+strangersSecret)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		w.says(saying{what: path, text: string(text)})
	}
}

const strangersSecret = "eyJzdHJhbmdlciI6MX0.bm90LWEtdG9rZW4.c2VjcmV0"

// somebodysAddress is an address of a person, wherever it stands. None has a place in a
// log, a metric, or an answer to whoever asks.
var somebodysAddress = regexp.MustCompile(`(?i)[a-z0-9._#+-]+(?:@|%40)[a-z0-9-]+\.[a-z]{2,}`)

// check wants none of the secrets, and nobody's address, in what was said. needs are the
// kinds of secrets that must have been seen, or nothing was watched.
func (w *witness) check(t *testing.T, needs ...string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, kind := range needs {
		if w.kinds[kind] == 0 {
			t.Errorf("no %s was ever seen, so none was watched; seen: %v", kind, w.kinds)
		}
	}
	logs := []saying{{what: "the log", text: w.log.String()}, {what: "the log before it is masked", text: w.bare.String()}}
	for _, s := range logs {
		if strings.Count(s.text, "\n") < 5 {
			t.Errorf("%s holds next to nothing: %q", s.what, s.text)
		}
	}
	all := slices.Concat(w.said, logs)
	for secret, kinds := range w.known {
		for _, form := range forms(secret) {
			for _, s := range all {
				if i := strings.Index(s.text, form); i >= 0 && !(kinds[0] == kindGuest && (s.theirs || strings.Contains(s.typed, secret))) {
					t.Errorf("%s shows a %s: %q", s.what, kinds[0], around(s.text, i))
				}
			}
		}
	}
	for _, s := range all {
		if i := strings.Index(s.text, strangersSecret); i >= 0 {
			t.Errorf("%s shows a stranger's secret: %q", s.what, around(s.text, i))
		}
		for _, at := range somebodysAddress.FindAllStringIndex(s.text, -1) {
			if !s.theirs && !strings.Contains(s.typed, s.text[at[0]:at[1]]) {
				t.Errorf("%s shows somebody's address: %q", s.what, around(s.text, at[0]))
				break
			}
		}
	}
}

// forms lists how a secret can stand in a text.
func forms(secret string) []string {
	quoted, err := json.Marshal(secret)
	if err != nil {
		quoted = []byte(secret)
	}
	forms := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), strings.ReplaceAll(secret, "/", `\/`), html.EscapeString(secret), strings.Trim(string(quoted), `"`),
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

func around(text string, i int) string { return text[max(0, i-200):min(len(text), i+200)] }

// kindsSeen gathers which kinds of secrets several witnesses saw.
type kindsSeen struct {
	mu    sync.Mutex
	kinds map[string]int
}

func (k *kindsSeen) add(w *witness) {
	w.mu.Lock()
	defer w.mu.Unlock()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kinds == nil {
		k.kinds = map[string]int{}
	}
	for kind, n := range w.kinds {
		k.kinds[kind] += n
	}
}

func (k *kindsSeen) want(t *testing.T, kinds ...string) {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, kind := range kinds {
		if k.kinds[kind] == 0 {
			t.Errorf("no %s was seen in any story, so none was watched; seen: %v", kind, k.kinds)
		}
	}
}
