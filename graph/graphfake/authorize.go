package graphfake

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// authorization is an authorization request that may be answered at its redirect URI.
type authorization struct {
	app                           *App
	redirect, state, nonce, mode  string
	challenge, method             string
	prompt, loginHint, domainHint string
	scopes                        []string
	params                        url.Values // as they came
}

// The fields of the sign-in page's own form; everything else that it posts is the request it belongs to.
const (
	fieldUser   = "user"     // an object id, or a name to sign in with
	fieldOther  = "username" // a name that is typed
	fieldCancel = "cancel"
)

// authorize is the authorization endpoint: it checks the request, lets the browser choose who it is, and sends it back
// with a code or an error. Nothing is ever sent to a redirect URI that is not registered.
func (c *call) authorize(tenantName string) reply {
	a, bad := c.readAuthorize(tenantName)
	rep := c.answerAuthorize(a, bad)
	c.remember("authorize", c.authorizeValues(), rep)
	return rep
}

func (c *call) answerAuthorize(a *authorization, bad *refusal) reply {
	if bad != nil {
		return c.refuseAuthorize(a, bad)
	}
	posted, _ := url.ParseQuery(string(c.body)) // readAuthorize refused what does not parse
	choice := strings.TrimSpace(posted.Get(fieldUser))
	if choice == "" {
		choice = strings.TrimSpace(posted.Get(fieldOther))
	}
	switch {
	case c.r.Method == http.MethodPost && posted.Has(fieldCancel):
		return c.refuseAuthorize(a, &refusal{
			code: "access_denied", number: 65004, sub: "cancel", text: "User declined to consent to access the app.",
		})
	case c.r.Method == http.MethodPost && choice != "":
		u, stop := c.person(a.app, choice)
		if stop != nil {
			return c.refusePerson(a, stop)
		}
		rep := c.complete(a, u)
		c.keepSession(&rep, u)
		return rep
	}
	return c.withSession(a)
}

// withSession answers a browser that has chosen nothing yet: by who is signed in there, else with the page.
func (c *call) withSession(a *authorization) reply {
	here := c.sessionUsers()
	if a.loginHint != "" {
		here = keep(here, func(u *User) bool { return u.answersTo(a.loginHint) })
	}
	silent := a.prompt == "none"
	if !silent && (a.prompt != "" || len(here) != 1) {
		return c.choosePage(a)
	}
	need := func(code string, number int, text string) reply {
		return c.refuseAuthorize(a, &refusal{code: code, number: number, text: text})
	}
	switch {
	case len(here) == 0:
		return need("login_required", 50058, "A silent sign-in request was sent but no user is signed in.")
	case len(here) > 1:
		return need("interaction_required", 16000, "Either multiple user identities are available for the current request or "+
			"selected account is not supported for the scenario.")
	}
	if stop := c.s.signInStop(here[0]); stop != "" {
		return c.refusePerson(a, atSignIn(stop))
	}
	return c.complete(a, here[0])
}

// authorizeValues joins query and body: OpenID Connect Core §3.1.2.1 takes both GET and POST. What stands in both with
// the same value counts once, as in a form that was posted to the address it was shown at. The page's own fields are left
// out.
func (c *call) authorizeValues() url.Values {
	all := c.r.URL.Query()
	posted, _ := url.ParseQuery(string(c.body))
	for name, v := range posted {
		if !slices.Equal(all[name], v) {
			all[name] = append(all[name], v...)
		}
	}
	for _, own := range []string{fieldUser, fieldOther, fieldCancel} {
		all.Del(own)
	}
	return all
}

var challengeForm = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`) // RFC 7636 §4.1, §4.2

// readAuthorize checks a request. With an error it gives the request too if the error may be told at its redirect URI,
// and nil if only the person in front of the browser may read it (RFC 6749 §4.1.2.1).
func (c *call) readAuthorize(tenantName string) (*authorization, *refusal) {
	if _, err := url.ParseQuery(string(c.body)); err != nil && c.r.Method == http.MethodPost {
		return nil, &refusal{code: "invalid_request", number: 9002313, text: "Invalid request. Request is malformed or invalid."}
	}
	if c.loginTenant(tenantName) == "" {
		return nil, noTenant(tenantName)
	}
	v := c.authorizeValues()
	if bad := repeated(v); bad != nil {
		return nil, bad
	}
	id := v.Get("client_id")
	if id == "" {
		return nil, missingParameter("client_id")
	}
	app := c.s.login.apps[id]
	switch {
	case app == nil:
		return nil, unknownClient(id, c.s.opt.Name)
	case everyTenant(tenantName):
		return nil, notMultiTenant(app)
	case c.loginTenant(tenantName) != c.s.opt.TenantID:
		return nil, unknownClient(id, tenantName)
	}
	redirect, bad := app.redirectURI(v.Get("redirect_uri"))
	if bad != nil {
		return nil, bad
	}
	a := &authorization{
		app: app, redirect: redirect, state: v.Get("state"), nonce: v.Get("nonce"), mode: v.Get("response_mode"),
		challenge: v.Get("code_challenge"), method: v.Get("code_challenge_method"), prompt: v.Get("prompt"),
		loginHint: v.Get("login_hint"), domainHint: v.Get("domain_hint"), scopes: strings.Fields(v.Get("scope")), params: v,
	}
	return a, a.check(v.Get("response_type"))
}

// check judges all but client and redirect URI.
func (a *authorization) check(responseType string) *refusal {
	invalid := func(number int, text string) *refusal {
		return &refusal{code: "invalid_request", number: number, text: text}
	}
	mode := a.mode
	if !slices.Contains([]string{"query", "fragment", "form_post"}, mode) {
		a.mode = "query"
	}
	if a.method == "" && a.challenge != "" {
		a.method = "plain" // RFC 7636 §4.3
	}
	types := strings.Fields(responseType)
	switch {
	case mode != "" && mode != a.mode:
		return invalid(70007, "'"+mode+"' is not a supported value of 'response_mode'.")
	case len(types) == 0:
		return missingParameter("response_type")
	case slices.Contains(types, "id_token"): // the implicit and hybrid flows are off in a registration unless switched on
		return &refusal{code: "unsupported_response_type", number: 700054, text: "response_type 'id_token' is not enabled for the application."}
	case slices.Contains(types, "token"):
		return &refusal{code: "unsupported_response_type", number: 700051, text: "response_type 'token' is not enabled for the application."}
	case !slices.Equal(types, []string{"code"}):
		return &refusal{code: "unsupported_response_type", number: 70005, text: "response_type '" + responseType + "' is not supported."}
	case len(a.scopes) == 0:
		return missingParameter("scope")
	case a.method != "" && a.method != "S256" && a.method != "plain": // the number is from memory
		return invalid(50149, "Invalid Code_Challenge_method parameter '"+a.method+"'.")
	case a.method != "" && !challengeForm.MatchString(a.challenge):
		return invalid(501491, "Invalid size of Code_Challenge parameter.")
	case a.challenge == "" && a.app.public(): // the vendor asks it of single-page applications; RFC 9700 §2.1.1 of all public clients
		return invalid(9002325, "Proof Key for Code Exchange is required for cross-origin authorization code redemption.")
	case !slices.Contains([]string{"", "none", "login", "select_account", "consent"}, a.prompt):
		return invalid(90023, "Unsupported 'prompt' value.")
	}
	for _, scope := range a.scopes {
		if !slices.Contains([]string{"openid", "profile", "email", "offline_access", "User.Read"}, strings.TrimPrefix(scope, "https://graph.microsoft.com/")) {
			return &refusal{
				code: "invalid_client", number: 650053, text: "The application '" + a.app.Name + "' asked for scope '" + scope +
					"' that doesn't exist on the resource '" + graphAppID + "'. Contact the app vendor.",
			}
		}
	}
	return nil
}

// refuseAuthorize tells an error where it may be told.
func (c *call) refuseAuthorize(a *authorization, e *refusal) reply {
	if a == nil {
		return c.errorPage(nil, e)
	}
	text, _, _ := c.describe(e)
	params := url.Values{"error": {e.code}, "error_description": {text}}
	if e.sub != "" {
		params.Set("error_subcode", e.sub)
	}
	return c.sendBack(a, params, e.name())
}

// refusePerson tells that somebody may not sign in: on the page, where he can be somebody else or give up; the client
// learns it only if it asked for no page, or where its own consent is what lacks.
func (c *call) refusePerson(a *authorization, e *refusal) reply {
	switch {
	case a.prompt == "none":
		back := *e
		back.code = "interaction_required"
		return c.refuseAuthorize(a, &back)
	case e.code == "access_denied":
		return c.errorPage(a, e)
	}
	return c.refuseAuthorize(a, e)
}

// person finds who a choice means, and says why he may not come in.
func (c *call) person(app *App, choice string) (*User, *refusal) {
	u := c.s.user(choice)
	if u == nil {
		for _, each := range c.s.users {
			if each.Deleted.IsZero() && each.answersTo(choice) {
				u = each
			}
		}
	}
	if u == nil {
		domain := domainOf(choice)
		home := c.s.tenantOfDomain(domain)
		if home == "" || home == c.s.opt.TenantID {
			return nil, &refusal{code: "access_denied", number: 50034, text: "The user account " + choice + " does not exist in the " +
				c.s.opt.TenantID + " directory. To sign into this application, the account must be added to the directory."}
		}
		return nil, &refusal{code: "access_denied", number: 50020, text: "User account '" + choice + "' from identity provider '" +
			stsIssuer(home) + "' does not exist in tenant '" + c.s.opt.Name + "' and cannot access the application '" + app.ClientID +
			"'(" + app.Name + ") in that tenant. The account needs to be added as an external user in the tenant first. Sign out and " +
			"sign in again with a different Microsoft Entra user account."}
	}
	if stop := c.s.signInStop(u); stop != "" {
		return nil, atSignIn(stop)
	}
	if u.ExternalUserState == Pending { // signing in at an application of the tenant redeems an invitation too
		u.accept(c.s.opt.Now())
	}
	return u, nil
}

// answersTo says whether a name that is typed at sign-in means the account: its user principal name, or a guest's address.
func (u *User) answersTo(name string) bool {
	return strings.EqualFold(u.UserPrincipalName, name) || u.UserType == Guest && strings.EqualFold(u.Mail, name)
}
