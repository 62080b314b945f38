package graphfake

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
)

// public says whether the application has nothing to prove itself with.
func (app *App) public() bool {
	return app.Secret == "" && len(app.Certificates) == 0 && len(app.Federated) == 0
}

// tokenEndpoint answers client credentials and the authorization code; refresh tokens are not given. It gives back the
// form as it was read.
func (c *call) tokenEndpoint(tenantName, tenantID string) (url.Values, reply) {
	form, err := url.ParseQuery(string(c.body))
	if err != nil || !strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil, c.refuse(missingParameter("grant_type"))
	}
	if bad := repeated(form); bad != nil {
		return form, c.refuse(bad)
	}
	if bad := c.basicAuth(form); bad != nil {
		return form, c.refuse(bad)
	}
	for _, name := range []string{"grant_type", "client_id"} {
		if form.Get(name) == "" {
			return form, c.refuse(missingParameter(name))
		}
	}
	app := c.s.login.apps[form.Get("client_id")]
	switch {
	case app == nil:
		return form, c.refuse(unknownClient(form.Get("client_id"), c.s.opt.Name))
	case tenantID == anyTenant:
		return form, c.refuse(notMultiTenant(app))
	case tenantID != c.s.opt.TenantID:
		return form, c.refuse(unknownClient(form.Get("client_id"), tenantName))
	}
	byCertificate, bad := c.clientProof(app, form, tenantName)
	if bad != nil {
		return form, c.refuse(bad)
	}
	switch form.Get("grant_type") {
	case "client_credentials":
		return form, c.clientCredentials(app, form.Get("scope"), byCertificate)
	case "authorization_code":
		return form, c.redeemCode(app, form)
	}
	return form, c.aadsts(http.StatusBadRequest, "unsupported_grant_type", 70003,
		"The app requested an unsupported grant type '"+form.Get("grant_type")+"'.")
}

// basicAuth moves the credentials of an Authorization header into the form (RFC 6749 §2.3.1).
func (c *call) basicAuth(form url.Values) *refusal {
	id, secret, given := c.r.BasicAuth()
	if !given {
		return nil
	}
	id, err1 := url.QueryUnescape(id)
	secret, err2 := url.QueryUnescape(secret)
	if err1 != nil || err2 != nil || form.Has("client_secret") || form.Has("client_id") && form.Get("client_id") != id {
		return twoProofs()
	}
	form.Set("client_id", id)
	form.Set("client_secret", secret)
	return nil
}

// twoProofs refuses a client that proves itself in two ways, which RFC 6749 §2.3 forbids. The number could not be verified.
func twoProofs() *refusal {
	return &refusal{code: "invalid_request", number: 9002313, text: "Invalid request. Request is malformed or invalid."}
}

// clientProof checks the secret or the assertion and says which it was.
func (c *call) clientProof(app *App, form url.Values, tenantName string) (byCertificate bool, bad *refusal) {
	refuse := func(number int, text string) (bool, *refusal) {
		return false, &refusal{status: http.StatusUnauthorized, code: "invalid_client", number: number, text: text}
	}
	secret := form.Get("client_secret")
	asserted := form.Get("client_assertion_type") != "" || form.Get("client_assertion") != ""
	credentials := form.Get("grant_type") == "client_credentials"
	switch {
	case asserted && secret != "":
		return false, twoProofs()
	case app.public() && (asserted || secret != ""):
		return refuse(700025, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.")
	case asserted:
		if form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
			return refuse(700021, "Client assertion application identifier doesn't match 'client_id' parameter or the type is unknown.")
		}
		if number, text := c.checkAssertion(app, form.Get("client_assertion"), tenantName); number != 0 {
			return refuse(number, text)
		}
		return true, nil
	case secret == "" && credentials:
		return refuse(7000216, "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.")
	case secret == "" && app.public():
		return false, nil
	case secret == "":
		return refuse(7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
	case app.Secret == "" || subtle.ConstantTimeCompare([]byte(secret), []byte(app.Secret)) != 1:
		return refuse(7000215, "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "+
			"value, not the client secret ID, for a secret added to app '"+app.ClientID+"'.")
	case app.SecretExpired:
		return refuse(7000222, "The provided client secret keys for app '"+app.ClientID+"' are expired.")
	}
	return false, nil
}
