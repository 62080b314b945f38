package graphfake

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// SignIn is a person's sign-in at the authorization endpoint.
type SignIn struct {
	UserID        string // who signs in: an object id, a user principal name or a guest's address
	ClientID      string
	RedirectURI   string
	State         string
	Nonce         string
	CodeChallenge string
	Method        string // of the challenge; S256 when empty
	Scope         string // "openid profile" when empty
}

// Authorize completes a sign-in and gives the URL to send the browser to, with code and state.
func (s *Server) Authorize(in SignIn) (string, error) {
	q := url.Values{
		"response_type": {"code"}, "client_id": {in.ClientID}, "redirect_uri": {in.RedirectURI}, "state": {in.State},
		"nonce": {in.Nonce}, "scope": {"openid profile"},
	}
	if in.Scope != "" {
		q.Set("scope", in.Scope)
	}
	if in.CodeChallenge != "" {
		q.Set("code_challenge", in.CodeChallenge)
		q.Set("code_challenge_method", "S256")
		if in.Method != "" {
			q.Set("code_challenge_method", in.Method)
		}
	}
	return s.SignInAs("?"+q.Encode(), in.UserID)
}

// SignInAs is a browser that opens a client's authorization request and chooses who it is; it has no session. It gives
// the URL that the browser is sent back to, with a code or with an error. An error here is one that only the person
// would read. A request with response_mode=form_post needs a real browser.
func (s *Server) SignInAs(authorizeURL, user string) (string, error) {
	u, err := url.Parse(authorizeURL)
	if err != nil {
		return "", fmt.Errorf("reading the authorization request: %w", err)
	}
	form := url.Values{fieldUser: {user}}.Encode()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.authorizePath(u.Path)+"?"+u.RawQuery, strings.NewReader(form))
	if err != nil {
		return "", fmt.Errorf("making the authorization request: %w", err)
	}
	rep := s.exchange(HostLogin, r, []byte(form), false)
	if to := rep.header.Get("Location"); to != "" {
		return to, nil
	}
	var e refusal
	if page, is := rep.body.([]byte); is {
		e.text = string(tags.ReplaceAll(page, nil))
	}
	if e.number, err = strconv.Atoi(strings.TrimPrefix(rep.told, "AADSTS")); err != nil {
		return "", errNoRedirect
	}
	return "", fmt.Errorf("signing in: %w", &e)
}

var (
	errNoRedirect = errors.New("the sign-in did not lead back to the client")
	tags          = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>|\s*\n\s*`)
)

// authorizePath is a path of the authorization endpoint on the login host; that of a page elsewhere names no tenant.
func (s *Server) authorizePath(path string) string {
	if strings.HasSuffix(path, "/oauth2/v2.0/authorize") {
		return path
	}
	return "/" + s.opt.TenantID + "/oauth2/v2.0/authorize"
}

// SignInPage serves the sign-in page for a server elsewhere to mount at Options.AuthorizationEndpoint, under whatever
// path: its form posts back to where it was shown. Requests count as the login host's, with its faults and wire log.
func (s *Server) SignInPage() http.Handler {
	login := s.Handler(HostLogin)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		here := r.Clone(r.Context())
		here.URL.Path, here.URL.RawPath = s.authorizePath(""), ""
		login.ServeHTTP(w, here)
	})
}

// tenantName is what stands for the tenant in the path of a request to the login host.
func (c *call) tenantName() string {
	name, _, _ := strings.Cut(strings.Trim(c.r.URL.Path, "/"), "/")
	return name
}

// redeem is what a guest's link leads to: the invitation is accepted and the browser goes on to the site, unless
// something stops the guest at sign-in.
func (c *call) redeem() reply {
	plain := func(status int, text string) reply {
		return reply{status: status, body: []byte(text), ctype: "text/plain; charset=utf-8"}
	}
	for _, inv := range c.s.invitations {
		if inv.ID != c.q.Get("rd") {
			continue
		}
		u := c.s.user(inv.UserID)
		if u == nil {
			break
		}
		if stop := c.s.signInStop(u); stop != "" {
			return plain(http.StatusForbidden, stop)
		}
		u.accept(c.s.opt.Now())
		return reply{status: http.StatusFound, header: http.Header{"Location": {inv.RedirectURL}}}
	}
	return plain(http.StatusBadRequest, "AADSTS50000: the invitation does not exist any more.")
}
