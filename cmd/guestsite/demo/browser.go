package demo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"guestsite/bot/slack/slackfake"
)

// publicURL is where employees' browsers find the product where nobody has a browser
// of his own; a story's browser is led from there to where it listens.
const publicURL = "http://127.0.0.1:8080"

// browser is somebody's, with a cookie jar of its own. It shows one page.
type browser struct {
	s    *Stage
	name string
	web  *http.Client
	at   *url.URL
	page string
}

var errPage = errors.New("the page is not as expected")

// browser opens one for somebody.
func (s *Stage) browser(name string) *browser {
	b := &browser{s: s, name: name}
	if s.err != nil {
		return b
	}
	jar, err := cookiejar.New(nil)
	s.must(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.Tenant.CAPEM())
	var dial net.Dialer
	b.web = &http.Client{Jar: jar, Timeout: 20 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if "http://"+addr == s.public {
				addr = s.addr()
			}
			return dial.DialContext(ctx, network, addr)
		},
	}}
	return b
}

// goes loads a page, or sends a form, and follows where it leads.
func (b *browser) goes(method, to string, form url.Values) {
	if b.s.err != nil {
		return
	}
	for to != "" {
		var body io.Reader
		if form != nil {
			body = strings.NewReader(form.Encode())
		}
		r, err := http.NewRequestWithContext(b.s.ctx, method, to, body)
		if err != nil {
			b.s.fail("%s's browser: %w", b.name, err)
			return
		}
		if form != nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", b.at.Scheme+"://"+b.at.Host)
		}
		res, err := b.web.Do(r)
		if err != nil {
			b.s.fail("%s's browser: %w", b.name, err)
			return
		}
		page, err := io.ReadAll(res.Body)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			b.s.fail("%s's browser: %w", b.name, err)
			return
		}
		b.at, b.page = res.Request.URL, string(page)
		method, form = http.MethodGet, nil
		_, to, _ = strings.Cut(res.Header.Get("Refresh"), "url=")
	}
}

// opens loads a page, and prints what it says.
func (b *browser) opens(to string) {
	if b.s.err == nil {
		b.goes(http.MethodGet, to, nil)
		b.shows()
	}
}

// shows prints the product's pages; the sign-in page lists the whole company.
func (b *browser) shows() {
	if b.s.err == nil && strings.HasPrefix(b.at.String(), b.s.public) {
		b.s.say("%s's browser shows\n%s", b.name, indented(b.text()))
	}
}

// text is what a person reads on the page.
func (b *browser) text() string {
	page := regexp.MustCompile(`(?s)<head>.*?</head>|<style>.*?</style>|</?strong>`).ReplaceAllString(b.page, "")
	page = html.UnescapeString(regexp.MustCompile(`<[^>]+>`).ReplaceAllString(page, "\n"))
	lines := slices.DeleteFunc(strings.Split(page, "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
	return strings.Join(lines, "\n")
}

// reads wants words on the page.
func (b *browser) reads(words ...string) {
	if b.s.err == nil && !holdsAll(b.text(), words) {
		b.s.fail("%s's browser: %w: %q in\n%s", b.name, errPage, words, b.text())
	}
}

var (
	aForm   = regexp.MustCompile(`(?s)<form method="post" action="([^"]*)">(.*?)</form>`)
	aHidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// sends presses the button of the page's first form, with one more value.
func (b *browser) sends(what string, more ...string) {
	if b.s.err != nil {
		return
	}
	m := aForm.FindStringSubmatch(b.page)
	if m == nil {
		b.s.fail("%s's browser: %w: no form in\n%s", b.name, errPage, b.text())
		return
	}
	form := url.Values{}
	for _, f := range aHidden.FindAllStringSubmatch(m[2], -1) {
		form.Set(f[1], html.UnescapeString(f[2]))
	}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	to := html.UnescapeString(m[1])
	if to == "?" { // the request itself is in hidden fields
		to = b.at.Path
	}
	u, err := b.at.Parse(to)
	if err != nil {
		b.s.fail("%s's browser: %w", b.name, err)
		return
	}
	b.s.say("%s %s", b.name, what)
	b.goes(http.MethodPost, u.String(), form)
	b.shows()
}

// linkOf is the newest link that somebody was given in Slack, once it is there.
func (s *Stage) linkOf(slackID string) string {
	link := ""
	s.until("a link for "+slackID, func() bool {
		for _, m := range slices.Backward(s.Slack.As(slackID).Messages()) {
			if link, _ = s.linkIn(m); link != "" && !s.opened[link] {
				if s.opened == nil {
					s.opened = map[string]bool{}
				}
				s.opened[link] = true
				return true
			}
		}
		return false
	})
	return link
}

// linkIn finds a link in a message, and what is pressed to open it.
func (s *Stage) linkIn(m slackfake.Message) (link, key string) {
	var blocks []struct {
		ID       string `json:"block_id"`
		Elements []struct {
			URL    string `json:"url"`
			Action string `json:"action_id"`
		} `json:"elements"`
	}
	if json.Unmarshal(m.Blocks, &blocks) != nil {
		return "", ""
	}
	for _, b := range blocks {
		for _, e := range b.Elements {
			if strings.HasPrefix(e.URL, s.public+"/link?") {
				return e.URL, b.ID + "/" + e.Action
			}
		}
	}
	return "", ""
}

// signsUp has somebody open a link, sign in as a person and come back to the question.
func (b *browser) signsUp(link, as, userID string) {
	b.opens(link)
	b.sends("presses the button")
	b.sends(fmt.Sprintf("signs in as %s", as), "user", userID)
}

// signsIn has somebody open the newest link that a person was given in Slack, sign in
// as himself, read what the page says, and confirm with these words unless they are
// empty.
func (s *Stage) signsIn(whose *Actor, name, userID, confirms string, words ...string) {
	_, person := whose.c.who()
	link := s.linkOf(person)
	if s.err != nil {
		return
	}
	st := whose.step(StepSigns)
	st.Other = name
	if confirms == "" {
		st.Kind = StepSignsOnly
	}
	at := func() Target {
		for _, m := range slices.Backward(s.Slack.As(person).Messages()) {
			if found, key := s.linkIn(m); found == link {
				return whose.at(m.TS, key)
			}
		}
		return whose.at("", keyLine)
	}
	signed, told := s.signIns(), len(s.Slack.As(person).Messages())
	s.take(st, at,
		func() bool {
			if confirms != "" { // the bot says that it was done
				return len(s.Slack.As(person).Messages()) > told
			}
			return s.signIns() > signed
		},
		func() error {
			web := s.browser(name)
			web.signsUp(link, name, userID)
			web.reads(words...)
			if confirms != "" {
				web.sends(confirms)
			}
			return nil
		})
}

// signIns counts the sign-ins at the tenant that went through.
func (s *Stage) signIns() int {
	n := 0
	for _, e := range s.Tenant.Wire() {
		if e.Method == http.MethodPost && strings.HasSuffix(e.Path, "/authorize") && (e.Status == http.StatusFound || e.Status == http.StatusSeeOther || e.Status == http.StatusOK) {
			n++
		}
	}
	return n
}
