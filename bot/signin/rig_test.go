package signin

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/graph/graphfake"
)

const (
	clientID = "7c9d3f1e-5b2a-4c86-9d07-2f6a1b8e4c35"
	secret   = "rig-secret"
)

// door is an engine that takes every step, and notes it. Its state, nonce and
// verifier follow from the cookie, as the engine's do.
type door struct {
	mu     sync.Mutex
	calls  []string
	ends   []time.Time // when the request of each call must be over
	taken  []string
	person string
	fail   map[string]error
	view   bot.LinkView
}

func (d *door) note(ctx context.Context, call string) (bot.LinkView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = append(d.calls, call)
	end, _ := ctx.Deadline()
	d.ends = append(d.ends, end)
	return d.view, d.fail[call]
}

// took counts the steps that were taken.
func (d *door) took(step string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil {
		d.taken = append(d.taken, step)
	}
}

func (d *door) saw() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.calls, " ")
}

func in(browser string) bot.SignIn {
	return bot.SignIn{State: "state-" + browser, Nonce: "nonce-" + browser, Verifier: strings.Repeat("v", 30) + browser}
}

func refuse(reason string) error {
	return &bot.Error{Code: bot.Forbidden, Op: "test", Reason: reason}
}

func (d *door) OpenLink(ctx context.Context, token, browser string) (bot.LinkView, error) {
	v, err := d.note(ctx, "open")
	v.Proof = "proof-" + browser
	if token != "good" {
		err = refuse(bot.LinkUnknown)
	}
	return v, err
}

func (d *door) StartLink(ctx context.Context, token, browser, proof, next string, ready bot.Ready) (bot.SignIn, bot.LinkView, error) {
	v, err := d.note(ctx, "start")
	if token != "good" || browser == "" || proof != "proof-"+browser {
		err = refuse(bot.LinkElsewhere)
	}
	if err == nil {
		err = ready(ctx)
	}
	d.took("started", err)
	return in(next), v, err
}

func (d *door) ReturnLink(ctx context.Context, browser, state string, ready bot.Ready) (bot.SignIn, bot.LinkView, error) {
	v, err := d.note(ctx, "return")
	if browser == "" || state != in(browser).State {
		err = refuse(bot.LinkElsewhere)
	}
	if err == nil {
		err = ready(ctx)
	}
	d.took("returned", err)
	return in(browser), v, err
}

func (d *door) SignedIn(ctx context.Context, browser, person string) (bot.LinkView, error) {
	v, err := d.note(ctx, "signed_in")
	d.mu.Lock()
	defer d.mu.Unlock()
	d.person = person
	v.Person, v.Mail, v.Proof = "Sanne de Vries", "sanne@noordzee.nl", "proof-"+browser
	return v, err
}

func (d *door) ConfirmLink(ctx context.Context, browser, proof string) (bot.LinkView, error) {
	v, err := d.note(ctx, "confirm")
	if browser == "" || proof != "proof-"+browser {
		err = refuse(bot.LinkElsewhere)
	}
	return v, err
}

var _ bot.LinkDoor = (*door)(nil)

// rig is the pages before a tenant, and a browser.
type rig struct {
	t      *testing.T
	door   *door
	tenant *graphfake.Server
	sanne  string
	public string
	pages  *Pages
	log    *bytes.Buffer
	web    *http.Client
	client *http.Client // ours to the login host
}

func newRig(t *testing.T, change ...func(*Options, *graphfake.App)) *rig {
	t.Helper()
	r := &rig{t: t, door: &door{fail: map[string]error{}, view: bot.LinkView{
		Lang: "en", Chat: "slack", Account: "Sanne", Workspace: "Noordzee", Admins: []string{"Joost Bakker"},
	}}, log: &bytes.Buffer{}}
	mux := http.NewServeMux()
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	r.public = web.URL + "/guests"
	app := graphfake.App{ClientID: clientID, Name: "Guest sites", Secret: secret, RedirectURIs: []string{RedirectURI(r.public)}}
	texts, err := card.Load("en", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Door: r.door, Texts: texts, PublicURL: r.public, ClientID: clientID, Proof: ClientSecret(secret),
		Log: slog.New(slog.NewTextHandler(r.log, nil)),
	}
	for _, f := range change {
		f(&o, &app)
	}
	if r.tenant, err = graphfake.Start(graphfake.Options{Apps: []graphfake.App{app}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.tenant.Close() })
	r.sanne = r.tenant.SeedDemo().Sanne.ID
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(r.tenant.CAPEM())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	o.Login, o.TenantID, o.HTTP = r.tenant.LoginURL(), strings.ToUpper(r.tenant.TenantID()), &http.Client{Transport: transport}
	r.client = o.HTTP
	if r.pages, err = New(o); err != nil {
		t.Fatal(err)
	}
	gets, posts := r.pages.Handlers()
	for path, h := range gets {
		mux.Handle("GET /guests"+path, h)
	}
	for path, h := range posts {
		mux.Handle("POST /guests"+path, h)
	}
	r.web = r.browser()
	return r
}

// browser is a new one, with a jar of its own; it follows no redirect.
func (r *rig) browser() *http.Client {
	r.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// seen is a page as a browser got it.
type seen struct {
	status int
	header http.Header
	body   string
}

// text is what a person reads.
func (s seen) text() string {
	body := regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]+>`).ReplaceAllString(s.body, " ")
	return strings.Join(strings.Fields(html.UnescapeString(body)), " ")
}

// field is the value of a hidden field.
func (s seen) field(name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(s.body)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

func (r *rig) do(web *http.Client, method, to string, form url.Values) seen {
	r.t.Helper()
	if strings.HasPrefix(to, "/") {
		to = r.public + to
	}
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	q, err := http.NewRequestWithContext(r.t.Context(), method, to, body)
	if err != nil {
		r.t.Fatal(err)
	}
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := web.Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return seen{res.StatusCode, res.Header, string(text)}
}

func (r *rig) get(to string) seen { r.t.Helper(); return r.do(r.web, http.MethodGet, to, nil) }

func (r *rig) post(to string, form url.Values) seen {
	r.t.Helper()
	return r.do(r.web, http.MethodPost, to, form)
}

// started opens the link and begins; it gives the address of the sign-in page.
func (r *rig) started() string {
	r.t.Helper()
	page := r.get("/link?t=good")
	going := r.post("/link/start", url.Values{"t": {page.field("t")}, "proof": {page.field("proof")}})
	_, to, ok := strings.Cut(going.header.Get("Refresh"), "url=")
	if !ok {
		r.t.Fatalf("nothing leads to the sign-in: %d %s", going.status, going.text())
	}
	return to
}

// back signs in and gives the address to which the browser is sent back.
func (r *rig) back() string {
	r.t.Helper()
	to, err := r.tenant.SignInAs(r.started(), r.sanne)
	if err != nil {
		r.t.Fatal(err)
	}
	return to
}

// outbound counts what reached the login host.
func (r *rig) outbound() int { return len(r.tenant.Wire()) }
