// Package signin is the pages on which a person binds a chat account to himself by
// signing in with the directory: who asks, the sign-in, both identities, the yes.
//
// The engine ([bot.LinkDoor]) holds what a link is and how far a browser has come;
// this package speaks HTTP with the browser and OpenID Connect with the login host.
// Every page is plain HTML without script. Nobody causes a request to the login
// host without a link that is good, nor more than a few with one.
package signin

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
)

// The paths below the public address.
const (
	PagePath     = "/link"
	StartPath    = "/link/start"
	CallbackPath = "/link/callback"
	ConfirmPath  = "/link/confirm"
)

// Options is what the pages are made from. All is needed but Log.
type Options struct {
	Door  bot.LinkDoor
	Texts *card.Texts
	// PublicURL is the address under which browsers reach the pages, without a slash
	// at its end. Cookies are for https alone where it is.
	PublicURL string
	// Login is the login host as a URL without path, TenantID the one tenant whose
	// people may sign in, ClientID the registration and Proof how it proves itself.
	Login, TenantID, ClientID string
	Proof                     Proof
	// HTTP reaches the login host.
	HTTP *http.Client
	Log  *slog.Logger
}

// Pages serves the pages. It is safe for concurrent use.
type Pages struct {
	opt    Options
	issuer *issuer
	base   string // path of the public address
	cookie string // name of the cookie
	secure bool
	slots  chan struct{} // what may be on its way to the login host at once
}

// RequestTime is how long a request may take, all that it calls included. A server's
// time to write an answer must be longer.
const RequestTime = 12 * time.Second

// mostCalls is how many sign-ins may be on their way to the login host at once.
const mostCalls = 8

// New checks the options. It sends nothing.
func New(o Options) (*Pages, error) {
	public, err := url.Parse(o.PublicURL)
	var errs []error
	if err != nil || public.Host == "" || public.Scheme != "https" && public.Scheme != "http" {
		errs = append(errs, errors.New("signin: the public address is no https URL"))
	}
	if login, err := url.Parse(o.Login); err != nil || login.Scheme != "https" || login.Host == "" {
		errs = append(errs, errors.New("signin: the login host is no https URL"))
	}
	if o.Door == nil || o.Texts == nil || o.Proof == nil || o.HTTP == nil || o.TenantID == "" || o.ClientID == "" {
		errs = append(errs, errors.New("signin: a door, texts, a tenant, a registration with its proof and a client are needed"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p := &Pages{
		opt: o, base: strings.TrimRight(public.Path, "/"), cookie: "guestsite_link", secure: public.Scheme == "https",
		slots: make(chan struct{}, mostCalls),
	}
	if p.secure {
		p.cookie = "__Secure-" + p.cookie
	}
	p.issuer = newIssuer(o)
	return p, nil
}

// RedirectURI is the address to register for the sign-in, of the platform "web".
func RedirectURI(publicURL string) string { return strings.TrimRight(publicURL, "/") + CallbackPath }

// Handlers are those of GET and of POST requests, by path.
func (p *Pages) Handlers() (gets, posts map[string]http.Handler) {
	return map[string]http.Handler{PagePath: within(p.open), CallbackPath: within(p.callback)},
		map[string]http.Handler{StartPath: within(p.start), ConfirmPath: within(p.confirm)}
}

// random gives a value that nobody guesses.
func random() string {
	const size = 32
	b := make([]byte, size)
	rand.Read(b) // never fails, by its documentation
	return base64.RawURLEncoding.EncodeToString(b)
}

// reference is what a person names and an operator searches the log for.
func reference() string {
	const size = 4
	b := make([]byte, size)
	rand.Read(b) // never fails, by its documentation
	return fmt.Sprintf("L-%X", b)
}
