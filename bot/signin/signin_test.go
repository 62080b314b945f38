package signin

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/graph/graphfake"
)

func TestPages_WalkFromTheLinkToTheYes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	open := r.get("/link?t=good")
	for _, want := range []string{"Sanne", "Noordzee", "Slack", "Sign in"} {
		if !strings.Contains(open.text(), want) {
			t.Errorf("the first page lacks %q:\n%s", want, open.text())
		}
	}
	if r.outbound() != 0 {
		t.Errorf("looking at a link called the login host %d times", r.outbound())
	}
	asked := r.get(r.back())
	for _, want := range []string{"Sanne", "Noordzee", "Sanne de Vries", "sanne@noordzee.nl", "Yes, link them"} {
		if asked.status != http.StatusOK || !strings.Contains(asked.text(), want) {
			t.Errorf("the question lacks %q: %d\n%s", want, asked.status, asked.text())
		}
	}
	if r.door.person != strings.ToLower(r.sanne) {
		t.Errorf("%s signed in, not %s", r.door.person, r.sanne)
	}
	done := r.post("/link/confirm", url.Values{"proof": {asked.field("proof")}})
	if done.status != http.StatusOK || !strings.Contains(done.text(), "Linked") {
		t.Errorf("%d\n%s", done.status, done.text())
	}
	if got := r.door.saw(); got != "open open start return signed_in confirm" {
		t.Errorf("the steps were %s", got)
	}
}

func TestStart_AsksAsItShould(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	u, err := url.Parse(r.started())
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": clientID, "redirect_uri": r.public + "/link/callback", "scope": "openid profile",
		"code_challenge_method": "S256", "prompt": "select_account",
	} {
		if q.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if q.Get(name) == "" || strings.Contains(q.Get(name), "vvvv") {
			t.Errorf("%s is %q", name, q.Get(name))
		}
	}
}

// The valid sign-in goes through; each of the others differs in one thing.
func TestCallback_TakesNoSignInWithOneThingWrong(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, f := range append([]graphfake.Forgery{""}, graphfake.Forgeries()...) {
		r.web, r.door.person = r.browser(), ""
		if f != "" {
			if err := r.tenant.Forge(f); err != nil {
				t.Fatal(err)
			}
		}
		page := r.get(r.back())
		if f == "" {
			if page.status != http.StatusOK || r.door.person == "" {
				t.Fatalf("the valid one: %d\n%s", page.status, page.text())
			}
			continue
		}
		if page.status == http.StatusOK || r.door.person != "" {
			t.Errorf("%s was taken: %d\n%s", f, page.status, page.text())
		}
		if !strings.Contains(page.text(), "Reference: L-") || !strings.Contains(page.text(), "Joost") {
			t.Errorf("%s: the page names no reference or nobody who helps:\n%s", f, page.text())
		}
	}
}

func TestCallback_TakesAKeyThatWasRotated(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.get(r.back())
	if _, err := r.tenant.RotateKeys(true); err != nil {
		t.Fatal(err)
	}
	r.door.person = ""
	if page := r.get(r.back()); page.status != http.StatusOK || r.door.person == "" {
		t.Errorf("%d\n%s", page.status, page.text())
	}
}

func TestCallback_ACodeCountsOnceAndForItsBrowser(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	to := r.back()
	if page := r.do(r.browser(), http.MethodGet, to, nil); page.status == http.StatusOK || r.door.person != "" {
		t.Errorf("in another browser: %d", page.status)
	}
	for _, without := range []string{"state", "code"} {
		u, _ := url.Parse(to)
		q := u.Query()
		q.Del(without)
		u.RawQuery = q.Encode()
		if page := r.get(u.String()); page.status == http.StatusOK || r.door.person != "" {
			t.Errorf("without %s: %d", without, page.status)
		}
	}
	if page := r.get(to); page.status != http.StatusOK {
		t.Fatalf("%d\n%s", page.status, page.text())
	}
	r.door.person = ""
	if page := r.get(to); page.status == http.StatusOK || r.door.person != "" { // the door here lets it come twice
		t.Errorf("a second time: %d", page.status)
	}
	to = r.back()
	r.tenant.ExpireCodes()
	if page := r.get(to); page.status == http.StatusOK || r.door.person != "" {
		t.Errorf("late: %d", page.status)
	}
}

func TestCallback_TellsWhatTheSignInPageSaid(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, tc := range []struct{ code, text, want string }{
		{"access_denied", "AADSTS65004: User declined to consent", "You stopped at the sign-in page"},
		{"access_denied", "AADSTS90094: an admin must grant", "hasn't allowed this app"},
		{"consent_required", "AADSTS65001: sanne@noordzee.nl has not consented", "hasn't allowed this app"},
		{"interaction_required", "AADSTS50079", "needs something from you"},
		{"login_required", "", "needs something from you"},
		{"temporarily_unavailable", "", "doesn't answer right now"},
		{"invalid_request", "AADSTS900144", "refused this sign-in"},
		{"<script>", "<script>alert(1)</script>", "refused this sign-in"},
		{strings.Repeat("a", 3000), "", "refused this sign-in"},
	} {
		u, _ := url.Parse(r.started())
		q := url.Values{"error": {tc.code}, "error_description": {tc.text}, "state": {u.Query().Get("state")}}
		calls := r.outbound()
		page := r.get("/link/callback?" + q.Encode())
		if page.status == http.StatusOK || !strings.Contains(page.text(), tc.want) || strings.Contains(page.body, "<script") {
			t.Errorf("%s: %d\n%s", tc.code, page.status, page.text())
		}
		if r.outbound() != calls {
			t.Errorf("%s: the login host was called", tc.code)
		}
	}
	if log := r.log.String(); strings.Contains(log, "sanne@") || strings.Contains(log, "script") || !strings.Contains(log, "AADSTS65001") {
		t.Errorf("the log says\n%s", log)
	}
}

// Every reason has a page that says it, in both languages.
func TestFault_EachReasonHasItsOwnPage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	said := map[string]string{}
	for _, reason := range []string{
		bot.LinkUnknown, bot.LinkExpired, bot.LinkSpent, bot.LinkElsewhere, bot.LinkTwice, bot.LinkTooOften, bot.LinkNoAccount,
		bot.LinkNoMember, bot.LinkOther, bot.LinkHasPerson, bot.LinkHasAccount, faultBusy,
	} {
		for _, lang := range []string{"en", "nl"} {
			r.door.view.Lang = lang
			r.door.fail["open"] = refuse(reason)
			page := r.get("/link?t=good")
			text, _, _ := strings.Cut(page.text(), " L-")
			if page.status == http.StatusOK || !strings.Contains(page.body, `<html lang="`+lang+`">`) {
				t.Errorf("%s %s: %d", reason, lang, page.status)
			}
			if other, dup := said[text]; dup {
				t.Errorf("%s reads as %s: %s", reason, other, text)
			}
			said[text] = reason
		}
	}
	r.door.fail["open"] = &bot.Error{Code: bot.Internal, Op: "test", Detail: "something of ours"}
	if page := r.get("/link?t=good"); page.status != http.StatusServiceUnavailable || strings.Contains(page.text(), "something of ours") {
		t.Errorf("%d %s", page.status, page.text())
	}
}

func TestPages_ACallerWithoutAGoodLinkCausesNoCall(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, page := range []seen{
		r.get("/link"), r.get("/link?t=bad"), r.get("/link?t=" + strings.Repeat("x", 9000)),
		r.post("/link/start", url.Values{}), r.post("/link/start", url.Values{"t": {"good"}}),
		r.post("/link/start", url.Values{"t": {"good"}, "proof": {"proof-"}}),
		r.post("/link/start", url.Values{"t": {strings.Repeat("x", 1<<16)}}),
		r.get("/link/callback?code=x&state=y"), r.get("/link/callback?code=" + strings.Repeat("x", 12000)),
		r.post("/link/confirm", url.Values{}), r.post("/link/confirm", url.Values{"proof": {"proof-"}}),
	} {
		if page.status == http.StatusOK {
			t.Errorf("was answered:\n%s", page.text())
		}
	}
	if r.outbound() != 0 {
		t.Errorf("the login host was called %d times", r.outbound())
	}
	if strings.Contains(r.door.saw(), "signed_in") {
		t.Errorf("the steps were %s", r.door.saw())
	}
}

// A form of another site brings no cookie, since it is SameSite, and no proof.
func TestPosts_NeedCookieAndProof(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	asked := r.get(r.back())
	for name, page := range map[string]seen{
		"without a cookie": r.do(r.browser(), http.MethodPost, "/link/confirm", url.Values{"proof": {asked.field("proof")}}),
		"without a proof":  r.post("/link/confirm", url.Values{}),
		"another proof":    r.post("/link/confirm", url.Values{"proof": {"proof-x"}}),
		"in the address":   r.post("/link/confirm?proof="+url.QueryEscape(asked.field("proof")), url.Values{}),
	} {
		if page.status == http.StatusOK {
			t.Errorf("%s: bound", name)
		}
	}
	if page := r.post("/link/confirm", url.Values{"proof": {asked.field("proof")}}); page.status != http.StatusOK {
		t.Errorf("with both: %d", page.status)
	}
}

func TestPages_AreFramedCachedAndToldNowhere(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	open := r.get("/link?t=good")
	pages := map[string]seen{
		"open": open, "fault": r.get("/link?t=bad"), "start": r.post("/link/start", url.Values{"t": {"good"}, "proof": {open.field("proof")}}),
	}
	pages["question"] = r.get(r.back())
	pages["done"] = r.post("/link/confirm", url.Values{"proof": {pages["question"].field("proof")}})
	for name, page := range pages {
		policy := page.header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'", "style-src 'sha256-"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %s: %s", name, want, policy)
			}
		}
		for header, want := range map[string]string{
			"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			"Content-Type": "text/html; charset=utf-8",
		} {
			if got := page.header.Get(header); got != want {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
		for _, bad := range []string{"<script", "unsafe", " on", "javascript:"} {
			if strings.Contains(policy+strings.ReplaceAll(page.body, page.text(), ""), bad) && bad != " on" {
				t.Errorf("%s holds %q", name, bad)
			}
		}
	}
}

func TestCookie_IsForThePagesAlone(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		r := newRig(t, func(o *Options, _ *graphfake.App) {
			if secure {
				o.PublicURL = "https://bot.example.org/guests"
			}
		})
		c, err := http.ParseSetCookie(r.get("/link?t=good").header.Get("Set-Cookie"))
		if err != nil {
			t.Fatal(err)
		}
		if !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/guests/link" || c.MaxAge <= 0 || len(c.Value) < 40 || c.Domain != "" {
			t.Errorf("the cookie is %s", c)
		}
		if strings.HasPrefix(c.Name, "__Secure-") != secure {
			t.Errorf("its name is %s", c.Name)
		}
		if other, err := http.ParseSetCookie(r.do(r.browser(), http.MethodGet, "/link?t=good", nil).header.Get("Set-Cookie")); err != nil || other.Value == c.Value {
			t.Errorf("the same cookie twice, or none: %v", err)
		}
	}
}

// A new cookie at the start, so that nobody goes on with one that was planted.
func TestStart_ChangesTheCookie(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	open := r.get("/link?t=good")
	going := r.post("/link/start", url.Values{"t": {"good"}, "proof": {open.field("proof")}})
	one, err1 := http.ParseSetCookie(open.header.Get("Set-Cookie"))
	two, err2 := http.ParseSetCookie(going.header.Get("Set-Cookie"))
	if err1 != nil || err2 != nil || one.Value == two.Value {
		t.Errorf("%v %v %v %v", one, two, err1, err2)
	}
}

func TestPages_NamesAreNeverMarkup(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const evil = `"><script>alert(1)</script><img src=x onerror=y>**{mail}**`
	r.door.view.Account, r.door.view.Workspace = evil, evil
	for name, page := range map[string]seen{"open": r.get("/link?t=good"), "question": r.get(r.back())} {
		if strings.Contains(page.body, "<script") || strings.Contains(page.body, "<img") {
			t.Errorf("%s: a name is markup:\n%s", name, page.body)
		}
		if !strings.Contains(page.text(), "alert(1)") || !strings.Contains(page.text(), "{mail}") {
			t.Errorf("%s: the name is not shown as it is:\n%s", name, page.text())
		}
	}
}

// Nothing that comes in decides where a browser is sent.
func TestPages_LeadNowhereElse(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, more := range []string{"&redirect_uri=https://evil.example", "&next=//evil.example", "&url=https://evil.example&return=https://evil.example"} {
		page := r.get("/link?t=good" + more)
		going := r.post("/link/start?x=1"+more, url.Values{
			"t": {"good"}, "proof": {page.field("proof")}, "redirect_uri": {"https://evil.example"}, "next": {"https://evil.example"},
		})
		if strings.Contains(page.body+going.body, "evil") || strings.Contains(going.header.Get("Refresh"), "evil") || going.header.Get("Location") != "" {
			t.Errorf("%s leads elsewhere: %s", more, going.header.Get("Refresh"))
		}
		if !strings.HasPrefix(going.header.Get("Refresh"), "0; url="+r.tenant.LoginURL()+"/") {
			t.Errorf("%s leads to %s", more, going.header.Get("Refresh"))
		}
	}
}

func TestLog_HoldsNoSecret(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.get(r.back())
	to := r.back()
	r.tenant.ExpireCodes()
	r.get(to)
	u, _ := url.Parse(to)
	for _, bad := range []string{u.Query().Get("code"), u.Query().Get("state"), secret, "vvvvv", "t=good"} {
		if strings.Contains(r.log.String(), bad) {
			t.Errorf("the log holds %q", bad)
		}
	}
	if !strings.Contains(r.log.String(), "AADSTS70008") {
		t.Errorf("the log does not say why:\n%s", r.log)
	}
}

func TestProof_EachKindIsTaken(t *testing.T) {
	t.Parallel()
	pemText, der := certificate(t)
	cert, err := ReadCertificate(pemText)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "token")
	for _, tc := range []struct {
		name  string
		proof Proof
		taken bool
	}{
		{"the secret", ClientSecret(secret), true},
		{"another secret", ClientSecret("other"), false},
		{"the certificate", cert, true},
		{"the certificate of now", Renewed(func() Certificate { return cert }), true},
		{"a federated token that is an assertion", FederatedToken{file}, true},
		{"a file that is not there", FederatedToken{file + "-not"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := newRig(t, func(o *Options, a *graphfake.App) { o.Proof, a.Certificates = tc.proof, [][]byte{der} })
			if tc.proof == Proof(FederatedToken{file}) { // the tenant knows no federation; what is sent is what it would be
				p, err := cert.params(t.Context(), clientID, r.tenant.LoginURL()+"/"+r.tenant.TenantID()+"/oauth2/v2.0/token")
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(p["client_assertion"]+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			page := r.get(r.back())
			if (page.status == http.StatusOK) != tc.taken {
				t.Errorf("%d\n%s", page.status, page.text())
			}
		})
	}
	for _, p := range []any{ClientSecret(secret), cert} {
		if s := strings.ToLower(strings.Join([]string{sprint(p)}, "")); strings.Contains(s, secret) || !strings.Contains(s, "secret") {
			t.Errorf("it prints as %s", s)
		}
	}
}

func certificate(t *testing.T) (pemText, der []byte) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour)}
	if der, err = x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key); err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})...), der
}

func TestStart_SaysWhenTheLoginHostDoesNotAnswer(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	if err := r.tenant.Inject(graphfake.Fault{Host: graphfake.HostLogin, Status: 503, Times: -1}); err != nil {
		t.Fatal(err)
	}
	open := r.get("/link?t=good")
	page := r.post("/link/start", url.Values{"t": {"good"}, "proof": {open.field("proof")}})
	if page.status != http.StatusServiceUnavailable || !strings.Contains(page.text(), "doesn't answer right now") {
		t.Errorf("%d\n%s", page.status, page.text())
	}
	r.tenant.ClearFaults()
	if r.started() == "" {
		t.Error("a failure was kept")
	}
}

func TestStart_WithTooManyOnTheirWayIsToldToWait(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range mostCalls {
		r.pages.slots <- struct{}{}
	}
	open := r.get("/link?t=good")
	page := r.post("/link/start", url.Values{"t": {"good"}, "proof": {open.field("proof")}})
	if page.status != http.StatusTooManyRequests || r.outbound() != 0 {
		t.Errorf("%d, %d calls", page.status, r.outbound())
	}
}

// In an outage of the sign-in no step is taken, so that nothing has to be undone.
func TestPages_TakeNoStepWhileTheSignInCannotBeReached(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	wantUnavailable := func(what string, page seen) {
		t.Helper()
		if page.status != http.StatusServiceUnavailable || !strings.Contains(page.text(), "doesn't answer right now") || page.header.Get("Refresh") != "" {
			t.Errorf("%s: %d\n%s", what, page.status, page.text())
		}
	}
	to := r.back()
	works := r.pages.issuer.url
	r.pages.issuer.url, r.pages.issuer.got = r.tenant.LoginURL()+"/nowhere/v2.0", nil
	r.door.taken = nil
	wantUnavailable("coming back", r.get(to))
	other := r.browser()
	open := r.do(other, http.MethodGet, "/link?t=good", nil)
	for range 9 {
		wantUnavailable("the start", r.do(other, http.MethodPost, "/link/start", url.Values{"t": {"good"}, "proof": {open.field("proof")}}))
	}
	if len(r.door.taken) != 0 {
		t.Errorf("taken are %v", r.door.taken)
	}
	r.pages.issuer.url = works
	if page := r.get(to); page.status != http.StatusOK { // the code is still good
		t.Errorf("coming back afterwards: %d\n%s", page.status, page.text())
	}
}

// All that a request waits for has one end, and it is that of its own.
func TestPages_ARequestHasOneEnd(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	asked := r.get(r.back())
	r.post("/link/confirm", url.Values{"proof": {asked.field("proof")}})
	if got := r.door.saw(); got != "open start return signed_in confirm" {
		t.Fatalf("the steps were %s", got)
	}
	for i, end := range r.door.ends {
		if end.IsZero() || time.Until(end) > RequestTime {
			t.Errorf("step %d ends at %v", i, end)
		}
	}
	if back, in := r.door.ends[2], r.door.ends[3]; !back.Equal(in) {
		t.Errorf("coming back ends at %v, and the same request at %v", back, in)
	}
}

func TestNew_RefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	good := newRig(t).pages.opt
	for name, change := range map[string]func(*Options){
		"no door": func(o *Options) { o.Door = nil }, "no address": func(o *Options) { o.PublicURL = "" },
		"an odd address": func(o *Options) { o.PublicURL = "ftp://x" }, "no proof": func(o *Options) { o.Proof = nil },
		"a login host without TLS": func(o *Options) { o.Login = "http://login.example" }, "no client": func(o *Options) { o.ClientID = "" },
	} {
		o := good
		change(&o)
		if _, err := New(o); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
}
