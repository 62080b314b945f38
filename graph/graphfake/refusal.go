package graphfake

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Reasons why a person cannot sign in, for errors.Is on what Authorize and SignInAs return.
var (
	ErrSignInUser   = errors.New("AADSTS50034: the user account does not exist in the directory")
	ErrSignInOff    = errors.New("AADSTS50057: the user account is disabled")
	ErrSignInClient = errors.New("AADSTS50011: the application or its redirect URI is not registered")
	ErrSignInPKCE   = errors.New("AADSTS9002325: proof key for code exchange is required")
)

// refusal is an error of the login host: the vendor's number and text, and the word that OAuth has for it.
type refusal struct {
	status int    // at the token endpoint; 400 when zero
	code   string // RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6
	number int    // AADSTS…
	text   string
	sub    string // the vendor's suberror or error_subcode
}

func (e *refusal) name() string { return "AADSTS" + strconv.Itoa(e.number) }

func (e *refusal) Error() string { return e.name() + ": " + e.text }

// Is finds the exported reason of a number.
func (e *refusal) Is(target error) bool {
	switch e.number {
	case 50034:
		return target == ErrSignInUser
	case 50057:
		return target == ErrSignInOff
	case 50011, 700016:
		return target == ErrSignInClient
	case 9002325:
		return target == ErrSignInPKCE
	}
	return false
}

// describe is the text as the vendor sends it, with the ids that its support asks for.
func (c *call) describe(e *refusal) (text, trace, at string) {
	trace, at = newID(), c.s.opt.Now().UTC().Format("2006-01-02 15:04:05Z")
	return e.Error() + " Trace ID: " + trace + " Correlation ID: " + trace + " Timestamp: " + at, trace, at
}

// refuse is the error of an endpoint that answers JSON.
func (c *call) refuse(e *refusal) reply {
	text, trace, at := c.describe(e)
	body := map[string]any{
		"error": e.code, "error_description": text, "error_codes": []int{e.number}, "timestamp": at, "trace_id": trace,
		"correlation_id": trace, "error_uri": c.s.urls[HostLogin] + "/error?code=" + strconv.Itoa(e.number),
	}
	if e.sub != "" {
		body["suberror"] = e.sub
	}
	status := e.status
	if status == 0 {
		status = http.StatusBadRequest
	}
	return reply{status: status, body: body, told: e.name()}
}

// aadsts is refuse for an error that is made where it is answered.
func (c *call) aadsts(status int, code string, number int, text string) reply {
	return c.refuse(&refusal{status: status, code: code, number: number, text: text})
}

func transient() *refusal {
	return &refusal{status: http.StatusInternalServerError, code: "server_error", number: 90033, text: "A transient error has occurred. Please try again."}
}

func missingParameter(parameter string) *refusal {
	return &refusal{code: "invalid_request", number: 900144, text: "The request body must contain the following parameter: '" + parameter + "'."}
}

func noTenant(name string) *refusal {
	return &refusal{
		code: "invalid_tenant", number: 90002, text: "Tenant '" + name + "' not found. Check to make sure you have the correct " +
			"tenant ID and are signing into the correct cloud.",
	}
}

func unknownClient(id, directory string) *refusal {
	return &refusal{
		code: "unauthorized_client", number: 700016, text: "Application with identifier '" + id +
			"' was not found in the directory '" + directory + "'. This can happen if the application has not been installed by " +
			"the administrator of the tenant or consented to by any user in the tenant.",
	}
}

// notMultiTenant is the answer of the endpoints that stand for every tenant: each application here is of one.
func notMultiTenant(app *App) *refusal {
	return &refusal{
		code: "invalid_request", number: 50194, text: "Application '" + app.ClientID + "'(" + app.Name + ") is not configured as a " +
			"multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. " +
			"Use a tenant-specific endpoint or configure the application to be multi-tenant.",
	}
}

// repeated finds a parameter that is there twice: RFC 6749 §3.1 and §3.2 forbid it.
func repeated(values map[string][]string) *refusal {
	for name, v := range values {
		if len(v) > 1 {
			return &refusal{
				code: "invalid_request", number: 9000411,
				text: "The request is not properly formatted. The parameter '" + name + "' is duplicated.",
			}
		}
	}
	return nil
}

// atSignIn makes a refusal of a text that begins with its number, as signInStop gives it.
func atSignIn(stop string) *refusal {
	number, text, _ := strings.Cut(strings.TrimPrefix(stop, "AADSTS"), ": ")
	n, err := strconv.Atoi(number)
	if err != nil {
		n, text = 50000, stop
	}
	return &refusal{code: "access_denied", number: n, text: text}
}

// faultReply is what a fault answers. On the login host, a code such as "AADSTS65001" is the vendor's own error: JSON at
// the token endpoint; at the authorization endpoint a page, or an error that the browser brings back to the client.
func (s *Server) faultReply(f *fault, host string, r *http.Request, body []byte) reply {
	digits, is := strings.CutPrefix(f.Code, "AADSTS")
	number, err := strconv.Atoi(digits)
	if host != HostLogin || !is || err != nil || f.Reset {
		return f.reply()
	}
	e := &refusal{status: f.Status, number: number, text: f.Message, code: "invalid_grant"}
	known := map[int]refusal{
		65001: {code: "consent_required", sub: "consent_required", text: "The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource."},
		53003: {code: "access_denied", sub: "message_only", text: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."},
		50076: {code: "interaction_required", sub: "basic_action", text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication."},
		50105: {code: "access_denied", text: "The signed in user is not assigned to a role for the application."},
		90033: {code: "temporarily_unavailable", text: "A transient error has occurred. Please try again."},
	}
	k := known[number]
	if e.sub = k.sub; e.text == "" {
		e.text = k.text
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{s: s, host: host, r: r, q: r.URL.Query(), body: body}
	if !strings.HasSuffix(r.URL.Path, "/oauth2/v2.0/authorize") {
		if number == 90033 {
			e.code = k.code
		}
		form, _ := url.ParseQuery(string(body)) // what does not parse is noted as empty
		rep := c.refuse(e)
		c.remember("token", form, rep)
		return rep
	}
	if e.code = k.code; e.code == "" {
		e.code = "server_error"
	}
	a, bad := c.readAuthorize(c.tenantName())
	var rep reply
	if bad != nil {
		rep = c.refuseAuthorize(a, bad)
	} else {
		rep = c.refusePerson(a, e)
	}
	c.remember("authorize", c.authorizeValues(), rep)
	return rep
}
